/*
 * The operator's door, inwards: attaching an image, every code of it in the order in which they
 * are checked, what is refused and with which detail, protection, and want of memory.
 */
#include "scene.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* ---- attach ---- */

static void attach_shows_in_the_properties(void **state)
{
    struct scene *scene = *state;
    struct vfdc_geometry geometry;

    assert_ok(attach(scene, scene->image));

    assert_int_equal(attachment(scene), VFDC_ATTACHMENT_IMAGE);
    assert_string_equal(image_file(scene), scene->image);
    assert_ok(vfdc_media_geometry(vfdc_floppy_drive_media(scene->drive), &geometry));
    assert_int_equal(geometry.cylinders, 80);
    assert_int_equal(geometry.heads, 2);
    assert_int_equal(geometry.sectors, 18);
    assert_int_equal(exception(scene)->error.code, VFDC_S_OK);
    assert_int_equal(scene->rig->n_reports, 0);
}

static void attach_without_options_reads_and_writes(void **state)
{
    struct scene *scene = *state;

    assert_ok(vfdc_floppy_drive_attach_image(scene->drive, scene->image, NULL));

    assert_false(vfdc_media_is_read_only(vfdc_floppy_drive_media(scene->drive)));
    guest_start(scene);
}

static void the_guest_reads_what_is_attached(void **state)
{
    struct scene *scene = *state;
    uint8_t wanted[512];

    assert_ok(attach(scene, scene->image));
    guest_start(scene);

    rig_fill_lba(wanted, 4, 1);
    guest_reads(scene, 5, wanted);
}

static void attach_checks_in_order(void **state)
{
    struct scene *scene = *state;
    struct vfdc_floppy_drive *unfitted = vfdc_floppy_drive_of(scene->rig->fdc, 2);
    const char *missing = name_of(scene, "missing.vfd");
    char too_long[PATH_MAX + 2];

    memset(too_long, 'x', sizeof(too_long));
    too_long[0] = '/';
    too_long[PATH_MAX + 1] = '\0';
    assert_ok(attach(scene, scene->image));

    assert_int_equal(vfdc_floppy_drive_attach_image(unfitted, NULL, NULL),
                     VFDC_VM_E_DRIVE_INVALID);
    assert_int_equal(vfdc_floppy_drive_exception(unfitted)->error.code, VFDC_VM_E_DRIVE_INVALID);
    assert_int_equal(attach(scene, NULL), VFDC_E_POINTER);
    assert_exception(scene, VFDC_E_POINTER, 0, "");
    assert_int_equal(attach(scene, ""), VFDC_E_BAD_PATHNAME);
    assert_exception(scene, VFDC_E_BAD_PATHNAME, 0, "");
    assert_int_equal(attach(scene, "a.vfd"), VFDC_E_BAD_PATHNAME);
    assert_exception(scene, VFDC_E_BAD_PATHNAME, 0, "a.vfd");
    assert_int_equal(attach(scene, too_long), VFDC_E_BUFFER_OVERFLOW);
    assert_int_equal(exception(scene)->error.code, VFDC_E_BUFFER_OVERFLOW);
    assert_string_equal(exception(scene)->path, too_long);
    assert_int_equal(attach(scene, missing), VFDC_VM_E_DRIVE_IN_USE);
    assert_exception(scene, VFDC_VM_E_DRIVE_IN_USE, 0, missing);
    assert_non_null(strstr(exception(scene)->error.text, "drive 0 already holds /"));
    assert_non_null(strstr(exception(scene)->error.text, scene->image));
    assert_ok(release(scene));
    assert_int_equal(attach(scene, missing), VFDC_VM_E_IMAGE_CAPTURE_FAIL);
    assert_exception(scene, VFDC_VM_E_IMAGE_CAPTURE_FAIL, ENOENT, missing);
    assert_int_equal(release(scene), VFDC_VM_E_NO_MEDIA_CAPTURED); /* and of the system nothing */
    assert_exception(scene, VFDC_VM_E_NO_MEDIA_CAPTURED, 0, "");

    destroy(scene);
    assert_int_equal(attach(scene, NULL), VFDC_VM_E_VM_UNKNOWN);
    assert_int_equal(vfdc_floppy_drive_attach_image(unfitted, NULL, NULL), VFDC_VM_E_VM_UNKNOWN);
    vfdc_floppy_drive_unref(unfitted);
}

static void a_failed_attach_of_an_occupied_drive_leaves_the_disk_in(void **state)
{
    struct scene *scene = *state;

    assert_ok(attach(scene, scene->image));
    guest_start(scene);
    assert_int_equal(attach(scene, scene->image), VFDC_VM_E_DRIVE_IN_USE);

    assert_string_equal(image_file(scene), scene->image);
    assert_false(change_line(scene->rig));
    assert_int_equal(scene->n_events, 1);
}

static void a_path_is_kept_as_it_was_given(void **state)
{
    struct scene *scene = *state;
    char path[2100];
    size_t n = (size_t)snprintf(path, sizeof(path), "%s", scene->folder);

    while (n < 2000) {
        n += (size_t)snprintf(path + n, sizeof(path) - n, "/.");
    }
    snprintf(path + n, sizeof(path) - n, "//a.vfd");
    assert_ok(vfdc_floppy_drive_set_events(scene->drive, NULL, NULL, NULL));
    assert_ok(attach(scene, path));
    path[1] = 'X'; /* it was copied */

    assert_true(strlen(image_file(scene)) == strlen(path));
    assert_int_equal(image_file(scene)[1], 't');
    assert_string_equal(image_file(scene) + 2, path + 2);
}

static void a_name_too_long_for_the_system_is_a_buffer_overflow(void **state)
{
    struct scene *scene = *state;
    char path[600];

    snprintf(path, sizeof(path), "%s/%0300d", scene->folder, 0);

    assert_int_equal(attach(scene, path), VFDC_E_BUFFER_OVERFLOW);
    assert_exception(scene, VFDC_E_BUFFER_OVERFLOW, ENAMETOOLONG, path);
}

static void a_path_with_odd_bytes_is_only_quoted_in_messages(void **state)
{
    struct scene *scene = *state;
    const char *path = name_of(scene, "line\nbreak\xff.vfd");

    write_lba_image(path);
    assert_ok(attach(scene, path));
    assert_string_equal(image_file(scene), path);
    assert_int_equal(attach(scene, scene->image), VFDC_VM_E_DRIVE_IN_USE);

    assert_null(strchr(exception(scene)->error.text, '\n'));
    assert_non_null(strstr(exception(scene)->error.text, "line\\x0abreak\\xff.vfd"));
}

/* A message has room for so much; a path has more. */
static void a_path_longer_than_a_message_is_cut_in_it(void **state)
{
    struct scene *scene = *state;
    static char path[PATH_MAX];
    const char *text;
    size_t n = strlen(scene->folder);

    /* the folder's name, and "/." many times; then a name with a backslash */
    memcpy(path, scene->folder, n);
    while (n < 600) {
        path[n++] = '/';
        path[n++] = '.';
    }
    strcpy(path + n, "/a.vfd");
    /* the scene's recorder has no room for it either */
    assert_ok(vfdc_floppy_drive_set_events(scene->drive, NULL, NULL, NULL));
    assert_ok(attach(scene, path));
    assert_int_equal(attach(scene, scene->image), VFDC_VM_E_DRIVE_IN_USE);
    text = exception(scene)->error.text;
    assert_true(strlen(text) < VFDC_MEDIA_TEXT_BYTES);
    assert_non_null(strstr(text, "drive 0 already holds /"));
    assert_non_null(strstr(text, "/././././"));
    assert_null(strstr(text, "a.vfd"));
    assert_ok(release(scene));

    write_lba_image(name_of(scene, "back\\slash.vfd"));
    assert_ok(attach(scene, name_of(scene, "back\\slash.vfd")));
    assert_int_equal(attach(scene, scene->image), VFDC_VM_E_DRIVE_IN_USE);
    assert_non_null(strstr(exception(scene)->error.text, "back\\x5cslash.vfd"));
}

static void exception_path_may_be_attached_again(void **state)
{
    struct scene *scene = *state;

    assert_int_equal(attach(scene, name_of(scene, "missing.vfd")), VFDC_VM_E_IMAGE_CAPTURE_FAIL);

    assert_int_equal(attach(scene, exception(scene)->path), VFDC_VM_E_IMAGE_CAPTURE_FAIL);
    assert_exception(scene, VFDC_VM_E_IMAGE_CAPTURE_FAIL, ENOENT, scene->file[0]);
}

static void a_layout_by_force_is_used(void **state)
{
    struct scene *scene = *state;
    struct vfdc_geometry geometry;

    scene->options.cylinders = 80;
    scene->options.heads = 2;
    scene->options.sectors = 18;
    scene->options.size_code = 2;
    assert_ok(attach(scene, scene->image));
    assert_int_equal(vfdc_media_geometry_reason(vfdc_floppy_drive_media(scene->drive)),
                     VFDC_GEOMETRY_GIVEN);
    assert_ok(vfdc_media_geometry(vfdc_floppy_drive_media(scene->drive), &geometry));
    assert_int_equal(geometry.sectors, 18);
    assert_ok(release(scene));

    scene->options.sectors = 17;
    assert_int_equal(attach(scene, scene->image), VFDC_VM_E_IMAGE_CAPTURE_FAIL);
    scene->options.sectors = 0;
    assert_int_equal(attach(scene, scene->image), VFDC_VM_E_IMAGE_CAPTURE_FAIL);
}

/* After a refusal: the drive as it was, and a detail that names the file. */
static void assert_refused(struct scene *scene, const char *path, int system_errno)
{
    assert_int_equal(attach(scene, path), VFDC_VM_E_IMAGE_CAPTURE_FAIL);

    assert_exception(scene, VFDC_VM_E_IMAGE_CAPTURE_FAIL, system_errno, path);
    assert_non_null(strstr(exception(scene)->error.text, path));
    assert_int_equal(attachment(scene), VFDC_ATTACHMENT_NONE);
    assert_string_equal(image_file(scene), "");
    assert_null(vfdc_floppy_drive_media(scene->drive));
    assert_true(change_line(scene->rig));
    assert_int_equal(scene->n_events, 0);
    assert_int_equal(scene->rig->n_reports, 0);
    assert_int_equal(scene->faulty.plan[FAULTY_PWRITE].n_calls, 0);
    assert_int_equal(scene->faulty.plan[FAULTY_TRUNCATE].n_calls, 0);
}

static void refused_images_change_nothing(void **state)
{
    struct scene *scene = *state;
    static const struct {
        const char *name;
        off_t n_bytes;
    } odd[] = {
        { "empty.vfd", 0 },           { "byte.vfd", 1 },
        { "sector.vfd", 512 },        { "short.vfd", 1474560 - 512 },
        { "shorter.vfd", 1474559 },   { "longer.vfd", 1474561 },
        { "2.88M.vfd", 2949120 },     { "64MB.vfd", 64 * 1024 * 1024 },
        { "huge.vfd", (off_t)1 << 40 },
    };

    power_on(scene->rig, 0x1c);
    assert_refused(scene, name_of(scene, "missing.vfd"), ENOENT);
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        const char *path = name_of(scene, odd[i].name);

        write_sparse(path, odd[i].n_bytes);
        assert_refused(scene, path, 0);
    }
    assert_refused(scene, scene->folder, EISDIR);
    assert_refused(scene, "/dev/zero", 0);
}

static void a_fifo_is_refused_and_not_waited_for(void **state)
{
    struct scene *scene = *state;
    const char *path = name_of(scene, "fifo.vfd");

    assert_int_equal(mkfifo(path, 0600), 0);
    power_on(scene->rig, 0x1c);
    alarm(20); /* an open that blocks ends the run */

    assert_refused(scene, path, 0);
    scene->options.read_only = true;
    assert_refused(scene, path, 0);
    alarm(0);
}

static void a_socket_is_refused(void **state)
{
    struct scene *scene = *state;
    const char *path = name_of(scene, "s");
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    power_on(scene->rig, 0x1c);

    assert_refused(scene, path, ENXIO);
    close(fd);
}

static void an_unreadable_image_is_refused(void **state)
{
    struct scene *scene = *state;

    power_on(scene->rig, 0x1c);
    faulty_system_fail(&scene->faulty, FAULTY_OPEN, EACCES, 0, 2);
    scene->options.allow_read_only = true;
    assert_refused(scene, scene->image, EACCES);
    scene->options.allow_read_only = false;
    faulty_system_fail(&scene->faulty, FAULTY_OPEN, EMFILE, 0, 1);
    assert_refused(scene, scene->image, EMFILE);
    faulty_system_fail(&scene->faulty, FAULTY_STATUS, EIO, 0, 1);
    assert_refused(scene, scene->image, EIO);

    /* every descriptor that was opened is closed: the last of the three got that far */
    assert_int_equal(scene->faulty.plan[FAULTY_CLOSE].n_calls, 1);
    assert_ok(attach(scene, scene->image));
}

/* ---- read-only ---- */

static void assert_guest_finds_protection(struct scene *scene)
{
    uint8_t bytes[512] = { 0 };

    dma_write(scene->rig, bytes, 512);
    cmd(scene->rig, 0xc5, 0, 0, 0, 1, 2, 0x12, 0x1b, 0xff);
    run_until_irq(scene->rig);
    expect_result(scene->rig, 0x40, 0x02, 0x00, 0, 0, 1, 2);
    cmd(scene->rig, 0x04, 0x00);
    expect_result(scene->rig, 0x78);
    assert_int_equal(dirty(scene), 0);
}

static void read_only_is_write_protected_and_not_reported(void **state)
{
    struct scene *scene = *state;

    scene->options.read_only = true;
    assert_ok(attach(scene, scene->image));
    assert_true(vfdc_media_is_read_only(vfdc_floppy_drive_media(scene->drive)));
    guest_start(scene);

    assert_guest_finds_protection(scene);
    assert_int_equal(scene->rig->n_reports, 0);
    assert_ok(release(scene));
    assert_file_lba(scene->image, 0, 2);
}

static void an_unwritable_image_needs_leave_to_be_read_only(void **state)
{
    struct scene *scene = *state;

    faulty_system_fail(&scene->faulty, FAULTY_OPEN, EACCES, 0, 1);
    assert_int_equal(attach(scene, scene->image), VFDC_VM_E_IMAGE_CAPTURE_FAIL);
    assert_exception(scene, VFDC_VM_E_IMAGE_CAPTURE_FAIL, EACCES, scene->image);

    assert_int_equal(scene->rig->n_reports, 0);
    assert_int_equal(attachment(scene), VFDC_ATTACHMENT_NONE);
}

static void a_fallback_to_read_only_is_reported(void **state)
{
    struct scene *scene = *state;
    static const int errors[] = { EACCES, EROFS, EPERM, ETXTBSY };

    scene->options.allow_read_only = true;
    for (unsigned i = 0; i < 4; i++) {
        faulty_system_fail(&scene->faulty, FAULTY_OPEN, errors[i], 0, 1);
        assert_ok(attach(scene, scene->image));

        assert_int_equal(rig_count_reports(scene->rig, VFDC_REPORT_READ_ONLY, 0), i + 1);
        assert_int_equal(scene->rig->n_reports, i + 1);
        assert_true(vfdc_media_is_read_only(vfdc_floppy_drive_media(scene->drive)));
        assert_ok(release(scene));
    }
    assert_ok(attach(scene, scene->image));
    assert_int_equal(scene->rig->n_reports, 4);
    assert_false(vfdc_media_is_read_only(vfdc_floppy_drive_media(scene->drive)));
}

/* Zeros behind a boot sector that describes a 1.44M disk. */
static void write_described(struct scene *scene, size_t n_sectors)
{
    static const uint8_t parameters[] = { /* of the boot sector, from its start on */
        0xeb, 0x3c, 0x90, 'T', 'E', 'S', 'T', ' ', ' ', ' ', ' ', 0x00, 0x02, 0x01, 0x01, 0x00,
        0x02, 0xe0, 0x00, 0x40, 0x0b, 0xf0, 0x09, 0x00, 0x12, 0x00, 0x02, 0x00,
    };
    uint8_t *bytes = calloc(n_sectors, 512);

    assert_non_null(bytes);
    memcpy(bytes, parameters, sizeof(parameters));
    write_file(scene->image, bytes, n_sectors * 512);
    free(bytes);
}

static void an_image_shorter_than_its_disk_is_reported(void **state)
{
    struct scene *scene = *state;

    write_described(scene, 18);
    assert_ok(attach(scene, scene->image));
    assert_int_equal(rig_count_reports(scene->rig, VFDC_REPORT_SHORT_IMAGE, 0), 1);
    assert_int_equal(scene->rig->n_reports, 1);
    assert_false(vfdc_media_is_read_only(vfdc_floppy_drive_media(scene->drive)));
}

/* What was allowed is told when it comes to that, and only then. */
static void what_an_attach_must_do_without_is_reported(void **state)
{
    struct scene *scene = *state;

    scene->options.allow_in_place = true;
    scene->options.allow_unlocked = true;
    assert_ok(attach(scene, scene->image));
    assert_int_equal(scene->rig->n_reports, 0);
    assert_ok(release(scene));
    faulty_system_fail(&scene->faulty, FAULTY_ACCESS, EACCES, 0, 1);
    assert_ok(attach(scene, scene->image));
    assert_int_equal(rig_count_reports(scene->rig, VFDC_REPORT_IN_PLACE, 0), 1);
    assert_ok(release(scene));
    faulty_system_fail(&scene->faulty, FAULTY_LOCK, ENOLCK, 0, 1);
    assert_ok(attach(scene, scene->image));
    assert_int_equal(rig_count_reports(scene->rig, VFDC_REPORT_UNLOCKED, 0), 1);
    assert_int_equal(scene->rig->n_reports, 2);
    assert_ok(release(scene));

    scene->options.allow_in_place = scene->options.allow_unlocked = false;
    faulty_system_fail(&scene->faulty, FAULTY_ACCESS, EACCES, 0, 1);
    assert_int_equal(attach(scene, scene->image), VFDC_VM_E_IMAGE_CAPTURE_FAIL);
    faulty_system_fail(&scene->faulty, FAULTY_LOCK, ENOLCK, 0, 1);
    assert_int_equal(attach(scene, scene->image), VFDC_VM_E_IMAGE_CAPTURE_FAIL);
    assert_int_equal(scene->rig->n_reports, 2);
}

static void an_image_longer_than_its_disk_is_protected_and_reported(void **state)
{
    struct scene *scene = *state;

    write_described(scene, N_SECTORS + 1);
    assert_ok(attach(scene, scene->image));

    assert_int_equal(vfdc_media_geometry_reason(vfdc_floppy_drive_media(scene->drive)),
                     VFDC_GEOMETRY_SLACK);
    assert_int_equal(rig_count_reports(scene->rig, VFDC_REPORT_READ_ONLY, 0), 1);
    guest_start(scene);
    assert_guest_finds_protection(scene);
}

static void the_guest_finds_a_fallback_protected(void **state)
{
    struct scene *scene = *state;

    scene->options.allow_read_only = true;
    faulty_system_fail(&scene->faulty, FAULTY_OPEN, EROFS, 0, 1);
    assert_ok(attach(scene, scene->image));
    guest_start(scene);

    assert_guest_finds_protection(scene);
}

/* ---- no memory: the linker sends the library's allocations here ---- */

static unsigned n_allocations_left = UINT_MAX; /* until one fails */

void *__wrap_malloc(size_t n_bytes);
void *__wrap_calloc(size_t n, size_t n_bytes);
char *__wrap_strdup(const char *string);
void *__real_malloc(size_t n_bytes);
void *__real_calloc(size_t n, size_t n_bytes);
char *__real_strdup(const char *string);

static bool is_refused(void)
{
    return n_allocations_left != UINT_MAX && n_allocations_left-- == 0;
}

void *__wrap_malloc(size_t n_bytes)
{
    return is_refused() ? NULL : __real_malloc(n_bytes);
}

void *__wrap_calloc(size_t n, size_t n_bytes)
{
    return is_refused() ? NULL : __real_calloc(n, n_bytes);
}

char *__wrap_strdup(const char *string)
{
    return is_refused() ? NULL : __real_strdup(string);
}

static void create_without_memory_leaves_nothing(void **state)
{
    struct rig *rig = rig_new_bare();
    unsigned n_refused = 0;

    (void)state;
    for (;;) {
        struct vfdc_controller *fdc = (struct vfdc_controller *)rig;
        vfdc_result result;

        n_allocations_left = n_refused;
        result = vfdc_controller_create(NULL, &rig_host, rig, &fdc);
        n_allocations_left = UINT_MAX;
        if (result == VFDC_S_OK) {
            vfdc_controller_destroy(fdc);
            break;
        }
        assert_int_equal(result, VFDC_E_OUTOFMEMORY);
        assert_null(fdc);
        n_refused++;
    }
    assert_int_equal(n_refused, 5); /* the machine and its four handles */
    free(rig);
}

static void attach_without_memory_changes_nothing(void **state)
{
    struct scene *scene = *state;
    unsigned n_refused = 0;

    for (;;) {
        vfdc_result result;

        n_allocations_left = n_refused;
        result = attach(scene, scene->image);
        n_allocations_left = UINT_MAX;
        if (result == VFDC_S_OK) {
            break;
        }
        assert_int_equal(result, VFDC_E_OUTOFMEMORY);
        assert_exception(scene, VFDC_E_OUTOFMEMORY, 0, scene->image);
        assert_int_equal(attachment(scene), VFDC_ATTACHMENT_NONE);
        assert_string_equal(image_file(scene), "");
        assert_int_equal(scene->n_events, 0);
        n_refused++;
    }
    assert_true(n_refused >= 4); /* the path twice, the image, the medium */
    assert_int_equal(scene->n_events, 1);
    assert_string_equal(image_file(scene), scene->image);
}

static void a_save_without_memory_changes_nothing(void **state)
{
    struct scene *scene = *state;
    const char *saved = name_of(scene, "saved.vfd");
    unsigned n_refused = 0;

    assert_ok(attach(scene, scene->image));
    for (;;) {
        vfdc_result result;

        n_allocations_left = n_refused;
        result = vfdc_floppy_drive_save_image_as(scene->drive, saved);
        n_allocations_left = UINT_MAX;
        if (result == VFDC_S_OK) {
            break;
        }
        assert_int_equal(result, VFDC_E_OUTOFMEMORY);
        assert_exception(scene, VFDC_E_OUTOFMEMORY, 0, saved);
        assert_string_equal(image_file(scene), scene->image);
        assert_int_equal(access(saved, F_OK), -1);
        n_refused++;
    }
    assert_true(n_refused >= 2); /* the path, the new file */
    assert_string_equal(image_file(scene), saved);
    assert_int_equal(vfdc_floppy_drive_save_image_as(scene->drive, NULL), VFDC_E_POINTER);
    assert_exception(scene, VFDC_E_POINTER, 0, "");
    assert_string_equal(image_file(scene), saved);
}

static void images_in_no_drive_need_memory_too(void **state)
{
    struct scene *scene = *state;
    const char *blank = name_of(scene, "blank.vfd");
    struct vfdc_media_error error = { .code = VFDC_S_OK };
    enum vfdc_image_type type = VFDC_IMAGE_DMF;
    vfdc_result created, told;

    n_allocations_left = 0;
    created = vfdc_image_create(blank, 1474560, NULL, &error);
    n_allocations_left = UINT_MAX;
    assert_int_equal(created, VFDC_E_OUTOFMEMORY);
    assert_int_equal(error.code, VFDC_E_OUTOFMEMORY);
    assert_int_equal(access(blank, F_OK), -1);

    n_allocations_left = 0;
    told = vfdc_image_type(scene->image, NULL, &type, &error);
    n_allocations_left = UINT_MAX;
    assert_int_equal(told, VFDC_E_OUTOFMEMORY);
    assert_int_equal(error.code, VFDC_E_OUTOFMEMORY);
    assert_int_equal(type, VFDC_IMAGE_UNKNOWN);

    assert_ok(vfdc_image_create(blank, 1474560, NULL, &error));
    assert_ok(vfdc_image_type(blank, NULL, &type, &error));
    assert_int_equal(type, VFDC_IMAGE_HIGH_DENSITY);
}

static void a_failure_without_memory_for_its_path_has_none(void **state)
{
    struct scene *scene = *state;

    assert_int_equal(attach(scene, "first.vfd"), VFDC_E_BAD_PATHNAME);
    n_allocations_left = 0;
    assert_int_equal(attach(scene, "second.vfd"), VFDC_E_BAD_PATHNAME);
    n_allocations_left = UINT_MAX;

    assert_exception(scene, VFDC_E_BAD_PATHNAME, 0, "");
    assert_non_null(strstr(exception(scene)->error.text, "second.vfd"));
}

static void a_save_tells_of_marks_that_are_lost(void **state)
{
    struct scene *scene = *state;
    const char *saved = name_of(scene, "saved.vfd");
    static const uint8_t bytes[512];
    struct vfdc_media *media;

    assert_ok(attach(scene, scene->image));
    media = vfdc_floppy_drive_media(scene->drive);
    assert_int_equal(media->ops->write_sector(media, 0, 0, 1, bytes, VFDC_MARK_DELETED),
                     VFDC_MEDIA_OK);
    assert_ok(vfdc_floppy_drive_save_image_as(scene->drive, saved));
    assert_int_equal(rig_count_reports(scene->rig, VFDC_REPORT_MARKS_LOST, 0), 1);
    assert_string_equal(image_file(scene), saved);
}

static void a_disk_is_not_discarded_under_a_flush(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media_flush *under_way = NULL;
    static const uint8_t bytes[512] = { 0xa5 };
    struct vfdc_media *media;

    assert_ok(attach(scene, scene->image));
    media = vfdc_floppy_drive_media(scene->drive);
    assert_int_equal(media->ops->write_sector(media, 0, 0, 1, bytes, 0), VFDC_MEDIA_OK);
    assert_ok(vfdc_media_flush_begin(media, &under_way, NULL));
    assert_int_equal(vfdc_floppy_drive_discard_image(scene->drive), VFDC_DISP_E_EXCEPTION);
    assert_non_null(strstr(exception(scene)->error.text, "a flush is under way"));
    assert_int_equal(attachment(scene), VFDC_ATTACHMENT_IMAGE);
    assert_ok(vfdc_media_flush_write(under_way, NULL));
    assert_ok(vfdc_media_flush_end(under_way, NULL));
    assert_ok(vfdc_floppy_drive_discard_image(scene->drive));
    assert_file_sector(scene->image, 0, bytes);
}

static void later_attaches_use_the_same_memory(void **state)
{
    struct scene *scene = *state;

    for (int i = 0; i < 3; i++) {
        n_allocations_left = i == 0 ? UINT_MAX : 4; /* not the image again */
        assert_ok(attach(scene, scene->image));
        n_allocations_left = 0;
        assert_ok(release(scene));
        n_allocations_left = UINT_MAX;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(attach_shows_in_the_properties),
        SCENE_TEST(attach_without_options_reads_and_writes),
        SCENE_TEST(the_guest_reads_what_is_attached),
        SCENE_TEST(attach_checks_in_order),
        SCENE_TEST(a_failed_attach_of_an_occupied_drive_leaves_the_disk_in),
        SCENE_TEST(a_path_is_kept_as_it_was_given),
        SCENE_TEST(a_name_too_long_for_the_system_is_a_buffer_overflow),
        SCENE_TEST(a_path_with_odd_bytes_is_only_quoted_in_messages),
        SCENE_TEST(a_path_longer_than_a_message_is_cut_in_it),
        SCENE_TEST(exception_path_may_be_attached_again),
        SCENE_TEST(a_layout_by_force_is_used),
        SCENE_TEST(refused_images_change_nothing),
        SCENE_TEST(a_fifo_is_refused_and_not_waited_for),
        SCENE_TEST(a_socket_is_refused),
        SCENE_TEST(an_unreadable_image_is_refused),
        SCENE_TEST(read_only_is_write_protected_and_not_reported),
        SCENE_TEST(an_unwritable_image_needs_leave_to_be_read_only),
        SCENE_TEST(a_fallback_to_read_only_is_reported),
        SCENE_TEST(an_image_shorter_than_its_disk_is_reported),
        SCENE_TEST(what_an_attach_must_do_without_is_reported),
        SCENE_TEST(an_image_longer_than_its_disk_is_protected_and_reported),
        SCENE_TEST(the_guest_finds_a_fallback_protected),
        SCENE_TEST(create_without_memory_leaves_nothing),
        SCENE_TEST(attach_without_memory_changes_nothing),
        SCENE_TEST(a_save_without_memory_changes_nothing),
        SCENE_TEST(images_in_no_drive_need_memory_too),
        SCENE_TEST(a_failure_without_memory_for_its_path_has_none),
        SCENE_TEST(a_save_without_memory_changes_nothing),
        SCENE_TEST(a_save_tells_of_marks_that_are_lost),
        SCENE_TEST(a_disk_is_not_discarded_under_a_flush),
        SCENE_TEST(later_attaches_use_the_same_memory),
    };

    return cmocka_run_group_tests_name("attach", tests, NULL, NULL);
}
