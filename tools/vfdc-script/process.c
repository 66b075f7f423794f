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

static int process_open(void *opaque, const char *path, int flags, uint32_t mode)
{
    struct process *process = opaque;
    int fd;

    if (process->is_dead) {
        return -EIO;
    }
    if (is_denied(path, flags)) {
        return -EACCES;
    }
    fd = faulty_system_table()->open(&process->faulty, path, flags, mode);
    if (fd >= 0) {
        process->fds = alloc_resize(process->fds, process->n_fds + 1, sizeof *process->fds);
        process->fds[process->n_fds++] = fd;
    }
    return fd;
}

static int process_status(void *opaque, int fd, struct vfdc_system_status *status)
{
    struct process *process = opaque;

    return process->is_dead ? -EIO
                            : faulty_system_table()->status(&process->faulty, fd, status);
}

static int64_t process_pread(void *opaque, int fd, void *bytes, size_t n_bytes, uint64_t offset)
{
    struct process *process = opaque;

    return process->is_dead
               ? -EIO
               : faulty_system_table()->pread(&process->faulty, fd, bytes, n_bytes, offset);
}

static int64_t process_pwrite(void *opaque, int fd, const void *bytes, size_t n_bytes,
                              uint64_t offset)
{
    struct process *process = opaque;

    return process->is_dead
               ? -EIO
               : faulty_system_table()->pwrite(&process->faulty, fd, bytes, n_bytes, offset);
}

static int process_truncate(void *opaque, int fd, uint64_t n_bytes)
{
    struct process *process = opaque;

    return process->is_dead ? -EIO
                            : faulty_system_table()->truncate(&process->faulty, fd, n_bytes);
}

static int process_sync(void *opaque, int fd)
{
    struct process *process = opaque;

    return process->is_dead ? -EIO : faulty_system_table()->sync(&process->faulty, fd);
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
    };

    return &table;
}
