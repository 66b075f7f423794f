/*
 * The journal of an image: what it makes outlast what, and what is done with one that is found.
 * Files are real ones; a process that dies is one.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <vfdc/media.h>

#include "faulty_system.h"
#include "journal.h"

#define N_SECTORS 2880u
#define PATH_BYTES 128

struct scene {
    char folder[32];
    char image[PATH_BYTES], journal[PATH_BYTES], journal_2[PATH_BYTES];
    char aside[PATH_BYTES], aside_2[PATH_BYTES];
    struct faulty_system faulty;
    struct vfdc_system system; /* over the real one */
    struct vfdc_media_options options;
    struct vfdc_media *media;
    struct vfdc_media_error error;
};

/* ---- files ------------------------------------------------------------------------------- */

/* Sector `lba` of the image as it is made: its number all over. */
static void fill_sector(uint8_t sector[512], uint32_t lba)
{
    memset(sector, (int)(lba & 0xffu), 512);
    sector[0] = (uint8_t)(lba >> 8);
}

static void write_file(const char *path, const uint8_t *bytes, size_t n_bytes)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n_bytes, file), n_bytes);
    assert_int_equal(fclose(file), 0);
}

/* The bytes of a small file; how many is returned. */
static size_t read_file(const char *path, uint8_t *bytes, size_t n_most)
{
    FILE *file = fopen(path, "rb");
    size_t n_bytes;

    assert_non_null(file);
    n_bytes = fread(bytes, 1, n_most, file);
    assert_int_equal(fclose(file), 0);
    return n_bytes;
}

static void patch(const char *path, long offset, const void *bytes, size_t n_bytes)
{
    FILE *file = fopen(path, "r+b");

    assert_non_null(file);
    assert_int_equal(fseek(file, offset, SEEK_SET), 0);
    assert_int_equal(fwrite(bytes, 1, n_bytes, file), n_bytes);
    assert_int_equal(fclose(file), 0);
}

static void make_image(const struct scene *scene)
{
    uint8_t *bytes = malloc(N_SECTORS * 512u);

    assert_non_null(bytes);
    for (uint32_t lba = 0; lba < N_SECTORS; lba++) {
        fill_sector(bytes + lba * 512u, lba);
    }
    write_file(scene->image, bytes, N_SECTORS * 512u);
    free(bytes);
}

/* The first byte but one of a sector in the file: what write_one() put there, or its number. */
static int in_file(const struct scene *scene, uint32_t lba)
{
    FILE *file = fopen(scene->image, "rb");
    uint8_t sector[512];

    assert_non_null(file);
    assert_int_equal(fseek(file, (long)lba * 512, SEEK_SET), 0);
    assert_int_equal(fread(sector, 1, 512, file), 512);
    assert_int_equal(fclose(file), 0);
    for (int i = 2; i < 512; i++) {
        assert_int_equal(sector[i], sector[1]);
    }
    return sector[1];
}

static bool exists(const char *path)
{
    struct stat status;

    return lstat(path, &status) == 0;
}

/* ---- media ------------------------------------------------------------------------------- */

static vfdc_result try_to_open(struct scene *scene)
{
    return vfdc_media_open_vfd(scene->image, &scene->options, &scene->media, &scene->error);
}

static void open_it(struct scene *scene)
{
    vfdc_result result = try_to_open(scene);

    if (vfdc_failed(result)) {
        print_error("%s\n", scene->error.text);
    }
    assert_int_equal(result, VFDC_S_OK);
}

static void close_it(struct scene *scene)
{
    assert_int_equal(vfdc_media_close(scene->media, &scene->error), VFDC_S_OK);
    scene->media = NULL;
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

static int read_one(struct scene *scene, uint32_t lba)
{
    struct vfdc_media_span span = { NULL, 0 };
    uint8_t sector = (uint8_t)(lba % 18 + 1);

    assert_int_equal(scene->media->ops->read_span(scene->media, (uint8_t)(lba / 36),
                                                  (uint8_t)(lba / 18 % 2), sector, sector, &span),
                     VFDC_MEDIA_OK);
    return span.bytes[1];
}

static enum vfdc_media_result commit(struct scene *scene)
{
    return scene->media->ops->commit(scene->media);
}

/* A command of one sector. */
static void write_command(struct scene *scene, uint32_t lba, uint8_t value)
{
    write_one(scene, lba, value);
    assert_int_equal(commit(scene), VFDC_MEDIA_OK);
}

/* Commands of one, two and one sectors; the last writes a sector of the first again. */
static void write_three_commands(struct scene *scene)
{
    write_command(scene, 5, 0xa1);
    write_one(scene, 6, 0xa2);
    write_one(scene, 100, 0xa3);
    assert_int_equal(commit(scene), VFDC_MEDIA_OK);
    write_command(scene, 5, 0xa4);
}

/* What sectors 5, 6 and 100 hold after so many of them. */
static const int after[4][3] = { { 5, 6, 100 }, { 0xa1, 6, 100 }, { 0xa1, 0xa2, 0xa3 },
                                 { 0xa4, 0xa2, 0xa3 } };

/* How many of the three commands the file has; -1 if it is none of these. */
static int commands_in_file(const struct scene *scene)
{
    for (int n = 3; n >= 0; n--) {
        if (in_file(scene, 5) == after[n][0] && in_file(scene, 6) == after[n][1] &&
            in_file(scene, 100) == after[n][2]) {
            return n;
        }
    }
    return -1;
}

/* The image as it was, and beside it the journal of the three commands: of `n_bytes`. */
static size_t leave_journal(struct scene *scene, uint8_t *bytes, size_t n_most)
{
    size_t n_bytes;

    open_it(scene);
    write_three_commands(scene);
    close_it(scene); /* without a flush */
    n_bytes = read_file(scene->journal, bytes, n_most);
    assert_true(n_bytes > 0 && n_bytes < n_most);
    assert_int_equal(commands_in_file(scene), 0);
    return n_bytes;
}

/* Nothing here survives a power cut: that is another test's matter, and slow. */
static int no_sync(void *opaque, int fd)
{
    (void)opaque;
    (void)fd;
    return 0;
}

/* Bytes asked for by all reads. */
static uint64_t n_asked;

static int64_t counting_pread(void *opaque, int fd, void *bytes, size_t n_bytes, uint64_t offset)
{
    n_asked += n_bytes;
    return vfdc_system_posix()->pread(opaque, fd, bytes, n_bytes, offset);
}

/* ---- the scene --------------------------------------------------------------------------- */

static int set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof(*scene));

    assert_non_null(scene);
    strcpy(scene->folder, "/tmp/vfdc-journal-XXXXXX");
    assert_non_null(mkdtemp(scene->folder));
    snprintf(scene->image, PATH_BYTES, "%s/a.vfd", scene->folder);
    snprintf(scene->journal, PATH_BYTES, "%s/.a.vfd.vfdc-journal", scene->folder);
    snprintf(scene->journal_2, PATH_BYTES, "%s/.a.vfd.vfdc-journal-2", scene->folder);
    snprintf(scene->aside, PATH_BYTES, "%s/.a.vfd.vfdc-journal-aside-001", scene->folder);
    snprintf(scene->aside_2, PATH_BYTES, "%s/.a.vfd.vfdc-journal-aside-002", scene->folder);
    faulty_system_init(&scene->faulty);
    scene->system = *vfdc_system_posix();
    scene->system.sync = no_sync;
    scene->system.sync_directory = no_sync;
    scene->faulty.real = &scene->system;
    scene->options.drive = VFDC_DRIVE_1440K;
    scene->options.system = faulty_system_table();
    scene->options.system_opaque = &scene->faulty;
    make_image(scene);
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
    (void)remove(scene->journal);
    (void)remove(scene->journal_2);
    (void)remove(scene->image);
    assert_int_equal(rmdir(scene->folder), 0);
    free(scene);
    return 0;
}

/* ---- the bytes --------------------------------------------------------------------------- */

static void a_header_has_its_layout(void **state)
{
    static const uint8_t wanted[56] = {
        'V', 'F', 'D', 'C', 'J', 'R', 'N', 'L', 1, 0, 0, 0, 0,    2,    0, 0, /* version, sector */
        0x00, 0x80, 0x16, 0, 0, 0, 0, 0, 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11,
        1, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, /* follows another; first serial */
    };
    const struct journal_header header = { 512, 1474560, UINT64_C(0x1122334455667788), 7,
                                           true };
    struct journal_header read;
    uint8_t bytes[JOURNAL_HEADER_BYTES];

    (void)state;
    journal_put_header(bytes, &header);
    assert_memory_equal(bytes, wanted, sizeof(wanted));
    assert_true(journal_get_header(bytes, &read));
    assert_int_equal(read.sector_bytes, 512);
    assert_int_equal(read.disk_bytes, 1474560);
    assert_int_equal(read.inode, UINT64_C(0x1122334455667788));
    assert_int_equal(read.first_serial, 7);
    assert_true(read.is_following);
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] ^= 0x10;
        assert_false(journal_get_header(bytes, &read));
        bytes[i] ^= 0x10;
    }
}

static void a_record_comes_back_whole_or_not_at_all(void **state)
{
    static uint8_t bytes[JOURNAL_RECORD_BYTES];
    const struct journal_record record = { 9, 2, 512 };
    struct journal_record read = { 0, 0, 0 };
    uint8_t sector[512];
    uint64_t lba = 0, old_hash = 0;
    size_t n_bytes = journal_record_bytes(&record);

    (void)state;
    assert_int_equal(n_bytes, 16 + 2 * (16 + 512) + 8);
    journal_begin_record(bytes, &record);
    for (uint32_t i = 0; i < 2; i++) {
        fill_sector(sector, 40 + i);
        journal_put_sector(bytes, &record, i, 40 + i, 1000 + i, sector);
    }
    journal_end_record(bytes, &record);
    assert_true(journal_get_record(bytes, n_bytes, 512, &read));
    assert_int_equal(read.serial, 9);
    assert_int_equal(read.n_sectors, 2);
    fill_sector(sector, 41);
    assert_memory_equal(journal_get_sector(bytes, &read, 1, &lba, &old_hash), sector, 512);
    assert_int_equal(lba, 41);
    assert_int_equal(old_hash, 1001);
    assert_null(journal_get_sector(bytes, &read, 2, &lba, &old_hash));
    for (size_t n = 0; n < n_bytes; n++) {
        assert_false(journal_get_record(bytes, n, 512, &read));
        bytes[n] ^= 0x01;
        assert_false(journal_get_record(bytes, n_bytes, 512, &read));
        bytes[n] ^= 0x01;
    }
}

/* ---- keeping it -------------------------------------------------------------------------- */

static void a_command_is_one_system_call_once_a_journal_stands(void **state)
{
    struct scene *scene = *state;
    uint32_t n_calls;

    open_it(scene);
    write_one(scene, 5, 0xa1); /* its track is in memory now */
    n_calls = faulty_system_n_calls(&scene->faulty);
    assert_int_equal(commit(scene), VFDC_MEDIA_OK);
    assert_int_equal(faulty_system_n_calls(&scene->faulty) - n_calls, 2);
    write_one(scene, 6, 0xa2);
    write_one(scene, 7, 0xa2);
    n_calls = faulty_system_n_calls(&scene->faulty);
    assert_int_equal(commit(scene), VFDC_MEDIA_OK);
    assert_int_equal(faulty_system_n_calls(&scene->faulty) - n_calls, 1);
    n_calls = faulty_system_n_calls(&scene->faulty);
    assert_int_equal(commit(scene), VFDC_MEDIA_OK); /* nothing */
    assert_int_equal(faulty_system_n_calls(&scene->faulty) - n_calls, 0);
    assert_int_equal(in_file(scene, 5), 5);
    assert_true(exists(scene->journal));

    n_calls = faulty_system_n_calls(&scene->faulty);
    assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_S_OK);
    assert_in_range(faulty_system_n_calls(&scene->faulty) - n_calls, 1, 1 + 8);
    assert_false(exists(scene->journal));
    assert_int_equal(in_file(scene, 5), 0xa1);
    assert_int_equal(in_file(scene, 7), 0xa2);
}

static void what_was_committed_outlasts_a_killed_process(void **state)
{
    struct scene *scene = *state;
    int status = 0;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        open_it(scene);
        for (uint32_t lba = 0; lba < 36; lba++) {
            write_one(scene, 200 + lba, (uint8_t)(0x40 + lba));
        }
        _exit(commit(scene) == VFDC_MEDIA_OK && raise(SIGKILL) == 0 ? 1 : 2);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(in_file(scene, 200), 200);

    open_it(scene);
    assert_int_equal(vfdc_media_warnings(scene->media), VFDC_WARNING_JOURNAL_APPLIED);
    for (uint32_t lba = 0; lba < 36; lba++) {
        assert_int_equal(in_file(scene, 200 + lba), 0x40 + lba);
        assert_int_equal(read_one(scene, 200 + lba), 0x40 + lba);
    }
    assert_int_equal(in_file(scene, 236), 236);
    assert_int_equal(vfdc_media_dirty_sectors(scene->media), 0);
    assert_false(exists(scene->journal));
}

static void what_is_not_wanted_in_a_journal_is_written_in_place(void **state)
{
    struct scene *scene = *state;

    for (int d = VFDC_DURABILITY_IN_PLACE; d <= VFDC_DURABILITY_RELAXED; d++) {
        scene->options.durability = (enum vfdc_durability)d;
        open_it(scene);
        write_command(scene, 5, (uint8_t)(0xb0 + d));
        assert_false(exists(scene->journal));
        assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_S_OK);
        assert_int_equal(in_file(scene, 5), 0xb0 + d);
        close_it(scene);
    }
}

static void a_record_that_fails_goes_with_the_next(void **state)
{
    static const int errors[] = { ENOSPC, EDQUOT, EIO, EFBIG };
    struct scene *scene = *state;

    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        struct stat before, now;

        make_image(scene);
        open_it(scene);
        write_command(scene, 5, 0xa1);
        assert_int_equal(stat(scene->journal, &before), 0);
        write_one(scene, 6, 0xa2);
        /* it breaks off in the middle */
        faulty_system_fail(&scene->faulty, FAULTY_PWRITE, FAULTY_SHORT, 0, 1);
        faulty_system_fail(&scene->faulty, FAULTY_PWRITE, errors[i], 0, 1);
        assert_int_equal(commit(scene), VFDC_MEDIA_HOST_ERROR);
        assert_int_equal(stat(scene->journal, &now), 0);
        assert_int_equal(now.st_size, before.st_size);
        assert_int_equal(read_one(scene, 6), 0xa2);
        write_command(scene, 7, 0xa3);
        close_it(scene);

        open_it(scene);
        assert_int_equal(in_file(scene, 5), 0xa1);
        assert_int_equal(in_file(scene, 6), 0xa2);
        assert_int_equal(in_file(scene, 7), 0xa3);
        close_it(scene);
    }
}

static void short_and_interrupted_appends_are_continued(void **state)
{
    struct scene *scene = *state;

    open_it(scene);
    write_one(scene, 5, 0xa1);
    faulty_system_fail(&scene->faulty, FAULTY_PWRITE, FAULTY_SHORT, 0, 3);
    assert_int_equal(commit(scene), VFDC_MEDIA_OK);
    write_one(scene, 6, 0xa2);
    faulty_system_fail(&scene->faulty, FAULTY_PWRITE, EINTR, 0, 3);
    assert_int_equal(commit(scene), VFDC_MEDIA_OK);
    close_it(scene);
    open_it(scene);
    assert_int_equal(in_file(scene, 5), 0xa1);
    assert_int_equal(in_file(scene, 6), 0xa2);
}

/* The journal is synced first, then its directory, the image, the directory again. */
static void a_flush_that_fails_anywhere_is_made_again(void **state)
{
    struct scene *scene = *state;

    for (uint32_t n_good = 0; n_good < 4; n_good++) {
        make_image(scene);
        open_it(scene);
        write_three_commands(scene);
        faulty_system_fail(&scene->faulty, FAULTY_SYNC, EIO, n_good, 1);
        assert_int_equal(vfdc_media_flush(scene->media, &scene->error),
                         VFDC_DISP_E_EXCEPTION);
        assert_int_equal(scene->error.system_errno, EIO);
        assert_int_equal(vfdc_media_dirty_sectors(scene->media), 3);
        write_command(scene, 7, 0xa7);
        assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_S_OK);
        assert_int_equal(commands_in_file(scene), 3);
        assert_int_equal(in_file(scene, 7), 0xa7);
        assert_false(exists(scene->journal));
        assert_false(exists(scene->journal_2));
        close_it(scene);
    }
}

static void a_long_journal_is_flushed(void **state)
{
    struct scene *scene = *state;
    struct stat status = { .st_size = 0 };
    off_t longest = 0;

    open_it(scene);
    for (unsigned i = 0; i < 2000; i++) { /* 18 MiB */
        for (uint32_t lba = 0; lba < 18; lba++) {
            write_one(scene, lba, (uint8_t)i);
        }
        assert_int_equal(commit(scene), VFDC_MEDIA_OK);
        if (stat(scene->journal, &status) == 0 && status.st_size > longest) {
            longest = status.st_size;
        }
    }
    assert_in_range(longest, (16 << 20) - (16 << 10), (16 << 20) + (16 << 10));
    (void)stat(exists(scene->journal) ? scene->journal : scene->journal_2, &status);
    assert_in_range(status.st_size, 1, 4 << 20);
}

static enum vfdc_media_result write_cylinder(struct scene *scene, uint8_t value)
{
    uint8_t sector[512];

    memset(sector, value, sizeof(sector));
    for (unsigned i = 0; i < 36; i++) {
        enum vfdc_media_result result = scene->media->ops->write_sector(
            scene->media, 0, (uint8_t)(i / 18u), (uint8_t)(i % 18u + 1u), sector, 0);

        if (result != VFDC_MEDIA_OK) {
            return result;
        }
    }
    return commit(scene);
}

/* No flush succeeds, and a guest writes on and on; then the trouble is over. */
static void a_journal_at_its_limit_takes_no_more_and_can_be_flushed(void **state)
{
    struct scene *scene = *state;
    const struct faulty_plan *plan = &scene->faulty.plan[FAULTY_STATUS];
    struct stat status;
    unsigned n_commands = 0;
    uint32_t n_flushes;

    open_it(scene);
    n_flushes = plan->n_calls;
    faulty_system_fail(&scene->faulty, FAULTY_STATUS, EIO, 0, UINT32_MAX);
    while (write_cylinder(scene, (uint8_t)(n_commands % 251u)) == VFDC_MEDIA_OK) {
        n_commands++;
        assert_in_range(n_commands, 1, 4000);
    }
    assert_int_equal(stat(scene->journal, &status), 0);
    assert_in_range(status.st_size, 64 << 20, (64 << 20) + 20000);
    assert_in_range(plan->n_calls - n_flushes, 40, 60); /* not one each command */
    assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_DISP_E_EXCEPTION);
    assert_int_equal(write_cylinder(scene, 0xee), VFDC_MEDIA_HOST_ERROR);
    assert_int_equal(read_one(scene, 35), (int)((n_commands - 1u) % 251u));

    faulty_system_fail(&scene->faulty, FAULTY_STATUS, 0, 0, 0);
    assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_S_OK);
    assert_int_equal(in_file(scene, 35), (int)((n_commands - 1u) % 251u));
    assert_int_equal(write_cylinder(scene, 0xee), VFDC_MEDIA_OK);
}

/* What a sync that failed may have dropped is written anew before the next; if it can be. */
static void a_journal_whose_sync_failed_is_written_again(void **state)
{
    struct scene *scene = *state;
    const struct faulty_plan *plan = &scene->faulty.plan[FAULTY_PWRITE];
    uint8_t before[8192], now[8192];
    uint32_t n_writes;
    size_t n_bytes;

    open_it(scene);
    write_three_commands(scene);
    n_bytes = read_file(scene->journal, before, sizeof(before));
    faulty_system_fail(&scene->faulty, FAULTY_SYNC, EIO, 0, 1);
    assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_DISP_E_EXCEPTION);
    n_writes = plan->n_calls;
    faulty_system_fail(&scene->faulty, FAULTY_SYNC, EIO, 0, 1);
    assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_DISP_E_EXCEPTION);
    assert_int_equal(plan->n_calls - n_writes, 4); /* its header and three records */
    assert_int_equal(read_file(scene->journal, now, sizeof(now)), n_bytes);
    assert_memory_equal(before, now, n_bytes);

    faulty_system_fail(&scene->faulty, FAULTY_PREAD, EIO, 2, 1);
    assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_DISP_E_EXCEPTION);
    assert_int_equal(scene->error.system_errno, EIO);
    patch(scene->journal, 200, "?", 1); /* lost: nothing is written in place on its strength */
    assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_DISP_E_EXCEPTION);
    assert_int_equal(scene->error.system_errno, EIO);
    assert_int_equal(in_file(scene, 100), 100);
    assert_int_equal(vfdc_media_dirty_sectors(scene->media), 3);
    patch(scene->journal, 200, before + 200, 1);
    patch(scene->journal, 40, "?", 1); /* in the header */
    assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_DISP_E_EXCEPTION);
    assert_int_equal(scene->error.system_errno, EIO);
    assert_int_equal(in_file(scene, 100), 100);
    patch(scene->journal, 40, before + 40, 1);
    assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_S_OK);
    assert_int_equal(commands_in_file(scene), 3);

    n_writes = plan->n_calls; /* and no more */
    write_command(scene, 5, 0xb1);
    assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_S_OK);
    assert_int_equal(plan->n_calls - n_writes, 2);

    write_command(scene, 5, 0xb2); /* nor where it was the image that failed, later */
    faulty_system_fail(&scene->faulty, FAULTY_SYNC, EIO, 1, 1);
    assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_DISP_E_EXCEPTION);
    n_writes = plan->n_calls;
    assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_S_OK);
    assert_int_equal(plan->n_calls - n_writes, 1);
}

/* A name that was taken away, but not lastingly, until the directory is synced. */
static void a_removal_that_was_not_synced_is_synced_by_the_next_flush(void **state)
{
    struct scene *scene = *state;
    const struct faulty_plan *plan = &scene->faulty.plan[FAULTY_SYNC];
    uint32_t n_syncs;

    open_it(scene);
    write_three_commands(scene);
    faulty_system_fail(&scene->faulty, FAULTY_SYNC, EIO, 3, 1);
    assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_DISP_E_EXCEPTION);
    assert_false(exists(scene->journal));
    n_syncs = plan->n_calls;
    assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_S_OK);
    assert_int_equal(plan->n_calls - n_syncs, 2); /* the image and the directory */

    write_three_commands(scene);
    faulty_system_fail(&scene->faulty, FAULTY_SYNC, EIO, 3, 1);
    assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_DISP_E_EXCEPTION);
    n_syncs = plan->n_calls;
    assert_int_equal(vfdc_media_discard(scene->media, &scene->error), VFDC_S_OK);
    scene->media = NULL;
    assert_int_equal(plan->n_calls - n_syncs, 1);
}

/* ---- finding one ------------------------------------------------------------------------- */

static void a_journal_cut_anywhere_gives_a_prefix(void **state)
{
    struct scene *scene = *state;
    static uint8_t bytes[8192];
    size_t n_bytes = leave_journal(scene, bytes, sizeof(bytes));
    int n_seen[4] = { 0 };

    for (size_t n = 0; n <= n_bytes; n++) {
        int n_commands;

        for (int i = 0; i < 3; i++) {
            static const uint32_t lbas[3] = { 5, 6, 100 };
            uint8_t sector[512];

            fill_sector(sector, lbas[i]);
            patch(scene->image, (long)lbas[i] * 512, sector, 512);
        }
        write_file(scene->journal, bytes, n);
        open_it(scene);
        n_commands = commands_in_file(scene);
        assert_in_range(n_commands, 0, 3);
        n_seen[n_commands]++;
        assert_false(exists(scene->journal));
        if (n_commands > 0) {
            assert_int_equal(vfdc_media_warnings(scene->media), VFDC_WARNING_JOURNAL_APPLIED);
        } else if (!exists(scene->aside)) {
            assert_int_equal(vfdc_media_warnings(scene->media), 0);
        } else { /* less than a header is not known to be ours */
            assert_in_range(n, 1, JOURNAL_HEADER_BYTES - 1);
            assert_int_equal(remove(scene->aside), 0);
        }
        close_it(scene);
    }
    assert_int_equal(n_seen[0], JOURNAL_HEADER_BYTES + 552);
    assert_int_equal(n_seen[1], 16 + 2 * 528 + 8);
    assert_int_equal(n_seen[2], 552);
    assert_int_equal(n_seen[3], 1);
}

static void a_journal_damaged_anywhere_is_never_applied_wrongly(void **state)
{
    struct scene *scene = *state;
    static uint8_t bytes[8192];
    size_t n_bytes = leave_journal(scene, bytes, sizeof(bytes));

    for (size_t n = 0; n < n_bytes; n += 7) {
        uint8_t damaged = (uint8_t)(bytes[n] ^ 0x20);

        make_image(scene);
        write_file(scene->journal, bytes, n_bytes);
        patch(scene->journal, (long)n, &damaged, 1);
        open_it(scene);
        assert_in_range(commands_in_file(scene), 0, 2);
        assert_int_equal(exists(scene->aside), n < JOURNAL_HEADER_BYTES);
        (void)remove(scene->aside);
        close_it(scene);
    }
}

static void what_another_program_wrote_is_not_overwritten(void **state)
{
    struct scene *scene = *state;
    static uint8_t bytes[8192];
    uint8_t sector[512];

    (void)leave_journal(scene, bytes, sizeof(bytes));
    memset(sector, 0xee, sizeof(sector));
    patch(scene->image, 6 * 512, sector, sizeof(sector));
    open_it(scene);

    assert_int_equal(vfdc_media_warnings(scene->media), VFDC_WARNING_JOURNAL_ASIDE);
    assert_int_equal(in_file(scene, 5), 5);
    assert_int_equal(in_file(scene, 6), 0xee);
    assert_int_equal(in_file(scene, 100), 100);
    assert_false(exists(scene->journal));
    assert_true(exists(scene->aside));
}

static void what_is_half_written_is_made_whole(void **state)
{
    struct scene *scene = *state;
    static uint8_t bytes[8192];
    uint8_t sector[512];

    (void)leave_journal(scene, bytes, sizeof(bytes));
    memset(sector, 0xa2, sizeof(sector));
    patch(scene->image, 6 * 512, sector, sizeof(sector)); /* a flush came so far */
    open_it(scene);

    assert_int_equal(vfdc_media_warnings(scene->media), VFDC_WARNING_JOURNAL_APPLIED);
    assert_int_equal(commands_in_file(scene), 3);
}

static uint32_t say_other_user(void *opaque)
{
    (void)opaque;
    return 12345;
}

/* A link, a directory, a second name, another's, another image's. */
static void what_is_not_our_journal_is_set_aside(void **state)
{
    struct scene *scene = *state;
    static uint8_t bytes[8192];
    size_t n_bytes = leave_journal(scene, bytes, sizeof(bytes));

    for (int what = 0; what < 5; what++) {
        make_image(scene);
        (void)remove(scene->journal);
        scene->system.user = vfdc_system_posix()->user;
        write_file(scene->journal, bytes, n_bytes);
        if (what == 0) {
            assert_int_equal(rename(scene->journal, scene->journal_2), 0);
            assert_int_equal(symlink(scene->journal_2, scene->journal), 0);
        } else if (what == 1) {
            assert_int_equal(remove(scene->journal), 0);
            assert_int_equal(mkdir(scene->journal, 0700), 0);
        } else if (what == 2) {
            assert_int_equal(link(scene->journal, scene->journal_2), 0);
        } else if (what == 3) {
            scene->system.user = say_other_user;
        } else {
            char other[PATH_BYTES];

            snprintf(other, sizeof(other), "%s/b.vfd", scene->folder);
            assert_int_equal(rename(scene->image, other), 0);
            make_image(scene); /* another file of that name */
            assert_int_equal(remove(other), 0);
        }
        open_it(scene);
        assert_true((vfdc_media_warnings(scene->media) & VFDC_WARNING_JOURNAL_ASIDE) != 0);
        assert_false(exists(scene->journal));
        assert_true(exists(scene->aside));
        if (what != 0) { /* the link's end is a journal of ours, under its other name */
            assert_int_equal(commands_in_file(scene), 0);
        }
        close_it(scene);
        (void)remove(scene->aside);
        (void)remove(scene->journal_2);
        (void)remove(scene->aside_2);
    }
}

/* The same disk, laid out otherwise: its records are no longer those of sectors. */
static void a_journal_of_another_layout_is_set_aside(void **state)
{
    struct scene *scene = *state;
    static uint8_t bytes[8192];

    (void)leave_journal(scene, bytes, sizeof(bytes));
    scene->options.cylinders = 80;
    scene->options.heads = 2;
    scene->options.sectors = 9;
    scene->options.size_code = 3;
    open_it(scene);
    assert_int_equal(vfdc_media_warnings(scene->media), VFDC_WARNING_JOURNAL_ASIDE);
    assert_false(exists(scene->journal));
    assert_true(exists(scene->aside));
    assert_int_equal(commands_in_file(scene), 0);
}

/* Names are taken in order, of three digits; where none is left nothing is lost. */
static void what_is_set_aside_has_a_name_of_its_own(void **state)
{
    struct scene *scene = *state;
    uint8_t junk[128];
    char path[PATH_BYTES];

    memset(junk, 0xee, sizeof(junk));
    for (unsigned n = 1; n <= 999; n++) {
        snprintf(path, sizeof(path), "%s/.a.vfd.vfdc-journal-aside-%03u", scene->folder, n);
        if (n != 9 && n != 10 && n != 99 && n != 100 && n != 999) {
            write_file(path, junk, 1);
            continue;
        }
        write_file(scene->journal, junk, sizeof(junk));
        open_it(scene);
        close_it(scene);
        assert_false(exists(scene->journal));
        assert_true(exists(path));
    }
    write_file(scene->journal, junk, sizeof(junk));
    assert_int_equal(try_to_open(scene), VFDC_VM_E_IMAGE_CAPTURE_FAIL);
    assert_int_equal(scene->error.system_errno, EEXIST);
    assert_true(exists(scene->journal));
    for (unsigned n = 1; n <= 999; n++) {
        snprintf(path, sizeof(path), "%s/.a.vfd.vfdc-journal-aside-%03u", scene->folder, n);
        assert_int_equal(remove(path), 0);
    }
}

static void read_only_applies_to_memory_alone(void **state)
{
    struct scene *scene = *state;
    static uint8_t bytes[8192];

    (void)leave_journal(scene, bytes, sizeof(bytes));
    scene->options.read_only = true;
    open_it(scene);
    assert_int_equal(vfdc_media_warnings(scene->media), VFDC_WARNING_JOURNAL_APPLIED);
    assert_int_equal(read_one(scene, 5), 0xa4);
    assert_int_equal(read_one(scene, 100), 0xa3);
    assert_int_equal(commands_in_file(scene), 0);
    assert_true(exists(scene->journal));
    close_it(scene);

    scene->options.read_only = false;
    open_it(scene);
    assert_int_equal(commands_in_file(scene), 3);
}

/* Most commands write a sector or two; what their records could be at most is not read. */
static void a_long_journal_of_short_records_is_read_in_no_time(void **state)
{
    struct scene *scene = *state;
    struct stat status;

    open_it(scene);
    for (uint32_t lba = 0; lba < 1000; lba++) {
        write_command(scene, lba, 0xb5);
    }
    close_it(scene);
    assert_int_equal(stat(scene->journal, &status), 0);

    scene->system.pread = counting_pread;
    n_asked = 0;
    open_it(scene);
    assert_int_equal(read_one(scene, 999), 0xb5);
    assert_in_range(n_asked, status.st_size, 10 * (uint64_t)status.st_size);
}

static void recovery_that_fails_anywhere_is_made_again(void **state)
{
    struct scene *scene = *state;
    static uint8_t bytes[8192];
    size_t n_bytes = leave_journal(scene, bytes, sizeof(bytes));

    for (uint32_t n_good = 0; n_good < 4; n_good++) {
        make_image(scene);
        write_file(scene->journal, bytes, n_bytes);
        faulty_system_fail(&scene->faulty, FAULTY_SYNC, EIO, n_good, 1);
        assert_int_equal(try_to_open(scene), VFDC_VM_E_IMAGE_CAPTURE_FAIL);
        assert_int_equal(scene->error.system_errno, EIO);
        open_it(scene);
        assert_int_equal(commands_in_file(scene), 3);
        assert_false(exists(scene->journal));
        close_it(scene);
    }
}

/* ---- the flush in three ------------------------------------------------------------------ */

static struct vfdc_media_flush *begin(struct scene *scene)
{
    struct vfdc_media_flush *flush = NULL;

    assert_int_equal(vfdc_media_flush_begin(scene->media, &flush, &scene->error), VFDC_S_OK);
    assert_non_null(flush);
    return flush;
}

static void what_is_written_during_a_flush_stays_dirty(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media_flush *flush;

    open_it(scene);
    write_three_commands(scene);
    flush = begin(scene);
    write_one(scene, 5, 0xb1);
    write_one(scene, 8, 0xb2);
    assert_int_equal(commit(scene), VFDC_MEDIA_OK);
    assert_true(exists(scene->journal) && exists(scene->journal_2));
    assert_int_equal(vfdc_media_flush_write(flush, &scene->error), VFDC_S_OK);
    assert_int_equal(commands_in_file(scene), 3);
    assert_false(exists(scene->journal));
    assert_int_equal(vfdc_media_flush_end(flush, &scene->error), VFDC_S_OK);

    assert_int_equal(vfdc_media_dirty_sectors(scene->media), 2);
    assert_int_equal(read_one(scene, 5), 0xb1);
    close_it(scene);
    open_it(scene); /* from the second journal */
    assert_int_equal(in_file(scene, 5), 0xb1);
    assert_int_equal(in_file(scene, 8), 0xb2);
    assert_false(exists(scene->journal_2));
}

static void a_flush_tells_nothing_of_the_one_before(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media_flush *flush;

    open_it(scene);
    write_three_commands(scene);
    flush = begin(scene);
    assert_int_equal(vfdc_media_flush_end(flush, &scene->error), VFDC_DISP_E_EXCEPTION);
    assert_string_not_equal(scene->error.text, "");
    flush = begin(scene);
    assert_int_equal(vfdc_media_flush_write(flush, &scene->error), VFDC_S_OK);
    assert_int_equal(scene->error.code, VFDC_S_OK);
    assert_string_equal(scene->error.text, "");
    assert_int_equal(vfdc_media_flush_end(flush, &scene->error), VFDC_S_OK);
    assert_int_equal(scene->error.code, VFDC_S_OK);
    assert_string_equal(scene->error.text, "");
}

static void both_journals_are_recovered_in_order(void **state)
{
    struct scene *scene = *state;

    for (int swapped = 0; swapped < 2; swapped++) {
        struct vfdc_media_flush *flush;

        make_image(scene);
        open_it(scene);
        if (swapped != 0) { /* so that the older one has the other name */
            write_one(scene, 50, 0xc1);
            flush = begin(scene);
            write_command(scene, 51, 0xc2);
            assert_int_equal(vfdc_media_flush_write(flush, NULL), VFDC_S_OK);
            assert_int_equal(vfdc_media_flush_end(flush, NULL), VFDC_S_OK);
        }
        write_three_commands(scene);
        flush = begin(scene);
        write_command(scene, 5, 0xb1);
        assert_int_equal(vfdc_media_flush_end(flush, &scene->error), VFDC_DISP_E_EXCEPTION);
        write_command(scene, 6, 0xb2);
        assert_true(exists(scene->journal) && exists(scene->journal_2));
        assert_int_equal(in_file(scene, 100), 100);
        close_it(scene);

        open_it(scene);
        assert_int_equal(in_file(scene, 5), 0xb1);
        assert_int_equal(in_file(scene, 6), 0xb2);
        assert_int_equal(in_file(scene, 100), 0xa3);
        write_command(scene, 5, 0xd1); /* and the first name is the next one's */
        assert_true(exists(scene->journal) && !exists(scene->journal_2));
        assert_int_equal(vfdc_media_flush(scene->media, NULL), VFDC_S_OK);
        assert_false(exists(scene->journal) || exists(scene->journal_2));
        close_it(scene);
    }
}

static void one_flush_at_a_time_and_a_close_waits(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media_flush *flush, *second;
    uint32_t n_closes;

    open_it(scene);
    assert_int_equal(vfdc_media_flush_begin(scene->media, &flush, &scene->error),
                     VFDC_S_FALSE);
    assert_null(flush);
    write_three_commands(scene);
    flush = begin(scene);
    assert_int_equal(vfdc_media_flush_begin(scene->media, &second, &scene->error),
                     VFDC_DISP_E_EXCEPTION);
    assert_null(second);
    assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_DISP_E_EXCEPTION);
    assert_int_equal(vfdc_media_save_as(scene->media, "/tmp/x", &scene->error),
                     VFDC_DISP_E_EXCEPTION);
    assert_int_equal(vfdc_media_discard(scene->media, &scene->error), VFDC_DISP_E_EXCEPTION);
    n_closes = scene->faulty.plan[FAULTY_CLOSE].n_calls;
    close_it(scene);
    assert_int_equal(scene->faulty.plan[FAULTY_CLOSE].n_calls, n_closes);
    assert_int_equal(vfdc_media_flush_write(flush, &scene->error), VFDC_S_OK);
    assert_int_equal(vfdc_media_flush_end(flush, &scene->error), VFDC_S_OK);

    assert_int_equal(scene->faulty.plan[FAULTY_CLOSE].n_calls, n_closes + 3);
    assert_int_equal(commands_in_file(scene), 3);
}

static void a_discard_leaves_nothing_to_recover(void **state)
{
    struct scene *scene = *state;

    open_it(scene);
    write_three_commands(scene);
    faulty_system_fail(&scene->faulty, FAULTY_UNLINK, EIO, 0, 1);
    assert_int_equal(vfdc_media_discard(scene->media, &scene->error), VFDC_S_FALSE);
    assert_int_equal(scene->error.system_errno, EIO);
    assert_true(exists(scene->journal)); /* and is told of */
    make_image(scene);
    assert_int_equal(remove(scene->journal), 0);
    open_it(scene);
    write_three_commands(scene);
    assert_int_equal(vfdc_media_discard(scene->media, &scene->error), VFDC_S_OK);
    scene->media = NULL;
    assert_false(exists(scene->journal));
    open_it(scene);
    assert_int_equal(vfdc_media_warnings(scene->media), 0);
    assert_int_equal(commands_in_file(scene), 0);
}

/* Of two the newer goes first: the older one alone is what was written until it began. */
static void a_discard_that_is_cut_leaves_the_older_journal(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media_flush *flush;

    open_it(scene);
    write_three_commands(scene);
    flush = begin(scene);
    faulty_system_fail(&scene->faulty, FAULTY_PWRITE, EIO, 0, 1);
    assert_int_equal(vfdc_media_flush_write(flush, &scene->error), VFDC_DISP_E_EXCEPTION);
    write_command(scene, 5, 0xb1);
    assert_int_equal(vfdc_media_flush_end(flush, &scene->error), VFDC_DISP_E_EXCEPTION);
    assert_true(exists(scene->journal) && exists(scene->journal_2));
    faulty_system_fail(&scene->faulty, FAULTY_UNLINK, EIO, 1, 1);
    assert_int_equal(vfdc_media_discard(scene->media, &scene->error), VFDC_S_FALSE);
    scene->media = NULL;
    assert_true(exists(scene->journal));
    assert_false(exists(scene->journal_2));

    open_it(scene);
    assert_int_equal(commands_in_file(scene), 3);
}

/* ---- descriptors ------------------------------------------------------------------------- */

/* Whatever is opened without a standard input has descriptor 0, and is open all the same. */
static unsigned n_opened, opened_as_0;

static void make_room(void)
{
    n_opened++;
    if (n_opened == opened_as_0) {
        (void)close(0);
    }
}

static int open_as_0(void *opaque, const char *path, int flags, uint32_t mode)
{
    make_room();
    return vfdc_system_posix()->open(opaque, path, flags, mode);
}

static int open_at_as_0(void *opaque, int directory, const char *name, int flags, uint32_t mode)
{
    make_room();
    return vfdc_system_posix()->open_at(opaque, directory, name, flags, mode);
}

/* Recovery, flushes, another file, a journal that is dropped. */
static void do_all(struct scene *scene, const char *other)
{
    struct vfdc_media_flush *flush;

    open_it(scene);
    assert_int_equal(commands_in_file(scene), 3);
    assert_false(exists(scene->journal));
    write_command(scene, 5, 0xb1);
    flush = begin(scene);
    write_command(scene, 6, 0xb2);
    write_command(scene, 6, 0xb3);
    assert_true(exists(scene->journal) && exists(scene->journal_2));
    assert_int_equal(vfdc_media_flush_write(flush, &scene->error), VFDC_S_OK);
    assert_int_equal(vfdc_media_flush_end(flush, &scene->error), VFDC_S_OK);
    assert_int_equal(in_file(scene, 5), 0xb1);
    assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_S_OK);
    assert_int_equal(in_file(scene, 6), 0xb3);
    assert_false(exists(scene->journal) || exists(scene->journal_2));
    write_command(scene, 5, 0xb4);
    write_command(scene, 5, 0xb5);
    assert_int_equal(vfdc_media_save_as(scene->media, other, &scene->error), VFDC_S_OK);
    write_command(scene, 5, 0xb6);
    assert_int_equal(vfdc_media_discard(scene->media, &scene->error), VFDC_S_OK);
    scene->media = NULL;
}

static void any_file_may_have_descriptor_0(void **state)
{
    struct scene *scene = *state;
    static uint8_t bytes[8192];
    size_t n_bytes = leave_journal(scene, bytes, sizeof(bytes));
    char other[PATH_BYTES], journal[PATH_BYTES];
    int standard_input = dup(0);

    assert_true(standard_input >= 0);
    snprintf(other, sizeof(other), "%s/b.vfd", scene->folder);
    snprintf(journal, sizeof(journal), "%s/.b.vfd.vfdc-journal", scene->folder);
    scene->system.open = open_as_0;
    scene->system.open_at = open_at_as_0;
    n_opened = UINT_MAX;
    for (opened_as_0 = 1; opened_as_0 <= n_opened; opened_as_0++) {
        bool is_open;

        n_opened = 0;
        make_image(scene);
        write_file(scene->journal, bytes, n_bytes);
        do_all(scene, other);
        is_open = fcntl(0, F_GETFD) != -1;
        assert_int_equal(dup2(standard_input, 0), 0);
        assert_true(is_open == (opened_as_0 > n_opened));
        assert_false(exists(journal));
        assert_int_equal(remove(other), 0);
    }
    assert_true(opened_as_0 > 10);
    assert_int_equal(close(standard_input), 0);
}

/* ---- the image meanwhile ----------------------------------------------------------------- */

static void a_file_that_another_writes_warns_or_fails(void **state)
{
    struct scene *scene = *state;
    struct timespec later[2] = { { 0, UTIME_OMIT }, { 2000000000, 0 } };

    for (int strict = 0; strict < 2; strict++) {
        scene->options.strict = strict != 0;
        open_it(scene);
        write_command(scene, 5, 0xa1);
        later[1].tv_sec++;
        assert_int_equal(utimensat(0, scene->image, later, 0), 0);
        assert_int_equal(vfdc_media_flush(scene->media, &scene->error),
                         strict != 0 ? VFDC_DISP_E_EXCEPTION : VFDC_S_OK);
        assert_int_equal(vfdc_media_warnings(scene->media),
                         strict != 0 ? 0 : VFDC_WARNING_MODIFIED);
        if (strict != 0) {
            assert_non_null(strstr(scene->error.text, "was modified by another program"));
            assert_int_equal(vfdc_media_flush(scene->media, NULL), VFDC_DISP_E_EXCEPTION);
            assert_int_equal(vfdc_media_discard(scene->media, NULL), VFDC_S_OK);
            scene->media = NULL;
        } else {
            close_it(scene);
        }
    }
}

static void a_file_without_its_name_warns(void **state)
{
    struct scene *scene = *state;

    for (int replaced = 0; replaced < 2; replaced++) {
        make_image(scene);
        open_it(scene);
        write_command(scene, 5, 0xa1);
        assert_int_equal(remove(scene->image), 0);
        if (replaced != 0) {
            make_image(scene);
        }
        assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_S_OK);
        assert_int_equal(vfdc_media_warnings(scene->media),
                         replaced != 0 ? VFDC_WARNING_REPLACED : VFDC_WARNING_DELETED);
        close_it(scene);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_has_its_layout),
        cmocka_unit_test(a_record_comes_back_whole_or_not_at_all),
        TEST(a_command_is_one_system_call_once_a_journal_stands),
        TEST(what_was_committed_outlasts_a_killed_process),
        TEST(what_is_not_wanted_in_a_journal_is_written_in_place),
        TEST(a_record_that_fails_goes_with_the_next),
        TEST(short_and_interrupted_appends_are_continued),
        TEST(a_flush_that_fails_anywhere_is_made_again),
        TEST(a_long_journal_is_flushed),
        TEST(a_journal_at_its_limit_takes_no_more_and_can_be_flushed),
        TEST(a_journal_whose_sync_failed_is_written_again),
        TEST(a_removal_that_was_not_synced_is_synced_by_the_next_flush),
        TEST(a_journal_cut_anywhere_gives_a_prefix),
        TEST(a_journal_damaged_anywhere_is_never_applied_wrongly),
        TEST(what_another_program_wrote_is_not_overwritten),
        TEST(what_is_half_written_is_made_whole),
        TEST(what_is_not_our_journal_is_set_aside),
        TEST(a_journal_of_another_layout_is_set_aside),
        TEST(what_is_set_aside_has_a_name_of_its_own),
        TEST(read_only_applies_to_memory_alone),
        TEST(a_long_journal_of_short_records_is_read_in_no_time),
        TEST(recovery_that_fails_anywhere_is_made_again),
        TEST(what_is_written_during_a_flush_stays_dirty),
        TEST(a_flush_tells_nothing_of_the_one_before),
        TEST(both_journals_are_recovered_in_order),
        TEST(one_flush_at_a_time_and_a_close_waits),
        TEST(a_discard_leaves_nothing_to_recover),
        TEST(a_discard_that_is_cut_leaves_the_older_journal),
        TEST(any_file_may_have_descriptor_0),
        TEST(a_file_that_another_writes_warns_or_fails),
        TEST(a_file_without_its_name_warns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
