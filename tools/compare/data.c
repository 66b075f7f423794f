/*
 * vfdc-compare: DMA by the PC's 8237, channel 2, and data byte by byte.  What was read lands in
 * vfdc-script's buffer, for its own statements to judge.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../vfdc-script/machine.h"
#include "counterparts.h"
#include "seen.h"

enum {
    BUFFER = 0x100000, /* at the start of a page, as the channel does not leave it */
    MOST_BYTES = 0xffff,

    DMA_ADDRESS = 0x04,
    DMA_COUNT = 0x05,
    DMA_STATUS = 0x08,
    DMA_MASK = 0x0a,
    DMA_MODE = 0x0b,
    DMA_CLEAR_FLIP_FLOP = 0x0c,
    DMA_PAGE = 0x81,

    STATUS_REQUEST = 0x40,
    MASK_ON = 0x06,
    MASK_OFF = 0x02,

    /* Single transfers, addresses going up, channel 2. */
    MODE_VERIFY = 0x42,
    MODE_TO_MEMORY = 0x46,
    MODE_FROM_MEMORY = 0x4a,

    PORT_FIFO = 0x3f5,
};

static struct buffer *buffer_of(struct comparison *comparison)
{
    return &comparison->run.machine.fdc[0].buffer;
}

const char *data_no_size(const struct argument arg[])
{
    return arg[0].number <= MOST_BYTES ? NULL : "more bytes than the 8237 moves";
}

const char *data_no_source(const struct argument arg[])
{
    return arg[0].source.n_bytes <= MOST_BYTES ? NULL : "more bytes than the 8237 moves";
}

bool data_drq(struct comparison *comparison, const struct argument arg[])
{
    bool seen = (qemu_in(&comparison->qemu, DMA_STATUS) & STATUS_REQUEST) != 0;

    return seen_compare(comparison, seen == (arg[0].number == 1), "%d", seen ? 1 : 0);
}

bool data_dma_off(struct comparison *comparison, const struct argument arg[])
{
    (void)arg;
    qemu_out(&comparison->qemu, DMA_MASK, MASK_ON);
    return true;
}

static void write_word(struct qemu *qemu, unsigned port, size_t word)
{
    qemu_out(qemu, port, (uint8_t)word);
    qemu_out(qemu, port, (uint8_t)(word >> 8));
}

/* A channel for no bytes cannot be had; it stays masked. */
static bool arm(struct comparison *comparison, uint8_t mode, size_t n_bytes)
{
    struct qemu *qemu = &comparison->qemu;

    comparison->n_armed = n_bytes;
    qemu_out(qemu, DMA_MASK, MASK_ON);
    if (n_bytes > 0) {
        qemu_out(qemu, DMA_CLEAR_FLIP_FLOP, 0);
        qemu_out(qemu, DMA_MODE, mode);
        write_word(qemu, DMA_ADDRESS, BUFFER & 0xffff);
        qemu_out(qemu, DMA_PAGE, BUFFER >> 16);
        write_word(qemu, DMA_COUNT, n_bytes - 1);
        qemu_out(qemu, DMA_MASK, MASK_OFF);
    }
    return true;
}

bool data_dma_read(struct comparison *comparison, const struct argument arg[])
{
    size_t n_bytes = (size_t)arg[0].number;

    buffer_reset(buffer_of(comparison), n_bytes);
    comparison->is_in_memory = true;
    if (n_bytes > 0) {
        qemu_fill(&comparison->qemu, BUFFER, n_bytes, 0xee);
    }
    return arm(comparison, MODE_TO_MEMORY, n_bytes);
}

/* What is in memory by now; QEMU's channel may use the same place for something else next. */
static void fetch(struct comparison *comparison)
{
    struct buffer *buffer = buffer_of(comparison);

    if (comparison->is_in_memory && buffer->n_bytes > 0) {
        qemu_read(&comparison->qemu, BUFFER, buffer->bytes, buffer->n_bytes);
    }
}

bool data_dma_verify(struct comparison *comparison, const struct argument arg[])
{
    fetch(comparison);
    comparison->is_in_memory = false;
    return arm(comparison, MODE_VERIFY, (size_t)arg[0].number);
}

bool data_dma_write(struct comparison *comparison, const struct argument arg[])
{
    size_t n_bytes = arg[0].source.n_bytes;
    uint8_t *bytes = source_bytes(&arg[0].source, &comparison->run.scratch);

    if (bytes == NULL) {
        return seen_part(comparison, "%s", strerror(errno));
    }
    fetch(comparison);
    comparison->is_in_memory = false;
    if (n_bytes > 0) {
        qemu_write(&comparison->qemu, BUFFER, bytes, n_bytes);
    }
    free(bytes);
    return arm(comparison, MODE_FROM_MEMORY, n_bytes);
}

/* The channel counts down, and goes from 0 to FFFF with the last byte. */
static size_t n_moved(struct comparison *comparison)
{
    struct qemu *qemu = &comparison->qemu;
    unsigned left;

    if (comparison->n_armed == 0) {
        return 0;
    }
    qemu_out(qemu, DMA_CLEAR_FLIP_FLOP, 0);
    left = qemu_in(qemu, DMA_COUNT);
    left |= (unsigned)qemu_in(qemu, DMA_COUNT) << 8;
    return (comparison->n_armed - 1 - left) & 0xffff;
}

bool data_dma_count(struct comparison *comparison, const struct argument arg[])
{
    size_t seen = n_moved(comparison);

    return seen_compare(comparison, seen == arg[0].number, "%zu", seen);
}

bool data_pio_read(struct comparison *comparison, const struct argument arg[])
{
    struct buffer *buffer = buffer_of(comparison);

    buffer_reset(buffer, (size_t)arg[0].number);
    comparison->is_in_memory = false;
    while (buffer->n_moved < buffer->n_bytes) {
        if (!ports_wait_ready(comparison, MACHINE_GIVES)) {
            return seen_part(comparison, "no byte %zu", buffer->n_moved + 1);
        }
        buffer->bytes[buffer->n_moved++] = qemu_in(&comparison->qemu, PORT_FIFO);
    }
    return true;
}

bool data_pio_write(struct comparison *comparison, const struct argument arg[])
{
    uint8_t *bytes = source_bytes(&arg[0].source, &comparison->run.scratch);
    size_t i = 0;

    if (bytes == NULL) {
        return seen_part(comparison, "%s", strerror(errno));
    }
    while (i < arg[0].source.n_bytes && ports_wait_ready(comparison, MACHINE_TAKES)) {
        qemu_out(&comparison->qemu, PORT_FIFO, bytes[i++]);
    }
    free(bytes);
    return i == arg[0].source.n_bytes || seen_part(comparison, "not byte %zu", i + 1);
}

bool data_bytes(struct comparison *comparison, const struct argument arg[])
{
    bool is_alike;

    fetch(comparison);
    is_alike = guest_data(&comparison->run, arg);
    return seen_compare(comparison, is_alike, "%s", comparison->run.failure);
}

bool data_crc(struct comparison *comparison, const struct argument arg[])
{
    struct buffer *buffer = buffer_of(comparison);
    bool is_alike;

    fetch(comparison);
    if (comparison->is_in_memory) {
        buffer->n_moved = n_moved(comparison);
    }
    is_alike = guest_data_crc(&comparison->run, arg);
    return seen_compare(comparison, is_alike, "%s", comparison->run.failure);
}
