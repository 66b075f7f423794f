/*
 * A raw image in a file: what the opener (vfd_open.c) makes and the medium (vfd.c) works on.
 */
#ifndef MEDIA_VFD_H
#define MEDIA_VFD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vfdc/media.h>

#include "image.h"

/* A path of this length or more is too long, NUL included. */
#define VFD_PATH_BYTES 4096u

/* The same of one name in a directory. */
#define VFD_NAME_BYTES 256u

/*
 * The journal: what commands have written since the last flush began goes to one of two files;
 * the other one, if it stands, is what a flush is about.
 */
#define VFD_N_JOURNALS 2u
#define VFD_NO_JOURNAL VFD_N_JOURNALS

struct vfd_journal_file {
    int fd;           /* -1: there is no such file */
    uint64_t n_bytes; /* of good records, header included */
    uint64_t first_serial;
    bool is_following; /* as its header says */
    bool is_doubtful;  /* a sync of it failed: what can be read of it may be nowhere else */
};

struct vfd_journal {
    struct vfd_journal_file file[VFD_N_JOURNALS];
    char name[VFD_N_JOURNALS][VFD_NAME_BYTES]; /* in the image's directory */
    char name_aside[VFD_NAME_BYTES];           /* of one that recovery moves out of the way */
    unsigned current; /* the one that records go to */
    uint64_t serial;  /* of the next record */
    bool is_removal_pending; /* of a name, until the directory is synced */

    /* Sectors written and not in the journal yet, in order, with the hash of what they held. */
    uint32_t n_pending;
    uint32_t pending[IMAGE_MAX_SECTORS];
    bool is_pending[IMAGE_MAX_SECTORS];
    uint64_t old_hash[IMAGE_MAX_SECTORS];

    uint8_t record[2u * IMAGE_MOVE_BYTES]; /* the one in work */
};

/*
 * A flush under way.  Its middle part runs beside the medium's other calls: it has here all that
 * those may change meanwhile.
 */
struct vfdc_media_flush {
    bool is_under_way;
    bool is_writing; /* in its middle part */
    bool is_written; /* which has succeeded */
    uint8_t *copy;   /* of what it is about, side by side; NULL: in the image's own memory */
    unsigned closed; /* the journal that goes when it has succeeded, or VFD_NO_JOURNAL */
    int journal_fd[VFD_N_JOURNALS]; /* to be synced first; -1 for none */
    bool is_journal_doubtful;       /* that failed */
    bool is_removal_pending;
    struct vfdc_system_status status; /* of the file, before it and behind it */
    uint64_t file_bytes; /* as they are to be */
    bool is_size_pending; /* they are not lasting yet */
    bool is_touching;    /* it has begun to write in place */
    uint32_t warnings;
    struct vfdc_media_error error;
};

struct vfd {
    struct image image; /* first; its bytes are the buffer, what is written is dirty */
    void *owned_buffer; /* NULL where the buffer is the caller's */

    const struct vfdc_system *system;
    void *system_opaque;
    int fd;
    uint64_t file_bytes, device, inode; /* as at attach, but for our own extension */
    uint64_t modified_ns, changed_ns;   /* likewise, but for our own writes */
    bool is_size_pending;               /* of our extension: no sync of it has succeeded */
    bool is_touched;                    /* by a flush that failed: the times say nothing */
    bool is_device;                     /* a host's drive: no journal, written in place */

    int directory;              /* that the file is in, or -1 */
    char name[VFD_NAME_BYTES];  /* the file's own in it, symbolic links followed; or "" */
    enum vfdc_durability durability; /* as it turned out */
    bool is_strict;
    bool may_be_unlocked;
    uint32_t warnings; /* VFDC_WARNING_ bits */

    bool is_loaded[IMAGE_MAX_TRACKS];

    struct vfd_journal journal;
    struct vfdc_media_flush flush;
    bool is_closing; /* a close waits for the end of the flush */
    bool is_busy;    /* in a call that makes system calls: those may not make another */

    char path[VFD_PATH_BYTES];
};

/* fstat of the file; of a device with the size that it has.  0 or an errno. */
int vfd_status(const struct vfd *vfd, struct vfdc_system_status *status);

/* The errno behind the negative answer of a system call; EIO for an answer that is none. */
int vfd_errno(int64_t answer);

/*
 * Read `n_bytes` (at most IMAGE_MOVE_BYTES) of the image, or of another file; or write them.  0
 * or an errno; VFD_ENDED where a call moves nothing.  A write tells in *done how far it came.
 * 2 * IMAGE_MOVE_BYTES are there at `bytes` in any case.
 */
#define VFD_ENDED (-1)
int vfd_read(const struct vfd *vfd, uint8_t *bytes, size_t n_bytes, uint64_t offset);
int vfd_read_from(const struct vfd *vfd, int fd, uint8_t *bytes, size_t n_bytes,
                  uint64_t offset);
int vfd_write_to(const struct vfd *vfd, int fd, uint8_t *bytes, size_t n_bytes, uint64_t offset,
                 size_t *done);

/* Bring a track into memory, if it is not there yet. */
enum vfdc_media_result vfd_load_track(struct vfd *vfd, uint32_t track);
#endif
