# Whether a sector is dirty is looked up for a number that nothing bounds.  Either of the two alone
# holds.
# part: media/vfd
# file: media/flush.c
/^static bool is_dirty/,/^}/s/lba < IMAGE_MAX_SECTORS && lba < image->n_sectors && //
