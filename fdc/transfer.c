/*
 * Data commands in execution.  See transfer.h; the host's side is service.c's, the drive and
 * below it the medium are fdd.c's.
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
#include "rotation.h"
#include "seek.h"
#include "service.h"
#include "timing.h"

/* All sectors of two sides, with one more call each for what the host takes in part. */
#define MAX_SECTORS (4u * VFDC_MAX_SECTORS)

#define CRC_BYTES 2u

/* What a gap is made of. */
#define GAP_BYTE 0x4eu

/* The largest N whose length is ever formed. */
#define MAX_N 7u

/* Waits of `fast`: for the sector, for the next ID, for the two index pulses that end a search. */
#define SEARCH_NS 500000u
#define READ_ID_NS 1000000u
#define NOT_FOUND_NS 200000000u
#define NO_INDEX_NS 20000000u

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
    [FDC_OUTCOME_OVERRUN] = { FDC_ST0_IC_ABNORMAL, FDC_ST1_OR, 0 },
    [FDC_OUTCOME_END_OF_CYLINDER] = { FDC_ST0_IC_ABNORMAL, FDC_ST1_EN, 0 },
};

static void note(struct fdc_job *job, unsigned outcome)
{
    if (outcome < FDC_N_OUTCOMES) {
        job->st1 |= outcomes[outcome].st1;
        job->st2 |= outcomes[outcome].st2;
    }
}

/* ---- the end ---- */

static void enter_result(struct vfdc_controller *fdc, unsigned outcome)
{
    struct fdc_state *s = &fdc->state;
    unsigned st0 = s->job.unit & FDC_CMD_DS;

    note(&s->job, outcome);
    if (outcome < FDC_N_OUTCOMES) {
        st0 |= outcomes[outcome].st0;
    }
    if ((outcome == FDC_OUTCOME_OK ? s->job.last_head : s->job.head) != 0) {
        st0 |= FDC_ST0_H;
    }
    if (s->job.sought) {
        st0 |= FDC_ST0_SE;
    }
    if (service_takes(&s->job) && fdc->flush_policy == VFDC_FLUSH_WRITE_THROUGH) {
        fdd_flush(fdc, s->job.fdds);
    }
    s->head_loaded_ns = timing_after(host_event_ns(fdc), timing_head_unload_ns(fdc));
    fifo_clear(&s->fifo);
    fifo_put(&s->fifo, (uint8_t)(st0 & 0xffu));
    fifo_put(&s->fifo, s->job.st1);
    fifo_put(&s->fifo, s->job.st2);
    fifo_put(&s->fifo, s->chrn.c);
    fifo_put(&s->fifo, s->chrn.h);
    fifo_put(&s->fifo, s->chrn.r);
    fifo_put(&s->fifo, s->chrn.n);
    phase_enter_result(fdc, 7);
    phase_interrupt(fdc, FDC_INT_RESULT);
}

/* The result comes at the next deadline: nothing but it is waited for. */
static void end_soon(struct vfdc_controller *fdc, enum fdc_outcome outcome)
{
    fdc->state.job.stage = FDC_STAGE_ENDING;
    fdc->state.job.outcome = (uint8_t)outcome;
    event_arm(fdc, FDC_EVENT_COMMAND, TIMING_FLOOR_NS);
}

/*
 * The command ends: at once inside a deadline, else at the next one, so that the line never
 * rises inside a port access and a TC pulse after the last byte still counts.
 */
static void end(struct vfdc_controller *fdc, enum fdc_outcome outcome)
{
    if (fdc->in_event) {
        enter_result(fdc, outcome);
        return;
    }
    service_rest(fdc);
    end_soon(fdc, outcome);
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
    switch (job->transfer) {
    case FDC_TRANSFER_FORMAT:
        return fdd_find_index(fdc);
    case FDC_TRANSFER_READ_ID:
    case FDC_TRANSFER_READ_TRACK:
        return fdd_find_track(fdc, job->head, job->mfm);
    default:
        return fdd_find_sector(fdc, job->head, job->mfm, &fdc->state.chrn);
    }
}

/* Whether what was found lies under the same head still: the guest can turn to another drive. */
static bool is_still_there(struct vfdc_controller *fdc)
{
    return look(fdc) == FDC_OUTCOME_OK && fdd_selected(fdc) == fdc->state.job.fdd;
}

/* When what was found comes by, in `accurate`; READ ID and READ TRACK take what comes. */
static uint64_t pass_ns(struct vfdc_controller *fdc, uint64_t from_ns)
{
    struct fdc_state *s = &fdc->state;
    unsigned unit = fdd_selected(fdc);
    struct rotation_track track;
    uint8_t place = s->job.place;

    if (s->job.transfer == FDC_TRANSFER_FORMAT) {
        return rotation_next_index_ns(fdc, unit, from_ns);
    }
    if (s->job.transfer == FDC_TRANSFER_READ_TRACK) {
        if (s->chrn.r == 1) {
            from_ns = rotation_next_index_ns(fdc, unit, from_ns);
        }
    } else if (s->job.transfer != FDC_TRANSFER_READ_ID) {
        place = fdd_place_of(fdc, s->job.head, s->chrn.r);
    }
    fdd_track(fdc, s->job.head, &track);
    return rotation_pass_ns(fdc, unit, &track, place, from_ns);
}

/* When a search ends that finds nothing: the second index pulse; or, without any, by option. */
static uint64_t give_up_ns(struct vfdc_controller *fdc, enum fdc_outcome seen, uint64_t from_ns)
{
    unsigned unit = fdd_selected(fdc);
    uint64_t period_ns = rotation_period_ns(fdc, unit);
    uint64_t deadline_ns = VFDC_NEVER;

    if (seen != FDC_OUTCOME_NO_INDEX) {
        return fdc->is_accurate
                   ? timing_after(rotation_next_index_ns(fdc, unit, from_ns), period_ns)
                   : timing_after(from_ns, NOT_FOUND_NS);
    }
    if (!fdc->empty_hangs) {
        deadline_ns = timing_after(from_ns, fdc->is_accurate ? 2u * period_ns : NO_INDEX_NS);
    }
    if (fdd_has_disk(fdc, unit) && (fdc->state.job.lost & (1u << (unit & 3u))) == 0 &&
        fdc->state.fdd[unit & 3u].spun_up_ns < deadline_ns) {
        deadline_ns = fdc->state.fdd[unit & 3u].spun_up_ns;
    }
    return deadline_ns;
}

/* Wait for what was seen: for the sector to come round, or for the end of the search. */
static void await(struct vfdc_controller *fdc, enum fdc_outcome seen)
{
    struct fdc_job *job = &fdc->state.job;
    uint64_t from_ns = host_event_ns(fdc);
    uint64_t deadline_ns;

    if (job->ready_ns > from_ns) {
        from_ns = job->ready_ns;
    }
    job->stage = FDC_STAGE_SEARCHING;
    job->outcome = (uint8_t)seen;
    job->fdd = (uint8_t)(fdd_selected(fdc) & 0xffu);
    if (seen != FDC_OUTCOME_OK) {
        deadline_ns = give_up_ns(fdc, seen, from_ns);
    } else {
        if (job->transfer == FDC_TRANSFER_READ_ID) {
            job->place = fdd_next_place(fdc, job->head, from_ns);
        }
        if (fdc->is_accurate) {
            deadline_ns = pass_ns(fdc, from_ns);
        } else {
            deadline_ns = timing_after(
                from_ns, job->transfer == FDC_TRANSFER_READ_ID ? READ_ID_NS : SEARCH_NS);
        }
    }
    if (deadline_ns == VFDC_NEVER) {
        event_disarm(fdc, FDC_EVENT_COMMAND);
    } else {
        event_arm_at(fdc, FDC_EVENT_COMMAND, deadline_ns);
    }
}

/* The search starts anew, with nothing of a sector in hand. */
static void search_again(struct vfdc_controller *fdc)
{
    fdc->state.job.pos = 0;
    service_rest(fdc);
    await(fdc, look(fdc));
}

/* ---- a sector ---- */

/* What the host moves of a sector: DTL bytes where N is 0, else all. */
static uint16_t host_bytes(const struct fdc_state *s)
{
    unsigned n = s->chrn.n <= MAX_N ? s->chrn.n : MAX_N;

    if (n == 0 && s->job.dtl >= 1 && s->job.dtl <= 128u) {
        return s->job.dtl;
    }
    return (uint16_t)(128u << n);
}

/* Which mark the sector has against the one that the command is for: the SK and CM rule. */
static void heed_marks(struct vfdc_controller *fdc, uint8_t marks)
{
    struct fdc_job *job = &fdc->state.job;
    bool is_deleted = (marks & VFDC_MARK_DELETED) != 0;
    bool is_foreign = is_deleted != (job->transfer == FDC_TRANSFER_READ_DELETED);

    job->is_bad = (marks & VFDC_MARK_BAD_DATA) != 0;
    job->stops = false;
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
static uint8_t sector_as_it_comes(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    struct fdc_chrn id = { 0, 0, 0, 0 };

    if (!fdd_id_at(fdc, s->job.head, s->job.place, &id) || id.c != s->chrn.c) {
        note(&s->job, FDC_OUTCOME_WRONG_CYLINDER);
    } else if (id.h != s->chrn.h || id.r != s->chrn.r || id.n != s->chrn.n) {
        note(&s->job, FDC_OUTCOME_NO_SECTOR);
    }
    return id.r;
}

/* The sector that was sought passes now: what is to be moved, and when it passes. */
static void begin_sector(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    struct fdc_job *job = &s->job;
    struct rotation_track track;
    uint8_t r = s->chrn.r;

    job->stage = FDC_STAGE_MOVING;
    job->fdd = (uint8_t)(fdd_selected(fdc) & 0xffu);
    job->is_staged = false;
    job->is_bad = false;
    job->is_skipped = false;
    job->stops = false;
    job->n_bytes = host_bytes(s);
    job->size = (uint16_t)(128u << (s->chrn.n <= MAX_N ? s->chrn.n : MAX_N));
    if (job->transfer == FDC_TRANSFER_READ_TRACK) {
        r = sector_as_it_comes(fdc);
    }
    if (!service_takes(job)) {
        heed_marks(fdc, fdd_marks(fdc, job->head, r));
    }
    if (job->transfer == FDC_TRANSFER_VERIFY) {
        job->n_bytes = 0;
    }
    job->passed_ns = 0;
    if (fdc->is_accurate) {
        fdd_track(fdc, job->head, &track);
        job->span_ns = track.span_ns;
        job->span_bytes = track.span_bytes;
        job->data_ns = timing_after(host_event_ns(fdc), track.data_ns);
        job->passed_ns = timing_after(job->data_ns, (uint64_t)(job->size + CRC_BYTES) *
                                                        track.span_ns / track.span_bytes);
    }
}

/* FORMAT's track begins: an ID is wanted with each sector, until the index comes round. */
static void begin_format(struct vfdc_controller *fdc)
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

/*
 * The sector on its way, whole, into `staging`; behind it the gap, for a READ TRACK that takes
 * it for longer than it is.  False, and the command ends, if the medium does not give it.
 */
static bool stage_sector(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    struct vfdc_media_span span = { NULL, 0 };
    struct fdc_chrn id = s->chrn;
    unsigned size = fdd_sector_bytes(fdc);
    enum fdc_outcome outcome;
    unsigned i;

    if (s->job.transfer == FDC_TRANSFER_READ_TRACK) {
        (void)fdd_id_at(fdc, s->job.head, s->job.place, &id);
        for (i = 0; i < 2u * FDC_STAGING_BYTES; i++) {
            s->staging[i] = GAP_BYTE;
        }
    }
    s->job.is_staged = true;
    outcome = fdd_read_span(fdc, s->job.head, id.r, id.r, &span);
    if (outcome == FDC_OUTCOME_OK && (span.bytes == NULL || span.n_bytes != size)) {
        fdd_report(fdc, VFDC_REPORT_READ_ERROR, s->job.head, id.r);
        outcome = FDC_OUTCOME_BAD_DATA;
    }
    if (outcome != FDC_OUTCOME_OK) {
        s->job.is_bad = true;
        if (s->job.transfer == FDC_TRANSFER_READ_TRACK) {
            return true;
        }
        end(fdc, outcome);
        return false;
    }
    if (span.bytes == NULL) {
        return true;
    }
    for (i = 0; i < FDC_STAGING_BYTES && i < span.n_bytes; i++) {
        s->staging[i] = span.bytes[i];
    }
    return true;
}

/* ---- the next sector ---- */

/* The sector in `chrn` is done and it was the last of this command's. */
static bool is_last_sector(const struct fdc_state *s)
{
    return s->chrn.r == s->job.eot && !(s->job.mt && s->job.head == 0);
}

/* On to the sector after the one in `chrn`, which was not the last. */
static void next_sector(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;

    if (s->chrn.r == s->job.eot) {
        s->job.head = 1;
        s->hdsel = 1;
        s->chrn.h ^= 1u;
        s->chrn.r = 1;
    } else {
        s->chrn.r = (uint8_t)((s->chrn.r + 1u) & 0xffu);
    }
    s->job.place =
        s->job.place + 1u < fdd_n_sectors(fdc) ? (uint8_t)(s->job.place + 1u) : 0;
}

/* TC came in, or with the last byte of, the sector in `chrn`: data sheet, result CHRN table. */
static void end_at_terminal_count(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;

    if (!is_last_sector(s)) {
        next_sector(fdc);
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
 * What ends the command with the sector in `chrn`, if anything does.  VERIFY ends like TC when
 * its count is done, or, without one, at EOT.
 */
static bool ends_here(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    struct fdc_job *job = &s->job;
    bool verifies = job->transfer == FDC_TRANSFER_VERIFY;

    if (job->is_bad && job->transfer != FDC_TRANSFER_READ_TRACK) {
        end(fdc, FDC_OUTCOME_BAD_DATA);
        return true;
    }
    if (job->stops) {
        end(fdc, FDC_OUTCOME_OK);
        return true;
    }
    if (job->counts && job->n_left > 0) {
        job->n_left--;
    }
    if (job->tc || (verifies && (job->counts ? job->n_left == 0 : is_last_sector(s)))) {
        end_at_terminal_count(fdc);
        return true;
    }
    if (is_last_sector(s)) {
        end(fdc, FDC_OUTCOME_END_OF_CYLINDER);
        return true;
    }
    return false;
}

/*
 * All of the sector in `chrn` has passed.  True if the next one is under way; false if the
 * command ends or waits.
 */
static bool sector_done(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    struct fdc_job *job = &s->job;

    job->pos = 0;
    job->last_head = job->head;
    if (fdd_selected(fdc) == job->fdd) {
        fdd_passed(fdc, s->chrn.r);
    }
    if (job->transfer == FDC_TRANSFER_READ_TRACK &&
        (job->is_bad || job->size != fdd_sector_bytes(fdc))) {
        note(job, FDC_OUTCOME_BAD_DATA);
    }
    if (ends_here(fdc)) {
        return false;
    }
    next_sector(fdc);
    if (fdc->is_accurate || look(fdc) != FDC_OUTCOME_OK) {
        search_again(fdc);
        return false;
    }
    begin_sector(fdc);
    return true;
}

/* A whole sector is staged: write it, if it still lies under the head that it was begun under. */
static bool write_staged(struct vfdc_controller *fdc, enum fdc_outcome outcome)
{
    struct fdc_state *s = &fdc->state;
    uint8_t marks = s->job.transfer == FDC_TRANSFER_WRITE_DELETED ? VFDC_MARK_DELETED : 0;
    enum fdc_outcome written;
    unsigned i;

    if (!is_still_there(fdc)) {
        search_again(fdc);
        return false;
    }
    for (i = 0; i < FDC_STAGING_BYTES; i++) {
        if (i >= s->job.pos) {
            s->staging[i] = 0; /* the chip fills what TC or DTL leave of a sector */
        }
    }
    written = fdd_write_sector(fdc, s->job.head, s->chrn.r, s->staging, marks);
    s->wr_flip = !s->wr_flip;
    s->wr_latch = true;
    s->we_latch = true;
    if (written != FDC_OUTCOME_OK || outcome != FDC_OUTCOME_OK) {
        end(fdc, written != FDC_OUTCOME_OK ? written : outcome);
        return false;
    }
    return sector_done(fdc);
}

/* All IDs are here, or none more comes. */
static void end_format(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    unsigned n_ids = s->job.pos / 4u;

    if (!is_still_there(fdc)) {
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
    s->wr_flip = !s->wr_flip;
    s->wr_latch = true;
    s->we_latch = true;
    if (n_ids < s->job.n_ids) {
        fdd_report(fdc, VFDC_REPORT_FORMAT_REFUSED, s->job.head, 0);
        end(fdc, FDC_OUTCOME_NOT_WRITABLE);
        return;
    }
    end(fdc, fdd_format(fdc, &s->job, s->staging));
}

/* The sector, or the track of a FORMAT, has passed and the host is done with it. */
static bool piece_done(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;

    if (s->job.transfer == FDC_TRANSFER_FORMAT) {
        end_format(fdc);
        return false;
    }
    if (service_takes(&s->job)) {
        return write_staged(fdc, FDC_OUTCOME_OK);
    }
    if (s->job.transfer == FDC_TRANSFER_VERIFY && !s->job.is_skipped && !stage_sector(fdc)) {
        return false;
    }
    return sector_done(fdc);
}

/*
 * The host came too late.  A sector that is being written is filled up, with a good CRC; one of
 * which no byte came at all is left as it was.
 */
static void too_late(struct vfdc_controller *fdc)
{
    struct fdc_job *job = &fdc->state.job;

    if (service_takes(job) && job->transfer != FDC_TRANSFER_FORMAT && job->pos > 0) {
        write_staged(fdc, FDC_OUTCOME_OVERRUN);
    } else {
        end(fdc, FDC_OUTCOME_OVERRUN);
    }
}

/* ---- sectors side by side ---- */

/* Whether the sector in `chrn` may go to the host straight from the medium, with those after it. */
static bool may_run(const struct vfdc_controller *fdc)
{
    const struct fdc_job *job = &fdc->state.job;

    return !fdc->is_accurate && !job->non_dma && job->pos == 0 && job->n_bytes == job->size &&
           !job->stops && !job->is_bad &&
           (job->transfer == FDC_TRANSFER_READ || job->transfer == FDC_TRANSFER_READ_DELETED);
}

/*
 * `n_moved` bytes of a run that begins at `chrn` have gone: whole sectors but for the last, in
 * which `pos` then stands, at its end if it too is whole.
 */
static void run_moved(struct fdc_state *s, size_t n_moved)
{
    unsigned i;

    for (i = 0; i < VFDC_MAX_SECTORS && n_moved > s->job.size; i++) {
        n_moved -= s->job.size;
        s->chrn.r = (uint8_t)((s->chrn.r + 1u) & 0xffu);
    }
    s->job.pos = (uint16_t)(n_moved <= s->job.size ? n_moved : s->job.size);
    s->job.last_head = s->job.head;
}

/* One call of the channel with as many sectors as lie side by side.  False: the command ends. */
static bool read_run(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    struct vfdc_media_span span = { NULL, 0 };
    uint8_t last = fdd_last_of_run(fdc, s->chrn.r, s->job.eot);
    enum fdc_outcome outcome = fdd_read_span(fdc, s->job.head, s->chrn.r, last, &span);
    size_t size = s->job.size;
    bool tc = false;

    if (outcome != FDC_OUTCOME_OK) {
        end(fdc, outcome);
        return false;
    }
    if (span.bytes == NULL || size == 0 || span.n_bytes < size || span.n_bytes % size != 0 ||
        span.n_bytes > (size_t)VFDC_MAX_SECTORS * VFDC_MAX_SECTOR_BYTES ||
        s->chrn.r + span.n_bytes / size > last + 1u) {
        fdd_report(fdc, VFDC_REPORT_READ_ERROR, s->job.head, s->chrn.r);
        end(fdc, FDC_OUTCOME_BAD_DATA);
        return false;
    }
    run_moved(s, host_dma(fdc, VFDC_DMA_TO_MEMORY, span.bytes, span.n_bytes, &tc));
    s->job.tc = tc;
    return true;
}

/* ---- the stages ---- */

static bool is_executing(const struct fdc_state *s)
{
    return s->phase >= FDC_PHASE_PIO_READ && s->phase < FDC_N_PHASES;
}

/* Nothing more happens by itself now: when does something? */
static void arm_next(struct vfdc_controller *fdc)
{
    const struct fdc_state *s = &fdc->state;
    uint64_t next_ns = service_next_ns(fdc);
    uint64_t soonest_ns;

    if (service_is_done(&s->job)) {
        next_ns = s->job.passed_ns;
    } else if (s->job.transfer == FDC_TRANSFER_FORMAT && s->job.passed_ns < next_ns &&
               fdc->is_accurate) {
        next_ns = s->job.passed_ns;
    } else if (!fdc->is_accurate && s->drq) {
        next_ns = timing_after(host_now_ns(fdc), TIMING_DMA_RETRY_NS);
    }
    if (next_ns == VFDC_NEVER) {
        event_disarm(fdc, FDC_EVENT_COMMAND);
    } else {
        soonest_ns = timing_after(host_event_ns(fdc), 1u); /* time goes on, whatever it is for */
        event_arm_at(fdc, FDC_EVENT_COMMAND, next_ns > soonest_ns ? next_ns : soonest_ns);
    }
}

/* The host's part of the sector, as far as it goes.  False if the command ends. */
static bool serve(struct vfdc_controller *fdc)
{
    struct fdc_job *job = &fdc->state.job;

    if (may_run(fdc)) {
        if (!read_run(fdc)) {
            return false;
        }
        if (job->pos == 0 && !job->tc) {
            fdc->state.drq = true;
            return true;
        }
    }
    if (service_gives(job) && !job->is_staged && !service_is_done(job) && !stage_sector(fdc)) {
        return false;
    }
    service_run(fdc);
    if (job->tc && job->pos == 0 && job->transfer != FDC_TRANSFER_FORMAT) {
        end(fdc, FDC_OUTCOME_OK); /* between two sectors: `chrn` names the next one already */
        return false;
    }
    if (service_is_late(fdc)) {
        too_late(fdc);
        return false;
    }
    return true;
}

/* MOVING: sector after sector, until something must be waited for. */
static void go_on(struct vfdc_controller *fdc)
{
    const struct fdc_job *job = &fdc->state.job;
    unsigned i;

    for (i = 0; i < MAX_SECTORS; i++) {
        if (!service_is_done(job) && !serve(fdc)) {
            return;
        }
        if (job->is_skipped && !fdc->in_event && !fdc->is_accurate) {
            /* it passes a little later: a TC until then belongs to the sector before it */
            event_arm(fdc, FDC_EVENT_COMMAND, TIMING_FLOOR_NS);
            return;
        }
        if (job->passed_ns > host_event_ns(fdc) ||
            (!service_is_done(job) &&
             (job->transfer != FDC_TRANSFER_FORMAT || !fdc->is_accurate))) {
            arm_next(fdc);
            return;
        }
        if (!piece_done(fdc)) {
            return;
        }
    }
    arm_next(fdc);
}

/* The same after a wait, in which the guest may have turned to another drive. */
static void resume(struct vfdc_controller *fdc)
{
    if (service_is_done(&fdc->state.job) || is_still_there(fdc)) {
        go_on(fdc);
    } else {
        search_again(fdc);
    }
}

/* What was sought lies under the head. */
static void found(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;

    s->rd_flip = !s->rd_flip;
    s->rd_latch = true;
    if (s->job.transfer == FDC_TRANSFER_READ_ID) {
        bool is_there = fdd_id_at(fdc, s->job.head, s->job.place, &s->chrn);

        fdd_passed(fdc, s->chrn.r);
        end(fdc, is_there ? FDC_OUTCOME_OK : FDC_OUTCOME_NO_ID);
        return;
    }
    if (s->job.tc && s->job.pos == 0 && s->job.transfer != FDC_TRANSFER_FORMAT) {
        end(fdc, FDC_OUTCOME_OK);
        return;
    }
    if (s->job.transfer == FDC_TRANSFER_FORMAT) {
        begin_format(fdc);
    } else {
        begin_sector(fdc);
    }
    go_on(fdc);
}

/* The motor was turned off and on again in the search: no index yet, but one will come. */
static bool is_spinning_up(struct vfdc_controller *fdc)
{
    unsigned unit = fdd_selected(fdc);

    return fdd_has_disk(fdc, unit) && (fdc->state.job.lost & (1u << (unit & 3u))) == 0 &&
           !rotation_is_at_speed(fdc, unit);
}

/* The wait of a search is over. */
static void search_due(struct vfdc_controller *fdc)
{
    const struct fdc_job *job = &fdc->state.job;
    enum fdc_outcome seen = look(fdc);

    if (seen != job->outcome || fdd_selected(fdc) != job->fdd ||
        (seen == FDC_OUTCOME_NO_INDEX && is_spinning_up(fdc))) {
        await(fdc, seen);
    } else if (seen == FDC_OUTCOME_OK) {
        found(fdc);
    } else {
        end(fdc, seen);
    }
}

/*
 * The first search of a command.  A protected disk refuses a write before it; a non-DMA write
 * asks for its first bytes while it goes on.
 */
static void search(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    struct fdc_job *job = &s->job;
    uint64_t now_ns = host_event_ns(fdc);

    if (service_takes(job) && fdd_is_write_protected(fdc)) {
        end_soon(fdc, FDC_OUTCOME_NOT_WRITABLE);
        return;
    }
    job->ready_ns = now_ns;
    if (fdc->is_accurate && s->head_loaded_ns <= now_ns) {
        job->ready_ns = timing_after(now_ns, timing_head_load_ns(fdc));
    }
    job->n_bytes =
        job->transfer == FDC_TRANSFER_FORMAT ? (uint16_t)(job->n_ids * 4u) : host_bytes(s);
    search_again(fdc);
    if (service_takes(job) && job->non_dma) {
        service_run(fdc);
    }
}

/* Implied seek or not: data sheet, CONFIGURE, EIS. */
static void start(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;

    if ((s->config & FDC_CONFIG_EIS) != 0 && s->pcn[s->job.unit & 3u] != s->chrn.c &&
        s->job.transfer != FDC_TRANSFER_FORMAT && s->job.transfer != FDC_TRANSFER_READ_ID) {
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
    s->job.n_bytes = 0;
    s->job.size = 0;
    s->job.place = 0;
    s->job.st1 = 0;
    s->job.st2 = 0;
    s->job.tc = false;
    s->job.sought = false;
    s->job.request = false;
    s->job.lost = 0;
    s->job.last_head = s->job.head;
    s->job.fdd = FDD_NONE;
    s->job.fdds = (uint8_t)(unit == FDD_NONE ? 0u : 1u << (unit & 3u));
    s->hdsel = s->job.head;
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
        resume(fdc);
        break;
    case FDC_STAGE_ENDING:
        enter_result(fdc, s->job.outcome);
        break;
    default:
        break;
    }
}

bool transfer_is_writing(const struct vfdc_controller *fdc)
{
    const struct fdc_state *s = &fdc->state;

    return is_executing(s) && s->job.stage == FDC_STAGE_MOVING && service_takes(&s->job);
}

uint8_t transfer_read_byte(struct vfdc_controller *fdc)
{
    uint8_t byte = service_give_byte(fdc);

    if (service_is_done(&fdc->state.job)) {
        service_rest(fdc);
        go_on(fdc);
    } else if (fdc->is_accurate) {
        arm_next(fdc);
    }
    return byte;
}

void transfer_write_byte(struct vfdc_controller *fdc, uint8_t byte)
{
    const struct fdc_job *job = &fdc->state.job;

    service_take_byte(fdc, byte);
    if (job->stage != FDC_STAGE_MOVING) {
        return;
    }
    if (service_is_done(job)) {
        service_rest(fdc);
        go_on(fdc);
    } else if (fdc->is_accurate) {
        arm_next(fdc);
    }
}

void transfer_dma_ready(struct vfdc_controller *fdc)
{
    const struct fdc_state *s = &fdc->state;

    if (!is_executing(s) || !s->drq) {
        return;
    }
    if (s->job.stage == FDC_STAGE_MOVING) {
        resume(fdc);
    }
}

void transfer_terminal_count(struct vfdc_controller *fdc)
{
    const struct fdc_state *s = &fdc->state;
    struct fdc_job *job = &fdc->state.job;

    if (!is_executing(s) || !(service_takes(job) || service_gives(job)) ||
        !host_gate_is_open(fdc)) {
        return;
    }
    if (job->stage == FDC_STAGE_ENDING) {
        if (job->outcome == FDC_OUTCOME_END_OF_CYLINDER) {
            end_at_terminal_count(fdc);
        }
    } else if (job->stage == FDC_STAGE_MOVING || job->stage == FDC_STAGE_SEARCHING) {
        bool turns = job->stage == FDC_STAGE_MOVING || job->outcome != FDC_OUTCOME_NO_INDEX;

        job->tc = true;
        if (job->pos == 0 && turns && job->transfer != FDC_TRANSFER_FORMAT) {
            end(fdc, FDC_OUTCOME_OK);
        } else {
            service_rest(fdc);
            if (job->stage == FDC_STAGE_MOVING) {
                go_on(fdc);
            }
        }
    }
}

void transfer_drive_changed(struct vfdc_controller *fdc)
{
    const struct fdc_state *s = &fdc->state;
    unsigned unit = fdd_selected(fdc);
    enum fdc_outcome seen;

    if (!is_executing(s) || s->job.stage != FDC_STAGE_SEARCHING ||
        s->job.outcome != FDC_OUTCOME_NO_INDEX) {
        return;
    }
    seen = look(fdc);
    if (seen != FDC_OUTCOME_NO_INDEX) {
        await(fdc, seen);
    } else if (fdd_has_disk(fdc, unit) && (s->job.lost & (1u << (unit & 3u))) == 0 &&
               s->fdd[unit & 3u].spun_up_ns < s->deadline_ns[FDC_EVENT_COMMAND]) {
        event_arm_at(fdc, FDC_EVENT_COMMAND, s->fdd[unit & 3u].spun_up_ns);
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
