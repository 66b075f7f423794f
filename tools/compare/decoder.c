/* vfdc-compare: which command the bytes written to the data register make. */
#include "decoder.h"

#include <stddef.h>
#include <string.h>

enum { DOR = 2, DSR = 4, FIFO = 5, DOR_RESET_N = 0x04, DSR_RESET = 0x80 };

#define READ_ID "READ ID"

struct command {
    uint8_t mask;
    uint8_t match;
    uint8_t n_bytes;
    const char *name;
    const char *const *results;
};

static const struct command *command_of(uint8_t byte)
{
    static const char *const none[] = { NULL };
    static const char *const one[] = { "byte", NULL };
    static const char *const st3[] = { "ST3", NULL };
    static const char *const st0_pcn[] = { "ST0", "PCN", NULL };
    static const char *const seven[] = { "ST0", "ST1", "ST2", "C", "H", "R", "N", NULL };
    static const char *const registers[] = {
        "PCN0", "PCN1", "PCN2", "PCN3", "SRT-HUT", "HLT-ND", "EOT", "LOCK", "CONFIG", "PRETRK",
        NULL,
    };
    static const struct command commands[] = {
        { 0x1f, 0x02, 9, "READ TRACK", seven },
        { 0x1f, 0x05, 9, "WRITE", seven },
        { 0x1f, 0x06, 9, "READ", seven },
        { 0x1f, 0x09, 9, "WRITE DELETED", seven },
        { 0x1f, 0x0a, 2, READ_ID, seven },
        { 0x1f, 0x0c, 9, "READ DELETED", seven },
        { 0x1f, 0x0d, 6, "FORMAT", seven },
        { 0x1f, 0x16, 9, "VERIFY", seven },
        { 0xff, 0x03, 3, "SPECIFY", none },
        { 0xff, 0x04, 2, "SENSE DRIVE", st3 },
        { 0xff, 0x07, 2, "RECALIBRATE", none },
        { 0xff, 0x08, 1, "SENSE INTERRUPT", st0_pcn },
        { 0xff, 0x0e, 1, "DUMPREG", registers },
        { 0xff, 0x0f, 3, "SEEK", none },
        { 0xff, 0x10, 1, "VERSION", one },
        { 0xff, 0x12, 2, "PERPENDICULAR", none },
        { 0xff, 0x13, 4, "CONFIGURE", none },
        { 0x7f, 0x14, 1, "LOCK", one },
        { 0xbf, 0x8f, 3, "RELATIVE SEEK", none },
        { 0x00, 0x00, 1, "INVALID", one },
    };
    const struct command *command = commands;

    while ((byte & command->mask) != command->match) {
        command++;
    }
    return command;
}

void decoder_init(struct decoder *decoder)
{
    *decoder = (struct decoder){ .name = "POWER-ON", .is_held = true };
}

static void reset(struct decoder *decoder, bool is_held)
{
    *decoder = (struct decoder){
        .name = is_held ? "HELD" : "RESET", .is_held = is_held,
        .n_resets = decoder->n_resets + 1,
    };
}

static bool data_byte(struct decoder *decoder, uint8_t value)
{
    if (decoder->is_held) {
        return false;
    }
    if (decoder->n_wanted == 0) {
        const struct command *command = command_of(value);

        decoder->name = command->name;
        decoder->results = command->results;
        decoder->n_wanted = command->n_bytes;
    }
    decoder->n_wanted--;
    return decoder->n_wanted == 0 && strcmp(decoder->name, READ_ID) == 0;
}

bool decoder_out(struct decoder *decoder, unsigned offset, uint8_t value)
{
    if (offset == DOR && ((value & DOR_RESET_N) == 0) != decoder->is_held) {
        reset(decoder, !decoder->is_held);
    } else if (offset == DSR && (value & DSR_RESET) != 0 && !decoder->is_held) {
        reset(decoder, false);
    }
    return offset == FIFO && data_byte(decoder, value);
}

const char *decoder_result(struct decoder *decoder)
{
    if (decoder->n_wanted > 0 || decoder->results == NULL || *decoder->results == NULL) {
        return "byte";
    }
    return *decoder->results++;
}
