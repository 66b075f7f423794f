/*
 * No saved state, made up or damaged, does more than a real one: it is refused and nothing has
 * changed, or taken, and then the controller keeps all that it promises (README, threat 13).
 */
#include <string.h>

#include "check.h"
#include "fuzz.h"
#include "guest.h"

enum {
    AS_IT_IS,      /* count, bytes */
    PUT_RIGHT,     /* the same behind a header that is right */
    OF_THIS_INPUT, /* count, operations; a state is saved after them, and some of it changed */
    N_WAYS
};

enum { HEADER_BYTES = 14, AT_LENGTH = 6, AT_CHECKSUM = 10 };

struct state {
    uint8_t bytes[VFDC_STATE_MAX_BYTES + 16u];
    size_t n_bytes;
};

static void put_u32(uint8_t *bytes, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(value >> 8 * i);
    }
}

/* Magic, version, length, and the CRC-32 of zip files over what follows. */
static void put_header(struct state *state)
{
    static const uint8_t start[] = { 'V', 'F', 'D', 'C', 1, 0 };
    uint32_t crc = UINT32_C(0xffffffff);

    if (state->n_bytes < HEADER_BYTES) {
        return;
    }
    for (size_t i = HEADER_BYTES; i < state->n_bytes; i++) {
        crc ^= state->bytes[i];
        for (unsigned bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ ((crc & 1u) != 0 ? UINT32_C(0xedb88320) : 0);
        }
    }
    memcpy(state->bytes, start, sizeof(start));
    put_u32(state->bytes + AT_LENGTH, (uint32_t)state->n_bytes);
    put_u32(state->bytes + AT_CHECKSUM, ~crc);
}

static unsigned take_byte(struct op_stream *stream)
{
    return stream->pos < stream->n_bytes ? stream->in[stream->pos++] : 0;
}

static size_t take_word(struct op_stream *stream)
{
    size_t low = take_byte(stream);

    return low | (size_t)take_byte(stream) << 8;
}

static struct op_stream take_part(struct op_stream *stream, size_t n_bytes)
{
    size_t left = stream->n_bytes - stream->pos;
    struct op_stream part = op_stream_of(stream->in + stream->pos, n_bytes < left ? n_bytes : left);

    stream->pos += part.n_bytes;
    return part;
}

/* What the controller itself saves after some operations, with some bytes changed. */
static void make_state(struct machine *machine, struct op_stream *stream, struct state *state)
{
    struct op_stream prefix = take_part(stream, take_word(stream));
    unsigned n_changes = take_byte(stream) % 16u;

    guest_play(machine, &prefix);
    CHECK(vfdc_controller_save(machine->fdc, state->bytes, sizeof(state->bytes),
                               &state->n_bytes) == VFDC_S_OK,
          "a controller saves at any moment");
    for (; n_changes > 0; n_changes--) {
        size_t at = HEADER_BYTES + take_word(stream) % (state->n_bytes - HEADER_BYTES);

        state->bytes[at] = (uint8_t)take_byte(stream);
    }
}

static void read_state(struct machine *machine, struct op_stream *stream, struct state *state)
{
    unsigned way = take_byte(stream) % N_WAYS;
    struct op_stream bytes;

    state->n_bytes = 0;
    if (way == OF_THIS_INPUT) {
        make_state(machine, stream, state);
    } else {
        bytes = take_part(stream, take_word(stream) % sizeof(state->bytes));
        memcpy(state->bytes, bytes.in, bytes.n_bytes);
        state->n_bytes = bytes.n_bytes;
    }
    if (way != AS_IT_IS) {
        put_header(state);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    static struct machine machine;
    static struct state state;
    struct op_stream stream = op_stream_of(bytes, n_bytes);
    struct vfdc_config config = { .strap = VFDC_STRAP_AT };

    if (machine.memory[0] == NULL) {
        machine_init(&machine, "machine");
    }
    op_head(&stream, &config);
    machine_power_on(&machine, &config);
    read_state(&machine, &stream, &state);
    if (!vfdc_failed(machine_restore(&machine, state.bytes, state.n_bytes))) {
        machine_snapshot(&machine); /* it saves and restores as itself */
    }
    guest_play(&machine, &stream);
    guest_end(&machine);
    return 0;
}
