/* vfdc-script: what the guest does and sees: ports, lines, time. */
#include <inttypes.h>
#include <string.h>

#include "number.h"
#include "run.h"

static const uint64_t second_ns = 1000000000;

static bool compare(struct run *run, const char *port, uint8_t seen, uint64_t mask,
                    uint64_t wanted)
{
    return (seen & mask) == wanted ||
           run_failed(run, "port %s is %02x, wanted %02x", port, (unsigned)(seen & mask),
                      (unsigned)wanted);
}

bool guest_out(struct run *run, const struct argument arg[])
{
    machine_out(&run->machine.fdc[arg[0].controller], (unsigned)arg[0].number,
                (uint8_t)arg[1].number);
    return true;
}

bool guest_in(struct run *run, const struct argument arg[])
{
    uint8_t seen =
        machine_in(&run->machine.fdc[arg[0].controller], (unsigned)arg[0].number);

    return compare(run, arg[0].words[0], seen, 0xff, arg[1].number);
}

bool guest_in_masked(struct run *run, const struct argument arg[])
{
    uint8_t seen =
        machine_in(&run->machine.fdc[arg[0].controller], (unsigned)arg[0].number);

    return compare(run, arg[0].words[0], seen, arg[1].number, arg[2].number);
}

bool guest_cmd(struct run *run, const struct argument arg[])
{
    struct machine_fdc *fdc = run_fdc(run);

    for (size_t i = 0; i < arg[0].n_words; i++) {
        uint64_t byte = 0;

        number_hex(arg[0].words[i], 0xff, &byte);
        if (!machine_wait_ready(fdc, MACHINE_TAKES, second_ns)) {
            return run_failed(run, "byte %zu is not taken within 1 s (MSR %02x), wanted MSR 80",
                              i + 1, vfdc_controller_read(fdc->controller, MACHINE_MSR));
        }
        machine_out(fdc, MACHINE_FIFO, (uint8_t)byte);
    }
    return true;
}

bool guest_result(struct run *run, const struct argument arg[])
{
    struct machine_fdc *fdc = run_fdc(run);

    for (size_t i = 0; i < arg[0].n_words; i++) {
        const char *wanted = arg[0].words[i];
        uint64_t byte = 0;
        uint8_t seen;

        if (!machine_wait_ready(fdc, MACHINE_GIVES, 5 * second_ns)) {
            return run_failed(run, "byte %zu does not come within 5 s (MSR %02x), wanted MSR c0",
                              i + 1, vfdc_controller_read(fdc->controller, MACHINE_MSR));
        }
        seen = machine_in(fdc, MACHINE_FIFO);
        if (strcmp(wanted, ARGUMENT_ANY_BYTE) != 0 && number_hex(wanted, 0xff, &byte) &&
            seen != byte) {
            return run_failed(run, "byte %zu of the result is %02x, wanted %02x", i + 1, seen,
                              (unsigned)byte);
        }
    }
    return true;
}

static bool level(struct run *run, const char *line, bool seen, const struct argument *wanted)
{
    return seen == (wanted->number == 1) ||
           run_failed(run, "%s is %d, wanted %s", line, seen ? 1 : 0, wanted->words[0]);
}

bool guest_irq(struct run *run, const struct argument arg[])
{
    return level(run, "irq", run_fdc(run)->irq, &arg[0]);
}

bool guest_drq(struct run *run, const struct argument arg[])
{
    return level(run, "drq", run_fdc(run)->drq, &arg[0]);
}

bool guest_wait_irq(struct run *run, const struct argument arg[])
{
    uint64_t time_ns = arg[0].is_given ? arg[0].number : 5 * second_ns;

    return machine_wait_irq(run_fdc(run), time_ns) ||
           run_failed(run, "irq stays 0 for %" PRIu64 " ns, wanted 1", time_ns);
}

bool guest_run(struct run *run, const struct argument arg[])
{
    uint64_t limit_ns = machine_after(&run->machine, arg[0].number);

    while (machine_step(&run->machine, limit_ns)) {
    }
    return true;
}

bool guest_mark(struct run *run, const struct argument arg[])
{
    (void)arg;
    run->mark_ns = run->machine.now_ns;
    return true;
}

bool guest_elapsed(struct run *run, const struct argument arg[])
{
    uint64_t seen_ns = run->machine.now_ns - run->mark_ns;

    return (seen_ns >= arg[0].number && seen_ns <= arg[1].number) ||
           run_failed(run, "%" PRIu64 " ns went by, wanted %s to %s", seen_ns, arg[0].words[0],
                      arg[1].words[0]);
}

bool guest_tc(struct run *run, const struct argument arg[])
{
    (void)arg;
    vfdc_controller_terminal_count(run_fdc(run)->controller);
    return true;
}

bool guest_use(struct run *run, const struct argument arg[])
{
    run->in_use = arg[0].controller;
    return true;
}
