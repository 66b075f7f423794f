/* vfdc-compare: what QEMU shows beside what the script has. */
#include "seen.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../vfdc-script/alloc.h"

#define REMARK "! qemu:"

/* "#! qemu: WHY" behind the statement explains what no line of the list does. */
static const char *remark_of(const struct statement *statement)
{
    bool is_there = statement != NULL && statement->comment != NULL &&
                    strncmp(statement->comment, REMARK, sizeof REMARK - 1) == 0;

    return is_there ? statement->comment + sizeof REMARK - 1 : NULL;
}

static void tell(const struct comparison *comparison, const char *seen, const char *reason)
{
    const struct statement *statement = comparison->statement;

    printf("%s:%u: %s | %s | %s   [%s]\n", comparison->run.script->file,
           statement != NULL ? statement->line : 0, comparison->decoder.name,
           comparison->words, seen, reason);
}

/* QEMU shows something else.  False if the two are not in step any more. */
static bool differ(struct comparison *comparison, const char *seen)
{
    const struct difference *known =
        differences_find(comparison->known, comparison->decoder.name, comparison->words, seen,
                         comparison->run.script->file);
    const char *remark = remark_of(comparison->statement);

    comparison->has_differed = true;
    if (known != NULL) {
        comparison->n_known++;
        if (comparison->statement != NULL) { /* power-on is the same in every script */
            tell(comparison, seen, known->reason);
        }
        return known->is_in_step;
    }
    if (remark != NULL) {
        comparison->n_known++;
        comparison->has_remark_held = true;
        tell(comparison, seen, remark);
        return true;
    }
    comparison->n_unknown++;
    tell(comparison, seen, "NOT EXPLAINED");
    return false;
}

bool seen_compare(struct comparison *comparison, bool is_alike, const char *format, ...)
{
    char seen[512];
    va_list arguments;

    if (comparison->qemu.is_lost) {
        return false;
    }
    if (is_alike) {
        comparison->n_alike++;
    } else {
        va_start(arguments, format);
        vsnprintf(seen, sizeof seen, format, arguments);
        va_end(arguments);
        comparison->is_out_of_step = !differ(comparison, seen);
    }
    return !comparison->is_out_of_step;
}

bool seen_part(struct comparison *comparison, const char *format, ...)
{
    char seen[512];
    va_list arguments;

    if (!comparison->qemu.is_lost) {
        va_start(arguments, format);
        vsnprintf(seen, sizeof seen, format, arguments);
        va_end(arguments);
        differ(comparison, seen);
        comparison->is_out_of_step = true;
    }
    return false;
}

void seen_reword(struct comparison *comparison, const char *words)
{
    free(comparison->words);
    comparison->words = alloc_text(words, strlen(words));
}

/* A remark that has explained nothing is one too many. */
void seen_check_remark(struct comparison *comparison)
{
    if (remark_of(comparison->statement) != NULL && !comparison->has_remark_held) {
        comparison->n_unknown++;
        tell(comparison, "the same", "THE REMARK EXPLAINS NOTHING");
    }
}
