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

/* Delays of the `fast` profile. */
#define EVENT_FLOOR_NS 5000u           /* the least between a port access and what it causes */
#define EVENT_POLL_NS 20000u           /* leaving reset, to the polling interrupt */
#define EVENT_SEARCH_NS 500000u        /* a command, to the sector it seeks */
#define EVENT_READ_ID_NS 1000000u      /* to the next ID */
#define EVENT_NOT_FOUND_NS 200000000u  /* two index pulses without the ID sought */
#define EVENT_NO_INDEX_NS 20000000u    /* giving up on an empty drive */
#define EVENT_DMA_RETRY_NS 1000000u    /* asking again a channel that moved nothing */
#define EVENT_FLUSH_NS 1000000u        /* motor off, to the flush by policy */
#define EVENT_STEP_NS 250000u          /* between step pulses, and the least a seek takes */
#define EVENT_STEPS_NS 20000000u       /* all the pulses of one seek */

/* Set a deadline from now, or from an earlier deadline; saturates at "never". */
void event_arm(struct vfdc_controller *fdc, unsigned event, uint64_t delay_ns);
void event_arm_from(struct vfdc_controller *fdc, unsigned event, uint64_t base_ns,
                    uint64_t delay_ns);

void event_disarm(struct vfdc_controller *fdc, unsigned event);

bool event_is_armed(const struct vfdc_controller *fdc, unsigned event);

/*
 * The earliest event due by `now_ns`, disarmed, with its deadline; EVENT_NONE if none is.
 */
unsigned event_take_due(struct vfdc_controller *fdc, uint64_t now_ns, uint64_t *deadline_ns);

#endif
