/* The DMA controller of a PC for 8-bit devices: an 8237 with its page registers. */
#ifndef MINIPC_DMA_H
#define MINIPC_DMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DMA_N_CHANNELS 4

struct dma_channel {
    uint16_t address, base_address;
    uint16_t count, base_count; /* bytes less one */
    uint8_t page;               /* address bits 16-23 */
    uint8_t mode;
};

struct dma {
    uint8_t *memory;
    size_t memory_bytes;
    struct dma_channel channel[DMA_N_CHANNELS];
    uint8_t spare_page[16]; /* the page registers that belong to no channel here */
    uint8_t command;
    uint8_t mask;           /* a bit a channel */
    uint8_t request;        /* a bit a channel: DREQ */
    uint8_t terminal_count; /* a bit a channel: reached since the status was last read */
    bool high_byte;         /* the flip-flop: the next byte of a 16-bit register is the high one */
};

enum dma_direction {
    DMA_TO_MEMORY,
    DMA_FROM_MEMORY,
};

void dma_init(struct dma *dma, uint8_t *memory, size_t memory_bytes);

/* The level of a channel's DREQ: it shows in the status register. */
void dma_set_request(struct dma *dma, unsigned channel, bool level);

/* Whether a device on this channel would be served. */
bool dma_is_open(const struct dma *dma, unsigned channel);

/*
 * Move up to `n_bytes` between a device and memory; how many were.  *terminal_count is set if
 * the count ran out with the last of them.  A channel that is masked, or set up for the other
 * direction, moves nothing.  In verify mode the bytes are counted and not moved: a device that
 * asks for some gets zeros.
 */
size_t dma_move(struct dma *dma, unsigned channel, enum dma_direction direction, uint8_t *bytes,
                size_t n_bytes, bool *terminal_count);

/* Ports 00h-0Fh and 80h-8Fh. */
uint8_t dma_read(struct dma *dma, uint16_t port);
void dma_write(struct dma *dma, uint16_t port, uint8_t value);

#endif
