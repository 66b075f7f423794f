# A medium that bounds a sector neither by its geometry nor by its size writes past the image.
# Each of the three holds alone.
# part: media/memory
# file: media/image.c
/^uint32_t image_lba/,/^}/s/ || sector < 1 || sector > image->geometry.sectors) {/) {/
/^uint32_t image_lba/,/^}/s/if (lba >= image->n_sectors || lba >= VFDC_IMAGE_MAX_SECTORS) {/if (false) {/
/image_write_sector(/,/^}/s/lba >= VFDC_IMAGE_MAX_SECTORS/lba == VFDC_MEDIA_NO_LBA/
