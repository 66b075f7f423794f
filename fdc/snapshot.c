/*
 * The saved form of a controller.  See snapshot.h.
 *
 *   magic "VFDC", version, length of all, CRC-32 of what follows; then the configuration that the
 *   state belongs to, and the fields, little-endian.
 *
 * Times are saved as the time left from now, or gone by since.  No pointer, no length but that of
 * the whole, no content of a disk is in it but the sector in transfer.
 */
#include "snapshot.h"

#include "codec.h"
#include "command.h"
#include "fdd.h"
#include "host.h"
#include "invariant.h"
#include "rotation.h"
#include "service.h"

#define MAGIC UINT32_C(0x43444656) /* "VFDC" as it lies in the bytes */
#define VERSION 1u
#define HEADER_BYTES 14u

/* The CRC-32 of zip files: against accident, not attack. */
static uint32_t crc32_of(const uint8_t *bytes, size_t n_bytes)
{
    uint32_t crc = UINT32_C(0xffffffff);
    size_t i;
    unsigned bit;

    for (i = 0; i < n_bytes && i < VFDC_STATE_MAX_BYTES; i++) {
        crc ^= bytes[i];
        for (bit = 0; bit < 8u; bit++) {
            crc = (crc >> 1) ^ ((crc & 1u) != 0 ? UINT32_C(0xedb88320) : 0u);
        }
    }
    return crc ^ UINT32_C(0xffffffff);
}

/* ---- the walk ---- */

/* A value that must be the same where the state is restored. */
static void walk_same(struct codec *c, uint8_t value)
{
    codec_u8(c, &value, value, value);
}

static void walk_config(struct codec *c, const struct vfdc_controller *fdc)
{
    unsigned unit;

    walk_same(c, fdc->strap);
    walk_same(c, fdc->is_accurate ? 1 : 0);
    for (unit = 0; unit < VFDC_N_UNITS; unit++) {
        walk_same(c, fdc->drive_type[unit]);
    }
}

/* The disks by their layouts.  Another one is no error: the guest sees a change of disk. */
static unsigned walk_disks(struct codec *c, const struct vfdc_controller *fdc)
{
    unsigned changed = 0;
    unsigned unit;

    for (unit = 0; unit < VFDC_N_UNITS; unit++) {
        const struct fdc_disk *disk = &fdc->disk[unit];
        const struct vfdc_geometry *g = &disk->geometry;
        bool has_disk = disk->media != NULL;
        uint8_t now[7] = { 0 };
        unsigned i;

        if (has_disk) {
            now[0] = 1;
            now[1] = g->cylinders;
            now[2] = g->heads;
            now[3] = g->sectors;
            now[4] = g->size_code;
            now[5] = g->data_rate;
            now[6] = g->track_step;
        }
        for (i = 0; i < 7u; i++) {
            uint8_t then = now[i];

            codec_u8(c, &then, 0, 255);
            if (then != now[i]) {
                changed |= 1u << unit;
            }
        }
    }
    return changed;
}

static void walk_registers(struct codec *c, struct fdc_state *s, uint64_t now_ns)
{
    codec_u8(c, &s->dor, 0, 255);
    codec_u8(c, &s->tdr, 0, FDC_TDR_TAPESEL);
    codec_u8(c, &s->precomp, 0, FDC_DSR_PRECOMP);
    codec_u8(c, &s->data_rate, 0, FDC_DRATE);
    codec_bool(c, &s->noprec);
    codec_bool(c, &s->is_powered_down);
    codec_bool(c, &s->step_latch);
    codec_bool(c, &s->inward);
    codec_u8(c, &s->hdsel, 0, 1);
    codec_u8(c, &s->dsel0, 0, 1);
    codec_bool(c, &s->rd_flip);
    codec_bool(c, &s->wr_flip);
    codec_bool(c, &s->rd_latch);
    codec_bool(c, &s->wr_latch);
    codec_bool(c, &s->we_latch);
    codec_around(c, &s->step_ns, now_ns);
    codec_u8(c, &s->srt_hut, 0, 255);
    codec_u8(c, &s->hlt_nd, 0, 255);
    codec_u8(c, &s->config, 0, FDC_CONFIG_BITS);
    codec_u8(c, &s->pretrk, 0, 255);
    codec_u8(c, &s->perpendicular, 0, FDC_PERP_DRIVES | FDC_PERP_GAP_WGATE);
    codec_u8(c, &s->sc_eot, 0, 255);
    codec_bool(c, &s->lock);
    codec_ahead(c, &s->head_loaded_ns, now_ns);
}

static void walk_command(struct codec *c, struct fdc_state *s)
{
    unsigned i;

    codec_u8(c, &s->phase, 0, FDC_N_PHASES - 1u);
    codec_u8(c, &s->opcode, 0, 255);
    codec_u8(c, &s->fifo.pos, 0, FDC_FIFO_BYTES);
    codec_u8(c, &s->fifo.len, 0, FDC_FIFO_BYTES);
    for (i = 0; i < FDC_FIFO_BYTES; i++) {
        codec_u8(c, &s->fifo.bytes[i], 0, 255);
    }
    codec_u8(c, &s->chrn.c, 0, 255);
    codec_u8(c, &s->chrn.h, 0, 255);
    codec_u8(c, &s->chrn.r, 0, 255);
    codec_u8(c, &s->chrn.n, 0, 255);
}

static void walk_interrupts(struct codec *c, struct fdc_state *s, uint64_t now_ns)
{
    unsigned i;

    codec_u8(c, &s->drive_busy, 0, 0x0f);
    codec_u8(c, &s->int_causes, 0, 0x0f);
    codec_bool(c, &s->int_level);
    codec_bool(c, &s->drq);
    codec_u8(c, &s->poll_flags, 0, 0x0f);
    codec_u8(c, &s->seek_done, 0, 0x0f);
    codec_u8(c, &s->sensed, 0, 0x0f);
    codec_bool(c, &s->drops_poll);
    codec_bool(c, &s->poll_held);
    codec_u8(c, &s->flush_due, 0, 0x0f);
    for (i = 0; i < FDC_N_EVENTS; i++) {
        codec_ahead(c, &s->deadline_ns[i], now_ns);
    }
}

static void walk_drives(struct codec *c, const struct vfdc_controller *fdc, struct fdc_state *s,
                        uint64_t now_ns)
{
    unsigned unit;

    for (unit = 0; unit < VFDC_N_UNITS; unit++) {
        struct fdc_seek *seek = &s->seek[unit];
        struct fdc_fdd *fdd = &s->fdd[unit];
        uint64_t index_ns = fdd->index_ns;

        if (c->in == NULL) {
            index_ns = rotation_next_index_ns(fdc, unit, now_ns);
        }
        codec_u8(c, &s->pcn[unit], 0, 255);
        codec_u8(c, &s->seek_st0[unit], 0, 255);
        codec_u8(c, &seek->kind, 0, FDC_N_SEEK_KINDS - 1u);
        codec_u8(c, &seek->steps, 0, 255);
        codec_bool(c, &seek->inward);
        codec_u32(c, &seek->step_ns, 0, 100000000u);
        codec_u8(c, &fdd->cylinder, 0, fdd_last_cylinder(fdc, unit));
        codec_u8(c, &fdd->passed_r, 0, 255);
        codec_bool(c, &fdd->changed);
        codec_ahead(c, &index_ns, now_ns);
        codec_ahead(c, &fdd->spun_up_ns, now_ns);
        if (c->in != NULL) {
            fdd->index_ns = index_ns;
        }
    }
}

static void walk_job(struct codec *c, const struct vfdc_controller *fdc, struct fdc_job *job,
                     uint64_t now_ns)
{
    codec_u8(c, &job->transfer, 0, FDC_N_TRANSFERS - 1u);
    codec_u8(c, &job->stage, 0, FDC_STAGE_ENDING);
    codec_u8(c, &job->outcome, 0, FDC_N_OUTCOMES - 1u);
    codec_u8(c, &job->unit, 0, VFDC_N_UNITS - 1u);
    codec_u8(c, &job->head, 0, 1);
    codec_u8(c, &job->last_head, 0, 1);
    codec_u8(c, &job->eot, 0, 255);
    codec_u8(c, &job->dtl, 0, 255);
    codec_u8(c, &job->n_ids, 0, 255);
    codec_u8(c, &job->size_code, 0, 255);
    codec_u8(c, &job->filler, 0, 255);
    codec_u8(c, &job->fdd, 0, FDD_NONE);
    codec_u8(c, &job->fdds, 0, 0x0f);
    codec_u8(c, &job->lost, 0, 0x0f);
    codec_u8(c, &job->place, 0, VFDC_MAX_SECTORS);
    codec_u8(c, &job->st1, 0, 255);
    codec_u8(c, &job->st2, 0, 255);
    codec_u8(c, &job->st1_before, 0, 255);
    codec_u8(c, &job->st2_before, 0, 255);
    codec_bool(c, &job->mt);
    codec_bool(c, &job->mfm);
    codec_bool(c, &job->sk);
    codec_bool(c, &job->non_dma);
    codec_bool(c, &job->counts);
    codec_bool(c, &job->sought);
    codec_bool(c, &job->tc);
    codec_bool(c, &job->stops);
    codec_bool(c, &job->is_bad);
    codec_bool(c, &job->is_skipped);
    codec_bool(c, &job->is_staged);
    codec_bool(c, &job->request);
    codec_u16(c, &job->n_left, 0, 256);
    codec_u16(c, &job->pos, 0, FDC_MAX_TRANSFER_BYTES);
    codec_u16(c, &job->n_bytes, 0, FDC_MAX_TRANSFER_BYTES);
    codec_u16(c, &job->size, 0, FDC_MAX_TRANSFER_BYTES);
    codec_u32(c, &job->span_ns, 0, 1000000000u);
    codec_u32(c, &job->span_bytes, 0, 100000u);
    codec_ahead(c, &job->ready_ns, now_ns);
    if (fdc->is_accurate) {
        codec_around(c, &job->data_ns, now_ns);
        codec_around(c, &job->passed_ns, now_ns);
    }
}

/* How many bytes of `staging` are the sector's in transfer. */
static unsigned n_staged(const struct fdc_job *job)
{
    if (service_takes(job)) {
        return job->pos;
    }
    return job->stage == FDC_STAGE_MOVING && job->is_staged ? job->size : 0;
}

/* The sector in transfer; dead bytes of an earlier one are nobody's business. */
static void walk_staging(struct codec *c, struct fdc_state *s)
{
    unsigned i;

    if (s->phase < FDC_PHASE_PIO_READ || (!service_takes(&s->job) && !service_gives(&s->job))) {
        return;
    }
    for (i = 0; i < FDC_STAGING_BYTES; i++) {
        uint8_t byte = i < n_staged(&s->job) ? s->staging[i] : 0;

        codec_byte(c, &byte);
        if (c->in != NULL) {
            s->staging[i] = byte;
        }
    }
    if (c->in != NULL && s->job.transfer == FDC_TRANSFER_READ_TRACK) {
        for (i = FDC_STAGING_BYTES; i < 2u * FDC_STAGING_BYTES; i++) {
            s->staging[i] = FDC_GAP_BYTE;
        }
    }
}

/* Everything after the header; the mask of disks that are not those of the state. */
static unsigned walk(struct codec *c, struct vfdc_controller *fdc, struct fdc_state *s)
{
    uint64_t now_ns = host_now_ns(fdc);
    unsigned changed;

    walk_config(c, fdc);
    changed = walk_disks(c, fdc);
    walk_registers(c, s, now_ns);
    walk_command(c, s);
    walk_interrupts(c, s, now_ns);
    walk_drives(c, fdc, s, now_ns);
    walk_job(c, fdc, &s->job, now_ns);
    walk_staging(c, s);
    return changed;
}

/* A field more or less shows here: give it its line in the walk, and set the new size. */
#if UINTPTR_MAX > 0xffffffffu
_Static_assert(sizeof(struct fdc_state) == FDC_STATE_BYTES, "every field has a line in the walk");
#endif

static void walk_header(struct codec *c, uint16_t *version, uint32_t *n_bytes, uint32_t *crc)
{
    uint32_t magic = MAGIC;

    codec_u32(c, &magic, MAGIC, MAGIC);
    codec_u16(c, version, 0, UINT16_MAX);
    codec_u32(c, n_bytes, 0, UINT32_MAX);
    codec_u32(c, crc, 0, UINT32_MAX);
}

size_t snapshot_write(struct vfdc_controller *fdc, uint8_t *bytes, size_t n_bytes)
{
    struct codec c = { NULL, NULL, 0, HEADER_BYTES, true };
    uint16_t version = VERSION;
    uint32_t length;
    uint32_t crc;

    walk(&c, fdc, &fdc->state);
    length = (uint32_t)(c.pos & 0xffffffffu);
    if (length > n_bytes || length > VFDC_STATE_MAX_BYTES || length < HEADER_BYTES) {
        return length;
    }
    c.out = bytes;
    c.n_bytes = n_bytes;
    c.pos = HEADER_BYTES;
    walk(&c, fdc, &fdc->state);
    crc = crc32_of(bytes + HEADER_BYTES, length - HEADER_BYTES);
    c.pos = 0;
    walk_header(&c, &version, &length, &crc);
    return length;
}

vfdc_result snapshot_read(struct vfdc_controller *fdc, const uint8_t *bytes, size_t n_bytes,
                          unsigned *changed)
{
    static const struct fdc_state blank;
    struct codec c = { NULL, bytes, n_bytes, 0, true };
    uint16_t version = 0;
    uint32_t length = 0;
    uint32_t crc = 0;

    walk_header(&c, &version, &length, &crc);
    if (!c.ok) {
        return VFDC_E_INVALIDARG;
    }
    if (version > VERSION) {
        return VFDC_VM_E_PREF_SAVED_STATE_BAD_VERSION;
    }
    if (version != VERSION || length != n_bytes || n_bytes > VFDC_STATE_MAX_BYTES ||
        n_bytes < HEADER_BYTES || crc != crc32_of(bytes + HEADER_BYTES, n_bytes - HEADER_BYTES)) {
        return VFDC_E_INVALIDARG;
    }
    fdc->scratch = blank;
    *changed = walk(&c, fdc, &fdc->scratch);
    fdc->scratch.row = command_row(fdc, fdc->scratch.opcode);
    if (!c.ok || c.pos != n_bytes || !invariant_holds(fdc, &fdc->scratch)) {
        return VFDC_E_INVALIDARG;
    }
    return VFDC_S_OK;
}
