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
void codec_byte(struct codec *c, uint8_t *byte);

/* Each takes the least and the greatest value that the field may have. */
void codec_u8(struct codec *c, uint8_t *value, uint8_t least, uint8_t most);
void codec_u16(struct codec *c, uint16_t *value, uint16_t least, uint16_t most);
void codec_u32(struct codec *c, uint32_t *value, uint32_t least, uint32_t most);
void codec_u64(struct codec *c, uint64_t *value, uint64_t least, uint64_t most);
void codec_bool(struct codec *c, bool *value);

/*
 * Times, against now.  Ahead: as what is left of it; one gone by is now; VFDC_NEVER stays.  Around:
 * on either side of now.  Neither lies further away than any deadline, or anything that matters.
 */
void codec_ahead(struct codec *c, uint64_t *time_ns, uint64_t now_ns);
void codec_around(struct codec *c, uint64_t *time_ns, uint64_t now_ns);

#endif
