/*
 * The system calls of file media, as POSIX has them, with errno values returned negative.
 */
#define _GNU_SOURCE /* O_NOATIME */

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <vfdc/media.h>

/* 0 or -errno of a call that answers 0 or -1. */
static int answer(int result)
{
    return result == 0 ? 0 : -errno;
}

/*
 * Reading an image leaves even its time of last access alone, where the system has that and
 * lets us: only the owner of a file may ask for it.
 */
static int posix_open(void *opaque, const char *path, int flags, uint32_t mode)
{
    int fd;

    (void)opaque;
#ifdef O_NOATIME
    fd = open(path, flags | O_NOATIME, (mode_t)mode);
    if (fd >= 0 || errno != EPERM) {
        return fd >= 0 ? fd : -errno;
    }
#endif
    fd = open(path, flags, (mode_t)mode);
    return fd >= 0 ? fd : -errno;
}

static int posix_status(void *opaque, int fd, struct vfdc_system_status *status)
{
    struct stat seen;

    (void)opaque;
    if (fstat(fd, &seen) != 0) {
        return -errno;
    }
    *status = (struct vfdc_system_status){
        .n_bytes = seen.st_size > 0 ? (uint64_t)seen.st_size : 0,
        .device = (uint64_t)seen.st_dev,
        .inode = (uint64_t)seen.st_ino,
        .mode = (uint32_t)seen.st_mode,
        .n_links = (uint32_t)seen.st_nlink,
    };
    return 0;
}

static int64_t posix_pread(void *opaque, int fd, void *bytes, size_t n_bytes, uint64_t offset)
{
    ssize_t moved;

    (void)opaque;
    if (offset > INT64_MAX) {
        return -EOVERFLOW;
    }
    moved = pread(fd, bytes, n_bytes, (off_t)offset);
    return moved >= 0 ? moved : -errno;
}

static int64_t posix_pwrite(void *opaque, int fd, const void *bytes, size_t n_bytes,
                            uint64_t offset)
{
    ssize_t moved;

    (void)opaque;
    if (offset > INT64_MAX) {
        return -EOVERFLOW;
    }
    moved = pwrite(fd, bytes, n_bytes, (off_t)offset);
    return moved >= 0 ? moved : -errno;
}

static int posix_truncate(void *opaque, int fd, uint64_t n_bytes)
{
    (void)opaque;
    if (n_bytes > INT64_MAX) {
        return -EOVERFLOW;
    }
    return answer(ftruncate(fd, (off_t)n_bytes));
}

static int posix_sync(void *opaque, int fd)
{
    (void)opaque;
    return answer(fdatasync(fd));
}

static int posix_close(void *opaque, int fd)
{
    (void)opaque;
    return answer(close(fd));
}

static const struct vfdc_system posix = {
    .open = posix_open,
    .status = posix_status,
    .pread = posix_pread,
    .pwrite = posix_pwrite,
    .truncate = posix_truncate,
    .sync = posix_sync,
    .close = posix_close,
};

const struct vfdc_system *vfdc_system_posix(void)
{
    return &posix;
}
