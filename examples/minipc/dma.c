/*
 * An 8237 DMA controller with the page registers of a PC: addresses of 24 bits, the low 16 of
 * which count and wrap; verify, read and write transfers; terminal count; auto-initialise.
 *
 * Not emulated: the second controller (16-bit channels), cascade, memory to memory, software
 * requests, the difference between single, block and demand mode.
 */
#include "dma.h"

#include <string.h>

#define COMMAND_DISABLED 0x04u
#define MODE_TYPE 0x0cu
#define MODE_VERIFY 0x00u
#define MODE_TO_MEMORY 0x04u /* the data sheet's "write transfer" */
#define MODE_FROM_MEMORY 0x08u
#define MODE_AUTO 0x10u
#define MODE_DOWN 0x20u

/* The channel of page register 80h + n; DMA_N_CHANNELS for those that have none here. */
static const uint8_t page_channel[16] = { 4, 2, 3, 1, 4, 4, 4, 0, 4, 4, 4, 4, 4, 4, 4, 4 };

static uint8_t *page_register(struct dma *dma, uint16_t port)
{
    unsigned n = page_channel[port & 0x0f];

    return n < DMA_N_CHANNELS ? &dma->channel[n].page : &dma->spare_page[port & 0x0f];
}

static void set_mask(struct dma *dma, uint8_t value)
{
    uint8_t bit = (uint8_t)(1u << (value & 3));

    dma->mask = (uint8_t)((value & 4) != 0 ? dma->mask | bit : dma->mask & ~bit);
}

static void master_clear(struct dma *dma)
{
    dma->command = 0;
    dma->terminal_count = 0;
    dma->mask = 0x0f;
    dma->high_byte = false;
}

/* A byte of a 16-bit register: low first, as the flip-flop says. */
static uint8_t read_half(struct dma *dma, uint16_t word)
{
    uint8_t byte = (uint8_t)(dma->high_byte ? word >> 8 : word);

    dma->high_byte = !dma->high_byte;
    return byte;
}

static uint16_t write_half(struct dma *dma, uint16_t word, uint8_t byte)
{
    unsigned whole = dma->high_byte ? (word & 0x00ffu) | (unsigned)byte << 8
                                    : (word & 0xff00u) | byte;

    dma->high_byte = !dma->high_byte;
    return (uint16_t)whole;
}

/* One byte of a transfer.  Above the machine's memory reads are FFh and writes are lost. */
static void move_byte(struct dma *dma, const struct dma_channel *channel, uint8_t *byte)
{
    size_t address = (size_t)channel->page << 16 | channel->address;

    switch (channel->mode & MODE_TYPE) {
    case MODE_TO_MEMORY:
        if (address < dma->memory_bytes) {
            dma->memory[address] = *byte;
        }
        break;
    case MODE_FROM_MEMORY:
        *byte = address < dma->memory_bytes ? dma->memory[address] : 0xff;
        break;
    default:
        break;
    }
}

static void end_of_process(struct dma *dma, unsigned n)
{
    struct dma_channel *channel = &dma->channel[n];

    dma->terminal_count |= (uint8_t)(1u << n);
    if ((channel->mode & MODE_AUTO) != 0) {
        channel->address = channel->base_address;
        channel->count = channel->base_count;
    } else {
        dma->mask |= (uint8_t)(1u << n);
    }
}

void dma_init(struct dma *dma, uint8_t *memory, size_t memory_bytes)
{
    *dma = (struct dma){ .memory = memory, .memory_bytes = memory_bytes };
    master_clear(dma);
}

void dma_set_request(struct dma *dma, unsigned channel, bool level)
{
    uint8_t bit = (uint8_t)(1u << channel);

    dma->request = (uint8_t)(level ? dma->request | bit : dma->request & ~bit);
}

bool dma_is_open(const struct dma *dma, unsigned channel)
{
    return (dma->command & COMMAND_DISABLED) == 0 && (dma->mask & 1u << channel) == 0;
}

size_t dma_move(struct dma *dma, unsigned n, enum dma_direction direction, uint8_t *bytes,
                size_t n_bytes, bool *terminal_count)
{
    struct dma_channel *channel = &dma->channel[n];
    unsigned wanted = direction == DMA_TO_MEMORY ? MODE_TO_MEMORY : MODE_FROM_MEMORY;
    unsigned type = channel->mode & MODE_TYPE;
    int step = (channel->mode & MODE_DOWN) != 0 ? -1 : 1;

    if (!dma_is_open(dma, n) || (type != wanted && type != MODE_VERIFY)) {
        return 0;
    }
    if (type == MODE_VERIFY && direction == DMA_FROM_MEMORY) {
        memset(bytes, 0, n_bytes);
    }
    for (size_t moved = 0; moved < n_bytes; moved++) {
        move_byte(dma, channel, &bytes[moved]);
        channel->address = (uint16_t)(channel->address + step);
        if (channel->count-- == 0) {
            end_of_process(dma, n);
            *terminal_count = true;
            return moved + 1;
        }
    }
    return n_bytes;
}

uint8_t dma_read(struct dma *dma, uint16_t port)
{
    const struct dma_channel *channel = &dma->channel[(port >> 1) & 3];
    uint8_t status;

    if ((port & 0x80) != 0) {
        return *page_register(dma, port);
    }
    if (port < 0x08) {
        return read_half(dma, (port & 1) != 0 ? channel->count : channel->address);
    }
    switch (port) {
    case 0x08:
        status = (uint8_t)(dma->request << 4 | dma->terminal_count);
        dma->terminal_count = 0;
        return status;
    case 0x0f:
        return 0xf0 | dma->mask;
    default:
        return 0xff;
    }
}

static void write_channel(struct dma *dma, uint16_t port, uint8_t value)
{
    struct dma_channel *channel = &dma->channel[(port >> 1) & 3];

    if ((port & 1) != 0) {
        channel->count = channel->base_count = write_half(dma, channel->base_count, value);
    } else {
        channel->address = channel->base_address = write_half(dma, channel->base_address, value);
    }
}

void dma_write(struct dma *dma, uint16_t port, uint8_t value)
{
    if ((port & 0x80) != 0) {
        *page_register(dma, port) = value;
        return;
    }
    if (port < 0x08) {
        write_channel(dma, port, value);
        return;
    }
    switch (port) {
    case 0x08:
        dma->command = value;
        break;
    case 0x0a:
        set_mask(dma, value);
        break;
    case 0x0b:
        dma->channel[value & 3].mode = value;
        break;
    case 0x0c:
        dma->high_byte = false;
        break;
    case 0x0d:
        master_clear(dma);
        break;
    case 0x0e:
        dma->mask = 0;
        break;
    case 0x0f:
        dma->mask = value & 0x0f;
        break;
    default: /* 09h: software requests */
        break;
    }
}
