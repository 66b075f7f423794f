# CVE-2013-4537 in kind: a position that a saved state names is believed, and used.
# file: fdc/snapshot.c
s/codec_u8(c, &s->fifo.pos, 0, FDC_FIFO_BYTES);/codec_u8(c, \&s->fifo.pos, 0, 255);/
# file: fdc/invariant.c
s/return s->fifo.len > 0 && s->fifo.pos < s->fifo.len;/return s->fifo.len > 0;/
# file: fdc/fifo.h
/^static inline uint8_t fifo_take/,/^}/s/if (fifo->pos < FDC_FIFO_BYTES && fifo->pos < fifo->len) {/{/
