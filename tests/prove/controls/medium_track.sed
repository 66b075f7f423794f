# The order of a track's sectors is looked up for any cylinder.
# part: media/memory
# file: media/image.c
/^uint32_t image_track/,/^}/s/if (cylinder >= geometry->cylinders || head >= geometry->heads) {/if (false) {/
/^uint32_t image_track/,/^}/s/return track < IMAGE_MAX_TRACKS ? track : IMAGE_MAX_TRACKS;/return track;/
/^uint8_t image_sector_at/,/^}/s/track >= IMAGE_MAX_TRACKS || //
