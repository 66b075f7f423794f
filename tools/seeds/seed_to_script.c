/*
 * seed-to-script: an input of fuzz_ports or fuzz_migrate as a port script, so that a finding
 * becomes a test.
 *
 *     seed-to-script INPUT >FILE.fdc
 *
 * The input is played, in a process of its own, and what it does and sees is written down, up to
 * the operation in which that process dies, if it does.  Operations that the language has no words
 * for are comments.  Exit status 0; 2 if there is no such input.
 */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../fuzz/guest.h"

enum { STATUS_UNREADABLE = 2, INPUT_BYTES = 1 << 20, LINE_BYTES = 200000 };

/* Lines from the process that plays: what it is about to do, what came of it, that it is over. */
enum { ABOUT_TO = '?', DONE = '!', OVER = '.' };

struct teller {
    FILE *to;
    char kind;
    bool irq;
    size_t n_moved;
};

static const char *const straps[] = { "at", "ps2", "model30" };
static const char *const timings[] = { "fast", "accurate" };
static const char *const empties[] = { NULL, "ends", "hangs" };
static const char *const policies[] = { "motor-off", "write-through", "release" };
static const char *const drives[] = { "none", "360K", "1.2M", "720K", "1.44M", "2.88M" };

/* ---- lines ---- */

static void tell_bytes(struct teller *teller, const char *word, const uint8_t *bytes, size_t n)
{
    if (n == 0) {
        return;
    }
    fprintf(teller->to, "%c%s", teller->kind, word);
    for (size_t i = 0; i < n; i++) {
        fprintf(teller->to, " %02x", bytes[i]);
    }
    fputc('\n', teller->to);
}

#define tell(teller, ...)                     \
    (fputc((teller)->kind, (teller)->to),     \
     fprintf((teller)->to, __VA_ARGS__), (void)fputc('\n', (teller)->to))

/* In the largest unit in which it is whole. */
static void tell_run(struct teller *teller, uint64_t time_ns)
{
    static const char *const units[] = { "ns", "us", "ms", "s" };
    unsigned unit = 0;

    while (unit < 3 && time_ns != 0 && time_ns % 1000 == 0) {
        time_ns /= 1000;
        unit++;
    }
    tell(teller, "run %" PRIu64 "%s", time_ns, units[unit]);
}

/* The first `n_bytes` of a source. */
static void tell_source(struct teller *teller, const char *statement,
                        const struct op_source *source, size_t n_bytes)
{
    static uint8_t bytes[OP_SOURCE_BYTES];
    size_t n_all = op_source_bytes(source, bytes);

    n_bytes = n_bytes < n_all ? n_bytes : n_all;
    fprintf(teller->to, "%c%s ", teller->kind, statement);
    if (source->kind == OP_SOURCE_LBA && n_bytes == n_all) {
        fprintf(teller->to, "lba:%u+%zu\n", source->number[0], n_bytes / 512);
    } else if (source->kind == OP_SOURCE_FILL || n_bytes == 0) {
        fprintf(teller->to, "fill:%02x*%zu\n", source->number[0] & 0xffu, n_bytes);
    } else {
        fputs("hex:", teller->to);
        for (size_t i = 0; i < n_bytes; i++) {
            fprintf(teller->to, "%02x", bytes[i]);
        }
        fputc('\n', teller->to);
    }
}

/* ---- operations ---- */

static void tell_image(struct teller *teller, unsigned slot, unsigned layout, unsigned filling)
{
    const struct image_layout *l = image_layout(layout);
    char format[32], pattern[16] = "lba";

    if (l->name != NULL) {
        snprintf(format, sizeof(format), "%s", l->name);
    } else {
        snprintf(format, sizeof(format), "bytes:%u",
                 ((unsigned)l->cylinders * l->heads * l->sectors) << (7 + l->size_code));
    }
    if (filling < IMAGE_LBA_PATTERN) {
        snprintf(pattern, sizeof(pattern), "fill:%02x", filling);
    }
    tell(teller, "image %u.vfd %s %s", slot % N_IMAGES, format, pattern);
}

static void tell_attach(struct teller *teller, const struct machine *machine,
                        const struct op *op)
{
    const struct image_layout *l = machine->images[op->number[1] % N_IMAGES].layout;

    fprintf(teller->to, "%cattach %u %u.vfd%s", teller->kind, op->number[0] % VFDC_N_UNITS,
            op->number[1] % N_IMAGES, (op->number[2] & IMAGE_READ_ONLY) != 0 ? " ro" : "");
    if (l != NULL && l->name == NULL) {
        fprintf(teller->to, " geometry:%u,%u,%u,%u", l->cylinders, l->heads, l->sectors,
                l->size_code);
    }
    fputc('\n', teller->to);
}

static void tell_wordless(struct teller *teller, const struct op *op)
{
    switch (op->kind) {
    case OP_TIMER:
        tell(teller, "# a needless timer call");
        break;
    case OP_DMA_READY:
        tell(teller, "# a needless call of dma_ready");
        break;
    case OP_JUMP:
        tell(teller, "# no timer call in this time:");
        tell_run(teller, op->time_ns);
        break;
    case OP_BACK:
        tell(teller, "# the clock goes back by %" PRIu64 " ns", op->time_ns);
        break;
    case OP_FAR:
        tell(teller, "# the clock goes to %u ns before the end of time", op->number[0]);
        break;
    case OP_DMA_LIE:
        tell(teller, "# the channel says that it moves %u bytes more than it does", op->number[0]);
        break;
    case OP_DMA_STALL:
        tell(teller, "# the channel stalls after %u bytes", op->number[0]);
        break;
    default:
        tell(teller, "# the marks of unit %u, C %u H %u R %u, are %u", op->number[0],
             op->number[1], op->number[2], op->number[3], op->number[4]);
        break;
    }
}

/* An operation with what came of it; before it is done, as if all of it had been. */
static void tell_op(struct teller *teller, const struct machine *machine, const struct op *op,
                    const struct done *done)
{
    const unsigned *number = op->number;

    switch (op->kind) {
    case OP_OUT:
        tell(teller, "%sout 3f%u %02x", number[0] == 6 ? "# " : "", number[0], number[1]);
        break;
    case OP_IN:
        tell(teller, "%sin 3f%u = %02x", number[0] == 6 ? "# " : "", number[0], done->bytes[0]);
        break;
    case OP_CMD:
        tell_bytes(teller, "cmd", op->bytes, done->n_bytes);
        break;
    case OP_RESULT:
        tell_bytes(teller, "result", done->bytes, done->n_bytes);
        break;
    case OP_WAIT_IRQ:
        if (done->holds) {
            tell(teller, "wait irq");
        }
        break;
    case OP_RUN:
        tell_run(teller, op->time_ns);
        break;
    case OP_DMA_READ:
        if (number[1] != 0) {
            tell(teller, "dma read %u by %u", number[0], number[1]);
        } else {
            tell(teller, "dma read %u", number[0]);
        }
        break;
    case OP_DMA_VERIFY:
        tell(teller, "dma verify %u", number[0]);
        break;
    case OP_DMA_WRITE:
        tell_source(teller, "dma write", &op->source, SIZE_MAX);
        break;
    case OP_DMA_OFF:
        tell(teller, "dma off");
        break;
    case OP_PIO_READ:
        if (done->n_bytes > 0) {
            tell(teller, "pio read %zu", done->n_bytes);
        }
        break;
    case OP_PIO_WRITE:
        if (done->n_bytes > 0) {
            tell_source(teller, "pio write", &op->source, done->n_bytes);
        }
        break;
    case OP_TC:
        tell(teller, "tc");
        break;
    case OP_IMAGE:
        if (machine->images[number[0] % N_IMAGES].inner == NULL) {
            tell_image(teller, number[0], number[1], number[2]);
        }
        break;
    case OP_ATTACH:
        if (done->holds) {
            tell_attach(teller, machine, op);
        }
        break;
    case OP_RELEASE:
        if (done->holds) {
            tell(teller, "release %u", number[0] % VFDC_N_UNITS);
        }
        break;
    case OP_POWER:
        tell(teller, "power");
        break;
    case OP_SNAPSHOT:
        tell(teller, "snapshot");
        break;
    default:
        tell_wordless(teller, op);
        break;
    }
    if (!done->holds && (op->kind == OP_CMD || op->kind == OP_RESULT || op->kind == OP_WAIT_IRQ ||
                         op->kind == OP_PIO_READ || op->kind == OP_PIO_WRITE)) {
        tell_run(teller, (op->kind == OP_CMD ? 1 : 5) * UINT64_C(1000000000));
    }
}

static void tell_lines(struct teller *teller, const struct machine *machine)
{
    if (machine->irq != teller->irq) {
        tell(teller, "irq = %d", machine->irq);
    }
    if (machine->channel.n_moved != teller->n_moved && machine->channel.n_moved != 0) {
        tell(teller, "dma count = %zu", machine->channel.n_moved);
    }
    teller->irq = machine->irq;
    teller->n_moved = machine->channel.n_moved;
}

/* Say it, do it, say what came of it. */
static void play(struct teller *teller, struct machine *machine, const struct op *op)
{
    struct done done = { .n_bytes = op->n_bytes, .holds = true };
    bool has_disk = false;

    for (unsigned i = 0; i < N_IMAGES; i++) {
        has_disk = has_disk || (machine->images[i].inner != NULL &&
                                machine->images[i].unit == op->number[0] % VFDC_N_UNITS);
    }
    if (op->kind == OP_ATTACH && machine->images[op->number[1] % N_IMAGES].layout == NULL) {
        const struct op image = {
            .kind = OP_IMAGE,
            .number = { op->number[1], op->number[1] % N_IMAGES, IMAGE_LBA_PATTERN },
        };

        play(teller, machine, &image);
    }
    done.n_bytes = op->kind == OP_PIO_WRITE ? SIZE_MAX : done.n_bytes;
    teller->kind = ABOUT_TO;
    tell_op(teller, machine, op, &done);
    fflush(teller->to);
    if (op->kind == OP_IMAGE) {
        teller->kind = DONE;
        tell_op(teller, machine, op, &done);
    }
    done = guest_do(machine, op);
    if (op->kind == OP_RELEASE) {
        done.holds = has_disk;
    }
    teller->kind = DONE;
    if (op->kind != OP_IMAGE && guest_goes_on(machine)) {
        tell_op(teller, machine, op, &done);
        tell_lines(teller, machine);
    }
    fprintf(teller->to, "%c\n", OVER);
    fflush(teller->to);
}

/* What is done many times, one by one. */
static void play_each(struct teller *teller, struct machine *machine, const struct op *op)
{
    const bool floods = op->kind == OP_FLOOD;
    const struct op one = { .kind = floods ? OP_OUT : OP_IN,
                            .number = { op->number[0], floods ? op->number[1] : 0 } };
    unsigned n = op->number[floods ? 2 : 1];

    if (!floods && op->kind != OP_DRAIN) {
        play(teller, machine, op);
        return;
    }
    for (unsigned i = 0; i < n && guest_goes_on(machine); i++) {
        play(teller, machine, &one);
    }
}

static void tell_set_up(struct teller *teller, const struct vfdc_config *config)
{
    teller->kind = DONE;
    tell(teller, "machine %s", straps[config->strap]);
    tell(teller, "timing %s", timings[config->timing]);
    if (empties[config->empty] != NULL) {
        tell(teller, "empty %s", empties[config->empty]);
    }
    tell(teller, "flush-policy %s", policies[config->flush_policy]);
    for (unsigned unit = 0; unit < VFDC_N_UNITS; unit++) {
        tell(teller, "drive %u %s", unit, drives[config->drive[unit]]);
    }
    fflush(teller->to);
}

static void play_all(const uint8_t *bytes, size_t n_bytes, FILE *to)
{
    static struct machine machine;
    struct op_stream stream = op_stream_of(bytes, n_bytes);
    struct vfdc_config config = { .strap = VFDC_STRAP_AT };
    struct teller teller = { .to = to };
    struct op op = { .kind = 0 };

    machine_init(&machine, "machine");
    machine.max_steps = UINT_MAX; /* to the end, however long it takes */
    machine.max_accesses = UINT_MAX;
    machine.max_dma_calls = UINT_MAX;
    op_head(&stream, &config);
    tell_set_up(&teller, &config);
    machine_power_on(&machine, &config);
    while (guest_goes_on(&machine) && op_next(&stream, &op)) {
        play_each(&teller, &machine, &op);
    }
    guest_end(&machine);
}

/* ---- the process ---- */

/* Lines of what was done, and, of a process that died, of what it was about to do. */
static void pass_on(FILE *from)
{
    static char line[LINE_BYTES], about[LINE_BYTES];

    about[0] = '\0';
    while (fgets(line, sizeof(line), from) != NULL) {
        if (line[0] == DONE) {
            fputs(line + 1, stdout);
        } else if (line[0] == OVER) {
            about[0] = '\0';
        } else {
            strcpy(about, line);
        }
    }
    if (about[0] != '\0') {
        printf("%s", about + 1);
    }
}

static int convert(const uint8_t *bytes, size_t n_bytes)
{
    int ends[2];
    int status = 0;
    pid_t child;
    FILE *stream;

    fflush(NULL);
    if (pipe(ends) != 0 || (child = fork()) < 0) {
        perror("seed-to-script");
        return STATUS_UNREADABLE;
    }
    stream = fdopen(ends[child == 0 ? 1 : 0], child == 0 ? "w" : "r");
    if (stream == NULL) {
        perror("seed-to-script");
        exit(STATUS_UNREADABLE);
    }
    close(ends[child == 0 ? 0 : 1]);
    if (child == 0) {
        play_all(bytes, n_bytes, stream);
        fclose(stream);
        exit(EXIT_SUCCESS);
    }
    pass_on(stream);
    fclose(stream);
    waitpid(child, &status, 0);
    if (status != 0) {
        puts("# here a promise is broken, in this statement or in the reset at the end");
    }
    return EXIT_SUCCESS;
}

int main(int n_arguments, char *arguments[])
{
    static uint8_t bytes[INPUT_BYTES];
    size_t n_bytes;
    FILE *file = n_arguments == 2 ? fopen(arguments[1], "rb") : NULL;

    if (file == NULL) {
        fputs("usage: seed-to-script INPUT >FILE.fdc\n", stderr);
        return STATUS_UNREADABLE;
    }
    n_bytes = fread(bytes, 1, sizeof(bytes), file);
    fclose(file);
    return convert(bytes, n_bytes);
}
