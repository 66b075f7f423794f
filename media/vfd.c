/*
 * A raw image in a file, while it is open: tracks are read when first touched, sectors are
 * written in memory, and a flush brings them to the file.  Opening is in vfd_open.c.
 */
#include "vfd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define RUN_BYTES (IMAGE_RUN_SECTORS * VFDC_SECTOR_BYTES)

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

        if (n_moved >= RUN_BYTES || left > RUN_BYTES) {
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

/* How many sectors of a run the file has; behind the end of a short image there are zeros. */
static uint32_t sectors_in_file(const struct vfd *vfd, uint32_t first, uint32_t count)
{
    uint64_t n_sectors = vfd->file_bytes / VFDC_SECTOR_BYTES;

    if (n_sectors <= first) {
        return 0;
    }
    return n_sectors - first < count ? (uint32_t)(n_sectors - first) : count;
}

/* Bring a track into memory, if it is not there yet. */
static enum vfdc_media_result load_track(struct vfd *vfd, uint32_t track)
{
    uint32_t count = vfd->image.geometry.sectors;
    uint32_t first = track * count;
    uint32_t n_there;
    uint8_t *bytes;

    if (track >= IMAGE_MAX_TRACKS || first >= VFDC_IMAGE_MAX_SECTORS ||
        count > IMAGE_RUN_SECTORS) {
        return VFDC_MEDIA_NO_SECTOR;
    }
    if (vfd->is_loaded[track]) {
        return VFDC_MEDIA_OK;
    }
    bytes = vfd->image.bytes + (size_t)first * VFDC_SECTOR_BYTES;
    n_there = sectors_in_file(vfd, first, count);
    if (n_there > IMAGE_RUN_SECTORS ||
        vfd_read(vfd, bytes, (size_t)n_there * VFDC_SECTOR_BYTES,
                 (uint64_t)first * VFDC_SECTOR_BYTES) != 0) {
        return VFDC_MEDIA_HOST_ERROR;
    }
    for (uint32_t i = n_there; i < IMAGE_RUN_SECTORS && i < count; i++) {
        memset(bytes + (size_t)i * VFDC_SECTOR_BYTES, 0, VFDC_SECTOR_BYTES);
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

    if (image_lba(&vfd->image, cylinder, head, first) >= VFDC_IMAGE_MAX_SECTORS) {
        return VFDC_MEDIA_NO_SECTOR;
    }
    result = load_track(vfd, image_track(&vfd->image, cylinder, head));
    if (result != VFDC_MEDIA_OK) {
        return result;
    }
    return image_read_span(media, cylinder, head, first, last, span);
}

/* ---- writing in memory ------------------------------------------------------------------- */

static bool is_dirty(const struct vfd *vfd, uint32_t lba)
{
    uint32_t word = lba / 32u;

    return word < VFD_DIRTY_WORDS && (vfd->dirty[word] & UINT32_C(1) << lba % 32u) != 0;
}

static void mark_dirty(struct vfd *vfd, uint32_t lba)
{
    uint32_t word = lba / 32u;

    if (word < VFD_DIRTY_WORDS && !is_dirty(vfd, lba)) {
        vfd->dirty[word] |= UINT32_C(1) << lba % 32u;
        vfd->n_dirty++;
    }
}

static enum vfdc_media_result vfd_write_sector(struct vfdc_media *media, uint8_t cylinder,
                                               uint8_t head, uint8_t sector,
                                               const uint8_t *bytes)
{
    struct vfd *vfd = vfd_of(media);
    uint32_t lba = image_lba(&vfd->image, cylinder, head, sector);
    enum vfdc_media_result result;

    if (vfd->image.is_read_only) {
        return VFDC_MEDIA_WRITE_PROTECTED;
    }
    if (lba >= VFDC_IMAGE_MAX_SECTORS) {
        return VFDC_MEDIA_NO_SECTOR;
    }
    /* the track first: its later load would overwrite the sector */
    result = load_track(vfd, image_track(&vfd->image, cylinder, head));
    if (result != VFDC_MEDIA_OK) {
        return result;
    }
    result = image_write_sector(media, cylinder, head, sector, bytes);
    if (result == VFDC_MEDIA_OK) {
        mark_dirty(vfd, lba);
    }
    return result;
}

static enum vfdc_media_result vfd_format_track(struct vfdc_media *media, uint8_t cylinder,
                                               uint8_t head, const uint8_t *order,
                                               uint8_t n_sectors, uint8_t filler)
{
    struct vfd *vfd = vfd_of(media);
    uint32_t track = image_track(&vfd->image, cylinder, head);
    uint32_t first = image_lba(&vfd->image, cylinder, head, 1);
    enum vfdc_media_result result =
        image_format_track(media, cylinder, head, order, n_sectors, filler);

    if (result != VFDC_MEDIA_OK || track >= IMAGE_MAX_TRACKS) {
        return result;
    }
    vfd->is_loaded[track] = true; /* every byte of it is new */
    for (uint32_t i = 0; i < VFDC_MAX_SECTORS && i < n_sectors; i++) {
        mark_dirty(vfd, first + i);
    }
    return result;
}

static uint32_t vfd_dirty_sectors(const struct vfdc_media *media)
{
    return ((const struct vfd *)media)->n_dirty;
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
    struct vfdc_system_status status = { 0, 0, 0, 0, 0 };
    int result = vfd->system->status(vfd->system_opaque, vfd->fd, &status);

    if (result != 0) {
        return fail(vfd, error, VFDC_MEDIA_NO_LBA, "%p: cannot examine the image: %e",
                    vfd_errno(result));
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

static uint32_t next_dirty(const struct vfd *vfd, uint32_t lba)
{
    while (lba < VFDC_IMAGE_MAX_SECTORS && !is_dirty(vfd, lba)) {
        lba++;
    }
    return lba;
}

static uint32_t dirty_run(const struct vfd *vfd, uint32_t first)
{
    uint32_t count = 0;

    while (count < IMAGE_RUN_SECTORS && first + count < VFDC_IMAGE_MAX_SECTORS &&
           is_dirty(vfd, first + count)) {
        count++;
    }
    return count;
}

/* Whether anything dirty lies behind the end of a short image. */
static bool reaches_beyond_end(const struct vfd *vfd)
{
    uint64_t n_sectors = vfd->file_bytes / VFDC_SECTOR_BYTES;

    return n_sectors < VFDC_IMAGE_MAX_SECTORS &&
           next_dirty(vfd, (uint32_t)n_sectors) < VFDC_IMAGE_MAX_SECTORS;
}

/* Make a short image whole before a sector behind its end goes in place. */
static vfdc_result extend(struct vfd *vfd, struct vfdc_media_error *error)
{
    uint64_t n_bytes = (uint64_t)vfd->image.n_sectors * VFDC_SECTOR_BYTES;
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
    size_t done = 0;
    uint32_t sector;
    int result;

    if (first >= VFDC_IMAGE_MAX_SECTORS || count > IMAGE_RUN_SECTORS) {
        return VFDC_DISP_E_EXCEPTION;
    }
    result = move_all(vfd, TO_FILE, vfd->image.bytes + (size_t)first * VFDC_SECTOR_BYTES,
                      (size_t)count * VFDC_SECTOR_BYTES, (uint64_t)first * VFDC_SECTOR_BYTES,
                      &done);
    if (result == 0) {
        return VFDC_S_OK;
    }
    sector = first + (uint32_t)(done / VFDC_SECTOR_BYTES);
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

    while (lba < VFDC_IMAGE_MAX_SECTORS) {
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

    if (vfd->n_dirty == 0) {
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
    memset(vfd->dirty, 0, sizeof(vfd->dirty));
    vfd->n_dirty = 0;
    return text_succeed(error);
}

static vfdc_result vfd_close(struct vfdc_media *media, struct vfdc_media_error *error)
{
    struct vfd *vfd = vfd_of(media);
    int closed = vfd->system->close(vfd->system_opaque, vfd->fd);
    vfdc_result result = text_succeed(error);

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
    .write_sector = vfd_write_sector,
    .format_track = vfd_format_track,
    .sector_at = image_sector_at,
    .flush = vfd_flush,
    .dirty_sectors = vfd_dirty_sectors,
    .close = vfd_close,
};
