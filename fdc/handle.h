/*
 * The operator's handle of a drive, for the files of the operator's door: floppy_drive.c attaches
 * and releases, handle.c counts references and answers questions, machine.c makes a controller
 * with its handles and unmakes it.
 */
#ifndef FDC_HANDLE_H
#define FDC_HANDLE_H

#include <stdbool.h>
#include <stdint.h>

#include <vfdc/floppy_drive.h>

#include "state.h"

struct vfdc_floppy_drive {
    struct vfdc_controller *controller; /* NULL once the machine is gone */
    unsigned n_references;              /* the machine's is one of them */
    uint8_t unit;

    struct vfdc_media *media; /* attached through this door, or NULL */
    bool is_host_drive;       /* the medium is one */
    char *path;               /* its file's, as it was given */
    uint32_t warnings;        /* of the medium, that the host was told */
    void *buffer;             /* of every image that is ever attached; taken with the first */

    vfdc_media_event *on_media_insert, *on_media_eject;
    void *events_opaque;

    struct vfdc_exception exception;
    char *exception_path; /* what exception.path points to, unless that is "" */

    /* for a call in work, not on the stack: what the medium told, and a path to be quoted */
    struct vfdc_media_error told;
    char quoted[VFDC_MEDIA_TEXT_BYTES];
};

/* What vfdc_controller_create() allocates: the chip, and behind it the machine's references. */
struct machine {
    struct vfdc_controller controller;
    struct vfdc_floppy_drive *drive[VFDC_N_UNITS];
};

/* A handle with one reference; NULL without memory. */
struct vfdc_floppy_drive *handle_create(struct vfdc_controller *fdc, uint8_t unit);

/* Keep the detail in `told` for vfdc_floppy_drive_exception(); returns its code. */
vfdc_result handle_fail(struct vfdc_floppy_drive *drive, const char *path);

/* The same for what the door itself refuses. */
__attribute__((format(printf, 4, 5)))
vfdc_result handle_refuse(struct vfdc_floppy_drive *drive, const char *path, vfdc_result code,
                          const char *format, ...);

/* What every call asks first; where the call keeps the detail; of a call on what is attached. */
vfdc_result handle_check(const struct vfdc_floppy_drive *drive);
vfdc_result handle_enter(struct vfdc_floppy_drive *drive);
vfdc_result handle_enter_attached(struct vfdc_floppy_drive *drive);

/*
 * Tell of an insert or an eject, and free the path.  The handler may do anything: the machine
 * may be gone when it returns, and the handle with it, so a caller does this last.
 */
void handle_fire(struct vfdc_floppy_drive *drive, vfdc_media_event *event, char *path);

/*
 * For a machine that goes: flush and eject what is attached.  Returns its path, for the event;
 * NULL where nothing was.
 */
char *handle_shut(struct vfdc_floppy_drive *drive);

#endif
