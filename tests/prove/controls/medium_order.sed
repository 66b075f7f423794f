# The order of a FORMAT is used as indexes before it is seen to be one.
# part: media/memory
# file: media/image.c
/^static bool is_permutation/,/^}/s/sector < 1 || sector > n_sectors || sector > VFDC_MAX_SECTORS || //
