/*
 * MOVING.  See moving.h.
 */
#include "moving.h"

#include "advance.h"
#include "ending.h"
#include "event.h"
#include "fdd.h"
#include "format.h"
#include "host.h"
#include "run.h"
#include "search.h"
#include "sector.h"
#include "service.h"
#include "timing.h"

/*
 * In one go: all sectors of two sides, with one more call each for what the host takes in part.
 * READ TRACK, which comes round and round, may have more.
 */
#define MAX_SECTORS (4u * VFDC_MAX_SECTORS)

/* Nothing more happens by itself now: when does something? */
static void arm_next(struct vfdc_controller *fdc)
{
    const struct fdc_state *s = &fdc->state;
    uint64_t next_ns = service_next_ns(fdc);
    uint64_t soonest_ns;

    if (service_is_done(&s->job)) {
        next_ns = s->job.passed_ns;
    } else if (!fdc->is_accurate && s->drq) {
        next_ns = timing_after(host_now_ns(fdc), TIMING_DMA_RETRY_NS);
    }
    if (next_ns == VFDC_NEVER) {
        event_disarm(fdc, FDC_EVENT_COMMAND);
    } else {
        soonest_ns = timing_after(host_event_ns(fdc), 1u); /* time goes on, whatever it is for */
        event_arm_at(fdc, FDC_EVENT_COMMAND, next_ns > soonest_ns ? next_ns : soonest_ns);
    }
}

/* ---- the disk's part ---- */

/* A whole sector is staged: write it, if it still lies under the head that it was begun under. */
static bool write_staged(struct vfdc_controller *fdc, enum fdc_outcome outcome)
{
    enum fdc_outcome written;

    if (!search_is_still_there(fdc)) {
        search_again(fdc);
        return false;
    }
    written = sector_write(fdc, fdc->state.job.fdd);
    if (written != FDC_OUTCOME_OK || outcome != FDC_OUTCOME_OK) {
        ending_begin(fdc, written != FDC_OUTCOME_OK ? written : outcome);
        return false;
    }
    return advance_past_sector(fdc);
}

static void write_format(struct vfdc_controller *fdc)
{
    if (search_is_still_there(fdc)) {
        ending_begin(fdc, format_write(fdc, fdc->state.job.fdd));
    } else {
        search_again(fdc);
    }
}

/* A sector into `staging`, of the drive that is selected now.  False if the command ends. */
static bool stage(struct vfdc_controller *fdc)
{
    enum fdc_outcome outcome = sector_stage(fdc, fdd_selected(fdc));

    if (outcome != FDC_OUTCOME_OK) {
        ending_begin(fdc, outcome);
        return false;
    }
    return true;
}

/* The sector, or the track of a FORMAT, has passed and the host is done with it. */
static bool piece_done(struct vfdc_controller *fdc)
{
    const struct fdc_job *job = &fdc->state.job;

    if (job->transfer == FDC_TRANSFER_FORMAT) {
        write_format(fdc);
        return false;
    }
    if (service_takes(job)) {
        return write_staged(fdc, FDC_OUTCOME_OK);
    }
    if (job->transfer == FDC_TRANSFER_VERIFY && !job->is_skipped && !stage(fdc)) {
        return false;
    }
    return advance_past_sector(fdc);
}

/*
 * The host came too late.  A sector that is being written is filled up, with a good CRC; one of
 * which no byte came at all is left as it was.
 */
static void too_late(struct vfdc_controller *fdc)
{
    const struct fdc_job *job = &fdc->state.job;

    if (service_takes(job) && job->transfer != FDC_TRANSFER_FORMAT && job->pos > 0) {
        write_staged(fdc, FDC_OUTCOME_OVERRUN);
    } else {
        ending_begin(fdc, FDC_OUTCOME_OVERRUN);
    }
}

/* ---- the host's part ---- */

/*
 * As far as it goes now: sectors side by side straight from the medium, what is left through
 * `staging`.  False if the command ends.
 */
static bool serve(struct vfdc_controller *fdc)
{
    struct fdc_job *job = &fdc->state.job;

    if (run_is_possible(fdc)) {
        enum fdc_outcome outcome = run_read(fdc);

        if (outcome != FDC_OUTCOME_OK) {
            ending_begin(fdc, outcome);
            return false;
        }
        if (job->pos == 0 && !job->tc) {
            fdc->state.drq = true;
            return true;
        }
    }
    if (service_is_done(job)) {
        service_rest(fdc);
    } else {
        if (service_gives(job) && !job->is_staged && !stage(fdc)) {
            return false;
        }
        service_run(fdc);
    }
    if (job->tc && job->pos == 0 && job->transfer != FDC_TRANSFER_FORMAT) {
        sector_forget(job);
        ending_begin(fdc, FDC_OUTCOME_OK); /* `chrn` names the next sector already */
        return false;
    }
    if (service_is_late(fdc)) {
        too_late(fdc);
        return false;
    }
    return true;
}

/* Whether the piece waits: for the disk, or for the host. */
static bool waits(struct vfdc_controller *fdc)
{
    const struct fdc_job *job = &fdc->state.job;

    return !service_is_done(job) || (fdc->is_accurate && job->passed_ns > host_event_ns(fdc));
}

void moving_go_on(struct vfdc_controller *fdc)
{
    const struct fdc_job *job = &fdc->state.job;
    unsigned i;

    for (i = 0; i < MAX_SECTORS; i++) {
        if (!service_is_done(job) && !serve(fdc)) {
            return;
        }
        if (job->is_skipped && !fdc->in_event && !fdc->is_accurate) {
            /* it passes a little later: a TC until then belongs to the sector before it */
            event_arm(fdc, FDC_EVENT_COMMAND, TIMING_FLOOR_NS);
            return;
        }
        if (waits(fdc)) {
            arm_next(fdc);
            return;
        }
        if (!piece_done(fdc)) {
            return;
        }
    }
    event_arm(fdc, FDC_EVENT_COMMAND, TIMING_FLOOR_NS); /* and the rest a little later */
}

void moving_begin(struct vfdc_controller *fdc)
{
    const struct fdc_job *job = &fdc->state.job;

    if (job->transfer == FDC_TRANSFER_FORMAT) {
        format_begin(fdc);
    } else {
        sector_begin(fdc, job->fdd);
    }
    moving_go_on(fdc);
}

/* In the wait the guest may have turned to another drive. */
void moving_resume(struct vfdc_controller *fdc)
{
    if (service_is_done(&fdc->state.job) || search_is_still_there(fdc)) {
        moving_go_on(fdc);
    } else {
        search_again(fdc);
    }
}

void moving_byte_moved(struct vfdc_controller *fdc)
{
    if (service_is_done(&fdc->state.job)) {
        service_rest(fdc);
        moving_go_on(fdc);
    } else if (fdc->is_accurate) {
        arm_next(fdc);
    }
}
