# A medium that gives more than it was asked for is believed.  Either bound alone holds.
# part: core/any_span
# file: fdc/run.c
/^enum fdc_outcome run_read/,/^}/s/span.n_bytes > (size_t)VFDC_MAX_SECTORS \* VFDC_MAX_SECTOR_BYTES ||//
/^enum fdc_outcome run_read/,/^}/s/s->chrn.r + span.n_bytes \/ size > last + 1u) {/false) {/
