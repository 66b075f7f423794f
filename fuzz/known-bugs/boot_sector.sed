# CVE-2007-2894 and CVE-2019-14284 in kind: a field of the boot sector divides, and may be 0.
# file: media/bpb.c
s/!looks_like_dos(boot) || sectors < 1 || /!looks_like_dos(boot) || /
s/if (cylinders \* heads \* sectors == total) {/if (total % (heads * sectors) == 0 \&\& total \/ (heads * sectors) == cylinders) {/
