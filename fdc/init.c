/*
 * A controller comes into being, in the caller's memory: its configuration, its host, its state at
 * power-on.  See include/vfdc/controller.h.
 */
#include "command.h"
#include "host.h"
#include "port.h"
#include "reset.h"
#include "state.h"

size_t vfdc_controller_size(void)
{
    return sizeof(struct vfdc_controller);
}

static bool config_ok(const struct vfdc_config *config)
{
    unsigned unit;

    for (unit = 0; unit < VFDC_N_UNITS; unit++) {
        if ((unsigned)config->drive[unit] > VFDC_DRIVE_2880K) {
            return false;
        }
    }
    return (unsigned)config->strap <= VFDC_STRAP_MODEL30 &&
           (unsigned)config->timing <= VFDC_TIMING_ACCURATE &&
           (unsigned)config->empty <= VFDC_EMPTY_HANGS &&
           (unsigned)config->flush_policy <= VFDC_FLUSH_RELEASE;
}

static void power_on(struct vfdc_controller *fdc, const struct vfdc_config *config,
                     const struct vfdc_host *host, void *opaque)
{
    static const struct vfdc_controller blank;
    unsigned i;

    *fdc = blank;
    fdc->busy = true; /* now_ns runs */
    fdc->host = *host;
    fdc->opaque = opaque;
    fdc->armed_ns = VFDC_NEVER;
    fdc->flush_policy = (uint8_t)config->flush_policy;
    fdc->strap = (uint8_t)config->strap;
    port_choose(fdc, config->strap);
    fdc->is_accurate = config->timing == VFDC_TIMING_ACCURATE;
    fdc->empty_hangs = config->empty == VFDC_EMPTY_HANGS ||
                       (config->empty == VFDC_EMPTY_DEFAULT && fdc->is_accurate);
    for (i = 0; i < FDC_N_EVENTS; i++) {
        fdc->state.deadline_ns[i] = VFDC_NEVER;
    }
    fdc->next_ns = VFDC_NEVER;
    for (i = 0; i < VFDC_N_UNITS; i++) {
        fdc->drive_type[i] = (uint8_t)config->drive[i];
        fdc->state.fdd[i].changed = true;
        fdc->state.fdd[i].index_ns = host_now_ns(fdc);
        fdc->state.fdd[i].spun_up_ns = VFDC_NEVER;
    }
    command_index(fdc);
    reset_by_pin(fdc);
    fdc->busy = false;
}

vfdc_result vfdc_controller_init(void *memory, size_t n_bytes, const struct vfdc_config *config,
                                 const struct vfdc_host *host, void *opaque,
                                 struct vfdc_controller **controller)
{
    static const struct vfdc_config defaults;
    struct vfdc_controller *fdc = memory;

    if (controller == NULL) {
        return VFDC_E_POINTER;
    }
    *controller = NULL;
    if (memory == NULL || host == NULL || host->now_ns == NULL || host->arm_timer == NULL ||
        host->set_irq == NULL) {
        return VFDC_E_POINTER;
    }
    if (config == NULL) {
        config = &defaults;
    }
    if (n_bytes < sizeof(*fdc) || (uintptr_t)memory % sizeof(uint64_t) != 0 ||
        !config_ok(config)) {
        return VFDC_E_INVALIDARG;
    }
    power_on(fdc, config, host, opaque);
    *controller = fdc;
    return VFDC_S_OK;
}
