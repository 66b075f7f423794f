/* The processor of the mini PC: libx86emu with a clock, an interrupt line and a HLT that waits. */
#ifndef MINIPC_CPU_H
#define MINIPC_CPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <x86emu.h>

/* Virtual time that an instruction takes. */
#define CPU_NS_AN_INSTRUCTION 50u

/* What the processor's pins are wired to. */
struct cpu_pins {
    uint8_t *memory; /* from address 0 */
    size_t memory_bytes;
    const uint8_t *rom; /* the same bytes end at the top of the address space */
    size_t rom_bytes;

    const bool *intr;                     /* INTR: a level */
    uint8_t (*acknowledge)(void *opaque); /* the vector of the interrupt that is taken */
    uint8_t (*port_read)(void *opaque, uint16_t port);
    void (*port_write)(void *opaque, uint16_t port, uint8_t value);
    void *opaque;
};

struct cpu {
    struct cpu_pins pins;
    x86emu_t *emu;
    uint64_t now_ns;
    uint64_t stop_ns; /* cpu_run() returns when the clock gets here */
    uint64_t n_instructions;
    bool is_halted;
    bool interrupt_shadow; /* the next instruction runs before any interrupt */
    uint16_t shadow_ss;    /* SS when that was last decided */
};

/* At the reset vector.  False: no memory.  Undone by cpu_done(). */
bool cpu_init(struct cpu *cpu, const struct cpu_pins *pins);
void cpu_done(struct cpu *cpu);

/* Run until the clock reaches `stop_ns`; halted, the clock jumps there unless INTR is up. */
void cpu_run(struct cpu *cpu, uint64_t stop_ns);

/* From inside a port access: let cpu_run() return no later than this. */
void cpu_stop_by(struct cpu *cpu, uint64_t stop_ns);

/* Halted with interrupts off: nothing wakes it any more. */
bool cpu_is_dead(const struct cpu *cpu);

#endif
