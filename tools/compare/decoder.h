/*
 * vfdc-compare: which command the bytes written to the data register make, and which of its
 * results a byte read there is, so that a difference can say what it came after and where it is.
 */
#ifndef VFDC_COMPARE_DECODER_H
#define VFDC_COMPARE_DECODER_H

#include <stdbool.h>
#include <stdint.h>

struct decoder {
    const char *name;           /* of the command, or the reset, that came last */
    const char *const *results; /* what its result bytes are called; NULL behind the last */
    unsigned n_wanted;          /* bytes to the end of the command */
    bool is_held;               /* in reset, by DOR */
    unsigned n_resets;
};

/* As after the RESET pin. */
void decoder_init(struct decoder *decoder);

/* A byte to a register, by its offset.  True if it is the last one of a READ ID. */
bool decoder_out(struct decoder *decoder, unsigned offset, uint8_t value);

/* A byte is read from the data register.  What it is called: ST0, PCN and so on. */
const char *decoder_result(struct decoder *decoder);

#endif
