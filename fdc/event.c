/*
 * Deadlines.  See event.h.
 */
#include "event.h"

#include "host.h"
#include "timing.h"

void event_find_next(struct vfdc_controller *fdc)
{
    uint64_t next_ns = VFDC_NEVER;
    unsigned i;

    for (i = 0; i < FDC_N_EVENTS; i++) {
        if (fdc->state.deadline_ns[i] < next_ns) {
            next_ns = fdc->state.deadline_ns[i];
        }
    }
    fdc->next_ns = next_ns;
}

void event_arm_at(struct vfdc_controller *fdc, unsigned event, uint64_t deadline_ns)
{
    uint64_t *slot;
    uint64_t old_ns;

    if (event >= FDC_N_EVENTS) {
        return;
    }
    slot = &fdc->state.deadline_ns[event];
    old_ns = *slot;
    *slot = deadline_ns;
    if (deadline_ns <= fdc->next_ns) {
        fdc->next_ns = deadline_ns;
    } else if (old_ns == fdc->next_ns) {
        event_find_next(fdc);
    }
}

void event_arm(struct vfdc_controller *fdc, unsigned event, uint64_t delay_ns)
{
    event_arm_at(fdc, event, timing_after(host_now_ns(fdc), delay_ns));
}

bool event_is_armed(const struct vfdc_controller *fdc, unsigned event)
{
    return event < FDC_N_EVENTS && fdc->state.deadline_ns[event] != VFDC_NEVER;
}

void event_disarm(struct vfdc_controller *fdc, unsigned event)
{
    if (event_is_armed(fdc, event)) {
        event_arm_at(fdc, event, VFDC_NEVER);
    }
}

/* One pass: which event it is, and which deadline is next without it. */
unsigned event_take_due(struct vfdc_controller *fdc, uint64_t now_ns, uint64_t *deadline_ns)
{
    uint64_t due_ns = fdc->next_ns;
    uint64_t next_ns = VFDC_NEVER;
    unsigned due = EVENT_NONE;
    unsigned event;

    if (due_ns == VFDC_NEVER || due_ns > now_ns) {
        return EVENT_NONE;
    }
    for (event = 0; event < FDC_N_EVENTS; event++) {
        uint64_t *slot = &fdc->state.deadline_ns[event];

        if (*slot == due_ns && due == EVENT_NONE) {
            due = event;
            *slot = VFDC_NEVER;
        } else if (*slot < next_ns) {
            next_ns = *slot;
        }
    }
    fdc->next_ns = next_ns;
    *deadline_ns = due_ns;
    return due;
}
