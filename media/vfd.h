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

#define VFD_DIRTY_WORDS ((VFDC_IMAGE_MAX_SECTORS + 31u) / 32u)

struct vfd {
    struct image image; /* first; its bytes are the buffer */
    void *owned_buffer; /* NULL where the buffer is the caller's */

    const struct vfdc_system *system;
    void *system_opaque;
    int fd;
    uint64_t file_bytes, device, inode; /* as at attach, but for our own extension */

    bool is_loaded[IMAGE_MAX_TRACKS];

    /*
     * Written by the guest since the last good sync.  A bit is cleared by nothing else, so that
     * a flush that fails half-way leaves all of it to be written again.
     */
    uint32_t dirty[VFD_DIRTY_WORDS];
    uint32_t n_dirty;

    char path[VFD_PATH_BYTES];
};

extern const struct vfdc_media_ops vfd_ops;

/* The errno behind the negative answer of a system call; EIO for an answer that is none. */
int vfd_errno(int64_t answer);

/*
 * Read `n_bytes` (at most IMAGE_RUN_SECTORS sectors) of the file.  0 or an errno; VFD_ENDED if
 * the file is shorter.
 */
#define VFD_ENDED (-1)
int vfd_read(const struct vfd *vfd, uint8_t *bytes, size_t n_bytes, uint64_t offset);

#endif
