/*
 * vfdc-script: a script, executed.  run.c holds the frame; the statements themselves are in
 * run_setup.c, run_operator.c and run_guest.c, named for what they do and listed in
 * statements.c.
 */
#ifndef VFDC_SCRIPT_RUN_H
#define VFDC_SCRIPT_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "machine.h"
#include "parse.h"
#include "scratch.h"

struct run_options {
    bool is_traced;
    bool accurate; /* for scripts without a `timing` statement */
    enum vfdc_strap strap; /* for scripts without a `machine` statement */
    bool restore;  /* a snapshot between every two statements */
};

struct run {
    const struct script *script;
    const struct run_options *options;
    struct vfdc_config config[MACHINE_MAX_FDCS];
    unsigned n_controllers;
    bool has_timing, has_machine; /* the script says which */
    struct scratch scratch;
    struct machine machine;
    unsigned in_use;  /* the controller that statements without a port mean */
    uint64_t mark_ns; /* power-on, before there is one */
    char *failure;    /* what was seen, what was wanted; NULL while all holds */
};

/* Run it and print how it went.  False if a statement did not hold. */
bool run_script(const struct script *script, const struct run_options *options);

/* For the statements.  Always false: "what was seen, what was wanted". */
bool run_failed(struct run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Save, replace and restore the controllers. */
bool run_snapshot(struct run *run);

/* The controller that statements without a port mean. */
struct machine_fdc *run_fdc(struct run *run);

/* Set-up. */
bool setup_machine(struct run *run, const struct argument arg[]);
bool setup_timing(struct run *run, const struct argument arg[]);
bool setup_empty(struct run *run, const struct argument arg[]);
bool setup_flush_policy(struct run *run, const struct argument arg[]);
bool setup_drive(struct run *run, const struct argument arg[]);
bool setup_controllers(struct run *run, const struct argument arg[]);

/* Images. */
bool image_make(struct run *run, const struct argument arg[]);
bool image_copy(struct run *run, const struct argument arg[]);
bool image_chmod(struct run *run, const struct argument arg[]);
bool image_journal(struct run *run, const struct argument arg[]);
bool image_bytes(struct run *run, const struct argument arg[]);

/* The operator. */
bool operator_attach(struct run *run, const struct argument arg[]);
bool operator_release(struct run *run, const struct argument arg[]);
bool operator_flush(struct run *run, const struct argument arg[]);
bool operator_discard(struct run *run, const struct argument arg[]);
bool operator_save_as(struct run *run, const struct argument arg[]);
bool operator_host_drive(struct run *run, const struct argument arg[]);
bool operator_release_host(struct run *run, const struct argument arg[]);
bool operator_path(struct run *run, const struct argument arg[]);
bool operator_geometry(struct run *run, const struct argument arg[]);
bool operator_exception(struct run *run, const struct argument arg[]);
bool operator_no_event(struct run *run, const struct argument arg[]);
bool operator_event(struct run *run, const struct argument arg[]);
bool operator_no_report(struct run *run, const struct argument arg[]);
bool operator_report(struct run *run, const struct argument arg[]);
bool operator_fail(struct run *run, const struct argument arg[]);
bool operator_fail_short(struct run *run, const struct argument arg[]);
bool operator_crash(struct run *run, const struct argument arg[]);
bool operator_attachment(struct run *run, const struct argument arg[]);
bool operator_dirty(struct run *run, const struct argument arg[]);
bool operator_power(struct run *run, const struct argument arg[]);
bool operator_snapshot(struct run *run, const struct argument arg[]);

/* The guest. */
bool guest_out(struct run *run, const struct argument arg[]);
bool guest_in(struct run *run, const struct argument arg[]);
bool guest_in_masked(struct run *run, const struct argument arg[]);
bool guest_cmd(struct run *run, const struct argument arg[]);
bool guest_result(struct run *run, const struct argument arg[]);
bool guest_irq(struct run *run, const struct argument arg[]);
bool guest_drq(struct run *run, const struct argument arg[]);
bool guest_wait_irq(struct run *run, const struct argument arg[]);
bool guest_run(struct run *run, const struct argument arg[]);
bool guest_mark(struct run *run, const struct argument arg[]);
bool guest_elapsed(struct run *run, const struct argument arg[]);
bool guest_dma_read(struct run *run, const struct argument arg[]);
bool guest_dma_verify(struct run *run, const struct argument arg[]);
bool guest_dma_write(struct run *run, const struct argument arg[]);
bool guest_dma_count(struct run *run, const struct argument arg[]);
bool guest_dma_off(struct run *run, const struct argument arg[]);
bool guest_pio_read(struct run *run, const struct argument arg[]);
bool guest_pio_write(struct run *run, const struct argument arg[]);
bool guest_tc(struct run *run, const struct argument arg[]);
bool guest_data(struct run *run, const struct argument arg[]);
bool guest_data_crc(struct run *run, const struct argument arg[]);
bool guest_use(struct run *run, const struct argument arg[]);

#endif
