/*
 * Commands that set and show the chip's modes: SPECIFY, CONFIGURE, PERPENDICULAR MODE, LOCK,
 * DUMPREG, VERSION, and the answer to everything else.  None raises the interrupt line.
 */
#include "cmd.h"

#include "event.h"
#include "phase.h"
#include "state.h"
#include "timing.h"

/* Result bytes are all put before the result phase opens. */
static void result_of_one(struct vfdc_controller *fdc, unsigned byte)
{
    fifo_clear(&fdc->state.fifo);
    fifo_put(&fdc->state.fifo, (uint8_t)(byte & 0xffu));
    phase_enter_result(fdc, 1);
}

/* INVALID: one byte, ST0 with IC=10.  Data sheet, "Invalid". */
void cmd_invalid(struct vfdc_controller *fdc, const uint8_t param[])
{
    (void)param;
    result_of_one(fdc, FDC_ST0_IC_INVALID);
}

/* SPECIFY: SRT and HUT, HLT and ND. */
void cmd_specify(struct vfdc_controller *fdc, const uint8_t param[])
{
    fdc->state.srt_hut = param[0];
    fdc->state.hlt_nd = param[1];
    phase_enter_command(fdc);
}

/*
 * CONFIGURE: 00; EIS EFIFO POLL FIFOTHR; PRETRK.  With POLL set before the polling interrupt
 * that follows a reset, that interrupt never comes.
 */
void cmd_configure(struct vfdc_controller *fdc, const uint8_t param[])
{
    struct fdc_state *s = &fdc->state;

    s->config = param[1] & FDC_CONFIG_BITS;
    s->pretrk = param[2];
    if ((s->config & FDC_CONFIG_POLL) != 0) {
        event_disarm(fdc, FDC_EVENT_POLL);
    } else if (s->poll_held) {
        event_arm(fdc, FDC_EVENT_POLL, TIMING_FLOOR_NS);
    }
    s->poll_held = false;
    phase_enter_command(fdc);
}

/* PERPENDICULAR MODE: OW 0 D3-D0 GAP WGATE; the drives' bits are taken only with OW. */
void cmd_perpendicular(struct vfdc_controller *fdc, const uint8_t param[])
{
    uint8_t taken = FDC_PERP_GAP_WGATE;

    if ((param[0] & FDC_PERP_OW) != 0) {
        taken = FDC_PERP_DRIVES | FDC_PERP_GAP_WGATE;
    }
    fdc->state.perpendicular =
        (uint8_t)((fdc->state.perpendicular & (0xffu ^ taken)) | (param[0] & taken));
    phase_enter_command(fdc);
}

/* LOCK and UNLOCK: bit 7 of the command byte is the new value. */
void cmd_lock(struct vfdc_controller *fdc, const uint8_t param[])
{
    (void)param;
    fdc->state.lock = (fdc->state.opcode & FDC_LOCK_COMMAND) != 0;
    result_of_one(fdc, fdc->state.lock ? FDC_LOCK_RESULT : 0);
}

void cmd_version(struct vfdc_controller *fdc, const uint8_t param[])
{
    (void)param;
    result_of_one(fdc, FDC_VERSION_82077AA);
}

/* DUMPREG: ten bytes. */
void cmd_dumpreg(struct vfdc_controller *fdc, const uint8_t param[])
{
    struct fdc_state *s = &fdc->state;
    unsigned unit;

    (void)param;
    fifo_clear(&s->fifo);
    for (unit = 0; unit < VFDC_N_UNITS; unit++) {
        fifo_put(&s->fifo, s->pcn[unit]);
    }
    fifo_put(&s->fifo, s->srt_hut);
    fifo_put(&s->fifo, s->hlt_nd);
    fifo_put(&s->fifo, s->sc_eot);
    fifo_put(&s->fifo, (uint8_t)(s->perpendicular | (s->lock ? FDC_LOCK_DUMPREG : 0u)));
    fifo_put(&s->fifo, s->config);
    fifo_put(&s->fifo, s->pretrk);
    phase_enter_result(fdc, 10);
}
