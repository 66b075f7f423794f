/*
 * Moving the head.  See seek.h.
 */
#include "seek.h"

#include "event.h"
#include "fdd.h"
#include "host.h"
#include "phase.h"
#include "timing.h"

/* A new SEEK answers for one that was never sensed: its own end wants an edge of the line. */
static void forget_done(struct vfdc_controller *fdc, unsigned mask)
{
    struct fdc_state *s = &fdc->state;

    if ((s->seek_done & mask) != 0) {
        s->seek_done = (uint8_t)(s->seek_done & (0xffu ^ mask));
        if (s->seek_done == 0) {
            phase_acknowledge(fdc, FDC_INT_SEEK);
        }
    }
}

/*
 * RECALIBRATE ends where the drive says track 0; a RELATIVE SEEK that comes there on its way out
 * goes no further.
 */
static bool is_over(const struct vfdc_controller *fdc, const struct fdc_seek *seek)
{
    bool heeds_track0 = seek->kind == FDC_SEEK_RECALIBRATE ||
                        (seek->kind == FDC_SEEK_RELATIVE && !seek->inward);

    return seek->steps == 0 || (heeds_track0 && fdd_is_at_track0(fdc));
}

/* The next step pulse, or the seek's end.  A seek that runs has a deadline to the end of time. */
static void arm(struct vfdc_controller *fdc, unsigned unit, uint64_t from_ns, uint64_t delay_ns)
{
    uint64_t deadline_ns = timing_after(from_ns, delay_ns);

    event_arm_at(fdc, FDC_EVENT_SEEK0 + (unit & 3u),
                 deadline_ns != VFDC_NEVER ? deadline_ns : VFDC_NEVER - 1u);
}

static void begin(struct vfdc_controller *fdc, unsigned unit, enum fdc_seek_kind kind,
                  unsigned n_steps, bool inward)
{
    struct fdc_state *s = &fdc->state;
    struct fdc_seek *seek = &s->seek[unit & 3u];
    unsigned mask = 1u << (unit & 3u);

    seek->kind = (uint8_t)kind;
    seek->steps = (uint8_t)(n_steps & 0xffu);
    seek->inward = inward;
    seek->step_ns = timing_step_ns(fdc, is_over(fdc, seek) ? 0 : n_steps);
    s->drive_busy = (uint8_t)(s->drive_busy | mask);
    if (kind != FDC_SEEK_IMPLIED) {
        forget_done(fdc, mask);
    }
    arm(fdc, unit, host_now_ns(fdc), seek->step_ns);
}

void seek_to(struct vfdc_controller *fdc, unsigned unit, enum fdc_seek_kind kind, uint8_t cylinder)
{
    uint8_t from = fdc->state.pcn[unit & 3u];

    if (cylinder >= from) {
        begin(fdc, unit, kind, (unsigned)cylinder - from, true);
    } else {
        begin(fdc, unit, kind, (unsigned)from - cylinder, false);
    }
}

void seek_relative(struct vfdc_controller *fdc, unsigned unit, bool inward, uint8_t n_steps)
{
    begin(fdc, unit, FDC_SEEK_RELATIVE, n_steps, inward);
}

void seek_recalibrate(struct vfdc_controller *fdc, unsigned unit)
{
    fdc->state.pcn[unit & 3u] = 0;
    begin(fdc, unit, FDC_SEEK_RECALIBRATE, FDC_RECALIBRATE_STEPS, false);
}

bool seek_is_running(const struct vfdc_controller *fdc, unsigned unit)
{
    return fdc->state.seek[unit & 3u].kind != FDC_SEEK_NONE;
}

/* A pulse moves the head of the selected drive, and PCN with it but for RECALIBRATE. */
static void step(struct vfdc_controller *fdc, unsigned unit)
{
    struct fdc_state *s = &fdc->state;
    struct fdc_seek *seek = &s->seek[unit & 3u];
    uint8_t *pcn = &s->pcn[unit & 3u];

    s->step_latch = true;
    s->inward = seek->inward;
    s->step_ns = host_event_ns(fdc);
    fdd_step(fdc, seek->inward);
    if (seek->steps > 0) {
        seek->steps--;
    }
    if (seek->kind == FDC_SEEK_RECALIBRATE) {
        return;
    }
    if (seek->inward) {
        *pcn = (uint8_t)((*pcn + 1u) & 0xffu);
    } else {
        *pcn = (uint8_t)((*pcn + 0xffu) & 0xffu);
    }
}

static void end(struct vfdc_controller *fdc, unsigned unit)
{
    struct fdc_state *s = &fdc->state;
    struct fdc_seek *seek = &s->seek[unit & 3u];
    unsigned mask = 1u << (unit & 3u);
    unsigned st0 = FDC_ST0_SE | (unit & 3u);

    if (seek->kind == FDC_SEEK_IMPLIED) {
        if ((s->seek_done & mask) == 0) {
            s->drive_busy = (uint8_t)(s->drive_busy & (0xffu ^ mask));
        }
    } else {
        if ((seek->kind == FDC_SEEK_RECALIBRATE && !fdd_is_at_track0(fdc)) ||
            (seek->kind == FDC_SEEK_RELATIVE && seek->steps > 0)) {
            st0 |= FDC_ST0_IC_ABNORMAL | FDC_ST0_EC;
        }
        s->seek_st0[unit & 3u] = (uint8_t)(st0 & 0xffu);
        s->seek_done = (uint8_t)(s->seek_done | mask);
        phase_interrupt(fdc, FDC_INT_SEEK);
    }
    seek->kind = FDC_SEEK_NONE;
}

bool seek_due(struct vfdc_controller *fdc, unsigned unit, uint64_t deadline_ns)
{
    struct fdc_seek *seek = &fdc->state.seek[unit & 3u];

    if (seek->kind == FDC_SEEK_NONE) {
        return false;
    }
    if (!is_over(fdc, seek)) {
        step(fdc, unit);
        if (!is_over(fdc, seek)) {
            arm(fdc, unit, deadline_ns, seek->step_ns);
            return false;
        }
    }
    end(fdc, unit);
    return true;
}
