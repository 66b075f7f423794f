/*
 * The host's side of a sector.  See service.h.
 */
#include "service.h"

#include "host.h"
#include "phase.h"
#include "timing.h"

/* A sector's last bytes may stay in the FIFO so long, until those of the next one come. */
#define DRAIN_BYTES 60u

/* Calls in one service of a channel that moves one byte at a time. */
#define MAX_CALLS (16384u + 1u)

bool service_takes(const struct fdc_job *job)
{
    return job->transfer == FDC_TRANSFER_WRITE || job->transfer == FDC_TRANSFER_WRITE_DELETED ||
           job->transfer == FDC_TRANSFER_FORMAT;
}

bool service_gives(const struct fdc_job *job)
{
    return job->transfer == FDC_TRANSFER_READ || job->transfer == FDC_TRANSFER_READ_DELETED ||
           job->transfer == FDC_TRANSFER_READ_TRACK;
}

bool service_is_done(const struct fdc_job *job)
{
    return job->tc || job->pos >= job->n_bytes;
}

void service_rest(struct vfdc_controller *fdc)
{
    struct fdc_job *job = &fdc->state.job;

    job->request = false;
    fdc->state.drq = false;
    if (job->non_dma && service_takes(job)) {
        phase_set(fdc, FDC_PHASE_PIO_WRITE_WAIT);
    } else if (job->non_dma && service_gives(job)) {
        phase_set(fdc, FDC_PHASE_PIO_READ_WAIT);
    } else {
        phase_set(fdc, FDC_PHASE_EXECUTION);
    }
}

/* ---- where the disk is ---- */

/* The bytes that the disk moves in one go: one, or an ID of FORMAT's. */
static unsigned grain(const struct fdc_job *job)
{
    return job->transfer == FDC_TRANSFER_FORMAT ? 4u : 1u;
}

static bool has_fifo(const struct fdc_state *s)
{
    return (s->config & FDC_CONFIG_EFIFO) == 0;
}

/* FIFO bytes: CONFIGURE, EFIFO. */
static unsigned capacity(const struct fdc_state *s)
{
    return has_fifo(s) ? FDC_FIFO_BYTES : grain(&s->job);
}

/* Bytes left at which a write asks again: FIFOTHR + 1. */
static unsigned threshold(const struct fdc_state *s)
{
    return has_fifo(s) ? (s->config & FDC_CONFIG_FIFOTHR) + 1u : 0u;
}

/* Bytes at which a read asks. */
static unsigned trigger(const struct fdc_state *s)
{
    unsigned t = threshold(s);

    return t > 0 && t < FDC_FIFO_BYTES ? FDC_FIFO_BYTES - t : 1u;
}

/* When the disk has come to byte `n` of the sector. */
static uint64_t time_of(const struct fdc_job *job, unsigned n)
{
    uint64_t span_bytes = job->span_bytes > 0 ? job->span_bytes : 1u;
    uint64_t grains = n / grain(job);

    return timing_after(job->data_ns, (grains * job->span_ns + span_bytes - 1u) / span_bytes);
}

/*
 * How many bytes of the sector have passed the head; of those that it writes, the one that is
 * under it has left the FIFO too.
 */
static unsigned passed(struct vfdc_controller *fdc)
{
    const struct fdc_job *job = &fdc->state.job;
    uint64_t now_ns = host_now_ns(fdc);
    uint64_t n;

    if (now_ns < job->data_ns || job->stage != FDC_STAGE_MOVING) {
        return 0;
    }
    now_ns -= job->data_ns;
    if (now_ns > UINT64_C(1000000000) || job->span_ns == 0) {
        return job->size;
    }
    n = now_ns * job->span_bytes / job->span_ns;
    n = (n + (service_takes(job) ? 1u : 0u)) * grain(job);
    return n < job->size ? (unsigned)n : job->size;
}

/* Up to where in the sector's bytes the host can move them now. */
static unsigned limit(struct vfdc_controller *fdc)
{
    const struct fdc_job *job = &fdc->state.job;
    unsigned at = job->n_bytes;

    if (job->stage != FDC_STAGE_MOVING) {
        at = capacity(&fdc->state);
    } else if (fdc->is_accurate) {
        at = passed(fdc) + (service_takes(job) ? capacity(&fdc->state) : 0u);
    }
    return at < job->n_bytes ? at : job->n_bytes;
}

/* Once it stands, a request stands until the FIFO is empty, or full. */
static bool is_requested(struct vfdc_controller *fdc, unsigned until)
{
    const struct fdc_state *s = &fdc->state;
    unsigned disk;

    if (service_is_done(&s->job) || s->job.pos >= until) {
        return false;
    }
    if (!fdc->is_accurate || s->job.request) {
        return true;
    }
    disk = passed(fdc);
    if (service_takes(&s->job)) {
        return s->job.pos <= disk + threshold(s) || s->job.stage != FDC_STAGE_MOVING;
    }
    return disk >= s->job.size || disk >= s->job.pos + trigger(s);
}

/* ---- when ---- */

/* The byte that the disk comes to when a write asks again: few enough left, and one has room. */
static unsigned asks_when_passed(const struct fdc_state *s)
{
    unsigned held = threshold(s) < capacity(s) ? threshold(s) : capacity(s) - 1u;
    unsigned gone = s->job.pos > held ? s->job.pos - held : 0u;

    return gone > 0 ? (gone - 1u) / grain(&s->job) * grain(&s->job) : 0u;
}

/* With the request unserved, the time of the byte that the FIFO cannot hold, or lacks. */
static uint64_t late_ns(const struct vfdc_controller *fdc)
{
    const struct fdc_job *job = &fdc->state.job;
    unsigned last = job->pos + capacity(&fdc->state) + 1u;

    if (service_takes(job)) {
        return time_of(job, job->pos);
    }
    return time_of(job, last <= job->size ? last : job->size + DRAIN_BYTES);
}

bool service_is_late(struct vfdc_controller *fdc)
{
    const struct fdc_job *job = &fdc->state.job;

    return fdc->is_accurate && !service_is_done(job) && job->stage == FDC_STAGE_MOVING &&
           host_now_ns(fdc) >= late_ns(fdc);
}

uint64_t service_next_ns(struct vfdc_controller *fdc)
{
    const struct fdc_state *s = &fdc->state;
    unsigned n;

    if (!fdc->is_accurate || service_is_done(&s->job)) {
        return VFDC_NEVER;
    }
    if (s->job.request) {
        return late_ns(fdc);
    }
    if (service_takes(&s->job)) {
        return time_of(&s->job, asks_when_passed(s));
    }
    n = s->job.pos + trigger(s);
    return time_of(&s->job, n < s->job.size ? n : s->job.size);
}

/* ---- the two mouths ---- */

/* One call of the channel; false if it moved nothing. */
static bool call_dma(struct vfdc_controller *fdc, unsigned until)
{
    struct fdc_state *s = &fdc->state;
    bool takes = service_takes(&s->job);
    size_t at = s->job.pos < FDC_STAGING_BYTES ? s->job.pos : FDC_STAGING_BYTES;
    size_t n_bytes = until - s->job.pos;
    size_t n_moved;
    bool tc = false;

    if (n_bytes > FDC_STAGING_BYTES) {
        n_bytes = FDC_STAGING_BYTES;
    }
    n_moved = host_dma(fdc, takes ? VFDC_DMA_FROM_MEMORY : VFDC_DMA_TO_MEMORY, s->staging + at,
                       n_bytes, &tc);
    s->job.pos = (uint16_t)((s->job.pos + n_moved) & 0xffffu);
    if (tc) {
        s->job.tc = true;
    }
    return n_moved > 0;
}

static void run_dma(struct vfdc_controller *fdc, unsigned until)
{
    struct fdc_job *job = &fdc->state.job;
    unsigned i;

    fdc->state.drq = false;
    for (i = 0; i < MAX_CALLS && job->pos < until && !job->tc; i++) {
        if (!call_dma(fdc, until)) {
            break;
        }
    }
    if (job->pos < until && !job->tc) {
        fdc->state.drq = true;
    } else {
        job->request = false;
    }
}

void service_run(struct vfdc_controller *fdc)
{
    struct fdc_job *job = &fdc->state.job;
    unsigned until = limit(fdc);

    if (!is_requested(fdc, until)) {
        service_rest(fdc);
        return;
    }
    job->request = true;
    if (!job->non_dma) {
        run_dma(fdc, until);
    } else {
        phase_set(fdc, service_takes(job) ? FDC_PHASE_PIO_WRITE : FDC_PHASE_PIO_READ);
    }
}

/* The guest has taken or given a byte: the request is served, and stands anew for the next. */
static void served(struct vfdc_controller *fdc)
{
    if ((fdc->state.int_causes & FDC_INT_PIO) != 0) {
        phase_acknowledge(fdc, FDC_INT_PIO);
    }
    if (fdc->is_accurate || fdc->state.job.stage != FDC_STAGE_MOVING) {
        service_run(fdc);
    }
}

uint8_t service_give_byte(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    uint8_t byte = s->staging[s->job.pos < FDC_STAGING_BYTES ? s->job.pos : FDC_STAGING_BYTES];

    if (s->job.pos < s->job.n_bytes) {
        s->job.pos++;
    }
    served(fdc);
    return byte;
}

void service_take_byte(struct vfdc_controller *fdc, uint8_t byte)
{
    struct fdc_state *s = &fdc->state;

    if (s->job.pos < FDC_STAGING_BYTES && s->job.pos < s->job.n_bytes) {
        s->staging[s->job.pos] = byte;
        s->job.pos++;
    }
    served(fdc);
}
