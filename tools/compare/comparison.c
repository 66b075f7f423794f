/* vfdc-compare: one script, said to QEMU. */
#include "comparison.h"

#include <stdlib.h>
#include <string.h>

#include "../vfdc-script/alloc.h"
#include "../vfdc-script/statements.h"
#include "counterparts.h"
#include "seen.h"

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
    seen_reword(comparison, "power-on");
    host_power(comparison, NULL);
    /* every script begins like this, so nothing of it is the script's */
    comparison->is_out_of_step = false;
    comparison->n_alike = 0;
    comparison->n_known = 0;
    return true;
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
    seen_check_remark(comparison);
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
