/*
 * Bytes of a saved state, read or written by the same walk over the fields: little-endian, each
 * field once, with its bounds.  Reading stops at the first byte that is missing and at the first
 * value that is out of bounds; what was read until then is the caller's to drop.
 */
#ifndef FDC_CODEC_H
#define FDC_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct codec {
    uint8_t *out;      /* NULL while reading, or while only counting */
    const uint8_t *in; /* NULL while writing */
    size_t n_bytes;    /* there are */
    size_t pos;
    bool ok;
};

/* The next byte of either direction. */
static inline void codec_byte(struct codec *c, uint8_t *byte)
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

/* Each takes the least and the greatest value that the field may have. */
static inline void codec_u64(struct codec *c, uint64_t *value, uint64_t least, uint64_t most)
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

static inline void codec_u32(struct codec *c, uint32_t *value, uint32_t least, uint32_t most)
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

static inline void codec_u16(struct codec *c, uint16_t *value, uint16_t least, uint16_t most)
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

static inline void codec_u8(struct codec *c, uint8_t *value, uint8_t least, uint8_t most)
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

static inline void codec_bool(struct codec *c, bool *value)
{
    uint8_t byte = *value ? 1 : 0;

    codec_u8(c, &byte, 0, 1);
    *value = byte != 0;
}

#endif
