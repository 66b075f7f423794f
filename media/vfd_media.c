/*
 * A raw image in a file, as a medium: tracks are read when first touched, sectors are written in
 * memory and to the journal, and a flush brings them to the file.  Opening is in vfd_open.c.
 */
#include "vfd_media.h"

#include <stdlib.h>
#include <string.h>

#include "flush.h"
#include "text.h"
#include "vfd_journal.h"

/* A flush that a long journal asks for and that fails is tried again after each 1 MiB. */
#define TRY_AGAIN_SHIFT 20u

static struct vfd *vfd_of(struct vfdc_media *media)
{
    return (struct vfd *)media;
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
    result = vfd_load_track(vfd, image_track(&vfd->image, cylinder, head));
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
    if (vfd_journal_is_full(vfd)) {
        return VFDC_MEDIA_HOST_ERROR;
    }
    /* the track first: its later load would overwrite the sector */
    result = vfd_load_track(vfd, image_track(&vfd->image, cylinder, head));
    if (result != VFDC_MEDIA_OK) {
        return result;
    }
    vfd_journal_note(vfd, image_lba(&vfd->image, cylinder, head, sector));
    return image_write_sector(media, cylinder, head, sector, bytes, marks);
}

/* Every byte of the track is new: it is read before only for the journal, which has the old. */
static enum vfdc_media_result vfd_format_track(struct vfdc_media *media, uint8_t cylinder,
                                               uint8_t head, const uint8_t *order,
                                               uint8_t n_sectors, uint8_t gap, uint8_t filler)
{
    struct vfd *vfd = vfd_of(media);
    uint32_t track = image_track(&vfd->image, cylinder, head);
    uint32_t n_pending = vfd->journal.n_pending;
    enum vfdc_media_result result = VFDC_MEDIA_OK;

    if (vfd->image.is_read_only) {
        return VFDC_MEDIA_WRITE_PROTECTED;
    }
    if (vfd_journal_is_full(vfd)) {
        return VFDC_MEDIA_HOST_ERROR;
    }
    if (vfd_journal_is_kept(vfd)) {
        result = vfd_load_track(vfd, track);
    }
    if (result != VFDC_MEDIA_OK) {
        return result;
    }
    for (uint8_t sector = 1; sector <= VFDC_MAX_SECTORS && sector <= n_sectors; sector++) {
        vfd_journal_note(vfd, image_lba(&vfd->image, cylinder, head, sector));
    }
    result = image_format_track(media, cylinder, head, order, n_sectors, gap, filler);
    if (result != VFDC_MEDIA_OK) {
        vfd_journal_forget(vfd, n_pending);
    } else if (track < IMAGE_MAX_TRACKS) {
        vfd->is_loaded[track] = true;
    }
    return result;
}

/*
 * A journal that has grown long is made short by a flush; should that fail, it grows on, and the
 * flush is tried again when it has grown by so much.
 */
static enum vfdc_media_result vfd_commit(struct vfdc_media *media)
{
    struct vfd *vfd = vfd_of(media);
    uint64_t n_before = vfd_journal_bytes(vfd);
    uint64_t n_now;
    int result;

    if (vfd->is_busy) {
        return VFDC_MEDIA_HOST_ERROR; /* out of a system call, perhaps one that appends */
    }
    vfd->is_busy = true;
    result = vfd_journal_append(vfd);
    vfd->is_busy = false;
    if (result != 0) {
        return VFDC_MEDIA_HOST_ERROR;
    }
    n_now = vfd_journal_bytes(vfd);
    if (n_now >= VFD_JOURNAL_LONG_BYTES && !vfd->flush.is_under_way &&
        n_now >> TRY_AGAIN_SHIFT != n_before >> TRY_AGAIN_SHIFT) {
        (void)flush_all(media, NULL);
    }
    return VFDC_MEDIA_OK;
}

static uint32_t vfd_dirty_sectors(const struct vfdc_media *media)
{
    return image_dirty_sectors(&((const struct vfd *)media)->image);
}

bool vfd_is_busy(const struct vfdc_media *media)
{
    return media->ops == &vfd_ops && ((const struct vfd *)media)->is_busy;
}

vfdc_result vfd_refuse_call(struct vfdc_media_error *error)
{
    return text_fail_plain(error, VFDC_E_UNEXPECTED, "a call out of the medium's own system call");
}

/* ---- the end ----------------------------------------------------------------------------- */

/* Every descriptor; 0, or an errno. */
static int close_files(struct vfd *vfd)
{
    int closed;

    vfd->is_busy = true; /* to its end */
    closed = vfd->fd >= 0 ? vfd->system->close(vfd->system_opaque, vfd->fd) : 0;
    vfd_journal_close(vfd);
    if (vfd->directory >= 0) {
        (void)vfd->system->close(vfd->system_opaque, vfd->directory);
    }
    return closed == 0 ? 0 : vfd_errno(closed);
}

static void free_vfd(struct vfd *vfd)
{
    free(vfd->owned_buffer);
    free(vfd);
}

void vfd_let_go(struct vfd *vfd)
{
    (void)close_files(vfd);
    free_vfd(vfd);
}

static vfdc_result vfd_close(struct vfdc_media *media, struct vfdc_media_error *error)
{
    struct vfd *vfd = vfd_of(media);
    struct text_facts facts = { .path = vfd->path };
    vfdc_result result;

    if (vfd->flush.is_under_way) {
        vfd->is_closing = true;
        return text_succeed(error);
    }
    facts.system_errno = close_files(vfd);
    if (facts.system_errno == 0) {
        result = text_succeed(error);
    } else {
        /* the descriptor is gone even so: close is never repeated */
        result = text_fail(error, VFDC_DISP_E_EXCEPTION, VFDC_MEDIA_NO_LBA, "%p: closing: %e",
                           &facts);
    }
    free_vfd(vfd);
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
    .commit = vfd_commit,
    .flush = flush_all,
    .dirty_sectors = vfd_dirty_sectors,
    .close = vfd_close,
};
