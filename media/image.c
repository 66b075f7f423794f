/*
 * A raw image in memory; see image.h.  Every access is fenced twice: by the geometry, and by
 * constants right where memory is touched.
 */
#include "image.h"

#include <stddef.h>
#include <string.h>

static const struct image *image_of_const(const struct vfdc_media *media)
{
    return (const struct image *)media;
}

static struct image *image_of(struct vfdc_media *media)
{
    return (struct image *)media;
}

void image_init(struct image *image, const struct vfdc_media_ops *ops, uint8_t *bytes)
{
    image->base.ops = ops;
    image->bytes = bytes;
}

void image_lay_out(struct image *image, const struct geometry_choice *choice, bool is_read_only)
{
    const struct vfdc_geometry *geometry = &choice->geometry;

    image->geometry = *geometry;
    image->reason = choice->reason;
    image->is_read_only = is_read_only;
    image->n_sectors = (uint32_t)geometry->cylinders * geometry->heads * geometry->sectors;
}

bool image_is_ours(const struct vfdc_media *media)
{
    return media->ops->geometry == image_geometry;
}

bool image_is_drive(enum vfdc_drive_type type)
{
    return type == VFDC_DRIVE_360K || type == VFDC_DRIVE_1200K || type == VFDC_DRIVE_720K ||
           type == VFDC_DRIVE_1440K || type == VFDC_DRIVE_2880K;
}

uint32_t image_sector_bytes(const struct image *image)
{
    return UINT32_C(128) << image->geometry.size_code;
}

uint32_t image_track(const struct image *image, uint8_t cylinder, uint8_t head)
{
    const struct vfdc_geometry *geometry = &image->geometry;
    uint32_t track;

    if (cylinder >= geometry->cylinders || head >= geometry->heads) {
        return IMAGE_MAX_TRACKS;
    }
    track = (uint32_t)cylinder * geometry->heads + head;
    return track < IMAGE_MAX_TRACKS ? track : IMAGE_MAX_TRACKS;
}

uint32_t image_lba(const struct image *image, uint8_t cylinder, uint8_t head, uint8_t sector)
{
    uint32_t track = image_track(image, cylinder, head);
    uint32_t lba;

    if (track >= IMAGE_MAX_TRACKS || sector < 1 || sector > image->geometry.sectors) {
        return VFDC_MEDIA_NO_LBA;
    }
    lba = track * image->geometry.sectors + (sector - 1u);
    return lba < image->n_sectors && lba < IMAGE_MAX_SECTORS ? lba : VFDC_MEDIA_NO_LBA;
}

struct image_run image_find_run(const struct image *image, uint32_t first, uint32_t count)
{
    uint32_t sector_bytes = image_sector_bytes(image);
    struct image_run run = { .bytes = image->bytes };

    if (count >= 1 && count <= IMAGE_RUN_SECTORS && first < IMAGE_MAX_SECTORS &&
        first + count <= image->n_sectors && first * sector_bytes < VFDC_IMAGE_MAX_BYTES) {
        const uint32_t offset = first * sector_bytes;

        run.offset = offset;
        run.bytes = image->bytes + run.offset;
        run.n_bytes = (size_t)count * sector_bytes;
    }
    return run;
}

void image_set_marks(struct image *image, uint32_t lba, uint8_t marks)
{
    if (lba >= IMAGE_MAX_SECTORS) {
        return;
    }
    image->n_marked -= image->marks[lba] != 0 ? 1u : 0u;
    image->marks[lba] = marks & IMAGE_MARKS;
    image->n_marked += image->marks[lba] != 0 ? 1u : 0u;
}

void image_note_written(struct image *image, uint32_t lba)
{
    if (lba < IMAGE_MAX_SECTORS) {
        image->is_written[lba] = true;
        image->is_dirty = true;
    }
}

/* The guest has written a sector whole. */
static void note_written(struct image *image, uint32_t lba, uint8_t marks)
{
    if (lba < IMAGE_MAX_SECTORS) {
        image_set_marks(image, lba, marks);
        image_note_written(image, lba);
    }
}

uint32_t image_dirty_sectors(const struct image *image)
{
    uint32_t n_dirty = 0;

    for (uint32_t lba = 0; lba < IMAGE_MAX_SECTORS && lba < image->n_sectors; lba++) {
        if (image->is_written[lba] || image->is_flushing[lba]) {
            n_dirty++;
        }
    }
    return n_dirty;
}

void image_begin_flush(struct image *image)
{
    memcpy(image->is_flushing, image->is_written, sizeof(image->is_flushing));
    memset(image->is_written, 0, sizeof(image->is_written));
    image->is_dirty = false;
}

vfdc_result image_end_flush(struct image *image, bool is_lasting)
{
    vfdc_result result = VFDC_S_OK;

    for (uint32_t lba = 0; lba < IMAGE_MAX_SECTORS && lba < image->n_sectors; lba++) {
        if (!image->is_flushing[lba]) {
            continue;
        }
        image->is_flushing[lba] = false;
        if (!is_lasting) {
            image_note_written(image, lba);
        } else if (image->marks[lba] != 0) {
            result = VFDC_S_FALSE;
        }
    }
    return result;
}

void image_geometry(const struct vfdc_media *media, struct vfdc_geometry *geometry)
{
    *geometry = image_of_const(media)->geometry;
}

bool image_is_write_protected(const struct vfdc_media *media)
{
    return image_of_const(media)->is_read_only;
}

/* How many sectors in a row, of `count` from block `first` on, have the marks of the first. */
static uint32_t count_alike(const struct image *image, uint32_t first, uint32_t count)
{
    uint32_t lba = first;

    if (image->n_marked == 0) {
        return count;
    }
    while (lba < IMAGE_MAX_SECTORS && lba - first < count &&
           image->marks[lba] == image->marks[first]) {
        lba++;
    }
    return lba - first;
}

enum vfdc_media_result image_read_span(struct vfdc_media *media, uint8_t cylinder, uint8_t head,
                                       uint8_t first, uint8_t last, struct vfdc_media_span *span)
{
    const struct image *image = image_of_const(media);
    uint32_t lba = image_lba(image, cylinder, head, first);
    struct image_run run;

    if (lba >= IMAGE_MAX_SECTORS || last < first) {
        return VFDC_MEDIA_NO_SECTOR;
    }
    if (last > image->geometry.sectors) {
        last = image->geometry.sectors;
    }
    run = image_find_run(image, lba, count_alike(image, lba, last + 1u - first));
    if (run.n_bytes == 0) {
        return VFDC_MEDIA_NO_SECTOR;
    }
    span->bytes = run.bytes;
    span->n_bytes = run.n_bytes;
    return VFDC_MEDIA_OK;
}

enum vfdc_media_result image_write_sector(struct vfdc_media *media, uint8_t cylinder,
                                          uint8_t head, uint8_t sector, const uint8_t *bytes,
                                          uint8_t marks)
{
    struct image *image = image_of(media);
    uint32_t lba = image_lba(image, cylinder, head, sector);
    struct image_run run = image_find_run(image, lba, 1);

    if (image->is_read_only) {
        return VFDC_MEDIA_WRITE_PROTECTED;
    }
    if (run.n_bytes == 0) {
        return VFDC_MEDIA_NO_SECTOR;
    }
    memcpy(run.bytes, bytes, run.n_bytes);
    note_written(image, lba, marks);
    return VFDC_MEDIA_OK;
}

enum vfdc_media_result image_commit(struct vfdc_media *media)
{
    (void)media;
    return VFDC_MEDIA_OK;
}

/* Whether `order` has each number from 1 to `n_sectors` once. */
static bool is_permutation(const uint8_t *order, uint8_t n_sectors)
{
    bool is_seen[VFDC_MAX_SECTORS + 1u] = { false };

    for (uint32_t place = 0; place < VFDC_MAX_SECTORS && place < n_sectors; place++) {
        uint8_t sector = order[place];

        if (sector < 1 || sector > n_sectors || sector > VFDC_MAX_SECTORS || is_seen[sector]) {
            return false;
        }
        is_seen[sector] = true;
    }
    return true;
}

enum vfdc_media_result image_format_track(struct vfdc_media *media, uint8_t cylinder,
                                          uint8_t head, const uint8_t *order, uint8_t n_sectors,
                                          uint8_t gap, uint8_t filler)
{
    struct image *image = image_of(media);
    uint32_t track = image_track(image, cylinder, head);
    uint32_t lba = image_lba(image, cylinder, head, 1);
    struct image_run run = image_find_run(image, lba, n_sectors);

    if (image->is_read_only) {
        return VFDC_MEDIA_WRITE_PROTECTED;
    }
    if (track >= IMAGE_MAX_TRACKS || run.n_bytes == 0 ||
        n_sectors != image->geometry.sectors || !is_permutation(order, n_sectors)) {
        return VFDC_MEDIA_NO_SECTOR;
    }
    memset(run.bytes, filler, run.n_bytes);
    for (uint32_t i = 0; i < VFDC_MAX_SECTORS && i < n_sectors; i++) {
        note_written(image, lba + i, 0);
        image->order[track][i] = order[i];
    }
    image->gap[track] = gap;
    return VFDC_MEDIA_OK;
}

uint8_t image_marks(const struct vfdc_media *media, uint8_t cylinder, uint8_t head,
                    uint8_t sector)
{
    const struct image *image = image_of_const(media);
    uint32_t lba;

    if (image->n_marked == 0) {
        return 0;
    }
    lba = image_lba(image, cylinder, head, sector);
    return lba < IMAGE_MAX_SECTORS ? image->marks[lba] : 0;
}

uint8_t image_sector_at(const struct vfdc_media *media, uint8_t cylinder, uint8_t head,
                        uint8_t place)
{
    const struct image *image = image_of_const(media);
    uint32_t track = image_track(image, cylinder, head);
    uint8_t sector;

    if (track >= IMAGE_MAX_TRACKS || place >= image->geometry.sectors ||
        place >= VFDC_MAX_SECTORS) {
        return 0;
    }
    sector = image->order[track][place];
    return sector != 0 ? sector : (uint8_t)(place + 1u);
}

uint8_t image_gap(const struct vfdc_media *media, uint8_t cylinder, uint8_t head)
{
    const struct image *image = image_of_const(media);
    uint32_t track = image_track(image, cylinder, head);

    if (track >= IMAGE_MAX_TRACKS || image->order[track][0] == 0) {
        return image->geometry.gap_format;
    }
    return image->gap[track];
}
