/*
 * The guest's screen on standard output: drawn in place on a terminal, as a log of new lines
 * elsewhere.  The log looks at the screen from time to time: what a guest scrolls past between
 * two looks is not in it, nor are lines without a letter or a digit.
 */
#include "view.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define NO_ROW SCREEN_ROWS

static bool has_text(const char *line)
{
    while (*line != '\0' && !isalnum((unsigned char)*line)) {
        line++;
    }
    return *line != '\0';
}

static bool was_logged(const struct view *view, const char *line)
{
    size_t n = view->n_logged < VIEW_LOG_LINES ? view->n_logged : VIEW_LOG_LINES;

    for (size_t i = 0; i < n; i++) {
        if (strcmp(view->logged[i], line) == 0) {
            return true;
        }
    }
    return false;
}

static void log_rows(struct view *view, const uint8_t *memory, unsigned except)
{
    struct screen_row row;

    for (unsigned i = 0; i < SCREEN_ROWS; i++) {
        screen_row(memory, i, &row);
        if (i != except && has_text(row.text) && !was_logged(view, row.text)) {
            memcpy(view->logged[view->n_logged++ % VIEW_LOG_LINES], row.text, sizeof row.text);
            puts(row.text);
        }
    }
    (void)fflush(stdout);
}

static void draw_row(unsigned number, const struct screen_row *row)
{
    bool reverse = false;

    printf("\033[%u;1H", number + 1);
    for (size_t column = 0; row->text[column] != '\0'; column++) {
        if (row->is_reverse[column] != reverse) {
            reverse = !reverse;
            (void)fputs(reverse ? "\033[7m" : "\033[m", stdout);
        }
        putchar(row->text[column]);
    }
    (void)fputs("\033[m\033[K", stdout);
}

static void draw_rows(struct view *view, const uint8_t *memory)
{
    struct screen_row row;

    for (unsigned i = 0; i < SCREEN_ROWS; i++) {
        screen_row(memory, i, &row);
        if (strcmp(row.text, view->shown[i].text) != 0
            || memcmp(row.is_reverse, view->shown[i].is_reverse, sizeof row.is_reverse) != 0) {
            draw_row(i, &row);
            view->shown[i] = row;
        }
    }
    (void)fflush(stdout);
}

void view_open(struct view *view, enum view_kind kind)
{
    *view = (struct view){ .kind = kind };
    if (kind == VIEW_TERMINAL) {
        (void)fputs("\033[2J", stdout);
    }
}

void view_update(struct view *view, const uint8_t *memory)
{
    if (view->kind == VIEW_LOG) {
        log_rows(view, memory, screen_cursor_row(memory));
    } else if (view->kind == VIEW_TERMINAL) {
        draw_rows(view, memory);
    }
}

void view_close(struct view *view, const uint8_t *memory)
{
    if (view->kind == VIEW_LOG) {
        log_rows(view, memory, NO_ROW);
    } else if (view->kind == VIEW_TERMINAL) {
        draw_rows(view, memory);
        printf("\033[%u;1H\n", SCREEN_ROWS);
        (void)fflush(stdout);
    }
}
