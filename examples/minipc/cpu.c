/*
 * libx86emu as the processor of a PC: real mode and flat protected mode, one flat memory.  The
 * library calls access_bus() for each access and before_instruction() before each instruction.
 *
 * Not emulated: paging, the FPU, CPUID, A20 (always open), instruction timing: each takes 50 ns,
 * a repeated string instruction too.  Interrupts are delivered in real mode only; in protected
 * mode they wait, which is what the firmware and boot loaders in view ask for.
 */
#include "cpu.h"

#define ADDRESS_TOP UINT64_C(0x100000000)
#define CR0_PE 1u
#define ACCESS_SIZE 0xffu
#define ACCESS_KIND 0xf00u

static void put_word(struct cpu *cpu, uint32_t address, uint16_t value)
{
    address &= 0xfffffu;
    cpu->pins.memory[address] = (uint8_t)value;
    cpu->pins.memory[address + 1] = (uint8_t)(value >> 8);
}

static uint16_t get_word(const struct cpu *cpu, uint32_t address)
{
    return (uint16_t)(cpu->pins.memory[address] | cpu->pins.memory[address + 1] << 8);
}

static void push_word(struct cpu *cpu, uint32_t value)
{
    x86emu_regs_t *regs = &cpu->emu->x86;

    regs->R_SP = (uint16_t)(regs->R_SP - 2);
    put_word(cpu, regs->R_SS_BASE + regs->R_SP, (uint16_t)value);
}

/* Real mode: FLAGS, CS and IP on the stack, then through the table at address 0. */
static void deliver_interrupt(struct cpu *cpu)
{
    x86emu_regs_t *regs = &cpu->emu->x86;
    uint32_t entry = cpu->pins.acknowledge(cpu->pins.opaque) * 4u;

    push_word(cpu, regs->R_FLG);
    push_word(cpu, regs->R_CS);
    push_word(cpu, regs->R_IP);
    regs->R_FLG &= ~(uint32_t)(F_IF | F_TF);
    regs->R_EIP = get_word(cpu, entry);
    x86emu_set_seg_register(cpu->emu, regs->R_CS_SEL, get_word(cpu, entry + 2));
    cpu->is_halted = false;
    cpu->interrupt_shadow = true;
}

static bool is_enabled(const struct cpu *cpu)
{
    const x86emu_regs_t *regs = &cpu->emu->x86;

    return (regs->R_FLG & F_IF) != 0 && (regs->R_CR0 & CR0_PE) == 0;
}

/*
 * Whether the interrupt that is asked for may come before the next instruction.  Not before
 * the second one at which it could: STI and a load of SS keep interrupts out for one
 * instruction, so that none comes between STI and HLT, or between the halves of SS:SP.
 */
static bool takes_interrupt(struct cpu *cpu)
{
    bool was_shadowed = cpu->interrupt_shadow || cpu->shadow_ss != cpu->emu->x86.R_SS;

    cpu->shadow_ss = cpu->emu->x86.R_SS;
    cpu->interrupt_shadow = !is_enabled(cpu);
    return !was_shadowed && !cpu->interrupt_shadow;
}

static int before_instruction(x86emu_t *emu)
{
    struct cpu *cpu = emu->_private;

    if (cpu->now_ns >= cpu->stop_ns) {
        return 1;
    }
    if (*cpu->pins.intr && takes_interrupt(cpu)) {
        deliver_interrupt(cpu);
    }
    cpu->now_ns += CPU_NS_AN_INSTRUCTION;
    cpu->n_instructions++;
    return 0;
}

/* Outside RAM: the ROM below 4 GiB, and FFh where there is nothing. */
static uint8_t read_beyond_memory(const struct cpu *cpu, uint32_t address)
{
    uint64_t rom_base = ADDRESS_TOP - cpu->pins.rom_bytes;

    return address >= rom_base ? cpu->pins.rom[address - rom_base] : 0xff;
}

static uint32_t read_memory(const struct cpu *cpu, uint32_t address, unsigned n_bytes)
{
    const uint8_t *bytes = cpu->pins.memory + address;
    uint32_t value = 0;

    if (address > cpu->pins.memory_bytes - n_bytes) {
        for (unsigned i = 0; i < n_bytes; i++) {
            value |= (uint32_t)read_beyond_memory(cpu, address + i) << 8 * i;
        }
        return value;
    }
    switch (n_bytes) {
    case 1:
        return bytes[0];
    case 2:
        return bytes[0] | (uint32_t)bytes[1] << 8;
    default:
        return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
               (uint32_t)bytes[3] << 24;
    }
}

static void write_memory(struct cpu *cpu, uint32_t address, uint32_t value, unsigned n_bytes)
{
    if (address <= cpu->pins.memory_bytes - n_bytes) {
        for (unsigned i = 0; i < n_bytes; i++) {
            cpu->pins.memory[address + i] = (uint8_t)(value >> 8 * i);
        }
    }
}

static unsigned access_bus(x86emu_t *emu, u32 address, u32 *value, unsigned type)
{
    struct cpu *cpu = emu->_private;
    unsigned size = type & ACCESS_SIZE;
    unsigned n_bytes = size == X86EMU_MEMIO_8_NOPERM ? 1 : 1u << size;

    switch (type & ACCESS_KIND) {
    case X86EMU_MEMIO_W:
        write_memory(cpu, address, *value, n_bytes);
        break;
    case X86EMU_MEMIO_I:
        *value = 0;
        for (unsigned i = 0; i < n_bytes; i++) {
            uint8_t byte = cpu->pins.port_read(cpu->pins.opaque, (uint16_t)(address + i));

            *value |= (uint32_t)byte << 8 * i;
        }
        break;
    case X86EMU_MEMIO_O:
        for (unsigned i = 0; i < n_bytes; i++) {
            cpu->pins.port_write(cpu->pins.opaque, (uint16_t)(address + i),
                                 (uint8_t)(*value >> 8 * i));
        }
        break;
    default: /* data and instructions */
        *value = read_memory(cpu, address, n_bytes);
        break;
    }
    return 0;
}

bool cpu_init(struct cpu *cpu, const struct cpu_pins *pins)
{
    *cpu = (struct cpu){ .pins = *pins, .emu = x86emu_new(X86EMU_PERM_RWX, 0),
                         .interrupt_shadow = true };
    if (cpu->emu == NULL) {
        return false;
    }
    x86emu_reset(cpu->emu);
    cpu->emu->_private = cpu;
    x86emu_set_memio_handler(cpu->emu, access_bus);
    x86emu_set_code_handler(cpu->emu, before_instruction);
    return true;
}

void cpu_done(struct cpu *cpu)
{
    x86emu_done(cpu->emu);
}

void cpu_run(struct cpu *cpu, uint64_t stop_ns)
{
    cpu->stop_ns = stop_ns > cpu->now_ns ? stop_ns : cpu->now_ns + 1; /* one at least */
    if (cpu->is_halted) {
        if (!*cpu->pins.intr || !is_enabled(cpu)) {
            cpu->now_ns = cpu->stop_ns;
            return;
        }
        deliver_interrupt(cpu);
    }
    x86emu_run(cpu->emu, 0);
    cpu->is_halted = (cpu->emu->x86.mode & _MODE_HALTED) != 0;
}

void cpu_stop_by(struct cpu *cpu, uint64_t stop_ns)
{
    if (stop_ns < cpu->stop_ns) {
        cpu->stop_ns = stop_ns;
    }
}

bool cpu_is_dead(const struct cpu *cpu)
{
    return cpu->is_halted && (cpu->emu->x86.R_FLG & F_IF) == 0;
}
