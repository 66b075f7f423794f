/* vfdc-script: what the guest reads and writes, by DMA or byte by byte, and what came of it. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

static const uint64_t byte_limit_ns = 5000000000;

/* The bytes of a SOURCE; NULL, and the statement has failed, without them. */
static uint8_t *bytes_of(struct run *run, const struct argument *source)
{
    uint8_t *bytes = source_bytes(&source->source, &run->scratch);

    if (bytes == NULL) {
        run_failed(run, "%s: %s, wanted its bytes", source->words[0],
                   errno == ENODATA ? "the file ends before" : strerror(errno));
    }
    return bytes;
}

/* A channel that was just set up answers what the chip may be waiting for. */
static bool arm(struct machine_fdc *fdc, enum channel_mode mode, uint8_t *bytes, size_t n_bytes,
                size_t at_most)
{
    channel_arm(&fdc->channel, mode, bytes, n_bytes, at_most);
    vfdc_controller_dma_ready(fdc->controller);
    return true;
}

bool guest_dma_read(struct run *run, const struct argument arg[])
{
    struct machine_fdc *fdc = run_fdc(run);
    size_t n_bytes = (size_t)arg[0].number;

    buffer_reset(&fdc->buffer, n_bytes);
    return arm(fdc, CHANNEL_READ, NULL, n_bytes,
               arg[1].is_given ? (size_t)arg[1].number : SIZE_MAX);
}

bool guest_dma_verify(struct run *run, const struct argument arg[])
{
    return arm(run_fdc(run), CHANNEL_VERIFY, NULL, (size_t)arg[0].number, SIZE_MAX);
}

bool guest_dma_write(struct run *run, const struct argument arg[])
{
    uint8_t *bytes = bytes_of(run, &arg[0]);

    return bytes != NULL &&
           arm(run_fdc(run), CHANNEL_WRITE, bytes, arg[0].source.n_bytes, SIZE_MAX);
}

bool guest_dma_count(struct run *run, const struct argument arg[])
{
    size_t seen = run_fdc(run)->channel.n_moved;

    return seen == arg[0].number ||
           run_failed(run, "%zu bytes were moved, wanted %s", seen, arg[0].words[0]);
}

/* What it moved can still be asked. */
bool guest_dma_off(struct run *run, const struct argument arg[])
{
    (void)arg;
    run_fdc(run)->channel.mode = CHANNEL_OFF;
    return true;
}

static bool not_ready(struct run *run, size_t n_moved, const char *wanted)
{
    uint8_t msr = vfdc_controller_read(run_fdc(run)->controller, MACHINE_MSR);

    return run_failed(run, "byte %zu does not pass within 5 s (MSR %02x), wanted MSR %s",
                      n_moved + 1, msr, wanted);
}

bool guest_pio_read(struct run *run, const struct argument arg[])
{
    struct machine_fdc *fdc = run_fdc(run);
    struct buffer *buffer = &fdc->buffer;

    buffer_reset(buffer, (size_t)arg[0].number);
    while (buffer->n_moved < buffer->n_bytes) {
        if (!machine_wait_ready(fdc, MACHINE_GIVES, byte_limit_ns)) {
            return not_ready(run, buffer->n_moved, "c0");
        }
        buffer->bytes[buffer->n_moved++] = machine_in(fdc, MACHINE_FIFO);
    }
    return true;
}

bool guest_pio_write(struct run *run, const struct argument arg[])
{
    struct machine_fdc *fdc = run_fdc(run);
    uint8_t *bytes = bytes_of(run, &arg[0]);
    bool holds = bytes != NULL;

    for (size_t i = 0; holds && i < arg[0].source.n_bytes; i++) {
        if (machine_wait_ready(fdc, MACHINE_TAKES, byte_limit_ns)) {
            machine_out(fdc, MACHINE_FIFO, bytes[i]);
        } else {
            holds = not_ready(run, i, "80");
        }
    }
    free(bytes);
    return holds;
}

static bool same_data(struct run *run, const struct buffer *buffer, const uint8_t *wanted,
                      size_t n_bytes)
{
    if (buffer->n_bytes < n_bytes) {
        return run_failed(run, "the buffer holds %zu bytes, wanted %zu", buffer->n_bytes,
                          n_bytes);
    }
    for (size_t i = 0; i < n_bytes; i++) {
        if (buffer->bytes[i] != wanted[i]) {
            return run_failed(run, "byte %zu of the data is %02x, wanted %02x", i,
                              buffer->bytes[i], wanted[i]);
        }
    }
    return true;
}

bool guest_data(struct run *run, const struct argument arg[])
{
    uint8_t *wanted = bytes_of(run, &arg[0]);
    bool holds = wanted != NULL && same_data(run, &run_fdc(run)->buffer, wanted,
                                             arg[0].source.n_bytes);

    free(wanted);
    return holds;
}

bool guest_data_crc(struct run *run, const struct argument arg[])
{
    const struct buffer *buffer = &run_fdc(run)->buffer;
    uint32_t seen = source_crc32(buffer->bytes, buffer->n_moved);

    return seen == arg[0].number ||
           run_failed(run, "the CRC of %zu bytes is %08" PRIx32 ", wanted %s", buffer->n_moved,
                      seen, arg[0].words[0]);
}
