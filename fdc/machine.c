/*
 * A controller with an operator's door: made in one block of the heap with the handles of its
 * drives, and unmade while those may live on.  Part of the operator's door; see handle.h.
 */
#include <stdlib.h>

#include "handle.h"

static void free_machine(struct machine *machine)
{
    for (unsigned unit = 0; unit < VFDC_N_UNITS; unit++) {
        vfdc_floppy_drive_unref(machine->drive[unit]);
    }
    free(machine);
}

/* The chip and its four handles: all that attaching needs but the images' own memory. */
static vfdc_result fill_machine(struct machine *machine, const struct vfdc_config *config,
                                const struct vfdc_host *host, void *opaque)
{
    struct vfdc_controller *fdc;
    vfdc_result result = vfdc_controller_init(&machine->controller, sizeof(machine->controller),
                                              config, host, opaque, &fdc);

    if (vfdc_failed(result)) {
        return result;
    }
    for (uint8_t unit = 0; unit < VFDC_N_UNITS; unit++) {
        machine->drive[unit] = handle_create(fdc, unit);
        if (machine->drive[unit] == NULL) {
            return VFDC_E_OUTOFMEMORY;
        }
    }
    fdc->door = machine;
    return VFDC_S_OK;
}

vfdc_result vfdc_controller_create(const struct vfdc_config *config, const struct vfdc_host *host,
                                   void *opaque, struct vfdc_controller **controller)
{
    struct machine *machine;
    vfdc_result result;

    if (controller == NULL) {
        return VFDC_E_POINTER;
    }
    *controller = NULL;
    machine = calloc(1, sizeof(*machine));
    if (machine == NULL) {
        return VFDC_E_OUTOFMEMORY;
    }
    result = fill_machine(machine, config, host, opaque);
    if (vfdc_failed(result)) {
        free_machine(machine);
        return result;
    }
    *controller = &machine->controller;
    return VFDC_S_OK;
}

void vfdc_controller_destroy(struct vfdc_controller *controller)
{
    struct vfdc_floppy_drive *drive[VFDC_N_UNITS];
    char *ejected[VFDC_N_UNITS];
    struct machine *machine;

    if (controller == NULL || controller->door == NULL || controller->busy) {
        return;
    }
    machine = controller->door;
    for (unsigned unit = 0; unit < VFDC_N_UNITS; unit++) {
        drive[unit] = machine->drive[unit];
        ejected[unit] = handle_shut(drive[unit]);
    }

    /* the machine goes; its references to the handles stay until their events have fired */
    for (unsigned unit = 0; unit < VFDC_N_UNITS; unit++) {
        free(drive[unit]->buffer);
        drive[unit]->buffer = NULL;
        drive[unit]->controller = NULL;
    }
    free(machine);

    for (unsigned unit = 0; unit < VFDC_N_UNITS; unit++) {
        if (ejected[unit] != NULL) {
            handle_fire(drive[unit], drive[unit]->on_media_eject, ejected[unit]);
        }
        vfdc_floppy_drive_unref(drive[unit]);
    }
}
