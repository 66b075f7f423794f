/*
 * A host that errs: NULL everywhere, wrong memory, callbacks that call back in, clocks that
 * jump, timer calls that nobody asked for, a DMA channel that cannot count.  Each has its answer.
 */
#include "rig.h"

#include <limits.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "media_faulty.h"

static const struct vfdc_config one_drive = { .drive = { VFDC_DRIVE_1440K } };

/* ---- creation ---- */

/* A controller's memory, of exactly its size, with a pattern in it. */
static void *new_memory(void)
{
    void *memory = malloc(vfdc_controller_size());

    assert_non_null(memory);
    memset(memory, 0xa5, vfdc_controller_size());
    return memory;
}

/* What vfdc_controller_init() answers; on failure it has set the pointer to NULL. */
static vfdc_result try_init(void *memory, size_t n_bytes, const struct vfdc_config *config,
                            const struct vfdc_host *host)
{
    uint64_t something;
    struct vfdc_controller *fdc = (struct vfdc_controller *)&something;
    struct rig *rig = rig_new_bare(); /* only its clock is asked */
    vfdc_result result = vfdc_controller_init(memory, n_bytes, config, host, rig, &fdc);

    assert_int_equal(fdc == NULL, vfdc_failed(result));
    rig_free(rig);
    return result;
}

static vfdc_result try_create(const struct vfdc_config *config, const struct vfdc_host *host)
{
    uint64_t something;
    struct vfdc_controller *fdc = (struct vfdc_controller *)&something;
    struct rig *rig = rig_new_bare();
    vfdc_result result = vfdc_controller_create(config, host, rig, &fdc);

    assert_int_equal(fdc == NULL, vfdc_failed(result));
    vfdc_controller_destroy(fdc);
    rig_free(rig);
    return result;
}

static void creation_needs_its_pointers(void **state)
{
    void *memory = new_memory();
    size_t n_bytes = vfdc_controller_size();
    struct vfdc_host lacking[3] = { rig_host, rig_host, rig_host };

    (void)state;
    lacking[0].now_ns = NULL;
    lacking[1].arm_timer = NULL;
    lacking[2].set_irq = NULL;

    assert_int_equal(try_init(NULL, n_bytes, NULL, &rig_host), VFDC_E_POINTER);
    assert_int_equal(try_init(memory, n_bytes, NULL, NULL), VFDC_E_POINTER);
    assert_int_equal(try_create(NULL, NULL), VFDC_E_POINTER);
    assert_int_equal(vfdc_controller_init(memory, n_bytes, NULL, &rig_host, NULL, NULL),
                     VFDC_E_POINTER);
    assert_int_equal(vfdc_controller_create(NULL, &rig_host, NULL, NULL), VFDC_E_POINTER);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(try_init(memory, n_bytes, NULL, &lacking[i]), VFDC_E_POINTER);
        assert_int_equal(try_create(NULL, &lacking[i]), VFDC_E_POINTER);
    }
    assert_ok(try_init(memory, n_bytes, NULL, &rig_host));
    free(memory);
}

static void creation_needs_enough_aligned_memory(void **state)
{
    size_t n_bytes = vfdc_controller_size();
    uint8_t *memory = malloc(n_bytes + alignof(max_align_t));

    (void)state;
    assert_non_null(memory);
    assert_int_equal(try_init(memory, 0, NULL, &rig_host), VFDC_E_INVALIDARG);
    assert_int_equal(try_init(memory, n_bytes - 1, NULL, &rig_host), VFDC_E_INVALIDARG);
    for (int i = 1; i < 8; i++) {
        assert_int_equal(try_init(memory + i, n_bytes, NULL, &rig_host), VFDC_E_INVALIDARG);
    }
    assert_ok(try_init(memory, n_bytes, NULL, &rig_host));
    free(memory);
}

static void creation_refuses_what_is_no_enumerator(void **state)
{
    static const int beyond[] = { 100, INT_MAX, -1 };
    struct vfdc_config config;
    void *memory = new_memory();

    (void)state;
#define REFUSES(member, value)                                                             \
    do {                                                                                   \
        config = one_drive;                                                                \
        config.member = (value);                                                           \
        assert_int_equal(try_init(memory, vfdc_controller_size(), &config, &rig_host),     \
                         VFDC_E_INVALIDARG);                                               \
        assert_int_equal(try_create(&config, &rig_host), VFDC_E_INVALIDARG);               \
    } while (0)
    for (int i = 0; i < 3; i++) {
        REFUSES(strap, (enum vfdc_strap)beyond[i]);
        REFUSES(timing, (enum vfdc_timing)beyond[i]);
        REFUSES(empty, (enum vfdc_empty)beyond[i]);
        REFUSES(flush_policy, (enum vfdc_flush_policy)beyond[i]);
        REFUSES(drive[3], (enum vfdc_drive_type)beyond[i]);
    }
    REFUSES(empty, (enum vfdc_empty)(VFDC_EMPTY_HANGS + 1));
    REFUSES(flush_policy, (enum vfdc_flush_policy)(VFDC_FLUSH_RELEASE + 1));
    REFUSES(drive[0], (enum vfdc_drive_type)(VFDC_DRIVE_2880K + 1));
    free(memory);
}

static void creation_reads_the_clock_and_calls_nothing_else(void **state)
{
    struct rig *rig = rig_new(NULL);

    (void)state;
    assert_int_equal(rig->n_clock_reads, 1);
    assert_int_equal(rig->n_arms, 0);
    assert_int_equal(rig->n_irq_rises + rig->n_irq_falls, 0);
    assert_int_equal(rig->n_drq_rises + rig->n_drq_falls, 0);
    rig_free(rig);
}

static void host_and_configuration_are_copied(void **state)
{
    struct rig *rig = rig_new_bare();
    struct vfdc_host host = rig_host;
    struct vfdc_config config = one_drive;

    (void)state;
    assert_ok(vfdc_controller_create(&config, &host, rig, &rig->fdc));
    memset(&host, 0, sizeof(host));
    memset(&config, 0xff, sizeof(config));

    power_on(rig, 0x1c);
    seek(rig, 0, 5);
    rig_free(rig);
}

/* In the caller's memory there is no door, and nothing for destroy to do. */
static void destroy_leaves_the_callers_memory_alone(void **state)
{
    struct rig *rig = rig_new_bare();
    void *memory = new_memory();
    void *before = new_memory();

    (void)state;
    assert_ok(vfdc_controller_init(memory, vfdc_controller_size(), &one_drive, &rig_host, rig,
                                   &rig->fdc));
    memcpy(before, memory, vfdc_controller_size());
    vfdc_controller_destroy(rig->fdc);

    assert_memory_equal(memory, before, vfdc_controller_size());
    assert_null(vfdc_floppy_drive_of(rig->fdc, 0));
    power_on(rig, 0x1c);
    free(before);
    free(memory);
    free(rig);
}

/* ---- calls ---- */

static void calls_without_controller_are_answered(void **state)
{
    struct rig_disk disk = rig_disk_new(VFDC_DRIVE_1440K, 2880, false);
    struct vfdc_media *media = disk.media;

    (void)state;
    assert_int_equal(vfdc_controller_reset(NULL), VFDC_E_POINTER);
    assert_int_equal(vfdc_controller_read(NULL, 4), 0xff);
    assert_int_equal(vfdc_controller_write(NULL, 2, 0x1c), VFDC_E_POINTER);
    assert_int_equal(vfdc_controller_timer_expired(NULL), VFDC_E_POINTER);
    assert_int_equal(vfdc_controller_dma_ready(NULL), VFDC_E_POINTER);
    assert_int_equal(vfdc_controller_terminal_count(NULL), VFDC_E_POINTER);
    assert_int_equal(vfdc_controller_insert(NULL, 0, disk.media), VFDC_E_POINTER);
    assert_int_equal(vfdc_controller_eject(NULL, 0, &media), VFDC_E_POINTER);
    vfdc_controller_destroy(NULL);
    rig_disk_free(&disk);
}

static void there_are_eight_ports(void **state)
{
    static const unsigned beyond[] = { 8, 9, 0x3f5, UINT_MAX };
    struct rig *rig = *state;

    for (int i = 0; i < 4; i++) {
        assert_int_equal(vfdc_controller_read(rig->fdc, beyond[i]), 0xff);
        assert_int_equal(vfdc_controller_write(rig->fdc, beyond[i], 0), VFDC_E_INVALIDARG);
    }
    assert_int_equal(rig->n_arms, 0);
}

static void insert_checks_unit_medium_and_layout(void **state)
{
    struct rig *rig = *state;
    struct media_faulty faulty;
    struct vfdc_media hollow = { NULL };
    const struct vfdc_geometry good = { 80, 2, 18, 2, 0, 1, 0x6c };
    const struct vfdc_geometry bad[] = {
        { 0, 2, 18, 2, 0, 1, 0 },  { 87, 2, 18, 2, 0, 1, 0 }, { 80, 0, 18, 2, 0, 1, 0 },
        { 80, 3, 18, 2, 0, 1, 0 }, { 80, 2, 0, 2, 0, 1, 0 },  { 80, 2, 64, 2, 0, 1, 0 },
        { 80, 2, 18, 4, 0, 1, 0 }, { 80, 2, 18, 7, 0, 1, 0 }, { 80, 2, 18, 2, 4, 1, 0 },
        { 80, 2, 18, 2, 0, 0, 0 }, { 80, 2, 18, 2, 0, 3, 0 },
    };

    media_faulty_init(&faulty);
    assert_int_equal(vfdc_controller_insert(rig->fdc, 0, NULL), VFDC_E_POINTER);
    assert_int_equal(vfdc_controller_insert(rig->fdc, 0, &hollow), VFDC_E_POINTER);
    assert_int_equal(vfdc_controller_insert(rig->fdc, 1, &faulty.media),
                     VFDC_VM_E_DRIVE_INVALID);
    assert_int_equal(vfdc_controller_insert(rig->fdc, 4, &faulty.media),
                     VFDC_VM_E_DRIVE_INVALID);
    assert_int_equal(vfdc_controller_insert(rig->fdc, UINT_MAX, &faulty.media),
                     VFDC_VM_E_DRIVE_INVALID);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        faulty.geometry = bad[i];
        assert_int_equal(vfdc_controller_insert(rig->fdc, 0, &faulty.media), VFDC_E_INVALIDARG);
    }
    faulty.geometry = good;
    assert_ok(vfdc_controller_insert(rig->fdc, 0, &faulty.media));
    assert_int_equal(vfdc_controller_insert(rig->fdc, 0, &faulty.media), VFDC_VM_E_DRIVE_IN_USE);
    assert_ok(vfdc_controller_eject(rig->fdc, 0, NULL));
    media_faulty_free(&faulty);
}

static void eject_checks_unit_and_disk_and_hands_the_medium_back(void **state)
{
    struct rig *rig = *state;
    struct media_faulty faulty;
    struct vfdc_media *media = NULL;

    media_faulty_init(&faulty);
    assert_int_equal(vfdc_controller_eject(rig->fdc, 1, &media), VFDC_VM_E_DRIVE_INVALID);
    assert_int_equal(vfdc_controller_eject(rig->fdc, 4, &media), VFDC_VM_E_DRIVE_INVALID);
    assert_int_equal(vfdc_controller_eject(rig->fdc, 0, &media), VFDC_VM_E_NO_MEDIA_CAPTURED);
    assert_ok(vfdc_controller_insert(rig->fdc, 0, &faulty.media));
    assert_ok(vfdc_controller_eject(rig->fdc, 0, &media));

    assert_ptr_equal(media, &faulty.media);
    assert_int_equal(faulty.n_flushes + faulty.n_closes, 0);
    media_faulty_free(&faulty);
}

static void callbacks_that_are_optional_may_be_missing(void **state)
{
    struct rig *rig = rig_new_bare();
    struct vfdc_host host = rig_host;
    struct media_faulty faulty;
    uint8_t saved[VFDC_STATE_MAX_BYTES];
    size_t n_bytes = 0;
    unsigned n_arms;

    (void)state;
    host.set_drq = NULL;
    host.dma = NULL;
    host.report = NULL;
    media_faulty_init(&faulty);
    assert_ok(vfdc_controller_create(&one_drive, &host, rig, &rig->fdc));
    assert_ok(vfdc_controller_insert(rig->fdc, 0, &faulty.media));
    power_on(rig, 0x1c);
    cmd(rig, 0xe6, 0, 0, 0, 1, 2, 0x12, 0x1b, 0xff);

    /* a channel that never moves anything: until a reset */
    assert_false(rig_wait_irq(rig, RIG_S));
    rig_out(rig, 2, 0x00);
    power_on(rig, 0x1c);
    faulty.read = VFDC_MEDIA_HOST_ERROR;
    cmd(rig, 0xe6, 0, 0, 0, 1, 2, 0x12, 0x1b, 0xff);
    run_until_irq(rig);
    expect_result(rig, 0x40, 0x20, 0x20, 0, 0, 1, 2);

    /* a restore tells the others anew */
    assert_ok(vfdc_controller_save(rig->fdc, saved, sizeof(saved), &n_bytes));
    n_arms = rig->n_arms;
    assert_ok(vfdc_controller_restore(rig->fdc, saved, n_bytes));
    assert_true(rig->n_arms > n_arms);
    assert_false(rig->drq);
    rig->told_twice = false;
    rig_free(rig);
    media_faulty_free(&faulty);
}

/* ---- calling back in ---- */

struct intruder {
    struct vfdc_floppy_drive *drive;
    struct media_faulty other;
    uint8_t saved[VFDC_STATE_MAX_BYTES];
    unsigned n_seen[6]; /* a callback each */
};

static const char *const callback_names[6] = {
    "now_ns", "arm_timer", "set_irq", "set_drq", "dma", "report",
};

static void call_the_chip(struct rig *rig, struct intruder *intruder)
{
    struct vfdc_media *media = NULL;

    for (unsigned offset = 0; offset < 9; offset++) {
        assert_int_equal(vfdc_controller_read(rig->fdc, offset), 0xff);
        assert_int_equal(vfdc_controller_write(rig->fdc, offset, 0x00), VFDC_E_UNEXPECTED);
    }
    assert_int_equal(vfdc_controller_reset(rig->fdc), VFDC_E_UNEXPECTED);
    assert_int_equal(vfdc_controller_timer_expired(rig->fdc), VFDC_E_UNEXPECTED);
    assert_int_equal(vfdc_controller_dma_ready(rig->fdc), VFDC_E_UNEXPECTED);
    assert_int_equal(vfdc_controller_terminal_count(rig->fdc), VFDC_E_UNEXPECTED);
    assert_int_equal(vfdc_controller_insert(rig->fdc, 1, &intruder->other.media),
                     VFDC_E_UNEXPECTED);
    assert_int_equal(vfdc_controller_eject(rig->fdc, 0, &media), VFDC_E_UNEXPECTED);
    assert_null(media);
    assert_int_equal(vfdc_controller_save(rig->fdc, intruder->saved, sizeof(intruder->saved), NULL),
                     VFDC_E_UNEXPECTED);
    assert_int_equal(vfdc_controller_restore(rig->fdc, intruder->saved, sizeof(intruder->saved)),
                     VFDC_E_UNEXPECTED);
    vfdc_controller_destroy(rig->fdc);
}

static void call_the_door(struct rig *rig, struct intruder *intruder)
{
    enum vfdc_attachment is = VFDC_ATTACHMENT_HOST_DRIVE;
    const char *path = "unchanged";
    long number = -1;

    assert_null(vfdc_floppy_drive_of(rig->fdc, 0));
    assert_int_equal(vfdc_floppy_drive_attach_image(intruder->drive, "/x.vfd", NULL),
                     VFDC_E_UNEXPECTED);
    assert_int_equal(vfdc_floppy_drive_release_image(intruder->drive), VFDC_E_UNEXPECTED);
    assert_int_equal(vfdc_floppy_drive_flush_image(intruder->drive), VFDC_E_UNEXPECTED);
    assert_int_equal(vfdc_floppy_drive_attachment(intruder->drive, &is), VFDC_E_UNEXPECTED);
    assert_int_equal(vfdc_floppy_drive_image_file(intruder->drive, &path), VFDC_E_UNEXPECTED);
    assert_int_equal(vfdc_floppy_drive_drive_number(intruder->drive, &number),
                     VFDC_E_UNEXPECTED);
    assert_int_equal(vfdc_floppy_drive_set_events(intruder->drive, NULL, NULL, NULL),
                     VFDC_E_UNEXPECTED);
    assert_null(vfdc_floppy_drive_media(intruder->drive));
    assert_int_equal(is, VFDC_ATTACHMENT_HOST_DRIVE);
    assert_string_equal(path, "unchanged");
    assert_int_equal(number, -1);
    assert_int_equal(vfdc_floppy_drive_exception(intruder->drive)->error.code, VFDC_S_OK);
}

/* Every public call there is, out of every callback; the controller's memory stays as it is. */
static void intrude(struct rig *rig, const char *callback)
{
    struct intruder *intruder = rig->intruder;
    uint8_t *before = new_memory();

    memcpy(before, rig->fdc, vfdc_controller_size());
    call_the_chip(rig, intruder);
    call_the_door(rig, intruder);
    assert_memory_equal(rig->fdc, before, vfdc_controller_size());
    free(before);
    for (int i = 0; i < 6; i++) {
        intruder->n_seen[i] += strcmp(callback, callback_names[i]) == 0;
    }
}

/* A conversation in which every callback runs. */
static void converse(struct rig *rig, struct media_faulty *faulty)
{
    uint8_t bytes[512];

    power_on(rig, 0x1c);
    seek(rig, 0, 1);
    seek(rig, 0, 0);
    cmd(rig, 0xe6, 0, 0, 0, 1, 2, 0x12, 0x1b, 0xff);
    rig_run(rig, 5 * RIG_MS);
    assert_true(rig->drq);
    dma_read(rig, 1024);
    run_until_irq(rig);
    assert_false(rig->drq);
    expect_result(rig, 0, 0, 0, 0, 0, 3, 2);
    assert_memory_equal(rig->dma_bytes, faulty->track, 1024);
    memset(bytes, 0x3c, sizeof(bytes));
    dma_write(rig, bytes, 512);
    cmd(rig, 0xc5, 0, 0, 0, 7, 2, 0x12, 0x1b, 0xff);
    run_until_irq(rig);
    expect_result(rig, 0, 0, 0, 0, 0, 8, 2);
    assert_memory_equal(faulty->track + 6 * 512, bytes, 512);
    faulty->read = VFDC_MEDIA_HOST_ERROR;
    cmd(rig, 0xe6, 0, 0, 0, 2, 2, 0x12, 0x1b, 0xff);
    run_until_irq(rig);
    expect_result(rig, 0x40, 0x20, 0x20, 0, 0, 2, 2);
    assert_int_equal(rig_count_reports(rig, VFDC_REPORT_READ_ERROR, 0), 1);
}

static void callbacks_that_call_back_in_are_refused(void **state)
{
    static const struct vfdc_config two = { .drive = { VFDC_DRIVE_1440K, VFDC_DRIVE_1440K } };
    struct rig *rig = rig_new(&two);
    struct intruder intruder = { .drive = vfdc_floppy_drive_of(rig->fdc, 0) };
    struct media_faulty faulty;

    (void)state;
    media_faulty_init(&faulty);
    media_faulty_init(&intruder.other);
    rig_fill_lba(faulty.track, 0, 18);
    assert_ok(vfdc_controller_insert(rig->fdc, 0, &faulty.media));
    rig->intruder = &intruder;
    rig->intrude = intrude;
    converse(rig, &faulty);

    for (int i = 0; i < 6; i++) {
        assert_true(intruder.n_seen[i] > 0);
    }
    rig->intrude = NULL;
    assert_ok(vfdc_controller_eject(rig->fdc, 0, NULL));
    vfdc_floppy_drive_unref(intruder.drive);
    rig_free(rig);
    media_faulty_free(&intruder.other);
    media_faulty_free(&faulty);
}

/* A medium that calls back in meets the same answers. */
static vfdc_result intruding_flush(struct vfdc_media *media, struct vfdc_media_error *error)
{
    struct media_faulty *faulty = (struct media_faulty *)media;

    (void)error;
    faulty->n_flushes++;
    intrude(faulty->user, "");
    return VFDC_S_OK;
}

static void a_medium_that_calls_back_in_is_refused(void **state)
{
    struct rig *rig = *state;
    struct intruder intruder = { .drive = vfdc_floppy_drive_of(rig->fdc, 0) };
    struct media_faulty faulty;
    struct vfdc_media_ops ops;

    media_faulty_init(&faulty);
    media_faulty_init(&intruder.other);
    ops = *faulty.media.ops;
    ops.flush = intruding_flush;
    faulty.media.ops = &ops;
    faulty.user = rig;
    rig->intruder = &intruder;
    assert_ok(vfdc_controller_insert(rig->fdc, 0, &faulty.media));
    power_on(rig, 0x1c);
    rig_out(rig, 2, 0x0c);
    rig_run(rig, 2 * RIG_MS);

    assert_int_equal(faulty.n_flushes, 1);
    vfdc_floppy_drive_unref(intruder.drive);
    assert_ok(vfdc_controller_eject(rig->fdc, 0, NULL));
    media_faulty_free(&intruder.other);
    media_faulty_free(&faulty);
}

/* ---- time ---- */

static void the_clock_is_read_at_most_once_a_call(void **state)
{
    struct rig *rig = *state;
    unsigned n_before;

    power_on(rig, 0x1c);
    n_before = rig->n_clock_reads;
    for (int i = 0; i < 100; i++) {
        (void)msr(rig);
    }
    assert_true(rig->n_clock_reads <= n_before + 100);
    cmd(rig, 0x0f, 0x00);
    n_before = rig->n_clock_reads;
    rig_out(rig, 5, 0x20);
    assert_true(rig->n_clock_reads <= n_before + 1);
    n_before = rig->n_clock_reads;
    rig->now_ns += RIG_S; /* every step is overdue at once */
    assert_ok(vfdc_controller_timer_expired(rig->fdc));
    assert_true(rig->n_clock_reads <= n_before + 1);
    assert_true(rig->irq);
}

/* A seek runs, so that the access reads the clock, and the chip waits for SPECIFY's parameters. */
static void a_callback_gives_no_parameter(void **state)
{
    struct rig *rig = *state;
    struct vfdc_floppy_drive *drive = vfdc_floppy_drive_of(rig->fdc, 0);
    struct intruder intruder = { .drive = drive };

    power_on(rig, 0x1c);
    cmd(rig, 0x0f, 0x00, 0x20);
    cmd(rig, 0x03);
    media_faulty_init(&intruder.other);
    rig->intruder = &intruder;
    rig->intrude = intrude;
    (void)rig_in(rig, 7);
    rig->intrude = NULL;

    assert_true(intruder.n_seen[0] > 0);
    assert_int_equal(msr(rig) & 0x90, 0x90);
    rig_out(rig, 5, 0xdf);
    assert_int_equal(msr(rig) & 0x90, 0x90);
    rig_out(rig, 5, 0x02);
    assert_int_equal(msr(rig) & 0x90, 0x80);
    run_until_irq(rig);
    expect_sense(rig, 0x20, 0x20);
    vfdc_floppy_drive_unref(drive);
    media_faulty_free(&intruder.other);
}

/* PS/2 mode shows the step line in SRA bit 5, for the length of a pulse. */
static void a_step_in_the_future_shows_no_pulse(void **state)
{
    const struct vfdc_config config = { .drive = { VFDC_DRIVE_1440K }, .strap = VFDC_STRAP_PS2 };
    struct rig *rig = rig_new(&config);

    (void)state;
    power_on(rig, 0x1c);
    cmd(rig, 0x0f, 0x00, 0x01);
    run_until_irq(rig);
    assert_int_equal(rig_in(rig, 0) & 0x20, 0x20);
    rig->now_ns -= 1;
    assert_int_equal(rig_in(rig, 0) & 0x20, 0x00);
    rig->now_ns += 8000;
    assert_int_equal(rig_in(rig, 0) & 0x20, 0x20);
    rig->now_ns += 1;
    assert_int_equal(rig_in(rig, 0) & 0x20, 0x00);
    rig_free(rig);
}

static void results_have_their_documented_names(void **state)
{
    (void)state;
    assert_string_equal(vfdc_result_name(VFDC_S_OK), "S_OK");
    assert_string_equal(vfdc_result_name(VFDC_VM_E_NO_MEDIA_CAPTURED), "VM_E_NO_MEDIA_CAPTURED");
    assert_string_equal(vfdc_result_name(0x12345678), "unknown result");
}

static void deadlines_keep_their_values_when_the_clock_jumps_back(void **state)
{
    struct rig *rig = *state;
    uint64_t deadline_ns;

    power_on(rig, 0x1c);
    cmd(rig, 0x0f, 0x00, 0x01);
    deadline_ns = rig->deadline_ns;
    assert_true(deadline_ns != VFDC_NEVER);
    rig->now_ns -= 500 * RIG_S;
    assert_ok(vfdc_controller_timer_expired(rig->fdc));
    (void)msr(rig);

    assert_int_equal(rig->deadline_ns, deadline_ns);
    assert_false(rig->irq);
    rig->now_ns = deadline_ns - 1;
    assert_ok(vfdc_controller_timer_expired(rig->fdc));
    assert_false(rig->irq);
    run_until_irq(rig);
    expect_sense(rig, 0x20, 0x01);
}

static void a_clock_at_its_end_hurts_nothing_but_time(void **state)
{
    struct rig *rig = *state;

    rig->now_ns = UINT64_MAX - 1;
    rig_out(rig, 2, 0x1c);
    (void)msr(rig);
    assert_ok(vfdc_controller_timer_expired(rig->fdc));
    rig->now_ns = UINT64_MAX;
    assert_ok(vfdc_controller_timer_expired(rig->fdc));
    rig->now_ns = 0;
    rig_out(rig, 2, 0x00);

    power_on(rig, 0x1c);
    seek(rig, 0, 3);
}

static void a_seek_at_the_end_of_time_is_a_state_that_restores(void **state)
{
    struct rig *rig = *state;
    uint8_t saved[VFDC_STATE_MAX_BYTES];
    size_t n_bytes = 0;

    power_on(rig, 0x1c);
    rig->now_ns = UINT64_MAX - 2;
    cmd(rig, 0x0f, 0x00, 0x10);

    assert_true(vfdc_controller_state_ok(rig->fdc));
    assert_ok(vfdc_controller_save(rig->fdc, saved, sizeof(saved), &n_bytes));
    assert_ok(vfdc_controller_restore(rig->fdc, saved, n_bytes));
    rig->told_twice = false; /* a restore tells anew */
}

static void needless_timer_calls_change_nothing(void **state)
{
    struct rig *rig = *state;
    unsigned n_arms;

    for (int i = 0; i < 10; i++) {
        assert_ok(vfdc_controller_timer_expired(rig->fdc));
    }
    assert_int_equal(rig->n_arms, 0);
    assert_int_equal(rig->n_irq_rises, 0);
    power_on(rig, 0x1c);
    cmd(rig, 0x0f, 0x00, 0x02);
    n_arms = rig->n_arms;
    for (int i = 0; i < 10; i++) {
        assert_ok(vfdc_controller_timer_expired(rig->fdc));
    }
    assert_int_equal(rig->n_arms, n_arms);
    assert_false(rig->irq);
    run_until_irq(rig);
    for (int i = 0; i < 10; i++) {
        assert_ok(vfdc_controller_timer_expired(rig->fdc));
    }
    expect_sense(rig, 0x20, 0x02);
    assert_int_equal(rig->n_irq_rises, 2); /* the reset's and this one */
}

static void a_late_timer_call_finds_everything_done(void **state)
{
    struct rig *rig = *state;

    power_on(rig, 0x1c);
    cmd(rig, 0x0f, 0x00, 0x4f);
    rig->now_ns += 3600 * RIG_S;
    assert_ok(vfdc_controller_timer_expired(rig->fdc));

    assert_true(rig->irq);
    expect_sense(rig, 0x20, 0x4f);
    assert_int_equal(rig->deadline_ns, VFDC_NEVER);
}

static void a_signal_that_nothing_waits_for_is_ignored(void **state)
{
    struct rig *rig = *state;

    power_on(rig, 0x1c);
    assert_ok(vfdc_controller_dma_ready(rig->fdc));
    assert_ok(vfdc_controller_terminal_count(rig->fdc));
    cmd(rig, 0x0f, 0x00);
    assert_ok(vfdc_controller_dma_ready(rig->fdc));
    assert_ok(vfdc_controller_terminal_count(rig->fdc));
    cmd(rig, 0x01);
    run_until_irq(rig);

    expect_sense(rig, 0x20, 0x01);
    assert_int_equal(rig->n_dma_calls, 0);
}

/* ---- DMA ---- */

static void a_dma_answer_counts_for_no_more_than_was_offered(void **state)
{
    static const size_t lies[] = { 1, 512, 1u << 20, SIZE_MAX / 2, SIZE_MAX - 18 * 512 };
    struct rig *rig = *state;
    struct rig_disk disk = rig_disk_new(VFDC_DRIVE_1440K, 2880, false);
    uint8_t bytes[2 * 512];

    memset(bytes, 0x5a, sizeof(bytes));
    assert_ok(vfdc_controller_insert(rig->fdc, 0, disk.media));
    power_on(rig, 0x1c);
    for (int i = 0; i < 5; i++) {
        rig->dma_lie = lies[i];
        dma_read(rig, 18 * 512);
        cmd(rig, 0x46, 0, 0, 0, 1, 2, 0x12, 0x1b, 0xff);
        run_until_irq(rig);
        expect_result(rig, 0, 0, 0, 1, 0, 1, 2);
        assert_memory_equal(rig->dma_bytes, disk.bytes, 18 * 512);
        dma_write(rig, bytes, sizeof(bytes));
        cmd(rig, 0x45, 0x04, 0, 1, 1, 2, 0x12, 0x1b, 0xff);
        run_until_irq(rig);
        expect_result(rig, 0x04, 0, 0, 0, 1, 3, 2);
        assert_memory_equal(disk.bytes + 18 * 512, bytes, sizeof(bytes));
    }
    assert_ok(vfdc_controller_eject(rig->fdc, 0, NULL));
    rig_disk_free(&disk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(creation_needs_its_pointers),
        cmocka_unit_test(creation_needs_enough_aligned_memory),
        cmocka_unit_test(creation_refuses_what_is_no_enumerator),
        cmocka_unit_test(creation_reads_the_clock_and_calls_nothing_else),
        cmocka_unit_test(host_and_configuration_are_copied),
        cmocka_unit_test(destroy_leaves_the_callers_memory_alone),
        cmocka_unit_test(calls_without_controller_are_answered),
        RIG_TEST(there_are_eight_ports),
        RIG_TEST(insert_checks_unit_medium_and_layout),
        RIG_TEST(eject_checks_unit_and_disk_and_hands_the_medium_back),
        cmocka_unit_test(callbacks_that_are_optional_may_be_missing),
        cmocka_unit_test(callbacks_that_call_back_in_are_refused),
        RIG_TEST(a_medium_that_calls_back_in_is_refused),
        RIG_TEST(a_callback_gives_no_parameter),
        cmocka_unit_test(a_step_in_the_future_shows_no_pulse),
        cmocka_unit_test(results_have_their_documented_names),
        RIG_TEST(the_clock_is_read_at_most_once_a_call),
        RIG_TEST(deadlines_keep_their_values_when_the_clock_jumps_back),
        RIG_TEST(a_clock_at_its_end_hurts_nothing_but_time),
        RIG_TEST(a_seek_at_the_end_of_time_is_a_state_that_restores),
        RIG_TEST(needless_timer_calls_change_nothing),
        RIG_TEST(a_late_timer_call_finds_everything_done),
        RIG_TEST(a_signal_that_nothing_waits_for_is_ignored),
        RIG_TEST(a_dma_answer_counts_for_no_more_than_was_offered),
    };

    return cmocka_run_group_tests_name("the host", tests, NULL, NULL);
}
