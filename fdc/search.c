/*
 * The search of a data command.  See search.h.
 */
#include "search.h"

#include "disk.h"
#include "event.h"
#include "fdd.h"
#include "host.h"
#include "rotation.h"
#include "service.h"
#include "timing.h"

/* Waits of `fast`: for the sector, for the next ID, for the two index pulses that end a search. */
#define SEARCH_NS 500000u
#define READ_ID_NS 1000000u
#define NOT_FOUND_NS 200000000u
#define NO_INDEX_NS 20000000u

/* The disk left while this command was on it: for the command the drive is empty. */
static bool is_lost(const struct fdc_job *job, unsigned unit)
{
    return (job->lost & (1u << (unit & 3u))) != 0;
}

/* READ ID and READ TRACK seek no sector of theirs. */
static bool takes_what_comes(const struct fdc_job *job)
{
    return job->transfer == FDC_TRANSFER_READ_ID || job->transfer == FDC_TRANSFER_READ_TRACK;
}

enum fdc_outcome search_look(struct vfdc_controller *fdc, unsigned unit)
{
    struct fdc_job *job = &fdc->state.job;

    if (unit == FDD_NONE || is_lost(job, unit)) {
        return FDC_OUTCOME_NO_INDEX;
    }
    job->fdds = (uint8_t)(job->fdds | (1u << (unit & 3u)));
    if (!disk_is_turning(fdc, unit)) {
        return FDC_OUTCOME_NO_INDEX;
    }
    if (job->transfer == FDC_TRANSFER_FORMAT) {
        return FDC_OUTCOME_OK;
    }
    return disk_find_id(fdc, unit, job->head, job->mfm,
                        takes_what_comes(job) ? NULL : &fdc->state.chrn);
}

bool search_is_still_there(struct vfdc_controller *fdc)
{
    unsigned unit = fdd_selected(fdc);

    return search_look(fdc, unit) == FDC_OUTCOME_OK && unit == fdc->state.job.fdd;
}

/* ---- when ---- */

/* When what was found comes by, in `accurate`; READ ID and READ TRACK take what comes. */
static uint64_t pass_ns(struct vfdc_controller *fdc, unsigned unit, uint64_t from_ns)
{
    struct fdc_state *s = &fdc->state;
    struct rotation_track track;
    uint8_t place = s->job.place;

    if (s->job.transfer == FDC_TRANSFER_FORMAT) {
        return rotation_next_index_ns(fdc, unit, from_ns);
    }
    if (s->job.transfer == FDC_TRANSFER_READ_TRACK) {
        if (s->chrn.r == 1) {
            from_ns = rotation_next_index_ns(fdc, unit, from_ns);
        }
    } else if (s->job.transfer != FDC_TRANSFER_READ_ID) {
        place = disk_place_of(fdc, unit, s->job.head, s->chrn.r);
    }
    disk_track(fdc, unit, s->job.head, &track);
    return rotation_pass_ns(fdc, unit, &track, place, from_ns);
}

static uint64_t found_ns(struct vfdc_controller *fdc, unsigned unit, uint64_t from_ns)
{
    struct fdc_job *job = &fdc->state.job;

    if (job->transfer == FDC_TRANSFER_READ_ID) {
        job->place = disk_next_place(fdc, unit, job->head, from_ns);
    }
    if (fdc->is_accurate) {
        return pass_ns(fdc, unit, from_ns);
    }
    return timing_after(from_ns,
                        job->transfer == FDC_TRANSFER_READ_ID ? READ_ID_NS : SEARCH_NS);
}

/* The drive has a disk that will turn: an index comes when it is at speed. */
static bool has_index_to_come(const struct vfdc_controller *fdc, unsigned unit)
{
    return fdd_has_disk(fdc, unit) && !is_lost(&fdc->state.job, unit);
}

/* When a search ends that finds nothing: the second index pulse; or, without any, by option. */
static uint64_t give_up_ns(struct vfdc_controller *fdc, unsigned unit, enum fdc_outcome seen,
                           uint64_t from_ns)
{
    uint64_t period_ns = rotation_period_ns(fdc, unit);
    uint64_t deadline_ns = VFDC_NEVER;

    if (seen != FDC_OUTCOME_NO_INDEX) {
        return fdc->is_accurate
                   ? timing_after(rotation_next_index_ns(fdc, unit, from_ns), period_ns)
                   : timing_after(from_ns, NOT_FOUND_NS);
    }
    if (!fdc->empty_hangs) {
        deadline_ns = timing_after(from_ns, fdc->is_accurate ? 2u * period_ns : NO_INDEX_NS);
    }
    if (has_index_to_come(fdc, unit) && fdc->state.fdd[unit & 3u].spun_up_ns < deadline_ns) {
        deadline_ns = fdc->state.fdd[unit & 3u].spun_up_ns;
    }
    return deadline_ns;
}

/* ---- the wait ---- */

/* Wait for what was seen: for the sector to come round, or for the end of the search. */
static void await(struct vfdc_controller *fdc, unsigned unit, enum fdc_outcome seen)
{
    struct fdc_job *job = &fdc->state.job;
    uint64_t from_ns = host_event_ns(fdc);

    if (job->ready_ns > from_ns) {
        from_ns = job->ready_ns;
    }
    job->stage = FDC_STAGE_SEARCHING;
    job->outcome = (uint8_t)seen;
    job->fdd = (uint8_t)(unit & 0xffu);
    event_arm_at(fdc, FDC_EVENT_COMMAND,
                 seen == FDC_OUTCOME_OK ? found_ns(fdc, unit, from_ns)
                                        : give_up_ns(fdc, unit, seen, from_ns));
}

void search_again(struct vfdc_controller *fdc)
{
    unsigned unit = fdd_selected(fdc);

    fdc->state.job.pos = 0;
    service_rest(fdc);
    await(fdc, unit, search_look(fdc, unit));
}

bool search_due(struct vfdc_controller *fdc)
{
    const struct fdc_job *job = &fdc->state.job;
    unsigned unit = fdd_selected(fdc);
    enum fdc_outcome seen = search_look(fdc, unit);

    /* or the motor was turned off and on again in the search: no index yet, but one will come */
    if (seen != job->outcome || unit != job->fdd ||
        (seen == FDC_OUTCOME_NO_INDEX && has_index_to_come(fdc, unit))) {
        await(fdc, unit, seen);
        return false;
    }
    return true;
}

void search_drive_changed(struct vfdc_controller *fdc)
{
    const struct fdc_state *s = &fdc->state;
    unsigned unit = fdd_selected(fdc);
    enum fdc_outcome seen;

    if (s->job.outcome != FDC_OUTCOME_NO_INDEX) {
        return;
    }
    seen = search_look(fdc, unit);
    if (seen != FDC_OUTCOME_NO_INDEX) {
        await(fdc, unit, seen);
    } else if (has_index_to_come(fdc, unit) &&
               s->fdd[unit & 3u].spun_up_ns < s->deadline_ns[FDC_EVENT_COMMAND]) {
        event_arm_at(fdc, FDC_EVENT_COMMAND, s->fdd[unit & 3u].spun_up_ns);
    }
}
