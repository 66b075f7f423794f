/*
 * vfdc-compare: the differences that are known, each with the reason why the data sheet is
 * followed and not QEMU.
 *
 * The list is text, a class of differences a line:
 *
 *     COMMAND | STATEMENT | QEMU | on or skip | REASON
 *
 * The first three are patterns as the shell has them: of the command or reset that came last
 * (READ, SENSE INTERRUPT, RESET, HELD while in reset), of the statement as the script has it,
 * and of what QEMU shows instead.  Behind `skip` the script is passed over up to its next reset:
 * what QEMU does until then only follows from this.  A line that begins with # is a comment.
 */
#ifndef VFDC_COMPARE_DIFFERENCES_H
#define VFDC_COMPARE_DIFFERENCES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct difference {
    unsigned line;
    char *command;
    char *statement;
    char *qemu;
    bool is_in_step;
    char *reason;
    unsigned n_found;   /* in all scripts */
    unsigned n_scripts; /* that have one */
    const char *last;   /* the script that had the last */
};

struct differences {
    const char *file;
    struct difference *items;
    size_t n_items;
};

/* Read the list, which must be whole.  On failure a line to `errors`, and false. */
bool differences_read(struct differences *differences, const char *file, FILE *errors);

void differences_free(struct differences *differences);

/* The first class that it belongs to, counted there; NULL if there is none. */
const struct difference *differences_find(struct differences *differences, const char *command,
                                          const char *statement, const char *qemu,
                                          const char *script);

#endif
