/*
 * Making a file that is there whole, under its name, or not at all.
 */
#ifndef MEDIA_NEW_FILE_H
#define MEDIA_NEW_FILE_H

#include <stddef.h>
#include <stdint.h>

#include <vfdc/media.h>

#include "vfd.h"

/* Under another name beside it until it is finished.  Too long for the stack. */
struct new_file {
    const struct vfdc_system *system;
    void *system_opaque;
    const char *path; /* the caller's */
    int fd;
    int directory;
    char name[VFD_NAME_BYTES];
    char temporary[VFD_NAME_BYTES];
    struct vfdc_system_status status; /* for the caller, once it is finished */
    char folder[VFD_PATH_BYTES]; /* while it is begun: the path, to be cut */
};

/*
 * Begin it: an absolute path that names nothing yet, in a directory that is there.  `system` and
 * `system_opaque` are set by the caller; so is what the file's mode becomes, less the umask.
 *
 * E_POINTER, E_BAD_PATHNAME, E_BUFFER_OVERFLOW: the path.  E_PATH_NOT_FOUND: no such directory.
 * E_ALREADY_EXISTS.  E_ACCESSDENIED: not allowed there.  E_DISK_FULL.  DISP_E_EXCEPTION:
 * anything else.
 */
vfdc_result new_file_begin(struct new_file *file, const char *path, uint32_t mode,
                           struct vfdc_media_error *error);

/* Write some of it; results as above. */
vfdc_result new_file_write(const struct new_file *file, const uint8_t *bytes, size_t n_bytes,
                           uint64_t offset, struct vfdc_media_error *error);

/*
 * Make it lasting, under its name.  After a failure, here or above, drop it: nothing is left
 * behind then.
 */
vfdc_result new_file_finish(struct new_file *file, struct vfdc_media_error *error);
void new_file_drop(struct new_file *file);

/* A failure in words; for what else is done to it before it is finished. */
vfdc_result new_file_fail(const struct new_file *file, const char *form, int system_errno,
                          struct vfdc_media_error *error);

#endif
