/*
 * Data commands in execution.  See transfer.h; the drive, and below it the medium, are fdd.c's.
 *
 * A command goes through the stages of enum fdc_stage.  SEARCHING waits for what `look` saw
 * when the wait began; at its deadline `look` is asked again, and only what still holds
 * happens, since the guest may have turned to another drive meanwhile.
 */
#include "transfer.h"

#include "event.h"
#include "fdd.h"
#include "host.h"
#include "phase.h"
#include "seek.h"

#define SECTOR_BYTES VFDC_SECTOR_BYTES

/* All sectors of two sides. */
#define MAX_SECTORS (2u * VFDC_MAX_SECTORS)

/* Calls of a channel that moves one byte at a time. */
#define MAX_DMA_CALLS (MAX_SECTORS * SECTOR_BYTES)

struct status {
    uint8_t st0, st1, st2;
};

/* Data sheet, "Status Register Encoding": how a data command's end reads. */
static const struct status outcomes[FDC_N_OUTCOMES] = {
    [FDC_OUTCOME_OK] = { FDC_ST0_IC_NORMAL, 0, 0 },
    [FDC_OUTCOME_NO_INDEX] = { FDC_ST0_IC_ABNORMAL, FDC_ST1_MA, 0 },
    [FDC_OUTCOME_NO_ID] = { FDC_ST0_IC_ABNORMAL, FDC_ST1_MA, 0 },
    [FDC_OUTCOME_NO_SECTOR] = { FDC_ST0_IC_ABNORMAL, FDC_ST1_ND, 0 },
    [FDC_OUTCOME_WRONG_CYLINDER] = { FDC_ST0_IC_ABNORMAL, FDC_ST1_ND, FDC_ST2_WC },
    [FDC_OUTCOME_BAD_DATA] = { FDC_ST0_IC_ABNORMAL, FDC_ST1_DE, FDC_ST2_DD },
    [FDC_OUTCOME_NOT_WRITABLE] = { FDC_ST0_IC_ABNORMAL, FDC_ST1_NW, 0 },
    [FDC_OUTCOME_END_OF_CYLINDER] = { FDC_ST0_IC_ABNORMAL, FDC_ST1_EN, 0 },
};

static bool takes_bytes(const struct fdc_job *job)
{
    return job->transfer == FDC_TRANSFER_WRITE || job->transfer == FDC_TRANSFER_FORMAT;
}

static bool moves_bytes(const struct fdc_job *job)
{
    return job->transfer != FDC_TRANSFER_READ_ID;
}

/* Execution with nothing for the guest to move at the moment. */
static void set_waiting(struct vfdc_controller *fdc)
{
    const struct fdc_job *job = &fdc->state.job;

    if (!job->non_dma || !moves_bytes(job)) {
        phase_set(fdc, FDC_PHASE_EXECUTION);
    } else if (takes_bytes(job)) {
        phase_set(fdc, FDC_PHASE_PIO_WRITE_WAIT);
    } else {
        phase_set(fdc, FDC_PHASE_PIO_READ_WAIT);
    }
}

/* ---- the end ---- */

static void enter_result(struct vfdc_controller *fdc, unsigned outcome)
{
    struct fdc_state *s = &fdc->state;
    const struct status *status =
        &outcomes[outcome < FDC_N_OUTCOMES ? outcome : FDC_OUTCOME_BAD_DATA];
    unsigned st0 = status->st0 | (s->job.unit & FDC_CMD_DS);

    if ((outcome == FDC_OUTCOME_OK ? s->job.last_head : s->job.head) != 0) {
        st0 |= FDC_ST0_H;
    }
    if (s->job.sought) {
        st0 |= FDC_ST0_SE;
    }
    if (takes_bytes(&s->job) && fdc->flush_policy == VFDC_FLUSH_WRITE_THROUGH) {
        fdd_flush(fdc, s->job.fdds);
    }
    fifo_clear(&s->fifo);
    fifo_put(&s->fifo, (uint8_t)(st0 & 0xffu));
    fifo_put(&s->fifo, status->st1);
    fifo_put(&s->fifo, status->st2);
    fifo_put(&s->fifo, s->chrn.c);
    fifo_put(&s->fifo, s->chrn.h);
    fifo_put(&s->fifo, s->chrn.r);
    fifo_put(&s->fifo, s->chrn.n);
    phase_enter_result(fdc, 7);
    phase_interrupt(fdc, FDC_INT_RESULT);
}

/*
 * The command ends: at once inside a deadline, else at the next one, so that the line never
 * rises inside a port access and a TC pulse after the last byte still counts.
 */
static void end(struct vfdc_controller *fdc, enum fdc_outcome outcome)
{
    struct fdc_job *job = &fdc->state.job;

    if (fdc->in_event) {
        enter_result(fdc, outcome);
        return;
    }
    job->stage = FDC_STAGE_ENDING;
    job->outcome = (uint8_t)outcome;
    fdc->state.drq = false;
    set_waiting(fdc);
    event_arm(fdc, FDC_EVENT_COMMAND, EVENT_FLOOR_NS);
}

/* ---- the search ---- */

/* What is under the head of the selected drive, as this command seeks it. */
static enum fdc_outcome look(struct vfdc_controller *fdc)
{
    struct fdc_job *job = &fdc->state.job;
    unsigned unit = fdd_selected(fdc);

    if (unit == FDD_NONE || (job->lost & (1u << (unit & 3u))) != 0) {
        return FDC_OUTCOME_NO_INDEX;
    }
    job->fdds = (uint8_t)(job->fdds | (1u << (unit & 3u)));
    if (job->transfer == FDC_TRANSFER_FORMAT) {
        return fdd_has_disk(fdc, unit) ? FDC_OUTCOME_OK : FDC_OUTCOME_NO_INDEX;
    }
    if (job->transfer == FDC_TRANSFER_READ_ID) {
        return fdd_find_track(fdc, job->head, job->mfm);
    }
    return fdd_find_sector(fdc, job->head, job->mfm, &fdc->state.chrn);
}

/* Wait for what was seen: for the sector to come round, or for the end of the search. */
static void await(struct vfdc_controller *fdc, enum fdc_outcome seen)
{
    struct fdc_job *job = &fdc->state.job;

    job->stage = FDC_STAGE_SEARCHING;
    job->outcome = (uint8_t)seen;
    if (seen == FDC_OUTCOME_OK) {
        event_arm(fdc, FDC_EVENT_COMMAND,
                  job->transfer == FDC_TRANSFER_READ_ID ? EVENT_READ_ID_NS : EVENT_SEARCH_NS);
    } else if (seen != FDC_OUTCOME_NO_INDEX) {
        event_arm(fdc, FDC_EVENT_COMMAND, EVENT_NOT_FOUND_NS);
    } else if (!fdc->empty_hangs) {
        event_arm(fdc, FDC_EVENT_COMMAND, EVENT_NO_INDEX_NS);
    } else {
        event_disarm(fdc, FDC_EVENT_COMMAND);
    }
}

/* The search starts anew, with nothing of a sector in hand. */
static void search_again(struct vfdc_controller *fdc)
{
    fdc->state.job.pos = 0;
    fdc->state.job.fdd = FDD_NONE;
    fdc->state.drq = false;
    set_waiting(fdc);
    await(fdc, look(fdc));
}

/*
 * The first search of a command.  A protected disk refuses a write before it; a non-DMA write
 * asks for bytes from the start.
 */
static void search(struct vfdc_controller *fdc)
{
    struct fdc_job *job = &fdc->state.job;

    if (takes_bytes(job) && fdd_is_write_protected(fdc)) {
        job->stage = FDC_STAGE_ENDING;
        job->outcome = FDC_OUTCOME_NOT_WRITABLE;
        event_arm(fdc, FDC_EVENT_COMMAND, EVENT_FLOOR_NS);
        return;
    }
    search_again(fdc);
    if (job->non_dma && takes_bytes(job) &&
        (job->transfer == FDC_TRANSFER_WRITE || job->n_ids > 0)) {
        phase_set(fdc, FDC_PHASE_PIO_WRITE);
    }
}

/* ---- the next sector ---- */

/* The sector in `chrn` is done and it was the last of this command's. */
static bool is_last_sector(const struct fdc_state *s)
{
    return s->chrn.r == s->job.eot && !(s->job.mt && s->job.head == 0);
}

/* On to the sector after the one in `chrn`, which was not the last. */
static void next_sector(struct fdc_state *s)
{
    if (s->chrn.r == s->job.eot) {
        s->job.head = 1;
        s->chrn.h ^= 1u;
        s->chrn.r = 1;
    } else {
        s->chrn.r = (uint8_t)((s->chrn.r + 1u) & 0xffu);
    }
}

/* TC came in, or with the last byte of, the sector in `chrn`: data sheet, result CHRN table. */
static void end_at_terminal_count(struct vfdc_controller *fdc)
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
    end(fdc, FDC_OUTCOME_OK);
}

/*
 * All of the sector in `chrn` has passed.  True if another follows and is under way; false if
 * the command ends or waits.
 */
static bool sector_done(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    enum fdc_outcome seen;

    s->job.pos = 0;
    s->job.last_head = s->job.head;
    if (fdd_selected(fdc) == s->job.fdd) {
        fdd_passed(fdc, s->chrn.r);
    }
    if (s->job.tc) {
        end_at_terminal_count(fdc);
        return false;
    }
    if (is_last_sector(s)) {
        end(fdc, FDC_OUTCOME_END_OF_CYLINDER);
        return false;
    }
    next_sector(s);
    seen = look(fdc);
    if (seen != FDC_OUTCOME_OK) {
        search_again(fdc);
        return false;
    }
    s->job.fdd = (uint8_t)(fdd_selected(fdc) & 0xffu);
    return true;
}

/* A whole sector is staged: write it, if it still lies under the head that it was begun under. */
static bool write_staged(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    enum fdc_outcome outcome;

    if (look(fdc) != FDC_OUTCOME_OK || fdd_selected(fdc) != s->job.fdd) {
        search_again(fdc);
        return false;
    }
    outcome = fdd_write_sector(fdc, s->job.head, s->chrn.r, s->staging);
    if (outcome != FDC_OUTCOME_OK) {
        end(fdc, outcome);
        return false;
    }
    return sector_done(fdc);
}

/* The chip fills a sector that TC cut short with zeros. */
static void pad_sector(struct fdc_state *s)
{
    unsigned i;

    for (i = s->job.pos; i < SECTOR_BYTES; i++) {
        s->staging[i] = 0;
    }
    s->job.pos = SECTOR_BYTES;
}

/* All IDs are here, or TC says that no more come. */
static void end_format(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    unsigned n_bytes = s->job.n_ids * 4u;
    unsigned n_ids = s->job.pos / 4u;

    if (look(fdc) != FDC_OUTCOME_OK || fdd_selected(fdc) != s->job.fdd) {
        search_again(fdc);
        return;
    }
    if (n_ids > 0 && n_ids <= FDC_STAGING_BYTES / 4u) {
        const uint8_t *id = &s->staging[(n_ids - 1u) * 4u];

        s->chrn.c = id[0];
        s->chrn.h = id[1];
        s->chrn.r = id[2];
        s->chrn.n = id[3];
    }
    if (s->job.pos < n_bytes) {
        fdd_report(fdc, VFDC_REPORT_FORMAT_REFUSED, s->job.head, 0);
        end(fdc, FDC_OUTCOME_NOT_WRITABLE);
        return;
    }
    end(fdc, fdd_format(fdc, s->job.head, s->job.mfm, s->staging, s->job.n_ids, s->job.size_code,
                        s->job.filler));
}

/*
 * TC before the last byte of what the command moves.  Between two sectors it ends the command
 * there: `chrn` names the next one already.
 */
static void take_terminal_count(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;

    s->job.tc = true;
    if (s->job.transfer == FDC_TRANSFER_FORMAT) {
        end_format(fdc);
    } else if (s->job.pos == 0) {
        end(fdc, FDC_OUTCOME_OK);
    } else if (s->job.transfer == FDC_TRANSFER_READ) {
        sector_done(fdc);
    } else {
        pad_sector(s);
        write_staged(fdc);
    }
}

/* ---- DMA ---- */

static void await_channel(struct vfdc_controller *fdc)
{
    fdc->state.drq = true;
    event_arm(fdc, FDC_EVENT_COMMAND, EVENT_DMA_RETRY_NS);
}

/*
 * The channel moved no byte: the chip waits, unless that was a bare TC, which ends the command
 * with the sector in hand (or before it, if nothing of it is).
 */
static bool nothing_moved(struct vfdc_controller *fdc)
{
    if (fdc->state.job.tc) {
        take_terminal_count(fdc);
    } else {
        await_channel(fdc);
    }
    return false;
}

/*
 * `n_moved` bytes of a run that begins at `chrn` have gone: whole sectors, and perhaps a part
 * of one more, in which `pos` then stands.  False if the command ends or waits.
 */
static bool run_moved(struct vfdc_controller *fdc, size_t n_moved)
{
    struct fdc_state *s = &fdc->state;
    size_t bytes = s->job.pos + n_moved;
    unsigned i;

    for (i = 0; i < VFDC_MAX_SECTORS && bytes > SECTOR_BYTES; i++) {
        bytes -= SECTOR_BYTES;
        s->chrn.r = (uint8_t)((s->chrn.r + 1u) & 0xffu);
    }
    if (bytes >= SECTOR_BYTES || s->job.tc) {
        return sector_done(fdc);
    }
    s->job.pos = (uint16_t)(bytes & (SECTOR_BYTES - 1u));
    return true;
}

/*
 * The sector in `chrn`, whole, into `staging`.  False, and the command ends, if the medium does
 * not give it.
 */
static bool stage_sector(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    struct vfdc_media_span span = { NULL, 0 };
    enum fdc_outcome outcome = fdd_read_span(fdc, s->job.head, s->chrn.r, s->chrn.r, &span);
    unsigned i;

    if (outcome != FDC_OUTCOME_OK) {
        end(fdc, outcome);
        return false;
    }
    if (span.bytes == NULL || span.n_bytes != SECTOR_BYTES) {
        fdd_report(fdc, VFDC_REPORT_READ_ERROR, s->job.head, s->chrn.r);
        end(fdc, FDC_OUTCOME_BAD_DATA);
        return false;
    }
    for (i = 0; i < SECTOR_BYTES; i++) {
        s->staging[i] = span.bytes[i];
    }
    return true;
}

/* One call of the channel with as many sectors as lie side by side.  False: no more for now. */
static bool read_run(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    struct vfdc_media_span span = { NULL, 0 };
    uint8_t last = fdd_last_of_run(fdc, s->chrn.r, s->job.eot);
    enum fdc_outcome outcome = fdd_read_span(fdc, s->job.head, s->chrn.r, last, &span);
    size_t n_moved;

    if (outcome != FDC_OUTCOME_OK) {
        end(fdc, outcome);
        return false;
    }
    if (span.bytes == NULL || span.n_bytes < SECTOR_BYTES || span.n_bytes % SECTOR_BYTES != 0 ||
        span.n_bytes > (size_t)VFDC_MAX_SECTORS * SECTOR_BYTES ||
        s->chrn.r + span.n_bytes / SECTOR_BYTES > last + 1u) {
        fdd_report(fdc, VFDC_REPORT_READ_ERROR, s->job.head, s->chrn.r);
        end(fdc, FDC_OUTCOME_BAD_DATA);
        return false;
    }
    n_moved = host_dma(fdc, VFDC_DMA_TO_MEMORY, span.bytes, span.n_bytes, &s->job.tc);
    return n_moved == 0 ? nothing_moved(fdc) : run_moved(fdc, n_moved);
}

/* One call of the channel for the rest of a sector of which it took a part. */
static bool read_rest(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    size_t at = s->job.pos;
    size_t n_moved;

    if (at >= SECTOR_BYTES) {
        return sector_done(fdc);
    }
    if (!stage_sector(fdc)) {
        return false;
    }
    n_moved = host_dma(fdc, VFDC_DMA_TO_MEMORY, s->staging + at, SECTOR_BYTES - at, &s->job.tc);
    return n_moved == 0 ? nothing_moved(fdc) : run_moved(fdc, n_moved);
}

/* One call of the channel for the rest of a sector.  False: no more for now. */
static bool write_rest(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    size_t at = s->job.pos;
    size_t n_moved;

    if (at >= SECTOR_BYTES) {
        return write_staged(fdc);
    }
    n_moved = host_dma(fdc, VFDC_DMA_FROM_MEMORY, s->staging + at, SECTOR_BYTES - at, &s->job.tc);
    if (n_moved == 0) {
        return nothing_moved(fdc);
    }
    at += n_moved;
    s->job.pos = (uint16_t)(at < SECTOR_BYTES ? at : SECTOR_BYTES);
    if (s->job.tc) {
        pad_sector(s);
    }
    return s->job.pos < SECTOR_BYTES || write_staged(fdc);
}

/* One call of the channel for all IDs, or one for each still missing.  False: no more for now. */
static bool read_ids(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    size_t n_bytes = s->job.n_ids * 4u;
    size_t at = s->job.pos;
    size_t n_moved;

    if (at >= n_bytes || at >= FDC_STAGING_BYTES || s->job.tc) {
        end_format(fdc);
        return false;
    }
    n_moved = host_dma(fdc, VFDC_DMA_FROM_MEMORY, s->staging + at, at == 0 ? n_bytes : 1u,
                       &s->job.tc);
    if (n_moved == 0 && !s->job.tc) {
        await_channel(fdc);
        return false;
    }
    s->job.pos = (uint16_t)((at + n_moved) & 0xffffu);
    return true;
}

static void move_by_dma(struct vfdc_controller *fdc)
{
    struct fdc_job *job = &fdc->state.job;
    bool more = true;
    unsigned i;

    if (look(fdc) != FDC_OUTCOME_OK || fdd_selected(fdc) != job->fdd) {
        search_again(fdc);
        return;
    }
    fdc->state.drq = false;
    for (i = 0; more && i < MAX_DMA_CALLS; i++) {
        if (job->transfer == FDC_TRANSFER_READ) {
            more = job->pos == 0 ? read_run(fdc) : read_rest(fdc);
        } else if (job->transfer == FDC_TRANSFER_WRITE) {
            more = write_rest(fdc);
        } else {
            more = read_ids(fdc);
        }
    }
    if (more) {
        await_channel(fdc);
    }
}

/* ---- PIO ---- */

/* The sector in `chrn` lies under the head: offer it at the data register. */
static void offer_sector(struct vfdc_controller *fdc)
{
    if (stage_sector(fdc)) {
        fdc->state.job.pos = 0;
        phase_set(fdc, FDC_PHASE_PIO_READ);
    }
}

/* The guest has taken or given a byte: the request is served, and stands anew for the next. */
static void request_served(struct vfdc_controller *fdc)
{
    if ((fdc->state.int_causes & FDC_INT_PIO) != 0) {
        phase_acknowledge(fdc, FDC_INT_PIO);
    }
}

uint8_t transfer_read_byte(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    uint8_t byte = 0;

    if (s->phase != FDC_PHASE_PIO_READ) {
        return 0;
    }
    if (s->job.pos < SECTOR_BYTES) {
        byte = s->staging[s->job.pos];
        s->job.pos++;
    }
    request_served(fdc);
    if (s->job.pos >= SECTOR_BYTES && sector_done(fdc)) {
        offer_sector(fdc);
    }
    return byte;
}

/* What the guest has given, once the place for it is found: a sector, the IDs, or TC. */
static void take_staged(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;

    if (s->job.tc) {
        take_terminal_count(fdc);
    } else if (s->job.transfer == FDC_TRANSFER_FORMAT) {
        if (s->job.pos >= s->job.n_ids * 4u) {
            end_format(fdc);
        }
    } else if (s->job.pos >= SECTOR_BYTES) {
        write_staged(fdc);
    }
}

void transfer_write_byte(struct vfdc_controller *fdc, uint8_t byte)
{
    struct fdc_state *s = &fdc->state;
    unsigned room = (s->config & FDC_CONFIG_EFIFO) != 0 ? 1u : FDC_FIFO_BYTES;

    if (s->job.transfer == FDC_TRANSFER_FORMAT && s->job.n_ids * 4u < room) {
        room = s->job.n_ids * 4u;
    }
    if (s->phase != FDC_PHASE_PIO_WRITE) {
        return;
    }
    if (s->job.pos < FDC_STAGING_BYTES) {
        s->staging[s->job.pos] = byte;
        s->job.pos++;
    }
    request_served(fdc);
    if (s->job.stage == FDC_STAGE_MOVING) {
        take_staged(fdc);
    } else if (s->job.pos >= room) {
        phase_set(fdc, FDC_PHASE_PIO_WRITE_WAIT);
    }
}

/* ---- the stages ---- */

static bool is_executing(const struct fdc_state *s)
{
    return s->phase >= FDC_PHASE_PIO_READ && s->phase < FDC_N_PHASES;
}

/* What was sought lies under the head. */
static void found(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;

    s->job.stage = FDC_STAGE_MOVING;
    s->job.fdd = (uint8_t)(fdd_selected(fdc) & 0xffu);
    if (s->job.transfer == FDC_TRANSFER_READ_ID) {
        end(fdc, fdd_next_id(fdc, s->job.head, &s->chrn) ? FDC_OUTCOME_OK : FDC_OUTCOME_NO_ID);
    } else if (s->job.tc) {
        take_terminal_count(fdc);
    } else if (!s->job.non_dma) {
        move_by_dma(fdc);
    } else if (takes_bytes(&s->job)) {
        phase_set(fdc, FDC_PHASE_PIO_WRITE);
        take_staged(fdc);
    } else {
        offer_sector(fdc);
    }
}

/* The wait of a search is over. */
static void search_due(struct vfdc_controller *fdc)
{
    enum fdc_outcome seen = look(fdc);

    if (seen == FDC_OUTCOME_OK) {
        found(fdc);
    } else if (seen == fdc->state.job.outcome) {
        end(fdc, seen);
    } else {
        await(fdc, seen);
    }
}

/* Implied seek or not: data sheet, CONFIGURE, EIS. */
static void start(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;

    if ((s->config & FDC_CONFIG_EIS) != 0 && s->pcn[s->job.unit & 3u] != s->chrn.c &&
        (s->job.transfer == FDC_TRANSFER_READ || s->job.transfer == FDC_TRANSFER_WRITE)) {
        s->job.sought = true;
        s->job.stage = FDC_STAGE_SEEKING;
        seek_to(fdc, s->job.unit, FDC_SEEK_IMPLIED, s->chrn.c);
        return;
    }
    search(fdc);
}

void transfer_begin(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    unsigned unit = fdd_selected(fdc);

    s->job.pos = 0;
    s->job.tc = false;
    s->job.sought = false;
    s->job.lost = 0;
    s->job.last_head = s->job.head;
    s->job.fdd = FDD_NONE;
    s->job.fdds = (uint8_t)(unit == FDD_NONE ? 0u : 1u << (unit & 3u));
    phase_set(fdc, FDC_PHASE_EXECUTION);
    if (seek_is_running(fdc, s->job.unit)) {
        s->job.stage = FDC_STAGE_HELD;
        return;
    }
    start(fdc);
}

void transfer_seek_over(struct vfdc_controller *fdc, unsigned unit)
{
    const struct fdc_state *s = &fdc->state;

    if (!is_executing(s) || s->job.unit != unit) {
        return;
    }
    if (s->job.stage == FDC_STAGE_HELD) {
        start(fdc);
    } else if (s->job.stage == FDC_STAGE_SEEKING) {
        search(fdc);
    }
}

void transfer_due(struct vfdc_controller *fdc)
{
    const struct fdc_state *s = &fdc->state;

    if (!is_executing(s)) {
        return;
    }
    switch (s->job.stage) {
    case FDC_STAGE_SEARCHING:
        search_due(fdc);
        break;
    case FDC_STAGE_MOVING:
        if (!s->job.non_dma) {
            move_by_dma(fdc);
        }
        break;
    case FDC_STAGE_ENDING:
        enter_result(fdc, s->job.outcome);
        break;
    default:
        break;
    }
}

void transfer_dma_ready(struct vfdc_controller *fdc)
{
    if (is_executing(&fdc->state) && fdc->state.drq) {
        event_disarm(fdc, FDC_EVENT_COMMAND);
        move_by_dma(fdc);
    }
}

void transfer_terminal_count(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;

    if (!is_executing(s) || !moves_bytes(&s->job) || (s->dor & FDC_DOR_DMAGATE) == 0) {
        return;
    }
    if (s->job.stage == FDC_STAGE_ENDING) {
        if (s->job.outcome == FDC_OUTCOME_END_OF_CYLINDER) {
            end_at_terminal_count(fdc);
        }
    } else if (s->job.stage == FDC_STAGE_MOVING ||
               (s->job.stage == FDC_STAGE_SEARCHING && s->job.pos == 0 &&
                s->job.outcome != FDC_OUTCOME_NO_INDEX &&
                s->job.transfer != FDC_TRANSFER_FORMAT)) {
        take_terminal_count(fdc);
    } else if (s->job.stage == FDC_STAGE_SEARCHING) {
        s->job.tc = true; /* bytes wait for their sector: it ends with them */
    }
}

void transfer_drive_changed(struct vfdc_controller *fdc)
{
    const struct fdc_state *s = &fdc->state;
    enum fdc_outcome seen;

    if (!is_executing(s) || s->job.stage != FDC_STAGE_SEARCHING ||
        s->job.outcome != FDC_OUTCOME_NO_INDEX) {
        return;
    }
    seen = look(fdc);
    if (seen != FDC_OUTCOME_NO_INDEX) {
        await(fdc, seen);
    }
}

void transfer_disk_ejected(struct vfdc_controller *fdc, unsigned unit)
{
    struct fdc_state *s = &fdc->state;
    unsigned mask = 1u << (unit & 3u);

    if (!is_executing(s) || (s->job.fdds & mask) == 0) {
        return;
    }
    s->job.lost = (uint8_t)(s->job.lost | mask);
    if ((s->job.stage == FDC_STAGE_SEARCHING && fdd_selected(fdc) == unit) ||
        (s->job.stage == FDC_STAGE_MOVING && s->job.fdd == unit)) {
        search_again(fdc);
    }
}
