/*
 * From one sector to the next.  See advance.h.
 */
#include "advance.h"

#include "disk.h"
#include "ending.h"
#include "fdd.h"
#include "search.h"
#include "sector.h"

/* The sector in `chrn` is the last of this command's. */
static bool is_last_sector(const struct fdc_state *s)
{
    return s->chrn.r == s->job.eot && (!s->job.mt || s->job.head != 0);
}

/* On to the sector after the one in `chrn`, which was not the last. */
static void next_sector(struct fdc_state *s)
{
    if (s->chrn.r == s->job.eot) {
        s->job.head = 1;
        s->hdsel = 1;
        s->chrn.h ^= 1u;
        s->chrn.r = 1;
    } else {
        s->chrn.r = (uint8_t)((s->chrn.r + 1u) & 0xffu);
    }
}

/* And on to the place after it, for READ TRACK. */
static void next_place(struct vfdc_controller *fdc, unsigned unit)
{
    struct fdc_job *job = &fdc->state.job;

    job->place = job->place + 1u < disk_n_sectors(fdc, unit) ? (uint8_t)(job->place + 1u) : 0;
}

void advance_to_end(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;

    if (!is_last_sector(s)) {
        next_sector(s);
    } else {
        s->chrn.c = (uint8_t)((s->chrn.c + 1u) & 0xffu);
        s->chrn.r = 1;
        if (s->job.mt) {
            s->chrn.h ^= 1u;
        }
    }
    ending_begin(fdc, FDC_OUTCOME_OK);
}

/*
 * What ends the command with the sector in `chrn`, if anything does.  VERIFY ends like TC when
 * its count is done, or, without one, at EOT.
 */
static bool ends_here(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    struct fdc_job *job = &s->job;
    bool verifies = job->transfer == FDC_TRANSFER_VERIFY;

    if (job->is_bad && job->transfer != FDC_TRANSFER_READ_TRACK) {
        ending_begin(fdc, FDC_OUTCOME_BAD_DATA);
        return true;
    }
    if (job->stops) {
        ending_begin(fdc, FDC_OUTCOME_OK);
        return true;
    }
    if (job->n_left > 0 && !job->is_skipped) {
        job->n_left--;
    }
    if (job->tc || (verifies && job->n_left == 0 && (job->counts || is_last_sector(s)))) {
        advance_to_end(fdc);
        return true;
    }
    if (is_last_sector(s)) {
        ending_begin(fdc, FDC_OUTCOME_END_OF_CYLINDER);
        return true;
    }
    return false;
}

bool advance_past_sector(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    struct fdc_job *job = &s->job;
    unsigned unit = fdd_selected(fdc);

    job->pos = 0;
    job->last_head = job->head;
    if (unit == job->fdd) {
        disk_passed(fdc, unit, s->chrn.r);
    }
    if (job->transfer == FDC_TRANSFER_READ_TRACK &&
        (job->is_bad || job->size != 128u << disk_size_code(fdc, unit))) {
        ending_note(job, FDC_OUTCOME_BAD_DATA);
    }
    if (ends_here(fdc)) {
        return false;
    }
    next_sector(s);
    next_place(fdc, unit);
    if (fdc->is_accurate || search_look(fdc, unit) != FDC_OUTCOME_OK) {
        search_again(fdc);
        return false;
    }
    sector_begin(fdc, unit);
    return true;
}
