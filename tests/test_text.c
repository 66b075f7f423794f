/*
 * The sentences of errors: every mark, and every way to run out of room.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "text.h"

/* Exactly the room there is, so that a sanitizer sees a byte too many. */
static char *text_of(const char *form, const struct text_facts *facts)
{
    char *text = malloc(VFDC_MEDIA_TEXT_BYTES);

    assert_non_null(text);
    memset(text, 'x', VFDC_MEDIA_TEXT_BYTES);
    text_write(text, form, facts);
    assert_non_null(memchr(text, '\0', VFDC_MEDIA_TEXT_BYTES));
    return text;
}

static void expect_text(const char *form, const struct text_facts *facts, const char *wanted)
{
    char *text = text_of(form, facts);

    assert_string_equal(text, wanted);
    free(text);
}

static void each_mark_is_filled_in(void **state)
{
    const struct text_facts facts = {
        .path = "/a/b.vfd", .name = "1.44M", .number = 2880, .drives = 1u << VFDC_DRIVE_1440K,
        .system_errno = ENOENT,
    };
    const struct text_facts none = { .path = NULL };

    (void)state;
    expect_text("%p", &facts, "/a/b.vfd");
    expect_text("<%s> <%n> <%d>", &facts, "<1.44M> <2880> <1.44M>");
    expect_text("%e", &facts, "No such file or directory");
    expect_text("100%% of %q and %", &facts, "100% of q and %");
    expect_text("<%p> <%s> <%n> <%d>", &none, "<> <> <0> <>");
    expect_text("", &none, "");
}

static void numbers_and_drives_at_their_ends(void **state)
{
    struct text_facts facts = { .number = UINT64_MAX, .drives = 0xffffffffu };

    (void)state;
    expect_text("%n %d", &facts, "18446744073709551615 360K or 720K or 1.2M or 1.44M or 2.88M");
    facts.number = 10;
    facts.drives = 1u << VFDC_DRIVE_NONE;
    expect_text("%n%d", &facts, "10");
}

static void what_does_not_print_is_escaped(void **state)
{
    const struct text_facts facts = { .path = "/ ~\\\x7f\x80\xff\t\x1b[2J" };

    (void)state;
    expect_text("%p.", &facts, "/ ~\\x5c\\x7f\\x80\\xff\\x09\\x1b[2J.");
}

/* Whatever the length of the path, the reason is whole and the room is not overrun. */
static void a_path_of_any_length_fits(void **state)
{
    static const char bytes[] = { 'a', '\x01' };
    char path[1200];

    (void)state;
    for (size_t kind = 0; kind < sizeof(bytes); kind++) {
        for (size_t length = 1; length < sizeof(path); length++) {
            const struct text_facts facts = { .path = path };
            char *text;

            memset(path, bytes[kind], length);
            path[length] = '\0';
            text = text_of("because %p: of this", &facts);

            assert_memory_equal(text, "because ", 8);
            assert_string_equal(text + strlen(text) - 9, ": of this");
            assert_true(strstr(text, "...") != NULL ||
                        strlen(text) == 17 + length * (kind == 0 ? 1u : 4u));
            free(text);
        }
    }
}

/* As much of its end as there is room for, and no half of an escaped byte. */
static void a_path_that_is_cut_fills_the_room(void **state)
{
    char path[1200];

    (void)state;
    for (size_t n_plain = 1; n_plain < 9; n_plain++) {
        for (size_t length = sizeof(path) - 9; length < sizeof(path); length++) {
            const struct text_facts facts = { .path = path };
            char *text;

            for (size_t i = 0; i < length; i++) {
                path[i] = i % (n_plain + 1) == 0 ? '\x01' : 'a';
            }
            path[length] = '\0';
            text = text_of("%p: of this", &facts);

            assert_string_equal(text + strlen(text) - 9, ": of this");
            assert_memory_equal(text, "...", 3);
            assert_true(text[3] == 'a' || strncmp(text + 3, "\\x01", 4) == 0);
            /* what did not fit is an escaped byte, or nothing is left of the room */
            assert_in_range(strlen(text), VFDC_MEDIA_TEXT_BYTES - 4, VFDC_MEDIA_TEXT_BYTES - 1);
            free(text);
        }
    }
}

static void a_form_longer_than_the_room_is_cut(void **state)
{
    char form[VFDC_MEDIA_TEXT_BYTES * 2];
    const struct text_facts facts = { .path = "/path" };

    (void)state;
    /* also where only the room for the dots of the path is short */
    for (size_t length = VFDC_MEDIA_TEXT_BYTES - 10; length < sizeof(form) - 2; length++) {
        char *text;

        memset(form, 'f', length);
        form[0] = '%';
        form[1] = 'p';
        form[length] = '\0';
        text = text_of(form, &facts);

        assert_true(strlen(text) < VFDC_MEDIA_TEXT_BYTES);
        assert_int_equal(text[strlen(text) - 1], 'f');
        free(text);
    }
}

static void a_failure_is_told_in_full_and_success_clears_it(void **state)
{
    const struct text_facts facts = { .path = "/a", .number = 7, .system_errno = EIO };
    struct vfdc_media_error error;

    (void)state;
    assert_int_equal(text_fail(&error, VFDC_DISP_E_EXCEPTION, 7, "%p: sector %n", &facts),
                     VFDC_DISP_E_EXCEPTION);
    assert_int_equal(error.code, VFDC_DISP_E_EXCEPTION);
    assert_int_equal(error.system_errno, EIO);
    assert_int_equal(error.sector, 7);
    assert_string_equal(error.text, "/a: sector 7");

    assert_int_equal(text_succeed(&error), VFDC_S_OK);
    assert_int_equal(error.code, VFDC_S_OK);
    assert_int_equal(error.system_errno, 0);
    assert_int_equal(error.sector, VFDC_MEDIA_NO_LBA);
    assert_string_equal(error.text, "");
    assert_int_equal(text_fail(NULL, VFDC_E_FAIL, 7, "%p", &facts), VFDC_E_FAIL);
    assert_int_equal(text_succeed(NULL), VFDC_S_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_mark_is_filled_in),
        cmocka_unit_test(numbers_and_drives_at_their_ends),
        cmocka_unit_test(what_does_not_print_is_escaped),
        cmocka_unit_test(a_path_of_any_length_fits),
        cmocka_unit_test(a_path_that_is_cut_fills_the_room),
        cmocka_unit_test(a_form_longer_than_the_room_is_cut),
        cmocka_unit_test(a_failure_is_told_in_full_and_success_clears_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
