/*
 * FORMAT TRACK in execution.  See format.h.
 */
#include "format.h"

#include "disk.h"
#include "host.h"
#include "rotation.h"
#include "timing.h"

void format_begin(struct vfdc_controller *fdc)
{
    struct fdc_job *job = &fdc->state.job;

    job->stage = FDC_STAGE_MOVING;
    job->size = job->n_bytes;
    job->passed_ns = 0;
    if (fdc->is_accurate) {
        job->span_ns = rotation_format_pitch_ns(fdc, job);
        job->span_bytes = 1;
        job->data_ns = timing_after(host_event_ns(fdc), rotation_first_ns(fdc));
        job->passed_ns = timing_after(host_event_ns(fdc), rotation_period_ns(fdc, job->fdd));
    }
}

/* The result's C H R N are those of the last ID that came. */
static void note_last_id(struct fdc_state *s, unsigned n_ids)
{
    if (n_ids > 0 && n_ids <= FDC_STAGING_BYTES / 4u) {
        const uint8_t *id = &s->staging[4u * (size_t)(n_ids - 1u)];

        s->chrn.c = id[0];
        s->chrn.h = id[1];
        s->chrn.r = id[2];
        s->chrn.n = id[3];
    }
}

/*
 * The IDs against the one layout that the image can hold: each sector of its own number of the
 * track once, in any order.  The numbers go to `order`.
 */
static bool ids_fit(const struct vfdc_controller *fdc, unsigned unit,
                    uint8_t order[VFDC_MAX_SECTORS])
{
    const struct fdc_job *job = &fdc->state.job;
    uint8_t cylinder = disk_cylinder(fdc, unit);
    uint8_t size_code = disk_size_code(fdc, unit);
    bool seen[VFDC_MAX_SECTORS + 1u] = { false };
    unsigned i;

    if (job->n_ids == 0 || job->n_ids != disk_n_sectors(fdc, unit) ||
        job->size_code != size_code) {
        return false;
    }
    for (i = 0; i < VFDC_MAX_SECTORS && i < job->n_ids; i++) {
        const uint8_t *id = &fdc->state.staging[4u * (size_t)i];
        uint8_t r = id[2];

        if (id[0] != cylinder || id[1] != job->head || id[3] != size_code || r == 0 ||
            r > VFDC_MAX_SECTORS || r > job->n_ids || seen[r]) {
            return false;
        }
        seen[r] = true;
        order[i] = r;
    }
    return true;
}

enum fdc_outcome format_write(struct vfdc_controller *fdc, unsigned unit)
{
    struct fdc_state *s = &fdc->state;
    unsigned n_ids = s->job.pos / 4u;
    uint8_t order[VFDC_MAX_SECTORS] = { 0 };
    enum fdc_outcome outcome = FDC_OUTCOME_NO_SECTOR;

    note_last_id(s, n_ids);
    s->wr_flip = !s->wr_flip;
    s->wr_latch = true;
    s->we_latch = true;
    if (n_ids >= s->job.n_ids &&
        disk_find_id(fdc, unit, s->job.head, s->job.mfm, NULL) == FDC_OUTCOME_OK &&
        ids_fit(fdc, unit, order)) {
        outcome = disk_format(fdc, unit, &s->job, order);
    }
    if (outcome == FDC_OUTCOME_NO_SECTOR) {
        disk_report(fdc, unit, VFDC_REPORT_FORMAT_REFUSED, s->job.head, 0);
        return FDC_OUTCOME_NOT_WRITABLE;
    }
    if (outcome == FDC_OUTCOME_OK) {
        disk_passed(fdc, unit, 0);
    }
    return outcome;
}
