# A run of sectors begins where it was asked, past the end of the image.
# part: media/memory
# file: media/image.c
/^struct image_run image_find_run/,/^}/s/count <= IMAGE_RUN_SECTORS && first < IMAGE_MAX_SECTORS &&/first < IMAGE_MAX_SECTORS \&\&/
/^struct image_run image_find_run/,/^}/s/first + count <= image->n_sectors && first \* sector_bytes < VFDC_IMAGE_MAX_BYTES) {/true) {/
