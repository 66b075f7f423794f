/*
 * script-to-seed: a port script as an input of fuzz_ports and fuzz_migrate.
 *
 *     script-to-seed FILE.fdc SEED
 *
 * What a script compares is dropped: the fuzzers hold the controller to promises, not to values.
 * So is what the inputs have no operation for: other image sizes than the usual ones, a second
 * controller, failing system calls, files.  Each such statement is named on standard error; a
 * script that crashes ends there.  Exit status 0; 2 if the script cannot be read.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../fuzz/layout.h"
#include "../../fuzz/ops.h"
#include "../vfdc-script/names.h"
#include "../vfdc-script/number.h"
#include "../vfdc-script/parse.h"
#include "../vfdc-script/source.h"
#include "../vfdc-script/statements.h"

enum { STATUS_UNREADABLE = 2, MAX_SEED = 1 << 20, WORD_MAX = 0xffff };

/* An image of the script, and the slot that has its place. */
struct slot {
    const char *name;
    unsigned layout, filling;
    uint64_t n_bytes;
    int unit; /* that it is in; -1 */
};

struct conversion {
    struct vfdc_config config;
    struct op_stream to;
    struct slot slots[N_IMAGES];
    const struct statement *statement;
};

static bool is(const struct conversion *c, const char *start)
{
    return strncmp(c->statement->row->form, start, strlen(start)) == 0;
}

/* The statement has no operation. */
static void skip(const struct conversion *c)
{
    fprintf(stderr, "%u: not in an input: %s\n", c->statement->line, c->statement->text);
}

static void put(struct conversion *c, struct op op)
{
    (void)op_next(&c->to, &op);
}

static unsigned smaller(uint64_t a, unsigned b)
{
    return a < b ? (unsigned)a : b;
}

/* ---- set-up ---- */

static void set_up(struct conversion *c)
{
    static const enum vfdc_flush_policy policies[] = {
        VFDC_FLUSH_RELEASE, VFDC_FLUSH_MOTOR_OFF, VFDC_FLUSH_WRITE_THROUGH,
    };
    static const enum vfdc_drive_type types[] = {
        VFDC_DRIVE_360K,  VFDC_DRIVE_720K,  VFDC_DRIVE_1200K,
        VFDC_DRIVE_1440K, VFDC_DRIVE_2880K, VFDC_DRIVE_NONE,
    };
    const struct argument *arg = c->statement->arg;

    if (is(c, "machine")) {
        c->config.strap = (enum vfdc_strap)arg[0].number;
    } else if (is(c, "timing")) {
        c->config.timing = (enum vfdc_timing)arg[0].number;
    } else if (is(c, "empty")) {
        c->config.empty = (enum vfdc_empty)(arg[0].number + VFDC_EMPTY_ENDS);
    } else if (is(c, "flush-policy")) {
        c->config.flush_policy = policies[arg[0].number];
    } else if (is(c, "drive") && arg[0].number < VFDC_N_UNITS) {
        c->config.drive[arg[0].number] = types[arg[1].number];
    } else {
        skip(c);
    }
}

/* ---- images ---- */

static struct slot *find(struct conversion *c, const char *name)
{
    for (unsigned i = 0; i < N_IMAGES; i++) {
        if (c->slots[i].name != NULL && strcmp(c->slots[i].name, name) == 0) {
            return &c->slots[i];
        }
    }
    return NULL;
}

/* The slot for a new image of a name: its own, an unused one, or one that is in no drive. */
static struct slot *find_room(struct conversion *c, const char *name)
{
    struct slot *room = find(c, name);

    for (unsigned i = 0; i < N_IMAGES && room == NULL; i++) {
        room = c->slots[i].name == NULL ? &c->slots[i] : NULL;
    }
    for (unsigned i = 0; i < N_IMAGES && room == NULL; i++) {
        room = c->slots[i].unit < 0 ? &c->slots[i] : NULL;
    }
    return room;
}

static void image(struct conversion *c)
{
    const struct argument *arg = c->statement->arg;
    struct slot *slot = find_room(c, arg[0].words[0]);

    if (slot == NULL || slot->unit >= 0) {
        skip(c);
        return;
    }
    slot->name = arg[0].words[0];
    slot->n_bytes = arg[1].number;
    slot->filling = (unsigned)arg[2].number;
    slot->layout = IMAGE_NO_LAYOUT;
    for (unsigned i = IMAGE_WHOLE; i < IMAGE_NO_LAYOUT && slot->layout == IMAGE_NO_LAYOUT; i++) {
        uint64_t n_bytes = 0;

        if (names_format(image_layout(i)->name, &n_bytes) && n_bytes == slot->n_bytes) {
            slot->layout = i;
        }
    }
    if (slot->layout != IMAGE_NO_LAYOUT) {
        put(c, (struct op){ .kind = OP_IMAGE,
                            .number = { (unsigned)(slot - c->slots), slot->layout,
                                        slot->filling } });
    }
}

/* The small layout that is given by force, or IMAGE_NO_LAYOUT. */
static unsigned layout_given(const struct vfdc_attach_options *options)
{
    for (unsigned i = 0; i < IMAGE_WHOLE; i++) {
        const struct image_layout *l = image_layout(i);

        if (l->cylinders == options->cylinders && l->heads == options->heads &&
            l->sectors == options->sectors && l->size_code == options->size_code) {
            return i;
        }
    }
    return IMAGE_NO_LAYOUT;
}

static bool is_ok_wanted(const struct argument *code)
{
    return !code->is_given || code->number == VFDC_S_OK;
}

static void attach(struct conversion *c)
{
    const struct argument *arg = c->statement->arg;
    struct slot *slot = find(c, arg[1].words[0]);
    struct vfdc_attach_options options = { .read_only = false };

    for (size_t i = 0; i < arg[2].n_words; i++) {
        (void)argument_attach_option(arg[2].words[i], &options);
    }
    if (slot != NULL && slot->layout == IMAGE_NO_LAYOUT) {
        slot->layout = layout_given(&options);
        if (slot->layout != IMAGE_NO_LAYOUT) {
            put(c, (struct op){ .kind = OP_IMAGE,
                                .number = { (unsigned)(slot - c->slots), slot->layout,
                                            slot->filling } });
        }
    }
    if (slot == NULL || slot->layout == IMAGE_NO_LAYOUT || slot->unit >= 0 ||
        arg[0].number >= VFDC_N_UNITS || !is_ok_wanted(&arg[3])) {
        skip(c);
        return;
    }
    slot->unit = (int)arg[0].number;
    put(c, (struct op){ .kind = OP_ATTACH,
                        .number = { (unsigned)arg[0].number, (unsigned)(slot - c->slots),
                                    options.read_only ? IMAGE_READ_ONLY : 0 } });
}

static void release(struct conversion *c)
{
    const struct argument *arg = c->statement->arg;

    if (arg[0].number >= VFDC_N_UNITS || !is_ok_wanted(&arg[1])) {
        skip(c);
        return;
    }
    for (unsigned i = 0; i < N_IMAGES; i++) {
        if (c->slots[i].unit == (int)arg[0].number) {
            c->slots[i].unit = -1;
        }
    }
    put(c, (struct op){ .kind = OP_RELEASE, .number = { (unsigned)arg[0].number } });
}

/* ---- the guest ---- */

/* Times of more digits than a word has go in pieces. */
static void run(struct conversion *c, uint64_t time_ns)
{
    do {
        uint64_t scale_ns = 1;
        unsigned exponent = 0;
        uint64_t piece_ns;

        while (time_ns / scale_ns > WORD_MAX && exponent < 9) {
            scale_ns *= 10;
            exponent++;
        }
        piece_ns = smaller(time_ns / scale_ns, WORD_MAX) * scale_ns;
        put(c, (struct op){ .kind = OP_RUN, .time_ns = piece_ns });
        time_ns -= piece_ns;
    } while (time_ns > 0);
}

static void command(struct conversion *c)
{
    const struct argument *arg = c->statement->arg;
    uint8_t bytes[OP_CMD_BYTES];
    size_t n = 0;

    for (size_t i = 0; i < arg[0].n_words; i++) {
        uint64_t byte = 0;

        (void)number_hex(arg[0].words[i], 0xff, &byte);
        bytes[n++] = (uint8_t)byte;
        if (n == OP_CMD_BYTES || i + 1 == arg[0].n_words) {
            put(c, (struct op){ .kind = OP_CMD, .bytes = bytes, .n_bytes = n });
            n = 0;
        }
    }
}

static void result(struct conversion *c)
{
    for (size_t left = c->statement->arg[0].n_words; left > 0;) {
        unsigned n = smaller(left, OP_CMD_BYTES);

        put(c, (struct op){ .kind = OP_RESULT, .number = { n - 1 } });
        left -= n;
    }
}

/* DMA_WRITE or PIO_WRITE of a source. */
static void give(struct conversion *c, uint8_t kind)
{
    const struct source *source = &c->statement->arg[0].source;
    struct op op = { .kind = kind };
    uint8_t *bytes = NULL;

    if (source->kind == SOURCE_FILL && source->n_bytes <= WORD_MAX) {
        op.source.kind = OP_SOURCE_FILL;
        op.source.number[0] = (unsigned)source->first;
        op.source.number[1] = (unsigned)source->n_bytes;
    } else if (source->kind == SOURCE_LBA && source->first <= WORD_MAX &&
               source->n_bytes <= OP_SOURCE_BYTES) {
        op.source.kind = OP_SOURCE_LBA;
        op.source.number[0] = (unsigned)source->first;
        op.source.number[1] = (unsigned)(source->n_bytes / 512);
    } else if (source->kind == SOURCE_HEX && source->n_bytes <= WORD_MAX) {
        bytes = source_bytes(source, NULL);
        op.source.kind = OP_SOURCE_HEX;
        op.source.bytes = bytes;
        op.source.n_bytes = source->n_bytes;
    } else {
        skip(c);
        return;
    }
    put(c, op);
    free(bytes);
}

static void action(struct conversion *c)
{
    const struct argument *arg = c->statement->arg;
    const unsigned number = smaller(arg[0].number, WORD_MAX);

    if (arg[0].controller != 0) {
        skip(c);
    } else if (is(c, "out ")) {
        put(c, (struct op){ .kind = OP_OUT, .number = { number, (unsigned)arg[1].number } });
    } else if (is(c, "in ")) {
        put(c, (struct op){ .kind = OP_IN, .number = { number } });
    } else if (is(c, "cmd ")) {
        command(c);
    } else if (is(c, "result ")) {
        result(c);
    } else if (is(c, "wait irq")) {
        put(c, (struct op){ .kind = OP_WAIT_IRQ });
    } else if (is(c, "run ")) {
        run(c, arg[0].number);
    } else if (is(c, "dma read")) {
        put(c, (struct op){ .kind = OP_DMA_READ,
                            .number = { number, smaller(arg[1].number, WORD_MAX) } });
    } else if (is(c, "dma verify")) {
        put(c, (struct op){ .kind = OP_DMA_VERIFY, .number = { number } });
    } else if (is(c, "dma write")) {
        give(c, OP_DMA_WRITE);
    } else if (is(c, "dma off")) {
        put(c, (struct op){ .kind = OP_DMA_OFF });
    } else if (is(c, "pio read")) {
        put(c, (struct op){ .kind = OP_PIO_READ, .number = { number } });
    } else if (is(c, "pio write")) {
        give(c, OP_PIO_WRITE);
    } else if (is(c, "tc")) {
        put(c, (struct op){ .kind = OP_TC });
    } else if (is(c, "image ")) {
        image(c);
    } else if (is(c, "attach ")) {
        attach(c);
    } else if (is(c, "release ")) {
        release(c);
    } else if (is(c, "power")) {
        put(c, (struct op){ .kind = OP_POWER });
    } else if (is(c, "snapshot")) {
        put(c, (struct op){ .kind = OP_SNAPSHOT });
    } else if (strstr(c->statement->row->form, " = ") == NULL && !is(c, "mark") &&
               !is(c, "elapsed")) {
        skip(c);
    }
}

/* ---- all of it ---- */

static size_t convert(const struct script *script, uint8_t *seed)
{
    struct conversion c = {
        .config = { .drive = { VFDC_DRIVE_1440K } },
        .to = { .out = seed, .n_bytes = MAX_SEED, .pos = HEAD_BYTES, .ok = true },
    };
    struct op_stream head = { .out = seed, .n_bytes = HEAD_BYTES, .ok = true };

    for (unsigned i = 0; i < N_IMAGES; i++) {
        c.slots[i].unit = -1;
    }
    for (size_t i = 0; i < script->n_statements; i++) {
        c.statement = &script->statements[i];
        if (is(&c, "crash")) {
            skip(&c);
            break;
        }
        if (c.statement->row->part == STATEMENT_SET_UP) {
            set_up(&c);
        } else {
            action(&c);
        }
    }
    op_head(&head, &c.config);
    return c.to.pos;
}

int main(int n_arguments, char *arguments[])
{
    static uint8_t seed[MAX_SEED];
    struct script script;
    size_t n_bytes;
    FILE *file;
    bool is_written;

    if (n_arguments != 3) {
        fputs("usage: script-to-seed FILE.fdc SEED\n", stderr);
        return STATUS_UNREADABLE;
    }
    if (!script_read(&script, arguments[1], stderr)) {
        script_free(&script);
        return STATUS_UNREADABLE;
    }
    n_bytes = convert(&script, seed);
    script_free(&script);
    file = fopen(arguments[2], "wb");
    is_written = file != NULL && fwrite(seed, 1, n_bytes, file) == n_bytes;
    if (file != NULL && fclose(file) != 0) {
        is_written = false;
    }
    if (!is_written) {
        perror(arguments[2]);
    }
    return is_written ? EXIT_SUCCESS : STATUS_UNREADABLE;
}
