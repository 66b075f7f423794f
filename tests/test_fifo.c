/*
 * The queue of command and result bytes (fdc/fifo.h): what goes in comes out in order, and no
 * index, whatever it is, leads outside.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

#include "fifo.h"

/* A queue between two guards. */
struct guarded {
    uint8_t before[16];
    struct fdc_fifo fifo;
    uint8_t after[256];
};

static void guard(struct guarded *g)
{
    memset(g, 0xa5, sizeof(*g));
    fifo_clear(&g->fifo);
}

static void assert_guards_hold(const struct guarded *g)
{
    for (size_t i = 0; i < sizeof(g->before); i++) {
        assert_int_equal(g->before[i], 0xa5);
    }
    for (size_t i = 0; i < sizeof(g->after); i++) {
        assert_int_equal(g->after[i], 0xa5);
    }
}

/* What a command handler does: put the result's bytes, then open them for reading. */
static void open_for_reading(struct fdc_fifo *fifo, uint8_t len)
{
    fifo->pos = 0;
    fifo->len = len;
}

static void bytes_come_out_in_order(void **state)
{
    struct guarded g;

    (void)state;
    guard(&g);
    for (uint8_t i = 0; i < 16; i++) {
        fifo_put(&g.fifo, (uint8_t)(0x30 + i));
        assert_int_equal(g.fifo.pos, i + 1);
    }
    open_for_reading(&g.fifo, 16);

    for (uint8_t i = 0; i < 16; i++) {
        assert_false(fifo_is_done(&g.fifo));
        assert_int_equal(fifo_take(&g.fifo), 0x30 + i);
    }
    assert_true(fifo_is_done(&g.fifo));
    assert_guards_hold(&g);
}

static void seventeenth_byte_is_dropped(void **state)
{
    struct guarded g;

    (void)state;
    guard(&g);
    for (unsigned i = 0; i < 16; i++) {
        fifo_put(&g.fifo, 0x11);
    }

    for (unsigned i = 0; i < 100000; i++) {
        fifo_put(&g.fifo, 0x42);
    }
    assert_int_equal(g.fifo.pos, 16);
    for (unsigned i = 0; i < 16; i++) {
        assert_int_equal(g.fifo.bytes[i], 0x11);
    }
    assert_guards_hold(&g);
}

static void take_of_nothing_is_0_and_changes_nothing(void **state)
{
    struct guarded g;

    (void)state;
    guard(&g);
    fifo_put(&g.fifo, 0x77);
    fifo_put(&g.fifo, 0x88);
    open_for_reading(&g.fifo, 1);
    assert_int_equal(fifo_take(&g.fifo), 0x77);

    for (unsigned i = 0; i < 1000; i++) {
        assert_int_equal(fifo_take(&g.fifo), 0x00);
        assert_true(fifo_is_done(&g.fifo));
    }
    assert_int_equal(g.fifo.pos, 1);
    assert_int_equal(g.fifo.len, 1);
    assert_guards_hold(&g);
}

static void clear_leaves_no_byte(void **state)
{
    struct guarded g;

    (void)state;
    guard(&g);
    for (unsigned i = 0; i < 16; i++) {
        fifo_put(&g.fifo, 0xff);
    }
    open_for_reading(&g.fifo, 16);
    fifo_clear(&g.fifo);

    assert_int_equal(g.fifo.pos, 0);
    assert_int_equal(g.fifo.len, 0);
    assert_true(fifo_is_done(&g.fifo));
    for (unsigned i = 0; i < 16; i++) {
        assert_int_equal(g.fifo.bytes[i], 0x00);
    }
    assert_guards_hold(&g);
}

/* Whatever index and length a queue is left with, neither access leaves it. */
static void no_state_leads_outside(void **state)
{
    struct guarded g;

    (void)state;
    for (unsigned pos = 0; pos < 256; pos++) {
        for (unsigned len = 0; len < 256; len++) {
            unsigned end = pos < 16 ? pos + 1 : pos;

            guard(&g);
            memset(g.fifo.bytes, 0x3c, sizeof(g.fifo.bytes));
            g.fifo.pos = (uint8_t)pos;
            g.fifo.len = (uint8_t)len;
            assert_int_equal(fifo_take(&g.fifo), pos < 16 && pos < len ? 0x3c : 0x00);
            assert_int_equal(g.fifo.pos, pos < len ? end : pos);

            g.fifo.pos = (uint8_t)pos;
            fifo_put(&g.fifo, 0xc3);
            assert_int_equal(g.fifo.pos, end);
            assert_int_equal(g.fifo.len, len);
            assert_guards_hold(&g);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_come_out_in_order),
        cmocka_unit_test(seventeenth_byte_is_dropped),
        cmocka_unit_test(take_of_nothing_is_0_and_changes_nothing),
        cmocka_unit_test(clear_leaves_no_byte),
        cmocka_unit_test(no_state_leads_outside),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
