/*
 * The locks on an image's file: who keeps whom out, in one process, and what becomes of an image
 * where there are none.  Against QEMU they are tried by tests/qemu_locks_test.sh.
 */
#define _GNU_SOURCE /* open file description locks */

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
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <vfdc/media.h>

#include "faulty_system.h"

#define BYTES_1440K 1474560
#define CAPTURE_FAIL VFDC_VM_E_IMAGE_CAPTURE_FAIL
#define IN_USE "image is in use by another drive or program"

/* An image, opened at most twice. */
struct scene {
    char folder[64];
    char path[128];
    struct faulty_system faulty;
    struct vfdc_media_options options;
    struct vfdc_media *first, *second;
    struct vfdc_media_error error;
};

static int set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof(*scene));
    int fd;

    assert_non_null(scene);
    strcpy(scene->folder, "/tmp/vfdc-test-XXXXXX");
    assert_non_null(mkdtemp(scene->folder));
    snprintf(scene->path, sizeof(scene->path), "%s/a.vfd", scene->folder);
    fd = open(scene->path, O_CREAT | O_RDWR, 0600);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, BYTES_1440K), 0);
    assert_int_equal(close(fd), 0);
    faulty_system_init(&scene->faulty);
    scene->options.drive = VFDC_DRIVE_1440K;
    scene->options.system = faulty_system_table();
    scene->options.system_opaque = &scene->faulty;
    *state = scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;

    if (scene->first != NULL) {
        vfdc_media_close(scene->first, NULL);
    }
    if (scene->second != NULL) {
        vfdc_media_close(scene->second, NULL);
    }
    unlink(scene->path);
    rmdir(scene->folder);
    free(scene);
    return 0;
}

static void hold(struct scene *scene, bool read_only)
{
    scene->options.read_only = read_only;
    if (vfdc_media_open_vfd(scene->path, &scene->options, &scene->first, &scene->error) !=
        VFDC_S_OK) {
        fail_msg("%s", scene->error.text);
    }
}

static vfdc_result try_second(struct scene *scene, bool read_only)
{
    scene->options.read_only = read_only;
    return vfdc_media_open_vfd(scene->path, &scene->options, &scene->second, &scene->error);
}

static void let_go(struct vfdc_media **media)
{
    assert_int_equal(vfdc_media_close(*media, NULL), VFDC_S_OK);
    *media = NULL;
}

static void expect_in_use(struct scene *scene, bool read_only)
{
    assert_int_equal(try_second(scene, read_only), CAPTURE_FAIL);
    assert_null(scene->second);
    assert_non_null(strstr(scene->error.text, IN_USE));
    assert_int_equal(scene->error.system_errno, 0);
}

static void who_writes_is_alone(void **state)
{
    struct scene *scene = *state;

    hold(scene, false);
    expect_in_use(scene, false);
    expect_in_use(scene, true);

    /* the attempts have cost the first nothing */
    expect_in_use(scene, false);
    let_go(&scene->first);
    assert_int_equal(try_second(scene, false), VFDC_S_OK);
}

static void readers_share_and_keep_writers_out(void **state)
{
    struct scene *scene = *state;

    hold(scene, true);
    expect_in_use(scene, false);
    assert_int_equal(try_second(scene, true), VFDC_S_OK);
    let_go(&scene->second);
    expect_in_use(scene, false);
    let_go(&scene->first);
    assert_int_equal(try_second(scene, false), VFDC_S_OK);
}

/* By whatever name: the lock is on the file. */
static void another_name_is_no_way_around(void **state)
{
    struct scene *scene = *state;
    char name[sizeof(scene->path)];
    char link_name[160];

    strcpy(name, scene->path);
    snprintf(link_name, sizeof(link_name), "%s.link", name);
    hold(scene, false);
    assert_int_equal(symlink(name, link_name), 0);
    strcpy(scene->path, link_name);
    expect_in_use(scene, true);
    assert_int_equal(unlink(link_name), 0);
    assert_int_equal(link(name, link_name), 0);
    expect_in_use(scene, true);
    assert_int_equal(unlink(link_name), 0);
    strcpy(scene->path, name);
}

/* An image that is refused, for whatever reason, is free again. */
static void a_refusal_holds_nothing(void **state)
{
    struct scene *scene = *state;

    scene->options.drive = VFDC_DRIVE_720K;
    assert_int_equal(try_second(scene, false), CAPTURE_FAIL);
    scene->options.drive = VFDC_DRIVE_1440K;
    for (uint32_t nth = 0; nth < 6; nth++) { /* taken, and looked for */
        faulty_system_fail(&scene->faulty, FAULTY_LOCK, EIO, nth, 1);
        assert_int_equal(try_second(scene, false), CAPTURE_FAIL);
        assert_int_equal(scene->error.system_errno, EIO);
        assert_non_null(strstr(scene->error.text, "cannot lock the image: "));
    }
    faulty_system_fail(&scene->faulty, FAULTY_LOCK, EIO, 6, 1);
    hold(scene, false);
    assert_int_equal(vfdc_media_warnings(scene->first), 0);
}

/* A program that locks the whole file, as one that does not know QEMU's way. */
static void a_lock_on_the_whole_file_counts(void **state)
{
    struct scene *scene = *state;
    struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    int fd = open(scene->path, O_RDWR);

    assert_true(fd >= 0);
    assert_int_equal(fcntl(fd, F_OFD_SETLK, &whole), 0);
    expect_in_use(scene, false);
    expect_in_use(scene, true);
    whole.l_type = F_RDLCK;
    assert_int_equal(fcntl(fd, F_OFD_SETLK, &whole), 0);
    expect_in_use(scene, false);
    expect_in_use(scene, true);
    close(fd);
    hold(scene, false);
}

/* Whether a lock of our own would get through on the byte. */
static bool is_held(const struct scene *scene, off_t byte)
{
    struct flock lock = { .l_type = F_WRLCK, .l_start = byte, .l_len = 1 };
    int fd = open(scene->path, O_RDWR);

    assert_true(fd >= 0);
    assert_int_equal(fcntl(fd, F_OFD_GETLK, &lock), 0);
    close(fd);
    return lock.l_type != F_UNLCK;
}

/* The numbers that QEMU looks for; all others are free. */
static void the_bytes_are_those_of_qemu(void **state)
{
    struct scene *scene = *state;

    hold(scene, false);
    for (off_t byte = 0; byte < 400; byte++) {
        assert_int_equal(is_held(scene, byte),
                         byte == 100 || byte == 101 || byte == 201 || byte == 203);
    }
    let_go(&scene->first);
    hold(scene, true);
    for (off_t byte = 0; byte < 400; byte++) {
        assert_int_equal(is_held(scene, byte), byte == 100 || byte == 201 || byte == 203);
    }
    let_go(&scene->first);
    for (off_t byte = 0; byte < 400; byte++) {
        assert_false(is_held(scene, byte));
    }
}

/* As QEMU itself would be kept out: holding any of these is enough. */
static void a_lock_on_any_byte_that_matters_is_seen(void **state)
{
    static const struct {
        off_t byte;
        bool stops_writers, stops_readers;
    } cases[] = {
        { 100, false, false }, { 101, true, true },  { 102, false, false }, { 103, true, true },
        { 200, true, true },   { 201, true, false }, { 202, false, false },
        { 203, false, false },
    };
    struct scene *scene = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct flock lock = { .l_type = F_RDLCK, .l_start = cases[i].byte, .l_len = 1 };
        int fd = open(scene->path, O_RDWR);

        assert_true(fd >= 0);
        assert_int_equal(fcntl(fd, F_OFD_SETLK, &lock), 0);
        for (int reads = 0; reads < 2; reads++) {
            bool is_stopped = reads != 0 ? cases[i].stops_readers : cases[i].stops_writers;

            if (is_stopped) {
                expect_in_use(scene, reads != 0);
            } else {
                assert_int_equal(try_second(scene, reads != 0), VFDC_S_OK);
                let_go(&scene->second);
            }
        }
        close(fd);
    }
}

static void reading_and_flushing_lose_no_lock(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media_span span = { NULL, 0 };
    uint8_t sector[512] = { 0xe5 };

    hold(scene, false);
    assert_int_equal(scene->first->ops->read_span(scene->first, 3, 0, 1, 18, &span),
                     VFDC_MEDIA_OK);
    assert_int_equal(scene->first->ops->write_sector(scene->first, 3, 0, 1, sector, 0),
                     VFDC_MEDIA_OK);
    assert_int_equal(scene->first->ops->commit(scene->first), VFDC_MEDIA_OK);
    assert_int_equal(vfdc_media_flush(scene->first, NULL), VFDC_S_OK);
    /* POSIX record locks would be gone with any descriptor of the file */
    assert_int_equal(close(open(scene->path, O_RDWR)), 0);
    expect_in_use(scene, true);
}

/* The other side of a lock that belongs to the open file: the child must close or execute. */
static void a_forked_child_shares_the_lock(void **state)
{
    struct scene *scene = *state;
    int gate[2];
    pid_t child;
    int status;

    assert_int_equal(pipe(gate), 0);
    hold(scene, false);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        char byte;

        close(gate[1]);
        (void)!read(gate[0], &byte, 1);
        _exit(0);
    }
    let_go(&scene->first);
    expect_in_use(scene, true);
    close(gate[0]);
    close(gate[1]);
    assert_int_equal(waitpid(child, &status, 0), child);
    hold(scene, true);
}

static void without_locks_only_who_allows_it_writes(void **state)
{
    static const int errors[] = { ENOLCK, EOPNOTSUPP, ENOSYS, EINVAL };
    struct scene *scene = *state;

    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        scene->options.allow_unlocked = false;
        faulty_system_fail(&scene->faulty, FAULTY_LOCK, errors[i], 0, 100);
        assert_int_equal(try_second(scene, false), CAPTURE_FAIL);
        assert_int_equal(scene->error.system_errno, errors[i]);
        assert_non_null(strstr(scene->error.text, "the file system has no locks"));

        hold(scene, true);
        assert_int_equal(vfdc_media_warnings(scene->first), VFDC_WARNING_UNLOCKED);
        let_go(&scene->first);

        scene->options.allow_unlocked = true;
        hold(scene, false);
        assert_int_equal(vfdc_media_warnings(scene->first), VFDC_WARNING_UNLOCKED);
        assert_false(vfdc_media_is_read_only(scene->first));
        let_go(&scene->first);
    }
}

/* To allow what cannot be locked is not to allow what is locked. */
static void unlocked_is_not_in_use(void **state)
{
    struct scene *scene = *state;

    scene->options.allow_unlocked = true;
    scene->options.allow_read_only = true;
    hold(scene, false);
    expect_in_use(scene, false);
    expect_in_use(scene, true);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_writes_is_alone),
        TEST(readers_share_and_keep_writers_out),
        TEST(another_name_is_no_way_around),
        TEST(a_refusal_holds_nothing),
        TEST(a_lock_on_the_whole_file_counts),
        TEST(the_bytes_are_those_of_qemu),
        TEST(a_lock_on_any_byte_that_matters_is_seen),
        TEST(reading_and_flushing_lose_no_lock),
        TEST(a_forked_child_shares_the_lock),
        TEST(without_locks_only_who_allows_it_writes),
        TEST(unlocked_is_not_in_use),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
