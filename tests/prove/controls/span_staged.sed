# The same where a sector is staged: CVE-2020-25741 in effect, a null pointer read.
# part: core/any_span
# file: fdc/transfer.c
/^static bool stage_sector/,/^}/s/span.bytes == NULL || //
