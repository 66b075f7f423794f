/*
 * The smallest complete host: a machine that is nothing but a floppy controller.  There is no
 * CPU; `minimal /path/of/disk.vfd` does at the ports what a guest's driver does, to read the
 * first sector of a 1.44M disk by DMA.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vfdc/floppy_drive.h>

struct machine {
    struct vfdc_controller *fdc;
    uint64_t now_ns, deadline_ns; /* virtual time, and what the controller waits for */
    bool irq;
    uint8_t memory[512]; /* where the DMA channel points */
    size_t n_moved;
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

/* The DMA channel: from the controller to memory, until the memory is full. */
static size_t dma(void *opaque, enum vfdc_dma_direction direction, void *bytes, size_t n_bytes,
                  bool *terminal_count)
{
    struct machine *m = opaque;
    size_t n_left = sizeof(m->memory) - m->n_moved;
    size_t n = n_bytes < n_left ? n_bytes : n_left;

    (void)direction; /* main() only reads */
    memcpy(m->memory + m->n_moved, bytes, n);
    m->n_moved += n;
    *terminal_count = n > 0 && n == n_left;
    return n;
}

/* Let virtual time pass, from deadline to deadline, until the interrupt. */
static void wait_irq(struct machine *m)
{
    while (!m->irq && m->deadline_ns != VFDC_NEVER) {
        m->now_ns = m->deadline_ns;
        vfdc_controller_timer_expired(m->fdc);
    }
}

/* A command: each byte when MSR asks for it, then its result.  Returns ST0, the first of that. */
static uint8_t command(struct machine *m, const uint8_t *bytes, size_t n_bytes, bool interrupts)
{
    uint8_t result[16] = { 0xff };
    size_t n = 0;

    while (n < n_bytes && (vfdc_controller_read(m->fdc, 4) & 0xc0) == 0x80) {
        vfdc_controller_write(m->fdc, 5, bytes[n++]);
    }
    if (interrupts) {
        wait_irq(m);
    }
    for (n = 0; n < 16 && (vfdc_controller_read(m->fdc, 4) & 0xc0) == 0xc0; n++) {
        result[n] = vfdc_controller_read(m->fdc, 5);
    }
    return result[0];
}

static bool read_first_sector(struct machine *m)
{
    static const uint8_t sense[] = { 0x08 }, recalibrate[] = { 0x07, 0 };
    static const uint8_t read[] = { 0x46, 0, 0, 0, 1, 2, 18, 0x1b, 0xff }; /* C H R N, EOT */

    vfdc_controller_write(m->fdc, 2, 0x1c); /* DOR: no reset, DMA, motor and drive 0 */
    vfdc_controller_write(m->fdc, 7, 0x00); /* CCR: 500 kbit/s */
    wait_irq(m);
    for (int unit = 0; unit < 4; unit++) {
        command(m, sense, sizeof(sense), false); /* after a reset, once for each drive */
    }
    command(m, recalibrate, sizeof(recalibrate), true);
    command(m, sense, sizeof(sense), false);
    return command(m, read, sizeof(read), true) == 0x00;
}

int main(int argc, char **argv)
{
    static const struct vfdc_host host = { now_ns, arm_timer, set_irq, NULL, dma, NULL };
    static const struct vfdc_config config = { .drive = { VFDC_DRIVE_1440K } };
    struct machine m = { .deadline_ns = VFDC_NEVER };
    struct vfdc_floppy_drive *drive;
    bool ok = false;

    if (argc != 2 || vfdc_failed(vfdc_controller_create(&config, &host, &m, &m.fdc))) {
        (void)fprintf(stderr, "usage: minimal /path/of/disk.vfd\n");
        return EXIT_FAILURE;
    }
    drive = vfdc_floppy_drive_of(m.fdc, 0);
    if (vfdc_failed(vfdc_floppy_drive_attach_image(drive, argv[1], NULL))) {
        (void)fprintf(stderr, "minimal: %s\n", vfdc_floppy_drive_exception(drive)->error.text);
    } else if (!read_first_sector(&m)) {
        (void)fprintf(stderr, "minimal: %s: the first sector cannot be read\n", argv[1]);
    } else {
        for (int i = 0; i < 64; i++) {
            printf("%02x%c", m.memory[i], i % 16 == 15 ? '\n' : ' ');
        }
        ok = !vfdc_failed(vfdc_floppy_drive_release_image(drive));
    }
    vfdc_controller_destroy(m.fdc); /* would also flush and eject */
    vfdc_floppy_drive_unref(drive);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
