/*
 * vfdc-script: SOURCE, the ways in which a script writes bytes down, and the pattern that
 * tells every sector from every other.
 */
#ifndef VFDC_SCRIPT_SOURCE_H
#define VFDC_SCRIPT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct scratch;

/* The most that a script's buffers hold: more is a mistake and not a floppy. */
#define SOURCE_MAX_BYTES (UINT64_C(64) << 20)

enum source_kind {
    SOURCE_FILL, /* fill:BB*COUNT */
    SOURCE_HEX,  /* hex:AABB... */
    SOURCE_LBA,  /* lba:LBA+COUNT */
    SOURCE_FILE, /* file:NAME@OFFSET+COUNT */
};

/* A source as parsed; its bytes are made when they are asked for. */
struct source {
    enum source_kind kind;
    uint64_t first; /* the byte, the sector or the offset */
    size_t n_bytes;
    const char *text;   /* SOURCE_HEX: the digits, in the script */
    const char *name;   /* SOURCE_FILE, and the next: in the script, not ended by NUL */
    size_t name_length;
};

/* Whether `text` is a SOURCE.  `text` must live as long as the source. */
bool source_parse(const char *text, struct source *source);

/* The part after "file:", NAME@OFFSET+COUNT, which is also how the statement `file` names it. */
bool source_parse_range(const char *text, struct source *source);

/* Its `n_bytes` in memory of their own; NULL, with errno, if a file does not have them. */
uint8_t *source_bytes(const struct source *source, const struct scratch *scratch);

/* Bytes of the LBA pattern from byte `offset` of the image on. */
void source_lba_pattern(uint8_t *bytes, size_t n_bytes, uint64_t offset);

/* The CRC-32 of zip. */
uint32_t source_crc32(const uint8_t *bytes, size_t n_bytes);

#endif
