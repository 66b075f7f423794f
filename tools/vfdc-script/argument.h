/*
 * vfdc-script: the arguments of a statement, by kind: UNIT, BYTE, TIME, SOURCE and so on, the
 * words in capitals of a statement's form.
 */
#ifndef VFDC_SCRIPT_ARGUMENT_H
#define VFDC_SCRIPT_ARGUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vfdc/floppy_drive.h>

#include "source.h"

enum { ARGUMENTS_MAX = 5 };

struct argument {
    bool is_given;       /* an optional one may not be */
    char *const *words;  /* as written: one, or several of a kind that repeats */
    size_t n_words;
    uint64_t number;     /* what it stands for; of a choice, its place from 0 */
    unsigned controller; /* the controller it names: 0 or 1 */
    struct source source;
};

/* A kind of argument: what it is called in a form, what to say of a word that is none, and how
 * to read one. */
struct argument_kind {
    const char *name;
    const char *what;
    bool (*parse)(const char *word, struct argument *argument);
};

/* The kind of that name (`length` characters); NULL if there is none. */
const struct argument_kind *argument_kind_of(const char *name, size_t length);

/* What an OPTION of `attach` asks for is put into `options`; false if it is none. */
bool argument_attach_option(const char *word, struct vfdc_attach_options *options);

/* In a result: any byte will do. */
#define ARGUMENT_ANY_BYTE ".."

/* The number of a FILLING that is no byte. */
#define ARGUMENT_LBA_PATTERN UINT64_C(0x100)

#endif
