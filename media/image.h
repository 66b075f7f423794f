/*
 * A raw image that lies in memory, whatever stands behind it: from cylinder, head and sector to
 * bytes, and what stands beside them.  vfd.c and memory.c put it first in their own structs and
 * use it as their own.
 */
#ifndef MEDIA_IMAGE_H
#define MEDIA_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vfdc/media.h>

#include "geometry.h"

#define IMAGE_MAX_TRACKS (VFDC_MAX_CYLINDERS * VFDC_MAX_HEADS)
#define IMAGE_MAX_SECTORS (IMAGE_MAX_TRACKS * VFDC_MAX_SECTORS)

/* The most that is handled in one go: the longest track. */
#define IMAGE_RUN_SECTORS VFDC_MAX_SECTORS
#define IMAGE_RUN_BYTES ((size_t)IMAGE_RUN_SECTORS * VFDC_MAX_SECTOR_BYTES)

/*
 * The most that one system call moves: a record of a journal, more than a run.  A buffer for any
 * image ends in a guard of two of these, which no disk uses.  What begins inside the largest
 * image, and what is left of it in part done, then ends inside the buffer whatever the geometry:
 * two constants prove it.
 */
#define IMAGE_MOVE_BYTES (3u * IMAGE_RUN_BYTES)
#define IMAGE_BUFFER_BYTES (VFDC_IMAGE_MAX_BYTES + 2u * IMAGE_MOVE_BYTES)

struct image {
    struct vfdc_media base; /* first: a struct vfdc_media * of ours points here */
    struct vfdc_geometry geometry;
    enum vfdc_geometry_reason reason;
    bool is_read_only;
    uint32_t n_sectors; /* of the disk */
    uint8_t *bytes; /* of all sectors; not owned */

    /*
     * What raw sectors cannot hold, so only while the disk is in: VFDC_MARK_ bits, and how
     * FORMAT left each track: the order of its sectors (0: as numbered), and its gap.
     */
    uint8_t marks[IMAGE_MAX_SECTORS];
    uint32_t n_marked; /* sectors with any: seldom one, and then nobody need look */
    uint8_t order[IMAGE_MAX_TRACKS][VFDC_MAX_SECTORS + 1u];
    uint8_t gap[IMAGE_MAX_TRACKS];

    /*
     * Dirty: written since the last flush began, and what that flush is about, until it has
     * succeeded.  Nothing but that clears either.
     */
    bool is_written[IMAGE_MAX_SECTORS];
    bool is_flushing[IMAGE_MAX_SECTORS];
    bool is_dirty; /* any of is_written */
};

/* Sectors that lie side by side. */
struct image_run {
    uint8_t *bytes;
    size_t n_bytes;
    uint64_t offset; /* in the image */
};

/* Set up zeroed memory as an image over `bytes`, without a layout: it has no sector yet. */
void image_init(struct image *image, const struct vfdc_media_ops *ops, uint8_t *bytes);

/* Give it its layout; `bytes` hold all of that disk. */
void image_lay_out(struct image *image, const struct geometry_choice *choice, bool is_read_only);

uint32_t image_sector_bytes(const struct image *image);

/* The logical block of a sector, below IMAGE_MAX_SECTORS; or VFDC_MEDIA_NO_LBA. */
uint32_t image_lba(const struct image *image, uint8_t cylinder, uint8_t head, uint8_t sector);

/* The number of a track, below IMAGE_MAX_TRACKS; or IMAGE_MAX_TRACKS if there is none. */
uint32_t image_track(const struct image *image, uint8_t cylinder, uint8_t head);

/*
 * Where sectors are, `count` of them from block `first` on.  No bytes if there are not so many,
 * or they are more than a run.
 */
struct image_run image_find_run(const struct image *image, uint32_t first, uint32_t count);

/* Give a sector marks; of one that does not exist nothing. */
void image_set_marks(struct image *image, uint32_t lba, uint8_t marks);

/* A sector was written, otherwise than by an operation. */
void image_note_written(struct image *image, uint32_t lba);

/* Sectors that are dirty. */
uint32_t image_dirty_sectors(const struct image *image);

/* What is dirty becomes what a flush is about; one at a time. */
void image_begin_flush(struct image *image);

/*
 * It is over.  What it was about is lasting now, or dirty again.  S_FALSE if some of what is
 * lasting has marks, which are not; else S_OK.
 */
vfdc_result image_end_flush(struct image *image, bool is_lasting);

/* Operations of struct vfdc_media_ops; the commit has nothing to do. */
void image_geometry(const struct vfdc_media *media, struct vfdc_geometry *geometry);
bool image_is_write_protected(const struct vfdc_media *media);
enum vfdc_media_result image_read_span(struct vfdc_media *media, uint8_t cylinder, uint8_t head,
                                       uint8_t first, uint8_t last,
                                       struct vfdc_media_span *span);
enum vfdc_media_result image_write_sector(struct vfdc_media *media, uint8_t cylinder,
                                          uint8_t head, uint8_t sector, const uint8_t *bytes,
                                          uint8_t marks);
enum vfdc_media_result image_format_track(struct vfdc_media *media, uint8_t cylinder,
                                          uint8_t head, const uint8_t *order, uint8_t n_sectors,
                                          uint8_t gap, uint8_t filler);
enum vfdc_media_result image_commit(struct vfdc_media *media);
uint8_t image_marks(const struct vfdc_media *media, uint8_t cylinder, uint8_t head,
                    uint8_t sector);
uint8_t image_sector_at(const struct vfdc_media *media, uint8_t cylinder, uint8_t head,
                        uint8_t place);
uint8_t image_gap(const struct vfdc_media *media, uint8_t cylinder, uint8_t head);

/* All the VFDC_MARK_ bits there are. */
#define IMAGE_MARKS (VFDC_MARK_DELETED | VFDC_MARK_BAD_DATA)

/* Whether a medium is one of ours, so that the rest of a struct image stands behind it. */
bool image_is_ours(const struct vfdc_media *media);

/* Whether `type` is a drive that can be fitted. */
bool image_is_drive(enum vfdc_drive_type type);

#endif
