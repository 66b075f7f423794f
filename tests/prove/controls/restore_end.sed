# A saved state that ends too soon is read on behind its end.
# part: core/one_sector
# file: fdc/codec.c
/^void codec_byte/,/\*byte = 0;/s/if (c->pos >= c->n_bytes) {/if (false) {/
