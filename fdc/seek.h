/*
 * Moving the head: one step pulse after the other, for SEEK, RELATIVE SEEK, RECALIBRATE and
 * implied seeks.  Data sheet, "SEEK", "RELATIVE SEEK", "RECALIBRATE", "SENSE INTERRUPT STATUS".
 *
 * PCN, busy bit and interrupt flag are those of the unit that the command names; the pulses go
 * to the drive that DOR selects as each is made.
 */
#ifndef FDC_SEEK_H
#define FDC_SEEK_H

#include <stdbool.h>
#include <stdint.h>

#include "state.h"

/* Begin; a seek that this unit still makes is given up where it stands. */
void seek_to(struct vfdc_controller *fdc, unsigned unit, enum fdc_seek_kind kind,
             uint8_t cylinder);
void seek_relative(struct vfdc_controller *fdc, unsigned unit, bool inward, uint8_t n_steps);
void seek_recalibrate(struct vfdc_controller *fdc, unsigned unit);

bool seek_is_running(const struct vfdc_controller *fdc, unsigned unit);

/*
 * The deadline of the next pulse came, at `deadline_ns`.  True when with it the seek is over
 * and a data command may have waited for that.
 */
bool seek_due(struct vfdc_controller *fdc, unsigned unit, uint64_t deadline_ns);

#endif
