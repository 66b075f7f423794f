/*
 * The fake host that the tests plug a controller into: a virtual clock, one armed deadline,
 * recorders on the lines, a DMA channel, a list of reports, and a guest's words for talking to
 * the ports.  It uses the public interface alone.  A helper that waits moves the virtual clock
 * and fails the running CMocka test, at the caller's line, when what it waits for never comes.
 */
#ifndef VFDC_TESTS_RIG_H
#define VFDC_TESTS_RIG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include <vfdc/controller.h>
#include <vfdc/floppy_drive.h>
#include <vfdc/media.h>

#define RIG_US UINT64_C(1000)
#define RIG_MS UINT64_C(1000000)
#define RIG_S UINT64_C(1000000000)

#define RIG_DMA_BYTES 65536u
#define RIG_MAX_REPORTS 64u

/* In expect_result(): any byte will do. */
#define ANY (-1)

/* What an armed DMA channel does with a request. */
enum rig_dma_mode {
    RIG_DMA_OFF,    /* masked: moves nothing */
    RIG_DMA_READ,   /* device to memory, into dma_bytes */
    RIG_DMA_WRITE,  /* memory to device, out of dma_bytes */
    RIG_DMA_VERIFY, /* device to nowhere: counted and dropped */
};

struct rig {
    struct vfdc_controller *fdc;

    uint64_t now_ns;
    uint64_t deadline_ns; /* as last armed; VFDC_NEVER */

    bool irq, drq;
    unsigned n_irq_rises, n_irq_falls, n_drq_rises, n_drq_falls;
    unsigned n_clock_reads, n_arms, n_dma_calls;
    bool in_write;      /* the guest's port write is running */
    bool rose_in_write; /* the interrupt line rose inside one: never allowed */
    bool told_twice;    /* a line was set to the level it had, or an armed deadline was repeated */

    enum rig_dma_mode dma_mode;
    uint8_t dma_bytes[RIG_DMA_BYTES];
    size_t n_dma_bytes; /* the channel's count; terminal count comes with the last */
    size_t n_dma_moved; /* since it was armed */
    size_t dma_by;      /* the most a call moves; 0 is all it is offered */
    size_t dma_stall;   /* the channel stalls once it has moved so many; 0 is never */
    size_t dma_lie;     /* added to each answer that is not 0: a host that cannot count */

    struct vfdc_report reports[RIG_MAX_REPORTS];
    unsigned n_reports; /* all of them, also those past the list's end */

    /* Called first in every callback, with the callback's name; NULL is not called. */
    void (*intrude)(struct rig *rig, const char *callback);
    unsigned n_intrusions;
    void *intruder; /* the test's own */
};

/* The callback table of a rig; `opaque` is the rig. */
extern const struct vfdc_host rig_host;

/* A rig with a controller from vfdc_controller_create().  NULL is one 1.44M drive, all defaults. */
struct rig *rig_new(const struct vfdc_config *config);

/* A rig without a controller: `fdc` is NULL. */
struct rig *rig_new_bare(void);

/* Destroy the controller, if there still is one, and the rig. */
void rig_free(struct rig *rig);

/* CMocka fixture: *state is rig_new(NULL). */
int rig_setup(void **state);
int rig_teardown(void **state);

#define RIG_TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

#define assert_ok(call) assert_int_equal((call), VFDC_S_OK)

/* ---- time ---- */

/* Move the clock by `ns`, calling in at each deadline on the way. */
void rig_run(struct rig *rig, uint64_t ns);

/* Move the clock until the interrupt line is high, `limit_ns` at most; whether it is. */
bool rig_wait_irq(struct rig *rig, uint64_t limit_ns);

/* ---- ports ---- */

uint8_t rig_in(struct rig *rig, unsigned offset);
void rig_out(struct rig *rig, unsigned offset, uint8_t value);

/* Main status register. */
#define msr(rig) rig_in((rig), 4)

/* DIR bit 7, the change line of the drive that DOR selects. */
#define change_line(rig) ((rig_in((rig), 7) & 0x80) != 0)

/* Wait for RQM without DIO before each byte (1 s at most) and write it to the FIFO port. */
#define cmd(rig, ...)                                                                            \
    rig_cmd((rig), (const int[]){__VA_ARGS__}, sizeof((const int[]){__VA_ARGS__}) / sizeof(int), \
            __FILE__, __LINE__)

/* Wait for RQM with DIO before each byte (5 s at most) and compare it; then no more may follow. */
#define expect_result(rig, ...)                                               \
    rig_expect_result((rig), (const int[]){__VA_ARGS__},                      \
                      sizeof((const int[]){__VA_ARGS__}) / sizeof(int), __FILE__, __LINE__)

/* Wait for the interrupt, 5 s at most. */
#define run_until_irq(rig) rig_run_until_irq((rig), __FILE__, __LINE__)

/* Out of reset, DOR as given, 500 kbit/s, the four interrupts of the reset taken. */
#define power_on(rig, dor) rig_power_on((rig), (dor), __FILE__, __LINE__)

/* SENSE INTERRUPT STATUS, which is to answer these two. */
#define expect_sense(rig, st0, pcn) (cmd((rig), 0x08), expect_result((rig), (st0), (pcn)))

/* SEEK of a unit and the interrupt and status it ends with. */
#define seek(rig, unit, cylinder)                                               \
    (cmd((rig), 0x0f, (unit), (cylinder)), run_until_irq(rig),                  \
     expect_sense((rig), 0x20 | (unit), (cylinder)))

/* `n_bytes` of an execution phase without DMA, each within 5 s. */
#define pio_read(rig, bytes, n_bytes) \
    rig_pio_read((rig), (bytes), (n_bytes), __FILE__, __LINE__)
#define pio_write(rig, bytes, n_bytes) \
    rig_pio_write((rig), (bytes), (n_bytes), __FILE__, __LINE__)

void rig_cmd(struct rig *rig, const int *bytes, size_t n_bytes, const char *file, int line);
void rig_expect_result(struct rig *rig, const int *bytes, size_t n_bytes, const char *file,
                       int line);
void rig_run_until_irq(struct rig *rig, const char *file, int line);
void rig_power_on(struct rig *rig, uint8_t dor, const char *file, int line);
void rig_pio_read(struct rig *rig, uint8_t *bytes, size_t n_bytes, const char *file, int line);
void rig_pio_write(struct rig *rig, const uint8_t *bytes, size_t n_bytes, const char *file,
                   int line);

/* ---- DMA: each arms the channel anew and tells the controller that it is ready ---- */

void dma_read(struct rig *rig, size_t n_bytes); /* the buffer is filled with EEh first */
void dma_write(struct rig *rig, const void *bytes, size_t n_bytes);
void dma_verify(struct rig *rig, size_t n_bytes);
void dma_off(struct rig *rig);

/* ---- reports ---- */

/* How many reports of a kind came for a unit. */
unsigned rig_count_reports(const struct rig *rig, enum vfdc_report_kind kind, unsigned unit);

/* ---- disks ---- */

/*
 * Sectors of the pattern that names their place: bytes 0-3 are the logical block L,
 * little-endian; byte j from 4 on is (7 L + 13 j) mod 256.
 */
void rig_fill_lba(uint8_t *bytes, uint32_t first, uint32_t n_sectors);

/* A memory medium of `n_sectors` in the LBA pattern, over memory of its own. */
struct rig_disk {
    struct vfdc_media *media;
    uint8_t *bytes;
    size_t n_bytes;
};

struct rig_disk rig_disk_new(enum vfdc_drive_type drive, uint32_t n_sectors, bool read_only);
void rig_disk_free(struct rig_disk *disk);

#endif
