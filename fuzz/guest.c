/* Operations, done.  See guest.h.  What has a statement in the scripts' language does the same. */
#include "guest.h"

#include <string.h>

#include "check.h"

#define SECOND_NS UINT64_C(1000000000)

enum { MSR = 4, FIFO = 5, READY_MASK = 0xc0, TAKES = 0x80, GIVES = 0xc0 };

bool guest_goes_on(const struct machine *machine)
{
    return machine->n_accesses < machine->max_accesses && machine->n_steps < machine->max_steps;
}

static bool wait_ready(struct machine *machine, uint8_t wanted, uint64_t time_ns)
{
    uint64_t limit_ns = machine_after(machine, time_ns);

    while ((machine_in(machine, MSR) & READY_MASK) != wanted) {
        if (!machine_step(machine, limit_ns)) {
            return false;
        }
    }
    return true;
}

static bool wait_irq(struct machine *machine)
{
    uint64_t limit_ns = machine_after(machine, 5 * SECOND_NS);

    while (!machine->irq) {
        if (!machine_step(machine, limit_ns)) {
            return false;
        }
    }
    return true;
}

static void run(struct machine *machine, uint64_t time_ns)
{
    uint64_t limit_ns = machine_after(machine, time_ns);

    while (machine_step(machine, limit_ns)) {
    }
}

static struct done give(struct machine *machine, const uint8_t *bytes, size_t n_bytes,
                        uint64_t limit_ns)
{
    struct done done = { .holds = true };

    while (done.n_bytes < n_bytes && done.holds && guest_goes_on(machine)) {
        done.holds = wait_ready(machine, TAKES, limit_ns);
        if (done.holds) {
            machine_out(machine, FIFO, bytes[done.n_bytes++]);
        }
    }
    return done;
}

static struct done take(struct machine *machine, size_t n_bytes)
{
    struct done done = { .holds = true };

    while (done.n_bytes < n_bytes && done.holds && guest_goes_on(machine)) {
        done.holds = wait_ready(machine, GIVES, 5 * SECOND_NS);
        if (done.holds) {
            uint8_t byte = machine_in(machine, FIFO);

            if (done.n_bytes < OP_CMD_BYTES) {
                done.bytes[done.n_bytes] = byte;
            }
            done.n_bytes++;
        }
    }
    return done;
}

static void arm(struct machine *machine, enum channel_mode mode, size_t n_bytes, size_t by)
{
    machine->channel.mode = mode;
    machine->channel.n_bytes = n_bytes;
    machine->channel.n_moved = 0;
    machine->channel.by = by;
    machine->channel.stall = 0;
    machine->channel.lie = 0;
    if (mode != CHANNEL_OFF) {
        machine_dma_ready(machine);
    }
}

/* The clock goes where it never does: no deadline is promised any more. */
static void set_clock(struct machine *machine, uint64_t now_ns)
{
    machine->now_ns = now_ns;
    machine->is_wild = true;
    machine->n_standing = 0;
}

/* Operations without a statement. */
static void do_without_words(struct machine *machine, const struct op *op)
{
    switch (op->kind) {
    case OP_TIMER:
        machine_timer(machine);
        break;
    case OP_DMA_READY:
        machine_dma_ready(machine);
        break;
    case OP_JUMP:
        machine->now_ns = machine_after(machine, op->time_ns);
        break;
    case OP_BACK:
        set_clock(machine, machine->now_ns > op->time_ns ? machine->now_ns - op->time_ns : 0);
        break;
    case OP_FAR:
        set_clock(machine, VFDC_NEVER - 1u - op->number[0]);
        break;
    case OP_DMA_LIE:
        machine->channel.lie = op->number[0];
        break;
    case OP_DMA_STALL:
        machine->channel.stall = op->number[0];
        break;
    default:
        floppy_set_marks(machine, op->number);
        break;
    }
}

struct done guest_do(struct machine *machine, const struct op *op)
{
    static uint8_t bytes[OP_SOURCE_BYTES];
    const unsigned *number = op->number;
    struct done done = { .holds = true };

    switch (op->kind) {
    case OP_OUT:
        machine_out(machine, number[0], (uint8_t)number[1]);
        break;
    case OP_IN:
        done.bytes[0] = machine_in(machine, number[0]);
        break;
    case OP_FLOOD:
        for (; done.n_bytes < number[2] && guest_goes_on(machine); done.n_bytes++) {
            machine_out(machine, number[0], (uint8_t)number[1]);
        }
        break;
    case OP_DRAIN:
        for (; done.n_bytes < number[1] && guest_goes_on(machine); done.n_bytes++) {
            (void)machine_in(machine, number[0]);
        }
        break;
    case OP_CMD:
        done = give(machine, op->bytes, op->n_bytes, SECOND_NS);
        break;
    case OP_RESULT:
        done = take(machine, number[0] % OP_CMD_BYTES + 1u);
        break;
    case OP_WAIT_IRQ:
        done.holds = wait_irq(machine);
        break;
    case OP_RUN:
        run(machine, op->time_ns);
        break;
    case OP_DMA_READ:
        arm(machine, CHANNEL_READ, number[0], number[1]);
        break;
    case OP_DMA_VERIFY:
        arm(machine, CHANNEL_VERIFY, number[0], 0);
        break;
    case OP_DMA_WRITE:
        arm(machine, CHANNEL_WRITE, op_source_bytes(&op->source, machine->channel.bytes), 0);
        break;
    case OP_DMA_OFF:
        arm(machine, CHANNEL_OFF, 0, 0);
        break;
    case OP_PIO_READ:
        done = take(machine, number[0]);
        break;
    case OP_PIO_WRITE:
        done = give(machine, bytes, op_source_bytes(&op->source, bytes), 5 * SECOND_NS);
        break;
    case OP_TC:
        machine_tc(machine);
        break;
    case OP_IMAGE:
        floppy_make(machine, number[0], number[1], number[2]);
        break;
    case OP_ATTACH:
        done.holds = floppy_attach(machine, number[0], number[1], number[2]);
        break;
    case OP_RELEASE:
        floppy_release(machine, number[0]);
        break;
    case OP_POWER:
        machine_reset(machine);
        break;
    case OP_SNAPSHOT:
        machine_snapshot(machine);
        break;
    default:
        do_without_words(machine, op);
        break;
    }
    return done;
}

void guest_play(struct machine *machine, struct op_stream *stream)
{
    struct op op = { .kind = 0 };

    while (guest_goes_on(machine) && op_next(stream, &op)) {
        (void)guest_do(machine, &op);
    }
}

void guest_end(struct machine *machine)
{
    machine_check_reset(machine);
    for (unsigned unit = 0; unit < VFDC_N_UNITS; unit++) {
        floppy_release(machine, unit);
    }
    for (unsigned i = 0; i < N_IMAGES; i++) {
        floppy_check(&machine->images[i]);
        floppy_forget(&machine->images[i]);
    }
}
