# A result that is dropped without a word.
# gate: tidy
# says: cert-err33-c
# file: tools/vfdc-image/main.c
s/(void)fputs(help, stdout);/fputs(help, stdout);/
