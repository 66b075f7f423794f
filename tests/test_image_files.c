/*
 * Image files as such: made blank, told apart, and a disk saved as another file.
 */
#include <dirent.h>
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

#define BYTES_1440K 1474560

/* An empty folder with three names in it. */
struct scene {
    char folder[64];
    char a[128], b[128], c[128];
    struct faulty_system faulty;
    struct vfdc_image_options options;
    struct vfdc_media_options open_options;
    struct vfdc_media *media;
    struct vfdc_media_error error;
    unsigned n_descriptors; /* open before */
};

/* Descriptors that are open now. */
static unsigned n_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    unsigned count = 0;

    assert_non_null(folder);
    while (readdir(folder) != NULL) {
        count++;
    }
    closedir(folder);
    return count;
}

static int set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof(*scene));

    assert_non_null(scene);
    strcpy(scene->folder, "/tmp/vfdc-test-XXXXXX");
    assert_non_null(mkdtemp(scene->folder));
    snprintf(scene->a, sizeof(scene->a), "%s/a.vfd", scene->folder);
    snprintf(scene->b, sizeof(scene->b), "%s/b.vfd", scene->folder);
    snprintf(scene->c, sizeof(scene->c), "%s/c.vfd", scene->folder);
    faulty_system_init(&scene->faulty);
    scene->options.system = faulty_system_table();
    scene->options.system_opaque = &scene->faulty;
    scene->open_options.drive = VFDC_DRIVE_1440K;
    scene->open_options.system = faulty_system_table();
    scene->open_options.system_opaque = &scene->faulty;
    scene->n_descriptors = n_descriptors();
    *state = scene;
    return 0;
}

/* A folder that is not empty by now has been left something. */
static int tear_down(void **state)
{
    struct scene *scene = *state;
    int result;

    if (scene->media != NULL) {
        vfdc_media_close(scene->media, NULL);
    }
    unlink(scene->a);
    unlink(scene->b);
    unlink(scene->c);
    result = rmdir(scene->folder);
    free(scene);
    return result;
}

static void expect(const struct scene *scene, vfdc_result seen, vfdc_result wanted, int error,
                   const char *words)
{
    if (seen != wanted) {
        fail_msg("%s, wanted %s: %s", vfdc_result_name(seen), vfdc_result_name(wanted),
                 scene->error.text);
    }
    assert_int_equal(scene->error.code, wanted);
    assert_int_equal(scene->error.system_errno, error);
    if (strstr(scene->error.text, words) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", words, scene->error.text);
    }
}

static vfdc_result create(struct scene *scene, const char *path, uint64_t n_bytes)
{
    return vfdc_image_create(path, n_bytes, &scene->options, &scene->error);
}

static void write_file(const char *path, int byte, long n_bytes)
{
    FILE *file = fopen(path, "wb");
    uint8_t *bytes = malloc((size_t)n_bytes + 1u);

    assert_non_null(file);
    assert_non_null(bytes);
    memset(bytes, byte, (size_t)n_bytes);
    assert_int_equal(fwrite(bytes, 1, (size_t)n_bytes, file), n_bytes);
    assert_int_equal(fclose(file), 0);
    free(bytes);
}

static void expect_all(const char *path, int byte, long n_bytes)
{
    FILE *file = fopen(path, "rb");

    assert_non_null(file);
    for (long i = 0; i < n_bytes; i++) {
        assert_int_equal(fgetc(file), byte);
    }
    assert_int_equal(fgetc(file), EOF);
    fclose(file);
}

static bool is_there(const char *path)
{
    struct stat status;

    return lstat(path, &status) == 0;
}

/* Those that were not when the test began. */
static unsigned n_open(const struct scene *scene)
{
    return n_descriptors() - scene->n_descriptors;
}

/* ---- making ------------------------------------------------------------------------------ */

/* Every size that a drive takes, and each is taken by one. */
static void every_size_of_the_table_is_made(void **state)
{
    static const uint32_t sizes[] = {
        163840,  184320,  204800,  327680,  368640,  409600,  419840,  430080,  655360,
        737280,  819200,  839680,  849920,  901120,  1025024, 1064960, 1146880, 1228800,
        1261568, 1310720, 1474560, 1511424, 1529856, 1556480, 1638400, 1720320, 1741824,
        1763328, 1784832, 1802240, 1884160, 1966080, 2949120,
    };
    struct scene *scene = *state;

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        enum vfdc_image_type type;
        struct stat status;

        expect(scene, create(scene, scene->a, sizes[i]), VFDC_S_OK, 0, "");
        assert_int_equal(stat(scene->a, &status), 0);
        assert_int_equal(status.st_size, sizes[i]);
        assert_true(status.st_blocks * 512 >= status.st_size); /* its space is there */
        assert_int_equal(vfdc_image_type(scene->a, NULL, &type, NULL), VFDC_S_OK);
        assert_int_equal(unlink(scene->a), 0);
    }
    assert_int_equal(n_open(scene), 0);
}

static void other_sizes_are_not_made(void **state)
{
    static const uint64_t sizes[] = {
        0, 1, 512, 1474559, 1474561, 1475072, 16450560, 66585600, UINT64_C(1) << 40, UINT64_MAX,
    };
    struct scene *scene = *state;

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        expect(scene, create(scene, scene->a, sizes[i]), VFDC_E_INVALIDARG, 0,
               "no floppy geometry has ");
    }
    assert_int_equal(faulty_system_n_calls(&scene->faulty), 0);
}

static void a_new_image_is_blank_and_everyones_by_the_umask(void **state)
{
    struct scene *scene = *state;
    struct stat status;
    mode_t before = umask(027);

    expect(scene, create(scene, scene->a, BYTES_1440K), VFDC_S_OK, 0, "");
    umask(before);
    expect_all(scene->a, 0, BYTES_1440K);
    assert_int_equal(stat(scene->a, &status), 0);
    assert_int_equal(status.st_mode, S_IFREG | 0640);
}

static void nothing_is_ever_overwritten(void **state)
{
    struct scene *scene = *state;

    write_file(scene->a, 0x5a, 100);
    expect(scene, create(scene, scene->a, BYTES_1440K), VFDC_E_ALREADY_EXISTS, EEXIST,
           "is there already");
    expect_all(scene->a, 0x5a, 100);
    assert_int_equal(symlink("/nowhere/at/all", scene->b), 0);
    expect(scene, create(scene, scene->b, BYTES_1440K), VFDC_E_ALREADY_EXISTS, EEXIST,
           "is there already");
    expect(scene, create(scene, scene->folder, BYTES_1440K), VFDC_E_ALREADY_EXISTS, EEXIST,
           "is there already");
    assert_int_equal(n_open(scene), 0);
}

/* Somebody was quicker, between our look and the name. */
static int rename_too_late(void *opaque, int directory, const char *from, const char *to)
{
    int fd = openat(directory, to, O_CREAT | O_WRONLY, 0600);

    assert_int_equal(write(fd, "ZZZZ", 4), 4);
    close(fd);
    return vfdc_system_posix()->rename_at(opaque, directory, from, to);
}

static void also_not_what_comes_in_between(void **state)
{
    struct scene *scene = *state;
    struct vfdc_system late = *vfdc_system_posix();

    late.rename_at = rename_too_late;
    scene->faulty.real = &late;
    expect(scene, create(scene, scene->a, BYTES_1440K), VFDC_E_ALREADY_EXISTS, EEXIST,
           "is there already");
    expect_all(scene->a, 'Z', 4);
    assert_int_equal(n_open(scene), 0);
}

static void bad_paths_have_their_codes(void **state)
{
    struct scene *scene = *state;
    char path[5000];

    expect(scene, create(scene, NULL, BYTES_1440K), VFDC_E_POINTER, 0, "NULL");
    expect(scene, create(scene, "", BYTES_1440K), VFDC_E_BAD_PATHNAME, 0, "empty");
    expect(scene, create(scene, "a.vfd", BYTES_1440K), VFDC_E_BAD_PATHNAME, 0, "absolute");
    memset(path, 'a', sizeof(path));
    path[0] = '/';
    path[sizeof(path) - 1] = '\0';
    expect(scene, create(scene, path, BYTES_1440K), VFDC_E_BUFFER_OVERFLOW, 0, "too long");
    for (size_t n_name = 256; n_name < 300; n_name++) { /* 255 is the most that a name has */
        path[1 + n_name] = '\0';
        expect(scene, create(scene, path, BYTES_1440K), VFDC_E_BUFFER_OVERFLOW, ENAMETOOLONG,
               "too long");
        path[1 + n_name] = 'a';
    }
    snprintf(path, sizeof(path), "%s/none/a.vfd", scene->folder);
    expect(scene, create(scene, path, BYTES_1440K), VFDC_E_PATH_NOT_FOUND, ENOENT,
           "no such directory");
    write_file(scene->a, 0, 1);
    snprintf(path, sizeof(path), "%s/b.vfd", scene->a);
    expect(scene, create(scene, path, BYTES_1440K), VFDC_E_PATH_NOT_FOUND, ENOTDIR,
           "no such directory");
    snprintf(path, sizeof(path), "%s/", scene->folder);
    expect(scene, create(scene, path, BYTES_1440K), VFDC_E_BAD_PATHNAME, EISDIR, "no file");
    snprintf(path, sizeof(path), "%s/..", scene->folder);
    expect(scene, create(scene, path, BYTES_1440K), VFDC_E_BAD_PATHNAME, EISDIR, "no file");
    assert_int_equal(n_open(scene), 0);
}

/* Whatever call fails, no file is left, neither this nor the temporary one. */
static void an_image_is_made_whole_or_not_at_all(void **state)
{
    static const struct {
        enum faulty_call call;
        int error;
        vfdc_result result;
    } cases[] = {
        { FAULTY_OPEN, EACCES, VFDC_E_ACCESSDENIED },
        { FAULTY_OPEN, EROFS, VFDC_E_ACCESSDENIED },
        { FAULTY_OPEN, EIO, VFDC_DISP_E_EXCEPTION },
        { FAULTY_STATUS, EIO, VFDC_DISP_E_EXCEPTION },
        { FAULTY_PWRITE, ENOSPC, VFDC_E_DISK_FULL },
        { FAULTY_PWRITE, EDQUOT, VFDC_E_DISK_FULL },
        { FAULTY_PWRITE, EIO, VFDC_DISP_E_EXCEPTION },
        { FAULTY_SYNC, EIO, VFDC_DISP_E_EXCEPTION },
        { FAULTY_SYNC, ENOSPC, VFDC_E_DISK_FULL },
        { FAULTY_SYNC, EINTR, VFDC_DISP_E_EXCEPTION },
        { FAULTY_RENAME, EROFS, VFDC_E_ACCESSDENIED },
        { FAULTY_RENAME, EIO, VFDC_DISP_E_EXCEPTION },
    };
    struct scene *scene = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (uint32_t nth = 0; nth < 2; nth++) {
            vfdc_result result;

            faulty_system_init(&scene->faulty);
            faulty_system_fail(&scene->faulty, cases[i].call, cases[i].error, nth, 1);
            result = create(scene, scene->a, BYTES_1440K);
            if (result == VFDC_S_OK) {
                assert_int_equal(nth, 1); /* such a call is made once */
                assert_int_equal(unlink(scene->a), 0);
                continue;
            }
            expect(scene, result, cases[i].result, cases[i].error, scene->a);
            assert_false(is_there(scene->a));
            assert_int_equal(rmdir(scene->folder), 0); /* empty */
            assert_int_equal(mkdir(scene->folder, 0700), 0);
        }
    }
}

static void cut_and_interrupted_writes_go_on(void **state)
{
    struct scene *scene = *state;

    faulty_system_fail(&scene->faulty, FAULTY_PWRITE, FAULTY_SHORT, 0, 100);
    expect(scene, create(scene, scene->a, BYTES_1440K), VFDC_S_OK, 0, "");
    faulty_system_fail(&scene->faulty, FAULTY_PWRITE, EINTR, 5, 10);
    expect(scene, create(scene, scene->b, BYTES_1440K), VFDC_S_OK, 0, "");
    expect_all(scene->a, 0, BYTES_1440K);
    expect_all(scene->b, 0, BYTES_1440K);
}

/* What another one left, or makes at this moment, is in nobody's way. */
static void a_temporary_name_that_is_taken_is_passed_over(void **state)
{
    struct scene *scene = *state;
    char taken[2][160];

    snprintf(taken[0], sizeof(taken[0]), "%s/.vfdc-new-000", scene->folder);
    snprintf(taken[1], sizeof(taken[1]), "%s/.vfdc-new-001", scene->folder);
    write_file(taken[0], 1, 10);
    assert_int_equal(symlink(scene->b, taken[1]), 0);
    expect(scene, create(scene, scene->a, BYTES_1440K), VFDC_S_OK, 0, "");
    expect_all(scene->a, 0, BYTES_1440K);
    expect_all(taken[0], 1, 10);
    assert_false(is_there(scene->b));
    assert_int_equal(unlink(taken[0]), 0);
    assert_int_equal(unlink(taken[1]), 0);
}

/* ---- telling ----------------------------------------------------------------------------- */

static vfdc_result type_of(struct scene *scene, const char *path, enum vfdc_image_type *type)
{
    *type = (enum vfdc_image_type)77;
    return vfdc_image_type(path, &scene->options, type, &scene->error);
}

static void images_are_of_the_documented_types(void **state)
{
    static const struct {
        uint32_t n_bytes;
        int type;
    } cases[] = {
        { 737280, 1 }, { 1474560, 2 }, { 1720320, 3 }, { 1228800, 5 }, { 1884160, 6 },
        { 368640, 0 }, { 2949120, 0 }, { 163840, 0 },
    };
    struct scene *scene = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        enum vfdc_image_type type;

        write_file(scene->a, 0xf6, (long)cases[i].n_bytes);
        expect(scene, type_of(scene, scene->a, &type), VFDC_S_OK, 0, "");
        assert_int_equal(type, cases[i].type);
    }
    assert_int_equal(n_open(scene), 0);
}

static void put_boot(const char *path, uint8_t n_sectors_low, uint8_t n_sectors_high,
                     uint8_t media, uint8_t sectors, uint8_t heads)
{
    const uint8_t boot[] = {
        0xeb, 0x3c, 0x90, 'M',  'S',  'D',  'O',  'S',  '5',     '.',  '0',
        0x00, 0x02, 0x01, 0x01, 0x00, 0x02, 0x70, 0x00, n_sectors_low, n_sectors_high,
        media, 0x02, 0x00, sectors, 0x00, heads, 0x00,
    };
    FILE *file = fopen(path, "r+b");

    assert_non_null(file);
    assert_int_equal(fwrite(boot, 1, sizeof(boot), file), sizeof(boot));
    assert_int_equal(fclose(file), 0);
}

static void only_a_boot_sector_makes_one_side_of_360k(void **state)
{
    struct scene *scene = *state;
    enum vfdc_image_type type;

    write_file(scene->a, 0, 368640);
    put_boot(scene->a, 0xd0, 0x02, 0xf8, 9, 1);
    expect(scene, type_of(scene, scene->a, &type), VFDC_S_OK, 0, "");
    assert_int_equal(type, VFDC_IMAGE_LOW_DENSITY_SINGLE_SIDED);
    put_boot(scene->a, 0xd0, 0x02, 0xfd, 9, 2);
    expect(scene, type_of(scene, scene->a, &type), VFDC_S_OK, 0, "");
    assert_int_equal(type, VFDC_IMAGE_UNKNOWN);
    put_boot(scene->a, 0x40, 0x01, 0xfe, 8, 1); /* of 160K */
    expect(scene, type_of(scene, scene->a, &type), VFDC_S_OK, 0, "");
    assert_int_equal(type, VFDC_IMAGE_UNKNOWN);
}

static void a_short_image_is_of_its_disks_type(void **state)
{
    struct scene *scene = *state;
    enum vfdc_image_type type;

    write_file(scene->a, 0, 100 * 512);
    put_boot(scene->a, 0x40, 0x0b, 0xf0, 18, 2);
    expect(scene, type_of(scene, scene->a, &type), VFDC_S_OK, 0, "");
    assert_int_equal(type, VFDC_IMAGE_HIGH_DENSITY);
}

/* Half a kilobyte more than its disk, which its boot sector would explain. */
static void what_a_file_ends_in_counts_for_its_type(void **state)
{
    struct scene *scene = *state;
    enum vfdc_image_type type;
    FILE *file;

    write_file(scene->a, 0, BYTES_1440K + 512);
    put_boot(scene->a, 0x40, 0x0b, 0xf0, 18, 2);
    expect(scene, type_of(scene, scene->a, &type), VFDC_S_OK, 0, "");
    assert_int_equal(type, VFDC_IMAGE_HIGH_DENSITY);
    file = fopen(scene->a, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, BYTES_1440K, SEEK_SET), 0);
    assert_int_equal(fwrite("conectix", 1, 8, file), 8);
    assert_int_equal(fclose(file), 0);
    expect(scene, type_of(scene, scene->a, &type), VFDC_DISP_E_EXCEPTION, 0,
           "this is a VHD, not a floppy image");
    assert_int_equal(type, VFDC_IMAGE_UNKNOWN);
}

static void what_is_no_image_has_no_type(void **state)
{
    struct scene *scene = *state;
    enum vfdc_image_type type;
    char path[160];

    assert_int_equal(vfdc_image_type(NULL, NULL, &type, NULL), VFDC_E_POINTER);
    assert_int_equal(vfdc_image_type(scene->a, NULL, NULL, NULL), VFDC_E_POINTER);
    expect(scene, type_of(scene, "", &type), VFDC_E_BAD_PATHNAME, 0, "empty");
    expect(scene, type_of(scene, "a.vfd", &type), VFDC_E_BAD_PATHNAME, 0, "absolute");
    expect(scene, type_of(scene, scene->a, &type), VFDC_E_FILE_NOT_FOUND, ENOENT,
           "no such image");
    snprintf(path, sizeof(path), "%s/none/a.vfd", scene->folder);
    expect(scene, type_of(scene, path, &type), VFDC_E_PATH_NOT_FOUND, ENOENT,
           "no such directory");
    write_file(scene->a, 0, 0);
    expect(scene, type_of(scene, scene->a, &type), VFDC_DISP_E_EXCEPTION, 0, "image is empty");
    write_file(scene->a, 0, 1000);
    expect(scene, type_of(scene, scene->a, &type), VFDC_DISP_E_EXCEPTION, 0,
           "no floppy geometry has 1000 bytes");
    expect(scene, type_of(scene, scene->folder, &type), VFDC_DISP_E_EXCEPTION, 0,
           "not a regular file");
    assert_int_equal(mkfifo(scene->b, 0600), 0);
    expect(scene, type_of(scene, scene->b, &type), VFDC_DISP_E_EXCEPTION, 0,
           "not a regular file");
    assert_int_equal(type, VFDC_IMAGE_UNKNOWN);
    write_file(scene->a, 0, BYTES_1440K);
    faulty_system_fail(&scene->faulty, FAULTY_PREAD, EIO, 0, 1);
    expect(scene, type_of(scene, scene->a, &type), VFDC_DISP_E_EXCEPTION, EIO, "cannot read");
    faulty_system_fail(&scene->faulty, FAULTY_STATUS, EIO, 0, 1);
    expect(scene, type_of(scene, scene->a, &type), VFDC_DISP_E_EXCEPTION, EIO, "examine");
    faulty_system_fail(&scene->faulty, FAULTY_OPEN, EACCES, 0, 1);
    expect(scene, type_of(scene, scene->a, &type), VFDC_DISP_E_EXCEPTION, EACCES, "cannot open");
}

/* ---- saving as --------------------------------------------------------------------------- */

static void open_a(struct scene *scene)
{
    vfdc_result result =
        vfdc_media_open_vfd(scene->a, &scene->open_options, &scene->media, &scene->error);

    expect(scene, result, VFDC_S_OK, 0, "");
}

static vfdc_result save_as(struct scene *scene, const char *path)
{
    return vfdc_media_save_as(scene->media, path, &scene->error);
}

static void write_sector(struct scene *scene, uint8_t cylinder, uint8_t sector, uint8_t byte)
{
    uint8_t bytes[512];

    memset(bytes, byte, sizeof(bytes));
    assert_int_equal(scene->media->ops->write_sector(scene->media, cylinder, 0, sector, bytes, 0),
                     VFDC_MEDIA_OK);
    assert_int_equal(scene->media->ops->commit(scene->media), VFDC_MEDIA_OK);
}

static int byte_of_file(const char *path, long at)
{
    FILE *file = fopen(path, "rb");
    int byte;

    assert_non_null(file);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    byte = fgetc(file);
    fclose(file);
    return byte;
}

static void the_new_file_has_all_and_takes_the_olds_place(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media *other = NULL;
    struct vfdc_media_span span = { NULL, 0 };

    write_file(scene->a, 0x5a, BYTES_1440K);
    open_a(scene);
    write_sector(scene, 79, 18, 0xe1);
    expect(scene, save_as(scene, scene->b), VFDC_S_OK, 0, "");
    expect_all(scene->a, 0x5a, BYTES_1440K);
    assert_int_equal(byte_of_file(scene->b, 0), 0x5a);
    assert_int_equal(byte_of_file(scene->b, (79 * 36 + 17) * 512), 0xe1);
    assert_int_equal(byte_of_file(scene->b, BYTES_1440K - 1), 0x5a);
    assert_int_equal(vfdc_media_dirty_sectors(scene->media), 0);

    /* the old one is free, the new one is not */
    assert_int_equal(vfdc_media_open_vfd(scene->a, &scene->open_options, &other, NULL),
                     VFDC_S_OK);
    assert_int_equal(vfdc_media_close(other, NULL), VFDC_S_OK);
    assert_int_equal(vfdc_media_open_vfd(scene->b, &scene->open_options, &other, NULL),
                     VFDC_VM_E_IMAGE_CAPTURE_FAIL);

    /* and is written from now on */
    assert_int_equal(scene->media->ops->read_span(scene->media, 79, 0, 18, 18, &span),
                     VFDC_MEDIA_OK);
    assert_int_equal(span.bytes[0], 0xe1);
    write_sector(scene, 0, 1, 0xe2);
    assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_S_OK);
    assert_int_equal(byte_of_file(scene->b, 0), 0xe2);
    expect_all(scene->a, 0x5a, BYTES_1440K);
    assert_int_equal(vfdc_media_close(scene->media, NULL), VFDC_S_OK);
    scene->media = NULL;
    assert_int_equal(n_open(scene), 0);
}

static void the_new_file_has_the_olds_mode(void **state)
{
    struct scene *scene = *state;
    struct stat status;

    write_file(scene->a, 0, BYTES_1440K);
    assert_int_equal(chmod(scene->a, 0664), 0);
    open_a(scene);
    expect(scene, save_as(scene, scene->b), VFDC_S_OK, 0, "");
    assert_int_equal(stat(scene->b, &status), 0);
    assert_int_equal(status.st_mode, S_IFREG | 0664);

    /* but where it may not have that, it is nobody else's */
    faulty_system_fail(&scene->faulty, FAULTY_SET_OWNER, EPERM, 0, 1);
    expect(scene, save_as(scene, scene->c), VFDC_S_OK, 0, "");
    assert_int_equal(stat(scene->c, &status), 0);
    assert_int_equal(status.st_mode, S_IFREG | 0600);
}

static void a_file_that_has_lost_its_name_is_saved(void **state)
{
    struct scene *scene = *state;

    write_file(scene->a, 0x5a, BYTES_1440K);
    open_a(scene);
    write_sector(scene, 0, 1, 0xe1);
    assert_int_equal(unlink(scene->a), 0);
    expect(scene, save_as(scene, scene->b), VFDC_S_OK, 0, "");
    assert_int_equal(byte_of_file(scene->b, 0), 0xe1);
    assert_int_equal(byte_of_file(scene->b, 512), 0x5a);
    /* also under the name that it had */
    expect(scene, save_as(scene, scene->a), VFDC_S_OK, 0, "");
    assert_int_equal(byte_of_file(scene->a, 0), 0xe1);
}

static void a_short_image_is_saved_whole(void **state)
{
    struct scene *scene = *state;

    write_file(scene->a, 0, 100 * 512);
    put_boot(scene->a, 0x40, 0x0b, 0xf0, 18, 2);
    open_a(scene);
    assert_int_equal(vfdc_media_warnings(scene->media), VFDC_WARNING_SHORT);
    expect(scene, save_as(scene, scene->b), VFDC_S_OK, 0, "");
    assert_int_equal(byte_of_file(scene->b, BYTES_1440K - 1), 0);
    assert_int_equal(byte_of_file(scene->b, BYTES_1440K), EOF);
    write_sector(scene, 79, 18, 0xe1);
    assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_S_OK);
    assert_int_equal(byte_of_file(scene->b, (79 * 36 + 17) * 512), 0xe1);
}

static void a_protected_disk_stays_protected(void **state)
{
    struct scene *scene = *state;
    uint8_t bytes[512] = { 0 };

    write_file(scene->a, 0x5a, BYTES_1440K);
    scene->open_options.read_only = true;
    open_a(scene);
    expect(scene, save_as(scene, scene->b), VFDC_S_OK, 0, "");
    expect_all(scene->b, 0x5a, BYTES_1440K);
    assert_true(vfdc_media_is_read_only(scene->media));
    assert_int_equal(scene->media->ops->write_sector(scene->media, 0, 0, 1, bytes, 0),
                     VFDC_MEDIA_WRITE_PROTECTED);
}

static void marks_that_a_save_cannot_keep_are_told(void **state)
{
    struct scene *scene = *state;
    uint8_t bytes[512] = { 0 };

    write_file(scene->a, 0x5a, BYTES_1440K);
    open_a(scene);
    assert_int_equal(scene->media->ops->write_sector(scene->media, 0, 0, 1, bytes,
                                                     VFDC_MARK_DELETED),
                     VFDC_MEDIA_OK);
    assert_int_equal(save_as(scene, scene->b), VFDC_S_FALSE);
    assert_int_equal(save_as(scene, scene->c), VFDC_S_OK);
    assert_int_equal(scene->media->ops->marks(scene->media, 0, 0, 1), VFDC_MARK_DELETED);
}

static void what_has_no_file_is_not_saved(void **state)
{
    struct scene *scene = *state;
    void *bytes = calloc(1, BYTES_1440K);

    assert_int_equal(vfdc_media_open_memory(bytes, BYTES_1440K, &scene->open_options,
                                            &scene->media, NULL),
                     VFDC_S_OK);
    expect(scene, save_as(scene, scene->b), VFDC_E_NOTIMPL, 0, "no file");
    assert_int_equal(vfdc_media_save_as(NULL, scene->b, NULL), VFDC_E_POINTER);
    assert_int_equal(vfdc_media_save_as(scene->media, NULL, NULL), VFDC_E_POINTER);
    assert_int_equal(vfdc_media_warnings(scene->media), 0);
    assert_int_equal(vfdc_media_warnings(NULL), 0);
    assert_int_equal(vfdc_media_discard(NULL, NULL), VFDC_E_POINTER);
    assert_int_equal(vfdc_media_discard(scene->media, NULL), VFDC_S_OK);
    scene->media = NULL;
    free(bytes);
}

/* Whatever call fails: no new file, and all is as it was. */
static void a_save_that_fails_changes_nothing(void **state)
{
    static const enum faulty_call calls[] = {
        FAULTY_OPEN, FAULTY_STATUS, FAULTY_PREAD,  FAULTY_PWRITE,
        FAULTY_SYNC, FAULTY_RENAME, FAULTY_LOCK,
    };
    struct scene *scene = *state;
    unsigned n_failed = 0;

    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        for (uint32_t nth = 0; nth < 200; nth++) {
            vfdc_result result;
            struct stat status;

            write_file(scene->a, 0x5a, BYTES_1440K);
            faulty_system_init(&scene->faulty);
            open_a(scene);
            write_sector(scene, 40, 1, 0xe1);
            faulty_system_fail(&scene->faulty, calls[i], EIO, nth, 1);
            result = save_as(scene, scene->b);
            if (result == VFDC_S_OK) {
                vfdc_media_close(scene->media, NULL);
                scene->media = NULL;
                assert_int_equal(unlink(scene->b), 0);
                break; /* no call of that number */
            }
            n_failed++;
            assert_int_equal(result, VFDC_DISP_E_EXCEPTION);
            assert_int_equal(scene->error.code, VFDC_DISP_E_EXCEPTION);
            faulty_system_fail(&scene->faulty, calls[i], 0, 0, 0);
            assert_int_equal(stat(scene->b, &status), -1);
            assert_int_equal(vfdc_media_dirty_sectors(scene->media), 1);
            assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_S_OK);
            assert_int_equal(byte_of_file(scene->a, 40 * 36 * 512), 0xe1);
            assert_int_equal(vfdc_media_close(scene->media, NULL), VFDC_S_OK);
            scene->media = NULL;
            assert_int_equal(n_open(scene), 0);
        }
    }
    /* 159 tracks to be read, 160 to be written, and what is around them */
    assert_true(n_failed >= 159 + 160 + 2 + 3 + 2 + 1 + 6);
}

static void discarding_drops_what_is_dirty(void **state)
{
    struct scene *scene = *state;

    write_file(scene->a, 0x5a, BYTES_1440K);
    open_a(scene);
    write_sector(scene, 40, 1, 0xe1);
    assert_int_equal(vfdc_media_discard(scene->media, &scene->error), VFDC_S_OK);
    scene->media = NULL;
    expect_all(scene->a, 0x5a, BYTES_1440K);
    assert_int_equal(n_open(scene), 0);
    open_a(scene);
    assert_int_equal(vfdc_media_warnings(scene->media), 0);
    assert_int_equal(vfdc_media_close(scene->media, NULL), VFDC_S_OK);
    scene->media = NULL;
    expect_all(scene->a, 0x5a, BYTES_1440K);
}

/* What goes wrong later is told of the new file. */
static void a_saved_disk_is_known_by_its_new_name(void **state)
{
    struct scene *scene = *state;
    char longer[200];

    snprintf(longer, sizeof(longer), "%s/another.img", scene->folder);
    write_file(scene->a, 0x5a, BYTES_1440K);
    open_a(scene);
    write_sector(scene, 0, 1, 0xe1);
    expect(scene, save_as(scene, longer), VFDC_S_OK, 0, "");
    write_sector(scene, 0, 2, 0xe2);
    faulty_system_fail(&scene->faulty, FAULTY_SYNC, EIO, 0, 100);
    assert_true(vfdc_failed(vfdc_media_flush(scene->media, &scene->error)));
    assert_ptr_equal(strstr(scene->error.text, longer), scene->error.text);
    assert_int_equal(scene->error.text[strlen(longer)], ':');
    faulty_system_fail(&scene->faulty, FAULTY_SYNC, 0, 0, 0);
    assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_S_OK);
    assert_int_equal(byte_of_file(longer, 512), 0xe2);
    assert_int_equal(unlink(longer), 0);
}

/* A journal that was begun beside the old file ends there; the next begins beside the new one. */
static void a_saved_disk_has_a_journal_of_its_own(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media *again = NULL;
    struct vfdc_media_span span = { NULL, 0 };
    int fd;

    write_file(scene->a, 0x5a, BYTES_1440K);
    open_a(scene);
    write_sector(scene, 0, 1, 0xe1);
    write_sector(scene, 0, 2, 0xe2);
    expect(scene, save_as(scene, scene->b), VFDC_S_OK, 0, "");
    write_sector(scene, 0, 3, 0xe3);
    fd = open(scene->folder, O_RDONLY | O_DIRECTORY);
    assert_true(fd >= 0);
    assert_int_equal(faccessat(fd, ".b.vfd.vfdc-journal", F_OK, 0), 0);
    assert_int_equal(faccessat(fd, ".a.vfd.vfdc-journal", F_OK, 0), -1);
    close(fd);
    assert_int_equal(byte_of_file(scene->b, 1024), 0x5a);
    assert_int_equal(vfdc_media_discard(scene->media, NULL), VFDC_S_OK);
    scene->media = NULL;
    assert_int_equal(vfdc_media_open_vfd(scene->b, &scene->open_options, &again, NULL),
                     VFDC_S_OK);
    assert_int_equal(again->ops->read_span(again, 0, 0, 3, 3, &span), VFDC_MEDIA_OK);
    assert_int_equal(span.bytes[0], 0x5a);
    assert_int_equal(vfdc_media_close(again, NULL), VFDC_S_OK);
    assert_int_equal(n_open(scene), 0);
}

/* Whether an image is there or not, none of its directory is left open. */
static void a_missing_image_leaves_nothing_open(void **state)
{
    struct scene *scene = *state;
    enum vfdc_image_type type;

    for (int i = 0; i < 3; i++) {
        assert_int_equal(type_of(scene, scene->a, &type), VFDC_E_FILE_NOT_FOUND);
        assert_int_equal(n_open(scene), 0);
    }
}

/* ---- what the journal beside an image has ------------------------------------------------- */

/* A sector's new content, not yet said to be all that the command writes. */
static void put_sector(struct scene *scene, uint8_t sector, uint8_t byte)
{
    uint8_t bytes[512];

    memset(bytes, byte, sizeof(bytes));
    assert_int_equal(scene->media->ops->write_sector(scene->media, 0, 0, sector, bytes, 0),
                     VFDC_MEDIA_OK);
}

static const char *journal_of_a(const struct scene *scene)
{
    static char path[200];

    snprintf(path, sizeof(path), "%s/.a.vfd.vfdc-journal", scene->folder);
    return path;
}

/* Of the first record, behind 64 bytes of header; their number stands at its byte 8. */
static int n_sectors_of_record(const struct scene *scene)
{
    return byte_of_file(journal_of_a(scene), 64 + 8);
}

/* What a command wrote before is written once, and what failed is not. */
static void a_format_that_fails_is_in_no_record(void **state)
{
    static const uint8_t no_order[18] = { 1, 1 }; /* numbers twice, and zeros */
    struct scene *scene = *state;
    struct stat status;

    write_file(scene->a, 0x5a, BYTES_1440K);
    open_a(scene);
    put_sector(scene, 1, 0xe1);
    assert_int_not_equal(scene->media->ops->format_track(scene->media, 0, 0, no_order, 18, 0x54,
                                                         0xf6),
                         VFDC_MEDIA_OK);
    put_sector(scene, 1, 0xe2);
    assert_int_equal(scene->media->ops->commit(scene->media), VFDC_MEDIA_OK);
    assert_int_equal(n_sectors_of_record(scene), 1);
    assert_int_equal(stat(journal_of_a(scene), &status), 0);
    assert_int_equal(status.st_mode, S_IFREG | 0600); /* what is in it is nobody else's */
    assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_S_OK);
    assert_int_equal(byte_of_file(scene->a, 0), 0xe2);
    assert_int_equal(byte_of_file(scene->a, 512), 0x5a);
}

/* A journal that cannot be removed is told of, by the image's name. */
static void a_journal_that_stays_is_told_of(void **state)
{
    struct scene *scene = *state;

    write_file(scene->a, 0x5a, BYTES_1440K);
    open_a(scene);
    write_sector(scene, 0, 1, 0xe1);
    faulty_system_fail(&scene->faulty, FAULTY_UNLINK, EIO, 0, 1);
    expect(scene, vfdc_media_discard(scene->media, &scene->error), VFDC_S_FALSE, EIO,
           "cannot remove its journal");
    assert_ptr_equal(strstr(scene->error.text, scene->a), scene->error.text);
    scene->media = NULL;
    assert_int_equal(unlink(journal_of_a(scene)), 0);
}

/* A layout given by force, of one sector a track; the program ends without a flush. */
static void a_journal_of_one_sector_tracks_is_recovered(void **state)
{
    struct scene *scene = *state;
    char kept[200];

    scene->open_options.cylinders = 80;
    scene->open_options.heads = 2;
    scene->open_options.sectors = 1;
    scene->open_options.size_code = 2;
    write_file(scene->a, 0x5a, 160 * 512);
    open_a(scene);
    put_sector(scene, 1, 0xe1);
    assert_int_equal(scene->media->ops->commit(scene->media), VFDC_MEDIA_OK);
    snprintf(kept, sizeof(kept), "%s/kept", scene->folder);
    assert_int_equal(link(journal_of_a(scene), kept), 0);
    assert_int_equal(vfdc_media_discard(scene->media, NULL), VFDC_S_OK);
    scene->media = NULL;
    assert_int_equal(byte_of_file(scene->a, 0), 0x5a);
    assert_int_equal(rename(kept, journal_of_a(scene)), 0);

    open_a(scene);
    assert_int_equal(vfdc_media_warnings(scene->media), VFDC_WARNING_JOURNAL_APPLIED);
    assert_int_equal(byte_of_file(scene->a, 0), 0xe1);
    assert_int_equal(byte_of_file(scene->a, 512), 0x5a);
    assert_false(is_there(journal_of_a(scene)));
}

/* A file that could neither be written nor removed has its header when it can be. */
static void a_journal_that_could_not_begin_begins_later(void **state)
{
    static const char magic[] = "VFDCJRNL";
    struct scene *scene = *state;

    write_file(scene->a, 0x5a, BYTES_1440K);
    open_a(scene);
    put_sector(scene, 1, 0xe1);
    faulty_system_fail(&scene->faulty, FAULTY_PWRITE, EIO, 0, 1);
    faulty_system_fail(&scene->faulty, FAULTY_UNLINK, EIO, 0, 1);
    assert_int_equal(scene->media->ops->commit(scene->media), VFDC_MEDIA_HOST_ERROR);
    assert_true(is_there(journal_of_a(scene)));
    assert_int_equal(scene->media->ops->commit(scene->media), VFDC_MEDIA_OK);
    for (int i = 0; magic[i] != '\0'; i++) {
        assert_int_equal(byte_of_file(journal_of_a(scene), i), magic[i]);
    }
    assert_int_equal(n_sectors_of_record(scene), 1);
    assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_S_OK);
    assert_int_equal(byte_of_file(scene->a, 0), 0xe1);
    assert_false(is_there(journal_of_a(scene)));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_size_of_the_table_is_made),
        TEST(other_sizes_are_not_made),
        TEST(a_new_image_is_blank_and_everyones_by_the_umask),
        TEST(nothing_is_ever_overwritten),
        TEST(also_not_what_comes_in_between),
        TEST(bad_paths_have_their_codes),
        TEST(an_image_is_made_whole_or_not_at_all),
        TEST(cut_and_interrupted_writes_go_on),
        TEST(a_temporary_name_that_is_taken_is_passed_over),
        TEST(images_are_of_the_documented_types),
        TEST(only_a_boot_sector_makes_one_side_of_360k),
        TEST(a_short_image_is_of_its_disks_type),
        TEST(what_a_file_ends_in_counts_for_its_type),
        TEST(what_is_no_image_has_no_type),
        TEST(the_new_file_has_all_and_takes_the_olds_place),
        TEST(the_new_file_has_the_olds_mode),
        TEST(a_file_that_has_lost_its_name_is_saved),
        TEST(a_short_image_is_saved_whole),
        TEST(a_protected_disk_stays_protected),
        TEST(marks_that_a_save_cannot_keep_are_told),
        TEST(what_has_no_file_is_not_saved),
        TEST(a_save_that_fails_changes_nothing),
        TEST(a_saved_disk_is_known_by_its_new_name),
        TEST(a_saved_disk_has_a_journal_of_its_own),
        TEST(a_missing_image_leaves_nothing_open),
        TEST(a_format_that_fails_is_in_no_record),
        TEST(a_journal_of_one_sector_tracks_is_recovered),
        TEST(a_journal_that_stays_is_told_of),
        TEST(a_journal_that_could_not_begin_begins_later),
        TEST(discarding_drops_what_is_dirty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
