/*
 * Saving and restoring a controller: sizes, sameness, and what a damaged or hostile state does.
 * What a guest sees across a save at every step is shown by running every port script with one
 * between each two statements.
 */
#include <string.h>

#include "rig.h"

struct saved {
    uint8_t bytes[VFDC_STATE_MAX_BYTES];
    size_t n_bytes;
};

static struct saved save(struct rig *rig)
{
    struct saved saved = { .n_bytes = 0 };

    assert_ok(vfdc_controller_save(rig->fdc, saved.bytes, sizeof(saved.bytes), &saved.n_bytes));
    assert_in_range(saved.n_bytes, 1, VFDC_STATE_MAX_BYTES);
    return saved;
}

/* The checksum stands at bytes 10-13, over all that follows; the same polynomial as zip files. */
static void put_checksum_right(struct saved *saved)
{
    uint32_t crc = UINT32_C(0xffffffff);
    size_t i;
    int bit;

    for (i = 14; i < saved->n_bytes; i++) {
        crc ^= saved->bytes[i];
        for (bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ ((crc & 1) != 0 ? UINT32_C(0xedb88320) : 0);
        }
    }
    crc = ~crc;
    for (i = 0; i < 4; i++) {
        saved->bytes[10 + i] = (uint8_t)(crc >> (8 * i));
    }
}

/* A controller in the middle of a sector that the guest reads without DMA. */
static void into_mid_transfer(struct rig *rig)
{
    uint8_t some[100];

    rig_out(rig, 2, 0x00);
    power_on(rig, 0x1c);
    cmd(rig, 0x03, 0xdf, 0x03);
    cmd(rig, 0x46, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    pio_read(rig, some, sizeof(some));
}

static void guest_words_still_work(struct rig *rig)
{
    rig_out(rig, 2, 0x00);
    rig_out(rig, 2, 0x0c);
    rig_run(rig, 10 * RIG_MS);
    cmd(rig, 0x10);
    expect_result(rig, 0x90);
}

static void an_idle_state_is_small(void **state)
{
    struct rig *rig = *state;
    struct saved saved;

    power_on(rig, 0x1c);
    saved = save(rig);

    print_message("idle: %zu bytes\n", saved.n_bytes);
    assert_in_range(saved.n_bytes, 200, 1024);
}

static void a_state_in_mid_transfer_fits(void **state)
{
    struct rig *rig = *state;
    struct rig_disk disk = rig_disk_new(VFDC_DRIVE_1440K, 2880, false);
    struct saved saved;

    assert_ok(vfdc_controller_insert(rig->fdc, 0, disk.media));
    into_mid_transfer(rig);
    saved = save(rig);

    print_message("in mid-transfer: %zu bytes\n", saved.n_bytes);
    assert_in_range(saved.n_bytes, 1024, VFDC_STATE_MAX_BYTES);
    assert_ok(vfdc_controller_eject(rig->fdc, 0, NULL));
    rig_disk_free(&disk);
}

static void too_few_bytes_say_how_many_it_takes(void **state)
{
    struct rig *rig = *state;
    struct saved saved = save(rig);
    uint8_t small[100];
    size_t n_used = 0;

    assert_int_equal(vfdc_controller_save(rig->fdc, small, sizeof(small), &n_used),
                     VFDC_E_INVALIDARG);
    assert_int_equal(n_used, saved.n_bytes);
    assert_int_equal(vfdc_controller_save(rig->fdc, NULL, 0, &n_used), VFDC_E_POINTER);
    assert_int_equal(vfdc_controller_save(NULL, small, sizeof(small), &n_used), VFDC_E_POINTER);
    assert_int_equal(vfdc_controller_restore(rig->fdc, NULL, 0), VFDC_E_POINTER);
    assert_int_equal(vfdc_controller_restore(NULL, small, sizeof(small)), VFDC_E_POINTER);
}

static void a_restored_state_saves_to_the_same_bytes(void **state)
{
    struct rig *rig = *state;
    struct rig *other = rig_new(NULL);
    struct rig_disk disk = rig_disk_new(VFDC_DRIVE_1440K, 2880, false);
    struct saved first;
    struct saved second;
    uint8_t rest[412];
    uint8_t sector[512];

    assert_ok(vfdc_controller_insert(rig->fdc, 0, disk.media));
    into_mid_transfer(rig);
    first = save(rig);
    assert_ok(vfdc_controller_eject(rig->fdc, 0, NULL));
    other->now_ns = rig->now_ns;
    assert_ok(vfdc_controller_insert(other->fdc, 0, disk.media));
    assert_ok(vfdc_controller_restore(other->fdc, first.bytes, first.n_bytes));
    second = save(other);

    assert_int_equal(second.n_bytes, first.n_bytes);
    assert_memory_equal(second.bytes, first.bytes, first.n_bytes);
    pio_read(other, rest, sizeof(rest));
    rig_fill_lba(sector, 0, 1);
    assert_memory_equal(rest, sector + 100, sizeof(rest));
    assert_ok(vfdc_controller_eject(other->fdc, 0, NULL));
    other->told_twice = false; /* restore tells all, whatever it was */
    rig_free(other);
    rig_disk_free(&disk);
}

/* Sector 1 was read; the next command waits for sector 2, of which nothing is there yet. */
static void no_state_holds_a_sector_of_an_earlier_command(void **state)
{
    static const uint8_t of_sector_0[] = { 0x34, 0x41, 0x4e, 0x5b }; /* bytes 4-7: 13 j */
    struct rig *rig = *state;
    struct rig_disk disk = rig_disk_new(VFDC_DRIVE_1440K, 2880, false);
    struct saved saved;
    size_t i;

    assert_ok(vfdc_controller_insert(rig->fdc, 0, disk.media));
    into_mid_transfer(rig);
    rig_out(rig, 2, 0x00);
    power_on(rig, 0x1c);
    cmd(rig, 0x46, 0, 0, 0, 2, 2, 18, 0x1b, 0xff);
    saved = save(rig);

    for (i = 0; i + sizeof(of_sector_0) <= saved.n_bytes; i++) {
        assert_memory_not_equal(saved.bytes + i, of_sector_0, sizeof(of_sector_0));
    }
    assert_ok(vfdc_controller_eject(rig->fdc, 0, NULL));
    rig_disk_free(&disk);
}

static void restore_tells_the_lines_and_the_deadline(void **state)
{
    struct rig *rig = *state;
    struct rig *other = rig_new(NULL);
    struct saved saved;

    rig_out(rig, 2, 0x0c);
    run_until_irq(rig);
    saved = save(rig);
    other->now_ns = rig->now_ns;
    assert_ok(vfdc_controller_restore(other->fdc, saved.bytes, saved.n_bytes));

    assert_true(other->irq);
    assert_false(other->drq);
    assert_int_equal(other->n_arms, 1);
    expect_sense(other, 0xc0, 0);
    assert_false(other->irq);
    other->told_twice = false; /* DRQ was low, and told so again */
    rig_free(other);
}

/* Each damaged state, into a fresh controller: refused, and nothing changed, or let in and sane. */
struct counts {
    unsigned refused, accepted;
};

static void try_state(struct rig *rig, const struct saved *saved, struct counts *counts)
{
    struct saved before = save(rig);
    vfdc_result result;

    result = vfdc_controller_restore(rig->fdc, saved->bytes, saved->n_bytes);
    assert_true(vfdc_controller_state_ok(rig->fdc));
    if (vfdc_failed(result)) {
        struct saved after = save(rig);

        assert_int_equal(after.n_bytes, before.n_bytes);
        assert_memory_equal(after.bytes, before.bytes, after.n_bytes);
        counts->refused++;
    } else {
        counts->accepted++;
        rig_run(rig, RIG_MS);
        assert_true(vfdc_controller_state_ok(rig->fdc));
        (void)rig_in(rig, 5);
        rig_out(rig, 5, 0x42);
        rig_out(rig, 5, 0x42);
        assert_true(vfdc_controller_state_ok(rig->fdc));
        rig_run(rig, RIG_S);
        guest_words_still_work(rig);
    }
    rig->told_twice = false;
    rig->rose_in_write = false;
}

static struct counts change_every_byte(const struct saved *saved, struct rig_disk *disk,
                                       bool right_checksum)
{
    struct counts counts = { 0, 0 };
    struct rig *rig = rig_new(NULL);
    size_t i;
    int value;

    if (disk != NULL) {
        assert_ok(vfdc_controller_insert(rig->fdc, 0, disk->media));
    }
    for (i = 0; i < saved->n_bytes; i++) {
        /* all values where the fields are; of a sector's content, which may be anything, two */
        int step = i < saved->n_bytes - 1024 || saved->n_bytes < 1024 ? 1 : 128;

        for (value = 1; value < 256; value += step) {
            struct saved damaged = *saved;

            damaged.bytes[i] ^= (uint8_t)value;
            if (right_checksum) {
                put_checksum_right(&damaged);
            }
            try_state(rig, &damaged, &counts);
        }
    }
    if (disk != NULL) {
        assert_ok(vfdc_controller_eject(rig->fdc, 0, NULL));
    }
    rig_free(rig);
    return counts;
}

static void every_changed_byte_is_refused_or_sane(void **state)
{
    struct rig *rig = *state;
    struct rig_disk disk = rig_disk_new(VFDC_DRIVE_1440K, 2880, false);
    struct saved idle;
    struct saved busy;
    struct counts counts;

    power_on(rig, 0x1c);
    idle = save(rig);
    assert_ok(vfdc_controller_insert(rig->fdc, 0, disk.media));
    into_mid_transfer(rig);
    busy = save(rig);
    assert_ok(vfdc_controller_eject(rig->fdc, 0, NULL));

    counts = change_every_byte(&idle, NULL, false);
    print_message("idle, one byte changed: %u refused\n", counts.refused);
    assert_int_equal(counts.refused, idle.n_bytes * 255);
    assert_int_equal(counts.accepted, 0);
    counts = change_every_byte(&busy, &disk, false);
    print_message("in mid-transfer, one byte changed: %u refused\n", counts.refused);
    assert_int_equal(counts.refused, (busy.n_bytes - 1024) * 255 + 1024 * 2);
    assert_int_equal(counts.accepted, 0);
    counts = change_every_byte(&idle, NULL, true);
    print_message("idle, changed and checksum right: %u refused, %u accepted\n", counts.refused,
                  counts.accepted);
    assert_int_equal(counts.refused + counts.accepted, idle.n_bytes * 255);
    assert_true(counts.refused > 0 && counts.accepted > 0);
    counts = change_every_byte(&busy, &disk, true);
    print_message("in mid-transfer, changed and checksum right: %u refused, %u accepted\n",
                  counts.refused, counts.accepted);
    assert_int_equal(counts.refused + counts.accepted, (busy.n_bytes - 1024) * 255 + 1024 * 2);
    assert_true(counts.refused > 0 && counts.accepted > 0);
    rig_disk_free(&disk);
}

/* As it is, and with its length and its checksum put right: 14 bytes of header know neither. */
static void truncate_everywhere(struct rig *rig, const struct saved *saved)
{
    struct counts counts = { 0, 0 };
    size_t n;

    for (n = 0; n < saved->n_bytes; n++) {
        struct saved shorter = *saved;

        shorter.n_bytes = n;
        try_state(rig, &shorter, &counts);
        if (n >= 14) {
            shorter.bytes[6] = (uint8_t)n;
            shorter.bytes[7] = (uint8_t)(n >> 8);
            put_checksum_right(&shorter);
            try_state(rig, &shorter, &counts);
        }
    }
    print_message("%zu bytes, cut short: %u refused\n", saved->n_bytes, counts.refused);
    assert_int_equal(counts.accepted, 0);
    assert_int_equal(counts.refused, 2 * saved->n_bytes - 14);
}

/* DOR stands at byte 48, its reset bit is 04h. */
static void a_state_that_works_in_reset_is_refused(void **state)
{
    struct rig *rig = *state;
    struct saved saved;

    power_on(rig, 0x1c);
    cmd(rig, 0x10); /* VERSION, whose result waits */
    saved = save(rig);
    assert_int_equal(saved.bytes[48], 0x1c);
    saved.bytes[48] = 0x18;
    put_checksum_right(&saved);

    assert_int_equal(vfdc_controller_restore(rig->fdc, saved.bytes, saved.n_bytes),
                     VFDC_E_INVALIDARG);
}

static void every_truncation_is_refused(void **state)
{
    struct rig *rig = *state;
    struct rig_disk disk = rig_disk_new(VFDC_DRIVE_1440K, 2880, false);
    struct saved idle;
    struct saved busy;

    assert_ok(vfdc_controller_insert(rig->fdc, 0, disk.media));
    power_on(rig, 0x1c);
    idle = save(rig);
    truncate_everywhere(rig, &idle);
    into_mid_transfer(rig);
    busy = save(rig);
    truncate_everywhere(rig, &busy);
    assert_ok(vfdc_controller_eject(rig->fdc, 0, NULL));
    rig_disk_free(&disk);
}

static void a_newer_version_is_named(void **state)
{
    struct rig *rig = *state;
    struct saved saved = save(rig);

    saved.bytes[4] = 2;
    assert_int_equal(vfdc_controller_restore(rig->fdc, saved.bytes, saved.n_bytes),
                     VFDC_VM_E_PREF_SAVED_STATE_BAD_VERSION);
    saved.bytes[4] = 0;
    assert_int_equal(vfdc_controller_restore(rig->fdc, saved.bytes, saved.n_bytes),
                     VFDC_E_INVALIDARG);
}

static void another_configuration_refuses(void **state)
{
    static const struct vfdc_config configs[] = {
        { .strap = VFDC_STRAP_PS2, .drive = { VFDC_DRIVE_1440K } },
        { .timing = VFDC_TIMING_ACCURATE, .drive = { VFDC_DRIVE_1440K } },
        { .drive = { VFDC_DRIVE_720K } },
        { .drive = { VFDC_DRIVE_1440K, VFDC_DRIVE_1440K } },
    };
    struct saved saved = save(*state);
    size_t i;

    for (i = 0; i < sizeof(configs) / sizeof(configs[0]); i++) {
        struct rig *other = rig_new(&configs[i]);

        assert_int_equal(vfdc_controller_restore(other->fdc, saved.bytes, saved.n_bytes),
                         VFDC_E_INVALIDARG);
        rig_free(other);
    }
}

/* In any of the drives: a saved one with `disk` in it is restored around a smaller one, and around it. */
static void restore_around_another(unsigned unit, const struct rig_disk *disk,
                                   const struct rig_disk *smaller)
{
    static const struct vfdc_config config = {
        .drive = { VFDC_DRIVE_1440K, VFDC_DRIVE_1440K, VFDC_DRIVE_1440K, VFDC_DRIVE_1440K },
    };
    struct rig *rig = rig_new(&config);
    struct rig *other = rig_new(&config);
    struct saved saved;

    assert_ok(vfdc_controller_insert(rig->fdc, unit, disk->media));
    power_on(rig, (uint8_t)((0x10u << unit) | 0x0cu | unit));
    seek(rig, (int)unit, 1);
    assert_false(change_line(rig));
    saved = save(rig);
    other->now_ns = rig->now_ns;

    assert_ok(vfdc_controller_insert(other->fdc, unit, smaller->media));
    assert_ok(vfdc_controller_restore(other->fdc, saved.bytes, saved.n_bytes));
    assert_true(change_line(other));
    assert_ok(vfdc_controller_eject(other->fdc, unit, NULL));
    assert_ok(vfdc_controller_eject(rig->fdc, unit, NULL));
    assert_ok(vfdc_controller_insert(other->fdc, unit, disk->media));
    assert_ok(vfdc_controller_restore(other->fdc, saved.bytes, saved.n_bytes));
    assert_false(change_line(other));
    assert_ok(vfdc_controller_eject(other->fdc, unit, NULL));
    other->told_twice = false;
    rig_free(other);
    rig_free(rig);
}

static void another_disk_shows_as_a_change(void **state)
{
    struct rig_disk disk = rig_disk_new(VFDC_DRIVE_1440K, 2880, false);
    struct rig_disk smaller = rig_disk_new(VFDC_DRIVE_1440K, 1440, false);

    (void)state;
    for (unsigned unit = 0; unit < 4; unit++) {
        restore_around_another(unit, &disk, &smaller);
    }
    rig_disk_free(&disk);
    rig_disk_free(&smaller);
}

/* What was read from a disk does not go on without it. */
static void another_disk_ends_a_transfer(void **state)
{
    struct rig *rig = *state;
    struct rig_disk disk = rig_disk_new(VFDC_DRIVE_1440K, 2880, false);
    struct rig *other = rig_new(NULL);
    struct saved saved;
    unsigned i;

    assert_ok(vfdc_controller_insert(rig->fdc, 0, disk.media));
    into_mid_transfer(rig);
    saved = save(rig);
    assert_int_equal(rig_in(rig, 4), 0xf0);
    assert_ok(vfdc_controller_eject(rig->fdc, 0, NULL));

    other->now_ns = rig->now_ns;
    assert_ok(vfdc_controller_restore(other->fdc, saved.bytes, saved.n_bytes));
    for (i = 0; i < 1000 && (rig_in(other, 4) & 0x20) != 0; i++) {
        rig_run(other, RIG_MS);
    }
    assert_int_equal(rig_in(other, 4), 0xd0); /* its result, and it was no success */
    assert_int_equal(rig_in(other, 5) & 0xc0, 0x40);
    other->told_twice = false;
    rig_free(other);
    rig_disk_free(&disk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(an_idle_state_is_small),
        RIG_TEST(a_state_in_mid_transfer_fits),
        RIG_TEST(too_few_bytes_say_how_many_it_takes),
        RIG_TEST(a_restored_state_saves_to_the_same_bytes),
        RIG_TEST(no_state_holds_a_sector_of_an_earlier_command),
        RIG_TEST(restore_tells_the_lines_and_the_deadline),
        RIG_TEST(every_changed_byte_is_refused_or_sane),
        RIG_TEST(a_state_that_works_in_reset_is_refused),
        RIG_TEST(every_truncation_is_refused),
        RIG_TEST(a_newer_version_is_named),
        RIG_TEST(another_configuration_refuses),
        RIG_TEST(another_disk_shows_as_a_change),
        RIG_TEST(another_disk_ends_a_transfer),
    };

    return cmocka_run_group_tests_name("snapshot", tests, NULL, NULL);
}
