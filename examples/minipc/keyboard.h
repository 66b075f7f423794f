/* Typing into the BIOS. */
#ifndef MINIPC_KEYBOARD_H
#define MINIPC_KEYBOARD_H

#include <stdbool.h>
#include <stdint.h>

/* Whether there is a key for an ASCII character; there is for \n, \t, \b and escape. */
bool keyboard_has(char character);

/* Type it.  False: no room yet. */
bool keyboard_type(uint8_t *memory, char character);

/* Whether the guest has read all that was typed. */
bool keyboard_is_empty(const uint8_t *memory);

#endif
