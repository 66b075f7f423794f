/*
 * A raw image that lies in memory, whatever stands behind it: from cylinder, head and sector to
 * bytes.  vfd.c and memory.c put it first in their own structs and use it as their own.
 */
#ifndef MEDIA_IMAGE_H
#define MEDIA_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include <vfdc/media.h>

#include "geometry.h"

#define IMAGE_MAX_TRACKS (VFDC_MAX_CYLINDERS * VFDC_MAX_HEADS)

/* The most sectors handled in one go: the longest track. */
#define IMAGE_RUN_SECTORS VFDC_MAX_SECTORS

/*
 * A buffer for any image ends in a guard of two runs that no disk uses.  A run that begins
 * inside the largest image, and what is left of a run in part done, then end inside the buffer
 * whatever the geometry: two constants prove it.
 */
#define IMAGE_BUFFER_SECTORS (VFDC_IMAGE_MAX_SECTORS + 2u * IMAGE_RUN_SECTORS)

struct image {
    struct vfdc_media base; /* first: a struct vfdc_media * of ours points here */
    struct vfdc_geometry geometry;
    enum vfdc_geometry_reason reason;
    bool is_read_only;
    uint32_t n_sectors; /* of the disk */
    uint8_t *bytes;     /* them; not owned */

    /* The order in which FORMAT left the sectors; 0: as numbered.  Only while the disk is in. */
    uint8_t order[IMAGE_MAX_TRACKS][VFDC_MAX_SECTORS + 1u];
};

/* Set up zeroed memory as an image over `bytes`, without a layout: it has no sector yet. */
void image_init(struct image *image, const struct vfdc_media_ops *ops, uint8_t *bytes);

/* Give it its layout; `bytes` hold all of that disk. */
void image_lay_out(struct image *image, const struct geometry_choice *choice, bool is_read_only);

/* The logical block of a sector, below VFDC_IMAGE_MAX_SECTORS; or VFDC_MEDIA_NO_LBA. */
uint32_t image_lba(const struct image *image, uint8_t cylinder, uint8_t head, uint8_t sector);

/* The number of a track, below IMAGE_MAX_TRACKS; or IMAGE_MAX_TRACKS if there is none. */
uint32_t image_track(const struct image *image, uint8_t cylinder, uint8_t head);

/* Operations of struct vfdc_media_ops. */
void image_geometry(const struct vfdc_media *media, struct vfdc_geometry *geometry);
bool image_is_write_protected(const struct vfdc_media *media);
enum vfdc_media_result image_read_span(struct vfdc_media *media, uint8_t cylinder, uint8_t head,
                                       uint8_t first, uint8_t last,
                                       struct vfdc_media_span *span);
enum vfdc_media_result image_write_sector(struct vfdc_media *media, uint8_t cylinder,
                                          uint8_t head, uint8_t sector, const uint8_t *bytes);
enum vfdc_media_result image_format_track(struct vfdc_media *media, uint8_t cylinder,
                                          uint8_t head, const uint8_t *order, uint8_t n_sectors,
                                          uint8_t filler);
uint8_t image_sector_at(const struct vfdc_media *media, uint8_t cylinder, uint8_t head,
                        uint8_t place);

/* Whether a medium is one of ours, so that the rest of a struct image stands behind it. */
bool image_is_ours(const struct vfdc_media *media);

/* Whether `type` is a drive that can be fitted. */
bool image_is_drive(enum vfdc_drive_type type);

#endif
