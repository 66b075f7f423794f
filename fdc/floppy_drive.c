/*
 * The operator's door: images and host drives attached and released.  This is the one file that
 * knows both sides: it asks media/ for a medium and the chip to take it in.  It needs a hosted
 * libc, like the two beside it; all that fdc/ ever allocates is allocated by these three.
 */
#include <vfdc/floppy_drive.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handle.h"
#include "host.h"

/* ---- words ---- */

/* A path for a message: what does not print is \xNN there, what has no room is dropped. */
static void quote(char quoted[static VFDC_MEDIA_TEXT_BYTES], const char *path)
{
    size_t n = 0;

    for (; *path != '\0' && n + sizeof("\\xNN") <= VFDC_MEDIA_TEXT_BYTES; path++) {
        unsigned byte = (unsigned char)*path;

        if (byte < ' ' || byte > '~' || byte == '\\') {
            n += (size_t)snprintf(quoted + n, sizeof("\\xNN"), "\\x%02x", byte);
        } else {
            quoted[n++] = *path;
        }
    }
    quoted[n] = '\0';
}

/* ---- telling the host ---- */

static void report(struct vfdc_controller *fdc, enum vfdc_report_kind kind, uint8_t unit)
{
    fdc->busy = true;
    host_report(fdc, kind, unit, 0, 0, 0);
    fdc->busy = false;
}

/* What is new of the medium since the host was last told. */
static void report_warnings(struct vfdc_floppy_drive *drive)
{
    static const struct {
        enum vfdc_media_warning warning;
        enum vfdc_report_kind kind;
    } news[] = {
        { VFDC_WARNING_SHORT, VFDC_REPORT_SHORT_IMAGE },
        { VFDC_WARNING_IN_PLACE, VFDC_REPORT_IN_PLACE },
        { VFDC_WARNING_UNLOCKED, VFDC_REPORT_UNLOCKED },
        { VFDC_WARNING_JOURNAL_APPLIED, VFDC_REPORT_JOURNAL_APPLIED },
        { VFDC_WARNING_JOURNAL_ASIDE, VFDC_REPORT_JOURNAL_ASIDE },
        { VFDC_WARNING_MODIFIED, VFDC_REPORT_IMAGE_MODIFIED },
        { VFDC_WARNING_DELETED, VFDC_REPORT_IMAGE_GONE },
        { VFDC_WARNING_REPLACED, VFDC_REPORT_IMAGE_GONE },
    };
    uint32_t untold = vfdc_media_warnings(drive->media) & ~drive->warnings;

    drive->warnings |= untold;
    for (size_t i = 0; i < sizeof(news) / sizeof(news[0]); i++) {
        if ((untold & news[i].warning) != 0) {
            report(drive->controller, news[i].kind, drive->unit);
        }
    }
}

/* ---- the medium: the host's system calls run in here, and must not come back in ---- */

static vfdc_result open_media(struct vfdc_floppy_drive *drive, const char *path,
                              const struct vfdc_attach_options *options,
                              struct vfdc_media **media)
{
    struct vfdc_controller *fdc = drive->controller;
    struct vfdc_media_options how = {
        .drive = (enum vfdc_drive_type)fdc->drive_type[drive->unit],
        .read_only = options->read_only,
        .allow_read_only = options->allow_read_only,
        .cylinders = options->cylinders,
        .heads = options->heads,
        .sectors = options->sectors,
        .size_code = options->size_code,
        .durability = options->durability,
        .allow_in_place = options->allow_in_place,
        .allow_unlocked = options->allow_unlocked,
        .no_follow = options->no_follow,
        .strict = options->strict,
        .buffer = drive->buffer,
        .system = options->system,
        .system_opaque = options->system_opaque,
    };
    vfdc_result result;

    fdc->busy = true;
    result = drive->is_host_drive ? vfdc_media_open_host_drive(path, &how, media, &drive->told)
                                  : vfdc_media_open_vfd(path, &how, media, &drive->told);
    fdc->busy = false;
    return vfdc_failed(result) ? handle_fail(drive, path) : result;
}

static vfdc_result flush(struct vfdc_floppy_drive *drive)
{
    struct vfdc_controller *fdc = drive->controller;
    vfdc_result result;

    fdc->busy = true;
    result = vfdc_media_flush(drive->media, &drive->told);
    fdc->busy = false;
    if (result == VFDC_S_FALSE) {
        report(fdc, VFDC_REPORT_MARKS_LOST, drive->unit);
    }
    report_warnings(drive);
    return vfdc_failed(result) ? handle_fail(drive, drive->path) : VFDC_S_OK;
}

/* An error of the system's close says nothing new: what matters was synced before. */
static void close_media(struct vfdc_controller *fdc, struct vfdc_media *media)
{
    fdc->busy = true;
    (void)vfdc_media_close(media, NULL);
    fdc->busy = false;
}

/* Take the disk out and forget it.  Returns it, and the path it had. */
static struct vfdc_media *take_out(struct vfdc_floppy_drive *drive, char **path)
{
    struct vfdc_controller *fdc = drive->controller;
    struct vfdc_media *media = drive->media;

    /* unless the host took it out behind our back: then what is in there is not ours */
    if (fdc->disk[drive->unit].media == media) {
        (void)vfdc_controller_eject(fdc, drive->unit, NULL);
    }
    *path = drive->path;
    drive->media = NULL;
    drive->path = NULL;
    return media;
}

/* Take the disk out and let go of its file.  Returns the path it had, for the event. */
static char *let_go(struct vfdc_floppy_drive *drive)
{
    char *path;

    close_media(drive->controller, take_out(drive, &path));
    return path;
}

/* ---- attach ---- */

/* The path of an image has codes of its own; that of a host drive has one for all. */
static vfdc_result check_path(struct vfdc_floppy_drive *drive, const char *path)
{
    vfdc_result result = vfdc_media_check_path(path, &drive->told);

    if (!vfdc_failed(result)) {
        return result;
    }
    if (drive->is_host_drive) {
        return handle_refuse(drive, path, VFDC_E_INVALIDARG,
                             "the path of a host drive is absolute, and not too long");
    }
    return handle_fail(drive, path);
}

/* What forbids an attach before the file is looked at. */
static vfdc_result check_attach(struct vfdc_floppy_drive *drive, const char *path)
{
    struct vfdc_controller *fdc = drive->controller;
    vfdc_result result;

    if (fdc->drive_type[drive->unit] == VFDC_DRIVE_NONE) {
        return handle_refuse(drive, path, VFDC_VM_E_DRIVE_INVALID,
                             "no drive is fitted as unit %u", drive->unit);
    }
    result = check_path(drive, path);
    if (vfdc_failed(result)) {
        return result;
    }
    if (drive->media != NULL) {
        quote(drive->quoted, drive->path);
        return handle_refuse(drive, path, VFDC_VM_E_DRIVE_IN_USE, "drive %u already holds %s",
                             drive->unit, drive->quoted);
    }
    if (fdc->disk[drive->unit].media != NULL) {
        return handle_refuse(drive, path, VFDC_VM_E_DRIVE_IN_USE,
                             "drive %u already holds a medium that the host inserted",
                             drive->unit);
    }
    return VFDC_S_OK;
}

/* Open the image or the drive and put it in. */
static vfdc_result put_in(struct vfdc_floppy_drive *drive, const char *path,
                          const struct vfdc_attach_options *options)
{
    struct vfdc_controller *fdc = drive->controller;
    struct vfdc_media *media = NULL;
    vfdc_result result;

    if (drive->buffer == NULL) {
        drive->buffer = malloc(vfdc_media_buffer_bytes());
    }
    if (drive->buffer == NULL) {
        return handle_refuse(drive, path, VFDC_E_OUTOFMEMORY, "no memory to hold an image");
    }
    result = open_media(drive, path, options, &media);
    if (vfdc_failed(result)) {
        return result;
    }
    result = vfdc_controller_insert(fdc, drive->unit, media);
    if (vfdc_failed(result)) {
        close_media(fdc, media);
        return handle_refuse(drive, path,
                             drive->is_host_drive ? VFDC_VM_E_HOST_FLOPPY_CAPTURE_FAIL
                                                  : VFDC_VM_E_IMAGE_CAPTURE_FAIL,
                             "drive %u cannot hold a disk of this layout", drive->unit);
    }
    drive->media = media;
    drive->warnings = 0;
    return VFDC_S_OK;
}

/* Attach what the path names, an image or a host drive as the handle says. */
static vfdc_result attach_path(struct vfdc_floppy_drive *drive, const char *path,
                               const struct vfdc_attach_options *options)
{
    static const struct vfdc_attach_options plain;
    char *kept, *told;
    vfdc_result result = check_attach(drive, path);

    if (vfdc_failed(result)) {
        return result;
    }
    if (options == NULL) {
        options = &plain;
    }

    /* one for the property and one for the event, whose handler may release the first */
    kept = strdup(path);
    told = strdup(path);
    if (kept == NULL || told == NULL) {
        result = handle_refuse(drive, path, VFDC_E_OUTOFMEMORY, "no memory to hold the path");
    } else {
        result = put_in(drive, path, options);
    }
    if (vfdc_failed(result)) {
        free(kept);
        free(told);
        return result;
    }
    drive->path = kept;

    if (!options->read_only && vfdc_media_is_read_only(drive->media)) {
        report(drive->controller, VFDC_REPORT_READ_ONLY, drive->unit);
    }
    report_warnings(drive);
    handle_fire(drive, drive->on_media_insert, told);
    return VFDC_S_OK;
}

static vfdc_result attach(struct vfdc_floppy_drive *drive, const char *path,
                          const struct vfdc_attach_options *options, bool is_host_drive)
{
    vfdc_result result = handle_enter(drive);
    bool was_host_drive;

    if (vfdc_failed(result)) {
        return result;
    }
    was_host_drive = drive->is_host_drive;
    drive->is_host_drive = is_host_drive;
    result = attach_path(drive, path, options);
    if (vfdc_failed(result)) {
        drive->is_host_drive = was_host_drive;
    }
    return result;
}

vfdc_result vfdc_floppy_drive_attach_image(struct vfdc_floppy_drive *drive, const char *path,
                                           const struct vfdc_attach_options *options)
{
    return attach(drive, path, options, false);
}

vfdc_result vfdc_floppy_drive_attach_host_drive(struct vfdc_floppy_drive *drive,
                                                const char *path,
                                                const struct vfdc_attach_options *options)
{
    return attach(drive, path, options, true);
}

/* ---- release, and what else ends an attachment ---- */

static vfdc_result release(struct vfdc_floppy_drive *drive, bool is_host_drive)
{
    vfdc_result result = handle_enter_attached(drive);

    if (vfdc_failed(result)) {
        return result;
    }
    if (drive->is_host_drive != is_host_drive) {
        return handle_refuse(drive, drive->path, VFDC_VM_E_MEDIA_WRONG_TYPE,
                             drive->is_host_drive ? "drive %u: a host drive is attached"
                                                  : "drive %u: an image is attached",
                             drive->unit);
    }
    result = flush(drive);
    if (vfdc_failed(result)) {
        return result;
    }
    handle_fire(drive, drive->on_media_eject, let_go(drive));
    return VFDC_S_OK;
}

vfdc_result vfdc_floppy_drive_release_image(struct vfdc_floppy_drive *drive)
{
    return release(drive, false);
}

vfdc_result vfdc_floppy_drive_release_host_drive(struct vfdc_floppy_drive *drive)
{
    return release(drive, true);
}

vfdc_result vfdc_floppy_drive_flush_image(struct vfdc_floppy_drive *drive)
{
    vfdc_result result = handle_enter_attached(drive);

    return vfdc_failed(result) ? result : flush(drive);
}

/* The disk leaves first: what a command has begun on it is to be dropped too. */
vfdc_result vfdc_floppy_drive_discard_image(struct vfdc_floppy_drive *drive)
{
    vfdc_result result = handle_enter_attached(drive);
    struct vfdc_controller *fdc;
    struct vfdc_media *media;
    char *path;

    if (vfdc_failed(result)) {
        return result;
    }
    if (vfdc_media_is_flushing(drive->media)) {
        return handle_refuse(drive, drive->path, VFDC_DISP_E_EXCEPTION,
                             "drive %u: a flush is under way", drive->unit);
    }
    fdc = drive->controller;
    media = take_out(drive, &path);
    fdc->busy = true;
    result = vfdc_media_discard(media, &drive->told);
    fdc->busy = false;
    if (result != VFDC_S_OK) {
        (void)handle_fail(drive, path);
    }
    handle_fire(drive, drive->on_media_eject, path);
    return result;
}

vfdc_result vfdc_floppy_drive_save_image_as(struct vfdc_floppy_drive *drive, const char *path)
{
    vfdc_result result = handle_enter_attached(drive);
    char *kept;

    if (vfdc_failed(result)) {
        return result;
    }
    kept = path != NULL ? strdup(path) : NULL;
    if (path != NULL && kept == NULL) {
        return handle_refuse(drive, path, VFDC_E_OUTOFMEMORY, "no memory to hold the path");
    }
    drive->controller->busy = true;
    result = vfdc_media_save_as(drive->media, path, &drive->told);
    drive->controller->busy = false;
    if (vfdc_failed(result)) {
        free(kept);
        return handle_fail(drive, path);
    }
    free(drive->path);
    drive->path = kept;
    drive->is_host_drive = false;
    if (result == VFDC_S_FALSE) {
        report(drive->controller, VFDC_REPORT_MARKS_LOST, drive->unit);
    }
    report_warnings(drive);
    return VFDC_S_OK;
}

/* ---- from drive to drive ---- */

/* What forbids that `to` takes over what is attached to `from`. */
static vfdc_result check_move(const struct vfdc_floppy_drive *from, struct vfdc_floppy_drive *to)
{
    const struct vfdc_controller *there = to->controller;

    /* the image's layout was chosen for its drive */
    if (there->drive_type[to->unit] != from->controller->drive_type[from->unit]) {
        return handle_refuse(to, from->path, VFDC_VM_E_DRIVE_INVALID,
                             "drive %u is of another type than the one the image is in",
                             to->unit);
    }
    if (to->media != NULL || there->disk[to->unit].media != NULL) {
        return handle_refuse(to, from->path, VFDC_VM_E_DRIVE_IN_USE,
                             "drive %u already holds a disk", to->unit);
    }
    return VFDC_S_OK;
}

/*
 * Into one drive and out of the other.  Either may run callbacks of its machine, which the other
 * machine refuses meanwhile: the disk is in both.
 */
static vfdc_result move_disk(struct vfdc_floppy_drive *from, struct vfdc_floppy_drive *to)
{
    struct vfdc_controller *here = from->controller, *there = to->controller;
    vfdc_result result;

    here->busy = here != there;
    result = vfdc_controller_insert(there, to->unit, from->media);
    here->busy = false;
    if (vfdc_failed(result)) {
        return result;
    }
    there->busy = here != there;
    to->media = take_out(from, &to->path);
    there->busy = false;
    return result;
}

vfdc_result vfdc_floppy_drive_move(struct vfdc_floppy_drive *from, struct vfdc_floppy_drive *to)
{
    vfdc_result result = handle_enter_attached(from);
    void *buffer;

    if (!vfdc_failed(result)) {
        result = handle_enter(to);
    }
    if (!vfdc_failed(result)) {
        result = check_move(from, to);
    }
    if (!vfdc_failed(result)) {
        result = move_disk(from, to);
    }
    if (vfdc_failed(result)) {
        return result;
    }
    to->is_host_drive = from->is_host_drive;
    to->warnings = from->warnings;

    /* the image is in its drive's memory */
    buffer = to->buffer;
    to->buffer = from->buffer;
    from->buffer = buffer;
    return VFDC_S_OK;
}

/* ---- the end of a machine ---- */

char *handle_shut(struct vfdc_floppy_drive *drive)
{
    if (drive->media == NULL) {
        return NULL;
    }
    if (vfdc_failed(flush(drive))) {
        report(drive->controller, VFDC_REPORT_FLUSH_ERROR, drive->unit);
    }
    return let_go(drive);
}
