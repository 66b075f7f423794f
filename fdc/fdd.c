/*
 * One floppy disk drive, and the disk in it.  See fdd.h; below this is the medium.
 *
 * What a drive is stands in the mechanisms table; where its head is, in the state; what disk
 * it holds, in `disk`.  Head position, the chip's PCN and the medium's cylinders are three things.
 */
#include "fdd.h"

#include "event.h"
#include "host.h"
#include "timing.h"

struct mechanism {
    uint8_t last_cylinder;    /* steps beyond are lost */
    bool has_change_line;     /* 360K drives have none */
    bool is_protected_empty;  /* the write-protect sensor without a disk */
};

static const struct mechanism mechanisms[] = {
    [VFDC_DRIVE_NONE] = { 0, false, false },
    [VFDC_DRIVE_360K] = { 41, false, false },
    [VFDC_DRIVE_1200K] = { 83, true, false },
    [VFDC_DRIVE_720K] = { 83, true, true },
    [VFDC_DRIVE_1440K] = { 83, true, true },
    [VFDC_DRIVE_2880K] = { 83, true, true },
};

#define N_MECHANISMS (sizeof(mechanisms) / sizeof(mechanisms[0]))

/* No cylinder of the medium is under the head. */
#define NO_CYLINDER 0xffu

static const struct mechanism *mechanism_of(const struct vfdc_controller *fdc, unsigned unit)
{
    if (unit < VFDC_N_UNITS && fdc->drive_type[unit] < N_MECHANISMS) {
        return &mechanisms[fdc->drive_type[unit]];
    }
    return &mechanisms[VFDC_DRIVE_NONE];
}

bool fdd_is_fitted(const struct vfdc_controller *fdc, unsigned unit)
{
    return unit < VFDC_N_UNITS && fdc->drive_type[unit] != VFDC_DRIVE_NONE;
}

uint8_t fdd_last_cylinder(const struct vfdc_controller *fdc, unsigned unit)
{
    return mechanism_of(fdc, unit)->last_cylinder;
}

bool fdd_has_disk(const struct vfdc_controller *fdc, unsigned unit)
{
    return unit < VFDC_N_UNITS && fdc->disk[unit].media != NULL;
}

/* The policy's flush is one deadline for all drives, a little after the first motor stopped. */
void fdd_set_dor(struct vfdc_controller *fdc, uint8_t dor)
{
    unsigned stopped = (fdc->state.dor & (0xffu ^ dor)) >> FDC_DOR_MOTEN_SHIFT;
    unsigned started = (dor & (0xffu ^ fdc->state.dor)) >> FDC_DOR_MOTEN_SHIFT;
    unsigned unit;

    fdc->state.dor = dor;
    for (unit = 0; unit < VFDC_N_UNITS; unit++) {
        if (((stopped | started) & (1u << unit)) != 0) {
            rotation_motor(fdc, unit, (started & (1u << unit)) != 0);
        }
    }
    if (fdc->flush_policy != VFDC_FLUSH_MOTOR_OFF || stopped == 0) {
        return;
    }
    fdc->state.flush_due = (uint8_t)(fdc->state.flush_due | (stopped & 0x0fu));
    if (!event_is_armed(fdc, FDC_EVENT_FLUSH)) {
        event_arm(fdc, FDC_EVENT_FLUSH, TIMING_FLUSH_NS);
    }
}

unsigned fdd_selected(const struct vfdc_controller *fdc)
{
    unsigned unit = fdc->state.dor & FDC_DOR_DSEL;
    unsigned motors = (unsigned)fdc->state.dor >> FDC_DOR_MOTEN_SHIFT;

    if ((motors & (1u << unit)) == 0 || fdc->state.is_powered_down ||
        !fdd_is_fitted(fdc, unit)) {
        return FDD_NONE;
    }
    return unit;
}

bool fdd_is_at_track0(const struct vfdc_controller *fdc)
{
    unsigned unit = fdd_selected(fdc);

    return unit < VFDC_N_UNITS && fdc->state.fdd[unit].cylinder == 0;
}

bool fdd_is_write_protected(const struct vfdc_controller *fdc)
{
    unsigned unit = fdd_selected(fdc);

    if (unit >= VFDC_N_UNITS) {
        return false;
    }
    if (!fdd_has_disk(fdc, unit)) {
        return mechanism_of(fdc, unit)->is_protected_empty;
    }
    return fdc->disk[unit].write_protected;
}

bool fdd_is_changed(const struct vfdc_controller *fdc)
{
    unsigned unit = fdd_selected(fdc);

    return unit < VFDC_N_UNITS && mechanism_of(fdc, unit)->has_change_line &&
           fdc->state.fdd[unit].changed;
}

/* A step pulse: with a disk in it clears the change latch, whether or not the head can move. */
void fdd_step(struct vfdc_controller *fdc, bool inward)
{
    unsigned unit = fdd_selected(fdc);
    struct fdc_fdd *fdd;

    if (unit >= VFDC_N_UNITS) {
        return;
    }
    fdd = &fdc->state.fdd[unit];
    if (inward) {
        if (fdd->cylinder < mechanism_of(fdc, unit)->last_cylinder) {
            fdd->cylinder++;
        }
    } else if (fdd->cylinder > 0) {
        fdd->cylinder--;
    }
    if (fdd_has_disk(fdc, unit)) {
        fdd->changed = false;
    }
}

bool fdd_is_index(struct vfdc_controller *fdc)
{
    unsigned unit = fdd_selected(fdc);

    return fdd_has_disk(fdc, unit) && rotation_is_at_speed(fdc, unit) &&
           rotation_is_index(fdc, unit);
}

/* The selected unit, if it holds a disk, or FDD_NONE. */
static unsigned turning(const struct vfdc_controller *fdc)
{
    unsigned unit = fdd_selected(fdc);

    return fdd_has_disk(fdc, unit) ? unit : FDD_NONE;
}

/* Its medium, or NULL. */
static struct vfdc_media *turning_media(const struct vfdc_controller *fdc)
{
    unsigned unit = turning(fdc);

    return unit < VFDC_N_UNITS ? fdc->disk[unit].media : NULL;
}

/* The medium's cylinder under the head of a drive. */
static uint8_t cylinder_of(const struct vfdc_controller *fdc, unsigned unit)
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

enum fdc_outcome fdd_find_index(struct vfdc_controller *fdc)
{
    unsigned unit = turning(fdc);

    if (unit >= VFDC_N_UNITS || !rotation_is_at_speed(fdc, unit)) {
        return FDC_OUTCOME_NO_INDEX;
    }
    return FDC_OUTCOME_OK;
}

enum fdc_outcome fdd_find_track(struct vfdc_controller *fdc, unsigned head, bool mfm)
{
    enum fdc_outcome index = fdd_find_index(fdc);
    unsigned unit = turning(fdc);
    const struct vfdc_geometry *geometry;

    if (index != FDC_OUTCOME_OK || unit >= VFDC_N_UNITS) {
        return index;
    }
    geometry = &fdc->disk[unit].geometry;
    if (!mfm || fdc->state.data_rate != geometry->data_rate || head >= geometry->heads ||
        cylinder_of(fdc, unit) == NO_CYLINDER) {
        return FDC_OUTCOME_NO_ID;
    }
    return FDC_OUTCOME_OK;
}

enum fdc_outcome fdd_find_sector(struct vfdc_controller *fdc, unsigned head, bool mfm,
                                 const struct fdc_chrn *id)
{
    enum fdc_outcome track = fdd_find_track(fdc, head, mfm);
    unsigned unit = turning(fdc);
    const struct vfdc_geometry *geometry;

    if (track != FDC_OUTCOME_OK || unit >= VFDC_N_UNITS) {
        return track;
    }
    geometry = &fdc->disk[unit].geometry;
    if (id->c != cylinder_of(fdc, unit)) {
        return FDC_OUTCOME_WRONG_CYLINDER;
    }
    if (id->h != head || id->n != geometry->size_code || id->r == 0 ||
        id->r > geometry->sectors) {
        return FDC_OUTCOME_NO_SECTOR;
    }
    return FDC_OUTCOME_OK;
}

/* Sector `r`'s place, or the number of sectors if it is nowhere. */
static uint8_t find_place(struct vfdc_controller *fdc, unsigned head, uint8_t r)
{
    const struct vfdc_media *media = turning_media(fdc);
    uint8_t cylinder = cylinder_of(fdc, turning(fdc));
    uint8_t n_sectors = fdd_n_sectors(fdc);
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

uint8_t fdd_place_of(struct vfdc_controller *fdc, unsigned head, uint8_t r)
{
    uint8_t place = find_place(fdc, head, r);

    return place < fdd_n_sectors(fdc) ? place : 0;
}

uint8_t fdd_next_place(struct vfdc_controller *fdc, unsigned head, uint64_t from_ns)
{
    unsigned unit = turning(fdc);
    uint8_t n_sectors = fdd_n_sectors(fdc);
    struct rotation_track track;
    uint64_t next_ns = VFDC_NEVER;
    uint8_t found = 0;
    uint8_t place;

    if (unit >= VFDC_N_UNITS) {
        return 0;
    }
    if (!fdc->is_accurate) {
        place = find_place(fdc, head, fdc->state.fdd[unit].passed_r);
        return place + 1u < n_sectors ? (uint8_t)(place + 1u) : 0;
    }
    fdd_track(fdc, head, &track);
    for (place = 0; place < VFDC_MAX_SECTORS && place < n_sectors; place++) {
        uint64_t pass_ns = rotation_pass_ns(fdc, unit, &track, place, from_ns);

        if (pass_ns < next_ns) {
            next_ns = pass_ns;
            found = place;
        }
    }
    return found;
}

bool fdd_id_at(struct vfdc_controller *fdc, unsigned head, uint8_t place, struct fdc_chrn *id)
{
    const struct vfdc_media *media = turning_media(fdc);
    unsigned unit = turning(fdc);
    uint8_t r;

    if (media == NULL || unit >= VFDC_N_UNITS) {
        return false;
    }
    r = media->ops->sector_at(media, cylinder_of(fdc, unit), head & 1u, place);
    if (r == 0) {
        return false;
    }
    id->c = cylinder_of(fdc, unit);
    id->h = head & 1u;
    id->r = r;
    id->n = fdc->disk[unit].geometry.size_code;
    return true;
}

void fdd_track(struct vfdc_controller *fdc, unsigned head, struct rotation_track *track)
{
    const struct vfdc_media *media = turning_media(fdc);
    unsigned unit = turning(fdc);
    uint8_t gap = 0;

    if (media != NULL) {
        gap = media->ops->gap(media, cylinder_of(fdc, unit), head & 1u);
    }
    rotation_track(fdc, unit, gap, track);
}

uint8_t fdd_n_sectors(const struct vfdc_controller *fdc)
{
    unsigned unit = turning(fdc);

    return unit < VFDC_N_UNITS ? fdc->disk[unit].geometry.sectors : 0;
}

unsigned fdd_sector_bytes(const struct vfdc_controller *fdc)
{
    unsigned unit = turning(fdc);

    return 128u << (unit < VFDC_N_UNITS ? fdc->disk[unit].geometry.size_code & 3u : 2u);
}

void fdd_report(struct vfdc_controller *fdc, enum vfdc_report_kind kind, unsigned head, unsigned r)
{
    unsigned unit = turning(fdc);

    if (unit < VFDC_N_UNITS) {
        host_report(fdc, kind, unit, cylinder_of(fdc, unit), head, r);
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

uint8_t fdd_marks(struct vfdc_controller *fdc, unsigned head, uint8_t r)
{
    const struct vfdc_media *media = turning_media(fdc);

    if (media == NULL) {
        return 0;
    }
    return media->ops->marks(media, cylinder_of(fdc, turning(fdc)), head & 1u, r);
}

enum fdc_outcome fdd_read_span(struct vfdc_controller *fdc, unsigned head, uint8_t first,
                               uint8_t last, struct vfdc_media_span *span)
{
    struct vfdc_media *media = turning_media(fdc);
    enum vfdc_media_result result;

    if (media == NULL) {
        return FDC_OUTCOME_NO_INDEX;
    }
    result = media->ops->read_span(media, cylinder_of(fdc, turning(fdc)), head & 1u, first, last,
                                   span);
    if (result == VFDC_MEDIA_HOST_ERROR) {
        fdd_report(fdc, VFDC_REPORT_READ_ERROR, head, first);
    }
    return outcome_of(result);
}

enum fdc_outcome fdd_write_sector(struct vfdc_controller *fdc, unsigned head, uint8_t r,
                                  const uint8_t *bytes, uint8_t marks)
{
    struct vfdc_media *media = turning_media(fdc);
    enum vfdc_media_result result;

    if (media == NULL) {
        return FDC_OUTCOME_NO_INDEX;
    }
    result = media->ops->write_sector(media, cylinder_of(fdc, turning(fdc)), head & 1u, r, bytes,
                                      marks);
    if (result == VFDC_MEDIA_HOST_ERROR) {
        fdd_report(fdc, VFDC_REPORT_WRITE_ERROR, head, r);
    }
    return outcome_of(result);
}

/*
 * The IDs that FORMAT TRACK was given, against the one layout that the image can hold: each
 * sector of its own number of the track once, in any order.  The numbers go to `order`.
 */
static bool ids_fit(const struct vfdc_geometry *geometry, unsigned cylinder, unsigned head,
                    const uint8_t *ids, unsigned n_ids, uint8_t order[VFDC_MAX_SECTORS])
{
    bool seen[VFDC_MAX_SECTORS + 1u] = { false };
    unsigned i;

    if (n_ids == 0 || n_ids != geometry->sectors) {
        return false;
    }
    for (i = 0; i < VFDC_MAX_SECTORS && i < n_ids; i++) {
        const uint8_t *id = &ids[i * 4u];
        uint8_t r = id[2];

        if (id[0] != cylinder || id[1] != head || id[3] != geometry->size_code || r == 0 ||
            r > VFDC_MAX_SECTORS || r > n_ids || seen[r]) {
            return false;
        }
        seen[r] = true;
        order[i] = r;
    }
    return true;
}

enum fdc_outcome fdd_format(struct vfdc_controller *fdc, const struct fdc_job *job,
                            const uint8_t *ids)
{
    struct vfdc_media *media = turning_media(fdc);
    unsigned unit = turning(fdc);
    uint8_t cylinder = cylinder_of(fdc, unit);
    uint8_t order[VFDC_MAX_SECTORS] = { 0 };
    enum vfdc_media_result result = VFDC_MEDIA_NO_SECTOR;

    if (media == NULL || unit >= VFDC_N_UNITS) {
        return FDC_OUTCOME_NO_INDEX;
    }
    if (fdd_find_track(fdc, job->head, job->mfm) == FDC_OUTCOME_OK &&
        job->size_code == fdc->disk[unit].geometry.size_code &&
        ids_fit(&fdc->disk[unit].geometry, cylinder, job->head, ids, job->n_ids, order)) {
        result = media->ops->format_track(media, cylinder, job->head & 1u, order, job->n_ids,
                                          job->dtl, job->filler);
    }
    if (result == VFDC_MEDIA_NO_SECTOR) {
        fdd_report(fdc, VFDC_REPORT_FORMAT_REFUSED, job->head, 0);
        return FDC_OUTCOME_NOT_WRITABLE;
    }
    if (result == VFDC_MEDIA_HOST_ERROR) {
        fdd_report(fdc, VFDC_REPORT_WRITE_ERROR, job->head, 0);
    }
    if (result == VFDC_MEDIA_OK) {
        fdd_passed(fdc, 0);
    }
    return outcome_of(result);
}

void fdd_passed(struct vfdc_controller *fdc, uint8_t r)
{
    unsigned unit = fdd_selected(fdc);

    if (unit < VFDC_N_UNITS) {
        fdc->state.fdd[unit].passed_r = r;
    }
}

uint8_t fdd_last_of_run(const struct vfdc_controller *fdc, uint8_t first, uint8_t eot)
{
    unsigned unit = turning(fdc);
    uint8_t last = unit < VFDC_N_UNITS ? fdc->disk[unit].geometry.sectors : first;

    return eot >= first && eot < last ? eot : last;
}

static void flush(struct vfdc_controller *fdc, unsigned unit)
{
    struct vfdc_media *media = fdc->disk[unit & 3u].media;
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

void fdd_flush(struct vfdc_controller *fdc, unsigned units)
{
    unsigned unit;

    for (unit = 0; unit < VFDC_N_UNITS; unit++) {
        if ((units & (1u << unit)) != 0) {
            flush(fdc, unit);
        }
    }
}

void fdd_flush_due(struct vfdc_controller *fdc)
{
    unsigned units = fdc->state.flush_due;

    fdc->state.flush_due = 0;
    fdd_flush(fdc, units);
}
