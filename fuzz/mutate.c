/*
 * How inputs that are lists of operations are changed: half of the time bytes, as libFuzzer does;
 * half of the time whole operations, put in, taken out, repeated, or put in as what a driver
 * says, with numbers that are mostly sane.
 */
#include "mutate.h"

#include <string.h>

#include "disk.h"
#include "fuzz.h"

#define MAX_INPUT 65536u
#define MAX_OPS 4096u
#define MAX_PACKAGE 256u

struct change {
    uint32_t random; /* state of a small generator: libFuzzer gives one seed a call */
    uint8_t package[MAX_PACKAGE];
    struct op_stream to; /* into it */
};

static unsigned below(struct change *change, unsigned n)
{
    change->random = change->random * 1664525u + 1013904223u;
    return (change->random >> 8) % n;
}

static unsigned one_of(struct change *change, const uint8_t *values, unsigned n)
{
    return values[below(change, n)];
}

/* ---- packages ---- */

static void put(struct change *change, struct op op)
{
    (void)op_next(&change->to, &op);
}

static void put_command(struct change *change, const uint8_t *bytes, size_t n_bytes)
{
    put(change, (struct op){ .kind = OP_CMD, .bytes = bytes, .n_bytes = n_bytes });
}

static void put_result(struct change *change, unsigned n)
{
    put(change, (struct op){ .kind = OP_RESULT, .number = { n - 1u } });
}

static void put_sense(struct change *change)
{
    put_command(change, &(uint8_t){ 0x08 }, 1);
    put_result(change, 2);
}

/* A disk in a drive, its motor on, out of reset. */
static void put_start(struct change *change)
{
    static const uint8_t dors[] = { 0x1c, 0x1c, 0x1c, 0x2d, 0x4e, 0x8f, 0x14, 0xfc };
    static const uint8_t rates[] = { 0, 0, 0, 1, 2, 3 };
    unsigned dor = one_of(change, dors, sizeof(dors));

    put(change, (struct op){ .kind = OP_IMAGE, .number = { dor & 3u, below(change, 12), 0x100 } });
    put(change, (struct op){ .kind = OP_ATTACH,
                             .number = { dor & 3u, dor & 3u, below(change, 8) == 0 } });
    put(change, (struct op){ .kind = OP_OUT, .number = { 2, dor } });
    put(change,
        (struct op){ .kind = OP_OUT, .number = { 7, one_of(change, rates, sizeof(rates)) } });
    put(change, (struct op){ .kind = OP_WAIT_IRQ });
    for (unsigned unit = 0; unit < 4; unit++) {
        put_sense(change);
    }
}

static uint8_t unit_and_head(struct change *change)
{
    return (uint8_t)(below(change, 6) == 0 ? below(change, 8) : below(change, 2) << 2);
}

/* Now and then a channel that lies or stalls, from when it was armed on. */
static void put_channel(struct change *change)
{
    unsigned kind = below(change, 16);

    if (kind < 2) {
        put(change, (struct op){ .kind = kind == 0 ? OP_DMA_LIE : OP_DMA_STALL,
                                 .number = { 1 + below(change, 1024) } });
    }
}

/* READ, WRITE, VERIFY and their kin: mostly a sector that there is. */
static void put_data_command(struct change *change)
{
    static const uint8_t opcodes[] = { 0x46, 0xe6, 0x45, 0xc5, 0x42, 0x49, 0x4c, 0xec, 0x56, 0xd6 };
    static const uint8_t codes[] = { 2, 2, 2, 2, 2, 2, 1, 3, 0, 7, 8, 0xff };
    static const uint8_t ends[] = { 1, 2, 8, 9, 15, 18, 21, 36, 0, 0xff };
    unsigned opcode = one_of(change, opcodes, sizeof(opcodes));
    unsigned head = unit_and_head(change);
    const uint8_t bytes[] = {
        (uint8_t)opcode,
        (uint8_t)head,
        (uint8_t)(below(change, 8) == 0 ? below(change, 256) : below(change, 3)),
        (uint8_t)(below(change, 8) == 0 ? below(change, 256) : head >> 2),
        (uint8_t)(below(change, 8) == 0 ? below(change, 256) : 1 + below(change, 18)),
        (uint8_t)one_of(change, codes, sizeof(codes)),
        (uint8_t)one_of(change, ends, sizeof(ends)),
        0x1b,
        (uint8_t)(below(change, 4) == 0 ? below(change, 256) : 0xff),
    };

    if ((opcode & 0x1fu) == 0x05 || (opcode & 0x1fu) == 0x09) {
        const struct op_source lba = { .kind = OP_SOURCE_LBA,
                                       .number = { below(change, 256), 1 + below(change, 4) } };

        put(change, (struct op){ .kind = OP_DMA_WRITE, .source = lba });
    } else {
        put(change, (struct op){ .kind = OP_DMA_READ,
                                 .number = { 128u << below(change, 6), below(change, 3) * 100 } });
    }
    put_channel(change);
    put_command(change, bytes, sizeof(bytes));
}

static void put_format(struct change *change)
{
    static const uint8_t counts[] = { 18, 18, 9, 15, 36, 21, 8, 26, 0, 1, 0xff };
    unsigned n = one_of(change, counts, sizeof(counts));
    uint8_t head = unit_and_head(change);
    const uint8_t bytes[] = { 0x4d, head, 2, (uint8_t)n, 0x6c, 0xf6 };
    const struct op_source ids = { .kind = OP_SOURCE_IDS,
                                   .number = { below(change, 3), head >> 2, 1, n, 2 } };

    put(change, (struct op){ .kind = OP_DMA_WRITE, .source = ids });
    put_channel(change);
    put_command(change, bytes, sizeof(bytes));
}

static void put_execution(struct change *change)
{
    switch (below(change, 5)) {
    case 0:
        put(change,
            (struct op){ .kind = OP_RUN, .time_ns = UINT64_C(100000) << below(change, 14) });
        break;
    case 1:
        put(change, (struct op){ .kind = OP_PIO_READ, .number = { 128u << below(change, 4) } });
        break;
    case 2: {
        const struct op_source fill = { .kind = OP_SOURCE_FILL,
                                        .number = { 0x5a, 128u << below(change, 4) } };

        put(change, (struct op){ .kind = OP_PIO_WRITE, .source = fill });
        break;
    }
    default:
        put(change, (struct op){ .kind = OP_WAIT_IRQ });
        break;
    }
}

static void put_motion(struct change *change)
{
    static const uint8_t cylinders[] = { 0, 1, 2, 3, 79, 80, 84, 0xff };
    const uint8_t cylinder = (uint8_t)one_of(change, cylinders, sizeof(cylinders));
    const uint8_t unit = unit_and_head(change);

    switch (below(change, 4)) {
    case 0:
        put_command(change, (const uint8_t[]){ 0x07, unit }, 2);
        break;
    case 1:
        put_command(change,
                    (const uint8_t[]){ 0x8f | (uint8_t)(below(change, 2) << 6), unit, cylinder },
                    3);
        break;
    default:
        put_command(change, (const uint8_t[]){ 0x0f, unit, cylinder }, 3);
        break;
    }
    put(change, (struct op){ .kind = OP_WAIT_IRQ });
    put_sense(change);
}

static void put_mode(struct change *change)
{
    switch (below(change, 8)) {
    case 0:
        put_command(change, (const uint8_t[]){ 0x03, (uint8_t)below(change, 256),
                                               (uint8_t)(2 + below(change, 2)) }, 3);
        break;
    case 1:
        put_command(change, (const uint8_t[]){ 0x13, 0, (uint8_t)below(change, 128), 0 }, 4);
        break;
    case 2:
        put_command(change, (const uint8_t[]){ 0x12, (uint8_t)below(change, 256) }, 2);
        break;
    case 3:
        put_command(change, (const uint8_t[]){ (uint8_t)(0x14 | below(change, 2) << 7) }, 1);
        put_result(change, 1);
        break;
    case 4:
        put_command(change, (const uint8_t[]){ 0x0e }, 1);
        put_result(change, 10);
        break;
    case 5:
        put_command(change, (const uint8_t[]){ 0x04, unit_and_head(change) }, 2);
        put_result(change, 1);
        break;
    case 6:
        put_command(change, (const uint8_t[]){ 0x4a, unit_and_head(change) }, 2);
        put_execution(change);
        put_result(change, 7);
        break;
    default:
        put_sense(change);
        break;
    }
}

/* What breaks into a conversation. */
static void put_disturbance(struct change *change)
{
    static const uint8_t kinds[] = { OP_TC,    OP_RELEASE,   OP_POWER, OP_SNAPSHOT, OP_TIMER,
                                     OP_DMA_READY, OP_DMA_OFF, OP_ATTACH };
    unsigned unit = below(change, 4) == 0 ? below(change, 4) : 0;

    switch (below(change, 6)) {
    case 0:
        put(change, (struct op){ .kind = OP_OUT, .number = { 4, 0x80u | below(change, 4) } });
        break;
    case 1:
        put(change, (struct op){ .kind = OP_OUT, .number = { 2, below(change, 256) } });
        break;
    case 2:
        put(change, (struct op){ .kind = OP_JUMP, .time_ns = UINT64_C(1) << below(change, 33) });
        break;
    default:
        put(change, (struct op){ .kind = (uint8_t)one_of(change, kinds, sizeof(kinds)),
                                 .number = { unit, unit } });
        break;
    }
}

static void put_package(struct change *change)
{
    switch (below(change, 8)) {
    case 0:
        put_start(change);
        break;
    case 1:
        put_format(change);
        put_execution(change);
        put_result(change, 7);
        break;
    case 2:
        put_motion(change);
        break;
    case 3:
        put_mode(change);
        break;
    case 4:
        put_disturbance(change);
        break;
    case 5:
        put_execution(change);
        break;
    default:
        put_data_command(change);
        put_execution(change);
        put_result(change, 7);
        break;
    }
}

/* ---- inputs ---- */

/* Where the operations of an input begin, and where the last one ends. */
static size_t places_of(const uint8_t *bytes, size_t n_bytes, size_t head_bytes,
                        size_t place[MAX_OPS + 1u])
{
    struct op_stream stream = op_stream_of(bytes, n_bytes);
    struct op op = { .kind = 0 };
    size_t n = 0;

    stream.pos = head_bytes;
    while (n < MAX_OPS && stream.pos < n_bytes) {
        place[n++] = stream.pos;
        if (!op_next(&stream, &op)) {
            n--;
            break;
        }
    }
    place[n] = stream.pos;
    return n;
}

/* Replace the bytes from `from` to `to` by others. */
static size_t replace(uint8_t *bytes, size_t n_bytes, size_t max_bytes, size_t from, size_t to,
                      const uint8_t *by, size_t n_by)
{
    if (n_bytes - (to - from) + n_by > max_bytes) {
        return n_bytes;
    }
    memmove(bytes + from + n_by, bytes + to, n_bytes - to);
    memcpy(bytes + from, by, n_by);
    return n_bytes - (to - from) + n_by;
}

size_t mutate_ops(uint8_t *bytes, size_t n_bytes, size_t max_bytes, size_t head_bytes,
                  unsigned seed)
{
    static size_t place[MAX_OPS + 1u];
    static uint8_t copy[MAX_INPUT];
    struct change change = { .random = seed };
    size_t n, first, last;

    if (n_bytes < head_bytes || max_bytes > MAX_INPUT || below(&change, 2) == 0) {
        return LLVMFuzzerMutate(bytes, n_bytes, max_bytes);
    }
    n = places_of(bytes, n_bytes, head_bytes, place);
    first = below(&change, (unsigned)n + 1u);
    last = first + below(&change, (unsigned)(n - first) + 1u) % 8u;
    switch (below(&change, 6)) {
    case 0: /* take out */
        return replace(bytes, n_bytes, max_bytes, place[first], place[last], copy, 0);
    case 1: /* repeat */
        memcpy(copy, bytes + place[first], place[last] - place[first]);
        return replace(bytes, n_bytes, max_bytes, place[last], place[last], copy,
                       place[last] - place[first]);
    default:
        change.to = (struct op_stream){ .out = change.package, .n_bytes = MAX_PACKAGE, .ok = true };
        put_package(&change);
        return replace(bytes, n_bytes, max_bytes, place[first],
                       place[below(&change, 2) == 0 ? last : first], change.package,
                       change.to.pos);
    }
}
