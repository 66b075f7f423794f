/*
 * The guards of media/, each at its access: for a place, a length or an answer that no path leads
 * to, each function does what its header says of one outside, and touches nothing.  Most of them
 * stand behind another check; that one may go, and these must hold.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <vfdc/media.h>

#include "file.h"
#include "image.h"
#include "journal.h"
#include "text.h"
#include "vfd.h"
#include "vfd_journal.h"
#include "vfd_media.h"

/* ---- images ------------------------------------------------------------------------------ */

/* An image of any layout, over a buffer as large as the largest. */
struct scene {
    struct image image;
    struct vfdc_media *media;
    uint8_t *bytes;
};

static const struct vfdc_media_ops ops = {
    .geometry = image_geometry,
    .is_write_protected = image_is_write_protected,
};

static int set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof(*scene));

    assert_non_null(scene);
    scene->bytes = calloc(1, IMAGE_BUFFER_BYTES);
    assert_non_null(scene->bytes);
    image_init(&scene->image, &ops, scene->bytes);
    scene->media = &scene->image.base;
    *state = scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;

    free(scene->bytes);
    free(scene);
    return 0;
}

static void lay_out(struct scene *scene, uint8_t cylinders, uint8_t heads, uint8_t sectors,
                    uint8_t size_code)
{
    struct geometry_choice choice = { .refusal = NULL };

    choice.geometry.cylinders = cylinders;
    choice.geometry.heads = heads;
    choice.geometry.sectors = sectors;
    choice.geometry.size_code = size_code;
    image_lay_out(&scene->image, &choice, false);
}

static void a_track_is_one_of_172(void **state)
{
    struct scene *scene = *state;

    lay_out(scene, 255, 2, 9, 2);
    assert_int_equal(image_track(&scene->image, 85, 1), 171);
    assert_int_equal(image_track(&scene->image, 86, 0), 172);
    assert_int_equal(image_track(&scene->image, 254, 1), 172);
    assert_int_equal(image_sector_at(scene->media, 86, 0, 0), 0);
    assert_int_equal(image_lba(&scene->image, 86, 0, 1), VFDC_MEDIA_NO_LBA);
}

static void a_place_is_one_of_63(void **state)
{
    struct scene *scene = *state;

    lay_out(scene, 80, 2, 100, 0);
    assert_int_equal(image_sector_at(scene->media, 0, 0, 62), 63);
    assert_int_equal(image_sector_at(scene->media, 0, 0, 63), 0);
    assert_int_equal(image_sector_at(scene->media, 0, 0, 99), 0);
}

static void a_block_is_one_of_the_disk_and_of_10836(void **state)
{
    struct scene *scene = *state;

    lay_out(scene, 80, 2, 18, 2);
    scene->image.n_sectors = 20;
    assert_int_equal(image_lba(&scene->image, 0, 1, 2), 19);
    assert_int_equal(image_lba(&scene->image, 0, 1, 3), VFDC_MEDIA_NO_LBA);

    lay_out(scene, 86, 2, 255, 0);
    assert_int_equal(image_lba(&scene->image, 21, 0, 126), 10835);
    assert_int_equal(image_lba(&scene->image, 21, 0, 127), VFDC_MEDIA_NO_LBA);

    image_set_marks(&scene->image, 10836, VFDC_MARK_DELETED);
    image_set_marks(&scene->image, UINT32_MAX, VFDC_MARK_DELETED);
    assert_int_equal(scene->image.n_marked, 0);
    image_note_written(&scene->image, 10836);
    image_note_written(&scene->image, UINT32_MAX);
    assert_false(scene->image.is_dirty);
}

static void a_run_is_a_track_and_begins_in_the_largest_image(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media_span span = { NULL, 0 };

    lay_out(scene, 86, 2, 63, 3);
    assert_int_equal(image_find_run(&scene->image, 0, 63).n_bytes, 63 * 1024);
    assert_int_equal(image_find_run(&scene->image, 0, 64).n_bytes, 0);
    assert_int_equal(image_find_run(&scene->image, 0, 0).n_bytes, 0);
    assert_int_equal(image_find_run(&scene->image, 10836, 1).n_bytes, 0);
    assert_int_equal(image_find_run(&scene->image, 2879, 1).n_bytes, 1024);
    assert_int_equal(image_find_run(&scene->image, 2880, 1).n_bytes, 0);
    assert_int_equal(image_read_span(scene->media, 85, 1, 1, 1, &span), VFDC_MEDIA_NO_SECTOR);
    assert_null(span.bytes);
}

/* As many sectors as there can be: counts end with them. */
static void the_last_block_ends_all_that_counts(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media_span span = { NULL, 0 };
    uint8_t order[63];

    lay_out(scene, 86, 2, 63, 0);
    image_set_marks(&scene->image, 10835, VFDC_MARK_DELETED);
    assert_int_equal(image_read_span(scene->media, 85, 1, 63, 255, &span), VFDC_MEDIA_OK);
    assert_int_equal(span.n_bytes, 128);
    assert_ptr_equal(span.bytes, scene->bytes + 10835 * 128);
    assert_int_equal(image_marks(scene->media, 85, 1, 63), VFDC_MARK_DELETED);
    assert_int_equal(image_marks(scene->media, 85, 1, 64), 0);
    assert_int_equal(image_marks(scene->media, 86, 0, 1), 0);

    for (int i = 0; i < 63; i++) {
        order[i] = (uint8_t)(63 - i);
    }
    assert_int_equal(image_format_track(scene->media, 85, 1, order, 63, 0, 0xf6), VFDC_MEDIA_OK);
    assert_int_equal(image_sector_at(scene->media, 85, 1, 0), 63);
    assert_int_equal(image_sector_at(scene->media, 85, 1, 62), 1);

    scene->image.n_sectors = UINT32_MAX;
    assert_int_equal(image_dirty_sectors(&scene->image), 63);
    image_begin_flush(&scene->image);
    assert_int_equal(image_dirty_sectors(&scene->image), 63);
    assert_int_equal(image_end_flush(&scene->image, true), VFDC_S_OK);
    assert_int_equal(image_dirty_sectors(&scene->image), 0);
}

/* ---- records of a journal ---------------------------------------------------------------- */

static void an_impossible_record_has_no_bytes(void **state)
{
    static const struct journal_record impossible[] = {
        { 1, 0, 512 }, { 1, 127, 512 }, { 1, UINT32_MAX, 512 },
        { 1, 1, 0 }, { 1, 1, 1025 }, { 1, 1, UINT32_MAX },
    };
    static uint8_t bytes[JOURNAL_RECORD_BYTES];
    static uint8_t content[1024];
    uint64_t lba = 77, old_hash = 77;

    (void)state;
    for (size_t i = 0; i < sizeof(impossible) / sizeof(impossible[0]); i++) {
        const struct journal_record *record = &impossible[i];
        struct journal_record read = { 0, 0, 0 };

        memset(bytes, 0xa5, sizeof(bytes));
        assert_int_equal(journal_record_bytes(record), 0);
        journal_end_record(bytes, record);
        if (record->n_sectors > 126 || record->sector_bytes > 1024) {
            journal_put_sector(bytes, record, 0, 1, 1, content);
            assert_null(journal_get_sector(bytes, record, 0, &lba, &old_hash));
        }
        for (size_t at = 0; at < sizeof(bytes); at++) {
            assert_int_equal(bytes[at], 0xa5);
        }
        journal_begin_record(bytes, record);
        assert_false(journal_get_record(bytes, sizeof(bytes), record->sector_bytes, &read));
    }
    assert_int_equal(lba, 77);
    assert_int_equal(old_hash, 77);
}

static void a_record_has_the_sectors_that_it_says(void **state)
{
    static uint8_t bytes[JOURNAL_RECORD_BYTES + 1];
    static uint8_t content[1024];
    const struct journal_record record = { 1, 126, 1024 };
    struct journal_record read = { 0, 0, 0 };
    uint64_t lba = 0, old_hash = 0;

    (void)state;
    memset(bytes, 0xa5, sizeof(bytes));
    assert_int_equal(journal_record_bytes(&record), JOURNAL_RECORD_BYTES);
    journal_begin_record(bytes, &record);
    for (uint32_t i = 0; i < 130; i++) {
        memset(content, (int)i, sizeof(content));
        journal_put_sector(bytes, &record, i, i, 1000 + i, content);
    }
    journal_put_sector(bytes, &record, UINT32_MAX, 7, 7, content);
    journal_end_record(bytes, &record);
    assert_int_equal(bytes[JOURNAL_RECORD_BYTES], 0xa5);
    assert_true(journal_get_record(bytes, JOURNAL_RECORD_BYTES, 1024, &read));
    assert_int_equal(journal_get_sector(bytes, &read, 125, &lba, &old_hash)[1023], 125);
    assert_int_equal(lba, 125);
    assert_int_equal(old_hash, 1125);
    assert_null(journal_get_sector(bytes, &read, 126, &lba, &old_hash));
    assert_null(journal_get_sector(bytes, &read, UINT32_MAX, &lba, &old_hash));
}

/* ---- an image in a file ------------------------------------------------------------------ */

static int64_t no_answer;

static int64_t some_answer(void *opaque, int fd, void *bytes, size_t n_bytes, uint64_t offset)
{
    (void)opaque;
    (void)fd;
    (void)bytes;
    (void)n_bytes;
    (void)offset;
    return no_answer;
}

static void an_answer_that_is_no_errno_is_eio(void **state)
{
    struct vfd *vfd = calloc(1, sizeof(*vfd));
    struct vfdc_system system = { .pread = some_answer };
    static uint8_t bytes[2u * IMAGE_MOVE_BYTES];

    (void)state;
    assert_non_null(vfd);
    assert_int_equal(vfd_errno(-EACCES), EACCES);
    assert_int_equal(vfd_errno(-4095), 4095);
    assert_int_equal(vfd_errno(-4096), EIO);
    assert_int_equal(vfd_errno(INT64_MIN), EIO);
    assert_int_equal(vfd_errno(0), EIO);
    assert_int_equal(vfd_errno(7), EIO);

    vfd->system = &system;
    no_answer = INT64_MIN;
    assert_int_equal(vfd_read(vfd, bytes, 512, 0), EIO);
    no_answer = INT64_MAX; /* more than was asked for is all of it */
    assert_int_equal(vfd_read(vfd, bytes, 512, 0), 0);
    assert_int_equal(vfd_read(vfd, bytes, IMAGE_MOVE_BYTES, 0), 0);
    assert_int_equal(vfd_read(vfd, bytes, IMAGE_MOVE_BYTES + 1u, 0), EINVAL);
    assert_int_equal(vfd_read(vfd, bytes, SIZE_MAX, 0), EINVAL);
    free(vfd);
}

static void a_track_outside_is_not_loaded(void **state)
{
    struct vfd *vfd = calloc(1, sizeof(*vfd));

    (void)state;
    assert_non_null(vfd);
    vfd->image.geometry = (struct vfdc_geometry){ .cylinders = 86, .heads = 2, .sectors = 1 };
    vfd->image.n_sectors = UINT32_MAX;
    assert_int_equal(vfd_load_track(vfd, 172), VFDC_MEDIA_NO_SECTOR);
    vfd->image.n_sectors = 1;
    assert_int_equal(vfd_load_track(vfd, 1), VFDC_MEDIA_NO_SECTOR);
    free(vfd);
}

static void a_name_that_has_no_room_is_none(void **state)
{
    struct vfd *vfd = calloc(1, sizeof(*vfd));

    (void)state;
    assert_non_null(vfd);
    memset(vfd->name, 'x', VFD_NAME_BYTES - 1u);
    memset(vfd->journal.name, 'y', sizeof(vfd->journal.name));
    vfd_journal_name(vfd);
    assert_string_equal(vfd->journal.name[0], "");
    vfd->name[VFD_NAME_BYTES - 1u - sizeof(".") - strlen(".vfdc-journal") + 1u] = '\0';
    vfd_journal_name(vfd);
    assert_int_equal(strlen(vfd->journal.name[0]), VFD_NAME_BYTES - 1u);
    assert_string_equal(vfd->journal.name[1], "");
    free(vfd);
}

/* What is noted is a sector of the disk, once, and only where a journal is kept. */
static void a_journal_notes_what_is_there(void **state)
{
    struct scene *scene = *state;
    struct vfd *vfd = calloc(1, sizeof(*vfd));
    struct vfd_journal *journal = &vfd->journal;

    assert_non_null(vfd);
    lay_out(scene, 80, 2, 18, 2);
    vfd->image = scene->image;
    vfd_journal_init(journal);
    vfd->durability = VFDC_DURABILITY_JOURNAL;
    vfd->directory = -1;
    assert_false(vfd_journal_is_kept(vfd));
    vfd_journal_note(vfd, 5);
    assert_int_equal(journal->n_pending, 0);
    vfd->directory = 99;
    assert_true(vfd_journal_is_kept(vfd));
    vfd_journal_note(vfd, 2880);
    vfd_journal_note(vfd, 10836);
    vfd_journal_note(vfd, VFDC_MEDIA_NO_LBA);
    assert_int_equal(journal->n_pending, 0);
    vfd_journal_note(vfd, 5);
    vfd_journal_note(vfd, 5);
    assert_int_equal(journal->n_pending, 1);
    journal->n_pending = IMAGE_MAX_SECTORS;
    vfd_journal_note(vfd, 6);
    assert_int_equal(journal->n_pending, IMAGE_MAX_SECTORS);
    assert_false(journal->is_pending[6]);

    /* and what is forgotten may be more than there can be, and anything */
    journal->n_pending = UINT32_MAX;
    for (uint32_t i = 0; i < IMAGE_MAX_SECTORS; i++) {
        journal->pending[i] = i % 2 == 0 ? UINT32_MAX : IMAGE_MAX_SECTORS;
    }
    journal->pending[0] = 5;
    vfd_journal_forget(vfd, 0);
    assert_int_equal(journal->n_pending, 0);
    assert_false(journal->is_pending[5]);
    free(vfd);
}

/* ---- paths and words --------------------------------------------------------------------- */

static void a_path_ends_in_a_name(void **state)
{
    static char path[2u * VFD_PATH_BYTES];
    const struct vfdc_system *system = vfdc_system_posix();
    static const char *const none[] = { "/tmp/", "/tmp/.", "/tmp/..", "/", "", ".", ".." };
    static const char *const some[] = { "/tmp/a", "/tmp/.a", "/tmp/..a", "/tmp/...", "/tmp/.a." };
    char name[VFD_NAME_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        strcpy(path, none[i]);
        assert_int_equal(file_open_directory(system, NULL, path, name), -EISDIR);
    }
    for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
        int directory;

        strcpy(path, some[i]);
        directory = file_open_directory(system, NULL, path, name);
        assert_true(directory >= 0);
        assert_string_equal(name, some[i] + strlen("/tmp/"));
        assert_string_equal(path, some[i]);
        close(directory);
    }
    memset(path, '/', sizeof(path) - 1u);
    assert_int_equal(file_open_directory(system, NULL, path, name), -ENAMETOOLONG);
    memset(path, 'x', sizeof(path) - 1u);
    path[VFD_PATH_BYTES - 1u] = '\0';
    assert_int_equal(file_open_directory(system, NULL, path, name), -ENAMETOOLONG);
    strcpy(path, "alone");
    assert_int_equal(file_open_directory(system, NULL, path, name), -ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_track_is_one_of_172, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_place_is_one_of_63, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_block_is_one_of_the_disk_and_of_10836, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_run_is_a_track_and_begins_in_the_largest_image, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_last_block_ends_all_that_counts, set_up, tear_down),
        cmocka_unit_test(an_impossible_record_has_no_bytes),
        cmocka_unit_test(a_record_has_the_sectors_that_it_says),
        cmocka_unit_test(an_answer_that_is_no_errno_is_eio),
        cmocka_unit_test(a_track_outside_is_not_loaded),
        cmocka_unit_test(a_name_that_has_no_room_is_none),
        cmocka_unit_test_setup_teardown(a_journal_notes_what_is_there, set_up, tear_down),
        cmocka_unit_test(a_path_ends_in_a_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
