/*
 * A medium that answers what it is told to: host errors, bad data, and everything that breaks
 * the contract of struct vfdc_media_ops.  Unless told otherwise it is an honest 1.44M disk on
 * which every track is the same one.  It lives in the caller's struct; close() only counts.
 */
#ifndef VFDC_TESTS_MEDIA_FAULTY_H
#define VFDC_TESTS_MEDIA_FAULTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vfdc/media.h>

#define MEDIA_FAULTY_TRACK_BYTES (18u * 512u)

/* In span_bytes: as many as were asked for. */
#define MEDIA_FAULTY_HONEST SIZE_MAX

struct media_faulty {
    struct vfdc_media media;

    struct vfdc_geometry geometry;
    bool is_write_protected;
    enum vfdc_media_result read, write, format, commit; /* the answers */
    bool has_null_span;
    size_t span_bytes;
    int sector_at; /* or -1: as the track has it */
    uint8_t marks; /* of every sector; of the last one written */
    uint8_t gap;   /* of every track; the last FORMAT's */
    vfdc_result flush;
    uint32_t n_dirty; /* a flush that succeeds makes it 0 */

    unsigned n_reads, n_writes, n_formats, n_commits, n_flushes, n_closes;

    void *user; /* the test's own */

    uint8_t *track; /* of exactly MEDIA_FAULTY_TRACK_BYTES, so that an overrun shows */
};

void media_faulty_init(struct media_faulty *faulty);
void media_faulty_free(struct media_faulty *faulty);

#endif
