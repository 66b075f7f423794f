/*
 * The disk in a drive.  See disk.h.  Only here is the medium called, but for what insertion asks
 * it once.
 */
#include "disk.h"

#include "host.h"

/* No cylinder of the medium is under the head. */
#define NO_CYLINDER 0xffu

/* The disk in a drive, or NULL. */
static const struct fdc_disk *disk_in(const struct vfdc_controller *fdc, unsigned unit)
{
    return unit < VFDC_N_UNITS && fdc->disk[unit].media != NULL ? &fdc->disk[unit] : NULL;
}

uint8_t disk_cylinder(const struct vfdc_controller *fdc, unsigned unit)
{
    uint8_t cylinder;

    if (unit >= VFDC_N_UNITS) {
        return NO_CYLINDER;
    }
    cylinder = fdc->state.fdd[unit].cylinder;
    if (fdc->disk[unit].geometry.track_step == 2) {
        if ((cylinder & 1u) != 0) {
            return NO_CYLINDER;
        }
        cylinder /= 2u;
    }
    return cylinder < fdc->disk[unit].geometry.cylinders ? cylinder : NO_CYLINDER;
}

uint8_t disk_n_sectors(const struct vfdc_controller *fdc, unsigned unit)
{
    const struct fdc_disk *disk = disk_in(fdc, unit);

    return disk != NULL ? disk->geometry.sectors : 0;
}

uint8_t disk_size_code(const struct vfdc_controller *fdc, unsigned unit)
{
    const struct fdc_disk *disk = disk_in(fdc, unit);

    return disk != NULL ? disk->geometry.size_code & 3u : 2;
}

/* ---- what is there ---- */

enum fdc_outcome disk_find_index(struct vfdc_controller *fdc, unsigned unit)
{
    if (disk_in(fdc, unit) == NULL || !rotation_is_at_speed(fdc, unit)) {
        return FDC_OUTCOME_NO_INDEX;
    }
    return FDC_OUTCOME_OK;
}

enum fdc_outcome disk_find_track(struct vfdc_controller *fdc, unsigned unit, unsigned head,
                                 bool mfm)
{
    const struct fdc_disk *disk = disk_in(fdc, unit);

    if (disk == NULL || disk_find_index(fdc, unit) != FDC_OUTCOME_OK) {
        return FDC_OUTCOME_NO_INDEX;
    }
    if (!mfm || fdc->state.data_rate != disk->geometry.data_rate ||
        head >= disk->geometry.heads || disk_cylinder(fdc, unit) == NO_CYLINDER) {
        return FDC_OUTCOME_NO_ID;
    }
    return FDC_OUTCOME_OK;
}

enum fdc_outcome disk_find_sector(struct vfdc_controller *fdc, unsigned unit, unsigned head,
                                  bool mfm, const struct fdc_chrn *id)
{
    const struct fdc_disk *disk = disk_in(fdc, unit);
    enum fdc_outcome track = disk_find_track(fdc, unit, head, mfm);

    if (disk == NULL || track != FDC_OUTCOME_OK) {
        return track;
    }
    if (id->c != disk_cylinder(fdc, unit)) {
        return FDC_OUTCOME_WRONG_CYLINDER;
    }
    if (id->h != head || id->n != disk->geometry.size_code || id->r == 0 ||
        id->r > disk->geometry.sectors) {
        return FDC_OUTCOME_NO_SECTOR;
    }
    return FDC_OUTCOME_OK;
}

/* ---- places ---- */

/* Sector `r`'s place, or the number of sectors if it is nowhere. */
static uint8_t find_place(const struct vfdc_controller *fdc, unsigned unit, unsigned head,
                          uint8_t r)
{
    const struct fdc_disk *disk = disk_in(fdc, unit);
    uint8_t cylinder = disk_cylinder(fdc, unit);
    uint8_t n_sectors = disk_n_sectors(fdc, unit);
    uint8_t place;

    if (disk == NULL) {
        return n_sectors;
    }
    for (place = 0; place < VFDC_MAX_SECTORS && place < n_sectors; place++) {
        if (disk->media->ops->sector_at(disk->media, cylinder, head & 1u, place) == r) {
            return place;
        }
    }
    return n_sectors;
}

uint8_t disk_place_of(const struct vfdc_controller *fdc, unsigned unit, unsigned head, uint8_t r)
{
    uint8_t place = find_place(fdc, unit, head, r);

    return place < disk_n_sectors(fdc, unit) ? place : 0;
}

uint8_t disk_next_place(const struct vfdc_controller *fdc, unsigned unit, unsigned head,
                        uint64_t from_ns)
{
    uint8_t n_sectors = disk_n_sectors(fdc, unit);
    struct rotation_track track;
    uint64_t next_ns = VFDC_NEVER;
    uint8_t found = 0;
    uint8_t place;

    if (disk_in(fdc, unit) == NULL) {
        return 0;
    }
    if (!fdc->is_accurate) {
        place = find_place(fdc, unit, head, fdc->state.fdd[unit & 3u].passed_r);
        return place + 1u < n_sectors ? (uint8_t)(place + 1u) : 0;
    }
    disk_track(fdc, unit, head, &track);
    for (place = 0; place < VFDC_MAX_SECTORS && place < n_sectors; place++) {
        uint64_t pass_ns = rotation_pass_ns(fdc, unit, &track, place, from_ns);

        if (pass_ns < next_ns) {
            next_ns = pass_ns;
            found = place;
        }
    }
    return found;
}

bool disk_id_at(const struct vfdc_controller *fdc, unsigned unit, unsigned head, uint8_t place,
                struct fdc_chrn *id)
{
    const struct fdc_disk *disk = disk_in(fdc, unit);
    uint8_t cylinder = disk_cylinder(fdc, unit);
    uint8_t r;

    if (disk == NULL) {
        return false;
    }
    r = disk->media->ops->sector_at(disk->media, cylinder, head & 1u, place);
    if (r == 0) {
        return false;
    }
    id->c = cylinder;
    id->h = head & 1u;
    id->r = r;
    id->n = disk->geometry.size_code;
    return true;
}

void disk_passed(struct vfdc_controller *fdc, unsigned unit, uint8_t r)
{
    if (unit < VFDC_N_UNITS) {
        fdc->state.fdd[unit].passed_r = r;
    }
}

void disk_track(const struct vfdc_controller *fdc, unsigned unit, unsigned head,
                struct rotation_track *track)
{
    const struct fdc_disk *disk = disk_in(fdc, unit);
    uint8_t gap = 0;

    if (disk != NULL) {
        gap = disk->media->ops->gap(disk->media, disk_cylinder(fdc, unit), head & 1u);
    }
    rotation_track(fdc, unit, gap, track);
}

/* ---- what the medium does ---- */

void disk_report(struct vfdc_controller *fdc, unsigned unit, enum vfdc_report_kind kind,
                 unsigned head, unsigned r)
{
    if (disk_in(fdc, unit) != NULL) {
        host_report(fdc, kind, unit, disk_cylinder(fdc, unit), head, r);
    }
}

static enum fdc_outcome outcome_of(enum vfdc_media_result result)
{
    switch (result) {
    case VFDC_MEDIA_OK:
        return FDC_OUTCOME_OK;
    case VFDC_MEDIA_NO_SECTOR:
        return FDC_OUTCOME_NO_SECTOR;
    case VFDC_MEDIA_WRITE_PROTECTED:
        return FDC_OUTCOME_NOT_WRITABLE;
    case VFDC_MEDIA_BAD_DATA:
    case VFDC_MEDIA_HOST_ERROR:
    default:
        return FDC_OUTCOME_BAD_DATA;
    }
}

uint8_t disk_marks(const struct vfdc_controller *fdc, unsigned unit, unsigned head, uint8_t r)
{
    const struct fdc_disk *disk = disk_in(fdc, unit);

    if (disk == NULL) {
        return 0;
    }
    return disk->media->ops->marks(disk->media, disk_cylinder(fdc, unit), head & 1u, r);
}

enum fdc_outcome disk_read_span(struct vfdc_controller *fdc, unsigned unit, unsigned head,
                                uint8_t first, uint8_t last, struct vfdc_media_span *span)
{
    const struct fdc_disk *disk = disk_in(fdc, unit);
    enum vfdc_media_result result;

    if (disk == NULL) {
        return FDC_OUTCOME_NO_INDEX;
    }
    result = disk->media->ops->read_span(disk->media, disk_cylinder(fdc, unit), head & 1u, first,
                                         last, span);
    if (result == VFDC_MEDIA_HOST_ERROR) {
        disk_report(fdc, unit, VFDC_REPORT_READ_ERROR, head, first);
    }
    return outcome_of(result);
}

enum fdc_outcome disk_write_sector(struct vfdc_controller *fdc, unsigned unit, unsigned head,
                                   uint8_t r, const uint8_t *bytes, uint8_t marks)
{
    const struct fdc_disk *disk = disk_in(fdc, unit);
    enum vfdc_media_result result;

    if (disk == NULL) {
        return FDC_OUTCOME_NO_INDEX;
    }
    result = disk->media->ops->write_sector(disk->media, disk_cylinder(fdc, unit), head & 1u, r,
                                            bytes, marks);
    if (result == VFDC_MEDIA_HOST_ERROR) {
        disk_report(fdc, unit, VFDC_REPORT_WRITE_ERROR, head, r);
    }
    return outcome_of(result);
}

enum fdc_outcome disk_format(struct vfdc_controller *fdc, unsigned unit,
                             const struct fdc_job *job, const uint8_t *order)
{
    const struct fdc_disk *disk = disk_in(fdc, unit);
    enum vfdc_media_result result;

    if (disk == NULL) {
        return FDC_OUTCOME_NO_INDEX;
    }
    result = disk->media->ops->format_track(disk->media, disk_cylinder(fdc, unit), job->head & 1u,
                                            order, job->n_ids, job->dtl, job->filler);
    if (result == VFDC_MEDIA_HOST_ERROR) {
        disk_report(fdc, unit, VFDC_REPORT_WRITE_ERROR, job->head, 0);
    }
    return outcome_of(result);
}

bool disk_commit(struct vfdc_controller *fdc, unsigned units)
{
    bool is_kept = true;
    unsigned unit;

    for (unit = 0; unit < VFDC_N_UNITS; unit++) {
        const struct fdc_disk *disk = disk_in(fdc, unit);

        if ((units & (1u << unit)) != 0 && disk != NULL &&
            disk->media->ops->commit(disk->media) != VFDC_MEDIA_OK) {
            host_report(fdc, VFDC_REPORT_WRITE_ERROR, unit, 0, 0, 0);
            is_kept = false;
        }
    }
    return is_kept;
}

static void flush(struct vfdc_controller *fdc, unsigned unit)
{
    const struct fdc_disk *disk = disk_in(fdc, unit);
    vfdc_result result;

    if (disk == NULL) {
        return;
    }
    result = disk->media->ops->flush(disk->media, NULL);
    if (vfdc_failed(result)) {
        host_report(fdc, VFDC_REPORT_FLUSH_ERROR, unit, 0, 0, 0);
    } else if (result == VFDC_S_FALSE) {
        host_report(fdc, VFDC_REPORT_MARKS_LOST, unit, 0, 0, 0);
    }
}

void disk_flush(struct vfdc_controller *fdc, unsigned units)
{
    unsigned unit;

    for (unit = 0; unit < VFDC_N_UNITS; unit++) {
        if ((units & (1u << unit)) != 0) {
            flush(fdc, unit);
        }
    }
}

/* For a host that flushes by itself, without holding up the machine for it. */
static void tell_of_dirty(struct vfdc_controller *fdc, unsigned units)
{
    unsigned unit;

    for (unit = 0; unit < VFDC_N_UNITS; unit++) {
        const struct fdc_disk *disk = disk_in(fdc, unit);

        if ((units & (1u << unit)) != 0 && disk != NULL &&
            disk->media->ops->dirty_sectors(disk->media) != 0) {
            host_report(fdc, VFDC_REPORT_FLUSH_DUE, unit, 0, 0, 0);
        }
    }
}

void disk_flush_due(struct vfdc_controller *fdc)
{
    unsigned units = fdc->state.flush_due;

    fdc->state.flush_due = 0;
    if (fdc->flush_policy == VFDC_FLUSH_RELEASE) {
        tell_of_dirty(fdc, units);
    } else {
        disk_flush(fdc, units);
    }
}
