/*
 * Saved states that no chip was ever in, and that restore all the same: no rule of the fields
 * forbids them.  Each is a real one with a few fields changed, saved and restored; then the guest
 * goes on, and sees what such a chip would do, in the times of the data sheet: a byte is 16 us at
 * 500 kbit/s.  After each a reset brings the chip back.
 */
#include "rig.h"

#include <string.h>

#include "command.h"
#include "service.h"
#include "state.h"

#define BYTE_NS UINT64_C(16000)

/* A machine in `accurate` timing with a 1.44M disk of the LBA pattern in drive 0. */
struct scene {
    struct rig *rig;
    struct fdc_state *s;
    struct rig_disk disk;
};

static int setup(void **state)
{
    static const struct vfdc_config accurate = { .drive = { VFDC_DRIVE_1440K },
                                                 .timing = VFDC_TIMING_ACCURATE };
    static struct scene scene;

    scene.rig = rig_new(&accurate);
    scene.s = &scene.rig->fdc->state;
    scene.disk = rig_disk_new(VFDC_DRIVE_1440K, 2880, false);
    assert_ok(vfdc_controller_insert(scene.rig->fdc, 0, scene.disk.media));
    power_on(scene.rig, 0x1c);
    *state = &scene;
    return 0;
}

/* Whatever became of it, a reset brings the chip back. */
static int teardown(void **state)
{
    struct scene *scene = *state;

    assert_true(vfdc_controller_state_ok(scene->rig->fdc));
    rig_out(scene->rig, 2, 0x00);
    power_on(scene->rig, 0x1c);
    cmd(scene->rig, 0x10);
    expect_result(scene->rig, 0x90);
    assert_ok(vfdc_controller_eject(scene->rig->fdc, 0, NULL));
    rig_free(scene->rig);
    rig_disk_free(&scene->disk);
    return 0;
}

#define ODD_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* Through the saved form, into the same controller. */
static void save_and_restore(struct rig *rig)
{
    uint8_t bytes[VFDC_STATE_MAX_BYTES];
    size_t n_bytes = 0;

    assert_ok(vfdc_controller_save(rig->fdc, bytes, sizeof(bytes), &n_bytes));
    assert_ok(vfdc_controller_restore(rig->fdc, bytes, n_bytes));
    rig->told_twice = false; /* a restore tells all anew */
}

/* READ DATA of sector 1 up to the first byte that the guest is asked to take. */
static void read_without_dma(struct rig *rig)
{
    cmd(rig, 0x03, 0xdf, 0x03);
    cmd(rig, 0x46, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    while (msr(rig) != 0xf0) {
        rig_run(rig, BYTE_NS);
    }
}

/* The same by DMA, with the channel masked. */
static void read_by_dma(struct rig *rig)
{
    cmd(rig, 0x03, 0xdf, 0x02);
    cmd(rig, 0x46, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    while (!rig->drq) {
        rig_run(rig, BYTE_NS);
    }
}

static void a_command_without_a_deadline_has_one(void **state)
{
    struct scene *scene = *state;

    scene->s->opcode = 0x10; /* VERSION */
    scene->s->deadline_ns[FDC_EVENT_COMMAND] = scene->rig->now_ns + RIG_MS;
    save_and_restore(scene->rig);
    rig_run(scene->rig, RIG_S);
    assert_int_equal(msr(scene->rig), 0x80);
    assert_false(scene->rig->irq);
}

/* The FIFO asks at 15 bytes; 5 of them are there, one is taken, and no request stands any more. */
static void a_read_that_asked_too_early_asks_again_in_time(void **state)
{
    struct scene *scene = *state;
    struct rig *rig = scene->rig;

    cmd(rig, 0x13, 0x00, 0x40, 0x00); /* FIFO on, FIFOTHR 0: a read asks at 15 bytes */
    read_without_dma(rig);
    scene->s->job.request = false;
    scene->s->job.data_ns = rig->now_ns - 5 * BYTE_NS;
    save_and_restore(rig);

    assert_int_equal(msr(rig), 0xf0);
    assert_int_equal(rig_in(rig, 5), 0x00); /* sector 1 is block 0 */
    assert_int_equal(msr(rig), 0x70);
    rig_run(rig, 10 * BYTE_NS);
    assert_int_equal(msr(rig), 0x70); /* 15 have passed, and the FIFO holds 14 */
    rig_run(rig, BYTE_NS);
    assert_int_equal(msr(rig), 0xf0);
}

/* The whole sector has passed, and the guest took less than the FIFO asks at. */
static void the_last_bytes_are_asked_for_however_few(void **state)
{
    struct scene *scene = *state;
    struct rig *rig = scene->rig;

    cmd(rig, 0x13, 0x00, 0x40, 0x00);
    read_without_dma(rig);
    scene->s->job.request = false;
    scene->s->job.pos = 505;
    scene->s->job.data_ns = rig->now_ns - 512 * BYTE_NS;
    save_and_restore(rig);

    for (int j = 505; j < 512; j++) {
        assert_int_equal(msr(rig), 0xf0);
        assert_int_equal(rig_in(rig, 5), (13 * j) & 0xff);
    }
    assert_int_equal(msr(rig) & 0x80, 0x00);
}

/* Five bytes are in the FIFO and the sector has not come: there is room for eleven more. */
static void a_write_goes_on_asking_before_its_sector(void **state)
{
    struct scene *scene = *state;
    struct rig *rig = scene->rig;
    static const uint8_t some[5] = { 1, 2, 3, 4, 5 };

    cmd(rig, 0x13, 0x00, 0x40, 0x00);
    cmd(rig, 0x03, 0xdf, 0x03);
    cmd(rig, 0x45, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    pio_write(rig, some, sizeof(some));
    assert_int_equal(msr(rig), 0xb0);
    scene->s->job.request = false;
    save_and_restore(rig);

    for (int i = 5; i < 16; i++) {
        assert_int_equal(msr(rig), 0xb0);
        rig_out(rig, 5, (uint8_t)i);
    }
    assert_int_equal(msr(rig), 0x30);
}

/* FIFOTHR 0: a write asks anew when one byte is left; here there are ten. */
static void a_write_that_asked_too_early_asks_again_in_time(void **state)
{
    struct scene *scene = *state;
    struct rig *rig = scene->rig;
    static const uint8_t some[16];

    cmd(rig, 0x13, 0x00, 0x40, 0x00);
    cmd(rig, 0x03, 0xdf, 0x03);
    cmd(rig, 0x45, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    pio_write(rig, some, sizeof(some));
    while (msr(rig) != 0xb0) { /* the sector has come, and the FIFO is nearly empty */
        rig_run(rig, BYTE_NS);
    }
    scene->s->job.request = false;
    scene->s->job.pos = 10;
    scene->s->job.data_ns = rig->now_ns;
    save_and_restore(rig);

    rig_out(rig, 5, 0x11); /* the eleventh; the disk has the first */
    assert_int_equal(msr(rig), 0x30);
    rig_run(rig, 8 * BYTE_NS);
    assert_int_equal(msr(rig), 0x30);
    rig_run(rig, BYTE_NS);
    assert_int_equal(msr(rig), 0xb0);
}

/* FIFOTHR 0: a write asks anew when one byte is left. */
static void a_write_that_holds_nothing_asks_with_the_first_byte(void **state)
{
    struct scene *scene = *state;
    struct rig *rig = scene->rig;

    cmd(rig, 0x13, 0x00, 0x40, 0x00);
    scene->s->job.transfer = FDC_TRANSFER_WRITE;
    scene->s->job.stage = FDC_STAGE_MOVING;
    scene->s->job.n_bytes = 512;
    scene->s->job.size = 512;
    scene->s->job.span_ns = 8000000;
    scene->s->job.span_bytes = 500;
    scene->s->job.data_ns = 12345678;
    scene->s->job.request = false;
    scene->s->job.pos = 0;
    assert_int_equal(service_next_ns(rig->fdc), 12345678);
    scene->s->job.pos = 1;
    assert_int_equal(service_next_ns(rig->fdc), 12345678);
    scene->s->job.pos = 2;
    assert_int_equal(service_next_ns(rig->fdc), 12345678);
    scene->s->job.pos = 4;
    assert_int_equal(service_next_ns(rig->fdc), 12345678 + 2 * BYTE_NS);
    scene->s->job.span_bytes = 0; /* as 1 */
    assert_int_equal(service_next_ns(rig->fdc), 12345678 + 2 * UINT64_C(8000000));
}

/* Bytes that pass in no time have all passed. */
static void a_sector_of_no_duration_is_there_at_once(void **state)
{
    struct scene *scene = *state;
    struct rig *rig = scene->rig;

    read_by_dma(rig);
    scene->s->job.span_ns = 0;
    scene->s->job.span_bytes = 0;
    scene->s->job.passed_ns = rig->now_ns + RIG_MS;
    scene->s->job.data_ns = rig->now_ns;
    save_and_restore(rig);

    dma_read(rig, 512);
    run_until_irq(rig);
    expect_result(rig, 0x00, 0x00, 0x00, 0, 0, 2, 2);
    assert_memory_equal(rig->dma_bytes, scene->disk.bytes, 512);
}

/* A sector that is passed over asks for no byte, whatever its request says. */
static void a_sector_passed_over_moves_nothing(void **state)
{
    struct scene *scene = *state;
    struct rig *rig = scene->rig;

    read_by_dma(rig);
    scene->s->job.is_skipped = true;
    scene->s->job.n_bytes = 0;
    save_and_restore(rig);

    dma_read(rig, 512);
    assert_int_equal(rig->n_dma_moved, 0);
    run_until_irq(rig);
    expect_result(rig, 0x00, 0x00, 0x00, 0, 0, 3, 2);
    assert_memory_equal(rig->dma_bytes, scene->disk.bytes + 512, 512);
}

/* The byte that the FIFO cannot hold is one nanosecond away: the next deadline is just that. */
static void an_overrun_comes_to_the_nanosecond(void **state)
{
    struct scene *scene = *state;
    struct rig *rig = scene->rig;

    read_by_dma(rig);
    scene->s->job.data_ns = rig->now_ns - 2 * BYTE_NS + 1; /* the FIFO is off: it holds one */
    save_and_restore(rig);

    assert_ok(vfdc_controller_dma_ready(rig->fdc));
    assert_int_equal(rig->deadline_ns, rig->now_ns + 1);
    rig_run(rig, 1);
    run_until_irq(rig);
    expect_result(rig, 0x40, 0x10, 0x00, 0, 0, 1, 2);
}

/* All that may be wrong with the length of the saved form. */
static void a_state_has_its_length(void **state)
{
    struct scene *scene = *state;
    struct rig *rig = scene->rig;
    uint8_t bytes[VFDC_STATE_MAX_BYTES + 1];
    size_t n_bytes = 0;

    memset(bytes, 0, sizeof(bytes));
    assert_ok(vfdc_controller_save(rig->fdc, bytes, VFDC_STATE_MAX_BYTES, &n_bytes));
    bytes[6] = (uint8_t)(sizeof(bytes) & 0xff); /* the length stands at bytes 6-9 */
    bytes[7] = (uint8_t)(sizeof(bytes) >> 8);
    assert_int_equal(vfdc_controller_restore(rig->fdc, bytes, sizeof(bytes)), VFDC_E_INVALIDARG);

    assert_ok(vfdc_controller_save(rig->fdc, bytes, VFDC_STATE_MAX_BYTES, NULL));
    assert_ok(vfdc_controller_restore(rig->fdc, bytes, n_bytes));
    rig->told_twice = false;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ODD_TEST(a_command_without_a_deadline_has_one),
        ODD_TEST(a_read_that_asked_too_early_asks_again_in_time),
        ODD_TEST(the_last_bytes_are_asked_for_however_few),
        ODD_TEST(a_write_goes_on_asking_before_its_sector),
        ODD_TEST(a_write_that_asked_too_early_asks_again_in_time),
        ODD_TEST(a_write_that_holds_nothing_asks_with_the_first_byte),
        ODD_TEST(a_sector_of_no_duration_is_there_at_once),
        ODD_TEST(a_sector_passed_over_moves_nothing),
        ODD_TEST(an_overrun_comes_to_the_nanosecond),
        ODD_TEST(a_state_has_its_length),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
