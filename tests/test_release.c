/*
 * The operator's door, outwards: what release and flush write and let go of, what they leave
 * alone when they fail, and what a handler of the two events may do.
 */
#include "scene.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- release ---- */

static void release_of_an_empty_drive_is_no_media_captured(void **state)
{
    struct scene *scene = *state;

    power_on(scene->rig, 0x1c);
    assert_int_equal(release(scene), VFDC_VM_E_NO_MEDIA_CAPTURED);
    assert_exception(scene, VFDC_VM_E_NO_MEDIA_CAPTURED, 0, "");
    assert_ok(attach(scene, scene->image));
    assert_ok(release(scene));
    assert_int_equal(release(scene), VFDC_VM_E_NO_MEDIA_CAPTURED);

    assert_int_equal(scene->n_events, 2);
}

static void release_writes_and_lets_go_of_the_file(void **state)
{
    struct scene *scene = *state;
    uint8_t bytes[512];

    attach_and_write(scene, bytes);
    assert_file_lba(scene->image, 2, 3); /* nothing yet */
    assert_ok(release(scene));

    assert_file_sector(scene->image, 2, bytes);
    assert_file_lba(scene->image, 0, 2);
    assert_file_lba(scene->image, 3, N_SECTORS);
    assert_int_equal(scene->faulty.plan[FAULTY_PWRITE].n_calls, 2); /* the journal, the image */
    assert_int_equal(scene->faulty.plan[FAULTY_SYNC].n_calls, 4);
    /* two opens looked for a journal in vain */
    assert_int_equal(scene->faulty.plan[FAULTY_CLOSE].n_calls,
                     scene->faulty.plan[FAULTY_OPEN].n_calls - 2);
    assert_int_equal(attachment(scene), VFDC_ATTACHMENT_NONE);
    assert_string_equal(image_file(scene), "");
    assert_null(vfdc_floppy_drive_media(scene->drive));
}

static void release_raises_the_change_line_until_a_step_with_a_disk_in(void **state)
{
    struct scene *scene = *state;

    assert_ok(attach(scene, scene->image));
    guest_start(scene);
    assert_ok(release(scene));
    assert_true(change_line(scene->rig));
    seek(scene->rig, 0, 1);
    assert_true(change_line(scene->rig));
    assert_ok(attach(scene, scene->image));
    assert_true(change_line(scene->rig));
    seek(scene->rig, 0, 1);
    assert_true(change_line(scene->rig));
    seek(scene->rig, 0, 0);

    assert_false(change_line(scene->rig));
}

static void a_clean_release_does_not_touch_the_file(void **state)
{
    struct scene *scene = *state;
    struct stat before, after;
    uint8_t wanted[512];
    static const struct timespec long_ago[2] = { { .tv_sec = 1000 }, { .tv_sec = 1000 } };

    assert_int_equal(utimensat(AT_FDCWD, scene->image, long_ago, 0), 0);
    assert_int_equal(stat(scene->image, &before), 0);
    assert_ok(attach(scene, scene->image));
    guest_start(scene);
    rig_fill_lba(wanted, 0, 1);
    guest_reads(scene, 1, wanted);
    assert_ok(release(scene));

    assert_int_equal(stat(scene->image, &after), 0);
    assert_int_equal(after.st_mtim.tv_sec, before.st_mtim.tv_sec);
    assert_int_equal(after.st_ctim.tv_sec, before.st_ctim.tv_sec);
    assert_int_equal(after.st_ctim.tv_nsec, before.st_ctim.tv_nsec);
    assert_int_equal(scene->faulty.plan[FAULTY_PWRITE].n_calls, 0);
    assert_int_equal(scene->faulty.plan[FAULTY_SYNC].n_calls, 0);
}

static void a_failing_sync_keeps_everything_and_can_be_tried_again(void **state)
{
    struct scene *scene = *state;
    uint8_t bytes[512];

    attach_and_write(scene, bytes);
    faulty_system_fail(&scene->faulty, FAULTY_SYNC, EIO, 0, 1);
    assert_int_equal(release(scene), VFDC_DISP_E_EXCEPTION);

    assert_exception(scene, VFDC_DISP_E_EXCEPTION, EIO, scene->image);
    assert_non_null(strstr(exception(scene)->error.text, scene->image));
    assert_int_equal(attachment(scene), VFDC_ATTACHMENT_IMAGE);
    assert_string_equal(image_file(scene), scene->image);
    assert_int_equal(dirty(scene), 1);
    assert_false(change_line(scene->rig));
    assert_int_equal(scene->n_events, 1); /* the insert */
    assert_int_equal(scene->rig->n_reports, 0);
    guest_reads(scene, 3, bytes);

    assert_ok(release(scene));
    assert_int_equal(scene->faulty.plan[FAULTY_PWRITE].n_calls, 4); /* the journal again, too */
    assert_file_sector(scene->image, 2, bytes);
    assert_file_lba(scene->image, 3, 18);
    assert_event(scene, 1, EJECT, scene->image);
    assert_true(change_line(scene->rig));
}

static void a_failing_write_names_the_sector(void **state)
{
    struct scene *scene = *state;
    uint8_t bytes[512];

    attach_and_write(scene, bytes);
    faulty_system_fail(&scene->faulty, FAULTY_PWRITE, ENOSPC, 0, 1);
    assert_int_equal(release(scene), VFDC_DISP_E_EXCEPTION);

    assert_exception(scene, VFDC_DISP_E_EXCEPTION, ENOSPC, scene->image);
    assert_int_equal(exception(scene)->error.sector, 2);
    assert_int_equal(dirty(scene), 1);
    assert_ok(release(scene));
    assert_file_sector(scene->image, 2, bytes);
}

/* Whatever the reason, the operator is told it, by name, and can try again. */
static void each_reason_is_told_in_the_systems_words(void **state)
{
    static const int errors[] = { EIO, EFBIG, EROFS, ESTALE, ENOSPC, EDQUOT };
    static const enum faulty_call calls[] = { FAULTY_PWRITE, FAULTY_SYNC };
    struct scene *scene = *state;
    uint8_t bytes[512];

    attach_and_write(scene, bytes);
    for (size_t i = 0; i < 12; i++) {
        int error = errors[i / 2];
        bool is_full = error == ENOSPC || error == EDQUOT;
        const char *words = i % 2 == 0 && is_full ? "no space left writing sector 2"
                                                  : strerror(error);

        bytes[0] = (uint8_t)i;
        guest_write(scene, 3, bytes);
        faulty_system_fail(&scene->faulty, calls[i % 2], error, i % 2 != 0 ? 2 : 0, 1);
        assert_int_equal(release(scene), VFDC_DISP_E_EXCEPTION);
        assert_exception(scene, VFDC_DISP_E_EXCEPTION, error, scene->image);
        assert_non_null(strstr(exception(scene)->error.text, words));
        assert_int_equal(attachment(scene), VFDC_ATTACHMENT_IMAGE);
        assert_int_equal(dirty(scene), 1);
        assert_ok(vfdc_floppy_drive_flush_image(scene->drive));
    }
    assert_ok(release(scene));
    assert_file_sector(scene->image, 2, bytes);
}

/* A guest that starts afresh. */
static void start_and_write(struct scene *scene, uint8_t bytes[512])
{
    assert_ok(vfdc_controller_reset(scene->rig->fdc));
    attach_and_write(scene, bytes);
}

/* By another program: its time, its name, what has its name. */
static void what_became_of_the_file_meanwhile_is_reported(void **state)
{
    static const struct timespec later[2] = { { 0, UTIME_OMIT }, { .tv_sec = 2000000000 } };
    struct scene *scene = *state;
    uint8_t bytes[512];

    start_and_write(scene, bytes);
    assert_int_equal(utimensat(AT_FDCWD, scene->image, later, 0), 0);
    assert_ok(release(scene));
    assert_int_equal(rig_count_reports(scene->rig, VFDC_REPORT_IMAGE_MODIFIED, 0), 1);
    assert_file_sector(scene->image, 2, bytes);

    start_and_write(scene, bytes);
    assert_int_equal(unlink(scene->image), 0);
    assert_ok(vfdc_floppy_drive_flush_image(scene->drive));
    assert_int_equal(rig_count_reports(scene->rig, VFDC_REPORT_IMAGE_GONE, 0), 1);
    assert_ok(release(scene));
    write_lba_image(scene->image);
    start_and_write(scene, bytes);
    assert_int_equal(unlink(scene->image), 0);
    write_lba_image(scene->image);
    assert_ok(release(scene));
    assert_int_equal(rig_count_reports(scene->rig, VFDC_REPORT_IMAGE_GONE, 0), 2);
    assert_file_lba(scene->image, 0, N_SECTORS);
    assert_int_equal(scene->rig->n_reports, 3);

    scene->options.strict = true;
    start_and_write(scene, bytes);
    assert_int_equal(utimensat(AT_FDCWD, scene->image, later, 0), 0);
    assert_int_equal(release(scene), VFDC_DISP_E_EXCEPTION);
    assert_non_null(strstr(exception(scene)->error.text, "was modified by another program"));
    assert_ok(vfdc_floppy_drive_discard_image(scene->drive));
}

static void a_failing_close_does_not_fail_the_release(void **state)
{
    struct scene *scene = *state;
    uint8_t bytes[512];

    attach_and_write(scene, bytes);
    faulty_system_fail(&scene->faulty, FAULTY_CLOSE, EIO, 0, 1);
    assert_ok(release(scene));

    assert_file_sector(scene->image, 2, bytes);
    assert_event(scene, 1, EJECT, scene->image);
}

static void attach_after_release_reads_the_file_anew(void **state)
{
    struct scene *scene = *state;
    uint8_t bytes[512], filled[512];
    uint8_t *whole = malloc(N_SECTORS * (size_t)512);

    assert_non_null(whole);
    attach_and_write(scene, bytes);
    assert_ok(release(scene));
    memset(whole, 0x77, N_SECTORS * (size_t)512);
    write_file(scene->image, whole, N_SECTORS * (size_t)512);
    free(whole);
    assert_ok(attach(scene, scene->image));

    memset(filled, 0x77, sizeof(filled));
    guest_reads(scene, 3, filled);
    guest_reads(scene, 4, filled);
}

static void release_during_a_write_keeps_whole_sectors_only(void **state)
{
    struct scene *scene = *state;
    const char *next = name_of(scene, "next.vfd");
    uint8_t bytes[4 * 512], wanted[512];

    write_lba_image(next);
    memset(bytes, 0xb7, sizeof(bytes));
    memset(wanted, 0xb7, sizeof(wanted));
    assert_ok(attach(scene, scene->image));
    guest_start(scene);
    dma_write(scene->rig, bytes, sizeof(bytes));
    scene->rig->dma_stall = 2 * 512 + 100;
    scene->rig->dma_by = 100;
    cmd(scene->rig, 0xc5, 0, 0, 0, 1, 2, 0x12, 0x1b, 0xff);
    rig_run(scene->rig, 20 * RIG_MS);
    assert_int_equal(scene->rig->n_dma_moved, 2 * 512 + 100);
    assert_ok(release(scene));
    assert_ok(attach(scene, next));
    scene->rig->dma_stall = 0;
    run_until_irq(scene->rig);

    /* the command lost its disk; the next one has not a byte of it */
    expect_result(scene->rig, 0x40, 0x01, 0x00, 0, 0, 3, 2);
    assert_int_equal(dirty(scene), 0);
    assert_file_sector(scene->image, 0, wanted);
    assert_file_sector(scene->image, 1, wanted);
    assert_file_lba(scene->image, 2, 18);
    assert_ok(release(scene));
    assert_file_lba(next, 0, 18);
}

static void release_during_a_read_ends_it_without_a_disk(void **state)
{
    struct scene *scene = *state;

    assert_ok(attach(scene, scene->image));
    guest_start(scene);
    cmd(scene->rig, 0xe6, 0, 0, 0, 1, 2, 0x12, 0x1b, 0xff);
    rig_run(scene->rig, 10 * RIG_MS);
    assert_true(scene->rig->drq);
    assert_ok(release(scene));
    run_until_irq(scene->rig);

    expect_result(scene->rig, 0x40, 0x01, 0x00, 0, 0, 1, 2);
    assert_false(scene->rig->drq);
}

/* ---- flush ---- */

static void flush_writes_and_keeps_the_disk_in(void **state)
{
    struct scene *scene = *state;
    uint8_t bytes[512];

    attach_and_write(scene, bytes);
    assert_ok(vfdc_floppy_drive_flush_image(scene->drive));

    assert_file_sector(scene->image, 2, bytes);
    assert_int_equal(dirty(scene), 0);
    assert_int_equal(attachment(scene), VFDC_ATTACHMENT_IMAGE);
    assert_false(change_line(scene->rig));
    assert_int_equal(scene->n_events, 1);
    assert_ok(vfdc_floppy_drive_flush_image(scene->drive));
    assert_int_equal(scene->faulty.plan[FAULTY_PWRITE].n_calls, 2);
}

static void flush_of_an_empty_drive_is_no_media_captured(void **state)
{
    struct scene *scene = *state;

    assert_int_equal(vfdc_floppy_drive_flush_image(scene->drive), VFDC_VM_E_NO_MEDIA_CAPTURED);
    assert_exception(scene, VFDC_VM_E_NO_MEDIA_CAPTURED, 0, "");
}

static void a_failing_flush_keeps_the_sectors_dirty(void **state)
{
    struct scene *scene = *state;
    uint8_t bytes[512];

    attach_and_write(scene, bytes);
    faulty_system_fail(&scene->faulty, FAULTY_SYNC, EDQUOT, 0, 1);
    assert_int_equal(vfdc_floppy_drive_flush_image(scene->drive), VFDC_DISP_E_EXCEPTION);

    assert_exception(scene, VFDC_DISP_E_EXCEPTION, EDQUOT, scene->image);
    assert_int_equal(dirty(scene), 1);
    assert_ok(vfdc_floppy_drive_flush_image(scene->drive));
    assert_int_equal(dirty(scene), 0);
    assert_exception(scene, VFDC_DISP_E_EXCEPTION, EDQUOT, scene->image); /* the last failure */
}

/* ---- marks, which a raw image cannot keep ---- */

/* WRITE DELETED DATA of one sector. */
static void guest_write_deleted(struct scene *scene, int r)
{
    uint8_t bytes[512];

    memset(bytes, 0xd2, sizeof(bytes));
    dma_write(scene->rig, bytes, sizeof(bytes));
    cmd(scene->rig, 0xc9, 0, 0, 0, r, 2, 0x12, 0x1b, 0xff);
    run_until_irq(scene->rig);
    expect_result(scene->rig, 0, 0, 0, 0, 0, r + 1, 2);
}

static void a_flush_reports_marks_once(void **state)
{
    struct scene *scene = *state;
    uint8_t bytes[512];

    attach_and_write(scene, bytes);
    guest_write_deleted(scene, 5);
    assert_ok(vfdc_floppy_drive_flush_image(scene->drive));
    assert_int_equal(rig_count_reports(scene->rig, VFDC_REPORT_MARKS_LOST, 0), 1);
    assert_ok(vfdc_floppy_drive_flush_image(scene->drive));
    guest_write(scene, 6, bytes);
    assert_ok(vfdc_floppy_drive_flush_image(scene->drive));

    assert_int_equal(scene->rig->n_reports, 1);
    assert_int_equal(exception(scene)->error.code, VFDC_S_OK);
    memset(bytes, 0xd2, sizeof(bytes));
    assert_file_sector(scene->image, 4, bytes);
    guest_write_deleted(scene, 5);
    assert_ok(vfdc_floppy_drive_flush_image(scene->drive));
    assert_int_equal(rig_count_reports(scene->rig, VFDC_REPORT_MARKS_LOST, 0), 2);
}

static void a_release_reports_marks_and_succeeds(void **state)
{
    struct scene *scene = *state;

    assert_ok(attach(scene, scene->image));
    guest_start(scene);
    guest_write_deleted(scene, 5);
    assert_ok(release(scene));

    assert_int_equal(scene->rig->n_reports, 1);
    assert_int_equal(rig_count_reports(scene->rig, VFDC_REPORT_MARKS_LOST, 0), 1);
    assert_event(scene, 1, EJECT, scene->image);
}

static void a_release_that_fails_reports_no_marks(void **state)
{
    struct scene *scene = *state;

    assert_ok(attach(scene, scene->image));
    guest_start(scene);
    guest_write_deleted(scene, 5);
    faulty_system_fail(&scene->faulty, FAULTY_SYNC, EIO, 0, 1);
    assert_int_equal(release(scene), VFDC_DISP_E_EXCEPTION);
    assert_int_equal(scene->rig->n_reports, 0);
    assert_ok(release(scene));

    assert_int_equal(rig_count_reports(scene->rig, VFDC_REPORT_MARKS_LOST, 0), 1);
}

/* ---- events ---- */

static void events_come_last(void **state)
{
    struct scene *scene = *state;

    assert_ok(attach(scene, scene->image));
    assert_int_equal(scene->n_events, 1);
    assert_event(scene, 0, INSERT, scene->image);
    assert_ptr_equal(scene->event[0].drive, scene->drive);
    assert_ok(scene->event[0].attachment_result);
    assert_int_equal(scene->event[0].attachment, VFDC_ATTACHMENT_IMAGE);

    assert_ok(release(scene));
    assert_int_equal(scene->n_events, 2);
    assert_event(scene, 1, EJECT, scene->image);
    assert_ok(scene->event[1].attachment_result);
    assert_int_equal(scene->event[1].attachment, VFDC_ATTACHMENT_NONE);
}

static void events_may_have_no_handler(void **state)
{
    struct scene *scene = *state;

    assert_ok(vfdc_floppy_drive_set_events(scene->drive, NULL, on_eject, scene));
    assert_ok(attach(scene, scene->image));
    assert_int_equal(scene->n_events, 0);
    assert_ok(release(scene));
    assert_int_equal(scene->n_events, 1);
    assert_ok(vfdc_floppy_drive_set_events(scene->drive, on_insert, NULL, scene));
    assert_ok(attach(scene, scene->image));
    assert_ok(release(scene));

    assert_int_equal(scene->n_events, 2);
    assert_event(scene, 1, INSERT, scene->image);
}

static void release_it(struct scene *scene, struct vfdc_floppy_drive *drive)
{
    (void)scene;
    assert_ok(vfdc_floppy_drive_release_image(drive));
}

static void an_insert_handler_may_release(void **state)
{
    struct scene *scene = *state;

    scene->act = release_it;
    assert_ok(attach(scene, scene->image));

    assert_int_equal(attachment(scene), VFDC_ATTACHMENT_NONE);
    assert_int_equal(scene->n_events, 2);
    assert_event(scene, 0, INSERT, scene->image);
    assert_event(scene, 1, EJECT, scene->image);
}

static void attach_next(struct scene *scene, struct vfdc_floppy_drive *drive)
{
    assert_ok(vfdc_floppy_drive_attach_image(drive, scene->file[0], NULL));
}

static void an_eject_handler_may_attach_the_next(void **state)
{
    struct scene *scene = *state;

    write_lba_image(name_of(scene, "next.vfd"));
    assert_ok(attach(scene, scene->image));
    scene->act = attach_next;
    assert_ok(release(scene));

    assert_string_equal(image_file(scene), scene->file[0]);
    assert_int_equal(scene->n_events, 3);
    assert_event(scene, 1, EJECT, scene->image);
    assert_event(scene, 2, INSERT, scene->file[0]);
}

static void drop_handle(struct scene *scene, struct vfdc_floppy_drive *drive)
{
    assert_ptr_equal(scene->drive, drive);
    scene->drive = NULL;
    vfdc_floppy_drive_unref(drive);
}

static void a_handler_may_drop_its_own_handle(void **state)
{
    struct scene *scene = *state;
    struct vfdc_floppy_drive *drive = scene->drive;

    assert_ok(vfdc_floppy_drive_attach_image(drive, scene->image, NULL));
    scene->act = drop_handle;
    assert_ok(vfdc_floppy_drive_release_image(drive));

    assert_null(scene->drive);
    assert_int_equal(scene->n_events, 2);
}

static void destroy_it(struct scene *scene, struct vfdc_floppy_drive *drive)
{
    destroy(scene);
    assert_int_equal(vfdc_floppy_drive_release_image(drive), VFDC_VM_E_VM_UNKNOWN);
}

static void an_insert_handler_may_destroy_the_machine(void **state)
{
    struct scene *scene = *state;

    scene->act = destroy_it;
    assert_ok(attach(scene, scene->image));

    assert_int_equal(scene->n_events, 2);
    assert_event(scene, 1, EJECT, scene->image);
    assert_int_equal(release(scene), VFDC_VM_E_VM_UNKNOWN);
}

static void destroy_and_drop(struct scene *scene, struct vfdc_floppy_drive *drive)
{
    destroy(scene);
    drop_handle(scene, drive);
}

static void an_eject_handler_may_destroy_the_machine_and_drop_its_handle(void **state)
{
    struct scene *scene = *state;
    struct vfdc_floppy_drive *drive = scene->drive;

    assert_ok(vfdc_floppy_drive_attach_image(drive, scene->image, NULL));
    scene->act = destroy_and_drop;
    assert_ok(vfdc_floppy_drive_release_image(drive));

    assert_int_equal(scene->n_events, 2);
    assert_null(scene->drive);
}

/* What another thread is writing is not thrown away, nor is the disk taken out. */
static void discarding_during_a_flush_is_refused(void **state)
{
    struct scene *scene = *state;
    struct vfdc_media_flush *flush = NULL;
    struct vfdc_media_error error;
    uint8_t bytes[512];

    attach_and_write(scene, bytes);
    assert_ok(vfdc_media_flush_begin(vfdc_floppy_drive_media(scene->drive), &flush, &error));
    assert_int_equal(vfdc_floppy_drive_discard_image(scene->drive), VFDC_DISP_E_EXCEPTION);
    assert_exception(scene, VFDC_DISP_E_EXCEPTION, 0, scene->image);
    assert_non_null(strstr(exception(scene)->error.text, "drive 0: a flush is under way"));
    assert_int_equal(attachment(scene), VFDC_ATTACHMENT_IMAGE);
    assert_int_equal(scene->n_events, 1); /* of the attach */

    assert_ok(vfdc_media_flush_write(flush, &error));
    assert_ok(vfdc_media_flush_end(flush, &error));
    assert_file_sector(scene->image, 2, bytes);
    assert_ok(vfdc_floppy_drive_discard_image(scene->drive));
    assert_int_equal(attachment(scene), VFDC_ATTACHMENT_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(release_of_an_empty_drive_is_no_media_captured),
        SCENE_TEST(discarding_during_a_flush_is_refused),
        SCENE_TEST(release_writes_and_lets_go_of_the_file),
        SCENE_TEST(release_raises_the_change_line_until_a_step_with_a_disk_in),
        SCENE_TEST(a_clean_release_does_not_touch_the_file),
        SCENE_TEST(a_failing_sync_keeps_everything_and_can_be_tried_again),
        SCENE_TEST(a_failing_write_names_the_sector),
        SCENE_TEST(each_reason_is_told_in_the_systems_words),
        SCENE_TEST(what_became_of_the_file_meanwhile_is_reported),
        SCENE_TEST(a_failing_close_does_not_fail_the_release),
        SCENE_TEST(attach_after_release_reads_the_file_anew),
        SCENE_TEST(release_during_a_write_keeps_whole_sectors_only),
        SCENE_TEST(release_during_a_read_ends_it_without_a_disk),
        SCENE_TEST(flush_writes_and_keeps_the_disk_in),
        SCENE_TEST(flush_of_an_empty_drive_is_no_media_captured),
        SCENE_TEST(a_failing_flush_keeps_the_sectors_dirty),
        SCENE_TEST(a_flush_reports_marks_once),
        SCENE_TEST(a_release_reports_marks_and_succeeds),
        SCENE_TEST(a_release_that_fails_reports_no_marks),
        SCENE_TEST(events_come_last),
        SCENE_TEST(events_may_have_no_handler),
        SCENE_TEST(an_insert_handler_may_release),
        SCENE_TEST(an_eject_handler_may_attach_the_next),
        SCENE_TEST(a_handler_may_drop_its_own_handle),
        SCENE_TEST(an_insert_handler_may_destroy_the_machine),
        SCENE_TEST(an_eject_handler_may_destroy_the_machine_and_drop_its_handle),
    };

    return cmocka_run_group_tests_name("release", tests, NULL, NULL);
}
