/* Operations, done: a guest's words, time, the channel, the operator's hand. */
#ifndef FUZZ_GUEST_H
#define FUZZ_GUEST_H

#include "machine.h"
#include "ops.h"

/* What came of an operation: how much of it was done, and what was read. */
struct done {
    size_t n_bytes;              /* of those to write or to read, so many went */
    uint8_t bytes[OP_CMD_BYTES]; /* the first that were read */
    bool holds;                  /* it waited for nothing in vain */
};

struct done guest_do(struct machine *machine, const struct op *op);

/* All that is left of an input, as far as one input may go. */
void guest_play(struct machine *machine, struct op_stream *stream);

/* Whether the input may go on. */
bool guest_goes_on(const struct machine *machine);

/*
 * The last words of every input: a reset brings the same chip back whatever went before, and all
 * disks are as the write commands left them.  Then the disks are taken out.
 */
void guest_end(struct machine *machine);

#endif
