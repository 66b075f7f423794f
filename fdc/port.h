/*
 * The eight ports.  Data sheet, "Registers"; which of them answer how is strapped.
 */
#ifndef FDC_PORT_H
#define FDC_PORT_H

#include <stdint.h>

#include "state.h"

uint8_t port_read(struct vfdc_controller *fdc, unsigned offset);
void port_write(struct vfdc_controller *fdc, unsigned offset, uint8_t value);

#endif
