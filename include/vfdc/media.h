/*
 * libvfdc: the medium.  A floppy disk as the controller sees it, raw images in files and in
 * memory, and the table of operations for a host that brings its own storage.
 *
 * Example:
 *
 *     vfdc_result first_sector(const char *path, uint8_t sector[512])
 *     {
 *         struct vfdc_media_options options = { .drive = VFDC_DRIVE_1440K, .read_only = true };
 *         struct vfdc_media_error error;
 *         struct vfdc_media *media = NULL;
 *         struct vfdc_media_span span = { NULL, 0 };
 *         vfdc_result result = vfdc_media_open_vfd(path, &options, &media, &error);
 *
 *         if (vfdc_failed(result)) {
 *             return result;
 *         }
 *         if (media->ops->read_span(media, 0, 0, 1, 1, &span) == VFDC_MEDIA_OK) {
 *             memcpy(sector, span.bytes, 512);
 *         }
 *         return vfdc_media_close(media, &error);
 *     }
 *
 * An image is raw sectors, cylinder outermost, then head, then sector 1 up; no header.  Its
 * geometry follows from its size, the drive it is for, and where two fit, from its boot
 * sector; it is never guessed.  It is held in private memory (never a mapping of the file),
 * read track by track on first use, and written back by vfdc_media_flush() alone.
 *
 * While an image is open its file carries the byte locks that QEMU takes and respects: one
 * holder who writes, or any number who read, in this process and in others.  They go with the
 * file's descriptor, which a child of fork() shares until it executes another program.
 *
 * Threads: a medium is used by one thread at a time; one that is inserted belongs with its
 * controller.  Errors: a call that fails has changed nothing but what it says, and fills the
 * vfdc_media_error it was given.  Any image content is safe.
 */
#ifndef VFDC_MEDIA_H
#define VFDC_MEDIA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vfdc/controller.h>
#include <vfdc/result.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A sector of size code N has 128 << N bytes; N is 0-3. */
#define VFDC_MAX_SIZE_CODE 3u
#define VFDC_MAX_SECTOR_BYTES 1024u

/* The largest image: 2.88M. */
#define VFDC_IMAGE_MAX_BYTES 2949120u

/* Limits of a geometry. */
#define VFDC_MAX_CYLINDERS 86u
#define VFDC_MAX_HEADS 2u
#define VFDC_MAX_SECTORS 63u /* a track */

/* How a disk is laid out, in the drive that it was opened for. */
struct vfdc_geometry {
    uint8_t cylinders;  /* 1-86 */
    uint8_t heads;      /* 1-2 */
    uint8_t sectors;    /* a track: 1-63, numbered from 1 */
    uint8_t size_code;  /* N: 0-3 */
    uint8_t data_rate;  /* as in DSR and CCR: 0 500k, 1 300k, 2 250k, 3 1M */
    uint8_t track_step; /* of the head, in cylinders of the drive: 1, or 2 for 48 tpi in 96 tpi */
    uint8_t gap_format; /* GPL of FORMAT TRACK for this layout; 0 where none is usual */
};

/* What the medium found or did.  The controller turns it into ST1 and ST2. */
enum vfdc_media_result {
    VFDC_MEDIA_OK = 0,
    VFDC_MEDIA_NO_SECTOR,       /* outside the geometry */
    VFDC_MEDIA_BAD_DATA,        /* the sector's data is bad: DE and DD */
    VFDC_MEDIA_WRITE_PROTECTED, /* nothing was written */
    VFDC_MEDIA_HOST_ERROR,      /* the host's storage failed: DE and DD, and a report */
};

/* What stands in a sector beside its data; kept while the disk is in. */
#define VFDC_MARK_DELETED 0x01u  /* its data mark is the deleted one */
#define VFDC_MARK_BAD_DATA 0x02u /* its data is there, with a bad CRC */

/*
 * Sectors that lie side by side, all with the same marks: `n_bytes` is a whole number of sectors,
 * at least one, when the result is OK.  The bytes are the medium's, to be read only, valid until
 * the next call on it.
 */
struct vfdc_media_span {
    uint8_t *bytes;
    size_t n_bytes;
};

/* Room for the text of a vfdc_media_error, NUL included. */
#define VFDC_MEDIA_TEXT_BYTES 512u

/* In vfdc_media_error.sector: the error is about no sector. */
#define VFDC_MEDIA_NO_LBA UINT32_MAX

/* Why a call failed. */
struct vfdc_media_error {
    vfdc_result code; /* VFDC_S_OK if nothing failed */
    int system_errno; /* the system's errno, or 0 */
    uint32_t sector;  /* logical block from 0, or VFDC_MEDIA_NO_LBA */
    char text[VFDC_MEDIA_TEXT_BYTES]; /* a sentence that names the file and the reason */
};

struct vfdc_media;

/*
 * The contract between the controller and any medium.  Numbers that the controller passes may
 * be anything their type holds: a medium answers NO_SECTOR to what is outside its geometry.
 * The controller trusts no answer with memory: a span is used only if its length is a multiple
 * of the sector's, at least one sector and at most those asked for.  None of these may call the
 * controller: it refuses, as any callback.
 */
struct vfdc_media_ops {
    /* The layout; the same answer as long as the medium is open. */
    void (*geometry)(const struct vfdc_media *media, struct vfdc_geometry *geometry);

    /* Whether the write-protect sensor sees a protected disk; constant likewise. */
    bool (*is_write_protected)(const struct vfdc_media *media);

    /*
     * Sectors `first` to `last` (1 up, both included) of a track, or fewer from `first` on:
     * those that lie side by side in memory and have the marks of `first`.
     */
    enum vfdc_media_result (*read_span)(struct vfdc_media *media, uint8_t cylinder, uint8_t head,
                                        uint8_t first, uint8_t last, struct vfdc_media_span *span);

    /* The VFDC_MARK_ bits of a sector; 0 outside the geometry. */
    uint8_t (*marks)(const struct vfdc_media *media, uint8_t cylinder, uint8_t head,
                     uint8_t sector);

    /*
     * Write one whole sector from `bytes`, with these marks in place of its own; all of it or
     * nothing.
     */
    enum vfdc_media_result (*write_sector)(struct vfdc_media *media, uint8_t cylinder,
                                           uint8_t head, uint8_t sector, const uint8_t *bytes,
                                           uint8_t marks);

    /*
     * FORMAT TRACK: fill every sector of the track with `filler`, without marks.  `order` names
     * all of its `n_sectors` in the order in which they pass the head from now on, with gaps of
     * `gap` bytes (GPL) between them.  NO_SECTOR, and nothing changed, if `n_sectors` is not the
     * track's or `order` is no permutation of 1 to it.
     */
    enum vfdc_media_result (*format_track)(struct vfdc_media *media, uint8_t cylinder,
                                           uint8_t head, const uint8_t *order, uint8_t n_sectors,
                                           uint8_t gap, uint8_t filler);

    /* The number of the sector that passes at `place` (0 up) after the index; 0 if none does. */
    uint8_t (*sector_at)(const struct vfdc_media *media, uint8_t cylinder, uint8_t head,
                         uint8_t place);

    /* GPL of the track's last FORMAT since the disk went in; before, the geometry's gap_format. */
    uint8_t (*gap)(const struct vfdc_media *media, uint8_t cylinder, uint8_t head);

    /*
     * A command that wrote is over, or was cut: all that it wrote, as one, is to outlast the death
     * of this process before the guest is told.  HOST_ERROR: it will not, and the command fails.
     */
    enum vfdc_media_result (*commit)(struct vfdc_media *media);

    /* Make what was written lasting, as vfdc_media_flush() says.  `error` may be NULL. */
    vfdc_result (*flush)(struct vfdc_media *media, struct vfdc_media_error *error);

    /* Sectors written and not yet made lasting. */
    uint32_t (*dirty_sectors)(const struct vfdc_media *media);

    /* Let go of everything, the medium included, without a flush.  `error` may be NULL. */
    vfdc_result (*close)(struct vfdc_media *media, struct vfdc_media_error *error);
};

/* A medium is a struct whose first member is this. */
struct vfdc_media {
    const struct vfdc_media_ops *ops;
};

/*
 * The system calls that a file medium makes, as in POSIX with errno values returned negative
 * (-EIO), not through `errno`: to run behind a broker, to count, or to make any of them fail in
 * a test.  All are required.  The table and what `opaque` points to must outlive the medium.
 *
 * None of these may call the medium that it is made for, nor end the drive or the controller that
 * this is in.  A flush, a save, a discard or a close from there changes nothing and answers
 * E_UNEXPECTED.  From inside vfdc_media_flush_write(), that and the end of the same flush do; the
 * other calls do what they do beside it.  Questions are answered.  In a call of a controller or a
 * drive those refuse as well, as from any callback.
 */
struct vfdc_system_status {
    uint64_t n_bytes;
    uint64_t device;
    uint64_t inode;
    uint64_t modified_ns, changed_ns; /* st_mtim and st_ctim, since 1970 */
    uint32_t mode;                    /* st_mode */
    uint32_t n_links;
    uint32_t owner, group;
};

struct vfdc_system {
    int (*open)(void *opaque, const char *path, int flags, uint32_t mode);
    int (*status)(void *opaque, int fd, struct vfdc_system_status *status); /* fstat */
    int64_t (*pread)(void *opaque, int fd, void *bytes, size_t n_bytes, uint64_t offset);
    int64_t (*pwrite)(void *opaque, int fd, const void *bytes, size_t n_bytes, uint64_t offset);
    int (*truncate)(void *opaque, int fd, uint64_t n_bytes); /* ftruncate */
    int (*sync)(void *opaque, int fd); /* fdatasync */
    int (*close)(void *opaque, int fd);

    /*
     * The directory that a file is in: `name` is a plain name in an open directory.  status_at
     * does not follow a symbolic link; rename_at never replaces, it answers -EEXIST.
     */
    int (*open_at)(void *opaque, int directory, const char *name, int flags, uint32_t mode);
    int (*status_at)(void *opaque, int directory, const char *name,
                     struct vfdc_system_status *status);
    int (*rename_at)(void *opaque, int directory, const char *from, const char *to);
    int (*unlink_at)(void *opaque, int directory, const char *name);
    int (*sync_directory)(void *opaque, int directory);      /* fsync */
    int (*can_write_directory)(void *opaque, int directory); /* 0, or why not */

    /* Where an open file is, symbolic links followed: an absolute path, NUL-terminated. */
    int (*resolve)(void *opaque, int fd, const char *path, char *resolved, size_t n_bytes);

    /* Hold a read lock on bytes of the file, with the open file description. */
    int (*lock)(void *opaque, int fd, uint64_t first, uint64_t n_bytes);
    /* 1 if another open file description holds a lock on any of these bytes; 0 if none does. */
    int (*is_locked)(void *opaque, int fd, uint64_t first, uint64_t n_bytes);

    /* The size of a block device; -EROFS of one that is protected, but open for writing. */
    int (*device_bytes)(void *opaque, int fd, uint64_t *n_bytes);

    uint32_t (*user)(void *opaque); /* geteuid */
    int (*set_owner)(void *opaque, int fd, uint32_t owner, uint32_t group, uint32_t mode);
};

/* The real system calls; its functions ignore `opaque`. */
VFDC_API const struct vfdc_system *vfdc_system_posix(void);

/* How the layout of an image was decided. */
enum vfdc_geometry_reason {
    VFDC_GEOMETRY_GIVEN,       /* by the caller */
    VFDC_GEOMETRY_SIZE,        /* one layout has this size */
    VFDC_GEOMETRY_DRIVE,       /* several have; one fits the drive, or the first that does */
    VFDC_GEOMETRY_BOOT_SECTOR, /* several fit; the BPB of the boot sector chose */
    VFDC_GEOMETRY_SHORT,       /* the file is shorter than the disk that its BPB describes */
    VFDC_GEOMETRY_SLACK,       /* the file is longer; the rest is never touched; read-only */
};

/* What has become of what a guest wrote, should this process or its host die. */
enum vfdc_durability {
    VFDC_DURABILITY_JOURNAL = 0, /* what a command wrote outlasts the process at once, and a
                                    flush is all or nothing */
    VFDC_DURABILITY_IN_PLACE,    /* no journal: a flush cut in the middle leaves a mix */
    VFDC_DURABILITY_RELAXED,     /* likewise, and nobody is to be warned of it */
};

/* What the host should know of an open image: bits of vfdc_media_warnings(). */
enum vfdc_media_warning {
    VFDC_WARNING_READ_ONLY = 0x001,       /* could not be opened for writing: protected */
    VFDC_WARNING_SHORT = 0x002,           /* shorter than its disk: the rest reads as zeros, and is
                                             there once that or the boot sector is written */
    VFDC_WARNING_SLACK = 0x004,           /* longer than its disk: protected */
    VFDC_WARNING_IN_PLACE = 0x008,        /* no journal can be made; flushes are not atomic */
    VFDC_WARNING_UNLOCKED = 0x010,        /* the file system has no locks */
    VFDC_WARNING_JOURNAL_APPLIED = 0x020, /* what an earlier holder left was recovered; to
                                             memory alone where opened for reading */
    VFDC_WARNING_JOURNAL_ASIDE = 0x040,   /* a journal that is not this image's was renamed */
    VFDC_WARNING_MODIFIED = 0x080,        /* another program wrote to the file meanwhile */
    VFDC_WARNING_DELETED = 0x100,         /* the file has no name any more */
    VFDC_WARNING_REPLACED = 0x200,        /* its name is another file's now */
};

/* How to open an image.  All zero: to read and write, for a drive that must be named. */
struct vfdc_media_options {
    /* The drive it is for: decides between layouts of one size, and refuses what cannot be read. */
    enum vfdc_drive_type drive;

    /* Open for reading; the guest sees a protected disk. */
    bool read_only;

    /* Where the file cannot be opened for writing, open it as with read_only. */
    bool allow_read_only;

    /* A layout by force: all four, or none (zeros).  Its product must be the image's size. */
    uint8_t cylinders, heads, sectors, size_code;

    enum vfdc_durability durability;

    /* Where no journal can be made beside the file, write in place, and warn. */
    bool allow_in_place;

    /* Where the file cannot be locked, write all the same, and warn. */
    bool allow_unlocked;

    /* Refuse a path whose last name is a symbolic link. */
    bool no_follow;

    /* Fail a flush, rather than warn, where another program wrote to the file meanwhile. */
    bool strict;

    /*
     * vfdc_media_buffer_bytes() of the caller's memory to hold the image, contents without
     * meaning, in use until close; NULL to allocate.  Keep one a drive: fresh pages cost more
     * than the disk's bytes.
     */
    void *buffer;

    /* NULL: vfdc_system_posix(). */
    const struct vfdc_system *system;
    void *system_opaque;
};

/* Bytes of memory for the largest image, guard included. */
VFDC_API size_t vfdc_media_buffer_bytes(void);

/*
 * Whether a path can be an image's at all, without a look at the file system: what
 * vfdc_media_open_vfd() checks first.  `error` may be NULL.
 *
 * E_POINTER: path NULL.  E_BAD_PATHNAME: empty or relative.  E_BUFFER_OVERFLOW: longer than the
 * system takes.
 */
VFDC_API vfdc_result vfdc_media_check_path(const char *path, struct vfdc_media_error *error);

/*
 * Open a raw image file.  `path` is absolute and copied.  `error` may be NULL; *media is NULL on
 * failure.  The file is not changed, nor its times.
 *
 * A journal stands beside the file that the path leads to, symbolic links followed, and is
 * named after it: an image with several hard links is to be opened by the same one each time.
 *
 * E_POINTER: path, options or media NULL.  E_INVALIDARG: options.drive is no drive, or
 * options.durability none that there is.
 * E_BAD_PATHNAME: empty or relative.  E_BUFFER_OVERFLOW: longer than the system takes.
 * VM_E_IMAGE_CAPTURE_FAIL: anything else that is not an image this drive can hold (missing,
 * empty, a directory, a size that is no floppy's, in use, not writable without
 * allow_read_only, ...).  E_OUTOFMEMORY.
 */
VFDC_API vfdc_result vfdc_media_open_vfd(const char *path,
                                         const struct vfdc_media_options *options,
                                         struct vfdc_media **media,
                                         struct vfdc_media_error *error);

/*
 * Open a block device of the host, such as a floppy drive with a disk in it, to have it alone
 * (O_EXCL, and the locks of an image).  Its layout follows from its size, or is given; it is
 * written in place, for no journal can stand beside it: a flush that is cut leaves a mix.  Of the
 * options allow_in_place and no_follow do not count.  `error` may be NULL; *media is NULL on
 * failure.
 *
 * E_POINTER: options or media NULL.  E_INVALIDARG: options.drive is no drive, options.durability
 * none that there is, or the path is NULL, empty, relative, too long, or names something that is
 * no block device.  VM_E_HOST_FLOPPY_CAPTURE_FAIL: it cannot be opened, read or had alone, or has a
 * size that is no floppy's.  E_OUTOFMEMORY.
 */
VFDC_API vfdc_result vfdc_media_open_host_drive(const char *path,
                                                const struct vfdc_media_options *options,
                                                struct vfdc_media **media,
                                                struct vfdc_media_error *error);

/*
 * Open a disk that is `n_bytes` of the caller's memory: written in place, in use until close.
 * Of the options drive, read_only and the layout count.  Nothing is ever dirty.  Results as of
 * vfdc_media_open_vfd(), without those of paths.
 */
VFDC_API vfdc_result vfdc_media_open_memory(void *bytes, size_t n_bytes,
                                            const struct vfdc_media_options *options,
                                            struct vfdc_media **media,
                                            struct vfdc_media_error *error);

/*
 * Write the dirty sectors to the file, joined where they lie side by side, and sync it.  Only
 * then are they clean.  Nothing dirty: no system call.  After a failure everything written
 * since the last good sync is dirty again, and a later flush writes it all again.
 *
 * S_FALSE: done, but a raw image keeps no marks, and sectors written since the last time this was
 * said have some; they last until the disk is taken out.  E_POINTER: media NULL.
 * DISP_E_EXCEPTION: see `error` (may be NULL).
 */
VFDC_API vfdc_result vfdc_media_flush(struct vfdc_media *media, struct vfdc_media_error *error);

/*
 * The same in three, for a host with several threads: the middle part makes all system calls that
 * write or sync, and runs beside any other use of the medium.
 *
 *     lock
 *     result = vfdc_media_flush_begin(media, &flush, &error);
 *     unlock
 *     if (flush != NULL) {
 *         vfdc_media_flush_write(flush, NULL);
 *         lock
 *         result = vfdc_media_flush_end(flush, &error);
 *         unlock
 *     }
 *
 * begin takes a copy of what is dirty.  *flush is NULL if it fails, and where nothing is left to
 * do: S_FALSE, nothing was dirty; of a medium that is no file, the result of a whole flush.  Each
 * begin that gives a flush needs its end, with a write between them or not; end frees the flush
 * and tells what became of it, as vfdc_media_flush().  Sectors written meanwhile stay dirty.
 *
 * While it is under way another flush, a discard or a save is DISP_E_EXCEPTION, and changes
 * nothing; a close waits for end, which makes it.
 *
 * begin: E_POINTER, E_OUTOFMEMORY, DISP_E_EXCEPTION.  write and end: E_POINTER,
 * DISP_E_EXCEPTION: then everything is dirty again.
 */
struct vfdc_media_flush;
VFDC_API vfdc_result vfdc_media_flush_begin(struct vfdc_media *media,
                                            struct vfdc_media_flush **flush,
                                            struct vfdc_media_error *error);
VFDC_API vfdc_result vfdc_media_flush_write(struct vfdc_media_flush *flush,
                                            struct vfdc_media_error *error);
VFDC_API vfdc_result vfdc_media_flush_end(struct vfdc_media_flush *flush,
                                          struct vfdc_media_error *error);

/*
 * Close a medium that is in no drive.  What is dirty is lost: flush first.  An error of the
 * system's close is told (DISP_E_EXCEPTION), but the medium is gone in any case.  NULL is
 * E_POINTER.
 */
VFDC_API vfdc_result vfdc_media_close(struct vfdc_media *media, struct vfdc_media_error *error);

/*
 * Close a medium that is in no drive, and drop what is dirty, its journal included: what the
 * guest wrote since the last flush is lost, and no later open brings it back.
 *
 * S_FALSE: done, but the journal cannot be removed, and the next open will bring its contents
 * back; why is in `error` (may be NULL).  E_POINTER: media NULL.  DISP_E_EXCEPTION: a flush by
 * parts is under way; nothing has changed.
 */
VFDC_API vfdc_result vfdc_media_discard(struct vfdc_media *media,
                                        struct vfdc_media_error *error);

/*
 * Write the whole disk, with what is dirty, to a new file, and go on with that: it is locked and
 * written from now on; the file that was opened stays as the last flush left it, unlocked, its
 * journal removed.  The new file has the old one's owner and mode, where the system lets us give
 * it them; else it is the caller's alone.  It has its name only when all of it is lasting.
 *
 * Write protection stays as it was, and so do marks.  A drive of the host goes on as an image.
 *
 * S_FALSE: done, but what was saved has marks, as vfdc_media_flush() says.  E_POINTER: media or
 * path NULL.  E_NOTIMPL: no medium of vfdc_media_open_vfd() or _host_drive().
 * E_BAD_PATHNAME, E_BUFFER_OVERFLOW: as there.  E_PATH_NOT_FOUND: no such directory.
 * E_ALREADY_EXISTS: nothing is ever replaced.  E_ACCESSDENIED, E_DISK_FULL, E_OUTOFMEMORY.
 * DISP_E_EXCEPTION: anything else.  After a failure there is no new file, and nothing has changed.
 */
VFDC_API vfdc_result vfdc_media_save_as(struct vfdc_media *media, const char *path,
                                        struct vfdc_media_error *error);

/* VMFloppyDiskImageType */
enum vfdc_image_type {
    VFDC_IMAGE_UNKNOWN = 0,                  /* a floppy image of another size */
    VFDC_IMAGE_LOW_DENSITY = 1,              /* 720K */
    VFDC_IMAGE_HIGH_DENSITY = 2,             /* 1.44M */
    VFDC_IMAGE_DMF = 3,                      /* 1.68M */
    VFDC_IMAGE_LOW_DENSITY_SINGLE_SIDED = 4, /* 360K whose boot sector says one side */
    VFDC_IMAGE_MEDIUM_DENSITY = 5,           /* 1.2M */
    VFDC_IMAGE_HIGH_DENSITY_MSS = 6,         /* the size of a flat XDF: 1.84M */
};

/* For calls on image files that are in no drive.  All zero: vfdc_system_posix(). */
struct vfdc_image_options {
    const struct vfdc_system *system;
    void *system_opaque;
};

/*
 * Make a blank image: a file of `n_bytes` zeros, a size that some drive takes.  It has its name
 * only when it is whole and lasting, and never replaces anything; directories are not made.
 * `options` and `error` may be NULL.
 *
 * E_POINTER: path NULL.  E_INVALIDARG: no floppy has this size.  The rest as of
 * vfdc_media_save_as().
 */
VFDC_API vfdc_result vfdc_image_create(const char *path, uint64_t n_bytes,
                                       const struct vfdc_image_options *options,
                                       struct vfdc_media_error *error);

/*
 * What kind of disk an image file holds, whether or not it is in use.  `options` and `error` may
 * be NULL.
 *
 * E_POINTER: path or type NULL.  E_BAD_PATHNAME, E_BUFFER_OVERFLOW.  E_FILE_NOT_FOUND,
 * E_PATH_NOT_FOUND.  E_OUTOFMEMORY.  DISP_E_EXCEPTION: no floppy image, or it cannot be read.
 */
VFDC_API vfdc_result vfdc_image_type(const char *path, const struct vfdc_image_options *options,
                                     enum vfdc_image_type *type,
                                     struct vfdc_media_error *error);

/*
 * Give a sector marks (VFDC_MARK_ bits) without touching its data: to show a guest, or a test of
 * one, a disk with deleted or damaged sectors.  They last until it is written or the medium
 * closed.  E_POINTER; E_INVALIDARG: no such sector, other bits, or a medium that is none of this
 * library's.
 */
VFDC_API vfdc_result vfdc_media_set_marks(struct vfdc_media *media, unsigned cylinder,
                                          unsigned head, unsigned sector, uint8_t marks);

/* Whether a flush by parts has begun and not ended.  False for other media and NULL. */
VFDC_API bool vfdc_media_is_flushing(const struct vfdc_media *media);

/* E_POINTER if either is NULL. */
VFDC_API vfdc_result vfdc_media_geometry(const struct vfdc_media *media,
                                         struct vfdc_geometry *geometry);

/* How the layout of an image of this library was decided; GIVEN for other media and NULL. */
VFDC_API enum vfdc_geometry_reason vfdc_media_geometry_reason(const struct vfdc_media *media);

/* Sectors that the next flush would write; 0 for NULL. */
VFDC_API uint32_t vfdc_media_dirty_sectors(const struct vfdc_media *media);

/*
 * What the host should know of an image in a file: VFDC_WARNING_ bits that were raised since it
 * was opened.  0 for other media and NULL.
 */
VFDC_API uint32_t vfdc_media_warnings(const struct vfdc_media *media);

/* Whether the guest finds it write-protected; true for NULL. */
VFDC_API bool vfdc_media_is_read_only(const struct vfdc_media *media);

#ifdef __cplusplus
}
#endif

#endif
