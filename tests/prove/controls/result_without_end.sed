# A result phase that never ends: the guest reads on past the queue, and past the controller.
# part: core/one_sector
# file: fdc/fifo.h
/^static inline bool fifo_is_done/,/^}/s/fifo->pos >= fifo->len/fifo->len == 0/
/^static inline uint8_t fifo_take/,/^}/s/if (fifo->pos < FDC_FIFO_BYTES && fifo->pos < fifo->len) {/{/
