/*
 * Every public function, misused: without what it points to, with numbers out of range, from
 * inside every callback that there is.  The table has a row for each; tests/checks/symbols holds
 * it against what the library defines.
 */
#include "scene.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "media_faulty.h"

/* What the rows work on: the scene's first drive, and a second one that is empty. */
struct walk {
    struct scene *scene;
    struct vfdc_controller *fdc;
    struct vfdc_floppy_drive *drive, *other;
    struct vfdc_media *medium;      /* in a file, in the middle of a call; or NULL */
    struct vfdc_media_flush *flush; /* of that medium, in the middle of its write; or NULL */
    struct media_faulty hosts;      /* a medium of the host's, in no drive */
    bool is_inside;                 /* a walk is under way: what it calls, calls nothing more */
    unsigned n_walks;
};

#define POINTER VFDC_E_POINTER
#define UNEXPECTED VFDC_E_UNEXPECTED
#define INVALID VFDC_E_INVALIDARG

static const int out_of_range[] = { -1, 100, INT_MAX, INT_MIN };
#define N_OUT_OF_RANGE (sizeof(out_of_range) / sizeof(out_of_range[0]))

/* ---- without what it points to; numbers out of range ---- */

static void bad_size(struct walk *w)
{
    (void)w;
    assert_true(vfdc_controller_size() > 0);
}

static void bad_init(struct walk *w)
{
    struct vfdc_controller *fdc = w->fdc;
    void *memory = malloc(vfdc_controller_size());

    assert_int_equal(vfdc_controller_init(NULL, SIZE_MAX, NULL, &rig_host, NULL, &fdc), POINTER);
    assert_null(fdc);
    assert_int_equal(vfdc_controller_init(memory, SIZE_MAX, NULL, NULL, NULL, &fdc), POINTER);
    assert_int_equal(vfdc_controller_init(memory, SIZE_MAX, NULL, &rig_host, NULL, NULL), POINTER);
    assert_int_equal(vfdc_controller_init(memory, vfdc_controller_size() - 1, NULL, &rig_host,
                                          NULL, &fdc), INVALID);
    free(memory);
}

static void bad_create(struct walk *w)
{
    struct vfdc_controller *fdc = w->fdc;
    struct vfdc_config config = { .drive = { VFDC_DRIVE_1440K } };

    assert_int_equal(vfdc_controller_create(NULL, NULL, NULL, &fdc), POINTER);
    assert_null(fdc);
    assert_int_equal(vfdc_controller_create(NULL, &rig_host, NULL, NULL), POINTER);
    for (size_t i = 0; i < N_OUT_OF_RANGE; i++) {
        config.drive[1] = (enum vfdc_drive_type)out_of_range[i];
        assert_int_equal(vfdc_controller_create(&config, &rig_host, NULL, &fdc), INVALID);
    }
}

static void bad_destroy(struct walk *w)
{
    (void)w;
    vfdc_controller_destroy(NULL);
}

static void bad_reset(struct walk *w)
{
    (void)w;
    assert_int_equal(vfdc_controller_reset(NULL), POINTER);
}

static void bad_read(struct walk *w)
{
    assert_int_equal(vfdc_controller_read(NULL, 4), 0xff);
    assert_int_equal(vfdc_controller_read(w->fdc, 8), 0xff);
    assert_int_equal(vfdc_controller_read(w->fdc, UINT_MAX), 0xff);
}

static void bad_write(struct walk *w)
{
    assert_int_equal(vfdc_controller_write(NULL, 2, 0), POINTER);
    assert_int_equal(vfdc_controller_write(w->fdc, 8, 0), INVALID);
    assert_int_equal(vfdc_controller_write(w->fdc, UINT_MAX, 0), INVALID);
}

static void bad_timer_expired(struct walk *w)
{
    (void)w;
    assert_int_equal(vfdc_controller_timer_expired(NULL), POINTER);
}

static void bad_dma_ready(struct walk *w)
{
    (void)w;
    assert_int_equal(vfdc_controller_dma_ready(NULL), POINTER);
}

static void bad_terminal_count(struct walk *w)
{
    (void)w;
    assert_int_equal(vfdc_controller_terminal_count(NULL), POINTER);
}

static void bad_insert(struct walk *w)
{
    struct vfdc_media hollow = { NULL };

    assert_int_equal(vfdc_controller_insert(NULL, 1, &w->hosts.media), POINTER);
    assert_int_equal(vfdc_controller_insert(w->fdc, 1, NULL), POINTER);
    assert_int_equal(vfdc_controller_insert(w->fdc, 1, &hollow), POINTER);
    for (unsigned unit = 2; unit != 0; unit = unit < 5 ? unit + 1 : unit < UINT_MAX ? UINT_MAX : 0) {
        assert_int_equal(vfdc_controller_insert(w->fdc, unit, &w->hosts.media),
                         VFDC_VM_E_DRIVE_INVALID);
    }
}

static void bad_eject(struct walk *w)
{
    struct vfdc_media *media = &w->hosts.media;

    assert_int_equal(vfdc_controller_eject(NULL, 0, &media), POINTER);
    assert_int_equal(vfdc_controller_eject(w->fdc, 4, &media), VFDC_VM_E_DRIVE_INVALID);
    assert_int_equal(vfdc_controller_eject(w->fdc, UINT_MAX, NULL), VFDC_VM_E_DRIVE_INVALID);
    assert_int_equal(vfdc_controller_eject(w->fdc, 1, NULL), VFDC_VM_E_NO_MEDIA_CAPTURED);
    assert_ptr_equal(media, &w->hosts.media);
}

static void bad_save(struct walk *w)
{
    uint8_t *bytes = malloc(1);
    size_t n_used = 0;

    assert_int_equal(vfdc_controller_save(NULL, bytes, 1, &n_used), POINTER);
    assert_int_equal(vfdc_controller_save(w->fdc, NULL, SIZE_MAX, &n_used), POINTER);
    assert_int_equal(vfdc_controller_save(w->fdc, bytes, 0, &n_used), INVALID);
    assert_int_equal(vfdc_controller_save(w->fdc, bytes, 1, NULL), INVALID);
    assert_true(n_used > 1 && n_used <= VFDC_STATE_MAX_BYTES);
    free(bytes);
}

static void bad_restore(struct walk *w)
{
    uint8_t *bytes = calloc(1, VFDC_STATE_MAX_BYTES);

    assert_int_equal(vfdc_controller_restore(NULL, bytes, 1), POINTER);
    assert_int_equal(vfdc_controller_restore(w->fdc, NULL, VFDC_STATE_MAX_BYTES), POINTER);
    assert_int_equal(vfdc_controller_restore(w->fdc, bytes, 0), INVALID);
    assert_int_equal(vfdc_controller_restore(w->fdc, bytes, VFDC_STATE_MAX_BYTES), INVALID);
    free(bytes);
}

static void bad_state_ok(struct walk *w)
{
    assert_false(vfdc_controller_state_ok(NULL));
    assert_true(vfdc_controller_state_ok(w->fdc));
}

static void any_command_name(struct walk *w)
{
    (void)w;
    for (unsigned byte = 0; byte <= 0xff; byte++) {
        assert_non_null(vfdc_command_name((uint8_t)byte));
    }
}

static void any_result_name(struct walk *w)
{
    (void)w;
    assert_string_equal(vfdc_result_name(0x12345678), "unknown result");
}

static void bad_of(struct walk *w)
{
    assert_null(vfdc_floppy_drive_of(NULL, 0));
    assert_null(vfdc_floppy_drive_of(w->fdc, 4));
    assert_null(vfdc_floppy_drive_of(w->fdc, UINT_MAX));
}

static void bad_retain(struct walk *w)
{
    (void)w;
    assert_null(vfdc_floppy_drive_retain(NULL));
}

static void bad_unref(struct walk *w)
{
    (void)w;
    vfdc_floppy_drive_unref(NULL);
}

static void bad_attach_image(struct walk *w)
{
    struct vfdc_attach_options options = w->scene->options;

    assert_int_equal(vfdc_floppy_drive_attach_image(NULL, w->scene->image, &options), POINTER);
    assert_int_equal(vfdc_floppy_drive_attach_image(w->other, NULL, &options), POINTER);
    for (size_t i = 0; i < N_OUT_OF_RANGE; i++) {
        options.durability = (enum vfdc_durability)out_of_range[i];
        assert_int_equal(vfdc_floppy_drive_attach_image(w->other, "/none", &options), INVALID);
    }
}

static void bad_attach_host_drive(struct walk *w)
{
    assert_int_equal(vfdc_floppy_drive_attach_host_drive(NULL, "/dev/fd0", NULL), POINTER);
    assert_int_equal(vfdc_floppy_drive_attach_host_drive(w->other, NULL, NULL), INVALID);
}

static void bad_release_image(struct walk *w)
{
    assert_int_equal(vfdc_floppy_drive_release_image(NULL), POINTER);
    assert_int_equal(vfdc_floppy_drive_release_image(w->other), VFDC_VM_E_NO_MEDIA_CAPTURED);
}

static void bad_release_host_drive(struct walk *w)
{
    assert_int_equal(vfdc_floppy_drive_release_host_drive(NULL), POINTER);
    assert_int_equal(vfdc_floppy_drive_release_host_drive(w->drive), VFDC_VM_E_MEDIA_WRONG_TYPE);
}

static void bad_flush_image(struct walk *w)
{
    assert_int_equal(vfdc_floppy_drive_flush_image(NULL), POINTER);
    assert_int_equal(vfdc_floppy_drive_flush_image(w->other), VFDC_VM_E_NO_MEDIA_CAPTURED);
}

static void bad_discard_image(struct walk *w)
{
    assert_int_equal(vfdc_floppy_drive_discard_image(NULL), POINTER);
    assert_int_equal(vfdc_floppy_drive_discard_image(w->other), VFDC_VM_E_NO_MEDIA_CAPTURED);
}

static void bad_save_image_as(struct walk *w)
{
    assert_int_equal(vfdc_floppy_drive_save_image_as(NULL, "/none"), POINTER);
    assert_int_equal(vfdc_floppy_drive_save_image_as(w->drive, NULL), POINTER);
    assert_int_equal(vfdc_floppy_drive_save_image_as(w->drive, ""), VFDC_E_BAD_PATHNAME);
}

static void bad_move(struct walk *w)
{
    assert_int_equal(vfdc_floppy_drive_move(NULL, w->other), POINTER);
    assert_int_equal(vfdc_floppy_drive_move(w->drive, NULL), POINTER);
    assert_int_equal(vfdc_floppy_drive_move(NULL, NULL), POINTER);
    assert_int_equal(vfdc_floppy_drive_move(w->drive, w->drive), VFDC_VM_E_DRIVE_IN_USE);
}

static void bad_attachment(struct walk *w)
{
    enum vfdc_attachment is;

    assert_int_equal(vfdc_floppy_drive_attachment(NULL, &is), POINTER);
    assert_int_equal(vfdc_floppy_drive_attachment(w->drive, NULL), POINTER);
}

static void bad_image_file(struct walk *w)
{
    const char *path;

    assert_int_equal(vfdc_floppy_drive_image_file(NULL, &path), POINTER);
    assert_int_equal(vfdc_floppy_drive_image_file(w->drive, NULL), POINTER);
}

static void bad_host_drive(struct walk *w)
{
    const char *path;

    assert_int_equal(vfdc_floppy_drive_host_drive(NULL, &path), POINTER);
    assert_int_equal(vfdc_floppy_drive_host_drive(w->drive, NULL), POINTER);
}

static void bad_drive_number(struct walk *w)
{
    long number;

    assert_int_equal(vfdc_floppy_drive_drive_number(NULL, &number), POINTER);
    assert_int_equal(vfdc_floppy_drive_drive_number(w->drive, NULL), POINTER);
}

static void bad_media(struct walk *w)
{
    assert_null(vfdc_floppy_drive_media(NULL));
    assert_null(vfdc_floppy_drive_media(w->other));
}

static void bad_set_events(struct walk *w)
{
    assert_int_equal(vfdc_floppy_drive_set_events(NULL, on_insert, on_eject, NULL), POINTER);
    assert_ok(vfdc_floppy_drive_set_events(w->other, NULL, NULL, NULL));
}

static void bad_exception(struct walk *w)
{
    (void)w;
    assert_int_equal(vfdc_floppy_drive_exception(NULL)->error.code, VFDC_S_OK);
    assert_string_equal(vfdc_floppy_drive_exception(NULL)->path, "");
}

static void any_system(struct walk *w)
{
    (void)w;
    assert_non_null(vfdc_system_posix());
}

static void any_buffer_bytes(struct walk *w)
{
    (void)w;
    assert_true(vfdc_media_buffer_bytes() > VFDC_IMAGE_MAX_BYTES);
}

static void bad_check_path(struct walk *w)
{
    struct vfdc_media_error error;

    (void)w;
    assert_int_equal(vfdc_media_check_path(NULL, &error), POINTER);
    assert_int_equal(vfdc_media_check_path(NULL, NULL), POINTER);
    assert_int_equal(vfdc_media_check_path("", NULL), VFDC_E_BAD_PATHNAME);
}

/* The two openers of a path; `no_path` is what they say of none. */
static void bad_open(struct walk *w, vfdc_result no_path,
                     vfdc_result (*open)(const char *, const struct vfdc_media_options *,
                                         struct vfdc_media **, struct vfdc_media_error *))
{
    struct vfdc_media_options options = { .drive = VFDC_DRIVE_1440K };
    struct vfdc_media *media = &w->hosts.media;

    assert_int_equal(open(NULL, &options, &media, NULL), no_path);
    assert_null(media);
    assert_int_equal(open(w->scene->image, NULL, &media, NULL), POINTER);
    assert_int_equal(open(w->scene->image, &options, NULL, NULL), POINTER);
    for (size_t i = 0; i < N_OUT_OF_RANGE; i++) {
        options.drive = (enum vfdc_drive_type)out_of_range[i];
        assert_int_equal(open(w->scene->image, &options, &media, NULL), INVALID);
        options.drive = VFDC_DRIVE_1440K;
        options.durability = (enum vfdc_durability)out_of_range[i];
        assert_int_equal(open(w->scene->image, &options, &media, NULL), INVALID);
        options.durability = VFDC_DURABILITY_JOURNAL;
    }
}

static void bad_open_vfd(struct walk *w)
{
    bad_open(w, POINTER, vfdc_media_open_vfd);
}

static void bad_open_host_drive(struct walk *w)
{
    bad_open(w, INVALID, vfdc_media_open_host_drive);
}

static void bad_open_memory(struct walk *w)
{
    struct vfdc_media_options options = { .drive = VFDC_DRIVE_1440K };
    struct vfdc_media *media = &w->hosts.media;
    uint8_t *byte = calloc(1, 1);

    assert_int_equal(vfdc_media_open_memory(NULL, 1474560, &options, &media, NULL), POINTER);
    assert_null(media);
    assert_int_equal(vfdc_media_open_memory(byte, 1, NULL, &media, NULL), POINTER);
    assert_int_equal(vfdc_media_open_memory(byte, 1, &options, NULL, NULL), POINTER);
    assert_int_equal(vfdc_media_open_memory(byte, 0, &options, &media, NULL),
                     VFDC_VM_E_IMAGE_CAPTURE_FAIL);
    assert_int_equal(vfdc_media_open_memory(byte, 1, &options, &media, NULL),
                     VFDC_VM_E_IMAGE_CAPTURE_FAIL);
    for (size_t i = 0; i < N_OUT_OF_RANGE; i++) {
        options.drive = (enum vfdc_drive_type)out_of_range[i];
        assert_int_equal(vfdc_media_open_memory(byte, 1, &options, &media, NULL), INVALID);
    }
    free(byte);
}

static void bad_flush(struct walk *w)
{
    (void)w;
    assert_int_equal(vfdc_media_flush(NULL, NULL), POINTER);
}

static void bad_flush_begin(struct walk *w)
{
    struct vfdc_media_flush *flush = (struct vfdc_media_flush *)w;

    assert_int_equal(vfdc_media_flush_begin(NULL, &flush, NULL), POINTER);
    assert_null(flush);
    assert_int_equal(vfdc_media_flush_begin(&w->hosts.media, NULL, NULL), POINTER);
}

static void bad_flush_write(struct walk *w)
{
    (void)w;
    assert_int_equal(vfdc_media_flush_write(NULL, NULL), POINTER);
}

static void bad_flush_end(struct walk *w)
{
    (void)w;
    assert_int_equal(vfdc_media_flush_end(NULL, NULL), POINTER);
}

static void bad_close(struct walk *w)
{
    (void)w;
    assert_int_equal(vfdc_media_close(NULL, NULL), POINTER);
}

static void bad_discard(struct walk *w)
{
    (void)w;
    assert_int_equal(vfdc_media_discard(NULL, NULL), POINTER);
}

static void bad_save_as(struct walk *w)
{
    struct vfdc_media *media = vfdc_floppy_drive_media(w->drive);

    assert_int_equal(vfdc_media_save_as(NULL, "/none", NULL), POINTER);
    assert_int_equal(vfdc_media_save_as(media, NULL, NULL), POINTER);
    assert_int_equal(vfdc_media_save_as(&w->hosts.media, "/none", NULL), VFDC_E_NOTIMPL);
}

static void bad_image_create(struct walk *w)
{
    (void)w;
    assert_int_equal(vfdc_image_create(NULL, 1474560, NULL, NULL), POINTER);
    assert_int_equal(vfdc_image_create("/none/x.vfd", 0, NULL, NULL), INVALID);
    assert_int_equal(vfdc_image_create("/none/x.vfd", UINT64_MAX, NULL, NULL), INVALID);
}

static void bad_image_type(struct walk *w)
{
    enum vfdc_image_type type;

    assert_int_equal(vfdc_image_type(NULL, NULL, &type, NULL), POINTER);
    assert_int_equal(vfdc_image_type(w->scene->image, NULL, NULL, NULL), POINTER);
}

static void bad_set_marks(struct walk *w)
{
    struct vfdc_media *media = vfdc_floppy_drive_media(w->drive);

    assert_int_equal(vfdc_media_set_marks(NULL, 0, 0, 1, 0), POINTER);
    assert_int_equal(vfdc_media_set_marks(&w->hosts.media, 0, 0, 1, 0), INVALID);
    assert_int_equal(vfdc_media_set_marks(media, 80, 0, 1, 0), INVALID);
    assert_int_equal(vfdc_media_set_marks(media, UINT_MAX, 0, 1, 0), INVALID);
    assert_int_equal(vfdc_media_set_marks(media, 256, 0, 1, 0), INVALID);
    assert_int_equal(vfdc_media_set_marks(media, 0, 2, 1, 0), INVALID);
    assert_int_equal(vfdc_media_set_marks(media, 0, 256, 1, 0), INVALID);
    assert_int_equal(vfdc_media_set_marks(media, 0, 0, 0, 0), INVALID);
    assert_int_equal(vfdc_media_set_marks(media, 0, 0, 19, 0), INVALID);
    assert_int_equal(vfdc_media_set_marks(media, 0, 0, 257, 0), INVALID);
    assert_int_equal(vfdc_media_set_marks(media, 0, 0, 1, 0x04), INVALID);
}

static void bad_is_flushing(struct walk *w)
{
    assert_false(vfdc_media_is_flushing(NULL));
    assert_false(vfdc_media_is_flushing(&w->hosts.media));
}

static void bad_geometry(struct walk *w)
{
    struct vfdc_geometry geometry;

    assert_int_equal(vfdc_media_geometry(NULL, &geometry), POINTER);
    assert_int_equal(vfdc_media_geometry(&w->hosts.media, NULL), POINTER);
}

static void bad_geometry_reason(struct walk *w)
{
    assert_int_equal(vfdc_media_geometry_reason(NULL), VFDC_GEOMETRY_GIVEN);
    assert_int_equal(vfdc_media_geometry_reason(&w->hosts.media), VFDC_GEOMETRY_GIVEN);
}

static void bad_dirty_sectors(struct walk *w)
{
    (void)w;
    assert_int_equal(vfdc_media_dirty_sectors(NULL), 0);
}

static void bad_warnings(struct walk *w)
{
    assert_int_equal(vfdc_media_warnings(NULL), 0);
    assert_int_equal(vfdc_media_warnings(&w->hosts.media), 0);
}

static void bad_is_read_only(struct walk *w)
{
    (void)w;
    assert_true(vfdc_media_is_read_only(NULL));
}

/* ---- from inside a callback of the controller, or of what it calls ---- */

static void in_destroy(struct walk *w)
{
    vfdc_controller_destroy(w->fdc); /* nothing: what is used later is still there */
}

static void in_reset(struct walk *w)
{
    assert_int_equal(vfdc_controller_reset(w->fdc), UNEXPECTED);
}

static void in_read(struct walk *w)
{
    for (unsigned offset = 0; offset < 9; offset++) {
        assert_int_equal(vfdc_controller_read(w->fdc, offset), 0xff);
    }
}

static void in_write(struct walk *w)
{
    for (unsigned offset = 0; offset < 9; offset++) {
        assert_int_equal(vfdc_controller_write(w->fdc, offset, 0x08), UNEXPECTED);
    }
}

static void in_timer_expired(struct walk *w)
{
    assert_int_equal(vfdc_controller_timer_expired(w->fdc), UNEXPECTED);
}

static void in_dma_ready(struct walk *w)
{
    assert_int_equal(vfdc_controller_dma_ready(w->fdc), UNEXPECTED);
}

static void in_terminal_count(struct walk *w)
{
    assert_int_equal(vfdc_controller_terminal_count(w->fdc), UNEXPECTED);
}

static void in_insert(struct walk *w)
{
    assert_int_equal(vfdc_controller_insert(w->fdc, 1, &w->hosts.media), UNEXPECTED);
}

static void in_eject(struct walk *w)
{
    assert_int_equal(vfdc_controller_eject(w->fdc, 0, NULL), UNEXPECTED);
}

static void in_save(struct walk *w)
{
    uint8_t bytes[VFDC_STATE_MAX_BYTES];

    assert_int_equal(vfdc_controller_save(w->fdc, bytes, sizeof(bytes), NULL), UNEXPECTED);
}

static void in_restore(struct walk *w)
{
    static const uint8_t bytes[VFDC_STATE_MAX_BYTES];

    assert_int_equal(vfdc_controller_restore(w->fdc, bytes, sizeof(bytes)), UNEXPECTED);
}

static void in_of(struct walk *w)
{
    assert_null(vfdc_floppy_drive_of(w->fdc, 0));
}

static void in_retain(struct walk *w)
{
    assert_ptr_equal(vfdc_floppy_drive_retain(w->drive), w->drive);
    vfdc_floppy_drive_unref(w->drive);
}

static void in_attach_image(struct walk *w)
{
    assert_int_equal(vfdc_floppy_drive_attach_image(w->other, w->scene->image, NULL), UNEXPECTED);
}

static void in_attach_host_drive(struct walk *w)
{
    assert_int_equal(vfdc_floppy_drive_attach_host_drive(w->other, "/dev/fd0", NULL), UNEXPECTED);
}

static void in_release_image(struct walk *w)
{
    assert_int_equal(vfdc_floppy_drive_release_image(w->drive), UNEXPECTED);
}

static void in_release_host_drive(struct walk *w)
{
    assert_int_equal(vfdc_floppy_drive_release_host_drive(w->drive), UNEXPECTED);
}

static void in_flush_image(struct walk *w)
{
    assert_int_equal(vfdc_floppy_drive_flush_image(w->drive), UNEXPECTED);
}

static void in_discard_image(struct walk *w)
{
    assert_int_equal(vfdc_floppy_drive_discard_image(w->drive), UNEXPECTED);
}

static void in_save_image_as(struct walk *w)
{
    assert_int_equal(vfdc_floppy_drive_save_image_as(w->drive, "/none"), UNEXPECTED);
}

static void in_move(struct walk *w)
{
    assert_int_equal(vfdc_floppy_drive_move(w->drive, w->other), UNEXPECTED);
}

static void in_attachment(struct walk *w)
{
    enum vfdc_attachment is;

    assert_int_equal(vfdc_floppy_drive_attachment(w->drive, &is), UNEXPECTED);
}

static void in_image_file(struct walk *w)
{
    const char *path;

    assert_int_equal(vfdc_floppy_drive_image_file(w->drive, &path), UNEXPECTED);
}

static void in_host_drive(struct walk *w)
{
    const char *path;

    assert_int_equal(vfdc_floppy_drive_host_drive(w->drive, &path), UNEXPECTED);
}

static void in_drive_number(struct walk *w)
{
    long number;

    assert_int_equal(vfdc_floppy_drive_drive_number(w->drive, &number), UNEXPECTED);
}

static void in_media(struct walk *w)
{
    assert_null(vfdc_floppy_drive_media(w->drive));
}

static void in_set_events(struct walk *w)
{
    assert_int_equal(vfdc_floppy_drive_set_events(w->drive, NULL, NULL, NULL), UNEXPECTED);
}

static void in_exception(struct walk *w)
{
    assert_int_equal(vfdc_floppy_drive_exception(w->drive)->error.code, VFDC_S_OK);
}

/* ---- from inside a system call, on the very medium that it is made for ---- */

static void of_flush(struct walk *w)
{
    assert_int_equal(vfdc_media_flush(w->medium, NULL), UNEXPECTED);
}

static void of_flush_begin(struct walk *w)
{
    struct vfdc_media_flush *flush = (struct vfdc_media_flush *)w;

    assert_int_equal(vfdc_media_flush_begin(w->medium, &flush, NULL), UNEXPECTED);
    assert_null(flush);
}

static void of_flush_write(struct walk *w)
{
    if (w->flush != NULL) {
        assert_int_equal(vfdc_media_flush_write(w->flush, NULL), UNEXPECTED);
    }
}

static void of_flush_end(struct walk *w)
{
    if (w->flush != NULL) {
        assert_int_equal(vfdc_media_flush_end(w->flush, NULL), UNEXPECTED);
    }
}

static void of_close(struct walk *w)
{
    assert_int_equal(vfdc_media_close(w->medium, NULL), UNEXPECTED);
}

static void of_discard(struct walk *w)
{
    assert_int_equal(vfdc_media_discard(w->medium, NULL), UNEXPECTED);
}

static void of_save_as(struct walk *w)
{
    assert_int_equal(vfdc_media_save_as(w->medium, "/none", NULL), UNEXPECTED);
}

static void of_geometry(struct walk *w)
{
    struct vfdc_geometry geometry;

    assert_ok(vfdc_media_geometry(w->medium, &geometry));
    assert_int_equal(geometry.cylinders, 80);
}

static void of_geometry_reason(struct walk *w)
{
    assert_int_equal(vfdc_media_geometry_reason(w->medium), VFDC_GEOMETRY_SIZE);
}

static void of_dirty_sectors(struct walk *w)
{
    assert_true(vfdc_media_dirty_sectors(w->medium) <= N_SECTORS);
}

static void of_is_read_only(struct walk *w)
{
    assert_false(vfdc_media_is_read_only(w->medium));
}

/* ---- the table ---- */

/* NULL where a call cannot be wrong: it is about nothing that is in work. */
struct row {
    const char *name;
    void (*bad)(struct walk *);
    void (*in_callback)(struct walk *);
    void (*of_medium)(struct walk *);
};

#define ROW(name, bad, in_callback, of_medium) { #name, bad, in_callback, of_medium }

static const struct row rows[] = {
    ROW(vfdc_command_name, any_command_name, any_command_name, any_command_name),
    ROW(vfdc_controller_create, bad_create, bad_create, bad_create),
    ROW(vfdc_controller_destroy, bad_destroy, in_destroy, NULL),
    ROW(vfdc_controller_dma_ready, bad_dma_ready, in_dma_ready, NULL),
    ROW(vfdc_controller_eject, bad_eject, in_eject, NULL),
    ROW(vfdc_controller_init, bad_init, bad_init, bad_init),
    ROW(vfdc_controller_insert, bad_insert, in_insert, NULL),
    ROW(vfdc_controller_read, bad_read, in_read, NULL),
    ROW(vfdc_controller_reset, bad_reset, in_reset, NULL),
    ROW(vfdc_controller_restore, bad_restore, in_restore, NULL),
    ROW(vfdc_controller_save, bad_save, in_save, NULL),
    ROW(vfdc_controller_size, bad_size, bad_size, bad_size),
    ROW(vfdc_controller_state_ok, bad_state_ok, NULL, NULL),
    ROW(vfdc_controller_terminal_count, bad_terminal_count, in_terminal_count, NULL),
    ROW(vfdc_controller_timer_expired, bad_timer_expired, in_timer_expired, NULL),
    ROW(vfdc_controller_write, bad_write, in_write, NULL),
    ROW(vfdc_floppy_drive_attach_host_drive, bad_attach_host_drive, in_attach_host_drive, NULL),
    ROW(vfdc_floppy_drive_attach_image, bad_attach_image, in_attach_image, NULL),
    ROW(vfdc_floppy_drive_attachment, bad_attachment, in_attachment, NULL),
    ROW(vfdc_floppy_drive_discard_image, bad_discard_image, in_discard_image, NULL),
    ROW(vfdc_floppy_drive_drive_number, bad_drive_number, in_drive_number, NULL),
    ROW(vfdc_floppy_drive_exception, bad_exception, in_exception, NULL),
    ROW(vfdc_floppy_drive_flush_image, bad_flush_image, in_flush_image, NULL),
    ROW(vfdc_floppy_drive_host_drive, bad_host_drive, in_host_drive, NULL),
    ROW(vfdc_floppy_drive_image_file, bad_image_file, in_image_file, NULL),
    ROW(vfdc_floppy_drive_media, bad_media, in_media, NULL),
    ROW(vfdc_floppy_drive_move, bad_move, in_move, NULL),
    ROW(vfdc_floppy_drive_of, bad_of, in_of, NULL),
    ROW(vfdc_floppy_drive_release_host_drive, bad_release_host_drive, in_release_host_drive, NULL),
    ROW(vfdc_floppy_drive_release_image, bad_release_image, in_release_image, NULL),
    ROW(vfdc_floppy_drive_retain, bad_retain, in_retain, in_retain),
    ROW(vfdc_floppy_drive_save_image_as, bad_save_image_as, in_save_image_as, NULL),
    ROW(vfdc_floppy_drive_set_events, bad_set_events, in_set_events, NULL),
    ROW(vfdc_floppy_drive_unref, bad_unref, in_retain, in_retain),
    ROW(vfdc_image_create, bad_image_create, bad_image_create, bad_image_create),
    ROW(vfdc_image_type, bad_image_type, bad_image_type, bad_image_type),
    ROW(vfdc_media_buffer_bytes, any_buffer_bytes, any_buffer_bytes, any_buffer_bytes),
    ROW(vfdc_media_check_path, bad_check_path, bad_check_path, bad_check_path),
    ROW(vfdc_media_close, bad_close, bad_close, of_close),
    ROW(vfdc_media_dirty_sectors, bad_dirty_sectors, bad_dirty_sectors, of_dirty_sectors),
    ROW(vfdc_media_discard, bad_discard, bad_discard, of_discard),
    ROW(vfdc_media_flush, bad_flush, bad_flush, of_flush),
    ROW(vfdc_media_flush_begin, bad_flush_begin, bad_flush_begin, of_flush_begin),
    ROW(vfdc_media_flush_end, bad_flush_end, bad_flush_end, of_flush_end),
    ROW(vfdc_media_flush_write, bad_flush_write, bad_flush_write, of_flush_write),
    ROW(vfdc_media_geometry, bad_geometry, bad_geometry, of_geometry),
    ROW(vfdc_media_geometry_reason, bad_geometry_reason, bad_geometry_reason, of_geometry_reason),
    ROW(vfdc_media_is_flushing, bad_is_flushing, bad_is_flushing, bad_is_flushing),
    ROW(vfdc_media_is_read_only, bad_is_read_only, bad_is_read_only, of_is_read_only),
    ROW(vfdc_media_open_host_drive, bad_open_host_drive, bad_open_host_drive, bad_open_host_drive),
    ROW(vfdc_media_open_memory, bad_open_memory, bad_open_memory, bad_open_memory),
    ROW(vfdc_media_open_vfd, bad_open_vfd, bad_open_vfd, bad_open_vfd),
    ROW(vfdc_media_save_as, bad_save_as, NULL, of_save_as),
    ROW(vfdc_media_set_marks, bad_set_marks, NULL, NULL),
    ROW(vfdc_media_warnings, bad_warnings, bad_warnings, bad_warnings),
    ROW(vfdc_result_name, any_result_name, any_result_name, any_result_name),
    ROW(vfdc_system_posix, any_system, any_system, any_system),
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

/* What a callback does: the rows, once, and nothing further from inside of those. */
static void walk(struct walk *w, bool is_callback)
{
    if (w->is_inside) {
        return;
    }
    w->is_inside = true;
    w->n_walks++;
    for (size_t i = 0; i < N_ROWS; i++) {
        if (is_callback && rows[i].in_callback != NULL) {
            rows[i].in_callback(w);
        }
        if (w->medium != NULL && rows[i].of_medium != NULL) {
            rows[i].of_medium(w);
        }
    }
    w->is_inside = false;
}

static void begin(struct walk *w, struct scene *scene)
{
    memset(w, 0, sizeof(*w));
    w->scene = scene;
    w->fdc = scene->rig->fdc;
    w->drive = scene->drive;
    w->other = vfdc_floppy_drive_of(w->fdc, 1);
    assert_non_null(w->other);
    media_faulty_init(&w->hosts);
}

static void end(struct walk *w)
{
    vfdc_floppy_drive_unref(w->other);
    media_faulty_free(&w->hosts);
}

/* ---- the walks ---- */

static void every_misuse_has_its_answer(void **state)
{
    struct scene *scene = *state;
    static struct walk w;

    begin(&w, scene);
    assert_ok(attach(scene, scene->image));
    for (size_t i = 0; i < N_ROWS; i++) {
        rows[i].bad(&w);
        assert_true(vfdc_controller_state_ok(w.fdc));
        assert_int_equal(attachment(scene), VFDC_ATTACHMENT_IMAGE);
        assert_string_equal(image_file(scene), scene->image);
    }
    guest_start(scene);
    end(&w);
}

/* Every system call, with a walk before it. */
static struct walk *walker;
static bool is_in_controller; /* the call under way is the controller's or the door's */

#define BEFORE(result, name, parameters, ...)               \
    static result walking_##name parameters                 \
    {                                                       \
        walk(walker, is_in_controller);                     \
        return vfdc_system_posix()->name(__VA_ARGS__);      \
    }

BEFORE(int, open, (void *o, const char *path, int flags, uint32_t mode), o, path, flags, mode)
BEFORE(int, status, (void *o, int fd, struct vfdc_system_status *status), o, fd, status)
BEFORE(int64_t, pread, (void *o, int fd, void *bytes, size_t n, uint64_t at), o, fd, bytes, n, at)
BEFORE(int64_t, pwrite, (void *o, int fd, const void *bytes, size_t n, uint64_t at), o, fd, bytes,
       n, at)
BEFORE(int, truncate, (void *o, int fd, uint64_t n_bytes), o, fd, n_bytes)
BEFORE(int, sync, (void *o, int fd), o, fd)
BEFORE(int, close, (void *o, int fd), o, fd)
BEFORE(int, open_at, (void *o, int at, const char *name, int flags, uint32_t mode), o, at, name,
       flags, mode)
BEFORE(int, status_at, (void *o, int at, const char *name, struct vfdc_system_status *status), o,
       at, name, status)
BEFORE(int, rename_at, (void *o, int at, const char *from, const char *to), o, at, from, to)
BEFORE(int, unlink_at, (void *o, int at, const char *name), o, at, name)
BEFORE(int, sync_directory, (void *o, int at), o, at)
BEFORE(int, can_write_directory, (void *o, int at), o, at)
BEFORE(int, resolve, (void *o, int fd, const char *path, char *resolved, size_t n), o, fd, path,
       resolved, n)
BEFORE(int, lock, (void *o, int fd, uint64_t first, uint64_t n), o, fd, first, n)
BEFORE(int, is_locked, (void *o, int fd, uint64_t first, uint64_t n), o, fd, first, n)
BEFORE(int, device_bytes, (void *o, int fd, uint64_t *n_bytes), o, fd, n_bytes)
BEFORE(uint32_t, user, (void *o), o)
BEFORE(int, set_owner, (void *o, int fd, uint32_t owner, uint32_t group, uint32_t mode), o, fd,
       owner, group, mode)

static const struct vfdc_system walking_system = {
    .open = walking_open,
    .status = walking_status,
    .pread = walking_pread,
    .pwrite = walking_pwrite,
    .truncate = walking_truncate,
    .sync = walking_sync,
    .close = walking_close,
    .open_at = walking_open_at,
    .status_at = walking_status_at,
    .rename_at = walking_rename_at,
    .unlink_at = walking_unlink_at,
    .sync_directory = walking_sync_directory,
    .can_write_directory = walking_can_write_directory,
    .resolve = walking_resolve,
    .lock = walking_lock,
    .is_locked = walking_is_locked,
    .device_bytes = walking_device_bytes,
    .user = walking_user,
    .set_owner = walking_set_owner,
};

static void intrude(struct rig *rig, const char *callback)
{
    (void)callback;
    walk(rig->intruder, true);
}

/* Everything that an operator and a guest do, each callback and system call on the way a walk. */
static void calls_from_inside_callbacks_are_refused(void **state)
{
    struct scene *scene = *state;
    uint8_t bytes[512];
    static struct walk w;

    begin(&w, scene);
    walker = &w;
    is_in_controller = true;
    scene->options.system = &walking_system;
    scene->rig->intruder = &w;
    scene->rig->intrude = intrude;

    assert_ok(attach(scene, scene->image));
    guest_start(scene);
    memset(bytes, 0x3c, sizeof(bytes));
    guest_write(scene, 3, bytes);
    guest_reads(scene, 3, bytes);
    rig_out(scene->rig, 2, 0x0c);
    rig_run(scene->rig, 2 * RIG_MS); /* the flush by policy */
    rig_out(scene->rig, 2, 0x00);
    guest_start(scene);
    guest_write(scene, 4, bytes);
    assert_ok(vfdc_floppy_drive_flush_image(scene->drive));
    guest_write(scene, 5, bytes);
    assert_ok(vfdc_floppy_drive_save_image_as(scene->drive, name_of(scene, "b.vfd")));
    assert_ok(vfdc_controller_reset(scene->rig->fdc));
    guest_start(scene);
    guest_write(scene, 6, bytes);
    assert_ok(release(scene));
    scene->rig->intrude = NULL;
    scene->rig->told_twice = false;

    assert_true(w.n_walks > 50);
    assert_file_sector(scene->file[0], 2, bytes);
    assert_file_sector(scene->file[0], 5, bytes);
    end(&w);
}

/* Calls on a medium that is in no drive, from inside its own system calls. */
static void calls_from_inside_a_system_call_are_refused(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media_options options = {
        .drive = VFDC_DRIVE_1440K, .system = &walking_system,
    };
    struct vfdc_media_span span = { NULL, 0 };
    struct vfdc_media *media = NULL;
    struct vfdc_media_error error;
    uint8_t bytes[512];
    static struct walk w;

    begin(&w, scene);
    walker = &w;
    is_in_controller = false;
    memset(bytes, 0x5a, sizeof(bytes));
    assert_ok(vfdc_media_open_vfd(scene->image, &options, &media, &error));
    w.medium = media;
    assert_int_equal(media->ops->read_span(media, 7, 1, 1, 1, &span), VFDC_MEDIA_OK);
    assert_int_equal(media->ops->write_sector(media, 0, 0, 3, bytes, 0), VFDC_MEDIA_OK);
    assert_int_equal(media->ops->commit(media), VFDC_MEDIA_OK);
    assert_ok(vfdc_media_flush(media, &error));
    assert_int_equal(media->ops->write_sector(media, 0, 0, 4, bytes, 0), VFDC_MEDIA_OK);
    assert_int_equal(media->ops->commit(media), VFDC_MEDIA_OK);
    assert_ok(vfdc_media_save_as(media, name_of(scene, "b.vfd"), &error));
    assert_int_equal(media->ops->write_sector(media, 0, 0, 5, bytes, 0), VFDC_MEDIA_OK);
    assert_ok(vfdc_media_flush(media, &error));
    assert_ok(vfdc_media_close(media, &error));

    assert_true(w.n_walks > 20);
    assert_file_sector(scene->image, 2, bytes);
    assert_file_sector(scene->file[0], 3, bytes);
    assert_file_sector(scene->file[0], 4, bytes);
    end(&w);
}

static void a_discard_refuses_calls_from_inside_too(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media_options options = {
        .drive = VFDC_DRIVE_1440K, .system = &walking_system,
    };
    struct vfdc_media *media = NULL;
    struct vfdc_media_error error;
    uint8_t bytes[512];
    static struct walk w;

    begin(&w, scene);
    walker = &w;
    is_in_controller = false;
    memset(bytes, 0x5a, sizeof(bytes));
    assert_ok(vfdc_media_open_vfd(scene->image, &options, &media, &error));
    w.medium = media;
    assert_int_equal(media->ops->write_sector(media, 0, 0, 3, bytes, 0), VFDC_MEDIA_OK);
    assert_int_equal(media->ops->commit(media), VFDC_MEDIA_OK);
    assert_ok(vfdc_media_discard(media, &error));

    assert_file_lba(scene->image, 2, 3);
    end(&w);
}

/* What is appended is appended once: the operation that appends is refused out of its own write. */
static int64_t committing_pwrite(void *opaque, int fd, const void *bytes, size_t n_bytes,
                                 uint64_t offset)
{
    struct vfdc_media *media = walker->medium;

    assert_int_equal(media->ops->commit(media), VFDC_MEDIA_HOST_ERROR);
    walker->n_walks++;
    return vfdc_system_posix()->pwrite(opaque, fd, bytes, n_bytes, offset);
}

static void a_commit_out_of_a_commit_is_refused(void **state)
{
    struct scene *scene = *state;
    struct vfdc_system system = *vfdc_system_posix();
    const struct vfdc_media_options options = { .drive = VFDC_DRIVE_1440K, .system = &system };
    struct vfdc_media *media = NULL;
    uint8_t bytes[512];
    static struct walk w;

    begin(&w, scene);
    walker = &w;
    system.pwrite = committing_pwrite;
    memset(bytes, 0x5a, sizeof(bytes));
    assert_ok(vfdc_media_open_vfd(scene->image, &options, &media, NULL));
    w.medium = media;
    assert_int_equal(media->ops->write_sector(media, 0, 0, 3, bytes, 0), VFDC_MEDIA_OK);
    assert_int_equal(media->ops->commit(media), VFDC_MEDIA_OK);
    assert_int_equal(w.n_walks, 1);
    system.pwrite = vfdc_system_posix()->pwrite;
    assert_ok(vfdc_media_flush(media, NULL));
    assert_ok(vfdc_media_close(media, NULL));
    assert_file_sector(scene->image, 2, bytes);
    end(&w);
}

/* Out of its system calls the writing part of a flush can be neither begun again nor ended. */
static int ending_sync(void *opaque, int fd)
{
    struct walk *w = walker;

    of_flush_write(w);
    of_flush_end(w);
    w->n_walks++;
    return vfdc_system_posix()->sync(opaque, fd);
}

static void a_flush_by_parts_is_not_ended_in_its_middle(void **state)
{
    struct scene *scene = *state;
    struct vfdc_system system = *vfdc_system_posix();
    struct vfdc_media_options options = { .drive = VFDC_DRIVE_1440K, .system = &system };
    struct vfdc_media *media = NULL;
    struct vfdc_media_error error;
    uint8_t bytes[512];
    static struct walk w;

    begin(&w, scene);
    walker = &w;
    system.sync = ending_sync;
    memset(bytes, 0x77, sizeof(bytes));
    assert_ok(vfdc_media_open_vfd(scene->image, &options, &media, &error));
    assert_int_equal(media->ops->write_sector(media, 0, 0, 3, bytes, 0), VFDC_MEDIA_OK);
    assert_ok(vfdc_media_flush_begin(media, &w.flush, &error));
    assert_non_null(w.flush);
    assert_ok(vfdc_media_flush_write(w.flush, &error));
    assert_ok(vfdc_media_flush_end(w.flush, &error));
    assert_true(w.n_walks > 0);
    assert_file_sector(scene->image, 2, bytes);
    assert_ok(vfdc_media_close(media, &error));
    end(&w);
}

/* ---- event handlers, which are no such callbacks ---- */

static void misuse_all(struct scene *scene, struct vfdc_floppy_drive *drive)
{
    struct walk *w = walker;

    assert_ptr_equal(drive, scene->drive);
    for (size_t i = 0; i < N_ROWS; i++) {
        rows[i].bad(w);
    }
    w->n_walks++;
}

static void an_insert_handler_may_call_anything(void **state)
{
    struct scene *scene = *state;
    static struct walk w;

    begin(&w, scene);
    walker = &w;
    scene->act = misuse_all;
    assert_ok(attach(scene, scene->image));

    assert_int_equal(w.n_walks, 1);
    assert_string_equal(image_file(scene), scene->image);
    end(&w);
}

static void destroy_all(struct scene *scene, struct vfdc_floppy_drive *drive)
{
    (void)drive;
    destroy(scene);
}

static void release_first(struct scene *scene, struct vfdc_floppy_drive *drive)
{
    scene->act = destroy_all;
    assert_ok(vfdc_floppy_drive_release_image(drive));
}

static void attach_again(struct scene *scene, struct vfdc_floppy_drive *drive)
{
    assert_ok(vfdc_floppy_drive_attach_image(drive, scene->image, &scene->options));
}

/* The machine goes in the handler, the handle stays; the events come in their order. */
static void handlers_may_end_the_machine(void **state)
{
    static void (*const acts[])(struct scene *, struct vfdc_floppy_drive *) = {
        destroy_all, release_first,
    };

    (void)state;
    for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
        void *fresh = NULL;
        struct scene *scene;

        assert_int_equal(scene_setup(&fresh), 0);
        scene = fresh;
        scene->act = acts[i];
        assert_ok(attach(scene, scene->image));
        assert_event(scene, 0, INSERT, scene->image);
        assert_event(scene, 1, EJECT, scene->image);
        assert_int_equal(scene->n_events, 2);
        assert_int_equal(release(scene), VFDC_VM_E_VM_UNKNOWN);
        assert_int_equal(scene_teardown(&fresh), 0);
    }
}

static void an_eject_handler_may_attach_again(void **state)
{
    struct scene *scene = *state;

    assert_ok(attach(scene, scene->image));
    scene->act = attach_again;
    assert_ok(release(scene));
    assert_int_equal(attachment(scene), VFDC_ATTACHMENT_IMAGE);
    scene->act = attach_again;
    assert_ok(vfdc_floppy_drive_discard_image(scene->drive));
    assert_int_equal(attachment(scene), VFDC_ATTACHMENT_IMAGE);
    assert_int_equal(scene->n_events, 5);
}

/* ---- two machines, and a callback of one that calls into the other ---- */

static void release_the_other(struct rig *rig, const char *callback)
{
    struct walk *w = rig->intruder;

    (void)callback;
    if (!w->is_inside) {
        w->is_inside = true;
        w->n_walks++;
        assert_int_equal(vfdc_floppy_drive_release_image(w->drive), UNEXPECTED);
        assert_int_equal(vfdc_floppy_drive_discard_image(w->drive), UNEXPECTED);
        assert_int_equal(vfdc_controller_eject(w->scene->rig->fdc, 0, NULL), UNEXPECTED);
        vfdc_controller_destroy(w->scene->rig->fdc);
        w->is_inside = false;
    }
}

static void a_move_is_not_cut_by_a_callback_of_the_other_machine(void **state)
{
    static const struct vfdc_config config = {
        .empty = VFDC_EMPTY_HANGS, .drive = { VFDC_DRIVE_1440K },
    };
    struct scene *scene = *state;
    struct rig *there = rig_new(&config);
    struct vfdc_floppy_drive *to = vfdc_floppy_drive_of(there->fdc, 0);
    static struct walk w;

    begin(&w, scene);
    attach_and_write(scene, (uint8_t[512]){ 0 });
    power_on(there, 0x1c);
    cmd(there, 0x4a, 0); /* waits for a disk */
    rig_run(there, RIG_S);
    there->intruder = &w;
    there->intrude = release_the_other;
    assert_ok(vfdc_floppy_drive_move(scene->drive, to));
    there->intrude = NULL;

    assert_true(w.n_walks > 0);
    assert_int_equal(attachment(scene), VFDC_ATTACHMENT_NONE);
    assert_ok(vfdc_floppy_drive_release_image(to));
    vfdc_floppy_drive_unref(to);
    rig_free(there);
    end(&w);
}

/* ---- destroyed in any phase ---- */

static void in_a_command(struct scene *scene)
{
    cmd(scene->rig, 0xc5, 0, 0, 0);
}

static void in_a_read_without_dma(struct scene *scene)
{
    uint8_t bytes[100];

    cmd(scene->rig, 0x03, 0xdf, 0x03);
    cmd(scene->rig, 0xe6, 0, 0, 0, 1, 2, 0x12, 0x1b, 0xff);
    pio_read(scene->rig, bytes, sizeof(bytes));
}

static void in_a_write_without_dma(struct scene *scene)
{
    static const uint8_t bytes[612];

    cmd(scene->rig, 0x03, 0xdf, 0x03);
    cmd(scene->rig, 0xc5, 0, 0, 0, 2, 2, 0x12, 0x1b, 0xff);
    pio_write(scene->rig, bytes, sizeof(bytes)); /* one sector and a part of the next */
}

static void in_a_dma_that_waits(struct scene *scene)
{
    dma_off(scene->rig);
    cmd(scene->rig, 0xe6, 0, 0, 0, 1, 2, 0x12, 0x1b, 0xff);
    rig_run(scene->rig, 5 * RIG_MS);
    assert_true(scene->rig->drq);
}

static void in_a_result(struct scene *scene)
{
    dma_read(scene->rig, 512);
    cmd(scene->rig, 0xe6, 0, 0, 0, 1, 2, 0x12, 0x1b, 0xff);
    run_until_irq(scene->rig);
    (void)rig_in(scene->rig, 5);
}

static void in_a_seek(struct scene *scene)
{
    cmd(scene->rig, 0x0f, 0, 40);
}

static void in_a_reset(struct scene *scene)
{
    rig_out(scene->rig, 2, 0x18);
}

static void (*const phases[])(struct scene *) = {
    in_a_command, in_a_read_without_dma, in_a_write_without_dma, in_a_dma_that_waits, in_a_result,
    in_a_seek, in_a_reset,
};

#define N_PHASES (sizeof(phases) / sizeof(phases[0]))

/* Without timer calls or with a clock that has run on: what is whole is written, no more. */
static void a_machine_may_be_destroyed_in_any_phase(void **state)
{
    static const uint8_t zeros[512];

    (void)state;
    for (size_t i = 0; i < 2 * N_PHASES; i++) {
        void *fresh = NULL;
        struct scene *scene;

        assert_int_equal(scene_setup(&fresh), 0);
        scene = fresh;
        assert_ok(attach(scene, scene->image));
        guest_start(scene);
        phases[i % N_PHASES](scene);
        scene->rig->now_ns += i < N_PHASES ? 0 : 100 * RIG_S;
        destroy(scene);

        assert_event(scene, 1, EJECT, scene->image);
        assert_int_equal(release(scene), VFDC_VM_E_VM_UNKNOWN);
        assert_null(vfdc_floppy_drive_media(scene->drive));
        assert_file_lba(scene->image, 0, 1);
        if (phases[i % N_PHASES] == in_a_write_without_dma) {
            assert_file_sector(scene->image, 1, zeros);
        }
        assert_file_lba(scene->image, 2, 18);
        assert_int_equal(scene_teardown(&fresh), 0);
    }
}

/* The flush goes on alone: its end closes the medium. */
static void a_flush_by_parts_outlives_its_machine(void **state)
{
    (void)state;
    for (int n_done = 0; n_done < 2; n_done++) {
        struct vfdc_media_flush *flush = NULL;
        struct vfdc_media_error error;
        struct scene *scene;
        void *fresh = NULL;
        uint8_t bytes[512];
        vfdc_result result;

        assert_int_equal(scene_setup(&fresh), 0);
        scene = fresh;
        attach_and_write(scene, bytes);
        assert_ok(vfdc_media_flush_begin(vfdc_floppy_drive_media(scene->drive), &flush, &error));
        assert_non_null(flush);
        if (n_done > 0) {
            assert_ok(vfdc_media_flush_write(flush, &error));
        }
        destroy(scene);
        if (n_done == 0) {
            assert_ok(vfdc_media_flush_write(flush, &error));
        }
        result = vfdc_media_flush_end(flush, &error);
        assert_ok(result);

        assert_file_sector(scene->image, 2, bytes);
        assert_int_equal(release(scene), VFDC_VM_E_VM_UNKNOWN);
        assert_int_equal(scene_teardown(&fresh), 0);
    }
}

/* ---- clocks ---- */

/* In every phase the clock goes where it likes; the timer is called at once, twice, or never. */
static void a_clock_may_jump_anywhere_in_any_phase(void **state)
{
    static const uint64_t times_ns[] = {
        0, 1, RIG_MS, RIG_S, UINT64_MAX / 2, UINT64_MAX - RIG_MS, UINT64_MAX - 1, UINT64_MAX,
    };
    enum { N_TIMES = sizeof(times_ns) / sizeof(times_ns[0]) };

    (void)state;
    for (size_t i = 0; i < N_PHASES * N_TIMES * N_TIMES; i++) {
        const uint64_t then_ns = times_ns[i % N_TIMES];
        const uint64_t later_ns = times_ns[i / N_TIMES % N_TIMES];
        struct scene scene = { .rig = rig_new(NULL) };
        struct rig_disk disk = rig_disk_new(VFDC_DRIVE_1440K, N_SECTORS, false);
        struct rig *rig = scene.rig;

        assert_ok(vfdc_controller_insert(rig->fdc, 0, disk.media));
        guest_start(&scene);
        phases[i / N_TIMES / N_TIMES](&scene);
        for (unsigned n_calls = 0; n_calls < 3; n_calls++) {
            rig->now_ns = n_calls % 2 == 0 ? then_ns : later_ns;
            for (unsigned call = 0; call < n_calls; call++) {
                assert_ok(vfdc_controller_timer_expired(rig->fdc));
            }
            (void)msr(rig);
            (void)rig_in(rig, 5);
            assert_true(vfdc_controller_state_ok(rig->fdc));
        }
        rig->now_ns = 0;
        rig_out(rig, 2, 0x00);
        power_on(rig, 0x1c);
        seek(rig, 0, 3);
        assert_ok(vfdc_controller_eject(rig->fdc, 0, NULL));
        rig_free(rig);
        rig_disk_free(&disk);
    }
}

/* ---- saving ---- */

static void a_save_writes_no_byte_more_than_there_is_room_for(void **state)
{
    struct scene *scene = *state;
    size_t n_used = 0;

    assert_ok(attach(scene, scene->image));
    guest_start(scene);
    in_a_write_without_dma(scene);
    for (size_t n_bytes = 0; n_bytes <= VFDC_STATE_MAX_BYTES; n_bytes++) {
        uint8_t *bytes = malloc(n_bytes + (n_bytes == 0)); /* of this size, so that more shows */
        vfdc_result result = vfdc_controller_save(scene->rig->fdc, bytes, n_bytes, &n_used);

        assert_int_equal(result, n_bytes < n_used ? INVALID : VFDC_S_OK);
        if (n_bytes >= n_used) {
            assert_int_equal(vfdc_controller_restore(scene->rig->fdc, bytes, n_bytes),
                             n_bytes == n_used ? VFDC_S_OK : INVALID);
        }
        free(bytes);
    }
    scene->rig->told_twice = false; /* a restore tells anew */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(every_misuse_has_its_answer),
        SCENE_TEST(calls_from_inside_callbacks_are_refused),
        SCENE_TEST(calls_from_inside_a_system_call_are_refused),
        SCENE_TEST(a_discard_refuses_calls_from_inside_too),
        SCENE_TEST(a_commit_out_of_a_commit_is_refused),
        SCENE_TEST(a_flush_by_parts_is_not_ended_in_its_middle),
        SCENE_TEST(an_insert_handler_may_call_anything),
        cmocka_unit_test(handlers_may_end_the_machine),
        SCENE_TEST(an_eject_handler_may_attach_again),
        SCENE_TEST(a_move_is_not_cut_by_a_callback_of_the_other_machine),
        cmocka_unit_test(a_machine_may_be_destroyed_in_any_phase),
        cmocka_unit_test(a_flush_by_parts_outlives_its_machine),
        cmocka_unit_test(a_clock_may_jump_anywhere_in_any_phase),
        SCENE_TEST(a_save_writes_no_byte_more_than_there_is_room_for),
    };

    return cmocka_run_group_tests_name("misuse", tests, NULL, NULL);
}
