/*
 * The locks on an image's file, in QEMU's manner: who uses it and what they let others do.
 */
#ifndef MEDIA_LOCK_H
#define MEDIA_LOCK_H

#include <stdbool.h>

#include <vfdc/media.h>

/* What is_locked and errnos leave free. */
#define LOCK_IN_USE (-1)

/*
 * Take the locks of one who writes, or of one who only reads, and see that nobody else stands
 * against it.  0; LOCK_IN_USE; or an errno, of which lock_is_missing() says whether this file
 * system has no locks.  After a failure close the descriptor: some may be held.
 */
int lock_take(const struct vfdc_system *system, void *opaque, int fd, bool is_read_only);

bool lock_is_missing(int system_errno);

#endif
