/*
 * Data commands in execution: the stages of enum fdc_stage, and what from outside moves a command
 * on.  See transfer.h; what a stage does is in seek.c, search.c, moving.c and ending.c.
 */
#include "transfer.h"

#include "advance.h"
#include "disk.h"
#include "ending.h"
#include "fdd.h"
#include "host.h"
#include "moving.h"
#include "phase.h"
#include "search.h"
#include "sector.h"
#include "seek.h"
#include "service.h"
#include "timing.h"

static bool is_executing(const struct fdc_state *s)
{
    return s->phase >= FDC_PHASE_PIO_READ && s->phase < FDC_N_PHASES;
}

/* ---- the stages ---- */

/*
 * SEARCHING, for the first time.  A protected disk refuses a write before it; a non-DMA write
 * asks for its first bytes while it goes on.
 */
static void search(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    struct fdc_job *job = &s->job;
    uint64_t now_ns = host_event_ns(fdc);

    if (service_takes(job) && fdd_is_write_protected(fdc)) {
        ending_soon(fdc, FDC_OUTCOME_NOT_WRITABLE);
        return;
    }
    job->ready_ns = now_ns;
    if (fdc->is_accurate && s->head_loaded_ns <= now_ns) {
        job->ready_ns = timing_after(now_ns, timing_head_load_ns(fdc));
    }
    job->n_bytes = job->transfer == FDC_TRANSFER_FORMAT ? (uint16_t)(job->n_ids * 4u)
                                                        : sector_host_bytes(s);
    search_again(fdc);
    if (service_takes(job) && job->non_dma) {
        service_run(fdc);
    }
}

/* SEEKING first, or not: data sheet, CONFIGURE, EIS. */
static void start(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;

    if ((s->config & FDC_CONFIG_EIS) != 0 && s->pcn[s->job.unit & 3u] != s->chrn.c &&
        s->job.transfer != FDC_TRANSFER_FORMAT && s->job.transfer != FDC_TRANSFER_READ_ID) {
        s->job.sought = true;
        s->job.stage = FDC_STAGE_SEEKING;
        seek_to(fdc, s->job.unit, FDC_SEEK_IMPLIED, s->chrn.c);
        return;
    }
    search(fdc);
}

/* READ ID is done with the first ID that comes by. */
static void end_read_id(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    bool is_there = disk_id_at(fdc, s->job.fdd, s->job.head, s->job.place, &s->chrn);

    disk_passed(fdc, s->job.fdd, s->chrn.r);
    ending_begin(fdc, is_there ? FDC_OUTCOME_OK : FDC_OUTCOME_NO_ID);
}

/* What was sought lies under the head. */
static void found(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;

    s->rd_flip = !s->rd_flip;
    s->rd_latch = true;
    if (s->job.transfer == FDC_TRANSFER_READ_ID) {
        end_read_id(fdc);
    } else if (s->job.tc && s->job.pos == 0 && s->job.transfer != FDC_TRANSFER_FORMAT) {
        ending_begin(fdc, FDC_OUTCOME_OK);
    } else {
        moving_begin(fdc);
    }
}

static void search_over(struct vfdc_controller *fdc)
{
    const struct fdc_job *job = &fdc->state.job;

    if (!search_due(fdc)) {
        return;
    }
    if (job->outcome == FDC_OUTCOME_OK) {
        found(fdc);
    } else {
        ending_begin(fdc, job->outcome);
    }
}

/* ---- what moves a command on ---- */

/* A disk that leaves before the search begins is lost to the command all the same. */
static void note_selected(struct vfdc_controller *fdc)
{
    unsigned unit = fdd_selected(fdc);

    fdc->state.job.fdds = (uint8_t)(unit == FDD_NONE ? 0u : 1u << (unit & 3u));
}

void transfer_begin(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;

    s->job.last_head = s->job.head;
    s->job.fdd = FDD_NONE;
    s->hdsel = s->job.head;
    phase_set(fdc, FDC_PHASE_EXECUTION);
    if (seek_is_running(fdc, s->job.unit)) {
        s->job.stage = FDC_STAGE_HELD;
    } else {
        start(fdc);
    }
    if (s->job.stage != FDC_STAGE_SEARCHING) {
        note_selected(fdc);
    }
}

void transfer_seek_over(struct vfdc_controller *fdc, unsigned unit)
{
    const struct fdc_state *s = &fdc->state;

    if (!is_executing(s) || s->job.unit != unit) {
        return;
    }
    if (s->job.stage == FDC_STAGE_HELD) {
        start(fdc);
    } else if (s->job.stage == FDC_STAGE_SEEKING) {
        search(fdc);
    }
}

void transfer_due(struct vfdc_controller *fdc)
{
    const struct fdc_state *s = &fdc->state;

    if (!is_executing(s)) {
        return;
    }
    switch (s->job.stage) {
    case FDC_STAGE_SEARCHING:
        search_over(fdc);
        break;
    case FDC_STAGE_MOVING:
        moving_resume(fdc);
        break;
    case FDC_STAGE_ENDING:
        ending_due(fdc);
        break;
    default:
        break;
    }
}

bool transfer_is_writing(const struct vfdc_controller *fdc)
{
    const struct fdc_state *s = &fdc->state;

    return is_executing(s) && s->job.stage == FDC_STAGE_MOVING && service_takes(&s->job);
}

uint8_t transfer_read_byte(struct vfdc_controller *fdc)
{
    uint8_t byte = service_give_byte(fdc);

    moving_byte_moved(fdc);
    return byte;
}

void transfer_write_byte(struct vfdc_controller *fdc, uint8_t byte)
{
    service_take_byte(fdc, byte);
    if (fdc->state.job.stage == FDC_STAGE_MOVING) {
        moving_byte_moved(fdc);
    }
}

void transfer_dma_ready(struct vfdc_controller *fdc)
{
    const struct fdc_state *s = &fdc->state;

    if (is_executing(s) && s->drq && s->job.stage == FDC_STAGE_MOVING) {
        moving_resume(fdc);
    }
}

void transfer_terminal_count(struct vfdc_controller *fdc)
{
    const struct fdc_state *s = &fdc->state;
    struct fdc_job *job = &fdc->state.job;

    if (!is_executing(s) || (!service_takes(job) && !service_gives(job)) ||
        !host_gate_is_open(fdc)) {
        return;
    }
    if (job->stage == FDC_STAGE_ENDING) {
        if (job->outcome == FDC_OUTCOME_END_OF_CYLINDER) {
            advance_to_end(fdc);
        }
    } else if (job->stage == FDC_STAGE_MOVING || job->stage == FDC_STAGE_SEARCHING) {
        bool turns = job->stage == FDC_STAGE_MOVING || job->outcome != FDC_OUTCOME_NO_INDEX;

        job->tc = true;
        if (job->pos == 0 && turns && job->transfer != FDC_TRANSFER_FORMAT) {
            if (job->stage == FDC_STAGE_MOVING) {
                sector_forget(job);
            }
            ending_begin(fdc, FDC_OUTCOME_OK);
        } else {
            service_rest(fdc);
            if (job->stage == FDC_STAGE_MOVING) {
                moving_go_on(fdc);
            }
        }
    }
}

void transfer_drive_changed(struct vfdc_controller *fdc)
{
    const struct fdc_state *s = &fdc->state;

    if (is_executing(s) && s->job.stage == FDC_STAGE_SEARCHING) {
        search_drive_changed(fdc);
    }
}

void transfer_disk_ejected(struct vfdc_controller *fdc, unsigned unit)
{
    struct fdc_state *s = &fdc->state;
    unsigned mask = 1u << (unit & 3u);

    if (!is_executing(s) || (s->job.fdds & mask) == 0) {
        return;
    }
    s->job.lost = (uint8_t)(s->job.lost | mask);
    if ((s->job.stage == FDC_STAGE_SEARCHING && fdd_selected(fdc) == unit) ||
        (s->job.stage == FDC_STAGE_MOVING && s->job.fdd == unit)) {
        search_again(fdc);
    }
}
