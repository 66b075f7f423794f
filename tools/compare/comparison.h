/*
 * vfdc-compare: one script, said to QEMU.  The statements are vfdc-script's, read by its parser;
 * what each means to QEMU is in host.c, ports.c and data.c, and which function that is in
 * counterparts.c.
 */
#ifndef VFDC_COMPARE_COMPARISON_H
#define VFDC_COMPARE_COMPARISON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../vfdc-script/run.h"
#include "decoder.h"
#include "differences.h"
#include "qemu.h"

struct comparison {
    struct run run; /* of it only the script, the scratch folder, the buffer, the failure */
    struct qemu qemu;
    struct decoder decoder;
    struct differences *known;

    const struct statement *statement; /* the one being said */
    char *words;                       /* the same, a blank between two words */
    bool has_differed;         /* since the command began */
    bool has_remark_held;              /* its own remark explained a difference */
    const char *drive_type[QEMU_N_DRIVES];
    const char *attached[QEMU_N_DRIVES]; /* names of images; NULL without a disk */
    bool is_out_of_step;                 /* till the next reset */
    bool is_reading_id;                  /* the one command that takes QEMU time */
    uint64_t waited_ns;                  /* since it began */
    size_t n_armed;                      /* bytes of the DMA channel */
    bool is_in_memory;                   /* what was read last, by DMA */

    unsigned n_alike;     /* statements that QEMU answers as the script has it */
    unsigned n_known;     /* that it answers otherwise, with a reason */
    unsigned n_unknown;   /* and without */
    unsigned n_left_out;  /* that mean nothing to QEMU */
    unsigned n_unreached; /* between a parting of the two and the next reset */
};

enum outcome {
    OUTCOME_ALIKE,
    OUTCOME_KNOWN,   /* differences, with reasons */
    OUTCOME_UNKNOWN, /* differences without */
    OUTCOME_LOST,    /* QEMU did not start or does not answer */
};

/* What is in the script that QEMU has no counterpart for; NULL if nothing. */
const char *comparison_obstacle(const struct script *script);

/* Say all of it.  Prints the differences. */
enum outcome comparison_run(struct comparison *comparison, const struct script *script,
                            struct differences *known);

#endif
