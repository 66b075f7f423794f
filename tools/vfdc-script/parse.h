/*
 * vfdc-script: the text of a script to statements.  A script is read whole; one that cannot be
 * read is told with file and line, and none of it runs.
 */
#ifndef VFDC_SCRIPT_PARSE_H
#define VFDC_SCRIPT_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "argument.h"

struct statement_row;

struct statement {
    unsigned line;
    const struct statement_row *row;
    struct argument arg[ARGUMENTS_MAX]; /* in the order of the row's form */
    char *text;                         /* as written, without the comment */
    char *comment;                      /* what is behind its #; NULL without one */
    char *copy;                         /* the same, cut into words */
    char **words;
    size_t n_words;
};

struct script {
    const char *file;
    struct statement *statements;
    size_t n_statements;
};

/* Read `file`, which must outlive the script.  On failure a line to `errors`, and false; the
 * script is to be freed in any case. */
bool script_read(struct script *script, const char *file, FILE *errors);

void script_free(struct script *script);

#endif
