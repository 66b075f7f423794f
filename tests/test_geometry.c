/*
 * Which layout an image has: the table row by row, sizes beside it, boot sectors good and bad.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bpb.h"
#include "foreign.h"
#include "geometry.h"

#define END_BYTES 512u

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

static const enum vfdc_drive_type drives[] = {
    VFDC_DRIVE_360K, VFDC_DRIVE_1200K, VFDC_DRIVE_720K, VFDC_DRIVE_1440K, VFDC_DRIVE_2880K,
};

/* What each size is in each drive: rate, and step if not 1; "" refused. */
struct expected {
    uint64_t n_bytes;
    uint8_t cylinders, heads, sectors, size_code;
    /* 360K 1.2M 720K 1.44M 2.88M */
    const char *drive[5];
};

static const struct expected table[] = {
    { 163840, 40, 1, 8, 2, { "2", "1/2", "", "", "" } },
    { 184320, 40, 1, 9, 2, { "2", "1/2", "", "", "" } },
    { 204800, 40, 1, 10, 2, { "2", "1/2", "", "", "" } },
    { 327680, 40, 2, 8, 2, { "2", "1/2", "", "", "" } },
    { 419840, 41, 2, 10, 2, { "", "1/2", "", "", "" } },
    { 430080, 42, 2, 10, 2, { "", "1/2", "", "", "" } },
    { 655360, 80, 2, 8, 2, { "", "", "2", "2", "2" } },
    { 737280, 80, 2, 9, 2, { "", "1", "2", "2", "2" } },
    { 819200, 80, 2, 10, 2, { "", "", "2", "2", "2" } },
    { 839680, 82, 2, 10, 2, { "", "", "2", "2", "2" } },
    { 849920, 83, 2, 10, 2, { "", "", "2", "2", "2" } },
    { 901120, 80, 2, 11, 2, { "", "1", "", "", "" } },
    { 1025024, 77, 2, 26, 1, { "", "0", "", "", "" } },
    { 1064960, 80, 2, 13, 2, { "", "", "1", "1", "" } },
    { 1146880, 80, 2, 14, 2, { "", "", "1", "1", "" } },
    { 1228800, 80, 2, 15, 2, { "", "0", "", "", "" } },
    { 1261568, 77, 2, 8, 3, { "", "0", "", "", "" } },
    { 1310720, 80, 2, 16, 2, { "", "0", "", "", "" } },
    { 1474560, 80, 2, 18, 2, { "", "", "", "0", "0" } },
    { 1511424, 82, 2, 18, 2, { "", "0", "", "0", "" } },
    { 1529856, 83, 2, 18, 2, { "", "0", "", "0", "" } },
    { 1556480, 80, 2, 19, 2, { "", "", "", "0", "" } },
    { 1638400, 80, 2, 20, 2, { "", "0", "", "0", "" } },
    { 1720320, 80, 2, 21, 2, { "", "", "", "0", "0" } },
    { 1741824, 81, 2, 21, 2, { "", "", "", "0", "" } },
    { 1763328, 82, 2, 21, 2, { "", "", "", "0", "" } },
    { 1784832, 83, 2, 21, 2, { "", "", "", "0", "" } },
    { 1802240, 80, 2, 22, 2, { "", "", "", "0", "" } },
    { 1884160, 80, 2, 23, 2, { "", "", "", "0", "" } },
    { 1966080, 80, 2, 24, 2, { "", "", "", "0", "" } },
    { 2949120, 80, 2, 36, 2, { "", "", "", "", "3" } },
};

/* Two sizes that are two disks each. */
static const struct expected ambiguous[] = {
    { 368640, 40, 2, 9, 2, { "2", "1/2", "", "", "" } },
    { 368640, 80, 1, 9, 2, { "", "", "2", "2", "2" } },
    { 409600, 40, 2, 10, 2, { "", "1/2", "", "", "" } },
    { 409600, 80, 1, 10, 2, { "", "", "2", "2", "" } },
};

static const uint8_t no_sector[END_BYTES];

static void choose(uint64_t n_bytes, enum vfdc_drive_type drive, const uint8_t *boot,
                   struct geometry_choice *choice)
{
    const struct geometry_request request = {
        .n_bytes = n_bytes, .drive = drive, .boot = boot, .tail = no_sector,
    };

    geometry_choose(&request, choice);
}

static void choose_given(uint64_t n_bytes, enum vfdc_drive_type drive, const uint8_t layout[4],
                         struct geometry_choice *choice)
{
    const struct geometry_request request = {
        .n_bytes = n_bytes,
        .drive = drive,
        .given = { layout[0], layout[1], layout[2], layout[3] },
        .boot = no_sector,
        .tail = no_sector,
    };

    geometry_choose(&request, choice);
}

static void expect_layout_of(const struct geometry_choice *choice, uint8_t cylinders,
                             uint8_t heads, uint8_t sectors, uint8_t size_code)
{
    assert_null(choice->refusal);
    assert_int_equal(choice->geometry.cylinders, cylinders);
    assert_int_equal(choice->geometry.heads, heads);
    assert_int_equal(choice->geometry.sectors, sectors);
    assert_int_equal(choice->geometry.size_code, size_code);
}

/* Of 512-byte sectors. */
static void expect_layout(const struct geometry_choice *choice, uint8_t cylinders, uint8_t heads,
                          uint8_t sectors)
{
    expect_layout_of(choice, cylinders, heads, sectors, 2);
}

static void expect_recording(const struct geometry_choice *choice, const char *recording)
{
    assert_int_equal(choice->geometry.data_rate, recording[0] - '0');
    assert_int_equal(choice->geometry.track_step, recording[1] == '/' ? recording[2] - '0' : 1);
}

static void expect_refusal(const struct geometry_choice *choice, const char *part)
{
    char text[VFDC_MEDIA_TEXT_BYTES];
    struct text_facts facts = choice->facts;

    assert_non_null(choice->refusal);
    facts.path = "/a";
    text_write(text, choice->refusal, &facts);
    if (strstr(text, part) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", part, text);
    }
}

/* A DOS boot sector of a disk. */
static void make_boot(uint8_t *boot, uint16_t total, uint8_t sectors, uint8_t heads)
{
    static const uint8_t start[] = {
        0xeb, 0x3c, 0x90, 'M',  'S',  'D',  'O',  'S', '5', '.',  '0',  0x00, 0x02,
        0x01, 0x01, 0x00, 0x02, 0xe0, 0x00, 0x00, 0x00, 0xf0, 0x09, 0x00, 0x00, 0x00,
    };

    memset(boot, 0, END_BYTES);
    memcpy(boot, start, sizeof(start));
    boot[0x13] = (uint8_t)(total & 0xff);
    boot[0x14] = (uint8_t)(total >> 8);
    boot[0x18] = sectors;
    boot[0x1a] = heads;
}

static void each_size_in_each_drive_has_its_layout(void **state)
{
    struct geometry_choice choice;

    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        for (size_t d = 0; d < N_OF(drives); d++) {
            choose(table[i].n_bytes, drives[d], no_sector, &choice);

            if (table[i].drive[d][0] == '\0') {
                expect_refusal(&choice, " image needs a ");
                continue;
            }
            expect_layout_of(&choice, table[i].cylinders, table[i].heads, table[i].sectors,
                             table[i].size_code);
            expect_recording(&choice, table[i].drive[d]);
            assert_int_equal(choice.reason, VFDC_GEOMETRY_SIZE);
        }
    }
}

static void the_drive_decides_between_layouts_of_one_size(void **state)
{
    struct geometry_choice choice;
    uint8_t boot[END_BYTES];

    (void)state;
    for (size_t i = 0; i < N_OF(ambiguous); i++) {
        for (size_t d = 0; d < N_OF(drives); d++) {
            if (ambiguous[i].drive[d][0] == '\0') {
                continue;
            }
            choose(ambiguous[i].n_bytes, drives[d], no_sector, &choice);

            expect_layout(&choice, ambiguous[i].cylinders, ambiguous[i].heads,
                          ambiguous[i].sectors);
            expect_recording(&choice, ambiguous[i].drive[d]);
            assert_int_equal(choice.reason, VFDC_GEOMETRY_DRIVE);
        }
    }

    /* whatever the boot sector says: the other disk does not fit this drive */
    make_boot(boot, 720, 9, 2);
    choose(368640, VFDC_DRIVE_1440K, boot, &choice);
    expect_layout(&choice, 80, 1, 9);
    make_boot(boot, 720, 9, 1);
    choose(368640, VFDC_DRIVE_360K, boot, &choice);
    expect_layout(&choice, 40, 2, 9);
}

static void no_drive_of_any_layout_of_a_size_is_refused(void **state)
{
    struct geometry_choice choice;

    (void)state;
    choose(2949120, VFDC_DRIVE_1440K, no_sector, &choice);
    expect_refusal(&choice, "/a: a 2.88M image needs a 2.88M drive");
    choose(1474560, VFDC_DRIVE_1200K, no_sector, &choice);
    expect_refusal(&choice, "/a: a 1.44M image needs a 1.44M or 2.88M drive");
    choose(409600, VFDC_DRIVE_360K, no_sector, &choice);
    expect_refusal(&choice, "needs a 720K or 1.2M or 1.44M drive");
}

/* The table of today has no such pair in one drive: another one has. */
static void the_boot_sector_decides_where_several_fit_the_drive(void **state)
{
    static const struct geometry_row rows[] = {
        { "first", { 80, 2, 9, 2 }, 2, 1, 0, 0x50, 0, DRIVE_BIT(VFDC_DRIVE_1440K) },
        { "other", { 40, 2, 18, 2 }, 0, 1, 0, 0x6c, 0, DRIVE_BIT(VFDC_DRIVE_1440K) },
    };
    uint8_t boot[END_BYTES];
    struct geometry_choice choice;
    struct geometry_request request = {
        .n_bytes = 737280, .drive = VFDC_DRIVE_1440K, .boot = boot, .tail = no_sector,
    };

    (void)state;
    make_boot(boot, 1440, 18, 2);
    geometry_choose_from(rows, 2, &request, &choice);
    expect_layout(&choice, 40, 2, 18);
    assert_int_equal(choice.reason, VFDC_GEOMETRY_BOOT_SECTOR);
    assert_int_equal(choice.geometry.gap_format, 0x6c);

    make_boot(boot, 1440, 9, 2);
    geometry_choose_from(rows, 2, &request, &choice);
    expect_layout(&choice, 80, 2, 9);
    assert_int_equal(choice.reason, VFDC_GEOMETRY_BOOT_SECTOR);

    request.boot = no_sector;
    geometry_choose_from(rows, 2, &request, &choice);
    expect_layout(&choice, 80, 2, 9);
    assert_int_equal(choice.reason, VFDC_GEOMETRY_DRIVE);

    /* a boot sector of another size chooses nothing */
    request.boot = boot;
    make_boot(boot, 2880, 18, 2);
    geometry_choose_from(rows, 2, &request, &choice);
    expect_layout(&choice, 80, 2, 9);
    assert_int_equal(choice.reason, VFDC_GEOMETRY_DRIVE);
}

/* Nor has it two of one layout, read in two ways, or a larger one that a boot sector names. */
static void only_another_layout_makes_a_size_ambiguous(void **state)
{
    static const struct geometry_row rows[] = {
        { "first", { 80, 2, 9, 2 }, 2, 1, 0, 0x50, 0, DRIVE_BIT(VFDC_DRIVE_1440K) },
        { "again", { 80, 2, 9, 2 }, 1, 1, 0, 0x6c, 0, DRIVE_BIT(VFDC_DRIVE_1440K) },
        { "other", { 40, 2, 18, 2 }, 0, 1, 0, 0x6c, 0, DRIVE_BIT(VFDC_DRIVE_1440K) },
        { "larger", { 80, 2, 18, 2 }, 0, 1, 0, 0x6c, 0, DRIVE_BIT(VFDC_DRIVE_1440K) },
    };
    uint8_t boot[END_BYTES];
    struct geometry_choice choice;
    struct geometry_request request = {
        .n_bytes = 737280, .drive = VFDC_DRIVE_1440K, .boot = boot, .tail = no_sector,
    };

    (void)state;
    make_boot(boot, 1440, 18, 2);
    geometry_choose_from(rows, 2, &request, &choice);
    expect_layout(&choice, 80, 2, 9);
    assert_int_equal(choice.reason, VFDC_GEOMETRY_SIZE);
    assert_int_equal(choice.geometry.gap_format, 0x50);
    assert_true(geometry_is_decided_from(rows, 2, &request));
    assert_true(geometry_is_decided_from(rows + 1, 1, &request));
    assert_false(geometry_is_decided_from(rows, 3, &request));
    assert_false(geometry_is_decided_from(rows + 1, 2, &request));
    request.n_bytes = 12345;
    assert_false(geometry_is_decided_from(rows, 4, &request));
    request.n_bytes = 737280;

    make_boot(boot, 2880, 18, 2); /* the larger one */
    geometry_choose_from(rows, 4, &request, &choice);
    expect_layout(&choice, 80, 2, 9);
    assert_int_equal(choice.reason, VFDC_GEOMETRY_DRIVE);
}

static void a_size_beside_a_layout_is_refused(void **state)
{
    static const int64_t beside[] = { -512, -128, -1, 1, 128, 512 };
    struct geometry_choice choice;

    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        for (size_t b = 0; b < N_OF(beside); b++) {
            for (size_t d = 0; d < N_OF(drives); d++) {
                choose(table[i].n_bytes + (uint64_t)beside[b], drives[d], no_sector, &choice);

                assert_non_null(choice.refusal);
            }
        }
    }
}

static void sizes_that_are_no_floppy_are_refused_in_words(void **state)
{
    struct geometry_choice choice;

    (void)state;
    choose(0, VFDC_DRIVE_1440K, no_sector, &choice);
    expect_refusal(&choice, "/a: image is empty");
    choose(1474561, VFDC_DRIVE_1440K, no_sector, &choice);
    expect_refusal(&choice, "/a: no floppy geometry has 1474561 bytes; pass one explicitly");
    choose(983040, VFDC_DRIVE_1440K, no_sector, &choice); /* 80 x 2 x 12: no PC drive's */
    expect_refusal(&choice, "no floppy geometry has 983040 bytes");
    choose(3194880, VFDC_DRIVE_2880K, no_sector, &choice);
    expect_refusal(&choice, "too large for a floppy");
    choose(UINT64_MAX, VFDC_DRIVE_2880K, no_sector, &choice);
    expect_refusal(&choice, "too large for a floppy");
    choose(1261568, VFDC_DRIVE_1440K, no_sector, &choice);
    expect_refusal(&choice, "/a: a 1.23M image needs a 1.2M drive");
    choose(1474560 + 128, VFDC_DRIVE_1440K, no_sector, &choice);
    expect_refusal(&choice, "dosemu");
}

static void other_formats_are_named_only_where_no_size_fits(void **state)
{
    struct geometry_choice choice;
    uint8_t vhd[END_BYTES] = "conectix";
    uint8_t imd[END_BYTES] = "IMD 1.18";
    uint8_t boot[END_BYTES];
    struct geometry_request request = {
        .n_bytes = 1474560 + 512, .drive = VFDC_DRIVE_1440K, .boot = boot, .tail = vhd,
    };

    (void)state;
    choose(9999, VFDC_DRIVE_1440K, imd, &choice);
    expect_refusal(&choice, "/a: this is an ImageDisk file, not a floppy image");
    choose(1474560, VFDC_DRIVE_1440K, imd, &choice);
    expect_layout(&choice, 80, 2, 18);
    choose(1474560, VFDC_DRIVE_1440K, vhd, &choice);
    expect_layout(&choice, 80, 2, 18);

    /* a fixed VHD is a good disk and a footer: no slack */
    make_boot(boot, 2880, 18, 2);
    geometry_choose(&request, &choice);
    expect_refusal(&choice, "/a: this is a VHD, not a floppy image");
}

static void a_short_image_needs_a_boot_sector_that_explains_it(void **state)
{
    struct geometry_choice choice;
    uint8_t boot[END_BYTES];

    (void)state;
    make_boot(boot, 2880, 18, 2);
    choose(1474560 - 512, VFDC_DRIVE_1440K, boot, &choice);
    expect_layout(&choice, 80, 2, 18);
    assert_int_equal(choice.reason, VFDC_GEOMETRY_SHORT);
    choose(512, VFDC_DRIVE_1440K, boot, &choice);
    expect_layout(&choice, 80, 2, 18);

    choose(1474560 - 128, VFDC_DRIVE_1440K, boot, &choice);
    assert_non_null(choice.refusal);
    choose(1474560 - 512, VFDC_DRIVE_720K, boot, &choice);
    assert_non_null(choice.refusal);
    choose(1474560 - 512, VFDC_DRIVE_1440K, no_sector, &choice);
    assert_non_null(choice.refusal);
    make_boot(boot, 2720, 17, 2); /* plausible, but no layout that is known */
    choose(2720 * 512, VFDC_DRIVE_1440K, boot, &choice);
    expect_refusal(&choice, "no floppy geometry has 1392640 bytes");
}

static void slack_of_less_than_a_track_is_left_alone(void **state)
{
    struct geometry_choice choice;
    uint8_t boot[END_BYTES];

    (void)state;
    make_boot(boot, 2880, 18, 2);
    choose(1474560 + 512, VFDC_DRIVE_1440K, boot, &choice);
    expect_layout(&choice, 80, 2, 18);
    assert_int_equal(choice.reason, VFDC_GEOMETRY_SLACK);
    choose(1474560 + 17 * 512, VFDC_DRIVE_1440K, boot, &choice);
    assert_int_equal(choice.reason, VFDC_GEOMETRY_SLACK);

    choose(1474560 + 18 * 512, VFDC_DRIVE_1440K, boot, &choice);
    assert_non_null(choice.refusal);
    choose(1474560 + 1, VFDC_DRIVE_1440K, boot, &choice);
    assert_non_null(choice.refusal);
}

static void a_boot_sector_is_believed_only_if_all_of_it_is_plausible(void **state)
{
    static const struct {
        uint8_t at, value;
    } spoilers[] = {
        { 0x00, 0x00 }, { 0x00, 0xfa }, { 0x0b, 0x01 }, { 0x0c, 0x04 }, { 0x0e, 0x00 },
        { 0x10, 0x00 }, { 0x10, 0x03 }, { 0x13, 0x41 }, { 0x15, 0xf1 }, { 0x15, 0x00 },
        { 0x18, 0x00 }, { 0x18, 0x40 }, { 0x19, 0x01 }, { 0x1a, 0x00 }, { 0x1a, 0x03 },
        { 0x1b, 0x01 }, { 0x18, 0x11 },
    };
    uint8_t boot[END_BYTES];
    struct bpb bpb;

    (void)state;
    make_boot(boot, 2880, 18, 2);
    assert_true(bpb_parse(boot, &bpb));
    assert_int_equal(bpb.cylinders, 80);
    assert_int_equal(bpb.heads, 2);
    assert_int_equal(bpb.sectors, 18);

    for (size_t i = 0; i < N_OF(spoilers); i++) {
        make_boot(boot, 2880, 18, 2);
        boot[spoilers[i].at] = spoilers[i].value;
        assert_false(bpb_parse(boot, &bpb));
    }

    /* a jump is one of three; a media byte f0, or f8 up */
    for (unsigned byte = 0; byte < 256; byte++) {
        make_boot(boot, 2880, 18, 2);
        boot[0x00] = (uint8_t)byte;
        assert_int_equal(bpb_parse(boot, &bpb), byte == 0xeb || byte == 0xe9 || byte == 0x60);
        make_boot(boot, 2880, 18, 2);
        boot[0x15] = (uint8_t)byte;
        assert_int_equal(bpb_parse(boot, &bpb), byte == 0xf0 || byte >= 0xf8);
    }

    /* the long total counts where the short one is 0 */
    make_boot(boot, 0, 18, 2);
    boot[0x20] = 0x40;
    boot[0x21] = 0x0b;
    assert_true(bpb_parse(boot, &bpb));
    boot[0x23] = 0x80;
    assert_false(bpb_parse(boot, &bpb));
}

static void junk_boot_sectors_choose_nothing(void **state)
{
    uint8_t boot[END_BYTES];
    struct geometry_choice choice;

    (void)state;
    for (unsigned fill = 0; fill < 256; fill++) {
        memset(boot, (int)fill, sizeof(boot));
        choose(1474560 - 512, VFDC_DRIVE_1440K, boot, &choice);
        assert_non_null(choice.refusal);
    }
    /* the fields that would divide, at their ends */
    for (unsigned junk = 0; junk < 2; junk++) {
        make_boot(boot, 2880, 18, 2);
        memset(boot + 0x13, junk == 0 ? 0x00 : 0xff, 0x24 - 0x13);
        boot[0x15] = 0xf0;
        choose(1474560 - 512, VFDC_DRIVE_1440K, boot, &choice);
        assert_non_null(choice.refusal);
    }
}

static void a_given_layout_must_be_the_images(void **state)
{
    struct geometry_choice choice;

    (void)state;
    choose_given(1474560, VFDC_DRIVE_1440K, (const uint8_t[]){ 80, 2, 18, 2 }, &choice);
    expect_layout(&choice, 80, 2, 18);
    assert_int_equal(choice.reason, VFDC_GEOMETRY_GIVEN);
    assert_int_equal(choice.geometry.gap_format, 0x6c);
    choose_given(368640, VFDC_DRIVE_1440K, (const uint8_t[]){ 80, 1, 9, 2 }, &choice);
    expect_layout(&choice, 80, 1, 9);

    choose_given(1474560, VFDC_DRIVE_1440K, (const uint8_t[]){ 80, 2, 17, 2 }, &choice);
    expect_refusal(&choice, "the layout given has 1392640 bytes");
    choose_given(1474560, VFDC_DRIVE_1440K, (const uint8_t[]){ 80, 2, 18, 3 }, &choice);
    expect_refusal(&choice, "the layout given has 2949120 bytes");
    choose_given(5548032, VFDC_DRIVE_2880K, (const uint8_t[]){ 86, 2, 63, 2 }, &choice);
    expect_refusal(&choice, "too large");
    choose_given(11096064, VFDC_DRIVE_2880K, (const uint8_t[]){ 86, 2, 63, 3 }, &choice);
    expect_refusal(&choice, "too large");
}

static void a_given_layout_has_limits(void **state)
{
    static const uint8_t outside[][4] = {
        { 0, 2, 18, 2 },  { 87, 2, 18, 2 }, { 80, 0, 18, 2 },
        { 80, 3, 18, 2 }, { 80, 2, 0, 2 },  { 80, 2, 64, 2 },
        { 80, 2, 18, 4 }, { 0, 0, 0, 2 },   { 255, 255, 255, 255 },
        { 0, 0, 18, 0 },  { 0, 2, 0, 0 },   { 80, 0, 0, 0 },
    };
    struct geometry_choice choice;

    (void)state;
    for (size_t i = 0; i < N_OF(outside); i++) {
        choose_given(1474560, VFDC_DRIVE_1440K, outside[i], &choice);
        expect_refusal(&choice, "1-86 cylinders, 1-2 heads, 1-63 sectors");
    }
    choose_given(86 * 512, VFDC_DRIVE_1440K, (const uint8_t[]){ 86, 1, 1, 2 }, &choice);
    expect_layout(&choice, 86, 1, 1);
}

/* What is in no table: as the drive's heads and rates can carry it, or not at all. */
static void a_given_layout_is_read_as_the_drive_can(void **state)
{
    static const struct {
        enum vfdc_drive_type drive;
        uint8_t layout[4];
        const char *recording;
    } cases[] = {
        { VFDC_DRIVE_360K, { 42, 2, 11, 2 }, "2" },   { VFDC_DRIVE_360K, { 43, 2, 9, 2 }, "" },
        { VFDC_DRIVE_360K, { 40, 2, 18, 2 }, "" },    { VFDC_DRIVE_1200K, { 40, 2, 11, 2 }, "1/2" },
        { VFDC_DRIVE_1200K, { 80, 2, 7, 2 }, "1" },   { VFDC_DRIVE_1200K, { 80, 2, 18, 2 }, "0" },
        { VFDC_DRIVE_1200K, { 80, 2, 21, 2 }, "" },   { VFDC_DRIVE_720K, { 84, 2, 9, 2 }, "2" },
        { VFDC_DRIVE_720K, { 80, 2, 18, 2 }, "" },    { VFDC_DRIVE_1440K, { 40, 2, 9, 2 }, "2" },
        { VFDC_DRIVE_1440K, { 80, 2, 17, 2 }, "0" },  { VFDC_DRIVE_1440K, { 80, 2, 36, 2 }, "" },
        { VFDC_DRIVE_2880K, { 80, 2, 17, 2 }, "0" },  { VFDC_DRIVE_2880K, { 45, 2, 63, 2 }, "3" },
        /* the most that each rate has, and one more */
        { VFDC_DRIVE_360K, { 42, 2, 12, 2 }, "" },    { VFDC_DRIVE_1200K, { 42, 2, 11, 2 }, "1/2" },
        { VFDC_DRIVE_1200K, { 43, 2, 11, 2 }, "1" },  { VFDC_DRIVE_1200K, { 43, 2, 12, 2 }, "0" },
        { VFDC_DRIVE_1200K, { 42, 2, 12, 2 }, "0" },
        { VFDC_DRIVE_1200K, { 70, 2, 20, 2 }, "0" },  { VFDC_DRIVE_1200K, { 70, 2, 21, 2 }, "" },
        { VFDC_DRIVE_720K, { 70, 2, 11, 2 }, "2" },   { VFDC_DRIVE_720K, { 70, 2, 12, 2 }, "" },
        { VFDC_DRIVE_1440K, { 70, 2, 11, 2 }, "2" },  { VFDC_DRIVE_1440K, { 70, 2, 12, 2 }, "0" },
        { VFDC_DRIVE_1440K, { 70, 2, 24, 2 }, "0" },  { VFDC_DRIVE_1440K, { 70, 2, 25, 2 }, "" },
        { VFDC_DRIVE_2880K, { 70, 2, 11, 2 }, "2" },  { VFDC_DRIVE_2880K, { 70, 2, 12, 2 }, "0" },
        { VFDC_DRIVE_2880K, { 70, 2, 24, 2 }, "0" },  { VFDC_DRIVE_2880K, { 70, 2, 25, 2 }, "3" },
    };
    struct geometry_choice choice;

    (void)state;
    for (size_t i = 0; i < N_OF(cases); i++) {
        const uint8_t *layout = cases[i].layout;

        choose_given((uint64_t)layout[0] * layout[1] * layout[2] * 512, cases[i].drive, layout,
                     &choice);

        if (cases[i].recording[0] == '\0') {
            expect_refusal(&choice, "this drive cannot read the layout given");
        } else {
            expect_layout(&choice, layout[0], layout[1], layout[2]);
            expect_recording(&choice, cases[i].recording);
        }
    }
}

/* A row of the table is found by all four numbers; the same size may be carried otherwise. */
static void a_given_layout_has_sectors_of_any_size(void **state)
{
    static const struct {
        enum vfdc_drive_type drive;
        uint8_t layout[4];
        const char *recording;
    } cases[] = {
        { VFDC_DRIVE_1200K, { 77, 2, 8, 3 }, "0" },   { VFDC_DRIVE_1200K, { 77, 2, 26, 1 }, "0" },
        { VFDC_DRIVE_1440K, { 77, 2, 8, 3 }, "0" },   { VFDC_DRIVE_1440K, { 80, 2, 5, 3 }, "2" },
        { VFDC_DRIVE_1440K, { 80, 2, 6, 3 }, "0" },   { VFDC_DRIVE_1440K, { 80, 2, 12, 3 }, "0" },
        { VFDC_DRIVE_1440K, { 80, 2, 13, 3 }, "" },   { VFDC_DRIVE_1440K, { 40, 1, 33, 0 }, "2" },
        { VFDC_DRIVE_1440K, { 40, 1, 34, 0 }, "0" },  { VFDC_DRIVE_1440K, { 80, 2, 63, 0 }, "0" },
        { VFDC_DRIVE_1440K, { 80, 2, 43, 1 }, "0" },  { VFDC_DRIVE_1440K, { 80, 2, 44, 1 }, "" },
        { VFDC_DRIVE_360K, { 40, 2, 19, 1 }, "2" },   { VFDC_DRIVE_360K, { 40, 2, 20, 1 }, "" },
        { VFDC_DRIVE_2880K, { 80, 2, 18, 3 }, "3" },  { VFDC_DRIVE_2880K, { 80, 2, 63, 1 }, "3" },
    };
    struct geometry_choice choice;

    (void)state;
    for (size_t i = 0; i < N_OF(cases); i++) {
        const uint8_t *layout = cases[i].layout;

        choose_given((uint64_t)layout[0] * layout[1] * layout[2] * (128u << layout[3]),
                     cases[i].drive, layout, &choice);

        if (cases[i].recording[0] == '\0') {
            expect_refusal(&choice, "this drive cannot read the layout given");
        } else {
            expect_layout_of(&choice, layout[0], layout[1], layout[2], layout[3]);
            expect_recording(&choice, cases[i].recording);
            assert_int_equal(choice.reason, VFDC_GEOMETRY_GIVEN);
        }
    }
    choose_given(1261568, VFDC_DRIVE_1200K, (const uint8_t[]){ 77, 2, 8, 3 }, &choice);
    assert_int_equal(choice.geometry.gap_format, 0x74);
    choose_given(1261568, VFDC_DRIVE_1200K, (const uint8_t[]){ 77, 2, 16, 2 }, &choice);
    expect_layout(&choice, 77, 2, 16);
    assert_int_equal(choice.geometry.gap_format, 0);
}

/* The table itself: within limits, no two rows for one layout in one drive, usual values. */
static void rows_are_sound(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_GEOMETRY_ROWS; i++) {
        const struct geometry_row *row = &geometry_rows[i];
        const struct geometry_layout *layout = &row->layout;

        assert_non_null(row->name);
        assert_in_range(layout->cylinders, 1, 84);
        assert_in_range(layout->heads, 1, 2);
        assert_in_range(layout->sectors, 1, 36);
        assert_in_range(layout->size_code, 0, 3);
        assert_in_range(row->data_rate, 0, 3);
        assert_in_range(row->track_step, 1, 2);
        assert_true(layout->cylinders * row->track_step <= 84);
        assert_true(layout->cylinders * layout->heads * layout->sectors *
                        (128 << layout->size_code) <= 2949120);
        assert_int_not_equal(row->drives, 0);
        for (size_t j = 0; j < i; j++) {
            const struct geometry_row *other = &geometry_rows[j];

            if (memcmp(&other->layout, layout, sizeof(*layout)) == 0) {
                assert_string_equal(other->name, row->name);
                assert_int_equal(other->drives & row->drives, 0);
            }
        }
    }
    assert_string_equal(geometry_rows[N_GEOMETRY_ROWS - 1].name, "2.88M");
}

static void gaps_are_the_usual_ones(void **state)
{
    static const struct {
        uint64_t n_bytes;
        enum vfdc_drive_type drive;
        uint8_t gap_format;
    } cases[] = {
        { 368640, VFDC_DRIVE_360K, 0x50 },   { 737280, VFDC_DRIVE_1440K, 0x50 },
        { 1228800, VFDC_DRIVE_1200K, 0x54 }, { 1474560, VFDC_DRIVE_1440K, 0x6c },
        { 1511424, VFDC_DRIVE_1440K, 0x6c }, { 1511424, VFDC_DRIVE_1200K, 0x02 },
        { 1261568, VFDC_DRIVE_1200K, 0x74 }, { 1025024, VFDC_DRIVE_1200K, 0x00 },
        { 1720320, VFDC_DRIVE_1440K, 0x0c }, { 2949120, VFDC_DRIVE_2880K, 0x54 },
    };
    struct geometry_choice choice;

    (void)state;
    for (size_t i = 0; i < N_OF(cases); i++) {
        choose(cases[i].n_bytes, cases[i].drive, no_sector, &choice);
        assert_int_equal(choice.geometry.gap_format, cases[i].gap_format);
    }
}

/*
 * All of the table once more, from the list of PC layouts in which drives are numbered as CMOS
 * RAM numbers them: 1 360K, 2 1.2M, 3 720K, 4 1.44M, 5 2.88M.
 */
static const struct listed {
    const char *name;
    uint8_t cylinders, heads, sectors, size_code;
    uint8_t rate, step;
    uint8_t gap, format_gap, fat;
    const char *drives;
} listed[] = {
    { "160K", 40, 1, 8, 2, 2, 1, 0x2a, 0x50, 0xfe, "1" },
    { "160K", 40, 1, 8, 2, 1, 2, 0x2a, 0x50, 0xfe, "2" },
    { "180K", 40, 1, 9, 2, 2, 1, 0x2a, 0x50, 0xfc, "1" },
    { "180K", 40, 1, 9, 2, 1, 2, 0x2a, 0x50, 0xfc, "2" },
    { "200K", 40, 1, 10, 2, 2, 1, 0x00, 0x00, 0x00, "1" },
    { "200K", 40, 1, 10, 2, 1, 2, 0x00, 0x00, 0x00, "2" },
    { "320K", 40, 2, 8, 2, 2, 1, 0x2a, 0x50, 0xff, "1" },
    { "320K", 40, 2, 8, 2, 1, 2, 0x2a, 0x50, 0xff, "2" },
    { "360K", 40, 2, 9, 2, 2, 1, 0x2a, 0x50, 0xfd, "1" },
    { "360K", 40, 2, 9, 2, 1, 2, 0x23, 0x50, 0xfd, "2" },
    { "360K SS", 80, 1, 9, 2, 2, 1, 0x2a, 0x50, 0xf8, "345" },
    { "400K", 40, 2, 10, 2, 1, 2, 0x00, 0x00, 0x00, "2" },
    { "400K SS", 80, 1, 10, 2, 2, 1, 0x00, 0x00, 0x00, "34" },
    { "410K", 41, 2, 10, 2, 1, 2, 0x25, 0x2e, 0x00, "2" },
    { "420K", 42, 2, 10, 2, 1, 2, 0x25, 0x2e, 0x00, "2" },
    { "640K", 80, 2, 8, 2, 2, 1, 0x2a, 0x50, 0xfb, "345" },
    { "720K", 80, 2, 9, 2, 2, 1, 0x2a, 0x50, 0xf9, "345" },
    { "720K", 80, 2, 9, 2, 1, 1, 0x23, 0x50, 0xf9, "2" },
    { "800K", 80, 2, 10, 2, 2, 1, 0x25, 0x2e, 0x00, "345" },
    { "820K", 82, 2, 10, 2, 2, 1, 0x25, 0x2e, 0x00, "345" },
    { "830K", 83, 2, 10, 2, 2, 1, 0x25, 0x2e, 0x00, "345" },
    { "880K", 80, 2, 11, 2, 1, 1, 0x1c, 0x00, 0x00, "2" },
    { "1001K", 77, 2, 26, 1, 0, 1, 0x00, 0x00, 0x00, "2" },
    { "1.04M", 80, 2, 13, 2, 1, 1, 0x1c, 0x00, 0x00, "34" },
    { "1.12M", 80, 2, 14, 2, 1, 1, 0x1c, 0x00, 0x00, "34" },
    { "1.2M", 80, 2, 15, 2, 0, 1, 0x1b, 0x54, 0xf9, "2" },
    { "1.23M", 77, 2, 8, 3, 0, 1, 0x35, 0x74, 0xfe, "2" },
    { "1.28M", 80, 2, 16, 2, 0, 1, 0x00, 0x00, 0x00, "2" },
    { "1.44M", 80, 2, 18, 2, 0, 1, 0x1b, 0x6c, 0xf0, "45" },
    { "1.48M", 82, 2, 18, 2, 0, 1, 0x1b, 0x6c, 0x00, "4" },
    { "1.48M", 82, 2, 18, 2, 0, 1, 0x25, 0x02, 0x00, "2" },
    { "1.49M", 83, 2, 18, 2, 0, 1, 0x1b, 0x6c, 0x00, "4" },
    { "1.49M", 83, 2, 18, 2, 0, 1, 0x25, 0x02, 0x00, "2" },
    { "1.52M", 80, 2, 19, 2, 0, 1, 0x00, 0x00, 0x00, "4" },
    { "1.6M", 80, 2, 20, 2, 0, 1, 0x1c, 0x2c, 0x00, "24" },
    { "1.68M", 80, 2, 21, 2, 0, 1, 0x1c, 0x0c, 0xf0, "45" },
    { "1.70M", 81, 2, 21, 2, 0, 1, 0x25, 0x0c, 0x00, "4" },
    { "1.72M", 82, 2, 21, 2, 0, 1, 0x25, 0x0c, 0x00, "4" },
    { "1.74M", 83, 2, 21, 2, 0, 1, 0x25, 0x0c, 0x00, "4" },
    { "1.76M", 80, 2, 22, 2, 0, 1, 0x1c, 0x2e, 0x00, "4" },
    { "1.84M", 80, 2, 23, 2, 0, 1, 0x00, 0x00, 0xf0, "4" },
    { "1.92M", 80, 2, 24, 2, 0, 1, 0x00, 0x00, 0x00, "4" },
    { "2.88M", 80, 2, 36, 2, 3, 1, 0x1b, 0x54, 0xf0, "5" },
};

static void the_table_is_that_of_the_layouts_in_use(void **state)
{
    unsigned i;

    (void)state;
    assert_int_equal(N_GEOMETRY_ROWS, N_OF(listed));
    for (i = 0; i < N_OF(listed); i++) {
        const struct geometry_row *row = &geometry_rows[i];
        unsigned drive;

        assert_string_equal(row->name, listed[i].name);
        assert_int_equal(row->layout.cylinders, listed[i].cylinders);
        assert_int_equal(row->layout.heads, listed[i].heads);
        assert_int_equal(row->layout.sectors, listed[i].sectors);
        assert_int_equal(row->layout.size_code, listed[i].size_code);
        assert_int_equal(row->data_rate, listed[i].rate);
        assert_int_equal(row->track_step, listed[i].step);
        assert_int_equal(row->gap_data, listed[i].gap);
        assert_int_equal(row->gap_format, listed[i].format_gap);
        assert_int_equal(row->fat_media, listed[i].fat);
        for (drive = 0; drive < N_OF(drives); drive++) {
            assert_int_equal((row->drives >> drives[drive]) & 1,
                             strchr(listed[i].drives, (int)('1' + drive)) != NULL);
        }
    }
}

/* A sector with a mark of each is named, whatever is behind the mark; one bit less is not. */
static void every_other_format_is_known_by_its_mark(void **state)
{
    static const struct {
        const char *name;
        unsigned at, n_bytes;
        uint8_t bytes[8];
    } marked[] = {
        { "a VHD", 0, 8, { 'c', 'o', 'n', 'e', 'c', 't', 'i', 'x' } },
        { "an ImageDisk file", 0, 4, { 'I', 'M', 'D', ' ' } },
        { "an extended DSK file", 0, 8, { 'E', 'X', 'T', 'E', 'N', 'D', 'E', 'D' } },
        { "a DSK file", 0, 8, { 'M', 'V', ' ', '-', ' ', 'C', 'P', 'C' } },
        { "an HFE file", 0, 8, { 'H', 'X', 'C', 'P', 'I', 'C', 'F', 'E' } },
        { "an 86F file", 0, 4, { '8', '6', 'B', 'F' } },
        { "a flux capture", 0, 3, { 'S', 'C', 'P' } },
        { "a zip archive", 0, 4, { 0x50, 0x4b, 0x03, 0x04 } },
        { "a gzip file", 0, 2, { 0x1f, 0x8b } },
        { "a dosemu image", 0, 7, { 'D', 'O', 'S', 'E', 'M', 'U', 0x00 } },
        { "a TeleDisk file", 0, 3, { 'T', 'D', 0x00 } },
        { "a TeleDisk file", 0, 3, { 't', 'd', 0x00 } },
        { "a CopyQM file", 0, 3, { 'C', 'Q', 0x14 } },
        { "a Disk Copy 4.2 file", 0x52, 2, { 0x01, 0x00 } },
        { "an FDI file", 8, 4, { 0x00, 0x10, 0x00, 0x00 } },
    };
    uint8_t sector[END_BYTES];

    (void)state;
    for (size_t i = 0; i < N_OF(marked); i++) {
        const char *name;

        memset(sector, 0xff, sizeof(sector));
        memcpy(sector + marked[i].at, marked[i].bytes, marked[i].n_bytes);
        name = foreign_name(sector, no_sector);
        assert_non_null(name);
        assert_string_equal(name, marked[i].name);
        for (unsigned k = 0; k < marked[i].n_bytes; k++) {
            sector[marked[i].at + k] ^= 0x40;
            assert_null(foreign_name(sector, no_sector));
            sector[marked[i].at + k] ^= 0x40;
        }
    }
    memset(sector, 0xff, sizeof(sector));
    memcpy(sector, "conectix", 8);
    assert_true(foreign_is_vhd(sector));
    assert_string_equal(foreign_name(no_sector, sector), "a VHD");
    sector[7] = 'y';
    assert_false(foreign_is_vhd(sector));
    assert_null(foreign_name(no_sector, sector));
}

static void a_boot_sector_has_the_limits_of_a_disk(void **state)
{
    static const struct {
        uint16_t total;
        uint8_t sectors, heads;
        bool is_plausible;
    } disks[] = {
        { 1, 1, 1, true },      { 86, 1, 1, true },       { 87, 1, 1, false },
        { 63, 63, 1, true },    { 64, 64, 1, false },     { 86 * 63, 63, 1, true },
        { 2, 1, 2, true },      { 3, 1, 3, false },       { 86 * 2 * 63, 63, 2, true },
        { 87 * 2, 1, 2, false }, { 85 * 2 * 18, 18, 2, true },
    };
    static const struct {
        uint8_t at, value;
    } kinds[] = {
        { 0x00, 0xe9 }, { 0x00, 0x60 }, { 0x00, 0xeb }, { 0x0e, 0x02 }, { 0x0f, 0x01 },
        { 0x10, 0x01 }, { 0x10, 0x02 }, { 0x15, 0xf8 }, { 0x15, 0xff }, { 0x15, 0xf0 },
    };
    uint8_t boot[END_BYTES];
    struct bpb bpb;

    (void)state;
    for (size_t i = 0; i < N_OF(disks); i++) {
        make_boot(boot, disks[i].total, disks[i].sectors, disks[i].heads);
        assert_int_equal(bpb_parse(boot, &bpb), disks[i].is_plausible);
        if (disks[i].is_plausible) {
            assert_int_equal(bpb.cylinders * bpb.heads * bpb.sectors, disks[i].total);
            assert_int_equal(bpb.heads, disks[i].heads);
            assert_int_equal(bpb.sectors, disks[i].sectors);
        }
    }
    for (size_t i = 0; i < N_OF(kinds); i++) {
        make_boot(boot, 2880, 18, 2);
        boot[kinds[i].at] = kinds[i].value;
        assert_true(bpb_parse(boot, &bpb));
    }
    /* each byte of the long total */
    for (unsigned k = 0; k < 4; k++) {
        make_boot(boot, 0, 18, 2);
        boot[0x20] = 0x40;
        boot[0x21] = 0x0b;
        boot[0x20 + k] ^= 0x01;
        assert_false(bpb_parse(boot, &bpb));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_size_in_each_drive_has_its_layout),
        cmocka_unit_test(the_drive_decides_between_layouts_of_one_size),
        cmocka_unit_test(no_drive_of_any_layout_of_a_size_is_refused),
        cmocka_unit_test(the_boot_sector_decides_where_several_fit_the_drive),
        cmocka_unit_test(only_another_layout_makes_a_size_ambiguous),
        cmocka_unit_test(a_size_beside_a_layout_is_refused),
        cmocka_unit_test(sizes_that_are_no_floppy_are_refused_in_words),
        cmocka_unit_test(other_formats_are_named_only_where_no_size_fits),
        cmocka_unit_test(a_short_image_needs_a_boot_sector_that_explains_it),
        cmocka_unit_test(slack_of_less_than_a_track_is_left_alone),
        cmocka_unit_test(a_boot_sector_is_believed_only_if_all_of_it_is_plausible),
        cmocka_unit_test(junk_boot_sectors_choose_nothing),
        cmocka_unit_test(a_given_layout_must_be_the_images),
        cmocka_unit_test(a_given_layout_has_limits),
        cmocka_unit_test(a_given_layout_is_read_as_the_drive_can),
        cmocka_unit_test(a_given_layout_has_sectors_of_any_size),
        cmocka_unit_test(rows_are_sound),
        cmocka_unit_test(gaps_are_the_usual_ones),
        cmocka_unit_test(the_table_is_that_of_the_layouts_in_use),
        cmocka_unit_test(every_other_format_is_known_by_its_mark),
        cmocka_unit_test(a_boot_sector_has_the_limits_of_a_disk),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
