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
    if (lba >= image->n_sectors || lba >= VFDC_IMAGE_MAX_SECTORS) {
        return VFDC_MEDIA_NO_LBA;
    }
    return lba;
}

void image_geometry(const struct vfdc_media *media, struct vfdc_geometry *geometry)
{
    *geometry = image_of_const(media)->geometry;
}

bool image_is_write_protected(const struct vfdc_media *media)
{
    return image_of_const(media)->is_read_only;
}

enum vfdc_media_result image_read_span(struct vfdc_media *media, uint8_t cylinder, uint8_t head,
                                       uint8_t first, uint8_t last, struct vfdc_media_span *span)
{
    const struct image *image = image_of_const(media);
    uint32_t lba = image_lba(image, cylinder, head, first);
    uint32_t end = last;
    uint32_t count;

    if (lba >= VFDC_IMAGE_MAX_SECTORS || last < first) {
        return VFDC_MEDIA_NO_SECTOR;
    }
    if (end > image->geometry.sectors) {
        end = image->geometry.sectors;
    }
    count = end - first + 1u;
    if (count < 1 || count > IMAGE_RUN_SECTORS) {
        return VFDC_MEDIA_NO_SECTOR;
    }
    span->bytes = image->bytes + (size_t)lba * VFDC_SECTOR_BYTES;
    span->n_bytes = (size_t)count * VFDC_SECTOR_BYTES;
    return VFDC_MEDIA_OK;
}

enum vfdc_media_result image_write_sector(struct vfdc_media *media, uint8_t cylinder,
                                          uint8_t head, uint8_t sector, const uint8_t *bytes)
{
    struct image *image = image_of(media);
    uint32_t lba = image_lba(image, cylinder, head, sector);

    if (image->is_read_only) {
        return VFDC_MEDIA_WRITE_PROTECTED;
    }
    if (lba >= VFDC_IMAGE_MAX_SECTORS) {
        return VFDC_MEDIA_NO_SECTOR;
    }
    memcpy(image->bytes + (size_t)lba * VFDC_SECTOR_BYTES, bytes, VFDC_SECTOR_BYTES);
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
                                          uint8_t filler)
{
    struct image *image = image_of(media);
    uint32_t track = image_track(image, cylinder, head);
    uint32_t lba = image_lba(image, cylinder, head, 1);

    if (image->is_read_only) {
        return VFDC_MEDIA_WRITE_PROTECTED;
    }
    if (track >= IMAGE_MAX_TRACKS || lba >= VFDC_IMAGE_MAX_SECTORS ||
        n_sectors != image->geometry.sectors || n_sectors > VFDC_MAX_SECTORS ||
        !is_permutation(order, n_sectors)) {
        return VFDC_MEDIA_NO_SECTOR;
    }
    for (uint32_t i = 0; i < VFDC_MAX_SECTORS && i < n_sectors; i++) {
        memset(image->bytes + (size_t)(lba + i) * VFDC_SECTOR_BYTES, filler, VFDC_SECTOR_BYTES);
        image->order[track][i] = order[i];
    }
    return VFDC_MEDIA_OK;
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
