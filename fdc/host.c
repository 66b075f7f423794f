/*
 * The host's callbacks.  See host.h.
 */
#include "host.h"

#include "state.h"

uint64_t host_now_ns(struct vfdc_controller *fdc)
{
    if (!fdc->clock_known) {
        fdc->now_ns = fdc->host.now_ns(fdc->opaque);
        fdc->clock_known = true;
    }
    return fdc->now_ns;
}

uint64_t host_event_ns(struct vfdc_controller *fdc)
{
    return fdc->in_event ? fdc->event_ns : host_now_ns(fdc);
}

bool host_gate_is_open(const struct vfdc_controller *fdc)
{
    return fdc->strap == VFDC_STRAP_PS2 || (fdc->state.dor & FDC_DOR_DMAGATE) != 0;
}

size_t host_dma(struct vfdc_controller *fdc, enum vfdc_dma_direction direction, uint8_t *bytes,
                size_t n_bytes, bool *terminal_count)
{
    bool tc = false;
    size_t n_moved;

    *terminal_count = false;
    if (fdc->host.dma == NULL || !host_gate_is_open(fdc)) {
        return 0;
    }
    n_moved = fdc->host.dma(fdc->opaque, direction, bytes, n_bytes, &tc);
    *terminal_count = tc;
    return n_moved <= n_bytes ? n_moved : n_bytes;
}

void host_report(struct vfdc_controller *fdc, enum vfdc_report_kind kind, unsigned unit,
                 unsigned cylinder, unsigned head, unsigned sector)
{
    struct vfdc_report report;

    if (fdc->host.report == NULL) {
        return;
    }
    report.kind = kind;
    report.unit = (uint8_t)(unit & 3u);
    report.cylinder = (uint8_t)(cylinder & 0xffu);
    report.head = (uint8_t)(head & 1u);
    report.sector = (uint8_t)(sector & 0xffu);
    fdc->host.report(fdc->opaque, &report);
}

void host_settle(struct vfdc_controller *fdc)
{
    const struct fdc_state *s = &fdc->state;
    bool level = s->drq && host_gate_is_open(fdc);

    if (level != fdc->drq_out) {
        fdc->drq_out = level;
        if (fdc->host.set_drq != NULL) {
            fdc->host.set_drq(fdc->opaque, level);
        }
    }
    level = s->int_level && host_gate_is_open(fdc);
    if (level != fdc->irq_out) {
        fdc->irq_out = level;
        fdc->host.set_irq(fdc->opaque, level);
    }
    if (fdc->next_ns != fdc->armed_ns) {
        fdc->armed_ns = fdc->next_ns;
        fdc->host.arm_timer(fdc->opaque, fdc->next_ns);
    }
}

void host_tell_anew(struct vfdc_controller *fdc)
{
    const struct fdc_state *s = &fdc->state;
    bool gate = host_gate_is_open(fdc);

    fdc->irq_out = s->int_level && gate;
    fdc->drq_out = s->drq && gate;
    fdc->armed_ns = fdc->next_ns;
    if (fdc->host.set_drq != NULL) {
        fdc->host.set_drq(fdc->opaque, fdc->drq_out);
    }
    fdc->host.set_irq(fdc->opaque, fdc->irq_out);
    fdc->host.arm_timer(fdc->opaque, fdc->next_ns);
}
