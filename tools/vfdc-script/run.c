/*
 * vfdc-script: the frame of a run: the machine goes on before the first statement that is not
 * set-up, and off at the end; the first statement that does not hold ends it.
 */
#include "run.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "statements.h"

/* The scratch folder has another name each time; what a run prints is the same. */
static void forget_folder(char *text, const char *folder)
{
    size_t length = folder != NULL ? strlen(folder) + 1 : 0;

    for (char *found = text; length > 0 && (found = strstr(found, folder)) != NULL;) {
        size_t n_cut = found[length - 1] == '/' ? length : length - 1;

        memmove(found, found + n_cut, strlen(found + n_cut) + 1);
    }
}

bool run_failed(struct run *run, const char *format, ...)
{
    char text[1024];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    forget_folder(text, run->scratch.folder);
    if (run->failure == NULL) {
        run->failure = alloc_text(text, strlen(text));
    }
    return false;
}

bool run_snapshot(struct run *run)
{
    vfdc_result result = machine_snapshot(&run->machine);

    return result == VFDC_S_OK ||
           run_failed(run, "the snapshot answered %s, wanted S_OK", vfdc_result_name(result));
}

struct machine_fdc *run_fdc(struct run *run)
{
    return &run->machine.fdc[run->in_use];
}

/* --timing accurate; an empty drive goes on ending as the script was written for. */
static void make_accurate(struct vfdc_config *config)
{
    config->timing = VFDC_TIMING_ACCURATE;
    if (config->empty == VFDC_EMPTY_DEFAULT) {
        config->empty = VFDC_EMPTY_ENDS;
    }
}

static bool power_on(struct run *run)
{
    vfdc_result result;

    for (unsigned i = 0; i < MACHINE_MAX_FDCS; i++) {
        if (run->options->accurate && !run->has_timing) {
            make_accurate(&run->config[i]);
        }
        if (!run->has_machine) {
            run->config[i].strap = run->options->strap;
        }
    }
    result = machine_power_on(&run->machine, run->config, run->n_controllers);
    return result == VFDC_S_OK ||
           run_failed(run, "power-on answered %s, wanted S_OK", vfdc_result_name(result));
}

/* An action: power-on before the first; with --restore a snapshot before every other. */
static bool prepare(struct run *run)
{
    if (!run->machine.is_on) {
        return power_on(run);
    }
    return !run->options->restore || run_snapshot(run);
}

static bool execute(struct run *run, const struct statement *statement)
{
    const struct statement_row *row = statement->row;
    bool holds;

    if (row->part != STATEMENT_SET_UP && !prepare(run)) {
        return false;
    }
    holds = row->run(run, statement->arg);
    if (run->machine.is_stuck) {
        free(run->failure);
        run->failure = NULL;
        return run_failed(run, "the controller's deadline stays due, wanted a later one");
    }
    return holds;
}

static void tell(const struct run *run, unsigned line, const char *statement)
{
    printf("%s:%u: %s   | %s\n", run->script->file, line, run->failure, statement);
}

static bool execute_all(struct run *run)
{
    const struct script *script = run->script;
    const struct statement *statement = NULL;

    for (size_t i = 0; i < script->n_statements; i++) {
        statement = &script->statements[i];
        if (!execute(run, statement)) {
            tell(run, statement->line, statement->text);
            return false;
        }
    }
    if (!machine_power_off(&run->machine)) {
        run_failed(run, "a flush failed when the controllers were destroyed, wanted all written");
        tell(run, statement != NULL ? statement->line : 0, "the end of the script");
        return false;
    }
    return true;
}

bool run_script(const struct script *script, const struct run_options *options)
{
    struct run run = { .script = script, .options = options, .n_controllers = 1 };
    bool holds;

    run.config[0].drive[0] = VFDC_DRIVE_1440K;
    machine_init(&run.machine, options->is_traced, &run.scratch);
    if (scratch_make(&run.scratch)) {
        holds = execute_all(&run);
    } else {
        run_failed(&run, "no scratch folder: %s, wanted one", strerror(errno));
        tell(&run, 0, "the start of the script");
        holds = false;
    }
    if (run.machine.is_on) {
        machine_power_off(&run.machine);
    }
    machine_free(&run.machine);
    scratch_remove(&run.scratch);
    free(run.failure);
    if (holds) {
        printf("ok   %s (%zu statements)\n", script->file, script->n_statements);
    } else {
        printf("FAIL %s\n", script->file);
    }
    return holds;
}
