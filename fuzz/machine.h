/*
 * The machine that the fuzzers plug a controller into, and what it holds the controller to at
 * every call: the state is one that it can be in, the lines are as MSR and DOR say, work is
 * bounded, and a disk changes only where a write command says so.
 *
 * Its clock, its DMA channel's answers and its disks follow from the input alone.  The public
 * interface is all that it uses; the controller lies in memory of its own, so that a sanitizer
 * sees both ends of it.
 */
#ifndef FUZZ_MACHINE_H
#define FUZZ_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <vfdc/controller.h>
#include <vfdc/media.h>

#include "disk.h"
#include "ops.h"
#include "view.h"

/* What an input may ask for at most: then it ends, and the channel stalls. */
#define MACHINE_MAX_STEPS 4096u
#define MACHINE_MAX_ACCESSES 20000u
#define MACHINE_MAX_DMA_CALLS 20000u

enum channel_mode { CHANNEL_OFF, CHANNEL_READ, CHANNEL_WRITE, CHANNEL_VERIFY };

struct channel {
    enum channel_mode mode;
    size_t n_bytes, n_moved;
    size_t by;    /* moved a call at most; 0 is all */
    size_t stall; /* it stalls when so many are moved; 0 is never */
    size_t lie;   /* said to be moved beyond what was */
    uint8_t bytes[OP_SOURCE_BYTES]; /* that the guest gives */
};

/* Callbacks in one call. */
struct work {
    unsigned n_clock, n_arm, n_irq, n_drq, n_dma, n_refused, n_media, n_report;
};

struct machine {
    struct vfdc_controller *fdc;
    struct vfdc_config config;
    void *memory[2]; /* for it, and for the one that it is restored into */
    unsigned in_use;

    uint64_t now_ns, deadline_ns;
    bool irq, drq;
    struct channel channel;
    struct floppy images[N_IMAGES];
    struct view view;

    bool is_wild;      /* the clock went back, or to the end of time: it proves nothing then */
    bool is_told_anew; /* a restore repeats levels and deadline */
    struct work work;  /* of the call that runs, or of the last */
    unsigned n_steps, n_standing, n_accesses, n_dma_calls; /* of this input */

    unsigned max_steps, max_accesses, max_dma_calls;

    uint64_t transcript; /* of all that the controller told or gave: a hash */
    FILE *trace;         /* the same in words, or NULL */
};

/*
 * Once a process; then a fresh controller for each input.  VFDC_FUZZ_TRACE, if set, is the start of
 * the path, and `name` its end, of a file with all that the controller tells, in words.
 */
void machine_init(struct machine *machine, const char *name);
void machine_power_on(struct machine *machine, const struct vfdc_config *config);

/* A reset brings the same chip back, whatever went before. */
void machine_check_reset(struct machine *machine);

uint8_t machine_in(struct machine *machine, unsigned offset);
void machine_out(struct machine *machine, unsigned offset, uint8_t value);
void machine_timer(struct machine *machine);
void machine_dma_ready(struct machine *machine);
void machine_tc(struct machine *machine);
void machine_reset(struct machine *machine);

/* To the next deadline, if it comes up to `limit_ns`, with the call that is due; else there. */
bool machine_step(struct machine *machine, uint64_t limit_ns);

/* The clock and `time_ns`, or the end of time. */
uint64_t machine_after(const struct machine *machine, uint64_t time_ns);

/* Save, take another controller, give it the disks, restore.  It is the same then. */
void machine_snapshot(struct machine *machine);

/*
 * Restore any bytes.  What was refused has changed nothing; what was taken is a state that the
 * controller can be in, and saves as itself.
 */
vfdc_result machine_restore(struct machine *machine, const uint8_t *bytes, size_t n_bytes);

/* The deadline has been reached: what is due happens in the next call, whatever it is. */
static inline bool machine_is_due(const struct machine *machine)
{
    return machine->deadline_ns <= machine->now_ns;
}

/* MSR, which nothing follows from. */
uint8_t machine_msr(struct machine *machine);

/* Around each call of the library that a machine makes: what it may have done, and has. */
void machine_begin(struct machine *machine);
void machine_settle(struct machine *machine);

/* The medium is asked. */
void machine_in_medium(struct machine *machine);

/* Add to the transcript. */
void machine_tell(struct machine *machine, const char *what, uint64_t a, uint64_t b);

/* Over all inputs of this process. */
struct machine_totals {
    uint64_t n_accesses, n_dma_calls, n_steps, n_sectors_written, n_snapshots;
    bool is_written; /* it will be, when the process ends */
};
extern struct machine_totals machine_totals;

#endif
