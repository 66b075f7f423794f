/*
 * What may come between any two bytes of any command, come: a swap of the disk, a reset, TC, a
 * save and restore, another drive selected.  The guest then sends the rest of what it had to say,
 * deaf to what has happened.  The next disk never gets a byte of a command that was meant for
 * the one before it, a disk's sectors stay whole, and a reset makes all well.
 */
#include <stdlib.h>
#include <string.h>

#include "rig.h"

#define SECTORS 640u /* 320K: small, so that comparing it often takes little time */
#define DATA 0xd7    /* what the guest writes; FILLER what it formats with */
#define FILLER 0xf6

/* ---- the conversations ---- */

enum { NOTHING, TO_GUEST, FROM_GUEST };

/* Bytes of a command; then so many of data; then, to the guest, its result. */
struct talk {
    uint8_t command[9];
    unsigned n_command;
    int data;
    unsigned n_data;
    unsigned n_result;
    bool seeks; /* four units are seeking when it begins */
};

#define SECTOR_COMMAND(first, data) \
    { { (first), 0, 3, 0, 1, 2, 8, 0x1b, 0xff }, 9, (data), 1024, 7, false }

static const struct talk talks[] = {
    SECTOR_COMMAND(0x46, TO_GUEST),
    SECTOR_COMMAND(0xe6, TO_GUEST),
    SECTOR_COMMAND(0x4c, TO_GUEST),
    SECTOR_COMMAND(0x42, TO_GUEST),
    SECTOR_COMMAND(0x45, FROM_GUEST),
    SECTOR_COMMAND(0xc5, FROM_GUEST),
    SECTOR_COMMAND(0x49, FROM_GUEST),
    SECTOR_COMMAND(0x56, NOTHING),
    { { 0x4d, 0, 2, 8, 0x50, FILLER }, 6, FROM_GUEST, 32, 7, false },
    { { 0x4a, 0 }, 2, NOTHING, 0, 7, false },
    { { 0x0f, 0, 20 }, 3, NOTHING, 0, 0, false },
    { { 0x8f, 0, 3 }, 3, NOTHING, 0, 0, false },
    { { 0xcf, 0, 3 }, 3, NOTHING, 0, 0, false },
    { { 0x07, 0 }, 2, NOTHING, 0, 0, false },
    { { 0x08 }, 1, NOTHING, 0, 2, false },
    { { 0x04, 0 }, 2, NOTHING, 0, 1, false },
    { { 0x03, 0xdf, 0x02 }, 3, NOTHING, 0, 0, false },
    { { 0x13, 0, 0x57, 0 }, 4, NOTHING, 0, 0, false },
    { { 0x12, 0x80 }, 2, NOTHING, 0, 0, false },
    { { 0x0e }, 1, NOTHING, 0, 10, false },
    { { 0x10 }, 1, NOTHING, 0, 1, false },
    { { 0x94 }, 1, NOTHING, 0, 1, false },
    { { 0x14 }, 1, NOTHING, 0, 1, false },
    { { 0x18 }, 1, NOTHING, 0, 1, false },
    { { 0x46, 0, 3, 0, 1, 2, 8, 0x1b, 0xff }, 9, TO_GUEST, 1024, 7, true },
    { { 0x45, 0, 3, 0, 1, 2, 8, 0x1b, 0xff }, 9, FROM_GUEST, 1024, 7, true },
    { { 0x4a, 0 }, 2, NOTHING, 0, 7, true },
    { { 0x0f, 1, 20 }, 3, NOTHING, 0, 0, true },
    { { 0x08 }, 1, NOTHING, 0, 2, true },
};

/* Places in the data: at the edges of the FIFO, of sectors and between. */
static const unsigned places[] = { 0, 1, 3, 4, 15, 16, 17, 31, 100, 511, 512, 513, 700, 1023 };

#define N_TALKS (sizeof(talks) / sizeof(talks[0]))
#define N_PLACES (sizeof(places) / sizeof(places[0]))

/* ---- the interruptions ---- */

enum interruption {
    EJECT,
    SWAP,
    SWAP_TWICE, /* and the first disk is back */
    DOR_RESET,
    DSR_RESET,
    RESET_PIN,
    TC,
    SAVE_AND_RESTORE,
    OTHER_DRIVE,
    MOTOR_OFF,
    N_INTERRUPTIONS
};

/* Two disks that take turns in unit 0, one that stays in unit 1, and what was on each. */
struct scene {
    struct rig *rig;
    struct vfdc_config config;
    struct rig_disk disk[3];
    uint8_t *original;
    unsigned n_cases;
};

static void eject(struct rig *rig)
{
    assert_ok(vfdc_controller_eject(rig->fdc, 0, NULL));
}

static void insert(struct scene *scene, unsigned disk)
{
    assert_ok(vfdc_controller_insert(scene->rig->fdc, 0, scene->disk[disk].media));
}

static void save_and_restore(struct scene *scene)
{
    struct rig *rig = scene->rig;
    uint8_t saved[VFDC_STATE_MAX_BYTES];
    size_t n_saved;
    struct vfdc_media *media;

    assert_ok(vfdc_controller_save(rig->fdc, saved, sizeof(saved), &n_saved));
    assert_ok(vfdc_controller_eject(rig->fdc, 0, &media));
    assert_ok(vfdc_controller_eject(rig->fdc, 1, NULL));
    vfdc_controller_destroy(rig->fdc);
    assert_ok(vfdc_controller_create(&scene->config, &rig_host, rig, &rig->fdc));
    assert_ok(vfdc_controller_insert(rig->fdc, 0, media));
    assert_ok(vfdc_controller_insert(rig->fdc, 1, scene->disk[2].media));
    assert_ok(vfdc_controller_restore(rig->fdc, saved, n_saved));
    rig->told_twice = false; /* a fresh controller tells all, whatever it was */
}

static void interrupt(struct scene *scene, enum interruption interruption)
{
    struct rig *rig = scene->rig;

    switch (interruption) {
    case SWAP_TWICE:
        eject(rig);
        insert(scene, 1);
        eject(rig);
        insert(scene, 0);
        break;
    case SWAP:
        eject(rig);
        insert(scene, 1);
        break;
    case EJECT:
        eject(rig);
        break;
    case DOR_RESET:
        rig_out(rig, 2, 0x18);
        rig_out(rig, 2, 0x1c);
        break;
    case DSR_RESET:
        rig_out(rig, 4, 0x82);
        break;
    case RESET_PIN:
        assert_ok(vfdc_controller_reset(rig->fdc));
        break;
    case TC:
        assert_ok(vfdc_controller_terminal_count(rig->fdc));
        break;
    case SAVE_AND_RESTORE:
        save_and_restore(scene);
        break;
    case OTHER_DRIVE:
        rig_out(rig, 2, 0x2d);
        break;
    default:
        rig_out(rig, 2, 0x0c);
        break;
    }
    assert_true(vfdc_controller_state_ok(rig->fdc));
}

/* ---- a guest ---- */

/* Let deadlines come until MSR asks for what is wanted.  False if it never does. */
static bool comes(struct rig *rig, uint8_t wanted)
{
    for (unsigned i = 0; (msr(rig) & 0xc0) != wanted; i++) {
        if (i > 3000 || rig->deadline_ns == VFDC_NEVER) {
            return false;
        }
        rig_run(rig, rig->deadline_ns > rig->now_ns ? rig->deadline_ns - rig->now_ns : 0);
    }
    return true;
}

static uint8_t data_byte(const struct talk *talk, unsigned i)
{
    const uint8_t id[] = { 3, 0, (uint8_t)(i / 4 + 1), 2 };

    return (talk->command[0] & 0x1f) == 0x0d ? id[i % 4] : DATA;
}

/* The data up to `n` bytes, without DMA. */
static void move_data(struct rig *rig, const struct talk *talk, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        if (!comes(rig, talk->data == TO_GUEST ? 0xc0 : 0x80)) {
            return;
        }
        if (talk->data == TO_GUEST) {
            (void)rig_in(rig, 5);
        } else {
            rig_out(rig, 5, data_byte(talk, i));
        }
    }
}

/* The channel, that has all data and stops after `n` bytes. */
static void arm_channel(struct rig *rig, const struct talk *talk, unsigned n)
{
    uint8_t bytes[1024];

    for (unsigned i = 0; i < talk->n_data; i++) {
        bytes[i] = data_byte(talk, i);
    }
    if (n == 0 || talk->data == NOTHING) {
        dma_off(rig);
    } else if (talk->data == TO_GUEST) {
        dma_read(rig, talk->n_data);
    } else {
        dma_write(rig, bytes, talk->n_data);
    }
    rig->dma_stall = n;
}

/* The first `n_command` bytes of it, and once these are all, `n_data` and `n_result` more. */
static void say(struct rig *rig, const struct talk *talk, bool by_dma, unsigned n_command,
                unsigned n_data, unsigned n_result)
{
    if (by_dma) {
        arm_channel(rig, talk, n_data);
    }
    for (unsigned i = 0; i < n_command && comes(rig, 0x80); i++) {
        rig_out(rig, 5, talk->command[i]);
    }
    if (n_command < talk->n_command) {
        return;
    }
    if (by_dma) {
        rig_run(rig, RIG_S);
    } else {
        move_data(rig, talk, n_data);
    }
    for (unsigned i = 0; i < n_result && comes(rig, 0xc0); i++) {
        (void)rig_in(rig, 5);
    }
}

/*
 * The rest, as if nothing had happened: at every other place in the data without a look at the
 * status.
 */
static void say_the_rest(struct rig *rig, const struct talk *talk, bool by_dma,
                         unsigned n_command, unsigned n_data)
{
    rig->dma_stall = 0;
    for (unsigned i = n_command; i < talk->n_command; i++) {
        rig_out(rig, 5, talk->command[i]);
    }
    if (by_dma) {
        assert_ok(vfdc_controller_dma_ready(rig->fdc));
    } else if (talk->data == FROM_GUEST) {
        for (unsigned i = n_data; i < talk->n_data; i++) {
            if (n_data % 2 == 0) {
                (void)comes(rig, 0x80);
            }
            rig_out(rig, 5, data_byte(talk, i));
        }
    }
    for (unsigned i = 0; i < 3; i++) {
        rig_run(rig, RIG_S);
        for (unsigned j = 0; j < 20; j++) {
            (void)rig_in(rig, 5);
        }
        assert_true(vfdc_controller_state_ok(rig->fdc));
    }
}

/* ---- what is left ---- */

static void recovers(struct rig *rig)
{
    rig_out(rig, 2, 0x00);
    power_on(rig, 0x1c);
    cmd(rig, 0x10);
    expect_result(rig, 0x90);
    assert_int_equal(msr(rig), 0x80);
}

/* Old; or new up to where TC or an underrun left it, and zeros behind. */
static bool is_whole(const uint8_t *sector, const uint8_t *original)
{
    uint8_t data = sector[0] == FILLER ? FILLER : DATA;
    unsigned n_new = 0;

    if (memcmp(sector, original, 512) == 0) {
        return true;
    }
    while (n_new < 512 && sector[n_new] == data) {
        n_new++;
    }
    for (unsigned i = n_new; i < 512; i++) {
        if (sector[i] != 0) {
            return false;
        }
    }
    return n_new == 512 || data == DATA;
}

/* All sectors whole; then as it was again, for the next case. */
static void check_sectors(struct scene *scene, unsigned disk)
{
    uint8_t *bytes = scene->disk[disk].bytes;

    if (memcmp(bytes, scene->original, SECTORS * 512u) == 0) {
        return;
    }
    for (unsigned lba = 0; lba < SECTORS; lba++) {
        if (!is_whole(bytes + lba * 512u, scene->original + lba * 512u)) {
            fail_msg("disk %u, sector %u is neither old nor new", disk, lba);
        }
    }
    memcpy(bytes, scene->original, SECTORS * 512u);
}

static void begin(struct scene *scene, const struct talk *talk, bool by_dma)
{
    struct rig *rig = scene->rig;

    power_on(rig, 0x1c);
    rig_out(rig, 7, 0x02);
    cmd(rig, 0x03, 0xdf, by_dma ? 0x02 : 0x03);
    cmd(rig, 0x13, 0x00, 0x57, 0x00); /* implied seeks, FIFO of 8, no polling */
    if (talk->seeks) {
        cmd(rig, 0x0f, 0, 3);
        cmd(rig, 0x0f, 1, 9);
        cmd(rig, 0x07, 2);
        cmd(rig, 0x8f, 3, 200);
    }
}

static void try_place(struct scene *scene, const struct talk *talk, bool by_dma,
                      enum interruption interruption, unsigned n_command, unsigned n_data,
                      unsigned n_result)
{
    struct rig *rig = rig_new(&scene->config);
    struct vfdc_media *media = NULL;

    scene->rig = rig;
    insert(scene, 0);
    assert_ok(vfdc_controller_insert(rig->fdc, 1, scene->disk[2].media));
    begin(scene, talk, by_dma);
    say(rig, talk, by_dma, n_command, n_data, n_result);
    interrupt(scene, interruption);
    say_the_rest(rig, talk, by_dma, n_command, n_data);
    rig->rose_in_write = false; /* DOR bit 3 may have let it through */
    recovers(rig);

    if (n_command == talk->n_command) {
        assert_memory_equal(scene->disk[1].bytes, scene->original, SECTORS * 512u);
    }
    for (unsigned i = 0; i < 3; i++) {
        check_sectors(scene, i);
    }
    assert_ok(vfdc_controller_eject(rig->fdc, 1, NULL));
    (void)vfdc_controller_eject(rig->fdc, 0, &media);
    rig_free(rig);
    scene->n_cases++;
}

static void try_talk(struct scene *scene, const struct talk *talk, bool by_dma,
                     enum interruption interruption)
{
    for (unsigned n = 0; n < talk->n_command; n++) {
        try_place(scene, talk, by_dma, interruption, n, 0, 0);
    }
    for (unsigned i = 0; i < N_PLACES; i++) {
        if (places[i] < talk->n_data || places[i] == 0) {
            try_place(scene, talk, by_dma, interruption, talk->n_command, places[i], 0);
        }
    }
    for (unsigned n = 0; n <= talk->n_result; n++) {
        try_place(scene, talk, by_dma, interruption, talk->n_command, talk->n_data, n);
    }
}

static void walk(enum vfdc_timing timing, enum vfdc_empty empty)
{
    struct scene scene = {
        .config = { .timing = timing,
                    .empty = empty,
                    .drive = { VFDC_DRIVE_360K, VFDC_DRIVE_360K } },
        .original = malloc(SECTORS * 512u),
    };

    assert_non_null(scene.original);
    rig_fill_lba(scene.original, 0, SECTORS);
    for (unsigned i = 0; i < 3; i++) {
        scene.disk[i] = rig_disk_new(VFDC_DRIVE_360K, SECTORS, false);
    }
    for (unsigned i = 0; i < N_TALKS; i++) {
        for (unsigned j = 0; j < N_INTERRUPTIONS; j++) {
            scene.config.strap = (enum vfdc_strap)((i + j) % 3);
            try_talk(&scene, &talks[i], true, (enum interruption)j);
            if (talks[i].data != NOTHING) {
                try_talk(&scene, &talks[i], false, (enum interruption)j);
            }
        }
    }
    print_message("%u interruptions\n", scene.n_cases);
    for (unsigned i = 0; i < 3; i++) {
        rig_disk_free(&scene.disk[i]);
    }
    free(scene.original);
}

static void anywhere_in_fast_timing(void **state)
{
    (void)state;
    walk(VFDC_TIMING_FAST, VFDC_EMPTY_ENDS);
}

static void anywhere_in_fast_timing_where_an_empty_drive_hangs(void **state)
{
    (void)state;
    walk(VFDC_TIMING_FAST, VFDC_EMPTY_HANGS);
}

static void anywhere_in_accurate_timing(void **state)
{
    (void)state;
    walk(VFDC_TIMING_ACCURATE, VFDC_EMPTY_ENDS);
}

static void anywhere_in_accurate_timing_where_an_empty_drive_hangs(void **state)
{
    (void)state;
    walk(VFDC_TIMING_ACCURATE, VFDC_EMPTY_HANGS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(anywhere_in_fast_timing),
        cmocka_unit_test(anywhere_in_fast_timing_where_an_empty_drive_hangs),
        cmocka_unit_test(anywhere_in_accurate_timing),
        cmocka_unit_test(anywhere_in_accurate_timing_where_an_empty_drive_hangs),
    };

    return cmocka_run_group_tests_name("interruptions", tests, NULL, NULL);
}
