/*
 * The guards of the chip, each at its access: with an index, a phase, a unit or a row that no path
 * leads to, the function does what its header says of it and touches nothing.  Most of them stand
 * behind another check; that one may go, and these must hold.
 */
#include "rig.h"

#include <string.h>

#include "codec.h"
#include "command.h"
#include "disk.h"
#include "ending.h"
#include "event.h"
#include "fdd.h"
#include "format.h"
#include "phase.h"
#include "port.h"
#include "rotation.h"
#include "run.h"
#include "seek.h"
#include "service.h"
#include "state.h"
#include "timing.h"
#include "transfer.h"

/* What a call must leave as it is. */
static struct fdc_state before;

static void note(const struct rig *rig)
{
    before = rig->fdc->state;
}

static void assert_unchanged(const struct rig *rig)
{
    assert_memory_equal(&before, &rig->fdc->state, sizeof(before));
}

/* ---- deadlines and phases ---- */

static void an_event_that_is_none_has_no_deadline(void **state)
{
    struct rig *rig = *state;

    note(rig);
    event_arm_at(rig->fdc, FDC_N_EVENTS, 1);
    event_arm_at(rig->fdc, 0xffffffffu, 1);
    assert_unchanged(rig);
    assert_false(event_is_armed(rig->fdc, FDC_N_EVENTS));
    assert_false(event_is_armed(rig->fdc, 0xffffffffu));
    command_event(rig->fdc, FDC_N_EVENTS, 1);
    command_event(rig->fdc, 0xffffffffu, 1);
    assert_unchanged(rig);
}

static void a_result_has_1_to_16_bytes(void **state)
{
    struct rig *rig = *state;

    power_on(rig, 0x1c);
    note(rig);
    phase_enter_result(rig->fdc, 0);
    phase_enter_result(rig->fdc, 17);
    phase_enter_result(rig->fdc, 256);
    assert_unchanged(rig);
    phase_enter_result(rig->fdc, 16);
    assert_int_equal(msr(rig), 0xd0);
    for (int i = 0; i < 16; i++) {
        assert_int_equal(msr(rig), 0xd0);
        rig_in(rig, 5);
    }
    assert_int_equal(msr(rig), 0x80);
}

static void outside_of_a_result_none_is_read(void **state)
{
    struct rig *rig = *state;

    power_on(rig, 0x1c);
    rig->fdc->state.fifo.bytes[0] = 0xa5;
    rig->fdc->state.fifo.len = 1;
    note(rig);
    assert_int_equal(phase_pop(rig->fdc), 0x00);
    assert_unchanged(rig);
}

static void a_phase_that_is_none_shows_no_bits(void **state)
{
    struct rig *rig = *state;

    power_on(rig, 0x1c);
    rig->fdc->state.drive_busy = 0x0f;
    for (unsigned phase = FDC_N_PHASES; phase < 256; phase++) {
        rig->fdc->state.phase = (uint8_t)phase;
        assert_int_equal(phase_msr(&rig->fdc->state), 0x00);
        note(rig);
        transfer_due(rig->fdc);
        transfer_dma_ready(rig->fdc);
        transfer_terminal_count(rig->fdc);
        transfer_seek_over(rig->fdc, 0);
        transfer_drive_changed(rig->fdc);
        transfer_disk_ejected(rig->fdc, 0);
        assert_int_equal(command_read_data(rig->fdc), 0x00);
        command_write_data(rig->fdc, 0x08);
        assert_unchanged(rig);
    }
    rig->fdc->state.phase = FDC_PHASE_IDLE;
}

/* ---- the queue of bytes, whatever its index ---- */

static void the_fast_ways_stay_inside_the_queue(void **state)
{
    struct rig *rig = *state;
    struct fdc_fifo *fifo = &rig->fdc->state.fifo;

    power_on(rig, 0x1c);
    rig->fdc->state.phase = FDC_PHASE_RESULT;
    fifo->pos = 20;
    fifo->len = 30;
    note(rig);
    assert_int_equal(rig_in(rig, 5), 0x00);
    assert_unchanged(rig);

    rig->fdc->state.phase = FDC_PHASE_COMMAND;
    rig->fdc->state.opcode = 0x03;
    note(rig);
    rig_out(rig, 5, 0xa5);
    assert_unchanged(rig);

    fifo->pos = 0;
    fifo->len = 0;
    rig->fdc->state.phase = FDC_PHASE_IDLE;
}

/* The way below the fast one takes any parameter and any result byte. */
static void bytes_go_the_slow_way_too(void **state)
{
    struct rig *rig = *state;

    power_on(rig, 0x1c);
    command_write_data(rig->fdc, 0x13); /* CONFIGURE */
    command_write_data(rig->fdc, 0x00);
    command_write_data(rig->fdc, 0x57);
    assert_int_equal(msr(rig), 0x90);
    command_write_data(rig->fdc, 0x21);
    assert_int_equal(msr(rig), 0x80);
    command_write_data(rig->fdc, 0x0e); /* DUMPREG */
    for (int i = 0; i < 8; i++) {
        assert_int_equal(msr(rig), 0xd0);
        command_read_data(rig->fdc);
    }
    assert_int_equal(command_read_data(rig->fdc), 0x57);
    assert_int_equal(command_read_data(rig->fdc), 0x21);
    assert_int_equal(msr(rig), 0x80);
}

/* ---- rows of the commands table ---- */

static void a_row_that_is_none_is_an_invalid_command(void **state)
{
    struct rig *rig = *state;

    power_on(rig, 0x1c);
    memset(rig->fdc->row_of, 0xc8, sizeof(rig->fdc->row_of));
    assert_int_equal(command_n_params(rig->fdc, 0x46), 0);
    assert_int_equal(command_transfer(rig->fdc, 0x46), FDC_N_TRANSFERS);
    assert_false(command_is_data(rig->fdc, 0x46));
    cmd(rig, 0x46);
    expect_result(rig, 0x80);

    /* with a polling interrupt that it would take back */
    rig->fdc->state.poll_flags = 0x0f;
    rig->fdc->state.int_causes = FDC_INT_POLL;
    cmd(rig, 0x03);
    expect_result(rig, 0x80);
    assert_int_equal(rig->fdc->state.poll_flags, 0x0f);

    /* its deadline; and the poll of a chip that was reset, while it takes parameters */
    note(rig);
    command_event(rig->fdc, FDC_EVENT_COMMAND, 1);
    assert_unchanged(rig);
    rig->fdc->state.phase = FDC_PHASE_COMMAND;
    rig->fdc->state.poll_flags = 0;
    command_event(rig->fdc, FDC_EVENT_POLL, 1);
    assert_int_equal(rig->fdc->state.poll_flags, 0x0f);
    assert_false(rig->fdc->state.poll_held);
    rig->fdc->state.phase = FDC_PHASE_IDLE;
    rig->fdc->state.row = 0;
}

/* ---- units and drives ---- */

static void a_unit_that_is_none_has_no_drive(void **state)
{
    struct rig *rig = *state;

    assert_int_equal(fdd_last_cylinder(rig->fdc, 0), 83);
    assert_int_equal(fdd_last_cylinder(rig->fdc, 4), 0);
    assert_int_equal(fdd_last_cylinder(rig->fdc, 0xffffffffu), 0);
    assert_false(fdd_has_disk(rig->fdc, 4));
    assert_false(fdd_is_fitted(rig->fdc, 4));
    rig->fdc->drive_type[0] = 99;
    assert_int_equal(fdd_last_cylinder(rig->fdc, 0), 0);
    rig->fdc->drive_type[0] = VFDC_DRIVE_1440K;

    note(rig);
    disk_passed(rig->fdc, 4, 1);
    disk_passed(rig->fdc, 0xffffffffu, 1);
    assert_unchanged(rig);
    assert_false(seek_due(rig->fdc, 0, 1)); /* no seek runs */
    assert_unchanged(rig);
}

static void a_drive_without_a_disk_has_nothing_on_it(void **state)
{
    static const uint8_t bytes[512];
    static const uint8_t order[36];
    struct rig *rig = *state;
    struct vfdc_media_span span = { NULL, 0 };
    struct fdc_chrn id = { 1, 2, 3, 4 };
    struct rotation_track track;

    power_on(rig, 0x1c);
    for (unsigned unit = 0; unit < 5; unit++) {
        assert_int_equal(disk_n_sectors(rig->fdc, unit), 0);
        assert_int_equal(disk_place_of(rig->fdc, unit, 0, 1), 0);
        assert_int_equal(disk_next_place(rig->fdc, unit, 0, 0), 0);
        assert_false(disk_id_at(rig->fdc, unit, 0, 0, &id));
        assert_int_equal(disk_marks(rig->fdc, unit, 0, 1), 0);
        assert_int_equal(disk_read_span(rig->fdc, unit, 0, 1, 1, &span), FDC_OUTCOME_NO_INDEX);
        assert_int_equal(disk_write_sector(rig->fdc, unit, 0, 1, bytes, 0),
                         FDC_OUTCOME_NO_INDEX);
        assert_int_equal(disk_format(rig->fdc, unit, &rig->fdc->state.job, order),
                         FDC_OUTCOME_NO_INDEX);
        disk_report(rig->fdc, unit, VFDC_REPORT_READ_ERROR, 0, 1);
        disk_track(rig->fdc, unit, 0, &track);
        assert_true(track.span_bytes > 0);
        assert_true(track.pitch_ns > 0);
    }
    assert_null(span.bytes);
    assert_int_equal(id.c, 1);
    assert_int_equal(rig->n_reports, 0);
}

static void straps_and_outcomes_that_are_none_are_the_first(void **state)
{
    struct rig *rig = *state;
    struct fdc_job job = { 0 };

    port_choose(rig->fdc, (enum vfdc_strap)99);
    assert_int_equal(rig_in(rig, 0), 0xff); /* AT mode drives neither SRA nor SRB */
    ending_note(&job, FDC_N_OUTCOMES);
    ending_note(&job, 0xffffffffu);
    assert_int_equal(job.st1, 0x00);
    assert_int_equal(job.st2, 0x00);
    assert_int_equal(timing_head_load_ns(rig->fdc), 0); /* `fast` */
}

/* ---- the sector in transfer ---- */

/* A transfer without DMA, waiting for a byte either way. */
static void in_transfer(struct rig *rig, enum fdc_transfer transfer)
{
    struct fdc_state *s = &rig->fdc->state;

    memset(&s->job, 0, sizeof(s->job));
    s->job.transfer = (uint8_t)transfer;
    s->job.non_dma = true;
    s->job.stage = FDC_STAGE_MOVING;
    s->job.n_bytes = 512;
    s->job.size = 512;
    memset(s->staging, 0x5a, sizeof(s->staging));
}

static void a_byte_too_many_is_not_moved(void **state)
{
    struct rig *rig = *state;
    struct fdc_state *s = &rig->fdc->state;
    static const uint16_t ends[] = { 512, 1024, 2048, 16384, 65535 };

    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        in_transfer(rig, FDC_TRANSFER_READ);
        s->job.pos = ends[i];
        (void)service_give_byte(rig->fdc);
        assert_int_equal(s->job.pos, ends[i]);

        in_transfer(rig, FDC_TRANSFER_WRITE);
        s->job.pos = ends[i];
        note(rig);
        service_take_byte(rig->fdc, 0xc3);
        assert_unchanged(rig);

        s->job.n_bytes = 65535; /* longer than the buffer */
        s->job.pos = ends[i] < 1024 ? 1024 : ends[i];
        note(rig);
        service_take_byte(rig->fdc, 0xc3);
        assert_unchanged(rig);
    }
}

static void only_a_sector_that_moves_is_late(void **state)
{
    struct rig *rig = *state;
    struct fdc_state *s = &rig->fdc->state;

    rig->fdc->is_accurate = true;
    in_transfer(rig, FDC_TRANSFER_READ);
    s->job.span_ns = 8000000;
    s->job.span_bytes = 500;
    assert_true(service_is_late(rig->fdc));
    s->job.stage = FDC_STAGE_SEARCHING;
    assert_false(service_is_late(rig->fdc));
}

static void a_run_of_sectors_without_length_is_bad_data(void **state)
{
    struct rig *rig = *state;
    struct rig_disk disk = rig_disk_new(VFDC_DRIVE_1440K, 2880, false);

    assert_ok(vfdc_controller_insert(rig->fdc, 0, disk.media));
    power_on(rig, 0x1c);
    in_transfer(rig, FDC_TRANSFER_READ);
    rig->fdc->state.chrn.r = 1;
    rig->fdc->state.job.eot = 18;
    rig->fdc->state.job.size = 0;
    assert_int_equal(run_read(rig->fdc), FDC_OUTCOME_BAD_DATA);
    assert_int_equal(rig_count_reports(rig, VFDC_REPORT_READ_ERROR, 0), 1);
    assert_int_equal(rig->n_dma_calls, 0);
    assert_ok(vfdc_controller_eject(rig->fdc, 0, NULL));
    rig_disk_free(&disk);
}

/* More IDs than the buffer holds: the last one is nowhere. */
static void a_format_of_too_many_ids_is_refused(void **state)
{
    struct rig *rig = *state;
    struct rig_disk disk = rig_disk_new(VFDC_DRIVE_1440K, 2880, false);

    assert_ok(vfdc_controller_insert(rig->fdc, 0, disk.media));
    power_on(rig, 0x1c);
    in_transfer(rig, FDC_TRANSFER_FORMAT);
    rig->fdc->state.job.n_ids = 18;
    rig->fdc->state.job.pos = 1028;
    assert_int_equal(format_write(rig->fdc, 0), FDC_OUTCOME_NOT_WRITABLE);
    assert_int_equal(rig->fdc->state.chrn.c, 0x00);
    assert_int_equal(rig->fdc->state.chrn.n, 0x00);
    rig->fdc->state.job.pos = 1024;
    assert_int_equal(format_write(rig->fdc, 0), FDC_OUTCOME_NOT_WRITABLE);
    assert_int_equal(rig->fdc->state.chrn.c, 0x5a);
    assert_int_equal(rig->fdc->state.chrn.n, 0x5a);
    assert_int_equal(vfdc_media_dirty_sectors(disk.media), 0);
    assert_ok(vfdc_controller_eject(rig->fdc, 0, NULL));
    rig_disk_free(&disk);
}

/* A deadline, or a seek's end, that a stage does not wait for. */
static void a_stage_heeds_its_own_deadlines_alone(void **state)
{
    static const uint8_t stages[] = { FDC_STAGE_HELD, FDC_STAGE_SEEKING, 0xff };
    struct rig *rig = *state;
    struct fdc_state *s = &rig->fdc->state;

    in_transfer(rig, FDC_TRANSFER_READ);
    s->phase = FDC_PHASE_EXECUTION;
    for (size_t i = 0; i < sizeof(stages); i++) {
        s->job.stage = stages[i];
        s->drq = true;
        note(rig);
        transfer_due(rig->fdc);
        transfer_dma_ready(rig->fdc);
        assert_unchanged(rig);
    }
    s->job.stage = FDC_STAGE_MOVING;
    note(rig);
    transfer_seek_over(rig->fdc, 0);
    assert_unchanged(rig);
    s->phase = FDC_PHASE_IDLE;
    note(rig);
    transfer_due(rig->fdc);
    assert_unchanged(rig);
    s->drq = false;
    s->phase = FDC_PHASE_RESET;
}

/* ---- the codec of saved states ---- */

static void the_codec_ends_with_its_buffer(void **state)
{
    uint8_t room[4] = { 1, 2, 3, 4 };
    uint8_t byte = 0xa5;
    struct codec in = { NULL, room, 3, 2, true };
    struct codec out = { room, NULL, 3, 2, true };
    struct codec counting = { NULL, NULL, 0, SIZE_MAX, true };

    (void)state;
    codec_byte(&in, &byte);
    assert_int_equal(byte, 3);
    assert_true(in.ok);
    codec_byte(&in, &byte);
    assert_int_equal(byte, 0);
    assert_false(in.ok);
    assert_int_equal(in.pos, 3);

    byte = 0xa5;
    codec_byte(&out, &byte);
    assert_true(out.ok);
    codec_byte(&out, &byte);
    assert_false(out.ok);
    assert_int_equal(out.pos, 3);
    assert_int_equal(room[2], 0xa5);
    assert_int_equal(room[3], 4);

    codec_byte(&counting, &byte);
    assert_true(counting.pos == SIZE_MAX);
}

/* One below, both ends, one above. */
static void the_codec_holds_both_bounds(void **state)
{
    static const uint8_t nine_to_twelve[] = { 8, 9, 12, 13 };

    (void)state;
    for (size_t i = 0; i < sizeof(nine_to_twelve); i++) {
        uint8_t bytes[8] = { nine_to_twelve[i] };
        bool is_in = i == 1 || i == 2;
        struct codec c8 = { NULL, bytes, 8, 0, true };
        struct codec c16 = c8, c32 = c8, c64 = c8;
        uint8_t u8 = 77;
        uint16_t u16 = 77;
        uint32_t u32 = 77;
        uint64_t u64 = 77;

        codec_u8(&c8, &u8, 9, 12);
        codec_u16(&c16, &u16, 9, 12);
        codec_u32(&c32, &u32, 9, 12);
        codec_u64(&c64, &u64, 9, 12);
        assert_int_equal(u8, is_in ? bytes[0] : 9);
        assert_int_equal(u16, is_in ? bytes[0] : 9);
        assert_int_equal(u32, is_in ? bytes[0] : 9);
        assert_int_equal(u64, is_in ? bytes[0] : 9);
        assert_int_equal(c8.ok, is_in);
        assert_int_equal(c16.ok, is_in);
        assert_int_equal(c32.ok, is_in);
        assert_int_equal(c64.ok, is_in);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(an_event_that_is_none_has_no_deadline),
        RIG_TEST(a_result_has_1_to_16_bytes),
        RIG_TEST(outside_of_a_result_none_is_read),
        RIG_TEST(a_phase_that_is_none_shows_no_bits),
        RIG_TEST(the_fast_ways_stay_inside_the_queue),
        RIG_TEST(bytes_go_the_slow_way_too),
        RIG_TEST(a_row_that_is_none_is_an_invalid_command),
        RIG_TEST(a_unit_that_is_none_has_no_drive),
        RIG_TEST(a_drive_without_a_disk_has_nothing_on_it),
        RIG_TEST(straps_and_outcomes_that_are_none_are_the_first),
        RIG_TEST(a_byte_too_many_is_not_moved),
        RIG_TEST(only_a_sector_that_moves_is_late),
        RIG_TEST(a_run_of_sectors_without_length_is_bad_data),
        RIG_TEST(a_format_of_too_many_ids_is_refused),
        RIG_TEST(a_stage_heeds_its_own_deadlines_alone),
        cmocka_unit_test(the_codec_ends_with_its_buffer),
        cmocka_unit_test(the_codec_holds_both_bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
