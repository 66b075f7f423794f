/*
 * The 80x25 text screen at B8000h, as memory: the machine keeps no state for it.
 *
 * Not emulated: every register of the VGA (its ports read FFh), other modes, fonts; of the
 * colours only whether the background is lit, of code page 437 only ASCII, frames and
 * two arrows.
 */
#include "screen.h"

#include <string.h>

#define TEXT_ADDRESS 0xb8000u
#define CURSOR_ROW_ADDRESS 0x451u /* of the BIOS data area */

static char ascii(uint8_t character)
{
    if (character >= 0x20 && character < 0x7f) {
        return (char)character;
    }
    switch (character) {
    case 0x00:
    case 0xff:
        return ' ';
    case 0x18:
        return '^';
    case 0x19:
        return 'v';
    case 0xb3:
    case 0xba:
        return '|';
    case 0xc4:
    case 0xcd:
        return '-';
    default:
        return character >= 0xb4 && character < 0xdb ? '+' : '?';
    }
}

void screen_row(const uint8_t *memory, unsigned row, struct screen_row *out)
{
    const uint8_t *cell = memory + TEXT_ADDRESS + (size_t)row * SCREEN_COLUMNS * 2;
    unsigned end = 0;

    for (unsigned column = 0; column < SCREEN_COLUMNS; column++, cell += 2) {
        out->text[column] = ascii(cell[0]);
        out->is_reverse[column] = (cell[1] & 0x70) == 0x70;
        if (out->text[column] != ' ') {
            end = column + 1;
        }
    }
    out->text[end] = '\0';
}

unsigned screen_cursor_row(const uint8_t *memory)
{
    return memory[CURSOR_ROW_ADDRESS];
}

bool screen_shows(const uint8_t *memory, const char *text)
{
    struct screen_row row;

    for (unsigned i = 0; i < SCREEN_ROWS; i++) {
        screen_row(memory, i, &row);
        if (strstr(row.text, text) != NULL) {
            return true;
        }
    }
    return false;
}
