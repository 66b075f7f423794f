/*
 * What a state must be (fdc/invariant.h): the states of a chip at work are, and each of them with
 * one thing wrong is not.  A saved state is let in by this.
 */
#include "rig.h"

#include "invariant.h"

/* The state of the rig's controller holds; with `change` made to a copy of it, it does not. */
#define assert_refuses(rig, change)                               \
    do {                                                          \
        struct fdc_state s = (rig)->fdc->state;                   \
        assert_true(invariant_holds((rig)->fdc, &s));             \
        change;                                                   \
        assert_false(invariant_holds((rig)->fdc, &s));            \
    } while (0)

/* With that change it is another one that holds. */
#define assert_allows(rig, change)                                \
    do {                                                          \
        struct fdc_state s = (rig)->fdc->state;                   \
        change;                                                   \
        assert_true(invariant_holds((rig)->fdc, &s));             \
    } while (0)

static void a_chip_held_in_reset_is_at_rest(void **state)
{
    struct rig *rig = *state;

    assert_refuses(rig, s.phase = FDC_PHASE_IDLE);
    assert_refuses(rig, s.deadline_ns[FDC_EVENT_COMMAND] = 1);
    assert_refuses(rig, s.deadline_ns[FDC_EVENT_POLL] = 1);
    assert_refuses(rig, s.deadline_ns[FDC_EVENT_LINE] = 1);
    assert_allows(rig, s.deadline_ns[FDC_EVENT_FLUSH] = 1);
    for (unsigned unit = 0; unit < 4; unit++) {
        assert_refuses(rig, s.pcn[unit] = 1);
    }
    assert_refuses(rig, s.int_causes = FDC_INT_POLL);
    assert_refuses(rig, s.drive_busy = 1);
    assert_refuses(rig, s.poll_flags = 1);
    assert_refuses(rig, s.seek_done = 1);
}

static void phases_and_lines_agree(void **state)
{
    struct rig *rig = *state;

    power_on(rig, 0x1c);
    assert_refuses(rig, s.phase = FDC_PHASE_RESET);
    assert_refuses(rig, s.phase = FDC_N_PHASES);
    assert_refuses(rig, s.phase = 0xff);
    assert_refuses(rig, s.dor = 0x18);
    assert_refuses(rig, s.drive_busy = 0x10);
    assert_refuses(rig, s.drq = true);
    assert_refuses(rig, s.int_level = true);
    assert_allows(rig, (s.int_level = true, s.int_causes = FDC_INT_SEEK));
}

static void a_seek_has_its_deadline(void **state)
{
    struct rig *rig = *state;

    power_on(rig, 0x1c);
    for (unsigned unit = 0; unit < 4; unit++) {
        assert_refuses(rig, s.seek[unit].kind = FDC_SEEK_SEEK);
        assert_refuses(rig, s.deadline_ns[FDC_EVENT_SEEK0 + unit] = 1);
        assert_allows(rig, (s.seek[unit].kind = FDC_SEEK_SEEK,
                            s.deadline_ns[FDC_EVENT_SEEK0 + unit] = 1));
        assert_refuses(rig, (s.seek[unit].kind = FDC_N_SEEK_KINDS,
                             s.deadline_ns[FDC_EVENT_SEEK0 + unit] = 1));
    }
    assert_allows(rig, s.fdd[0].cylinder = 83); /* a 1.44M drive's last */
    assert_refuses(rig, s.fdd[0].cylinder = 84);
    assert_refuses(rig, s.fdd[1].cylinder = 1); /* no drive */
}

static void a_command_waits_for_a_parameter(void **state)
{
    struct rig *rig = *state;

    power_on(rig, 0x1c);
    cmd(rig, 0x03, 0xdf); /* SPECIFY has two */
    assert_int_equal(msr(rig), 0x90);
    assert_refuses(rig, s.fifo.pos = 2);
    assert_refuses(rig, s.fifo.pos = 16);
    assert_refuses(rig, s.fifo.len = 3);
    assert_refuses(rig, s.opcode = 0x46);
    assert_refuses(rig, s.opcode = 0x08);
    assert_refuses(rig, s.drq = true);
}

static void a_result_has_a_byte_left(void **state)
{
    struct rig *rig = *state;

    power_on(rig, 0x1c);
    cmd(rig, 0x10);
    assert_int_equal(msr(rig), 0xd0);
    assert_refuses(rig, s.fifo.pos = 1);
    assert_refuses(rig, s.fifo.len = 0);
    expect_result(rig, 0x90);
}

static void an_execution_is_that_of_its_command(void **state)
{
    struct rig *rig = *state;
    struct rig_disk disk = rig_disk_new(VFDC_DRIVE_1440K, 2880, false);

    assert_ok(vfdc_controller_insert(rig->fdc, 0, disk.media));
    power_on(rig, 0x1c);
    cmd(rig, 0x46, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    rig_run(rig, RIG_S);
    assert_true(rig->drq); /* for a channel that is not there */
    assert_refuses(rig, s.opcode = 0x10);
    assert_refuses(rig, s.opcode = 0x45);
    assert_refuses(rig, s.job.transfer = FDC_TRANSFER_WRITE);
    assert_refuses(rig, s.job.stage = FDC_STAGE_ENDING + 1);
    assert_refuses(rig, s.job.pos = 513);
    assert_allows(rig, s.job.pos = 512);
    assert_refuses(rig, s.job.non_dma = true);
    assert_refuses(rig, s.job.fdd = 4);
    assert_allows(rig, (s.job.fdd = 4, s.job.stage = FDC_STAGE_SEARCHING));
    assert_allows(rig, s.job.n_bytes = 16384); /* READ TRACK reads on, from a place made for it */
    assert_refuses(rig, (s.opcode = 0x56, s.job.transfer = FDC_TRANSFER_VERIFY));
    assert_allows(rig, (s.opcode = 0x56, s.job.transfer = FDC_TRANSFER_VERIFY, s.drq = false));
    assert_ok(vfdc_controller_eject(rig->fdc, 0, NULL));
    rig_disk_free(&disk);
}

/* What is written comes from `staging`, of 1024 bytes. */
static void a_write_fits_into_its_buffer(void **state)
{
    struct rig *rig = *state;
    struct rig_disk disk = rig_disk_new(VFDC_DRIVE_1440K, 2880, false);

    assert_ok(vfdc_controller_insert(rig->fdc, 0, disk.media));
    power_on(rig, 0x1c);
    cmd(rig, 0x45, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    rig_run(rig, RIG_S);
    assert_true(rig->drq);
    assert_allows(rig, s.job.n_bytes = 1024);
    assert_refuses(rig, s.job.n_bytes = 1025);
    assert_allows(rig, (s.job.n_bytes = 1025, s.job.stage = FDC_STAGE_SEARCHING));
    assert_ok(vfdc_controller_eject(rig->fdc, 0, NULL));
    rig_disk_free(&disk);
}

static void bytes_for_the_guest_are_those_of_a_transfer_without_dma(void **state)
{
    struct rig *rig = *state;
    struct rig_disk disk = rig_disk_new(VFDC_DRIVE_1440K, 2880, false);
    static const uint8_t phases[] = { FDC_PHASE_PIO_READ, FDC_PHASE_PIO_READ_WAIT };
    static const uint8_t others[] = { FDC_PHASE_PIO_WRITE, FDC_PHASE_PIO_WRITE_WAIT };

    assert_ok(vfdc_controller_insert(rig->fdc, 0, disk.media));
    power_on(rig, 0x1c);
    cmd(rig, 0x03, 0xdf, 0x03);
    for (int writes = 0; writes < 2; writes++) {
        cmd(rig, writes ? 0x45 : 0x46, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
        rig_run(rig, RIG_S);
        assert_int_equal(msr(rig), writes ? 0xb0 : 0xf0);
        for (int i = 0; i < 2; i++) {
            assert_allows(rig, s.phase = writes ? others[i] : phases[i]);
            assert_refuses(rig, s.phase = writes ? phases[i] : others[i]);
            assert_refuses(rig, (s.phase = writes ? others[i] : phases[i], s.opcode = 0x10));
            assert_refuses(rig, (s.phase = writes ? others[i] : phases[i],
                                 s.job.non_dma = false));
        }
        assert_refuses(rig, s.drq = true);
        rig_out(rig, 4, 0x80); /* software reset */
        rig_run(rig, 10 * RIG_MS);
    }
    assert_ok(vfdc_controller_eject(rig->fdc, 0, NULL));
    rig_disk_free(&disk);
}

static void it_can_be_asked_from_outside(void **state)
{
    struct rig *rig = *state;

    power_on(rig, 0x1c);
    assert_true(vfdc_controller_state_ok(rig->fdc));
    assert_false(vfdc_controller_state_ok(NULL));
    rig->fdc->state.drive_busy = 0x80;
    assert_false(vfdc_controller_state_ok(rig->fdc));
    rig->fdc->state.drive_busy = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(a_chip_held_in_reset_is_at_rest),
        RIG_TEST(phases_and_lines_agree),
        RIG_TEST(a_seek_has_its_deadline),
        RIG_TEST(a_command_waits_for_a_parameter),
        RIG_TEST(a_result_has_a_byte_left),
        RIG_TEST(an_execution_is_that_of_its_command),
        RIG_TEST(a_write_fits_into_its_buffer),
        RIG_TEST(bytes_for_the_guest_are_those_of_a_transfer_without_dma),
        RIG_TEST(it_can_be_asked_from_outside),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
