/*
 * An 8254 interval timer: channel 0 drives IRQ 0, channel 2 is read back through port 61h.
 * Nothing ticks here: a count is computed from the time since it was loaded.
 *
 * Not emulated: modes 1, 4 and 5 (taken as 0), BCD counting, the status byte of the read-back
 * command, sound.  A gate that opens restarts its count, in mode 0 too.
 */
#include "pit.h"

#define HZ 1193182u
#define NS_A_SECOND UINT64_C(1000000000)
#define NEVER UINT64_MAX

#define PORT_CONTROL 0x43u
#define PORT_SPEAKER 0x61u
#define SPEAKER_GATE 0x01u
#define SPEAKER_REFRESH 0x10u /* toggles with the memory refresh, every 15 microseconds */
#define SPEAKER_OUTPUT 0x20u
#define REFRESH_NS 15085u

/* Whole seconds apart, so that the product does not overflow. */
static uint64_t ticks_of(uint64_t ns)
{
    return ns / NS_A_SECOND * HZ + ns % NS_A_SECOND * HZ / NS_A_SECOND;
}

/* The first nanosecond of a tick. */
static uint64_t ns_of(uint64_t ticks)
{
    return ticks / HZ * NS_A_SECOND + (ticks % HZ * NS_A_SECOND + HZ - 1) / HZ;
}

static uint16_t count_now(const struct pit_channel *channel, uint64_t now_ns)
{
    uint64_t elapsed = ticks_of(now_ns) - channel->start_tick;

    switch (channel->mode) {
    case 2:
        return (uint16_t)(channel->reload - elapsed % channel->reload);
    case 3:
        return (uint16_t)(channel->reload - 2 * elapsed % channel->reload);
    default:
        return (uint16_t)(channel->reload - elapsed);
    }
}

static bool output_now(const struct pit_channel *channel, uint64_t now_ns)
{
    uint64_t elapsed = ticks_of(now_ns) - channel->start_tick;

    switch (channel->mode) {
    case 2:
        return elapsed % channel->reload != channel->reload - 1;
    case 3:
        return elapsed % channel->reload < (channel->reload + 1) / 2;
    default:
        return elapsed >= channel->reload;
    }
}

static void load(struct pit *pit, unsigned n, uint32_t count, uint64_t now_ns)
{
    struct pit_channel *channel = &pit->channel[n];

    channel->reload = count != 0 ? count : 0x10000;
    channel->start_tick = ticks_of(now_ns);
    if (n == 0) {
        pit->irq_tick = channel->start_tick + channel->reload;
    }
}

static void write_count(struct pit *pit, unsigned n, uint8_t value, uint64_t now_ns)
{
    struct pit_channel *channel = &pit->channel[n];

    if (channel->access == 1) {
        load(pit, n, value, now_ns);
    } else if (channel->access == 2) {
        load(pit, n, (uint32_t)value << 8, now_ns);
    } else if (!channel->write_high) {
        channel->low = value;
        channel->write_high = true;
    } else {
        load(pit, n, channel->low | (uint32_t)value << 8, now_ns);
        channel->write_high = false;
    }
}

static uint8_t read_count(struct pit_channel *channel, uint64_t now_ns)
{
    uint16_t count = channel->is_latched ? channel->latch : count_now(channel, now_ns);
    bool high = channel->access == 2 || (channel->access == 3 && channel->read_high);

    channel->read_high = channel->access == 3 && !channel->read_high;
    channel->is_latched = channel->is_latched && channel->read_high;
    return (uint8_t)(high ? count >> 8 : count);
}

static void latch(struct pit_channel *channel, uint64_t now_ns)
{
    if (!channel->is_latched) {
        channel->latch = count_now(channel, now_ns);
        channel->is_latched = true;
    }
}

static void write_control(struct pit *pit, uint8_t value, uint64_t now_ns)
{
    unsigned n = value >> 6;
    uint8_t access = (value >> 4) & 3;
    uint8_t mode = (value >> 1) & 3; /* 6 and 7 are 2 and 3 */

    if (n == PIT_N_CHANNELS) { /* read back; bit 5 clear: latch the counts of bits 1-3 */
        for (n = 0; n < PIT_N_CHANNELS; n++) {
            if ((value & 0x20) == 0 && (value & (2u << n)) != 0) {
                latch(&pit->channel[n], now_ns);
            }
        }
    } else if (access == 0) {
        latch(&pit->channel[n], now_ns);
    } else {
        struct pit_channel *channel = &pit->channel[n];

        *channel = (struct pit_channel){ .access = access, .mode = mode >= 2 ? mode : 0,
                                         .start_tick = ticks_of(now_ns), .reload = 0x10000 };
        if (n == 0) {
            pit->irq_tick = NEVER; /* until a count is loaded */
        }
    }
}

void pit_init(struct pit *pit)
{
    *pit = (struct pit){ .irq_tick = NEVER };
    for (unsigned n = 0; n < PIT_N_CHANNELS; n++) {
        pit->channel[n].reload = 0x10000;
        pit->channel[n].access = 3;
    }
}

uint64_t pit_next_irq_ns(const struct pit *pit)
{
    return pit->irq_tick == NEVER ? NEVER : ns_of(pit->irq_tick);
}

bool pit_take_irq(struct pit *pit, uint64_t now_ns)
{
    const struct pit_channel *channel = &pit->channel[0];
    uint64_t tick = ticks_of(now_ns);

    if (tick < pit->irq_tick) {
        return false;
    }
    pit->irq_tick = NEVER;
    if (channel->mode != 0) {
        uint64_t periods = (tick - channel->start_tick) / channel->reload + 1;

        pit->irq_tick = channel->start_tick + periods * channel->reload;
    }
    return true;
}

uint8_t pit_read(struct pit *pit, uint16_t port, uint64_t now_ns)
{
    uint8_t value;

    if (port == PORT_CONTROL) {
        return 0xff;
    }
    if (port != PORT_SPEAKER) {
        return read_count(&pit->channel[port & 3], now_ns);
    }
    value = pit->port_61 & 0x0f;
    if ((now_ns / REFRESH_NS) % 2 != 0) {
        value |= SPEAKER_REFRESH;
    }
    if (output_now(&pit->channel[2], now_ns)) {
        value |= SPEAKER_OUTPUT;
    }
    return value;
}

void pit_write(struct pit *pit, uint16_t port, uint8_t value, uint64_t now_ns)
{
    if (port == PORT_CONTROL) {
        write_control(pit, value, now_ns);
    } else if (port != PORT_SPEAKER) {
        write_count(pit, port & 3, value, now_ns);
    } else {
        if ((value & ~pit->port_61 & SPEAKER_GATE) != 0) {
            pit->channel[2].start_tick = ticks_of(now_ns);
        }
        pit->port_61 = value;
    }
}
