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

/* In nanoseconds since 1970; what was before is 0. */
static void times_are_nanoseconds(void **state)
{
    static const struct {
        struct timespec set;
        uint64_t told;
    } times[] = {
        { { 0, 0 }, 0 },
        { { 0, 5 }, 5 },
        { { 1, 0 }, 1000000000 },
        { { 1, 999999999 }, 1999999999 },
        { { 1000000000, 7 }, UINT64_C(1000000000000000007) },
        { { -1, 5 }, 0 },
    };
    const struct vfdc_system *posix = vfdc_system_posix();
    const struct file *file = *state;
    struct vfdc_system_status status;

    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        const struct timespec both[2] = { times[i].set, times[i].set };

        assert_int_equal(futimens(file->fd, both), 0);
        assert_int_equal(posix->status(NULL, file->fd, &status), 0);
        assert_int_equal(status.modified_ns, times[i].told);
    }
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

/* A folder with two files in it, through the calls on directories. */
static void names_in_a_directory_are_its_own(void **state)
{
    const struct vfdc_system *posix = vfdc_system_posix();
    struct vfdc_system_status status;
    char folder[] = "/tmp/vfdc-test-XXXXXX";
    int directory;
    int fd;

    (void)state;
    assert_non_null(mkdtemp(folder));
    directory = posix->open(NULL, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    assert_true(directory >= 0);
    assert_int_equal(posix->can_write_directory(NULL, directory), 0);
    fd = posix->open_at(NULL, directory, "a", O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(posix->open_at(NULL, directory, "a", O_CREAT | O_EXCL | O_RDWR, 0600),
                     -EEXIST);
    assert_int_equal(posix->pwrite(NULL, fd, "abc", 3, 0), 3);
    assert_int_equal(posix->status_at(NULL, directory, "a", &status), 0);
    assert_int_equal(status.n_bytes, 3);
    assert_int_equal(status.mode, S_IFREG | 0600);
    assert_int_equal(posix->status_at(NULL, directory, "b", &status), -ENOENT);

    /* a link is looked at itself */
    assert_int_equal(symlinkat("nowhere", directory, "link"), 0);
    assert_int_equal(posix->status_at(NULL, directory, "link", &status), 0);
    assert_true(S_ISLNK(status.mode));

    /* and nothing is replaced */
    assert_int_equal(posix->rename_at(NULL, directory, "a", "link"), -EEXIST);
    assert_int_equal(posix->rename_at(NULL, directory, "a", "b"), 0);
    assert_int_equal(posix->rename_at(NULL, directory, "a", "c"), -ENOENT);
    assert_int_equal(posix->status_at(NULL, directory, "b", &status), 0);
    assert_int_equal(posix->sync_directory(NULL, directory), 0);

    assert_int_equal(posix->set_owner(NULL, fd, status.owner, status.group, 0640), 0);
    assert_int_equal(posix->status(NULL, fd, &status), 0);
    assert_int_equal(status.mode, S_IFREG | 0640);
    assert_int_equal(posix->close(NULL, fd), 0);
    assert_int_equal(posix->unlink_at(NULL, directory, "b"), 0);
    assert_int_equal(posix->unlink_at(NULL, directory, "b"), -ENOENT);
    assert_int_equal(posix->unlink_at(NULL, directory, "link"), 0);
    assert_int_equal(rmdir(folder), 0);
    assert_int_equal(posix->can_write_directory(NULL, NO_FD), -EBADF);
    assert_int_equal(posix->sync_directory(NULL, NO_FD), -EBADF);
    assert_int_equal(posix->close(NULL, directory), 0);
}

static void locks_are_those_of_the_open_file(void **state)
{
    const struct vfdc_system *posix = vfdc_system_posix();
    const struct file *file = *state;
    int first = posix->open(NULL, file->path, O_RDONLY | O_CLOEXEC, 0);
    int second = posix->open(NULL, file->path, O_RDWR | O_CLOEXEC, 0);

    assert_int_equal(posix->lock(NULL, first, 100, 2), 0);
    assert_int_equal(posix->lock(NULL, second, 101, 1), 0); /* such locks share */
    assert_int_equal(posix->is_locked(NULL, second, 100, 1), 1);
    assert_int_equal(posix->is_locked(NULL, second, 102, 50), 0);
    assert_int_equal(posix->is_locked(NULL, first, 100, 1), 0); /* its own */
    assert_int_equal(posix->is_locked(NULL, first, 101, 1), 1);
    assert_int_equal(posix->close(NULL, first), 0);
    assert_int_equal(posix->is_locked(NULL, second, 100, 2), 0);
    assert_int_equal(posix->lock(NULL, NO_FD, 100, 1), -EBADF);
    assert_int_equal(posix->is_locked(NULL, NO_FD, 100, 1), -EBADF);
    assert_int_equal(posix->close(NULL, second), 0);
}

static void an_open_file_knows_where_it_is(void **state)
{
    const struct vfdc_system *posix = vfdc_system_posix();
    const struct file *file = *state;
    char resolved[4096];
    char link[80];
    uint64_t n_bytes;

    snprintf(link, sizeof(link), "%s.link", file->path);
    assert_int_equal(symlink(file->path, link), 0);
    assert_int_equal(posix->resolve(NULL, file->fd, link, resolved, sizeof(resolved)), 0);
    assert_string_equal(resolved, file->path);
    assert_int_equal(posix->resolve(NULL, file->fd, link, resolved, 5), -ENAMETOOLONG);
    /* without what the kernel knows of it, by the path */
    assert_int_equal(posix->resolve(NULL, NO_FD, link, resolved, sizeof(resolved)), 0);
    assert_string_equal(resolved, file->path);
    assert_int_equal(unlink(link), 0);
    assert_int_equal(posix->resolve(NULL, NO_FD, link, resolved, sizeof(resolved)), -ENOENT);

    assert_int_equal(posix->device_bytes(NULL, file->fd, &n_bytes), -ENOTTY);
    assert_int_equal(posix->device_bytes(NULL, NO_FD, &n_bytes), -EBADF);
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
        TEST(times_are_nanoseconds),
        TEST(errors_are_negative),
        TEST(names_in_a_directory_are_its_own),
        TEST(locks_are_those_of_the_open_file),
        TEST(an_open_file_knows_where_it_is),
        TEST(a_planned_call_fails_and_those_beside_it_do_not),
        TEST(a_short_call_moves_half),
        TEST(calls_and_errors_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
