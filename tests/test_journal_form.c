/*
 * The bytes of a journal: where each number of a header and of a record stands, and which records
 * there are none of.  Journals outlive the program that wrote them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hash.h"
#include "journal.h"

#define MOST_SECTORS 126u /* a cylinder of two tracks of 63 */

/* The bytes of `number`, the least one first. */
static void expect_number(const uint8_t *bytes, size_t n, uint64_t number)
{
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(bytes[i], (number >> (8 * i)) & 0xff);
    }
}

static void the_hash_is_xxh3(void **state)
{
    (void)state;
    assert_true(hash_of((const uint8_t *)"", 0) == UINT64_C(0x2d06800538d394c2));
}

static void a_header_has_its_numbers_in_their_places(void **state)
{
    static const struct journal_header header = {
        .sector_bytes = UINT32_C(0x84838281),
        .disk_bytes = UINT64_C(0x9897969594939291),
        .inode = UINT64_C(0xa8a7a6a5a4a3a2a1),
        .first_serial = UINT64_C(0xb8b7b6b5b4b3b2b1),
        .is_following = true,
    };
    static const uint8_t start[] = {
        'V',  'F',  'D',  'C',  'J',  'R',  'N',  'L',  1,    0,    0,    0,    0x81, 0x82, 0x83,
        0x84, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6,
        0xa7, 0xa8, 1,    0,    0,    0,    0,    0,    0,    0,    0xb1, 0xb2, 0xb3, 0xb4, 0xb5,
        0xb6, 0xb7, 0xb8, 0,    0,    0,    0,    0,    0,    0,    0,
    };
    uint8_t bytes[64];
    struct journal_header got;

    (void)state;
    memset(bytes, 0xee, sizeof(bytes));
    journal_put_header(bytes, &header);
    assert_int_equal(sizeof(start), 56);
    assert_memory_equal(bytes, start, sizeof(start));
    expect_number(bytes + 56, 8, hash_of(start, 56));

    assert_true(journal_get_header(bytes, &got));
    assert_true(got.sector_bytes == header.sector_bytes && got.disk_bytes == header.disk_bytes);
    assert_true(got.inode == header.inode && got.first_serial == header.first_serial);
    assert_true(got.is_following);
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] ^= 0x10;
        assert_false(journal_get_header(bytes, &got));
        bytes[i] ^= 0x10;
    }
}

/* A good hash makes no header of another magic or version. */
static void a_header_is_of_this_version(void **state)
{
    static const struct journal_header header = { .sector_bytes = 512 };
    struct journal_header got;
    uint8_t bytes[64];

    (void)state;
    for (size_t i = 0; i < 12; i++) {
        uint64_t hash;

        journal_put_header(bytes, &header);
        assert_true(journal_get_header(bytes, &got));
        assert_false(got.is_following);
        bytes[i]++;
        hash = hash_of(bytes, 56);
        for (size_t k = 0; k < 8; k++) {
            bytes[56 + k] = (uint8_t)(hash >> (8 * k));
        }
        assert_false(journal_get_header(bytes, &got));
    }
}

/* Two sectors of 128 bytes: 16, twice 16, twice 128, and the hash. */
static void a_record_has_its_numbers_in_their_places(void **state)
{
    const struct journal_record record = {
        .serial = UINT64_C(0xc8c7c6c5c4c3c2c1), .n_sectors = 2, .sector_bytes = 128,
    };
    uint8_t *bytes = calloc(1, JOURNAL_RECORD_BYTES);
    uint8_t content[2][128];
    struct journal_record got;
    const uint8_t *sector;
    uint64_t lba;
    uint64_t old_hash;

    (void)state;
    assert_non_null(bytes);
    memset(content[0], 0x51, 128);
    memset(content[1], 0x52, 128);
    assert_int_equal(journal_record_bytes(&record), 312);
    journal_begin_record(bytes, &record);
    journal_put_sector(bytes, &record, 1, UINT64_C(0x0102030405060708), 7, content[1]);
    journal_put_sector(bytes, &record, 0, 5, UINT64_C(0x1112131415161718), content[0]);
    journal_end_record(bytes, &record);

    expect_number(bytes, 8, UINT64_C(0xc8c7c6c5c4c3c2c1));
    expect_number(bytes + 8, 4, 2);
    expect_number(bytes + 12, 4, 0);
    expect_number(bytes + 16, 8, 5);
    expect_number(bytes + 24, 8, UINT64_C(0x1112131415161718));
    expect_number(bytes + 32, 8, UINT64_C(0x0102030405060708));
    expect_number(bytes + 40, 8, 7);
    assert_memory_equal(bytes + 48, content[0], 128);
    assert_memory_equal(bytes + 176, content[1], 128);
    expect_number(bytes + 304, 8, hash_of(bytes, 304));
    expect_number(bytes + 312, 8, 0);

    assert_true(journal_get_record(bytes, 312, 128, &got));
    assert_true(got.serial == record.serial && got.n_sectors == 2 && got.sector_bytes == 128);
    sector = journal_get_sector(bytes, &got, 1, &lba, &old_hash);
    assert_ptr_equal(sector, bytes + 176);
    assert_true(lba == UINT64_C(0x0102030405060708) && old_hash == 7);
    sector = journal_get_sector(bytes, &got, 0, &lba, &old_hash);
    assert_ptr_equal(sector, bytes + 48);
    assert_null(journal_get_sector(bytes, &got, 2, &lba, &old_hash));
    assert_null(journal_get_sector(bytes, &got, MOST_SECTORS, &lba, &old_hash));

    /* one byte less, or one that is changed */
    assert_false(journal_get_record(bytes, 311, 128, &got));
    for (size_t i = 0; i < 312; i++) {
        bytes[i] ^= 0x10;
        assert_false(journal_get_record(bytes, 312, 128, &got));
        bytes[i] ^= 0x10;
    }
    for (size_t n = 0; n < 16; n++) {
        assert_false(journal_get_record(bytes, n, 128, &got));
    }
    free(bytes);
}

static void a_record_has_limits(void **state)
{
    static const struct {
        uint32_t n_sectors, sector_bytes;
        size_t n_bytes; /* 0: there is no such record */
    } records[] = {
        { 1, 128, 168 },
        { MOST_SECTORS, 1024, 16 + MOST_SECTORS * (16 + 1024) + 8 },
        { 0, 512, 0 },
        { MOST_SECTORS + 1, 512, 0 },
        { UINT32_MAX, 512, 0 },
        { 1, 0, 0 },
        { 1, 1025, 0 },
        { 1, UINT32_MAX, 0 },
    };
    uint8_t *bytes = calloc(1, JOURNAL_RECORD_BYTES + 2048u);
    struct journal_record got;

    (void)state;
    assert_non_null(bytes);
    assert_int_equal(JOURNAL_RECORD_BYTES, 16 + MOST_SECTORS * (16 + 1024) + 8);
    for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
        const struct journal_record record = {
            .n_sectors = records[i].n_sectors, .sector_bytes = records[i].sector_bytes,
        };

        assert_int_equal(journal_record_bytes(&record), records[i].n_bytes);
        journal_begin_record(bytes, &record);
        assert_false(journal_get_record(bytes, JOURNAL_RECORD_BYTES, record.sector_bytes, &got));
        journal_end_record(bytes, &record);
        assert_int_equal(
            journal_get_record(bytes, JOURNAL_RECORD_BYTES, record.sector_bytes, &got),
            records[i].n_bytes != 0);
    }
    free(bytes);
}

/* The largest record is filled to its end, and no further. */
static void a_record_of_a_cylinder_has_all_of_it(void **state)
{
    const struct journal_record record = { .n_sectors = MOST_SECTORS, .sector_bytes = 1024 };
    uint8_t *bytes = calloc(1, JOURNAL_RECORD_BYTES + 1024u);
    struct journal_record got;
    uint8_t content[1024];
    uint64_t lba;
    uint64_t old_hash;

    (void)state;
    assert_non_null(bytes);
    memset(bytes + JOURNAL_RECORD_BYTES, 0xee, 1024);
    journal_begin_record(bytes, &record);
    for (uint32_t i = 0; i <= MOST_SECTORS; i++) {
        memset(content, (int)i + 1, sizeof(content));
        journal_put_sector(bytes, &record, i, 1000 + i, 2000 + i, content);
    }
    journal_end_record(bytes, &record);
    assert_true(journal_get_record(bytes, JOURNAL_RECORD_BYTES, 1024, &got));
    for (uint32_t i = 0; i < MOST_SECTORS; i++) {
        const uint8_t *sector = journal_get_sector(bytes, &got, i, &lba, &old_hash);

        assert_non_null(sector);
        assert_int_equal(lba, 1000 + i);
        assert_int_equal(old_hash, 2000 + i);
        memset(content, (int)i + 1, sizeof(content));
        assert_memory_equal(sector, content, sizeof(content));
    }
    for (size_t i = 0; i < 1024; i++) {
        assert_int_equal(bytes[JOURNAL_RECORD_BYTES + i], 0xee);
    }
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hash_is_xxh3),
        cmocka_unit_test(a_header_has_its_numbers_in_their_places),
        cmocka_unit_test(a_header_is_of_this_version),
        cmocka_unit_test(a_record_has_its_numbers_in_their_places),
        cmocka_unit_test(a_record_has_limits),
        cmocka_unit_test(a_record_of_a_cylinder_has_all_of_it),
    };

    return cmocka_run_group_tests_name("journal form", tests, NULL, NULL);
}
