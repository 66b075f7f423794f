/*
 * From one sector of a data command to the next: EOT, multi-track, terminal count, and the C H R N
 * that the result then has.  Data sheet, "Data Transfer Commands", result table.
 */
#ifndef FDC_ADVANCE_H
#define FDC_ADVANCE_H

#include <stdbool.h>

#include "state.h"

/*
 * All of the sector in `chrn` has passed.  True if the next one is under way; false if the
 * command ends or waits.
 */
bool advance_past_sector(struct vfdc_controller *fdc);

/* TC came in, or with the last byte of, the sector in `chrn`: the command ends. */
void advance_to_end(struct vfdc_controller *fdc);

#endif
