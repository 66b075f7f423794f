/*
 * Opening an image file: what an attach asks of its directory, what it makes of links and of
 * files that change while it looks, and every size in every drive.
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

#define BYTES_1440K 1474560
#define CAPTURE_FAIL VFDC_VM_E_IMAGE_CAPTURE_FAIL

struct scene {
    char folder[64];
    char path[128];
    struct faulty_system faulty;
    struct vfdc_system meddler; /* below the faulty one */
    struct vfdc_media_options options;
    struct vfdc_media *media;
    struct vfdc_media_error error;

    /* What somebody does to the file at a look at it, counted from 1; 0: nothing. */
    unsigned n_looks, meddle_at;
    void (*meddle)(const struct scene *scene);
};

static int meddle_status(void *opaque, int fd, struct vfdc_system_status *status)
{
    struct scene *scene = opaque;

    scene->n_looks++;
    if (scene->n_looks == scene->meddle_at) {
        scene->meddle(scene);
    }
    return vfdc_system_posix()->status(NULL, fd, status);
}

static void make_file(const char *path, off_t n_bytes)
{
    int fd = open(path, O_CREAT | O_RDWR | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, n_bytes), 0);
    assert_int_equal(close(fd), 0);
}

static int set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof(*scene));

    assert_non_null(scene);
    strcpy(scene->folder, "/tmp/vfdc-test-XXXXXX");
    assert_non_null(mkdtemp(scene->folder));
    snprintf(scene->path, sizeof(scene->path), "%s/a.vfd", scene->folder);
    make_file(scene->path, BYTES_1440K);
    scene->meddler = *vfdc_system_posix();
    scene->meddler.status = meddle_status;
    faulty_system_init(&scene->faulty);
    scene->faulty.real = &scene->meddler;
    scene->faulty.real_opaque = scene;
    scene->options.drive = VFDC_DRIVE_1440K;
    scene->options.system = faulty_system_table();
    scene->options.system_opaque = &scene->faulty;
    *state = scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    int result;

    if (scene->media != NULL) {
        vfdc_media_close(scene->media, NULL);
    }
    unlink(scene->path);
    result = rmdir(scene->folder);
    free(scene);
    return result;
}

static void open_ok(struct scene *scene, uint32_t warnings)
{
    if (vfdc_media_open_vfd(scene->path, &scene->options, &scene->media, &scene->error) !=
        VFDC_S_OK) {
        fail_msg("%s", scene->error.text);
    }
    assert_int_equal(vfdc_media_warnings(scene->media), warnings);
}

static void close_it(struct scene *scene)
{
    assert_int_equal(vfdc_media_close(scene->media, NULL), VFDC_S_OK);
    scene->media = NULL;
}

static void expect_refused(struct scene *scene, int error, const char *words)
{
    scene->media = (struct vfdc_media *)scene;
    assert_int_equal(
        vfdc_media_open_vfd(scene->path, &scene->options, &scene->media, &scene->error),
        CAPTURE_FAIL);
    assert_null(scene->media);
    assert_int_equal(scene->error.code, CAPTURE_FAIL);
    assert_int_equal(scene->error.system_errno, error);
    if (strstr(scene->error.text, words) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", words, scene->error.text);
    }
}

/* ---- links ------------------------------------------------------------------------------- */

static void a_link_is_followed_unless_that_is_forbidden(void **state)
{
    struct scene *scene = *state;
    char link[160];

    snprintf(link, sizeof(link), "%s.link", scene->path);
    assert_int_equal(symlink(scene->path, link), 0);
    strcpy(scene->path, link);
    open_ok(scene, 0);
    close_it(scene);
    scene->options.no_follow = true;
    expect_refused(scene, ELOOP, "a.vfd.link: symbolic links are disabled");
    scene->options.read_only = true;
    expect_refused(scene, ELOOP, "symbolic links are disabled");
    assert_int_equal(unlink(link), 0);

    *strrchr(scene->path, '.') = '\0';
    open_ok(scene, 0); /* the file itself */
}

/* The name of the file counts, not that of the link: so every name leads to one journal. */
static void the_journal_stands_beside_what_a_link_leads_to(void **state)
{
    struct scene *scene = *state;
    struct stat status;
    uint8_t sector[512] = { 0xe5 };
    char file[128], link[192], journal[192];

    strcpy(file, scene->path);
    snprintf(link, sizeof(link), "%s/link", scene->folder);
    snprintf(journal, sizeof(journal), "%s/.a.vfd.vfdc-journal", scene->folder);
    assert_int_equal(symlink("a.vfd", link), 0);
    strcpy(scene->path, link);
    open_ok(scene, 0);
    assert_int_equal(scene->media->ops->write_sector(scene->media, 0, 0, 1, sector, 0),
                     VFDC_MEDIA_OK);
    assert_int_equal(scene->media->ops->commit(scene->media), VFDC_MEDIA_OK);
    assert_int_equal(lstat(journal, &status), 0);
    assert_int_equal(vfdc_media_flush(scene->media, NULL), VFDC_S_OK);
    assert_int_equal(lstat(journal, &status), -1);
    assert_int_equal(unlink(link), 0);
    strcpy(scene->path, file);
}

/* ---- the directory ----------------------------------------------------------------------- */

static void without_a_journal_only_who_allows_it_writes(void **state)
{
    static const int errors[] = { EACCES, EROFS };
    struct scene *scene = *state;

    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        scene->options.allow_in_place = false;
        faulty_system_fail(&scene->faulty, FAULTY_ACCESS, errors[i], 0, 100);
        expect_refused(scene, errors[i], "no journal can be made beside the image");
        scene->options.allow_in_place = true;
        open_ok(scene, VFDC_WARNING_IN_PLACE);
        assert_false(vfdc_media_is_read_only(scene->media));
        close_it(scene);
    }

    /* nobody asked for one */
    scene->options.allow_in_place = false;
    scene->options.durability = VFDC_DURABILITY_IN_PLACE;
    open_ok(scene, 0);
    close_it(scene);
    scene->options.durability = VFDC_DURABILITY_RELAXED;
    open_ok(scene, 0);
    close_it(scene);
    scene->options.durability = VFDC_DURABILITY_JOURNAL;
    scene->options.read_only = true;
    open_ok(scene, 0);
}

/* The second thing that is opened is the directory. */
static void a_directory_that_may_not_be_read_has_no_journal(void **state)
{
    struct scene *scene = *state;

    faulty_system_fail(&scene->faulty, FAULTY_OPEN, EACCES, 1, 1);
    expect_refused(scene, EACCES, "no journal can be made beside the image");
    scene->options.allow_in_place = true;
    faulty_system_fail(&scene->faulty, FAULTY_OPEN, EACCES, 1, 1);
    open_ok(scene, VFDC_WARNING_IN_PLACE);
    close_it(scene);
    scene->options.read_only = true;
    faulty_system_fail(&scene->faulty, FAULTY_OPEN, EACCES, 1, 1);
    open_ok(scene, 0);
}

/* Where one might stand that cannot be looked for, nobody goes on, not even to read. */
static void a_directory_that_cannot_be_opened_refuses(void **state)
{
    static const int errors[] = { EMFILE, ENFILE, EIO, ENOMEM };
    struct scene *scene = *state;
    uint32_t n_calls;

    scene->options.allow_in_place = true;
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        for (int read_only = 0; read_only < 2; read_only++) {
            scene->options.read_only = read_only != 0;
            faulty_system_fail(&scene->faulty, FAULTY_OPEN, errors[i], 1, 1);
            expect_refused(scene, errors[i], "cannot open the directory of the image");
            faulty_system_fail(&scene->faulty, FAULTY_RESOLVE, errors[i], 0, 1);
            expect_refused(scene, errors[i], "cannot open the directory of the image");
        }
    }
    faulty_system_fail(&scene->faulty, FAULTY_OPEN, EINTR, 1, 3);
    open_ok(scene, 0);
    close_it(scene);
    n_calls = scene->faulty.plan[FAULTY_OPEN].n_calls;
    faulty_system_fail(&scene->faulty, FAULTY_OPEN, EINTR, 1, 1000); /* not for ever */
    expect_refused(scene, EINTR, "cannot open the directory of the image");
    assert_int_equal(scene->faulty.plan[FAULTY_OPEN].n_calls - n_calls, 1 + 100);
    faulty_system_fail(&scene->faulty, FAULTY_OPEN, 0, 0, 0);
}

static void a_name_too_long_for_a_journal_has_none(void **state)
{
    struct scene *scene = *state;
    char name[256];
    char path[128];

    strcpy(path, scene->path);
    memset(name, 'n', sizeof(name));
    for (size_t n_bytes = 255; n_bytes >= 220; n_bytes -= 35) {
        char longer[512];
        struct vfdc_media *media = NULL;
        vfdc_result result;

        name[n_bytes] = '\0';
        snprintf(longer, sizeof(longer), "%s/%s", scene->folder, name);
        assert_int_equal(rename(path, longer), 0);
        result = vfdc_media_open_vfd(longer, &scene->options, &media, &scene->error);
        if (n_bytes == 255) {
            assert_int_equal(result, CAPTURE_FAIL);
            assert_int_equal(scene->error.system_errno, ENAMETOOLONG);
            assert_non_null(strstr(scene->error.text, "no journal can be made"));
        } else {
            assert_int_equal(result, VFDC_S_OK);
            assert_int_equal(vfdc_media_close(media, NULL), VFDC_S_OK);
        }
        assert_int_equal(rename(longer, path), 0);
    }
}

static void a_durability_that_there_is_not_is_invalid(void **state)
{
    struct scene *scene = *state;

    scene->options.durability = (enum vfdc_durability)3;
    assert_int_equal(
        vfdc_media_open_vfd(scene->path, &scene->options, &scene->media, &scene->error),
        VFDC_E_INVALIDARG);
    assert_null(scene->media);
    assert_int_equal(faulty_system_n_calls(&scene->faulty), 0);
}

/* ---- files that change while they are opened --------------------------------------------- */

static void cut_it(const struct scene *scene)
{
    assert_int_equal(truncate(scene->path, BYTES_1440K - 512), 0);
}

static void grow_it(const struct scene *scene)
{
    assert_int_equal(truncate(scene->path, BYTES_1440K + 512), 0);
}

static void write_to_it(const struct scene *scene)
{
    int fd = open(scene->path, O_WRONLY | O_CLOEXEC);

    assert_int_equal(pwrite(fd, "x", 1, 700), 1);
    assert_int_equal(close(fd), 0);
}

static void delete_it(const struct scene *scene)
{
    assert_int_equal(unlink(scene->path), 0);
}

static void a_file_that_changes_while_it_is_opened_is_refused(void **state)
{
    static const struct {
        void (*meddle)(const struct scene *scene);
        const char *words;
    } cases[] = {
        { cut_it, "image changed while it was opened" },
        { grow_it, "image changed while it was opened" },
        { write_to_it, "image changed while it was opened" },
        { delete_it, "image file was deleted while it was opened" },
    };
    struct scene *scene = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (int read_only = 0; read_only < 2; read_only++) {
            make_file(scene->path, BYTES_1440K);
            scene->options.read_only = read_only != 0;
            scene->n_looks = 0;
            scene->meddle_at = 2;
            scene->meddle = cases[i].meddle;
            expect_refused(scene, 0, cases[i].words);
            assert_int_equal(scene->n_looks, 2);
        }
    }
    scene->meddle_at = 0;
    make_file(scene->path, BYTES_1440K);
    open_ok(scene, 0);
}

/* What is attached stays attached: permissions are asked for at the open alone. */
static void a_file_made_read_only_while_attached_is_written(void **state)
{
    struct scene *scene = *state;
    uint8_t sector[512] = { 0xe5 };

    open_ok(scene, 0);
    assert_int_equal(chmod(scene->path, 0400), 0);
    assert_int_equal(scene->media->ops->write_sector(scene->media, 0, 0, 1, sector, 0),
                     VFDC_MEDIA_OK);
    assert_int_equal(scene->media->ops->commit(scene->media), VFDC_MEDIA_OK);
    assert_int_equal(vfdc_media_flush(scene->media, &scene->error), VFDC_S_OK);
}

/* ---- contents ---------------------------------------------------------------------------- */

static void put_bytes(const struct scene *scene, off_t at, const void *bytes, size_t n_bytes)
{
    int fd = open(scene->path, O_WRONLY | O_CLOEXEC);

    assert_int_equal(pwrite(fd, bytes, n_bytes, at), n_bytes);
    assert_int_equal(close(fd), 0);
}

static void other_formats_are_refused_by_name(void **state)
{
    static const struct {
        off_t n_bytes, at;
        const char *mark;
        size_t n_mark;
        const char *name;
    } cases[] = {
        { BYTES_1440K + 512, BYTES_1440K, "conectix", 8, "this is a VHD" },
        { 700000, 0, "IMD 1.18", 8, "this is an ImageDisk file" },
        { 700000, 0, "EXTENDED", 8, "this is an extended DSK file" },
        { 700000, 0, "MV - CPC", 8, "this is a DSK file" },
        { 700000, 0, "HXCPICFE", 8, "this is an HFE file" },
        { 700000, 0, "86BF", 4, "this is an 86F file" },
        { 700000, 0, "SCP", 3, "this is a flux capture" },
        { 700000, 0, "PK\003\004", 4, "this is a zip archive" },
        { 700000, 0, "\037\213", 2, "this is a gzip file" },
        { 700000, 0, "TD\000", 3, "this is a TeleDisk file" },
        { 700000, 0, "td\000", 3, "this is a TeleDisk file" },
        { 700000, 0, "CQ\024", 3, "this is a CopyQM file" },
        { 700000, 0, "DOSEMU\000", 7, "this is a dosemu image" },
        { BYTES_1440K + 128, 0, "?", 1, "as dosemu has them" },
        { BYTES_1440K + 9216, 0, "?", 1, "as DiskDupe has them" },
        { 700000, 82, "\001\000", 2, "this is a Disk Copy 4.2 file" },
        { BYTES_1440K + 4096, 8, "\000\020\000\000", 4, "this is an FDI file" },
    };
    struct scene *scene = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        make_file(scene->path, cases[i].n_bytes);
        put_bytes(scene, cases[i].at, cases[i].mark, cases[i].n_mark);
        expect_refused(scene, 0, cases[i].name);

        /* a disk's size makes it a disk, whatever it holds */
        make_file(scene->path, BYTES_1440K);
        put_bytes(scene, 0, cases[i].mark, cases[i].n_mark);
        open_ok(scene, 0);
        close_it(scene);
    }
}

/* Neither a refusal nor a success has changed the file or its times, or left anything. */
static void an_open_changes_nothing(void **state)
{
    static const off_t sizes[] = { BYTES_1440K, BYTES_1440K - 512, 100, 0, 737280 };
    struct scene *scene = *state;

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct stat before, after;

        make_file(scene->path, sizes[i]);
        assert_int_equal(stat(scene->path, &before), 0);
        if (vfdc_media_open_vfd(scene->path, &scene->options, &scene->media, NULL) ==
            VFDC_S_OK) {
            close_it(scene);
        }
        assert_int_equal(stat(scene->path, &after), 0);
        assert_int_equal(after.st_size, sizes[i]);
        assert_memory_equal(&after.st_mtim, &before.st_mtim, sizeof(before.st_mtim));
        assert_memory_equal(&after.st_ctim, &before.st_ctim, sizeof(before.st_ctim));
        assert_memory_equal(&after.st_atim, &before.st_atim, sizeof(before.st_atim));
    }
}

/* ---- every size in every drive ----------------------------------------------------------- */

static const struct {
    uint32_t n_bytes;
    const char *drives; /* 1: 360K, 2: 1.2M, 3: 720K, 4: 1.44M, 5: 2.88M */
} sizes[] = {
    { 163840, "12" },    { 184320, "12" },   { 204800, "12" },   { 327680, "12" },
    { 368640, "12345" }, { 409600, "234" },  { 419840, "2" },    { 430080, "2" },
    { 655360, "345" },   { 737280, "2345" }, { 819200, "345" },  { 839680, "345" },
    { 849920, "345" },   { 901120, "2" },    { 983040, "" },     { 1025024, "2" },
    { 1064960, "34" },   { 1146880, "34" },  { 1228800, "2" },   { 1261568, "2" },
    { 1310720, "2" },    { 1474560, "45" },  { 1511424, "24" },  { 1529856, "24" },
    { 1556480, "4" },    { 1638400, "24" },  { 1720320, "45" },  { 1741824, "4" },
    { 1763328, "4" },    { 1784832, "4" },   { 1802240, "4" },   { 1884160, "4" },
    { 1966080, "4" },    { 2949120, "5" },   { 3194880, "" },    { 3276800, "" },
    { 3932160, "" },     { 16450560, "" },   { 66585600, "" },
};

static void each_size_is_for_its_drives(void **state)
{
    static const enum vfdc_drive_type types[] = {
        VFDC_DRIVE_360K, VFDC_DRIVE_1200K, VFDC_DRIVE_720K, VFDC_DRIVE_1440K, VFDC_DRIVE_2880K,
    };
    struct scene *scene = *state;

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        for (unsigned d = 0; d < 5; d++) {
            bool is_for_it = strchr(sizes[i].drives, (int)('1' + d)) != NULL;
            struct vfdc_geometry geometry;

            make_file(scene->path, (off_t)sizes[i].n_bytes);
            scene->options.drive = types[d];
            if (!is_for_it) {
                expect_refused(scene, 0,
                               sizes[i].n_bytes > 2949120   ? "too large for a floppy"
                               : sizes[i].drives[0] == '\0' ? "no floppy geometry has "
                                                            : " image needs a ");
                continue;
            }
            open_ok(scene, 0);
            assert_int_equal(vfdc_media_geometry(scene->media, &geometry), VFDC_S_OK);
            assert_int_equal((uint32_t)geometry.cylinders * geometry.heads * geometry.sectors *
                                 (128u << geometry.size_code),
                             sizes[i].n_bytes);
            close_it(scene);
        }
    }
}

/* A little beside them nothing is guessed. */
static void sizes_beside_them_are_refused(void **state)
{
    static const int off_by[] = { -512, -128, -1, 1, 128, 512 };
    struct scene *scene = *state;

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        for (size_t o = 0; o < sizeof(off_by) / sizeof(off_by[0]); o++) {
            make_file(scene->path, (off_t)sizes[i].n_bytes + off_by[o]);
            scene->options.drive = VFDC_DRIVE_1440K;
            assert_int_equal(vfdc_media_open_vfd(scene->path, &scene->options, &scene->media,
                                                 &scene->error),
                             CAPTURE_FAIL);
        }
    }
}

static void absurd_sizes_are_refused_with_a_reason(void **state)
{
    static const off_t absurd[] = { 0, 1, 511, 512, 513, 1 << 22, (1 << 22) + 1, INT64_C(1) << 31,
                                    INT64_C(1) << 40 };
    struct scene *scene = *state;

    for (size_t i = 0; i < sizeof(absurd) / sizeof(absurd[0]); i++) {
        make_file(scene->path, absurd[i]);
        assert_int_equal(vfdc_media_open_vfd(scene->path, &scene->options, &scene->media,
                                             &scene->error),
                         CAPTURE_FAIL);
        assert_true(scene->error.text[0] != '\0');
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_link_is_followed_unless_that_is_forbidden),
        TEST(the_journal_stands_beside_what_a_link_leads_to),
        TEST(without_a_journal_only_who_allows_it_writes),
        TEST(a_directory_that_may_not_be_read_has_no_journal),
        TEST(a_directory_that_cannot_be_opened_refuses),
        TEST(a_name_too_long_for_a_journal_has_none),
        TEST(a_durability_that_there_is_not_is_invalid),
        TEST(a_file_that_changes_while_it_is_opened_is_refused),
        TEST(a_file_made_read_only_while_attached_is_written),
        TEST(other_formats_are_refused_by_name),
        TEST(an_open_changes_nothing),
        TEST(each_size_is_for_its_drives),
        TEST(sizes_beside_them_are_refused),
        TEST(absurd_sizes_are_refused_with_a_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
