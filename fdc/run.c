/*
 * Sectors side by side.  See run.h.
 */
#include "run.h"

#include "disk.h"
#include "host.h"

bool run_is_possible(const struct vfdc_controller *fdc)
{
    const struct fdc_job *job = &fdc->state.job;

    return !fdc->is_accurate && !job->non_dma && job->pos == 0 && job->n_bytes == job->size &&
           !job->stops && !job->is_bad &&
           (job->transfer == FDC_TRANSFER_READ || job->transfer == FDC_TRANSFER_READ_DELETED);
}

/* The last sector that is read from `chrn` on: EOT's, or the track's. */
static uint8_t last_of_run(const struct vfdc_controller *fdc)
{
    const struct fdc_state *s = &fdc->state;
    uint8_t last = disk_n_sectors(fdc, s->job.fdd);

    return s->job.eot >= s->chrn.r && s->job.eot < last ? s->job.eot : last;
}

/* `n_moved` bytes of a run that begins at `chrn` have gone. */
static void note_moved(struct fdc_state *s, size_t n_moved)
{
    size_t size = s->job.size;
    unsigned i;

    for (i = 0; i < VFDC_MAX_SECTORS && n_moved > size; i++) {
        n_moved -= size;
        s->chrn.r = (uint8_t)((s->chrn.r + 1u) & 0xffu);
    }
    s->job.pos = (uint16_t)(n_moved <= size ? n_moved : size);
    s->job.last_head = s->job.head;
}

enum fdc_outcome run_read(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    struct vfdc_media_span span = { NULL, 0 };
    uint8_t last = last_of_run(fdc);
    enum fdc_outcome outcome =
        disk_read_span(fdc, s->job.fdd, s->job.head, s->chrn.r, last, &span);
    size_t size = s->job.size;
    bool tc = false;

    if (outcome != FDC_OUTCOME_OK) {
        return outcome;
    }
    if (span.bytes == NULL || size == 0 || span.n_bytes < size || span.n_bytes % size != 0 ||
        span.n_bytes > (size_t)VFDC_MAX_SECTORS * VFDC_MAX_SECTOR_BYTES ||
        s->chrn.r + span.n_bytes / size > last + 1u) {
        disk_report(fdc, s->job.fdd, VFDC_REPORT_READ_ERROR, s->job.head, s->chrn.r);
        return FDC_OUTCOME_BAD_DATA;
    }
    note_moved(s, host_dma(fdc, VFDC_DMA_TO_MEMORY, span.bytes, span.n_bytes, &tc));
    s->job.tc = tc;
    return FDC_OUTCOME_OK;
}
