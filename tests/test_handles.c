/*
 * Handles of drives: what they answer, how they outlive their machine, and what a host does
 * beside the door.
 */
#include "scene.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- handles ---- */

static void every_unit_has_a_handle_fitted_or_not(void **state)
{
    struct scene *scene = *state;

    for (unsigned unit = 0; unit < 4; unit++) {
        struct vfdc_floppy_drive *drive = vfdc_floppy_drive_of(scene->rig->fdc, unit);
        long number = -1;

        assert_non_null(drive);
        assert_ok(vfdc_floppy_drive_drive_number(drive, &number));
        assert_int_equal(number, unit);
        vfdc_floppy_drive_unref(drive);
    }
}

static void no_handle_where_there_is_no_drive(void **state)
{
    struct scene *scene = *state;
    struct vfdc_controller *fdc = NULL;
    void *memory = malloc(vfdc_controller_size());

    assert_non_null(memory);
    assert_ok(vfdc_controller_init(memory, vfdc_controller_size(), NULL, &rig_host, scene->rig,
                                   &fdc));

    assert_null(vfdc_floppy_drive_of(NULL, 0));
    assert_null(vfdc_floppy_drive_of(scene->rig->fdc, 4));
    assert_null(vfdc_floppy_drive_of(scene->rig->fdc, UINT_MAX));
    assert_null(vfdc_floppy_drive_of(fdc, 0));
    free(memory);
}

static void handles_of_a_unit_show_the_same_drive(void **state)
{
    struct scene *scene = *state;
    struct vfdc_floppy_drive *other = vfdc_floppy_drive_of(scene->rig->fdc, 0);
    const char *path = NULL;

    assert_ok(attach(scene, scene->image));

    assert_ok(vfdc_floppy_drive_image_file(other, &path));
    assert_string_equal(path, scene->image);
    assert_ok(vfdc_floppy_drive_release_image(other));
    assert_int_equal(attachment(scene), VFDC_ATTACHMENT_NONE);
    vfdc_floppy_drive_unref(other);
}

static void drives_of_a_machine_are_apart(void **state)
{
    struct scene *scene = *state;
    struct vfdc_floppy_drive *other = vfdc_floppy_drive_of(scene->rig->fdc, 1);
    const char *path = NULL;

    assert_ok(attach(scene, scene->image));

    assert_ok(vfdc_floppy_drive_image_file(other, &path));
    assert_string_equal(path, "");
    assert_int_equal(vfdc_floppy_drive_release_image(other), VFDC_VM_E_NO_MEDIA_CAPTURED);
    assert_int_equal(attachment(scene), VFDC_ATTACHMENT_IMAGE);
    vfdc_floppy_drive_unref(other);
}

static void retain_gives_one_more_reference(void **state)
{
    struct scene *scene = *state;
    struct vfdc_floppy_drive *again = vfdc_floppy_drive_retain(scene->drive);
    long number = -1;

    assert_ptr_equal(again, scene->drive);
    assert_null(vfdc_floppy_drive_retain(NULL));
    vfdc_floppy_drive_unref(NULL);
    destroy(scene);
    vfdc_floppy_drive_unref(again);

    assert_ok(vfdc_floppy_drive_drive_number(scene->drive, &number));
    assert_int_equal(number, 0);
}

static void a_fresh_drive_is_empty(void **state)
{
    struct scene *scene = *state;

    assert_int_equal(attachment(scene), VFDC_ATTACHMENT_NONE);
    assert_string_equal(image_file(scene), "");
    assert_null(vfdc_floppy_drive_media(scene->drive));
    assert_int_equal(exception(scene)->error.code, VFDC_S_OK);
    assert_int_equal(exception(scene)->error.sector, VFDC_MEDIA_NO_LBA);
    assert_string_equal(exception(scene)->error.text, "");
    assert_string_equal(exception(scene)->path, "");
}

static void a_call_without_handle_is_e_pointer(void **state)
{
    struct scene *scene = *state;
    enum vfdc_attachment is;
    const char *path;
    long number;

    assert_int_equal(vfdc_floppy_drive_attach_image(NULL, scene->image, NULL), VFDC_E_POINTER);
    assert_int_equal(vfdc_floppy_drive_release_image(NULL), VFDC_E_POINTER);
    assert_int_equal(vfdc_floppy_drive_flush_image(NULL), VFDC_E_POINTER);
    assert_int_equal(vfdc_floppy_drive_attachment(NULL, &is), VFDC_E_POINTER);
    assert_int_equal(vfdc_floppy_drive_image_file(NULL, &path), VFDC_E_POINTER);
    assert_int_equal(vfdc_floppy_drive_drive_number(NULL, &number), VFDC_E_POINTER);
    assert_int_equal(vfdc_floppy_drive_set_events(NULL, on_insert, on_eject, scene),
                     VFDC_E_POINTER);
    assert_null(vfdc_floppy_drive_media(NULL));
    assert_non_null(vfdc_floppy_drive_exception(NULL));
    assert_int_equal(vfdc_floppy_drive_exception(NULL)->error.code, VFDC_S_OK);
    assert_string_equal(vfdc_floppy_drive_exception(NULL)->path, "");
}

static void a_property_needs_somewhere_to_go(void **state)
{
    struct scene *scene = *state;

    assert_int_equal(vfdc_floppy_drive_attachment(scene->drive, NULL), VFDC_E_POINTER);
    assert_int_equal(vfdc_floppy_drive_image_file(scene->drive, NULL), VFDC_E_POINTER);
    assert_int_equal(vfdc_floppy_drive_drive_number(scene->drive, NULL), VFDC_E_POINTER);
}

/* ---- the machine's end ---- */

static void destroy_writes_what_is_dirty_and_tells_of_the_eject(void **state)
{
    struct scene *scene = *state;
    uint8_t bytes[512];

    attach_and_write(scene, bytes);
    destroy(scene);

    assert_file_sector(scene->image, 2, bytes);
    assert_file_lba(scene->image, 3, N_SECTORS);
    assert_int_equal(scene->faulty.plan[FAULTY_CLOSE].n_calls,
                     scene->faulty.plan[FAULTY_OPEN].n_calls);
    assert_int_equal(scene->n_events, 2);
    assert_event(scene, 1, EJECT, scene->image);
    assert_int_equal(scene->event[1].attachment_result, VFDC_VM_E_VM_UNKNOWN);
    assert_int_equal(scene->rig->n_reports, 0);
}

static void destroy_reports_what_it_cannot_write(void **state)
{
    struct scene *scene = *state;
    uint8_t bytes[512];

    attach_and_write(scene, bytes);
    faulty_system_fail(&scene->faulty, FAULTY_SYNC, EIO, 0, 100);
    destroy(scene);

    assert_int_equal(scene->rig->n_reports, 1);
    assert_int_equal(rig_count_reports(scene->rig, VFDC_REPORT_FLUSH_ERROR, 0), 1);
    assert_event(scene, 1, EJECT, scene->image);
    assert_exception(scene, VFDC_DISP_E_EXCEPTION, EIO, scene->image);
}

static void a_handle_outlives_its_machine(void **state)
{
    struct scene *scene = *state;
    enum vfdc_attachment is = VFDC_ATTACHMENT_HOST_DRIVE;
    const char *path = "unchanged";
    long number = -1;

    assert_ok(attach(scene, scene->image));
    destroy(scene);

    assert_int_equal(attach(scene, scene->image), VFDC_VM_E_VM_UNKNOWN);
    assert_exception(scene, VFDC_VM_E_VM_UNKNOWN, 0, "");
    assert_int_equal(release(scene), VFDC_VM_E_VM_UNKNOWN);
    assert_int_equal(vfdc_floppy_drive_flush_image(scene->drive), VFDC_VM_E_VM_UNKNOWN);
    assert_int_equal(vfdc_floppy_drive_attachment(scene->drive, &is), VFDC_VM_E_VM_UNKNOWN);
    assert_int_equal(vfdc_floppy_drive_attachment(scene->drive, NULL), VFDC_VM_E_VM_UNKNOWN);
    assert_int_equal(vfdc_floppy_drive_image_file(scene->drive, &path), VFDC_VM_E_VM_UNKNOWN);
    assert_int_equal(vfdc_floppy_drive_image_file(scene->drive, NULL), VFDC_VM_E_VM_UNKNOWN);
    assert_int_equal(vfdc_floppy_drive_set_events(scene->drive, NULL, NULL, NULL),
                     VFDC_VM_E_VM_UNKNOWN);
    assert_null(vfdc_floppy_drive_media(scene->drive));
    assert_int_equal(is, VFDC_ATTACHMENT_HOST_DRIVE);
    assert_string_equal(path, "unchanged");
    assert_ok(vfdc_floppy_drive_drive_number(scene->drive, &number));
    assert_int_equal(number, 0);
}

static void drop_all(struct scene *scene, struct vfdc_floppy_drive *drive)
{
    assert_int_equal(vfdc_floppy_drive_attach_image(drive, scene->image, NULL),
                     VFDC_VM_E_VM_UNKNOWN);
    vfdc_floppy_drive_unref(scene->drive);
    scene->drive = NULL;
}

static void handlers_of_a_destroyed_machine_run_when_all_is_done(void **state)
{
    struct scene *scene = *state;
    struct vfdc_floppy_drive *other = vfdc_floppy_drive_of(scene->rig->fdc, 1);
    const char *next = name_of(scene, "next.vfd");

    write_lba_image(next);
    assert_ok(vfdc_floppy_drive_set_events(other, on_insert, on_eject, scene));
    assert_ok(attach(scene, scene->image));
    assert_ok(vfdc_floppy_drive_attach_image(other, next, NULL));
    vfdc_floppy_drive_unref(other); /* the machine holds one still */
    scene->act = drop_all;
    destroy(scene);

    assert_int_equal(scene->n_events, 4);
    assert_event(scene, 2, EJECT, scene->image);
    assert_event(scene, 3, EJECT, next);
    assert_int_equal(scene->event[3].attachment_result, VFDC_VM_E_VM_UNKNOWN);
}

static void destroying_nothing_is_nothing(void **state)
{
    (void)state;
    vfdc_controller_destroy(NULL);
}

/* ---- what the host does beside the door ---- */

static void a_medium_of_the_hosts_is_none_of_the_doors(void **state)
{
    struct scene *scene = *state;
    struct rig_disk disk = rig_disk_new(VFDC_DRIVE_1440K, N_SECTORS, false);
    uint8_t sector[512];

    assert_ok(vfdc_controller_insert(scene->rig->fdc, 0, disk.media));
    assert_int_equal(attachment(scene), VFDC_ATTACHMENT_NONE);
    assert_string_equal(image_file(scene), "");
    assert_null(vfdc_floppy_drive_media(scene->drive));
    assert_int_equal(attach(scene, scene->image), VFDC_VM_E_DRIVE_IN_USE);
    assert_exception(scene, VFDC_VM_E_DRIVE_IN_USE, 0, scene->image);
    assert_int_equal(release(scene), VFDC_VM_E_NO_MEDIA_CAPTURED);
    assert_int_equal(vfdc_floppy_drive_flush_image(scene->drive), VFDC_VM_E_NO_MEDIA_CAPTURED);
    guest_start(scene);
    rig_fill_lba(sector, 6, 1);
    guest_reads(scene, 7, sector);
    destroy(scene);

    assert_int_equal(scene->n_events, 0);
    rig_disk_free(&disk); /* it was taken out and is still open */
}

static void a_medium_taken_out_behind_the_door_is_let_go_of(void **state)
{
    struct scene *scene = *state;
    struct rig_disk disk = rig_disk_new(VFDC_DRIVE_1440K, N_SECTORS, false);
    struct vfdc_media *out = NULL;

    assert_ok(attach(scene, scene->image));
    assert_ok(vfdc_controller_eject(scene->rig->fdc, 0, NULL));
    assert_ok(vfdc_controller_insert(scene->rig->fdc, 0, disk.media));
    assert_ok(release(scene));

    assert_int_equal(attachment(scene), VFDC_ATTACHMENT_NONE);
    assert_ok(vfdc_controller_eject(scene->rig->fdc, 0, &out));
    assert_ptr_equal(out, disk.media);
    rig_disk_free(&disk);
}

/* A system call that calls the door: as any callback, it is refused. */
static int intruding_sync(void *opaque, int fd)
{
    struct scene *scene = opaque;
    enum vfdc_attachment is;

    assert_int_equal(release(scene), VFDC_E_UNEXPECTED);
    assert_int_equal(attach(scene, scene->image), VFDC_E_UNEXPECTED);
    assert_int_equal(vfdc_floppy_drive_attachment(scene->drive, &is), VFDC_E_UNEXPECTED);
    assert_null(vfdc_floppy_drive_media(scene->drive));
    assert_null(vfdc_floppy_drive_of(scene->rig->fdc, 0));
    assert_int_equal(vfdc_controller_reset(scene->rig->fdc), VFDC_E_UNEXPECTED);
    vfdc_controller_destroy(scene->rig->fdc);
    return fsync(fd);
}

static void a_system_call_cannot_call_in(void **state)
{
    struct scene *scene = *state;
    struct vfdc_system system = *vfdc_system_posix();
    uint8_t bytes[512];

    system.sync = intruding_sync;
    scene->options.system = &system;
    scene->options.system_opaque = scene; /* which the real calls ignore */
    attach_and_write(scene, bytes);
    assert_ok(release(scene));

    assert_file_sector(scene->image, 2, bytes);
    assert_int_equal(scene->n_events, 2);
    assert_int_equal(exception(scene)->error.code, VFDC_S_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(every_unit_has_a_handle_fitted_or_not),
        SCENE_TEST(no_handle_where_there_is_no_drive),
        SCENE_TEST(handles_of_a_unit_show_the_same_drive),
        SCENE_TEST(drives_of_a_machine_are_apart),
        SCENE_TEST(retain_gives_one_more_reference),
        SCENE_TEST(a_fresh_drive_is_empty),
        SCENE_TEST(a_call_without_handle_is_e_pointer),
        SCENE_TEST(a_property_needs_somewhere_to_go),
        SCENE_TEST(destroy_writes_what_is_dirty_and_tells_of_the_eject),
        SCENE_TEST(destroy_reports_what_it_cannot_write),
        SCENE_TEST(a_handle_outlives_its_machine),
        SCENE_TEST(handlers_of_a_destroyed_machine_run_when_all_is_done),
        SCENE_TEST(destroying_nothing_is_nothing),
        SCENE_TEST(a_medium_of_the_hosts_is_none_of_the_doors),
        SCENE_TEST(a_medium_taken_out_behind_the_door_is_let_go_of),
        SCENE_TEST(a_system_call_cannot_call_in),
    };

    return cmocka_run_group_tests_name("handles", tests, NULL, NULL);
}
