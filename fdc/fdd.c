/*
 * One floppy disk drive.  See fdd.h.
 *
 * What a drive is stands in the mechanisms table; where its head is, in the state.  Head position,
 * the chip's PCN and the medium's cylinders are three things.
 */
#include "fdd.h"

#include "event.h"
#include "timing.h"

struct mechanism {
    uint8_t last_cylinder;    /* steps beyond are lost */
    bool has_change_line;     /* 360K drives have none */
    bool is_protected_empty;  /* the write-protect sensor without a disk */
};

static const struct mechanism mechanisms[] = {
    [VFDC_DRIVE_NONE] = { 0, false, false },
    [VFDC_DRIVE_360K] = { 41, false, false },
    [VFDC_DRIVE_1200K] = { 83, true, false },
    [VFDC_DRIVE_720K] = { 83, true, true },
    [VFDC_DRIVE_1440K] = { 83, true, true },
    [VFDC_DRIVE_2880K] = { 83, true, true },
};

#define N_MECHANISMS (sizeof(mechanisms) / sizeof(mechanisms[0]))

static const struct mechanism *mechanism_of(const struct vfdc_controller *fdc, unsigned unit)
{
    if (unit < VFDC_N_UNITS && fdc->drive_type[unit] < N_MECHANISMS) {
        return &mechanisms[fdc->drive_type[unit]];
    }
    return &mechanisms[VFDC_DRIVE_NONE];
}

uint8_t fdd_last_cylinder(const struct vfdc_controller *fdc, unsigned unit)
{
    return mechanism_of(fdc, unit)->last_cylinder;
}

/* A flush by policy is one deadline for all drives, a little after the first motor stopped. */
void fdd_set_dor(struct vfdc_controller *fdc, uint8_t dor)
{
    unsigned stopped = (fdc->state.dor & (0xffu ^ dor)) >> FDC_DOR_MOTEN_SHIFT;
    unsigned started = (dor & (0xffu ^ fdc->state.dor)) >> FDC_DOR_MOTEN_SHIFT;
    unsigned unit;

    fdc->state.dor = dor;
    for (unit = 0; unit < VFDC_N_UNITS; unit++) {
        if (((stopped | started) & (1u << unit)) != 0) {
            rotation_motor(fdc, unit, (started & (1u << unit)) != 0);
        }
    }
    if (fdc->flush_policy == VFDC_FLUSH_WRITE_THROUGH || stopped == 0) {
        return;
    }
    fdc->state.flush_due = (uint8_t)(fdc->state.flush_due | (stopped & 0x0fu));
    if (!event_is_armed(fdc, FDC_EVENT_FLUSH)) {
        event_arm(fdc, FDC_EVENT_FLUSH, TIMING_FLUSH_NS);
    }
}

bool fdd_is_at_track0(const struct vfdc_controller *fdc)
{
    unsigned unit = fdd_selected(fdc);

    return unit < VFDC_N_UNITS && fdc->state.fdd[unit].cylinder == 0;
}

bool fdd_is_write_protected(const struct vfdc_controller *fdc)
{
    unsigned unit = fdd_selected(fdc);

    if (unit >= VFDC_N_UNITS) {
        return false;
    }
    if (!fdd_has_disk(fdc, unit)) {
        return mechanism_of(fdc, unit)->is_protected_empty;
    }
    return fdc->disk[unit].write_protected;
}

bool fdd_is_changed(const struct vfdc_controller *fdc)
{
    unsigned unit = fdd_selected(fdc);

    return unit < VFDC_N_UNITS && mechanism_of(fdc, unit)->has_change_line &&
           fdc->state.fdd[unit].changed;
}

/* A step pulse: with a disk in it clears the change latch, whether or not the head can move. */
void fdd_step(struct vfdc_controller *fdc, bool inward)
{
    unsigned unit = fdd_selected(fdc);
    struct fdc_fdd *fdd;

    if (unit >= VFDC_N_UNITS) {
        return;
    }
    fdd = &fdc->state.fdd[unit];
    if (inward) {
        if (fdd->cylinder < mechanism_of(fdc, unit)->last_cylinder) {
            fdd->cylinder++;
        }
    } else if (fdd->cylinder > 0) {
        fdd->cylinder--;
    }
    if (fdd_has_disk(fdc, unit)) {
        fdd->changed = false;
    }
}

bool fdd_is_index(struct vfdc_controller *fdc)
{
    unsigned unit = fdd_selected(fdc);

    return fdd_has_disk(fdc, unit) && rotation_is_at_speed(fdc, unit) &&
           rotation_is_index(fdc, unit);
}
