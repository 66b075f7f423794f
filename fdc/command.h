/*
 * The commands table, the collection of parameters, and what a deadline means to a command.
 */
#ifndef FDC_COMMAND_H
#define FDC_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "state.h"

/* Fill the controller's lookup from first command byte to row. */
void command_index(struct vfdc_controller *fdc);

/* What the table says of the command that begins with a byte. */
uint8_t command_row(const struct vfdc_controller *fdc, uint8_t opcode);
uint8_t command_n_params(const struct vfdc_controller *fdc, uint8_t opcode);
bool command_is_data(const struct vfdc_controller *fdc, uint8_t opcode);
uint8_t command_transfer(const struct vfdc_controller *fdc, uint8_t opcode);

/* The first byte of a command, in phase IDLE.  True: parameters are to come. */
bool command_first_byte(struct vfdc_controller *fdc, uint8_t byte);

/* A byte written to the data register. */
void command_write_data(struct vfdc_controller *fdc, uint8_t byte);

/* A read of the data register. */
uint8_t command_read_data(struct vfdc_controller *fdc);

/* A deadline came. */
void command_event(struct vfdc_controller *fdc, unsigned event, uint64_t deadline_ns);

#endif
