/*
 * Sectors side by side: in `fast`, a DMA read of them is one call of the channel, straight from the
 * medium's memory.
 */
#ifndef FDC_RUN_H
#define FDC_RUN_H

#include <stdbool.h>

#include "state.h"

/* Whether the sector in `chrn` may go to the host so, with those after it. */
bool run_is_possible(const struct vfdc_controller *fdc);

/*
 * Offer the channel as many as there are.  `job.pos` and `chrn` then stand where it stopped: in
 * the last sector that it took of, at the end of that if it took it all.
 */
enum fdc_outcome run_read(struct vfdc_controller *fdc);

#endif
