/*
 * The system calls of file media, as POSIX has them, with errno values returned negative.
 */
#define _GNU_SOURCE /* O_NOATIME, open file description locks, renameat2 */

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
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

static uint64_t ns_of(struct timespec time)
{
    return time.tv_sec >= 0 ? (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec : 0;
}

static void tell(const struct stat *seen, struct vfdc_system_status *status)
{
    *status = (struct vfdc_system_status){
        .n_bytes = seen->st_size > 0 ? (uint64_t)seen->st_size : 0,
        .device = (uint64_t)seen->st_dev,
        .inode = (uint64_t)seen->st_ino,
        .modified_ns = ns_of(seen->st_mtim),
        .changed_ns = ns_of(seen->st_ctim),
        .mode = (uint32_t)seen->st_mode,
        .n_links = (uint32_t)seen->st_nlink,
        .owner = (uint32_t)seen->st_uid,
        .group = (uint32_t)seen->st_gid,
    };
}

static int posix_status(void *opaque, int fd, struct vfdc_system_status *status)
{
    struct stat seen;

    (void)opaque;
    if (fstat(fd, &seen) != 0) {
        return -errno;
    }
    tell(&seen, status);
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

static int posix_open_at(void *opaque, int directory, const char *name, int flags,
                         uint32_t mode)
{
    int fd = openat(directory, name, flags, (mode_t)mode);

    (void)opaque;
    return fd >= 0 ? fd : -errno;
}

static int posix_status_at(void *opaque, int directory, const char *name,
                           struct vfdc_system_status *status)
{
    struct stat seen;

    (void)opaque;
    if (fstatat(directory, name, &seen, AT_SYMLINK_NOFOLLOW) != 0) {
        return -errno;
    }
    tell(&seen, status);
    return 0;
}

/* A file system that cannot do this in one step has the link instead, which never replaces. */
static int posix_rename_at(void *opaque, int directory, const char *from, const char *to)
{
    (void)opaque;
    if (renameat2(directory, from, directory, to, RENAME_NOREPLACE) == 0) {
        return 0;
    }
    if (errno != EINVAL && errno != ENOSYS) {
        return -errno;
    }
    if (linkat(directory, from, directory, to, 0) != 0) {
        return -errno;
    }
    return answer(unlinkat(directory, from, 0));
}

static int posix_unlink_at(void *opaque, int directory, const char *name)
{
    (void)opaque;
    return answer(unlinkat(directory, name, 0));
}

static int posix_sync_directory(void *opaque, int directory)
{
    (void)opaque;
    return answer(fsync(directory));
}

static int posix_can_write_directory(void *opaque, int directory)
{
    (void)opaque;
    return answer(faccessat(directory, ".", W_OK | X_OK, AT_EACCESS));
}

/* The kernel knows; where /proc is not there to ask, the path is walked again. */
static int posix_resolve(void *opaque, int fd, const char *path, char *resolved, size_t n_bytes)
{
    char link[sizeof("/proc/self/fd/") + 3u * sizeof(fd)];
    char *walked;
    ssize_t n_used;

    (void)opaque;
    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    n_used = readlink(link, resolved, n_bytes);
    if (n_used > 0 && (size_t)n_used < n_bytes && resolved[0] == '/') {
        resolved[n_used] = '\0';
        return 0;
    }
    walked = realpath(path, NULL);
    if (walked == NULL) {
        return -errno;
    }
    n_used = snprintf(resolved, n_bytes, "%s", walked);
    free(walked);
    return n_used >= 0 && (size_t)n_used < n_bytes ? 0 : -ENAMETOOLONG;
}

static struct flock lock_of(short type, uint64_t first, uint64_t n_bytes)
{
    return (struct flock){
        .l_type = type,
        .l_whence = SEEK_SET,
        .l_start = (off_t)first,
        .l_len = (off_t)n_bytes,
    };
}

static int posix_lock(void *opaque, int fd, uint64_t first, uint64_t n_bytes)
{
    struct flock lock = lock_of(F_RDLCK, first, n_bytes);

    (void)opaque;
    return answer(fcntl(fd, F_OFD_SETLK, &lock));
}

static int posix_is_locked(void *opaque, int fd, uint64_t first, uint64_t n_bytes)
{
    struct flock lock = lock_of(F_WRLCK, first, n_bytes);

    (void)opaque;
    if (fcntl(fd, F_OFD_GETLK, &lock) != 0) {
        return -errno;
    }
    return lock.l_type != F_UNLCK;
}

/* Many devices can be opened for writing although they are protected, and tell only later. */
static int posix_device_bytes(void *opaque, int fd, uint64_t *n_bytes)
{
    int is_protected = 0;

    (void)opaque;
    if (ioctl(fd, BLKROGET, &is_protected) == 0 && is_protected != 0 &&
        (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY) {
        return -EROFS;
    }
    return answer(ioctl(fd, BLKGETSIZE64, n_bytes));
}

static uint32_t posix_user(void *opaque)
{
    (void)opaque;
    return (uint32_t)geteuid();
}

static int posix_set_owner(void *opaque, int fd, uint32_t owner, uint32_t group, uint32_t mode)
{
    (void)opaque;
    if (fchown(fd, (uid_t)owner, (gid_t)group) != 0) {
        return -errno;
    }
    return answer(fchmod(fd, (mode_t)(mode & 07777u)));
}

static const struct vfdc_system posix = {
    .open = posix_open,
    .status = posix_status,
    .pread = posix_pread,
    .pwrite = posix_pwrite,
    .truncate = posix_truncate,
    .sync = posix_sync,
    .close = posix_close,
    .open_at = posix_open_at,
    .status_at = posix_status_at,
    .rename_at = posix_rename_at,
    .unlink_at = posix_unlink_at,
    .sync_directory = posix_sync_directory,
    .can_write_directory = posix_can_write_directory,
    .resolve = posix_resolve,
    .lock = posix_lock,
    .is_locked = posix_is_locked,
    .device_bytes = posix_device_bytes,
    .user = posix_user,
    .set_owner = posix_set_owner,
};

const struct vfdc_system *vfdc_system_posix(void)
{
    return &posix;
}
