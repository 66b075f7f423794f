# A run of sectors goes on for as long as was asked, past the end of the image.
# part: media/memory
# file: media/image.c
/image_read_span(/,/^}/s/if (end > image->geometry.sectors) {/if (false) {/
/image_read_span(/,/^}/s/if (count < 1 || count > IMAGE_RUN_SECTORS) {/if (false) {/
