/*
 * Leaving a file otherwise than by a flush: the whole disk to a new file, which takes its place;
 * or what is dirty dropped.
 */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "lock.h"
#include "new_file.h"
#include "text.h"
#include "vfd_journal.h"
#include "vfd_media.h"
#include "vfd_open.h"

/* ---- saving as ---------------------------------------------------------------------------- */

/* One track, read first if nobody has touched it yet. */
static vfdc_result write_track(struct vfd *vfd, const struct new_file *file, uint8_t cylinder,
                               uint8_t head, struct vfdc_media_error *error)
{
    struct vfdc_media *media = &vfd->image.base;
    uint8_t n_sectors = vfd->image.geometry.sectors;
    uint32_t first = image_lba(&vfd->image, cylinder, head, 1);
    struct image_run run = image_find_run(&vfd->image, first, n_sectors);
    struct vfdc_media_span span = { NULL, 0 };
    const struct text_facts facts = { .path = vfd->path, .number = first };

    if (media->ops->read_span(media, cylinder, head, 1, n_sectors, &span) != VFDC_MEDIA_OK ||
        run.n_bytes == 0) {
        return text_fail(error, VFDC_DISP_E_EXCEPTION, first,
                         "%p: cannot read sector %n and those behind it", &facts);
    }
    return new_file_write(file, run.bytes, run.n_bytes, run.offset, error);
}

static vfdc_result write_disk(struct vfd *vfd, const struct new_file *file,
                              struct vfdc_media_error *error)
{
    const struct vfdc_geometry *geometry = &vfd->image.geometry;
    vfdc_result result = VFDC_S_OK;

    for (uint8_t cylinder = 0; cylinder < geometry->cylinders; cylinder++) {
        for (uint8_t head = 0; head < geometry->heads && !vfdc_failed(result); head++) {
            result = write_track(vfd, file, cylinder, head, error);
        }
    }
    return result;
}

/* Before it has its name: nobody is ever in between. */
static vfdc_result hold(struct vfd *vfd, const struct new_file *file,
                        struct vfdc_media_error *error)
{
    int result = lock_take(vfd->system, vfd->system_opaque, file->fd, vfd->image.is_read_only);

    if (result == 0) {
        return VFDC_S_OK;
    }
    if (result == LOCK_IN_USE) {
        return new_file_fail(file, "%p: another program holds the file already", 0, error);
    }
    if (lock_is_missing(result) && (vfd->image.is_read_only || vfd->may_be_unlocked)) {
        vfd->warnings |= VFDC_WARNING_UNLOCKED;
        return VFDC_S_OK;
    }
    return new_file_fail(file, "%p: cannot lock the file: %e", result, error);
}

/* A file that we may not give away stays ours alone: 0600. */
static vfdc_result copy_owner(const struct vfd *vfd, const struct new_file *file,
                              struct vfdc_media_error *error)
{
    struct vfdc_system_status status = { .n_bytes = 0 };
    int result = vfd_status(vfd, &status);

    if (result != 0) {
        return new_file_fail(file, "%p: cannot examine the image to save: %e", result, error);
    }
    (void)vfd->system->set_owner(vfd->system_opaque, file->fd, status.owner, status.group,
                                 status.mode & 0777u);
    return VFDC_S_OK;
}

static vfdc_result fill(struct vfd *vfd, struct new_file *file, struct vfdc_media_error *error)
{
    vfdc_result result = hold(vfd, file, error);
    int examined;

    if (!vfdc_failed(result)) {
        result = write_disk(vfd, file, error);
    }
    if (!vfdc_failed(result)) {
        result = copy_owner(vfd, file, error);
    }
    if (!vfdc_failed(result)) {
        result = new_file_finish(file, error);
    }
    if (vfdc_failed(result)) {
        return result;
    }
    examined = vfd->system->status(vfd->system_opaque, file->fd, &file->status);
    if (examined != 0) {
        return new_file_fail(file, "%p: cannot examine the file: %e", vfd_errno(examined),
                             error);
    }
    return VFDC_S_OK;
}

/* From the old file, which is let go of, to the new one. */
static void change_over(struct vfd *vfd, const struct new_file *file)
{
    /* all that mattered was synced before; a journal that stays does the old file no harm */
    (void)vfd_journal_discard(vfd);
    vfd_journal_close(vfd);
    vfd_journal_init(&vfd->journal);
    (void)vfd->system->close(vfd->system_opaque, vfd->fd);
    if (vfd->directory >= 0) {
        (void)vfd->system->close(vfd->system_opaque, vfd->directory);
    }
    vfd->fd = file->fd;
    vfd->directory = file->directory;
    vfd->is_device = false;
    memcpy(vfd->name, file->name, sizeof(vfd->name));
    memcpy(vfd->path, file->path, strlen(file->path) + 1u);
    vfd_journal_name(vfd);
    vfd_note(vfd, &file->status);
}

static vfdc_result save(struct vfd *vfd, struct new_file *file, const char *path,
                        struct vfdc_media_error *error)
{
    vfdc_result result = new_file_begin(file, path, 0600, error);

    if (vfdc_failed(result)) {
        return result;
    }
    if (vfd->durability == VFDC_DURABILITY_JOURNAL && !vfd_name_has_room(file->name)) {
        result = new_file_fail(file, "path too long for a journal beside it: %p", ENAMETOOLONG,
                               error);
    } else {
        result = fill(vfd, file, error);
    }
    if (vfdc_failed(result)) {
        new_file_drop(file);
        return result;
    }
    change_over(vfd, file);
    (void)text_succeed(error);
    image_begin_flush(&vfd->image);
    return image_end_flush(&vfd->image, true);
}

vfdc_result vfdc_media_save_as(struct vfdc_media *media, const char *path,
                               struct vfdc_media_error *error)
{
    struct vfd *vfd = (struct vfd *)media;
    struct new_file *file;
    vfdc_result result;

    if (media == NULL || path == NULL) {
        return text_fail_plain(error, VFDC_E_POINTER, "media or path is NULL");
    }
    if (media->ops != &vfd_ops) {
        return text_fail_plain(error, VFDC_E_NOTIMPL, "the medium is in no file");
    }
    if (vfd->is_busy) {
        return vfd_refuse_call(error);
    }
    if (vfd->flush.is_under_way) {
        return text_fail_plain(error, VFDC_DISP_E_EXCEPTION, "a flush is under way");
    }
    file = calloc(1, sizeof(*file));
    if (file == NULL) {
        return text_fail_plain(error, VFDC_E_OUTOFMEMORY, "out of memory");
    }
    file->system = vfd->system;
    file->system_opaque = vfd->system_opaque;
    vfd->is_busy = true;
    result = save(vfd, file, path, error);
    vfd->is_busy = false;
    free(file);
    return result;
}

/* ---- discarding --------------------------------------------------------------------------- */

vfdc_result vfdc_media_discard(struct vfdc_media *media, struct vfdc_media_error *error)
{
    struct vfd *vfd = (struct vfd *)media;
    struct text_facts facts = { .path = "" };
    vfdc_result result = VFDC_S_OK;

    if (media == NULL || media->ops != &vfd_ops) {
        return vfdc_media_close(media, error);
    }
    if (vfd->is_busy) {
        return vfd_refuse_call(error);
    }
    if (vfd->flush.is_under_way) {
        return text_fail_plain(error, VFDC_DISP_E_EXCEPTION, "a flush is under way");
    }
    facts.path = vfd->path;
    vfd->is_busy = true;
    facts.system_errno = vfd_journal_discard(vfd);
    vfd->is_busy = false;
    if (facts.system_errno != 0) {
        result = text_fail(error, VFDC_S_FALSE, VFDC_MEDIA_NO_LBA,
                           "%p: cannot remove its journal: %e", &facts);
    } else {
        (void)text_succeed(error);
    }
    (void)vfdc_media_close(media, NULL); /* what it may fail to write was dropped */
    return result;
}

bool vfdc_media_is_flushing(const struct vfdc_media *media)
{
    return media != NULL && media->ops == &vfd_ops &&
           ((const struct vfd *)media)->flush.is_under_way;
}
