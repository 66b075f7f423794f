/*
 * vfdc-script: the process that the controllers live in, as their media see it: its system
 * calls, and the descriptors that it has open.  So that a script can let it die: from then on
 * no call of it does anything, and its descriptors and their locks are gone.
 *
 * A file without write permission cannot be opened for writing, by root neither.
 */
#ifndef VFDC_SCRIPT_PROCESS_H
#define VFDC_SCRIPT_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

#include <vfdc/media.h>

#include "../faulty_system.h"

struct process {
    struct faulty_system faulty; /* what the script lets fail */
    int *fds;                    /* open now */
    size_t n_fds;
    bool is_dead;
    bool is_device_next; /* what is examined now says that it is a block device */
};

void process_start(struct process *process);

/* Close what is open, in no order, without a word to the library. */
void process_die(struct process *process);

/* Live again, as a new process: the dead one's objects must be gone.  What is planned to fail
 * is planned still. */
void process_restart(struct process *process);

void process_free(struct process *process);

/* The table for the library, with a struct process as its `opaque`. */
const struct vfdc_system *process_table(void);

#endif
