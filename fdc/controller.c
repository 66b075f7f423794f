/*
 * The public door to the chip: every call enters here, lets happen what is due, does its work
 * below, and tells the host what has changed.  See include/vfdc/controller.h.
 */
#include "command.h"
#include "disk.h"
#include "event.h"
#include "fdd.h"
#include "host.h"
#include "invariant.h"
#include "phase.h"
#include "port.h"
#include "reset.h"
#include "snapshot.h"
#include "state.h"
#include "transfer.h"

/* Deadlines handled in one call: the pulses of four seeks, and one of each other kind. */
#define MAX_DUE (VFDC_N_UNITS * 256u + FDC_N_EVENTS)

static void let_happen_what_is_due(struct vfdc_controller *fdc)
{
    uint64_t now_ns = host_now_ns(fdc);
    uint64_t deadline_ns = 0;
    unsigned i;

    fdc->in_event = true;
    for (i = 0; i < MAX_DUE; i++) {
        unsigned event = event_take_due(fdc, now_ns, &deadline_ns);

        if (event == EVENT_NONE) {
            break;
        }
        fdc->event_ns = deadline_ns;
        command_event(fdc, event, deadline_ns);
    }
    fdc->in_event = false;
}

static void enter(struct vfdc_controller *fdc)
{
    fdc->busy = true;
    fdc->clock_known = false;
    if (fdc->next_ns != VFDC_NEVER) {
        let_happen_what_is_due(fdc);
    }
}

static void leave(struct vfdc_controller *fdc)
{
    host_settle(fdc);
    fdc->busy = false;
}

/* ---- ports ---- */

/* Out of line, so that the ways before it need no stack frame. */
#if defined(__GNUC__)
#define SELDOM __attribute__((noinline))
#else
#define SELDOM
#endif

static SELDOM uint8_t read_port(struct vfdc_controller *fdc, unsigned offset)
{
    uint8_t value;

    enter(fdc);
    value = port_read(fdc, offset);
    leave(fdc);
    return value;
}

/* The first of the result's bytes, which lowers the line, or the last. */
static SELDOM uint8_t read_result(struct vfdc_controller *fdc)
{
    uint8_t byte;

    enter(fdc);
    byte = phase_pop(fdc);
    leave(fdc);
    return byte;
}

/* Whether a byte for the data register only begins a command, while nothing else goes on. */
static bool only_begins(struct vfdc_controller *fdc, uint8_t byte)
{
    const struct fdc_state *s = &fdc->state;

    return s->phase == FDC_PHASE_IDLE && fdc->next_ns == VFDC_NEVER && s->int_causes == 0 &&
           command_first_byte(fdc, byte);
}

static SELDOM vfdc_result write_port(struct vfdc_controller *fdc, unsigned offset, uint8_t value)
{
    if (fdc->busy) {
        return VFDC_E_UNEXPECTED;
    }
    if (offset >= FDC_N_REGISTERS) {
        return VFDC_E_INVALIDARG;
    }
    if (offset == FDC_DATA && only_begins(fdc, value)) {
        return VFDC_S_OK;
    }
    enter(fdc);
    port_write(fdc, offset, value);
    leave(fdc);
    return VFDC_S_OK;
}

/*
 * The accesses that a guest repeats most come first, where they touch neither line nor deadline:
 * MSR in a phase that no deadline ends; a byte inside a staged sector whose request has raised no
 * interrupt; a result byte between the first and the last; and, below, such a parameter.
 */
uint8_t vfdc_controller_read(struct vfdc_controller *fdc, unsigned offset)
{
    struct fdc_state *s;

    if (fdc == NULL || fdc->busy) {
        return FDC_UNDRIVEN;
    }
    s = &fdc->state;
    if (offset == FDC_MSR) {
        return s->phase < FDC_PHASE_EXECUTION ? phase_msr(s) : read_port(fdc, FDC_MSR);
    }
    if (offset == FDC_DATA) {
        if (s->phase == FDC_PHASE_RESULT) {
            if (s->fifo.pos > 0 && s->fifo.pos < FDC_FIFO_BYTES &&
                s->fifo.pos + 1u < s->fifo.len) {
                return s->fifo.bytes[s->fifo.pos++];
            }
            return read_result(fdc);
        }
        if (s->phase == FDC_PHASE_PIO_READ && !fdc->is_accurate &&
            s->job.pos < FDC_STAGING_BYTES && s->job.pos + 1u < s->job.n_bytes &&
            (s->int_causes & FDC_INT_PIO) == 0) {
            return s->staging[s->job.pos++];
        }
    }
    return offset < FDC_N_REGISTERS ? read_port(fdc, offset) : FDC_UNDRIVEN;
}

vfdc_result vfdc_controller_write(struct vfdc_controller *fdc, unsigned offset, uint8_t value)
{
    struct fdc_state *s;

    if (fdc == NULL) {
        return VFDC_E_POINTER;
    }
    s = &fdc->state;
    if (offset == FDC_DATA && s->phase == FDC_PHASE_COMMAND && !fdc->busy &&
        s->fifo.pos < FDC_FIFO_BYTES && s->fifo.pos + 1u < s->fifo.len) {
        s->fifo.bytes[s->fifo.pos++] = value;
        return VFDC_S_OK;
    }
    return write_port(fdc, offset, value);
}

/* ---- time, DMA, TC, the RESET pin ---- */

vfdc_result vfdc_controller_timer_expired(struct vfdc_controller *fdc)
{
    if (fdc == NULL) {
        return VFDC_E_POINTER;
    }
    if (fdc->busy) {
        return VFDC_E_UNEXPECTED;
    }
    enter(fdc);
    leave(fdc);
    return VFDC_S_OK;
}

vfdc_result vfdc_controller_dma_ready(struct vfdc_controller *fdc)
{
    if (fdc == NULL) {
        return VFDC_E_POINTER;
    }
    if (fdc->busy) {
        return VFDC_E_UNEXPECTED;
    }
    enter(fdc);
    transfer_dma_ready(fdc);
    leave(fdc);
    return VFDC_S_OK;
}

vfdc_result vfdc_controller_terminal_count(struct vfdc_controller *fdc)
{
    if (fdc == NULL) {
        return VFDC_E_POINTER;
    }
    if (fdc->busy) {
        return VFDC_E_UNEXPECTED;
    }
    enter(fdc);
    transfer_terminal_count(fdc);
    leave(fdc);
    return VFDC_S_OK;
}

vfdc_result vfdc_controller_reset(struct vfdc_controller *fdc)
{
    if (fdc == NULL) {
        return VFDC_E_POINTER;
    }
    if (fdc->busy) {
        return VFDC_E_UNEXPECTED;
    }
    enter(fdc);
    reset_by_pin(fdc);
    leave(fdc);
    return VFDC_S_OK;
}

/* ---- disks ---- */

static bool geometry_ok(const struct vfdc_geometry *geometry)
{
    return geometry->cylinders >= 1 && geometry->cylinders <= VFDC_MAX_CYLINDERS &&
           geometry->heads >= 1 && geometry->heads <= VFDC_MAX_HEADS &&
           geometry->sectors >= 1 && geometry->sectors <= VFDC_MAX_SECTORS &&
           geometry->size_code <= VFDC_MAX_SIZE_CODE && geometry->data_rate <= FDC_DRATE &&
           (geometry->track_step == 1 || geometry->track_step == 2);
}

vfdc_result vfdc_controller_insert(struct vfdc_controller *fdc, unsigned unit,
                                   struct vfdc_media *media)
{
    struct vfdc_geometry geometry = { 0 };
    vfdc_result result = VFDC_S_OK;

    if (fdc == NULL) {
        return VFDC_E_POINTER;
    }
    if (fdc->busy) {
        return VFDC_E_UNEXPECTED;
    }
    if (media == NULL || media->ops == NULL) {
        return VFDC_E_POINTER;
    }
    if (!fdd_is_fitted(fdc, unit) || unit >= VFDC_N_UNITS) {
        return VFDC_VM_E_DRIVE_INVALID;
    }
    if (fdd_has_disk(fdc, unit)) {
        return VFDC_VM_E_DRIVE_IN_USE;
    }
    enter(fdc);
    media->ops->geometry(media, &geometry);
    if (geometry_ok(&geometry)) {
        fdc->disk[unit].geometry = geometry;
        fdc->disk[unit].write_protected = media->ops->is_write_protected(media);
        fdc->disk[unit].media = media;
        transfer_drive_changed(fdc);
    } else {
        result = VFDC_E_INVALIDARG;
    }
    leave(fdc);
    return result;
}

vfdc_result vfdc_controller_eject(struct vfdc_controller *fdc, unsigned unit,
                                  struct vfdc_media **media)
{
    struct vfdc_media *ejected;

    if (fdc == NULL) {
        return VFDC_E_POINTER;
    }
    if (fdc->busy) {
        return VFDC_E_UNEXPECTED;
    }
    if (!fdd_is_fitted(fdc, unit) || unit >= VFDC_N_UNITS) {
        return VFDC_VM_E_DRIVE_INVALID;
    }
    if (!fdd_has_disk(fdc, unit)) {
        return VFDC_VM_E_NO_MEDIA_CAPTURED;
    }
    enter(fdc);
    (void)disk_commit(fdc, 1u << unit);
    ejected = fdc->disk[unit].media;
    fdc->disk[unit].media = NULL;
    fdc->state.fdd[unit].changed = true;
    transfer_disk_ejected(fdc, unit);
    leave(fdc);
    if (media != NULL) {
        *media = ejected;
    }
    return VFDC_S_OK;
}

/* ---- save and restore ---- */

vfdc_result vfdc_controller_save(struct vfdc_controller *fdc, void *buf, size_t n_bytes,
                                 size_t *n_used)
{
    size_t length;

    if (fdc == NULL || buf == NULL) {
        return VFDC_E_POINTER;
    }
    if (fdc->busy) {
        return VFDC_E_UNEXPECTED;
    }
    enter(fdc);
    length = snapshot_write(fdc, buf, n_bytes);
    leave(fdc);
    if (n_used != NULL) {
        *n_used = length;
    }
    return length <= n_bytes ? VFDC_S_OK : VFDC_E_INVALIDARG;
}

vfdc_result vfdc_controller_restore(struct vfdc_controller *fdc, const void *buf, size_t n_bytes)
{
    unsigned changed = 0;
    vfdc_result result;
    unsigned unit;

    if (fdc == NULL || buf == NULL) {
        return VFDC_E_POINTER;
    }
    if (fdc->busy) {
        return VFDC_E_UNEXPECTED;
    }
    fdc->busy = true;
    fdc->clock_known = false;
    result = snapshot_read(fdc, buf, n_bytes, &changed);
    if (!vfdc_failed(result)) {
        fdc->state = fdc->scratch;
        event_find_next(fdc);
        for (unit = 0; unit < VFDC_N_UNITS; unit++) {
            if ((changed & (1u << unit)) != 0) {
                fdc->state.fdd[unit].changed = true;
                transfer_disk_ejected(fdc, unit);
            }
        }
        host_tell_anew(fdc);
    }
    fdc->busy = false;
    return result;
}

bool vfdc_controller_state_ok(const struct vfdc_controller *fdc)
{
    return fdc != NULL && invariant_holds(fdc, &fdc->state);
}
