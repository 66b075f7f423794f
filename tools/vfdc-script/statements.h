/*
 * vfdc-script: the table of statements.
 *
 * A form is written as the statement is: small words stand for themselves, a|b for one of
 * several, a kind of argument.c for an argument, KIND... for one or more of a kind, and what
 * is between [ and ] may be left out.  Statements that differ in shape have a row each; of
 * rows that both fit, the first counts.
 */
#ifndef VFDC_SCRIPT_STATEMENTS_H
#define VFDC_SCRIPT_STATEMENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "argument.h"

struct run;

enum statement_part {
    STATEMENT_SET_UP, /* before the machine is on */
    STATEMENT_ACTION,
};

struct statement_row {
    const char *form;
    enum statement_part part;

    /* Do it; false, with the failure in `run`, if it does not hold. */
    bool (*run)(struct run *run, const struct argument arg[]);
};

extern const struct statement_row statements[];
extern const size_t n_statement_rows;

#endif
