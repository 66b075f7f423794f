/*
 * The disk in a drive.  See disk.h.  Only here is the medium called, but for what insertion asks
 * it once.
 */
#include "disk.h"

#include "host.h"

/* No cylinder of the medium is under the head. */
#define NO_CYLINDER 0xffu

/* The medium in a drive, or NULL. */
static struct vfdc_media *media_in(const struct vfdc_controller *fdc, unsigned unit)
{
    return unit < VFDC_N_UNITS ? fdc->disk[unit].media : NULL;
}

/* Its layout; without one there is nothing in it. */
static const struct vfdc_geometry *geometry_in(const struct vfdc_controller *fdc, unsigned unit)
{
    return &fdc->disk[unit & 3u].geometry;
}

uint8_t disk_cylinder(const struct vfdc_controller *fdc, unsigned unit)
{
    const struct vfdc_geometry *geometry = geometry_in(fdc, unit);
    uint8_t cylinder = fdc->state.fdd[unit & 3u].cylinder;

    if (geometry->track_step == 2) {
        if ((cylinder & 1u) != 0) {
            return NO_CYLINDER;
        }
        cylinder /= 2u;
    }
    return cylinder < geometry->cylinders ? cylinder : NO_CYLINDER;
}

uint8_t disk_n_sectors(const struct vfdc_controller *fdc, unsigned unit)
{
    return media_in(fdc, unit) != NULL ? geometry_in(fdc, unit)->sectors : 0;
}

uint8_t disk_size_code(const struct vfdc_controller *fdc, unsigned unit)
{
    return media_in(fdc, unit) != NULL ? geometry_in(fdc, unit)->size_code & 3u : 2;
}

/* ---- what is there ---- */

bool disk_is_turning(struct vfdc_controller *fdc, unsigned unit)
{
    return media_in(fdc, unit) != NULL && rotation_is_at_speed(fdc, unit);
}

enum fdc_outcome disk_find_id(const struct vfdc_controller *fdc, unsigned unit, unsigned head,
                              bool mfm, const struct fdc_chrn *id)
{
    const struct vfdc_geometry *geometry = geometry_in(fdc, unit);
    uint8_t cylinder = disk_cylinder(fdc, unit);

    if (!mfm || fdc->state.data_rate != geometry->data_rate || head >= geometry->heads ||
        cylinder == NO_CYLINDER) {
        return FDC_OUTCOME_NO_ID;
    }
    if (id == NULL) {
        return FDC_OUTCOME_OK;
    }
    if (id->c != cylinder) {
        return FDC_OUTCOME_WRONG_CYLINDER;
    }
    if (id->h != head || id->n != geometry->size_code || id->r == 0 ||
        id->r > geometry->sectors) {
        return FDC_OUTCOME_NO_SECTOR;
    }
    return FDC_OUTCOME_OK;
}

/* ---- places ---- */

/* Sector `r`'s place, or the number of sectors if it is nowhere. */
static uint8_t find_place(const struct vfdc_controller *fdc, unsigned unit, unsigned head,
                          uint8_t r)
{
    struct vfdc_media *media = media_in(fdc, unit);
    uint8_t cylinder = disk_cylinder(fdc, unit);
    uint8_t n_sectors = disk_n_sectors(fdc, unit);
    uint8_t place;

    if (media == NULL) {
        return n_sectors;
    }
    for (place = 0; place < VFDC_MAX_SECTORS && place < n_sectors; place++) {
        if (media->ops->sector_at(media, cylinder, head & 1u, place) == r) {
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

    if (media_in(fdc, unit) == NULL) {
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
    struct vfdc_media *media = media_in(fdc, unit);
    uint8_t cylinder = disk_cylinder(fdc, unit);
    uint8_t r;

    if (media == NULL) {
        return false;
    }
    r = media->ops->sector_at(media, cylinder, head & 1u, place);
    if (r == 0) {
        return false;
    }
    id->c = cylinder;
    id->h = head & 1u;
    id->r = r;
    id->n = geometry_in(fdc, unit)->size_code;
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
    struct vfdc_media *media = media_in(fdc, unit);
    uint8_t gap = 0;

    if (media != NULL) {
        gap = media->ops->gap(media, disk_cylinder(fdc, unit), head & 1u);
    }
    rotation_track(fdc, unit, gap, track);
}

/* ---- what the medium does ---- */

void disk_report(struct vfdc_controller *fdc, unsigned unit, enum vfdc_report_kind kind,
                 unsigned head, unsigned r)
{
    if (media_in(fdc, unit) != NULL) {
        host_report(fdc, kind, unit, disk_cylinder(fdc, unit), head, r);
    }
}

/* What a medium's answer means; a failure of the host's storage is news for the host as well. */
static enum fdc_outcome outcome_of(struct vfdc_controller *fdc, unsigned unit,
                                   enum vfdc_media_result result, enum vfdc_report_kind kind,
                                   unsigned head, unsigned r)
{
    if (result == VFDC_MEDIA_OK) {
        return FDC_OUTCOME_OK;
    }
    if (result == VFDC_MEDIA_NO_SECTOR) {
        return FDC_OUTCOME_NO_SECTOR;
    }
    if (result == VFDC_MEDIA_WRITE_PROTECTED) {
        return FDC_OUTCOME_NOT_WRITABLE;
    }
    if (result == VFDC_MEDIA_HOST_ERROR) {
        disk_report(fdc, unit, kind, head, r);
    }
    return FDC_OUTCOME_BAD_DATA;
}

uint8_t disk_marks(const struct vfdc_controller *fdc, unsigned unit, unsigned head, uint8_t r)
{
    struct vfdc_media *media = media_in(fdc, unit);

    if (media == NULL) {
        return 0;
    }
    return media->ops->marks(media, disk_cylinder(fdc, unit), head & 1u, r);
}

enum fdc_outcome disk_read_span(struct vfdc_controller *fdc, unsigned unit, unsigned head,
                                uint8_t first, uint8_t last, struct vfdc_media_span *span)
{
    struct vfdc_media *media = media_in(fdc, unit);
    enum vfdc_media_result result;

    if (media == NULL) {
        return FDC_OUTCOME_NO_INDEX;
    }
    result = media->ops->read_span(media, disk_cylinder(fdc, unit), head & 1u, first,
                                         last, span);
    return outcome_of(fdc, unit, result, VFDC_REPORT_READ_ERROR, head, first);
}

enum fdc_outcome disk_write_sector(struct vfdc_controller *fdc, unsigned unit, unsigned head,
                                   uint8_t r, const uint8_t *bytes, uint8_t marks)
{
    struct vfdc_media *media = media_in(fdc, unit);
    enum vfdc_media_result result;

    if (media == NULL) {
        return FDC_OUTCOME_NO_INDEX;
    }
    result = media->ops->write_sector(media, disk_cylinder(fdc, unit), head & 1u, r,
                                            bytes, marks);
    return outcome_of(fdc, unit, result, VFDC_REPORT_WRITE_ERROR, head, r);
}

enum fdc_outcome disk_format(struct vfdc_controller *fdc, unsigned unit,
                             const struct fdc_job *job, const uint8_t *order)
{
    struct vfdc_media *media = media_in(fdc, unit);
    enum vfdc_media_result result;

    if (media == NULL) {
        return FDC_OUTCOME_NO_INDEX;
    }
    result = media->ops->format_track(media, disk_cylinder(fdc, unit), job->head & 1u,
                                            order, job->n_ids, job->dtl, job->filler);
    return outcome_of(fdc, unit, result, VFDC_REPORT_WRITE_ERROR, job->head, 0);
}

bool disk_commit(struct vfdc_controller *fdc, unsigned units)
{
    bool is_kept = true;
    unsigned unit;

    for (unit = 0; unit < VFDC_N_UNITS; unit++) {
        struct vfdc_media *media = media_in(fdc, unit);

        if ((units & (1u << unit)) != 0 && media != NULL &&
            media->ops->commit(media) != VFDC_MEDIA_OK) {
            host_report(fdc, VFDC_REPORT_WRITE_ERROR, unit, 0, 0, 0);
            is_kept = false;
        }
    }
    return is_kept;
}

static void flush(struct vfdc_controller *fdc, unsigned unit)
{
    struct vfdc_media *media = media_in(fdc, unit);
    vfdc_result result;

    if (media == NULL) {
        return;
    }
    result = media->ops->flush(media, NULL);
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
        struct vfdc_media *media = media_in(fdc, unit);

        if ((units & (1u << unit)) != 0 && media != NULL &&
            media->ops->dirty_sectors(media) != 0) {
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
