/*
 * The journal of an open image: what a command wrote goes to it before the guest is told, and so
 * outlasts this process; a flush that was cut is made good from it.
 */
#ifndef MEDIA_VFD_JOURNAL_H
#define MEDIA_VFD_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include <vfdc/media.h>

#include "vfd.h"

struct journal_record;

/* The longest of the names below, less the image's own. */
#define VFD_JOURNAL_NAME_BYTES sizeof(".." VFD_JOURNAL_ASIDE "-1000")
#define VFD_JOURNAL_ASIDE "vfdc-journal-aside"

/*
 * Beyond this a command flushes: a guest must not fill the host's disk.  Far beyond it, where that
 * fails, nothing more is written, not even in memory: what was can still be flushed.
 */
#define VFD_JOURNAL_LONG_BYTES (UINT64_C(16) << 20)
#define VFD_JOURNAL_MOST_BYTES (UINT64_C(64) << 20)

/* As many as the longest two can have. */
#define VFD_JOURNAL_MAX_RECORDS ((uint32_t)(2u * VFD_JOURNAL_MOST_BYTES / 128u))

/* None stands. */
void vfd_journal_init(struct vfd_journal *journal);

/*
 * Set the names of both files, ".NAME.vfdc-journal" and ".NAME.vfdc-journal-2", where the image's
 * own is new; and the `n`th that one goes to that is not ours.
 */
void vfd_journal_name(struct vfd *vfd);
void vfd_journal_name_aside(struct vfd *vfd, unsigned n);

/* Whether what is written goes to one. */
bool vfd_journal_is_kept(const struct vfd *vfd);

/* Whether any stands. */
bool vfd_journal_stands(const struct vfd *vfd);

/* The bytes of the one that records go to, and whether it takes no more. */
uint64_t vfd_journal_bytes(const struct vfd *vfd);
bool vfd_journal_is_full(const struct vfd *vfd);

/* A sector is about to be written: its content is still what it was. */
void vfd_journal_note(struct vfd *vfd, uint32_t lba);

/* The last of those noted were not written after all: `n_pending` are left. */
void vfd_journal_forget(struct vfd *vfd, uint32_t n_pending);

/* Append what was noted.  0 or an errno: then it is noted still. */
int vfd_journal_append(struct vfd *vfd);

/*
 * The older journal is gone: say so in the header of this one, before it is synced.  0 or an errno.
 */
int vfd_journal_stand_alone(struct vfd *vfd, unsigned which);

/*
 * The record at an offset of a journal of so many bytes, to vfd->journal.record; `serial` is the
 * one that is due.  0; VFD_ENDED where it is not there, whole and undamaged; or an errno.
 */
struct vfd_journal_place {
    uint64_t n_bytes, offset, serial;
};
int vfd_journal_read(struct vfd *vfd, int fd, const struct vfd_journal_place *place,
                     struct journal_record *record);

/*
 * Before they are synced: those whose last sync failed are written anew.  0 or an errno; EIO where
 * one can no longer be read whole.
 */
int vfd_journal_write_again(struct vfd *vfd);

/* Take a journal's name away; it stands no more.  0 or an errno. */
int vfd_journal_unlink(const struct vfd *vfd, unsigned which);

/* Forget all of it, and remove its files.  0 or an errno. */
int vfd_journal_discard(struct vfd *vfd);

/* Let go of its files as they are. */
void vfd_journal_close(struct vfd *vfd);

#endif
