/*
 * The fake host: see rig.h.  Beside serving the controller it watches what a controller must
 * never do: raise the interrupt line inside the port write that starts work, repeat a level or a
 * deadline, offer an empty DMA request.  rig_free() fails the test for any of these.
 */
#include "rig.h"

#include <stdlib.h>
#include <string.h>

static void intrude(struct rig *rig, const char *callback)
{
    if (rig->intrude != NULL) {
        rig->n_intrusions++;
        rig->intrude(rig, callback);
    }
}

static uint64_t now_ns(void *opaque)
{
    struct rig *rig = opaque;

    rig->n_clock_reads++;
    intrude(rig, "now_ns");
    return rig->now_ns;
}

static void arm_timer(void *opaque, uint64_t deadline_ns)
{
    struct rig *rig = opaque;

    intrude(rig, "arm_timer");
    rig->told_twice = rig->told_twice || deadline_ns == rig->deadline_ns;
    rig->deadline_ns = deadline_ns;
    rig->n_arms++;
}

static void set_irq(void *opaque, bool level)
{
    struct rig *rig = opaque;

    intrude(rig, "set_irq");
    rig->told_twice = rig->told_twice || level == rig->irq;
    rig->rose_in_write = rig->rose_in_write || (level && rig->in_write);
    rig->irq = level;
    if (level) {
        rig->n_irq_rises++;
    } else {
        rig->n_irq_falls++;
    }
}

static void set_drq(void *opaque, bool level)
{
    struct rig *rig = opaque;

    intrude(rig, "set_drq");
    rig->told_twice = rig->told_twice || level == rig->drq;
    rig->drq = level;
    if (level) {
        rig->n_drq_rises++;
    } else {
        rig->n_drq_falls++;
    }
}

/* How many bytes the channel moves of `n_bytes` that the device offers or asks for. */
static size_t dma_share(const struct rig *rig, enum vfdc_dma_direction direction, size_t n_bytes)
{
    size_t end = rig->dma_stall != 0 ? rig->dma_stall : rig->n_dma_bytes;
    size_t left = end - rig->n_dma_moved;
    bool is_right_way = direction == VFDC_DMA_FROM_MEMORY ? rig->dma_mode == RIG_DMA_WRITE
                                                          : rig->dma_mode != RIG_DMA_WRITE;

    if (rig->dma_mode == RIG_DMA_OFF || !is_right_way) {
        return 0;
    }
    if (rig->dma_by != 0 && n_bytes > rig->dma_by) {
        n_bytes = rig->dma_by;
    }
    return n_bytes < left ? n_bytes : left;
}

static size_t dma(void *opaque, enum vfdc_dma_direction direction, void *bytes, size_t n_bytes,
                  bool *terminal_count)
{
    struct rig *rig = opaque;
    size_t n_moved = dma_share(rig, direction, n_bytes);
    uint8_t *place = rig->dma_bytes + rig->n_dma_moved;

    intrude(rig, "dma");
    rig->n_dma_calls++;
    assert_true(n_bytes > 0);
    assert_non_null(bytes);
    assert_false(*terminal_count);

    if (n_moved == 0) {
        return 0;
    }
    if (rig->dma_mode == RIG_DMA_WRITE) {
        memcpy(bytes, place, n_moved);
    } else if (rig->dma_mode == RIG_DMA_READ) {
        memcpy(place, bytes, n_moved);
    }
    rig->n_dma_moved += n_moved;
    *terminal_count = rig->n_dma_moved == rig->n_dma_bytes;
    return n_moved + rig->dma_lie;
}

static void report(void *opaque, const struct vfdc_report *news)
{
    struct rig *rig = opaque;

    intrude(rig, "report");
    if (rig->n_reports < RIG_MAX_REPORTS) {
        rig->reports[rig->n_reports] = *news;
    }
    rig->n_reports++;
}

const struct vfdc_host rig_host = {
    .now_ns = now_ns,
    .arm_timer = arm_timer,
    .set_irq = set_irq,
    .set_drq = set_drq,
    .dma = dma,
    .report = report,
};

struct rig *rig_new_bare(void)
{
    struct rig *rig = calloc(1, sizeof(*rig));

    assert_non_null(rig);
    rig->now_ns = 1000 * RIG_S;
    rig->deadline_ns = VFDC_NEVER;
    return rig;
}

struct rig *rig_new(const struct vfdc_config *config)
{
    static const struct vfdc_config usual = { .drive = { VFDC_DRIVE_1440K } };
    struct rig *rig = rig_new_bare();

    assert_int_equal(vfdc_controller_create(config != NULL ? config : &usual, &rig_host, rig,
                                            &rig->fdc),
                     VFDC_S_OK);
    assert_non_null(rig->fdc);
    return rig;
}

void rig_free(struct rig *rig)
{
    bool rose_in_write, told_twice;

    rig->intrude = NULL;
    vfdc_controller_destroy(rig->fdc);
    rose_in_write = rig->rose_in_write;
    told_twice = rig->told_twice;
    free(rig);
    assert_false(rose_in_write);
    assert_false(told_twice);
}

int rig_setup(void **state)
{
    *state = rig_new(NULL);
    return 0;
}

int rig_teardown(void **state)
{
    rig_free(*state);
    return 0;
}

/* Call in at the armed deadline.  It must then be another one, or time would stand still. */
static void serve_deadline(struct rig *rig)
{
    uint64_t served_ns = rig->deadline_ns;

    if (rig->now_ns < served_ns) {
        rig->now_ns = served_ns;
    }
    assert_int_equal(vfdc_controller_timer_expired(rig->fdc), VFDC_S_OK);
    assert_true(rig->deadline_ns != served_ns);
}

/* To the next deadline, if it comes before `end_ns`; else to `end_ns`, and false. */
static bool step(struct rig *rig, uint64_t end_ns)
{
    if (rig->deadline_ns <= end_ns) {
        serve_deadline(rig);
        return true;
    }
    rig->now_ns = end_ns;
    return false;
}

void rig_run(struct rig *rig, uint64_t ns)
{
    uint64_t end_ns = rig->now_ns + ns;

    while (step(rig, end_ns)) {
    }
}

bool rig_wait_irq(struct rig *rig, uint64_t limit_ns)
{
    uint64_t end_ns = rig->now_ns + limit_ns;

    while (!rig->irq && step(rig, end_ns)) {
    }
    return rig->irq;
}

uint8_t rig_in(struct rig *rig, unsigned offset)
{
    return vfdc_controller_read(rig->fdc, offset);
}

void rig_out(struct rig *rig, unsigned offset, uint8_t value)
{
    rig->in_write = true;
    assert_int_equal(vfdc_controller_write(rig->fdc, offset, value), VFDC_S_OK);
    rig->in_write = false;
}

/* Move the clock until RQM and DIO are as wanted. */
static void wait_msr(struct rig *rig, uint8_t wanted, uint64_t limit_ns, const char *file,
                     int line)
{
    uint64_t end_ns = rig->now_ns + limit_ns;

    while ((msr(rig) & 0xc0) != wanted && step(rig, end_ns)) {
    }
    _assert_int_equal(msr(rig) & 0xc0, wanted, file, line);
}

void rig_cmd(struct rig *rig, const int *bytes, size_t n_bytes, const char *file, int line)
{
    for (size_t i = 0; i < n_bytes; i++) {
        wait_msr(rig, 0x80, RIG_S, file, line);
        rig_out(rig, 5, (uint8_t)bytes[i]);
    }
}

void rig_expect_result(struct rig *rig, const int *bytes, size_t n_bytes, const char *file,
                       int line)
{
    for (size_t i = 0; i < n_bytes; i++) {
        uint8_t seen;

        wait_msr(rig, 0xc0, 5 * RIG_S, file, line);
        seen = rig_in(rig, 5);
        if (bytes[i] != ANY && bytes[i] != seen) {
            print_error("result byte %zu\n", i);
            _assert_int_equal(seen, (uint8_t)bytes[i], file, line);
        }
    }
    _assert_int_equal(msr(rig) & 0x50, 0, file, line);
}

void rig_run_until_irq(struct rig *rig, const char *file, int line)
{
    _assert_true(rig_wait_irq(rig, 5 * RIG_S), "the interrupt comes", file, line);
}

void rig_power_on(struct rig *rig, uint8_t dor, const char *file, int line)
{
    static const int sense_interrupt[] = { 0x08 };

    rig_out(rig, 2, dor);
    rig_out(rig, 7, 0x00);
    rig_run_until_irq(rig, file, line);
    for (int unit = 0; unit < 4; unit++) {
        rig_cmd(rig, sense_interrupt, 1, file, line);
        rig_expect_result(rig, (const int[]){ 0xc0 | unit, 0 }, 2, file, line);
    }
}

void rig_pio_read(struct rig *rig, uint8_t *bytes, size_t n_bytes, const char *file, int line)
{
    for (size_t i = 0; i < n_bytes; i++) {
        wait_msr(rig, 0xc0, 5 * RIG_S, file, line);
        bytes[i] = rig_in(rig, 5);
    }
}

void rig_pio_write(struct rig *rig, const uint8_t *bytes, size_t n_bytes, const char *file,
                   int line)
{
    for (size_t i = 0; i < n_bytes; i++) {
        wait_msr(rig, 0x80, 5 * RIG_S, file, line);
        rig_out(rig, 5, bytes[i]);
    }
}

static void arm_dma(struct rig *rig, enum rig_dma_mode mode, size_t n_bytes)
{
    assert_true(n_bytes <= RIG_DMA_BYTES);
    rig->dma_mode = mode;
    rig->n_dma_bytes = n_bytes;
    rig->n_dma_moved = 0;
    rig->dma_stall = 0;
    if (mode != RIG_DMA_OFF) {
        assert_int_equal(vfdc_controller_dma_ready(rig->fdc), VFDC_S_OK);
    }
}

void dma_read(struct rig *rig, size_t n_bytes)
{
    memset(rig->dma_bytes, 0xee, sizeof(rig->dma_bytes));
    arm_dma(rig, RIG_DMA_READ, n_bytes);
}

void dma_write(struct rig *rig, const void *bytes, size_t n_bytes)
{
    assert_true(n_bytes <= RIG_DMA_BYTES);
    memcpy(rig->dma_bytes, bytes, n_bytes);
    arm_dma(rig, RIG_DMA_WRITE, n_bytes);
}

void dma_verify(struct rig *rig, size_t n_bytes)
{
    arm_dma(rig, RIG_DMA_VERIFY, n_bytes);
}

void dma_off(struct rig *rig)
{
    arm_dma(rig, RIG_DMA_OFF, 0);
}

unsigned rig_count_reports(const struct rig *rig, enum vfdc_report_kind kind, unsigned unit)
{
    unsigned n_found = 0;

    assert_true(rig->n_reports <= RIG_MAX_REPORTS);
    for (unsigned i = 0; i < rig->n_reports; i++) {
        n_found += rig->reports[i].kind == kind && rig->reports[i].unit == unit;
    }
    return n_found;
}

void rig_fill_lba(uint8_t *bytes, uint32_t first, uint32_t n_sectors)
{
    for (uint32_t lba = first; lba < first + n_sectors; lba++) {
        for (uint32_t j = 0; j < 512; j++) {
            bytes[j] = (uint8_t)(j < 4 ? lba >> 8 * j : 7 * lba + 13 * j);
        }
        bytes += 512;
    }
}

struct rig_disk rig_disk_new(enum vfdc_drive_type drive, uint32_t n_sectors, bool read_only)
{
    struct vfdc_media_options options = { .drive = drive, .read_only = read_only };
    struct rig_disk disk = { .n_bytes = n_sectors * (size_t)512 };
    struct vfdc_media_error error;

    disk.bytes = malloc(disk.n_bytes);
    assert_non_null(disk.bytes);
    rig_fill_lba(disk.bytes, 0, n_sectors);
    assert_int_equal(vfdc_media_open_memory(disk.bytes, disk.n_bytes, &options, &disk.media,
                                            &error),
                     VFDC_S_OK);
    return disk;
}

void rig_disk_free(struct rig_disk *disk)
{
    assert_int_equal(vfdc_media_close(disk->media, NULL), VFDC_S_OK);
    free(disk->bytes);
}
