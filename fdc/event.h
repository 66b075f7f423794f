/*
 * Deadlines: a fixed array with one slot a kind, scanned.  Which is next, which is due.
 */
#ifndef FDC_EVENT_H
#define FDC_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "state.h"

/* No event. */
#define EVENT_NONE FDC_N_EVENTS

/* Set a deadline: so long from now, or at a time. */
void event_arm(struct vfdc_controller *fdc, unsigned event, uint64_t delay_ns);
void event_arm_at(struct vfdc_controller *fdc, unsigned event, uint64_t deadline_ns);

void event_disarm(struct vfdc_controller *fdc, unsigned event);

/* The deadlines were set otherwise: which is next? */
void event_find_next(struct vfdc_controller *fdc);

bool event_is_armed(const struct vfdc_controller *fdc, unsigned event);

/*
 * The earliest event due by `now_ns`, disarmed, with its deadline; EVENT_NONE if none is.
 */
unsigned event_take_due(struct vfdc_controller *fdc, uint64_t now_ns, uint64_t *deadline_ns);

#endif
