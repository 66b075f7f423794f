/* vfdc-compare: what the guest does and sees: ports, the interrupt line, time. */
#include <stdio.h>
#include <string.h>

#include "../vfdc-script/machine.h"
#include "../vfdc-script/number.h"
#include "counterparts.h"
#include "seen.h"

enum { PORTS = 0x3f0, MSR_NONDMA = 0x20, MSR_RESULT = 0xd0, MOST_RESULTS = 16 };

/* How long QEMU's READ ID takes: the only thing in its controller that takes time. */
static const uint64_t read_id_ns = 20000000;

static uint8_t in(struct comparison *comparison, unsigned offset)
{
    return qemu_in(&comparison->qemu, PORTS + offset);
}

/* Whether the data register has a sector's bytes, and not a command's.  MSR is left alone while
 * DOR holds the chip in reset: QEMU would end that. */
static bool is_data_phase(struct comparison *comparison)
{
    return !comparison->decoder.is_held &&
           (in(comparison, MACHINE_MSR) & MSR_NONDMA) != 0;
}

static void out(struct comparison *comparison, unsigned offset, uint8_t value)
{
    bool is_data = offset == MACHINE_FIFO && is_data_phase(comparison);

    qemu_out(&comparison->qemu, PORTS + offset, value);
    if (!is_data && decoder_out(&comparison->decoder, offset, value)) {
        comparison->is_reading_id = true;
        comparison->waited_ns = 0;
    }
}

/* `time_ns` of the script's time go by. */
static void pass(struct comparison *comparison, uint64_t time_ns)
{
    if (!comparison->is_reading_id) {
        return;
    }
    comparison->waited_ns += time_ns < read_id_ns ? time_ns : read_id_ns;
    if (comparison->waited_ns >= read_id_ns) {
        qemu_let_time_pass(&comparison->qemu);
        comparison->is_reading_id = false;
    }
}

bool ports_wait_ready(struct comparison *comparison, uint8_t wanted)
{
    if ((in(comparison, MACHINE_MSR) & MACHINE_READY_MASK) == wanted) {
        return true;
    }
    pass(comparison, read_id_ns);
    return (in(comparison, MACHINE_MSR) & MACHINE_READY_MASK) == wanted;
}

bool ports_out(struct comparison *comparison, const struct argument arg[])
{
    unsigned offset = (unsigned)arg[0].number;

    /* out of step, a reset is all there is to wait for */
    if (!comparison->is_out_of_step || offset != MACHINE_FIFO) {
        out(comparison, offset, (uint8_t)arg[1].number);
    }
    return true;
}

static bool compare_port(struct comparison *comparison, const struct argument *port,
                         uint8_t mask, uint64_t wanted)
{
    bool is_result = port->number == MACHINE_FIFO && mask == 0xff && !is_data_phase(comparison);
    uint8_t seen = in(comparison, (unsigned)port->number) & mask;
    const char *name = "";
    char words[64];

    if (is_result) {
        name = decoder_result(&comparison->decoder);
        snprintf(words, sizeof words, "result %s %02x", name, (unsigned)wanted);
        seen_reword(comparison, words);
    }
    return seen_compare(comparison, seen == wanted, "%s%s%02x", name,
                          name[0] != '\0' ? " " : "", seen);
}

bool ports_in(struct comparison *comparison, const struct argument arg[])
{
    return compare_port(comparison, &arg[0], 0xff, arg[1].number);
}

bool ports_in_masked(struct comparison *comparison, const struct argument arg[])
{
    return compare_port(comparison, &arg[0], (uint8_t)arg[1].number, arg[2].number);
}

/* Where QEMU has more result bytes than the script reads, they are read before the next command,
 * and the two are in step again.  That is no news if the bytes before differed already. */
static bool is_drained(struct comparison *comparison)
{
    bool is_news = !comparison->has_differed;
    unsigned n_more = 0;

    while (n_more < MOST_RESULTS && in(comparison, MACHINE_MSR) == MSR_RESULT) {
        in(comparison, MACHINE_FIFO);
        n_more++;
    }
    comparison->has_differed = false;
    return n_more == 0 || !is_news ||
           seen_compare(comparison, false, "%u bytes more", n_more);
}

bool ports_cmd(struct comparison *comparison, const struct argument arg[])
{
    if (!is_drained(comparison)) {
        return false;
    }
    for (size_t i = 0; i < arg[0].n_words; i++) {
        uint64_t byte = 0;

        number_hex(arg[0].words[i], 0xff, &byte);
        if (!ports_wait_ready(comparison, MACHINE_TAKES)) {
            return seen_part(comparison, "MSR %02x at byte %zu",
                                   in(comparison, MACHINE_MSR), i + 1);
        }
        out(comparison, MACHINE_FIFO, (uint8_t)byte);
    }
    return true;
}

/* The bytes that differ, by name: what the script has, what QEMU has. */
struct unlike {
    char wanted[128];
    char seen[128];
};

static void add(char text[128], const char *name, unsigned value)
{
    size_t length = strlen(text);

    snprintf(text + length, 128 - length, " %s %02x", name, value);
}

static void look(const char *name, const char *wanted, uint8_t seen, struct unlike *unlike)
{
    uint64_t byte = 0;

    if (strcmp(wanted, ARGUMENT_ANY_BYTE) != 0 && number_hex(wanted, 0xff, &byte) &&
        byte != seen) {
        add(unlike->wanted, name, (unsigned)byte);
        add(unlike->seen, name, seen);
    }
}

/* Behind its last byte QEMU either takes a command, and the two are in step all the same, or is
 * still busy with this one. */
static bool fewer_bytes(struct comparison *comparison, const char *seen)
{
    uint8_t msr = in(comparison, MACHINE_MSR);

    if (msr == MACHINE_TAKES) {
        return seen_compare(comparison, false, "%s, no more", seen);
    }
    return seen_part(comparison, "%s, MSR %02x", seen, msr);
}

/* All bytes are read before any is judged, so that the two stay in step. */
bool ports_result(struct comparison *comparison, const struct argument arg[])
{
    struct unlike unlike = { .wanted = "result" };
    const char *seen = unlike.seen;
    size_t i = 0;

    for (; i < arg[0].n_words && ports_wait_ready(comparison, MACHINE_GIVES); i++) {
        uint8_t byte = in(comparison, MACHINE_FIFO);

        look(decoder_result(&comparison->decoder), arg[0].words[i], byte, &unlike);
    }
    if (seen[0] != '\0') {
        seen_reword(comparison, unlike.wanted);
    }
    seen = seen[0] == ' ' ? seen + 1 : "-";
    return i < arg[0].n_words ? fewer_bytes(comparison, seen)
                              : seen_compare(comparison, unlike.seen[0] == '\0', "%s", seen);
}

bool ports_irq(struct comparison *comparison, const struct argument arg[])
{
    bool irq = comparison->qemu.irq;

    return seen_compare(comparison, irq == (arg[0].number == 1), "%d", irq ? 1 : 0);
}

bool ports_wait_irq(struct comparison *comparison, const struct argument arg[])
{
    if (!comparison->qemu.irq) {
        pass(comparison, arg[0].is_given ? arg[0].number : read_id_ns);
    }
    return seen_compare(comparison, comparison->qemu.irq, "never");
}

bool ports_run(struct comparison *comparison, const struct argument arg[])
{
    pass(comparison, arg[0].number);
    return true;
}
