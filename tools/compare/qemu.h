/*
 * vfdc-compare: a PC in QEMU, seen from its bus.  Its processor is halted from the first
 * instruction on; ports, memory and the interrupt line are reached by the qtest protocol, disks
 * by the monitor's.  One floppy drive or two, and no disk in them at the start.
 *
 * Its virtual time stands still, but in qemu_let_time_pass().  All calls do nothing once it is
 * lost, that is when it does not answer.
 */
#ifndef VFDC_COMPARE_QEMU_H
#define VFDC_COMPARE_QEMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "wire.h"

enum { QEMU_N_DRIVES = 2 };

struct qemu {
    pid_t pid;
    struct wire bus;
    struct wire monitor;
    bool irq;       /* the level of line 6 */
    bool was_reset; /* as the monitor tells */
    bool is_lost;
};

/* Start it with these drives ("120", "144" or "288"; NULL for none) and the ROM in that file. */
bool qemu_start(struct qemu *qemu, const char *rom, const char *const drive_type[]);

void qemu_stop(struct qemu *qemu);

/* Make the ROM: a processor that halts. */
bool qemu_write_rom(const char *path);

uint8_t qemu_in(struct qemu *qemu, unsigned port);
void qemu_out(struct qemu *qemu, unsigned port, uint8_t value);

void qemu_fill(struct qemu *qemu, uint32_t address, size_t n_bytes, uint8_t value);
void qemu_write(struct qemu *qemu, uint32_t address, const uint8_t *bytes, size_t n_bytes);
void qemu_read(struct qemu *qemu, uint32_t address, uint8_t *bytes, size_t n_bytes);

/* Let virtual time pass, quickly, until the interrupt line rises, or for long if it does not. */
void qemu_let_time_pass(struct qemu *qemu);

/* Put the image in that file into a drive, or take the disk out.  False if QEMU refuses. */
bool qemu_insert(struct qemu *qemu, unsigned unit, const char *path, bool is_read_only);
bool qemu_eject(struct qemu *qemu, unsigned unit);

/* The RESET line of the whole machine. */
void qemu_reset(struct qemu *qemu);

#endif
