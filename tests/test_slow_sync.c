/*
 * A host's disk that is slow: while a flush sits in a sync the guest's ports answer at once, and
 * what the guest writes meanwhile is dirty, and in the journal.  The guest is this thread, the
 * operator another; no clock of the wall decides anything but through a ratio of one run.
 */
#include "scene.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SLOW_NS 200000000L

/* The longest wait at a port is to be below this part of one sync. */
#define PARTS 20u

/* A busy machine may hold up any thread for a while; one that waits for a sync always does. */
#define MAX_TRIES 5u

struct host {
    pthread_mutex_t lock;
    struct vfdc_system table; /* the real one, with a slow sync */
    struct vfdc_media *media;

    atomic_uint n_syncs; /* begun */
    atomic_bool is_over;
    vfdc_result begun, ended; /* the operator's */
    uint64_t shortest_ns;     /* of the syncs */
};

static uint64_t wall_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * RIG_S + (uint64_t)now.tv_nsec;
}

static int slow_sync(void *opaque, int fd)
{
    static const struct timespec slow = { .tv_nsec = SLOW_NS };
    struct host *host = opaque;
    uint64_t began_ns = wall_ns();
    int result;

    atomic_fetch_add(&host->n_syncs, 1);
    (void)nanosleep(&slow, NULL);
    result = vfdc_system_posix()->sync(NULL, fd);
    if (wall_ns() - began_ns < host->shortest_ns) {
        host->shortest_ns = wall_ns() - began_ns;
    }
    return result;
}

static void *flush_in_three(void *opaque)
{
    struct host *host = opaque;
    struct vfdc_media_flush *flush = NULL;

    pthread_mutex_lock(&host->lock);
    host->begun = vfdc_media_flush_begin(host->media, &flush, NULL);
    pthread_mutex_unlock(&host->lock);
    if (flush != NULL) {
        (void)vfdc_media_flush_write(flush, NULL);
        pthread_mutex_lock(&host->lock);
        host->ended = vfdc_media_flush_end(flush, NULL);
        pthread_mutex_unlock(&host->lock);
    }
    atomic_store(&host->is_over, true);
    return NULL;
}

/* One read of the main status register under the lock, and how long it took. */
static uint64_t read_port(struct scene *scene, struct host *host)
{
    static const struct timespec other_work = { .tv_nsec = 20000 };
    uint64_t began_ns = wall_ns();
    uint64_t took_ns;
    uint8_t status;

    pthread_mutex_lock(&host->lock);
    status = msr(scene->rig);
    pthread_mutex_unlock(&host->lock);
    took_ns = wall_ns() - began_ns;
    assert_int_equal(status, 0x80);
    (void)nanosleep(&other_work, NULL);
    return took_ns;
}

static bool journal_has(struct scene *scene, const char *name, const uint8_t *wanted)
{
    static uint8_t bytes[65536];
    char path[160];
    FILE *file;
    size_t n_bytes;

    snprintf(path, sizeof(path), "%s/%s", scene->folder, name);
    file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    n_bytes = fread(bytes, 1, sizeof(bytes), file);
    fclose(file);
    for (size_t i = 0; i + 512 <= n_bytes; i++) {
        if (memcmp(bytes + i, wanted, 512) == 0) {
            return true;
        }
    }
    return false;
}

/* What the guest writes while the flush is in its first sync. */
static void write_meanwhile(struct scene *scene, struct host *host, uint8_t bytes[512])
{
    while (atomic_load(&host->n_syncs) == 0 && !atomic_load(&host->is_over)) {
        (void)read_port(scene, host);
    }
    memset(bytes, 0xd2, 512);
    pthread_mutex_lock(&host->lock);
    guest_write(scene, 5, bytes);
    pthread_mutex_unlock(&host->lock);
}

/* A flush beside a guest at its ports; the longest it waited there. */
static uint64_t flush_beside_the_guest(struct scene *scene, struct host *host,
                                       uint8_t meanwhile[512])
{
    pthread_t operator;
    uint64_t longest_ns = 0;
    unsigned n_reads = 0;

    host->shortest_ns = UINT64_MAX;
    atomic_store(&host->n_syncs, 0);
    atomic_store(&host->is_over, false);
    assert_int_equal(pthread_create(&operator, NULL, flush_in_three, host), 0);
    write_meanwhile(scene, host, meanwhile);
    while (!atomic_load(&host->is_over)) {
        uint64_t took_ns = read_port(scene, host);

        longest_ns = took_ns > longest_ns ? took_ns : longest_ns;
        n_reads++;
    }
    assert_int_equal(pthread_join(operator, NULL), 0);
    assert_ok(host->begun);
    assert_ok(host->ended);
    assert_true(atomic_load(&host->n_syncs) >= 2); /* the journal and the image */
    assert_true(n_reads > 20);
    print_message("%u reads of a port, the longest 1/%llu of a sync\n", n_reads,
                  (unsigned long long)(host->shortest_ns / (longest_ns + 1)));
    return longest_ns;
}

static void ports_answer_while_a_flush_syncs(void **state)
{
    struct scene *scene = *state;
    struct host host = { .lock = PTHREAD_MUTEX_INITIALIZER, .table = *vfdc_system_posix() };
    uint8_t first[512], meanwhile[512];
    bool is_quick = false;

    host.table.sync = slow_sync;
    scene->options.system = &host.table;
    scene->options.system_opaque = &host;
    attach_and_write(scene, first);
    host.media = vfdc_floppy_drive_media(scene->drive);
    for (unsigned i = 0; i < MAX_TRIES && !is_quick; i++) {
        uint64_t longest_ns = flush_beside_the_guest(scene, &host, meanwhile);

        is_quick = longest_ns < host.shortest_ns / PARTS;
        assert_file_sector(scene->image, 2, first);
        assert_int_equal(dirty(scene), 1); /* what was written meanwhile */
        assert_true(journal_has(scene, ".a.vfd.vfdc-journal", meanwhile) ||
                    journal_has(scene, ".a.vfd.vfdc-journal-2", meanwhile));
    }
    assert_true(is_quick);
    assert_ok(release(scene));
    assert_file_sector(scene->image, 4, meanwhile);
}

/* The control: what a flush in one piece, under the lock, does to the guest. */
static void ports_wait_while_a_flush_in_one_piece_syncs(void **state)
{
    struct scene *scene = *state;
    struct host host = { .lock = PTHREAD_MUTEX_INITIALIZER, .table = *vfdc_system_posix() };
    uint8_t first[512];
    uint64_t began_ns;

    host.table.sync = slow_sync;
    host.shortest_ns = UINT64_MAX;
    scene->options.system = &host.table;
    scene->options.system_opaque = &host;
    attach_and_write(scene, first);
    began_ns = wall_ns();
    assert_ok(vfdc_floppy_drive_flush_image(scene->drive));

    assert_true(wall_ns() - began_ns >= 2 * (uint64_t)SLOW_NS);
    assert_int_equal(dirty(scene), 0);
    assert_ok(release(scene));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(ports_answer_while_a_flush_syncs),
        SCENE_TEST(ports_wait_while_a_flush_in_one_piece_syncs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
