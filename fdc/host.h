/*
 * The host's callbacks, and what the chip believes of their answers.  The only code that calls
 * the host; each wrapper runs while the controller is busy, so that a call back in is refused.
 */
#ifndef FDC_HOST_H
#define FDC_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vfdc/controller.h>

/* The time of this call: the host's clock, read once. */
uint64_t host_now_ns(struct vfdc_controller *fdc);

/* The deadline that is being handled; outside of one, the time of this call. */
uint64_t host_event_ns(struct vfdc_controller *fdc);

/* Whether DRQ and INT are driven, and DACK and TC let in: DOR bit 3, but in PS/2 mode. */
bool host_gate_is_open(const struct vfdc_controller *fdc);

/* Bytes moved, at most `n_bytes`; 0 without a channel. */
size_t host_dma(struct vfdc_controller *fdc, enum vfdc_dma_direction direction, uint8_t *bytes,
                size_t n_bytes, bool *terminal_count);

void host_report(struct vfdc_controller *fdc, enum vfdc_report_kind kind, unsigned unit,
                 unsigned cylinder, unsigned head, unsigned sector);

/* Tell the host what has changed: the two lines and the deadline; or all of them anew. */
void host_settle(struct vfdc_controller *fdc);
void host_tell_anew(struct vfdc_controller *fdc);

#endif
