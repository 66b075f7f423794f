/*
 * MOVING: a sector, or FORMAT's track, passes the head: the host's part of it, then the disk's,
 * and on to the next, until something must be waited for.
 */
#ifndef FDC_MOVING_H
#define FDC_MOVING_H

#include "state.h"

/* What was sought lies under the head of drive `job.fdd`. */
void moving_begin(struct vfdc_controller *fdc);

/* Go on as far as one can; after a wait, if it lies under that head still. */
void moving_go_on(struct vfdc_controller *fdc);
void moving_resume(struct vfdc_controller *fdc);

/* The host has moved a byte through the data register. */
void moving_byte_moved(struct vfdc_controller *fdc);

#endif
