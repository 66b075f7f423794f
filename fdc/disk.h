/*
 * The disk in a drive, as it passes under the head: IDs, marks, sectors.  Below this is the
 * medium, which is called from here.
 *
 * `unit` is the drive that DOR selects or FDD_NONE: callers ask fdd_selected() once, for all that
 * they do at that moment.  What a medium answers is checked where it is used.
 */
#ifndef FDC_DISK_H
#define FDC_DISK_H

#include <stdbool.h>
#include <stdint.h>

#include "rotation.h"
#include "state.h"

/* Whether there is a disk, at speed: then the index passes. */
bool disk_is_turning(struct vfdc_controller *fdc, unsigned unit);

/*
 * Look for an ID under the head of a disk that turns: `id`, or any one if that is NULL.  OK, NO_ID,
 * NO_SECTOR or WRONG_CYLINDER.
 */
enum fdc_outcome disk_find_id(const struct vfdc_controller *fdc, unsigned unit, unsigned head,
                              bool mfm, const struct fdc_chrn *id);

/*
 * Places on the track under the head, from the index on: that of sector `r`, that of the sector
 * which passes after the last one (`fast` goes by what it read, `accurate` by the time), and the
 * ID at a place; false if the medium names none there.
 */
uint8_t disk_place_of(const struct vfdc_controller *fdc, unsigned unit, unsigned head, uint8_t r);
uint8_t disk_next_place(const struct vfdc_controller *fdc, unsigned unit, unsigned head,
                        uint64_t from_ns);
bool disk_id_at(const struct vfdc_controller *fdc, unsigned unit, unsigned head, uint8_t place,
                struct fdc_chrn *id);

/* The sector that passed the head last. */
void disk_passed(struct vfdc_controller *fdc, unsigned unit, uint8_t r);

/* How the track under the head passes; the layout of the disk, and its cylinder there. */
void disk_track(const struct vfdc_controller *fdc, unsigned unit, unsigned head,
                struct rotation_track *track);
uint8_t disk_n_sectors(const struct vfdc_controller *fdc, unsigned unit);
uint8_t disk_size_code(const struct vfdc_controller *fdc, unsigned unit);
uint8_t disk_cylinder(const struct vfdc_controller *fdc, unsigned unit);

/*
 * Marks and bytes.  A span is what the medium answered, not checked; FORMAT's `order` has
 * VFDC_MAX_SECTORS entries.  A failure of the host's storage is reported to it.
 */
uint8_t disk_marks(const struct vfdc_controller *fdc, unsigned unit, unsigned head, uint8_t r);
enum fdc_outcome disk_read_span(struct vfdc_controller *fdc, unsigned unit, unsigned head,
                                uint8_t first, uint8_t last, struct vfdc_media_span *span);
enum fdc_outcome disk_write_sector(struct vfdc_controller *fdc, unsigned unit, unsigned head,
                                   uint8_t r, const uint8_t *bytes, uint8_t marks);
enum fdc_outcome disk_format(struct vfdc_controller *fdc, unsigned unit,
                             const struct fdc_job *job, const uint8_t *order);

/* Tell the host that the medium failed at sector `r` (0: the track). */
void disk_report(struct vfdc_controller *fdc, unsigned unit, enum vfdc_report_kind kind,
                 unsigned head, unsigned r);

/*
 * Of a mask of units: keep what was written since the last commit, and flush.  False if a medium
 * could not keep it.
 */
bool disk_commit(struct vfdc_controller *fdc, unsigned units);
void disk_flush(struct vfdc_controller *fdc, unsigned units);

/* The motors of some disks went off a while ago: flush those, or tell the host to. */
void disk_flush_due(struct vfdc_controller *fdc);

#endif
