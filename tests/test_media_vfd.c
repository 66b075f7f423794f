/*
 * A raw image in a file: which files open, what is read when, what a flush writes, and what is
 * left after each call that can fail has failed.
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
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include <vfdc/media.h>

#include "faulty_system.h"

#define BYTES_1440K 1474560
#define MAX_WRITES 64u

#define CAPTURE_FAIL VFDC_VM_E_IMAGE_CAPTURE_FAIL

/* Sectors of a track, 1:2. */
static const uint8_t interleaved[18] = {
    1, 10, 2, 11, 3, 12, 4, 13, 5, 14, 6, 15, 7, 16, 8, 17, 9, 18,
};

/* A pwrite that went to the system. */
struct noted_write {
    uint64_t offset;
    size_t n_bytes;
};

/* A folder with an image in it, and the media that is open on it. */
struct scene {
    char folder[64];
    char path[128];
    struct faulty_system faulty;
    struct vfdc_system recorder;
    struct noted_write write[MAX_WRITES];
    unsigned n_writes;
    int open_flags; /* of the last open of a file */
    struct vfdc_media_options options;
    struct vfdc_media *media;
    struct vfdc_media_error error;
};

/* ---- recording --------------------------------------------------------------------------- */

static int64_t note_pwrite(void *opaque, int fd, const void *bytes, size_t n_bytes,
                           uint64_t offset)
{
    struct scene *scene = opaque;

    if (scene->n_writes < MAX_WRITES) {
        scene->write[scene->n_writes].offset = offset;
        scene->write[scene->n_writes].n_bytes = n_bytes;
    }
    scene->n_writes++;
    return vfdc_system_posix()->pwrite(NULL, fd, bytes, n_bytes, offset);
}

static int note_open(void *opaque, const char *path, int flags, uint32_t mode)
{
    struct scene *scene = opaque;

    if ((flags & O_DIRECTORY) == 0) {
        scene->open_flags = flags;
    }
    return vfdc_system_posix()->open(NULL, path, flags, mode);
}

static uint32_t n_calls(const struct scene *scene, enum faulty_call call)
{
    return scene->faulty.plan[call].n_calls;
}

static void expect_write(const struct scene *scene, unsigned which, uint64_t offset,
                         size_t n_bytes)
{
    assert_true(which < scene->n_writes);
    assert_int_equal(scene->write[which].offset, offset);
    assert_int_equal(scene->write[which].n_bytes, n_bytes);
}

/* ---- files ------------------------------------------------------------------------------- */

/* Byte `i` of a fresh image: differs from sector to sector and inside each. */
static uint8_t pattern(size_t i)
{
    return (uint8_t)(i / 512 * 7 + i % 512);
}

static void make_file(const struct scene *scene, size_t n_bytes)
{
    FILE *file = fopen(scene->path, "wb");

    assert_non_null(file);
    for (size_t i = 0; i < n_bytes; i++) {
        assert_int_not_equal(fputc(pattern(i), file), EOF);
    }
    assert_int_equal(fclose(file), 0);
}

static void put_bytes(const struct scene *scene, long at, const void *bytes, size_t n_bytes)
{
    FILE *file = fopen(scene->path, "r+b");

    assert_non_null(file);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    assert_int_equal(fwrite(bytes, 1, n_bytes, file), n_bytes);
    assert_int_equal(fclose(file), 0);
}

/* The boot sector of a 1.44M DOS disk. */
static void put_boot(const struct scene *scene)
{
    static const uint8_t boot[] = {
        0xeb, 0x3c, 0x90, 'M',  'S',  'D',  'O',  'S',  '5',  '.',  '0',  0x00, 0x02, 0x01,
        0x01, 0x00, 0x02, 0xe0, 0x00, 0x40, 0x0b, 0xf0, 0x09, 0x00, 0x12, 0x00, 0x02, 0x00,
    };

    put_bytes(scene, 0, boot, sizeof(boot));
}

static int byte_of_file(const struct scene *scene, long at)
{
    FILE *file = fopen(scene->path, "rb");
    int byte;

    assert_non_null(file);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    byte = fgetc(file);
    assert_int_equal(fclose(file), 0);
    return byte;
}

/* The file holds `fill` in the sectors from `first`, and the pattern right beside them. */
static void expect_sectors(const struct scene *scene, unsigned first, unsigned n, uint8_t fill)
{
    long start = (long)first * 512;
    long end = start + (long)n * 512;

    assert_int_equal(byte_of_file(scene, start), fill);
    assert_int_equal(byte_of_file(scene, end - 1), fill);
    if (start > 0) {
        assert_int_equal(byte_of_file(scene, start - 1), pattern((size_t)start - 1));
    }
    if (end < BYTES_1440K) {
        assert_int_equal(byte_of_file(scene, end), pattern((size_t)end));
    }
}

static struct stat status_of(const struct scene *scene)
{
    struct stat status;

    assert_int_equal(stat(scene->path, &status), 0);
    return status;
}

static bool is_same_time(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static void expect_untouched(const struct scene *scene, const struct stat *before)
{
    struct stat after = status_of(scene);

    assert_int_equal(after.st_size, before->st_size);
    assert_true(is_same_time(after.st_mtim, before->st_mtim));
    assert_true(is_same_time(after.st_ctim, before->st_ctim));
    assert_true(is_same_time(after.st_atim, before->st_atim));
}

/* ---- the scene --------------------------------------------------------------------------- */

static int set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof(*scene));

    assert_non_null(scene);
    strcpy(scene->folder, "/tmp/vfdc-test-XXXXXX");
    assert_non_null(mkdtemp(scene->folder));
    snprintf(scene->path, sizeof(scene->path), "%s/a.vfd", scene->folder);
    scene->recorder = *vfdc_system_posix();
    scene->recorder.open = note_open;
    scene->recorder.pwrite = note_pwrite;
    faulty_system_init(&scene->faulty);
    scene->faulty.real = &scene->recorder;
    scene->faulty.real_opaque = scene;
    scene->options.drive = VFDC_DRIVE_1440K;
    scene->options.durability = VFDC_DURABILITY_IN_PLACE; /* test_journal.c has the other */
    scene->options.system = faulty_system_table();
    scene->options.system_opaque = &scene->faulty;
    *state = scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;

    if (scene->media != NULL) {
        vfdc_media_close(scene->media, NULL);
    }
    unlink(scene->path);
    rmdir(scene->path);
    rmdir(scene->folder);
    free(scene);
    return 0;
}

static void open_ok(struct scene *scene)
{
    vfdc_result result =
        vfdc_media_open_vfd(scene->path, &scene->options, &scene->media, &scene->error);

    if (result != VFDC_S_OK) {
        fail_msg("%s: %s", vfdc_result_name(result), scene->error.text);
    }
    assert_non_null(scene->media);
    assert_int_equal(scene->error.code, VFDC_S_OK);
}

/* The scene's file is refused with a text that ends in, or begins with, `words`. */
static void expect_refused(struct scene *scene, const char *path, vfdc_result code, int error,
                           const char *words)
{
    uint32_t n_open = n_calls(scene, FAULTY_OPEN);
    uint32_t n_closed = n_calls(scene, FAULTY_CLOSE);

    scene->media = (struct vfdc_media *)scene;
    assert_int_equal(vfdc_media_open_vfd(path, &scene->options, &scene->media, &scene->error),
                     code);
    assert_null(scene->media);
    assert_int_equal(scene->error.code, code);
    assert_int_equal(scene->error.system_errno, error);
    if (strstr(scene->error.text, words) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", words, scene->error.text);
    }
    assert_true(n_calls(scene, FAULTY_CLOSE) - n_closed <= n_calls(scene, FAULTY_OPEN) - n_open);
}

static enum vfdc_media_result write_marked(struct scene *scene, uint8_t cylinder, uint8_t head,
                                           uint8_t sector, uint8_t fill, uint8_t marks)
{
    uint8_t bytes[1024]; /* of the largest sector */

    memset(bytes, fill, sizeof(bytes));
    return scene->media->ops->write_sector(scene->media, cylinder, head, sector, bytes, marks);
}

static enum vfdc_media_result write_sector(struct scene *scene, uint8_t cylinder, uint8_t head,
                                           uint8_t sector, uint8_t fill)
{
    return write_marked(scene, cylinder, head, sector, fill, 0);
}

static uint8_t marks(struct scene *scene, uint8_t cylinder, uint8_t head, uint8_t sector)
{
    return scene->media->ops->marks(scene->media, cylinder, head, sector);
}

static enum vfdc_media_result read_span(struct scene *scene, uint8_t cylinder, uint8_t head,
                                        uint8_t first, uint8_t last,
                                        struct vfdc_media_span *span)
{
    span->bytes = NULL;
    span->n_bytes = 0;
    return scene->media->ops->read_span(scene->media, cylinder, head, first, last, span);
}

static void expect_flush(struct scene *scene)
{
    vfdc_result result = vfdc_media_flush(scene->media, &scene->error);

    if (result != VFDC_S_OK) {
        fail_msg("%s: %s", vfdc_result_name(result), scene->error.text);
    }
    assert_int_equal(vfdc_media_dirty_sectors(scene->media), 0);
}

static void expect_flush_fails(struct scene *scene, int error, uint32_t sector, const char *words)
{
    assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_DISP_E_EXCEPTION);
    assert_int_equal(scene->error.code, VFDC_DISP_E_EXCEPTION);
    assert_int_equal(scene->error.system_errno, error);
    assert_int_equal(scene->error.sector, sector);
    assert_ptr_equal(strstr(scene->error.text, scene->path), scene->error.text);
    if (strstr(scene->error.text, words) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", words, scene->error.text);
    }
}

static void expect_close(struct scene *scene)
{
    assert_int_equal(vfdc_media_close(scene->media, &scene->error), VFDC_S_OK);
    scene->media = NULL;
}

/* ---- paths ------------------------------------------------------------------------------- */

static void bad_paths_have_their_codes(void **state)
{
    struct scene *scene = *state;
    char path[5000];

    memset(path, 'a', sizeof(path));
    path[0] = '/';
    path[sizeof(path) - 1] = '\0';
    expect_refused(scene, "", VFDC_E_BAD_PATHNAME, 0, "image path is empty");
    expect_refused(scene, "a.vfd", VFDC_E_BAD_PATHNAME, 0, "image path must be absolute: a.vfd");
    expect_refused(scene, path, VFDC_E_BUFFER_OVERFLOW, 0, "path too long: ...aaa");
    assert_int_equal(strlen(scene->error.text), VFDC_MEDIA_TEXT_BYTES - 1);
    assert_int_equal(faulty_system_n_calls(&scene->faulty), 0);
    path[300] = '\0'; /* one name of 299 bytes */
    expect_refused(scene, path, VFDC_E_BUFFER_OVERFLOW, ENAMETOOLONG, "path too long: /aaa");

    expect_refused(scene, NULL, VFDC_E_POINTER, 0, "NULL");
    assert_int_equal(vfdc_media_open_vfd(scene->path, NULL, &scene->media, NULL),
                     VFDC_E_POINTER);
    assert_int_equal(vfdc_media_open_vfd(scene->path, &scene->options, NULL, NULL),
                     VFDC_E_POINTER);
    scene->options.drive = VFDC_DRIVE_NONE;
    expect_refused(scene, scene->path, VFDC_E_INVALIDARG, 0, "drive");
    scene->options.drive = (enum vfdc_drive_type)6;
    expect_refused(scene, scene->path, VFDC_E_INVALIDARG, 0, "drive");
}

static void a_missing_file_is_no_such_image(void **state)
{
    struct scene *scene = *state;
    char path[160];

    expect_refused(scene, scene->path, CAPTURE_FAIL, ENOENT, "a.vfd: no such image");
    make_file(scene, 512);
    snprintf(path, sizeof(path), "%s/b", scene->path);
    expect_refused(scene, path, CAPTURE_FAIL, ENOTDIR, "a.vfd/b: no such image");
}

static void a_loop_of_links_is_refused_and_a_link_is_followed(void **state)
{
    struct scene *scene = *state;
    char link[160];

    assert_int_equal(symlink(scene->path, scene->path), 0);
    expect_refused(scene, scene->path, CAPTURE_FAIL, ELOOP, "too many symbolic links");
    assert_int_equal(unlink(scene->path), 0);

    make_file(scene, BYTES_1440K);
    snprintf(link, sizeof(link), "%s/link", scene->folder);
    assert_int_equal(symlink(scene->path, link), 0);
    assert_int_equal(vfdc_media_open_vfd(link, &scene->options, &scene->media, &scene->error),
                     VFDC_S_OK);
    assert_int_equal(unlink(link), 0);
}

static void bytes_of_a_path_that_do_not_print_are_escaped(void **state)
{
    struct scene *scene = *state;

    expect_refused(scene, "/a\x01\n\x7f\xff\\b", CAPTURE_FAIL, ENOENT,
                   "/a\\x01\\x0a\\x7f\\xff\\x5cb: no such image");

    /* such a name is good for all that */
    snprintf(scene->path, sizeof(scene->path), "%s/\x01\xfe.vfd", scene->folder);
    make_file(scene, BYTES_1440K);
    open_ok(scene);
}

/* The reason stands whole behind what is left of the path. */
static void a_long_path_never_cuts_off_the_reason(void **state)
{
    struct scene *scene = *state;
    const char *text = scene->error.text;
    char path[4096];

    memset(path, '\x02', sizeof(path));
    for (size_t i = 0; i < sizeof(path); i += 100) {
        path[i] = '/';
    }
    path[sizeof(path) - 1] = '\0';
    expect_refused(scene, path, CAPTURE_FAIL, ENOENT, "\\x02\\x02: no such image");
    assert_memory_equal(text, "...", 3);
    assert_in_range(strlen(text), VFDC_MEDIA_TEXT_BYTES - 5, VFDC_MEDIA_TEXT_BYTES - 1);
}

/* ---- kinds of files ---------------------------------------------------------------------- */

static void a_directory_is_refused(void **state)
{
    struct scene *scene = *state;

    assert_int_equal(mkdir(scene->path, 0777), 0);
    expect_refused(scene, scene->path, CAPTURE_FAIL, EISDIR, "is a directory");
    scene->options.read_only = true;
    expect_refused(scene, scene->path, CAPTURE_FAIL, 0, "is a directory");
}

/* The open returns at once, though nobody is at the other end. */
static void a_fifo_is_refused(void **state)
{
    struct scene *scene = *state;

    assert_int_equal(mkfifo(scene->path, 0666), 0);
    expect_refused(scene, scene->path, CAPTURE_FAIL, 0, "not a regular file");
    scene->options.read_only = true;
    expect_refused(scene, scene->path, CAPTURE_FAIL, 0, "not a regular file");
    assert_int_equal(n_calls(scene, FAULTY_OPEN), 2);
    assert_int_equal(n_calls(scene, FAULTY_CLOSE), 2);
}

static void a_socket_is_refused(void **state)
{
    struct scene *scene = *state;
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    assert_true(fd >= 0);
    memcpy(address.sun_path, scene->path, strlen(scene->path));
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    expect_refused(scene, scene->path, CAPTURE_FAIL, ENXIO, "not a regular file");
    close(fd);
}

static void devices_are_refused(void **state)
{
    struct scene *scene = *state;

    expect_refused(scene, "/dev/null", CAPTURE_FAIL, 0, "/dev/null: is a character device");
    expect_refused(scene, "/dev/zero", CAPTURE_FAIL, 0, "/dev/zero: is a character device");
    assert_int_equal(n_calls(scene, FAULTY_CLOSE), 2);
}

static int say_block_device(void *opaque, int fd, struct vfdc_system_status *status)
{
    int result = vfdc_system_posix()->status(opaque, fd, status);

    status->mode = S_IFBLK | 0660;
    return result;
}

static void a_block_device_is_sent_to_the_other_door(void **state)
{
    struct scene *scene = *state;

    make_file(scene, BYTES_1440K);
    scene->recorder.status = say_block_device;
    expect_refused(scene, scene->path, CAPTURE_FAIL, 0,
                   "is a block device: attach it as a host drive");
}

static void sizes_that_fit_nothing_are_refused(void **state)
{
    struct scene *scene = *state;

    make_file(scene, 0);
    expect_refused(scene, scene->path, CAPTURE_FAIL, 0, "image is empty");
    make_file(scene, 1);
    expect_refused(scene, scene->path, CAPTURE_FAIL, 0, "no floppy geometry has 1 bytes");
    make_file(scene, BYTES_1440K + 1);
    expect_refused(scene, scene->path, CAPTURE_FAIL, 0, "no floppy geometry has 1474561 bytes");
    make_file(scene, 1228800);
    expect_refused(scene, scene->path, CAPTURE_FAIL, 0, "a 1.2M image needs a 1.2M drive");
    assert_int_equal(n_calls(scene, FAULTY_OPEN), n_calls(scene, FAULTY_CLOSE));
}

/* From its size alone: nothing of it is read. */
static void a_huge_file_is_refused_unread(void **state)
{
    struct scene *scene = *state;

    make_file(scene, 0);
    assert_int_equal(truncate(scene->path, (4 << 20) + 1), 0);
    expect_refused(scene, scene->path, CAPTURE_FAIL, 0, "image too large for a floppy");
    assert_int_equal(truncate(scene->path, 64 << 20), 0);
    expect_refused(scene, scene->path, CAPTURE_FAIL, 0, "image too large for a floppy");
    assert_int_equal(truncate(scene->path, INT64_C(1) << 40), 0);
    expect_refused(scene, scene->path, CAPTURE_FAIL, 0, "image too large for a floppy");
    assert_int_equal(n_calls(scene, FAULTY_PREAD), 0);
    assert_int_equal(n_calls(scene, FAULTY_CLOSE), 3);
}

static void a_vhd_is_refused_by_name(void **state)
{
    struct scene *scene = *state;

    make_file(scene, BYTES_1440K + 512);
    put_boot(scene);
    put_bytes(scene, BYTES_1440K, "conectix", 8);
    expect_refused(scene, scene->path, CAPTURE_FAIL, 0, "this is a VHD, not a floppy image");
}

static void a_refusal_leaves_the_file_as_it_was(void **state)
{
    struct scene *scene = *state;
    struct stat before;

    make_file(scene, BYTES_1440K - 512);
    before = status_of(scene);
    expect_refused(scene, scene->path, CAPTURE_FAIL, 0, "no floppy geometry has 1474048 bytes");
    expect_untouched(scene, &before);
}

/* ---- permissions ------------------------------------------------------------------------- */

static void what_cannot_be_read_is_refused(void **state)
{
    struct scene *scene = *state;

    make_file(scene, BYTES_1440K);
    faulty_system_fail(&scene->faulty, FAULTY_OPEN, EACCES, 0, 2);
    expect_refused(scene, scene->path, CAPTURE_FAIL, EACCES, "cannot read /tmp/");
    scene->options.read_only = true;
    faulty_system_fail(&scene->faulty, FAULTY_OPEN, EACCES, 0, 1);
    expect_refused(scene, scene->path, CAPTURE_FAIL, EACCES, "cannot read /tmp/");
    faulty_system_fail(&scene->faulty, FAULTY_OPEN, EMFILE, 0, 1);
    expect_refused(scene, scene->path, CAPTURE_FAIL, EMFILE, "cannot open /tmp/");
}

static void what_cannot_be_written_is_refused_unless_allowed(void **state)
{
    static const int errors[] = { EACCES, EPERM, EROFS, ETXTBSY };
    struct scene *scene = *state;

    make_file(scene, BYTES_1440K);
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        scene->options.allow_read_only = false;
        faulty_system_fail(&scene->faulty, FAULTY_OPEN, errors[i], 0, 1);
        expect_refused(scene, scene->path, CAPTURE_FAIL, errors[i], "image is not writable");
        assert_true((strstr(scene->error.text, "read-only file system") != NULL) ==
                    (errors[i] == EROFS));

        scene->options.allow_read_only = true;
        faulty_system_fail(&scene->faulty, FAULTY_OPEN, errors[i], 0, 1);
        open_ok(scene);
        assert_true(vfdc_media_is_read_only(scene->media));
        assert_int_equal(write_sector(scene, 0, 0, 1, 0xe5), VFDC_MEDIA_WRITE_PROTECTED);
        expect_close(scene);
    }
    assert_int_equal(n_calls(scene, FAULTY_CLOSE), 4 + 4 * 2); /* with the directory's */
}

static void an_image_is_opened_for_what_is_asked(void **state)
{
    struct scene *scene = *state;

    make_file(scene, BYTES_1440K);
    open_ok(scene);
    assert_int_equal(scene->open_flags, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    assert_false(vfdc_media_is_read_only(scene->media));
    expect_close(scene);
    scene->options.read_only = true;
    open_ok(scene);
    assert_int_equal(scene->open_flags, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    assert_true(vfdc_media_is_read_only(scene->media));
    assert_int_equal(write_sector(scene, 0, 0, 1, 0xe5), VFDC_MEDIA_WRITE_PROTECTED);
    assert_int_equal(vfdc_media_dirty_sectors(scene->media), 0);
}

/* ---- calls that fail while opening ------------------------------------------------------- */

static void a_failing_call_while_opening_refuses(void **state)
{
    struct scene *scene = *state;

    make_file(scene, BYTES_1440K);
    faulty_system_fail(&scene->faulty, FAULTY_STATUS, EIO, 0, 1);
    expect_refused(scene, scene->path, CAPTURE_FAIL, EIO, "cannot examine the file");
    assert_int_equal(n_calls(scene, FAULTY_CLOSE), 1);
    faulty_system_fail(&scene->faulty, FAULTY_STATUS, ESTALE, 1, 1);
    expect_refused(scene, scene->path, CAPTURE_FAIL, ESTALE, "cannot examine the file");
    assert_int_equal(n_calls(scene, FAULTY_CLOSE), 3);
    make_file(scene, BYTES_1440K - 512);
    put_boot(scene);
    faulty_system_fail(&scene->faulty, FAULTY_PREAD, EIO, 0, 1);
    expect_refused(scene, scene->path, CAPTURE_FAIL, EIO, "read error at offset 0: ");
    assert_int_equal(scene->error.sector, 0);
    faulty_system_fail(&scene->faulty, FAULTY_PREAD, EIO, 1, 1);
    expect_refused(scene, scene->path, CAPTURE_FAIL, EIO, "read error at offset 1473536: ");
    assert_int_equal(scene->error.sector, 2878);
    assert_int_equal(n_calls(scene, FAULTY_CLOSE), 5);
}

static int say_longer(void *opaque, int fd, struct vfdc_system_status *status)
{
    int result = vfdc_system_posix()->status(opaque, fd, status);

    status->n_bytes = BYTES_1440K - 512;
    return result;
}

static void a_file_that_shrinks_while_it_is_opened_is_refused(void **state)
{
    struct scene *scene = *state;

    make_file(scene, 100);
    scene->recorder.status = say_longer;
    expect_refused(scene, scene->path, CAPTURE_FAIL, 0, "image changed while it was opened");
}

static void interrupted_and_short_calls_are_made_again(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media_span span;

    make_file(scene, BYTES_1440K);
    faulty_system_fail(&scene->faulty, FAULTY_OPEN, EINTR, 0, 3);
    open_ok(scene);
    faulty_system_fail(&scene->faulty, FAULTY_PREAD, EINTR, 0, 5);
    assert_int_equal(read_span(scene, 1, 0, 1, 18, &span), VFDC_MEDIA_OK);
    faulty_system_fail(&scene->faulty, FAULTY_PREAD, FAULTY_SHORT, 0, 100);
    assert_int_equal(read_span(scene, 2, 0, 1, 18, &span), VFDC_MEDIA_OK);
    for (size_t i = 0; i < span.n_bytes; i++) {
        assert_int_equal(span.bytes[i], pattern(72 * 512 + i));
    }
    write_sector(scene, 3, 0, 1, 0xe5);
    faulty_system_fail(&scene->faulty, FAULTY_PWRITE, EINTR, 0, 5);
    expect_flush(scene);
    write_sector(scene, 3, 0, 1, 0xe6);
    faulty_system_fail(&scene->faulty, FAULTY_PWRITE, FAULTY_SHORT, 0, 100);
    expect_flush(scene);
    expect_sectors(scene, 108, 1, 0xe6);
}

static void a_call_that_is_interrupted_without_end_fails(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media_span span;

    make_file(scene, BYTES_1440K);
    faulty_system_fail(&scene->faulty, FAULTY_OPEN, EINTR, 0, UINT32_MAX);
    expect_refused(scene, scene->path, CAPTURE_FAIL, EINTR, "cannot open");
    faulty_system_fail(&scene->faulty, FAULTY_OPEN, 0, 0, 0);
    open_ok(scene);
    faulty_system_fail(&scene->faulty, FAULTY_PREAD, EINTR, 0, UINT32_MAX);
    assert_int_equal(read_span(scene, 1, 0, 1, 18, &span), VFDC_MEDIA_HOST_ERROR);
}

/* ---- loading ----------------------------------------------------------------------------- */

static void a_track_is_read_once_when_first_touched(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media_span span;
    uint32_t n_before;

    make_file(scene, BYTES_1440K);
    open_ok(scene);
    n_before = n_calls(scene, FAULTY_PREAD);
    assert_int_equal(n_before, 0); /* its size is enough */

    assert_int_equal(read_span(scene, 40, 1, 3, 4, &span), VFDC_MEDIA_OK);
    assert_int_equal(span.n_bytes, 1024);
    for (size_t i = 0; i < span.n_bytes; i++) {
        assert_int_equal(span.bytes[i], pattern(1460 * 512 + i));
    }
    assert_int_equal(n_calls(scene, FAULTY_PREAD), n_before + 1);
    assert_int_equal(read_span(scene, 40, 1, 1, 18, &span), VFDC_MEDIA_OK);
    assert_int_equal(n_calls(scene, FAULTY_PREAD), n_before + 1);
    assert_int_equal(read_span(scene, 80, 0, 1, 1, &span), VFDC_MEDIA_NO_SECTOR);
    assert_int_equal(read_span(scene, 40, 0, 19, 19, &span), VFDC_MEDIA_NO_SECTOR);
    assert_int_equal(n_calls(scene, FAULTY_PREAD), n_before + 1);
}

static void every_sector_reads_as_in_the_file(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media_span span;
    size_t at = 0;

    make_file(scene, BYTES_1440K);
    open_ok(scene);
    for (unsigned track = 0; track < 160; track++) {
        assert_int_equal(read_span(scene, (uint8_t)(track / 2), (uint8_t)(track % 2), 1, 18,
                                   &span),
                         VFDC_MEDIA_OK);
        for (size_t i = 0; i < span.n_bytes; i++) {
            if (span.bytes[i] != pattern(at + i)) {
                fail_msg("byte %zu", at + i);
            }
        }
        at += span.n_bytes;
    }
    assert_int_equal(at, BYTES_1440K);
}

static void a_read_error_is_the_hosts_and_the_next_try_may_do(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media_span span;

    make_file(scene, BYTES_1440K);
    open_ok(scene);
    faulty_system_fail(&scene->faulty, FAULTY_PREAD, EIO, 0, 2);
    assert_int_equal(read_span(scene, 5, 0, 1, 1, &span), VFDC_MEDIA_HOST_ERROR);
    assert_int_equal(write_sector(scene, 5, 0, 1, 0xe5), VFDC_MEDIA_HOST_ERROR);
    assert_int_equal(vfdc_media_dirty_sectors(scene->media), 0);
    assert_int_equal(read_span(scene, 5, 0, 1, 1, &span), VFDC_MEDIA_OK);
    assert_int_equal(span.bytes[0], pattern(180 * 512));
}

static void the_callers_buffer_is_used_whatever_it_held(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media_span span;
    uint8_t *buffer = malloc(vfdc_media_buffer_bytes());

    assert_non_null(buffer);
    assert_true(vfdc_media_buffer_bytes() >= 2949120);
    memset(buffer, 0xa5, vfdc_media_buffer_bytes());
    scene->options.buffer = buffer;
    make_file(scene, BYTES_1440K - 512);
    put_boot(scene);
    open_ok(scene);
    assert_int_equal(read_span(scene, 79, 1, 17, 18, &span), VFDC_MEDIA_OK);
    assert_true(span.bytes >= buffer &&
                span.bytes + span.n_bytes <= buffer + vfdc_media_buffer_bytes());
    assert_int_equal(span.bytes[511], pattern(2878 * 512 + 511));
    assert_int_equal(span.bytes[512], 0);
    assert_int_equal(span.bytes[1023], 0);
    expect_close(scene);
    free(buffer);
}

/* ---- flushing ---------------------------------------------------------------------------- */

static void a_flush_of_nothing_makes_no_system_call(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media_span span;
    struct stat before;
    uint32_t n_before;

    make_file(scene, BYTES_1440K);
    before = status_of(scene);
    open_ok(scene);
    read_span(scene, 0, 0, 1, 18, &span);
    n_before = faulty_system_n_calls(&scene->faulty);
    expect_flush(scene);
    assert_int_equal(faulty_system_n_calls(&scene->faulty), n_before);
    expect_close(scene);
    expect_untouched(scene, &before);
}

static void a_flush_writes_what_is_dirty_in_joined_runs_and_syncs_once(void **state)
{
    struct scene *scene = *state;

    make_file(scene, BYTES_1440K);
    open_ok(scene);
    write_sector(scene, 79, 1, 18, 0xe1); /* 2879, not in order */
    write_sector(scene, 0, 0, 18, 0xe2);  /* 17, and over the end of the track: */
    write_sector(scene, 0, 1, 1, 0xe2);   /* 18 */
    write_sector(scene, 0, 1, 2, 0xe2);   /* 19 */
    write_sector(scene, 0, 1, 4, 0xe3);   /* 21 */
    write_sector(scene, 0, 1, 4, 0xe4);   /* again */
    assert_int_equal(vfdc_media_dirty_sectors(scene->media), 5);
    assert_int_equal(byte_of_file(scene, 17 * 512), pattern(17 * 512));

    expect_flush(scene);
    assert_int_equal(scene->n_writes, 3);
    expect_write(scene, 0, 8704, 1536);
    expect_write(scene, 1, 10752, 512);
    expect_write(scene, 2, 1474048, 512);
    assert_int_equal(n_calls(scene, FAULTY_SYNC), 1);
    expect_sectors(scene, 17, 3, 0xe2);
    expect_sectors(scene, 21, 1, 0xe4);
    expect_sectors(scene, 2879, 1, 0xe1);

    /* and is done with them */
    expect_flush(scene);
    assert_int_equal(n_calls(scene, FAULTY_SYNC), 1);
}

static void a_formatted_track_is_written_without_having_been_read(void **state)
{
    struct scene *scene = *state;
    const struct vfdc_media_ops *ops;
    struct vfdc_media_span span;
    uint32_t n_reads;

    make_file(scene, BYTES_1440K);
    open_ok(scene);
    ops = scene->media->ops;
    n_reads = n_calls(scene, FAULTY_PREAD);
    assert_int_equal(ops->format_track(scene->media, 7, 0, interleaved, 18, 0x54, 0xf6),
                     VFDC_MEDIA_OK);
    assert_int_equal(ops->format_track(scene->media, 7, 0, interleaved, 17, 0x0c, 0xaa),
                     VFDC_MEDIA_NO_SECTOR);
    assert_int_equal(ops->sector_at(scene->media, 7, 0, 1), 10);
    assert_int_equal(ops->gap(scene->media, 7, 0), 0x54);
    assert_int_equal(vfdc_media_dirty_sectors(scene->media), 18);
    assert_int_equal(read_span(scene, 7, 0, 1, 18, &span), VFDC_MEDIA_OK);
    assert_int_equal(span.bytes[0], 0xf6);
    assert_int_equal(span.bytes[9215], 0xf6);
    assert_int_equal(n_calls(scene, FAULTY_PREAD), n_reads);
    expect_flush(scene);
    assert_int_equal(scene->n_writes, 1);
    expect_sectors(scene, 252, 18, 0xf6);
}

/* Everything since the last good sync is written again, not only what failed. */
static void after_a_failed_sync_all_is_written_again(void **state)
{
    struct scene *scene = *state;

    make_file(scene, BYTES_1440K);
    open_ok(scene);
    write_sector(scene, 1, 0, 1, 0xe1);
    write_sector(scene, 2, 0, 1, 0xe2);
    faulty_system_fail(&scene->faulty, FAULTY_SYNC, EIO, 0, 1);
    expect_flush_fails(scene, EIO, VFDC_MEDIA_NO_LBA, "cannot sync the image");
    assert_int_equal(vfdc_media_dirty_sectors(scene->media), 2);
    assert_int_equal(scene->n_writes, 2);

    write_sector(scene, 3, 0, 1, 0xe3);
    expect_flush(scene);
    assert_int_equal(scene->n_writes, 5);
    assert_int_equal(n_calls(scene, FAULTY_SYNC), 2);
    expect_sectors(scene, 36, 1, 0xe1);
    expect_sectors(scene, 72, 1, 0xe2);
    expect_sectors(scene, 108, 1, 0xe3);
}

/* An interrupted sync has proved nothing either. */
static void an_interrupted_sync_is_a_failed_one(void **state)
{
    struct scene *scene = *state;

    make_file(scene, BYTES_1440K);
    open_ok(scene);
    write_sector(scene, 1, 0, 1, 0xe1);
    faulty_system_fail(&scene->faulty, FAULTY_SYNC, EINTR, 0, 1);
    expect_flush_fails(scene, EINTR, VFDC_MEDIA_NO_LBA, "cannot sync the image");
    assert_int_equal(n_calls(scene, FAULTY_SYNC), 1);
    expect_flush(scene);
    assert_int_equal(scene->n_writes, 2);
}

static void a_failed_write_names_its_sector_and_keeps_all(void **state)
{
    struct scene *scene = *state;

    make_file(scene, BYTES_1440K);
    open_ok(scene);
    write_sector(scene, 1, 0, 1, 0xe1);
    write_sector(scene, 2, 0, 1, 0xe2);
    faulty_system_fail(&scene->faulty, FAULTY_PWRITE, ENOSPC, 1, 1);
    expect_flush_fails(scene, ENOSPC, 72, "a.vfd: no space left writing sector 72");
    faulty_system_fail(&scene->faulty, FAULTY_PWRITE, EIO, 0, 1);
    expect_flush_fails(scene, EIO, 36, "a.vfd: writing sector 36: ");
    faulty_system_fail(&scene->faulty, FAULTY_PWRITE, EINTR, 0, UINT32_MAX);
    expect_flush_fails(scene, EINTR, 36, "a.vfd: writing sector 36: ");
    faulty_system_fail(&scene->faulty, FAULTY_PWRITE, 0, 0, 0);
    assert_int_equal(vfdc_media_dirty_sectors(scene->media), 2);
    assert_int_equal(n_calls(scene, FAULTY_SYNC), 0);

    expect_flush(scene);
    expect_sectors(scene, 36, 1, 0xe1);
    expect_sectors(scene, 72, 1, 0xe2);
}

/* Half of the first call, then none. */
static int64_t write_half_of_a_track(void *opaque, int fd, const void *bytes, size_t n_bytes,
                                     uint64_t offset)
{
    return offset != 0 ? -ENOSPC : note_pwrite(opaque, fd, bytes, n_bytes / 2, offset);
}

static void a_run_that_breaks_off_names_the_sector_it_came_to(void **state)
{
    struct scene *scene = *state;

    make_file(scene, BYTES_1440K);
    open_ok(scene);
    scene->media->ops->format_track(scene->media, 0, 0, interleaved, 18, 0x6c, 0xf6);
    scene->recorder.pwrite = write_half_of_a_track;
    expect_flush_fails(scene, ENOSPC, 9, "no space left writing sector 9");
    assert_int_equal(vfdc_media_dirty_sectors(scene->media), 18);

    scene->recorder.pwrite = note_pwrite;
    expect_flush(scene);
    expect_write(scene, 1, 0, 9216);
    expect_sectors(scene, 0, 18, 0xf6);
}

/* A short write goes on where it stopped. */
static void a_short_write_is_continued(void **state)
{
    struct scene *scene = *state;

    make_file(scene, BYTES_1440K);
    open_ok(scene);
    scene->media->ops->format_track(scene->media, 0, 0, interleaved, 18, 0x6c, 0xf6);
    faulty_system_fail(&scene->faulty, FAULTY_PWRITE, FAULTY_SHORT, 0, 1);
    expect_flush(scene);
    assert_int_equal(scene->n_writes, 2);
    expect_write(scene, 0, 0, 4608);
    expect_write(scene, 1, 4608, 4608);
    expect_sectors(scene, 0, 18, 0xf6);
}

static int64_t write_nothing(void *opaque, int fd, const void *bytes, size_t n_bytes,
                             uint64_t offset)
{
    (void)opaque;
    (void)fd;
    (void)bytes;
    (void)n_bytes;
    (void)offset;
    return 0;
}

static void a_write_that_moves_nothing_is_an_error(void **state)
{
    struct scene *scene = *state;

    make_file(scene, BYTES_1440K);
    open_ok(scene);
    write_sector(scene, 0, 0, 2, 0xe1);
    scene->recorder.pwrite = write_nothing;
    expect_flush_fails(scene, EIO, 1, "writing sector 1: nothing was written");
    scene->recorder.pwrite = note_pwrite;
    expect_flush(scene);
    expect_sectors(scene, 1, 1, 0xe1);
}

/* The whole disk, in as many runs as it takes. */
static void a_whole_disk_is_flushed(void **state)
{
    struct scene *scene = *state;
    size_t end = 0;

    make_file(scene, BYTES_1440K);
    open_ok(scene);
    for (unsigned lba = 0; lba < 2880; lba++) {
        assert_int_equal(write_sector(scene, (uint8_t)(lba / 36), (uint8_t)(lba / 18 % 2),
                                      (uint8_t)(lba % 18 + 1), (uint8_t)(lba * 3)),
                         VFDC_MEDIA_OK);
    }
    assert_int_equal(vfdc_media_dirty_sectors(scene->media), 2880);
    expect_flush(scene);
    assert_true(scene->n_writes <= MAX_WRITES);
    for (unsigned i = 0; i < scene->n_writes; i++) {
        expect_write(scene, i, end, scene->write[i].n_bytes);
        end += scene->write[i].n_bytes;
    }
    assert_int_equal(end, BYTES_1440K);
    for (unsigned lba = 0; lba < 2880; lba += 7) {
        assert_int_equal(byte_of_file(scene, (long)lba * 512), (uint8_t)(lba * 3));
    }
}

/* ---- sectors of other sizes, and marks --------------------------------------------------- */

static void large_sectors_are_flushed_where_they_are(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media_span span;

    make_file(scene, 1261568); /* 77 x 2 x 8 of 1024 bytes */
    scene->options.drive = VFDC_DRIVE_1200K;
    open_ok(scene);
    assert_int_equal(read_span(scene, 76, 1, 8, 8, &span), VFDC_MEDIA_OK);
    assert_int_equal(span.n_bytes, 1024);
    assert_int_equal(span.bytes[1023], pattern(1261567));
    write_sector(scene, 0, 1, 1, 0xe1);  /* 8 */
    write_sector(scene, 0, 1, 2, 0xe1);  /* 9 */
    write_sector(scene, 76, 1, 8, 0xe2); /* 1231 */
    assert_int_equal(vfdc_media_dirty_sectors(scene->media), 3);
    faulty_system_fail(&scene->faulty, FAULTY_PWRITE, EIO, 1, 1);
    expect_flush_fails(scene, EIO, 1231, "a.vfd: writing sector 1231: ");

    expect_flush(scene);
    assert_int_equal(scene->n_writes, 3);
    expect_write(scene, 1, 8192, 2048);
    expect_write(scene, 2, 1260544, 1024);
    expect_sectors(scene, 16, 4, 0xe1);
    assert_int_equal(byte_of_file(scene, 1260543), pattern(1260543));
    assert_int_equal(byte_of_file(scene, 1260544), 0xe2);
    assert_int_equal(byte_of_file(scene, 1261567), 0xe2);
}

/* More of them than a disk of 512-byte sectors has. */
static void small_sectors_are_counted_one_by_one(void **state)
{
    struct scene *scene = *state;
    size_t end = 0;

    make_file(scene, 1290240);
    scene->options.cylinders = 80;
    scene->options.heads = 2;
    scene->options.sectors = 63;
    scene->options.size_code = 0;
    open_ok(scene);
    for (unsigned lba = 0; lba < 10080; lba++) {
        assert_int_equal(write_sector(scene, (uint8_t)(lba / 126), (uint8_t)(lba / 63 % 2),
                                      (uint8_t)(lba % 63 + 1), (uint8_t)(lba * 3)),
                         VFDC_MEDIA_OK);
    }
    assert_int_equal(vfdc_media_dirty_sectors(scene->media), 10080);
    expect_flush(scene);
    for (unsigned i = 0; i < scene->n_writes && i < MAX_WRITES; i++) {
        expect_write(scene, i, end, scene->write[i].n_bytes);
        end += scene->write[i].n_bytes;
    }
    for (unsigned lba = 0; lba < 10080; lba += 13) {
        assert_int_equal(byte_of_file(scene, (long)lba * 128), (uint8_t)(lba * 3));
        assert_int_equal(byte_of_file(scene, (long)lba * 128 + 127), (uint8_t)(lba * 3));
    }
    write_sector(scene, 79, 1, 63, 0xe5);
    expect_flush(scene);
    assert_int_equal(byte_of_file(scene, 1290111), (uint8_t)(10078 * 3));
    assert_int_equal(byte_of_file(scene, 1290112), 0xe5);
    assert_int_equal(status_of(scene).st_size, 1290240);
}

static void a_flush_says_once_that_marks_are_not_kept(void **state)
{
    struct scene *scene = *state;
    uint32_t n_before;

    make_file(scene, BYTES_1440K);
    open_ok(scene);
    write_marked(scene, 0, 0, 3, 0xe5, VFDC_MARK_DELETED);
    write_sector(scene, 0, 0, 4, 0xe5);
    assert_int_equal(vfdc_media_dirty_sectors(scene->media), 2);
    assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_S_FALSE);
    assert_int_equal(scene->error.code, VFDC_S_OK);
    assert_int_equal(vfdc_media_dirty_sectors(scene->media), 0);
    expect_sectors(scene, 2, 2, 0xe5);

    /* the mark is there as long as the disk is in, but no news any more */
    n_before = faulty_system_n_calls(&scene->faulty);
    expect_flush(scene);
    assert_int_equal(faulty_system_n_calls(&scene->faulty), n_before);
    assert_int_equal(marks(scene, 0, 0, 3), 1);
    write_sector(scene, 0, 0, 5, 0xe5);
    expect_flush(scene);

    write_marked(scene, 0, 0, 3, 0xe6, VFDC_MARK_DELETED);
    assert_int_equal(vfdc_media_flush(scene->media, NULL), VFDC_S_FALSE);
    expect_close(scene);
    open_ok(scene);
    assert_int_equal(marks(scene, 0, 0, 3), 0);
}

static void marks_that_are_gone_by_the_flush_are_not_lost(void **state)
{
    struct scene *scene = *state;

    make_file(scene, BYTES_1440K);
    open_ok(scene);
    write_marked(scene, 0, 0, 3, 0xe5, VFDC_MARK_DELETED);
    write_sector(scene, 0, 0, 3, 0xe6);
    write_marked(scene, 7, 0, 1, 0xe5, VFDC_MARK_DELETED);
    scene->media->ops->format_track(scene->media, 7, 0, interleaved, 18, 0x6c, 0xf6);
    expect_flush(scene);
}

/* What the guest did not write is the operator's own doing. */
static void marks_that_were_set_are_no_writes(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media_span span;
    struct stat before;
    uint32_t n_before;

    make_file(scene, BYTES_1440K);
    before = status_of(scene);
    open_ok(scene);
    assert_int_equal(vfdc_media_set_marks(scene->media, 5, 1, 2, 3), VFDC_S_OK);
    assert_int_equal(vfdc_media_dirty_sectors(scene->media), 0);
    n_before = faulty_system_n_calls(&scene->faulty);
    expect_flush(scene);
    assert_int_equal(faulty_system_n_calls(&scene->faulty), n_before);

    assert_int_equal(read_span(scene, 5, 1, 1, 18, &span), VFDC_MEDIA_OK);
    assert_int_equal(span.n_bytes, 512);
    assert_int_equal(read_span(scene, 5, 1, 2, 18, &span), VFDC_MEDIA_OK);
    assert_int_equal(span.n_bytes, 512);
    assert_int_equal(span.bytes[0], pattern(199 * 512)); /* bad, and there */
    assert_int_equal(marks(scene, 5, 1, 2), 3);
    expect_close(scene);
    expect_untouched(scene, &before);
}

/* A flush that fails has said nothing. */
static void a_failed_flush_keeps_the_news_of_marks(void **state)
{
    struct scene *scene = *state;

    make_file(scene, BYTES_1440K);
    open_ok(scene);
    write_marked(scene, 0, 0, 3, 0xe5, VFDC_MARK_DELETED);
    faulty_system_fail(&scene->faulty, FAULTY_SYNC, EIO, 0, 1);
    expect_flush_fails(scene, EIO, VFDC_MEDIA_NO_LBA, "cannot sync the image");
    assert_int_equal(marks(scene, 0, 0, 3), 1);
    assert_int_equal(vfdc_media_flush(scene->media, NULL), VFDC_S_FALSE);
    expect_flush(scene);
}

/* ---- what others do to the file ---------------------------------------------------------- */

static void a_file_that_was_cut_is_a_host_error_and_fails_the_flush(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media_span span;

    make_file(scene, BYTES_1440K);
    open_ok(scene);
    assert_int_equal(write_sector(scene, 0, 0, 1, 0xe1), VFDC_MEDIA_OK);
    assert_int_equal(truncate(scene->path, 9216 + 100), 0);

    assert_int_equal(read_span(scene, 79, 1, 1, 1, &span), VFDC_MEDIA_HOST_ERROR);
    assert_int_equal(read_span(scene, 0, 1, 1, 1, &span), VFDC_MEDIA_HOST_ERROR);
    assert_int_equal(read_span(scene, 0, 0, 1, 1, &span), VFDC_MEDIA_OK);
    assert_int_equal(span.bytes[0], 0xe1);
    expect_flush_fails(scene, 0, VFDC_MEDIA_NO_LBA, "image size changed behind us");
    assert_int_equal(vfdc_media_dirty_sectors(scene->media), 1);
    assert_int_equal(scene->n_writes, 0);
    assert_int_equal(status_of(scene).st_size, 9316);
}

static void a_file_that_grew_fails_the_flush(void **state)
{
    struct scene *scene = *state;

    make_file(scene, BYTES_1440K);
    open_ok(scene);
    write_sector(scene, 0, 0, 1, 0xe1);
    assert_int_equal(truncate(scene->path, BYTES_1440K + 1), 0);
    expect_flush_fails(scene, 0, VFDC_MEDIA_NO_LBA, "image size changed behind us");
    assert_int_equal(truncate(scene->path, BYTES_1440K), 0);
    expect_flush(scene);
    expect_sectors(scene, 0, 1, 0xe1);
}

static int say_other_inode(void *opaque, int fd, struct vfdc_system_status *status)
{
    int result = vfdc_system_posix()->status(opaque, fd, status);

    status->inode++;
    return result;
}

static void another_file_behind_the_descriptor_fails_the_flush(void **state)
{
    struct scene *scene = *state;

    make_file(scene, BYTES_1440K);
    open_ok(scene);
    write_sector(scene, 0, 0, 1, 0xe1);
    scene->recorder.status = say_other_inode;
    expect_flush_fails(scene, 0, VFDC_MEDIA_NO_LBA, "no longer the file that was attached");
    scene->recorder.status = vfdc_system_posix()->status;
    faulty_system_fail(&scene->faulty, FAULTY_STATUS, ESTALE, 0, 1);
    expect_flush_fails(scene, ESTALE, VFDC_MEDIA_NO_LBA, "cannot examine the image");
    expect_flush(scene);
}

/* ---- short images and slack -------------------------------------------------------------- */

static void a_short_image_reads_as_zeros_behind_its_end(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media_span span;
    struct stat before;

    make_file(scene, 9216 + 512); /* the first track and a sector */
    put_boot(scene);
    before = status_of(scene);
    open_ok(scene);
    assert_int_equal(vfdc_media_geometry_reason(scene->media), VFDC_GEOMETRY_SHORT);
    assert_int_equal(read_span(scene, 0, 1, 1, 2, &span), VFDC_MEDIA_OK);
    assert_int_equal(span.bytes[511], pattern(9216 + 511));
    assert_int_equal(span.bytes[512], 0);
    assert_int_equal(read_span(scene, 79, 1, 18, 18, &span), VFDC_MEDIA_OK);
    assert_int_equal(span.bytes[0], 0);
    expect_flush(scene);
    expect_close(scene);
    expect_untouched(scene, &before);
}

static void a_short_image_stays_short_while_only_its_own_sectors_change(void **state)
{
    struct scene *scene = *state;

    make_file(scene, 9216);
    put_boot(scene);
    open_ok(scene);
    write_sector(scene, 0, 0, 18, 0xe1);
    expect_flush(scene);
    assert_int_equal(n_calls(scene, FAULTY_TRUNCATE), 0);
    assert_int_equal(status_of(scene).st_size, 9216);
    assert_int_equal(byte_of_file(scene, 9215), 0xe1);
}

static void a_short_image_is_made_whole_before_its_tail_is_written(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media_span span;

    make_file(scene, 9216);
    put_boot(scene);
    open_ok(scene);
    write_sector(scene, 0, 1, 2, 0xe1);
    faulty_system_fail(&scene->faulty, FAULTY_TRUNCATE, ENOSPC, 0, 1);
    expect_flush_fails(scene, ENOSPC, VFDC_MEDIA_NO_LBA, "cannot extend the short image");
    assert_int_equal(status_of(scene).st_size, 9216);
    assert_int_equal(vfdc_media_dirty_sectors(scene->media), 1);

    expect_flush(scene);
    assert_int_equal(status_of(scene).st_size, BYTES_1440K);
    assert_int_equal(byte_of_file(scene, 9216 + 511), 0);
    assert_int_equal(byte_of_file(scene, 9216 + 512), 0xe1);
    assert_int_equal(byte_of_file(scene, BYTES_1440K - 1), 0);

    /* and is an ordinary one from here on */
    assert_int_equal(read_span(scene, 40, 0, 1, 1, &span), VFDC_MEDIA_OK);
    assert_int_equal(span.bytes[0], 0);
    write_sector(scene, 0, 1, 3, 0xe2);
    expect_flush(scene);
    assert_int_equal(n_calls(scene, FAULTY_TRUNCATE), 2);
    expect_close(scene);
    open_ok(scene);
    assert_int_equal(vfdc_media_geometry_reason(scene->media), VFDC_GEOMETRY_SIZE);
}

/* That sector alone explains the size: without it the file would be no image any more. */
static void a_short_image_whose_boot_sector_is_written_is_made_whole(void **state)
{
    struct scene *scene = *state;

    for (int n_tries = 1; n_tries <= 2; n_tries++) {
        make_file(scene, 9216);
        put_boot(scene);
        open_ok(scene);
        write_sector(scene, 0, 0, 1, 0xe1);
        if (n_tries == 2) { /* its size may be lost: it is given again, before the sector */
            faulty_system_fail(&scene->faulty, FAULTY_SYNC, EIO, 0, 1);
            expect_flush_fails(scene, EIO, VFDC_MEDIA_NO_LBA, "cannot sync the image");
            assert_int_equal(byte_of_file(scene, 100), pattern(100));
        }
        expect_flush(scene);
        assert_int_equal(n_calls(scene, FAULTY_TRUNCATE), n_tries == 2 ? 3 : 1);
        assert_int_equal(status_of(scene).st_size, BYTES_1440K);
        expect_sectors(scene, 0, 1, 0xe1);
        expect_close(scene);
        open_ok(scene);
        assert_int_equal(vfdc_media_geometry_reason(scene->media), VFDC_GEOMETRY_SIZE);
        expect_close(scene);
    }
}

static void slack_is_protected_and_left_alone(void **state)
{
    struct scene *scene = *state;
    struct stat before;

    make_file(scene, BYTES_1440K + 512);
    put_boot(scene);
    before = status_of(scene);
    open_ok(scene);
    assert_int_equal(vfdc_media_geometry_reason(scene->media), VFDC_GEOMETRY_SLACK);
    assert_true(vfdc_media_is_read_only(scene->media));
    assert_int_equal(write_sector(scene, 0, 0, 1, 0xe1), VFDC_MEDIA_WRITE_PROTECTED);
    expect_close(scene);
    expect_untouched(scene, &before);
}

static void a_layout_by_force_is_taken(void **state)
{
    struct scene *scene = *state;
    struct vfdc_geometry geometry;

    make_file(scene, 45 * 2 * 16 * 512); /* the size of a 720K disk */
    scene->options.cylinders = 45;
    scene->options.heads = 2;
    scene->options.sectors = 16;
    scene->options.size_code = 2;
    open_ok(scene);
    assert_int_equal(vfdc_media_geometry(scene->media, &geometry), VFDC_S_OK);
    assert_int_equal(geometry.cylinders, 45);
    assert_int_equal(geometry.sectors, 16);
    assert_int_equal(vfdc_media_geometry_reason(scene->media), VFDC_GEOMETRY_GIVEN);
    expect_close(scene);
    scene->options.sectors = 17;
    expect_refused(scene, scene->path, CAPTURE_FAIL, 0, "the layout given has 783360 bytes");
}

/* ---- closing ----------------------------------------------------------------------------- */

static void closing_drops_what_is_dirty(void **state)
{
    struct scene *scene = *state;
    struct stat before;

    make_file(scene, BYTES_1440K);
    before = status_of(scene);
    open_ok(scene);
    write_sector(scene, 0, 0, 1, 0xe1);
    expect_close(scene);
    expect_untouched(scene, &before);
}

static void a_failing_close_is_told_and_the_medium_is_gone(void **state)
{
    struct scene *scene = *state;

    make_file(scene, BYTES_1440K);
    open_ok(scene);
    faulty_system_fail(&scene->faulty, FAULTY_CLOSE, EIO, 0, 1);
    assert_int_equal(vfdc_media_close(scene->media, &scene->error), VFDC_DISP_E_EXCEPTION);
    scene->media = NULL;
    assert_int_equal(scene->error.system_errno, EIO);
    assert_non_null(strstr(scene->error.text, "a.vfd: closing: "));
    assert_int_equal(n_calls(scene, FAULTY_CLOSE), 2); /* the directory's too, no more */
}

static void errors_need_no_room(void **state)
{
    struct scene *scene = *state;

    assert_int_equal(vfdc_media_open_vfd(scene->path, &scene->options, &scene->media, NULL),
                     CAPTURE_FAIL);
    make_file(scene, BYTES_1440K);
    open_ok(scene);
    write_sector(scene, 0, 0, 1, 0xe1);
    faulty_system_fail(&scene->faulty, FAULTY_SYNC, EIO, 0, 1);
    assert_int_equal(vfdc_media_flush(scene->media, NULL), VFDC_DISP_E_EXCEPTION);
    assert_int_equal(vfdc_media_flush(scene->media, NULL), VFDC_S_OK);
    assert_int_equal(vfdc_media_close(scene->media, NULL), VFDC_S_OK);
    scene->media = NULL;
}

/*
 * Whatever call fails first, and however: the guest's sectors are there after the next flush
 * that succeeds, and nothing else of the file has changed.
 */
static void whatever_call_fails_the_next_flush_completes(void **state)
{
    static const enum faulty_call calls[] = { FAULTY_STATUS, FAULTY_PWRITE, FAULTY_SYNC };
    static const int errors[] = { EIO, ENOSPC, EINTR, FAULTY_SHORT };
    struct scene *scene = *state;

    for (size_t c = 0; c < sizeof(calls) / sizeof(calls[0]); c++) {
        for (size_t e = 0; e < sizeof(errors) / sizeof(errors[0]); e++) {
            for (uint32_t nth = 0; nth < 4; nth++) {
                make_file(scene, BYTES_1440K);
                open_ok(scene);
                write_sector(scene, 0, 0, 1, 0xe1);
                write_sector(scene, 5, 1, 7, 0xe2);
                write_sector(scene, 5, 1, 8, 0xe2);
                write_sector(scene, 79, 1, 18, 0xe3);
                if (!faulty_system_fail(&scene->faulty, calls[c], errors[e], nth, 1)) {
                    expect_close(scene);
                    continue;
                }
                if (vfdc_failed(vfdc_media_flush(scene->media, NULL))) {
                    assert_int_equal(vfdc_media_dirty_sectors(scene->media), 4);
                }
                faulty_system_fail(&scene->faulty, calls[c], 0, 0, 0);
                expect_flush(scene);
                expect_close(scene);
                expect_sectors(scene, 0, 1, 0xe1);
                expect_sectors(scene, 204, 2, 0xe2);
                expect_sectors(scene, 2879, 1, 0xe3);
            }
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bad_paths_have_their_codes),
        TEST(a_missing_file_is_no_such_image),
        TEST(a_loop_of_links_is_refused_and_a_link_is_followed),
        TEST(bytes_of_a_path_that_do_not_print_are_escaped),
        TEST(a_long_path_never_cuts_off_the_reason),
        TEST(a_directory_is_refused),
        TEST(a_fifo_is_refused),
        TEST(a_socket_is_refused),
        TEST(devices_are_refused),
        TEST(a_block_device_is_sent_to_the_other_door),
        TEST(sizes_that_fit_nothing_are_refused),
        TEST(a_huge_file_is_refused_unread),
        TEST(a_vhd_is_refused_by_name),
        TEST(a_refusal_leaves_the_file_as_it_was),
        TEST(what_cannot_be_read_is_refused),
        TEST(what_cannot_be_written_is_refused_unless_allowed),
        TEST(an_image_is_opened_for_what_is_asked),
        TEST(a_failing_call_while_opening_refuses),
        TEST(a_file_that_shrinks_while_it_is_opened_is_refused),
        TEST(interrupted_and_short_calls_are_made_again),
        TEST(a_call_that_is_interrupted_without_end_fails),
        TEST(a_track_is_read_once_when_first_touched),
        TEST(every_sector_reads_as_in_the_file),
        TEST(a_read_error_is_the_hosts_and_the_next_try_may_do),
        TEST(the_callers_buffer_is_used_whatever_it_held),
        TEST(a_flush_of_nothing_makes_no_system_call),
        TEST(a_flush_writes_what_is_dirty_in_joined_runs_and_syncs_once),
        TEST(a_formatted_track_is_written_without_having_been_read),
        TEST(after_a_failed_sync_all_is_written_again),
        TEST(an_interrupted_sync_is_a_failed_one),
        TEST(a_failed_write_names_its_sector_and_keeps_all),
        TEST(a_run_that_breaks_off_names_the_sector_it_came_to),
        TEST(a_short_write_is_continued),
        TEST(a_write_that_moves_nothing_is_an_error),
        TEST(a_whole_disk_is_flushed),
        TEST(large_sectors_are_flushed_where_they_are),
        TEST(small_sectors_are_counted_one_by_one),
        TEST(a_flush_says_once_that_marks_are_not_kept),
        TEST(marks_that_are_gone_by_the_flush_are_not_lost),
        TEST(marks_that_were_set_are_no_writes),
        TEST(a_failed_flush_keeps_the_news_of_marks),
        TEST(a_file_that_was_cut_is_a_host_error_and_fails_the_flush),
        TEST(a_file_that_grew_fails_the_flush),
        TEST(another_file_behind_the_descriptor_fails_the_flush),
        TEST(a_short_image_reads_as_zeros_behind_its_end),
        TEST(a_short_image_stays_short_while_only_its_own_sectors_change),
        TEST(a_short_image_is_made_whole_before_its_tail_is_written),
        TEST(a_short_image_whose_boot_sector_is_written_is_made_whole),
        TEST(slack_is_protected_and_left_alone),
        TEST(a_layout_by_force_is_taken),
        TEST(closing_drops_what_is_dirty),
        TEST(a_failing_close_is_told_and_the_medium_is_gone),
        TEST(errors_need_no_room),
        TEST(whatever_call_fails_the_next_flush_completes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
