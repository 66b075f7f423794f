/*
 * One floppy disk drive: its motor, where its head stands, its sense lines.  The chip reaches a
 * drive through DOR alone: its select bits and that drive's motor bit.
 */
#ifndef FDC_FDD_H
#define FDC_FDD_H

#include <stdbool.h>
#include <stdint.h>

#include "rotation.h"
#include "state.h"

/* No drive: nothing is selected. */
#define FDD_NONE VFDC_N_UNITS

/* What any drive has. */
static inline bool fdd_is_fitted(const struct vfdc_controller *fdc, unsigned unit)
{
    return unit < VFDC_N_UNITS && fdc->drive_type[unit] != VFDC_DRIVE_NONE;
}

static inline bool fdd_has_disk(const struct vfdc_controller *fdc, unsigned unit)
{
    return unit < VFDC_N_UNITS && fdc->disk[unit].media != NULL;
}

uint8_t fdd_last_cylinder(const struct vfdc_controller *fdc, unsigned unit);

/* New values of the select and motor lines.  A motor that stops lets its disk be flushed. */
void fdd_set_dor(struct vfdc_controller *fdc, uint8_t dor);

/* The drive that DOR selects, or FDD_NONE. */
static inline unsigned fdd_selected(const struct vfdc_controller *fdc)
{
    unsigned unit = fdc->state.dor & FDC_DOR_DSEL;
    unsigned motors = (unsigned)fdc->state.dor >> FDC_DOR_MOTEN_SHIFT;

    if ((motors & (1u << unit)) == 0 || fdc->state.is_powered_down ||
        !fdd_is_fitted(fdc, unit)) {
        return FDD_NONE;
    }
    return unit;
}

/* The sense lines and the step line, of the drive that DOR selects. */
bool fdd_is_index(struct vfdc_controller *fdc);
bool fdd_is_at_track0(const struct vfdc_controller *fdc);
bool fdd_is_write_protected(const struct vfdc_controller *fdc);
bool fdd_is_changed(const struct vfdc_controller *fdc);
void fdd_step(struct vfdc_controller *fdc, bool inward);

#endif
