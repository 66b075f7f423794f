# FORMAT TRACK by PIO counts its ID bytes in eight bits and ends when exactly so many are there:
# with 64 sectors, never.  It takes bytes without end, into a staging buffer without a guard.
# part: core/one_sector
# file: fdc/transfer.c
/^static void take_staged/,/^}/s/s->job.pos >= s->job.n_ids \* 4u/s->job.pos == (s->job.n_ids * 4u \& 0xffu)/
/^void transfer_write_byte/,/^}/s/if (s->job.pos < FDC_STAGING_BYTES) {/{/
