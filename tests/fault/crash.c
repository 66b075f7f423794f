/*
 * Loss of power and death of the process at every point of a guest's work: what the next open
 * finds must be the disk as some command left it, no older than the last flush that was told to
 * have succeeded, or than the last command where only the process died.  Recovery is cut as well,
 * and the recovery from that.  Then each sync is taken out in turn: that must show.
 *
 *     crash            some 20,000 states
 *     crash -long      more than two million
 *
 * See README.md beside this for what a loss of power may leave.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vfdc/media.h>

#include "crash_save.h"
#include "hash.h"
#include "simulated_system.h"

#define LEVELS 4u /* the guest's work, recovery, recovery from a cut one, once more */
#define CUTS 2u   /* of recoveries, one in the other */
#define VERSIONS 64u
#define SECTOR 512u
#define TRACK 8u /* sectors; one head */
#define SMALL_BYTES (2u * TRACK * SECTOR)
#define WHOLE_BYTES (40u * TRACK * SECTOR)
#define N_SEEN (1u << 22)

struct limits {
    uint64_t n_selections;          /* of what a crash of the guest's work leaves */
    uint64_t n_recovery_selections; /* and one of a recovery */
    unsigned cut_one_in;            /* of so many states, the recovery is cut */
    unsigned kill_one_in;           /* of so many deaths, the next process dies as well */
    unsigned meddle_one_in;         /* behind one of so many, another program writes */
};

struct level {
    struct simulated_system system;
    struct simulated_replay replay;
    struct simulated_disk disk;
};

/* What a disk is recovered to, and how deep its recovery was cut. */
struct seen {
    uint64_t disk, content;
    uint64_t n_cuts_and_1; /* 0: an empty place */
};

struct checker {
    struct level level[LEVELS];
    uint8_t *buffer; /* of the images that recovery opens */
    struct seen *seen;
    unsigned n_seen;
    struct limits limits;
    struct simulated_choice choice, recovery_choice;
    enum simulated_place without_in_recovery;

    uint32_t disk_bytes;
    uint64_t version[VERSIONS]; /* what the disk was after each command, in hashes */
    unsigned n_versions;
    uint8_t small[VERSIONS][SMALL_BYTES]; /* and in full, of a small disk */
    uint8_t first[WHOLE_BYTES]; /* the first of them */

    uint64_t n_states, n_recoveries, n_torn, n_lost, n_aside, n_turns;
    uint64_t n_meddled, n_left_alone; /* states with another program's sector; set aside */
};

/* The work that is cut. */
struct guest {
    struct checker *checker;
    struct simulated_system *system;
    struct vfdc_media *media;
    uint8_t now[WHOLE_BYTES];
    unsigned n_writes;
    struct simulated_bounds bounds;
};

static void check(bool is_so, const char *what)
{
    if (!is_so) {
        fprintf(stderr, "crash: %s\n", what);
        exit(EXIT_FAILURE);
    }
}

/* ---- recovery ---------------------------------------------------------------------------- */

static struct vfdc_media_options options_for(const struct checker *checker,
                                             struct simulated_system *system)
{
    struct vfdc_media_options options = {
        .drive = VFDC_DRIVE_360K,
        .system = &simulated_system_table,
        .system_opaque = system,
    };

    if (checker->disk_bytes == SMALL_BYTES) {
        options.cylinders = 2;
        options.heads = 1;
        options.sectors = TRACK;
        options.size_code = 2;
    }
    return options;
}

static uint64_t content_of(const struct checker *checker, const struct simulated_disk *disk)
{
    return hash_of(disk->bytes[SIMULATED_IMAGE], checker->disk_bytes);
}

/* Open the image as the next holder does, and let go of it.  The content; 0 if that fails. */
static uint64_t open_again(struct checker *checker, struct simulated_system *system)
{
    struct vfdc_media_options options = options_for(checker, system);
    struct vfdc_media *media = NULL;

    options.buffer = checker->buffer;
    system->without = checker->without_in_recovery;
    checker->n_recoveries++;
    if (vfdc_media_open_vfd(SIMULATED_PATH, &options, &media, NULL) != VFDC_S_OK) {
        return 0;
    }
    if ((vfdc_media_warnings(media) & VFDC_WARNING_JOURNAL_ASIDE) != 0) {
        checker->n_aside++;
    }
    check(vfdc_media_close(media, NULL) == VFDC_S_OK, "an image cannot be closed");
    return content_of(checker, &system->live);
}

static struct seen *find_seen(struct checker *checker, uint64_t disk)
{
    unsigned at = (unsigned)(disk % N_SEEN);

    while (checker->seen[at].n_cuts_and_1 != 0 && checker->seen[at].disk != disk) {
        at = (at + 1u) % N_SEEN;
    }
    return &checker->seen[at];
}

static void forget_seen(struct checker *checker)
{
    memset(checker->seen, 0, N_SEEN * sizeof(checker->seen[0]));
    checker->n_seen = 0;
}

/* A crash in a recovery, or behind it. */
struct cut {
    struct checker *checker;
    unsigned level, n_cuts;
    uint64_t either, or; /* what it is to be recovered to */
    unsigned lasting, begun; /* unless both are 0: one of these versions instead */
};

static uint64_t recovered(struct checker *checker, unsigned level,
                          const struct simulated_disk *disk, unsigned n_cuts);

static void judge(struct checker *checker, uint64_t content, unsigned lasting, unsigned begun)
{
    checker->n_states++;
    for (unsigned i = lasting; i <= begun; i++) {
        if (checker->version[i] == content && content != 0) {
            return;
        }
    }
    for (unsigned i = 0; i < checker->n_versions; i++) {
        if (checker->version[i] == content && content != 0) {
            checker->n_lost++;
            return;
        }
    }
    checker->n_torn++;
}

static void visit_cut(void *opaque, const struct simulated_disk *disk)
{
    struct cut *cut = opaque;
    uint64_t content = recovered(cut->checker, cut->level + 1u, disk, cut->n_cuts);

    if (cut->begun != 0) {
        judge(cut->checker, content, cut->lasting, cut->begun);
        return;
    }
    cut->checker->n_states++;
    if (content == 0 || (content != cut->either && content != cut->or)) {
        cut->checker->n_torn++;
    }
}

/* Another program puts a sector back to what it once was.  False if all are. */
static bool put_back(struct checker *checker, struct simulated_system *system)
{
    for (size_t at = 0; at < checker->disk_bytes; at += SECTOR) {
        if (memcmp(system->live.bytes[SIMULATED_IMAGE] + at, checker->first + at, SECTOR) != 0) {
            simulated_system_overwrite(system, at, checker->first + at, SECTOR);
            return true;
        }
    }
    return false;
}

/*
 * Cut a recovery that came to `content` at every point, from event `first` on.  What it found was
 * lasting, or is one of the versions that `cut` names until it has succeeded.  Behind it another
 * program writes: a journal that comes back must not undo that.
 */
static void cut_recovery(struct cut *cut, unsigned first, uint64_t content)
{
    struct checker *checker = cut->checker;
    struct level *level = &checker->level[cut->level];
    unsigned begun = cut->begun;
    unsigned n_recovery = level->system.n_events;
    bool is_behind = n_recovery > first && put_back(checker, &level->system);
    uint64_t behind = content_of(checker, &level->system.live);

    simulated_replay_begin(&level->replay, &level->system);
    for (unsigned i = 0; i < level->system.n_events; i++) {
        bool is_done = i + 1u >= n_recovery && n_recovery > first;

        simulated_replay_step(&level->replay, &level->system, i);
        if (i < first) {
            continue;
        }
        cut->begun = is_done ? 0 : begun;
        cut->either = is_behind && i + 1u == level->system.n_events ? behind : content;
        cut->or = is_behind && i >= n_recovery ? behind : cut->either;
        simulated_replay_crash(&level->replay, &level->system, &checker->recovery_choice,
                               &level->disk, visit_cut, cut);
    }
    cut->begun = begun;
}

/* What a disk is recovered to.  Equal disks are recovered once. */
static uint64_t recovered(struct checker *checker, unsigned level,
                          const struct simulated_disk *disk, unsigned n_cuts)
{
    uint64_t hash = simulated_disk_hash(disk);
    struct seen *seen = find_seen(checker, hash);
    struct simulated_system *system = &checker->level[level].system;
    uint64_t content;

    if (seen->n_cuts_and_1 > n_cuts) {
        return seen->content;
    }
    simulated_system_start(system, disk);
    content = open_again(checker, system);
    if (seen->n_cuts_and_1 == 0 && checker->n_seen < N_SEEN / 4u * 3u) {
        checker->n_seen++;
        *seen = (struct seen){ .disk = hash, .content = content };
    }
    if (seen->disk == hash) {
        seen->n_cuts_and_1 = n_cuts + 1u;
    }
    if (n_cuts > 0 && content != 0 && system->n_events > 1) {
        struct cut cut = { .checker = checker, .level = level, .n_cuts = n_cuts - 1u };

        cut_recovery(&cut, 1, content);
    }
    return content;
}

/* ---- the guest's work, cut ---------------------------------------------------------------- */

static void visit_crash(void *opaque, const struct simulated_disk *disk)
{
    struct cut *cut = opaque;
    struct checker *checker = cut->checker;
    unsigned n_cuts = checker->n_turns % checker->limits.cut_one_in == 0 ? CUTS : 0;

    checker->n_turns++;
    judge(checker, recovered(checker, 1, disk, n_cuts), cut->lasting, cut->begun);
}

/*
 * The process of the level above dies behind event `i`; the next one opens the image, and dies
 * itself, or power is lost in that.
 */
static void kill_at(struct checker *checker, unsigned level, unsigned i,
                    struct simulated_bounds bounds)
{
    struct simulated_system *system = &checker->level[level].system;
    struct cut cut = {
        .checker = checker, .level = level, .lasting = bounds.lasting, .begun = bounds.begun,
    };
    uint64_t content;

    simulated_system_follow(system, &checker->level[level - 1u].system, i + 1u);
    content = open_again(checker, system);
    judge(checker, content, bounds.told, bounds.begun);
    if (content == 0 || bounds.begun == 0) {
        return;
    }
    if (level == 1 && i % checker->limits.kill_one_in == 0) {
        for (unsigned k = i + 1u; k < system->n_events; k++) {
            kill_at(checker, 2, k, bounds);
        }
    }
    cut_recovery(&cut, i + 1u, content);
}

/* ---- another program, behind a death ------------------------------------------------------- */

struct meddling {
    struct checker *checker;
    size_t at;
    const uint8_t *sector;
    unsigned lasting, begun;
};

/* The disk as some command left it, but for that one sector. */
static bool is_version_but_one(const struct meddling *meddling, const uint8_t *bytes)
{
    const size_t behind = meddling->at + SECTOR;

    for (unsigned i = meddling->lasting; i <= meddling->begun; i++) {
        const uint8_t *version = meddling->checker->small[i];

        if (memcmp(bytes, version, meddling->at) == 0 &&
            memcmp(bytes + behind, version + behind, SMALL_BYTES - behind) == 0) {
            return true;
        }
    }
    return false;
}

/* What it wrote stays; and the journal is either no obstacle to that, or not applied at all. */
static void visit_meddled(void *opaque, const struct simulated_disk *disk)
{
    const struct meddling *meddling = opaque;
    struct checker *checker = meddling->checker;
    struct simulated_system *system = &checker->level[2].system;
    const uint8_t *now = system->live.bytes[SIMULATED_IMAGE];
    uint64_t n_aside = checker->n_aside;
    bool is_good;

    simulated_system_start(system, disk);
    is_good = open_again(checker, system) != 0 &&
              memcmp(now + meddling->at, meddling->sector, SECTOR) == 0;
    if (checker->n_aside != n_aside) {
        is_good = is_good && memcmp(now, disk->bytes[SIMULATED_IMAGE], SMALL_BYTES) == 0;
        checker->n_left_alone++;
    } else {
        is_good = is_good && is_version_but_one(meddling, now);
    }
    checker->n_aside = n_aside;
    checker->n_meddled++;
    checker->n_torn += !is_good;
}

/*
 * The process dies behind event `i`; another program writes something new to a sector, and then
 * power is lost: a journal may stand, or come back.
 */
static void meddle_at(struct checker *checker, unsigned i)
{
    struct level *level = &checker->level[1];
    const struct simulated_system *dead = &checker->level[0].system;
    uint8_t sector[SECTOR];
    struct meddling meddling = {
        .checker = checker, .sector = sector,
        .lasting = dead->event[i].bounds.lasting, .begun = dead->event[i].bounds.begun,
    };

    memset(sector, 0xfe, sizeof(sector));
    for (unsigned lba = 0; lba < SMALL_BYTES / SECTOR; lba++) {
        meddling.at = lba * SECTOR;
        simulated_system_follow(&level->system, dead, i + 1u);
        simulated_system_overwrite(&level->system, meddling.at, sector, SECTOR);
        simulated_replay_begin(&level->replay, &level->system);
        for (unsigned k = 0; k < level->system.n_events; k++) {
            simulated_replay_step(&level->replay, &level->system, k);
        }
        simulated_replay_crash(&level->replay, &level->system, &checker->recovery_choice,
                               &level->disk, visit_meddled, &meddling);
    }
}

static void check_all(struct checker *checker)
{
    struct level *level = &checker->level[0];

    simulated_replay_begin(&level->replay, &level->system);
    for (unsigned i = 0; i < level->system.n_events; i++) {
        struct cut cut = {
            .checker = checker,
            .lasting = level->system.event[i].bounds.lasting,
            .begun = level->system.event[i].bounds.begun,
        };

        simulated_replay_step(&level->replay, &level->system, i);
        simulated_replay_crash(&level->replay, &level->system, &checker->choice, &level->disk,
                               visit_crash, &cut);
        kill_at(checker, 1, i, level->system.event[i].bounds);
        if (checker->disk_bytes == SMALL_BYTES && i % checker->limits.meddle_one_in == 0) {
            meddle_at(checker, i);
        }
    }
}

/* ---- the guest ---------------------------------------------------------------------------- */

static void open_image(struct guest *guest)
{
    struct vfdc_media_options options = options_for(guest->checker, guest->system);

    check(vfdc_media_open_vfd(SIMULATED_PATH, &options, &guest->media, NULL) == VFDC_S_OK,
          "the image cannot be opened");
}

static void release(struct guest *guest)
{
    check(vfdc_media_close(guest->media, NULL) == VFDC_S_OK, "the image cannot be closed");
}

static void write_bytes(struct guest *guest, unsigned lba, const uint8_t *bytes)
{
    memcpy(guest->now + lba * SECTOR, bytes, SECTOR);
    check(guest->media->ops->write_sector(guest->media, (uint8_t)(lba / TRACK), 0,
                                          (uint8_t)(lba % TRACK + 1u), bytes, 0) ==
              VFDC_MEDIA_OK, "a sector cannot be written");
}

/* Sectors with something new in them. */
static void write_new(struct guest *guest, unsigned lba, unsigned count)
{
    uint8_t bytes[SECTOR];

    for (unsigned i = 0; i < count; i++) {
        guest->n_writes++;
        memset(bytes, (int)guest->n_writes, sizeof(bytes));
        bytes[0] = (uint8_t)(lba + i);
        write_bytes(guest, lba + i, bytes);
    }
}

/* From here on the disk as it is now may be there. */
static void begin_version(struct guest *guest)
{
    struct checker *checker = guest->checker;

    check(checker->n_versions < VERSIONS, "too many commands");
    checker->version[checker->n_versions] = hash_of(guest->now, checker->disk_bytes);
    if (checker->disk_bytes == SMALL_BYTES) {
        memcpy(checker->small[checker->n_versions], guest->now, SMALL_BYTES);
    }
    guest->bounds.begun = checker->n_versions;
    checker->n_versions++;
    guest->system->bounds = guest->bounds;
}

static void commit(struct guest *guest)
{
    begin_version(guest);
    check(guest->media->ops->commit(guest->media) == VFDC_MEDIA_OK, "a command fails");
    guest->bounds.told = guest->bounds.begun;
    simulated_system_bound(guest->system, guest->bounds);
}

/* A command that fails: what it wrote alone is no state that may be found. */
static void commit_failing(struct guest *guest)
{
    guest->system->short_write_in = 1;
    check(guest->media->ops->commit(guest->media) == VFDC_MEDIA_HOST_ERROR,
          "a command does well on a full disk");
}

static void note_lasting(struct guest *guest, unsigned version)
{
    guest->bounds.lasting = version;
    if (guest->bounds.told < version) {
        guest->bounds.told = version;
    }
    simulated_system_bound(guest->system, guest->bounds);
}

static void command(struct guest *guest, unsigned lba, unsigned count)
{
    write_new(guest, lba, count);
    commit(guest);
}

static void flush(struct guest *guest)
{
    begin_version(guest); /* with what a command that failed has left */
    check(vfdc_media_flush(guest->media, NULL) == VFDC_S_OK, "a flush fails");
    note_lasting(guest, guest->bounds.begun);
}

/* Another program writes one sector. */
static void overwrite(struct guest *guest, unsigned lba, const uint8_t *bytes)
{
    memcpy(guest->now + lba * SECTOR, bytes, SECTOR);
    begin_version(guest);
    simulated_system_overwrite(guest->system, lba * SECTOR, bytes, SECTOR);
    note_lasting(guest, guest->bounds.begun);
}

/* ---- what it does ------------------------------------------------------------------------- */

static void one_after_the_other(struct guest *guest)
{
    command(guest, 2, 1);
    command(guest, 9, 1);
    command(guest, 2, 1);
    command(guest, 5, 1);
    command(guest, 2, 1);
    flush(guest);
}

static void runs(struct guest *guest)
{
    write_new(guest, 1, 3);
    write_new(guest, 12, 2);
    commit(guest);
    command(guest, 3, 1);
    write_new(guest, 2, 1);
    write_new(guest, 6, 4);
    commit(guest);
    flush(guest);
}

static void two_flushes(struct guest *guest)
{
    command(guest, 0, 2);
    command(guest, 4, 1);
    flush(guest);
    command(guest, 4, 1);
    write_bytes(guest, 0, guest->checker->first); /* as it was before all that */
    commit(guest);
    command(guest, 1, 1);
    flush(guest);
    command(guest, 1, 1);
    command(guest, 15, 1);
}

static void split_flush(struct guest *guest)
{
    struct vfdc_media_flush *out = NULL;
    unsigned version;

    command(guest, 3, 2);
    command(guest, 8, 1);
    for (unsigned round = 0; round < 2; round++) {
        version = guest->bounds.begun;
        check(vfdc_media_flush_begin(guest->media, &out, NULL) == VFDC_S_OK, "no flush begins");
        command(guest, 4, 1);
        command(guest, 10, 1);
        check(vfdc_media_flush_write(out, NULL) == VFDC_S_OK, "a flush does not write");
        command(guest, 3, 1);
        check(vfdc_media_flush_end(out, NULL) == VFDC_S_OK, "a flush does not end well");
        note_lasting(guest, version);
        command(guest, 8, 1);
    }
    flush(guest);
}

/* The second journal has nothing in common with the first: alone it must not be applied. */
static void split_apart(struct guest *guest)
{
    struct vfdc_media_flush *out = NULL;
    unsigned version;

    command(guest, 3, 1);
    for (unsigned round = 0; round < 2; round++) {
        version = guest->bounds.begun;
        check(vfdc_media_flush_begin(guest->media, &out, NULL) == VFDC_S_OK, "no flush begins");
        command(guest, 10 + round, 1);
        check(vfdc_media_flush_write(out, NULL) == VFDC_S_OK, "a flush does not write");
        check(vfdc_media_flush_end(out, NULL) == VFDC_S_OK, "a flush does not end well");
        note_lasting(guest, version);
        command(guest, 5 + round, 1);
    }
    flush(guest);
}

static void failed_command(struct guest *guest)
{
    write_new(guest, 6, 1);
    commit_failing(guest);
    command(guest, 7, 1);
    command(guest, 1, 1);
    write_new(guest, 7, 2);
    commit_failing(guest);
    command(guest, 1, 1);
    write_new(guest, 11, 1);
    commit_failing(guest);
    flush(guest);
}

static void fail_flush(struct guest *guest, enum simulated_place place)
{
    guest->system->failing = place;
    check(vfdc_failed(vfdc_media_flush(guest->media, NULL)), "a flush does well without a sync");
}

/* The sync of the image fails, and what was written to it never comes to the disk. */
static void failed_flush(struct guest *guest)
{
    command(guest, 2, 2);
    command(guest, 9, 1);
    fail_flush(guest, PLACE_IMAGE);
    command(guest, 3, 1);
    flush(guest);
    command(guest, 9, 1);
}

/* That of the journal fails, and what was appended never comes to the disk. */
static void failed_journal(struct guest *guest)
{
    command(guest, 2, 2);
    command(guest, 9, 1);
    fail_flush(guest, PLACE_JOURNAL);
    command(guest, 3, 1);
    flush(guest);
    command(guest, 9, 1);
    fail_flush(guest, PLACE_JOURNAL);
    flush(guest);
}

/* Those of the directory fail; a journal that comes back must not undo what another wrote. */
static void failed_directory(struct guest *guest)
{
    command(guest, 2, 1);
    command(guest, 13, 1);
    fail_flush(guest, PLACE_DIRECTORY);
    fail_flush(guest, PLACE_DIRECTORY_BEHIND);
    flush(guest);
    release(guest);
    overwrite(guest, 2, guest->checker->first + 2u * SECTOR);
    overwrite(guest, 13, guest->checker->first + 13u * SECTOR);
    open_image(guest);
}

/* In a recovery; the next one is good. */
static void failed_recovery(struct guest *guest)
{
    static const enum simulated_place fails[] = { PLACE_JOURNAL, PLACE_DIRECTORY, PLACE_IMAGE };
    struct vfdc_media_options options = options_for(guest->checker, guest->system);

    for (size_t i = 0; i < sizeof(fails) / sizeof(fails[0]); i++) {
        command(guest, 2, 2);
        command(guest, 9, 1);
        release(guest);
        guest->system->failing = fails[i];
        check(vfdc_failed(vfdc_media_open_vfd(SIMULATED_PATH, &options, &guest->media, NULL)),
              "a recovery does well without a sync");
        open_image(guest);
        note_lasting(guest, guest->bounds.begun);
    }
}

/* Two sectors are put back to what they were, which a journal that comes back would undo. */
static void another_program(struct guest *guest)
{
    command(guest, 2, 1);
    command(guest, 13, 1);
    flush(guest);
    release(guest);
    overwrite(guest, 2, guest->checker->first + 2u * SECTOR);
    overwrite(guest, 13, guest->checker->first + 13u * SECTOR);
    open_image(guest);
    command(guest, 5, 1);
    flush(guest);
}

/* A file of 20 sectors whose boot sector describes a 160K disk. */
static void short_image(struct guest *guest)
{
    command(guest, 10, 1);
    flush(guest);
    command(guest, 19, 2);
    command(guest, 300, 1);
    flush(guest);
    command(guest, 319, 1);
}

/* Its boot sector, which alone explains that it is short, is overwritten. */
static void short_boot_sector(struct guest *guest)
{
    command(guest, 10, 1);
    flush(guest);
    command(guest, 0, 1);
    fail_flush(guest, PLACE_SIZE);
    write_new(guest, 0, 1);
    write_new(guest, 5, 1);
    commit(guest);
    command(guest, 11, 1);
    flush(guest);
    command(guest, 0, 2);
    flush(guest);
}

static const struct scenario {
    const char *name;
    void (*run)(struct guest *guest);
    bool is_short;
} scenarios[] = {
    { "commands", one_after_the_other, false },
    { "runs", runs, false },
    { "two flushes", two_flushes, false },
    { "split flush", split_flush, false },
    { "split apart", split_apart, false },
    { "failed command", failed_command, false },
    { "failed flush", failed_flush, false },
    { "failed journal", failed_journal, false },
    { "failed directory", failed_directory, false },
    { "failed recovery", failed_recovery, false },
    { "another program", another_program, false },
    { "short image", short_image, true },
    { "its boot sector", short_boot_sector, true },
};

#define N_SCENARIOS (sizeof(scenarios) / sizeof(scenarios[0]))

/* ---- all of it --------------------------------------------------------------------------- */

/* Every sector has its own content, so that what is elsewhere or of another time shows. */
static void make_image(struct checker *checker, bool is_short)
{
    static const uint8_t boot[] = {
        0xeb, 0x3c, 0x90, 'v',  'f',  'd',  'c',  ' ',  ' ',  ' ',  ' ',  0x00, 0x02, 0x01,
        0x01, 0x00, 0x02, 0x40, 0x00, 0x40, 0x01, 0xfe, 0x01, 0x00, 0x08, 0x00, 0x01, 0x00,
    };
    struct simulated_disk *disk = &checker->level[0].disk;
    size_t n_bytes = is_short ? 20u * SECTOR : SMALL_BYTES;

    for (unsigned file = 0; file < SIMULATED_FILES; file++) {
        memset(disk->bytes[file], 0, SIMULATED_FILE_BYTES);
        disk->n_bytes[file] = 0;
    }
    for (unsigned name = 0; name < SIMULATED_NAMES; name++) {
        disk->file_of[name] = SIMULATED_NONE;
    }
    for (size_t i = 0; i < n_bytes; i++) {
        disk->bytes[SIMULATED_IMAGE][i] = (uint8_t)(0xa0u + i / SECTOR + i);
    }
    memcpy(disk->bytes[SIMULATED_IMAGE], boot, sizeof(boot));
    disk->n_bytes[SIMULATED_IMAGE] = n_bytes;
    disk->file_of[SIMULATED_IMAGE] = SIMULATED_IMAGE;
    checker->disk_bytes = is_short ? WHOLE_BYTES : SMALL_BYTES;
    memcpy(checker->first, disk->bytes[SIMULATED_IMAGE], checker->disk_bytes);
}

static void run(struct checker *checker, const struct scenario *scenario,
                enum simulated_place without)
{
    struct guest guest = { .checker = checker, .system = &checker->level[0].system };

    forget_seen(checker);
    make_image(checker, scenario->is_short);
    memcpy(guest.now, checker->first, checker->disk_bytes);
    checker->version[0] = hash_of(guest.now, checker->disk_bytes);
    memcpy(checker->small[0], guest.now, SMALL_BYTES);
    checker->n_versions = 1;
    simulated_system_start(guest.system, &checker->level[0].disk);
    guest.system->without = without;
    open_image(&guest);
    scenario->run(&guest);
    release(&guest);
    check_all(checker);
}

static void count_from_0(struct checker *checker, struct limits limits)
{
    checker->limits = limits;
    checker->choice = (struct simulated_choice){ limits.n_selections, 0x5eed };
    checker->recovery_choice = (struct simulated_choice){ limits.n_recovery_selections, 0x5eed };
    checker->n_states = checker->n_recoveries = checker->n_torn = 0;
    checker->n_lost = checker->n_aside = checker->n_turns = 0;
    checker->n_meddled = checker->n_left_alone = 0;
}

/* How many of the scenarios show a fault; none may. */
static unsigned run_whole(struct checker *checker)
{
    unsigned n_failed = 0;

    printf("%-16s %9s %9s %6s %6s %6s\n", "", "states", "different", "torn", "lost", "aside");
    for (size_t i = 0; i < N_SCENARIOS; i++) {
        const struct checker before = *checker;

        run(checker, &scenarios[i], PLACE_NONE);
        printf("%-16s %9lu %9lu %6lu %6lu %6lu\n", scenarios[i].name,
               checker->n_states - before.n_states, checker->n_recoveries - before.n_recoveries,
               checker->n_torn - before.n_torn, checker->n_lost - before.n_lost,
               checker->n_aside - before.n_aside);
        (void)fflush(stdout);
        if (checker->n_torn + checker->n_lost + checker->n_aside !=
            before.n_torn + before.n_lost + before.n_aside) {
            n_failed++;
        }
    }
    printf("tests/fault/crash: %lu states, torn %lu, lost %lu\n", checker->n_states,
           checker->n_torn, checker->n_lost);
    printf("with another program's sector: %lu states, in %lu the journal was set aside\n",
           checker->n_meddled, checker->n_left_alone);
    check(checker->n_left_alone > 0, "no journal stood in another program's way");
    return n_failed;
}

static const struct {
    enum simulated_place place;
    const char *name;
} places[] = {
    { PLACE_JOURNAL, "the journal" },
    { PLACE_DIRECTORY, "the directory before the journal is applied" },
    { PLACE_SIZE, "the size of a short image" },
    { PLACE_IMAGE, "the image" },
    { PLACE_DIRECTORY_BEHIND, "the directory behind the journal's removal" },
};

#define N_PLACES (sizeof(places) / sizeof(places[0]))

/* How many of the syncs can be taken out without a trace; none may. */
static unsigned run_without(struct checker *checker, struct limits limits)
{
    unsigned n_failed = 0;

    printf("\nwithout the sync of %-56s %6s %6s\n", "", "torn", "lost");
    for (size_t i = 0; i < 2u * N_PLACES; i++) {
        bool is_recovery = i >= N_PLACES;
        enum simulated_place place = places[i % N_PLACES].place;

        count_from_0(checker, limits);
        checker->without_in_recovery = is_recovery ? place : PLACE_NONE;
        for (size_t k = 0; k < N_SCENARIOS; k++) {
            if (scenarios[k].is_short == (place == PLACE_SIZE)) {
                run(checker, &scenarios[k], is_recovery ? PLACE_NONE : place);
            }
        }
        printf("%-14s%-62s %6lu %6lu\n", is_recovery ? "in recovery," : "in a flush,",
               places[i % N_PLACES].name, checker->n_torn, checker->n_lost);
        if (checker->n_torn + checker->n_lost == 0) {
            n_failed++;
        }
    }
    checker->without_in_recovery = PLACE_NONE;
    return n_failed;
}

int main(int argc, char **argv)
{
    static const struct limits a_few = { 40, 6, 50, 24, 6 };
    static const struct limits many = { 1u << 16, 8, 4, 1, 1 };
    struct checker *checker = calloc(1, sizeof(*checker));
    bool is_long = argc == 2 && strcmp(argv[1], "-long") == 0;
    unsigned n_failed;

    check(argc == 1 || is_long, "usage: crash [-long]");
    check(checker != NULL, "no memory");
    checker->buffer = malloc(vfdc_media_buffer_bytes());
    checker->seen = calloc(N_SEEN, sizeof(checker->seen[0]));
    check(checker->buffer != NULL && checker->seen != NULL, "no memory");
    for (unsigned i = 0; i < LEVELS; i++) {
        simulated_system_init(&checker->level[i].system);
        simulated_disk_init(&checker->level[i].replay.lasting);
        simulated_disk_init(&checker->level[i].disk);
    }
    count_from_0(checker, is_long ? many : a_few);
    n_failed = run_whole(checker);
    n_failed += run_without(checker, a_few);
    n_failed += crash_save(is_long ? many.n_selections : a_few.n_selections);
    printf("tests/fault/crash: %zu passed, %u failed\n",
           N_SCENARIOS + 2u * N_PLACES + CRASH_SAVE_TESTS - n_failed, n_failed);
    for (unsigned i = 0; i < LEVELS; i++) {
        simulated_system_free(&checker->level[i].system);
        simulated_disk_free(&checker->level[i].replay.lasting);
        simulated_disk_free(&checker->level[i].disk);
    }
    free(checker->seen);
    free(checker->buffer);
    free(checker);
    return n_failed != 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
