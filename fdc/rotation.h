/*
 * What turns: index pulses, and when which sector passes the head.  Data sheet, "Data Format";
 * IBM System 34 track layout.
 *
 * Each drive turns from power-on at one phase, whatever disk it holds.  In `fast` the disk is at
 * speed as soon as the motor is on.
 */
#ifndef FDC_ROTATION_H
#define FDC_ROTATION_H

#include <stdbool.h>
#include <stdint.h>

#include "state.h"

/* Bytes from the start of a sector's sync to where its ID is known, and to its data. */
#define ROTATION_ID_BYTES 22u

/* Behind its data. */
#define ROTATION_CRC_BYTES 2u

uint64_t rotation_period_ns(const struct vfdc_controller *fdc, unsigned unit);

/* Whether a disk in the drive is at speed: in `fast`, as soon as anybody asks. */
bool rotation_has_spun_up(struct vfdc_controller *fdc, unsigned unit);

static inline bool rotation_is_at_speed(struct vfdc_controller *fdc, unsigned unit)
{
    return !fdc->is_accurate || rotation_has_spun_up(fdc, unit);
}

/* The motor line of a drive changed. */
void rotation_motor(struct vfdc_controller *fdc, unsigned unit, bool on);

/* The first index pulse after a time; whether one passes now. */
uint64_t rotation_next_index_ns(const struct vfdc_controller *fdc, unsigned unit,
                                uint64_t from_ns);
bool rotation_is_index(struct vfdc_controller *fdc, unsigned unit);

/* A track of the disk in `unit`: `gap` bytes between its sectors, or as many as fit. */
struct rotation_track {
    uint64_t period_ns;
    uint64_t first_ns; /* from the index to the first sector's sync */
    uint64_t pitch_ns; /* from one sector to the next */
    uint64_t id_ns;    /* from a sector's sync to the end of its ID */
    uint64_t data_ns;  /* from there to its first data byte */
    uint32_t span_ns, span_bytes; /* so many bytes pass in so long */
};

void rotation_track(const struct vfdc_controller *fdc, unsigned unit, unsigned gap,
                    struct rotation_track *track);

/* The first time after `from_ns` at which the ID of the sector at `place` has passed. */
uint64_t rotation_pass_ns(const struct vfdc_controller *fdc, unsigned unit,
                          const struct rotation_track *track, unsigned place, uint64_t from_ns);

/* From one sector to the next as FORMAT TRACK lays them out; closer if the track is too short. */
uint32_t rotation_format_pitch_ns(const struct vfdc_controller *fdc, const struct fdc_job *job);
uint64_t rotation_first_ns(const struct vfdc_controller *fdc);

#endif
