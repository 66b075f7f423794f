/*
 * A medium that answers what it is told to; see media_faulty.h.
 */
#include "media_faulty.h"

#include <stdlib.h>
#include <string.h>

/* The first member, so the medium is the whole. */
static struct media_faulty *whole(struct vfdc_media *media)
{
    return (struct media_faulty *)media;
}

static const struct media_faulty *whole_const(const struct vfdc_media *media)
{
    return (const struct media_faulty *)media;
}

static bool holds(uint8_t cylinder, uint8_t head, uint8_t sector)
{
    return cylinder < 80 && head < 2 && sector >= 1 && sector <= 18;
}

static void geometry(const struct vfdc_media *media, struct vfdc_geometry *answer)
{
    *answer = whole_const(media)->geometry;
}

static bool is_write_protected(const struct vfdc_media *media)
{
    return whole_const(media)->is_write_protected;
}

static enum vfdc_media_result read_span(struct vfdc_media *media, uint8_t cylinder, uint8_t head,
                                        uint8_t first, uint8_t last, struct vfdc_media_span *span)
{
    struct media_faulty *faulty = whole(media);

    faulty->n_reads++;
    if (!holds(cylinder, head, first) || !holds(cylinder, head, last)) {
        return VFDC_MEDIA_NO_SECTOR;
    }
    span->bytes = faulty->has_null_span ? NULL : faulty->track + (first - 1) * 512;
    span->n_bytes = faulty->span_bytes != MEDIA_FAULTY_HONEST ? faulty->span_bytes
                                                              : (last - first + 1u) * 512u;
    return faulty->read;
}

static uint8_t marks_of(const struct vfdc_media *media, uint8_t cylinder, uint8_t head,
                        uint8_t sector)
{
    return holds(cylinder, head, sector) ? whole_const(media)->marks : 0;
}

static enum vfdc_media_result write_sector(struct vfdc_media *media, uint8_t cylinder,
                                           uint8_t head, uint8_t sector, const uint8_t *bytes,
                                           uint8_t marks)
{
    struct media_faulty *faulty = whole(media);

    faulty->n_writes++;
    if (!holds(cylinder, head, sector)) {
        return VFDC_MEDIA_NO_SECTOR;
    }
    if (faulty->write == VFDC_MEDIA_OK) {
        memcpy(faulty->track + (sector - 1) * 512, bytes, 512);
        faulty->marks = marks;
        faulty->n_dirty++;
    }
    return faulty->write;
}

static enum vfdc_media_result format_track(struct vfdc_media *media, uint8_t cylinder,
                                           uint8_t head, const uint8_t *order, uint8_t n_sectors,
                                           uint8_t gap, uint8_t filler)
{
    struct media_faulty *faulty = whole(media);

    (void)order;
    faulty->n_formats++;
    if (!holds(cylinder, head, n_sectors) || n_sectors != 18) {
        return VFDC_MEDIA_NO_SECTOR;
    }
    if (faulty->format == VFDC_MEDIA_OK) {
        memset(faulty->track, filler, MEDIA_FAULTY_TRACK_BYTES);
        faulty->marks = 0;
        faulty->gap = gap;
        faulty->n_dirty += 18;
    }
    return faulty->format;
}

static uint8_t sector_at(const struct vfdc_media *media, uint8_t cylinder, uint8_t head,
                         uint8_t place)
{
    const struct media_faulty *faulty = whole_const(media);

    if (faulty->sector_at >= 0) {
        return (uint8_t)faulty->sector_at;
    }
    return place < 18 && holds(cylinder, head, 1) ? (uint8_t)(place + 1) : 0;
}

static uint8_t gap_of(const struct vfdc_media *media, uint8_t cylinder, uint8_t head)
{
    (void)cylinder;
    (void)head;
    return whole_const(media)->gap;
}

static enum vfdc_media_result commit(struct vfdc_media *media)
{
    struct media_faulty *faulty = whole(media);

    faulty->n_commits++;
    return faulty->commit;
}

static vfdc_result flush(struct vfdc_media *media, struct vfdc_media_error *error)
{
    struct media_faulty *faulty = whole(media);

    faulty->n_flushes++;
    if (!vfdc_failed(faulty->flush)) {
        faulty->n_dirty = 0;
    }
    if (error != NULL) {
        *error = (struct vfdc_media_error){ .code = faulty->flush, .sector = VFDC_MEDIA_NO_LBA };
    }
    return faulty->flush;
}

static uint32_t dirty_sectors(const struct vfdc_media *media)
{
    return whole_const(media)->n_dirty;
}

static vfdc_result close_medium(struct vfdc_media *media, struct vfdc_media_error *error)
{
    (void)error;
    whole(media)->n_closes++;
    return VFDC_S_OK;
}

void media_faulty_init(struct media_faulty *faulty)
{
    static const struct vfdc_media_ops ops = {
        .geometry = geometry,
        .is_write_protected = is_write_protected,
        .read_span = read_span,
        .marks = marks_of,
        .write_sector = write_sector,
        .format_track = format_track,
        .sector_at = sector_at,
        .gap = gap_of,
        .commit = commit,
        .flush = flush,
        .dirty_sectors = dirty_sectors,
        .close = close_medium,
    };

    *faulty = (struct media_faulty){
        .media = { .ops = &ops },
        .geometry = { .cylinders = 80, .heads = 2, .sectors = 18, .size_code = 2,
                      .data_rate = 0, .track_step = 1, .gap_format = 0x6c },
        .span_bytes = MEDIA_FAULTY_HONEST,
        .sector_at = -1,
        .gap = 0x6c,
        .track = calloc(1, MEDIA_FAULTY_TRACK_BYTES),
    };
    if (faulty->track == NULL) {
        abort();
    }
}

void media_faulty_free(struct media_faulty *faulty)
{
    free(faulty->track);
}
