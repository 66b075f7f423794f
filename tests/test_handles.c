/*
 * Handles of drives: what they answer, how they outlive their machine, how an image moves to
 * another machine, and what a host does beside the door.
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
    assert_int_equal(vfdc_floppy_drive_move(NULL, scene->drive), VFDC_E_POINTER);
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
    /* two opens looked for a journal in vain */
    assert_int_equal(scene->faulty.plan[FAULTY_CLOSE].n_calls,
                     scene->faulty.plan[FAULTY_OPEN].n_calls - 2);
    assert_int_equal(scene->n_events, 2);
    assert_event(scene, 1, EJECT, scene->image);
    assert_int_equal(scene->event[1].attachment_result, VFDC_VM_E_VM_UNKNOWN);
    assert_int_equal(scene->rig->n_reports, 0);
}

/* Another machine, of such drives as units 0 and 1, and its unit 0. */
static struct rig *other_machine(enum vfdc_drive_type type, struct vfdc_floppy_drive **drive)
{
    struct vfdc_config config = { .drive = { type, type } };
    struct rig *rig = rig_new(&config);

    *drive = vfdc_floppy_drive_of(rig->fdc, 0);
    assert_non_null(*drive);
    return rig;
}

static void destroy_reports_what_it_cannot_write(void **state)
{
    struct scene *scene = *state;
    struct vfdc_floppy_drive *drive;
    struct rig *rig;
    uint8_t bytes[512];

    attach_and_write(scene, bytes);
    faulty_system_fail(&scene->faulty, FAULTY_SYNC, EIO, 0, 100);
    destroy(scene);

    assert_int_equal(scene->rig->n_reports, 1);
    assert_int_equal(rig_count_reports(scene->rig, VFDC_REPORT_FLUSH_ERROR, 0), 1);
    assert_event(scene, 1, EJECT, scene->image);
    assert_exception(scene, VFDC_DISP_E_EXCEPTION, EIO, scene->image);
    assert_file_lba(scene->image, 0, N_SECTORS);

    /* but not lost: the journal stays, and the next attach has it all */
    rig = other_machine(VFDC_DRIVE_1440K, &drive);
    assert_ok(vfdc_floppy_drive_attach_image(drive, scene->image, NULL));
    assert_int_equal(rig_count_reports(rig, VFDC_REPORT_JOURNAL_APPLIED, 0), 1);
    assert_file_sector(scene->image, 2, bytes);
    vfdc_floppy_drive_unref(drive);
    rig_free(rig);
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

static void destroy_reports_marks_that_are_not_kept(void **state)
{
    struct scene *scene = *state;
    uint8_t bytes[512];

    attach_and_write(scene, bytes);
    assert_ok(vfdc_media_set_marks(vfdc_floppy_drive_media(scene->drive), 0, 0, 3,
                                   VFDC_MARK_DELETED));
    destroy(scene);

    assert_int_equal(scene->rig->n_reports, 1);
    assert_int_equal(rig_count_reports(scene->rig, VFDC_REPORT_MARKS_LOST, 0), 1);
    assert_int_equal(exception(scene)->error.code, VFDC_S_OK);
    assert_file_sector(scene->image, 2, bytes);
}

static void destroying_nothing_is_nothing(void **state)
{
    (void)state;
    vfdc_controller_destroy(NULL);
}

/* ---- from one machine to another ---- */

/* Go on with the other machine; the first is gone. */
static void go_on_with(struct scene *scene, struct rig *rig, struct vfdc_floppy_drive *drive)
{
    rig_free(scene->rig);
    vfdc_floppy_drive_unref(scene->drive);
    scene->rig = rig;
    scene->drive = drive;
}

static void an_image_moves_as_it_is(void **state)
{
    struct scene *scene = *state;
    struct vfdc_floppy_drive *to;
    struct rig *rig = other_machine(VFDC_DRIVE_1440K, &to);
    struct vfdc_media *media;
    uint32_t n_calls;
    uint8_t bytes[512];

    attach_and_write(scene, bytes);
    media = vfdc_floppy_drive_media(scene->drive);
    assert_ok(vfdc_media_set_marks(media, 5, 0, 1, VFDC_MARK_DELETED));
    n_calls = faulty_system_n_calls(&scene->faulty);
    assert_ok(vfdc_floppy_drive_move(scene->drive, to));

    assert_int_equal(attachment(scene), VFDC_ATTACHMENT_NONE);
    assert_string_equal(image_file(scene), "");
    assert_null(vfdc_floppy_drive_media(scene->drive));
    assert_true(change_line(scene->rig));
    assert_int_equal(release(scene), VFDC_VM_E_NO_MEDIA_CAPTURED);
    go_on_with(scene, rig, to);

    assert_int_equal(faulty_system_n_calls(&scene->faulty), n_calls);
    assert_int_equal(scene->n_events, 1); /* the insert */
    assert_int_equal(attachment(scene), VFDC_ATTACHMENT_IMAGE);
    assert_string_equal(image_file(scene), scene->image);
    assert_ptr_equal(vfdc_floppy_drive_media(scene->drive), media);
    assert_int_equal(media->ops->marks(media, 5, 0, 1), VFDC_MARK_DELETED);
    assert_int_equal(dirty(scene), 1);
    assert_file_lba(scene->image, 0, N_SECTORS);
    guest_start(scene);
    guest_reads(scene, 3, bytes);
    assert_ok(release(scene));
    assert_file_sector(scene->image, 2, bytes);
    assert_file_lba(scene->image, 3, N_SECTORS);
    /* the image, its directory and its journal, once each */
    assert_int_equal(scene->faulty.plan[FAULTY_CLOSE].n_calls, 3);
}

static void a_restored_machine_sees_no_change_of_disk(void **state)
{
    struct scene *scene = *state;
    struct vfdc_floppy_drive *to;
    struct rig *rig = other_machine(VFDC_DRIVE_1440K, &to);
    uint8_t saved[VFDC_STATE_MAX_BYTES];
    uint8_t bytes[512];
    size_t n_saved = 0;

    attach_and_write(scene, bytes);
    assert_ok(vfdc_controller_save(scene->rig->fdc, saved, sizeof(saved), &n_saved));
    assert_ok(vfdc_floppy_drive_move(scene->drive, to));
    assert_ok(vfdc_controller_restore(rig->fdc, saved, n_saved));
    rig->told_twice = false; /* restore tells of every line, changed or not */
    go_on_with(scene, rig, to);

    assert_false(change_line(scene->rig));
    guest_reads(scene, 3, bytes);
    guest_write(scene, 4, bytes);
    assert_int_equal(dirty(scene), 2);
    assert_false(change_line(scene->rig));
}

/* Each drive has memory for one image, and it goes with the image. */
static void both_drives_go_on_after_a_move(void **state)
{
    struct scene *scene = *state;
    struct vfdc_floppy_drive *to;
    struct rig *rig = other_machine(VFDC_DRIVE_1440K, &to);
    const char *next = name_of(scene, "next.vfd");
    uint8_t bytes[512], wanted[512];

    write_lba_image(next);
    assert_ok(vfdc_floppy_drive_attach_image(to, next, NULL));
    assert_ok(vfdc_floppy_drive_release_image(to));
    attach_and_write(scene, bytes);
    assert_ok(vfdc_floppy_drive_move(scene->drive, to));
    assert_ok(attach(scene, next));
    rig_out(scene->rig, 2, 0x00);
    guest_start(scene);
    rig_fill_lba(wanted, 2, 1);
    guest_reads(scene, 3, wanted);
    assert_int_equal(vfdc_floppy_drive_move(to, scene->drive), VFDC_VM_E_DRIVE_IN_USE);
    assert_ok(release(scene));
    assert_ok(vfdc_floppy_drive_move(to, scene->drive)); /* and back */
    rig_free(rig);
    vfdc_floppy_drive_unref(to);

    rig_out(scene->rig, 2, 0x00);
    guest_start(scene);
    guest_reads(scene, 3, bytes);
    assert_ok(release(scene));
    assert_file_sector(scene->image, 2, bytes);
    assert_file_lba(next, 0, N_SECTORS);
}

static void a_move_checks_in_order(void **state)
{
    struct scene *scene = *state;
    struct vfdc_floppy_drive *to, *smaller;
    struct rig *rig = other_machine(VFDC_DRIVE_1440K, &to);
    struct rig *other = other_machine(VFDC_DRIVE_720K, &smaller);
    struct rig_disk disk = rig_disk_new(VFDC_DRIVE_1440K, N_SECTORS, false);

    assert_int_equal(vfdc_floppy_drive_move(NULL, NULL), VFDC_E_POINTER);
    assert_int_equal(vfdc_floppy_drive_move(scene->drive, NULL), VFDC_VM_E_NO_MEDIA_CAPTURED);
    assert_exception(scene, VFDC_VM_E_NO_MEDIA_CAPTURED, 0, "");
    assert_ok(attach(scene, scene->image));
    assert_int_equal(vfdc_floppy_drive_move(scene->drive, NULL), VFDC_E_POINTER);
    assert_int_equal(vfdc_floppy_drive_move(scene->drive, smaller), VFDC_VM_E_DRIVE_INVALID);
    assert_int_equal(vfdc_floppy_drive_exception(smaller)->error.code, VFDC_VM_E_DRIVE_INVALID);
    assert_string_equal(vfdc_floppy_drive_exception(smaller)->path, scene->image);
    assert_int_equal(vfdc_floppy_drive_move(scene->drive, scene->drive), VFDC_VM_E_DRIVE_IN_USE);
    assert_ok(vfdc_controller_insert(rig->fdc, 0, disk.media));
    assert_int_equal(vfdc_floppy_drive_move(scene->drive, to), VFDC_VM_E_DRIVE_IN_USE);
    assert_int_equal(vfdc_floppy_drive_exception(to)->error.code, VFDC_VM_E_DRIVE_IN_USE);
    rig_free(rig);
    assert_int_equal(vfdc_floppy_drive_move(scene->drive, to), VFDC_VM_E_VM_UNKNOWN);
    assert_int_equal(vfdc_floppy_drive_exception(to)->error.code, VFDC_VM_E_VM_UNKNOWN);

    assert_int_equal(attachment(scene), VFDC_ATTACHMENT_IMAGE); /* all the time */
    assert_int_equal(scene->n_events, 1);
    destroy(scene);
    assert_int_equal(vfdc_floppy_drive_move(scene->drive, smaller), VFDC_VM_E_VM_UNKNOWN);
    assert_exception(scene, VFDC_VM_E_VM_UNKNOWN, 0, "");
    rig_free(other);
    rig_disk_free(&disk);
    vfdc_floppy_drive_unref(smaller);
    vfdc_floppy_drive_unref(to);
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
        SCENE_TEST(destroy_reports_marks_that_are_not_kept),
        SCENE_TEST(a_handle_outlives_its_machine),
        SCENE_TEST(handlers_of_a_destroyed_machine_run_when_all_is_done),
        SCENE_TEST(destroying_nothing_is_nothing),
        SCENE_TEST(an_image_moves_as_it_is),
        SCENE_TEST(a_restored_machine_sees_no_change_of_disk),
        SCENE_TEST(both_drives_go_on_after_a_move),
        SCENE_TEST(a_move_checks_in_order),
        SCENE_TEST(a_medium_of_the_hosts_is_none_of_the_doors),
        SCENE_TEST(a_medium_taken_out_behind_the_door_is_let_go_of),
        SCENE_TEST(a_system_call_cannot_call_in),
    };

    return cmocka_run_group_tests_name("handles", tests, NULL, NULL);
}
