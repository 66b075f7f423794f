/*
 * Attacks that are too long for a port script: floods, every first byte with every number of
 * bytes behind it, ten million accesses.  Each ends with a reset that the chip recovers by, a
 * VERSION that it answers, and the disk as it was.  All in the three register modes.
 */
#include <stdlib.h>
#include <string.h>

#include "rig.h"

#if defined(__SANITIZE_ADDRESS__)
#define N_ACCESSES 1000000u
#else
#define N_ACCESSES 10000000u
#endif

#define N_STRAPS 3u

/* What an attack is led against. */
struct victim {
    struct rig *rig;
    struct rig_disk disk;
    uint8_t *original;
};

static struct victim victim_new(unsigned strap, enum vfdc_timing timing)
{
    struct vfdc_config config = {
        .strap = (enum vfdc_strap)strap,
        .timing = timing,
        .drive = { VFDC_DRIVE_1440K, VFDC_DRIVE_2880K, VFDC_DRIVE_1200K },
    };
    struct victim victim = {
        .rig = rig_new(&config),
        .disk = rig_disk_new(VFDC_DRIVE_1440K, 2880, false),
    };

    victim.original = malloc(victim.disk.n_bytes);
    assert_non_null(victim.original);
    rig_fill_lba(victim.original, 0, 2880);
    assert_ok(vfdc_controller_insert(victim.rig->fdc, 0, victim.disk.media));
    return victim;
}

static void recovers(struct rig *rig)
{
    assert_true(vfdc_controller_state_ok(rig->fdc));
    rig_out(rig, 2, 0x00);
    power_on(rig, 0x0c);
    cmd(rig, 0x10);
    expect_result(rig, 0x90);
}

static void victim_survives(struct victim *victim)
{
    recovers(victim->rig);
    assert_memory_equal(victim->disk.bytes, victim->original, victim->disk.n_bytes);
    assert_ok(vfdc_controller_eject(victim->rig->fdc, 0, NULL));
    rig_free(victim->rig);
    rig_disk_free(&victim->disk);
    free(victim->original);
}

/* ---- CVE-2015-3456 ---- */

static void flood(const uint8_t *first, size_t n_first, uint8_t byte)
{
    for (unsigned strap = 0; strap < N_STRAPS; strap++) {
        struct victim victim = victim_new(strap, VFDC_TIMING_FAST);

        rig_out(victim.rig, 2, 0x0c);
        for (size_t i = 0; i < n_first; i++) {
            rig_out(victim.rig, 5, first[i]);
        }
        for (unsigned i = 0; i < 100000; i++) {
            rig_out(victim.rig, 5, byte);
            if (i % 1000 == 999) {
                rig_run(victim.rig, RIG_MS);
            }
        }
        victim_survives(&victim);
    }
}

static void venom_read_id(void **state)
{
    static const uint8_t read_id[] = { 0x0a, 0x00 };

    (void)state;
    flood(read_id, sizeof(read_id), 0x42);
}

static void venom_read_track(void **state)
{
    (void)state;
    flood(NULL, 0, 0x42);
}

static void venom_drive_specification(void **state)
{
    static const uint8_t drive_specification[] = { 0x8e };

    (void)state;
    flood(drive_specification, sizeof(drive_specification), 0x42);
    flood(drive_specification, sizeof(drive_specification), 0xc0);
    flood(drive_specification, sizeof(drive_specification), 0x80);
    flood(drive_specification, sizeof(drive_specification), 0xff);
}

/* ---- every first byte ---- */

static void send_unasked(struct rig *rig, uint8_t first, unsigned n_behind, uint8_t filler)
{
    rig_out(rig, 2, 0x00);
    rig_out(rig, 2, 0x1c);
    rig_out(rig, 7, 0x00);
    rig_run(rig, RIG_MS);
    rig_out(rig, 5, first);
    for (unsigned i = 0; i < n_behind; i++) {
        rig_out(rig, 5, filler);
    }
    for (unsigned i = 0; i < 40; i++) {
        (void)rig_in(rig, 5);
    }
    rig_run(rig, RIG_S);
    for (unsigned i = 0; i < 40; i++) {
        (void)rig_in(rig, 5);
    }
    assert_true(vfdc_controller_state_ok(rig->fdc));
}

static void every_first_byte_with_0_to_20_behind_it(void **state)
{
    static const uint8_t fillers[] = { 0x00, 0x42, 0xff };

    (void)state;
    for (unsigned i = 0; i < 2 * N_STRAPS; i++) {
        struct victim victim =
            victim_new(i / 2, i % 2 == 0 ? VFDC_TIMING_FAST : VFDC_TIMING_ACCURATE);

        for (unsigned first = 0; first < 256; first++) {
            for (unsigned n = 0; n <= 20; n++) {
                send_unasked(victim.rig, (uint8_t)first, n, fillers[n % sizeof(fillers)]);
            }
            recovers(victim.rig);
        }
        victim_survives(&victim);
    }
}

/* ---- memory that was someone else's ---- */

/* Numbers without order: the same each time. */
static uint32_t next_number(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* A controller in memory that is full of `filler`. */
static struct rig *rig_in_memory(void *memory, uint8_t filler, unsigned strap)
{
    struct vfdc_config config = { .strap = (enum vfdc_strap)strap };
    struct rig *rig = rig_new_bare();

    config.drive[0] = VFDC_DRIVE_1440K;
    memset(memory, filler, vfdc_controller_size());
    assert_ok(vfdc_controller_init(memory, vfdc_controller_size(), &config, &rig_host, rig,
                                   &rig->fdc));
    return rig;
}

/* The same bytes, unasked for, to two controllers: what one shows and the other does not is old. */
static void no_byte_of_old_memory_is_ever_read(void **state)
{
    void *memory[2] = { malloc(vfdc_controller_size()), malloc(vfdc_controller_size()) };

    (void)state;
    for (unsigned strap = 0; strap < N_STRAPS; strap++) {
        struct rig *rig[2] = {
            rig_in_memory(memory[0], 0xa5, strap),
            rig_in_memory(memory[1], 0x5a, strap),
        };
        uint32_t seed = 1;

        for (unsigned i = 0; i < 200000; i++) {
            uint32_t number = next_number(&seed);
            unsigned offset = number & 7u;
            uint8_t value = (uint8_t)(number >> 8);

            if ((number & 0x10000u) != 0) {
                assert_int_equal(rig_in(rig[0], offset), rig_in(rig[1], offset));
                assert_int_equal(rig_in(rig[0], 5), rig_in(rig[1], 5));
            } else {
                value = offset == 2 ? value | 0x0c : value;
                rig_out(rig[0], offset, value);
                rig_out(rig[1], offset, value);
            }
            if (number % 64 == 0) {
                rig_run(rig[0], RIG_MS);
                rig_run(rig[1], RIG_MS);
            }
        }
        for (unsigned i = 0; i < 2; i++) {
            recovers(rig[i]);
            rig[i]->fdc = NULL; /* the memory is ours */
            rig_free(rig[i]);
        }
    }
    free(memory[0]);
    free(memory[1]);
}

/* ---- ten million accesses ---- */

/* Callbacks so far, by kind. */
struct work {
    unsigned n_clock_reads, n_arms, n_irqs, n_drqs, n_dma_calls;
};

static struct work work_of(const struct rig *rig)
{
    struct work work = {
        rig->n_clock_reads,
        rig->n_arms,
        rig->n_irq_rises + rig->n_irq_falls,
        rig->n_drq_rises + rig->n_drq_falls,
        rig->n_dma_calls,
    };

    return work;
}

/* What one call made the host do. */
static void work_is_bounded(const struct work *before, const struct rig *rig)
{
    struct work after = work_of(rig);

    assert_in_range(after.n_clock_reads - before->n_clock_reads, 0, 1);
    assert_in_range(after.n_arms - before->n_arms, 0, 1);
    assert_in_range(after.n_irqs - before->n_irqs, 0, 2);
    assert_in_range(after.n_drqs - before->n_drqs, 0, 2);
    assert_in_range(after.n_dma_calls - before->n_dma_calls, 0, 1);
}

/* Any port, but mostly bytes for the FIFO: size codes and numbers of sectors among them. */
static void access(struct rig *rig, uint32_t number)
{
    unsigned offset = number & 7u;
    uint8_t value = (uint8_t)(number >> 3);
    struct work before = work_of(rig);

    if ((number & 0x800u) != 0) {
        (void)rig_in(rig, offset);
    } else if ((number & 0x3f000u) == 0) {
        rig_out(rig, offset, value);
        rig->rose_in_write = rig->rose_in_write && offset != 2; /* DOR bit 3 lets it through */
    } else if ((number & 0x40000u) != 0) {
        rig_out(rig, 5, value & 0x47u);
    } else {
        rig_out(rig, 5, value);
    }
    work_is_bounded(&before, rig);
}

/* A 2.88M disk in unit 0, an empty drive as unit 1, no others; time passes now and then. */
static void one_access_is_bounded_work(void **state)
{
    (void)state;
    for (unsigned strap = 0; strap < N_STRAPS; strap++) {
        struct vfdc_config config = {
            .strap = (enum vfdc_strap)strap,
            .timing = strap == 1 ? VFDC_TIMING_ACCURATE : VFDC_TIMING_FAST,
            .drive = { VFDC_DRIVE_2880K, VFDC_DRIVE_1440K },
        };
        struct rig *rig = rig_new(&config);
        struct rig_disk disk = rig_disk_new(VFDC_DRIVE_2880K, 5760, false);
        uint32_t seed = strap;

        assert_ok(vfdc_controller_insert(rig->fdc, 0, disk.media));
        for (unsigned i = 0; i < N_ACCESSES / N_STRAPS; i++) {
            access(rig, next_number(&seed));
            if (i % 16 == 0) {
                rig_run(rig, RIG_US << (next_number(&seed) % 20));
                assert_true(vfdc_controller_state_ok(rig->fdc));
            }
            if (i % 1024 == 0) {
                rig_out(rig, 2, 0x00);
                rig_out(rig, 2, 0x1c);
                rig_out(rig, 7, 0x03);
                rig_run(rig, RIG_S);
                rig_out(rig, 5, 0x08);
                (void)rig_in(rig, 5);
                (void)rig_in(rig, 5);
            }
            if (i % 256 == 0) {
                rig->dma_by = next_number(&seed) % 600;
                if (next_number(&seed) % 2 == 0) {
                    dma_read(rig, 1024);
                } else {
                    dma_write(rig, rig->dma_bytes, 1024);
                }
            }
        }
        print_message("%u DMA requests, %u interrupts\n", rig->n_dma_calls, rig->n_irq_rises);
        assert_true(rig->n_dma_calls > 1000 && rig->n_irq_rises > 1000); /* it got that far */
        recovers(rig);
        assert_ok(vfdc_controller_eject(rig->fdc, 0, NULL));
        rig_free(rig);
        rig_disk_free(&disk);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(venom_read_id),
        cmocka_unit_test(venom_read_track),
        cmocka_unit_test(venom_drive_specification),
        cmocka_unit_test(every_first_byte_with_0_to_20_behind_it),
        cmocka_unit_test(no_byte_of_old_memory_is_ever_read),
        cmocka_unit_test(one_access_is_bounded_work),
    };

    return cmocka_run_group_tests_name("attacks", tests, NULL, NULL);
}
