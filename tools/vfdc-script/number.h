/*
 * vfdc-script: numbers as a script writes them.  Each function takes the whole text or
 * answers false; nothing is skipped, no sign and no prefix is known.
 */
#ifndef VFDC_SCRIPT_NUMBER_H
#define VFDC_SCRIPT_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* Digits, up to `max`. */
bool number_decimal(const char *text, uint64_t max, uint64_t *number);

/* Hexadecimal digits of either case, up to `max`. */
bool number_hex(const char *text, uint64_t max, uint64_t *number);

/* "1.5ms": a decimal number, with or without a fraction, and ns, us, ms or s; in whole
 * nanoseconds. */
bool number_time(const char *text, uint64_t *time_ns);

/* The value of one hexadecimal digit; false if it is none. */
bool number_hex_digit(char digit, uint8_t *value);

#endif
