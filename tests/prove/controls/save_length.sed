# A state is saved into a buffer that is too small for it.  Either of the two alone holds.
# part: core/one_sector
# file: fdc/snapshot.c
/^size_t snapshot_write/,/^}/s/length > n_bytes || //
# file: fdc/codec.c
/} else if (c->out != NULL) {/,/^}/s/if (c->pos >= c->n_bytes) {/if (false) {/
