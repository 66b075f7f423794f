/* The battery-backed memory and clock of a PC (ports 70h and 71h). */
#ifndef MINIPC_CMOS_H
#define MINIPC_CMOS_H

#include <stddef.h>
#include <stdint.h>

#define CMOS_BYTES 128

struct cmos {
    uint8_t byte[CMOS_BYTES];
    uint8_t index;
};

/* `drive` as the BIOS numbers them: 2 is 1.2M, 3 is 720K, 4 is 1.44M, 5 is 2.88M. */
void cmos_init(struct cmos *cmos, size_t memory_bytes, uint8_t drive);

uint8_t cmos_read(const struct cmos *cmos, uint16_t port, uint64_t now_ns);
void cmos_write(struct cmos *cmos, uint16_t port, uint8_t value);

#endif
