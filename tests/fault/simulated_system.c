/*
 * The simulated system; see simulated_system.h.  A trace that does not fit ends the test.
 */
#include "simulated_system.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "hash.h"

#define DIRECTORY (SIMULATED_NONE + 1u)
#define INODE 100u /* of the first file */
#define FIRST_FD 3

static const char *const names[SIMULATED_NAMES] = {
    "disk.vfd",
    ".disk.vfd.vfdc-journal",
    ".disk.vfd.vfdc-journal-2",
    ".disk.vfd.vfdc-journal-aside-001",
    ".disk.vfd.vfdc-journal-aside-002",
    ".disk.vfd.vfdc-journal-aside-003",
    ".disk.vfd.vfdc-journal-aside-004",
    "new.vfd",
    ".new.vfd.vfdc-journal",
    ".new.vfd.vfdc-journal-2",
    ".vfdc-new-000",
};

static void need(bool is_there, const char *what)
{
    if (!is_there) {
        fprintf(stderr, "simulated system: no room for %s\n", what);
        exit(EXIT_FAILURE);
    }
}

/* ---- disks ------------------------------------------------------------------------------- */

void simulated_disk_init(struct simulated_disk *disk)
{
    for (unsigned file = 0; file < SIMULATED_FILES; file++) {
        disk->bytes[file] = calloc(1, SIMULATED_FILE_BYTES);
        need(disk->bytes[file] != NULL, "a disk");
        disk->n_bytes[file] = 0;
    }
    for (unsigned name = 0; name < SIMULATED_NAMES; name++) {
        disk->file_of[name] = SIMULATED_NONE;
    }
}

void simulated_disk_free(struct simulated_disk *disk)
{
    for (unsigned file = 0; file < SIMULATED_FILES; file++) {
        free(disk->bytes[file]);
    }
}

static void set_size(struct simulated_disk *disk, unsigned file, size_t n_bytes)
{
    if (n_bytes < disk->n_bytes[file]) {
        memset(disk->bytes[file] + n_bytes, 0, disk->n_bytes[file] - n_bytes);
    }
    disk->n_bytes[file] = n_bytes;
}

static void copy_file(struct simulated_disk *to, const struct simulated_disk *from, unsigned file)
{
    set_size(to, file, from->n_bytes[file]);
    memcpy(to->bytes[file], from->bytes[file], from->n_bytes[file]);
}

void simulated_disk_copy(struct simulated_disk *to, const struct simulated_disk *from)
{
    for (unsigned file = 0; file < SIMULATED_FILES; file++) {
        copy_file(to, from, file);
    }
    memcpy(to->file_of, from->file_of, sizeof(to->file_of));
}

uint64_t simulated_disk_hash(const struct simulated_disk *disk)
{
    uint64_t known[SIMULATED_NAMES][2] = { { 0 } };

    for (unsigned name = 0; name < SIMULATED_NAMES; name++) {
        unsigned file = disk->file_of[name];

        if (file != SIMULATED_NONE) {
            known[name][0] = 1u + disk->n_bytes[file];
            known[name][1] = hash_of(disk->bytes[file], disk->n_bytes[file]);
        }
    }
    return hash_of((const uint8_t *)known, sizeof(known));
}

static void apply(struct simulated_disk *disk, const struct simulated_event *event)
{
    switch (event->change) {
    case CHANGE_BYTES:
        memcpy(disk->bytes[event->file] + event->offset, event->bytes, event->n_bytes);
        if (event->offset + event->n_bytes > disk->n_bytes[event->file]) {
            disk->n_bytes[event->file] = event->offset + event->n_bytes;
        }
        break;
    case CHANGE_SIZE:
        set_size(disk, event->file, event->n_bytes);
        break;
    case CHANGE_CREATE:
        disk->file_of[event->name] = event->file;
        break;
    case CHANGE_UNLINK:
        disk->file_of[event->name] = SIMULATED_NONE;
        break;
    case CHANGE_RENAME:
        disk->file_of[event->to] = disk->file_of[event->name];
        disk->file_of[event->name] = SIMULATED_NONE;
        break;
    default:
        break;
    }
}

/* ---- the trace --------------------------------------------------------------------------- */

void simulated_system_init(struct simulated_system *system)
{
    simulated_disk_init(&system->base);
    simulated_disk_init(&system->live);
    system->bytes = malloc(SIMULATED_BYTES);
    need(system->bytes != NULL, "a system");
}

void simulated_system_free(struct simulated_system *system)
{
    simulated_disk_free(&system->base);
    simulated_disk_free(&system->live);
    free(system->bytes);
}

static void record(struct simulated_system *system, struct simulated_event event)
{
    need(system->n_events < SIMULATED_EVENTS, "an event");
    event.bounds = system->bounds;
    system->event[system->n_events] = event;
    system->n_events++;
    apply(&system->live, &event);
}

static void restart(struct simulated_system *system)
{
    system->n_bytes = 0;
    system->clock = 1;
    memset(system->modified, 0, sizeof(system->modified));
    for (unsigned i = 0; i < SIMULATED_DESCRIPTORS; i++) {
        system->file_of[i] = SIMULATED_NONE;
    }
    for (unsigned i = 0; i < SIMULATED_LOCKS; i++) {
        system->lock[i].fd = -1;
    }
    system->bounds = (struct simulated_bounds){ .lasting = 0 };
    system->is_unlinked = false;
    system->is_resized = false;
    system->short_write_in = 0;
    system->is_full = false;
    system->failing = PLACE_NONE;
}

void simulated_system_start(struct simulated_system *system, const struct simulated_disk *disk)
{
    restart(system);
    simulated_disk_copy(&system->base, disk);
    simulated_disk_copy(&system->live, disk);
    system->n_events = 0;
    system->next_file = 1;
    for (unsigned name = 0; name < SIMULATED_NAMES; name++) {
        if (disk->file_of[name] != SIMULATED_NONE && disk->file_of[name] >= system->next_file) {
            system->next_file = disk->file_of[name] + 1u;
        }
    }
    record(system, (struct simulated_event){ .change = CHANGE_NONE });
}

void simulated_system_follow(struct simulated_system *system, const struct simulated_system *dead,
                             unsigned n_events)
{
    restart(system);
    simulated_disk_copy(&system->base, &dead->base);
    simulated_disk_copy(&system->live, &dead->base);
    memcpy(system->event, dead->event, n_events * sizeof(system->event[0]));
    system->n_events = n_events;
    system->next_file = dead->next_file;
    for (unsigned i = 0; i < n_events; i++) {
        apply(&system->live, &system->event[i]);
    }
}

void simulated_system_bound(struct simulated_system *system, struct simulated_bounds bounds)
{
    system->bounds = bounds;
    system->event[system->n_events - 1u].bounds = bounds;
}

static void record_write(struct simulated_system *system, unsigned file, const uint8_t *bytes,
                         size_t n_bytes, size_t offset)
{
    size_t n_piece;

    system->is_resized = system->is_resized && file != SIMULATED_IMAGE;
    need(offset + n_bytes <= SIMULATED_FILE_BYTES &&
             system->n_bytes + n_bytes <= SIMULATED_BYTES, "what is written");
    if (offset + n_bytes > system->live.n_bytes[file]) {
        record(system, (struct simulated_event){
            .change = CHANGE_SIZE, .file = file, .n_bytes = offset + n_bytes });
    }
    for (size_t done = 0; done < n_bytes; done += n_piece) {
        uint8_t *kept = system->bytes + system->n_bytes;

        n_piece = SIMULATED_SECTOR_BYTES - (offset + done) % SIMULATED_SECTOR_BYTES;
        if (n_piece > n_bytes - done) {
            n_piece = n_bytes - done;
        }
        memcpy(kept, bytes + done, n_piece);
        system->n_bytes += n_piece;
        record(system, (struct simulated_event){
            .change = CHANGE_BYTES, .file = file, .offset = offset + done, .n_bytes = n_piece,
            .bytes = kept });
    }
    system->modified[file] = ++system->clock;
}

void simulated_system_overwrite(struct simulated_system *system, size_t offset,
                                const uint8_t *bytes, size_t n_bytes)
{
    record_write(system, SIMULATED_IMAGE, bytes, n_bytes, offset);
    record(system, (struct simulated_event){ .change = CHANGE_SYNC, .file = SIMULATED_IMAGE });
}

/* ---- loss of power ----------------------------------------------------------------------- */

static bool is_of_directory(const struct simulated_event *event)
{
    return event->change == CHANGE_CREATE || event->change == CHANGE_UNLINK ||
           event->change == CHANGE_RENAME;
}

static bool has_name(const struct simulated_disk *disk, unsigned file)
{
    for (unsigned name = 0; name < SIMULATED_NAMES; name++) {
        if (disk->file_of[name] == file) {
            return true;
        }
    }
    return false;
}

static bool may_have_name(const struct simulated_replay *replay,
                          const struct simulated_system *system, unsigned file)
{
    bool is_created = false;

    for (unsigned i = 0; i < replay->n_pending; i++) {
        const struct simulated_event *event = &system->event[replay->pending[i]];

        is_created = is_created || (event->change == CHANGE_CREATE && event->file == file);
    }
    return is_created || has_name(&replay->lasting, file);
}

/* Whether a sync ends what is pending of an event. */
static bool is_ended(const struct simulated_event *sync, const struct simulated_event *event)
{
    if (sync->change == CHANGE_SYNC_DIRECTORY) {
        return is_of_directory(event);
    }
    return (sync->change == CHANGE_SYNC || sync->change == CHANGE_DROP) &&
           !is_of_directory(event) && event->file == sync->file;
}

/* What a sync has made lasting is pending no more, nor what has gone with its file. */
static void settle(struct simulated_replay *replay, const struct simulated_system *system,
                   const struct simulated_event *sync)
{
    unsigned n_left = 0;

    for (unsigned i = 0; i < replay->n_pending; i++) {
        const struct simulated_event *event = &system->event[replay->pending[i]];

        if (!is_ended(sync, event)) {
            replay->pending[n_left++] = replay->pending[i];
        } else if (sync->change != CHANGE_DROP) {
            apply(&replay->lasting, event);
        }
    }
    replay->n_pending = n_left;
    n_left = 0;
    for (unsigned i = 0; i < replay->n_pending; i++) {
        const struct simulated_event *event = &system->event[replay->pending[i]];

        if (is_of_directory(event) || may_have_name(replay, system, event->file)) {
            replay->pending[n_left++] = replay->pending[i];
        }
    }
    replay->n_pending = n_left;
}

void simulated_replay_begin(struct simulated_replay *replay,
                            const struct simulated_system *system)
{
    simulated_disk_copy(&replay->lasting, &system->base);
    replay->n_pending = 0;
}

void simulated_replay_step(struct simulated_replay *replay,
                           const struct simulated_system *system, unsigned event)
{
    const struct simulated_event *now = &system->event[event];

    if (now->change == CHANGE_BYTES || now->change == CHANGE_SIZE || is_of_directory(now)) {
        need(replay->n_pending < SIMULATED_PENDING, "an unsynced change");
        replay->pending[replay->n_pending] = event;
        replay->n_pending++;
    } else if (now->change != CHANGE_NONE) {
        settle(replay, system, now);
    }
}

static uint64_t next_random(uint64_t *random)
{
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    return *random;
}

/* Selection number `i`: each in turn if there are no more; else all, none, and any. */
static uint64_t select_some(struct simulated_choice *choice, unsigned n_changes, uint64_t i)
{
    if (n_changes < 63 && (UINT64_C(1) << n_changes) <= choice->n_most) {
        return i;
    }
    if (i < 2) {
        return i == 0 ? UINT64_MAX : 0;
    }
    return next_random(&choice->random);
}

void simulated_replay_crash(const struct simulated_replay *replay,
                            const struct simulated_system *system,
                            struct simulated_choice *choice, struct simulated_disk *disk,
                            void (*visit)(void *opaque, const struct simulated_disk *disk),
                            void *opaque)
{
    struct simulated_disk named = replay->lasting; /* its names change; its bytes are shared */
    const struct simulated_event *some[SIMULATED_PENDING];

    for (unsigned next = 0; next <= replay->n_pending; next++) {
        unsigned n_some = 0;
        uint64_t n_selections;

        if (next > 0 && !is_of_directory(&system->event[replay->pending[next - 1u]])) {
            continue;
        }
        if (next > 0) {
            apply(&named, &system->event[replay->pending[next - 1u]]);
        }
        for (unsigned i = 0; i < replay->n_pending; i++) {
            const struct simulated_event *event = &system->event[replay->pending[i]];

            if (!is_of_directory(event) && has_name(&named, event->file)) {
                some[n_some++] = event;
            }
        }
        n_selections = n_some < 63 && (UINT64_C(1) << n_some) <= choice->n_most
                           ? UINT64_C(1) << n_some
                           : choice->n_most;
        for (uint64_t i = 0; i < n_selections; i++) {
            uint64_t selection = select_some(choice, n_some, i);

            memcpy(disk->file_of, named.file_of, sizeof(disk->file_of));
            for (unsigned file = 0; file < SIMULATED_FILES; file++) {
                if (has_name(&named, file)) {
                    copy_file(disk, &named, file);
                } else {
                    set_size(disk, file, 0);
                }
            }
            for (unsigned k = 0; k < n_some; k++) {
                if ((selection >> k & 1u) != 0) {
                    apply(disk, some[k]);
                }
            }
            visit(opaque, disk);
        }
    }
}

/* ---- the calls --------------------------------------------------------------------------- */

static int find_name(const char *name)
{
    for (unsigned i = 0; i < SIMULATED_NAMES; i++) {
        if (strcmp(name, names[i]) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static int new_descriptor(struct simulated_system *system, unsigned file)
{
    for (unsigned i = 0; i < SIMULATED_DESCRIPTORS; i++) {
        if (system->file_of[i] == SIMULATED_NONE) {
            system->file_of[i] = file;
            return FIRST_FD + (int)i;
        }
    }
    return -EMFILE;
}

/* SIMULATED_NONE if it is none of a file. */
static unsigned file_of(const struct simulated_system *system, int fd)
{
    if (fd < FIRST_FD || fd >= FIRST_FD + (int)SIMULATED_DESCRIPTORS ||
        system->file_of[fd - FIRST_FD] >= SIMULATED_FILES) {
        return SIMULATED_NONE;
    }
    return system->file_of[fd - FIRST_FD];
}

static int open_at(void *opaque, int directory, const char *name, int flags, uint32_t mode)
{
    struct simulated_system *system = opaque;
    int found = find_name(name);

    (void)directory;
    (void)mode;
    if (found < 0) {
        return (flags & O_CREAT) != 0 ? -ENOSPC : -ENOENT;
    }
    if ((flags & O_CREAT) == 0) {
        return system->live.file_of[found] == SIMULATED_NONE
                   ? -ENOENT
                   : new_descriptor(system, system->live.file_of[found]);
    }
    if (system->live.file_of[found] != SIMULATED_NONE) {
        return -EEXIST;
    }
    need(system->next_file < SIMULATED_FILES, "a file");
    record(system, (struct simulated_event){
        .change = CHANGE_CREATE, .name = (unsigned)found, .file = system->next_file });
    return new_descriptor(system, system->next_file++);
}

static int open_path(void *opaque, const char *path, int flags, uint32_t mode)
{
    if ((flags & O_DIRECTORY) != 0) {
        return strcmp(path, "/") == 0 ? new_descriptor(opaque, DIRECTORY) : -ENOTDIR;
    }
    return path[0] == '/' ? open_at(opaque, 0, path + 1, flags, mode) : -ENOENT;
}

static void tell(const struct simulated_system *system, unsigned file,
                 struct vfdc_system_status *status)
{
    *status = (struct vfdc_system_status){
        .n_bytes = system->live.n_bytes[file],
        .device = 1,
        .inode = INODE + file,
        .modified_ns = system->modified[file],
        .changed_ns = system->modified[file],
        .mode = S_IFREG | 0600,
        .n_links = has_name(&system->live, file) ? 1 : 0,
    };
}

static int status(void *opaque, int fd, struct vfdc_system_status *status)
{
    struct simulated_system *system = opaque;
    unsigned file = file_of(system, fd);

    if (file == SIMULATED_NONE) {
        return -EBADF;
    }
    tell(system, file, status);
    return 0;
}

static int status_at(void *opaque, int directory, const char *name,
                     struct vfdc_system_status *status)
{
    struct simulated_system *system = opaque;
    int found = find_name(name);

    (void)directory;
    if (found < 0 || system->live.file_of[found] == SIMULATED_NONE) {
        return -ENOENT;
    }
    tell(system, system->live.file_of[found], status);
    return 0;
}

static int64_t read_at(void *opaque, int fd, void *bytes, size_t n_bytes, uint64_t offset)
{
    struct simulated_system *system = opaque;
    unsigned file = file_of(system, fd);
    size_t n_file;

    if (file == SIMULATED_NONE) {
        return -EBADF;
    }
    n_file = system->live.n_bytes[file];
    if (offset >= n_file) {
        return 0;
    }
    if (n_bytes > n_file - offset) {
        n_bytes = n_file - (size_t)offset;
    }
    memcpy(bytes, system->live.bytes[file] + offset, n_bytes);
    return (int64_t)n_bytes;
}

static int64_t write_at(void *opaque, int fd, const void *bytes, size_t n_bytes, uint64_t offset)
{
    struct simulated_system *system = opaque;
    unsigned file = file_of(system, fd);

    if (file == SIMULATED_NONE) {
        return -EBADF;
    }
    if (system->is_full) {
        system->is_full = false;
        return -ENOSPC;
    }
    if (system->short_write_in > 0) {
        system->short_write_in--;
        if (system->short_write_in == 0) {
            n_bytes -= n_bytes / 4u;
            system->is_full = true;
        }
    }
    record_write(system, file, bytes, n_bytes, (size_t)offset);
    return (int64_t)n_bytes;
}

static int truncate_to(void *opaque, int fd, uint64_t n_bytes)
{
    struct simulated_system *system = opaque;
    unsigned file = file_of(system, fd);

    if (file == SIMULATED_NONE) {
        return -EBADF;
    }
    need(n_bytes <= SIMULATED_FILE_BYTES, "a longer file");
    record(system, (struct simulated_event){
        .change = CHANGE_SIZE, .file = file, .n_bytes = (size_t)n_bytes });
    system->is_resized = file == SIMULATED_IMAGE;
    system->modified[file] = ++system->clock;
    return 0;
}

static int sync_file(void *opaque, int fd)
{
    struct simulated_system *system = opaque;
    unsigned file = file_of(system, fd);
    enum simulated_place place = file != SIMULATED_IMAGE ? PLACE_JOURNAL
                                 : system->is_resized    ? PLACE_SIZE
                                                         : PLACE_IMAGE;

    if (file == SIMULATED_NONE) {
        return -EBADF;
    }
    if (place == system->failing) {
        system->failing = PLACE_NONE;
        record(system, (struct simulated_event){ .change = CHANGE_DROP, .file = file });
        return -EIO;
    }
    if (place != system->without) {
        record(system, (struct simulated_event){ .change = CHANGE_SYNC, .file = file });
    }
    return 0;
}

static int close_file(void *opaque, int fd)
{
    struct simulated_system *system = opaque;

    if (fd < FIRST_FD || fd >= FIRST_FD + (int)SIMULATED_DESCRIPTORS ||
        system->file_of[fd - FIRST_FD] == SIMULATED_NONE) {
        return -EBADF;
    }
    system->file_of[fd - FIRST_FD] = SIMULATED_NONE;
    for (unsigned i = 0; i < SIMULATED_LOCKS; i++) {
        if (system->lock[i].fd == fd) {
            system->lock[i].fd = -1;
        }
    }
    return 0;
}

static int rename_at(void *opaque, int directory, const char *from, const char *to)
{
    struct simulated_system *system = opaque;
    int old = find_name(from);
    int new = find_name(to);

    (void)directory;
    if (old < 0 || new < 0 || system->live.file_of[old] == SIMULATED_NONE) {
        return -ENOENT;
    }
    if (system->live.file_of[new] != SIMULATED_NONE) {
        return -EEXIST;
    }
    record(system, (struct simulated_event){
        .change = CHANGE_RENAME, .name = (unsigned)old, .to = (unsigned)new });
    return 0;
}

static int unlink_at(void *opaque, int directory, const char *name)
{
    struct simulated_system *system = opaque;
    int found = find_name(name);

    (void)directory;
    if (found < 0 || system->live.file_of[found] == SIMULATED_NONE) {
        return -ENOENT;
    }
    record(system, (struct simulated_event){ .change = CHANGE_UNLINK, .name = (unsigned)found });
    system->is_unlinked = true;
    return 0;
}

static int sync_directory(void *opaque, int directory)
{
    struct simulated_system *system = opaque;
    enum simulated_place place = system->is_unlinked ? PLACE_DIRECTORY_BEHIND : PLACE_DIRECTORY;

    (void)directory;
    if (place == system->failing) {
        system->failing = PLACE_NONE;
        return -EIO;
    }
    system->is_unlinked = false;
    if (place != system->without) {
        record(system, (struct simulated_event){ .change = CHANGE_SYNC_DIRECTORY });
    }
    return 0;
}

static int can_write_directory(void *opaque, int directory)
{
    (void)opaque;
    (void)directory;
    return 0;
}

static int resolve(void *opaque, int fd, const char *path, char *resolved, size_t n_bytes)
{
    (void)opaque;
    (void)fd;
    if (strlen(path) >= n_bytes) {
        return -ENAMETOOLONG;
    }
    memcpy(resolved, path, strlen(path) + 1u);
    return 0;
}

static int lock(void *opaque, int fd, uint64_t first, uint64_t n_bytes)
{
    struct simulated_system *system = opaque;

    for (unsigned i = 0; i < SIMULATED_LOCKS; i++) {
        if (system->lock[i].fd < 0) {
            system->lock[i].fd = fd;
            system->lock[i].first = first;
            system->lock[i].n_bytes = n_bytes;
            return 0;
        }
    }
    return -ENOLCK;
}

static int is_locked(void *opaque, int fd, uint64_t first, uint64_t n_bytes)
{
    struct simulated_system *system = opaque;

    for (unsigned i = 0; i < SIMULATED_LOCKS; i++) {
        if (system->lock[i].fd >= 0 && system->lock[i].fd != fd &&
            file_of(system, system->lock[i].fd) == file_of(system, fd) &&
            system->lock[i].first < first + n_bytes &&
            first < system->lock[i].first + system->lock[i].n_bytes) {
            return 1;
        }
    }
    return 0;
}

static int device_bytes(void *opaque, int fd, uint64_t *n_bytes)
{
    (void)opaque;
    (void)fd;
    (void)n_bytes;
    return -ENOTTY;
}

static uint32_t user(void *opaque)
{
    (void)opaque;
    return 0;
}

static int set_owner(void *opaque, int fd, uint32_t owner, uint32_t group, uint32_t mode)
{
    (void)opaque;
    (void)fd;
    (void)owner;
    (void)group;
    (void)mode;
    return 0;
}

const struct vfdc_system simulated_system_table = {
    .open = open_path,
    .status = status,
    .pread = read_at,
    .pwrite = write_at,
    .truncate = truncate_to,
    .sync = sync_file,
    .close = close_file,
    .open_at = open_at,
    .status_at = status_at,
    .rename_at = rename_at,
    .unlink_at = unlink_at,
    .sync_directory = sync_directory,
    .can_write_directory = can_write_directory,
    .resolve = resolve,
    .lock = lock,
    .is_locked = is_locked,
    .device_bytes = device_bytes,
    .user = user,
    .set_owner = set_owner,
};
