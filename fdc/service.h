/*
 * The host's side of a sector: bytes between `staging` and the guest, by DMA or through the data
 * register, as the FIFO asks for them.  Data sheet, "FIFO", "DMA Transfers", "Non-DMA Transfers".
 *
 * `job.pos` is where the host is, of `job.n_bytes`; where the disk is follows from the time.
 * In `fast` the disk waits for the host.
 */
#ifndef FDC_SERVICE_H
#define FDC_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "state.h"

/* What a transfer does with the host: takes bytes from it, gives bytes to it, or neither. */
bool service_takes(const struct fdc_job *job);
bool service_gives(const struct fdc_job *job);

/* Execution with nothing for the host to move at the moment. */
void service_rest(struct vfdc_controller *fdc);

/*
 * Let the host move what can be moved now.  DMA is asked at once; non-DMA shows a request in MSR,
 * and on the interrupt line at the next deadline.
 */
void service_run(struct vfdc_controller *fdc);

/* Nothing of this sector is left for the host: all is moved, or TC came. */
bool service_is_done(const struct fdc_job *job);

/* The FIFO ran full, or empty, before the host came; never in `fast`. */
bool service_is_late(struct vfdc_controller *fdc);

/* When the disk next changes what service_run() or service_is_late() say; VFDC_NEVER in `fast`. */
uint64_t service_next_ns(struct vfdc_controller *fdc);

/* The data register. */
uint8_t service_give_byte(struct vfdc_controller *fdc);
void service_take_byte(struct vfdc_controller *fdc, uint8_t byte);

#endif
