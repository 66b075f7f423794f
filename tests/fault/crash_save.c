/*
 * Loss of power while a disk is saved as another file: the new name leads to a whole disk or to
 * none, to one once the save was told to have succeeded; and the old file is as some command left
 * it.  Then each sync is taken out: that must show.
 */
#include "crash_save.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vfdc/media.h>

#include "simulated_system.h"

#define SECTOR 512u
#define TRACK 8u /* sectors; one head */
#define DISK_BYTES (2u * TRACK * SECTOR)
#define VERSIONS 8u

/* In bounds.told; bounds.begun is the last command that was begun. */
enum told { TOLD_NOTHING, TOLD_SAVED };

struct saver {
    struct simulated_system guest, after;
    struct simulated_replay replay;
    struct simulated_disk disk;
    uint8_t version[VERSIONS][DISK_BYTES]; /* what the disk was after each command */
    unsigned n_versions, saved;
    struct simulated_bounds bounds; /* of the event that power is lost behind */
    uint64_t n_states, n_bad;
};

static void check(bool is_so, const char *what)
{
    if (!is_so) {
        fprintf(stderr, "crash: %s\n", what);
        exit(EXIT_FAILURE);
    }
}

static struct vfdc_media *open_disk(struct simulated_system *system, const char *path)
{
    const struct vfdc_media_options options = {
        .drive = VFDC_DRIVE_360K,
        .cylinders = 2,
        .heads = 1,
        .sectors = TRACK,
        .size_code = 2,
        .system = &simulated_system_table,
        .system_opaque = system,
    };
    struct vfdc_media *media = NULL;

    return vfdc_media_open_vfd(path, &options, &media, NULL) == VFDC_S_OK ? media : NULL;
}

/* ---- what is found ------------------------------------------------------------------------ */

static bool holds(const struct saver *saver, unsigned name, unsigned first, unsigned last)
{
    unsigned file = saver->after.live.file_of[name];

    for (unsigned i = first; i <= last && i < saver->n_versions; i++) {
        if (saver->after.live.n_bytes[file] == DISK_BYTES &&
            memcmp(saver->after.live.bytes[file], saver->version[i], DISK_BYTES) == 0) {
            return true;
        }
    }
    return false;
}

/* Open it as the next holder does: to one of these versions. */
static bool recovers(struct saver *saver, const char *path, unsigned name, unsigned first,
                     unsigned last)
{
    struct vfdc_media *media = open_disk(&saver->after, path);

    if (media == NULL || (vfdc_media_warnings(media) & VFDC_WARNING_JOURNAL_ASIDE) != 0) {
        (void)vfdc_media_close(media, NULL);
        return false;
    }
    check(vfdc_media_close(media, NULL) == VFDC_S_OK, "a disk cannot be closed");
    return holds(saver, name, first, last);
}

static void visit(void *opaque, const struct simulated_disk *disk)
{
    struct saver *saver = opaque;
    bool is_good = true;

    simulated_system_start(&saver->after, disk);
    if (saver->after.live.file_of[SIMULATED_NEW] != SIMULATED_NONE) {
        is_good = recovers(saver, SIMULATED_NEW_PATH, SIMULATED_NEW, saver->saved,
                           saver->bounds.begun > saver->saved ? saver->bounds.begun
                                                              : saver->saved);
    } else if (saver->bounds.told == TOLD_SAVED) {
        is_good = false;
    }
    is_good = recovers(saver, SIMULATED_PATH, SIMULATED_IMAGE, 0, saver->saved) && is_good;
    saver->n_states++;
    saver->n_bad += !is_good;
}

/* ---- what is done ------------------------------------------------------------------------- */

static void command(struct saver *saver, struct vfdc_media *media, unsigned lba)
{
    uint8_t *now = saver->version[saver->n_versions];
    struct simulated_bounds bounds = saver->guest.bounds;

    memcpy(now, saver->version[saver->n_versions - 1u], DISK_BYTES);
    memset(now + lba * SECTOR, (int)(0xd0u + saver->n_versions), SECTOR);
    bounds.begun = saver->n_versions;
    saver->n_versions++;
    saver->guest.bounds = bounds;
    check(media->ops->write_sector(media, (uint8_t)(lba / TRACK), 0, (uint8_t)(lba % TRACK + 1u),
                                   now + lba * SECTOR, 0) == VFDC_MEDIA_OK &&
              media->ops->commit(media) == VFDC_MEDIA_OK, "a command fails");
}

static void work(struct saver *saver, struct vfdc_media *media)
{
    struct simulated_bounds bounds;

    command(saver, media, 3);
    command(saver, media, 9);
    check(vfdc_media_flush(media, NULL) == VFDC_S_OK, "a flush fails");
    command(saver, media, 3);
    saver->saved = saver->n_versions - 1u;
    check(vfdc_media_save_as(media, SIMULATED_NEW_PATH, NULL) == VFDC_S_OK, "a save fails");
    bounds = saver->guest.bounds;
    bounds.told = TOLD_SAVED;
    simulated_system_bound(&saver->guest, bounds);
    command(saver, media, 3);
    command(saver, media, 15);
    check(vfdc_media_flush(media, NULL) == VFDC_S_OK, "a flush of the new file fails");
    check(vfdc_media_close(media, NULL) == VFDC_S_OK, "the new file cannot be closed");
}

static void make_disk(struct saver *saver)
{
    struct simulated_disk *disk = &saver->disk;

    for (unsigned file = 0; file < SIMULATED_FILES; file++) {
        memset(disk->bytes[file], 0, SIMULATED_FILE_BYTES);
        disk->n_bytes[file] = 0;
    }
    for (unsigned name = 0; name < SIMULATED_NAMES; name++) {
        disk->file_of[name] = SIMULATED_NONE;
    }
    for (size_t i = 0; i < DISK_BYTES; i++) {
        disk->bytes[SIMULATED_IMAGE][i] = (uint8_t)(0xa0u + i / SECTOR + i);
    }
    disk->n_bytes[SIMULATED_IMAGE] = DISK_BYTES;
    disk->file_of[SIMULATED_IMAGE] = SIMULATED_IMAGE;
    memcpy(saver->version[0], disk->bytes[SIMULATED_IMAGE], DISK_BYTES);
    saver->n_versions = 1;
}

static void run(struct saver *saver, enum simulated_place without, uint64_t n_selections)
{
    struct simulated_choice choice = { n_selections, 0x5eed };
    struct vfdc_media *media;

    saver->n_states = saver->n_bad = 0;
    make_disk(saver);
    simulated_system_start(&saver->guest, &saver->disk);
    saver->guest.without = without;
    media = open_disk(&saver->guest, SIMULATED_PATH);
    check(media != NULL, "the disk to save cannot be opened");
    work(saver, media);
    simulated_replay_begin(&saver->replay, &saver->guest);
    for (unsigned i = 0; i < saver->guest.n_events; i++) {
        saver->bounds = saver->guest.event[i].bounds;
        simulated_replay_step(&saver->replay, &saver->guest, i);
        simulated_replay_crash(&saver->replay, &saver->guest, &choice, &saver->disk, visit, saver);
    }
}

unsigned crash_save(uint64_t n_selections)
{
    struct saver *saver = calloc(1, sizeof(*saver));
    unsigned n_failed = 0;

    check(saver != NULL, "no memory");
    simulated_system_init(&saver->guest);
    simulated_system_init(&saver->after);
    simulated_disk_init(&saver->replay.lasting);
    simulated_disk_init(&saver->disk);
    run(saver, PLACE_NONE, n_selections);
    n_failed += saver->n_bad != 0;
    printf("\nsaved as another file: %lu states, bad %lu;", saver->n_states, saver->n_bad);
    run(saver, PLACE_JOURNAL, n_selections);
    n_failed += saver->n_bad == 0;
    printf(" without the sync of the file %lu,", saver->n_bad);
    run(saver, PLACE_DIRECTORY, n_selections);
    n_failed += saver->n_bad == 0;
    printf(" of its directory %lu\n", saver->n_bad);
    simulated_system_free(&saver->guest);
    simulated_system_free(&saver->after);
    simulated_disk_free(&saver->replay.lasting);
    simulated_disk_free(&saver->disk);
    free(saver);
    return n_failed;
}
