/* The mini PC: its devices, what connects them, and its clock. */
#ifndef MINIPC_MACHINE_H
#define MINIPC_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "cmos.h"
#include "cpu.h"
#include "dma.h"
#include "floppy.h"
#include "fw_cfg.h"
#include "pic.h"
#include "pit.h"

struct machine {
    struct cpu cpu; /* its now_ns is the machine's clock */
    struct pic pic;
    struct pit pit;
    struct dma dma;
    struct cmos cmos;
    struct fw_cfg fw_cfg;
    struct floppy floppy;
    uint8_t *memory;
    uint8_t *bios, *vgabios; /* file contents */
    size_t bios_bytes, vgabios_bytes;
    FILE *bios_log; /* where the BIOS's debug port goes; NULL: nowhere */
};

/* Power on.  False: the reason is on standard error.  Undone by machine_done() in any case. */
bool machine_init(struct machine *pc, const char *bios_path, const char *vgabios_path);
void machine_done(struct machine *pc);

/* Run until the clock reaches `until_ns`. */
void machine_run(struct machine *pc, uint64_t until_ns);

/* One byte over the port bus, as the processor's IN and OUT do it. */
uint8_t machine_port_read(struct machine *pc, uint16_t port);
void machine_port_write(struct machine *pc, uint16_t port, uint8_t value);

#endif
