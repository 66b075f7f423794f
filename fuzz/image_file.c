/* A file in memory.  See image_file.h. */
#include "image_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "check.h"

enum { FD = 7 };

/* In place of an errno: half of the bytes are moved, none are, or none and it says more than all. */
enum { SHORT = -1, NOTHING = -2, TOO_MANY = -3 };

void image_file_make(struct image_file *file, uint64_t n_bytes)
{
    size_t n_used = file->n_bytes < IMAGE_FILE_BYTES ? (size_t)file->n_bytes : IMAGE_FILE_BYTES;

    memset(file->bytes, 0, n_used);
    file->n_bytes = n_bytes;
    file->n_open = 0;
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
    CHECK(strcmp(path, "/a.vfd") == 0, "the file that was named is opened");
    if (error != 0) {
        return -error;
    }
    file->n_open++;
    return FD;
}

static int status(void *opaque, int fd, struct vfdc_system_status *result)
{
    struct image_file *file = opaque;
    int error = fails_plainly(file);

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

static int64_t pread_file(void *opaque, int fd, void *bytes, size_t n_bytes, uint64_t offset)
{
    struct image_file *file = opaque;
    int64_t answer = 0;
    int64_t n_moved = portion(file, n_bytes, offset, &answer);

    CHECK(fd == FD && file->n_open > 0, "only an open file is read");
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

    CHECK(fd == FD && file->n_open > 0, "only an open file is synced");
    return -fails_plainly(file);
}

static int close_file(void *opaque, int fd)
{
    struct image_file *file = opaque;
    int error = fails_plainly(file);

    CHECK(fd == FD && file->n_open > 0, "a file is closed once");
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
    };

    return &system;
}
