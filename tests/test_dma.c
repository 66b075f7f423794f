/*
 * The DMA channel as hosts really have it: it stalls anywhere in a sector, gives terminal count
 * with no byte, becomes ready too early; and the clock that goes with it is late or at its end.
 */
#include "rig.h"

#include <string.h>

static const struct vfdc_config two_drives = { .drive = { VFDC_DRIVE_1440K, VFDC_DRIVE_1440K } };

/* Where a channel stalls: around both ends of the first sector, and inside the second. */
static const size_t stalls[] = { 1, 511, 512, 513, 1000 };

#define N_STALLS (sizeof(stalls) / sizeof(stalls[0]))

/* Two drives, each with a disk, drive 0 selected, both motors on. */
struct pair {
    struct rig *rig;
    struct rig_disk disk[2];
};

static struct pair pair_new(void)
{
    struct pair pair = { .rig = rig_new(&two_drives) };

    for (unsigned unit = 0; unit < 2; unit++) {
        pair.disk[unit] = rig_disk_new(VFDC_DRIVE_1440K, 2880, false);
        assert_ok(vfdc_controller_insert(pair.rig->fdc, unit, pair.disk[unit].media));
    }
    power_on(pair.rig, 0x3c);
    return pair;
}

static void pair_free(struct pair *pair)
{
    rig_free(pair->rig);
    rig_disk_free(&pair->disk[0]);
    rig_disk_free(&pair->disk[1]);
}

/* The disk is as it was made, but for its first `n_sectors`. */
static void assert_untouched_from(const struct rig_disk *disk, uint32_t n_sectors)
{
    uint8_t sector[512];

    for (uint32_t lba = n_sectors; lba < disk->n_bytes / 512; lba++) {
        rig_fill_lba(sector, lba, 1);
        assert_memory_equal(disk->bytes + lba * 512, sector, 512);
    }
}

/* A WRITE of two sectors whose channel has stalled after `n_bytes` of A7. */
static void write_until_stalled(struct rig *rig, size_t n_bytes)
{
    uint8_t bytes[1024];

    memset(bytes, 0xa7, sizeof(bytes));
    dma_write(rig, bytes, sizeof(bytes));
    rig->dma_stall = n_bytes;
    cmd(rig, 0x45, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    rig_run(rig, RIG_MS);
    assert_true(rig->drq);
    assert_false(rig->irq);
    assert_int_equal(rig->n_dma_moved, n_bytes);
}

/* ---- moving ---- */

static void sectors_side_by_side_are_one_call(void **state)
{
    struct pair pair = pair_new();
    struct rig *rig = pair.rig;

    (void)state;
    dma_read(rig, 36 * 512);
    rig->n_dma_calls = 0;
    cmd(rig, 0xc6, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    run_until_irq(rig);

    assert_int_equal(rig->n_dma_calls, 2); /* a side each */
    assert_int_equal(rig->n_drq_rises, 0);
    expect_result(rig, 0x04, 0x00, 0x00, 0x01, 0x00, 0x01, 0x02);
    assert_memory_equal(rig->dma_bytes, pair.disk[0].bytes, 36 * 512);
    pair_free(&pair);
}

static void stalled_read_goes_on_where_it_was(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_STALLS; i++) {
        struct pair pair = pair_new();
        struct rig *rig = pair.rig;

        dma_read(rig, 1024);
        rig->dma_stall = stalls[i];
        cmd(rig, 0x46, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
        rig_run(rig, 10 * RIG_MS);
        assert_true(rig->drq);
        assert_int_equal(rig->n_dma_moved, stalls[i]);

        rig->dma_stall = 0;
        assert_ok(vfdc_controller_dma_ready(rig->fdc));
        assert_false(rig->drq);
        assert_int_equal(rig->n_dma_moved, 1024);
        run_until_irq(rig);
        expect_result(rig, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x02);
        assert_memory_equal(rig->dma_bytes, pair.disk[0].bytes, 1024);
        pair_free(&pair);
    }
}

static void stalled_write_goes_on_where_it_was(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_STALLS; i++) {
        struct pair pair = pair_new();
        struct rig *rig = pair.rig;

        write_until_stalled(rig, stalls[i]);
        assert_untouched_from(&pair.disk[0], (uint32_t)(stalls[i] / 512));

        rig->dma_stall = 0;
        run_until_irq(rig); /* asked again by itself */
        expect_result(rig, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x02);
        for (size_t j = 0; j < 1024; j++) {
            assert_int_equal(pair.disk[0].bytes[j], 0xa7);
        }
        assert_untouched_from(&pair.disk[0], 2);
        pair_free(&pair);
    }
}

/* ---- losing the sector on the way ---- */

static void cut_sector_reaches_neither_disk_of_a_swap(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_STALLS; i++) {
        struct pair pair = pair_new();
        struct rig *rig = pair.rig;

        write_until_stalled(rig, stalls[i]);
        assert_ok(vfdc_controller_eject(rig->fdc, 1, NULL));
        assert_ok(vfdc_controller_eject(rig->fdc, 0, NULL));
        assert_false(rig->drq);
        assert_ok(vfdc_controller_insert(rig->fdc, 0, pair.disk[1].media));
        rig->dma_stall = 0;
        assert_ok(vfdc_controller_dma_ready(rig->fdc));
        run_until_irq(rig);

        expect_result(rig, 0x40, 0x01, 0x00, 0x00, 0x00, stalls[i] < 512 ? 1 : 2, 0x02);
        assert_int_equal(rig->n_dma_moved, stalls[i]);
        assert_untouched_from(&pair.disk[0], (uint32_t)(stalls[i] / 512));
        assert_untouched_from(&pair.disk[1], 0);
        pair_free(&pair);
    }
}

static void cut_sector_does_not_follow_dor_to_another_disk(void **state)
{
    struct pair pair = pair_new();
    struct rig *rig = pair.rig;

    (void)state;
    write_until_stalled(rig, 600);
    rig_out(rig, 2, 0x3d);
    rig->dma_stall = 0;
    run_until_irq(rig); /* sector 2 is begun anew there, and TC comes inside it */

    expect_result(rig, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x02);
    assert_untouched_from(&pair.disk[0], 1);
    for (size_t j = 0; j < 512; j++) {
        assert_int_equal(pair.disk[1].bytes[512 + j], j < 424 ? 0xa7 : 0x00);
    }
    assert_untouched_from(&pair.disk[1], 2);
    memcpy(pair.disk[1].bytes + 512, pair.disk[0].bytes + 512, 512);
    assert_untouched_from(&pair.disk[1], 0);
    pair_free(&pair);
}

static void reset_drops_the_cut_sector(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_STALLS; i++) {
        struct pair pair = pair_new();
        struct rig *rig = pair.rig;

        write_until_stalled(rig, stalls[i]);
        rig_out(rig, 4, 0x80);
        assert_false(rig->drq);
        rig->dma_stall = 0;
        assert_ok(vfdc_controller_dma_ready(rig->fdc));
        run_until_irq(rig);
        expect_sense(rig, 0xc0, 0x00);

        assert_int_equal(rig->n_dma_moved, stalls[i]);
        assert_untouched_from(&pair.disk[0], (uint32_t)(stalls[i] / 512));
        cmd(rig, 0x10);
        expect_result(rig, 0x90);
        pair_free(&pair);
    }
}

/* ---- terminal count with no byte ---- */

/* A channel that takes or gives `n_dma_bytes`, and then answers TC alone. */
static size_t dma_bare_tc(void *opaque, enum vfdc_dma_direction direction, void *bytes,
                          size_t n_bytes, bool *terminal_count)
{
    struct rig *rig = opaque;
    size_t left = rig->n_dma_bytes - rig->n_dma_moved;
    size_t n_moved = n_bytes < left ? n_bytes : left;

    if (direction == VFDC_DMA_FROM_MEMORY) {
        memset(bytes, 0xa7, n_moved);
    }
    rig->n_dma_moved += n_moved;
    *terminal_count = n_moved == 0;
    return n_moved;
}

static struct pair bare_tc_new(size_t n_bytes)
{
    struct pair pair = { .rig = rig_new_bare() };
    struct vfdc_host host = rig_host;

    host.dma = dma_bare_tc;
    assert_ok(vfdc_controller_create(&two_drives, &host, pair.rig, &pair.rig->fdc));
    for (unsigned unit = 0; unit < 2; unit++) {
        pair.disk[unit] = rig_disk_new(VFDC_DRIVE_1440K, 2880, false);
        assert_ok(vfdc_controller_insert(pair.rig->fdc, unit, pair.disk[unit].media));
    }
    power_on(pair.rig, 0x3c);
    pair.rig->n_dma_bytes = n_bytes;
    return pair;
}

static void bare_tc_ends_a_read(void **state)
{
    static const struct {
        size_t n_bytes;
        int r;
    } cases[] = { { 0, 0x01 }, { 1, 0x02 }, { 512, 0x02 }, { 513, 0x03 }, { 9215, 0x13 } };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct pair pair = bare_tc_new(cases[i].n_bytes);

        cmd(pair.rig, 0x46, 0, 0, 0, 1, 2, 20, 0x1b, 0xff);
        run_until_irq(pair.rig);
        expect_result(pair.rig, 0x00, 0x00, 0x00, 0x00, 0x00, cases[i].r, 0x02);
        assert_int_equal(pair.rig->n_dma_moved, cases[i].n_bytes);
        pair_free(&pair);
    }
}

static void bare_tc_ends_a_write_with_zeros(void **state)
{
    struct pair pair = bare_tc_new(600);

    (void)state;
    cmd(pair.rig, 0x45, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    run_until_irq(pair.rig);

    expect_result(pair.rig, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x02);
    for (size_t j = 0; j < 1024; j++) {
        assert_int_equal(pair.disk[0].bytes[j], j < 600 ? 0xa7 : 0x00);
    }
    assert_untouched_from(&pair.disk[0], 2);
    pair_free(&pair);
}

static void bare_tc_ends_a_format_that_changes_nothing(void **state)
{
    struct pair pair = bare_tc_new(8);

    (void)state;
    cmd(pair.rig, 0x4d, 0, 2, 18, 0x6c, 0xf6);
    run_until_irq(pair.rig);

    expect_result(pair.rig, 0x40, 0x02, 0x00, ANY, ANY, ANY, ANY);
    assert_int_equal(rig_count_reports(pair.rig, VFDC_REPORT_FORMAT_REFUSED, 0), 1);
    assert_untouched_from(&pair.disk[0], 0);
    pair_free(&pair);
}

/* ---- time ---- */

static void channel_ready_too_early_is_not_asked(void **state)
{
    struct pair pair = pair_new();
    struct rig *rig = pair.rig;

    (void)state;
    cmd(rig, 0x46, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    rig_run(rig, 400 * RIG_US);
    dma_read(rig, 512);
    assert_int_equal(rig->n_dma_calls, 0);
    assert_int_equal(msr(rig), 0x10);

    assert_true(rig_wait_irq(rig, 100 * RIG_US)); /* nor does it make the search longer */
    expect_result(rig, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x02);
    assert_memory_equal(rig->dma_bytes, pair.disk[0].bytes, 512);
    pair_free(&pair);
}

/* The host's timer is late: a guest that polls MSR sees the end of the command all the same. */
static void msr_asks_the_clock_when_the_timer_is_late(void **state)
{
    struct pair pair = pair_new();
    struct rig *rig = pair.rig;

    (void)state;
    dma_read(rig, 512);
    cmd(rig, 0x46, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    assert_int_equal(msr(rig), 0x10);

    rig->now_ns += RIG_S;
    assert_int_equal(msr(rig), 0xd0);
    assert_true(rig->irq);
    expect_result(rig, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x02);
    pair_free(&pair);
}

/* A deadline beyond the end of time is never, and not a moment in the past. */
static void deadline_beyond_the_last_moment_is_never(void **state)
{
    struct rig *rig = *state;

    rig->now_ns = UINT64_MAX - 100;
    rig_out(rig, 2, 0x0c);
    assert_true(rig->deadline_ns == VFDC_NEVER);
    assert_ok(vfdc_controller_timer_expired(rig->fdc));
    assert_false(rig->irq);
    assert_int_equal(msr(rig), 0x80);
}

/* The channel's terminal count came, and no byte with it. */
static size_t only_tc(void *opaque, enum vfdc_dma_direction direction, void *bytes, size_t n_bytes,
                      bool *terminal_count)
{
    (void)opaque;
    (void)direction;
    (void)bytes;
    (void)n_bytes;
    *terminal_count = true;
    return 0;
}

static void a_channel_that_gives_tc_alone_ends_the_command(void **state)
{
    struct rig *rig = rig_new_bare();
    struct rig_disk disk = rig_disk_new(VFDC_DRIVE_1440K, 2880, false);
    const struct vfdc_config config = { .drive = { VFDC_DRIVE_1440K } };
    struct vfdc_host host = rig_host;

    (void)state;
    host.dma = only_tc;
    assert_ok(vfdc_controller_create(&config, &host, rig, &rig->fdc));
    assert_ok(vfdc_controller_insert(rig->fdc, 0, disk.media));
    power_on(rig, 0x1c);
    cmd(rig, 0x46, 0, 0, 0, 3, 2, 0x12, 0x1b, 0xff);
    run_until_irq(rig);
    expect_result(rig, 0x00, 0x00, 0x00, 0, 0, 3, 2);
    cmd(rig, 0x45, 0, 0, 0, 3, 2, 0x12, 0x1b, 0xff);
    run_until_irq(rig);
    expect_result(rig, 0x00, 0x00, 0x00, 0, 0, 3, 2);
    cmd(rig, 0x4d, 0, 2, 0x12, 0x54, 0xf6); /* no ID: not a layout that can be held */
    run_until_irq(rig);
    expect_result(rig, 0x40, 0x02, 0x00, ANY, ANY, ANY, ANY);
    assert_int_equal(rig_count_reports(rig, VFDC_REPORT_FORMAT_REFUSED, 0), 1);
    assert_int_equal(vfdc_media_dirty_sectors(disk.media), 0);

    assert_ok(vfdc_controller_eject(rig->fdc, 0, NULL));
    rig_free(rig);
    rig_disk_free(&disk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sectors_side_by_side_are_one_call),
        cmocka_unit_test(stalled_read_goes_on_where_it_was),
        cmocka_unit_test(stalled_write_goes_on_where_it_was),
        cmocka_unit_test(cut_sector_reaches_neither_disk_of_a_swap),
        cmocka_unit_test(cut_sector_does_not_follow_dor_to_another_disk),
        cmocka_unit_test(reset_drops_the_cut_sector),
        cmocka_unit_test(bare_tc_ends_a_read),
        cmocka_unit_test(bare_tc_ends_a_write_with_zeros),
        cmocka_unit_test(bare_tc_ends_a_format_that_changes_nothing),
        cmocka_unit_test(a_channel_that_gives_tc_alone_ends_the_command),
        cmocka_unit_test(channel_ready_too_early_is_not_asked),
        cmocka_unit_test(msr_asks_the_clock_when_the_timer_is_late),
        RIG_TEST(deadline_beyond_the_last_moment_is_never),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
