/*
 * One sector of a data command: what is to be moved of it and when it passes, and its bytes
 * between the medium and `staging`.
 */
#ifndef FDC_SECTOR_H
#define FDC_SECTOR_H

#include <stdint.h>

#include "state.h"

/* What the host moves of each sector: DTL bytes where N is 0, else all. */
uint16_t sector_host_bytes(const struct fdc_state *s);

/* The sector that was sought passes now, in drive `unit`. */
void sector_begin(struct vfdc_controller *fdc, unsigned unit);

/* TC came before its first byte: nothing of it shows in the result. */
void sector_forget(struct fdc_job *job);

/*
 * The sector on its way, whole, into `staging`; behind it the gap, for a READ TRACK that takes it
 * for longer than it is.  A READ TRACK takes it as it is: OK, and `is_bad`.
 */
enum fdc_outcome sector_stage(struct vfdc_controller *fdc, unsigned unit);

/* What is staged, to the medium; the chip fills what TC or DTL leave of a sector. */
enum fdc_outcome sector_write(struct vfdc_controller *fdc, unsigned unit);

#endif
