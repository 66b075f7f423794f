/*
 * The table of system calls: errors come back negative, and the table that makes them fail does
 * as it is told.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <vfdc/media.h>

#include "faulty_system.h"

#define NO_FD 987654

/* A file of 10 bytes, open. */
struct file {
    char path[64];
    int fd;
};

static int set_up(void **state)
{
    struct file *file = calloc(1, sizeof(*file));

    assert_non_null(file);
    strcpy(file->path, "/tmp/vfdc-test-XXXXXX");
    file->fd = mkstemp(file->path);
    assert_true(file->fd >= 0);
    assert_int_equal(write(file->fd, "0123456789", 10), 10);
    *state = file;
    return 0;
}

static int tear_down(void **state)
{
    struct file *file = *state;

    close(file->fd);
    unlink(file->path);
    free(file);
    return 0;
}

static void calls_do_as_in_posix(void **state)
{
    const struct vfdc_system *posix = vfdc_system_posix();
    const struct file *file = *state;
    struct vfdc_system_status status;
    struct stat wanted;
    char bytes[4];
    int fd = posix->open(NULL, file->path, O_RDWR | O_CLOEXEC, 0);

    assert_true(fd >= 0);
    assert_int_equal(posix->pread(NULL, fd, bytes, 4, 8), 2);
    assert_memory_equal(bytes, "89", 2);
    assert_int_equal(posix->pread(NULL, fd, bytes, 4, 10), 0);
    assert_int_equal(posix->pwrite(NULL, fd, "ab", 2, 9), 2);
    assert_int_equal(posix->truncate(NULL, fd, 20), 0);
    assert_int_equal(posix->sync(NULL, fd), 0);
    assert_int_equal(posix->status(NULL, fd, &status), 0);
    assert_int_equal(stat(file->path, &wanted), 0);
    assert_int_equal(status.n_bytes, 20);
    assert_int_equal(status.device, wanted.st_dev);
    assert_int_equal(status.inode, wanted.st_ino);
    assert_int_equal(status.mode, wanted.st_mode);
    assert_int_equal(status.n_links, 1);
    assert_int_equal(posix->close(NULL, fd), 0);
}

static void errors_are_negative(void **state)
{
    const struct vfdc_system *posix = vfdc_system_posix();
    const struct file *file = *state;
    struct vfdc_system_status status;
    char bytes[4] = "";

    assert_int_equal(posix->open(NULL, "/no/such/file", O_RDONLY, 0), -ENOENT);
    assert_int_equal(posix->open(NULL, "/tmp", O_RDWR, 0), -EISDIR);
    assert_int_equal(posix->status(NULL, NO_FD, &status), -EBADF);
    assert_int_equal(posix->pread(NULL, NO_FD, bytes, 4, 0), -EBADF);
    assert_int_equal(posix->pwrite(NULL, NO_FD, bytes, 4, 0), -EBADF);
    assert_int_equal(posix->truncate(NULL, NO_FD, 0), -EBADF);
    assert_int_equal(posix->sync(NULL, NO_FD), -EBADF);
    assert_int_equal(posix->close(NULL, NO_FD), -EBADF);
    assert_int_equal(posix->pread(NULL, file->fd, bytes, 4, UINT64_MAX), -EOVERFLOW);
    assert_int_equal(posix->pwrite(NULL, file->fd, bytes, 4, UINT64_MAX), -EOVERFLOW);
    assert_int_equal(posix->truncate(NULL, file->fd, UINT64_MAX), -EOVERFLOW);
}

static void a_planned_call_fails_and_those_beside_it_do_not(void **state)
{
    const struct vfdc_system *table = faulty_system_table();
    const struct file *file = *state;
    struct faulty_system faulty;

    faulty_system_init(&faulty);
    assert_true(faulty_system_fail(&faulty, FAULTY_SYNC, EIO, 1, 2));
    assert_int_equal(table->sync(&faulty, file->fd), 0);
    assert_int_equal(table->sync(&faulty, file->fd), -EIO);
    assert_int_equal(table->truncate(&faulty, file->fd, 10), 0);
    assert_int_equal(table->sync(&faulty, file->fd), -EIO);
    assert_int_equal(table->sync(&faulty, file->fd), 0);
    assert_int_equal(faulty.plan[FAULTY_SYNC].n_calls, 4);
    assert_int_equal(faulty_system_n_calls(&faulty), 5);
}

static void a_short_call_moves_half(void **state)
{
    const struct vfdc_system *table = faulty_system_table();
    const struct file *file = *state;
    struct faulty_system faulty;
    char bytes[10];

    faulty_system_init(&faulty);
    assert_true(faulty_system_fail(&faulty, FAULTY_PREAD, FAULTY_SHORT, 0, 2));
    assert_int_equal(table->pread(&faulty, file->fd, bytes, 10, 0), 5);
    assert_int_equal(table->pread(&faulty, file->fd, bytes, 1, 0), 1);
    assert_int_equal(table->pread(&faulty, file->fd, bytes, 10, 0), 10);
    assert_false(faulty_system_fail(&faulty, FAULTY_SYNC, FAULTY_SHORT, 0, 1));
    assert_int_equal(table->sync(&faulty, file->fd), 0);
}

static void calls_and_errors_have_names(void **state)
{
    (void)state;
    assert_int_equal(faulty_call_of("open"), FAULTY_OPEN);
    assert_int_equal(faulty_call_of("fstat"), FAULTY_STATUS);
    assert_int_equal(faulty_call_of("close"), FAULTY_CLOSE);
    assert_int_equal(faulty_call_of("reboot"), FAULTY_N_CALLS);
    assert_int_equal(faulty_error_of("EIO"), EIO);
    assert_int_equal(faulty_error_of("short"), FAULTY_SHORT);
    assert_int_equal(faulty_error_of("EWHAT"), 0);
    assert_string_equal(faulty_error_name(ENOSPC), "ENOSPC");
    assert_string_equal(faulty_error_name(0), "?");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(calls_do_as_in_posix),
        TEST(errors_are_negative),
        TEST(a_planned_call_fails_and_those_beside_it_do_not),
        TEST(a_short_call_moves_half),
        TEST(calls_and_errors_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
