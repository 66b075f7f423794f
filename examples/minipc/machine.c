/*
 * What connects the devices: memory, the port map, and the loop that runs the processor from
 * one deadline to the next.
 *
 * Memory is 32 MiB without holes, the BIOS a writable copy at E0000h and a ROM below 4 GiB.
 * Not emulated: PCI, the keyboard controller, disks but the floppy, serial and parallel ports.
 * A port that is nobody's reads FFh.
 */
#include "machine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "complain.h"

#define MEMORY_BYTES ((size_t)32 << 20)
#define BIOS_END 0x100000u
#define BIOS_MAX_BYTES 0x20000u
#define VGABIOS_MAX_BYTES 0x10000u
#define CMOS_DRIVE_1440K 4

#define PORT_A20 0x92u
#define A20_OPEN 0x02u
#define PORT_DEBUG 0x402u
#define DEBUG_PRESENT 0xe9u

uint8_t machine_port_read(struct machine *pc, uint16_t port)
{
    uint8_t value = 0xff;

    if (port >= 0x3f0 && port <= 0x3f7 && port != 0x3f6) {
        value = floppy_read(&pc->floppy, port);
    } else if (port <= 0x0f || (port >= 0x80 && port <= 0x8f)) {
        value = dma_read(&pc->dma, port);
    } else if ((port & ~0x81u) == 0x20) {
        value = pic_read(&pc->pic, port);
    } else if ((port & ~3u) == 0x40 || port == 0x61) {
        value = pit_read(&pc->pit, port, pc->cpu.now_ns);
    } else if ((port & ~1u) == 0x70) {
        value = cmos_read(&pc->cmos, port, pc->cpu.now_ns);
    } else if (port == PORT_A20) {
        value = A20_OPEN;
    } else if (port == PORT_DEBUG) {
        value = DEBUG_PRESENT;
    } else if ((port & ~1u) == 0x510) {
        value = fw_cfg_read(&pc->fw_cfg, port);
    }
    cpu_stop_by(&pc->cpu, pc->floppy.deadline_ns);
    return value;
}

void machine_port_write(struct machine *pc, uint16_t port, uint8_t value)
{
    if (port >= 0x3f0 && port <= 0x3f7 && port != 0x3f6) {
        floppy_write(&pc->floppy, port, value);
    } else if (port <= 0x0f || (port >= 0x80 && port <= 0x8f)) {
        dma_write(&pc->dma, port, value);
        floppy_dma_written(&pc->floppy);
    } else if ((port & ~0x81u) == 0x20) {
        pic_write(&pc->pic, port, value);
    } else if ((port & ~3u) == 0x40 || port == 0x61) {
        pit_write(&pc->pit, port, value, pc->cpu.now_ns);
    } else if ((port & ~1u) == 0x70) {
        cmos_write(&pc->cmos, port, value);
    } else if (port == PORT_DEBUG && pc->bios_log != NULL) {
        (void)fputc(value, pc->bios_log);
    } else if ((port & ~1u) == 0x510) {
        fw_cfg_write(&pc->fw_cfg, port, value);
    }
    cpu_stop_by(&pc->cpu, pc->floppy.deadline_ns);
    cpu_stop_by(&pc->cpu, pit_next_irq_ns(&pc->pit));
}

static uint8_t port_read(void *opaque, uint16_t port)
{
    return machine_port_read(opaque, port);
}

static void port_write(void *opaque, uint16_t port, uint8_t value)
{
    machine_port_write(opaque, port, value);
}

static uint8_t acknowledge(void *opaque)
{
    struct machine *pc = opaque;

    return pic_acknowledge(&pc->pic);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

void machine_run(struct machine *pc, uint64_t until_ns)
{
    while (pc->cpu.now_ns < until_ns) {
        uint64_t next_ns = earlier(pit_next_irq_ns(&pc->pit), pc->floppy.deadline_ns);

        cpu_run(&pc->cpu, earlier(next_ns, until_ns));
        if (pit_take_irq(&pc->pit, pc->cpu.now_ns)) {
            pic_set_irq(&pc->pic, 0, false);
            pic_set_irq(&pc->pic, 0, true);
        }
        if (pc->floppy.deadline_ns <= pc->cpu.now_ns) {
            floppy_timer(&pc->floppy);
        }
    }
}

/* The whole of a file of 1 to `max_bytes` bytes, or NULL and a line on standard error. */
static uint8_t *load_file(const char *path, size_t max_bytes, size_t *n_bytes)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(max_bytes + 1);

    if (file == NULL) {
        complain("%s: %s", path, strerror(errno));
    } else if (bytes == NULL) {
        complain("%s: out of memory", path);
    } else {
        *n_bytes = fread(bytes, 1, max_bytes + 1, file);
        if (ferror(file) == 0 && *n_bytes > 0 && *n_bytes <= max_bytes) {
            (void)fclose(file);
            return bytes;
        }
        complain("%s: %s", path, ferror(file) != 0 ? strerror(errno)
                                 : *n_bytes == 0   ? "empty"
                                                   : "too long for a BIOS");
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    free(bytes);
    return NULL;
}

static bool load_firmware(struct machine *pc, const char *bios_path, const char *vgabios_path)
{
    pc->bios = load_file(bios_path, BIOS_MAX_BYTES, &pc->bios_bytes);
    if (pc->bios == NULL) {
        return false;
    }
    pc->vgabios = load_file(vgabios_path, VGABIOS_MAX_BYTES, &pc->vgabios_bytes);
    if (pc->vgabios == NULL) {
        return false;
    }
    memcpy(pc->memory + BIOS_END - pc->bios_bytes, pc->bios, pc->bios_bytes);
    fw_cfg_init(&pc->fw_cfg, "vgaroms/isavga.bin", pc->vgabios, pc->vgabios_bytes);
    return true;
}

static bool wire_up(struct machine *pc)
{
    const struct cpu_pins pins = {
        .memory = pc->memory, .memory_bytes = MEMORY_BYTES,
        .rom = pc->bios, .rom_bytes = pc->bios_bytes,
        .intr = &pc->pic.intr, .acknowledge = acknowledge,
        .port_read = port_read, .port_write = port_write, .opaque = pc,
    };
    vfdc_result result;

    pic_init(&pc->pic);
    pit_init(&pc->pit);
    dma_init(&pc->dma, pc->memory, MEMORY_BYTES);
    cmos_init(&pc->cmos, MEMORY_BYTES, CMOS_DRIVE_1440K);
    if (!cpu_init(&pc->cpu, &pins)) {
        return complain("libx86emu: out of memory");
    }
    result = floppy_init(&pc->floppy, &pc->cpu.now_ns, &pc->pic, &pc->dma);
    if (vfdc_failed(result)) {
        return complain("floppy controller: %s", vfdc_result_name(result));
    }
    return true;
}

bool machine_init(struct machine *pc, const char *bios_path, const char *vgabios_path)
{
    *pc = (struct machine){ .memory = calloc(1, MEMORY_BYTES) };
    if (pc->memory == NULL) {
        return complain("out of memory");
    }
    return load_firmware(pc, bios_path, vgabios_path) && wire_up(pc);
}

void machine_done(struct machine *pc)
{
    floppy_done(&pc->floppy);
    cpu_done(&pc->cpu);
    free(pc->vgabios);
    free(pc->bios);
    free(pc->memory);
}
