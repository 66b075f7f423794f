/*
 * Flushing; see flush.h.  The order is what makes it all or nothing:
 *
 *     sync the journal, and the directory that it is in
 *     give a short image its whole size, sync it
 *     write each run of dirty sectors in place, sync the image
 *     remove the journal, sync the directory
 *
 * Until the first line is done the image is as it was; from then on the journal can make it whole
 * again.  Only a sync that succeeds proves anything: writes to a full disk may all do well before
 * it.  After one that failed the system may have dropped what it could not write, so the sectors
 * stay dirty and the next flush writes them anew, and the journal too; the sync alone is never
 * repeated.
 */
#include "flush.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "geometry.h"
#include "text.h"
#include "vfd_journal.h"

/* What stood when it began, and what was written behind a failed one. */
#define MAX_ROUNDS 3u

/* The image that it is a part of. */
static struct vfd *vfd_of(struct vfdc_media_flush *flush)
{
    return (struct vfd *)(void *)((uint8_t *)flush - offsetof(struct vfd, flush));
}

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

static vfdc_result fail_under_way(const struct vfd *vfd, struct vfdc_media_error *error)
{
    return fail(vfd, error, VFDC_MEDIA_NO_LBA, "%p: a flush is under way", 0);
}

static vfdc_result fail_whole(struct vfdc_media_flush *flush, const char *form,
                              int system_errno)
{
    return fail(vfd_of(flush), &flush->error, VFDC_MEDIA_NO_LBA, form, system_errno);
}

/* ---- the beginning ----------------------------------------------------------------------- */

/* The older journal where both stand. */
static unsigned older_journal(const struct vfd_journal *journal)
{
    unsigned current = journal->current & 1u;

    return journal->file[current ^ 1u].fd >= 0 ? current ^ 1u : current;
}

/* Records go on to the newer one meanwhile. */
static void close_generation(struct vfd *vfd, struct vfdc_media_flush *flush)
{
    struct vfd_journal *journal = &vfd->journal;
    unsigned older = older_journal(journal);

    flush->is_journal_doubtful = false;
    flush->is_removal_pending = journal->is_removal_pending;
    flush->journal_fd[0] = journal->file[0].fd;
    flush->journal_fd[1] = journal->file[1].fd;
    flush->closed = VFD_NO_JOURNAL;
    if (journal->file[older].fd >= 0) {
        flush->closed = older;
        journal->current = older ^ 1u;
    }
}

/* Under way from here on.  S_FALSE if there is nothing to do. */
static vfdc_result begin(struct vfd *vfd, struct vfdc_media_error *error)
{
    struct vfdc_media_flush *flush = &vfd->flush;
    int result;

    if (flush->is_under_way) {
        return fail_under_way(vfd, error);
    }
    if (!vfd->image.is_dirty && !vfd_journal_stands(vfd)) {
        (void)text_succeed(error);
        return VFDC_S_FALSE;
    }
    result = vfd_journal_append(vfd);
    if (result == 0) {
        result = vfd_journal_stand_alone(vfd, older_journal(&vfd->journal));
    }
    if (result == 0) {
        result = vfd_journal_write_again(vfd);
    }
    if (result != 0) {
        return fail(vfd, error, VFDC_MEDIA_NO_LBA,
                    result == ENOSPC || result == EDQUOT ? "%p: no space left for the journal"
                                                         : "%p: cannot write the journal: %e",
                    result);
    }
    flush->is_under_way = true;
    flush->is_written = false;
    flush->copy = NULL;
    flush->is_touching = false;
    flush->file_bytes = vfd->file_bytes;
    flush->is_size_pending = vfd->is_size_pending;
    flush->warnings = 0;
    (void)text_succeed(&flush->error);
    close_generation(vfd, flush);
    image_begin_flush(&vfd->image);
    return VFDC_S_OK;
}

/* Where a run lies in a copy that has the places of the image. */
static struct image_run find_copied(struct vfdc_media_flush *flush, uint32_t first,
                                    uint32_t count)
{
    struct image_run run = image_find_run(&vfd_of(flush)->image, first, count);

    if (flush->copy != NULL && run.n_bytes != 0 && run.offset < VFDC_IMAGE_MAX_BYTES) {
        run.bytes = flush->copy + run.offset;
    }
    return run;
}

static void copy_dirty(struct vfdc_media_flush *flush)
{
    const struct image *image = &vfd_of(flush)->image;

    for (uint32_t lba = 0; lba < IMAGE_MAX_SECTORS; lba++) {
        struct image_run run = image_find_run(image, lba, 1);

        if (image->is_flushing[lba] && run.n_bytes != 0 && run.offset < VFDC_IMAGE_MAX_BYTES) {
            memcpy(flush->copy + run.offset, run.bytes, run.n_bytes);
        }
    }
}

vfdc_result flush_begin(struct vfd *vfd, struct vfdc_media_flush **flush,
                        struct vfdc_media_error *error)
{
    uint8_t *copy;
    vfdc_result result;

    *flush = NULL;
    if (vfd->flush.copy != NULL) {
        return fail_under_way(vfd, error); /* two copies are never there at once */
    }
    copy = malloc(IMAGE_BUFFER_BYTES);
    if (copy == NULL) {
        return text_fail_plain(error, VFDC_E_OUTOFMEMORY, "no memory for a copy of the sectors");
    }
    vfd->is_busy = true;
    result = begin(vfd, error);
    vfd->is_busy = false;
    if (result != VFDC_S_OK) {
        free(copy);
        return result;
    }
    vfd->flush.copy = copy;
    copy_dirty(&vfd->flush);
    *flush = &vfd->flush;
    return text_succeed(error);
}

/* ---- the middle: beside all other calls -------------------------------------------------- */

/* A file that was deleted, or is another one's name now, is written all the same. */
static void look_for_name(struct vfdc_media_flush *flush)
{
    const struct vfd *vfd = vfd_of(flush);
    struct vfdc_system_status status = { .n_bytes = 0 };

    if (flush->status.n_links != 0) {
        return;
    }
    if (vfd->directory >= 0 &&
        vfd->system->status_at(vfd->system_opaque, vfd->directory, vfd->name, &status) == 0) {
        flush->warnings |= VFDC_WARNING_REPLACED;
    } else {
        flush->warnings |= VFDC_WARNING_DELETED;
    }
}

/* Nobody else changed the file's size, and it is still the one that was attached. */
static vfdc_result check_file(struct vfdc_media_flush *flush)
{
    const struct vfd *vfd = vfd_of(flush);
    int result = vfd_status(vfd, &flush->status);

    if (result != 0) {
        return fail_whole(flush, "%p: cannot examine the image: %e", result);
    }
    if (flush->status.device != vfd->device || flush->status.inode != vfd->inode) {
        return fail_whole(flush, "%p: no longer the file that was attached", 0);
    }
    if (flush->status.n_bytes != flush->file_bytes) {
        return fail_whole(flush, "%p: image size changed behind us; discard it or save it as "
                                 "another", 0);
    }
    if (!vfd->is_device && !vfd->is_touched && flush->status.modified_ns != vfd->modified_ns) {
        if (vfd->is_strict) {
            return fail_whole(flush, "%p: image was modified by another program", 0);
        }
        flush->warnings |= VFDC_WARNING_MODIFIED;
    }
    look_for_name(flush);
    return VFDC_S_OK;
}

static vfdc_result sync_file(struct vfdc_media_flush *flush, int fd, const char *form)
{
    const struct vfd *vfd = vfd_of(flush);
    int result = vfd->system->sync(vfd->system_opaque, fd);

    return result == 0 ? VFDC_S_OK : fail_whole(flush, form, vfd_errno(result));
}

static vfdc_result sync_directory(struct vfdc_media_flush *flush)
{
    const struct vfd *vfd = vfd_of(flush);
    int result = vfd->system->sync_directory(vfd->system_opaque, vfd->directory);

    return result == 0 ? VFDC_S_OK
                       : fail_whole(flush, "%p: cannot sync the directory: %e",
                                    vfd_errno(result));
}

static vfdc_result sync_journals(struct vfdc_media_flush *flush)
{
    vfdc_result result = VFDC_S_OK;

    if (flush->closed == VFD_NO_JOURNAL) {
        return VFDC_S_OK;
    }
    for (unsigned i = 0; i < VFD_N_JOURNALS && !vfdc_failed(result); i++) {
        if (flush->journal_fd[i] >= 0) {
            result = sync_file(flush, flush->journal_fd[i], "%p: cannot sync the journal: %e");
            flush->is_journal_doubtful = vfdc_failed(result);
        }
    }
    return vfdc_failed(result) ? result : sync_directory(flush);
}

static bool is_dirty(struct vfdc_media_flush *flush, uint32_t lba)
{
    const struct image *image = &vfd_of(flush)->image;

    return lba < IMAGE_MAX_SECTORS && lba < image->n_sectors && image->is_flushing[lba];
}

static uint32_t next_dirty(struct vfdc_media_flush *flush, uint32_t lba)
{
    while (lba < IMAGE_MAX_SECTORS && !is_dirty(flush, lba)) {
        lba++;
    }
    return lba;
}

static uint32_t dirty_run(struct vfdc_media_flush *flush, uint32_t first)
{
    uint32_t count = 0;

    while (count < IMAGE_RUN_SECTORS && is_dirty(flush, first + count)) {
        count++;
    }
    return count;
}

/*
 * Whether anything dirty lies behind the end of a short image; or in its boot sector, which alone
 * says how long it is to be: a flush that is cut must find that again.
 */
static bool needs_whole_size(struct vfdc_media_flush *flush)
{
    for (uint32_t lba = 0; lba < IMAGE_MAX_SECTORS; lba++) {
        uint64_t offset = (uint64_t)lba * image_sector_bytes(&vfd_of(flush)->image);

        if (is_dirty(flush, lba) &&
            (offset >= flush->file_bytes || offset < GEOMETRY_END_BYTES)) {
            return true;
        }
    }
    return false;
}

/* Make a short image whole, and that lasting, before such a sector goes in place. */
static vfdc_result extend(struct vfdc_media_flush *flush)
{
    const struct vfd *vfd = vfd_of(flush);
    uint64_t n_bytes = (uint64_t)vfd->image.n_sectors * image_sector_bytes(&vfd->image);
    int result;

    if ((flush->file_bytes >= n_bytes && !flush->is_size_pending) || !needs_whole_size(flush)) {
        return VFDC_S_OK;
    }
    flush->is_touching = true;
    flush->is_size_pending = true;
    result = vfd->system->truncate(vfd->system_opaque, vfd->fd, n_bytes);
    if (result != 0) {
        return fail_whole(flush, "%p: cannot extend the short image: %e", vfd_errno(result));
    }
    flush->file_bytes = n_bytes;
    if (vfdc_failed(sync_file(flush, vfd->fd, "%p: cannot sync the image: %e"))) {
        return VFDC_DISP_E_EXCEPTION;
    }
    flush->is_size_pending = false;
    return VFDC_S_OK;
}

static vfdc_result write_run(struct vfdc_media_flush *flush, uint32_t first, uint32_t count)
{
    const struct vfd *vfd = vfd_of(flush);
    struct image_run run = find_copied(flush, first, count);
    size_t done = 0;
    uint32_t sector;
    int result = EINVAL;

    flush->is_touching = true;
    if (run.n_bytes != 0) {
        result = vfd_write_to(vfd, vfd->fd, run.bytes, run.n_bytes, run.offset, &done);
    }
    if (result == 0) {
        return VFDC_S_OK;
    }
    sector = first + (uint32_t)(done / image_sector_bytes(&vfd->image));
    if (result == VFD_ENDED) {
        return fail(vfd, &flush->error, sector,
                    "%p: writing sector %n: nothing was written", EIO);
    }
    if (result == ENOSPC || result == EDQUOT) {
        return fail(vfd, &flush->error, sector, "%p: no space left writing sector %n", result);
    }
    return fail(vfd, &flush->error, sector, "%p: writing sector %n: %e", result);
}

static vfdc_result write_dirty(struct vfdc_media_flush *flush)
{
    uint32_t lba = next_dirty(flush, 0);
    vfdc_result result = VFDC_S_OK;

    while (lba < IMAGE_MAX_SECTORS && !vfdc_failed(result)) {
        uint32_t count = dirty_run(flush, lba);

        result = write_run(flush, lba, count);
        lba = next_dirty(flush, lba + count);
    }
    return result;
}

/* The file's times are now those of our own writes. */
static vfdc_result settle_image(struct vfdc_media_flush *flush)
{
    const struct vfd *vfd = vfd_of(flush);
    vfdc_result result = sync_file(flush, vfd->fd, "%p: cannot sync the image: %e");
    int examined;

    if (vfdc_failed(result)) {
        return result;
    }
    examined = vfd_status(vfd, &flush->status);
    return examined == 0 ? VFDC_S_OK
                         : fail_whole(flush, "%p: cannot examine the image: %e", examined);
}

/* A journal whose name is gone is of no more use, whatever becomes of the directory's sync. */
static vfdc_result unlink_journal(struct vfdc_media_flush *flush, unsigned closed)
{
    const struct vfd *vfd = vfd_of(flush);
    int result = vfd_journal_unlink(vfd, closed);

    if (result != 0) {
        return fail_whole(flush, "%p: cannot remove the journal: %e", result);
    }
    (void)vfd->system->close(vfd->system_opaque, flush->journal_fd[closed]);
    flush->journal_fd[closed] = -1;
    flush->is_removal_pending = true;
    return VFDC_S_OK;
}

/* Its name must not come back once somebody else may write to the image. */
static vfdc_result remove_journal(struct vfdc_media_flush *flush)
{
    unsigned closed = flush->closed;
    vfdc_result result = VFDC_S_OK;

    if (closed < VFD_N_JOURNALS) {
        result = unlink_journal(flush, closed);
    }
    if (vfdc_failed(result) || !flush->is_removal_pending) {
        return result;
    }
    result = sync_directory(flush);
    flush->is_removal_pending = vfdc_failed(result);
    return result;
}

static vfdc_result write_all(struct vfdc_media_flush *flush)
{
    vfdc_result result = check_file(flush);

    if (!vfdc_failed(result)) {
        result = sync_journals(flush);
    }
    if (!vfdc_failed(result)) {
        result = extend(flush);
    }
    if (!vfdc_failed(result)) {
        result = write_dirty(flush);
    }
    if (!vfdc_failed(result)) {
        result = settle_image(flush);
    }
    return vfdc_failed(result) ? result : remove_journal(flush);
}

vfdc_result flush_write(struct vfdc_media_flush *flush, struct vfdc_media_error *error)
{
    vfdc_result result;

    flush->is_writing = true;
    result = write_all(flush);
    flush->is_writing = false;
    flush->is_written = !vfdc_failed(result);
    if (error != NULL) {
        *error = flush->error;
    }
    return result;
}

/* ---- the end ----------------------------------------------------------------------------- */

/* The file as it is known now: what a flush that failed has done to its times is not. */
static void note_file(struct vfd *vfd, const struct vfdc_media_flush *flush)
{
    vfd->file_bytes = flush->file_bytes;
    vfd->is_size_pending = flush->is_size_pending;
    if (flush->is_written) {
        vfd->modified_ns = flush->status.modified_ns;
        vfd->changed_ns = flush->status.changed_ns;
        vfd->is_touched = false;
    } else if (flush->is_touching) {
        vfd->is_touched = true;
    }
}

/* A journal that stays because the flush failed goes on, where nothing has come behind it. */
static void note_journal(struct vfd *vfd, const struct vfdc_media_flush *flush)
{
    struct vfd_journal *journal = &vfd->journal;
    unsigned closed = flush->closed;

    journal->is_removal_pending = flush->is_removal_pending;
    if (closed >= VFD_N_JOURNALS) {
        return;
    }
    for (unsigned which = 0; which < VFD_N_JOURNALS && flush->is_journal_doubtful; which++) {
        journal->file[which].is_doubtful = true;
    }
    if (flush->journal_fd[closed] < 0) {
        journal->file[closed] = (struct vfd_journal_file){ .fd = -1 };
    } else if (journal->file[closed ^ 1u].fd < 0) {
        journal->current = closed;
    }
}

vfdc_result flush_end(struct vfdc_media_flush *flush, struct vfd **whose,
                      struct vfdc_media_error *error)
{
    struct vfd *vfd = vfd_of(flush);
    bool is_written = flush->is_written;
    vfdc_result result;

    *whose = vfd;
    free(flush->copy);
    flush->copy = NULL;
    flush->is_under_way = false;
    vfd->warnings |= flush->warnings;
    note_file(vfd, flush);
    note_journal(vfd, flush);
    result = image_end_flush(&vfd->image, is_written);
    if (!is_written && !vfdc_failed(flush->error.code)) {
        (void)fail_whole(flush, "%p: a flush was given up before it wrote", 0);
    }
    if (error != NULL) {
        *error = flush->error;
    }
    if (!is_written) {
        result = flush->error.code;
    }
    return result;
}

static vfdc_result flush_rounds(struct vfd *vfd, struct vfdc_media_error *error)
{
    vfdc_result result = VFDC_S_OK;

    for (unsigned round = 0; round < MAX_ROUNDS; round++) {
        vfdc_result ended = begin(vfd, error);

        if (ended == VFDC_S_FALSE) {
            break;
        }
        if (!vfdc_failed(ended)) {
            (void)flush_write(&vfd->flush, NULL);
            ended = flush_end(&vfd->flush, &vfd, error);
        }
        if (vfdc_failed(ended)) {
            return ended;
        }
        if (ended == VFDC_S_FALSE) {
            result = VFDC_S_FALSE;
        }
    }
    return result;
}

vfdc_result flush_all(struct vfdc_media *media, struct vfdc_media_error *error)
{
    struct vfd *vfd = (struct vfd *)media;
    const bool was_busy = vfd->is_busy;
    vfdc_result result;

    vfd->is_busy = true;
    result = flush_rounds(vfd, error);
    vfd->is_busy = was_busy;
    return result;
}
