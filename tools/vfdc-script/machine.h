/*
 * vfdc-script: the virtual machine around one or two controllers: virtual time, the interrupt
 * and DMA request lines, a DMA channel each, and the operator's handles of their drives.
 *
 * Time moves only in machine_step(), from armed deadline to armed deadline.
 */
#ifndef VFDC_SCRIPT_MACHINE_H
#define VFDC_SCRIPT_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vfdc/controller.h>
#include <vfdc/floppy_drive.h>

#include "channel.h"
#include "news.h"
#include "process.h"
#include "scratch.h"

enum {
    MACHINE_MAX_FDCS = 2,

    /* Offsets of ports. */
    MACHINE_MSR = 4,
    MACHINE_FIFO = 5,

    /* Bits 7 and 6 of the main status register: a byte is wanted, or there is one to read. */
    MACHINE_TAKES = 0x80,
    MACHINE_GIVES = 0xc0,
    MACHINE_READY_MASK = 0xc0,
};

struct machine;

/* A controller and what is wired to it. */
struct machine_fdc {
    struct machine *machine;
    unsigned index;
    struct vfdc_config config;
    struct vfdc_controller *controller;
    struct vfdc_floppy_drive *drive[VFDC_N_UNITS];
    struct vfdc_media_error failed[VFDC_N_UNITS]; /* on handles from before a snapshot */
    uint64_t deadline_ns;
    bool irq;
    bool drq;
    struct channel channel;
    struct buffer buffer;
};

struct machine {
    uint64_t now_ns;
    struct machine_fdc fdc[MACHINE_MAX_FDCS];
    unsigned n_fdcs;
    bool is_on;
    bool is_traced;
    bool is_stuck;       /* a deadline was due again and again: the controller's mistake */
    unsigned n_standing; /* deadlines since time last moved */
    struct process process;
    const struct scratch *scratch; /* whose names the trace shows; the caller's */
    struct news_queue events;
    struct news_queue reports;
    bool has_flush_error; /* reported by controllers on their way out */
};

/* A machine that is off, at time 0. */
void machine_init(struct machine *machine, bool is_traced, const struct scratch *scratch);

/* Make the controllers: `n_fdcs` of them, a configuration each. */
vfdc_result machine_power_on(struct machine *machine, const struct vfdc_config config[],
                             unsigned n_fdcs);

/* Destroy them; what is attached is flushed and ejected.  False if a flush failed. */
bool machine_power_off(struct machine *machine);

/* The process dies with them: nothing of that happens. */
void machine_crash(struct machine *machine);

/* Free what the machine, which is off, holds. */
void machine_free(struct machine *machine);

/*
 * Save each controller, make another in its place with the same disks in, and restore that.
 * Nobody notices; it is not traced.
 */
vfdc_result machine_snapshot(struct machine *machine);

/* The detail of the last call on a drive that failed. */
const struct vfdc_media_error *machine_exception(const struct machine_fdc *fdc, unsigned unit);

/* The RESET pin of all controllers. */
void machine_reset(struct machine *machine);

/* One port access, by the offset from the controller's first port. */
uint8_t machine_in(struct machine_fdc *fdc, unsigned offset);
void machine_out(struct machine_fdc *fdc, unsigned offset, uint8_t value);

/*
 * Move time to the next deadline, and let it happen; false if none comes up to `limit_ns`,
 * where time then stands.
 */
bool machine_step(struct machine *machine, uint64_t limit_ns);

/* `now + time_ns`, at most the end of time. */
uint64_t machine_after(const struct machine *machine, uint64_t time_ns);

/* Wait until the controller takes a byte, or gives one; false after `time_ns`. */
bool machine_wait_ready(struct machine_fdc *fdc, uint8_t wanted, uint64_t time_ns);

/* Wait until the interrupt line is high; false after `time_ns`. */
bool machine_wait_irq(struct machine_fdc *fdc, uint64_t time_ns);

#endif
