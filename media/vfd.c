/*
 * A raw image in a file, while it is open: tracks are read when first touched, sectors are
 * written in memory, and a flush brings them to the file.  Opening is in vfd_open.c.
 */
#include "vfd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/* Calls to bring one run across: interrupted ones and those that move a part. */
#define MAX_TRIES 1000u

enum direction {
    FROM_FILE,
    TO_FILE,
};

static struct vfd *vfd_of(struct vfdc_media *media)
{
    return (struct vfd *)media;
}

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

static int64_t move_some(const struct vfd *vfd, enum direction direction, uint8_t *bytes,
                         size_t n_bytes, uint64_t offset)
{
    if (direction == FROM_FILE) {
        return vfd->system->pread(vfd->system_opaque, vfd->fd, bytes, n_bytes, offset);
    }
    return vfd->system->pwrite(vfd->system_opaque, vfd->fd, bytes, n_bytes, offset);
}

/* 0, an errno, or VFD_ENDED where a call moved nothing; *done tells how far it came. */
static int move_all(const struct vfd *vfd, enum direction direction, uint8_t *bytes,
                    size_t n_bytes, uint64_t offset, size_t *done)
{
    size_t n_moved = 0;

    for (unsigned tries = 0; tries < MAX_TRIES && n_moved < n_bytes; tries++) {
        size_t left = n_bytes - n_moved;
        int64_t moved;

        if (n_moved >= IMAGE_RUN_BYTES || left > IMAGE_RUN_BYTES) {
            return EINVAL;
        }
        moved = move_some(vfd, direction, bytes + n_moved, left, offset + n_moved);
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

int vfd_read(const struct vfd *vfd, uint8_t *bytes, size_t n_bytes, uint64_t offset)
{
    size_t done = 0;

    return move_all(vfd, FROM_FILE, bytes, n_bytes, offset, &done);
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

/* Bring a track into memory, if it is not there yet. */
static enum vfdc_media_result load_track(struct vfd *vfd, uint32_t track)
{
    uint32_t count = vfd->image.geometry.sectors;
    struct image_run run = image_find_run(&vfd->image, track * count, count);
    size_t n_there;

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
    if (vfd_read(vfd, run.bytes, n_there, run.offset) != 0) {
        return VFDC_MEDIA_HOST_ERROR;
    }
    vfd->is_loaded[track] = true;
    return VFDC_MEDIA_OK;
}

static enum vfdc_media_result vfd_read_span(struct vfdc_media *media, uint8_t cylinder,
                                            uint8_t head, uint8_t first, uint8_t last,
                                            struct vfdc_media_span *span)
{
    struct vfd *vfd = vfd_of(media);
    enum vfdc_media_result result;

    if (image_lba(&vfd->image, cylinder, head, first) == VFDC_MEDIA_NO_LBA) {
        return VFDC_MEDIA_NO_SECTOR;
    }
    result = load_track(vfd, image_track(&vfd->image, cylinder, head));
    if (result != VFDC_MEDIA_OK) {
        return result;
    }
    return image_read_span(media, cylinder, head, first, last, span);
}

/* ---- writing in memory ------------------------------------------------------------------- */

static enum vfdc_media_result vfd_write_sector(struct vfdc_media *media, uint8_t cylinder,
                                               uint8_t head, uint8_t sector,
                                               const uint8_t *bytes, uint8_t marks)
{
    struct vfd *vfd = vfd_of(media);
    enum vfdc_media_result result;

    if (vfd->image.is_read_only) {
        return VFDC_MEDIA_WRITE_PROTECTED;
    }
    if (image_lba(&vfd->image, cylinder, head, sector) == VFDC_MEDIA_NO_LBA) {
        return VFDC_MEDIA_NO_SECTOR;
    }
    /* the track first: its later load would overwrite the sector */
    result = load_track(vfd, image_track(&vfd->image, cylinder, head));
    if (result != VFDC_MEDIA_OK) {
        return result;
    }
    return image_write_sector(media, cylinder, head, sector, bytes, marks);
}

static enum vfdc_media_result vfd_format_track(struct vfdc_media *media, uint8_t cylinder,
                                               uint8_t head, const uint8_t *order,
                                               uint8_t n_sectors, uint8_t gap, uint8_t filler)
{
    struct vfd *vfd = vfd_of(media);
    uint32_t track = image_track(&vfd->image, cylinder, head);
    enum vfdc_media_result result =
        image_format_track(media, cylinder, head, order, n_sectors, gap, filler);

    if (result == VFDC_MEDIA_OK && track < IMAGE_MAX_TRACKS) {
        vfd->is_loaded[track] = true; /* every byte of it is new */
    }
    return result;
}

static uint32_t vfd_dirty_sectors(const struct vfdc_media *media)
{
    return ((const struct vfd *)media)->image.n_written;
}

/* ---- flushing ---------------------------------------------------------------------------- */

static vfdc_result fail(const struct vfd *vfd, struct vfdc_media_error *error, uint32_t sector,
                        const char *form, int system_errno)
{
    const struct text_facts facts = {
        .path = vfd->path,
        .number = sector,
        .system_errno = system_errno,
    };

    return text_fail(error, VFDC_DISP_E_EXCEPTION, sector, form, &facts);
}

/* Nobody else changed the file's size, and it is still the one that was attached. */
static vfdc_result check_file(const struct vfd *vfd, struct vfdc_media_error *error)
{
    struct vfdc_system_status status = { .n_bytes = 0 };
    int result = vfd_status(vfd, &status);

    if (result != 0) {
        return fail(vfd, error, VFDC_MEDIA_NO_LBA, "%p: cannot examine the image: %e", result);
    }
    if (status.device != vfd->device || status.inode != vfd->inode) {
        return fail(vfd, error, VFDC_MEDIA_NO_LBA, "%p: no longer the file that was attached",
                    0);
    }
    if (status.n_bytes != vfd->file_bytes) {
        return fail(vfd, error, VFDC_MEDIA_NO_LBA, "%p: image size changed behind us", 0);
    }
    return VFDC_S_OK;
}

static bool is_dirty(const struct vfd *vfd, uint32_t lba)
{
    return lba < IMAGE_MAX_SECTORS && lba < vfd->image.n_sectors && vfd->image.is_written[lba];
}

static uint32_t next_dirty(const struct vfd *vfd, uint32_t lba)
{
    while (lba < IMAGE_MAX_SECTORS && !is_dirty(vfd, lba)) {
        lba++;
    }
    return lba;
}

static uint32_t dirty_run(const struct vfd *vfd, uint32_t first)
{
    uint32_t count = 0;

    while (count < IMAGE_RUN_SECTORS && is_dirty(vfd, first + count)) {
        count++;
    }
    return count;
}

/* Whether anything dirty lies behind the end of a short image. */
static bool reaches_beyond_end(const struct vfd *vfd)
{
    for (uint32_t lba = 0; lba < IMAGE_MAX_SECTORS; lba++) {
        if (is_dirty(vfd, lba) &&
            (uint64_t)lba * image_sector_bytes(&vfd->image) >= vfd->file_bytes) {
            return true;
        }
    }
    return false;
}

/* Make a short image whole before a sector behind its end goes in place. */
static vfdc_result extend(struct vfd *vfd, struct vfdc_media_error *error)
{
    uint64_t n_bytes = (uint64_t)vfd->image.n_sectors * image_sector_bytes(&vfd->image);
    int result;

    if (!reaches_beyond_end(vfd)) {
        return VFDC_S_OK;
    }
    result = vfd->system->truncate(vfd->system_opaque, vfd->fd, n_bytes);
    if (result != 0) {
        return fail(vfd, error, VFDC_MEDIA_NO_LBA, "%p: cannot extend the short image: %e",
                    vfd_errno(result));
    }
    vfd->file_bytes = n_bytes;
    return VFDC_S_OK;
}

static vfdc_result write_run(struct vfd *vfd, uint32_t first, uint32_t count,
                             struct vfdc_media_error *error)
{
    struct image_run run = image_find_run(&vfd->image, first, count);
    size_t done = 0;
    uint32_t sector;
    int result = EINVAL;

    if (run.n_bytes != 0) {
        result = move_all(vfd, TO_FILE, run.bytes, run.n_bytes, run.offset, &done);
    }
    if (result == 0) {
        return VFDC_S_OK;
    }
    sector = first + (uint32_t)(done / image_sector_bytes(&vfd->image));
    if (result == VFD_ENDED) {
        return fail(vfd, error, sector, "%p: writing sector %n: nothing was written", EIO);
    }
    if (result == ENOSPC || result == EDQUOT) {
        return fail(vfd, error, sector, "%p: no space left writing sector %n", result);
    }
    return fail(vfd, error, sector, "%p: writing sector %n: %e", result);
}

static vfdc_result write_dirty(struct vfd *vfd, struct vfdc_media_error *error)
{
    uint32_t lba = next_dirty(vfd, 0);

    while (lba < IMAGE_MAX_SECTORS) {
        uint32_t count = dirty_run(vfd, lba);
        vfdc_result result = write_run(vfd, lba, count, error);

        if (vfdc_failed(result)) {
            return result;
        }
        lba = next_dirty(vfd, lba + count);
    }
    return VFDC_S_OK;
}

/*
 * Only a sync that succeeds proves anything: writes to a full disk may all do well before it.
 * After one that failed the system may have dropped what it could not write, so the sectors
 * stay dirty and the next flush writes them anew; the sync alone is never repeated.
 */
static vfdc_result vfd_flush(struct vfdc_media *media, struct vfdc_media_error *error)
{
    struct vfd *vfd = vfd_of(media);
    vfdc_result result;
    int synced;

    if (vfd->image.n_written == 0) {
        return text_succeed(error);
    }
    result = check_file(vfd, error);
    if (vfdc_failed(result)) {
        return result;
    }
    result = extend(vfd, error);
    if (vfdc_failed(result)) {
        return result;
    }
    result = write_dirty(vfd, error);
    if (vfdc_failed(result)) {
        return result;
    }
    synced = vfd->system->sync(vfd->system_opaque, vfd->fd);
    if (synced != 0) {
        return fail(vfd, error, VFDC_MEDIA_NO_LBA, "%p: cannot sync the image: %e",
                    vfd_errno(synced));
    }
    (void)text_succeed(error);
    return image_settle(&vfd->image);
}

static vfdc_result vfd_close(struct vfdc_media *media, struct vfdc_media_error *error)
{
    struct vfd *vfd = vfd_of(media);
    int closed = vfd->system->close(vfd->system_opaque, vfd->fd);
    vfdc_result result = text_succeed(error);

    if (vfd->directory >= 0) {
        (void)vfd->system->close(vfd->system_opaque, vfd->directory); /* nothing was written */
    }
    /* the descriptor is gone even so: close is never repeated */
    if (closed != 0) {
        result = fail(vfd, error, VFDC_MEDIA_NO_LBA, "%p: closing: %e", vfd_errno(closed));
    }
    free(vfd->owned_buffer);
    free(vfd);
    return result;
}

const struct vfdc_media_ops vfd_ops = {
    .geometry = image_geometry,
    .is_write_protected = image_is_write_protected,
    .read_span = vfd_read_span,
    .marks = image_marks,
    .write_sector = vfd_write_sector,
    .format_track = vfd_format_track,
    .sector_at = image_sector_at,
    .gap = image_gap,
    .commit = image_commit,
    .flush = vfd_flush,
    .dirty_sectors = vfd_dirty_sectors,
    .close = vfd_close,
};
