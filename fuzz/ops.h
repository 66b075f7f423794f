/*
 * An input as a list of operations: what a guest, a host's clock and an operator do to a
 * controller, one byte for which, then its numbers.  Any bytes are such a list; what ends in the
 * middle of an operation ends before it.  Most have a statement of the port scripts' language.
 *
 * A list begins with a head of HEAD_BYTES: how the controller is made.
 */
#ifndef FUZZ_OPS_H
#define FUZZ_OPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vfdc/controller.h>

enum op_kind {
    OP_OUT,        /* port, byte */
    OP_IN,         /* port */
    OP_FLOOD,      /* port, byte, count: that write, so many times */
    OP_DRAIN,      /* port, count: that read, so many times */
    OP_CMD,        /* bytes: as the script's `cmd` */
    OP_RESULT,     /* count: as `result` */
    OP_WAIT_IRQ,
    OP_RUN,        /* time */
    OP_DMA_READ,   /* count, by */
    OP_DMA_VERIFY, /* count */
    OP_DMA_WRITE,  /* source */
    OP_DMA_OFF,
    OP_PIO_READ,   /* count */
    OP_PIO_WRITE,  /* source */
    OP_TC,
    OP_IMAGE,      /* slot, layout, filling */
    OP_ATTACH,     /* unit, slot, flags */
    OP_RELEASE,    /* unit */
    OP_POWER,      /* the RESET pin */
    OP_SNAPSHOT,
    /* and those that no script has words for */
    OP_TIMER,      /* a needless call */
    OP_DMA_READY,  /* the same */
    OP_JUMP,       /* time: the clock alone goes on, as with a host that is late */
    OP_BACK,       /* time: the clock goes back */
    OP_FAR,        /* count: the clock goes to so many ns before the end of time */
    OP_DMA_LIE,    /* count: the channel says that it moved so many more */
    OP_DMA_STALL,  /* count: the channel stalls after so many */
    OP_MARKS,      /* unit, cylinder, head, sector, marks */
    OP_N_KINDS
};

enum op_source_kind {
    OP_SOURCE_FILL,
    OP_SOURCE_HEX,
    OP_SOURCE_LBA,
    OP_SOURCE_IDS,
    OP_SOURCE_N_KINDS
};

/* Bytes that the guest gives: at most OP_SOURCE_BYTES. */
struct op_source {
    uint8_t kind;
    unsigned number[5];   /* fill: byte, count; LBA: first, sectors; IDs: C, H, R, count, N */
    const uint8_t *bytes; /* HEX: in the input */
    size_t n_bytes;
};

#define OP_SOURCE_BYTES 65536u
#define OP_CMD_BYTES 16u

struct op {
    uint8_t kind;
    unsigned number[5];
    uint64_t time_ns;
    const uint8_t *bytes; /* of OP_CMD, in the input */
    size_t n_bytes;
    struct op_source source;
};

/* A place in an input that is read, or, where `out` is set, one that is written. */
struct op_stream {
    const uint8_t *in;
    uint8_t *out;
    size_t n_bytes;
    size_t pos;
    bool ok; /* so far there was a byte, or room, for all */
};

#define HEAD_BYTES 4u

struct op_stream op_stream_of(const uint8_t *bytes, size_t n_bytes);

/* How the controller is made, either way. */
void op_head(struct op_stream *stream, struct vfdc_config *config);

/* The next operation, either way.  False at the end, with nothing of it taken or put. */
bool op_next(struct op_stream *stream, struct op *op);

/* The bytes of a source, and how many. */
size_t op_source_bytes(const struct op_source *source, uint8_t bytes[OP_SOURCE_BYTES]);

/* Sectors of 512 bytes of the scripts' LBA pattern. */
void op_lba_pattern(uint8_t *bytes, size_t n_bytes, uint32_t first);

#endif
