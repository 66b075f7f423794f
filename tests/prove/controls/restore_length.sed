# Heartbleed in kind, CVE-2014-0160: a saved state says how long it is, and is believed.  Either the
# comparison with the bytes that there are or the bound of the sum alone holds.
# part: core/one_sector
# file: fdc/snapshot.c
/^vfdc_result snapshot_read/,/^}/s/length != n_bytes || //
/^vfdc_result snapshot_read/,/^}/s/n_bytes - HEADER_BYTES)) {/length - HEADER_BYTES)) {/
/^static uint32_t crc32_of/,/^}/s/i < n_bytes && i < VFDC_STATE_MAX_BYTES/i < n_bytes/
