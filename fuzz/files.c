/* A directory in memory.  See files.h. */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "check.h"

enum { FREE = -1, DIRECTORY = 100 };

#define USER 1000u
#define FILES_SECTOR_BYTES 512u

/* In place of an errno: half of the bytes are moved, none are, or all and it says even more. */
enum { SHORT = -1, NOTHING = -2, TOO_MANY = -3 };

/* ---- the directory ---- */

static struct file *add(struct files *files, unsigned i, const char *name)
{
    struct file *file = &files->file[i];
    uint64_t capacity = i == 0 ? FILES_IMAGE_BYTES : FILES_OTHER_BYTES;

    if (file->bytes == NULL) {
        file->bytes = calloc(1, capacity);
        CHECK(file->bytes != NULL, "the fuzzer has memory");
        file->capacity = capacity;
    }
    memset(file->bytes, 0, file->n_bytes < capacity ? (size_t)file->n_bytes : capacity);
    snprintf(file->name, sizeof(file->name), "%s", name);
    file->n_bytes = 0;
    file->modified_ns = ++files->clock_ns;
    file->inode = i + 2u;
    file->mode = S_IFREG | 0600;
    file->owner = USER;
    file->n_open = 0;
    return file;
}

void files_make(struct files *files, uint64_t n_bytes)
{
    for (unsigned i = 0; i < FILES_N; i++) {
        files->file[i].name[0] = '\0';
        files->file[i].n_open = 0;
    }
    for (unsigned i = 0; i < FILES_N_FDS; i++) {
        files->fds[i] = FREE;
    }
    files->n_calls = 0;
    files->n_failed = 0;
    files->n_failing = 0;
    files->is_dead = false;
    add(files, 0, &FILES_PATH[1])->n_bytes = n_bytes;
}

static struct file *find(struct files *files, const char *name)
{
    for (unsigned i = 0; i < FILES_N; i++) {
        if (files->file[i].name[0] != '\0' && strcmp(files->file[i].name, name) == 0) {
            return &files->file[i];
        }
    }
    return NULL;
}

/* A file that has no name yet: one whose last name is gone, and that nobody has open. */
static struct file *find_room(struct files *files, const char *name)
{
    for (unsigned i = 1; i < FILES_N && strlen(name) < FILES_NAME_BYTES; i++) {
        if (files->file[i].name[0] == '\0' && files->file[i].n_open == 0) {
            return add(files, i, name);
        }
    }
    return NULL;
}

struct file *files_add(struct files *files, const char *name, const uint8_t *bytes,
                       size_t n_bytes)
{
    struct file *file = find_room(files, name);

    CHECK(file != NULL && n_bytes <= file->capacity, "the fuzzer has room for a file");
    memcpy(file->bytes, bytes, n_bytes);
    file->n_bytes = n_bytes;
    return file;
}

/* ---- the plan ---- */

void files_plan(struct files *files, unsigned first, unsigned count, unsigned how)
{
    static const uint32_t kinds[] = { S_IFREG, S_IFDIR, S_IFIFO, S_IFSOCK, S_IFBLK, S_IFCHR };

    files->first_failing = first;
    files->n_failing = count % 8u;
    files->how = how;
    if (how >= 240) {
        files->file[0].mode = kinds[how % 6u] | 0600u;
    }
}

void files_mend(struct files *files)
{
    files->n_failing = 0;
}

void files_die(struct files *files)
{
    files->is_dead = true;
    for (unsigned i = 0; i < FILES_N_FDS; i++) {
        files->fds[i] = FREE;
    }
    for (unsigned i = 0; i < FILES_N; i++) {
        files->file[i].n_open = 0;
    }
}

void files_live(struct files *files)
{
    files->is_dead = false;
}

unsigned files_n_open(const struct files *files)
{
    unsigned n = 0;

    for (unsigned i = 0; i < FILES_N_FDS; i++) {
        n += files->fds[i] != FREE;
    }
    return n;
}

/* 0, an errno, or one of the other ways. */
static int fails(struct files *files)
{
    static const int ways[] = { EIO, ENOSPC, EINTR, EACCES, EROFS, SHORT, NOTHING, TOO_MANY };
    unsigned call = files->n_calls++;

    if (files->is_dead) {
        return EIO;
    }
    if (call < files->first_failing || call - files->first_failing >= files->n_failing) {
        return 0;
    }
    files->n_failed++;
    return ways[files->how % 8u];
}

/* For calls that move no bytes. */
static int fails_plainly(struct files *files)
{
    int way = fails(files);

    return way < 0 ? EIO : way;
}

/* ---- calls ---- */

static int take_fd(struct files *files, int leads_to)
{
    for (unsigned i = 0; i < FILES_N_FDS; i++) {
        if (files->fds[i] == FREE) {
            files->fds[i] = leads_to;
            if (leads_to != DIRECTORY) {
                files->file[leads_to].n_open++;
            }
            return (int)i;
        }
    }
    return -EMFILE;
}

/* What an open descriptor leads to; NULL for one of a process that is dead. */
static struct file *file_of(struct files *files, int fd)
{
    if (files->is_dead) {
        return NULL;
    }
    CHECK(fd >= 0 && fd < (int)FILES_N_FDS && files->fds[fd] >= 0 && files->fds[fd] != DIRECTORY,
          "only an open file is used");
    return &files->file[files->fds[fd]];
}

static void check_directory(const struct files *files, int fd)
{
    CHECK(files->is_dead ||
              (fd >= 0 && fd < (int)FILES_N_FDS && files->fds[fd] == DIRECTORY),
          "only an open directory is used");
}

static int open_path(void *opaque, const char *path, int flags, uint32_t mode)
{
    struct files *files = opaque;
    int error = fails_plainly(files);

    (void)mode;
    CHECK((flags & (O_CREAT | O_TRUNC)) == 0, "no image is made or cut by an open");
    if (error != 0) {
        return -error;
    }
    if (strcmp(path, FILES_PATH) == 0) {
        return take_fd(files, 0);
    }
    return strcmp(path, "/") == 0 ? take_fd(files, DIRECTORY) : -ENOENT;
}

static int tell_status(struct file *file, struct vfdc_system_status *result)
{
    *result = (struct vfdc_system_status){
        .n_bytes = file->n_bytes,
        .device = 1,
        .inode = file->inode,
        .modified_ns = file->modified_ns,
        .changed_ns = file->modified_ns,
        .mode = file->mode,
        .n_links = file->name[0] != '\0' ? 1 : 0,
        .owner = file->owner,
        .group = file->owner,
    };
    return 0;
}

static int status(void *opaque, int fd, struct vfdc_system_status *result)
{
    struct files *files = opaque;
    int error = fails_plainly(files);
    struct file *file = file_of(files, fd);

    return error != 0 || file == NULL ? -error : tell_status(file, result);
}

/*
 * How many of `n_bytes` go, where `n_there` can; *answer is what is said.  A call that is short moves
 * whole units, one at least.
 */
static size_t portion(struct files *files, size_t n_bytes, uint64_t n_there, size_t unit,
                      int64_t *answer)
{
    int way = fails(files);

    n_bytes = n_bytes < n_there ? n_bytes : (size_t)n_there;
    switch (way) {
    case 0:
    case TOO_MANY:
        break;
    case SHORT:
        n_bytes = n_bytes / 2 < unit ? n_bytes : n_bytes / 2 / unit * unit;
        break;
    case NOTHING:
        n_bytes = 0;
        break;
    default:
        *answer = -way;
        return 0;
    }
    *answer = way == TOO_MANY ? INT64_MAX : (int64_t)n_bytes;
    return n_bytes;
}

static int64_t pread_file(void *opaque, int fd, void *bytes, size_t n_bytes, uint64_t offset)
{
    struct files *files = opaque;
    struct file *file = file_of(files, fd);
    uint64_t end = file == NULL ? 0 : file->n_bytes < file->capacity ? file->n_bytes
                                                                      : file->capacity;
    int64_t answer = 0;
    size_t n_moved = portion(files, n_bytes, offset < end ? end - offset : 0, 1, &answer);

    if (n_moved > 0) {
        memcpy(bytes, file->bytes + offset, n_moved);
    }
    return answer;
}

/* Only what lies beside an image grows. */
static int64_t pwrite_file(void *opaque, int fd, const void *bytes, size_t n_bytes,
                           uint64_t offset)
{
    struct files *files = opaque;
    struct file *file = file_of(files, fd);
    uint64_t end = file == NULL ? 0 : file->capacity;
    int64_t answer = 0;
    size_t n_moved;

    CHECK(file != &files->file[0] ||
              (offset <= file->n_bytes && n_bytes <= file->n_bytes - offset),
          "no write grows an image");
    /* a sector of the image is written whole or not at all: what the library relies on */
    n_moved = portion(files, n_bytes, offset < end ? end - offset : 0,
                      file == &files->file[0] ? FILES_SECTOR_BYTES : 1, &answer);
    if (n_moved > 0) {
        memcpy(file->bytes + offset, bytes, n_moved);
        file->modified_ns = ++files->clock_ns;
        if (offset + n_moved > file->n_bytes) {
            file->n_bytes = offset + n_moved;
        }
    }
    return answer == 0 && n_bytes > 0 && offset >= end ? -ENOSPC : answer;
}

static int truncate_file(void *opaque, int fd, uint64_t n_bytes)
{
    struct files *files = opaque;
    struct file *file = file_of(files, fd);
    int error = fails_plainly(files);

    if (error != 0 || file == NULL) {
        return -error;
    }
    CHECK(file != &files->file[0] || n_bytes >= file->n_bytes, "an image is only ever made whole");
    CHECK(n_bytes <= file->capacity, "no file is made longer than a disk");
    if (n_bytes < file->n_bytes) {
        memset(file->bytes + n_bytes, 0, (size_t)(file->n_bytes - n_bytes));
    }
    file->n_bytes = n_bytes;
    file->modified_ns = ++files->clock_ns;
    return 0;
}

static int sync_file(void *opaque, int fd)
{
    struct files *files = opaque;

    (void)file_of(files, fd);
    return -fails_plainly(files);
}

static int close_file(void *opaque, int fd)
{
    struct files *files = opaque;
    int error = fails_plainly(files);

    if (files->is_dead) {
        return 0;
    }
    CHECK(fd >= 0 && fd < (int)FILES_N_FDS && files->fds[fd] != FREE,
          "what is open is closed once");
    if (files->fds[fd] != DIRECTORY) {
        files->file[files->fds[fd]].n_open--;
    }
    files->fds[fd] = FREE;
    return -error;
}

static int open_at(void *opaque, int directory, const char *name, int flags, uint32_t mode)
{
    struct files *files = opaque;
    struct file *file = find(files, name);
    int error = fails_plainly(files);

    (void)mode;
    check_directory(files, directory);
    if (error != 0) {
        return -error;
    }
    if (file != NULL && (flags & O_EXCL) != 0) {
        return -EEXIST;
    }
    if (file == NULL && (flags & O_CREAT) != 0) {
        file = find_room(files, name);
        if (file == NULL) {
            return -ENOSPC;
        }
    }
    return file != NULL ? take_fd(files, (int)(file - files->file)) : -ENOENT;
}

static int status_at(void *opaque, int directory, const char *name,
                     struct vfdc_system_status *result)
{
    struct files *files = opaque;
    struct file *file = find(files, name);
    int error = fails_plainly(files);

    check_directory(files, directory);
    if (error != 0) {
        return -error;
    }
    return file != NULL ? tell_status(file, result) : -ENOENT;
}

static int rename_at(void *opaque, int directory, const char *from, const char *to)
{
    struct files *files = opaque;
    struct file *file = find(files, from);
    int error = fails_plainly(files);

    check_directory(files, directory);
    CHECK(files->is_dead || file != &files->file[0], "an image is never renamed");
    if (error != 0) {
        return -error;
    }
    if (file == NULL) {
        return -ENOENT;
    }
    if (find(files, to) != NULL) {
        return -EEXIST;
    }
    snprintf(file->name, sizeof(file->name), "%s", to);
    return 0;
}

static int unlink_at(void *opaque, int directory, const char *name)
{
    struct files *files = opaque;
    struct file *file = find(files, name);
    int error = fails_plainly(files);

    check_directory(files, directory);
    CHECK(files->is_dead || file != &files->file[0], "an image is never removed");
    if (error != 0) {
        return -error;
    }
    if (file == NULL) {
        return -ENOENT;
    }
    file->name[0] = '\0';
    return 0;
}

static int sync_directory(void *opaque, int directory)
{
    struct files *files = opaque;

    check_directory(files, directory);
    return -fails_plainly(files);
}

static int can_write_directory(void *opaque, int directory)
{
    struct files *files = opaque;

    check_directory(files, directory);
    return -fails_plainly(files);
}

static int resolve(void *opaque, int fd, const char *path, char *resolved, size_t n_bytes)
{
    struct files *files = opaque;
    int error = fails_plainly(files);

    (void)file_of(files, fd);
    if (error != 0) {
        return -error;
    }
    return (size_t)snprintf(resolved, n_bytes, "%s", path) < n_bytes ? 0 : -ENAMETOOLONG;
}

static int lock(void *opaque, int fd, uint64_t first, uint64_t n_bytes)
{
    struct files *files = opaque;

    (void)file_of(files, fd);
    (void)first;
    (void)n_bytes;
    return -fails_plainly(files);
}

static int device_bytes(void *opaque, int fd, uint64_t *n_bytes)
{
    struct files *files = opaque;
    struct file *file = file_of(files, fd);
    int error = fails_plainly(files);

    if (error != 0 || file == NULL) {
        return -error;
    }
    *n_bytes = file->n_bytes;
    return 0;
}

static uint32_t user(void *opaque)
{
    (void)opaque;
    return USER;
}

static int set_owner(void *opaque, int fd, uint32_t owner, uint32_t group, uint32_t mode)
{
    struct files *files = opaque;
    struct file *file = file_of(files, fd);
    int error = fails_plainly(files);

    (void)group;
    if (error == 0 && file != NULL) {
        file->owner = owner;
        file->mode = mode;
    }
    return -error;
}

const struct vfdc_system *files_system(void)
{
    static const struct vfdc_system system = {
        .open = open_path,
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
        .sync_directory = sync_directory,
        .can_write_directory = can_write_directory,
        .resolve = resolve,
        .lock = lock,
        .is_locked = lock, /* by nobody else, or it fails */
        .device_bytes = device_bytes,
        .user = user,
        .set_owner = set_owner,
    };

    return &system;
}
