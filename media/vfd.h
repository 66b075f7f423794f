/*
 * A raw image in a file: what the opener (vfd_open.c) makes and the medium (vfd.c) works on.
 */
#ifndef MEDIA_VFD_H
#define MEDIA_VFD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vfdc/media.h>

#include "image.h"

/* A path of this length or more is too long, NUL included. */
#define VFD_PATH_BYTES 4096u

/* The same of one name in a directory. */
#define VFD_NAME_BYTES 256u

struct vfd {
    struct image image; /* first; its bytes are the buffer, what is written is dirty */
    void *owned_buffer; /* NULL where the buffer is the caller's */

    const struct vfdc_system *system;
    void *system_opaque;
    int fd;
    uint64_t file_bytes, device, inode; /* as at attach, but for our own extension */
    uint64_t modified_ns, changed_ns;   /* likewise, but for our own writes */
    bool is_device;                     /* a host's drive: no journal, written in place */

    int directory;              /* that the file is in, or -1 */
    char name[VFD_NAME_BYTES];  /* the file's own in it, symbolic links followed; or "" */
    enum vfdc_durability durability; /* as it turned out */
    bool is_strict;
    bool may_be_unlocked;
    uint32_t warnings; /* VFDC_WARNING_ bits */

    bool is_loaded[IMAGE_MAX_TRACKS];

    char path[VFD_PATH_BYTES];
};

extern const struct vfdc_media_ops vfd_ops;

/* fstat of the file; of a device with the size that it has.  0 or an errno. */
int vfd_status(const struct vfd *vfd, struct vfdc_system_status *status);

/* The errno behind the negative answer of a system call; EIO for an answer that is none. */
int vfd_errno(int64_t answer);

/*
 * Read `n_bytes` (at most IMAGE_RUN_BYTES) of the file.  0 or an errno; VFD_ENDED if
 * the file is shorter.
 */
#define VFD_ENDED (-1)
int vfd_read(const struct vfd *vfd, uint8_t *bytes, size_t n_bytes, uint64_t offset);

#endif
