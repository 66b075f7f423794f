/*
 * A keyboard without its controller: keys go straight into the ring of the BIOS data area, as
 * if the BIOS's own handler of IRQ 1 had put them there.
 *
 * Not emulated: the 8042 (its ports read FFh), IRQ 1, shift state, keys without a character.
 */
#include "keyboard.h"

#include <stddef.h>
#include <string.h>

/* The ring: offsets from 400h, two bytes a key. */
#define HEAD 0x41au
#define TAIL 0x41cu
#define RING_FIRST 0x1eu
#define RING_END 0x3eu

/* The keys of a US keyboard, by rows: scan codes count up from the first. */
static const struct {
    uint8_t first_scan_code;
    const char *plain, *shifted;
} rows[] = {
    { 0x01, "\033", "\033" },
    { 0x02, "1234567890-=\b\t", "!@#$%^&*()_+\b\t" },
    { 0x10, "qwertyuiop[]\n", "QWERTYUIOP{}\n" },
    { 0x1e, "asdfghjkl;'`", "ASDFGHJKL:\"~" },
    { 0x2b, "\\zxcvbnm,./", "|ZXCVBNM<>?" },
    { 0x39, " ", " " },
};

/* 0: there is no such key. */
static uint8_t scan_code(char character)
{
    if (character == '\0') {
        return 0;
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *found = strchr(rows[i].plain, character);
        const char *row = rows[i].plain;

        if (found == NULL) {
            row = rows[i].shifted;
            found = strchr(row, character);
        }
        if (found != NULL) {
            return (uint8_t)(rows[i].first_scan_code + (found - row));
        }
    }
    return 0;
}

bool keyboard_has(char character)
{
    return scan_code(character) != 0;
}

bool keyboard_type(uint8_t *memory, char character)
{
    unsigned tail = memory[TAIL];
    unsigned next = tail + 2 < RING_END ? tail + 2 : RING_FIRST;

    if (next == memory[HEAD] || tail < RING_FIRST || tail >= RING_END) {
        return false;
    }
    memory[0x400 + tail] = character == '\n' ? '\r' : (uint8_t)character;
    memory[0x400 + tail + 1] = scan_code(character);
    memory[TAIL] = (uint8_t)next;
    return true;
}

bool keyboard_is_empty(const uint8_t *memory)
{
    return memory[HEAD] == memory[TAIL];
}
