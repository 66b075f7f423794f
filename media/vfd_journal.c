/*
 * The journal's files; see vfd_journal.h, and journal.h for what is in them.
 */
#include "vfd_journal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "file.h"
#include "hash.h"
#include "journal.h"

#define NEW_FILE_FLAGS (O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY)

/* As many records as all sectors of a disk make. */
#define MAX_APPENDS (IMAGE_MAX_SECTORS / JOURNAL_RECORD_SECTORS + 1u)

_Static_assert(JOURNAL_HEADER_BYTES + JOURNAL_RECORD_BYTES <= IMAGE_MOVE_BYTES,
               "a record goes out in one call");

void vfd_journal_init(struct vfd_journal *journal)
{
    for (unsigned which = 0; which < VFD_N_JOURNALS; which++) {
        journal->file[which] = (struct vfd_journal_file){ .fd = -1 };
    }
    journal->current = 0;
    journal->serial = 1;
    journal->is_removal_pending = false;
    journal->n_pending = 0;
}

/* ---- names ------------------------------------------------------------------------------- */

static void name_it(const struct vfd *vfd, const char *suffix, char *name)
{
    size_t n_image = file_name_length(vfd->name);
    size_t n_suffix = strlen(suffix);

    if (1u + n_image + n_suffix >= VFD_NAME_BYTES) {
        name[0] = '\0'; /* no system takes such a name */
        return;
    }
    name[0] = '.';
    memcpy(name + 1, vfd->name, n_image);
    memcpy(name + 1 + n_image, suffix, n_suffix + 1u);
}

void vfd_journal_name(struct vfd *vfd)
{
    name_it(vfd, ".vfdc-journal", vfd->journal.name[0]);
    name_it(vfd, ".vfdc-journal-2", vfd->journal.name[1]);
}

void vfd_journal_name_aside(struct vfd *vfd, unsigned n)
{
    char suffix[] = "." VFD_JOURNAL_ASIDE "-000";

    for (size_t i = sizeof(suffix) - 2u; i >= sizeof(suffix) - 4u; i--) {
        suffix[i] = (char)('0' + (int)(n % 10u));
        n /= 10u;
    }
    name_it(vfd, suffix, vfd->journal.name_aside);
}

/* ---- files ------------------------------------------------------------------------------- */

bool vfd_journal_stands(const struct vfd *vfd)
{
    return vfd->journal.file[0].fd >= 0 || vfd->journal.file[1].fd >= 0;
}

uint64_t vfd_journal_bytes(const struct vfd *vfd)
{
    const struct vfd_journal_file *file = &vfd->journal.file[vfd->journal.current & 1u];

    return file->fd >= 0 ? file->n_bytes : 0;
}

bool vfd_journal_is_full(const struct vfd *vfd)
{
    return vfd_journal_bytes(vfd) > VFD_JOURNAL_MOST_BYTES;
}

int vfd_journal_unlink(const struct vfd *vfd, unsigned which)
{
    int result = vfd->system->unlink_at(vfd->system_opaque, vfd->directory,
                                        vfd->journal.name[which & 1u]);

    return result == 0 ? 0 : vfd_errno(result);
}

static void close_one(struct vfd *vfd, unsigned which)
{
    if (vfd->journal.file[which].fd >= 0) {
        (void)vfd->system->close(vfd->system_opaque, vfd->journal.file[which].fd);
        vfd->journal.file[which].fd = -1;
    }
}

void vfd_journal_close(struct vfd *vfd)
{
    for (unsigned which = 0; which < VFD_N_JOURNALS; which++) {
        close_one(vfd, which);
    }
}

/* The newer one first: what is left then is what was written until it began. */
int vfd_journal_discard(struct vfd *vfd)
{
    const unsigned order[VFD_N_JOURNALS] = { vfd->journal.current & 1u,
                                             (vfd->journal.current & 1u) ^ 1u };
    bool is_any = vfd_journal_stands(vfd) || vfd->journal.is_removal_pending;
    int result = 0;

    for (unsigned i = 0; i < VFD_N_JOURNALS && result == 0; i++) {
        if (vfd->journal.file[order[i]].fd >= 0) {
            result = vfd_journal_unlink(vfd, order[i]);
        }
        if (result == 0) {
            close_one(vfd, order[i]);
        }
    }
    if (result == 0 && is_any) {
        result = vfd->system->sync_directory(vfd->system_opaque, vfd->directory);
        result = result == 0 ? 0 : vfd_errno(result);
    }
    vfd_journal_forget(vfd, 0);
    return result;
}

/* ---- what was written -------------------------------------------------------------------- */

bool vfd_journal_is_kept(const struct vfd *vfd)
{
    return vfd->durability == VFDC_DURABILITY_JOURNAL && vfd->directory >= 0;
}

void vfd_journal_note(struct vfd *vfd, uint32_t lba)
{
    struct vfd_journal *journal = &vfd->journal;
    struct image_run run = image_find_run(&vfd->image, lba, 1);

    if (!vfd_journal_is_kept(vfd) || lba >= IMAGE_MAX_SECTORS || run.n_bytes == 0 ||
        journal->is_pending[lba] || journal->n_pending >= IMAGE_MAX_SECTORS) {
        return;
    }
    journal->pending[journal->n_pending] = lba;
    journal->n_pending++;
    journal->is_pending[lba] = true;
    journal->old_hash[lba] = hash_of(run.bytes, run.n_bytes);
}

void vfd_journal_forget(struct vfd *vfd, uint32_t n_pending)
{
    struct vfd_journal *journal = &vfd->journal;

    for (uint32_t i = n_pending; i < IMAGE_MAX_SECTORS && i < journal->n_pending; i++) {
        if (journal->pending[i] < IMAGE_MAX_SECTORS) {
            journal->is_pending[journal->pending[i]] = false;
        }
    }
    if (journal->n_pending > n_pending) {
        journal->n_pending = n_pending;
    }
}

/* ---- appending --------------------------------------------------------------------------- */

/* The first of what is pending, as a record. */
static size_t make_record(struct vfd *vfd, uint8_t *bytes, struct journal_record *record)
{
    const struct vfd_journal *journal = &vfd->journal;

    *record = (struct journal_record){
        .serial = journal->serial,
        .n_sectors = journal->n_pending < JOURNAL_RECORD_SECTORS ? journal->n_pending
                                                                 : JOURNAL_RECORD_SECTORS,
        .sector_bytes = image_sector_bytes(&vfd->image),
    };
    journal_begin_record(bytes, record);
    for (uint32_t i = 0; i < JOURNAL_RECORD_SECTORS && i < record->n_sectors; i++) {
        uint32_t lba = journal->pending[i];
        struct image_run run = image_find_run(&vfd->image, lba, 1);

        if (lba < IMAGE_MAX_SECTORS && run.n_bytes != 0) {
            journal_put_sector(bytes, record, i, lba, journal->old_hash[lba], run.bytes);
        }
    }
    journal_end_record(bytes, record);
    return journal_record_bytes(record);
}

static void make_header(const struct vfd *vfd, unsigned which, uint8_t *bytes)
{
    const struct vfd_journal_file *file = &vfd->journal.file[which & 1u];
    const struct journal_header header = {
        .sector_bytes = image_sector_bytes(&vfd->image),
        .disk_bytes = (uint64_t)vfd->image.n_sectors * image_sector_bytes(&vfd->image),
        .inode = vfd->inode,
        .first_serial = file->first_serial,
        .is_following = file->is_following,
    };

    journal_put_header(bytes, &header);
}

int vfd_journal_stand_alone(struct vfd *vfd, unsigned which)
{
    struct vfd_journal_file *file = &vfd->journal.file[which & 1u];
    size_t done = 0;
    int result;

    if (file->fd < 0 || !file->is_following) {
        return 0;
    }
    file->is_following = false;
    make_header(vfd, which, vfd->journal.record);
    result = vfd_write_to(vfd, file->fd, vfd->journal.record, JOURNAL_HEADER_BYTES, 0, &done);
    if (result != 0) {
        file->is_following = true;
    }
    return result == VFD_ENDED ? EIO : result;
}

/* What is in the journal is pending no more. */
static void note_appended(struct vfd_journal *journal, uint32_t n_sectors)
{
    uint32_t n_left = 0;

    for (uint32_t i = 0; i < IMAGE_MAX_SECTORS && i < journal->n_pending; i++) {
        uint32_t lba = journal->pending[i];

        if (i >= n_sectors && n_left < IMAGE_MAX_SECTORS) {
            journal->pending[n_left] = lba;
            n_left++;
        } else if (lba < IMAGE_MAX_SECTORS) {
            journal->is_pending[lba] = false;
        }
    }
    journal->n_pending = n_left;
}

static int begin_file(struct vfd *vfd, unsigned which)
{
    int fd = vfd->system->open_at(vfd->system_opaque, vfd->directory,
                                  vfd->journal.name[which & 1u], NEW_FILE_FLAGS, 0600);

    if (fd < 0) {
        return vfd_errno(fd);
    }
    vfd->journal.file[which].fd = fd;
    vfd->journal.file[which].n_bytes = 0;
    vfd->journal.file[which].is_doubtful = false;
    return 0;
}

/* A record that did not come whole goes again, and with it a file that has no other. */
static void cut_off(struct vfd *vfd, unsigned which)
{
    const struct vfd_journal_file *file = &vfd->journal.file[which];

    if (file->n_bytes == 0 && vfd_journal_unlink(vfd, which) == 0) {
        close_one(vfd, which);
    } else {
        (void)vfd->system->truncate(vfd->system_opaque, file->fd, file->n_bytes);
    }
}

/* One record, in one call; with the header if the file is new. */
static int append_one(struct vfd *vfd)
{
    struct vfd_journal *journal = &vfd->journal;
    unsigned which = journal->current & 1u;
    struct vfd_journal_file *file = &journal->file[which];
    struct journal_record record;
    size_t n_bytes, done = 0;
    size_t n_header = 0;
    int result = 0;

    if (file->fd < 0 || file->n_bytes == 0) {
        n_header = JOURNAL_HEADER_BYTES;
        file->first_serial = journal->serial;
        file->is_following = journal->file[which ^ 1u].fd >= 0;
        make_header(vfd, which, journal->record);
    }
    n_bytes = n_header + make_record(vfd, journal->record + n_header, &record);
    if (file->fd < 0) {
        result = begin_file(vfd, which);
    }
    if (result != 0) {
        return result;
    }
    result = vfd_write_to(vfd, file->fd, journal->record, n_bytes, file->n_bytes, &done);
    if (result != 0) {
        cut_off(vfd, which);
        return result == VFD_ENDED ? EIO : result;
    }
    file->n_bytes += n_bytes;
    journal->serial++;
    note_appended(journal, record.n_sectors);
    return 0;
}

int vfd_journal_append(struct vfd *vfd)
{
    int result = 0;

    if (!vfd_journal_stands(vfd)) {
        vfd->journal.current = 0; /* the second name is for what comes during a flush */
    }
    for (unsigned i = 0; i < MAX_APPENDS && vfd->journal.n_pending > 0 && result == 0; i++) {
        result = append_one(vfd);
    }
    return result;
}

/* ---- reading ------------------------------------------------------------------------------ */

int vfd_journal_read(struct vfd *vfd, int fd, const struct vfd_journal_place *place,
                     struct journal_record *record)
{
    uint32_t sector_bytes = image_sector_bytes(&vfd->image);
    uint8_t *bytes = vfd->journal.record;
    size_t n_there = JOURNAL_SHORT_BYTES;
    size_t n_record;
    int result;

    if (place->offset >= place->n_bytes) {
        return VFD_ENDED;
    }
    if (place->n_bytes - place->offset < n_there) {
        n_there = (size_t)(place->n_bytes - place->offset);
    }
    result = vfd_read_from(vfd, fd, bytes, n_there, place->offset);
    n_record = result == 0 ? journal_get_head(bytes, n_there, sector_bytes, record) : 0;
    if (n_record > n_there && n_record <= place->n_bytes - place->offset) {
        result = vfd_read_from(vfd, fd, bytes, n_record, place->offset);
    }
    if (result != 0) {
        return result == VFD_ENDED ? EIO : result;
    }
    if (n_record > place->n_bytes - place->offset) {
        return VFD_ENDED;
    }
    return journal_get_record(bytes, n_record, sector_bytes, record) &&
                   record->serial == place->serial
               ? 0
               : VFD_ENDED;
}

/* ---- once more ---------------------------------------------------------------------------- */

/* So many bytes that were just read to vfd->journal.record. */
static int put_back(struct vfd *vfd, const struct vfd_journal_file *file, size_t n_bytes,
                    uint64_t offset)
{
    size_t done = 0;

    return vfd_write_to(vfd, file->fd, vfd->journal.record, n_bytes, offset, &done);
}

static int write_header_again(struct vfd *vfd, const struct vfd_journal_file *file,
                              struct journal_header *header)
{
    int result = vfd_read_from(vfd, file->fd, vfd->journal.record, JOURNAL_HEADER_BYTES, 0);

    if (result != 0) {
        return result;
    }
    if (!journal_get_header(vfd->journal.record, header)) {
        return EIO;
    }
    return put_back(vfd, file, JOURNAL_HEADER_BYTES, 0);
}

/* The record at *offset, with that serial; then *offset is behind it. */
static int write_record_again(struct vfd *vfd, const struct vfd_journal_file *file,
                              uint64_t serial, uint64_t *offset)
{
    const struct vfd_journal_place place = { file->n_bytes, *offset, serial };
    struct journal_record record = { .serial = 0 };
    int result = vfd_journal_read(vfd, file->fd, &place, &record);

    if (result != 0) {
        return result;
    }
    *offset = place.offset + journal_record_bytes(&record);
    return put_back(vfd, file, journal_record_bytes(&record), place.offset);
}

/*
 * After a sync that failed the system may take what it has of the file for written, and drop it
 * later; another sync alone would succeed and prove nothing.
 */
static int write_again(struct vfd *vfd, const struct vfd_journal_file *file)
{
    struct journal_header header = { .first_serial = 0 };
    uint64_t offset = JOURNAL_HEADER_BYTES;
    int result = write_header_again(vfd, file, &header);

    for (uint32_t n = 0; n < VFD_JOURNAL_MAX_RECORDS && offset < file->n_bytes && result == 0;
         n++) {
        result = write_record_again(vfd, file, header.first_serial + n, &offset);
    }
    return result == VFD_ENDED ? EIO : result;
}

int vfd_journal_write_again(struct vfd *vfd)
{
    int result = 0;

    for (unsigned which = 0; which < VFD_N_JOURNALS && result == 0; which++) {
        struct vfd_journal_file *file = &vfd->journal.file[which];

        if (file->fd >= 0 && file->is_doubtful) {
            result = write_again(vfd, file);
            file->is_doubtful = result != 0;
        }
    }
    return result;
}
