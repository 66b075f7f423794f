/*
 * Commands about the head and the drive: SEEK, RELATIVE SEEK, RECALIBRATE, SENSE INTERRUPT STATUS,
 * SENSE DRIVE STATUS.  The pulses are seek.c's.
 */
#include "cmd.h"

#include "fdd.h"
#include "phase.h"
#include "seek.h"
#include "state.h"

/* SEEK: head and unit; NCN.  The chip is free for other commands at once. */
void cmd_seek(struct vfdc_controller *fdc, const uint8_t param[])
{
    unsigned unit = param[0] & FDC_CMD_DS;
    uint8_t cylinder = param[1];

    phase_enter_command(fdc);
    seek_to(fdc, unit, FDC_SEEK_SEEK, cylinder);
}

/* RELATIVE SEEK: head and unit; RCN.  Bit 6 of the command byte is the direction. */
void cmd_relative_seek(struct vfdc_controller *fdc, const uint8_t param[])
{
    unsigned unit = param[0] & FDC_CMD_DS;
    bool inward = (fdc->state.opcode & FDC_CMD_INWARD) != 0;
    uint8_t n_steps = param[1];

    phase_enter_command(fdc);
    seek_relative(fdc, unit, inward, n_steps);
}

/* RECALIBRATE: unit. */
void cmd_recalibrate(struct vfdc_controller *fdc, const uint8_t param[])
{
    unsigned unit = param[0] & FDC_CMD_DS;

    phase_enter_command(fdc);
    seek_recalibrate(fdc, unit);
}

static unsigned lowest_of(unsigned mask)
{
    unsigned unit;

    for (unit = 0; unit < VFDC_N_UNITS - 1u && (mask & (1u << unit)) == 0; unit++) {
    }
    return unit;
}

/*
 * SENSE INTERRUPT STATUS: ST0 and PCN of the lowest drive with a flag; with none it is an
 * invalid command.  The four polling flags are one interrupt, taken back by the first sense.
 */
void cmd_sense_interrupt(struct vfdc_controller *fdc, const uint8_t param[])
{
    struct fdc_state *s = &fdc->state;
    unsigned flags = ((unsigned)s->poll_flags | s->seek_done) & 0x0fu;
    unsigned unit = lowest_of(flags) & 3u;
    unsigned mask = 1u << unit;
    unsigned st0;

    if (flags == 0) {
        cmd_invalid(fdc, param);
        return;
    }
    if ((s->poll_flags & mask) != 0) {
        s->poll_flags = (uint8_t)(s->poll_flags & (0xffu ^ mask));
        st0 = FDC_ST0_IC_POLL | unit;
        phase_acknowledge(fdc, FDC_INT_POLL);
    } else {
        s->seek_done = (uint8_t)(s->seek_done & (0xffu ^ mask));
        st0 = s->seek_st0[unit];
        s->sensed = (uint8_t)mask;
        if (s->seek_done == 0) {
            phase_acknowledge(fdc, FDC_INT_SEEK);
        } else {
            phase_acknowledge(fdc, 0); /* the next drive's wants its own edge */
        }
    }
    fifo_clear(&s->fifo);
    fifo_put(&s->fifo, (uint8_t)(st0 & 0xffu));
    fifo_put(&s->fifo, s->pcn[unit]);
    phase_enter_result(fdc, 2);
}

/* SENSE DRIVE STATUS: head and unit, echoed in ST3 beside the lines of the drive DOR selects. */
void cmd_sense_drive(struct vfdc_controller *fdc, const uint8_t param[])
{
    unsigned st3 = FDC_ST3_ONES | (param[0] & (FDC_CMD_HDS | FDC_CMD_DS));

    if (fdd_is_write_protected(fdc)) {
        st3 |= FDC_ST3_WP;
    }
    if (fdd_is_at_track0(fdc)) {
        st3 |= FDC_ST3_T0;
    }
    fifo_clear(&fdc->state.fifo);
    fifo_put(&fdc->state.fifo, (uint8_t)(st3 & 0xffu));
    phase_enter_result(fdc, 1);
}
