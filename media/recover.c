/*
 * Recovery; see recover.h.  All records are looked at before the first is applied: the image must
 * hold, of each sector that they name, what stood there before the first of them, or what one of
 * them wrote.  Anything else was written by someone else, and is not overwritten.  Then the records
 * are played back in memory, and a flush does the rest: if it is cut, the journal still stands.
 */
#include "recover.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "flush.h"
#include "hash.h"
#include "journal.h"
#include "text.h"
#include "vfd_journal.h"

/* O_NONBLOCK: a pipe of that name must not hold us up. */
#define OPEN_FLAGS (O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

#define MAX_ASIDE 1000u

/* Its place on the stack is not its caller's, who goes on without it. */
#ifdef __GNUC__
#define APART __attribute__((noinline))
#else
#define APART
#endif

/* One journal, as it is found. */
enum kind {
    ABSENT,
    FOREIGN, /* not what we leave: set aside */
    EMPTY,   /* nothing in it was ever synced: removed */
    GOOD,
};

struct found {
    enum kind kind;
    bool is_following; /* as its header says */
    uint64_t first_serial;
    uint64_t n_bytes; /* of the file */
};

/* What is known of a sector. */
enum sector {
    NOT_NAMED,
    NOT_KNOWN, /* it holds nothing that the records know */
    KNOWN,
};

struct known {
    uint64_t hash[IMAGE_MAX_SECTORS]; /* of what the image holds */
    uint8_t sector[IMAGE_MAX_SECTORS];
};

struct recovery {
    struct vfd *vfd;
    struct vfdc_media_error *error;
    struct found found[VFD_N_JOURNALS];
    unsigned order[VFD_N_JOURNALS]; /* the older one first */
    uint32_t n_records;
    uint64_t next_serial;
    bool is_foreign;
    struct known *known;
};

static vfdc_result refuse(const struct recovery *recovery, const char *form, int system_errno)
{
    const struct text_facts facts = {
        .path = recovery->vfd->path,
        .system_errno = system_errno,
    };

    return text_fail(recovery->error, VFDC_VM_E_IMAGE_CAPTURE_FAIL, VFDC_MEDIA_NO_LBA, form,
                     &facts);
}

/* ---- finding ----------------------------------------------------------------------------- */

static bool is_zeros(const uint8_t *bytes, size_t n_bytes)
{
    size_t i = 0;

    while (i < JOURNAL_HEADER_BYTES && i < n_bytes && bytes[i] == 0) {
        i++;
    }
    return i == n_bytes;
}

/* A journal of ours, for this image? */
static enum kind kind_of(const struct vfd *vfd, const uint8_t *bytes, size_t n_bytes,
                         struct journal_header *header)
{
    uint64_t sector_bytes = image_sector_bytes(&vfd->image);

    if (n_bytes < JOURNAL_HEADER_BYTES || is_zeros(bytes, n_bytes)) {
        return is_zeros(bytes, n_bytes) ? EMPTY : FOREIGN;
    }
    if (!journal_get_header(bytes, header) || header->sector_bytes != sector_bytes ||
        header->disk_bytes != vfd->image.n_sectors * sector_bytes ||
        header->inode != vfd->inode) {
        return FOREIGN;
    }
    return GOOD;
}

static bool is_ours(const struct vfd *vfd, const struct vfdc_system_status *status)
{
    return S_ISREG(status->mode) && status->n_links == 1 &&
           status->owner == vfd->system->user(vfd->system_opaque);
}

/* Its file is open in vfd->journal, if it is GOOD. */
static APART vfdc_result examine(struct recovery *recovery, unsigned which, int fd)
{
    struct vfd *vfd = recovery->vfd;
    struct found *found = &recovery->found[which];
    struct vfdc_system_status status = { .n_bytes = 0 };
    struct journal_header header = { .sector_bytes = 0 };
    uint8_t *bytes = vfd->journal.record;
    size_t n_bytes = JOURNAL_HEADER_BYTES;
    int result = vfd->system->status(vfd->system_opaque, fd, &status);

    if (result != 0) {
        return refuse(recovery, "%p: cannot examine its journal: %e", vfd_errno(result));
    }
    if (!is_ours(vfd, &status)) {
        found->kind = FOREIGN;
        return VFDC_S_OK;
    }
    if (status.n_bytes < n_bytes) {
        n_bytes = (size_t)status.n_bytes;
    }
    result = n_bytes != 0 ? vfd_read_from(vfd, fd, bytes, n_bytes, 0) : 0;
    if (result != 0) {
        return refuse(recovery, "%p: cannot read its journal: %e",
                      result == VFD_ENDED ? EIO : result);
    }
    found->n_bytes = status.n_bytes;
    found->kind = kind_of(vfd, bytes, n_bytes, &header);
    found->is_following = header.is_following;
    found->first_serial = header.first_serial;
    return VFDC_S_OK;
}

static vfdc_result find(struct recovery *recovery, unsigned which)
{
    struct vfd *vfd = recovery->vfd;
    vfdc_result result;
    int fd = vfd->system->open_at(vfd->system_opaque, vfd->directory,
                                  vfd->journal.name[which & 1u],
                                  (vfd->image.is_read_only ? O_RDONLY : O_RDWR) | OPEN_FLAGS, 0);

    if (fd < 0) {
        switch (vfd_errno(fd)) {
        case ENOENT:
        case ENAMETOOLONG:
            return VFDC_S_OK;
        case ELOOP:  /* a symbolic link */
        case EISDIR:
        case ENXIO: /* a socket */
            recovery->found[which].kind = FOREIGN;
            return VFDC_S_OK;
        default:
            return refuse(recovery, "%p: cannot open its journal: %e", vfd_errno(fd));
        }
    }
    result = examine(recovery, which, fd);
    if (!vfdc_failed(result) && recovery->found[which].kind == GOOD) {
        vfd->journal.file[which].fd = fd;
        vfd->journal.file[which].n_bytes = JOURNAL_HEADER_BYTES;
        /* what the last holder's syncs said nobody knows */
        vfd->journal.file[which].is_doubtful = true;
        vfd->is_size_pending = true;
    } else {
        (void)vfd->system->close(vfd->system_opaque, fd);
    }
    return result;
}

/* ---- what is not to be applied ------------------------------------------------------------ */

static void drop(struct recovery *recovery, unsigned which)
{
    struct vfd *vfd = recovery->vfd;

    if (vfd->journal.file[which].fd >= 0) {
        (void)vfd->system->close(vfd->system_opaque, vfd->journal.file[which].fd);
        vfd->journal.file[which].fd = -1;
    }
    recovery->found[which].kind = ABSENT;
}

/* Where nothing may be written it is only passed over. */
static vfdc_result set_aside(struct recovery *recovery, unsigned which)
{
    struct vfd *vfd = recovery->vfd;
    int result = -EEXIST;

    drop(recovery, which);
    vfd->warnings |= VFDC_WARNING_JOURNAL_ASIDE;
    if (vfd->image.is_read_only) {
        return VFDC_S_OK;
    }
    for (unsigned n = 1; n < MAX_ASIDE && result == -EEXIST; n++) {
        vfd_journal_name_aside(vfd, n);
        result = vfd->system->rename_at(vfd->system_opaque, vfd->directory,
                                        vfd->journal.name[which & 1u], vfd->journal.name_aside);
    }
    if (result == 0) {
        result = vfd->system->sync_directory(vfd->system_opaque, vfd->directory);
    }
    return result == 0 ? VFDC_S_OK
                       : refuse(recovery, "%p: cannot set aside a journal that is not its own: %e",
                                vfd_errno(result));
}

static vfdc_result remove_one(struct recovery *recovery, unsigned which)
{
    struct vfd *vfd = recovery->vfd;
    int result;

    drop(recovery, which);
    if (vfd->image.is_read_only) {
        return VFDC_S_OK;
    }
    result = vfd_journal_unlink(vfd, which);
    if (result == 0) {
        result = vfd->system->sync_directory(vfd->system_opaque, vfd->directory);
        result = result == 0 ? 0 : vfd_errno(result);
    }
    return result == 0 ? VFDC_S_OK
                       : refuse(recovery, "%p: cannot remove an empty journal: %e", result);
}

/* ---- records ----------------------------------------------------------------------------- */

typedef vfdc_result visit_sector(struct recovery *recovery, uint32_t lba, uint64_t old_hash,
                                 const uint8_t *content);

/*
 * The record at `offset` of a journal, into vfd->journal.record; `serial` is the one that is due.
 * S_FALSE at the journal's end, which is the first that is not whole and undamaged.  One that
 * cannot be read is no end: what is behind it was promised to the guest.
 */
static vfdc_result read_record(struct recovery *recovery, unsigned which, uint64_t offset,
                               uint64_t serial, struct journal_record *record)
{
    struct vfd *vfd = recovery->vfd;
    const struct vfd_journal_place place = { recovery->found[which].n_bytes, offset, serial };
    int result = vfd_journal_read(vfd, vfd->journal.file[which].fd, &place, record);

    if (result == VFD_ENDED) {
        return VFDC_S_FALSE;
    }
    return result == 0 ? VFDC_S_OK
                       : refuse(recovery, "%p: cannot read its journal: %e", result);
}

static vfdc_result visit_record(struct recovery *recovery, const struct journal_record *record,
                                visit_sector *visit)
{
    vfdc_result result = VFDC_S_OK;

    for (uint32_t i = 0; i < JOURNAL_RECORD_SECTORS && i < record->n_sectors; i++) {
        uint64_t lba = 0, old_hash = 0;
        const uint8_t *content = journal_get_sector(recovery->vfd->journal.record, record, i,
                                                    &lba, &old_hash);

        if (content == NULL || lba >= recovery->vfd->image.n_sectors ||
            lba >= (uint64_t)IMAGE_MAX_SECTORS) {
            recovery->is_foreign = true;
        } else if (!vfdc_failed(result)) {
            result = visit(recovery, (uint32_t)lba, old_hash, content);
        }
    }
    return result;
}

/* Each sector of each record of a journal, in order. */
static vfdc_result visit_journal(struct recovery *recovery, unsigned which, visit_sector *visit)
{
    uint64_t offset = JOURNAL_HEADER_BYTES;
    struct journal_record record = { .serial = 0 };
    vfdc_result result = VFDC_S_OK;

    for (uint32_t n = 0; n < VFD_JOURNAL_MAX_RECORDS && !vfdc_failed(result); n++) {
        result = read_record(recovery, which, offset, recovery->next_serial, &record);
        if (result != VFDC_S_OK) {
            break;
        }
        result = visit_record(recovery, &record, visit);
        offset += journal_record_bytes(&record);
        recovery->next_serial++;
        recovery->n_records++;
    }
    recovery->vfd->journal.file[which].n_bytes = offset;
    return vfdc_failed(result) ? result : VFDC_S_OK;
}

/* All of them; a journal that does not follow on what the older one has whole is not read. */
static vfdc_result visit_all(struct recovery *recovery, visit_sector *visit)
{
    vfdc_result result = VFDC_S_OK;
    bool is_first = true;

    recovery->n_records = 0;
    for (unsigned i = 0; i < VFD_N_JOURNALS && !vfdc_failed(result); i++) {
        unsigned which = recovery->order[i] & 1u;
        const struct found *found = &recovery->found[which];

        if (found->kind != GOOD) {
            continue;
        }
        if (is_first) {
            recovery->next_serial = found->first_serial;
        }
        is_first = false;
        if (found->first_serial == recovery->next_serial) {
            result = visit_journal(recovery, which, visit);
        }
    }
    return result;
}

/* ---- looking ----------------------------------------------------------------------------- */

static vfdc_result look_at(struct recovery *recovery, uint32_t lba, uint64_t old_hash,
                           const uint8_t *content)
{
    struct vfd *vfd = recovery->vfd;
    struct image_run run = image_find_run(&vfd->image, lba, 1);
    uint32_t count = vfd->image.geometry.sectors;

    if (lba >= IMAGE_MAX_SECTORS || run.n_bytes == 0 || count == 0) {
        recovery->is_foreign = true;
        return VFDC_S_OK;
    }
    if (recovery->known->sector[lba] == NOT_NAMED) {
        if (vfd_load_track(vfd, lba / count) != VFDC_MEDIA_OK) {
            return refuse(recovery, "%p: cannot be read to recover what its journal has", EIO);
        }
        recovery->known->hash[lba] = hash_of(run.bytes, run.n_bytes);
        recovery->known->sector[lba] =
            recovery->known->hash[lba] == old_hash ? KNOWN : NOT_KNOWN;
    }
    if (hash_of(content, image_sector_bytes(&vfd->image)) == recovery->known->hash[lba]) {
        recovery->known->sector[lba] = KNOWN;
    }
    return VFDC_S_OK;
}

static vfdc_result look(struct recovery *recovery)
{
    vfdc_result result;

    recovery->known = calloc(1, sizeof(*recovery->known));
    if (recovery->known == NULL) {
        return text_fail_plain(recovery->error, VFDC_E_OUTOFMEMORY, "out of memory");
    }
    result = visit_all(recovery, look_at);
    for (uint32_t lba = 0; lba < IMAGE_MAX_SECTORS; lba++) {
        if (recovery->known->sector[lba] == NOT_KNOWN) {
            recovery->is_foreign = true;
        }
    }
    free(recovery->known);
    recovery->known = NULL;
    return result;
}

/* ---- applying ---------------------------------------------------------------------------- */

static vfdc_result play_back(struct recovery *recovery, uint32_t lba, uint64_t old_hash,
                             const uint8_t *content)
{
    struct vfd *vfd = recovery->vfd;
    struct image_run run = image_find_run(&vfd->image, lba, 1);

    (void)old_hash;
    if (run.n_bytes != 0) {
        memcpy(run.bytes, content, image_sector_bytes(&vfd->image));
    }
    if (!vfd->image.is_read_only) {
        image_note_written(&vfd->image, lba);
    }
    return VFDC_S_OK;
}

/*
 * Journals that have no record to apply, or stand behind a gap: their ends were cut off.  The newer
 * one goes first: if this is cut, it must not be left alone.
 */
static vfdc_result remove_cut(struct recovery *recovery)
{
    vfdc_result result = VFDC_S_OK;

    for (unsigned i = VFD_N_JOURNALS; i > 0 && !vfdc_failed(result); i--) {
        unsigned which = recovery->order[i - 1u] & 1u;
        const struct vfd_journal_file *file = &recovery->vfd->journal.file[which];

        if (file->fd >= 0 && file->n_bytes == JOURNAL_HEADER_BYTES) {
            result = remove_one(recovery, which);
        }
    }
    return result;
}

static vfdc_result apply(struct recovery *recovery)
{
    struct vfd *vfd = recovery->vfd;
    vfdc_result result = remove_cut(recovery);

    if (!vfdc_failed(result)) {
        result = visit_all(recovery, play_back);
    }
    if (vfdc_failed(result) || recovery->n_records == 0) {
        return result;
    }
    vfd->warnings |= VFDC_WARNING_JOURNAL_APPLIED;
    vfd->journal.serial = recovery->next_serial;
    vfd->journal.current = recovery->order[1] & 1u;
    if (vfd->journal.file[vfd->journal.current].fd < 0) {
        vfd->journal.current ^= 1u;
    }
    if (vfd->image.is_read_only) {
        return VFDC_S_OK;
    }
    result = flush_all(&vfd->image.base, recovery->error);
    if (!vfdc_failed(result)) {
        return VFDC_S_OK;
    }
    if (recovery->error != NULL) {
        recovery->error->code = VFDC_VM_E_IMAGE_CAPTURE_FAIL;
    }
    return VFDC_VM_E_IMAGE_CAPTURE_FAIL;
}

/* ---- all of it --------------------------------------------------------------------------- */

static vfdc_result put_away(struct recovery *recovery, unsigned which)
{
    switch (recovery->found[which].kind) {
    case FOREIGN:
        return set_aside(recovery, which);
    case EMPTY:
        return remove_one(recovery, which);
    default:
        return VFDC_S_OK;
    }
}

/* One that follows another goes with it, and before it: alone it would look good. */
static vfdc_result find_all(struct recovery *recovery)
{
    struct found *found = recovery->found;
    unsigned first = 0;
    vfdc_result result = VFDC_S_OK;

    for (unsigned which = 0; which < VFD_N_JOURNALS && !vfdc_failed(result); which++) {
        result = find(recovery, which);
    }
    for (unsigned which = 0; which < VFD_N_JOURNALS && !vfdc_failed(result); which++) {
        enum kind other = found[which ^ 1u].kind;

        if (found[which].kind == GOOD && found[which].is_following &&
            (other == EMPTY || other == FOREIGN)) {
            found[which].kind = other;
            first = which;
            break;
        }
    }
    if (!vfdc_failed(result)) {
        result = put_away(recovery, first);
    }
    return vfdc_failed(result) ? result : put_away(recovery, first ^ 1u);
}

static APART vfdc_result recover_found(struct recovery *recovery)
{
    const struct found *found = recovery->found;
    bool is_swapped = found[0].kind == GOOD && found[1].kind == GOOD &&
                      found[1].first_serial < found[0].first_serial;
    vfdc_result result;

    recovery->order[0] = is_swapped ? 1 : 0;
    recovery->order[1] = is_swapped ? 0 : 1;
    result = look(recovery);
    if (vfdc_failed(result) || !recovery->is_foreign) {
        return vfdc_failed(result) ? result : apply(recovery);
    }
    for (unsigned i = VFD_N_JOURNALS; i > 0 && !vfdc_failed(result); i--) {
        unsigned which = recovery->order[i - 1u] & 1u;

        if (found[which].kind == GOOD) {
            result = set_aside(recovery, which);
        }
    }
    return result;
}

APART vfdc_result recover(struct vfd *vfd, struct vfdc_media_error *error)
{
    struct recovery recovery = { .vfd = vfd, .error = error };
    vfdc_result result;

    if (vfd->directory < 0) {
        return VFDC_S_OK;
    }
    result = find_all(&recovery);
    if (!vfdc_failed(result) && vfd_journal_stands(vfd)) {
        result = recover_found(&recovery);
    }
    if (vfd->image.is_read_only) {
        vfd_journal_close(vfd);
    }
    return result;
}
