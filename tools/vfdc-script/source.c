/*
 * vfdc-script: SOURCE.  Parsing keeps the text and the numbers; the bytes are made afresh each
 * time, so a file is read as it is then.
 */
#include "source.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "number.h"
#include "scratch.h"

enum { SECTOR_BYTES = 512 };

/* The number in the `length` characters at `text`. */
static bool part(bool (*parse)(const char *, uint64_t, uint64_t *), const char *text,
                 size_t length, uint64_t max, uint64_t *number)
{
    char digits[24];

    if (length >= sizeof digits) {
        return false;
    }
    memcpy(digits, text, length);
    digits[length] = '\0';
    return parse(digits, max, number);
}

static bool parse_fill(const char *text, struct source *source)
{
    const char *star = strchr(text, '*');
    uint64_t count;

    if (star == NULL || star - text != 2 || !part(number_hex, text, 2, 0xff, &source->first) ||
        !number_decimal(star + 1, SOURCE_MAX_BYTES, &count)) {
        return false;
    }
    source->n_bytes = (size_t)count;
    return true;
}

static bool parse_hex(const char *text, struct source *source)
{
    size_t n_digits = strspn(text, "0123456789abcdefABCDEF");

    if (n_digits == 0 || n_digits % 2 != 0 || text[n_digits] != '\0') {
        return false;
    }
    source->text = text;
    source->n_bytes = n_digits / 2;
    return true;
}

static bool parse_lba(const char *text, struct source *source)
{
    const char *plus = strchr(text, '+');
    uint64_t count;

    if (plus == NULL || !part(number_decimal, text, (size_t)(plus - text), UINT32_MAX,
                              &source->first) ||
        !number_decimal(plus + 1, SOURCE_MAX_BYTES / SECTOR_BYTES, &count)) {
        return false;
    }
    source->n_bytes = (size_t)count * SECTOR_BYTES;
    return true;
}

bool source_parse_range(const char *text, struct source *source)
{
    /* the last @: one at the start belongs to the name, and a name may hold more */
    const char *at = strrchr(text, '@');
    const char *plus = at != NULL ? strchr(at, '+') : NULL;
    uint64_t count;

    if (plus == NULL || !scratch_is_name(text, (size_t)(at - text)) ||
        !part(number_decimal, at + 1, (size_t)(plus - at - 1), INT64_MAX, &source->first) ||
        !number_decimal(plus + 1, SOURCE_MAX_BYTES, &count)) {
        return false;
    }
    source->kind = SOURCE_FILE;
    source->name = text;
    source->name_length = (size_t)(at - text);
    source->n_bytes = (size_t)count;
    return true;
}

bool source_parse(const char *text, struct source *source)
{
    static const struct {
        const char *prefix;
        enum source_kind kind;
        bool (*parse)(const char *, struct source *);
    } forms[] = {
        { "fill:", SOURCE_FILL, parse_fill },
        { "hex:", SOURCE_HEX, parse_hex },
        { "lba:", SOURCE_LBA, parse_lba },
        { "file:", SOURCE_FILE, source_parse_range },
    };

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        size_t length = strlen(forms[i].prefix);

        if (strncmp(text, forms[i].prefix, length) == 0) {
            source->kind = forms[i].kind;
            return forms[i].parse(text + length, source);
        }
    }
    return false;
}

static void decode_hex(const char *digits, uint8_t *bytes, size_t n_bytes)
{
    for (size_t i = 0; i < n_bytes; i++) {
        uint8_t high = 0;
        uint8_t low = 0;

        number_hex_digit(digits[2 * i], &high);
        number_hex_digit(digits[2 * i + 1], &low);
        bytes[i] = (uint8_t)(high << 4 | low);
    }
}

uint8_t *source_bytes(const struct source *source, const struct scratch *scratch)
{
    uint8_t *bytes = alloc_zeroed(source->n_bytes);

    switch (source->kind) {
    case SOURCE_FILL:
        memset(bytes, (int)source->first, source->n_bytes);
        break;
    case SOURCE_HEX:
        decode_hex(source->text, bytes, source->n_bytes);
        break;
    case SOURCE_LBA:
        source_lba_pattern(bytes, source->n_bytes, source->first * SECTOR_BYTES);
        break;
    case SOURCE_FILE:
        if (!scratch_read(scratch, source->name, source->name_length, source->first, bytes,
                          source->n_bytes)) {
            free(bytes);
            return NULL;
        }
        break;
    }
    return bytes;
}

void source_lba_pattern(uint8_t *bytes, size_t n_bytes, uint64_t offset)
{
    for (size_t i = 0; i < n_bytes; i++) {
        uint64_t sector = (offset + i) / SECTOR_BYTES;
        unsigned place = (unsigned)((offset + i) % SECTOR_BYTES);

        if (place < 4) {
            bytes[i] = (uint8_t)(sector >> (8 * place));
        } else {
            bytes[i] = (uint8_t)(7 * sector + UINT64_C(13) * place);
        }
    }
}

uint32_t source_crc32(const uint8_t *bytes, size_t n_bytes)
{
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < n_bytes; i++) {
        crc ^= bytes[i];
        for (unsigned bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ ((crc & 1) != 0 ? UINT32_C(0xedb88320) : 0);
        }
    }
    return ~crc;
}
