/*
 * One floppy disk drive: where its head stands, whether its disk turns, what passes under the
 * head.  The chip reaches a drive through DOR alone: its select bits and that drive's motor bit.
 */
#ifndef FDC_FDD_H
#define FDC_FDD_H

#include <stdbool.h>
#include <stdint.h>

#include "rotation.h"
#include "state.h"

/* No drive: nothing is selected. */
#define FDD_NONE VFDC_N_UNITS

/* New values of the select and motor lines.  A motor that stops lets its disk be flushed. */
void fdd_set_dor(struct vfdc_controller *fdc, uint8_t dor);

/* The sense lines and the step line, of the drive that DOR selects. */
unsigned fdd_selected(const struct vfdc_controller *fdc); /* a unit, or FDD_NONE */
bool fdd_is_index(struct vfdc_controller *fdc);
bool fdd_is_at_track0(const struct vfdc_controller *fdc);
bool fdd_is_write_protected(const struct vfdc_controller *fdc);
bool fdd_is_changed(const struct vfdc_controller *fdc);
void fdd_step(struct vfdc_controller *fdc, bool inward);

/* What any drive has. */
bool fdd_is_fitted(const struct vfdc_controller *fdc, unsigned unit);
bool fdd_has_disk(const struct vfdc_controller *fdc, unsigned unit);
uint8_t fdd_last_cylinder(const struct vfdc_controller *fdc, unsigned unit);

/*
 * Look for an ID under the head of the selected drive: any one, or the sector `id`.  OK,
 * NO_INDEX, NO_ID, NO_SECTOR or WRONG_CYLINDER.
 */
enum fdc_outcome fdd_find_index(struct vfdc_controller *fdc);
enum fdc_outcome fdd_find_track(struct vfdc_controller *fdc, unsigned head, bool mfm);
enum fdc_outcome fdd_find_sector(struct vfdc_controller *fdc, unsigned head, bool mfm,
                                 const struct fdc_chrn *id);

/*
 * Places on the track under the head, from the index on: that of sector `r`, that of the sector
 * which passes after the last one (`fast` goes by what it read, `accurate` by the time), and the
 * ID at a place; false if the medium names none there.
 */
uint8_t fdd_place_of(struct vfdc_controller *fdc, unsigned head, uint8_t r);
uint8_t fdd_next_place(struct vfdc_controller *fdc, unsigned head, uint64_t from_ns);
bool fdd_id_at(struct vfdc_controller *fdc, unsigned head, uint8_t place, struct fdc_chrn *id);

/* How the track under the head passes, and how many sectors of which size it has. */
void fdd_track(struct vfdc_controller *fdc, unsigned head, struct rotation_track *track);
uint8_t fdd_n_sectors(const struct vfdc_controller *fdc);
unsigned fdd_sector_bytes(const struct vfdc_controller *fdc);

/*
 * Read, write and format under the head of the selected drive.  A span is what the medium
 * answered, not checked; a medium's failure is reported to the host.  FORMAT takes `n_ids` IDs
 * of four bytes; of what the disk cannot hold nothing is changed: NOT_WRITABLE and a report.
 */
uint8_t fdd_marks(struct vfdc_controller *fdc, unsigned head, uint8_t r);
enum fdc_outcome fdd_read_span(struct vfdc_controller *fdc, unsigned head, uint8_t first,
                               uint8_t last, struct vfdc_media_span *span);
enum fdc_outcome fdd_write_sector(struct vfdc_controller *fdc, unsigned head, uint8_t r,
                                  const uint8_t *bytes, uint8_t marks);
enum fdc_outcome fdd_format(struct vfdc_controller *fdc, const struct fdc_job *job,
                            const uint8_t *ids);

/* The sector that passed the head last, in the drive that is selected. */
void fdd_passed(struct vfdc_controller *fdc, uint8_t r);

/* The last sector of the selected disk's track that a run from `first` towards `eot` reaches. */
uint8_t fdd_last_of_run(const struct vfdc_controller *fdc, uint8_t first, uint8_t eot);

/* Tell the host that the selected drive's medium failed at sector `r` (0: the track). */
void fdd_report(struct vfdc_controller *fdc, enum vfdc_report_kind kind, unsigned head,
                unsigned r);

/* Flush the disks whose motors went off, or those of a mask of units. */
void fdd_flush_due(struct vfdc_controller *fdc);
void fdd_flush(struct vfdc_controller *fdc, unsigned units);

#endif
