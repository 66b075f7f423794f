/* A file in memory.  See image_file.h. */
#include "image_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "check.h"

enum { FD = 7, DIRECTORY_FD, JOURNAL_FD }; /* a second journal's behind the first */

/* In place of an errno: half of the bytes are moved, none are, or none and it says more than all. */
enum { SHORT = -1, NOTHING = -2, TOO_MANY = -3 };

void image_file_make(struct image_file *file, uint64_t n_bytes)
{
    size_t n_used = file->n_bytes < IMAGE_FILE_BYTES ? (size_t)file->n_bytes : IMAGE_FILE_BYTES;

    memset(file->bytes, 0, n_used);
    file->n_bytes = n_bytes;
    file->n_open = 0;
    for (unsigned i = 0; i < 2; i++) {
        file->journal[i].is_there = false;
        file->journal[i].n_open = 0;
    }
    file->n_calls = 0;
    file->n_failed = 0;
    file->n_failing = 0;
    file->mode = S_IFREG | 0600;
}

void image_file_plan(struct image_file *file, unsigned first, unsigned count, unsigned how)
{
    static const uint32_t kinds[] = { S_IFREG, S_IFDIR, S_IFIFO, S_IFSOCK, S_IFBLK, S_IFCHR };

    file->first_failing = first;
    file->n_failing = count % 8u;
    file->how = how;
    if (how >= 240) {
        file->mode = kinds[how % 6u] | 0600;
    }
}

void image_file_mend(struct image_file *file)
{
    file->n_failing = 0;
}

/* 0, an errno, or one of the other ways. */
static int fails(struct image_file *file)
{
    static const int ways[] = { EIO, ENOSPC, EINTR, EACCES, EROFS, SHORT, NOTHING, TOO_MANY };
    unsigned call = file->n_calls++;

    if (call < file->first_failing || call - file->first_failing >= file->n_failing) {
        return 0;
    }
    file->n_failed++;
    return ways[file->how % 8u];
}

/* For calls that move no bytes. */
static int fails_plainly(struct image_file *file)
{
    int way = fails(file);

    return way < 0 ? EIO : way;
}

static int open_file(void *opaque, const char *path, int flags, uint32_t mode)
{
    struct image_file *file = opaque;
    int error = fails_plainly(file);

    (void)flags;
    (void)mode;
    CHECK(strcmp(path, "/a.vfd") == 0 || strcmp(path, "/") == 0,
          "the file that was named is opened, or its directory");
    if (error != 0) {
        return -error;
    }
    file->n_open++;
    return strcmp(path, "/") == 0 ? DIRECTORY_FD : FD;
}

/* ---- beside it ---- */

/* The journal of a descriptor, or NULL of the image's. */
static struct image_journal *journal_of(struct image_file *file, int fd)
{
    return fd == JOURNAL_FD || fd == JOURNAL_FD + 1 ? &file->journal[fd - JOURNAL_FD] : NULL;
}

static int which_journal(const char *name)
{
    if (strcmp(name, ".a.vfd.vfdc-journal") == 0) {
        return 0;
    }
    return strcmp(name, ".a.vfd.vfdc-journal-2") == 0 ? 1 : -1;
}

static int open_at(void *opaque, int directory, const char *name, int flags, uint32_t mode)
{
    struct image_file *file = opaque;
    int error = fails_plainly(file);
    int which = which_journal(name);

    (void)mode;
    CHECK(directory == DIRECTORY_FD && which >= 0, "only journals are opened beside an image");
    if (error == 0 && file->journal[which].is_there == ((flags & O_CREAT) != 0)) {
        error = (flags & O_CREAT) != 0 ? EEXIST : ENOENT;
    }
    if (error != 0) {
        return -error;
    }
    if ((flags & O_CREAT) != 0) {
        file->journal[which].n_bytes = 0;
        file->journal[which].is_there = true;
    }
    file->journal[which].n_open++;
    return JOURNAL_FD + which;
}

static int remove_journal(struct image_file *file, const char *name)
{
    int error = fails_plainly(file);
    int which = which_journal(name);

    CHECK(which >= 0, "only journals go");
    if (error == 0 && !file->journal[which].is_there) {
        error = ENOENT;
    }
    if (error == 0) {
        file->journal[which].is_there = false;
    }
    return -error;
}

static int unlink_at(void *opaque, int directory, const char *name)
{
    (void)directory;
    return remove_journal(opaque, name);
}

static int rename_at(void *opaque, int directory, const char *from, const char *to)
{
    (void)directory;
    (void)to;
    return remove_journal(opaque, from); /* nobody looks for it where it went */
}

static int status_at(void *opaque, int directory, const char *name,
                     struct vfdc_system_status *result)
{
    (void)directory;
    (void)name;
    (void)result;
    return fails_plainly(opaque) != 0 ? -EIO : -ENOENT;
}

static int ask_directory(void *opaque, int directory)
{
    CHECK(directory == DIRECTORY_FD, "a directory is one");
    return -fails_plainly(opaque);
}

static int resolve(void *opaque, int fd, const char *path, char *resolved, size_t n_bytes)
{
    (void)fd;
    (void)path;
    if (n_bytes >= sizeof("/a.vfd")) {
        memcpy(resolved, "/a.vfd", sizeof("/a.vfd"));
    }
    return -fails_plainly(opaque);
}

static int lock(void *opaque, int fd, uint64_t first, uint64_t n_bytes)
{
    (void)fd;
    (void)first;
    (void)n_bytes;
    return -fails_plainly(opaque);
}

static int device_bytes(void *opaque, int fd, uint64_t *n_bytes)
{
    (void)fd;
    *n_bytes = ((struct image_file *)opaque)->n_bytes;
    return -fails_plainly(opaque);
}

static uint32_t user(void *opaque)
{
    (void)opaque;
    return 0;
}

static int set_owner(void *opaque, int fd, uint32_t owner, uint32_t group, uint32_t mode)
{
    (void)fd;
    (void)owner;
    (void)group;
    (void)mode;
    return -fails_plainly(opaque);
}

/* ---- in it ---- */

static int status(void *opaque, int fd, struct vfdc_system_status *result)
{
    struct image_file *file = opaque;
    int error = fails_plainly(file);

    if (journal_of(file, fd) != NULL) {
        *result = (struct vfdc_system_status){ .n_bytes = journal_of(file, fd)->n_bytes,
                                               .device = 1,
                                               .inode = 3,
                                               .mode = S_IFREG | 0600,
                                               .n_links = 1 };
        return -error;
    }
    CHECK(fd == FD && file->n_open > 0, "only an open file is asked");
    *result = (struct vfdc_system_status){ .n_bytes = file->n_bytes,
                                           .device = 1,
                                           .inode = 2,
                                           .mode = file->mode,
                                           .n_links = 1 };
    return -error;
}

/* How many of `n_bytes` at `offset` go; negative for an errno.  *answer is what is said. */
static int64_t portion(struct image_file *file, size_t n_bytes, uint64_t offset, int64_t *answer)
{
    uint64_t n_there = offset < file->n_bytes ? file->n_bytes - offset : 0;
    int way = fails(file);

    n_there = n_there < IMAGE_FILE_BYTES ? n_there : IMAGE_FILE_BYTES;
    n_bytes = n_bytes < n_there ? n_bytes : (size_t)n_there;
    switch (way) {
    case 0:
        break;
    case SHORT:
        n_bytes /= 2;
        break;
    case NOTHING:
        n_bytes = 0;
        break;
    case TOO_MANY:
        *answer = INT64_MAX;
        return (int64_t)n_bytes;
    default:
        *answer = -way;
        return 0;
    }
    *answer = (int64_t)n_bytes;
    return (int64_t)n_bytes;
}

/* The same in a journal, which grows. */
static int64_t move_journal(struct image_file *file, struct image_journal *journal, void *to,
                            const void *from, size_t n_bytes, uint64_t offset)
{
    uint64_t end = to != NULL ? journal->n_bytes : IMAGE_FILE_JOURNAL_BYTES;
    int way = fails(file);

    if (way > 0) {
        return -way;
    }
    if (way == TOO_MANY) {
        return INT64_MAX;
    }
    if (offset >= end || way == NOTHING) {
        return from != NULL && way == 0 ? -ENOSPC : 0;
    }
    n_bytes = n_bytes < end - offset ? n_bytes : (size_t)(end - offset);
    n_bytes = way == SHORT ? n_bytes / 2 : n_bytes;
    if (to != NULL) {
        memcpy(to, journal->bytes + offset, n_bytes);
    } else {
        memcpy(journal->bytes + offset, from, n_bytes);
        journal->n_bytes = offset + n_bytes > journal->n_bytes ? offset + n_bytes
                                                               : journal->n_bytes;
    }
    return (int64_t)n_bytes;
}

static int64_t pread_file(void *opaque, int fd, void *bytes, size_t n_bytes, uint64_t offset)
{
    struct image_file *file = opaque;
    int64_t answer = 0;
    int64_t n_moved;

    if (journal_of(file, fd) != NULL) {
        return move_journal(file, journal_of(file, fd), bytes, NULL, n_bytes, offset);
    }
    CHECK(fd == FD && file->n_open > 0, "only an open file is read");
    n_moved = portion(file, n_bytes, offset, &answer);
    if (n_moved > 0 && offset + (uint64_t)n_moved <= IMAGE_FILE_BYTES) {
        memcpy(bytes, file->bytes + offset, (size_t)n_moved);
    }
    return answer;
}

static int64_t pwrite_file(void *opaque, int fd, const void *bytes, size_t n_bytes,
                           uint64_t offset)
{
    struct image_file *file = opaque;
    int64_t answer = 0;
    int64_t n_moved;

    if (journal_of(file, fd) != NULL) {
        return move_journal(file, journal_of(file, fd), NULL, bytes, n_bytes, offset);
    }
    CHECK(fd == FD && file->n_open > 0, "only an open file is written");
    CHECK(offset <= file->n_bytes && n_bytes <= file->n_bytes - offset,
          "no write grows a file");
    n_moved = portion(file, n_bytes, offset, &answer);
    memcpy(file->bytes + offset, bytes, (size_t)n_moved);
    return answer;
}

static int truncate_file(void *opaque, int fd, uint64_t n_bytes)
{
    struct image_file *file = opaque;
    int error = fails_plainly(file);

    if (journal_of(file, fd) != NULL) {
        if (error == 0) {
            journal_of(file, fd)->n_bytes = n_bytes;
        }
        return -error;
    }
    CHECK(fd == FD && file->n_open > 0 && n_bytes >= file->n_bytes && n_bytes <= IMAGE_FILE_BYTES,
          "a file is only ever made whole");
    if (error == 0) {
        file->n_bytes = n_bytes;
    }
    return -error;
}

static int sync_file(void *opaque, int fd)
{
    struct image_file *file = opaque;

    CHECK((fd == FD && file->n_open > 0) || journal_of(file, fd) != NULL,
          "only an open file is synced");
    return -fails_plainly(file);
}

static int close_file(void *opaque, int fd)
{
    struct image_file *file = opaque;
    int error = fails_plainly(file);

    if (journal_of(file, fd) != NULL) {
        CHECK(journal_of(file, fd)->n_open > 0, "a journal is closed once");
        journal_of(file, fd)->n_open--;
        return -error;
    }
    CHECK((fd == FD || fd == DIRECTORY_FD) && file->n_open > 0, "a file is closed once");
    file->n_open--;
    return -error;
}

const struct vfdc_system *image_file_system(void)
{
    static const struct vfdc_system system = {
        .open = open_file,
        .status = status,
        .pread = pread_file,
        .pwrite = pwrite_file,
        .truncate = truncate_file,
        .sync = sync_file,
        .close = close_file,
        .open_at = open_at,
        .status_at = status_at,
        .rename_at = rename_at,
        .unlink_at = unlink_at,
        .sync_directory = ask_directory,
        .can_write_directory = ask_directory,
        .resolve = resolve,
        .lock = lock,
        .is_locked = lock,
        .device_bytes = device_bytes,
        .user = user,
        .set_owner = set_owner,
    };

    return &system;
}
