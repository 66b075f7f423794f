# A medium that bounds a sector neither by its geometry nor by its size writes past the image.
# part: media/memory
# file: media/image.c
/^uint32_t image_lba/,/^}/s/ || sector < 1 || sector > image->geometry.sectors) {/) {/
/^uint32_t image_lba/,/^}/s/lba < image->n_sectors && lba < IMAGE_MAX_SECTORS ? lba : VFDC_MEDIA_NO_LBA/lba/
/^struct image_run image_find_run/,/^}/s/first + count <= image->n_sectors && first \* sector_bytes < VFDC_IMAGE_MAX_BYTES) {/true) {/
