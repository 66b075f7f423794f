/*
 * The journal's bytes; see journal.h.  Whatever they are, nothing outside them is touched.
 */
#include "journal.h"

#include <string.h>

#include "hash.h"

#define MAGIC UINT64_C(0x4c4e524a43444656) /* "VFDCJRNL" */
#define VERSION 1u

#define RECORD_HEAD_BYTES 16u
#define HASH_BYTES 8u

/* ---- numbers ----------------------------------------------------------------------------- */

static void put_u32(uint8_t *bytes, uint32_t number)
{
    for (unsigned i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)((number >> (8u * i)) & 0xffu);
    }
}

static void put_u64(uint8_t *bytes, uint64_t number)
{
    for (unsigned i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)((number >> (8u * i)) & 0xffu);
    }
}

static uint32_t get_u32(const uint8_t *bytes)
{
    uint32_t number = 0;

    for (unsigned i = 0; i < 4; i++) {
        number |= (uint32_t)bytes[i] << (8u * i);
    }
    return number;
}

static uint64_t get_u64(const uint8_t *bytes)
{
    uint64_t number = 0;

    for (unsigned i = 0; i < 8; i++) {
        number |= (uint64_t)bytes[i] << (8u * i);
    }
    return number;
}

/* ---- the header -------------------------------------------------------------------------- */

void journal_put_header(uint8_t bytes[static JOURNAL_HEADER_BYTES],
                        const struct journal_header *header)
{
    memset(bytes, 0, JOURNAL_HEADER_BYTES);
    put_u64(bytes, MAGIC);
    put_u32(bytes + 8, VERSION);
    put_u32(bytes + 12, header->sector_bytes);
    put_u64(bytes + 16, header->disk_bytes);
    put_u64(bytes + 24, header->inode);
    put_u64(bytes + 32, header->is_following ? 1u : 0u);
    put_u64(bytes + 40, header->first_serial);
    put_u64(bytes + 56, hash_of(bytes, 56));
}

bool journal_get_header(const uint8_t bytes[static JOURNAL_HEADER_BYTES],
                        struct journal_header *header)
{
    header->sector_bytes = get_u32(bytes + 12);
    header->disk_bytes = get_u64(bytes + 16);
    header->inode = get_u64(bytes + 24);
    header->is_following = get_u64(bytes + 32) != 0;
    header->first_serial = get_u64(bytes + 40);
    return get_u64(bytes) == MAGIC && get_u32(bytes + 8) == VERSION &&
           get_u64(bytes + 56) == hash_of(bytes, 56);
}

/* ---- records ----------------------------------------------------------------------------- */

static bool is_possible(const struct journal_record *record)
{
    return record->n_sectors >= 1 && record->n_sectors <= JOURNAL_RECORD_SECTORS &&
           record->sector_bytes >= 1 && record->sector_bytes <= VFDC_MAX_SECTOR_BYTES;
}

size_t journal_record_bytes(const struct journal_record *record)
{
    if (!is_possible(record)) {
        return 0;
    }
    return RECORD_HEAD_BYTES +
           record->n_sectors * (size_t)(JOURNAL_ENTRY_BYTES + record->sector_bytes) + HASH_BYTES;
}

/* Where the content of sector `i` begins; the record's end where there is none. */
static size_t content_at(const struct journal_record *record, uint32_t i)
{
    if (i >= JOURNAL_RECORD_SECTORS || record->n_sectors > JOURNAL_RECORD_SECTORS ||
        record->sector_bytes > VFDC_MAX_SECTOR_BYTES) {
        return 0;
    }
    return RECORD_HEAD_BYTES + record->n_sectors * (size_t)JOURNAL_ENTRY_BYTES +
           i * (size_t)record->sector_bytes;
}

void journal_begin_record(uint8_t *bytes, const struct journal_record *record)
{
    put_u64(bytes, record->serial);
    put_u32(bytes + 8, record->n_sectors);
    put_u32(bytes + 12, 0);
}

void journal_put_sector(uint8_t *bytes, const struct journal_record *record, uint32_t i,
                        uint64_t lba, uint64_t old_hash, const uint8_t *content)
{
    size_t at = content_at(record, i);

    if (at == 0 || i >= JOURNAL_RECORD_SECTORS || at > JOURNAL_RECORD_BYTES - 1024u) {
        return;
    }
    put_u64(bytes + RECORD_HEAD_BYTES + (size_t)i * JOURNAL_ENTRY_BYTES, lba);
    put_u64(bytes + RECORD_HEAD_BYTES + (size_t)i * JOURNAL_ENTRY_BYTES + 8, old_hash);
    memcpy(bytes + at, content, record->sector_bytes);
}

void journal_end_record(uint8_t *bytes, const struct journal_record *record)
{
    size_t n_bytes = journal_record_bytes(record);

    if (n_bytes >= HASH_BYTES && n_bytes <= JOURNAL_RECORD_BYTES) {
        put_u64(bytes + n_bytes - HASH_BYTES, hash_of(bytes, n_bytes - HASH_BYTES));
    }
}

size_t journal_get_head(const uint8_t *bytes, size_t n_bytes, uint32_t sector_bytes,
                        struct journal_record *record)
{
    if (n_bytes < RECORD_HEAD_BYTES) {
        return 0;
    }
    record->serial = get_u64(bytes);
    record->n_sectors = get_u32(bytes + 8);
    record->sector_bytes = sector_bytes;
    return journal_record_bytes(record);
}

bool journal_get_record(const uint8_t *bytes, size_t n_bytes, uint32_t sector_bytes,
                        struct journal_record *record)
{
    size_t n_used = journal_get_head(bytes, n_bytes, sector_bytes, record);

    if (n_used < HASH_BYTES || n_used > n_bytes || n_used > JOURNAL_RECORD_BYTES) {
        return false;
    }
    return get_u64(bytes + n_used - HASH_BYTES) == hash_of(bytes, n_used - HASH_BYTES);
}

const uint8_t *journal_get_sector(const uint8_t *bytes, const struct journal_record *record,
                                  uint32_t i, uint64_t *lba, uint64_t *old_hash)
{
    size_t at = content_at(record, i);

    if (at == 0 || i >= JOURNAL_RECORD_SECTORS || i >= record->n_sectors ||
        at > JOURNAL_RECORD_BYTES - 1024u) {
        return NULL;
    }
    *lba = get_u64(bytes + RECORD_HEAD_BYTES + (size_t)i * JOURNAL_ENTRY_BYTES);
    *old_hash = get_u64(bytes + RECORD_HEAD_BYTES + (size_t)i * JOURNAL_ENTRY_BYTES + 8);
    return bytes + at;
}
