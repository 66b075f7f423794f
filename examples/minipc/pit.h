/* The interval timer of a PC: an 8254, and the bits of port 61h that belong to it. */
#ifndef MINIPC_PIT_H
#define MINIPC_PIT_H

#include <stdbool.h>
#include <stdint.h>

#define PIT_N_CHANNELS 3

struct pit_channel {
    uint64_t start_tick; /* when the count began */
    uint32_t reload;     /* 1-65536 */
    uint16_t latch;
    uint8_t low;    /* the first byte of a two-byte count */
    uint8_t mode;   /* 0, 2 or 3 */
    uint8_t access; /* 1 low byte, 2 high byte, 3 low then high */
    bool is_latched;
    bool write_high; /* the next byte written is the high one */
    bool read_high;
};

struct pit {
    struct pit_channel channel[PIT_N_CHANNELS];
    uint64_t irq_tick; /* of channel 0's next rising edge, or UINT64_MAX */
    uint8_t port_61;   /* as written: bit 0 is channel 2's gate */
};

void pit_init(struct pit *pit);

/* When channel 0's output next rises, in nanoseconds of `now_ns`'s clock; UINT64_MAX: never. */
uint64_t pit_next_irq_ns(const struct pit *pit);

/* Whether it rose up to now; asks once for what passed. */
bool pit_take_irq(struct pit *pit, uint64_t now_ns);

/* Ports 40h-43h and 61h. */
uint8_t pit_read(struct pit *pit, uint16_t port, uint64_t now_ns);
void pit_write(struct pit *pit, uint16_t port, uint8_t value, uint64_t now_ns);

#endif
