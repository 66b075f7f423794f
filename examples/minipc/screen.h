/* The text screen of a PC, read from its memory. */
#ifndef MINIPC_SCREEN_H
#define MINIPC_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

#define SCREEN_ROWS 25
#define SCREEN_COLUMNS 80

/* A row as text. */
struct screen_row {
    char text[SCREEN_COLUMNS + 1];   /* ASCII, trailing blanks cut */
    bool is_reverse[SCREEN_COLUMNS]; /* dark on light */
};

void screen_row(const uint8_t *memory, unsigned row, struct screen_row *out);

/* The row that the BIOS has its cursor on. */
unsigned screen_cursor_row(const uint8_t *memory);

/* Whether some row has this text in it. */
bool screen_shows(const uint8_t *memory, const char *text);

#endif
