/*
 * The operator's door: handles of drives, images attached and released, events; and the making
 * and unmaking of a controller that has one.  This is the one file that knows both sides: it asks
 * media/ for a medium and the chip to take it in.  It needs a hosted libc, and all that fdc/
 * ever allocates is allocated here.
 */
#include <vfdc/floppy_drive.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "state.h"

struct vfdc_floppy_drive {
    struct vfdc_controller *controller; /* NULL once the machine is gone */
    unsigned n_references;              /* the machine's is one of them */
    uint8_t unit;

    struct vfdc_media *media; /* attached through this door, or NULL */
    char *path;               /* its file's, as it was given */
    void *buffer;             /* of every image that is ever attached; taken with the first */

    vfdc_media_event *on_media_insert, *on_media_eject;
    void *events_opaque;

    struct vfdc_exception exception;
    char *exception_path; /* what exception.path points to, unless that is "" */
};

/* What vfdc_controller_create() allocates: the chip, and behind it the machine's references. */
struct machine {
    struct vfdc_controller controller;
    struct vfdc_floppy_drive *drive[VFDC_N_UNITS];
};

/* ---- what went wrong ---- */

/* Keep the detail of a failure for vfdc_floppy_drive_exception(). */
static vfdc_result fail(struct vfdc_floppy_drive *drive, const char *path,
                        const struct vfdc_media_error *error)
{
    /* a copy before the old one goes: the caller may hand back exception.path itself */
    char *copy = path != NULL ? strdup(path) : NULL;

    free(drive->exception_path);
    drive->exception_path = copy;
    drive->exception.path = copy != NULL ? copy : "";
    drive->exception.error = *error;
    return error->code;
}

/* The same for what this file itself refuses. */
__attribute__((format(printf, 4, 5)))
static vfdc_result refuse(struct vfdc_floppy_drive *drive, const char *path, vfdc_result code,
                          const char *format, ...)
{
    struct vfdc_media_error error = { .code = code, .sector = VFDC_MEDIA_NO_LBA };
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(error.text, sizeof(error.text), format, arguments);
    va_end(arguments);
    return fail(drive, path, &error);
}

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

/* What every call asks first. */
static vfdc_result check(const struct vfdc_floppy_drive *drive)
{
    if (drive == NULL) {
        return VFDC_E_POINTER;
    }
    if (drive->controller == NULL) {
        return VFDC_VM_E_VM_UNKNOWN;
    }
    return drive->controller->busy ? VFDC_E_UNEXPECTED : VFDC_S_OK;
}

/* The same where the call keeps the detail; a call out of a callback changes not even that. */
static vfdc_result enter(struct vfdc_floppy_drive *drive)
{
    vfdc_result result = check(drive);

    if (result == VFDC_VM_E_VM_UNKNOWN) {
        return refuse(drive, NULL, result, "the machine of drive %u is gone", drive->unit);
    }
    return result;
}

/* What a call on an attached image asks first. */
static vfdc_result enter_attached(struct vfdc_floppy_drive *drive)
{
    vfdc_result result = enter(drive);

    if (!vfdc_failed(result) && drive->media == NULL) {
        return refuse(drive, NULL, VFDC_VM_E_NO_MEDIA_CAPTURED, "drive %u: nothing is attached",
                      drive->unit);
    }
    return result;
}

/* ---- telling the host ---- */

static void report(struct vfdc_controller *fdc, enum vfdc_report_kind kind, uint8_t unit)
{
    fdc->busy = true;
    host_report(fdc, kind, unit, 0, 0, 0);
    fdc->busy = false;
}

/*
 * Tell of an insert or an eject, and free the path.  The handler may do anything: the machine
 * may be gone when it returns, and the handle with it, so a caller does this last.
 */
static void fire(struct vfdc_floppy_drive *drive, vfdc_media_event *event, char *path)
{
    if (event != NULL) {
        vfdc_floppy_drive_retain(drive);
        event(drive->events_opaque, drive, path);
        vfdc_floppy_drive_unref(drive);
    }
    free(path);
}

/* ---- the medium: the host's system calls run in here, and must not come back in ---- */

static vfdc_result open_image(struct vfdc_floppy_drive *drive, const char *path,
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
    struct vfdc_media_error error;
    vfdc_result result;

    fdc->busy = true;
    result = vfdc_media_open_vfd(path, &how, media, &error);
    fdc->busy = false;
    return vfdc_failed(result) ? fail(drive, path, &error) : result;
}

static vfdc_result flush(struct vfdc_floppy_drive *drive)
{
    struct vfdc_controller *fdc = drive->controller;
    struct vfdc_media_error error;
    vfdc_result result;

    fdc->busy = true;
    result = vfdc_media_flush(drive->media, &error);
    fdc->busy = false;
    if (result == VFDC_S_FALSE) {
        report(fdc, VFDC_REPORT_MARKS_LOST, drive->unit);
    }
    return vfdc_failed(result) ? fail(drive, drive->path, &error) : VFDC_S_OK;
}

/* An error of the system's close says nothing new: what matters was synced before. */
static void close_image(struct vfdc_controller *fdc, struct vfdc_media *media)
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

    close_image(drive->controller, take_out(drive, &path));
    return path;
}

/* ---- attach and release ---- */

/* What forbids an attach before the file is looked at. */
static vfdc_result check_attach(struct vfdc_floppy_drive *drive, const char *path)
{
    struct vfdc_controller *fdc = drive->controller;
    struct vfdc_media_error error;
    char quoted[VFDC_MEDIA_TEXT_BYTES];

    if (fdc->drive_type[drive->unit] == VFDC_DRIVE_NONE) {
        return refuse(drive, path, VFDC_VM_E_DRIVE_INVALID, "no drive is fitted as unit %u",
                      drive->unit);
    }
    if (vfdc_failed(vfdc_media_check_path(path, &error))) {
        return fail(drive, path, &error);
    }
    if (drive->media != NULL) {
        quote(quoted, drive->path);
        return refuse(drive, path, VFDC_VM_E_DRIVE_IN_USE, "drive %u already holds %s",
                      drive->unit, quoted);
    }
    if (fdc->disk[drive->unit].media != NULL) {
        return refuse(drive, path, VFDC_VM_E_DRIVE_IN_USE,
                      "drive %u already holds a medium that the host inserted", drive->unit);
    }
    return VFDC_S_OK;
}

/* Open the image and put it in. */
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
        return refuse(drive, path, VFDC_E_OUTOFMEMORY, "no memory to hold an image");
    }
    result = open_image(drive, path, options, &media);
    if (vfdc_failed(result)) {
        return result;
    }
    result = vfdc_controller_insert(fdc, drive->unit, media);
    if (vfdc_failed(result)) {
        close_image(fdc, media);
        return refuse(drive, path, VFDC_VM_E_IMAGE_CAPTURE_FAIL,
                      "drive %u cannot hold a disk of this layout", drive->unit);
    }
    drive->media = media;
    return VFDC_S_OK;
}

vfdc_result vfdc_floppy_drive_attach_image(struct vfdc_floppy_drive *drive, const char *path,
                                           const struct vfdc_attach_options *options)
{
    static const struct vfdc_attach_options plain;
    char *kept, *told;
    vfdc_result result = enter(drive);

    if (vfdc_failed(result)) {
        return result;
    }
    result = check_attach(drive, path);
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
        result = refuse(drive, path, VFDC_E_OUTOFMEMORY, "no memory to hold the path");
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
    fire(drive, drive->on_media_insert, told);
    return VFDC_S_OK;
}

vfdc_result vfdc_floppy_drive_release_image(struct vfdc_floppy_drive *drive)
{
    vfdc_result result = vfdc_floppy_drive_flush_image(drive);

    if (vfdc_failed(result)) {
        return result;
    }
    fire(drive, drive->on_media_eject, let_go(drive));
    return VFDC_S_OK;
}

vfdc_result vfdc_floppy_drive_flush_image(struct vfdc_floppy_drive *drive)
{
    vfdc_result result = enter_attached(drive);

    return vfdc_failed(result) ? result : flush(drive);
}

/* What forbids that `to` takes over what is attached to `from`. */
static vfdc_result check_move(const struct vfdc_floppy_drive *from, struct vfdc_floppy_drive *to)
{
    const struct vfdc_controller *there = to->controller;

    /* the image's layout was chosen for its drive */
    if (there->drive_type[to->unit] != from->controller->drive_type[from->unit]) {
        return refuse(to, from->path, VFDC_VM_E_DRIVE_INVALID,
                      "drive %u is of another type than the one the image is in", to->unit);
    }
    if (to->media != NULL || there->disk[to->unit].media != NULL) {
        return refuse(to, from->path, VFDC_VM_E_DRIVE_IN_USE, "drive %u already holds a disk",
                      to->unit);
    }
    return VFDC_S_OK;
}

vfdc_result vfdc_floppy_drive_move(struct vfdc_floppy_drive *from, struct vfdc_floppy_drive *to)
{
    vfdc_result result = enter_attached(from);
    void *buffer;

    if (!vfdc_failed(result)) {
        result = enter(to);
    }
    if (!vfdc_failed(result)) {
        result = check_move(from, to);
    }
    if (!vfdc_failed(result)) {
        result = vfdc_controller_insert(to->controller, to->unit, from->media);
    }
    if (vfdc_failed(result)) {
        return result;
    }
    to->media = take_out(from, &to->path);

    /* the image is in its drive's memory */
    buffer = to->buffer;
    to->buffer = from->buffer;
    from->buffer = buffer;
    return VFDC_S_OK;
}

/* ---- properties ---- */

vfdc_result vfdc_floppy_drive_attachment(const struct vfdc_floppy_drive *drive,
                                         enum vfdc_attachment *attachment)
{
    vfdc_result result = check(drive);

    if (vfdc_failed(result)) {
        return result;
    }
    if (attachment == NULL) {
        return VFDC_E_POINTER;
    }
    *attachment = drive->media != NULL ? VFDC_ATTACHMENT_IMAGE : VFDC_ATTACHMENT_NONE;
    return VFDC_S_OK;
}

vfdc_result vfdc_floppy_drive_image_file(const struct vfdc_floppy_drive *drive, const char **path)
{
    vfdc_result result = check(drive);

    if (vfdc_failed(result)) {
        return result;
    }
    if (path == NULL) {
        return VFDC_E_POINTER;
    }
    *path = drive->path != NULL ? drive->path : "";
    return VFDC_S_OK;
}

vfdc_result vfdc_floppy_drive_drive_number(const struct vfdc_floppy_drive *drive, long *number)
{
    vfdc_result result = check(drive);

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
    return vfdc_failed(check(drive)) ? NULL : drive->media;
}

vfdc_result vfdc_floppy_drive_set_events(struct vfdc_floppy_drive *drive,
                                         vfdc_media_event *on_media_insert,
                                         vfdc_media_event *on_media_eject, void *opaque)
{
    vfdc_result result = enter(drive);

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

static struct vfdc_floppy_drive *new_handle(struct vfdc_controller *fdc, uint8_t unit)
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

/* ---- the machine ---- */

static void free_machine(struct machine *machine)
{
    for (unsigned unit = 0; unit < VFDC_N_UNITS; unit++) {
        vfdc_floppy_drive_unref(machine->drive[unit]);
    }
    free(machine);
}

/* The chip and its four handles: all that attaching needs but the images' own memory. */
static vfdc_result fill_machine(struct machine *machine, const struct vfdc_config *config,
                                const struct vfdc_host *host, void *opaque)
{
    struct vfdc_controller *fdc;
    vfdc_result result = vfdc_controller_init(&machine->controller, sizeof(machine->controller),
                                              config, host, opaque, &fdc);

    if (vfdc_failed(result)) {
        return result;
    }
    for (uint8_t unit = 0; unit < VFDC_N_UNITS; unit++) {
        machine->drive[unit] = new_handle(fdc, unit);
        if (machine->drive[unit] == NULL) {
            return VFDC_E_OUTOFMEMORY;
        }
    }
    fdc->door = machine;
    return VFDC_S_OK;
}

vfdc_result vfdc_controller_create(const struct vfdc_config *config, const struct vfdc_host *host,
                                   void *opaque, struct vfdc_controller **controller)
{
    struct machine *machine;
    vfdc_result result;

    if (controller == NULL) {
        return VFDC_E_POINTER;
    }
    *controller = NULL;
    machine = calloc(1, sizeof(*machine));
    if (machine == NULL) {
        return VFDC_E_OUTOFMEMORY;
    }
    result = fill_machine(machine, config, host, opaque);
    if (vfdc_failed(result)) {
        free_machine(machine);
        return result;
    }
    *controller = &machine->controller;
    return VFDC_S_OK;
}

/* Flush and eject what is attached.  Returns its path, NULL where nothing was. */
static char *shut(struct vfdc_floppy_drive *drive)
{
    if (drive->media == NULL) {
        return NULL;
    }
    if (vfdc_failed(flush(drive))) {
        report(drive->controller, VFDC_REPORT_FLUSH_ERROR, drive->unit);
    }
    return let_go(drive);
}

void vfdc_controller_destroy(struct vfdc_controller *controller)
{
    struct vfdc_floppy_drive *drive[VFDC_N_UNITS];
    char *ejected[VFDC_N_UNITS];
    struct machine *machine;

    if (controller == NULL || controller->door == NULL || controller->busy) {
        return;
    }
    machine = controller->door;
    for (unsigned unit = 0; unit < VFDC_N_UNITS; unit++) {
        drive[unit] = machine->drive[unit];
        ejected[unit] = shut(drive[unit]);
    }

    /* the machine goes; its references to the handles stay until their events have fired */
    for (unsigned unit = 0; unit < VFDC_N_UNITS; unit++) {
        free(drive[unit]->buffer);
        drive[unit]->buffer = NULL;
        drive[unit]->controller = NULL;
    }
    free(machine);

    for (unsigned unit = 0; unit < VFDC_N_UNITS; unit++) {
        if (ejected[unit] != NULL) {
            fire(drive[unit], drive[unit]->on_media_eject, ejected[unit]);
        }
        vfdc_floppy_drive_unref(drive[unit]);
    }
}
