/*
 * The hands and eyes at the mini PC: run it slice by slice, look at the screen between two,
 * type, and judge.  Everything happens at fixed points of virtual time, so runs are alike.
 */
#include "steps.h"

#include <inttypes.h>
#include <string.h>

#include "complain.h"
#include "keyboard.h"
#include "machine.h"
#include "screen.h"
#include "view.h"

#define SLICE_NS UINT64_C(10000000)
#define HEX_DIGITS "0123456789abcdef"

struct run {
    struct machine *pc;
    struct view *view;
    uint64_t max_instructions;
    char waiting_for[SCREEN_COLUMNS + 32];
};

/* One slice.  False, with the reason told: the guest is dead, or the time is up. */
static bool go_on(struct run *run)
{
    struct machine *pc = run->pc;

    if (pc->cpu.now_ns / CPU_NS_AN_INSTRUCTION >= run->max_instructions) {
        return complain("no %s within %" PRIu64 " instructions", run->waiting_for,
                        run->max_instructions);
    }
    machine_run(pc, pc->cpu.now_ns + SLICE_NS);
    view_update(run->view, pc->memory);
    if (cpu_is_dead(&pc->cpu)) {
        return complain("no %s: the guest has halted for good", run->waiting_for);
    }
    return true;
}

static void wait_for(struct run *run, const char *what)
{
    (void)snprintf(run->waiting_for, sizeof run->waiting_for, "%s", what);
}

static bool wait_for_text(struct run *run, const char *text)
{
    (void)snprintf(run->waiting_for, sizeof run->waiting_for, "\"%.*s\" on the screen",
                   SCREEN_COLUMNS, text);
    while (!screen_shows(run->pc->memory, text)) {
        if (!go_on(run)) {
            return false;
        }
    }
    return true;
}

/* The next character to type; "\n" is one. */
static char next_character(const char **text)
{
    char character = *(*text)++;

    if (character == '\\' && **text == 'n') {
        (*text)++;
        character = '\n';
    }
    return character;
}

static bool type(struct run *run, const char *text)
{
    wait_for(run, "reader of the keyboard");
    while (*text != '\0') {
        char character = next_character(&text);

        while (!keyboard_type(run->pc->memory, character)) {
            if (!go_on(run)) {
                return false;
            }
        }
    }
    while (!keyboard_is_empty(run->pc->memory)) {
        if (!go_on(run)) {
            return false;
        }
    }
    return true;
}

static bool is_md5(const char *line)
{
    return strspn(line, HEX_DIGITS) == STEPS_MD5_CHARACTERS;
}

/* A hash on a line that is complete: the guest's cursor has left it. */
static bool screen_md5(const uint8_t *memory, char *md5)
{
    unsigned cursor_row = screen_cursor_row(memory);
    struct screen_row row;

    for (unsigned i = 0; i < SCREEN_ROWS; i++) {
        screen_row(memory, i, &row);
        if (i != cursor_row && is_md5(row.text)) {
            memcpy(md5, row.text, STEPS_MD5_CHARACTERS);
            md5[STEPS_MD5_CHARACTERS] = '\0';
            return true;
        }
    }
    return false;
}

static bool wait_for_md5(struct run *run, const char *expected, char *md5)
{
    wait_for(run, "MD5 on the screen");
    while (!screen_md5(run->pc->memory, md5)) {
        if (!go_on(run)) {
            return false;
        }
    }
    if (strcmp(md5, expected) != 0) {
        return complain("hashes differ: the guest read %s, expected is %s", md5, expected);
    }
    return true;
}

bool step_is_valid(const struct step *step)
{
    const char *text = step->text;

    if (step->kind == STEP_MD5) {
        return is_md5(text) && text[STEPS_MD5_CHARACTERS] == '\0';
    }
    while (step->kind == STEP_TYPE && *text != '\0') {
        if (!keyboard_has(next_character(&text))) {
            return false;
        }
    }
    return *step->text != '\0';
}

bool steps_run(struct machine *pc, struct view *view, const struct step *steps, size_t n_steps,
               uint64_t max_instructions, char *md5)
{
    struct run run = { .pc = pc, .view = view, .max_instructions = max_instructions };
    bool ok = true;

    for (size_t i = 0; ok && i < n_steps; i++) {
        switch (steps[i].kind) {
        case STEP_UNTIL:
            ok = wait_for_text(&run, steps[i].text);
            break;
        case STEP_TYPE:
            ok = type(&run, steps[i].text);
            break;
        case STEP_MD5:
            ok = wait_for_md5(&run, steps[i].text, md5);
            break;
        }
    }
    return ok;
}
