/*
 * The saved form of a controller: one walk over every field, in both directions.
 */
#ifndef FDC_SNAPSHOT_H
#define FDC_SNAPSHOT_H

#include <stddef.h>
#include <stdint.h>

#include "state.h"

/* Write the state; the bytes it takes, also where `n_bytes` are too few and nothing is whole. */
size_t snapshot_write(struct vfdc_controller *fdc, uint8_t *bytes, size_t n_bytes);

/*
 * Read a state into `scratch` and judge it.  `changed` gets the mask of units whose disks are not
 * those of the state.  Nothing else of the controller is touched.
 */
vfdc_result snapshot_read(struct vfdc_controller *fdc, const uint8_t *bytes, size_t n_bytes,
                          unsigned *changed);

#endif
