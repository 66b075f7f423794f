# The same where a sector is staged: CVE-2020-25741 in effect, a null pointer read.  Either check
# alone holds.
# part: core/any_span
# file: fdc/transfer.c
/^static bool stage_sector/,/^}/s/(span.bytes == NULL || span.n_bytes != size)/(span.n_bytes != size)/
/^static bool stage_sector/,/^}/s/if (span.bytes == NULL) {/if (false) {/
