/*
 * Data commands in execution: the search for a sector, the sector's bytes, the next sector,
 * until terminal count or EOT.  Data sheet, "Execution Phase", "Data Transfer Commands".
 *
 * The command is in `state.job` and `state.chrn`.  PIO and DMA are two mouths of one transfer:
 * what advances a sector does not know which is drinking.
 */
#ifndef FDC_TRANSFER_H
#define FDC_TRANSFER_H

#include <stdbool.h>
#include <stdint.h>

#include "state.h"

/* Begin to execute the command in `job`, of which only what its bytes say is set. */
void transfer_begin(struct vfdc_controller *fdc);

/* The command's deadline came; a seek of `unit` is over, for which it may have waited. */
void transfer_due(struct vfdc_controller *fdc);
void transfer_seek_over(struct vfdc_controller *fdc, unsigned unit);

/* Whether the write gate is open: SRB shows it. */
bool transfer_is_writing(const struct vfdc_controller *fdc);

/* The data register, in non-DMA execution. */
uint8_t transfer_read_byte(struct vfdc_controller *fdc);
void transfer_write_byte(struct vfdc_controller *fdc, uint8_t byte);

/* The TC pin; the DMA channel is ready. */
void transfer_terminal_count(struct vfdc_controller *fdc);
void transfer_dma_ready(struct vfdc_controller *fdc);

/* What is under the head may have changed: DOR was written, or a disk went in. */
void transfer_drive_changed(struct vfdc_controller *fdc);

/* The disk in `unit` was taken out. */
void transfer_disk_ejected(struct vfdc_controller *fdc, unsigned unit);

#endif
