/*
 * The saved form, field by field: where each stands, and which values a restore lets in.  Saved
 * states outlive the library that wrote them, so a change here is a new version of the form.
 */
#include <stdio.h>
#include <string.h>

#include "rig.h"

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

#define TEN_S UINT64_C(10000000000)
#define NEVER UINT64_MAX

enum kind {
    SAME,   /* must be what the controller is; any other value is refused */
    RANGE,  /* from least to most */
    AHEAD,  /* a deadline: at most 10 s ahead, or never */
    AROUND, /* a time at most 10 s ago or ahead, counted from 10 s ago */
    DISK,   /* of the disk: another value is let in, and is a change of disk */
};

struct field {
    const char *name;
    unsigned n_bytes;
    enum kind kind;
    uint64_t least, most;
    const char *with; /* a field that must not be 0 together with this one */
    bool is_accurate; /* only in that timing */
};

#define BOOL 1, RANGE, 0, 1
#define BYTE 1, RANGE, 0, 255
#define UNITS 1, RANGE, 0, 0x0f
#define TIME 8, AHEAD, 0, 0
#define SHIFTED 8, AROUND, 0, 0

static const struct field header[] = {
    { .name = "magic", .n_bytes = 4, .kind = SAME },
    { .name = "version", .n_bytes = 2, .kind = SAME },
    { .name = "length", .n_bytes = 4, .kind = SAME },
    { .name = "checksum", .n_bytes = 4, .kind = SAME },
    { .name = "strap", .n_bytes = 1, .kind = SAME },
    { .name = "timing", .n_bytes = 1, .kind = SAME },
    { .name = "types of drives", .n_bytes = 4, .kind = SAME },
    { .name = "disks", .n_bytes = 28, .kind = DISK },
};

/* Of DOR, that it is not in reset; of the phase, that there is none but "idle" in an idle chip. */
static const struct field chip[] = {
    { "dor", 1, RANGE, 0x04, 255, NULL, false },
    { "tdr", 1, RANGE, 0, 3, NULL, false },
    { "precomp", 1, RANGE, 0, 0x1c, NULL, false },
    { "data_rate", 1, RANGE, 0, 3, NULL, false },
    { "noprec", BOOL, NULL, false },
    { "is_powered_down", BOOL, NULL, false },
    { "step_latch", BOOL, NULL, false },
    { "inward", BOOL, NULL, false },
    { "hdsel", BOOL, NULL, false },
    { "dsel0", BOOL, NULL, false },
    { "rd_flip", BOOL, NULL, false },
    { "wr_flip", BOOL, NULL, false },
    { "rd_latch", BOOL, NULL, false },
    { "wr_latch", BOOL, NULL, false },
    { "we_latch", BOOL, NULL, false },
    { "step_ns", SHIFTED, NULL, false },
    { "srt_hut", BYTE, NULL, false },
    { "hlt_nd", BYTE, NULL, false },
    { "config", 1, RANGE, 0, 0x7f, NULL, false },
    { "pretrk", BYTE, NULL, false },
    { "perpendicular", 1, RANGE, 0, 0x3f, NULL, false },
    { "sc_eot", BYTE, NULL, false },
    { "lock", BOOL, NULL, false },
    { "head_loaded_ns", TIME, NULL, false },
    { "phase", 1, RANGE, 1, 1, NULL, false },
    { "opcode", BYTE, NULL, false },
    { "fifo.pos", 1, RANGE, 0, 16, NULL, false },
    { "fifo.len", 1, RANGE, 0, 16, NULL, false },
    { "fifo.bytes", 16, RANGE, 0, 255, NULL, false },
    { "c", BYTE, NULL, false },
    { "h", BYTE, NULL, false },
    { "r", BYTE, NULL, false },
    { "n", BYTE, NULL, false },
    { "drive_busy", UNITS, NULL, false },
    { "int_causes", UNITS, NULL, false },
    { "int_level", BOOL, "int_causes", false },
    { "drq", 1, RANGE, 0, 0, NULL, false },
    { "poll_flags", UNITS, NULL, false },
    { "seek_done", UNITS, NULL, false },
    { "sensed", UNITS, NULL, false },
    { "drops_poll", BOOL, NULL, false },
    { "poll_held", BOOL, NULL, false },
    { "flush_due", UNITS, NULL, false },
    { "deadline of a seek 0", TIME, "seek.kind 0", false },
    { "deadline of a seek 1", TIME, "seek.kind 1", false },
    { "deadline of a seek 2", TIME, "seek.kind 2", false },
    { "deadline of a seek 3", TIME, "seek.kind 3", false },
    { "deadline of the command", TIME, NULL, false },
    { "deadline of the poll", TIME, NULL, false },
    { "deadline of the line", TIME, NULL, false },
    { "deadline of the flush", TIME, NULL, false },
};

/* For each of the four units; the number is put behind. */
static const struct field drive[] = {
    { "pcn", BYTE, NULL, false },
    { "seek_st0", BYTE, NULL, false },
    { "seek.kind", 1, RANGE, 1, 4, "deadline of a seek", false },
    { "seek.steps", BYTE, NULL, false },
    { "seek.inward", BOOL, NULL, false },
    { "seek.step_ns", 4, RANGE, 0, 100000000, NULL, false },
    { "cylinder", 1, RANGE, 0, 83, NULL, false },
    { "passed_r", BYTE, NULL, false },
    { "changed", BOOL, NULL, false },
    { "index_ns", TIME, NULL, false },
    { "spun_up_ns", TIME, NULL, false },
};

static const struct field job[] = {
    { "transfer", 1, RANGE, 0, 7, NULL, false },
    { "stage", 1, RANGE, 0, 4, NULL, false },
    { "outcome", 1, RANGE, 0, 8, NULL, false },
    { "unit", 1, RANGE, 0, 3, NULL, false },
    { "head", BOOL, NULL, false },
    { "last_head", BOOL, NULL, false },
    { "eot", BYTE, NULL, false },
    { "dtl", BYTE, NULL, false },
    { "n_ids", BYTE, NULL, false },
    { "size_code", BYTE, NULL, false },
    { "filler", BYTE, NULL, false },
    { "fdd", 1, RANGE, 0, 4, NULL, false },
    { "fdds", UNITS, NULL, false },
    { "lost", UNITS, NULL, false },
    { "place", 1, RANGE, 0, 63, NULL, false },
    { "st1", BYTE, NULL, false },
    { "st2", BYTE, NULL, false },
    { "st1_before", BYTE, NULL, false },
    { "st2_before", BYTE, NULL, false },
    { "mt", BOOL, NULL, false },
    { "mfm", BOOL, NULL, false },
    { "sk", BOOL, NULL, false },
    { "non_dma", BOOL, NULL, false },
    { "counts", BOOL, NULL, false },
    { "sought", BOOL, NULL, false },
    { "tc", BOOL, NULL, false },
    { "stops", BOOL, NULL, false },
    { "is_bad", BOOL, NULL, false },
    { "is_skipped", BOOL, NULL, false },
    { "is_staged", BOOL, NULL, false },
    { "request", BOOL, NULL, false },
    { "n_left", 2, RANGE, 0, 256, NULL, false },
    { "pos", 2, RANGE, 0, 16384, NULL, false },
    { "n_bytes", 2, RANGE, 0, 16384, NULL, false },
    { "size", 2, RANGE, 0, 16384, NULL, false },
    { "span_ns", 4, RANGE, 0, 1000000000, NULL, false },
    { "span_bytes", 4, RANGE, 0, 100000, NULL, false },
    { "ready_ns", TIME, NULL, false },
    { "data_ns", SHIFTED, NULL, true },
    { "passed_ns", SHIFTED, NULL, true },
};

/* ---- the fields of one form, each in its place ---- */

#define MAX_PLACES 256u

struct place {
    char name[40];
    char with[40];
    const struct field *field;
    size_t at;
};

struct form {
    struct place place[MAX_PLACES];
    size_t n, n_bytes;
};

static void add(struct form *form, const struct field *fields, size_t n, bool is_accurate,
                const char *behind)
{
    size_t i;

    for (i = 0; i < n; i++) {
        struct place *place = &form->place[form->n];

        if (fields[i].is_accurate && !is_accurate) {
            continue;
        }
        assert_true(form->n < MAX_PLACES);
        snprintf(place->name, sizeof(place->name), "%s%s", fields[i].name, behind);
        if (fields[i].with != NULL) {
            snprintf(place->with, sizeof(place->with), "%s%s", fields[i].with, behind);
        }
        place->field = &fields[i];
        place->at = form->n_bytes;
        form->n_bytes += fields[i].n_bytes;
        form->n++;
    }
}

static void lay_out(struct form *form, bool is_accurate)
{
    static const char *const units[] = { " 0", " 1", " 2", " 3" };
    size_t i;

    memset(form, 0, sizeof(*form));
    add(form, header, N_OF(header), is_accurate, "");
    add(form, chip, N_OF(chip), is_accurate, "");
    for (i = 0; i < N_OF(units); i++) {
        add(form, drive, N_OF(drive), is_accurate, units[i]);
    }
    add(form, job, N_OF(job), is_accurate, "");
}

static const struct place *place_of(const struct form *form, const char *name)
{
    size_t i;

    for (i = 0; i < form->n; i++) {
        if (strcmp(form->place[i].name, name) == 0) {
            return &form->place[i];
        }
    }
    fail_msg("there is no field \"%s\"", name);
    return NULL;
}

/* ---- states ---- */

struct saved {
    uint8_t bytes[VFDC_STATE_MAX_BYTES];
    size_t n_bytes;
};

static struct saved save(struct rig *rig)
{
    struct saved saved = { .n_bytes = 0 };

    assert_ok(vfdc_controller_save(rig->fdc, saved.bytes, sizeof(saved.bytes), &saved.n_bytes));
    return saved;
}

static void put(struct saved *saved, size_t at, size_t n, uint64_t value)
{
    size_t i;

    for (i = 0; i < n; i++) {
        saved->bytes[at + i] = (uint8_t)(i < 8 ? value >> (8 * i) : value);
    }
}

/* The checksum stands at bytes 10-13, over all that follows; the same polynomial as zip files. */
static uint32_t checksum_of(const struct saved *saved)
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
    return ~crc;
}

/* let_in: a restore takes it, and saves to the same bytes again */
static bool let_in(struct rig *rig, struct saved *saved, const struct place *place)
{
    vfdc_result result;
    struct saved again;

    put(saved, 10, 4, checksum_of(saved));
    result = vfdc_controller_restore(rig->fdc, saved->bytes, saved->n_bytes);
    rig->told_twice = false; /* restore tells all, whatever it was */
    if (vfdc_failed(result)) {
        assert_int_equal(result, VFDC_E_INVALIDARG);
        return false;
    }
    again = save(rig);
    /* what turns is told anew */
    if (strncmp(place->name, "index_ns", 8) != 0 && place->field->kind != DISK) {
        assert_memory_equal(again.bytes + place->at, saved->bytes + place->at,
                            place->field->n_bytes);
    }
    return true;
}

static void expect(struct rig *rig, const struct form *form, const struct saved *base,
                   const struct place *place, uint64_t value, bool is_let_in)
{
    struct saved changed = *base;

    if (place->with[0] != '\0') {
        const struct place *with = place_of(form, place->with);

        put(&changed, with->at, with->field->n_bytes, value != NEVER || *place->name != 'd');
    }
    put(&changed, place->at, place->field->n_bytes, value);
    if (let_in(rig, &changed, place) != is_let_in) {
        fail_msg("%s: %llx is %s", place->name, (unsigned long long)value,
                 is_let_in ? "refused" : "let in");
    }
}

/* A field's least and most value are let in, those beside them are not. */
static void try_ends(struct rig *rig, const struct form *form, const struct saved *base,
                     const struct place *place)
{
    const struct field *field = place->field;

    switch (field->kind) {
    case RANGE:
        expect(rig, form, base, place, field->most, true);
        if (field->most != 255) { /* which is all that a byte can be */
            expect(rig, form, base, place, field->most + 1, false);
        }
        if (field->least > 0) {
            expect(rig, form, base, place, field->least - 1, false);
        }
        expect(rig, form, base, place, field->least, true);
        break;
    case AHEAD:
        expect(rig, form, base, place, 1, true);
        expect(rig, form, base, place, TEN_S, true);
        expect(rig, form, base, place, TEN_S + 1, false);
        expect(rig, form, base, place, NEVER - 1, false);
        expect(rig, form, base, place, NEVER, true);
        break;
    case AROUND:
        expect(rig, form, base, place, 0, true);
        expect(rig, form, base, place, TEN_S - 1, true);
        expect(rig, form, base, place, TEN_S, true);
        expect(rig, form, base, place, TEN_S + 1, true);
        expect(rig, form, base, place, 2 * TEN_S, true);
        expect(rig, form, base, place, 2 * TEN_S + 1, false);
        break;
    default:
        break;
    }
}

static void try_form(const struct vfdc_config *config, bool is_accurate)
{
    struct rig *rig = rig_new(config);
    struct form form;
    struct saved base;
    size_t i;

    power_on(rig, 0x1c);
    base = save(rig);
    lay_out(&form, is_accurate);
    assert_int_equal(form.n_bytes, base.n_bytes);
    for (i = 0; i < form.n; i++) {
        const struct place *place = &form.place[i];
        struct saved changed = base;

        try_ends(rig, &form, &base, place);
        if (place->field->kind == SAME && strcmp(place->name, "checksum") != 0) {
            changed.bytes[place->at]++;
            put(&changed, 10, 4, checksum_of(&changed));
            assert_true(vfdc_failed(
                vfdc_controller_restore(rig->fdc, changed.bytes, changed.n_bytes)));
        }
    }
    rig_free(rig);
}

static void each_field_has_its_bounds(void **state)
{
    static const struct vfdc_config config = {
        .drive = { VFDC_DRIVE_1440K, VFDC_DRIVE_1200K, VFDC_DRIVE_720K, VFDC_DRIVE_2880K },
    };

    (void)state;
    try_form(&config, false);
}

static void each_field_has_its_bounds_in_accurate_timing(void **state)
{
    static const struct vfdc_config config = {
        .timing = VFDC_TIMING_ACCURATE,
        .drive = { VFDC_DRIVE_1440K, VFDC_DRIVE_1200K, VFDC_DRIVE_720K, VFDC_DRIVE_2880K },
    };

    (void)state;
    try_form(&config, true);
}

static void the_header_is_magic_version_length_and_checksum(void **state)
{
    static const uint8_t magic_and_version[] = { 'V', 'F', 'D', 'C', 1, 0 };
    struct saved saved = save(*state);
    uint32_t checksum = checksum_of(&saved);
    size_t i;

    assert_memory_equal(saved.bytes, magic_and_version, sizeof(magic_and_version));
    for (i = 0; i < 4; i++) {
        assert_int_equal(saved.bytes[6 + i], (saved.n_bytes >> (8 * i)) & 0xff);
        assert_int_equal(saved.bytes[10 + i], (checksum >> (8 * i)) & 0xff);
    }
}

/* Each guest-visible register, put there by its port or command, is found in its place. */
static void registers_are_saved_in_their_places(void **state)
{
    struct rig *rig = *state;
    struct form form;
    struct saved saved;

    lay_out(&form, false);
    power_on(rig, 0x1c);
    rig_out(rig, 3, 0x02);
    rig_out(rig, 4, 0x0d); /* DSR: precompensation 3, rate 1 */
    cmd(rig, 0x03, 0xdf, 0x03);
    cmd(rig, 0x13, 0x00, 0x57, 0x21);
    cmd(rig, 0x12, 0x8e); /* OW, and with it drive 1 */
    cmd(rig, 0x94);
    expect_result(rig, 0x10);
    saved = save(rig);

#define SAVED(name) saved.bytes[place_of(&form, (name))->at]
    assert_int_equal(SAVED("strap"), 0);
    assert_int_equal(SAVED("dor"), 0x1c);
    assert_int_equal(SAVED("tdr"), 0x02);
    assert_int_equal(SAVED("precomp"), 0x0c);
    assert_int_equal(SAVED("data_rate"), 0x01);
    assert_int_equal(SAVED("srt_hut"), 0xdf);
    assert_int_equal(SAVED("hlt_nd"), 0x03);
    assert_int_equal(SAVED("config"), 0x57);
    assert_int_equal(SAVED("pretrk"), 0x21);
    assert_int_equal(SAVED("perpendicular"), 0x0e);
    assert_int_equal(SAVED("lock"), 0x01);
    assert_int_equal(SAVED("opcode"), 0x94);
#undef SAVED
}

/* Whether there is one, cylinders, heads, sectors, N, rate, step; each change is one of disk. */
static void a_disk_is_saved_as_its_layout(void **state)
{
    static const uint8_t disk_0[] = { 1, 80, 2, 9, 2, 2, 1 };
    static const uint8_t none[21] = { 0 };
    struct rig *rig = *state;
    struct rig_disk disk = rig_disk_new(VFDC_DRIVE_1440K, 1440, false);
    struct form form;
    struct saved saved;
    size_t at;
    size_t i;

    lay_out(&form, false);
    at = place_of(&form, "disks")->at;
    assert_ok(vfdc_controller_insert(rig->fdc, 0, disk.media));
    power_on(rig, 0x1c);
    seek(rig, 0, 1);
    saved = save(rig);
    assert_memory_equal(saved.bytes + at, disk_0, sizeof(disk_0));
    assert_memory_equal(saved.bytes + at + sizeof(disk_0), none, sizeof(none));
    for (i = 0; i < sizeof(disk_0); i++) {
        struct saved changed = saved;

        assert_ok(vfdc_controller_restore(rig->fdc, saved.bytes, saved.n_bytes));
        assert_false(change_line(rig));
        changed.bytes[at + i] ^= 0x02;
        put(&changed, 10, 4, checksum_of(&changed));
        assert_ok(vfdc_controller_restore(rig->fdc, changed.bytes, changed.n_bytes));
        assert_true(change_line(rig));
    }
    rig->told_twice = false;
    assert_ok(vfdc_controller_eject(rig->fdc, 0, NULL));
    rig_disk_free(&disk);
}

/* ---- fields that must agree ---- */

/* Field and value, up to four; whether a restore lets them in, beside an idle state. */
struct together {
    struct {
        const char *name;
        uint64_t value;
    } put[4];
    bool is_let_in;
};

/* In phases from 4 on, of what moves bytes, 1024 bytes of them are behind all fields. */
static void append_sector(const struct form *form, struct saved *saved)
{
    uint8_t transfer = saved->bytes[place_of(form, "transfer")->at];

    if (saved->bytes[place_of(form, "phase")->at] >= 4 && transfer != 3 && transfer != 7) {
        memset(saved->bytes + saved->n_bytes, 0, 1024);
        saved->n_bytes += 1024;
        put(saved, 6, 4, saved->n_bytes);
    }
}

static void try_together(const struct together *cases, size_t n)
{
    static const struct vfdc_config config = {
        .drive = { VFDC_DRIVE_1440K, VFDC_DRIVE_360K },
    };
    struct rig *rig = rig_new(&config);
    struct form form;
    struct saved base;
    size_t i;
    size_t k;

    power_on(rig, 0x1c);
    base = save(rig);
    lay_out(&form, false);
    for (i = 0; i < n; i++) {
        struct saved changed = base;
        vfdc_result result;

        for (k = 0; k < N_OF(cases[i].put) && cases[i].put[k].name != NULL; k++) {
            const struct place *place = place_of(&form, cases[i].put[k].name);

            put(&changed, place->at, place->field->n_bytes, cases[i].put[k].value);
        }
        append_sector(&form, &changed);
        put(&changed, 10, 4, checksum_of(&changed));
        result = vfdc_controller_restore(rig->fdc, changed.bytes, changed.n_bytes);
        rig->told_twice = false;
        if (vfdc_failed(result) == cases[i].is_let_in) {
            fail_msg("case %zu, %s: %s", i, cases[i].put[0].name,
                     cases[i].is_let_in ? "refused" : "let in");
        }
    }
    rig_free(rig);
}

/* Phases: 0 reset, 1 idle, 2 command, 3 result, 4 and 5 bytes by port, 6 execution. */
static void a_phase_comes_with_what_it_needs(void **state)
{
    static const struct together cases[] = {
        /* a command waits for parameters: SEEK for two, VERSION for none */
        { { { "phase", 2 }, { "opcode", 0x0f }, { "fifo.len", 2 }, { "fifo.pos", 0 } }, true },
        { { { "phase", 2 }, { "opcode", 0x0f }, { "fifo.len", 2 }, { "fifo.pos", 1 } }, true },
        { { { "phase", 2 }, { "opcode", 0x0f }, { "fifo.len", 2 }, { "fifo.pos", 2 } }, false },
        { { { "phase", 2 }, { "opcode", 0x0f }, { "fifo.len", 3 }, { "fifo.pos", 0 } }, false },
        { { { "phase", 2 }, { "opcode", 0x0f }, { "fifo.len", 1 }, { "fifo.pos", 0 } }, false },
        { { { "phase", 2 }, { "opcode", 0x10 }, { "fifo.len", 0 }, { "fifo.pos", 0 } }, false },
        { { { "phase", 2 }, { "opcode", 0x46 }, { "fifo.len", 8 }, { "fifo.pos", 7 } }, true },
        /* a result has bytes left */
        { { { "phase", 3 }, { "fifo.len", 1 }, { "fifo.pos", 0 } }, true },
        { { { "phase", 3 }, { "fifo.len", 10 }, { "fifo.pos", 9 } }, true },
        { { { "phase", 3 }, { "fifo.len", 1 }, { "fifo.pos", 1 } }, false },
        { { { "phase", 3 }, { "fifo.len", 0 }, { "fifo.pos", 0 } }, false },
        { { { "phase", 3 }, { "fifo.len", 1 }, { "fifo.pos", 2 } }, false },
        /* bytes by port are a data command's without DMA; READ takes kind 0, WRITE kind 4 */
        { { { "phase", 4 }, { "opcode", 0x46 }, { "non_dma", 1 }, { "transfer", 0 } }, true },
        { { { "phase", 4 }, { "opcode", 0x46 }, { "non_dma", 0 }, { "transfer", 0 } }, false },
        { { { "phase", 4 }, { "opcode", 0x0f }, { "non_dma", 1 }, { "transfer", 0 } }, false },
        { { { "phase", 4 }, { "opcode", 0x45 }, { "non_dma", 1 }, { "transfer", 4 } }, false },
        { { { "phase", 4 }, { "opcode", 0x46 }, { "non_dma", 1 }, { "transfer", 1 } }, false },
        { { { "phase", 5 }, { "opcode", 0x45 }, { "non_dma", 1 }, { "transfer", 4 } }, true },
        { { { "phase", 5 }, { "opcode", 0x45 }, { "non_dma", 0 }, { "transfer", 4 } }, false },
        { { { "phase", 5 }, { "opcode", 0x46 }, { "non_dma", 1 }, { "transfer", 0 } }, false },
        { { { "phase", 5 }, { "opcode", 0x10 }, { "non_dma", 1 }, { "transfer", 4 } }, false },
        { { { "phase", 6 }, { "opcode", 0x10 } }, false },
        { { { "phase", 6 }, { "opcode", 0x4a }, { "transfer", 7 } }, true },
        { { { "phase", 6 }, { "opcode", 0x4a }, { "transfer", 0 } }, false },
    };

    (void)state;
    try_together(cases, N_OF(cases));
}

static void at_rest_in_reset_is_nothing_but_a_flush(void **state)
{
    static const struct together cases[] = {
        { { { "phase", 0 }, { "dor", 0x18 } }, true },
        { { { "phase", 0 }, { "dor", 0x1c } }, false },
        { { { "phase", 1 }, { "dor", 0x18 } }, false },
        { { { "phase", 0 }, { "dor", 0x18 }, { "pcn 0", 1 } }, false },
        { { { "phase", 0 }, { "dor", 0x18 }, { "pcn 3", 1 } }, false },
        { { { "phase", 0 }, { "dor", 0x18 }, { "int_causes", 1 } }, false },
        { { { "phase", 0 }, { "dor", 0x18 }, { "drive_busy", 1 } }, false },
        { { { "phase", 0 }, { "dor", 0x18 }, { "poll_flags", 1 } }, false },
        { { { "phase", 0 }, { "dor", 0x18 }, { "seek_done", 1 } }, false },
        { { { "phase", 0 }, { "dor", 0x18 }, { "deadline of the command", 5 } }, false },
        { { { "phase", 0 }, { "dor", 0x18 }, { "deadline of the poll", 5 } }, false },
        { { { "phase", 0 }, { "dor", 0x18 }, { "deadline of the line", 5 } }, false },
        { { { "phase", 0 }, { "dor", 0x18 }, { "deadline of the flush", 5 } }, true },
    };

    (void)state;
    try_together(cases, N_OF(cases));
}

static void lines_and_steps_have_a_cause(void **state)
{
    static const struct together cases[] = {
        { { { "int_level", 1 } }, false },
        { { { "int_level", 1 }, { "int_causes", 8 } }, true },
        { { { "seek.kind 0", 1 } }, false },
        { { { "deadline of a seek 0", 5 } }, false },
        { { { "seek.kind 0", 1 }, { "deadline of a seek 0", 5 } }, true },
        { { { "seek.kind 3", 1 }, { "deadline of a seek 0", 5 } }, false },
        /* how far the heads of each type reach; none is not fitted */
        { { { "cylinder 0", 83 } }, true },
        { { { "cylinder 0", 84 } }, false },
        { { { "cylinder 1", 41 } }, true },
        { { { "cylinder 1", 42 } }, false },
        { { { "cylinder 2", 1 } }, false },
        /* DRQ is a transfer's */
        { { { "drq", 1 } }, false },
        { { { "drq", 1 }, { "phase", 3 }, { "fifo.len", 7 }, { "fifo.pos", 0 } }, false },
        { { { "drq", 1 }, { "phase", 6 }, { "opcode", 0x46 }, { "transfer", 0 } }, true },
        { { { "drq", 1 }, { "phase", 6 }, { "opcode", 0x45 }, { "transfer", 4 } }, true },
        { { { "drq", 1 }, { "phase", 6 }, { "opcode", 0x4a }, { "transfer", 7 } }, false },
        { { { "drq", 1 }, { "phase", 4 }, { "opcode", 0x46 }, { "non_dma", 1 } }, false },
        /* of a sector no more has moved than there is */
        { { { "phase", 6 }, { "opcode", 0x46 }, { "pos", 2 }, { "n_bytes", 2 } }, true },
        { { { "phase", 6 }, { "opcode", 0x46 }, { "pos", 3 }, { "n_bytes", 2 } }, false },
        /* and what moves is in a drive; stage 3 moves */
        { { { "phase", 6 }, { "opcode", 0x46 }, { "stage", 3 }, { "fdd", 3 } }, true },
        { { { "phase", 6 }, { "opcode", 0x46 }, { "stage", 3 }, { "fdd", 4 } }, false },
        { { { "phase", 6 }, { "opcode", 0x46 }, { "stage", 2 }, { "fdd", 4 } }, true },
    };

    (void)state;
    try_together(cases, N_OF(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_field_has_its_bounds),
        cmocka_unit_test(each_field_has_its_bounds_in_accurate_timing),
        RIG_TEST(the_header_is_magic_version_length_and_checksum),
        RIG_TEST(registers_are_saved_in_their_places),
        RIG_TEST(a_disk_is_saved_as_its_layout),
        cmocka_unit_test(a_phase_comes_with_what_it_needs),
        cmocka_unit_test(at_rest_in_reset_is_nothing_but_a_flush),
        cmocka_unit_test(lines_and_steps_have_a_cause),
    };

    return cmocka_run_group_tests_name("saved form", tests, NULL, NULL);
}
