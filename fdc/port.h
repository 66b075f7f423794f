/*
 * The eight ports.  Data sheet, "Registers"; which of them answer how is strapped.
 */
#ifndef FDC_PORT_H
#define FDC_PORT_H

#include <stdint.h>

#include "state.h"

/* At creation: the strap says which table of registers it is. */
void port_choose(struct vfdc_controller *fdc, enum vfdc_strap strap);

uint8_t port_read(struct vfdc_controller *fdc, unsigned offset);
void port_write(struct vfdc_controller *fdc, unsigned offset, uint8_t value);

#endif
