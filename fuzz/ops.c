/*
 * Operations from bytes and to bytes, in one walk over the table below for both.  See ops.h.
 */
#include "ops.h"

#include <string.h>

/*
 * What follows an operation's byte: p a port, b a byte, w a word, t a time (a word times a power
 * of ten), C the bytes of a command, S a source.
 */
static const char *const forms[OP_N_KINDS] = {
    [OP_OUT] = "pb",      [OP_IN] = "p",        [OP_FLOOD] = "pbb",   [OP_DRAIN] = "pb",
    [OP_CMD] = "C",       [OP_RESULT] = "b",    [OP_WAIT_IRQ] = "",   [OP_RUN] = "t",
    [OP_DMA_READ] = "ww", [OP_DMA_VERIFY] = "w", [OP_DMA_WRITE] = "S", [OP_DMA_OFF] = "",
    [OP_PIO_READ] = "w",  [OP_PIO_WRITE] = "S", [OP_TC] = "",         [OP_IMAGE] = "bbw",
    [OP_ATTACH] = "bbb",  [OP_RELEASE] = "b",   [OP_POWER] = "",      [OP_SNAPSHOT] = "",
    [OP_TIMER] = "",      [OP_DMA_READY] = "",  [OP_JUMP] = "t",      [OP_BACK] = "t",
    [OP_FAR] = "w",       [OP_DMA_LIE] = "w",   [OP_DMA_STALL] = "w", [OP_MARKS] = "bbbbb",
};

struct op_stream op_stream_of(const uint8_t *bytes, size_t n_bytes)
{
    return (struct op_stream){ .in = bytes, .n_bytes = n_bytes, .ok = true };
}

/* ---- numbers ---- */

static void walk_byte(struct op_stream *stream, unsigned *value)
{
    if (stream->pos >= stream->n_bytes) {
        stream->ok = false;
        *value = 0;
        return;
    }
    if (stream->out != NULL) {
        stream->out[stream->pos] = (uint8_t)*value;
    } else {
        *value = stream->in[stream->pos];
    }
    stream->pos++;
}

static void walk_word(struct op_stream *stream, unsigned *value)
{
    unsigned low = *value & 0xffu;
    unsigned high = *value >> 8 & 0xffu;

    walk_byte(stream, &low);
    walk_byte(stream, &high);
    *value = low | high << 8;
}

static void walk_time(struct op_stream *stream, uint64_t *time_ns)
{
    uint64_t scale_ns = 1;
    unsigned exponent = 0;
    unsigned mantissa;

    while (stream->out != NULL && exponent < 9 && *time_ns != 0 &&
           *time_ns % (scale_ns * 10u) == 0) {
        scale_ns *= 10u;
        exponent++;
    }
    mantissa = (unsigned)(*time_ns / scale_ns);
    walk_byte(stream, &exponent);
    walk_word(stream, &mantissa);
    if (stream->out == NULL) {
        *time_ns = mantissa;
        for (exponent %= 10u; exponent > 0; exponent--) {
            *time_ns *= 10u;
        }
    }
}

/* Bytes with their count, which is put by the caller. */
static void walk_bytes(struct op_stream *stream, const uint8_t **bytes, size_t n_bytes)
{
    if (n_bytes > stream->n_bytes - stream->pos) {
        stream->ok = false;
        return;
    }
    if (stream->out != NULL) {
        memcpy(stream->out + stream->pos, *bytes, n_bytes);
    } else {
        *bytes = stream->in + stream->pos;
    }
    stream->pos += n_bytes;
}

static void walk_command(struct op_stream *stream, struct op *op)
{
    unsigned n_less_1 = (unsigned)op->n_bytes - 1u;

    walk_byte(stream, &n_less_1);
    op->n_bytes = n_less_1 % OP_CMD_BYTES + 1u;
    walk_bytes(stream, &op->bytes, op->n_bytes);
}

static void walk_source(struct op_stream *stream, struct op_source *source)
{
    unsigned kind = source->kind;
    unsigned n_bytes = (unsigned)source->n_bytes;

    walk_byte(stream, &kind);
    source->kind = (uint8_t)(kind % OP_SOURCE_N_KINDS);
    switch (source->kind) {
    case OP_SOURCE_FILL:
        walk_byte(stream, &source->number[0]);
        walk_word(stream, &source->number[1]);
        break;
    case OP_SOURCE_HEX:
        walk_word(stream, &n_bytes);
        source->n_bytes = n_bytes;
        walk_bytes(stream, &source->bytes, n_bytes);
        break;
    case OP_SOURCE_LBA:
        walk_word(stream, &source->number[0]);
        walk_byte(stream, &source->number[1]);
        break;
    default:
        for (unsigned i = 0; i < 5; i++) {
            walk_byte(stream, &source->number[i]);
        }
        break;
    }
}

/* ---- operations ---- */

bool op_next(struct op_stream *stream, struct op *op)
{
    size_t start = stream->pos;
    unsigned kind = op->kind;
    unsigned n = 0;

    if (stream->out == NULL) {
        *op = (struct op){ .kind = 0 };
    }
    walk_byte(stream, &kind);
    op->kind = (uint8_t)(kind % OP_N_KINDS);
    for (const char *form = forms[op->kind]; *form != '\0' && stream->ok; form++) {
        switch (*form) {
        case 'p':
            walk_byte(stream, &op->number[n]);
            op->number[n++] %= 8u;
            break;
        case 'b':
            walk_byte(stream, &op->number[n++]);
            break;
        case 'w':
            walk_word(stream, &op->number[n++]);
            break;
        case 't':
            walk_time(stream, &op->time_ns);
            break;
        case 'C':
            walk_command(stream, op);
            break;
        default:
            walk_source(stream, &op->source);
            break;
        }
    }
    if (!stream->ok) {
        stream->pos = start;
    }
    return stream->ok;
}

/* ---- the head ---- */

void op_head(struct op_stream *stream, struct vfdc_config *config)
{
    unsigned ways = (unsigned)config->strap | (unsigned)config->timing << 2 |
                    (unsigned)config->empty << 3 | (unsigned)config->flush_policy << 5;
    unsigned drives = 0;
    unsigned high;

    for (unsigned unit = 0; unit < VFDC_N_UNITS; unit++) {
        drives |= (unsigned)config->drive[unit] << 3 * unit;
    }
    high = drives >> 8;
    walk_byte(stream, &ways);
    walk_byte(stream, &drives);
    walk_byte(stream, &high);
    walk_byte(stream, &(unsigned){ 0 });
    if (stream->out != NULL) {
        return;
    }
    drives |= high << 8;
    config->strap = (enum vfdc_strap)((ways & 3u) % 3u);
    config->timing = (enum vfdc_timing)(ways >> 2 & 1u);
    config->empty = (enum vfdc_empty)((ways >> 3 & 3u) % 3u);
    config->flush_policy = (enum vfdc_flush_policy)((ways >> 5 & 3u) % 3u);
    for (unsigned unit = 0; unit < VFDC_N_UNITS; unit++) {
        config->drive[unit] =
            (enum vfdc_drive_type)((drives >> 3 * unit & 7u) % (VFDC_DRIVE_2880K + 1u));
    }
}

/* ---- bytes that a guest gives ---- */

void op_lba_pattern(uint8_t *bytes, size_t n_bytes, uint32_t first)
{
    for (size_t i = 0; i < n_bytes; i++) {
        uint32_t lba = first + (uint32_t)(i / 512u);
        uint32_t j = (uint32_t)(i % 512u);

        bytes[i] = (uint8_t)(j < 4 ? lba >> 8 * j : 7 * lba + 13 * j);
    }
}

static size_t ids(const unsigned number[5], uint8_t *bytes)
{
    for (unsigned i = 0; i < number[3]; i++) {
        bytes[4 * i] = (uint8_t)number[0];
        bytes[4 * i + 1] = (uint8_t)number[1];
        bytes[4 * i + 2] = (uint8_t)(number[2] + i);
        bytes[4 * i + 3] = (uint8_t)number[4];
    }
    return number[3] * (size_t)4;
}

size_t op_source_bytes(const struct op_source *source, uint8_t bytes[OP_SOURCE_BYTES])
{
    size_t n_bytes = 0;

    switch (source->kind) {
    case OP_SOURCE_FILL:
        n_bytes = source->number[1];
        memset(bytes, (int)source->number[0], n_bytes);
        break;
    case OP_SOURCE_HEX:
        n_bytes = source->n_bytes;
        memcpy(bytes, source->bytes, n_bytes);
        break;
    case OP_SOURCE_LBA:
        n_bytes = source->number[1] * (size_t)512;
        n_bytes = n_bytes < OP_SOURCE_BYTES ? n_bytes : OP_SOURCE_BYTES;
        op_lba_pattern(bytes, n_bytes, source->number[0]);
        break;
    default:
        n_bytes = ids(source->number, bytes);
        break;
    }
    return n_bytes;
}
