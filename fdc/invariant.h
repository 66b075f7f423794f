/*
 * What holds of every state that a public call leaves behind, beyond the bounds of each field; and
 * what restore lets in.
 */
#ifndef FDC_INVARIANT_H
#define FDC_INVARIANT_H

#include <stdbool.h>

#include "state.h"

bool invariant_holds(const struct vfdc_controller *fdc, const struct fdc_state *s);

#endif
