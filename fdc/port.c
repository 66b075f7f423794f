/*
 * The ports tables, one a strap, and each register's read and write.
 */
#include "port.h"

#include "command.h"
#include "fdd.h"
#include "host.h"
#include "phase.h"
#include "reset.h"
#include "transfer.h"

static uint8_t read_undriven(struct vfdc_controller *fdc)
{
    (void)fdc;
    return FDC_UNDRIVEN;
}

static void write_nothing(struct vfdc_controller *fdc, uint8_t value)
{
    (void)fdc;
    (void)value;
}

static uint8_t read_dor(struct vfdc_controller *fdc)
{
    return fdc->state.dor;
}

static void write_dor(struct vfdc_controller *fdc, uint8_t value)
{
    unsigned old = fdc->state.dor;
    unsigned changed = old ^ value;

    if ((value & (0xffu ^ old) & FDC_DOR_MOTENS) != 0) {
        fdc->state.is_powered_down = false;
    }
    fdc->state.dsel0 = value & 1u;
    fdd_set_dor(fdc, value);
    if ((changed & FDC_DOR_RESET_N) != 0) {
        if ((value & FDC_DOR_RESET_N) != 0) {
            reset_release(fdc);
        } else {
            reset_hold(fdc);
        }
    }
    transfer_drive_changed(fdc);
}

static uint8_t read_tdr(struct vfdc_controller *fdc)
{
    return (uint8_t)(fdc->state.tdr | (FDC_UNDRIVEN ^ FDC_TDR_TAPESEL));
}

static void write_tdr(struct vfdc_controller *fdc, uint8_t value)
{
    fdc->state.tdr = value & FDC_TDR_TAPESEL;
}

static uint8_t read_msr(struct vfdc_controller *fdc)
{
    return phase_msr(&fdc->state);
}

static void write_dsr(struct vfdc_controller *fdc, uint8_t value)
{
    fdc->state.data_rate = value & FDC_DRATE;
    fdc->state.precomp = value & FDC_DSR_PRECOMP;
    if ((value & FDC_DSR_RESET) != 0) {
        reset_by_dsr(fdc);
    } else if ((value & FDC_DSR_POWER_DOWN) != 0) {
        reset_to_power_down(fdc);
    }
}

static uint8_t drv2_n(const struct vfdc_controller *fdc, uint8_t bit)
{
    return fdd_is_fitted(fdc, 1) ? 0 : bit;
}

static uint8_t when(bool condition, unsigned bit)
{
    return condition ? (uint8_t)(bit & 0xffu) : 0;
}

/* A step pulse lasts so long. */
#define STEP_PULSE_NS 8000u

static bool is_stepping(struct vfdc_controller *fdc)
{
    uint64_t now_ns = host_now_ns(fdc);

    return fdc->state.step_latch && now_ns >= fdc->state.step_ns &&
           now_ns - fdc->state.step_ns < STEP_PULSE_NS;
}

static uint8_t read_sra_ps2(struct vfdc_controller *fdc)
{
    const struct fdc_state *s = &fdc->state;

    return (uint8_t)(when(s->int_level, FDC_SRA_INT) | drv2_n(fdc, FDC_SRA_DRV2_N) |
                     when(is_stepping(fdc), FDC_SRA_STEP) |
                     when(!fdd_is_at_track0(fdc), FDC_SRA_TRK0_N) |
                     when(s->hdsel != 0, FDC_SRA_HDSEL) |
                     when(!fdd_is_index(fdc), FDC_SRA_INDX_N) |
                     when(!fdd_is_write_protected(fdc), FDC_SRA_WP_N) |
                     when(s->inward, FDC_SRA_DIR));
}

static uint8_t read_sra_model30(struct vfdc_controller *fdc)
{
    const struct fdc_state *s = &fdc->state;

    return (uint8_t)(when(s->int_level, FDC_SRA_INT) | when(s->drq, FDC_SRA30_DRQ) |
                     when(s->step_latch, FDC_SRA_STEP) |
                     when(fdd_is_at_track0(fdc), FDC_SRA30_TRK0) |
                     when(s->hdsel == 0, FDC_SRA30_HDSEL_N) |
                     when(fdd_is_index(fdc), FDC_SRA30_INDX) |
                     when(fdd_is_write_protected(fdc), FDC_SRA30_WP) |
                     when(!s->inward, FDC_SRA30_DIR_N));
}

static uint8_t read_srb_ps2(struct vfdc_controller *fdc)
{
    const struct fdc_state *s = &fdc->state;

    return (uint8_t)(FDC_SRB_ONES | when(s->dsel0 != 0, FDC_SRB_DSEL0) |
                     when(s->wr_flip, FDC_SRB_WRDATA) | when(s->rd_flip, FDC_SRB_RDDATA) |
                     when(transfer_is_writing(fdc), FDC_SRB_WE) |
                     ((s->dor >> FDC_DOR_MOTEN_SHIFT) & FDC_SRB_MOTEN));
}

static uint8_t read_srb_model30(struct vfdc_controller *fdc)
{
    const struct fdc_state *s = &fdc->state;
    unsigned unit = s->dor & FDC_DOR_DSEL;
    bool motor = ((unsigned)s->dor >> FDC_DOR_MOTEN_SHIFT & (1u << unit)) != 0;

    return (uint8_t)(drv2_n(fdc, FDC_SRB30_DRV2_N) | when(!(motor && unit == 1), FDC_SRB30_DS1_N) |
                     when(!(motor && unit == 0), FDC_SRB30_DS0_N) |
                     when(s->wr_latch, FDC_SRB30_WRDATA) | when(s->rd_latch, FDC_SRB30_RDDATA) |
                     when(s->we_latch, FDC_SRB30_WE) |
                     when(!(motor && unit == 3), FDC_SRB30_DS3_N) |
                     when(!(motor && unit == 2), FDC_SRB30_DS2_N));
}

/* In AT mode bits 6-0 are the hard disk's. */
static uint8_t read_dir_at(struct vfdc_controller *fdc)
{
    return (uint8_t)(when(fdd_is_changed(fdc), FDC_DIR_DSKCHG) |
                     (FDC_UNDRIVEN ^ FDC_DIR_DSKCHG));
}

static uint8_t read_dir_ps2(struct vfdc_controller *fdc)
{
    unsigned rate = fdc->state.data_rate & FDC_DRATE;
    bool is_high_density = rate == FDC_DRATE_500K || rate == FDC_DRATE_1M;

    return (uint8_t)(when(fdd_is_changed(fdc), FDC_DIR_DSKCHG) | FDC_DIR_ONES |
                     rate << FDC_DIR_DRATE_SHIFT | when(!is_high_density, FDC_DIR_HIGHDENS_N));
}

/* Reading it clears the latches of SRA and SRB. */
static uint8_t read_dir_model30(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;

    s->step_latch = false;
    s->wr_latch = false;
    s->rd_latch = false;
    s->we_latch = false;
    return (uint8_t)(when(!fdd_is_changed(fdc), FDC_DIR30_DSKCHG_N) |
                     when((s->dor & FDC_DOR_DMAGATE) != 0, FDC_DIR30_DMAGATE) |
                     when(s->noprec, FDC_DIR30_NOPREC) | (s->data_rate & FDC_DRATE));
}

static void write_ccr(struct vfdc_controller *fdc, uint8_t value)
{
    fdc->state.data_rate = value & FDC_DRATE;
}

static void write_ccr_model30(struct vfdc_controller *fdc, uint8_t value)
{
    fdc->state.noprec = (value & FDC_CCR30_NOPREC) != 0;
    write_ccr(fdc, value);
}

struct fdc_port {
    uint8_t (*read)(struct vfdc_controller *fdc);
    void (*write)(struct vfdc_controller *fdc, uint8_t value);
};

static const struct fdc_port ports[][FDC_N_REGISTERS] = {
    [VFDC_STRAP_AT] = {
        [FDC_SRA] = { read_undriven, write_nothing },
        [FDC_SRB] = { read_undriven, write_nothing },
        [FDC_DOR] = { read_dor, write_dor },
        [FDC_TDR] = { read_tdr, write_tdr },
        [FDC_MSR] = { read_msr, write_dsr },
        [FDC_DATA] = { command_read_data, command_write_data },
        [FDC_RESERVED] = { read_undriven, write_nothing },
        [FDC_DIR] = { read_dir_at, write_ccr },
    },
    [VFDC_STRAP_PS2] = {
        [FDC_SRA] = { read_sra_ps2, write_nothing },
        [FDC_SRB] = { read_srb_ps2, write_nothing },
        [FDC_DOR] = { read_dor, write_dor },
        [FDC_TDR] = { read_tdr, write_tdr },
        [FDC_MSR] = { read_msr, write_dsr },
        [FDC_DATA] = { command_read_data, command_write_data },
        [FDC_RESERVED] = { read_undriven, write_nothing },
        [FDC_DIR] = { read_dir_ps2, write_ccr },
    },
    [VFDC_STRAP_MODEL30] = {
        [FDC_SRA] = { read_sra_model30, write_nothing },
        [FDC_SRB] = { read_srb_model30, write_nothing },
        [FDC_DOR] = { read_dor, write_dor },
        [FDC_TDR] = { read_tdr, write_tdr },
        [FDC_MSR] = { read_msr, write_dsr },
        [FDC_DATA] = { command_read_data, command_write_data },
        [FDC_RESERVED] = { read_undriven, write_nothing },
        [FDC_DIR] = { read_dir_model30, write_ccr_model30 },
    },
};

#define N_STRAPS (sizeof(ports) / sizeof(ports[0]))

void port_choose(struct vfdc_controller *fdc, enum vfdc_strap strap)
{
    fdc->ports = ports[strap < N_STRAPS ? strap : VFDC_STRAP_AT];
}

uint8_t port_read(struct vfdc_controller *fdc, unsigned offset)
{
    return fdc->ports[offset & 7u].read(fdc);
}

void port_write(struct vfdc_controller *fdc, unsigned offset, uint8_t value)
{
    fdc->ports[offset & 7u].write(fdc, value);
}
