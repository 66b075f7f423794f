/*
 * How a data command ends: the outcomes table and the result phase.  Data sheet, "Status Register
 * Encoding".
 */
#ifndef FDC_ENDING_H
#define FDC_ENDING_H

#include "state.h"

/* Note an outcome's bits of ST1 and ST2, for a command that goes on. */
void ending_note(struct fdc_job *job, unsigned outcome);

/*
 * The command ends: at once inside a deadline, else at the next one, so that the line never
 * rises inside a port access and a TC pulse after the last byte still counts.
 */
void ending_begin(struct vfdc_controller *fdc, unsigned outcome);

/* The same, at the next deadline in any case. */
void ending_soon(struct vfdc_controller *fdc, unsigned outcome);

/* That deadline came: the result phase. */
void ending_due(struct vfdc_controller *fdc);

#endif
