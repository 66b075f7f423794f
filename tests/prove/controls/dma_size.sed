# The DMA channel is asked for as much of a sector as the guest's N says, whatever is left of the
# buffer.
# part: core/one_sector
# file: fdc/service.c
/^static bool call_dma/,/^}/s/if (n_bytes > FDC_STAGING_BYTES) {/if (false) {/
