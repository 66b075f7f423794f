/*
 * A block device of the host in a drive.  It is a loop device over the scene's image where this
 * system has them and lets us; where not, a table of system calls makes that file look like a
 * block device, O_EXCL included, and the test says so.
 */
#define _GNU_SOURCE

#include "scene.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_LOOP_TRIES 50u

/* One at a time is in use. */
static struct {
    char path[128];
    int loop; /* the device, to be let go of; or -1 */
    bool is_stand_in, is_protected;
    int exclusive; /* the stand-in's descriptor that has it alone, or -1 */
    struct vfdc_system table;
} device;

/* ---- a loop device ---- */

/* A free one over the file, or -1 with errno. */
static int set_up_loop(const char *path, bool is_protected)
{
    int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
    int file = open(path, (is_protected ? O_RDONLY : O_RDWR) | O_CLOEXEC);
    int loop = -1;

    assert_true(file >= 0);
    for (unsigned tries = 0; control >= 0 && loop < 0 && tries < MAX_LOOP_TRIES; tries++) {
        int number = ioctl(control, LOOP_CTL_GET_FREE);

        if (number < 0) {
            break;
        }
        snprintf(device.path, sizeof(device.path), "/dev/loop%d", number);
        loop = open(device.path, (is_protected ? O_RDONLY : O_RDWR) | O_CLOEXEC);
        if (loop < 0) {
            break;
        }
        if (ioctl(loop, LOOP_SET_FD, file) != 0) {
            int error = errno;

            close(loop);
            loop = -1;
            errno = error;
            if (error != EBUSY) {
                break; /* else another test was quicker */
            }
        }
    }
    {
        int error = errno;

        close(file);
        if (control >= 0) {
            close(control);
        }
        errno = error;
    }
    return loop;
}

/* ---- a file that says it is one ---- */

static int stand_in_open(void *opaque, const char *path, int flags, uint32_t mode)
{
    int fd;

    if (strcmp(path, device.path) != 0) {
        return vfdc_system_posix()->open(opaque, path, flags, mode);
    }
    if (device.is_protected && (flags & O_ACCMODE) != O_RDONLY) {
        return -EACCES;
    }
    if ((flags & O_EXCL) != 0 && device.exclusive >= 0) {
        return -EBUSY;
    }
    fd = vfdc_system_posix()->open(opaque, path, flags & ~O_EXCL, mode);
    if ((flags & O_EXCL) != 0) {
        device.exclusive = fd;
    }
    return fd;
}

static int stand_in_close(void *opaque, int fd)
{
    if (fd == device.exclusive) {
        device.exclusive = -1;
    }
    return vfdc_system_posix()->close(opaque, fd);
}

static bool is_stand_in(int fd)
{
    struct stat of_fd, of_file;

    return fstat(fd, &of_fd) == 0 && stat(device.path, &of_file) == 0 &&
           of_fd.st_ino == of_file.st_ino;
}

static int stand_in_status(void *opaque, int fd, struct vfdc_system_status *status)
{
    int result = vfdc_system_posix()->status(opaque, fd, status);

    if (is_stand_in(fd)) {
        status->mode = S_IFBLK | 0660;
        status->n_bytes = 0; /* as of a device */
    }
    return result;
}

static int stand_in_bytes(void *opaque, int fd, uint64_t *n_bytes)
{
    struct stat status;

    (void)opaque;
    if (!is_stand_in(fd) || fstat(fd, &status) != 0) {
        return -ENOTTY;
    }
    *n_bytes = (uint64_t)status.st_size;
    return 0;
}

/* ---- the scene ---- */

static void take_device(struct scene *scene, const char *path, bool is_protected)
{
    device.is_protected = is_protected;
    device.exclusive = -1;
    device.loop = set_up_loop(path, is_protected);
    device.is_stand_in = device.loop < 0;
    if (device.is_stand_in) {
        printf("note: no loop device here (%s): the file itself stands in for one\n",
               strerror(errno));
        snprintf(device.path, sizeof(device.path), "%s", path);
        device.table = *vfdc_system_posix();
        device.table.open = stand_in_open;
        device.table.close = stand_in_close;
        device.table.status = stand_in_status;
        device.table.device_bytes = stand_in_bytes;
        scene->faulty.real = &device.table;
    }
}

static void drop_device(void)
{
    if (device.loop >= 0) {
        assert_int_equal(ioctl(device.loop, LOOP_CLR_FD), 0);
        assert_int_equal(close(device.loop), 0);
        device.loop = -1;
    }
}

static int set_up(void **state)
{
    scene_setup(state);
    take_device(*state, ((struct scene *)*state)->image, false);
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;

    if (scene->rig->fdc != NULL) {
        destroy(scene);
    }
    drop_device();
    return scene_teardown(state);
}

static vfdc_result attach_host(struct scene *scene)
{
    return vfdc_floppy_drive_attach_host_drive(scene->drive, device.path, &scene->options);
}

static vfdc_result release_host(struct scene *scene)
{
    return vfdc_floppy_drive_release_host_drive(scene->drive);
}

static const char *host_drive(const struct scene *scene)
{
    const char *path = NULL;

    assert_ok(vfdc_floppy_drive_host_drive(scene->drive, &path));
    return path;
}

static bool can_open_alone(void)
{
    int fd = device.is_stand_in ? stand_in_open(NULL, device.path, O_RDWR | O_EXCL, 0)
                                : open(device.path, O_RDWR | O_EXCL | O_CLOEXEC);

    if (fd >= 0) {
        (void)(device.is_stand_in ? stand_in_close(NULL, fd) : close(fd));
    }
    return fd >= 0;
}

/* ---- the tests ---- */

static void an_attached_host_drive_says_so(void **state)
{
    struct scene *scene = *state;

    assert_ok(attach_host(scene));
    assert_int_equal(attachment(scene), VFDC_ATTACHMENT_HOST_DRIVE);
    assert_string_equal(host_drive(scene), device.path);
    assert_string_equal(image_file(scene), "");
    assert_event(scene, 0, INSERT, device.path);

    assert_ok(release_host(scene));
    assert_int_equal(attachment(scene), VFDC_ATTACHMENT_NONE);
    assert_string_equal(host_drive(scene), "");
    assert_event(scene, 1, EJECT, device.path);
    assert_int_equal(scene->n_events, 2);
    assert_int_equal(release_host(scene), VFDC_VM_E_NO_MEDIA_CAPTURED);
}

static void each_release_is_for_its_own_kind(void **state)
{
    struct scene *scene = *state;

    assert_ok(attach_host(scene));
    assert_int_equal(release(scene), VFDC_VM_E_MEDIA_WRONG_TYPE);
    assert_exception(scene, VFDC_VM_E_MEDIA_WRONG_TYPE, 0, device.path);
    assert_int_equal(attachment(scene), VFDC_ATTACHMENT_HOST_DRIVE);
    assert_ok(release_host(scene));

    drop_device();
    scene->faulty.real = vfdc_system_posix();
    assert_ok(attach(scene, scene->image));
    assert_int_equal(release_host(scene), VFDC_VM_E_MEDIA_WRONG_TYPE);
    assert_exception(scene, VFDC_VM_E_MEDIA_WRONG_TYPE, 0, scene->image);
    assert_int_equal(attachment(scene), VFDC_ATTACHMENT_IMAGE);
    assert_string_equal(host_drive(scene), "");
    assert_ok(release(scene));
}

static void a_device_is_read_and_written_in_place(void **state)
{
    struct scene *scene = *state;
    uint8_t bytes[512];

    assert_ok(attach_host(scene));
    guest_start(scene);
    rig_fill_lba(bytes, 4, 1);
    guest_reads(scene, 5, bytes);
    memset(bytes, 0xd1, sizeof(bytes));
    guest_write(scene, 3, bytes);
    assert_int_equal(dirty(scene), 1);
    assert_ok(vfdc_floppy_drive_flush_image(scene->drive));
    assert_int_equal(dirty(scene), 0);
    memset(bytes, 0xd2, sizeof(bytes));
    guest_write(scene, 4, bytes);
    assert_ok(release_host(scene));

    assert_file_sector(scene->image, 3, bytes);
    memset(bytes, 0xd1, sizeof(bytes));
    assert_file_sector(scene->image, 2, bytes);
    assert_file_lba(scene->image, 0, 2);
    assert_file_lba(scene->image, 4, N_SECTORS);
}

static void a_device_is_had_alone(void **state)
{
    struct scene *scene = *state;
    struct vfdc_floppy_drive *other = vfdc_floppy_drive_of(scene->rig->fdc, 1);

    assert_ok(attach_host(scene));
    assert_false(can_open_alone());
    assert_int_equal(vfdc_floppy_drive_attach_host_drive(other, device.path, &scene->options),
                     VFDC_VM_E_HOST_FLOPPY_CAPTURE_FAIL);
    assert_int_equal(vfdc_floppy_drive_exception(other)->error.system_errno, EBUSY);
    assert_ok(release_host(scene));
    assert_true(can_open_alone());
    assert_ok(vfdc_floppy_drive_attach_host_drive(other, device.path, &scene->options));
    vfdc_floppy_drive_unref(other);
}

/* Also to programs that do not ask for it alone, but look at QEMU's locks. */
static void a_device_is_locked_like_an_image(void **state)
{
    struct scene *scene = *state;
    struct flock lock = { .l_type = F_WRLCK, .l_start = 201, .l_len = 1 };
    int fd = open(device.path, O_RDWR | O_CLOEXEC);

    assert_true(fd >= 0);
    assert_ok(attach_host(scene));
    assert_int_equal(fcntl(fd, F_OFD_GETLK, &lock), 0);
    assert_int_equal(lock.l_type, F_RDLCK);
    assert_ok(release_host(scene));

    lock = (struct flock){ .l_type = F_RDLCK, .l_start = 101, .l_len = 1 };
    assert_int_equal(fcntl(fd, F_OFD_SETLK, &lock), 0);
    assert_int_equal(attach_host(scene), VFDC_VM_E_HOST_FLOPPY_CAPTURE_FAIL);
    assert_non_null(strstr(exception(scene)->error.text, "in use"));
    assert_int_equal(close(fd), 0);
    assert_ok(attach_host(scene));
}

static void a_protected_device_is_attached_where_that_is_allowed(void **state)
{
    struct scene *scene = *state;
    uint8_t bytes[512] = { 0 };

    drop_device();
    take_device(scene, scene->image, true);
    assert_int_equal(attach_host(scene), VFDC_VM_E_HOST_FLOPPY_CAPTURE_FAIL);
    assert_true(exception(scene)->error.system_errno == EACCES ||
                exception(scene)->error.system_errno == EROFS);

    scene->options.allow_read_only = true;
    assert_ok(attach_host(scene));
    assert_true(vfdc_media_is_read_only(vfdc_floppy_drive_media(scene->drive)));
    assert_int_equal(vfdc_media_warnings(vfdc_floppy_drive_media(scene->drive)),
                     VFDC_WARNING_READ_ONLY);
    guest_start(scene);
    dma_write(scene->rig, bytes, 512);
    cmd(scene->rig, 0xc5, 0, 0, 0, 1, 2, 0x12, 0x1b, 0xff);
    run_until_irq(scene->rig);
    expect_result(scene->rig, 0x40, 0x02, 0, 0, 0, 1, 2); /* NW */
    assert_ok(release_host(scene));
    scene->options.allow_read_only = false;
    scene->options.read_only = true;
    assert_ok(attach_host(scene));
    assert_ok(release_host(scene));
    assert_file_lba(scene->image, 0, N_SECTORS);
}

static void a_host_is_told_that_there_is_no_journal(void **state)
{
    struct scene *scene = *state;

    assert_ok(attach_host(scene));
    assert_int_equal(vfdc_media_warnings(vfdc_floppy_drive_media(scene->drive)),
                     VFDC_WARNING_IN_PLACE);
    assert_ok(release_host(scene));
    scene->options.durability = VFDC_DURABILITY_IN_PLACE; /* asked for */
    assert_ok(attach_host(scene));
    assert_int_equal(vfdc_media_warnings(vfdc_floppy_drive_media(scene->drive)), 0);
}

static void sizes_that_are_no_disks_of_this_drive_are_refused(void **state)
{
    static const struct {
        off_t n_bytes;
        const char *words;
    } cases[] = {
        { 737280, NULL }, /* 720K, which the drive takes */
        { 1720320, NULL },
        { 1228800, "a 1.2M image needs a 1.2M drive" },
        { 1474560 + 512, "no floppy geometry has 1475072 bytes" },
        { 1474560 - 512, "no floppy geometry has 1474048 bytes" },
        { 64 << 20, "image too large for a floppy" },
    };
    struct scene *scene = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        drop_device();
        /* with a boot sector that would explain a file */
        assert_int_equal(truncate(scene->image, 0), 0);
        assert_int_equal(truncate(scene->image, cases[i].n_bytes), 0);
        take_device(scene, scene->image, false);
        if (cases[i].words == NULL) {
            assert_ok(attach_host(scene));
            assert_ok(release_host(scene));
            continue;
        }
        assert_int_equal(attach_host(scene), VFDC_VM_E_HOST_FLOPPY_CAPTURE_FAIL);
        if (strstr(exception(scene)->error.text, cases[i].words) == NULL) {
            fail_msg("%s", exception(scene)->error.text);
        }
    }
}

static void a_boot_sector_explains_no_device(void **state)
{
    static const uint8_t boot[] = {
        0xeb, 0x3c, 0x90, 'M',  'S',  'D',  'O',  'S',  '5',  '.',  '0',  0x00, 0x02, 0x01,
        0x01, 0x00, 0x02, 0xe0, 0x00, 0x40, 0x0b, 0xf0, 0x09, 0x00, 0x12, 0x00, 0x02, 0x00,
    };
    struct scene *scene = *state;

    drop_device();
    write_file(scene->image, boot, sizeof(boot));
    assert_int_equal(truncate(scene->image, 1474560 - 512), 0);
    take_device(scene, scene->image, false);
    assert_int_equal(attach_host(scene), VFDC_VM_E_HOST_FLOPPY_CAPTURE_FAIL);
    assert_non_null(strstr(exception(scene)->error.text, "no floppy geometry has 1474048 bytes"));
}

static void what_is_no_block_device_is_an_invalid_argument(void **state)
{
    struct scene *scene = *state;
    const char *fifo = name_of(scene, "fifo");
    const char *file = name_of(scene, "file");
    const char *const paths[] = { NULL, "", "dev/fd0", "/dev/null", scene->folder, fifo, file };
    char path[5000];

    assert_int_equal(mkfifo(fifo, 0600), 0);
    write_lba_image(file);
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        assert_int_equal(vfdc_floppy_drive_attach_host_drive(scene->drive, paths[i],
                                                             &scene->options),
                         VFDC_E_INVALIDARG);
        assert_exception(scene, VFDC_E_INVALIDARG, 0, paths[i] != NULL ? paths[i] : "");
    }
    memset(path, 'a', sizeof(path));
    path[0] = '/';
    path[sizeof(path) - 1] = '\0';
    assert_int_equal(vfdc_floppy_drive_attach_host_drive(scene->drive, path, NULL),
                     VFDC_E_INVALIDARG);
    assert_int_equal(vfdc_floppy_drive_attach_host_drive(scene->drive, "/dev/no-such-drive",
                                                         NULL),
                     VFDC_VM_E_HOST_FLOPPY_CAPTURE_FAIL);
    assert_exception(scene, VFDC_VM_E_HOST_FLOPPY_CAPTURE_FAIL, ENOENT, "/dev/no-such-drive");
    assert_int_equal(attachment(scene), VFDC_ATTACHMENT_NONE);
    assert_int_equal(scene->n_events, 0);
}

static void an_attach_checks_in_order(void **state)
{
    struct scene *scene = *state;
    struct vfdc_floppy_drive *unfitted = vfdc_floppy_drive_of(scene->rig->fdc, 3);
    const char *path;

    assert_int_equal(vfdc_floppy_drive_attach_host_drive(NULL, NULL, NULL), VFDC_E_POINTER);
    assert_int_equal(vfdc_floppy_drive_attach_host_drive(unfitted, NULL, NULL),
                     VFDC_VM_E_DRIVE_INVALID);
    vfdc_floppy_drive_unref(unfitted);
    assert_ok(attach_host(scene));
    assert_int_equal(vfdc_floppy_drive_attach_host_drive(scene->drive, "", NULL),
                     VFDC_E_INVALIDARG);
    assert_int_equal(vfdc_floppy_drive_attach_host_drive(scene->drive, "/dev/null", NULL),
                     VFDC_VM_E_DRIVE_IN_USE);
    assert_int_equal(attach(scene, scene->image), VFDC_VM_E_DRIVE_IN_USE);
    assert_int_equal(vfdc_floppy_drive_host_drive(NULL, &path), VFDC_E_POINTER);
    assert_int_equal(vfdc_floppy_drive_host_drive(scene->drive, NULL), VFDC_E_POINTER);
    assert_ok(release_host(scene));

    destroy(scene);
    assert_int_equal(attach_host(scene), VFDC_VM_E_VM_UNKNOWN);
    assert_int_equal(release_host(scene), VFDC_VM_E_VM_UNKNOWN);
    assert_int_equal(vfdc_floppy_drive_host_drive(scene->drive, &path), VFDC_VM_E_VM_UNKNOWN);
    assert_int_equal(vfdc_floppy_drive_discard_image(scene->drive), VFDC_VM_E_VM_UNKNOWN);
    assert_int_equal(vfdc_floppy_drive_save_image_as(scene->drive, "/a"), VFDC_VM_E_VM_UNKNOWN);
}

/* A drive that died keeps its disk's contents from nobody who saves them elsewhere. */
static void a_disk_that_cannot_be_written_is_saved_as_an_image(void **state)
{
    struct scene *scene = *state;
    const char *saved = name_of(scene, "b.vfd");
    uint8_t bytes[512];

    assert_ok(attach_host(scene));
    guest_start(scene);
    memset(bytes, 0xd1, sizeof(bytes));
    guest_write(scene, 3, bytes);
    faulty_system_fail(&scene->faulty, FAULTY_PWRITE, EIO, 0, 1);
    assert_int_equal(release_host(scene), VFDC_DISP_E_EXCEPTION);
    assert_exception(scene, VFDC_DISP_E_EXCEPTION, EIO, device.path);
    assert_int_equal(dirty(scene), 1);

    assert_ok(vfdc_floppy_drive_save_image_as(scene->drive, saved));
    assert_int_equal(attachment(scene), VFDC_ATTACHMENT_IMAGE);
    assert_string_equal(image_file(scene), saved);
    assert_true(can_open_alone());
    guest_reads(scene, 3, bytes);
    assert_file_sector(saved, 2, bytes);
    assert_file_lba(saved, 3, N_SECTORS);
    assert_file_lba(scene->image, 0, N_SECTORS);
    memset(bytes, 0xd2, sizeof(bytes));
    guest_write(scene, 4, bytes);
    assert_ok(release(scene));
    assert_file_sector(saved, 3, bytes);
}

static void discarding_lets_go_of_a_device(void **state)
{
    struct scene *scene = *state;
    uint8_t bytes[512];

    assert_ok(attach_host(scene));
    guest_start(scene);
    memset(bytes, 0xd1, sizeof(bytes));
    guest_write(scene, 3, bytes);
    assert_ok(vfdc_floppy_drive_discard_image(scene->drive));
    assert_event(scene, 1, EJECT, device.path);
    assert_true(change_line(scene->rig));
    assert_true(can_open_alone());
    assert_file_lba(scene->image, 0, N_SECTORS);
}

static void a_drive_that_cannot_be_examined_is_not_captured(void **state)
{
    struct scene *scene = *state;
    struct faulty_system faulty;
    struct vfdc_media_error error;
    struct vfdc_media *media = NULL;
    struct vfdc_media_options options = { .drive = VFDC_DRIVE_1440K };

    (void)scene;
    faulty_system_init(&faulty);
    options.system = faulty_system_table();
    options.system_opaque = &faulty;
    faulty_system_fail(&faulty, FAULTY_STATUS, EIO, 0, 1);
    assert_int_equal(vfdc_media_open_host_drive("/dev/null", &options, &media, &error),
                     VFDC_VM_E_HOST_FLOPPY_CAPTURE_FAIL);
    assert_string_equal(error.text, "/dev/null: cannot examine the drive: Input/output error");
    assert_int_equal(error.system_errno, EIO);
    assert_null(media);
}

/* Also without a drive between: from where a relative path leads is the program's own affair. */
static void a_path_of_a_drive_is_absolute(void **state)
{
    struct vfdc_media_error error;
    struct vfdc_media *media = NULL;
    struct vfdc_media_options options = { .drive = VFDC_DRIVE_1440K };
    char path[5000];

    (void)state;
    assert_int_equal(vfdc_media_open_host_drive("dev/fd0", &options, &media, &error),
                     VFDC_E_INVALIDARG);
    assert_int_equal(vfdc_media_open_host_drive("", &options, &media, &error),
                     VFDC_E_INVALIDARG);
    memset(path, 'a', sizeof(path));
    path[0] = '/';
    path[sizeof(path) - 1] = '\0';
    assert_int_equal(vfdc_media_open_host_drive(path, &options, &media, &error),
                     VFDC_E_INVALIDARG);
    assert_null(media);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_attached_host_drive_says_so),
        TEST(each_release_is_for_its_own_kind),
        TEST(a_device_is_read_and_written_in_place),
        TEST(a_device_is_had_alone),
        TEST(a_device_is_locked_like_an_image),
        TEST(a_protected_device_is_attached_where_that_is_allowed),
        TEST(a_host_is_told_that_there_is_no_journal),
        TEST(sizes_that_are_no_disks_of_this_drive_are_refused),
        TEST(a_boot_sector_explains_no_device),
        TEST(what_is_no_block_device_is_an_invalid_argument),
        TEST(an_attach_checks_in_order),
        TEST(a_disk_that_cannot_be_written_is_saved_as_an_image),
        TEST(discarding_lets_go_of_a_device),
        TEST(a_drive_that_cannot_be_examined_is_not_captured),
        TEST(a_path_of_a_drive_is_absolute),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
