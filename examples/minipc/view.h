/* How the host's user sees the guest's screen. */
#ifndef MINIPC_VIEW_H
#define MINIPC_VIEW_H

#include <stddef.h>
#include <stdint.h>

#include "screen.h"

#define VIEW_LOG_LINES 512

enum view_kind {
    VIEW_NONE,
    VIEW_LOG,      /* each line of text once, when the guest's cursor has left it */
    VIEW_TERMINAL, /* the screen in place */
};

struct view {
    enum view_kind kind;
    struct screen_row shown[SCREEN_ROWS];            /* what the terminal shows */
    char logged[VIEW_LOG_LINES][SCREEN_COLUMNS + 1]; /* the last lines logged, a ring */
    size_t n_logged;
};

void view_open(struct view *view, enum view_kind kind);

/* Show what has changed.  `memory` is the machine's. */
void view_update(struct view *view, const uint8_t *memory);

/* Show what is left, and leave the terminal's cursor below the screen. */
void view_close(struct view *view, const uint8_t *memory);

#endif
