/*
 * Resets.  See reset.h.  What each keeps:
 *
 *                                     RESET pin   DOR, DSR
 *   DOR TDR precompensation rate      cleared     kept
 *   SPECIFY                           kept        kept
 *   LOCK                              cleared     kept
 *   EFIFO FIFOTHR PRETRK              defaults    defaults, kept with LOCK
 *   EIS POLL                          cleared     cleared
 *   PERPENDICULAR D3-D0               cleared     kept
 *   PERPENDICULAR GAP WGATE           cleared     cleared
 *   PCN, command, interrupts, FIFO    cleared     cleared
 *   the drives: heads, disks, latches untouched   untouched
 */
#include "reset.h"

#include "disk.h"
#include "event.h"
#include "fdd.h"
#include "phase.h"
#include "timing.h"

/* FIFO off, threshold 1. */
#define CONFIG_DEFAULT FDC_CONFIG_EFIFO

/*
 * Whatever was going on is over: no result, no interrupt, no byte left behind.  The sectors that a
 * write has whole stay written.
 */
static void cut_off(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    unsigned i;

    (void)disk_commit(fdc, s->job.fdds);
    for (i = 0; i < FDC_N_EVENTS; i++) {
        if (i != FDC_EVENT_FLUSH) {
            event_disarm(fdc, i);
        }
    }
    for (i = 0; i < VFDC_N_UNITS; i++) {
        s->seek[i].kind = FDC_SEEK_NONE;
        s->pcn[i] = 0;
    }
    s->int_causes = 0;
    s->int_level = false;
    s->drq = false;
    s->drive_busy = 0;
    s->poll_flags = 0;
    s->seek_done = 0;
    s->sensed = 0;
    s->drops_poll = false;
    s->poll_held = false;
    s->job.pos = 0;
    s->head_loaded_ns = 0;
    s->is_powered_down = false;
    s->step_latch = false;
    fifo_clear(&s->fifo);
    phase_enter_command(fdc);
    phase_set(fdc, FDC_PHASE_RESET);
}

static void soft_values(struct fdc_state *s)
{
    if (s->lock) {
        s->config &= FDC_CONFIG_EFIFO | FDC_CONFIG_FIFOTHR;
    } else {
        s->config = CONFIG_DEFAULT;
        s->pretrk = 0;
    }
    s->perpendicular &= FDC_PERP_DRIVES;
}

void reset_by_pin(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;

    cut_off(fdc);
    fdd_set_dor(fdc, 0);
    s->tdr = 0;
    s->precomp = 0;
    s->data_rate = FDC_DRATE_250K;
    s->noprec = false;
    s->lock = false;
    s->inward = false;
    s->hdsel = 0;
    s->dsel0 = 0;
    s->rd_flip = false;
    s->wr_flip = false;
    s->rd_latch = false;
    s->wr_latch = false;
    s->we_latch = false;
    soft_values(s);
    s->perpendicular = 0;
}

void reset_hold(struct vfdc_controller *fdc)
{
    cut_off(fdc);
    soft_values(&fdc->state);
}

void reset_release(struct vfdc_controller *fdc)
{
    phase_enter_command(fdc);
    event_arm(fdc, FDC_EVENT_POLL, timing_poll_ns(fdc));
}

void reset_by_dsr(struct vfdc_controller *fdc)
{
    reset_hold(fdc);
    if ((fdc->state.dor & FDC_DOR_RESET_N) != 0) {
        reset_release(fdc);
    }
}

void reset_to_power_down(struct vfdc_controller *fdc)
{
    cut_off(fdc);
    if ((fdc->state.dor & FDC_DOR_RESET_N) != 0) {
        phase_enter_command(fdc);
    }
    fdc->state.is_powered_down = true;
}
