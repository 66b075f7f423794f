/* The machine of the fuzzers.  See machine.h. */
#include "machine.h"

#include <inttypes.h>
#include <string.h>

#include "check.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#define IS_ADDRESSABLE(bytes, n_bytes) (__asan_region_is_poisoned((bytes), (n_bytes)) == NULL)
#endif
#if __has_feature(memory_sanitizer)
#include <sanitizer/msan_interface.h>
#define CHECK_INITIALISED(bytes, n_bytes) __msan_check_mem_is_initialized((bytes), (n_bytes))
#endif
#endif
#ifndef IS_ADDRESSABLE
#define IS_ADDRESSABLE(bytes, n_bytes) ((void)(bytes), (void)(n_bytes), true)
#endif
#ifndef CHECK_INITIALISED
#define CHECK_INITIALISED(bytes, n_bytes) ((void)(bytes), (void)(n_bytes))
#endif

enum {
    DOR = 2,
    MSR = 4, /* and DSR */
    FIFO = 5,
    MSR_RQM = 0x80,
    MSR_DIO = 0x40,
    MSR_NON_DMA = 0x20,
    MSR_BUSY = 0x10,
    DSR_RESET = 0x80,
    DOR_DMAGATE = 0x08,
    DOR_RESET_N = 0x04,
};

/* A call asks a medium for no more: two sides of 63 sectors, each looked for and moved. */
#define MAX_MEDIA_CALLS 100000u

/* Calls in which a channel that moves nothing may be asked: it is asked again a ms later. */
#define MAX_REFUSED 8u

/* A deadline that is served is replaced by a later one; so often it may not be. */
#define MAX_STANDING 16u

struct machine_totals machine_totals;

/* ---- the transcript ---- */

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

static uint64_t mix_bytes(uint64_t hash, const uint8_t *bytes, size_t n_bytes)
{
    uint64_t word = 0;

    for (; n_bytes >= sizeof(word); n_bytes -= sizeof(word), bytes += sizeof(word)) {
        memcpy(&word, bytes, sizeof(word));
        hash = mix(hash, word);
    }
    for (size_t i = 0; i < n_bytes; i++) {
        hash = mix(hash, bytes[i]);
    }
    return hash;
}

void machine_tell(struct machine *machine, const char *what, uint64_t a, uint64_t b)
{
    machine->transcript = mix(mix(mix(machine->transcript, (uint8_t)what[0]), a), b);
    if (machine->trace != NULL) {
        fprintf(machine->trace, "%12" PRIu64 " %s %" PRIx64 " %" PRIx64 "\n", machine->now_ns,
                what, a, b);
    }
}

/* ---- what the host is asked ---- */

static uint64_t now_ns(void *opaque)
{
    struct machine *machine = opaque;

    machine->work.n_clock++;
    return machine->now_ns;
}

static void arm_timer(void *opaque, uint64_t deadline_ns)
{
    struct machine *machine = opaque;

    CHECK(machine->is_told_anew || deadline_ns != machine->deadline_ns,
          "arm_timer is called when the deadline changed");
    machine->work.n_arm++;
    machine->deadline_ns = deadline_ns;
    if (!machine->is_told_anew) {
        machine_tell(machine, "timer", deadline_ns, 0);
    }
}

static void set_irq(void *opaque, bool level)
{
    struct machine *machine = opaque;

    CHECK(machine->is_told_anew || level != machine->irq, "set_irq is called on a change");
    machine->work.n_irq++;
    machine->irq = level;
    if (!machine->is_told_anew) {
        machine_tell(machine, "irq", level, 0);
    }
}

static void set_drq(void *opaque, bool level)
{
    struct machine *machine = opaque;

    CHECK(machine->is_told_anew || level != machine->drq, "set_drq is called on a change");
    machine->work.n_drq++;
    machine->drq = level;
    if (!machine->is_told_anew) {
        machine_tell(machine, "q (drq)", level, 0);
    }
}

/* Inside the controller, or, to be read, in an image that is in a drive; nothing else. */
static bool is_from(const struct machine *machine, enum vfdc_dma_direction direction,
                    const uint8_t *bytes, size_t n_bytes)
{
    const uint8_t *own = machine->memory[machine->in_use];
    size_t n_own = vfdc_controller_size();

    if (bytes >= own && n_bytes <= n_own && (size_t)(bytes - own) <= n_own - n_bytes) {
        return n_bytes <= VFDC_MAX_SECTOR_BYTES;
    }
    for (unsigned i = 0; i < N_IMAGES && direction == VFDC_DMA_TO_MEMORY; i++) {
        if (floppy_holds(&machine->images[i], bytes, n_bytes)) {
            return true;
        }
    }
    return false;
}

static size_t share(struct machine *machine, enum vfdc_dma_direction direction, size_t n_bytes)
{
    const struct channel *channel = &machine->channel;
    size_t left = channel->n_bytes - channel->n_moved;
    bool is_read = channel->mode == CHANNEL_READ || channel->mode == CHANNEL_VERIFY;
    bool is_written = channel->mode == CHANNEL_WRITE || channel->mode == CHANNEL_VERIFY;

    if (!(direction == VFDC_DMA_TO_MEMORY ? is_read : is_written) ||
        machine->n_dma_calls >= machine->max_dma_calls) {
        return 0;
    }
    if (channel->stall != 0 && channel->n_moved + left > channel->stall) {
        left = channel->stall > channel->n_moved ? channel->stall - channel->n_moved : 0;
    }
    n_bytes = n_bytes < left ? n_bytes : left;
    return channel->by != 0 && n_bytes > channel->by ? channel->by : n_bytes;
}

static size_t dma(void *opaque, enum vfdc_dma_direction direction, void *bytes, size_t n_bytes,
                  bool *terminal_count)
{
    struct machine *machine = opaque;
    struct channel *channel = &machine->channel;
    size_t n_moved = share(machine, direction, n_bytes);

    machine->work.n_dma++;
    machine->n_dma_calls++;
    machine_totals.n_dma_calls++;
    CHECK(n_bytes > 0 && !*terminal_count, "a DMA request offers bytes, without a count");
    CHECK(is_from(machine, direction, bytes, n_bytes) && IS_ADDRESSABLE(bytes, n_bytes),
          "what a DMA request offers is the sector's, or the disk's");
    CHECK((view_is_data(&machine->view) || !machine->view.is_known) && !machine->view.n_results,
          "only a data command in execution asks for DMA");
    if (n_moved == 0) {
        machine->work.n_refused++;
        return 0;
    }
    if (direction == VFDC_DMA_TO_MEMORY) {
        CHECK_INITIALISED(bytes, n_bytes);
        machine->transcript = mix_bytes(machine->transcript, bytes, n_moved);
    } else if (channel->mode == CHANNEL_WRITE) {
        memcpy(bytes, channel->bytes + channel->n_moved, n_moved);
    } else {
        memset(bytes, 0xff, n_moved); /* the 8237 verifies: nobody drives the bus */
    }
    channel->n_moved += n_moved;
    *terminal_count = channel->n_moved == channel->n_bytes;
    if (direction == VFDC_DMA_FROM_MEMORY) {
        size_t n_lied = n_bytes - n_moved < channel->lie ? n_bytes - n_moved : channel->lie;

        view_give(&machine->view, bytes, n_moved + n_lied);
    }
    machine_tell(machine, "dma", (uint64_t)direction << 32 | n_bytes, n_moved);
    return n_moved + channel->lie;
}

static void report(void *opaque, const struct vfdc_report *news)
{
    struct machine *machine = opaque;

    machine->work.n_report++;
    CHECK(news->unit < VFDC_N_UNITS && news->head < VFDC_MAX_HEADS,
          "a report is about a drive that there is");
    machine_tell(machine, "report", (uint64_t)news->kind << 8 | news->unit,
                 (uint64_t)news->cylinder << 16 | (uint64_t)news->head << 8 | news->sector);
}

static const struct vfdc_host host = { now_ns, arm_timer, set_irq, set_drq, dma, report };

void machine_in_medium(struct machine *machine)
{
    machine->work.n_media++;
}

/* ---- what holds after every call ---- */

void machine_begin(struct machine *machine)
{
    machine->work = (struct work){ .n_clock = 0 };
}

uint8_t machine_msr(struct machine *machine)
{
    return vfdc_controller_read(machine->fdc, MSR);
}

/* In PS/2 mode DOR bit 3 gates nothing. */
static bool gate_is_open(const struct machine *machine)
{
    return machine->config.strap == VFDC_STRAP_PS2 || (machine->view.dor & DOR_DMAGATE) != 0;
}

static void check_lines(struct machine *machine)
{
    uint8_t msr = machine_msr(machine);

    CHECK(gate_is_open(machine) || (!machine->irq && !machine->drq),
          "both lines are low while DOR bit 3 is 0");
    CHECK((machine->view.dor & DOR_RESET_N) != 0 || (msr == 0 && !machine->irq && !machine->drq),
          "in reset MSR is 00 and both lines are low");
    CHECK((msr & (MSR_DIO | MSR_NON_DMA)) == 0 || (msr & MSR_BUSY) != 0,
          "MSR: DIO and NON DMA in a command only");
    CHECK(!machine->drq || (msr & (MSR_RQM | MSR_NON_DMA | MSR_BUSY)) == MSR_BUSY,
          "DRQ is up in the execution of a DMA command only");
}

void machine_settle(struct machine *machine)
{
    const struct work *work = &machine->work;

    CHECK(vfdc_controller_state_ok(machine->fdc), "the state is one that it can be in");
    CHECK(work->n_clock <= 1, "the clock is read at most once a call");
    CHECK(work->n_arm <= 1 && work->n_irq <= 1 && work->n_drq <= 1,
          "each line, and the deadline, is told at most once a call");
    CHECK(work->n_media <= MAX_MEDIA_CALLS && work->n_refused <= MAX_REFUSED,
          "the work of a call is bounded");
    if (!machine_is_due(machine)) {
        check_lines(machine);
    }
}

/* ---- calls ---- */

static bool is_result(uint8_t msr)
{
    return (msr & (MSR_RQM | MSR_DIO | MSR_NON_DMA | MSR_BUSY)) == (MSR_RQM | MSR_DIO | MSR_BUSY);
}

uint8_t machine_in(struct machine *machine, unsigned offset)
{
    struct view *view = &machine->view;
    bool is_due = machine_is_due(machine);
    bool is_read = false;
    uint8_t value;

    if (offset == FIFO && !is_due) {
        is_read = is_result(machine_msr(machine));
    }
    machine_begin(machine);
    value = vfdc_controller_read(machine->fdc, offset);
    machine_settle(machine);
    machine_totals.n_accesses++;
    machine->n_accesses++;
    CHECK_INITIALISED(&value, 1);
    view->was_read_late = view->was_read_late || (offset == FIFO && is_due);
    if (is_read) {
        view->n_results++;
        CHECK(!view->is_known || view->n_results <= 10, "no command has more than 10 results");
        CHECK(!view->is_known || !view_is_data(view) || view->n_results > 1 ||
                  view->was_read_late || !machine->irq,
              "reading the first result of a data command lowers the interrupt line");
    }
    machine_tell(machine, "in", offset, value);
    return value;
}

void machine_out(struct machine *machine, unsigned offset, uint8_t value)
{
    struct view *view = &machine->view;
    bool is_due = machine_is_due(machine);
    bool irq = machine->irq;

    machine_tell(machine, "out", offset, value);
    if (offset == FIFO && is_due) {
        view_lose(view);
    } else if (offset == FIFO) {
        view_byte(view, machine_msr(machine), value);
    }
    machine_begin(machine);
    CHECK(vfdc_controller_write(machine->fdc, offset, value) == VFDC_S_OK,
          "nothing that a guest writes makes a call fail");
    if (offset == DOR) {
        view_dor(view, value);
    } else if (offset == MSR && (value & DSR_RESET) != 0) {
        view_reset(view);
    }
    machine_settle(machine);
    machine_totals.n_accesses++;
    machine->n_accesses++;
    CHECK(irq || !machine->irq || is_due || offset == DOR,
          "the interrupt line never rises in the write that starts work");
}

void machine_timer(struct machine *machine)
{
    machine_begin(machine);
    CHECK(vfdc_controller_timer_expired(machine->fdc) == VFDC_S_OK, "the timer call works");
    machine_settle(machine);
}

void machine_dma_ready(struct machine *machine)
{
    machine_begin(machine);
    CHECK(vfdc_controller_dma_ready(machine->fdc) == VFDC_S_OK, "dma_ready works");
    machine_settle(machine);
}

void machine_tc(struct machine *machine)
{
    machine_begin(machine);
    CHECK(vfdc_controller_terminal_count(machine->fdc) == VFDC_S_OK, "terminal_count works");
    machine_settle(machine);
}

void machine_reset(struct machine *machine)
{
    machine_begin(machine);
    CHECK(vfdc_controller_reset(machine->fdc) == VFDC_S_OK, "reset works");
    view_dor(&machine->view, 0);
    view_reset(&machine->view);
    machine_settle(machine);
}

/* ---- time ---- */

uint64_t machine_after(const struct machine *machine, uint64_t time_ns)
{
    return time_ns < VFDC_NEVER - 1 - machine->now_ns ? machine->now_ns + time_ns
                                                      : VFDC_NEVER - 1;
}

bool machine_step(struct machine *machine, uint64_t limit_ns)
{
    uint64_t deadline_ns = machine->deadline_ns;

    if (deadline_ns == VFDC_NEVER || deadline_ns > limit_ns) {
        machine->now_ns = limit_ns > machine->now_ns ? limit_ns : machine->now_ns;
        return false;
    }
    if (machine->n_steps >= machine->max_steps) {
        return false;
    }
    machine->n_steps++;
    machine_totals.n_steps++;
    if (deadline_ns > machine->now_ns) {
        machine->now_ns = deadline_ns;
        machine->n_standing = 0;
    }
    machine_timer(machine);
    machine->n_standing = machine_is_due(machine) ? machine->n_standing + 1 : 0;
    CHECK(machine->n_standing < MAX_STANDING || machine->is_wild,
          "a deadline that is served does not stay due");
    return true;
}

/* ---- another controller ---- */

static void take_disks(struct machine *machine)
{
    for (unsigned i = 0; i < N_IMAGES; i++) {
        if (machine->images[i].inner != NULL) {
            CHECK(vfdc_controller_insert(machine->fdc, machine->images[i].unit,
                                         &machine->images[i].base) == VFDC_S_OK,
                  "a disk goes from one controller to another");
        }
    }
}

static void make(struct machine *machine)
{
    memset(machine->memory[machine->in_use], 0xa5, vfdc_controller_size());
    CHECK(vfdc_controller_init(machine->memory[machine->in_use], vfdc_controller_size(),
                               &machine->config, &host, machine, &machine->fdc) == VFDC_S_OK,
          "a controller is made");
}

static void save(struct machine *machine, uint8_t state[VFDC_STATE_MAX_BYTES], size_t *n_bytes)
{
    memset(state, 0, VFDC_STATE_MAX_BYTES);
    machine_begin(machine);
    CHECK(vfdc_controller_save(machine->fdc, state, VFDC_STATE_MAX_BYTES, n_bytes) == VFDC_S_OK &&
              *n_bytes <= VFDC_STATE_MAX_BYTES,
          "a controller saves at any moment");
    machine_settle(machine);
    CHECK_INITIALISED(state, *n_bytes);
}

vfdc_result machine_restore(struct machine *machine, const uint8_t *bytes, size_t n_bytes)
{
    static uint8_t before[VFDC_STATE_MAX_BYTES], after[VFDC_STATE_MAX_BYTES];
    size_t n_before = 0, n_after = 0;
    vfdc_result result;

    save(machine, before, &n_before);
    machine->is_told_anew = true;
    machine_begin(machine);
    result = vfdc_controller_restore(machine->fdc, bytes, n_bytes);
    machine->is_told_anew = false;
    CHECK(vfdc_controller_state_ok(machine->fdc), "what was restored is a state");
    if (vfdc_failed(result)) {
        CHECK(machine->work.n_arm + machine->work.n_irq + machine->work.n_drq == 0,
              "a restore that is refused calls nobody");
    } else {
        CHECK(machine->work.n_arm == 1 && machine->work.n_irq == 1 && machine->work.n_drq == 1,
              "a restore tells the lines and the deadline");
        view_lose(&machine->view);
        machine->view.dor = vfdc_controller_read(machine->fdc, DOR);
    }
    save(machine, after, &n_after);
    if (vfdc_failed(result)) {
        CHECK((n_after == n_before && memcmp(before, after, n_after) == 0) || machine->is_wild,
              "a restore that is refused changes nothing");
    }
    return result;
}

void machine_snapshot(struct machine *machine)
{
    static uint8_t state[VFDC_STATE_MAX_BYTES], again[VFDC_STATE_MAX_BYTES];
    size_t n_bytes = 0, n_again = 0;
    uint64_t deadline_ns;
    bool irq, drq;

    save(machine, state, &n_bytes);
    irq = machine->irq;
    drq = machine->drq;
    deadline_ns = machine->deadline_ns;
    machine->is_told_anew = true;
    machine->in_use ^= 1u;
    make(machine);
    take_disks(machine);
    machine_begin(machine);
    CHECK(vfdc_controller_restore(machine->fdc, state, n_bytes) == VFDC_S_OK,
          "what was saved is restored");
    machine->is_told_anew = false;
    CHECK(machine->irq == irq && machine->drq == drq, "a restore tells the same lines");
    CHECK(machine->deadline_ns == deadline_ns || machine->is_wild,
          "a restore tells the same deadline");
    machine_settle(machine);
    save(machine, again, &n_again);
    CHECK((n_again == n_bytes && memcmp(state, again, n_bytes) == 0) || machine->is_wild,
          "a restored controller saves as the one before");
    machine_totals.n_snapshots++;
}

/* ---- an input ---- */

/* What this process did, for whoever counts: VFDC_FUZZ_TOTALS names a file. */
static void write_totals(void)
{
    const char *path = getenv("VFDC_FUZZ_TOTALS");
    FILE *file = path != NULL ? fopen(path, "w") : NULL;

    if (file == NULL) {
        return;
    }
    fprintf(file,
            "accesses %" PRIu64 "\ndma_calls %" PRIu64 "\ndeadlines %" PRIu64
            "\nsectors_written %" PRIu64 "\nsnapshots %" PRIu64 "\n",
            machine_totals.n_accesses, machine_totals.n_dma_calls, machine_totals.n_steps,
            machine_totals.n_sectors_written, machine_totals.n_snapshots);
    fclose(file);
}

static void open_trace(struct machine *machine, const char *name)
{
    const char *start = getenv("VFDC_FUZZ_TRACE");
    char path[4096];

    if (start != NULL) {
        snprintf(path, sizeof(path), "%s%s", start, name);
        machine->trace = fopen(path, "w");
        CHECK(machine->trace != NULL, "the trace is written");
        setvbuf(machine->trace, NULL, _IOLBF, 0);
    }
}

void machine_init(struct machine *machine, const char *name)
{
    *machine = (struct machine){ .max_steps = MACHINE_MAX_STEPS,
                                 .max_accesses = MACHINE_MAX_ACCESSES,
                                 .max_dma_calls = MACHINE_MAX_DMA_CALLS };
    for (unsigned i = 0; i < 2; i++) {
        machine->memory[i] = malloc(vfdc_controller_size());
        CHECK(machine->memory[i] != NULL, "the fuzzer has memory");
    }
    open_trace(machine, name);
    if (!machine_totals.is_written) {
        machine_totals.is_written = atexit(write_totals) == 0;
    }
}

void machine_power_on(struct machine *machine, const struct vfdc_config *config)
{
    machine->config = *config;
    machine->now_ns = UINT64_C(1000000000000);
    machine->deadline_ns = VFDC_NEVER;
    machine->irq = false;
    machine->drq = false;
    machine->channel.mode = CHANNEL_OFF;
    machine->channel.n_bytes = 0;
    machine->channel.n_moved = 0;
    machine->channel.by = 0;
    machine->channel.stall = 0;
    machine->channel.lie = 0;
    machine->view = (struct view){ .is_known = true };
    machine->is_wild = false;
    machine->is_told_anew = false;
    machine->n_steps = 0;
    machine->n_standing = 0;
    machine->n_accesses = 0;
    machine->n_dma_calls = 0;
    machine->transcript = 0;
    make(machine);
}

static void expect(struct machine *machine, uint8_t msr, uint8_t byte)
{
    CHECK((machine_msr(machine) & 0xf0u) == msr, "after a reset the chip is ready");
    if (msr == MSR_RQM) {
        machine_out(machine, FIFO, byte);
    } else {
        CHECK(machine_in(machine, FIFO) == byte, "after a reset the chip is the same as ever");
    }
}

/* Data sheet, "Sense Interrupt Status", "Version": four polled drives, 90h. */
void machine_check_reset(struct machine *machine)
{
    uint64_t limit_ns;

    machine->n_steps = 0;
    machine_out(machine, DOR, 0x00);
    machine_timer(machine); /* a flush that was due */
    machine->now_ns = UINT64_C(2000000000000);
    machine_timer(machine);
    machine_out(machine, DOR, 0x0c);
    limit_ns = machine_after(machine, UINT64_C(10000000));
    while (!machine->irq && machine_step(machine, limit_ns)) {
    }
    CHECK(machine->irq, "a reset ends with the polling interrupt");
    for (unsigned unit = 0; unit < VFDC_N_UNITS; unit++) {
        expect(machine, MSR_RQM, 0x08);
        expect(machine, MSR_RQM | MSR_DIO | MSR_BUSY, (uint8_t)(0xc0u | unit));
        expect(machine, MSR_RQM | MSR_DIO | MSR_BUSY, 0x00);
    }
    expect(machine, MSR_RQM, 0x10);
    expect(machine, MSR_RQM | MSR_DIO | MSR_BUSY, 0x90);
    CHECK((machine_msr(machine) & 0xf0u) == MSR_RQM && !machine->irq && !machine->drq,
          "after a reset nothing is left");
}
