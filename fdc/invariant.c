/*
 * The invariant of a state.  See invariant.h.
 */
#include "invariant.h"

#include "command.h"
#include "fdd.h"
#include "service.h"

static bool has_at_most_one_edge(const struct fdc_state *s)
{
    return !s->int_level || s->int_causes != 0;
}

/* Held in reset nothing goes on, but for a flush that is due. */
static bool is_at_rest(const struct fdc_state *s)
{
    unsigned i;

    for (i = 0; i < FDC_N_EVENTS; i++) {
        if (i != FDC_EVENT_FLUSH && s->deadline_ns[i] != VFDC_NEVER) {
            return false;
        }
    }
    for (i = 0; i < VFDC_N_UNITS; i++) {
        if (s->pcn[i] != 0) {
            return false;
        }
    }
    return s->int_causes == 0 && s->drive_busy == 0 && s->poll_flags == 0 && s->seek_done == 0;
}

static bool phase_ok(const struct vfdc_controller *fdc, const struct fdc_state *s)
{
    if ((s->dor & FDC_DOR_RESET_N) == 0) {
        return s->phase == FDC_PHASE_RESET && is_at_rest(s);
    }
    switch (s->phase) {
    case FDC_PHASE_IDLE:
        return true;
    case FDC_PHASE_COMMAND:
        return s->fifo.len == command_n_params(fdc, s->opcode) && s->fifo.pos < s->fifo.len;
    case FDC_PHASE_RESULT:
        return s->fifo.len > 0 && s->fifo.pos < s->fifo.len;
    case FDC_PHASE_EXECUTION:
        return command_is_data(fdc, s->opcode) && s->job.stage <= FDC_STAGE_ENDING;
    case FDC_PHASE_PIO_READ:
    case FDC_PHASE_PIO_READ_WAIT:
        return command_is_data(fdc, s->opcode) && s->job.non_dma && service_gives(&s->job);
    case FDC_PHASE_PIO_WRITE:
    case FDC_PHASE_PIO_WRITE_WAIT:
        return command_is_data(fdc, s->opcode) && s->job.non_dma && service_takes(&s->job);
    default:
        return false;
    }
}

static bool job_ok(const struct vfdc_controller *fdc, const struct fdc_state *s)
{
    const struct fdc_job *job = &s->job;

    if (s->phase < FDC_PHASE_PIO_READ) {
        return !s->drq;
    }
    if (job->transfer != command_transfer(fdc, s->opcode)) {
        return false;
    }
    if (job->pos > job->n_bytes || (service_takes(job) && job->n_bytes > FDC_STAGING_BYTES &&
                                    job->stage == FDC_STAGE_MOVING)) {
        return false;
    }
    if (s->drq && (job->non_dma || (!service_takes(job) && !service_gives(job)))) {
        return false;
    }
    return job->stage != FDC_STAGE_MOVING || job->fdd < VFDC_N_UNITS;
}

bool invariant_holds(const struct vfdc_controller *fdc, const struct fdc_state *s)
{
    unsigned unit;

    for (unit = 0; unit < VFDC_N_UNITS; unit++) {
        bool is_armed = s->deadline_ns[FDC_EVENT_SEEK0 + unit] != VFDC_NEVER;

        if ((s->seek[unit].kind != FDC_SEEK_NONE) != is_armed ||
            s->seek[unit].kind >= FDC_N_SEEK_KINDS ||
            s->fdd[unit].cylinder > fdd_last_cylinder(fdc, unit)) {
            return false;
        }
    }
    return (s->drive_busy & 0xf0u) == 0 && has_at_most_one_edge(s) && phase_ok(fdc, s) &&
           job_ok(fdc, s);
}
