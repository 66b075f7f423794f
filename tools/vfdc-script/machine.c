/*
 * vfdc-script: the virtual machine around the controllers, as the library's host.
 */
#include "machine.h"

#include <stdlib.h>
#include <string.h>

#include "trace.h"

enum {
    /* No chip has this much to do at one instant. */
    MAX_STANDING = 1000000,
};

static uint64_t host_now_ns(void *opaque)
{
    const struct machine_fdc *fdc = opaque;

    return fdc->machine->now_ns;
}

static void host_arm_timer(void *opaque, uint64_t deadline_ns)
{
    struct machine_fdc *fdc = opaque;

    fdc->deadline_ns = deadline_ns;
}

static void host_set_irq(void *opaque, bool level)
{
    struct machine_fdc *fdc = opaque;

    fdc->irq = level;
    trace_line(fdc, "irq", level);
}

static void host_set_drq(void *opaque, bool level)
{
    struct machine_fdc *fdc = opaque;

    fdc->drq = level;
    trace_line(fdc, "drq", level);
}

static size_t host_dma(void *opaque, enum vfdc_dma_direction direction, void *bytes,
                       size_t n_bytes, bool *terminal_count)
{
    struct machine_fdc *fdc = opaque;
    size_t n_moved =
        channel_move(&fdc->channel, &fdc->buffer, direction, bytes, n_bytes, terminal_count);

    trace_dma(fdc, direction, n_bytes, n_moved, *terminal_count);
    return n_moved;
}

static void host_report(void *opaque, const struct vfdc_report *report)
{
    struct machine_fdc *fdc = opaque;
    struct machine *machine = fdc->machine;
    unsigned unit = fdc->index * VFDC_N_UNITS + report->unit;

    if (machine->process.is_dead) {
        return;
    }
    machine->has_flush_error =
        machine->has_flush_error || report->kind == VFDC_REPORT_FLUSH_ERROR;
    news_add(&machine->reports, report->kind, unit, NULL);
    trace_report(fdc, unit, report);
}

static void told(struct machine_fdc *fdc, enum news_event event,
                 struct vfdc_floppy_drive *drive, const char *path)
{
    struct machine *machine = fdc->machine;
    long number = 0;
    unsigned unit;

    if (machine->process.is_dead) {
        return;
    }
    vfdc_floppy_drive_drive_number(drive, &number);
    unit = fdc->index * VFDC_N_UNITS + (unsigned)number;
    news_add(&machine->events, event, unit, path);
    trace_event(fdc, event == NEWS_INSERT ? "insert" : "eject", unit, path);
}

static void on_insert(void *opaque, struct vfdc_floppy_drive *drive, const char *path)
{
    told(opaque, NEWS_INSERT, drive, path);
}

static void on_eject(void *opaque, struct vfdc_floppy_drive *drive, const char *path)
{
    told(opaque, NEWS_EJECT, drive, path);
}

void machine_init(struct machine *machine, bool is_traced, const struct scratch *scratch)
{
    *machine = (struct machine){ .is_traced = is_traced, .scratch = scratch };
    process_start(&machine->process);
}

static vfdc_result power_on(struct machine_fdc *fdc)
{
    static const struct vfdc_host host = {
        .now_ns = host_now_ns,
        .arm_timer = host_arm_timer,
        .set_irq = host_set_irq,
        .set_drq = host_set_drq,
        .dma = host_dma,
        .report = host_report,
    };
    vfdc_result result = vfdc_controller_create(&fdc->config, &host, fdc, &fdc->controller);

    for (unsigned unit = 0; unit < VFDC_N_UNITS && !vfdc_failed(result); unit++) {
        fdc->drive[unit] = vfdc_floppy_drive_of(fdc->controller, unit);
        result = vfdc_floppy_drive_set_events(fdc->drive[unit], on_insert, on_eject, fdc);
    }
    return result;
}

vfdc_result machine_power_on(struct machine *machine, const struct vfdc_config config[],
                             unsigned n_fdcs)
{
    vfdc_result result = VFDC_S_OK;

    machine->n_fdcs = n_fdcs;
    machine->is_on = true;
    for (unsigned i = 0; i < n_fdcs && !vfdc_failed(result); i++) {
        machine->fdc[i] = (struct machine_fdc){
            .machine = machine, .index = i, .config = config[i], .deadline_ns = VFDC_NEVER,
        };
        result = power_on(&machine->fdc[i]);
    }
    return result;
}

static void destroy(struct machine_fdc *fdc)
{
    vfdc_controller_destroy(fdc->controller);
    for (unsigned unit = 0; unit < VFDC_N_UNITS; unit++) {
        vfdc_floppy_drive_unref(fdc->drive[unit]);
    }
}

bool machine_power_off(struct machine *machine)
{
    machine->has_flush_error = false;
    for (unsigned i = 0; i < machine->n_fdcs; i++) {
        struct machine_fdc *fdc = &machine->fdc[i];

        destroy(fdc);
        free(fdc->channel.bytes);
        free(fdc->buffer.bytes);
        *fdc = (struct machine_fdc){ .machine = machine, .index = i };
    }
    machine->is_on = false;
    return !machine->has_flush_error;
}

/*
 * The library has no call to drop a controller as it is, so its orderly end is run after the
 * process has died: every system call of it fails, and no file changes.
 */
void machine_crash(struct machine *machine)
{
    process_die(&machine->process);
    machine_power_off(machine);
    process_restart(&machine->process);
    news_clear(&machine->events);
    news_clear(&machine->reports);
}

void machine_free(struct machine *machine)
{
    process_free(&machine->process);
    news_clear(&machine->events);
    news_clear(&machine->reports);
}

const struct vfdc_media_error *machine_exception(const struct machine_fdc *fdc, unsigned unit)
{
    const struct vfdc_media_error *error =
        &vfdc_floppy_drive_exception(fdc->drive[unit])->error;

    return error->code != VFDC_S_OK ? error : &fdc->failed[unit];
}

/* The controller that is made gets what is in the drives, and the lines low, to be set anew. */
static vfdc_result replace(struct machine_fdc *fdc, const uint8_t *state, size_t n_bytes)
{
    struct machine_fdc old = *fdc;
    vfdc_result result;

    fdc->deadline_ns = VFDC_NEVER;
    fdc->irq = false;
    fdc->drq = false;
    for (unsigned unit = 0; unit < VFDC_N_UNITS; unit++) {
        fdc->failed[unit] = *machine_exception(&old, unit);
        fdc->drive[unit] = NULL;
    }
    result = power_on(fdc);
    for (unsigned unit = 0; unit < VFDC_N_UNITS && !vfdc_failed(result); unit++) {
        if (vfdc_floppy_drive_media(old.drive[unit]) != NULL) {
            result = vfdc_floppy_drive_move(old.drive[unit], fdc->drive[unit]);
        }
    }
    if (!vfdc_failed(result)) {
        result = vfdc_controller_restore(fdc->controller, state, n_bytes);
    }
    destroy(&old);
    return result;
}

vfdc_result machine_snapshot(struct machine *machine)
{
    bool is_traced = machine->is_traced;
    vfdc_result result = VFDC_S_OK;

    for (unsigned i = 0; i < machine->n_fdcs && !vfdc_failed(result); i++) {
        uint8_t state[VFDC_STATE_MAX_BYTES];
        size_t n_bytes = 0;

        result = vfdc_controller_save(machine->fdc[i].controller, state, sizeof state, &n_bytes);
        if (!vfdc_failed(result)) {
            machine->is_traced = false;
            result = replace(&machine->fdc[i], state, n_bytes);
            machine->is_traced = is_traced;
        }
    }
    return result;
}

void machine_reset(struct machine *machine)
{
    for (unsigned i = 0; i < machine->n_fdcs; i++) {
        vfdc_controller_reset(machine->fdc[i].controller);
    }
}

uint8_t machine_in(struct machine_fdc *fdc, unsigned offset)
{
    uint8_t value = vfdc_controller_read(fdc->controller, offset);

    trace_in(fdc, offset, value);
    return value;
}

void machine_out(struct machine_fdc *fdc, unsigned offset, uint8_t value)
{
    trace_out(fdc, offset, value);
    vfdc_controller_write(fdc->controller, offset, value);
}

static struct machine_fdc *next_due(struct machine *machine)
{
    struct machine_fdc *next = &machine->fdc[0];

    for (unsigned i = 1; i < machine->n_fdcs; i++) {
        if (machine->fdc[i].deadline_ns < next->deadline_ns) {
            next = &machine->fdc[i];
        }
    }
    return next;
}

bool machine_step(struct machine *machine, uint64_t limit_ns)
{
    struct machine_fdc *next = next_due(machine);
    uint64_t deadline_ns = next->deadline_ns;

    if (deadline_ns == VFDC_NEVER || deadline_ns > limit_ns) {
        machine->now_ns = limit_ns > machine->now_ns ? limit_ns : machine->now_ns;
        machine->n_standing = 0;
        return false;
    }
    if (deadline_ns > machine->now_ns) {
        machine->now_ns = deadline_ns;
        machine->n_standing = 0;
    }
    machine->n_standing++;
    machine->is_stuck = machine->is_stuck || machine->n_standing > MAX_STANDING;
    vfdc_controller_timer_expired(next->controller);
    return !machine->is_stuck;
}

uint64_t machine_after(const struct machine *machine, uint64_t time_ns)
{
    return time_ns < VFDC_NEVER - 1 - machine->now_ns ? machine->now_ns + time_ns
                                                      : VFDC_NEVER - 1;
}

bool machine_wait_ready(struct machine_fdc *fdc, uint8_t wanted, uint64_t time_ns)
{
    uint64_t limit_ns = machine_after(fdc->machine, time_ns);

    while ((machine_in(fdc, MACHINE_MSR) & MACHINE_READY_MASK) != wanted) {
        if (!machine_step(fdc->machine, limit_ns)) {
            return false;
        }
    }
    return true;
}

bool machine_wait_irq(struct machine_fdc *fdc, uint64_t time_ns)
{
    uint64_t limit_ns = machine_after(fdc->machine, time_ns);

    while (!fdc->irq) {
        if (!machine_step(fdc->machine, limit_ns)) {
            return false;
        }
    }
    return true;
}
