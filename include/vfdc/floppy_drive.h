/*
 * libvfdc: the operator's door.  One floppy drive of a machine as its operator sees it, with
 * the semantics of IVMFloppyDrive in Virtual Server: attach an image, release it, ask.
 *
 * Example:
 *
 *     vfdc_result eject(struct vfdc_controller *fdc)
 *     {
 *         struct vfdc_floppy_drive *drive = vfdc_floppy_drive_of(fdc, 0);
 *         vfdc_result result = vfdc_floppy_drive_release_image(drive);
 *
 *         if (vfdc_failed(result)) {
 *             fprintf(stderr, "%s: %s\n", vfdc_result_name(result),
 *                     vfdc_floppy_drive_exception(drive)->error.text);
 *         }
 *         vfdc_floppy_drive_unref(drive);
 *         return result;
 *     }
 *
 * Release can fail: the image then stays attached, what is dirty stays dirty, the guest notices
 * nothing, and the call can be made again.  A disk is never swapped in place: release, then
 * attach.
 *
 * A handle is counted and outlives its machine: once vfdc_controller_destroy() has run, every
 * call on it answers VM_E_VM_UNKNOWN.
 *
 * Threads: handles belong with their controller; the caller serialises them together.  Calls
 * from inside a controller's callback answer E_UNEXPECTED and change nothing (references and
 * exceptions are the handle's own: those calls work anywhere).  The two event handlers are no
 * such callbacks: they run last, and may call anything.
 *
 * Order of checks in every call: a NULL handle E_POINTER, a machine that is gone
 * VM_E_VM_UNKNOWN, then what the call names, in that order.
 */
#ifndef VFDC_FLOPPY_DRIVE_H
#define VFDC_FLOPPY_DRIVE_H

#include <stdbool.h>
#include <stdint.h>

#include <vfdc/controller.h>
#include <vfdc/media.h>
#include <vfdc/result.h>

#ifdef __cplusplus
extern "C" {
#endif

struct vfdc_floppy_drive;

/* VMFloppyDriveAttachmentType */
enum vfdc_attachment {
    VFDC_ATTACHMENT_NONE = 0,
    VFDC_ATTACHMENT_IMAGE = 1,
    VFDC_ATTACHMENT_HOST_DRIVE = 2,
};

/* How to attach an image; all zero, or NULL in its place: to read and write. */
struct vfdc_attach_options {
    bool read_only;       /* the guest finds it write-protected */
    bool allow_read_only; /* so only where the file cannot be opened for writing; reported */
    uint8_t cylinders, heads, sectors, size_code; /* a layout by force: all four or none */
    enum vfdc_durability durability;
    bool allow_in_place; /* where no journal can be made; reported */
    bool allow_unlocked; /* where the file system has no locks; reported */
    bool no_follow;      /* no symbolic link for the path's last name */
    bool strict;         /* a file that another program wrote to fails the flush */
    const struct vfdc_system *system;             /* as in struct vfdc_media_options */
    void *system_opaque;
};

/* The detail behind a failure. */
struct vfdc_exception {
    struct vfdc_media_error error; /* code, errno, sector, text */
    const char *path;              /* the image it is about, or "" */
};

/*
 * The handle of a unit (0-3) of a controller made by vfdc_controller_create(), fitted or not,
 * with one reference for the caller to drop.  NULL if there is no such unit, the controller is
 * NULL, in the caller's memory, or in the middle of a callback.
 */
VFDC_API struct vfdc_floppy_drive *vfdc_floppy_drive_of(struct vfdc_controller *controller,
                                                        unsigned unit);

/* One more reference to a handle; returns it.  NULL stays NULL. */
VFDC_API struct vfdc_floppy_drive *vfdc_floppy_drive_retain(struct vfdc_floppy_drive *drive);

/* Drop a reference of one's own; the last frees the handle.  NULL is nothing to do. */
VFDC_API void vfdc_floppy_drive_unref(struct vfdc_floppy_drive *drive);

/*
 * Put an image file into the drive.  `path` is absolute and copied.  OnMediaInsert fires last.
 * The file is not changed, nor its times.
 *
 * Checked in this order: VM_E_VM_UNKNOWN; VM_E_DRIVE_INVALID, no drive fitted; E_POINTER, path
 * NULL; E_BAD_PATHNAME, empty or relative; E_BUFFER_OVERFLOW, too long; VM_E_DRIVE_IN_USE;
 * E_INVALIDARG, a durability that is none; VM_E_IMAGE_CAPTURE_FAIL, no image that this drive can
 * hold, or in use; E_OUTOFMEMORY.
 */
VFDC_API vfdc_result vfdc_floppy_drive_attach_image(struct vfdc_floppy_drive *drive,
                                                    const char *path,
                                                    const struct vfdc_attach_options *options);

/*
 * Put a disk that is in a block device of the host into the drive: vfdc_media_open_host_drive().
 * Otherwise like an image; `path` is the device's.
 *
 * Checked in this order: VM_E_VM_UNKNOWN; VM_E_DRIVE_INVALID, no drive fitted; E_INVALIDARG,
 * path NULL, empty, relative or too long; VM_E_DRIVE_IN_USE; E_INVALIDARG, a durability that is
 * none, or no block device;
 * VM_E_HOST_FLOPPY_CAPTURE_FAIL, it cannot be opened, read or had alone, or this drive cannot
 * hold such a disk; E_OUTOFMEMORY.
 */
VFDC_API vfdc_result vfdc_floppy_drive_attach_host_drive(
    struct vfdc_floppy_drive *drive, const char *path, const struct vfdc_attach_options *options);

/*
 * ReleaseImage: flush, then take the disk out, raise the change line, close the file, fire
 * OnMediaEject.
 *
 * VM_E_VM_UNKNOWN; VM_E_NO_MEDIA_CAPTURED, nothing attached; VM_E_MEDIA_WRONG_TYPE, a host
 * drive is; DISP_E_EXCEPTION, the flush failed: everything is as before the call.
 */
VFDC_API vfdc_result vfdc_floppy_drive_release_image(struct vfdc_floppy_drive *drive);

/*
 * ReleaseHostDrive: the same for a host drive.  VM_E_MEDIA_WRONG_TYPE: an image is attached.
 */
VFDC_API vfdc_result vfdc_floppy_drive_release_host_drive(struct vfdc_floppy_drive *drive);

/*
 * Write what is dirty to the file and keep the image in: vfdc_media_flush() for the operator.
 * Marks that the file cannot keep are reported, here and by a release; the result is S_OK.
 *
 * VM_E_VM_UNKNOWN; VM_E_NO_MEDIA_CAPTURED; DISP_E_EXCEPTION.
 */
VFDC_API vfdc_result vfdc_floppy_drive_flush_image(struct vfdc_floppy_drive *drive);

/*
 * Take out what is attached, image or host drive, without writing what is dirty: what the guest
 * wrote since the last flush is lost, here and in the journal.  OnMediaEject fires last.
 *
 * S_FALSE: done, but the journal cannot be removed, and the next attach will bring its contents
 * back; why is in vfdc_floppy_drive_exception().  VM_E_VM_UNKNOWN; VM_E_NO_MEDIA_CAPTURED;
 * DISP_E_EXCEPTION, a flush by parts is under way: nothing has changed.
 */
VFDC_API vfdc_result vfdc_floppy_drive_discard_image(struct vfdc_floppy_drive *drive);

/*
 * Save the whole disk as a new image file, and go on with that: vfdc_media_save_as() for the
 * operator.  The guest notices nothing and no event fires; ImageFile is the new path.  Marks
 * that the file cannot keep are reported; the result is S_OK.  What was a host drive is an image
 * from then on.
 *
 * VM_E_VM_UNKNOWN; VM_E_NO_MEDIA_CAPTURED; then the codes of vfdc_media_save_as(): after any
 * of them everything is as before the call.
 */
VFDC_API vfdc_result vfdc_floppy_drive_save_image_as(struct vfdc_floppy_drive *drive,
                                                     const char *path);

/*
 * Hand the image attached to one drive over to another one, of the same type and empty, as it
 * is: open, with what is dirty and the marks of its sectors.  For a host that makes its machine
 * anew around the disks in it: vfdc_controller_save(), create another, move the images, restore
 * there, destroy the first.
 *
 * Nothing is flushed and no event fires.  `from` is then as after vfdc_controller_eject(), `to`
 * as after vfdc_controller_insert(); no change line rises there, and a state restored later
 * shows no change of disk.
 *
 * VM_E_VM_UNKNOWN and VM_E_NO_MEDIA_CAPTURED, of `from`; VM_E_VM_UNKNOWN, VM_E_DRIVE_INVALID,
 * another type, and VM_E_DRIVE_IN_USE, of `to`, which may be `from`.  The detail is with the drive
 * it is about.  Callbacks of either machine run, and can call into neither.
 */
VFDC_API vfdc_result vfdc_floppy_drive_move(struct vfdc_floppy_drive *from,
                                            struct vfdc_floppy_drive *to);

/* What is attached.  E_POINTER, VM_E_VM_UNKNOWN. */
VFDC_API vfdc_result vfdc_floppy_drive_attachment(const struct vfdc_floppy_drive *drive,
                                                  enum vfdc_attachment *attachment);

/*
 * The path of the attached image, "" where there is none: the handle's string, valid until the
 * next attach, release or destroy.  E_POINTER, VM_E_VM_UNKNOWN.
 */
VFDC_API vfdc_result vfdc_floppy_drive_image_file(const struct vfdc_floppy_drive *drive,
                                                  const char **path);

/* The same of an attached host drive: its device's path. */
VFDC_API vfdc_result vfdc_floppy_drive_host_drive(const struct vfdc_floppy_drive *drive,
                                                  const char **path);

/* The unit's number on its controller, 0-3; also of a machine that is gone.  E_POINTER. */
VFDC_API vfdc_result vfdc_floppy_drive_drive_number(const struct vfdc_floppy_drive *drive,
                                                    long *number);

/*
 * The medium that is attached, for vfdc_media_geometry() and its kin; NULL if none is.  It is
 * the drive's: not to be closed, and valid until release.
 */
VFDC_API struct vfdc_media *vfdc_floppy_drive_media(const struct vfdc_floppy_drive *drive);

/* OnMediaInsert and OnMediaEject.  Handle and path are valid during the call. */
typedef void vfdc_media_event(void *opaque, struct vfdc_floppy_drive *drive, const char *path);

/*
 * Who is told of inserts and ejects; NULL for either is nobody.  Replaces the last call's.
 * E_POINTER, VM_E_VM_UNKNOWN.
 */
VFDC_API vfdc_result vfdc_floppy_drive_set_events(struct vfdc_floppy_drive *drive,
                                                  vfdc_media_event *on_media_insert,
                                                  vfdc_media_event *on_media_eject, void *opaque);

/*
 * The detail of the last call on this drive that failed, or of the flush that failed when its
 * machine was destroyed; one with code S_OK if none has, and of NULL.  Reading a property leaves
 * it alone.  The handle's, valid until the next call that fails.  Never NULL.
 */
VFDC_API const struct vfdc_exception *
vfdc_floppy_drive_exception(const struct vfdc_floppy_drive *drive);

#ifdef __cplusplus
}
#endif

#endif
