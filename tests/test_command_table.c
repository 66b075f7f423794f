/*
 * The commands table, walked: each of the 256 first bytes takes the parameters, gives the result
 * bytes and has the name that the data sheet says ("Command Set/Descriptions"), and whatever it
 * was, the chip then answers VERSION.
 */
#include "rig.h"

/* First bytes of a command.  The data commands look at bits 4-0 alone. */
struct row {
    const char *name;
    unsigned n_params;
    unsigned n_results;
    bool interrupts;
    uint8_t first[8];
    unsigned n_first;
};

static const struct row rows[] = {
    { "SPECIFY", 2, 0, false, { 0x03 }, 1 },
    { "READ TRACK", 8, 7, true, { 0x02, 0x22, 0x42, 0x62, 0x82, 0xa2, 0xc2, 0xe2 }, 8 },
    { "SENSE DRIVE STATUS", 1, 1, false, { 0x04 }, 1 },
    { "WRITE DATA", 8, 7, true, { 0x05, 0x25, 0x45, 0x65, 0x85, 0xa5, 0xc5, 0xe5 }, 8 },
    { "READ DATA", 8, 7, true, { 0x06, 0x26, 0x46, 0x66, 0x86, 0xa6, 0xc6, 0xe6 }, 8 },
    { "RECALIBRATE", 1, 0, true, { 0x07 }, 1 },
    { "SENSE INTERRUPT STATUS", 0, 1, false, { 0x08 }, 1 }, /* 1: with nothing to sense */
    { "WRITE DELETED DATA", 8, 7, true, { 0x09, 0x29, 0x49, 0x69, 0x89, 0xa9, 0xc9, 0xe9 }, 8 },
    { "READ ID", 1, 7, true, { 0x0a, 0x2a, 0x4a, 0x6a, 0x8a, 0xaa, 0xca, 0xea }, 8 },
    { "READ DELETED DATA", 8, 7, true, { 0x0c, 0x2c, 0x4c, 0x6c, 0x8c, 0xac, 0xcc, 0xec }, 8 },
    { "FORMAT TRACK", 5, 7, true, { 0x0d, 0x2d, 0x4d, 0x6d, 0x8d, 0xad, 0xcd, 0xed }, 8 },
    { "DUMPREG", 0, 10, false, { 0x0e }, 1 },
    { "SEEK", 2, 0, true, { 0x0f }, 1 },
    { "RELATIVE SEEK", 2, 0, true, { 0x8f, 0xcf }, 2 },
    { "VERSION", 0, 1, false, { 0x10 }, 1 },
    { "PERPENDICULAR MODE", 1, 0, false, { 0x12 }, 1 },
    { "CONFIGURE", 3, 0, false, { 0x13 }, 1 },
    { "LOCK", 0, 1, false, { 0x14, 0x94 }, 2 },
    { "VERIFY", 8, 7, true, { 0x16, 0x36, 0x56, 0x76, 0x96, 0xb6, 0xd6, 0xf6 }, 8 },
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

static const struct row invalid = { "INVALID", 0, 1, false, { 0 }, 0 };

static const struct row *row_of(uint8_t byte)
{
    for (size_t i = 0; i < N_ROWS; i++) {
        for (unsigned j = 0; j < rows[i].n_first; j++) {
            if (rows[i].first[j] == byte) {
                return &rows[i];
            }
        }
    }
    return &invalid;
}

/* Write the first byte, then zeros as long as the chip is in the command phase. */
static unsigned send(struct rig *rig, uint8_t byte)
{
    unsigned n_params = 0;

    rig_out(rig, 5, byte);
    while (msr(rig) == 0x90) {
        assert_true(n_params < 16);
        rig_out(rig, 5, 0x00);
        n_params++;
    }
    return n_params;
}

/* Read as long as the chip is in the result phase.  The first byte goes to `st0`. */
static unsigned drain(struct rig *rig, uint8_t *st0)
{
    unsigned n_results = 0;

    while (msr(rig) == 0xd0) {
        uint8_t result = rig_in(rig, 5);

        assert_true(n_results < 16);
        *st0 = n_results == 0 ? result : *st0;
        n_results++;
    }
    return n_results;
}

static void try_byte(uint8_t byte)
{
    struct rig *rig = rig_new(NULL);
    const struct row *row = row_of(byte);
    uint8_t st0 = 0;

    power_on(rig, 0x1c);
    rig->n_irq_rises = 0;

    assert_int_equal(send(rig, byte), row->n_params);
    if (row->interrupts) {
        run_until_irq(rig);
    }
    assert_int_equal(drain(rig, &st0), row->n_results);
    assert_string_equal(vfdc_command_name(byte), row->name);
    if (row == &invalid) {
        assert_int_equal(st0, 0x80);
    }

    rig_run(rig, RIG_S);
    assert_int_equal(rig->n_irq_rises, row->interrupts ? 1 : 0);
    if (row->interrupts && row->n_results == 0) {
        expect_sense(rig, 0x20, 0x00);
    }
    assert_int_equal(msr(rig), 0x80);
    assert_false(rig->irq);
    cmd(rig, 0x10);
    expect_result(rig, 0x90);
    rig_free(rig);
}

static void every_first_byte_is_as_the_data_sheet_says(void **state)
{
    (void)state;
    for (unsigned byte = 0; byte < 256; byte++) {
        try_byte((uint8_t)byte);
    }
}

static void no_first_byte_is_in_two_rows(void **state)
{
    unsigned n_valid = 0;

    (void)state;
    for (unsigned byte = 0; byte < 256; byte++) {
        n_valid += row_of((uint8_t)byte) != &invalid;
    }
    /* one byte each; data commands; UNLOCK; RELATIVE SEEK */
    assert_int_equal(n_valid, 10 + 8 * 8 + 1 + 2);
}

/* With a flag to sense, SENSE INTERRUPT STATUS gives two bytes. */
static void sense_interrupt_of_a_flag_gives_two_bytes(void **state)
{
    struct rig *rig = *state;
    uint8_t st0 = 0;

    power_on(rig, 0x1c);
    cmd(rig, 0x0f, 0x03, 0x05);
    run_until_irq(rig);

    assert_int_equal(send(rig, 0x08), 0);
    rig_run(rig, RIG_MS);
    assert_int_equal(msr(rig), 0xd8);
    st0 = rig_in(rig, 5);
    assert_int_equal(st0, 0x23);
    assert_int_equal(msr(rig), 0xd0);
    assert_int_equal(rig_in(rig, 5), 0x05);
    assert_int_equal(msr(rig), 0x80);
}

/* The same walk one step short: a reset takes back what was given, whatever it was. */
static void a_reset_forgets_an_unfinished_command(void **state)
{
    struct rig *rig = *state;

    power_on(rig, 0x1c);
    for (unsigned byte = 0; byte < 256; byte++) {
        rig_out(rig, 5, (uint8_t)byte);
        for (unsigned i = 1; i < row_of((uint8_t)byte)->n_params; i++) {
            rig_out(rig, 5, 0x00);
        }
        rig_out(rig, 4, 0x80);

        assert_int_equal(msr(rig), 0x80);
        cmd(rig, 0x10);
        expect_result(rig, 0x90);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_first_byte_is_as_the_data_sheet_says),
        cmocka_unit_test(no_first_byte_is_in_two_rows),
        RIG_TEST(sense_interrupt_of_a_flag_gives_two_bytes),
        RIG_TEST(a_reset_forgets_an_unfinished_command),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
