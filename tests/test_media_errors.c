/*
 * What the system may answer, and seldom does: errors of every kind in every place that tells them
 * apart, no memory, files that change in the middle, file systems that cannot do all.  What then
 * is told, and that nothing is lost by it.
 */
#define _GNU_SOURCE /* O_NOATIME, renameat2 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
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
#include "journal.h"
#include "text.h"
#include "vfd.h"
#include "vfd_journal.h"

#define PATH_BYTES 128
#define IMAGE_BYTES 1474560
#define CAPTURE_FAIL VFDC_VM_E_IMAGE_CAPTURE_FAIL

/* ---- no memory, and a system call: the linker sends the library's calls here ------------- */

/* volatile: the compiler knows of the real ones that they look at nothing of ours */
static volatile unsigned n_allocations_left = UINT_MAX; /* until one fails */
static volatile int rename_errno; /* of renameat2; 0: as the system has it */
static volatile int open_errno;   /* of open, likewise */
static volatile unsigned n_opens; /* that were refused so */
static volatile bool has_device;  /* every file is a block device, in the eyes of ioctl */
static volatile int is_protected; /* and so is the disk in it */

void *__wrap_malloc(size_t n_bytes);
void *__wrap_calloc(size_t n, size_t n_bytes);
int __wrap_renameat2(int from, const char *old, int to, const char *new, unsigned flags);
void *__real_malloc(size_t n_bytes);
void *__real_calloc(size_t n, size_t n_bytes);
int __wrap_open(const char *path, int flags, ...);
int __real_open(const char *path, int flags, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);
int __real_ioctl(int fd, unsigned long request, ...);
int __real_renameat2(int from, const char *old, int to, const char *new, unsigned flags);

static bool is_refused(void)
{
    if (n_allocations_left == UINT_MAX) {
        return false;
    }
    n_allocations_left--;
    return n_allocations_left == UINT_MAX;
}

void *__wrap_malloc(size_t n_bytes)
{
    return is_refused() ? NULL : __real_malloc(n_bytes);
}

void *__wrap_calloc(size_t n, size_t n_bytes)
{
    return is_refused() ? NULL : __real_calloc(n, n_bytes);
}

int __wrap_renameat2(int from, const char *old, int to, const char *new, unsigned flags)
{
    if (rename_errno != 0) {
        errno = rename_errno;
        return -1;
    }
    return __real_renameat2(from, old, to, new, flags);
}

int __wrap_open(const char *path, int flags, ...)
{
    mode_t mode = 0;

    if (open_errno != 0) {
        n_opens++;
        errno = open_errno;
        return -1;
    }
    if ((flags & O_CREAT) != 0) {
        va_list more;

        va_start(more, flags);
        mode = va_arg(more, mode_t);
        va_end(more);
    }
    return __real_open(path, flags, mode);
}

int __wrap_ioctl(int fd, unsigned long request, ...)
{
    va_list more;
    void *where;

    va_start(more, request);
    where = va_arg(more, void *);
    va_end(more);
    if (has_device && request == BLKROGET) {
        *(int *)where = is_protected;
        return 0;
    }
    if (has_device && request == BLKGETSIZE64) {
        *(uint64_t *)where = IMAGE_BYTES;
        return 0;
    }
    return __real_ioctl(fd, request, where);
}

/* ---- the scene --------------------------------------------------------------------------- */

struct scene {
    char folder[32];
    char image[PATH_BYTES], other[PATH_BYTES];
    char journal[PATH_BYTES], journal_2[PATH_BYTES], aside[PATH_BYTES], aside_2[PATH_BYTES];
    struct faulty_system faulty;
    struct vfdc_system system; /* over the real one, with the answers below */
    struct vfdc_media_options options;
    struct vfdc_image_options image_options;
    struct vfdc_media *media;
    struct vfdc_media_error error;
};

/* What the system underneath answers otherwise; one scene at a time. */
static struct {
    unsigned n_status;      /* fstats until the file is another one, or 0 */
    uint64_t device, inode; /* added then */
    unsigned n_reads;       /* preads until one finds nothing, or 0 */
    unsigned n_writes;      /* pwrites likewise */
    bool is_device;         /* all files are block devices, of an image's size */
    bool is_protected;      /* with a protected disk in them */
} odd;

static int odd_status(void *opaque, int fd, struct vfdc_system_status *status)
{
    int result = vfdc_system_posix()->status(opaque, fd, status);

    if (odd.n_status != 0 && --odd.n_status == 0) {
        status->device += odd.device;
        status->inode += odd.inode;
    }
    if (odd.is_device) {
        status->mode = S_IFBLK | 0660;
        status->n_bytes = 0;
    }
    return result;
}

static int odd_device_bytes(void *opaque, int fd, uint64_t *n_bytes)
{
    (void)opaque;
    if (odd.is_protected && (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY) {
        return -EROFS;
    }
    *n_bytes = IMAGE_BYTES;
    return 0;
}

static int64_t odd_pread(void *opaque, int fd, void *bytes, size_t n_bytes, uint64_t offset)
{
    if (odd.n_reads != 0 && --odd.n_reads == 0) {
        return 0;
    }
    return vfdc_system_posix()->pread(opaque, fd, bytes, n_bytes, offset);
}

static int64_t odd_pwrite(void *opaque, int fd, const void *bytes, size_t n_bytes,
                          uint64_t offset)
{
    if (odd.n_writes != 0 && --odd.n_writes == 0) {
        return 0;
    }
    return vfdc_system_posix()->pwrite(opaque, fd, bytes, n_bytes, offset);
}

/* Nothing here survives a power cut. */
static int no_sync(void *opaque, int fd)
{
    (void)opaque;
    (void)fd;
    return 0;
}

static int set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof(*scene));
    int fd;

    assert_non_null(scene);
    memset(&odd, 0, sizeof(odd));
    strcpy(scene->folder, "/tmp/vfdc-errors-XXXXXX");
    assert_non_null(mkdtemp(scene->folder));
    snprintf(scene->image, PATH_BYTES, "%s/a.vfd", scene->folder);
    snprintf(scene->other, PATH_BYTES, "%s/b.vfd", scene->folder);
    snprintf(scene->journal, PATH_BYTES, "%s/.a.vfd.vfdc-journal", scene->folder);
    snprintf(scene->journal_2, PATH_BYTES, "%s/.a.vfd.vfdc-journal-2", scene->folder);
    snprintf(scene->aside, PATH_BYTES, "%s/.a.vfd.vfdc-journal-aside-001", scene->folder);
    snprintf(scene->aside_2, PATH_BYTES, "%s/.a.vfd.vfdc-journal-aside-002", scene->folder);
    fd = open(scene->image, O_WRONLY | O_CREAT | O_EXCL, 0644);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, IMAGE_BYTES), 0);
    close(fd);
    scene->system = *vfdc_system_posix();
    scene->system.status = odd_status;
    scene->system.device_bytes = odd_device_bytes;
    scene->system.pread = odd_pread;
    scene->system.pwrite = odd_pwrite;
    scene->system.sync = no_sync;
    scene->system.sync_directory = no_sync;
    faulty_system_init(&scene->faulty);
    scene->faulty.real = &scene->system;
    scene->options.drive = VFDC_DRIVE_1440K;
    scene->options.system = faulty_system_table();
    scene->options.system_opaque = &scene->faulty;
    scene->image_options.system = faulty_system_table();
    scene->image_options.system_opaque = &scene->faulty;
    *state = scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;

    if (scene->media != NULL) {
        vfdc_media_close(scene->media, NULL);
    }
    (void)remove(scene->aside);
    (void)remove(scene->aside_2);
    (void)remove(scene->journal);
    (void)remove(scene->journal_2);
    (void)remove(scene->other);
    (void)remove(scene->image);
    assert_int_equal(rmdir(scene->folder), 0);
    free(scene);
    return 0;
}

/* ---- words ------------------------------------------------------------------------------- */

static bool exists(const char *path)
{
    struct stat status;

    return lstat(path, &status) == 0;
}

static void put_file(const char *path, const char *content)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(content, 1, strlen(content), file), strlen(content));
    assert_int_equal(fclose(file), 0);
}

static vfdc_result try_to_open(struct scene *scene)
{
    return vfdc_media_open_vfd(scene->image, &scene->options, &scene->media, &scene->error);
}

static void open_it(struct scene *scene)
{
    vfdc_result result = try_to_open(scene);

    if (vfdc_failed(result)) {
        fail_msg("%s: %s", vfdc_result_name(result), scene->error.text);
    }
}

static void close_it(struct scene *scene)
{
    assert_int_equal(vfdc_media_close(scene->media, &scene->error), VFDC_S_OK);
    scene->media = NULL;
}

static void expect(const struct scene *scene, vfdc_result seen, vfdc_result wanted, int error,
                   const char *words)
{
    assert_int_equal(seen, wanted);
    assert_int_equal(scene->error.code, wanted);
    assert_int_equal(scene->error.system_errno, error);
    if (strstr(scene->error.text, words) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", words, scene->error.text);
    }
}

static void expect_refused(struct scene *scene, int error, const char *words)
{
    expect(scene, try_to_open(scene), CAPTURE_FAIL, error, words);
    assert_null(scene->media);
}

static void write_one(struct scene *scene, uint32_t lba, uint8_t value)
{
    uint8_t sector[512];

    memset(sector, value, sizeof(sector));
    assert_int_equal(scene->media->ops->write_sector(scene->media, (uint8_t)(lba / 36),
                                                     (uint8_t)(lba / 18 % 2),
                                                     (uint8_t)(lba % 18 + 1), sector, 0),
                     VFDC_MEDIA_OK);
}

static enum vfdc_media_result commit(struct scene *scene)
{
    return scene->media->ops->commit(scene->media);
}

static void write_command(struct scene *scene, uint32_t lba, uint8_t value)
{
    write_one(scene, lba, value);
    assert_int_equal(commit(scene), VFDC_MEDIA_OK);
}

static vfdc_result flush(struct scene *scene)
{
    return vfdc_media_flush(scene->media, &scene->error);
}

/* A byte of the file. */
static int byte_in_file(const struct scene *scene, long offset)
{
    FILE *file = fopen(scene->image, "rb");
    int byte;

    assert_non_null(file);
    assert_int_equal(fseek(file, offset, SEEK_SET), 0);
    byte = fgetc(file);
    assert_int_equal(fclose(file), 0);
    return byte;
}

/* The first of a sector. */
static int in_file(const struct scene *scene, uint32_t lba)
{
    return byte_in_file(scene, (long)lba * 512);
}

static struct vfd_journal *journal_of(const struct scene *scene)
{
    return &((struct vfd *)scene->media)->journal;
}

/* ---- opening ----------------------------------------------------------------------------- */

static void another_file_in_its_place_is_refused(void **state)
{
    struct scene *scene = *state;
    unsigned n_refused = 0;

    /* the first look is what the later ones are held against */
    for (int which = 0; which < 2; which++) {
        odd.device = which == 0;
        odd.inode = which == 1;
        for (unsigned n = 1; n <= 2; n++) {
            odd.n_status = n;
            expect_refused(scene, 0, "image changed while it was opened");
            assert_int_equal(odd.n_status, 0);
            n_refused++;
        }
    }
    assert_int_equal(n_refused, 4);
    open_it(scene);
}

static void a_directory_that_is_not_ours_to_open_has_no_journal(void **state)
{
    static const int errors[] = { EACCES, EPERM, ENAMETOOLONG };
    struct scene *scene = *state;

    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        scene->options.read_only = false;
        faulty_system_fail(&scene->faulty, FAULTY_OPEN, errors[i], 1, 1);
        expect_refused(scene, errors[i], "no journal can be made beside the image");
        scene->options.read_only = true;
        faulty_system_fail(&scene->faulty, FAULTY_OPEN, errors[i], 1, 1);
        open_it(scene);
        close_it(scene);
    }
}

static void opening_without_memory_leaves_nothing(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media *media = NULL;
    static uint8_t bytes[IMAGE_BYTES];
    unsigned n_refused = 0;
    vfdc_result result;

    open_it(scene);
    write_command(scene, 5, 0xa5);
    close_it(scene);
    for (;;) {
        n_allocations_left = n_refused;
        result = try_to_open(scene);
        n_allocations_left = UINT_MAX;
        if (result == VFDC_S_OK) {
            break;
        }
        assert_int_equal(result, VFDC_E_OUTOFMEMORY);
        assert_int_equal(scene->error.code, VFDC_E_OUTOFMEMORY);
        assert_null(scene->media);
        assert_true(exists(scene->journal));
        n_refused++;
    }
    assert_int_equal(n_refused, 4); /* the medium, its buffer, its place, what the journal names */
    assert_int_equal(in_file(scene, 5), 0xa5);

    n_allocations_left = 0;
    result = vfdc_media_open_memory(bytes, sizeof(bytes), &scene->options, &media, &scene->error);
    n_allocations_left = UINT_MAX;
    assert_int_equal(result, VFDC_E_OUTOFMEMORY);
    assert_null(media);

    n_allocations_left = 0;
    result = vfdc_media_open_host_drive(scene->image, &scene->options, &media, &scene->error);
    n_allocations_left = UINT_MAX;
    assert_int_equal(result, VFDC_E_OUTOFMEMORY);
    assert_null(media);
}

/* ---- the journal ------------------------------------------------------------------------- */

/* A guest's command has 72 sectors at most; this one has 300, three records and a part. */
static void a_command_of_any_length_is_recovered(void **state)
{
    struct scene *scene = *state;
    struct stat status;

    open_it(scene);
    for (uint32_t lba = 0; lba < 300; lba++) {
        write_one(scene, 7 * lba, (uint8_t)(1 + lba % 255));
    }
    assert_int_equal(commit(scene), VFDC_MEDIA_OK);
    close_it(scene);
    assert_int_equal(stat(scene->journal, &status), 0);
    /* a header; 126, 126 and 48 sectors */
    assert_int_equal(status.st_size, 64 + 3 * (16 + 8) + 300 * (16 + 512));
    assert_int_equal(in_file(scene, 7), 0);

    open_it(scene);
    for (uint32_t lba = 0; lba < 300; lba++) {
        assert_int_equal(in_file(scene, 7 * lba), 1 + lba % 255);
    }
}

/* As many sectors as a disk can have, all in one command: nothing is left out at the end. */
static void the_disk_of_most_sectors_is_kept_whole(void **state)
{
    struct scene *scene = *state;
    struct stat status;
    uint8_t sector[128];

    assert_int_equal(truncate(scene->image, 10836 * 128), 0);
    scene->options.cylinders = 86;
    scene->options.heads = 2;
    scene->options.sectors = 63;
    scene->options.size_code = 0;
    scene->options.drive = VFDC_DRIVE_1440K;
    open_it(scene);
    for (uint32_t lba = 0; lba < 10836; lba++) {
        memset(sector, (int)(1 + lba % 255), sizeof(sector));
        assert_int_equal(scene->media->ops->write_sector(scene->media, (uint8_t)(lba / 126),
                                                         (uint8_t)(lba / 63 % 2),
                                                         (uint8_t)(lba % 63 + 1), sector, 0),
                         VFDC_MEDIA_OK);
    }
    assert_int_equal(commit(scene), VFDC_MEDIA_OK);
    assert_int_equal(vfdc_media_dirty_sectors(scene->media), 10836);
    assert_int_equal(stat(scene->journal, &status), 0);
    assert_int_equal(status.st_size, 64 + 86 * (16 + 8) + 10836 * (16 + 128));
    close_it(scene);

    open_it(scene); /* recovered from there */
    assert_int_equal(vfdc_media_warnings(scene->media), VFDC_WARNING_JOURNAL_APPLIED);
    assert_int_equal(vfdc_media_dirty_sectors(scene->media), 0);
    for (uint32_t lba = 0; lba < 10836; lba++) {
        assert_int_equal(byte_in_file(scene, (long)lba * 128), 1 + lba % 255);
    }
    /* and the last, by itself */
    memset(sector, 0x77, sizeof(sector));
    assert_int_equal(scene->media->ops->write_sector(scene->media, 85, 1, 63, sector, 0),
                     VFDC_MEDIA_OK);
    assert_int_equal(commit(scene), VFDC_MEDIA_OK);
    assert_int_equal(flush(scene), VFDC_S_OK);
    assert_int_equal(byte_in_file(scene, 10834 * 128), 1 + 10834 % 255);
    assert_int_equal(byte_in_file(scene, 10835 * 128), 0x77);
}

static void a_journal_without_room_is_told(void **state)
{
    static const int errors[] = { ENOSPC, EDQUOT };
    struct scene *scene = *state;

    open_it(scene);
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        write_one(scene, 5, 0xa5);
        faulty_system_fail(&scene->faulty, FAULTY_PWRITE, errors[i], 0, 2);
        assert_int_equal(commit(scene), VFDC_MEDIA_HOST_ERROR);
        expect(scene, flush(scene), VFDC_DISP_E_EXCEPTION, errors[i],
               "no space left for the journal");
        assert_int_equal(vfdc_media_dirty_sectors(scene->media), 1);
        assert_int_equal(flush(scene), VFDC_S_OK);
        assert_int_equal(in_file(scene, 5), 0xa5);
        assert_int_equal(vfdc_media_dirty_sectors(scene->media), 0);
    }
}

/* Far beyond what a flush would make short, nothing more is taken. */
static void a_journal_of_64_mib_takes_no_more(void **state)
{
    static const uint8_t order[18] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
                                       17, 18 };
    static const uint8_t sector[512];
    struct scene *scene = *state;
    uint64_t n_bytes;

    open_it(scene);
    write_command(scene, 5, 0xa5);
    n_bytes = journal_of(scene)->file[0].n_bytes;
    journal_of(scene)->file[0].n_bytes = VFD_JOURNAL_MOST_BYTES + 1u;
    assert_int_equal(scene->media->ops->write_sector(scene->media, 0, 0, 7, sector, 0),
                     VFDC_MEDIA_HOST_ERROR);
    assert_int_equal(scene->media->ops->format_track(scene->media, 0, 0, order, 18, 0x6c, 0xf6),
                     VFDC_MEDIA_HOST_ERROR);
    journal_of(scene)->file[0].n_bytes = n_bytes;
    assert_int_equal(vfdc_media_dirty_sectors(scene->media), 1);
    write_command(scene, 6, 0xa6);

    /* what counts is the length of a file that stands */
    assert_int_equal(flush(scene), VFDC_S_OK);
    journal_of(scene)->file[0].n_bytes = VFD_JOURNAL_MOST_BYTES + 1u;
    journal_of(scene)->file[1].n_bytes = VFD_JOURNAL_MOST_BYTES + 1u;
    write_command(scene, 7, 0xa7);
    assert_int_equal(flush(scene), VFDC_S_OK);
    assert_int_equal(in_file(scene, 7), 0xa7);
}

/* One of 16 MiB is made short by the command that made it so, unless a flush is at it already. */
static void a_long_journal_waits_for_the_flush_that_is_under_way(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media_flush *under_way = NULL;
    struct vfd_journal *journal;

    open_it(scene);
    journal = journal_of(scene);
    write_command(scene, 5, 0xa5);
    assert_int_equal(vfdc_media_flush_begin(scene->media, &under_way, &scene->error), VFDC_S_OK);
    assert_true(vfdc_media_is_flushing(scene->media));
    assert_int_equal(vfdc_media_dirty_sectors(scene->media), 1);
    write_command(scene, 6, 0xa6);
    journal->file[journal->current].n_bytes = VFD_JOURNAL_LONG_BYTES - 1u;
    write_command(scene, 7, 0xa7);
    assert_int_equal(vfdc_media_dirty_sectors(scene->media), 3);
    assert_int_equal(in_file(scene, 6), 0);
    assert_int_equal(vfdc_media_flush_write(under_way, &scene->error), VFDC_S_OK);
    assert_int_equal(vfdc_media_flush_end(under_way, &scene->error), VFDC_S_OK);
    assert_false(vfdc_media_is_flushing(scene->media));
    assert_int_equal(in_file(scene, 5), 0xa5);
    assert_int_equal(in_file(scene, 6), 0);

    journal->file[journal->current].n_bytes = VFD_JOURNAL_LONG_BYTES - 1u;
    write_command(scene, 8, 0xa8);
    assert_int_equal(vfdc_media_dirty_sectors(scene->media), 0);
    assert_int_equal(in_file(scene, 8), 0xa8);
    assert_int_equal(in_file(scene, 6), 0xa6);
}

/* A journal that followed one which is gone says so, before it is relied upon. */
static void a_journal_that_cannot_stand_alone_is_told(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media_flush *under_way = NULL;

    open_it(scene);
    write_command(scene, 5, 0xa5);
    assert_int_equal(vfdc_media_flush_begin(scene->media, &under_way, &scene->error), VFDC_S_OK);
    write_command(scene, 6, 0xa6);
    assert_int_equal(vfdc_media_flush_write(under_way, &scene->error), VFDC_S_OK);
    assert_int_equal(vfdc_media_flush_end(under_way, &scene->error), VFDC_S_OK);
    assert_true(exists(scene->journal_2));

    faulty_system_fail(&scene->faulty, FAULTY_PWRITE, EIO, 0, 1);
    expect(scene, flush(scene), VFDC_DISP_E_EXCEPTION, EIO, "cannot write the journal");
    odd.n_writes = 1;
    expect(scene, flush(scene), VFDC_DISP_E_EXCEPTION, EIO, "cannot write the journal");
    assert_int_equal(odd.n_writes, 0);
    assert_int_equal(in_file(scene, 6), 0);
    assert_int_equal(flush(scene), VFDC_S_OK);
    assert_int_equal(in_file(scene, 6), 0xa6);
    assert_false(exists(scene->journal_2));
}

static void a_format_that_changes_nothing_notes_nothing(void **state)
{
    struct scene *scene = *state;
    uint8_t order[255];
    struct stat status;

    for (int i = 0; i < 255; i++) {
        order[i] = (uint8_t)(i + 1);
    }
    open_it(scene);
    /* the journal wants to know what was there, and cannot */
    faulty_system_fail(&scene->faulty, FAULTY_PREAD, EIO, 0, 1);
    assert_int_equal(scene->media->ops->format_track(scene->media, 3, 0, order, 18, 0x6c, 0xf6),
                     VFDC_MEDIA_HOST_ERROR);
    /* and a track has so many sectors as it has, and no other is */
    assert_int_equal(scene->media->ops->format_track(scene->media, 3, 0, order, 255, 0x6c, 0xf6),
                     VFDC_MEDIA_NO_SECTOR);
    assert_int_equal(scene->media->ops->format_track(scene->media, 80, 0, order, 18, 0x6c, 0xf6),
                     VFDC_MEDIA_NO_SECTOR);
    assert_int_equal(commit(scene), VFDC_MEDIA_OK);
    assert_int_equal(vfdc_media_dirty_sectors(scene->media), 0);
    assert_false(exists(scene->journal));

    assert_int_equal(scene->media->ops->format_track(scene->media, 3, 0, order, 18, 0x6c, 0xf6),
                     VFDC_MEDIA_OK);
    assert_int_equal(commit(scene), VFDC_MEDIA_OK);
    assert_int_equal(stat(scene->journal, &status), 0);
    assert_int_equal(status.st_size, 64 + 16 + 8 + 18 * (16 + 512));
}

/* ---- recovery ---------------------------------------------------------------------------- */

/* The journal of one command, of sector 5. */
static void leave_journal(struct scene *scene)
{
    open_it(scene);
    write_command(scene, 5, 0xa5);
    close_it(scene);
    assert_true(exists(scene->journal));
}

/* Of two, the second following the first. */
static void leave_two_journals(struct scene *scene)
{
    struct vfdc_media_flush *under_way = NULL;

    open_it(scene);
    write_command(scene, 5, 0xa5);
    assert_int_equal(vfdc_media_flush_begin(scene->media, &under_way, &scene->error), VFDC_S_OK);
    write_command(scene, 6, 0xa6);
    assert_true(vfdc_failed(vfdc_media_flush_end(under_way, &scene->error))); /* given up */
    close_it(scene);
    assert_true(exists(scene->journal) && exists(scene->journal_2));
}

static void what_is_no_file_is_set_aside(void **state)
{
    struct scene *scene = *state;
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    assert_int_equal(mkfifo(scene->journal, 0600), 0);
    open_it(scene);
    assert_int_equal(vfdc_media_warnings(scene->media), VFDC_WARNING_JOURNAL_ASIDE);
    assert_false(exists(scene->journal));
    assert_true(exists(scene->aside));
    close_it(scene);

    assert_true(fd >= 0);
    assert_true(strlen(scene->journal) < sizeof(address.sun_path));
    strcpy(address.sun_path, scene->journal);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    open_it(scene);
    assert_int_equal(vfdc_media_warnings(scene->media), VFDC_WARNING_JOURNAL_ASIDE);
    assert_false(exists(scene->journal));
    assert_true(exists(scene->aside_2));
    close(fd);
}

static void a_name_that_the_system_does_not_take_is_no_journal(void **state)
{
    struct scene *scene = *state;

    faulty_system_fail(&scene->faulty, FAULTY_OPEN, ENAMETOOLONG, 2, 2);
    open_it(scene);
    assert_int_equal(vfdc_media_warnings(scene->media), 0);
}

/* Bytes that were there a moment ago are not. */
static void a_journal_that_is_cut_while_it_is_read_refuses(void **state)
{
    struct scene *scene = *state;
    unsigned n_refused = 0;

    leave_journal(scene);
    for (unsigned n = 1;; n++) {
        vfdc_result result;

        odd.n_reads = n;
        result = try_to_open(scene);
        if (odd.n_reads != 0) {
            odd.n_reads = 0;
            break;
        }
        if (vfdc_failed(result)) {
            assert_int_equal(result, CAPTURE_FAIL);
            assert_true(exists(scene->journal));
            n_refused += scene->error.system_errno == EIO &&
                         strstr(scene->error.text, "cannot read its journal") != NULL;
        } else {
            close_it(scene);
        }
    }
    assert_int_equal(n_refused, 3); /* the header; the record, to be looked at and to be applied */
    assert_int_equal(in_file(scene, 5), 0xa5);
}

/* Someone else's stands first: the one that follows it is worth nothing, and goes before. */
static void a_journal_that_follows_a_foreign_one_goes_with_it(void **state)
{
    struct scene *scene = *state;

    leave_two_journals(scene);
    put_file(scene->journal, "no journal of ours, and as long as the header of one would be....");
    open_it(scene);
    assert_int_equal(vfdc_media_warnings(scene->media), VFDC_WARNING_JOURNAL_ASIDE);
    assert_false(exists(scene->journal) || exists(scene->journal_2));
    assert_true(exists(scene->aside) && exists(scene->aside_2));
    assert_int_equal(in_file(scene, 5), 0);
    assert_int_equal(in_file(scene, 6), 0);
}

static void what_cannot_be_set_aside_refuses(void **state)
{
    struct scene *scene = *state;
    FILE *file;

    leave_two_journals(scene);
    /* another program has written a sector that both are about */
    file = fopen(scene->image, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, 5 * 512, SEEK_SET), 0);
    assert_int_equal(fputc(0x77, file), 0x77);
    assert_int_equal(fclose(file), 0);

    faulty_system_fail(&scene->faulty, FAULTY_RENAME, EIO, 0, 100);
    expect_refused(scene, EIO, "cannot set aside a journal that is not its own");
    assert_true(exists(scene->journal) && exists(scene->journal_2));
    faulty_system_fail(&scene->faulty, FAULTY_RENAME, EEXIST, 0, 100000); /* all names are taken */
    expect_refused(scene, EEXIST, "cannot set aside a journal that is not its own");
    assert_true(exists(scene->journal) && exists(scene->journal_2));
    faulty_system_fail(&scene->faulty, FAULTY_RENAME, 0, 0, 0);
    open_it(scene);
    assert_true(exists(scene->aside) && exists(scene->aside_2));
}

static void a_recovery_that_fails_needs_no_room_for_its_words(void **state)
{
    struct scene *scene = *state;

    leave_journal(scene);
    faulty_system_fail(&scene->faulty, FAULTY_SYNC, EIO, 0, 1);
    assert_int_equal(vfdc_media_open_vfd(scene->image, &scene->options, &scene->media, NULL),
                     CAPTURE_FAIL);
    assert_null(scene->media);
    assert_true(exists(scene->journal));
    open_it(scene);
    assert_int_equal(in_file(scene, 5), 0xa5);
}

/* ---- flushing ---------------------------------------------------------------------------- */

static void a_file_that_became_another_is_not_written(void **state)
{
    struct scene *scene = *state;

    open_it(scene);
    for (int which = 0; which < 2; which++) {
        write_command(scene, 5, 0xa5);
        odd.device = which == 0;
        odd.inode = which == 1;
        odd.n_status = 1;
        expect(scene, flush(scene), VFDC_DISP_E_EXCEPTION, 0,
               "no longer the file that was attached");
        assert_int_equal(vfdc_media_dirty_sectors(scene->media), 1);
    }
    assert_int_equal(in_file(scene, 5), 0);
    assert_int_equal(flush(scene), VFDC_S_OK);
    assert_int_equal(in_file(scene, 5), 0xa5);
}

/* Nobody can tell then whether another file has its name. */
static void a_deleted_file_in_a_closed_directory_is_written(void **state)
{
    struct scene *scene = *state;

    scene->options.durability = VFDC_DURABILITY_IN_PLACE;
    faulty_system_fail(&scene->faulty, FAULTY_OPEN, EACCES, 1, 1);
    open_it(scene);
    write_command(scene, 5, 0xa5);
    assert_int_equal(unlink(scene->image), 0);
    put_file(scene->image, "another one");
    assert_int_equal(flush(scene), VFDC_S_OK);
    assert_int_equal(vfdc_media_warnings(scene->media), VFDC_WARNING_DELETED);
    assert_int_equal(in_file(scene, 0), 'a');
}

static void a_flush_beside_others_needs_memory_for_a_copy(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media_flush *under_way = NULL;
    vfdc_result result;

    open_it(scene);
    write_command(scene, 5, 0xa5);
    n_allocations_left = 0;
    result = vfdc_media_flush_begin(scene->media, &under_way, &scene->error);
    n_allocations_left = UINT_MAX;
    expect(scene, result, VFDC_E_OUTOFMEMORY, 0, "no memory for a copy of the sectors");
    assert_null(under_way);
    assert_false(vfdc_media_is_flushing(scene->media));
    assert_int_equal(flush(scene), VFDC_S_OK);
    assert_int_equal(in_file(scene, 5), 0xa5);
}

/* ---- saving as --------------------------------------------------------------------------- */

static void a_save_holds_the_new_file(void **state)
{
    struct scene *scene = *state;

    open_it(scene);
    faulty_system_fail(&scene->faulty, FAULTY_LOCK, EAGAIN, 0, 1);
    expect(scene, vfdc_media_save_as(scene->media, scene->other, &scene->error),
           VFDC_DISP_E_EXCEPTION, 0, "another program holds the file already");
    faulty_system_fail(&scene->faulty, FAULTY_LOCK, ENOLCK, 0, 1);
    expect(scene, vfdc_media_save_as(scene->media, scene->other, &scene->error),
           VFDC_DISP_E_EXCEPTION, ENOLCK, "cannot lock the file");
    faulty_system_fail(&scene->faulty, FAULTY_LOCK, EIO, 0, 1);
    expect(scene, vfdc_media_save_as(scene->media, scene->other, &scene->error),
           VFDC_DISP_E_EXCEPTION, EIO, "cannot lock the file");
    assert_false(exists(scene->other));
    close_it(scene);

    /* where there are no locks: who only reads, and who was allowed to do without */
    for (int which = 0; which < 2; which++) {
        scene->options.read_only = which == 0;
        scene->options.allow_unlocked = which == 1;
        open_it(scene);
        faulty_system_fail(&scene->faulty, FAULTY_LOCK, ENOLCK, 0, 1);
        assert_int_equal(vfdc_media_save_as(scene->media, scene->other, &scene->error),
                         VFDC_S_OK);
        assert_int_equal(vfdc_media_warnings(scene->media), VFDC_WARNING_UNLOCKED);
        close_it(scene);
        assert_int_equal(unlink(scene->other), 0);
    }
}

static void a_save_needs_a_name_with_room_for_a_journal(void **state)
{
    struct scene *scene = *state;
    char name[512];
    char longest[256];

    open_it(scene);
    memset(longest, 'n', 250);
    longest[250] = '\0';
    snprintf(name, sizeof(name), "%s/%s", scene->folder, longest);
    expect(scene, vfdc_media_save_as(scene->media, name, &scene->error), VFDC_E_BUFFER_OVERFLOW,
           ENAMETOOLONG, "path too long for a journal beside it");
    assert_false(exists(name));
    close_it(scene);
    scene->options.durability = VFDC_DURABILITY_IN_PLACE;
    open_it(scene);
    assert_int_equal(vfdc_media_save_as(scene->media, name, &scene->error), VFDC_S_OK);
    assert_int_equal(unlink(name), 0);
}

/* ---- host drives -------------------------------------------------------------------------- */

static vfdc_result open_host_drive(struct scene *scene)
{
    return vfdc_media_open_host_drive(scene->image, &scene->options, &scene->media,
                                      &scene->error);
}

static void expect_no_drive(struct scene *scene, int error, const char *words)
{
    expect(scene, open_host_drive(scene), VFDC_VM_E_HOST_FLOPPY_CAPTURE_FAIL, error, words);
}

static void a_host_drive_that_fails_is_refused(void **state)
{
    struct scene *scene = *state;

    odd.is_device = true;
    assert_int_equal(open_host_drive(scene), VFDC_S_OK);
    close_it(scene);

    /* the look at it, and the look at what was opened */
    for (unsigned n = 0; n < 2; n++) {
        faulty_system_fail(&scene->faulty, FAULTY_STATUS, EIO, n, 1);
        expect_no_drive(scene, EIO, "cannot examine the drive");
    }
    faulty_system_fail(&scene->faulty, FAULTY_PREAD, EIO, 0, 1);
    expect_no_drive(scene, EIO, "cannot read");
    odd.n_reads = 1;
    expect_no_drive(scene, 0, "there is nothing");

    /* what is no word on writing is tried no second time */
    scene->options.allow_read_only = true;
    faulty_system_fail(&scene->faulty, FAULTY_OPEN, EIO, 1, 1);
    expect_no_drive(scene, EIO, "cannot open");
    scene->options.read_only = true;
    faulty_system_fail(&scene->faulty, FAULTY_OPEN, EACCES, 1, 1);
    expect_no_drive(scene, EACCES, "cannot open");
    scene->options.read_only = false;
    faulty_system_fail(&scene->faulty, FAULTY_OPEN, EACCES, 1, 1);
    assert_int_equal(open_host_drive(scene), VFDC_S_OK);
    assert_true(vfdc_media_is_read_only(scene->media));
    close_it(scene);

    /* a protected disk, which only a drive that is open for writing tells of */
    odd.is_protected = true;
    assert_int_equal(open_host_drive(scene), VFDC_S_OK);
    assert_int_equal(vfdc_media_warnings(scene->media), VFDC_WARNING_READ_ONLY);
    close_it(scene);
    scene->options.allow_read_only = false;
    expect_no_drive(scene, EROFS, "cannot open");
}

static void a_host_drive_has_an_absolute_path(void **state)
{
    static char long_path[VFD_PATH_BYTES + 1u];
    struct scene *scene = *state;
    struct vfdc_media *media = NULL;

    assert_int_equal(vfdc_media_open_host_drive(scene->image, NULL, &media, &scene->error),
                     VFDC_E_POINTER);
    assert_int_equal(vfdc_media_open_host_drive(NULL, &scene->options, &media, &scene->error),
                     VFDC_E_INVALIDARG);
    assert_int_equal(vfdc_media_open_host_drive("dev/fd0", &scene->options, &media,
                                                &scene->error),
                     VFDC_E_INVALIDARG);
    memset(long_path, '/', VFD_PATH_BYTES);
    assert_int_equal(vfdc_media_open_host_drive(long_path, &scene->options, &media,
                                                &scene->error),
                     VFDC_E_INVALIDARG);
    assert_null(media);
}

/* ---- new files --------------------------------------------------------------------------- */

static void each_refusal_of_a_new_file_has_its_code(void **state)
{
    static const struct {
        int error;
        vfdc_result of_directory, of_file;
    } refusals[] = {
        { ENOENT, VFDC_E_PATH_NOT_FOUND, VFDC_E_PATH_NOT_FOUND },
        { ELOOP, VFDC_E_PATH_NOT_FOUND, VFDC_E_PATH_NOT_FOUND },
        { EACCES, VFDC_E_ACCESSDENIED, VFDC_E_ACCESSDENIED },
        { EPERM, VFDC_E_ACCESSDENIED, VFDC_E_ACCESSDENIED },
        { EROFS, VFDC_E_ACCESSDENIED, VFDC_E_ACCESSDENIED },
        { ENOSPC, VFDC_E_DISK_FULL, VFDC_E_DISK_FULL },
        { EDQUOT, VFDC_E_DISK_FULL, VFDC_E_DISK_FULL },
        { EIO, VFDC_DISP_E_EXCEPTION, VFDC_DISP_E_EXCEPTION },
    };
    struct scene *scene = *state;

    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        for (unsigned n = 0; n < 2; n++) {
            faulty_system_fail(&scene->faulty, FAULTY_OPEN, refusals[i].error, n, 1);
            assert_int_equal(vfdc_image_create(scene->other, IMAGE_BYTES, &scene->image_options,
                                               &scene->error),
                             n == 0 ? refusals[i].of_directory : refusals[i].of_file);
            assert_int_equal(scene->error.system_errno, refusals[i].error);
            assert_false(exists(scene->other));
        }
    }
}

static vfdc_result create_other(struct scene *scene)
{
    return vfdc_image_create(scene->other, IMAGE_BYTES, &scene->image_options, &scene->error);
}

static void a_new_file_does_not_wait_for_ever(void **state)
{
    struct scene *scene = *state;

    /* every temporary name is taken, as far as one looks */
    faulty_system_fail(&scene->faulty, FAULTY_OPEN, EEXIST, 1, 100000);
    expect(scene, create_other(scene), VFDC_DISP_E_EXCEPTION, EIO, "cannot create the file");
    faulty_system_fail(&scene->faulty, FAULTY_OPEN, EINTR, 1, 100000);
    expect(scene, create_other(scene), VFDC_DISP_E_EXCEPTION, EINTR, "cannot create the file");
    faulty_system_fail(&scene->faulty, FAULTY_OPEN, 0, 0, 0);
    faulty_system_fail(&scene->faulty, FAULTY_PWRITE, EINTR, 0, 100000);
    expect(scene, create_other(scene), VFDC_DISP_E_EXCEPTION, EINTR, "cannot write the file");
    assert_false(exists(scene->other));
    faulty_system_fail(&scene->faulty, FAULTY_PWRITE, 0, 0, 0);
    faulty_system_fail(&scene->faulty, FAULTY_OPEN, EINTR, 1, 2);
    assert_int_equal(create_other(scene), VFDC_S_OK);
}

/* ---- what an image is -------------------------------------------------------------------- */

static vfdc_result type_of(struct scene *scene, const char *path, enum vfdc_image_type *type)
{
    return vfdc_image_type(path, &scene->image_options, type, &scene->error);
}

static void what_cannot_be_looked_at_has_its_code(void **state)
{
    struct scene *scene = *state;
    enum vfdc_image_type type;
    char path[512];
    char longest[256];

    snprintf(path, sizeof(path), "%s/x.vfd", scene->image); /* a file is no directory */
    expect(scene, type_of(scene, path, &type), VFDC_E_PATH_NOT_FOUND, ENOTDIR,
           "there is no such directory");
    expect(scene, type_of(scene, scene->other, &type), VFDC_E_FILE_NOT_FOUND, ENOENT,
           "no such image");
    snprintf(path, sizeof(path), "%s/nowhere/x.vfd", scene->folder);
    expect(scene, type_of(scene, path, &type), VFDC_E_PATH_NOT_FOUND, ENOENT,
           "there is no such directory");
    faulty_system_fail(&scene->faulty, FAULTY_OPEN, EACCES, 1, 1); /* nobody knows */
    expect(scene, type_of(scene, scene->other, &type), VFDC_E_FILE_NOT_FOUND, ENOENT,
           "no such image");
    memset(longest, 'n', sizeof(longest));
    longest[255] = '\0';
    snprintf(path, sizeof(path), "%s/%sn", scene->folder, longest);
    expect(scene, type_of(scene, path, &type), VFDC_E_BUFFER_OVERFLOW, ENAMETOOLONG,
           "path too long");
    assert_int_equal(type, VFDC_IMAGE_UNKNOWN);
}

static void reads_that_are_cut_or_interrupted_go_on(void **state)
{
    const struct vfdc_image_options none = { .system = NULL };
    struct scene *scene = *state;
    enum vfdc_image_type type;

    faulty_system_fail(&scene->faulty, FAULTY_PREAD, FAULTY_SHORT, 0, 5);
    assert_int_equal(type_of(scene, scene->image, &type), VFDC_S_OK);
    assert_int_equal(type, VFDC_IMAGE_HIGH_DENSITY);
    faulty_system_fail(&scene->faulty, FAULTY_PREAD, EINTR, 0, 5);
    assert_int_equal(type_of(scene, scene->image, &type), VFDC_S_OK);
    assert_int_equal(type, VFDC_IMAGE_HIGH_DENSITY);
    faulty_system_fail(&scene->faulty, FAULTY_PREAD, EINTR, 0, 100000);
    expect(scene, type_of(scene, scene->image, &type), VFDC_DISP_E_EXCEPTION, EINTR,
           "cannot read");
    faulty_system_fail(&scene->faulty, FAULTY_PREAD, EIO, 0, 1);
    expect(scene, type_of(scene, scene->image, &type), VFDC_DISP_E_EXCEPTION, EIO, "cannot read");
    odd.n_reads = 1; /* it ends where it did not before */
    faulty_system_fail(&scene->faulty, FAULTY_PREAD, 0, 0, 0);
    expect(scene, type_of(scene, scene->image, &type), VFDC_DISP_E_EXCEPTION, EIO, "cannot read");

    assert_int_equal(vfdc_image_type(scene->image, &none, &type, &scene->error), VFDC_S_OK);
    assert_int_equal(type, VFDC_IMAGE_HIGH_DENSITY);
}

/* ---- the real system --------------------------------------------------------------------- */

/* Only the owner of a file may leave its time of access alone; others read it as they may. */
static void a_file_of_another_is_opened(void **state)
{
    const struct vfdc_system *system = vfdc_system_posix();
    const uid_t user = geteuid();
    int fd;

    (void)state;
    if (user == 0 && seteuid(65534) != 0) {
        assert_int_equal(errno, EINVAL); /* a name space of one user, and the file is not his */
    }
    fd = system->open(NULL, "/etc/passwd", O_RDONLY, 0);
    assert_int_equal(seteuid(user), 0);
    assert_true(fd >= 0);
    assert_int_equal(fcntl(fd, F_GETFL) & O_NOATIME, 0);
    assert_int_equal(system->close(NULL, fd), 0);

    /* one that may not be opened at all is tried both ways */
    n_opens = 0;
    open_errno = EPERM;
    assert_int_equal(system->open(NULL, "/etc/passwd", O_RDWR, 0), -EPERM);
    open_errno = 0;
    assert_int_equal(n_opens, 2);
}

static void times_before_1970_are_0(void **state)
{
    struct scene *scene = *state;
    const struct timespec times[2] = { { -5, 0 }, { -5, 0 } };
    struct vfdc_system_status status;
    int fd = open(scene->image, O_RDWR);

    assert_true(fd >= 0);
    assert_int_equal(futimens(fd, times), 0);
    assert_int_equal(vfdc_system_posix()->status(NULL, fd, &status), 0);
    assert_int_equal(status.modified_ns, 0);
    close(fd);
}

/* A file system that knows no such rename: a link never replaces anything either. */
static void a_name_is_never_taken_from_another(void **state)
{
    static const int errors[] = { 0, EINVAL, ENOSYS };
    struct scene *scene = *state;
    const struct vfdc_system *system = vfdc_system_posix();
    int folder = open(scene->folder, O_RDONLY | O_DIRECTORY);

    assert_true(folder >= 0);
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        rename_errno = errors[i];
        put_file(scene->other, "b");
        assert_int_equal(system->rename_at(NULL, folder, "b.vfd", "a.vfd"), -EEXIST);
        assert_true(exists(scene->other));
        assert_int_equal(system->rename_at(NULL, folder, "b.vfd", "c.vfd"), 0);
        assert_false(exists(scene->other));
        assert_int_equal(unlinkat(folder, "c.vfd", 0), 0);
        assert_int_equal(system->rename_at(NULL, folder, "b.vfd", "c.vfd"), -ENOENT);
    }
    rename_errno = EIO;
    assert_int_equal(system->rename_at(NULL, folder, "a.vfd", "c.vfd"), -EIO);
    rename_errno = 0;
    close(folder);
}

static void what_has_no_path_is_walked_to(void **state)
{
    const struct vfdc_system *system = vfdc_system_posix();
    char resolved[64];
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(system->resolve(NULL, ends[0], "/usr/../tmp/.", resolved, sizeof(resolved)),
                     0);
    assert_string_equal(resolved, "/tmp");
    close(ends[0]);
    close(ends[1]);
}

/* A protected disk can be opened for writing, and is only found out here. */
static void a_device_tells_its_size_and_its_protection(void **state)
{
    struct scene *scene = *state;
    const struct vfdc_system *system = vfdc_system_posix();

    for (int writes = 0; writes < 2; writes++) {
        int fd = open(scene->image, writes ? O_RDWR : O_RDONLY);
        uint64_t n_bytes = 77;

        assert_true(fd >= 0);
        assert_int_equal(system->device_bytes(NULL, fd, &n_bytes), -ENOTTY);
        has_device = true;
        for (int protects = 0; protects < 2; protects++) {
            bool is_refused_here = writes && protects;

            is_protected = protects;
            n_bytes = 77;
            assert_int_equal(system->device_bytes(NULL, fd, &n_bytes),
                             is_refused_here ? -EROFS : 0);
            assert_int_equal(n_bytes, is_refused_here ? 77 : IMAGE_BYTES);
        }
        has_device = false;
        close(fd);
    }
}

static void an_owner_that_cannot_be_set_is_told(void **state)
{
    (void)state;
    assert_int_equal(vfdc_system_posix()->set_owner(NULL, -1, 0, 0, 0600), -EBADF);
}

static void an_error_without_words_has_its_number(void **state)
{
    struct vfdc_media_error error;
    struct text_facts facts = { .path = "a", .system_errno = 4095 };

    (void)state;
    text_fail(&error, VFDC_E_FAIL, VFDC_MEDIA_NO_LBA, "%p: %e", &facts);
    assert_string_equal(error.text, "a: error 4095");
    facts.system_errno = -1;
    text_fail(&error, VFDC_E_FAIL, VFDC_MEDIA_NO_LBA, "%p: %e", &facts);
    assert_string_equal(error.text, "a: error 0");
}

/* ---- calls that are none ----------------------------------------------------------------- */

static uint32_t no_dirty_sectors(const struct vfdc_media *media)
{
    (void)media;
    return 0;
}

static void no_geometry(const struct vfdc_media *media, struct vfdc_geometry *geometry)
{
    (void)media;
    memset(geometry, 0, sizeof(*geometry));
}

static void calls_without_what_they_need_are_answered(void **state)
{
    static const struct vfdc_media_ops ops = { .geometry = no_geometry,
                                               .dirty_sectors = no_dirty_sectors };
    struct vfdc_media host_made = { &ops };
    struct scene *scene = *state;
    static uint8_t bytes[IMAGE_BYTES];
    struct vfdc_media_flush *under_way = (struct vfdc_media_flush *)scene;

    assert_int_equal(vfdc_media_flush_begin(NULL, &under_way, &scene->error), VFDC_E_POINTER);
    assert_null(under_way);
    assert_int_equal(vfdc_media_flush_begin(NULL, NULL, &scene->error), VFDC_E_POINTER);
    assert_int_equal(vfdc_media_flush_write(NULL, &scene->error), VFDC_E_POINTER);
    assert_int_equal(vfdc_media_flush_end(NULL, &scene->error), VFDC_E_POINTER);
    assert_int_equal(vfdc_media_geometry_reason(NULL), VFDC_GEOMETRY_GIVEN);
    assert_int_equal(vfdc_media_geometry_reason(&host_made), VFDC_GEOMETRY_GIVEN);
    assert_false(vfdc_media_is_flushing(NULL));
    assert_false(vfdc_media_is_flushing(&host_made));

    assert_int_equal(vfdc_media_open_memory(bytes, sizeof(bytes), &scene->options, &scene->media,
                                            &scene->error),
                     VFDC_S_OK);
    assert_int_equal(vfdc_media_flush_begin(scene->media, NULL, &scene->error), VFDC_E_POINTER);
    assert_int_equal(vfdc_media_geometry(scene->media, NULL), VFDC_E_POINTER);
    /* memory is flushed at once: nothing is left to be written beside others */
    under_way = (struct vfdc_media_flush *)scene;
    assert_int_equal(vfdc_media_flush_begin(scene->media, &under_way, &scene->error), VFDC_S_OK);
    assert_null(under_way);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(another_file_in_its_place_is_refused),
        TEST(a_directory_that_is_not_ours_to_open_has_no_journal),
        TEST(opening_without_memory_leaves_nothing),
        TEST(a_command_of_any_length_is_recovered),
        TEST(the_disk_of_most_sectors_is_kept_whole),
        TEST(a_journal_without_room_is_told),
        TEST(a_journal_of_64_mib_takes_no_more),
        TEST(a_long_journal_waits_for_the_flush_that_is_under_way),
        TEST(a_journal_that_cannot_stand_alone_is_told),
        TEST(a_format_that_changes_nothing_notes_nothing),
        TEST(what_is_no_file_is_set_aside),
        TEST(a_name_that_the_system_does_not_take_is_no_journal),
        TEST(a_journal_that_is_cut_while_it_is_read_refuses),
        TEST(a_journal_that_follows_a_foreign_one_goes_with_it),
        TEST(what_cannot_be_set_aside_refuses),
        TEST(a_recovery_that_fails_needs_no_room_for_its_words),
        TEST(a_file_that_became_another_is_not_written),
        TEST(a_deleted_file_in_a_closed_directory_is_written),
        TEST(a_flush_beside_others_needs_memory_for_a_copy),
        TEST(a_save_holds_the_new_file),
        TEST(a_save_needs_a_name_with_room_for_a_journal),
        TEST(a_host_drive_that_fails_is_refused),
        TEST(a_host_drive_has_an_absolute_path),
        TEST(each_refusal_of_a_new_file_has_its_code),
        TEST(a_new_file_does_not_wait_for_ever),
        TEST(what_cannot_be_looked_at_has_its_code),
        TEST(reads_that_are_cut_or_interrupted_go_on),
        cmocka_unit_test(a_file_of_another_is_opened),
        TEST(times_before_1970_are_0),
        TEST(a_name_is_never_taken_from_another),
        cmocka_unit_test(what_has_no_path_is_walked_to),
        TEST(a_device_tells_its_size_and_its_protection),
        cmocka_unit_test(an_owner_that_cannot_be_set_is_told),
        cmocka_unit_test(an_error_without_words_has_its_number),
        TEST(calls_without_what_they_need_are_answered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
