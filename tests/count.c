/*
 * Work for tools/count-instructions to count: `count WHAT TIMES` does one thing at the ports, TIMES
 * times, as a guest's driver does.  The host is the smallest there is: its DMA channel counts the
 * bytes and drops them, so that what is counted is the library and the loop that calls it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vfdc/controller.h>
#include <vfdc/media.h>

#define MSR 4u
#define FIFO 5u

struct machine {
    struct vfdc_controller *fdc;
    uint64_t now_ns, deadline_ns;
    bool irq;
    size_t n_left; /* of the DMA channel's count */
};

static uint8_t disk[1474560];

static void fail(const char *what)
{
    fprintf(stderr, "count: %s\n", what);
    exit(EXIT_FAILURE);
}

/* ---- the host ---- */

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

static size_t dma(void *opaque, enum vfdc_dma_direction direction, void *bytes, size_t n_bytes,
                  bool *terminal_count)
{
    struct machine *m = opaque;
    size_t n = n_bytes < m->n_left ? n_bytes : m->n_left;

    (void)direction;
    (void)bytes;
    m->n_left -= n;
    *terminal_count = n > 0 && m->n_left == 0;
    return n;
}

static void wait_irq(struct machine *m)
{
    while (!m->irq && m->deadline_ns != VFDC_NEVER) {
        m->now_ns = m->deadline_ns;
        vfdc_controller_timer_expired(m->fdc);
    }
}

/* ---- the guest ---- */

static void command(struct machine *m, const uint8_t *bytes, size_t n_bytes)
{
    for (size_t i = 0; i < n_bytes; i++) {
        vfdc_controller_write(m->fdc, FIFO, bytes[i]);
    }
}

/* The same with a look at MSR before each byte. */
static void command_asked_for(struct machine *m, const uint8_t *bytes, size_t n_bytes)
{
    for (size_t i = 0; i < n_bytes; i++) {
        if ((vfdc_controller_read(m->fdc, MSR) & 0xc0) != 0x80) {
            fail("a command byte is not wanted");
        }
        vfdc_controller_write(m->fdc, FIFO, bytes[i]);
    }
}

static void result(struct machine *m, uint8_t bytes[7])
{
    for (unsigned i = 0; i < 7; i++) {
        bytes[i] = vfdc_controller_read(m->fdc, FIFO);
    }
}

static void result_asked_for(struct machine *m, uint8_t bytes[7])
{
    for (unsigned i = 0; i < 7; i++) {
        if ((vfdc_controller_read(m->fdc, MSR) & 0xc0) != 0xc0) {
            fail("no result byte");
        }
        bytes[i] = vfdc_controller_read(m->fdc, FIFO);
    }
}

/* Out of reset, the motor on, the head on track 0; DMA or not as SPECIFY's last byte says. */
static void set_up(struct machine *m, uint8_t non_dma)
{
    static const uint8_t recalibrate[] = { 0x07, 0x00 }, sense[] = { 0x08 };
    uint8_t specify[] = { 0x03, 0xdf, 0x02 };

    vfdc_controller_write(m->fdc, 2, 0x1c);
    vfdc_controller_write(m->fdc, 7, 0x00);
    wait_irq(m);
    for (int unit = 0; unit < 4; unit++) {
        command_asked_for(m, sense, sizeof(sense));
        vfdc_controller_read(m->fdc, FIFO);
        vfdc_controller_read(m->fdc, FIFO);
    }
    specify[2] |= non_dma;
    command_asked_for(m, specify, sizeof(specify));
    command_asked_for(m, recalibrate, sizeof(recalibrate));
    wait_irq(m);
    command_asked_for(m, sense, sizeof(sense));
    vfdc_controller_read(m->fdc, FIFO);
    vfdc_controller_read(m->fdc, FIFO);
}

/* ---- what is counted ---- */

static void read_msr(struct machine *m, unsigned long times)
{
    set_up(m, 0);
    for (unsigned long i = 0; i < times; i++) {
        if (vfdc_controller_read(m->fdc, MSR) != 0x80) {
            fail("MSR is not 80");
        }
    }
}

/* Bytes of one READ DATA, up to a track of 18 sectors on each side, each after an MSR read. */
static void read_pio(struct machine *m, unsigned long times)
{
    static const uint8_t read[] = { 0xc6, 0x00, 0, 0, 1, 2, 18, 0x1b, 0xff };

    set_up(m, 1);
    command_asked_for(m, read, sizeof(read));
    for (unsigned long i = 0; i < times; i++) {
        while (vfdc_controller_read(m->fdc, MSR) != 0xf0) {
            if (m->deadline_ns == VFDC_NEVER) {
                fail("no byte by PIO");
            }
            m->now_ns = m->deadline_ns;
            vfdc_controller_timer_expired(m->fdc);
        }
        if (vfdc_controller_read(m->fdc, FIFO) != 0) {
            fail("a wrong byte by PIO");
        }
    }
}

/* READ DATA of one sector by DMA: its nine bytes, its interrupt, its seven result bytes. */
static const uint8_t read_sector[] = { 0x46, 0x00, 0, 0, 1, 2, 18, 0x1b, 0xff };

static void read_dma(struct machine *m, unsigned long times)
{
    uint8_t bytes[7];

    set_up(m, 0);
    for (unsigned long i = 0; i < times; i++) {
        m->n_left = 512;
        command(m, read_sector, sizeof(read_sector));
        wait_irq(m);
        result(m, bytes);
        if (bytes[0] != 0x00 || m->n_left != 0) {
            fail("the sector cannot be read");
        }
    }
}

static void read_dma_asking(struct machine *m, unsigned long times)
{
    uint8_t bytes[7];

    set_up(m, 0);
    for (unsigned long i = 0; i < times; i++) {
        m->n_left = 512;
        command_asked_for(m, read_sector, sizeof(read_sector));
        wait_irq(m);
        result_asked_for(m, bytes);
        if (bytes[0] != 0x00 || m->n_left != 0) {
            fail("the sector cannot be read");
        }
    }
}

static const struct {
    const char *name;
    void (*run)(struct machine *m, unsigned long times);
} kinds[] = {
    { "msr", read_msr },
    { "pio", read_pio },
    { "dma", read_dma },
    { "dma-asking", read_dma_asking },
};

int main(int argc, char **argv)
{
    static const struct vfdc_host host = { now_ns, arm_timer, set_irq, NULL, dma, NULL };
    static const struct vfdc_config config = { .drive = { VFDC_DRIVE_1440K } };
    static const struct vfdc_media_options options = { .drive = VFDC_DRIVE_1440K };
    struct machine m = { .deadline_ns = VFDC_NEVER };
    struct vfdc_media *media;

    if (argc == 2 && strcmp(argv[1], "size") == 0) {
        printf("%zu\n", vfdc_controller_size());
        return EXIT_SUCCESS;
    }
    if (argc != 3 || vfdc_failed(vfdc_controller_create(&config, &host, &m, &m.fdc)) ||
        vfdc_failed(vfdc_media_open_memory(disk, sizeof(disk), &options, &media, NULL)) ||
        vfdc_failed(vfdc_controller_insert(m.fdc, 0, media))) {
        fail("usage: count WHAT TIMES, or count size");
    }
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(argv[1], kinds[i].name) == 0) {
            kinds[i].run(&m, strtoul(argv[2], NULL, 10));
            return EXIT_SUCCESS;
        }
    }
    fail("there is nothing of that name");
}
