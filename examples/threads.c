/*
 * A host with two threads: the processor's goes on reading ports while the operator's flushes the
 * disk and takes it out.  One lock covers the controller and all that hangs on it; the part of a
 * flush that waits for the host's disk runs outside it.  `threads /path/of/disk.vfd` writes the
 * second sector of a 1.44M disk.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <vfdc/floppy_drive.h>

struct machine {
    pthread_mutex_t lock; /* covers the controller, its drives, its medium, and what follows */
    struct vfdc_controller *fdc;
    uint64_t now_ns, deadline_ns; /* virtual time, and what the controller waits for */
    bool irq;

    atomic_bool has_written; /* by the guest: there is something to flush */
    atomic_bool is_over;
    atomic_ulong n_reads;
};

static uint64_t now_ns(void *opaque)
{
    return ((struct machine *)opaque)->now_ns;
}

static void arm_timer(void *opaque, uint64_t deadline_ns)
{
    ((struct machine *)opaque)->deadline_ns = deadline_ns;
}

static void set_irq(void *opaque, bool level)
{
    ((struct machine *)opaque)->irq = level;
}

/* The DMA channel: one sector of a text that is repeated. */
static size_t dma(void *opaque, enum vfdc_dma_direction direction, void *bytes, size_t n_bytes,
                  bool *terminal_count)
{
    (void)opaque;
    (void)direction; /* the guest only writes */
    for (size_t i = 0; i < n_bytes; i++) {
        ((uint8_t *)bytes)[i] = (uint8_t)"written\n"[i % 8];
    }
    *terminal_count = n_bytes >= 512;
    return n_bytes;
}

/* ---- the processor ---- */

/* Each access of the guest is on its own: the operator may come in between. */
static uint8_t port_in(struct machine *m, unsigned offset)
{
    uint8_t value;

    pthread_mutex_lock(&m->lock);
    value = vfdc_controller_read(m->fdc, offset);
    pthread_mutex_unlock(&m->lock);
    return value;
}

static void port_out(struct machine *m, unsigned offset, uint8_t value)
{
    pthread_mutex_lock(&m->lock);
    vfdc_controller_write(m->fdc, offset, value);
    pthread_mutex_unlock(&m->lock);
}

static void wait_irq(struct machine *m)
{
    pthread_mutex_lock(&m->lock);
    while (!m->irq && m->deadline_ns != VFDC_NEVER) {
        m->now_ns = m->deadline_ns;
        vfdc_controller_timer_expired(m->fdc);
    }
    pthread_mutex_unlock(&m->lock);
}

static void command(struct machine *m, const uint8_t *bytes, size_t n_bytes, bool interrupts)
{
    for (size_t i = 0; i < n_bytes; i++) {
        port_out(m, 5, bytes[i]);
    }
    if (interrupts) {
        wait_irq(m);
    }
    while ((port_in(m, 4) & 0xc0) == 0xc0) {
        port_in(m, 5); /* the result */
    }
}

static void *run_processor(void *opaque)
{
    static const uint8_t sense[] = { 0x08 }, recalibrate[] = { 0x07, 0 };
    static const uint8_t write[] = { 0x45, 0, 0, 0, 2, 2, 18, 0x1b, 0xff }; /* C H R N, EOT */
    static const struct timespec other_work = { .tv_nsec = 10000 };
    struct machine *m = opaque;

    port_out(m, 2, 0x1c); /* DOR: no reset, DMA, motor and drive 0 */
    port_out(m, 7, 0x00); /* CCR: 500 kbit/s */
    wait_irq(m);
    for (int unit = 0; unit < 4; unit++) {
        command(m, sense, sizeof(sense), false); /* after a reset, once for each drive */
    }
    command(m, recalibrate, sizeof(recalibrate), true);
    command(m, sense, sizeof(sense), false);
    command(m, write, sizeof(write), true);
    atomic_store(&m->has_written, true);
    while (!atomic_load(&m->is_over)) {
        port_in(m, 4);
        atomic_fetch_add(&m->n_reads, 1);
        nanosleep(&other_work, NULL);
    }
    return NULL;
}

/* ---- the operator ---- */

/* All that waits for the host's disk is in the middle, where the guest goes on. */
static vfdc_result flush(struct machine *m, struct vfdc_floppy_drive *drive)
{
    struct vfdc_media_flush *flush = NULL;
    vfdc_result result;

    pthread_mutex_lock(&m->lock);
    result = vfdc_media_flush_begin(vfdc_floppy_drive_media(drive), &flush, NULL);
    pthread_mutex_unlock(&m->lock);
    if (flush != NULL) {
        vfdc_media_flush_write(flush, NULL);
        pthread_mutex_lock(&m->lock);
        result = vfdc_media_flush_end(flush, NULL);
        pthread_mutex_unlock(&m->lock);
    }
    return result;
}

/* What is left dirty, or all of it should the flush have failed, is written under the lock. */
static vfdc_result take_out(struct machine *m, struct vfdc_floppy_drive *drive)
{
    vfdc_result result;

    (void)flush(m, drive);
    pthread_mutex_lock(&m->lock);
    result = vfdc_floppy_drive_release_image(drive);
    pthread_mutex_unlock(&m->lock);
    return result;
}

static vfdc_result run(struct machine *m, struct vfdc_floppy_drive *drive)
{
    static const struct timespec a_moment = { .tv_nsec = 1000000 };
    pthread_t processor;
    vfdc_result result;

    if (pthread_create(&processor, NULL, run_processor, m) != 0) {
        return VFDC_E_FAIL;
    }
    while (!atomic_load(&m->has_written)) {
        nanosleep(&a_moment, NULL);
    }
    result = take_out(m, drive);
    atomic_store(&m->is_over, true);
    pthread_join(processor, NULL);
    return result;
}

int main(int argc, char **argv)
{
    static const struct vfdc_host host = { now_ns, arm_timer, set_irq, NULL, dma, NULL };
    static const struct vfdc_config config = {
        .flush_policy = VFDC_FLUSH_RELEASE, /* none by itself, in the processor's thread */
        .drive = { VFDC_DRIVE_1440K },
    };
    struct machine m = { .lock = PTHREAD_MUTEX_INITIALIZER, .deadline_ns = VFDC_NEVER };
    struct vfdc_floppy_drive *drive;
    bool ok = false;

    if (argc != 2 || vfdc_failed(vfdc_controller_create(&config, &host, &m, &m.fdc))) {
        (void)fprintf(stderr, "usage: threads /path/of/disk.vfd\n");
        return EXIT_FAILURE;
    }
    drive = vfdc_floppy_drive_of(m.fdc, 0);
    if (vfdc_failed(vfdc_floppy_drive_attach_image(drive, argv[1], NULL)) ||
        vfdc_failed(run(&m, drive))) {
        (void)fprintf(stderr, "threads: %s\n", vfdc_floppy_drive_exception(drive)->error.text);
    } else {
        printf("the disk is out; the guest read ports %lu times meanwhile\n",
               atomic_load(&m.n_reads));
        ok = true;
    }
    vfdc_controller_destroy(m.fdc);
    vfdc_floppy_drive_unref(drive);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
