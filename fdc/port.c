/*
 * The ports table, and each register's read and write.
 */
#include "port.h"

#include "command.h"
#include "fdd.h"
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
    }
}

static uint8_t read_dir(struct vfdc_controller *fdc)
{
    return (uint8_t)((fdd_is_changed(fdc) ? FDC_DIR_DSKCHG : 0u) |
                     (FDC_UNDRIVEN ^ FDC_DIR_DSKCHG));
}

static void write_ccr(struct vfdc_controller *fdc, uint8_t value)
{
    fdc->state.data_rate = value & FDC_DRATE;
}

struct port {
    uint8_t (*read)(struct vfdc_controller *fdc);
    void (*write)(struct vfdc_controller *fdc, uint8_t value);
};

static const struct port ports[FDC_N_REGISTERS] = {
    [FDC_SRA] = { read_undriven, write_nothing },
    [FDC_SRB] = { read_undriven, write_nothing },
    [FDC_DOR] = { read_dor, write_dor },
    [FDC_TDR] = { read_tdr, write_tdr },
    [FDC_MSR] = { read_msr, write_dsr },
    [FDC_DATA] = { command_read_data, command_write_data },
    [FDC_RESERVED] = { read_undriven, write_nothing },
    [FDC_DIR] = { read_dir, write_ccr },
};

uint8_t port_read(struct vfdc_controller *fdc, unsigned offset)
{
    return ports[offset & 7u].read(fdc);
}

void port_write(struct vfdc_controller *fdc, unsigned offset, uint8_t value)
{
    ports[offset & 7u].write(fdc, value);
}
