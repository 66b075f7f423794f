/*
 * Deadlines.  See event.h.
 */
#include "event.h"

#include "host.h"

static void find_next(struct vfdc_controller *fdc)
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

void event_arm_from(struct vfdc_controller *fdc, unsigned event, uint64_t base_ns,
                    uint64_t delay_ns)
{
    if (event < FDC_N_EVENTS) {
        fdc->state.deadline_ns[event] =
            base_ns < VFDC_NEVER - delay_ns ? base_ns + delay_ns : VFDC_NEVER;
        find_next(fdc);
    }
}

void event_arm(struct vfdc_controller *fdc, unsigned event, uint64_t delay_ns)
{
    event_arm_from(fdc, event, host_now_ns(fdc), delay_ns);
}

void event_disarm(struct vfdc_controller *fdc, unsigned event)
{
    if (event < FDC_N_EVENTS && fdc->state.deadline_ns[event] != VFDC_NEVER) {
        fdc->state.deadline_ns[event] = VFDC_NEVER;
        find_next(fdc);
    }
}

bool event_is_armed(const struct vfdc_controller *fdc, unsigned event)
{
    return event < FDC_N_EVENTS && fdc->state.deadline_ns[event] != VFDC_NEVER;
}

unsigned event_take_due(struct vfdc_controller *fdc, uint64_t now_ns, uint64_t *deadline_ns)
{
    unsigned found = EVENT_NONE;
    uint64_t earliest_ns = VFDC_NEVER;
    unsigned i;

    for (i = 0; i < FDC_N_EVENTS; i++) {
        if (fdc->state.deadline_ns[i] < earliest_ns) {
            earliest_ns = fdc->state.deadline_ns[i];
            found = i;
        }
    }
    if (found == EVENT_NONE || earliest_ns > now_ns) {
        return EVENT_NONE;
    }
    *deadline_ns = earliest_ns;
    event_disarm(fdc, found);
    return found;
}
