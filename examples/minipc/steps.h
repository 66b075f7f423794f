/* What is done with the machine: wait for a text, type, check a hash. */
#ifndef MINIPC_STEPS_H
#define MINIPC_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct machine;
struct view;

#define STEPS_MD5_CHARACTERS 32

enum step_kind {
    STEP_UNTIL, /* run until the text is on the screen */
    STEP_TYPE,  /* type the text, and run until the guest has read it; "\n" is Enter */
    STEP_MD5,   /* run until an MD5 starts a line of the screen; it must be the text */
};

struct step {
    enum step_kind kind;
    const char *text;
};

/* Whether a step's text is one that it can take. */
bool step_is_valid(const struct step *step);

/*
 * One after the other, until the clock has gone `max_instructions` instructions' time: a bound
 * in virtual time, so that a guest that sleeps comes to an end too.  False: the reason is on
 * standard error.  `md5` (STEPS_MD5_CHARACTERS + 1) gets the last hash that the guest showed.
 */
bool steps_run(struct machine *pc, struct view *view, const struct step *steps, size_t n_steps,
               uint64_t max_instructions, char *md5);

#endif
