/*
 * Resets: the RESET pin, DOR bit 2 low, DSR bit 7.  Data sheet, "Reset".
 */
#ifndef FDC_RESET_H
#define FDC_RESET_H

#include "state.h"

/* The RESET pin: registers to their power-on values; DOR is 00 and holds the chip in reset. */
void reset_by_pin(struct vfdc_controller *fdc);

/* DOR bit 2 fell: the command is cut off and the chip held in reset. */
void reset_hold(struct vfdc_controller *fdc);

/* It rose again: ready for a command, and the polling interrupt to come. */
void reset_release(struct vfdc_controller *fdc);

/* DSR bit 7: both in one, unless DOR holds the chip. */
void reset_by_dsr(struct vfdc_controller *fdc);

/*
 * DSR bit 6: the clocks stop.  Whatever was going on is over; registers keep their values, PCN
 * does not.  Ended by any reset, by a motor bit that is set and by a byte for the data register.
 */
void reset_to_power_down(struct vfdc_controller *fdc);

#endif
