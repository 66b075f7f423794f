# The rest of a sector that the DMA channel is asked for is as long as the whole buffer.  (A whole
# sector would fit, since the buffer also holds the IDs of a FORMAT: that stays green.)
# part: core/one_sector
# file: fdc/transfer.c
/^static bool write_rest/,/^}/s/SECTOR_BYTES - at, /FDC_STAGING_BYTES, /
