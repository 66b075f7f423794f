/*
 * The search of a data command: what is under the head of the drive that DOR selects, and the
 * wait until what is sought comes by, or for the end of a search that finds nothing.
 *
 * SEARCHING waits for what was seen when the wait began; at its deadline one looks again, and
 * only what still holds happens, since the guest may have turned to another drive meanwhile.
 */
#ifndef FDC_SEARCH_H
#define FDC_SEARCH_H

#include <stdbool.h>

#include "state.h"

/* What is under the head of `unit`, the drive that is selected, as this command seeks it. */
enum fdc_outcome search_look(struct vfdc_controller *fdc, unsigned unit);

/* Whether what was found lies under the same head still. */
bool search_is_still_there(struct vfdc_controller *fdc);

/* The search starts anew, with nothing of a sector in hand. */
void search_again(struct vfdc_controller *fdc);

/*
 * The wait is over.  True if what was waited for holds: `job.outcome`, in drive `job.fdd`.
 * Otherwise it goes on, for what there is now.
 */
bool search_due(struct vfdc_controller *fdc);

/* What is under the head may have changed. */
void search_drive_changed(struct vfdc_controller *fdc);

#endif
