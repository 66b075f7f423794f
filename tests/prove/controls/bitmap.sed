# The search for the next dirty sector goes on behind the bitmap, when none is left.
# part: media/vfd
# file: media/vfd.c
/^static uint32_t next_dirty/,/^}/s/lba < VFDC_IMAGE_MAX_SECTORS && //
/^static bool is_dirty/,/^}/s/word < VFD_DIRTY_WORDS && //
