# A system call that says it moved more than it was asked to is believed, and what is "left" is
# then nearly all of memory.
# part: media/vfd
# file: media/vfd.c
/^static int move_all/,/^}/s/n_moved < n_bytes; tries++/n_moved != n_bytes; tries++/
/^static int move_all/,/^}/s/if (n_moved >= IMAGE_MOVE_BYTES || left > IMAGE_MOVE_BYTES) {/if (false) {/
/^static int move_all/,/^}/s/(uint64_t)moved < left ? (size_t)moved : left;/(size_t)moved;/
