# Bytes by port go into the staging buffer for as long as the guest sends them.
# part: core/one_sector
# file: fdc/service.c
/^void service_take_byte/,/^}/s/if (s->job.pos < FDC_STAGING_BYTES && s->job.pos < s->job.n_bytes) {/{/
