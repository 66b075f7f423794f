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

struct vfd {
    struct image image; /* first; its bytes are the buffer, what is written is dirty */
    void *owned_buffer; /* NULL where the buffer is the caller's */

    const struct vfdc_system *system;
    void *system_opaque;
    int fd;
    uint64_t file_bytes, device, inode; /* as at attach, but for our own extension */

    bool is_loaded[IMAGE_MAX_TRACKS];

    char path[VFD_PATH_BYTES];
};

extern const struct vfdc_media_ops vfd_ops;

/* The errno behind the negative answer of a system call; EIO for an answer that is none. */
int vfd_errno(int64_t answer);

/*
 * Read `n_bytes` (at most IMAGE_RUN_BYTES) of the file.  0 or an errno; VFD_ENDED if
 * the file is shorter.
 */
#define VFD_ENDED (-1)
int vfd_read(const struct vfd *vfd, uint8_t *bytes, size_t n_bytes, uint64_t offset);

#endif
