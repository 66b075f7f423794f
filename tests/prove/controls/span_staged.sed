# The same where a sector is staged: CVE-2020-25741 in effect, a null pointer read.
# part: core/any_span
# file: fdc/sector.c
/^enum fdc_outcome sector_stage/,/^}/s/span.bytes == NULL || //
