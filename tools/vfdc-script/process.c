/*
 * vfdc-script: the process that the controllers live in.  A layer above the calls that fail on
 * demand: what a dead process asks for uses up no planned failure.
 */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"

void process_start(struct process *process)
{
    *process = (struct process){ .fds = NULL };
    faulty_system_init(&process->faulty);
}

void process_die(struct process *process)
{
    process->is_dead = true;
    for (size_t i = 0; i < process->n_fds; i++) {
        close(process->fds[i]);
    }
    process->n_fds = 0;
}

void process_restart(struct process *process)
{
    process->is_dead = false;
}

void process_free(struct process *process)
{
    free(process->fds);
    process->fds = NULL;
    process->n_fds = 0;
}

/* Root may open anything; a script's `chmod NAME ro` is meant for it too. */
static bool is_denied(const char *path, int flags)
{
    struct stat status;

    return (flags & O_ACCMODE) != O_RDONLY && stat(path, &status) == 0 &&
           (status.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) == 0;
}

/* A descriptor, if it is one, is the process's. */
static int remember(struct process *process, int fd)
{
    if (fd >= 0) {
        process->fds = alloc_resize(process->fds, process->n_fds + 1, sizeof *process->fds);
        process->fds[process->n_fds++] = fd;
    }
    return fd;
}

static int process_open(void *opaque, const char *path, int flags, uint32_t mode)
{
    struct process *process = opaque;

    if (process->is_dead) {
        return -EIO;
    }
    if (is_denied(path, flags)) {
        return -EACCES;
    }
    return remember(process,
                    faulty_system_table()->open(&process->faulty, path, flags, mode));
}

/* What the system answers to a process that lives. */
#define ASK(call, ...)                                                                          \
    (((struct process *)opaque)->is_dead                                                        \
         ? -EIO                                                                                 \
         : faulty_system_table()->call(&((struct process *)opaque)->faulty, __VA_ARGS__))

static int process_status(void *opaque, int fd, struct vfdc_system_status *status)
{
    const struct process *process = opaque;
    int result = ASK(status, fd, status);

    if (result == 0 && process->is_device_next) {
        status->mode = (status->mode & ~(uint32_t)S_IFMT) | S_IFBLK;
        status->n_bytes = 0;
    }
    return result;
}

static int64_t process_pread(void *opaque, int fd, void *bytes, size_t n_bytes, uint64_t offset)
{
    return ASK(pread, fd, bytes, n_bytes, offset);
}

static int64_t process_pwrite(void *opaque, int fd, const void *bytes, size_t n_bytes,
                              uint64_t offset)
{
    return ASK(pwrite, fd, bytes, n_bytes, offset);
}

static int process_truncate(void *opaque, int fd, uint64_t n_bytes)
{
    return ASK(truncate, fd, n_bytes);
}

static int process_sync(void *opaque, int fd)
{
    return ASK(sync, fd);
}

/* A dead process's descriptor is closed already, and its number may be another's by now. */
static int process_close(void *opaque, int fd)
{
    struct process *process = opaque;
    size_t i = 0;

    if (process->is_dead) {
        return 0;
    }
    while (i < process->n_fds && process->fds[i] != fd) {
        i++;
    }
    if (i < process->n_fds) {
        process->fds[i] = process->fds[--process->n_fds];
    }
    return faulty_system_table()->close(&process->faulty, fd);
}

static int process_open_at(void *opaque, int directory, const char *name, int flags,
                           uint32_t mode)
{
    return remember(opaque, ASK(open_at, directory, name, flags, mode));
}

static int process_status_at(void *opaque, int directory, const char *name,
                             struct vfdc_system_status *status)
{
    return ASK(status_at, directory, name, status);
}

static int process_rename_at(void *opaque, int directory, const char *from, const char *to)
{
    return ASK(rename_at, directory, from, to);
}

static int process_unlink_at(void *opaque, int directory, const char *name)
{
    return ASK(unlink_at, directory, name);
}

static int process_sync_directory(void *opaque, int directory)
{
    return ASK(sync_directory, directory);
}

static int process_can_write_directory(void *opaque, int directory)
{
    return ASK(can_write_directory, directory);
}

static int process_resolve(void *opaque, int fd, const char *path, char *resolved,
                           size_t n_bytes)
{
    return ASK(resolve, fd, path, resolved, n_bytes);
}

static int process_lock(void *opaque, int fd, uint64_t first, uint64_t n_bytes)
{
    return ASK(lock, fd, first, n_bytes);
}

static int process_is_locked(void *opaque, int fd, uint64_t first, uint64_t n_bytes)
{
    return ASK(is_locked, fd, first, n_bytes);
}

/* Of a file that stands in for a device. */
static int process_device_bytes(void *opaque, int fd, uint64_t *n_bytes)
{
    struct vfdc_system_status status = { .n_bytes = 0 };
    int result = ASK(status, fd, &status);

    *n_bytes = status.n_bytes;
    return result;
}

/* It cannot fail. */
static uint32_t process_user(void *opaque)
{
    struct process *process = opaque;

    return faulty_system_table()->user(&process->faulty);
}

static int process_set_owner(void *opaque, int fd, uint32_t owner, uint32_t group, uint32_t mode)
{
    return ASK(set_owner, fd, owner, group, mode);
}

const struct vfdc_system *process_table(void)
{
    static const struct vfdc_system table = {
        .open = process_open,
        .status = process_status,
        .pread = process_pread,
        .pwrite = process_pwrite,
        .truncate = process_truncate,
        .sync = process_sync,
        .close = process_close,
        .open_at = process_open_at,
        .status_at = process_status_at,
        .rename_at = process_rename_at,
        .unlink_at = process_unlink_at,
        .sync_directory = process_sync_directory,
        .can_write_directory = process_can_write_directory,
        .resolve = process_resolve,
        .lock = process_lock,
        .is_locked = process_is_locked,
        .device_bytes = process_device_bytes,
        .user = process_user,
    .set_owner = process_set_owner,
    };

    return &table;
}
