/*
 * FORMAT TRACK in execution: IDs come as data while the track passes, and make its sectors.
 * Data sheet, "FORMAT TRACK".
 */
#ifndef FDC_FORMAT_H
#define FDC_FORMAT_H

#include "state.h"

/* The track begins: an ID is wanted with each sector, until the index comes round. */
void format_begin(struct vfdc_controller *fdc);

/*
 * All IDs are here, or none more comes.  Of what the disk cannot hold nothing is changed:
 * NOT_WRITABLE, and a report.
 */
enum fdc_outcome format_write(struct vfdc_controller *fdc, unsigned unit);

#endif
