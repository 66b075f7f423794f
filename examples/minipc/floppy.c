/*
 * A machine's side of libvfdc, whole: five callbacks, eight ports, a deadline.  This is the
 * file to copy.  The rest of the machine gives it a clock, a line of the interrupt controller
 * and a channel of the DMA controller.
 */
#include "floppy.h"

#include "dma.h"
#include "pic.h"

#define IRQ 6u
#define DMA_CHANNEL 2u

#define OFFSET_MSR 4u
#define OFFSET_FIFO 5u

static uint64_t now_ns(void *opaque)
{
    const struct floppy *floppy = opaque;

    return *floppy->now_ns;
}

static void arm_timer(void *opaque, uint64_t deadline_ns)
{
    struct floppy *floppy = opaque;

    floppy->deadline_ns = deadline_ns;
}

static void set_irq(void *opaque, bool level)
{
    struct floppy *floppy = opaque;

    floppy->counts.interrupts += level;
    pic_set_irq(floppy->pic, IRQ, level);
}

static void set_drq(void *opaque, bool level)
{
    struct floppy *floppy = opaque;

    dma_set_request(floppy->dma, DMA_CHANNEL, level);
}

static size_t move(void *opaque, enum vfdc_dma_direction direction, void *bytes, size_t n_bytes,
                   bool *terminal_count)
{
    struct floppy *floppy = opaque;
    size_t moved;

    if (direction == VFDC_DMA_TO_MEMORY) {
        moved = dma_move(floppy->dma, DMA_CHANNEL, DMA_TO_MEMORY, bytes, n_bytes, terminal_count);
        floppy->counts.bytes_to_memory += moved;
    } else {
        moved = dma_move(floppy->dma, DMA_CHANNEL, DMA_FROM_MEMORY, bytes, n_bytes,
                         terminal_count);
        floppy->counts.bytes_from_memory += moved;
    }
    return moved;
}

vfdc_result floppy_init(struct floppy *floppy, const uint64_t *clock_ns, struct pic *pic,
                        struct dma *dma)
{
    static const struct vfdc_host host = {
        .now_ns = now_ns, .arm_timer = arm_timer, .set_irq = set_irq, .set_drq = set_drq,
        .dma = move,
    };
    static const struct vfdc_config config = { .drive = { VFDC_DRIVE_1440K } };
    vfdc_result result;

    *floppy = (struct floppy){ .deadline_ns = VFDC_NEVER, .now_ns = clock_ns, .pic = pic,
                               .dma = dma };
    result = vfdc_controller_create(&config, &host, floppy, &floppy->controller);
    if (!vfdc_failed(result)) {
        floppy->drive = vfdc_floppy_drive_of(floppy->controller, 0);
    }
    return result;
}

void floppy_done(struct floppy *floppy)
{
    vfdc_controller_destroy(floppy->controller);
    vfdc_floppy_drive_unref(floppy->drive);
}

uint8_t floppy_read(struct floppy *floppy, uint16_t port)
{
    floppy->counts.port_accesses++;
    return vfdc_controller_read(floppy->controller, port & 7);
}

/* For the summary only: RQM up, towards the chip, not busy: this byte starts a command. */
static void count_command(struct floppy *floppy, unsigned offset, uint8_t value)
{
    if (offset == OFFSET_FIFO
        && (vfdc_controller_read(floppy->controller, OFFSET_MSR) & 0xd0) == 0x80) {
        floppy->counts.commands[value]++;
    }
}

void floppy_write(struct floppy *floppy, uint16_t port, uint8_t value)
{
    floppy->counts.port_accesses++;
    count_command(floppy, port & 7, value);
    vfdc_controller_write(floppy->controller, port & 7, value);
}

void floppy_timer(struct floppy *floppy)
{
    vfdc_controller_timer_expired(floppy->controller);
}

void floppy_dma_written(struct floppy *floppy)
{
    if (dma_is_open(floppy->dma, DMA_CHANNEL)) {
        vfdc_controller_dma_ready(floppy->controller);
    }
}
