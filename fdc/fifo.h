/*
 * The bytes of a command on their way in and of a result on their way out: a queue that cannot
 * be overrun.  Each access is guarded here, against the constant, whatever state it is in:
 * an index left counting by an unusual path is how CVE-2015-3456 (VENOM) wrote past a buffer.
 */
#ifndef FDC_FIFO_H
#define FDC_FIFO_H

#include <stdbool.h>
#include <stdint.h>

#define FDC_FIFO_BYTES 16u

struct fdc_fifo {
    uint8_t bytes[FDC_FIFO_BYTES];
    uint8_t pos; /* of the next byte to put or take */
    uint8_t len; /* bytes of a result, or parameters of a command */
};

static inline void fifo_clear(struct fdc_fifo *fifo)
{
    unsigned i;

    for (i = 0; i < FDC_FIFO_BYTES; i++) {
        fifo->bytes[i] = 0;
    }
    fifo->pos = 0;
    fifo->len = 0;
}

/* A byte that finds no room is dropped. */
static inline void fifo_put(struct fdc_fifo *fifo, uint8_t byte)
{
    if (fifo->pos < FDC_FIFO_BYTES) {
        fifo->bytes[fifo->pos] = byte;
        fifo->pos++;
    }
}

/* All parameters are in, or all result bytes out. */
static inline bool fifo_is_done(const struct fdc_fifo *fifo)
{
    return fifo->pos >= fifo->len;
}

/* A take from a drained queue gives 0 and changes nothing. */
static inline uint8_t fifo_take(struct fdc_fifo *fifo)
{
    uint8_t byte = 0;

    if (fifo->pos < FDC_FIFO_BYTES && fifo->pos < fifo->len) {
        byte = fifo->bytes[fifo->pos];
        fifo->pos++;
    }
    return byte;
}

#endif
