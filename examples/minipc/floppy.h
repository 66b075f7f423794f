/* The floppy controller of the mini PC: libvfdc on ports 3F0h-3F7h, IRQ 6 and DMA channel 2. */
#ifndef MINIPC_FLOPPY_H
#define MINIPC_FLOPPY_H

#include <stdint.h>

#include <vfdc/controller.h>
#include <vfdc/floppy_drive.h>

struct dma;
struct pic;

/* What went over the wires, for the summary. */
struct floppy_counts {
    uint32_t commands[256]; /* by first byte */
    uint64_t port_accesses;
    uint64_t interrupts; /* rising edges */
    uint64_t bytes_to_memory, bytes_from_memory;
};

struct floppy {
    struct vfdc_controller *controller;
    struct vfdc_floppy_drive *drive; /* the operator's handle of unit 0 */
    uint64_t deadline_ns;            /* when to call floppy_timer(); VFDC_NEVER: not */
    struct floppy_counts counts;

    const uint64_t *now_ns; /* the machine's clock */
    struct pic *pic;
    struct dma *dma;
};

/* A controller with one 1.44M drive.  Undone by floppy_done(). */
vfdc_result floppy_init(struct floppy *floppy, const uint64_t *clock_ns, struct pic *pic,
                        struct dma *dma);
void floppy_done(struct floppy *floppy);

/* Ports 3F0h-3F5h and 3F7h. */
uint8_t floppy_read(struct floppy *floppy, uint16_t port);
void floppy_write(struct floppy *floppy, uint16_t port, uint8_t value);

/* The clock has reached deadline_ns. */
void floppy_timer(struct floppy *floppy);

/* The guest has written to the DMA controller. */
void floppy_dma_written(struct floppy *floppy);

#endif
