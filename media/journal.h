/*
 * What a journal is made of: bytes in a file, in order and without gaps.  A header:
 *
 *     0  8  magic            16  8  bytes of the disk        40  8  serial of the first record
 *     8  4  version          24  8  inode of the image       48  8  0
 *    12  4  bytes a sector   32  8  1: follows another       56  8  hash of all before it
 *
 * and records, one for each command that wrote:
 *
 *     0  8  serial, one more than the record's before
 *     8  4  sectors: 1 to JOURNAL_RECORD_SECTORS
 *    12  4  0
 *    16     for each sector 16 bytes: its logical block (8), the hash of its content before (8)
 *           for each sector its new content
 *           hash of all of the record before it (8)
 *
 * One that follows another goes on where that ends, and is worth nothing without it as long as the
 * other has its name: a loss of power may have taken what was in there.
 *
 * All numbers are little-endian.  The device's number is not in it: that may change with a
 * restart of the machine, which is what a journal is for.
 */
#ifndef MEDIA_JOURNAL_H
#define MEDIA_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vfdc/media.h>

#define JOURNAL_HEADER_BYTES 64u

/* A command writes a cylinder at most. */
#define JOURNAL_RECORD_SECTORS (2u * VFDC_MAX_SECTORS)
#define JOURNAL_ENTRY_BYTES 16u
#define JOURNAL_RECORD_BYTES                                                                     \
    (16u + JOURNAL_RECORD_SECTORS * (JOURNAL_ENTRY_BYTES + VFDC_MAX_SECTOR_BYTES) + 8u)

/* Of one sector, as most are: read first. */
#define JOURNAL_SHORT_BYTES (16u + JOURNAL_ENTRY_BYTES + VFDC_MAX_SECTOR_BYTES + 8u)

struct journal_header {
    uint32_t sector_bytes;
    uint64_t disk_bytes;
    uint64_t inode;
    uint64_t first_serial;
    bool is_following; /* another one, that is older and was not applied yet */
};

void journal_put_header(uint8_t bytes[static JOURNAL_HEADER_BYTES],
                        const struct journal_header *header);

/* False if that is no header. */
bool journal_get_header(const uint8_t bytes[static JOURNAL_HEADER_BYTES],
                        struct journal_header *header);

/* A record, in the bytes that hold it: journal_record_bytes() of them. */
struct journal_record {
    uint64_t serial;
    uint32_t n_sectors;    /* 1 to JOURNAL_RECORD_SECTORS */
    uint32_t sector_bytes; /* 128 to VFDC_MAX_SECTOR_BYTES, a power of two */
};

size_t journal_record_bytes(const struct journal_record *record);

/* Begin one, fill in its sectors, in any order, and end it.  `bytes` have JOURNAL_RECORD_BYTES. */
void journal_begin_record(uint8_t *bytes, const struct journal_record *record);
void journal_put_sector(uint8_t *bytes, const struct journal_record *record, uint32_t i,
                        uint64_t lba, uint64_t old_hash, const uint8_t *content);
void journal_end_record(uint8_t *bytes, const struct journal_record *record);

/* How long a record says that it is, and whose it is; 0 where not even that can be. */
size_t journal_get_head(const uint8_t *bytes, size_t n_bytes, uint32_t sector_bytes,
                        struct journal_record *record);

/*
 * The record at the beginning of `bytes`, of which `n_bytes` (at most JOURNAL_RECORD_BYTES) are
 * there; its sectors are `sector_bytes` long.  False if none is there, whole and undamaged.
 */
bool journal_get_record(const uint8_t *bytes, size_t n_bytes, uint32_t sector_bytes,
                        struct journal_record *record);

/* One sector of a record: its content, in `bytes`; NULL if it has not so many. */
const uint8_t *journal_get_sector(const uint8_t *bytes, const struct journal_record *record,
                                  uint32_t i, uint64_t *lba, uint64_t *old_hash);

#endif
