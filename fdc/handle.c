/*
 * Handles of drives: references, what went wrong last, properties, events.  Part of the
 * operator's door; see handle.h.
 */
#include "handle.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what went wrong ---- */

vfdc_result handle_fail(struct vfdc_floppy_drive *drive, const char *path)
{
    /* a copy before the old one goes: the caller may hand back exception.path itself */
    char *copy = path != NULL ? strdup(path) : NULL;

    free(drive->exception_path);
    drive->exception_path = copy;
    drive->exception.path = copy != NULL ? copy : "";
    drive->exception.error = drive->told;
    return drive->told.code;
}

vfdc_result handle_refuse(struct vfdc_floppy_drive *drive, const char *path, vfdc_result code,
                          const char *format, ...)
{
    struct vfdc_media_error *told = &drive->told;
    va_list arguments;

    told->code = code;
    told->system_errno = 0;
    told->sector = VFDC_MEDIA_NO_LBA;
    va_start(arguments, format);
    (void)vsnprintf(told->text, sizeof(told->text), format, arguments);
    va_end(arguments);
    return handle_fail(drive, path);
}

vfdc_result handle_check(const struct vfdc_floppy_drive *drive)
{
    if (drive == NULL) {
        return VFDC_E_POINTER;
    }
    if (drive->controller == NULL) {
        return VFDC_VM_E_VM_UNKNOWN;
    }
    return drive->controller->busy ? VFDC_E_UNEXPECTED : VFDC_S_OK;
}

/* A call out of a callback changes not even the detail. */
vfdc_result handle_enter(struct vfdc_floppy_drive *drive)
{
    vfdc_result result = handle_check(drive);

    if (result == VFDC_VM_E_VM_UNKNOWN) {
        return handle_refuse(drive, NULL, result, "the machine of drive %u is gone", drive->unit);
    }
    return result;
}

vfdc_result handle_enter_attached(struct vfdc_floppy_drive *drive)
{
    vfdc_result result = handle_enter(drive);

    if (!vfdc_failed(result) && drive->media == NULL) {
        return handle_refuse(drive, NULL, VFDC_VM_E_NO_MEDIA_CAPTURED,
                             "drive %u: nothing is attached", drive->unit);
    }
    return result;
}

/* ---- events ---- */

void handle_fire(struct vfdc_floppy_drive *drive, vfdc_media_event *event, char *path)
{
    if (event != NULL) {
        vfdc_floppy_drive_retain(drive);
        event(drive->events_opaque, drive, path);
        vfdc_floppy_drive_unref(drive);
    }
    free(path);
}

/* ---- properties ---- */

static enum vfdc_attachment attachment_of(const struct vfdc_floppy_drive *drive)
{
    if (drive->media == NULL) {
        return VFDC_ATTACHMENT_NONE;
    }
    return drive->is_host_drive ? VFDC_ATTACHMENT_HOST_DRIVE : VFDC_ATTACHMENT_IMAGE;
}

vfdc_result vfdc_floppy_drive_attachment(const struct vfdc_floppy_drive *drive,
                                         enum vfdc_attachment *attachment)
{
    vfdc_result result = handle_check(drive);

    if (vfdc_failed(result)) {
        return result;
    }
    if (attachment == NULL) {
        return VFDC_E_POINTER;
    }
    *attachment = attachment_of(drive);
    return VFDC_S_OK;
}

/* The path of what is attached, if it is of that kind. */
static vfdc_result path_of(const struct vfdc_floppy_drive *drive, enum vfdc_attachment kind,
                           const char **path)
{
    vfdc_result result = handle_check(drive);

    if (vfdc_failed(result)) {
        return result;
    }
    if (path == NULL) {
        return VFDC_E_POINTER;
    }
    *path = attachment_of(drive) == kind ? drive->path : "";
    return VFDC_S_OK;
}

vfdc_result vfdc_floppy_drive_image_file(const struct vfdc_floppy_drive *drive, const char **path)
{
    return path_of(drive, VFDC_ATTACHMENT_IMAGE, path);
}

vfdc_result vfdc_floppy_drive_host_drive(const struct vfdc_floppy_drive *drive, const char **path)
{
    return path_of(drive, VFDC_ATTACHMENT_HOST_DRIVE, path);
}

vfdc_result vfdc_floppy_drive_drive_number(const struct vfdc_floppy_drive *drive, long *number)
{
    vfdc_result result = handle_check(drive);

    /* the one property that outlives the machine */
    if (vfdc_failed(result) && result != VFDC_VM_E_VM_UNKNOWN) {
        return result;
    }
    if (number == NULL) {
        return VFDC_E_POINTER;
    }
    *number = drive->unit;
    return VFDC_S_OK;
}

struct vfdc_media *vfdc_floppy_drive_media(const struct vfdc_floppy_drive *drive)
{
    return vfdc_failed(handle_check(drive)) ? NULL : drive->media;
}

vfdc_result vfdc_floppy_drive_set_events(struct vfdc_floppy_drive *drive,
                                         vfdc_media_event *on_media_insert,
                                         vfdc_media_event *on_media_eject, void *opaque)
{
    vfdc_result result = handle_enter(drive);

    if (vfdc_failed(result)) {
        return result;
    }
    drive->on_media_insert = on_media_insert;
    drive->on_media_eject = on_media_eject;
    drive->events_opaque = opaque;
    return VFDC_S_OK;
}

const struct vfdc_exception *vfdc_floppy_drive_exception(const struct vfdc_floppy_drive *drive)
{
    static const struct vfdc_exception none = {
        .error = { .sector = VFDC_MEDIA_NO_LBA },
        .path = "",
    };

    return drive != NULL ? &drive->exception : &none;
}

/* ---- handles ---- */

struct vfdc_floppy_drive *handle_create(struct vfdc_controller *fdc, uint8_t unit)
{
    struct vfdc_floppy_drive *drive = calloc(1, sizeof(*drive));

    if (drive != NULL) {
        drive->controller = fdc;
        drive->n_references = 1;
        drive->unit = unit;
        drive->exception = *vfdc_floppy_drive_exception(NULL);
    }
    return drive;
}

struct vfdc_floppy_drive *vfdc_floppy_drive_of(struct vfdc_controller *controller, unsigned unit)
{
    struct machine *machine;

    if (controller == NULL || controller->door == NULL || controller->busy ||
        unit >= VFDC_N_UNITS) {
        return NULL;
    }
    machine = controller->door;
    return vfdc_floppy_drive_retain(machine->drive[unit]);
}

struct vfdc_floppy_drive *vfdc_floppy_drive_retain(struct vfdc_floppy_drive *drive)
{
    if (drive != NULL) {
        drive->n_references++;
    }
    return drive;
}

void vfdc_floppy_drive_unref(struct vfdc_floppy_drive *drive)
{
    if (drive != NULL && --drive->n_references == 0) {
        free(drive->exception_path);
        free(drive);
    }
}
