/*
 * A medium that fails or breaks its contract, and the flushes that a controller does by itself:
 * what the guest is told, what the host is told, and that neither outlasts the cause.
 */
#include "rig.h"

#include <stdlib.h>
#include <string.h>

#include "media_faulty.h"

/* ---- the medium ---- */

struct broken {
    enum vfdc_media_result read;
    bool has_null_span;
    size_t span_bytes;
    uint8_t st1, st2;
    bool is_reported;
};

static const struct broken broken_reads[] = {
    { VFDC_MEDIA_HOST_ERROR, false, MEDIA_FAULTY_HONEST, 0x20, 0x20, true },
    { VFDC_MEDIA_BAD_DATA, false, MEDIA_FAULTY_HONEST, 0x20, 0x20, false },
    { VFDC_MEDIA_NO_SECTOR, false, MEDIA_FAULTY_HONEST, 0x04, 0x00, false },
    { (enum vfdc_media_result)99, false, MEDIA_FAULTY_HONEST, 0x20, 0x20, false },
    { VFDC_MEDIA_OK, true, MEDIA_FAULTY_HONEST, 0x20, 0x20, true },
    { VFDC_MEDIA_OK, true, 0, 0x20, 0x20, true },
    { VFDC_MEDIA_OK, false, 0, 0x20, 0x20, true },
    { VFDC_MEDIA_OK, false, 1, 0x20, 0x20, true },
    { VFDC_MEDIA_OK, false, 511, 0x20, 0x20, true },
    { VFDC_MEDIA_OK, false, 513, 0x20, 0x20, true },
    { VFDC_MEDIA_OK, false, 17 * 512, 0x20, 0x20, true }, /* one more than is left */
    { VFDC_MEDIA_OK, false, 19 * 512, 0x20, 0x20, true },
    { VFDC_MEDIA_OK, false, 1u << 30, 0x20, 0x20, true },
    { VFDC_MEDIA_OK, false, SIZE_MAX - 511, 0x20, 0x20, true },
};

/* A machine with a faulty medium in drive 0, ready for commands. */
static void start(struct rig *rig, struct media_faulty *faulty)
{
    media_faulty_init(faulty);
    rig_fill_lba(faulty->track, 0, 18);
    assert_ok(vfdc_controller_insert(rig->fdc, 0, &faulty->media));
    power_on(rig, 0x1c);
}

static void finish(struct rig *rig, struct media_faulty *faulty)
{
    assert_ok(vfdc_controller_eject(rig->fdc, 0, NULL));
    assert_int_equal(faulty->n_closes, 0);
    media_faulty_free(faulty);
}

static void a_medium_that_breaks_its_contract_is_bad_data(void **state)
{
    struct rig *rig = *state;
    struct media_faulty faulty;
    unsigned n_reported = 0;

    start(rig, &faulty);
    for (int nd = 0; nd < 2; nd++) {
        cmd(rig, 0x03, 0xaf, 0x02 | nd); /* SPECIFY: with DMA and without */
        for (size_t i = 0; i < sizeof(broken_reads) / sizeof(broken_reads[0]); i++) {
            const struct broken *broken = &broken_reads[i];

            faulty.read = broken->read;
            faulty.has_null_span = broken->has_null_span;
            faulty.span_bytes = broken->span_bytes;
            dma_read(rig, 512);
            cmd(rig, 0x46, 0, 0, 0, 3, 2, 0x12, 0x1b, 0xff);
            run_until_irq(rig);
            expect_result(rig, 0x40, broken->st1, broken->st2, 0, 0, 3, 2);

            assert_int_equal(rig->n_dma_moved, 0);
            n_reported += broken->is_reported;
            assert_int_equal(rig_count_reports(rig, VFDC_REPORT_READ_ERROR, 0), n_reported);
            assert_int_equal(rig->n_reports, n_reported);
        }
    }
    assert_int_equal(rig->reports[0].cylinder, 0);
    assert_int_equal(rig->reports[0].head, 0);
    assert_int_equal(rig->reports[0].sector, 3);
    finish(rig, &faulty);
}

/* The chip sees a wrong CRC behind the data, which have gone to the host by then. */
static void data_with_a_bad_crc_come_all_the_same(void **state)
{
    struct rig *rig = *state;
    struct media_faulty faulty;
    uint8_t bytes[512];

    start(rig, &faulty);
    faulty.marks = VFDC_MARK_BAD_DATA;
    dma_read(rig, 2 * 512);
    cmd(rig, 0x46, 0, 0, 0, 3, 2, 0x12, 0x1b, 0xff);
    run_until_irq(rig);
    expect_result(rig, 0x40, 0x20, 0x20, 0, 0, 3, 2);
    assert_int_equal(rig->n_dma_moved, 512);
    assert_memory_equal(rig->dma_bytes, faulty.track + 2 * 512, 512);

    cmd(rig, 0x03, 0xaf, 0x03);
    cmd(rig, 0x46, 0, 0, 0, 4, 2, 0x12, 0x1b, 0xff);
    pio_read(rig, bytes, sizeof(bytes));
    run_until_irq(rig);
    expect_result(rig, 0x40, 0x20, 0x20, 0, 0, 4, 2);
    assert_memory_equal(bytes, faulty.track + 3 * 512, 512);

    /* READ TRACK notes it and goes on */
    cmd(rig, 0x03, 0xaf, 0x02);
    dma_read(rig, 2 * 512);
    cmd(rig, 0x42, 0, 0, 0, 1, 2, 0x12, 0x1b, 0xff);
    run_until_irq(rig);
    expect_result(rig, 0x00, 0x20, 0x20, 0, 0, 3, 2);
    assert_memory_equal(rig->dma_bytes, faulty.track, 2 * 512);
    finish(rig, &faulty);
}

/* READ TRACK of places that hold no sector: none is the one that is counted. */
static void a_track_of_nothing_matches_nothing(void **state)
{
    struct rig *rig = *state;
    struct media_faulty faulty;

    start(rig, &faulty);
    faulty.sector_at = 0;
    dma_read(rig, 512);
    cmd(rig, 0x42, 0, 0, 0, 1, 2, 0x12, 0x1b, 0xff);
    run_until_irq(rig);
    expect_result(rig, 0x00, 0x04, 0x10, 0, 0, 2, 2);
    finish(rig, &faulty);
}

/* As many sectors as a track of any medium may have. */
static void a_track_may_have_63_sectors(void **state)
{
    struct rig *rig;
    struct media_faulty faulty;
    uint8_t ids[63 * 4];

    (void)state;
    for (int timing = 0; timing < 2; timing++) {
        struct vfdc_config config = { .drive = { VFDC_DRIVE_1440K },
                                      .timing = timing != 0 ? VFDC_TIMING_ACCURATE
                                                            : VFDC_TIMING_FAST };

        rig = rig_new(&config);
        media_faulty_init(&faulty);
        faulty.geometry.sectors = 63;
        faulty.sector_at = 7; /* wherever it is looked for */
        assert_ok(vfdc_controller_insert(rig->fdc, 0, &faulty.media));
        power_on(rig, 0x1c);
        cmd(rig, 0x4a, 0);
        run_until_irq(rig);
        expect_result(rig, 0, 0, 0, 0, 0, 7, 2);

        for (int i = 0; i < 63; i++) {
            ids[4 * i] = 0;
            ids[4 * i + 1] = 0;
            ids[4 * i + 2] = (uint8_t)(63 - i);
            ids[4 * i + 3] = 2;
        }
        dma_write(rig, ids, sizeof(ids));
        cmd(rig, 0x4d, 0, 2, 63, 0x54, 0xf6);
        run_until_irq(rig);
        expect_result(rig, 0x40, 0x02, 0x00, 0, 0, 1, 2);
        assert_int_equal(faulty.n_formats, 1); /* the layout is the medium's; it has others */
        assert_ok(vfdc_controller_eject(rig->fdc, 0, NULL));
        rig_free(rig);
        media_faulty_free(&faulty);
    }
}

static void a_span_shorter_than_asked_for_is_asked_on(void **state)
{
    struct rig *rig = *state;
    struct media_faulty faulty;

    start(rig, &faulty);
    faulty.span_bytes = 512;
    dma_read(rig, 3 * 512);
    cmd(rig, 0x46, 0, 0, 0, 2, 2, 0x12, 0x1b, 0xff);
    run_until_irq(rig);

    expect_result(rig, 0, 0, 0, 0, 0, 5, 2);
    assert_memory_equal(rig->dma_bytes, faulty.track + 512, 3 * 512);
    assert_int_equal(faulty.n_reads, 3);
    finish(rig, &faulty);
}

static void a_medium_that_fails_once_works_again(void **state)
{
    struct rig *rig = *state;
    struct media_faulty faulty;

    start(rig, &faulty);
    faulty.read = VFDC_MEDIA_HOST_ERROR;
    dma_read(rig, 512);
    cmd(rig, 0x46, 0, 0, 0, 3, 2, 0x12, 0x1b, 0xff);
    run_until_irq(rig);
    expect_result(rig, 0x40, 0x20, 0x20, 0, 0, 3, 2);
    faulty.read = VFDC_MEDIA_OK;
    cmd(rig, 0x46, 0, 0, 0, 3, 2, 0x12, 0x1b, 0xff);
    run_until_irq(rig);

    expect_result(rig, 0, 0, 0, 0, 0, 4, 2);
    assert_memory_equal(rig->dma_bytes, faulty.track + 2 * 512, 512);
    finish(rig, &faulty);
}

static void a_refused_write_shows_in_the_status(void **state)
{
    static const struct {
        enum vfdc_media_result answer;
        uint8_t st1, st2;
        unsigned n_reports;
    } refusals[] = {
        { VFDC_MEDIA_HOST_ERROR, 0x20, 0x20, 1 },
        { VFDC_MEDIA_BAD_DATA, 0x20, 0x20, 0 },
        { VFDC_MEDIA_WRITE_PROTECTED, 0x02, 0x00, 0 },
        { VFDC_MEDIA_NO_SECTOR, 0x04, 0x00, 0 },
        { (enum vfdc_media_result)-1, 0x20, 0x20, 0 },
    };
    struct rig *rig = *state;
    struct media_faulty faulty;
    uint8_t bytes[512] = { 0 };

    start(rig, &faulty);
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        rig->n_reports = 0;
        faulty.write = refusals[i].answer;
        dma_write(rig, bytes, 512);
        cmd(rig, 0x45, 0, 0, 0, 5, 2, 0x12, 0x1b, 0xff);
        run_until_irq(rig);
        expect_result(rig, 0x40, refusals[i].st1, refusals[i].st2, 0, 0, 5, 2);

        assert_int_equal(rig->n_reports, refusals[i].n_reports);
        assert_int_equal(rig_count_reports(rig, VFDC_REPORT_WRITE_ERROR, 0),
                         refusals[i].n_reports);
    }
    finish(rig, &faulty);
}

static void a_refused_format_shows_in_the_status(void **state)
{
    static const struct {
        enum vfdc_media_result answer;
        uint8_t st1, st2;
        enum vfdc_report_kind report;
    } refusals[] = {
        { VFDC_MEDIA_HOST_ERROR, 0x20, 0x20, VFDC_REPORT_WRITE_ERROR },
        { VFDC_MEDIA_NO_SECTOR, 0x02, 0x00, VFDC_REPORT_FORMAT_REFUSED },
    };
    struct rig *rig = *state;
    struct media_faulty faulty;
    uint8_t ids[18 * 4];

    start(rig, &faulty);
    for (int i = 0; i < 18; i++) {
        const uint8_t id[4] = { 0, 0, (uint8_t)(i + 1), 2 };

        memcpy(ids + 4 * i, id, 4);
    }
    for (size_t i = 0; i < 2; i++) {
        rig->n_reports = 0;
        faulty.format = refusals[i].answer;
        dma_write(rig, ids, sizeof(ids));
        cmd(rig, 0x4d, 0, 2, 18, 0x6c, 0xf6);
        run_until_irq(rig);
        expect_result(rig, 0x40, refusals[i].st1, refusals[i].st2, ANY, ANY, ANY, ANY);

        assert_int_equal(rig->n_reports, 1);
        assert_int_equal(rig_count_reports(rig, refusals[i].report, 0), 1);
    }
    finish(rig, &faulty);
}

static void a_track_without_sectors_has_no_id(void **state)
{
    struct rig *rig = *state;
    struct media_faulty faulty;

    start(rig, &faulty);
    faulty.sector_at = 0;
    cmd(rig, 0x4a, 0x00);
    run_until_irq(rig);

    expect_result(rig, 0x40, 0x01, 0x00, ANY, ANY, ANY, ANY);
    finish(rig, &faulty);
}

/* ---- flushing by policy ---- */

static void write_a_sector(struct rig *rig)
{
    uint8_t bytes[512] = { 0x11 };

    dma_write(rig, bytes, 512);
    cmd(rig, 0x45, 0, 0, 0, 5, 2, 0x12, 0x1b, 0xff);
    run_until_irq(rig);
    expect_result(rig, 0, 0, 0, 0, 0, 6, 2);
}

static struct rig *rig_with_policy(enum vfdc_flush_policy policy)
{
    const struct vfdc_config config = {
        .flush_policy = policy,
        .drive = { VFDC_DRIVE_1440K },
    };

    return rig_new(&config);
}

static void motor_off_flushes_after_a_millisecond(void **state)
{
    struct rig *rig = *state;
    struct media_faulty faulty;

    start(rig, &faulty);
    write_a_sector(rig);
    rig_run(rig, RIG_S);
    assert_int_equal(faulty.n_flushes, 0);
    rig_out(rig, 2, 0x0c);
    rig_run(rig, RIG_MS - 1);
    assert_int_equal(faulty.n_flushes, 0);
    rig_run(rig, 1);

    assert_int_equal(faulty.n_flushes, 1);
    assert_int_equal(rig->n_reports, 0);
    finish(rig, &faulty);
}

static void a_flush_by_policy_that_fails_is_reported_and_tried_again(void **state)
{
    struct rig *rig = *state;
    struct media_faulty faulty;

    start(rig, &faulty);
    faulty.flush = VFDC_DISP_E_EXCEPTION;
    write_a_sector(rig);
    rig_out(rig, 2, 0x0c);
    rig_run(rig, 2 * RIG_MS);
    assert_int_equal(rig_count_reports(rig, VFDC_REPORT_FLUSH_ERROR, 0), 1);
    assert_int_equal(faulty.n_dirty, 1);
    faulty.flush = VFDC_S_OK;
    rig_out(rig, 2, 0x1c);
    rig_out(rig, 2, 0x0c);
    rig_run(rig, 2 * RIG_MS);

    assert_int_equal(rig->n_reports, 1);
    assert_int_equal(faulty.n_dirty, 0);
    finish(rig, &faulty);
}

static void write_through_flushes_before_the_result(void **state)
{
    struct rig *rig = rig_with_policy(VFDC_FLUSH_WRITE_THROUGH);
    struct media_faulty faulty;

    (void)state;
    start(rig, &faulty);
    write_a_sector(rig);
    assert_int_equal(faulty.n_flushes, 1);
    assert_int_equal(faulty.n_dirty, 0);
    faulty.flush = VFDC_DISP_E_EXCEPTION;
    write_a_sector(rig);

    assert_int_equal(rig_count_reports(rig, VFDC_REPORT_FLUSH_ERROR, 0), 1);
    assert_int_equal(faulty.n_dirty, 1);
    finish(rig, &faulty);
    rig_free(rig);
}

static void policy_release_never_flushes_by_itself(void **state)
{
    struct rig *rig = rig_with_policy(VFDC_FLUSH_RELEASE);
    struct media_faulty faulty;

    (void)state;
    start(rig, &faulty);
    write_a_sector(rig);
    rig_out(rig, 2, 0x0c);
    rig_run(rig, RIG_S);

    assert_int_equal(faulty.n_flushes, 0);
    finish(rig, &faulty);
    rig_free(rig);
}

static void policy_release_tells_of_dirty_sectors_once_the_motor_is_off(void **state)
{
    struct rig *rig = rig_with_policy(VFDC_FLUSH_RELEASE);
    struct media_faulty faulty;

    (void)state;
    start(rig, &faulty);
    rig_out(rig, 2, 0x0c);
    rig_run(rig, 2 * RIG_MS);
    assert_int_equal(rig->n_reports, 0);
    rig_out(rig, 2, 0x1c);
    write_a_sector(rig);
    rig_out(rig, 2, 0x0c);
    rig_run(rig, RIG_MS - 1);
    assert_int_equal(rig->n_reports, 0);
    rig_run(rig, 1);

    assert_int_equal(rig_count_reports(rig, VFDC_REPORT_FLUSH_DUE, 0), 1);
    assert_int_equal(rig->n_reports, 1);
    finish(rig, &faulty);
    rig_free(rig);
}

/* ---- commits ---- */

static void a_write_command_is_committed_once_before_its_result(void **state)
{
    struct rig *rig = *state;
    struct media_faulty faulty;
    uint8_t bytes[3 * 512] = { 0 };

    start(rig, &faulty);
    dma_read(rig, 512);
    cmd(rig, 0x46, 0, 0, 0, 1, 2, 0x12, 0x1b, 0xff);
    run_until_irq(rig);
    assert_int_equal(faulty.n_commits, 0);
    expect_result(rig, 0, 0, 0, 0, 0, 2, 2);
    dma_write(rig, bytes, sizeof(bytes));
    cmd(rig, 0x45, 0, 0, 0, 2, 2, 0x12, 0x1b, 0xff);
    run_until_irq(rig);

    assert_int_equal(faulty.n_writes, 3);
    assert_int_equal(faulty.n_commits, 1);
    expect_result(rig, 0, 0, 0, 0, 0, 5, 2);
    finish(rig, &faulty);
}

static void a_commit_that_fails_is_bad_data(void **state)
{
    struct rig *rig = *state;
    struct media_faulty faulty;
    uint8_t bytes[512] = { 0 };

    start(rig, &faulty);
    faulty.commit = VFDC_MEDIA_HOST_ERROR;
    dma_write(rig, bytes, sizeof(bytes));
    cmd(rig, 0x45, 0, 0, 0, 2, 2, 0x12, 0x1b, 0xff);
    run_until_irq(rig);
    expect_result(rig, 0x40, 0x20, 0x20, 0, 0, 3, 2);
    assert_int_equal(rig_count_reports(rig, VFDC_REPORT_WRITE_ERROR, 0), 1);
    faulty.commit = VFDC_MEDIA_OK;
    dma_write(rig, bytes, sizeof(bytes));
    cmd(rig, 0x45, 0, 0, 0, 2, 2, 0x12, 0x1b, 0xff);
    run_until_irq(rig);

    expect_result(rig, 0, 0, 0, 0, 0, 3, 2);
    assert_int_equal(rig->n_reports, 1);
    finish(rig, &faulty);
}

/* Two sectors of three have come; then DSR, DOR, the RESET pin or the operator ends it. */
static void a_write_that_is_cut_is_committed(void **state)
{
    struct rig *rig = *state;
    struct media_faulty faulty;
    uint8_t bytes[3 * 512] = { 0 };

    for (int cut = 0; cut < 4; cut++) {
        start(rig, &faulty);
        dma_write(rig, bytes, sizeof(bytes));
        rig->dma_stall = 2 * 512 + 100;
        cmd(rig, 0x45, 0, 0, 0, 2, 2, 0x12, 0x1b, 0xff);
        rig_run(rig, 5 * RIG_MS);
        assert_int_equal(faulty.n_writes, 2);
        assert_int_equal(faulty.n_commits, 0);
        switch (cut) {
        case 0:
            rig_out(rig, 4, 0x80);
            break;
        case 1:
            rig_out(rig, 2, 0x18);
            break;
        case 2:
            assert_ok(vfdc_controller_reset(rig->fdc));
            break;
        default:
            assert_ok(vfdc_controller_eject(rig->fdc, 0, NULL));
            assert_ok(vfdc_controller_insert(rig->fdc, 0, &faulty.media));
        }

        assert_int_equal(faulty.n_writes, 2);
        assert_int_equal(faulty.n_commits, 1);
        finish(rig, &faulty);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(a_medium_that_breaks_its_contract_is_bad_data),
        RIG_TEST(data_with_a_bad_crc_come_all_the_same),
        RIG_TEST(a_track_of_nothing_matches_nothing),
        cmocka_unit_test(a_track_may_have_63_sectors),
        RIG_TEST(a_span_shorter_than_asked_for_is_asked_on),
        RIG_TEST(a_medium_that_fails_once_works_again),
        RIG_TEST(a_refused_write_shows_in_the_status),
        RIG_TEST(a_refused_format_shows_in_the_status),
        RIG_TEST(a_track_without_sectors_has_no_id),
        RIG_TEST(motor_off_flushes_after_a_millisecond),
        RIG_TEST(a_flush_by_policy_that_fails_is_reported_and_tried_again),
        cmocka_unit_test(write_through_flushes_before_the_result),
        cmocka_unit_test(policy_release_tells_of_dirty_sectors_once_the_motor_is_off),
        cmocka_unit_test_setup_teardown(a_write_command_is_committed_once_before_its_result,
                                        rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(a_commit_that_fails_is_bad_data, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(a_write_that_is_cut_is_committed, rig_setup,
                                        rig_teardown),
        cmocka_unit_test(policy_release_never_flushes_by_itself),
    };

    return cmocka_run_group_tests_name("a broken medium", tests, NULL, NULL);
}
