/*
 * Byte locks that QEMU respects.  A read lock on byte 100 + n says "I use permission n"; on
 * 200 + n, "I do not let others use n".  All are taken first and tested second, so that of two
 * who start at once never both get through.  They belong to the open file: own locks never
 * stand against themselves on one descriptor, and two in one process do.
 */
#include "lock.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#include "vfd.h"

/* QEMU's permissions: 0 to read what stays consistent, 1 to write, 3 to resize. */
#define USES 100u
#define DENIES 200u
#define READ 0u
#define WRITE 1u
#define RESIZE 3u

struct bytes {
    uint8_t first, n_bytes;
};

#define N_RANGES 3u

/* Whoever writes allows only readers that ask for nothing; a reader, other readers. */
static const struct bytes held_to_write[N_RANGES] = {
    { USES + READ, 2 }, { DENIES + WRITE, 1 }, { DENIES + RESIZE, 1 },
};
static const struct bytes held_to_read[N_RANGES] = {
    { USES + READ, 1 }, { DENIES + WRITE, 1 }, { DENIES + RESIZE, 1 },
};

/* What nobody else may hold then. */
static const struct bytes free_to_write[N_RANGES] = {
    { DENIES + READ, 2 }, { USES + WRITE, 1 }, { USES + RESIZE, 1 },
};
static const struct bytes free_to_read[N_RANGES] = {
    { DENIES + READ, 1 }, { USES + WRITE, 1 }, { USES + RESIZE, 1 },
};

bool lock_is_missing(int system_errno)
{
    return system_errno == ENOLCK || system_errno == EOPNOTSUPP || system_errno == ENOTSUP ||
           system_errno == ENOSYS || system_errno == EINVAL;
}

int lock_take(const struct vfdc_system *system, void *opaque, int fd, bool is_read_only)
{
    const struct bytes *held = is_read_only ? held_to_read : held_to_write;
    const struct bytes *free_of_others = is_read_only ? free_to_read : free_to_write;

    for (unsigned i = 0; i < N_RANGES; i++) {
        int result = system->lock(opaque, fd, held[i].first, held[i].n_bytes);

        /* someone has a lock to write, on these bytes or the whole file */
        if (result == -EAGAIN || result == -EACCES) {
            return LOCK_IN_USE;
        }
        if (result != 0) {
            return vfd_errno(result);
        }
    }
    for (unsigned i = 0; i < N_RANGES; i++) {
        int result = system->is_locked(opaque, fd, free_of_others[i].first,
                                       free_of_others[i].n_bytes);

        if (result > 0) {
            return LOCK_IN_USE;
        }
        if (result != 0) {
            return vfd_errno(result);
        }
    }
    return 0;
}
