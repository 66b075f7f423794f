/*
 * The phases of a command, the main status register that shows them, and the interrupt flag.
 * Data sheet, "Main Status Register", "Controller Phases", "Interrupt".
 *
 * Command and result phase are entered only by the two doors below, which set position and
 * length of the byte queue and cancel the command's deadline.
 */
#ifndef FDC_PHASE_H
#define FDC_PHASE_H

#include <stdint.h>

#include "state.h"

/* MSR as it is now. */
static inline uint8_t phase_msr(const struct fdc_state *s)
{
    static const uint8_t msr_of[FDC_N_PHASES] = {
        [FDC_PHASE_RESET] = 0x00,
        [FDC_PHASE_IDLE] = FDC_MSR_RQM,
        [FDC_PHASE_COMMAND] = FDC_MSR_RQM | FDC_MSR_CMDBUSY,
        [FDC_PHASE_RESULT] = FDC_MSR_RQM | FDC_MSR_DIO | FDC_MSR_CMDBUSY,
        [FDC_PHASE_PIO_READ] = FDC_MSR_RQM | FDC_MSR_DIO | FDC_MSR_NONDMA | FDC_MSR_CMDBUSY,
        [FDC_PHASE_PIO_WRITE] = FDC_MSR_RQM | FDC_MSR_NONDMA | FDC_MSR_CMDBUSY,
        [FDC_PHASE_EXECUTION] = FDC_MSR_CMDBUSY,
        [FDC_PHASE_PIO_READ_WAIT] = FDC_MSR_DIO | FDC_MSR_NONDMA | FDC_MSR_CMDBUSY,
        [FDC_PHASE_PIO_WRITE_WAIT] = FDC_MSR_NONDMA | FDC_MSR_CMDBUSY,
    };

    return s->phase < FDC_N_PHASES ? (uint8_t)(msr_of[s->phase] | s->drive_busy) : 0;
}

/* The two doors. */
void phase_enter_command(struct vfdc_controller *fdc); /* ready for a command's first byte */
void phase_enter_result(struct vfdc_controller *fdc, unsigned n_bytes); /* 1-16, else refused */

/* The next result byte; 0 where none is to be read. */
uint8_t phase_pop(struct vfdc_controller *fdc);

/* Change phase inside a command: parameters, or any of the phases of execution. */
void phase_set(struct vfdc_controller *fdc, enum fdc_phase phase);

/* Raise the line for a cause, a FDC_INT_ bit. */
void phase_interrupt(struct vfdc_controller *fdc, unsigned cause);

/*
 * The guest has answered a cause: the line falls, and rises anew at the next deadline if
 * another cause stands, since the PC's interrupt controller wants an edge.
 */
void phase_acknowledge(struct vfdc_controller *fdc, unsigned cause);

/* FDC_EVENT_LINE: the line may rise for what still stands. */
void phase_line_due(struct vfdc_controller *fdc);

#endif
