/*
 * What turns.  See rotation.h.
 */
#include "rotation.h"

#include "host.h"
#include "timing.h"

/* Gap 4a, sync, index mark, gap 1. */
#define INDEX_BYTES 146u

/* Sync, ID mark, C H R N, CRC, gap 2, sync, data mark; then the data, and its CRC. */
#define HEADER_BYTES 60u

/* Gap 2 is so much longer on a disk with perpendicular recording. */
#define PERPENDICULAR_BYTES 19u

/* The index pulse, as a share of the turn: 4 ms at 300 rpm. */
#define INDEX_SHARE 50u

#define PERIOD_300_RPM_NS 200000000u
#define PERIOD_360_RPM_NS 166666667u

#define RATE_1M 3u

uint64_t rotation_period_ns(const struct vfdc_controller *fdc, unsigned unit)
{
    return fdc->drive_type[unit & 3u] == VFDC_DRIVE_1200K ? PERIOD_360_RPM_NS : PERIOD_300_RPM_NS;
}

void rotation_motor(struct vfdc_controller *fdc, unsigned unit, bool on)
{
    uint64_t spun_up_ns = VFDC_NEVER;

    if (on) {
        spun_up_ns = host_event_ns(fdc);
        if (fdc->is_accurate) {
            spun_up_ns = timing_after(spun_up_ns, TIMING_SPIN_UP_NS);
        }
    }
    fdc->state.fdd[unit & 3u].spun_up_ns = spun_up_ns;
}

bool rotation_has_spun_up(struct vfdc_controller *fdc, unsigned unit)
{
    return host_event_ns(fdc) >= fdc->state.fdd[unit & 3u].spun_up_ns;
}

/* How far the disk has turned since the index, at a time that may lie on either side of it. */
static uint64_t phase_ns(const struct vfdc_controller *fdc, unsigned unit, uint64_t at_ns)
{
    uint64_t period_ns = rotation_period_ns(fdc, unit);
    uint64_t index_ns = fdc->state.fdd[unit & 3u].index_ns;

    if (at_ns >= index_ns) {
        return (at_ns - index_ns) % period_ns;
    }
    return period_ns - 1u - (index_ns - at_ns - 1u) % period_ns;
}

uint64_t rotation_next_index_ns(const struct vfdc_controller *fdc, unsigned unit, uint64_t from_ns)
{
    return timing_after(from_ns, rotation_period_ns(fdc, unit) - phase_ns(fdc, unit, from_ns));
}

bool rotation_is_index(struct vfdc_controller *fdc, unsigned unit)
{
    return phase_ns(fdc, unit, host_now_ns(fdc)) < rotation_period_ns(fdc, unit) / INDEX_SHARE;
}

static unsigned header_bytes(const struct vfdc_controller *fdc)
{
    return HEADER_BYTES + (fdc->state.data_rate == RATE_1M ? PERPENDICULAR_BYTES : 0u);
}

void rotation_track(const struct vfdc_controller *fdc, unsigned unit, unsigned gap,
                    struct rotation_track *track)
{
    const struct vfdc_geometry *geometry = &fdc->disk[unit & 3u].geometry;
    unsigned n_sectors = geometry->sectors > 0 ? geometry->sectors : 1u;
    uint64_t sector_bytes =
        header_bytes(fdc) + (128u << (geometry->size_code & 3u)) + ROTATION_CRC_BYTES;
    uint64_t period_ns = rotation_period_ns(fdc, unit);
    uint64_t capacity = period_ns * timing_kbps(fdc) / 8000000u;
    uint64_t pitch = sector_bytes + gap;

    track->period_ns = period_ns;
    track->span_ns = 8000000u;
    track->span_bytes = timing_kbps(fdc);
    if (gap == 0 || INDEX_BYTES + n_sectors * pitch > capacity) {
        pitch = (capacity - INDEX_BYTES) / n_sectors;
    }
    track->first_ns = timing_bytes_ns(fdc, INDEX_BYTES);
    track->pitch_ns = timing_bytes_ns(fdc, pitch);
    if (pitch <= sector_bytes) {
        /* more than the track holds at this rate: its bytes pass faster */
        track->first_ns = 0;
        track->pitch_ns = period_ns / n_sectors;
        track->span_ns = (uint32_t)(track->pitch_ns & 0xffffffffu);
        track->span_bytes = (uint32_t)(sector_bytes + 1u);
    }
    track->id_ns = (uint64_t)ROTATION_ID_BYTES * track->span_ns / track->span_bytes;
    track->data_ns = (uint64_t)(header_bytes(fdc) - ROTATION_ID_BYTES) * track->span_ns /
                     track->span_bytes;
}

uint64_t rotation_pass_ns(const struct vfdc_controller *fdc, unsigned unit,
                          const struct rotation_track *track, unsigned place, uint64_t from_ns)
{
    uint64_t period_ns = rotation_period_ns(fdc, unit);
    uint64_t at_ns = (track->first_ns + place * track->pitch_ns + track->id_ns) % period_ns;
    uint64_t phase = phase_ns(fdc, unit, from_ns);

    return timing_after(from_ns, at_ns > phase ? at_ns - phase : period_ns - phase + at_ns);
}

uint64_t rotation_first_ns(const struct vfdc_controller *fdc)
{
    return timing_bytes_ns(fdc, INDEX_BYTES);
}

uint32_t rotation_format_pitch_ns(const struct vfdc_controller *fdc, const struct fdc_job *job)
{
    uint64_t size = job->size_code <= 7u ? 128u << job->size_code : 16384u;
    uint64_t pitch_ns =
        timing_bytes_ns(fdc, header_bytes(fdc) + size + ROTATION_CRC_BYTES + job->dtl);
    uint64_t track_ns = rotation_period_ns(fdc, job->fdd) - rotation_first_ns(fdc);
    unsigned n_ids = job->n_ids > 0 ? job->n_ids : 1u;

    if (n_ids * pitch_ns > track_ns) {
        pitch_ns = track_ns / n_ids;
    }
    return (uint32_t)(pitch_ns & 0xffffffffu);
}
