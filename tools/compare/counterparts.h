/* vfdc-compare: what the statements of vfdc-script mean to QEMU. */
#ifndef VFDC_COMPARE_COUNTERPARTS_H
#define VFDC_COMPARE_COUNTERPARTS_H

#include <stdbool.h>

#include "comparison.h"

struct counterpart {
    /* The statement, by its function in vfdc-script. */
    bool (*statement)(struct run *run, const struct argument arg[]);

    /* Do it; false if the two are not in step any more.  NULL where it means nothing to QEMU. */
    bool (*say)(struct comparison *comparison, const struct argument arg[]);

    /* What about it QEMU has no counterpart for, in so many words; NULL if nothing.  The
     * function itself may be NULL. */
    const char *(*obstacle)(const struct argument arg[]);

    /* It is said out of step too. */
    bool is_always;
};

/* NULL for a statement that QEMU has no counterpart for. */
const struct counterpart *counterpart_of(const struct statement *statement);

/* Set-up, images and disks: host.c. */
bool host_drive(struct comparison *comparison, const struct argument arg[]);
bool host_image_make(struct comparison *comparison, const struct argument arg[]);
bool host_image_copy(struct comparison *comparison, const struct argument arg[]);
bool host_image_bytes(struct comparison *comparison, const struct argument arg[]);
bool host_attach(struct comparison *comparison, const struct argument arg[]);
bool host_release(struct comparison *comparison, const struct argument arg[]);
bool host_power(struct comparison *comparison, const struct argument arg[]);
const char *host_no_machine(const struct argument arg[]);
const char *host_no_timing(const struct argument arg[]);
const char *host_no_drive(const struct argument arg[]);
const char *host_no_controllers(const struct argument arg[]);
const char *host_no_attach(const struct argument arg[]);

/* Ports, lines and time: ports.c. */
bool ports_out(struct comparison *comparison, const struct argument arg[]);
bool ports_in(struct comparison *comparison, const struct argument arg[]);
bool ports_in_masked(struct comparison *comparison, const struct argument arg[]);
bool ports_cmd(struct comparison *comparison, const struct argument arg[]);
bool ports_result(struct comparison *comparison, const struct argument arg[]);
bool ports_irq(struct comparison *comparison, const struct argument arg[]);
bool ports_wait_irq(struct comparison *comparison, const struct argument arg[]);
bool ports_run(struct comparison *comparison, const struct argument arg[]);

/* Wait until QEMU's controller takes a byte, or gives one; false if it never does. */
bool ports_wait_ready(struct comparison *comparison, uint8_t wanted);

/* DMA channel 2, and data byte by byte: data.c. */
bool data_drq(struct comparison *comparison, const struct argument arg[]);
bool data_dma_read(struct comparison *comparison, const struct argument arg[]);
bool data_dma_verify(struct comparison *comparison, const struct argument arg[]);
bool data_dma_write(struct comparison *comparison, const struct argument arg[]);
bool data_dma_count(struct comparison *comparison, const struct argument arg[]);
bool data_dma_off(struct comparison *comparison, const struct argument arg[]);
bool data_pio_read(struct comparison *comparison, const struct argument arg[]);
bool data_pio_write(struct comparison *comparison, const struct argument arg[]);
bool data_bytes(struct comparison *comparison, const struct argument arg[]);
bool data_crc(struct comparison *comparison, const struct argument arg[]);
const char *data_no_size(const struct argument arg[]);
const char *data_no_source(const struct argument arg[]);

#endif
