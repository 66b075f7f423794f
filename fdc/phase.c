/*
 * Phases and the interrupt flag.  See phase.h.
 */
#include "phase.h"

#include "event.h"
#include "timing.h"

static bool is_pio_request(const struct fdc_state *s)
{
    return s->phase == FDC_PHASE_PIO_READ || s->phase == FDC_PHASE_PIO_WRITE;
}

void phase_enter_command(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;

    event_disarm(fdc, FDC_EVENT_COMMAND);
    s->drq = false;
    s->fifo.pos = 0;
    s->fifo.len = 0;
    phase_set(fdc, FDC_PHASE_IDLE);
}

void phase_enter_result(struct vfdc_controller *fdc, unsigned n_bytes)
{
    struct fdc_state *s = &fdc->state;

    if (n_bytes == 0 || n_bytes > FDC_FIFO_BYTES) {
        return;
    }
    event_disarm(fdc, FDC_EVENT_COMMAND);
    s->drq = false;
    s->fifo.pos = 0;
    s->fifo.len = (uint8_t)n_bytes;
    phase_set(fdc, FDC_PHASE_RESULT);
}

uint8_t phase_pop(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    uint8_t byte;

    if (s->phase != FDC_PHASE_RESULT) {
        return 0;
    }
    byte = fifo_take(&s->fifo);
    if ((s->int_causes & FDC_INT_RESULT) != 0) {
        phase_acknowledge(fdc, FDC_INT_RESULT);
    }
    s->drive_busy = (uint8_t)(s->drive_busy & (0xffu ^ s->sensed));
    s->sensed = 0;
    if (fifo_is_done(&s->fifo)) {
        phase_enter_command(fdc);
    }
    return byte;
}

void phase_set(struct vfdc_controller *fdc, enum fdc_phase phase)
{
    struct fdc_state *s = &fdc->state;

    s->phase = (uint8_t)phase;
    if (is_pio_request(s)) {
        if (!event_is_armed(fdc, FDC_EVENT_LINE)) {
            event_arm(fdc, FDC_EVENT_LINE, TIMING_FLOOR_NS);
        }
    } else if ((s->int_causes & FDC_INT_PIO) != 0) {
        phase_acknowledge(fdc, FDC_INT_PIO);
    }
}

void phase_interrupt(struct vfdc_controller *fdc, unsigned cause)
{
    struct fdc_state *s = &fdc->state;

    s->int_causes = (uint8_t)(s->int_causes | (cause & 0xffu));
    s->int_level = true;
}

void phase_acknowledge(struct vfdc_controller *fdc, unsigned cause)
{
    struct fdc_state *s = &fdc->state;

    s->int_causes = (uint8_t)(s->int_causes & (0xffu ^ (cause & 0xffu)));
    s->int_level = false;
    if (s->int_causes != 0 || is_pio_request(s)) {
        if (!event_is_armed(fdc, FDC_EVENT_LINE)) {
            event_arm(fdc, FDC_EVENT_LINE, TIMING_FLOOR_NS);
        }
    }
}

void phase_line_due(struct vfdc_controller *fdc)
{
    if (is_pio_request(&fdc->state)) {
        phase_interrupt(fdc, FDC_INT_PIO);
    } else if (fdc->state.int_causes != 0) {
        fdc->state.int_level = true;
    }
}
