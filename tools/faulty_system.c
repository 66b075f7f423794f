/*
 * A table of system calls that counts and can be told to fail; see faulty_system.h.
 */
#include "faulty_system.h"

#include <errno.h>
#include <string.h>

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

static const char *const call_names[FAULTY_N_CALLS] = {
    [FAULTY_OPEN] = "open",
    [FAULTY_STATUS] = "fstat",
    [FAULTY_PREAD] = "pread",
    [FAULTY_PWRITE] = "pwrite",
    [FAULTY_TRUNCATE] = "ftruncate",
    [FAULTY_SYNC] = "sync",
    [FAULTY_CLOSE] = "close",
    [FAULTY_RENAME] = "rename",
    [FAULTY_UNLINK] = "unlink",
    [FAULTY_ACCESS] = "access",
    [FAULTY_RESOLVE] = "resolve",
    [FAULTY_LOCK] = "lock",
    [FAULTY_DEVICE_BYTES] = "ioctl",
    [FAULTY_SET_OWNER] = "chown",
};

static const struct {
    const char *name;
    int error;
} errors[] = {
    { "short", FAULTY_SHORT },
    { "EACCES", EACCES },
    { "EAGAIN", EAGAIN },
    { "EBADF", EBADF },
    { "EBUSY", EBUSY },
    { "EDQUOT", EDQUOT },
    { "EEXIST", EEXIST },
    { "EFBIG", EFBIG },
    { "EINTR", EINTR },
    { "EINVAL", EINVAL },
    { "EIO", EIO },
    { "EISDIR", EISDIR },
    { "ELOOP", ELOOP },
    { "EMFILE", EMFILE },
    { "ENAMETOOLONG", ENAMETOOLONG },
    { "ENFILE", ENFILE },
    { "ENODEV", ENODEV },
    { "ENOENT", ENOENT },
    { "ENOLCK", ENOLCK },
    { "ENOMEM", ENOMEM },
    { "ENOSPC", ENOSPC },
    { "ENOTDIR", ENOTDIR },
    { "ENXIO", ENXIO },
    { "EOPNOTSUPP", EOPNOTSUPP },
    { "EOVERFLOW", EOVERFLOW },
    { "EPERM", EPERM },
    { "EROFS", EROFS },
    { "ESTALE", ESTALE },
    { "ETXTBSY", ETXTBSY },
};

void faulty_system_init(struct faulty_system *faulty)
{
    *faulty = (struct faulty_system){ .real = vfdc_system_posix() };
}

bool faulty_system_fail(struct faulty_system *faulty, enum faulty_call call, int error,
                        uint32_t n_skipped, uint32_t n_failing)
{
    struct faulty_plan *plan = &faulty->plan[call];

    if (error == FAULTY_SHORT && call != FAULTY_PREAD && call != FAULTY_PWRITE) {
        return false;
    }
    plan->n_skipped = n_skipped;
    plan->n_failing = n_failing;
    plan->error = error;
    return true;
}

void faulty_system_fail_any(struct faulty_system *faulty, int error, uint32_t n_skipped,
                            uint32_t n_failing)
{
    faulty->any.n_skipped = n_skipped;
    faulty->any.n_failing = n_failing;
    faulty->any.error = error;
}

uint32_t faulty_system_n_calls(const struct faulty_system *faulty)
{
    uint32_t n_calls = 0;

    for (unsigned call = 0; call < FAULTY_N_CALLS; call++) {
        n_calls += faulty->plan[call].n_calls;
    }
    return n_calls;
}

enum faulty_call faulty_call_of(const char *name)
{
    unsigned call = 0;

    while (call < FAULTY_N_CALLS && strcmp(call_names[call], name) != 0) {
        call++;
    }
    return (enum faulty_call)call;
}

int faulty_error_of(const char *name)
{
    for (size_t i = 0; i < N_OF(errors); i++) {
        if (strcmp(errors[i].name, name) == 0) {
            return errors[i].error;
        }
    }
    return 0;
}

const char *faulty_error_name(int error)
{
    for (size_t i = 0; i < N_OF(errors); i++) {
        if (errors[i].error == error) {
            return errors[i].name;
        }
    }
    return "?";
}

/* Count a call; the error it is planned to end with, or 0. */
static int take_from(struct faulty_plan *plan)
{
    plan->n_calls++;
    if (plan->n_failing == 0) {
        return 0;
    }
    if (plan->n_skipped > 0) {
        plan->n_skipped--;
        return 0;
    }
    plan->n_failing--;
    return plan->error;
}

/* Count a call; the error it is to end with, or 0 to make it. */
static int next_error(struct faulty_system *faulty, enum faulty_call call)
{
    int of_any = take_from(&faulty->any);
    int of_kind = take_from(&faulty->plan[call]);

    if (of_any == FAULTY_SHORT && call != FAULTY_PREAD && call != FAULTY_PWRITE) {
        of_any = 0;
    }
    return of_any != 0 ? of_any : of_kind;
}

static size_t half_of(size_t n_bytes)
{
    return n_bytes > 1 ? n_bytes / 2 : n_bytes;
}

static int faulty_open(void *opaque, const char *path, int flags, uint32_t mode)
{
    struct faulty_system *faulty = opaque;
    int error = next_error(faulty, FAULTY_OPEN);

    return error != 0 ? -error : faulty->real->open(faulty->real_opaque, path, flags, mode);
}

static int faulty_status(void *opaque, int fd, struct vfdc_system_status *status)
{
    struct faulty_system *faulty = opaque;
    int error = next_error(faulty, FAULTY_STATUS);

    return error != 0 ? -error : faulty->real->status(faulty->real_opaque, fd, status);
}

static int64_t faulty_pread(void *opaque, int fd, void *bytes, size_t n_bytes, uint64_t offset)
{
    struct faulty_system *faulty = opaque;
    int error = next_error(faulty, FAULTY_PREAD);

    if (error == FAULTY_SHORT) {
        n_bytes = half_of(n_bytes);
    } else if (error != 0) {
        return -error;
    }
    return faulty->real->pread(faulty->real_opaque, fd, bytes, n_bytes, offset);
}

static int64_t faulty_pwrite(void *opaque, int fd, const void *bytes, size_t n_bytes,
                             uint64_t offset)
{
    struct faulty_system *faulty = opaque;
    int error = next_error(faulty, FAULTY_PWRITE);

    if (error == FAULTY_SHORT) {
        n_bytes = half_of(n_bytes);
    } else if (error != 0) {
        return -error;
    }
    return faulty->real->pwrite(faulty->real_opaque, fd, bytes, n_bytes, offset);
}

static int faulty_truncate(void *opaque, int fd, uint64_t n_bytes)
{
    struct faulty_system *faulty = opaque;
    int error = next_error(faulty, FAULTY_TRUNCATE);

    return error != 0 ? -error : faulty->real->truncate(faulty->real_opaque, fd, n_bytes);
}

static int faulty_sync(void *opaque, int fd)
{
    struct faulty_system *faulty = opaque;
    int error = next_error(faulty, FAULTY_SYNC);

    return error != 0 ? -error : faulty->real->sync(faulty->real_opaque, fd);
}

/* As with the real call, the descriptor is gone whatever the answer. */
static int faulty_close(void *opaque, int fd)
{
    struct faulty_system *faulty = opaque;
    int error = next_error(faulty, FAULTY_CLOSE);
    int result = faulty->real->close(faulty->real_opaque, fd);

    return error != 0 ? -error : result;
}

static int faulty_open_at(void *opaque, int directory, const char *name, int flags, uint32_t mode)
{
    struct faulty_system *faulty = opaque;
    int error = next_error(faulty, FAULTY_OPEN);

    return error != 0 ? -error
                      : faulty->real->open_at(faulty->real_opaque, directory, name, flags, mode);
}

static int faulty_status_at(void *opaque, int directory, const char *name,
                            struct vfdc_system_status *status)
{
    struct faulty_system *faulty = opaque;
    int error = next_error(faulty, FAULTY_STATUS);

    return error != 0 ? -error
                      : faulty->real->status_at(faulty->real_opaque, directory, name, status);
}

static int faulty_rename_at(void *opaque, int directory, const char *from, const char *to)
{
    struct faulty_system *faulty = opaque;
    int error = next_error(faulty, FAULTY_RENAME);

    return error != 0 ? -error : faulty->real->rename_at(faulty->real_opaque, directory, from, to);
}

static int faulty_unlink_at(void *opaque, int directory, const char *name)
{
    struct faulty_system *faulty = opaque;
    int error = next_error(faulty, FAULTY_UNLINK);

    return error != 0 ? -error : faulty->real->unlink_at(faulty->real_opaque, directory, name);
}

static int faulty_sync_directory(void *opaque, int directory)
{
    struct faulty_system *faulty = opaque;
    int error = next_error(faulty, FAULTY_SYNC);

    return error != 0 ? -error : faulty->real->sync_directory(faulty->real_opaque, directory);
}

static int faulty_can_write_directory(void *opaque, int directory)
{
    struct faulty_system *faulty = opaque;
    int error = next_error(faulty, FAULTY_ACCESS);

    return error != 0 ? -error : faulty->real->can_write_directory(faulty->real_opaque, directory);
}

static int faulty_resolve(void *opaque, int fd, const char *path, char *resolved, size_t n_bytes)
{
    struct faulty_system *faulty = opaque;
    int error = next_error(faulty, FAULTY_RESOLVE);

    return error != 0 ? -error
                      : faulty->real->resolve(faulty->real_opaque, fd, path, resolved, n_bytes);
}

static int faulty_lock(void *opaque, int fd, uint64_t first, uint64_t n_bytes)
{
    struct faulty_system *faulty = opaque;
    int error = next_error(faulty, FAULTY_LOCK);

    return error != 0 ? -error : faulty->real->lock(faulty->real_opaque, fd, first, n_bytes);
}

static int faulty_is_locked(void *opaque, int fd, uint64_t first, uint64_t n_bytes)
{
    struct faulty_system *faulty = opaque;
    int error = next_error(faulty, FAULTY_LOCK);

    return error != 0 ? -error : faulty->real->is_locked(faulty->real_opaque, fd, first, n_bytes);
}

static int faulty_device_bytes(void *opaque, int fd, uint64_t *n_bytes)
{
    struct faulty_system *faulty = opaque;
    int error = next_error(faulty, FAULTY_DEVICE_BYTES);

    return error != 0 ? -error : faulty->real->device_bytes(faulty->real_opaque, fd, n_bytes);
}

/* It cannot fail. */
static uint32_t faulty_user(void *opaque)
{
    struct faulty_system *faulty = opaque;

    return faulty->real->user(faulty->real_opaque);
}

static int faulty_set_owner(void *opaque, int fd, uint32_t owner, uint32_t group, uint32_t mode)
{
    struct faulty_system *faulty = opaque;
    int error = next_error(faulty, FAULTY_SET_OWNER);

    return error != 0 ? -error
                      : faulty->real->set_owner(faulty->real_opaque, fd, owner, group, mode);
}

static const struct vfdc_system table = {
    .open = faulty_open,
    .status = faulty_status,
    .pread = faulty_pread,
    .pwrite = faulty_pwrite,
    .truncate = faulty_truncate,
    .sync = faulty_sync,
    .close = faulty_close,
    .open_at = faulty_open_at,
    .status_at = faulty_status_at,
    .rename_at = faulty_rename_at,
    .unlink_at = faulty_unlink_at,
    .sync_directory = faulty_sync_directory,
    .can_write_directory = faulty_can_write_directory,
    .resolve = faulty_resolve,
    .lock = faulty_lock,
    .is_locked = faulty_is_locked,
    .device_bytes = faulty_device_bytes,
    .user = faulty_user,
    .set_owner = faulty_set_owner,
};

const struct vfdc_system *faulty_system_table(void)
{
    return &table;
}
