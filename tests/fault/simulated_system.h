/*
 * A file system in memory behind struct vfdc_system, that writes down every change: what of them
 * a loss of power may leave can then be made, state by state.  It has one directory, "/", with an
 * image "/disk.vfd" and the files that go beside it, and room for another.
 *
 * The model: a write survives or not sector by sector (512 bytes of the file), in any selection,
 * until a sync of that file; so does a change of its size, which for a write that lengthens the
 * file is a change of its own, to zeros.  Changes of the directory survive in order up to some
 * point, until a sync of the directory: that of a file does not make its name lasting.
 */
#ifndef TESTS_FAULT_SIMULATED_SYSTEM_H
#define TESTS_FAULT_SIMULATED_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vfdc/media.h>

#define SIMULATED_PATH "/disk.vfd"
#define SIMULATED_SECTOR_BYTES 512u
#define SIMULATED_FILE_BYTES (320u * SIMULATED_SECTOR_BYTES)
#define SIMULATED_FILES 16u
#define SIMULATED_NAMES 11u
#define SIMULATED_IMAGE 0u /* the image's file, and its name */
#define SIMULATED_NEW 7u   /* the name of the other image */
#define SIMULATED_NEW_PATH "/new.vfd"
#define SIMULATED_NONE SIMULATED_FILES

#define SIMULATED_EVENTS 1024u
#define SIMULATED_BYTES (1u << 20)
#define SIMULATED_PENDING 64u
#define SIMULATED_DESCRIPTORS 16u
#define SIMULATED_LOCKS 16u

/* What stands on a disk, or what programs see.  Behind a file's end its bytes are zeros. */
struct simulated_disk {
    uint8_t *bytes[SIMULATED_FILES]; /* SIMULATED_FILE_BYTES of each */
    size_t n_bytes[SIMULATED_FILES];
    unsigned file_of[SIMULATED_NAMES]; /* SIMULATED_NONE: there is no such name */
};

enum simulated_change {
    CHANGE_NONE, /* the beginning */
    CHANGE_BYTES,
    CHANGE_SIZE,
    CHANGE_SYNC,
    CHANGE_DROP, /* a sync that failed: what was unsynced never comes to the disk */
    CHANGE_CREATE,
    CHANGE_UNLINK,
    CHANGE_RENAME,
    CHANGE_SYNC_DIRECTORY,
};

/* Numbers that the user of this keeps, as they were when a change was made. */
struct simulated_bounds {
    unsigned lasting; /* outlasts a loss of power */
    unsigned told;    /* outlasts the death of the process */
    unsigned begun;   /* the most that can be there */
};

struct simulated_event {
    enum simulated_change change;
    unsigned file, name, to;
    size_t offset, n_bytes; /* n_bytes: of the change, or the new size */
    const uint8_t *bytes;
    struct simulated_bounds bounds;
};

/* The syncs whose order is what makes a flush whole; each can be taken out. */
enum simulated_place {
    PLACE_NONE,
    PLACE_JOURNAL,          /* the journal, before it is applied */
    PLACE_DIRECTORY,        /* its name, likewise */
    PLACE_SIZE,             /* the size that a short image is given, before that */
    PLACE_IMAGE,            /* the image, before the journal goes */
    PLACE_DIRECTORY_BEHIND, /* the directory, behind that */
};

struct simulated_system {
    struct simulated_disk base; /* lasting, at the beginning of the events */
    struct simulated_disk live; /* what programs see */
    struct simulated_event event[SIMULATED_EVENTS];
    unsigned n_events;
    uint8_t *bytes; /* of the events: SIMULATED_BYTES */
    size_t n_bytes;
    unsigned next_file;
    uint64_t clock, modified[SIMULATED_FILES];

    unsigned file_of[SIMULATED_DESCRIPTORS]; /* SIMULATED_NONE, or one more: the directory */
    struct {
        int fd; /* -1: none */
        uint64_t first, n_bytes;
    } lock[SIMULATED_LOCKS];

    struct simulated_bounds bounds;
    enum simulated_place without; /* this sync does nothing and succeeds */
    bool is_unlinked;             /* a name was, since the directory was last synced */
    bool is_resized;              /* the image was, and nothing is written to it yet */
    unsigned short_write_in;      /* so many writes from now one is short, and the next fails */
    bool is_full;
    enum simulated_place failing; /* the next of these syncs fails */
};

/* What of a system's events a loss of power finds lasting, and what it may leave. */
struct simulated_replay {
    struct simulated_disk lasting;
    unsigned pending[SIMULATED_PENDING]; /* events */
    unsigned n_pending;
};

/* How many selections of unsynced changes are looked at; if there are more, so many at random. */
struct simulated_choice {
    uint64_t n_most;
    uint64_t random;
};

extern const struct vfdc_system simulated_system_table;

/* All memory that they use, and its end. */
void simulated_disk_init(struct simulated_disk *disk);
void simulated_disk_free(struct simulated_disk *disk);
void simulated_system_init(struct simulated_system *system);
void simulated_system_free(struct simulated_system *system);

void simulated_disk_copy(struct simulated_disk *to, const struct simulated_disk *from);

/* Names and contents, in a number. */
uint64_t simulated_disk_hash(const struct simulated_disk *disk);

/* A machine that has just started, on that disk. */
void simulated_system_start(struct simulated_system *system, const struct simulated_disk *disk);

/* The process of `dead` has died behind its first events: another one on the same machine. */
void simulated_system_follow(struct simulated_system *system, const struct simulated_system *dead,
                             unsigned n_events);

/* The bounds of what comes, and of what was last. */
void simulated_system_bound(struct simulated_system *system, struct simulated_bounds bounds);

/* Another program writes to the image, and syncs it. */
void simulated_system_overwrite(struct simulated_system *system, size_t offset,
                                const uint8_t *bytes, size_t n_bytes);

/* Begin before the first event; then take them one by one. */
void simulated_replay_begin(struct simulated_replay *replay,
                            const struct simulated_system *system);
void simulated_replay_step(struct simulated_replay *replay,
                           const struct simulated_system *system, unsigned event);

/* Call `visit` with each disk that a loss of power may leave now, made in `disk`. */
void simulated_replay_crash(const struct simulated_replay *replay,
                            const struct simulated_system *system,
                            struct simulated_choice *choice, struct simulated_disk *disk,
                            void (*visit)(void *opaque, const struct simulated_disk *disk),
                            void *opaque);

#endif
