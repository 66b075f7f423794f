/*
 * The end of a data command.  See ending.h.
 */
#include "ending.h"

#include "disk.h"
#include "event.h"
#include "host.h"
#include "phase.h"
#include "service.h"
#include "timing.h"

struct status {
    uint8_t st0, st1, st2;
};

static const struct status outcomes[FDC_N_OUTCOMES] = {
    [FDC_OUTCOME_OK] = { FDC_ST0_IC_NORMAL, 0, 0 },
    [FDC_OUTCOME_NO_INDEX] = { FDC_ST0_IC_ABNORMAL, FDC_ST1_MA, 0 },
    [FDC_OUTCOME_NO_ID] = { FDC_ST0_IC_ABNORMAL, FDC_ST1_MA, 0 },
    [FDC_OUTCOME_NO_SECTOR] = { FDC_ST0_IC_ABNORMAL, FDC_ST1_ND, 0 },
    [FDC_OUTCOME_WRONG_CYLINDER] = { FDC_ST0_IC_ABNORMAL, FDC_ST1_ND, FDC_ST2_WC },
    [FDC_OUTCOME_BAD_DATA] = { FDC_ST0_IC_ABNORMAL, FDC_ST1_DE, FDC_ST2_DD },
    [FDC_OUTCOME_NOT_WRITABLE] = { FDC_ST0_IC_ABNORMAL, FDC_ST1_NW, 0 },
    [FDC_OUTCOME_OVERRUN] = { FDC_ST0_IC_ABNORMAL, FDC_ST1_OR, 0 },
    [FDC_OUTCOME_END_OF_CYLINDER] = { FDC_ST0_IC_ABNORMAL, FDC_ST1_EN, 0 },
};

static const struct status *status_of(unsigned outcome)
{
    return &outcomes[outcome < FDC_N_OUTCOMES ? outcome : FDC_OUTCOME_OK];
}

void ending_note(struct fdc_job *job, unsigned outcome)
{
    const struct status *status = status_of(outcome);

    job->st1 |= status->st1;
    job->st2 |= status->st2;
}

/* ST0: the head is that of the last sector moved, or of the one that went wrong. */
static uint8_t st0_of(const struct fdc_job *job, unsigned outcome)
{
    unsigned st0 = status_of(outcome)->st0 | (job->unit & FDC_CMD_DS);

    if ((outcome == FDC_OUTCOME_OK ? job->last_head : job->head) != 0) {
        st0 |= FDC_ST0_H;
    }
    if (job->sought) {
        st0 |= FDC_ST0_SE;
    }
    return (uint8_t)(st0 & 0xffu);
}

/* What the command wrote is kept before the guest is told; what cannot be is bad data. */
static unsigned keep_written(struct vfdc_controller *fdc, unsigned outcome)
{
    unsigned units = fdc->state.job.fdds;

    if (!disk_commit(fdc, units)) {
        outcome = FDC_OUTCOME_BAD_DATA;
    }
    if (fdc->flush_policy == VFDC_FLUSH_WRITE_THROUGH) {
        disk_flush(fdc, units);
    }
    return outcome;
}

static void enter_result(struct vfdc_controller *fdc, unsigned outcome)
{
    struct fdc_state *s = &fdc->state;

    if (service_takes(&s->job)) {
        outcome = keep_written(fdc, outcome);
    }
    ending_note(&s->job, outcome);
    s->head_loaded_ns = timing_after(host_event_ns(fdc), timing_head_unload_ns(fdc));
    fifo_clear(&s->fifo);
    fifo_put(&s->fifo, st0_of(&s->job, outcome));
    fifo_put(&s->fifo, s->job.st1);
    fifo_put(&s->fifo, s->job.st2);
    fifo_put(&s->fifo, s->chrn.c);
    fifo_put(&s->fifo, s->chrn.h);
    fifo_put(&s->fifo, s->chrn.r);
    fifo_put(&s->fifo, s->chrn.n);
    phase_enter_result(fdc, 7);
    phase_interrupt(fdc, FDC_INT_RESULT);
}

void ending_soon(struct vfdc_controller *fdc, unsigned outcome)
{
    fdc->state.job.stage = FDC_STAGE_ENDING;
    fdc->state.job.outcome = (uint8_t)(outcome & 0xffu);
    event_arm(fdc, FDC_EVENT_COMMAND, TIMING_FLOOR_NS);
}

void ending_begin(struct vfdc_controller *fdc, unsigned outcome)
{
    if (fdc->in_event) {
        enter_result(fdc, outcome);
        return;
    }
    service_rest(fdc);
    ending_soon(fdc, outcome);
}

void ending_due(struct vfdc_controller *fdc)
{
    enter_result(fdc, fdc->state.job.outcome);
}
