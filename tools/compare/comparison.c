/* vfdc-compare: one script, said to QEMU. */
#include "comparison.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../vfdc-script/alloc.h"
#include "../vfdc-script/statements.h"
#include "counterparts.h"

#define REMARK "! qemu:"

const char *comparison_obstacle(const struct script *script)
{
    for (size_t i = 0; i < script->n_statements; i++) {
        const struct statement *statement = &script->statements[i];
        const struct counterpart *counterpart = counterpart_of(statement);
        const char *obstacle = NULL;

        if (counterpart == NULL) {
            return statement->row->form;
        }
        if (counterpart->obstacle != NULL) {
            obstacle = counterpart->obstacle(statement->arg);
        }
        if (obstacle != NULL) {
            return obstacle;
        }
    }
    return NULL;
}

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

bool comparison_see(struct comparison *comparison, bool is_alike, const char *format, ...)
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

bool comparison_part(struct comparison *comparison, const char *format, ...)
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

void comparison_reword(struct comparison *comparison, const char *words)
{
    free(comparison->words);
    comparison->words = alloc_text(words, strlen(words));
}

/* The statement with one blank between two words. */
static char *words_of(const struct statement *statement)
{
    char *words = alloc_zeroed(strlen(statement->text) + 1);

    for (size_t i = 0; i < statement->n_words; i++) {
        strcat(strcat(words, i > 0 ? " " : ""), statement->words[i]);
    }
    return words;
}

/* The drives are known with the first statement that is not set-up: QEMU goes on there. */
static bool start(struct comparison *comparison)
{
    char *rom = scratch_path(&comparison->run.scratch, "halt.rom", strlen("halt.rom"));
    bool is_on = qemu_write_rom(rom) &&
                 qemu_start(&comparison->qemu, rom, comparison->drive_type);

    free(rom);
    if (!is_on) {
        comparison->qemu.is_lost = true;
        return false;
    }
    comparison_reword(comparison, "power-on");
    host_power(comparison, NULL);
    /* every script begins like this, so nothing of it is the script's */
    comparison->is_out_of_step = false;
    comparison->n_alike = 0;
    comparison->n_known = 0;
    return true;
}

static void check_remark(struct comparison *comparison)
{
    if (remark_of(comparison->statement) != NULL && !comparison->has_remark_held) {
        comparison->n_unknown++;
        tell(comparison, "the same", "THE REMARK EXPLAINS NOTHING");
    }
}

/* Out of step only what leads to the next reset is said, and disks go in and out. */
static void say_in_turn(struct comparison *comparison, const struct counterpart *counterpart)
{
    const struct statement *statement = comparison->statement;
    unsigned n_resets = comparison->decoder.n_resets;

    if (comparison->is_out_of_step && !counterpart->is_always) {
        comparison->n_unreached++;
        return;
    }
    counterpart->say(comparison, statement->arg);
    if (comparison->decoder.n_resets != n_resets) {
        comparison->is_out_of_step = false;
        comparison->is_reading_id = false;
        comparison->has_differed = false;
    }
    check_remark(comparison);
}

/* False if QEMU is lost. */
static bool say(struct comparison *comparison, const struct statement *statement)
{
    const struct counterpart *counterpart = counterpart_of(statement);
    bool is_set_up = statement->row->part == STATEMENT_SET_UP;

    if (counterpart->say == NULL) {
        comparison->n_left_out += is_set_up ? 0 : 1;
        return true;
    }
    if (!is_set_up && comparison->qemu.pid == 0 && !start(comparison)) {
        return false;
    }
    free(comparison->run.failure);
    comparison->run.failure = NULL;
    free(comparison->words);
    comparison->words = words_of(statement);
    comparison->statement = statement;
    comparison->has_remark_held = false;
    say_in_turn(comparison, counterpart);
    return !comparison->qemu.is_lost || is_set_up;
}

static enum outcome outcome_of(const struct comparison *comparison)
{
    if (comparison->qemu.is_lost) {
        return OUTCOME_LOST;
    }
    if (comparison->n_unknown > 0) {
        return OUTCOME_UNKNOWN;
    }
    return comparison->n_known > 0 ? OUTCOME_KNOWN : OUTCOME_ALIKE;
}

enum outcome comparison_run(struct comparison *comparison, const struct script *script,
                            struct differences *known)
{
    enum outcome outcome;
    size_t i = 0;

    *comparison = (struct comparison){
        .run = { .script = script }, .known = known, .drive_type = { "144" },
    };
    decoder_init(&comparison->decoder);
    if (!scratch_make(&comparison->run.scratch)) {
        return OUTCOME_LOST;
    }
    while (i < script->n_statements && say(comparison, &script->statements[i])) {
        i++;
    }
    outcome = outcome_of(comparison);
    qemu_stop(&comparison->qemu);
    scratch_remove(&comparison->run.scratch);
    free(comparison->run.machine.fdc[0].buffer.bytes);
    free(comparison->run.failure);
    free(comparison->words);
    return outcome;
}
