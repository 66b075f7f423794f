/*
 * CMOS memory with what a BIOS looks up (drive types, memory sizes, boot order) and the clock.
 * It is midnight of 1 January 2000 when the machine is switched on, so that runs are alike.
 *
 * Not emulated: setting the clock, midnight, alarm and periodic interrupts (IRQ 8).
 */
#include "cmos.h"

#define NS_A_SECOND UINT64_C(1000000000)

static uint8_t bcd(uint64_t number)
{
    return (uint8_t)(number / 10 % 10 << 4 | number % 10);
}

static void set_word(struct cmos *cmos, unsigned index, size_t value)
{
    value = value < 0xffff ? value : 0xffff;
    cmos->byte[index] = (uint8_t)value;
    cmos->byte[index + 1] = (uint8_t)(value >> 8);
}

void cmos_init(struct cmos *cmos, size_t memory_bytes, uint8_t drive)
{
    size_t extended_kib = memory_bytes / 1024 - 1024;

    *cmos = (struct cmos){ .byte = {
        [0x06] = 0x07,                   /* Saturday */
        [0x07] = 0x01, [0x08] = 0x01,    /* day and month; the year is 00 */
        [0x0a] = 0x26,                   /* divider and rate as usual, no update in progress */
        [0x0b] = 0x02,                   /* 24 hours, BCD */
        [0x0d] = 0x80,                   /* the battery is good */
        [0x10] = (uint8_t)(drive << 4),  /* floppy drives: the first, no second */
        [0x14] = 0x01,                   /* equipment: there are floppy drives */
        [0x32] = 0x20,                   /* century */
        [0x3d] = 0x01,                   /* boot from the floppy */
    } };
    set_word(cmos, 0x15, 640);          /* KiB below 1 MiB */
    set_word(cmos, 0x17, extended_kib); /* KiB above it, for the old */
    set_word(cmos, 0x30, extended_kib); /* and again, as found by POST */
    set_word(cmos, 0x34, extended_kib > 15360 ? (extended_kib - 15360) / 64 : 0); /* above 16 MiB */
}

uint8_t cmos_read(const struct cmos *cmos, uint16_t port, uint64_t now_ns)
{
    uint64_t seconds = now_ns / NS_A_SECOND;

    if (port == 0x70) {
        return 0xff;
    }
    switch (cmos->index) {
    case 0x00:
        return bcd(seconds % 60);
    case 0x02:
        return bcd(seconds / 60 % 60);
    case 0x04:
        return bcd(seconds / 3600 % 24);
    default:
        return cmos->byte[cmos->index];
    }
}

void cmos_write(struct cmos *cmos, uint16_t port, uint8_t value)
{
    if (port == 0x70) {
        cmos->index = value & 0x7f; /* bit 7 masks the NMI, which nothing raises */
    } else if (cmos->index > 0x0d) {
        cmos->byte[cmos->index] = value;
    }
}
