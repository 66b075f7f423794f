# The place in the buffer that the DMA channel fills is the guest's count of bytes, unbounded.
# part: core/one_sector
# file: fdc/service.c
/^static bool call_dma/,/^}/s/s->job.pos < FDC_STAGING_BYTES ? s->job.pos : FDC_STAGING_BYTES/s->job.pos/
