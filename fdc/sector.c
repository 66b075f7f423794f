/*
 * One sector of a data command.  See sector.h.
 */
#include "sector.h"

#include "disk.h"
#include "ending.h"
#include "host.h"
#include "service.h"
#include "timing.h"

/* The largest N whose length is ever formed. */
#define MAX_N 7u

static uint16_t size_of_n(unsigned n)
{
    return (uint16_t)(128u << (n <= MAX_N ? n : MAX_N));
}

uint16_t sector_host_bytes(const struct fdc_state *s)
{
    if (s->chrn.n == 0 && s->job.dtl >= 1 && s->job.dtl <= 128u) {
        return s->job.dtl;
    }
    return size_of_n(s->chrn.n);
}

/* Which mark the sector has against the one that the command is for: the SK and CM rule. */
static void heed_marks(struct fdc_job *job, uint8_t marks)
{
    bool is_deleted = (marks & VFDC_MARK_DELETED) != 0;
    bool is_foreign = is_deleted != (job->transfer == FDC_TRANSFER_READ_DELETED);

    job->is_bad = (marks & VFDC_MARK_BAD_DATA) != 0;
    if (!is_foreign) {
        return;
    }
    job->st2 |= FDC_ST2_CM;
    if (job->transfer == FDC_TRANSFER_READ_TRACK) {
        return;
    }
    if (job->sk) {
        job->is_skipped = true;
        job->n_bytes = 0;
        job->is_bad = false;
    } else {
        job->stops = true;
    }
}

/* READ TRACK takes what sector comes, and notes where it is not the one that R counts. */
static uint8_t sector_as_it_comes(struct vfdc_controller *fdc, unsigned unit)
{
    struct fdc_state *s = &fdc->state;
    struct fdc_chrn id = { 0, 0, 0, 0 };

    if (!disk_id_at(fdc, unit, s->job.head, s->job.place, &id) || id.c != s->chrn.c) {
        ending_note(&s->job, FDC_OUTCOME_WRONG_CYLINDER);
    } else if (id.h != s->chrn.h || id.r != s->chrn.r || id.n != s->chrn.n) {
        ending_note(&s->job, FDC_OUTCOME_NO_SECTOR);
    }
    return id.r;
}

/* In `accurate`: when the sector's first byte passes, and its last, with the CRC. */
static void time_bytes(struct vfdc_controller *fdc, unsigned unit)
{
    struct fdc_job *job = &fdc->state.job;
    struct rotation_track track;

    disk_track(fdc, unit, job->head, &track);
    job->span_ns = track.span_ns;
    job->span_bytes = track.span_bytes;
    job->data_ns = timing_after(host_event_ns(fdc), track.data_ns);
    job->passed_ns = timing_after(job->data_ns, (uint64_t)(job->size + ROTATION_CRC_BYTES) *
                                                    track.span_ns / track.span_bytes);
}

void sector_begin(struct vfdc_controller *fdc, unsigned unit)
{
    struct fdc_state *s = &fdc->state;
    struct fdc_job *job = &s->job;
    uint8_t r = s->chrn.r;

    job->stage = FDC_STAGE_MOVING;
    job->fdd = (uint8_t)(unit & 0xffu);
    job->st1_before = job->st1;
    job->st2_before = job->st2;
    job->is_staged = false;
    job->is_bad = false;
    job->is_skipped = false;
    job->stops = false;
    job->n_bytes = sector_host_bytes(s);
    job->size = size_of_n(s->chrn.n);
    job->passed_ns = 0;
    if (job->transfer == FDC_TRANSFER_READ_TRACK) {
        r = sector_as_it_comes(fdc, unit);
    }
    if (!service_takes(job)) {
        heed_marks(job, disk_marks(fdc, unit, job->head, r));
    }
    if (job->transfer == FDC_TRANSFER_VERIFY) {
        job->n_bytes = 0;
    }
    if (fdc->is_accurate) {
        time_bytes(fdc, unit);
    }
}

void sector_forget(struct fdc_job *job)
{
    job->st1 = job->st1_before;
    job->st2 = job->st2_before;
}

/* The medium does not give the sector. */
static enum fdc_outcome unreadable(struct fdc_job *job, enum fdc_outcome outcome)
{
    job->is_bad = true;
    return job->transfer == FDC_TRANSFER_READ_TRACK ? FDC_OUTCOME_OK : outcome;
}

enum fdc_outcome sector_stage(struct vfdc_controller *fdc, unsigned unit)
{
    struct fdc_state *s = &fdc->state;
    struct vfdc_media_span span = { NULL, 0 };
    struct fdc_chrn id = s->chrn;
    enum fdc_outcome outcome;
    unsigned i;

    if (s->job.transfer == FDC_TRANSFER_READ_TRACK) {
        (void)disk_id_at(fdc, unit, s->job.head, s->job.place, &id);
        for (i = 0; i < 2u * FDC_STAGING_BYTES; i++) {
            s->staging[i] = FDC_GAP_BYTE;
        }
    }
    s->job.is_staged = true;
    outcome = disk_read_span(fdc, unit, s->job.head, id.r, id.r, &span);
    if (outcome != FDC_OUTCOME_OK) {
        return unreadable(&s->job, outcome);
    }
    if (span.bytes == NULL || span.n_bytes != size_of_n(disk_size_code(fdc, unit))) {
        disk_report(fdc, unit, VFDC_REPORT_READ_ERROR, s->job.head, id.r);
        return unreadable(&s->job, FDC_OUTCOME_BAD_DATA);
    }
    for (i = 0; i < FDC_STAGING_BYTES && i < span.n_bytes; i++) {
        s->staging[i] = span.bytes[i];
    }
    return FDC_OUTCOME_OK;
}

enum fdc_outcome sector_write(struct vfdc_controller *fdc, unsigned unit)
{
    struct fdc_state *s = &fdc->state;
    uint8_t marks = s->job.transfer == FDC_TRANSFER_WRITE_DELETED ? VFDC_MARK_DELETED : 0;
    unsigned i;

    for (i = 0; i < FDC_STAGING_BYTES; i++) {
        if (i >= s->job.pos) {
            s->staging[i] = 0;
        }
    }
    s->wr_flip = !s->wr_flip;
    s->wr_latch = true;
    s->we_latch = true;
    return disk_write_sector(fdc, unit, s->job.head, s->chrn.r, s->staging, marks);
}
