/*
 * A raw image in a file, while it is open: its bytes between file and memory.  See vfd.h.
 */
#include "vfd.h"

#include <errno.h>
#include <string.h>

/* Calls to bring one run across: interrupted ones and those that move a part. */
#define MAX_TRIES 1000u

enum direction {
    FROM_FILE,
    TO_FILE,
};

int vfd_status(const struct vfd *vfd, struct vfdc_system_status *status)
{
    int result = vfd->system->status(vfd->system_opaque, vfd->fd, status);

    if (result == 0 && vfd->is_device) {
        result = vfd->system->device_bytes(vfd->system_opaque, vfd->fd, &status->n_bytes);
    }
    return result == 0 ? 0 : vfd_errno(result);
}

/* ---- moving bytes ------------------------------------------------------------------------ */

int vfd_errno(int64_t answer)
{
    return answer < 0 && answer >= -4095 ? (int)-answer : EIO;
}

static int64_t move_some(const struct vfd *vfd, enum direction direction, int fd, uint8_t *bytes,
                         size_t n_bytes, uint64_t offset)
{
    if (direction == FROM_FILE) {
        return vfd->system->pread(vfd->system_opaque, fd, bytes, n_bytes, offset);
    }
    return vfd->system->pwrite(vfd->system_opaque, fd, bytes, n_bytes, offset);
}

/* 0, an errno, or VFD_ENDED where a call moved nothing; *done tells how far it came. */
static int move_all(const struct vfd *vfd, enum direction direction, int fd, uint8_t *bytes,
                    size_t n_bytes, uint64_t offset, size_t *done)
{
    size_t n_moved = 0;

    for (unsigned tries = 0; tries < MAX_TRIES && n_moved < n_bytes; tries++) {
        size_t left = n_bytes - n_moved;
        int64_t moved;

        if (n_moved >= IMAGE_MOVE_BYTES || left > IMAGE_MOVE_BYTES) {
            return EINVAL;
        }
        moved = move_some(vfd, direction, fd, bytes + n_moved, left, offset + n_moved);
        *done = n_moved;
        if (moved == 0) {
            return VFD_ENDED;
        }
        if (moved < 0 && moved != -EINTR) {
            return vfd_errno(moved);
        }
        if (moved > 0) {
            n_moved += (uint64_t)moved < left ? (size_t)moved : left;
        }
    }
    *done = n_moved;
    return n_moved < n_bytes ? EINTR : 0;
}

int vfd_read_from(const struct vfd *vfd, int fd, uint8_t *bytes, size_t n_bytes, uint64_t offset)
{
    size_t done = 0;

    return move_all(vfd, FROM_FILE, fd, bytes, n_bytes, offset, &done);
}

int vfd_read(const struct vfd *vfd, uint8_t *bytes, size_t n_bytes, uint64_t offset)
{
    return vfd_read_from(vfd, vfd->fd, bytes, n_bytes, offset);
}

int vfd_write_to(const struct vfd *vfd, int fd, uint8_t *bytes, size_t n_bytes, uint64_t offset,
                 size_t *done)
{
    return move_all(vfd, TO_FILE, fd, bytes, n_bytes, offset, done);
}

/* ---- loading ----------------------------------------------------------------------------- */

/* How many bytes of a run the file has. */
static size_t bytes_in_file(const struct vfd *vfd, const struct image_run *run)
{
    if (vfd->file_bytes <= run->offset) {
        return 0;
    }
    return vfd->file_bytes - run->offset < run->n_bytes
               ? (size_t)(vfd->file_bytes - run->offset)
               : run->n_bytes;
}

enum vfdc_media_result vfd_load_track(struct vfd *vfd, uint32_t track)
{
    uint32_t count = vfd->image.geometry.sectors;
    struct image_run run = image_find_run(&vfd->image, track * count, count);
    const bool was_busy = vfd->is_busy;
    size_t n_there;
    int result;

    if (track >= IMAGE_MAX_TRACKS || run.n_bytes == 0) {
        return VFDC_MEDIA_NO_SECTOR;
    }
    if (vfd->is_loaded[track]) {
        return VFDC_MEDIA_OK;
    }
    n_there = bytes_in_file(vfd, &run);
    if (n_there < run.n_bytes) {
        memset(run.bytes, 0, run.n_bytes); /* behind the end of a short image */
    }
    vfd->is_busy = true;
    result = vfd_read(vfd, run.bytes, n_there, run.offset);
    vfd->is_busy = was_busy;
    if (result != 0) {
        return VFDC_MEDIA_HOST_ERROR;
    }
    vfd->is_loaded[track] = true;
    return VFDC_MEDIA_OK;
}
