/*
 * Every system call fails, one at a time and in each way: attach, guest's writes by DMA, flush,
 * more writes, release, attach again.  Whatever fails, what the guest was told is written is
 * found in the end, no sector is torn, a release that fails keeps the disk and is made good by a
 * later one, and no descriptor or file is left over.
 *
 * Also: the same for an attach that recovers what a process that died has left.
 */
#include "scene.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* More calls than any of it makes. */
#define MAX_CALLS 200u

/* Only these sectors are ever written: of cylinder 0. */
#define N_WATCHED 36u

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
    int error;
    uint32_t n_failing;
} ways[] = {
    { EIO, 1 },          { ENOSPC, 1 },          { EINTR, 1 },           { EFBIG, 1 },
    { EDQUOT, 1 },       { FAULTY_SHORT, 1 },    { EIO, UINT32_MAX },    { ENOSPC, UINT32_MAX },
    { EINTR, UINT32_MAX },
};

/* What a watched sector may hold: the last content that was acknowledged, or a later one. */
struct sector {
    uint8_t acknowledged;
    uint8_t later[8]; /* of commands that failed since */
    unsigned n_later;
};

struct play {
    struct scene *scene;
    struct sector sector[N_WATCHED];
    uint8_t pattern; /* of the last command */
    unsigned n_refused, n_failed_attaches, n_failed_flushes, n_failed_releases;
};

/* ---- what is there ---- */

static unsigned count_names(const char *path)
{
    DIR *directory = opendir(path);
    unsigned n_names = 0;

    assert_non_null(directory);
    while (readdir(directory) != NULL) {
        n_names++;
    }
    closedir(directory);
    return n_names;
}

static unsigned count_descriptors(void)
{
    return count_names("/proc/self/fd");
}

/* A sector of this pattern tells its block too: a mix of any two is neither. */
static void fill(uint8_t *bytes, uint32_t lba, uint8_t pattern)
{
    if (pattern == 0) {
        rig_fill_lba(bytes, lba, 1);
        return;
    }
    for (unsigned i = 0; i < 512; i++) {
        bytes[i] = (uint8_t)(pattern + (i < 2 ? lba : 0));
    }
}

static bool holds(const uint8_t *bytes, uint32_t lba, uint8_t pattern)
{
    uint8_t wanted[512];

    fill(wanted, lba, pattern);
    return memcmp(bytes, wanted, 512) == 0;
}

/* Settle what the sector is now: whole, and nothing older than what was acknowledged. */
static void assert_sector(struct play *play, uint32_t lba, const uint8_t *bytes)
{
    struct sector *sector = &play->sector[lba];
    uint8_t is = sector->acknowledged;
    bool is_found = holds(bytes, lba, is);

    for (unsigned i = 0; i < sector->n_later && !is_found; i++) {
        is = sector->later[i];
        is_found = holds(bytes, lba, is);
    }
    if (!is_found) {
        print_error("sector %u: pattern %u was acknowledged, it starts %02x %02x %02x\n", lba,
                    sector->acknowledged, bytes[0], bytes[1], bytes[2]);
    }
    assert_true(is_found);
    sector->acknowledged = is;
    sector->n_later = 0;
}

static void assert_image(struct play *play)
{
    static uint8_t bytes[N_SECTORS * 512u + 1u];
    FILE *file = fopen(play->scene->image, "rb");
    uint8_t wanted[512];

    assert_non_null(file);
    assert_int_equal(fread(bytes, 1, sizeof(bytes), file), N_SECTORS * 512u);
    assert_int_equal(fclose(file), 0);
    for (uint32_t lba = 0; lba < N_SECTORS; lba++) {
        if (lba < N_WATCHED) {
            assert_sector(play, lba, bytes + lba * 512u);
        } else {
            rig_fill_lba(wanted, lba, 1);
            assert_memory_equal(bytes + lba * 512u, wanted, 512);
        }
    }
}

/* The image alone: no journal, nothing set aside. */
static void assert_nothing_beside(struct play *play)
{
    assert_int_equal(count_names(play->scene->folder), 3);
}

/* ---- the guest ---- */

/* A guest starts afresh. */
static void start(struct play *play)
{
    assert_ok(vfdc_controller_reset(play->scene->rig->fdc));
    guest_start(play->scene);
}

/* A data command on cylinder 0; ST0. */
static uint8_t transfer(struct rig *rig, int command, int head, int r)
{
    uint8_t result[7];

    cmd(rig, command, head << 2, 0, head, r, 2, 0x12, 0x1b, 0xff);
    run_until_irq(rig);
    for (unsigned i = 0; i < 7; i++) {
        result[i] = rig_in(rig, 5);
    }
    assert_int_equal(msr(rig), 0x80);
    return result[0];
}

/* WRITE DATA of `n` sectors; what came of it is noted. */
static void put(struct play *play, int head, int r, unsigned n)
{
    uint8_t bytes[N_WATCHED * 512u];
    uint32_t first = (uint32_t)head * 18u + (uint32_t)r - 1u;
    bool is_acknowledged;

    play->pattern = (uint8_t)(play->pattern + 16u);
    for (uint32_t i = 0; i < n; i++) {
        fill(bytes + i * 512u, first + i, play->pattern);
    }
    dma_write(play->scene->rig, bytes, n * 512u);
    is_acknowledged = (transfer(play->scene->rig, 0x45, head, r) & 0xc0) == 0x00;
    play->n_refused += !is_acknowledged;
    for (uint32_t i = 0; i < n; i++) {
        struct sector *sector = &play->sector[first + i];

        if (is_acknowledged) {
            *sector = (struct sector){ .acknowledged = play->pattern };
        } else {
            assert_true(sector->n_later < N_OF(sector->later));
            sector->later[sector->n_later++] = play->pattern;
        }
    }
}

/* READ DATA of all 36, one at a time. */
static void look(struct play *play)
{
    for (uint32_t lba = 0; lba < N_WATCHED; lba++) {
        int head = (int)(lba / 18u), r = (int)(lba % 18u) + 1;

        dma_read(play->scene->rig, 512);
        assert_int_equal(transfer(play->scene->rig, 0x46, head, r) & 0xc0, 0);
        assert_sector(play, lba, play->scene->rig->dma_bytes);
    }
}

/* ---- the operator ---- */

static void lift(struct play *play)
{
    faulty_system_fail_any(&play->scene->faulty, 0, 0, 0);
}

/* One that fails changes nothing, and leaves nothing open; the next is good. */
static void attach_at_last(struct play *play, bool may_recover)
{
    unsigned n_descriptors = count_descriptors();
    struct stat before, after;

    assert_int_equal(stat(play->scene->image, &before), 0);
    if (attach(play->scene, play->scene->image) == VFDC_S_OK) {
        return;
    }
    play->n_failed_attaches++;
    assert_int_equal(count_descriptors(), n_descriptors);
    assert_int_equal(attachment(play->scene), VFDC_ATTACHMENT_NONE);
    assert_int_equal(exception(play->scene)->error.code, VFDC_VM_E_IMAGE_CAPTURE_FAIL);
    assert_int_equal(stat(play->scene->image, &after), 0);
    if (!may_recover) {
        assert_nothing_beside(play);
        assert_memory_equal(&before.st_mtim, &after.st_mtim, sizeof(before.st_mtim));
        assert_memory_equal(&before.st_ctim, &after.st_ctim, sizeof(before.st_ctim));
        assert_image(play);
    }
    lift(play);
    assert_ok(attach(play->scene, play->scene->image));
}

static void release_at_last(struct play *play)
{
    vfdc_result result = release(play->scene);

    if (vfdc_failed(result)) {
        play->n_failed_releases++;
        assert_int_equal(result, VFDC_DISP_E_EXCEPTION);
        assert_int_equal(attachment(play->scene), VFDC_ATTACHMENT_IMAGE);
        assert_false(change_line(play->scene->rig));
        lift(play);
        look(play);
        assert_ok(release(play->scene));
    }
}

/* ---- the play ---- */

static int sync_at_once(void *opaque, int fd)
{
    (void)opaque;
    (void)fd;
    return 0;
}

/* Nothing here outlives the machine: syncs need not wait for its disk. */
static void be_quick(struct scene *scene, struct vfdc_system *table)
{
    *table = *vfdc_system_posix();
    table->sync = sync_at_once;
    table->sync_directory = sync_at_once;
    scene->faulty.real = table;
}

static void begin(struct play *play, struct scene *scene)
{
    *play = (struct play){ .scene = scene };
    write_lba_image(scene->image);
    scene->n_events = 0;
}

static void run(struct play *play)
{
    unsigned n_descriptors = count_descriptors();

    attach_at_last(play, false);
    start(play);
    put(play, 0, 1, 3);
    put(play, 0, 17, 1);
    if (vfdc_failed(vfdc_floppy_drive_flush_image(play->scene->drive))) {
        play->n_failed_flushes++;
    }
    put(play, 0, 2, 3);
    put(play, 1, 5, 1);
    release_at_last(play);
    lift(play);
    assert_image(play);
    assert_nothing_beside(play);
    assert_int_equal(count_descriptors(), n_descriptors);

    attach_at_last(play, false);
    start(play);
    look(play);
    release_at_last(play);
    assert_int_equal(count_descriptors(), n_descriptors);
}

static void each_call_of_a_session_fails(void **state)
{
    struct scene *scene = *state;
    unsigned n_plays = 0, n_refused = 0, n_attaches = 0, n_flushes = 0, n_releases = 0;
    struct vfdc_system table;

    be_quick(scene, &table);
    for (size_t way = 0; way < N_OF(ways); way++) {
        for (uint32_t k = 0; k < MAX_CALLS; k++) {
            struct play play;
            uint32_t n_calls = faulty_system_n_calls(&scene->faulty);

            begin(&play, scene);
            faulty_system_fail_any(&scene->faulty, ways[way].error, k, ways[way].n_failing);
            run(&play);
            n_plays++;
            n_refused += play.n_refused;
            n_attaches += play.n_failed_attaches;
            n_flushes += play.n_failed_flushes;
            n_releases += play.n_failed_releases;
            if (faulty_system_n_calls(&scene->faulty) - n_calls <= k) {
                break; /* none has failed */
            }
        }
    }
    print_message("%u sessions; refused: %u attaches, %u commands, %u flushes, %u releases\n",
                  n_plays, n_attaches, n_refused, n_flushes, n_releases);
    assert_true(n_plays > 300);
    assert_true(n_attaches > 0 && n_refused > 0 && n_flushes > 0 && n_releases > 0);
}

/* ---- after a death ---- */

/* A process of its own writes and is gone, without a flush or with half of one. */
static void die_after_writing(struct play *play, uint32_t n_calls_of_flush)
{
    struct play *child = play;
    pid_t pid = fork();
    int status = 0;

    assert_true(pid >= 0);
    if (pid == 0) {
        if (attach(child->scene, child->scene->image) != VFDC_S_OK) {
            _exit(1);
        }
        start(child);
        put(child, 0, 1, 3);
        put(child, 1, 18, 1);
        faulty_system_fail_any(&child->scene->faulty, EIO, n_calls_of_flush, UINT32_MAX);
        (void)vfdc_floppy_drive_flush_image(child->scene->drive);
        lift(child);
        put(child, 0, 2, 1);
        _exit(child->n_refused == 0 ? 0 : 2);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    for (uint32_t lba = 0; lba < 3; lba++) {
        play->sector[lba].acknowledged = 16;
    }
    play->sector[35].acknowledged = 32;
    play->sector[1].acknowledged = 48;
    play->pattern = 48;
}

static void recover_with(struct play *play)
{
    unsigned n_descriptors = count_descriptors();

    attach_at_last(play, true);
    start(play);
    look(play);
    put(play, 0, 3, 1);
    release_at_last(play);
    lift(play);
    assert_image(play);
    assert_nothing_beside(play);
    assert_int_equal(count_descriptors(), n_descriptors);
}

static void each_call_of_a_recovery_fails(void **state)
{
    /* of the flush that was cut: none at all, the journal synced, all of it in place */
    static const uint32_t cut[] = { 0, 3, 6 };
    struct scene *scene = *state;
    unsigned n_plays = 0, n_attaches = 0;
    struct vfdc_system table;

    be_quick(scene, &table);
    for (size_t i = 0; i < N_OF(cut) * N_OF(ways); i++) {
        for (uint32_t k = 0; k < MAX_CALLS; k++) {
            size_t way = i % N_OF(ways);
            struct play play;
            uint32_t n_calls;

            begin(&play, scene);
            die_after_writing(&play, cut[i / N_OF(ways)]);
            n_calls = faulty_system_n_calls(&scene->faulty);
            faulty_system_fail_any(&scene->faulty, ways[way].error, k, ways[way].n_failing);
            recover_with(&play);
            n_plays++;
            n_attaches += play.n_failed_attaches;
            if (faulty_system_n_calls(&scene->faulty) - n_calls <= k) {
                break;
            }
        }
    }
    print_message("%u recoveries, of which %u at the second attach\n", n_plays, n_attaches);
    assert_true(n_plays > 300 && n_attaches > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(each_call_of_a_session_fails),
        SCENE_TEST(each_call_of_a_recovery_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
