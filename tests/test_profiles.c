/*
 * One guest, two timings: the same commands, in no order, get the same results, the same data and
 * the same disk in fast and in accurate, over- and underruns apart, which an attentive host
 * never sees.  And both get them again with a save and a restore around each step.
 */
#include <stdlib.h>
#include <string.h>

#include "rig.h"

#define N_COMMANDS 3000u
#define SECTORS 1440u

/* One of the machines that are told the same. */
struct machine {
    struct rig *rig;
    struct rig_disk disk;
    struct vfdc_config config;
    bool restores;
};

/* Numbers without order: the same each time. */
static uint32_t next_number(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void machine_new(struct machine *m, enum vfdc_timing timing, bool restores)
{
    m->config = (struct vfdc_config){ .timing = timing,
                                      .empty = VFDC_EMPTY_ENDS,
                                      .drive = { VFDC_DRIVE_720K, VFDC_DRIVE_1440K } };
    m->rig = rig_new(&m->config);
    m->disk = rig_disk_new(VFDC_DRIVE_720K, SECTORS, false);
    m->restores = restores;
    assert_ok(vfdc_controller_insert(m->rig->fdc, 0, m->disk.media));
    power_on(m->rig, 0x1c);
    rig_out(m->rig, 7, 0x02);
}

static void machine_free(struct machine *m)
{
    assert_ok(vfdc_controller_eject(m->rig->fdc, 0, NULL));
    rig_free(m->rig);
    rig_disk_free(&m->disk);
}

static void save_and_restore(struct machine *m)
{
    struct rig *rig = m->rig;
    uint8_t saved[VFDC_STATE_MAX_BYTES];
    size_t n_saved;

    if (!m->restores) {
        return;
    }
    assert_ok(vfdc_controller_save(rig->fdc, saved, sizeof(saved), &n_saved));
    assert_ok(vfdc_controller_eject(rig->fdc, 0, NULL));
    vfdc_controller_destroy(rig->fdc);
    assert_ok(vfdc_controller_create(&m->config, &rig_host, rig, &rig->fdc));
    assert_ok(vfdc_controller_insert(rig->fdc, 0, m->disk.media));
    assert_ok(vfdc_controller_restore(rig->fdc, saved, n_saved));
    rig->told_twice = false; /* a fresh controller tells all, whatever it was */
}

/* A command of numbers that often, but not always, name what is there. */
struct command {
    uint8_t bytes[9];
    size_t n_bytes;
    size_t n_data; /* so many bytes, then TC */
    bool by_dma;
    size_t dma_by; /* so many a request; 0 is all */
    bool writes;
    bool seeks;
};

static uint8_t one_of(uint32_t *seed, const uint8_t *values, size_t n)
{
    return values[next_number(seed) % n];
}

#define ONE_OF(seed, ...)                                \
    one_of((seed), (const uint8_t[]){ __VA_ARGS__ },     \
           sizeof((const uint8_t[]){ __VA_ARGS__ }))

static struct command next_command(uint32_t *seed)
{
    uint8_t code = ONE_OF(seed, 0x46, 0x46, 0xe6, 0x66, 0xc6, 0x4c, 0x6c, 0xcc, 0x45, 0xc5, 0x49,
                          0xc9, 0x42, 0x56, 0x76, 0xd6, 0xf6, 0x4d, 0x0f, 0x07, 0x4a, 0x13);
    uint8_t head = ONE_OF(seed, 0, 0, 1);
    uint8_t cylinder = ONE_OF(seed, 0, 0, 0, 1, 2, 3);
    struct command command = { .n_bytes = 9 };
    uint8_t bytes[9] = { code,
                         (uint8_t)(head << 2),
                         cylinder,
                         head,
                         ONE_OF(seed, 1, 1, 1, 2, 3, 5, 8, 9, 10, 0),
                         ONE_OF(seed, 2, 2, 2, 2, 2, 2, 2, 3),
                         ONE_OF(seed, 9, 9, 9, 3, 5, 1, 10),
                         0x2a,
                         ONE_OF(seed, 0xff, 0xff, 1, 3, 0) };

    command.writes = (code & 0x1f) == 0x05 || (code & 0x1f) == 0x09 || (code & 0x1f) == 0x0d;
    command.by_dma = next_number(seed) % 3 != 0;
    command.dma_by = ONE_OF(seed, 0, 0, 1, 7, 200);
    command.n_data = 1 + next_number(seed) % 6000;
    if (next_number(seed) % 2 == 0) {
        command.n_data = 512 * (1 + next_number(seed) % 18);
    }
    switch (code & 0x1f) {
    case 0x16:
        bytes[1] |= ONE_OF(seed, 0, 0x80);
        break;
    case 0x0d:
        bytes[2] = 2;
        bytes[3] = 9;
        bytes[4] = 0x50;
        bytes[5] = 0xf6;
        command.n_bytes = 6;
        command.n_data = ONE_OF(seed, 36, 36, 36, 20);
        break;
    case 0x0f:
        bytes[2] = ONE_OF(seed, 0, 0, 1, 2, 3);
        command.n_bytes = 3;
        command.seeks = true;
        break;
    case 0x07:
    case 0x0a:
        command.n_bytes = 2;
        command.seeks = code == 0x07;
        break;
    case 0x13:
        bytes[1] = 0;
        bytes[2] = ONE_OF(seed, 0x1f, 0x57, 0x30, 0x70, 0x18);
        bytes[3] = 0;
        command.n_bytes = 4;
        break;
    default:
        break;
    }
    memcpy(command.bytes, bytes, sizeof(bytes));
    return command;
}

/* What the guest saw. */
struct answer {
    uint8_t result[7];
    size_t n_result;
    size_t n_moved;
};

/* What the guest writes: IDs in two orders, or bytes without any. */
static void fill_data(const struct command *command, uint32_t seed, uint8_t *bytes)
{
    for (size_t i = 0; i < command->n_data; i++) {
        bytes[i] = (uint8_t)(next_number(&seed) >> 4);
    }
    if ((command->bytes[0] & 0x1f) == 0x0d) {
        for (size_t i = 0; i < command->n_data; i++) {
            const uint8_t id[] = { 0, (uint8_t)(command->bytes[1] >> 2),
                                   (uint8_t)(1 + (i / 4 * (seed % 2 == 0 ? 1 : 5)) % 9), 2 };

            bytes[i] = id[i % 4];
        }
    }
}

/* Whether the chip asks for a byte of data, or will not any more. */
static bool asks(struct rig *rig, bool writes)
{
    uint8_t wanted = writes ? 0xb0 : 0xf0;

    while ((msr(rig) & 0xf0) != wanted && (msr(rig) & 0xd0) != 0xd0) {
        assert_true(rig->deadline_ns != VFDC_NEVER);
        rig_run(rig, rig->deadline_ns - rig->now_ns);
    }
    return (msr(rig) & 0xf0) == wanted;
}

/* Bytes as they are asked for, into the channel's memory or out of it; TC with the last. */
static void move_data(struct machine *m, const struct command *command)
{
    struct rig *rig = m->rig;

    while (asks(rig, command->writes) && rig->n_dma_moved < command->n_data) {
        uint8_t *byte = &rig->dma_bytes[rig->n_dma_moved++];

        if (command->writes) {
            rig_out(rig, 5, *byte);
        } else {
            *byte = rig_in(rig, 5);
        }
        if (rig->n_dma_moved % 100 == 99) {
            save_and_restore(m);
        }
        if (rig->n_dma_moved == command->n_data) {
            assert_ok(vfdc_controller_terminal_count(rig->fdc));
        }
    }
}

static struct answer give(struct machine *m, const struct command *command, uint32_t seed)
{
    struct rig *rig = m->rig;
    struct answer answer = { .n_result = 0 };
    uint8_t bytes[RIG_DMA_BYTES] = { 0 };

    cmd(rig, 0x03, 0xdf, command->by_dma ? 0x02 : 0x03);
    fill_data(command, seed, bytes);
    rig->dma_by = command->dma_by;
    if (command->writes) {
        dma_write(rig, bytes, command->n_data);
    } else {
        dma_read(rig, command->n_data);
    }
    if (!command->by_dma) {
        rig->dma_mode = RIG_DMA_OFF;
    }
    for (size_t i = 0; i < command->n_bytes; i++) {
        save_and_restore(m);
        rig_cmd(rig, (const int[]){ command->bytes[i] }, 1, __FILE__, __LINE__);
    }
    if (command->bytes[0] == 0x13) {
        return answer;
    }
    save_and_restore(m);
    if (!command->by_dma && command->n_bytes > 3 && (command->bytes[0] & 0x1f) != 0x16) {
        move_data(m, command);
    }
    run_until_irq(rig);
    if (command->seeks) {
        cmd(rig, 0x08);
    }
    for (; (msr(rig) & 0xd0) == 0xd0 && answer.n_result < 7; answer.n_result++) {
        save_and_restore(m);
        answer.result[answer.n_result] = rig_in(rig, 5);
    }
    assert_int_equal(msr(rig), 0x80);
    answer.n_moved = rig->n_dma_moved;
    return answer;
}

static void same(const struct machine *a, const struct machine *b, const struct command *command,
                 const struct answer *x, const struct answer *y)
{
    bool is_read_id = command->bytes[0] == 0x4a && x->n_result == 7;

    if (is_read_id && (x->result[0] & 0xc0) == 0) {
        assert_memory_equal(x->result, y->result, 5); /* which R it is depends on the time */
    } else if (x->n_result != y->n_result || x->n_moved != y->n_moved ||
               memcmp(x->result, y->result, x->n_result) != 0) {
        for (size_t i = 0; i < command->n_bytes; i++) {
            print_error("%02x ", command->bytes[i]);
        }
        print_error("(%zu bytes%s):", command->n_data, command->by_dma ? " by DMA" : "");
        for (size_t i = 0; i < 7; i++) {
            print_error(" %02x/%02x", x->result[i], y->result[i]);
        }
        fail_msg(" %zu/%zu moved", x->n_moved, y->n_moved);
    }
    if (!command->writes) {
        assert_memory_equal(a->rig->dma_bytes, b->rig->dma_bytes, command->n_data);
    }
    if (command->writes) {
        assert_memory_equal(a->disk.bytes, b->disk.bytes, SECTORS * 512u);
    }
}

static void both_timings_answer_the_same(void **state)
{
    struct machine m[4];
    uint32_t seed = 1;
    unsigned n_ok = 0;

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        machine_new(&m[i], i % 2 == 0 ? VFDC_TIMING_FAST : VFDC_TIMING_ACCURATE, i >= 2);
    }
    for (unsigned n = 0; n < N_COMMANDS; n++) {
        struct command command = next_command(&seed);
        uint32_t data_seed = next_number(&seed);
        struct answer first = give(&m[0], &command, data_seed);

        n_ok += (first.result[0] & 0xc0) == 0;
        for (unsigned i = 1; i < 4; i++) {
            struct answer other = give(&m[i], &command, data_seed);

            same(&m[0], &m[i], &command, &first, &other);
        }
    }
    print_message("%u commands, %u of them ended normally\n", N_COMMANDS, n_ok);
    assert_in_range(n_ok, N_COMMANDS / 4, N_COMMANDS * 9 / 10);
    for (unsigned i = 0; i < 4; i++) {
        machine_free(&m[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_timings_answer_the_same),
    };

    return cmocka_run_group_tests_name("profiles", tests, NULL, NULL);
}
