/*
 * The chip under an endless guest: any port accesses, time, inserts, ejects and host answers,
 * over two media that answer anything the contract of media.h allows and more.  Read by Eva
 * (make prove), which must find no undefined behaviour in fdc/; never run.
 *
 * It begins in any state at all: every byte of `struct fdc_state` unknown, not only those that a
 * guest can bring about.  What is safe from there is safe after any history, a restored state
 * included; and since nothing can be more unknown than that, Eva need not search for what a
 * loop leaves behind.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vfdc/controller.h>
#include <vfdc/media.h>

#include "__fc_builtin.h"

#include "state.h"

#define SPAN_MAX (VFDC_MAX_SECTORS * VFDC_SECTOR_BYTES)

static uint8_t any_u8(void)
{
    return (uint8_t)Frama_C_interval(0, 255);
}

static bool any_bool(void)
{
    return Frama_C_interval(0, 1) != 0;
}

/* ---- the host ---- */

static int host_object;

static uint64_t now_ns(void *opaque)
{
    (void)opaque;
    return Frama_C_unsigned_long_interval(0, UINT64_MAX);
}

static void arm_timer(void *opaque, uint64_t deadline_ns)
{
    (void)opaque;
    (void)deadline_ns;
}

static void set_line(void *opaque, bool level)
{
    (void)opaque;
    (void)level;
}

/* A channel of any answer.  What it is shown must be there, all of it. */
static size_t dma(void *opaque, enum vfdc_dma_direction direction, void *bytes, size_t n_bytes,
                  bool *terminal_count)
{
    uint8_t *at = bytes;

    (void)opaque;
    if (direction == VFDC_DMA_TO_MEMORY) {
        //@ assert \valid_read(at + (0 .. n_bytes - 1));
        //@ assert \initialized(at + (0 .. n_bytes - 1));
    } else {
        //@ assert \valid(at + (0 .. n_bytes - 1));
        Frama_C_make_unknown((char *)at, n_bytes);
    }
    *terminal_count = any_bool();
    return Frama_C_unsigned_long_interval(0, UINT64_MAX);
}

static void report(void *opaque, const struct vfdc_report *news)
{
    (void)opaque;
    //@ assert \initialized(news);
}

/* ---- the media ---- */

/*
 * What is proved of spans, a run each: of one sector (SPAN 1) and of the largest (SPAN 63), with
 * not a byte behind the end, so that a core that goes by another length shows; and of any number
 * of sectors, or any nonsense (SPAN 0).
 */
#if SPAN == 0
#define DISK_BYTES SPAN_MAX
#else
#define DISK_BYTES (SPAN * VFDC_SECTOR_BYTES)
#endif

static uint8_t disk_bytes[DISK_BYTES];

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
#if SPAN == 0
    span->n_bytes = (size_t)Frama_C_interval(0, VFDC_MAX_SECTORS) * VFDC_SECTOR_BYTES;
    if (any_bool()) {
        span->bytes = NULL;
        span->n_bytes = (size_t)Frama_C_unsigned_long_interval(0, UINT64_MAX);
    }
#else
    span->n_bytes = DISK_BYTES;
#endif
    return any_result();
}

static enum vfdc_media_result write_sector(struct vfdc_media *media, uint8_t cylinder,
                                           uint8_t head, uint8_t sector, const uint8_t *bytes)
{
    (void)media;
    (void)cylinder;
    (void)head;
    (void)sector;
    //@ assert \valid_read(bytes + (0 .. 511));
    //@ assert \initialized(bytes + (0 .. 511));
    Frama_C_make_unknown((char *)disk_bytes, sizeof(disk_bytes));
    return any_result();
}

static enum vfdc_media_result format_track(struct vfdc_media *media, uint8_t cylinder,
                                           uint8_t head, const uint8_t *order, uint8_t n_sectors,
                                           uint8_t filler)
{
    (void)media;
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

static vfdc_result flush(struct vfdc_media *media, struct vfdc_media_error *error)
{
    (void)media;
    (void)error;
    return any_bool() ? VFDC_S_OK : VFDC_DISP_E_EXCEPTION;
}

static const struct vfdc_media_ops ops = {
    .geometry = geometry,
    .is_write_protected = is_write_protected,
    .read_span = read_span,
    .write_sector = write_sector,
    .format_track = format_track,
    .sector_at = sector_at,
    .flush = flush,
};

/* ---- the guest, the operator, time ---- */

static struct vfdc_controller memory;

/* Anything in every field; a bool is one of its two values. */
static void any_state(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    unsigned i;

    Frama_C_make_unknown((char *)s, sizeof(*s));
    s->int_level = any_bool();
    s->drq = any_bool();
    s->job.mt = any_bool();
    s->job.mfm = any_bool();
    s->job.non_dma = any_bool();
    s->job.disk_lost = any_bool();
    s->job.sought = any_bool();
    s->job.tc = any_bool();
    s->lock = any_bool();
    s->drops_poll = any_bool();
    s->poll_held = any_bool();
    for (i = 0; i < VFDC_N_UNITS; i++) {
        s->seek[i].inward = any_bool();
        s->fdd[i].changed = any_bool();
    }
    fdc->next_ns = Frama_C_unsigned_long_interval(0, UINT64_MAX);
}

int main(void)
{
    static struct vfdc_media disk_a = { &ops };
    static struct vfdc_media disk_b = { &ops };
    struct vfdc_host host = {
        .now_ns = now_ns,
        .arm_timer = arm_timer,
        .set_irq = set_line,
        .set_drq = set_line,
        .dma = dma,
        .report = report,
    };
    struct vfdc_config config = { 0 };
    struct vfdc_controller *fdc = NULL;
    struct vfdc_media *ejected = NULL;
    unsigned i;

    Frama_C_make_unknown((char *)disk_bytes, sizeof(disk_bytes));
    for (i = 0; i < VFDC_N_UNITS; i++) {
        config.drive[i] = (enum vfdc_drive_type)Frama_C_interval(0, VFDC_DRIVE_2880K);
    }
    config.empty = (enum vfdc_empty)Frama_C_interval(0, VFDC_EMPTY_HANGS);
    config.flush_policy = (enum vfdc_flush_policy)Frama_C_interval(0, VFDC_FLUSH_RELEASE);
    vfdc_controller_init(&memory, sizeof(memory), &config, &host, &host_object, &fdc);
    if (fdc == NULL) {
        return 0;
    }
    fdc->host = host; /* as init left it: joined states have lost that it did */
    any_state(fdc);
    while (any_bool()) {
        unsigned number = Frama_C_unsigned_int_interval(0, UINT32_MAX);

        switch (Frama_C_interval(0, 9)) {
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
            vfdc_controller_eject(fdc, number, &ejected);
            break;
        default:
            vfdc_command_name(any_u8());
            break;
        }
    }
    return 0;
}
