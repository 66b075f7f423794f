/*
 * The chip under an endless guest: any port accesses, time, inserts, ejects and host answers,
 * over two media that answer anything the contract of media.h allows and more, with callbacks
 * that call back in.  Read by Eva (make prove), which must find no undefined behaviour in fdc/;
 * never run.
 *
 * It begins in any state at all, with any disks in: every byte of `struct fdc_state` unknown, not
 * only those that a guest can bring about.  One call that is safe from there is safe after any
 * history, a restored state included: what a call leaves behind is such a state again.
 *
 * Entry points, which differ in the spans that the media give: prove_one_sector,
 * prove_whole_track, prove_any_span.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vfdc/controller.h>
#include <vfdc/media.h>

#include "__fc_builtin.h"

#include "port.h"
#include "state.h"

static uint8_t any_u8(void)
{
    return (uint8_t)Frama_C_interval(0, 255);
}

static bool any_bool(void)
{
    return Frama_C_interval(0, 1) != 0;
}

static struct vfdc_controller memory;

/* Room for a saved state of any length, and one byte more. */
static uint8_t saved[VFDC_STATE_MAX_BYTES + 1u];

static struct vfdc_media disk_a;
static struct vfdc_media disk_b;
static struct vfdc_media disk_blank; /* without operations */

/* ---- the host ---- */

static int host_object;

/*
 * A call back in must be refused.  One that is not is a recursion without end to Eva, which
 * gives up and says so.  set_irq, set_drq and arm_timer try every call; of the other callbacks
 * it is enough that they find the controller busy, which is what each call asks first.
 */
static void call_back_in(void)
{
    struct vfdc_media *ejected = NULL;
    vfdc_result result = VFDC_E_UNEXPECTED;
    uint8_t byte = FDC_UNDRIVEN;

    switch (Frama_C_interval(0, 10)) {
    case 0:
        result = vfdc_controller_write(&memory, any_u8(), any_u8());
        break;
    case 1:
        byte = vfdc_controller_read(&memory, any_u8());
        break;
    case 2:
        result = vfdc_controller_timer_expired(&memory);
        break;
    case 3:
        result = vfdc_controller_dma_ready(&memory);
        break;
    case 4:
        result = vfdc_controller_terminal_count(&memory);
        break;
    case 5:
        result = vfdc_controller_reset(&memory);
        break;
    case 6:
        result = vfdc_controller_insert(&memory, any_u8(), &disk_b);
        break;
    case 7:
        result = vfdc_controller_eject(&memory, any_u8(), &ejected);
        break;
    case 8:
        result = vfdc_controller_save(&memory, saved, sizeof(saved), NULL);
        break;
    case 9:
        result = vfdc_controller_restore(&memory, saved, sizeof(saved));
        break;
    default:
        break;
    }
    //@ assert result == VFDC_E_UNEXPECTED;
    //@ assert byte == 0xff;
    //@ assert ejected == \null;
}

static uint64_t now_ns(void *opaque)
{
    (void)opaque;
    //@ assert memory.busy == \true;
    return Frama_C_unsigned_long_interval(0, UINT64_MAX);
}

static void arm_timer(void *opaque, uint64_t deadline_ns)
{
    (void)opaque;
    (void)deadline_ns;
    call_back_in();
}

static void set_line(void *opaque, bool level)
{
    (void)opaque;
    (void)level;
    call_back_in();
}

/*
 * A channel of any answer.  What it is shown must be there, all of it; and nothing else of the
 * controller than the staging buffer, since to Eva the controller is one object, of which any
 * byte may be read and written.
 */
static size_t dma(void *opaque, enum vfdc_dma_direction direction, void *bytes, size_t n_bytes,
                  bool *terminal_count)
{
    uint8_t *at = bytes;

    (void)opaque;
    if (direction == VFDC_DMA_TO_MEMORY) {
        //@ assert \valid_read(at + (0 .. n_bytes - 1));
        //@ assert \initialized(at + (0 .. n_bytes - 1));
        /*@ assert \base_addr(at) != \base_addr(&memory) ||
                   at + n_bytes <= &memory.state.staging[0] + 2 * FDC_STAGING_BYTES; */
    } else {
        //@ assert \valid(at + (0 .. n_bytes - 1));
        //@ assert &memory.state.staging[0] <= at;
        //@ assert at + n_bytes <= &memory.state.staging[0] + 2 * FDC_STAGING_BYTES;
        Frama_C_make_unknown((char *)at, n_bytes);
    }
    *terminal_count = any_bool();
    //@ assert memory.busy == \true;
    return Frama_C_unsigned_long_interval(0, UINT64_MAX);
}

static void report(void *opaque, const struct vfdc_report *news)
{
    (void)opaque;
    //@ assert \initialized(news);
    //@ assert memory.busy == \true;
}

/* ---- the media ---- */

/*
 * What is proved of spans, a run each: of one sector and of the largest, with not a byte behind
 * the end, so that a core that goes by another length shows; and of any number of sectors, or
 * any nonsense.
 */
static uint8_t one_sector[512];
static uint8_t whole_track[VFDC_MAX_SECTORS * VFDC_MAX_SECTOR_BYTES];

static uint8_t *disk_bytes;
static size_t n_disk_bytes;
static bool is_any_span;

static void geometry(const struct vfdc_media *media, struct vfdc_geometry *g)
{
    (void)media;
    g->cylinders = any_u8();
    g->heads = any_u8();
    g->sectors = any_u8();
    g->size_code = any_u8();
    g->data_rate = any_u8();
    g->track_step = any_u8();
    g->gap_format = any_u8();
}

static bool is_write_protected(const struct vfdc_media *media)
{
    (void)media;
    return any_bool();
}

static enum vfdc_media_result any_result(void)
{
    return (enum vfdc_media_result)Frama_C_interval(0, 300);
}

static enum vfdc_media_result read_span(struct vfdc_media *media, uint8_t cylinder, uint8_t head,
                                        uint8_t first, uint8_t last, struct vfdc_media_span *span)
{
    (void)media;
    (void)cylinder;
    (void)head;
    (void)first;
    (void)last;
    span->bytes = disk_bytes;
    span->n_bytes = n_disk_bytes;
    if (is_any_span) {
        span->n_bytes = (size_t)Frama_C_interval(0, sizeof(whole_track));
        if (any_bool()) {
            span->bytes = NULL;
            span->n_bytes = (size_t)Frama_C_unsigned_long_interval(0, UINT64_MAX);
        }
    }
    return any_result();
}

static uint8_t marks(const struct vfdc_media *media, uint8_t cylinder, uint8_t head,
                     uint8_t sector)
{
    (void)media;
    (void)cylinder;
    (void)head;
    (void)sector;
    return any_u8();
}

static enum vfdc_media_result write_sector(struct vfdc_media *media, uint8_t cylinder,
                                           uint8_t head, uint8_t sector, const uint8_t *bytes,
                                           uint8_t new_marks)
{
    (void)media;
    (void)new_marks;
    (void)cylinder;
    (void)head;
    (void)sector;
    //@ assert \valid_read(bytes + (0 .. 1023));
    //@ assert \initialized(bytes + (0 .. 1023));
    Frama_C_make_unknown((char *)disk_bytes, n_disk_bytes);
    return any_result();
}

static enum vfdc_media_result format_track(struct vfdc_media *media, uint8_t cylinder,
                                           uint8_t head, const uint8_t *order, uint8_t n_sectors,
                                           uint8_t new_gap, uint8_t filler)
{
    (void)media;
    (void)new_gap;
    (void)cylinder;
    (void)head;
    (void)n_sectors;
    (void)filler;
    //@ assert \valid_read(order + (0 .. 62));
    //@ assert \initialized(order + (0 .. 62));
    return any_result();
}

static uint8_t sector_at(const struct vfdc_media *media, uint8_t cylinder, uint8_t head,
                         uint8_t place)
{
    (void)media;
    (void)cylinder;
    (void)head;
    (void)place;
    return any_u8();
}

static uint8_t gap(const struct vfdc_media *media, uint8_t cylinder, uint8_t head)
{
    (void)media;
    (void)cylinder;
    (void)head;
    return any_u8();
}

static enum vfdc_media_result commit(struct vfdc_media *media)
{
    (void)media;
    return any_result();
}

static vfdc_result flush(struct vfdc_media *media, struct vfdc_media_error *error)
{
    (void)media;
    (void)error;
    return Frama_C_unsigned_int_interval(0, UINT32_MAX);
}

static uint32_t dirty_sectors(const struct vfdc_media *media)
{
    (void)media;
    return Frama_C_unsigned_int_interval(0, UINT32_MAX);
}

static const struct vfdc_media_ops ops = {
    .geometry = geometry,
    .is_write_protected = is_write_protected,
    .read_span = read_span,
    .marks = marks,
    .write_sector = write_sector,
    .format_track = format_track,
    .sector_at = sector_at,
    .gap = gap,
    .commit = commit,
    .flush = flush,
    .dirty_sectors = dirty_sectors,
};

/* ---- the guest, the operator, time ---- */

/*
 * Anything in every field that a call may change; a bool is one of its two values, a disk's
 * medium one of the two or none.
 */
static void any_state(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    unsigned i;

    Frama_C_make_unknown((char *)s, sizeof(*s));
    s->int_level = any_bool();
    s->drq = any_bool();
    s->job.mt = any_bool();
    s->job.mfm = any_bool();
    s->job.sk = any_bool();
    s->job.non_dma = any_bool();
    s->job.counts = any_bool();
    s->job.sought = any_bool();
    s->job.tc = any_bool();
    s->job.stops = any_bool();
    s->job.is_bad = any_bool();
    s->job.is_skipped = any_bool();
    s->job.is_staged = any_bool();
    s->job.request = any_bool();
    s->noprec = any_bool();
    s->is_powered_down = any_bool();
    s->step_latch = any_bool();
    s->inward = any_bool();
    s->rd_flip = any_bool();
    s->wr_flip = any_bool();
    s->rd_latch = any_bool();
    s->wr_latch = any_bool();
    s->we_latch = any_bool();
    s->lock = any_bool();
    s->drops_poll = any_bool();
    s->poll_held = any_bool();
    for (i = 0; i < VFDC_N_UNITS; i++) {
        s->seek[i].inward = any_bool();
        s->fdd[i].changed = any_bool();
    }
    fdc->next_ns = Frama_C_unsigned_long_interval(0, UINT64_MAX);
    fdc->armed_ns = Frama_C_unsigned_long_interval(0, UINT64_MAX);
    fdc->irq_out = any_bool();
    fdc->drq_out = any_bool();
    for (i = 0; i < VFDC_N_UNITS; i++) {
        Frama_C_make_unknown((char *)&fdc->disk[i].geometry, sizeof(fdc->disk[i].geometry));
        fdc->disk[i].write_protected = any_bool();
        fdc->disk[i].media = NULL;
        if (any_bool()) {
            fdc->disk[i].media = any_bool() ? &disk_a : &disk_b;
        }
    }
}

/* A host that fills in what is required, and of the rest what it likes. */
static const struct vfdc_host whole_host = {
    .now_ns = now_ns,
    .arm_timer = arm_timer,
    .set_irq = set_line,
    .set_drq = set_line,
    .dma = dma,
    .report = report,
};

/* Creation of what must be refused, one wrong at a time. */
static void create_in_vain(void)
{
    static const struct vfdc_config defaults;
    struct vfdc_controller *fdc = NULL;
    struct vfdc_config config = defaults;
    struct vfdc_host host = whole_host;

    vfdc_controller_init(&memory, sizeof(memory), NULL, &whole_host, NULL, NULL);
    vfdc_controller_init(NULL, sizeof(memory), NULL, &whole_host, NULL, &fdc);
    vfdc_controller_init(&memory, sizeof(memory), NULL, NULL, NULL, &fdc);
    vfdc_controller_init(&memory, sizeof(memory) - 1u, NULL, &whole_host, NULL, &fdc);
    host.now_ns = NULL;
    vfdc_controller_init(&memory, sizeof(memory), NULL, &host, NULL, &fdc);
    host.now_ns = now_ns;
    host.arm_timer = NULL;
    vfdc_controller_init(&memory, sizeof(memory), NULL, &host, NULL, &fdc);
    host.arm_timer = arm_timer;
    host.set_irq = NULL;
    vfdc_controller_init(&memory, sizeof(memory), NULL, &host, NULL, &fdc);
    config.strap = (enum vfdc_strap)(VFDC_STRAP_MODEL30 + 1);
    vfdc_controller_init(&memory, sizeof(memory), &config, &whole_host, NULL, &fdc);
    config = defaults;
    config.timing = (enum vfdc_timing)(VFDC_TIMING_ACCURATE + 1);
    vfdc_controller_init(&memory, sizeof(memory), &config, &whole_host, NULL, &fdc);
    config = defaults;
    config.empty = (enum vfdc_empty)(VFDC_EMPTY_HANGS + 1);
    vfdc_controller_init(&memory, sizeof(memory), &config, &whole_host, NULL, &fdc);
    config = defaults;
    config.flush_policy = (enum vfdc_flush_policy)(VFDC_FLUSH_RELEASE + 1);
    vfdc_controller_init(&memory, sizeof(memory), &config, &whole_host, NULL, &fdc);
    config = defaults;
    config.drive[3] = (enum vfdc_drive_type)(VFDC_DRIVE_2880K + 1);
    vfdc_controller_init(&memory, sizeof(memory), &config, &whole_host, NULL, &fdc);
    //@ assert fdc == \null;
}

/* Calls with nothing to call. */
static void call_nothing(void)
{
    vfdc_controller_write(NULL, 0, 0);
    vfdc_controller_read(NULL, 0);
    vfdc_controller_timer_expired(NULL);
    vfdc_controller_dma_ready(NULL);
    vfdc_controller_terminal_count(NULL);
    vfdc_controller_reset(NULL);
    vfdc_controller_insert(NULL, 0, &disk_a);
    vfdc_controller_eject(NULL, 0, NULL);
    vfdc_controller_save(NULL, saved, sizeof(saved), NULL);
    vfdc_controller_restore(NULL, saved, sizeof(saved));
    vfdc_controller_state_ok(NULL);
}

/* One call of the guest's, of the operator's or of time's. */
static void call_anything(struct vfdc_controller *fdc)
{
    unsigned number = Frama_C_unsigned_int_interval(0, UINT32_MAX);
    size_t n_bytes = (size_t)Frama_C_interval(0, sizeof(saved));
    struct vfdc_media *ejected = NULL;
    size_t n_used = 0;

    switch (Frama_C_interval(0, 15)) {
    case 0:
        vfdc_controller_write(fdc, number, any_u8());
        break;
    case 1:
        vfdc_controller_read(fdc, number);
        break;
    case 2:
        vfdc_controller_timer_expired(fdc);
        break;
    case 3:
        vfdc_controller_dma_ready(fdc);
        break;
    case 4:
        vfdc_controller_terminal_count(fdc);
        break;
    case 5:
        vfdc_controller_reset(fdc);
        break;
    case 6:
        vfdc_controller_insert(fdc, number, &disk_a);
        break;
    case 7:
        vfdc_controller_insert(fdc, number, &disk_b);
        break;
    case 8:
        vfdc_controller_insert(fdc, number, any_bool() ? &disk_blank : NULL);
        break;
    case 9:
        vfdc_controller_eject(fdc, number, any_bool() ? &ejected : NULL);
        break;
    case 10:
        vfdc_command_name(any_u8());
        break;
    case 11:
        vfdc_result_name(number);
        break;
    case 12:
        vfdc_controller_save(fdc, any_bool() ? saved : NULL, n_bytes, any_bool() ? &n_used : NULL);
        break;
    case 13:
        Frama_C_make_unknown((char *)saved, sizeof(saved));
        vfdc_controller_restore(fdc, any_bool() ? saved : NULL, n_bytes);
        break;
    case 14:
        vfdc_controller_state_ok(fdc);
        break;
    default:
        call_nothing();
        break;
    }
}

static void prove(void)
{
    struct vfdc_config config = { 0 };
    struct vfdc_controller *fdc = NULL;
    unsigned i;

    disk_a.ops = &ops;
    disk_b.ops = &ops;
    Frama_C_make_unknown((char *)disk_bytes, n_disk_bytes);
    create_in_vain();
    for (i = 0; i < VFDC_N_UNITS; i++) {
        config.drive[i] = (enum vfdc_drive_type)Frama_C_interval(0, VFDC_DRIVE_2880K);
    }
    config.strap = (enum vfdc_strap)Frama_C_interval(0, VFDC_STRAP_MODEL30);
    config.timing = (enum vfdc_timing)Frama_C_interval(0, VFDC_TIMING_ACCURATE);
    config.empty = (enum vfdc_empty)Frama_C_interval(0, VFDC_EMPTY_HANGS);
    config.flush_policy = (enum vfdc_flush_policy)Frama_C_interval(0, VFDC_FLUSH_RELEASE);
    vfdc_controller_init(&memory, vfdc_controller_size(), &config, &whole_host, &host_object,
                         &fdc);
    if (fdc == NULL) {
        return;
    }
    /* as init left it, but for callbacks that a host may lack: joined states have lost that */
    port_choose(fdc, config.strap);
    fdc->host = whole_host;
    fdc->host.set_drq = any_bool() ? set_line : NULL;
    fdc->host.dma = any_bool() ? dma : NULL;
    fdc->host.report = any_bool() ? report : NULL;
    any_state(fdc);
    call_anything(fdc);
}

void prove_one_sector(void)
{
    disk_bytes = one_sector;
    n_disk_bytes = sizeof(one_sector);
    prove();
}

void prove_whole_track(void)
{
    disk_bytes = whole_track;
    n_disk_bytes = sizeof(whole_track);
    prove();
}

void prove_any_span(void)
{
    is_any_span = true;
    prove_whole_track();
}
