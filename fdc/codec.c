/*
 * Bytes of a saved state.  See codec.h.
 */
#include "codec.h"

#include "timing.h"

/* No deadline lies further ahead, and nothing that still matters further back. */
#define HORIZON_NS UINT64_C(10000000000)

void codec_byte(struct codec *c, uint8_t *byte)
{
    if (c->in != NULL) {
        if (c->pos >= c->n_bytes) {
            c->ok = false;
            *byte = 0;
            return;
        }
        *byte = c->in[c->pos];
    } else if (c->out != NULL) {
        if (c->pos >= c->n_bytes) {
            c->ok = false;
            return;
        }
        c->out[c->pos] = *byte;
    }
    if (c->pos < SIZE_MAX) {
        c->pos++;
    }
}

void codec_u64(struct codec *c, uint64_t *value, uint64_t least, uint64_t most)
{
    uint64_t got = 0;
    unsigned i;

    for (i = 0; i < 8u; i++) {
        uint8_t byte = (uint8_t)((*value >> (8u * i)) & 0xffu);

        codec_byte(c, &byte);
        got |= (uint64_t)byte << (8u * i);
    }
    if (c->in != NULL) {
        if (!c->ok || got < least || got > most) {
            c->ok = false;
            got = least;
        }
        *value = got;
    }
}

void codec_u32(struct codec *c, uint32_t *value, uint32_t least, uint32_t most)
{
    uint32_t got = 0;
    unsigned i;

    for (i = 0; i < 4u; i++) {
        uint8_t byte = (uint8_t)((*value >> (8u * i)) & 0xffu);

        codec_byte(c, &byte);
        got |= (uint32_t)byte << (8u * i);
    }
    if (c->in != NULL) {
        if (!c->ok || got < least || got > most) {
            c->ok = false;
            got = least;
        }
        *value = got;
    }
}

void codec_u16(struct codec *c, uint16_t *value, uint16_t least, uint16_t most)
{
    uint8_t low = (uint8_t)(*value & 0xffu);
    uint8_t high = (uint8_t)(*value >> 8);
    unsigned got;

    codec_byte(c, &low);
    codec_byte(c, &high);
    got = low | (unsigned)high << 8;
    if (c->in != NULL) {
        if (!c->ok || got < least || got > most) {
            c->ok = false;
            got = least;
        }
        *value = (uint16_t)got;
    }
}

void codec_u8(struct codec *c, uint8_t *value, uint8_t least, uint8_t most)
{
    uint8_t got = *value;

    codec_byte(c, &got);
    if (c->in != NULL) {
        if (!c->ok || got < least || got > most) {
            c->ok = false;
            got = least;
        }
        *value = got;
    }
}

void codec_bool(struct codec *c, bool *value)
{
    uint8_t byte = *value ? 1 : 0;

    codec_u8(c, &byte, 0, 1);
    *value = byte != 0;
}

/* ---- times ---- */

void codec_ahead(struct codec *c, uint64_t *time_ns, uint64_t now_ns)
{
    uint64_t left_ns = VFDC_NEVER;

    if (*time_ns != VFDC_NEVER) {
        left_ns = *time_ns > now_ns ? *time_ns - now_ns : 0;
        left_ns = left_ns <= HORIZON_NS ? left_ns : HORIZON_NS;
    }
    codec_u64(c, &left_ns, 0, VFDC_NEVER);
    if (c->in != NULL) {
        if (left_ns != VFDC_NEVER && left_ns > HORIZON_NS) {
            c->ok = false;
        }
        *time_ns = left_ns == VFDC_NEVER ? VFDC_NEVER : timing_after(now_ns, left_ns);
    }
}

void codec_around(struct codec *c, uint64_t *time_ns, uint64_t now_ns)
{
    uint64_t shifted_ns = HORIZON_NS;

    if (*time_ns >= now_ns) {
        shifted_ns += *time_ns - now_ns <= HORIZON_NS ? *time_ns - now_ns : HORIZON_NS;
    } else {
        shifted_ns -= now_ns - *time_ns <= HORIZON_NS ? now_ns - *time_ns : HORIZON_NS;
    }
    codec_u64(c, &shifted_ns, 0, 2u * HORIZON_NS);
    if (c->in != NULL) {
        if (shifted_ns >= HORIZON_NS) {
            *time_ns = timing_after(now_ns, shifted_ns - HORIZON_NS);
        } else {
            uint64_t ago_ns = HORIZON_NS - shifted_ns;

            *time_ns = now_ns > ago_ns ? now_ns - ago_ns : 0;
        }
    }
}
