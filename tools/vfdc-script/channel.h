/*
 * vfdc-script: a DMA channel and the buffer that data read from the device lands in, by DMA or
 * by a program.
 */
#ifndef VFDC_SCRIPT_CHANNEL_H
#define VFDC_SCRIPT_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vfdc/controller.h>

/* Memory that the device's data is read into. */
struct buffer {
    uint8_t *bytes;
    size_t n_bytes;
    size_t n_moved; /* of them, from the first on */
};

/* Make it `n_bytes` of ee. */
void buffer_reset(struct buffer *buffer, size_t n_bytes);

enum channel_mode {
    CHANNEL_OFF,
    CHANNEL_READ,   /* device to the buffer */
    CHANNEL_VERIFY, /* the 8237's: acknowledged and dropped */
    CHANNEL_WRITE,  /* `bytes` to the device */
};

struct channel {
    enum channel_mode mode;
    uint8_t *bytes;  /* CHANNEL_WRITE: the channel's own */
    size_t n_bytes;  /* armed */
    size_t n_moved;  /* since */
    size_t at_most;  /* a call */
};

/* Arm it in place of what it was; `bytes` (CHANNEL_WRITE) becomes its own. */
void channel_arm(struct channel *channel, enum channel_mode mode, uint8_t *bytes,
                 size_t n_bytes, size_t at_most);

/* Answer a request as vfdc_host.dma does, at once. */
size_t channel_move(struct channel *channel, struct buffer *buffer,
                    enum vfdc_dma_direction direction, void *bytes, size_t n_bytes,
                    bool *terminal_count);

#endif
