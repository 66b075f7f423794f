/* vfdc-script: a DMA channel, which answers at once or not at all. */
#include "channel.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"

void buffer_reset(struct buffer *buffer, size_t n_bytes)
{
    free(buffer->bytes);
    buffer->bytes = alloc_zeroed(n_bytes);
    memset(buffer->bytes, 0xee, n_bytes);
    buffer->n_bytes = n_bytes;
    buffer->n_moved = 0;
}

void channel_arm(struct channel *channel, enum channel_mode mode, uint8_t *bytes,
                 size_t n_bytes, size_t at_most)
{
    free(channel->bytes);
    *channel = (struct channel){
        .mode = mode, .bytes = bytes, .n_bytes = n_bytes, .at_most = at_most,
    };
}

/* A channel set up for the other direction is one that does not answer. */
static bool is_for(const struct channel *channel, enum vfdc_dma_direction direction)
{
    switch (channel->mode) {
    case CHANNEL_READ:
        return direction == VFDC_DMA_TO_MEMORY;
    case CHANNEL_WRITE:
        return direction == VFDC_DMA_FROM_MEMORY;
    case CHANNEL_VERIFY:
        return true;
    case CHANNEL_OFF:
        break;
    }
    return false;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t channel_move(struct channel *channel, struct buffer *buffer,
                    enum vfdc_dma_direction direction, void *bytes, size_t n_bytes,
                    bool *terminal_count)
{
    size_t n = smaller(smaller(n_bytes, channel->n_bytes - channel->n_moved), channel->at_most);

    if (n == 0 || !is_for(channel, direction)) {
        return 0;
    }
    if (channel->mode == CHANNEL_READ) {
        memcpy(buffer->bytes + channel->n_moved, bytes, n);
        buffer->n_moved = channel->n_moved + n;
    } else if (channel->mode == CHANNEL_WRITE) {
        memcpy(bytes, channel->bytes + channel->n_moved, n);
    } else if (direction == VFDC_DMA_FROM_MEMORY) {
        memset(bytes, 0xff, n); /* nobody drives the bus */
    }
    channel->n_moved += n;
    *terminal_count = channel->n_moved == channel->n_bytes;
    return n;
}
