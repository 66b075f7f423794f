/* What the guest has said.  See view.h. */
#include "view.h"

#include <string.h>

enum {
    MSR_READY = 0xc0, /* RQM and DIO */
    MSR_TAKES = 0x80,
    MSR_NON_DMA = 0x20,
    MSR_BUSY = 0x10,
    DOR_RESET_N = 0x04,
};

/* The low five bits of data commands. */
enum {
    READ_TRACK = 0x02,
    WRITE = 0x05,
    READ = 0x06,
    WRITE_DELETED = 0x09,
    READ_ID = 0x0a,
    READ_DELETED = 0x0c,
    FORMAT = 0x0d,
    VERIFY = 0x16,
};

void view_reset(struct view *view)
{
    view->is_known = true;
    view->n_bytes = 0;
    view->n_results = 0;
    view->was_read_late = false;
    view->n_given = 0;
}

void view_lose(struct view *view)
{
    view->is_known = false;
    view->n_bytes = 0;
    view->n_results = 0;
    view->was_read_late = false;
}

void view_dor(struct view *view, uint8_t dor)
{
    if (((view->dor ^ dor) & DOR_RESET_N) != 0) {
        view_reset(view);
    }
    view->dor = dor;
}

void view_byte(struct view *view, uint8_t msr, uint8_t byte)
{
    if ((msr & MSR_READY) != MSR_TAKES) {
        return;
    }
    if ((msr & MSR_BUSY) == 0) {
        view_reset(view);
        view->command[view->n_bytes++] = byte;
    } else if ((msr & MSR_NON_DMA) != 0) {
        view_give(view, &byte, 1);
    } else if (view->n_bytes < sizeof(view->command)) {
        view->command[view->n_bytes++] = byte;
    }
}

void view_give(struct view *view, const uint8_t *bytes, size_t n_bytes)
{
    for (size_t i = 0; i < n_bytes; i++) {
        view->given[view->n_given++ % VIEW_GIVEN_BYTES] = bytes[i];
    }
}

static unsigned opcode(const struct view *view)
{
    return view->n_bytes > 0 ? view->command[0] & 0x1fu : 0;
}

/* DATA commands by their low five bits; 8Fh and CFh are RELATIVE SEEKs, 14h and 94h LOCKs. */
bool view_is_data(const struct view *view)
{
    switch (opcode(view)) {
    case READ_TRACK:
    case WRITE:
    case READ:
    case WRITE_DELETED:
    case READ_ID:
    case READ_DELETED:
    case FORMAT:
    case VERIFY:
        return true;
    default:
        return false;
    }
}

static bool is_selected(const struct view *view, unsigned unit)
{
    return (view->dor & 3u) == unit && (view->dor & 0x10u << unit) != 0;
}

bool view_may_write(const struct view *view, unsigned unit, unsigned c, unsigned h, unsigned r)
{
    const uint8_t *p = view->command;
    unsigned head = p[1] >> 2 & 1u;
    bool multi_track = (p[0] & 0x80u) != 0;

    if (!view->is_known) {
        return true;
    }
    if ((opcode(view) != WRITE && opcode(view) != WRITE_DELETED) || view->n_bytes != 9 ||
        !is_selected(view, unit) || c != p[2]) {
        return false;
    }
    if (h == head) {
        /* EOT below R is never met: R counts up to where there are no more sectors */
        return r >= p[4] && (r <= p[6] || p[6] < p[4]);
    }
    return multi_track && head == 0 && r >= 1 && (r <= p[6] || p[6] < 1);
}

bool view_may_format(const struct view *view, unsigned unit, unsigned h)
{
    return !view->is_known ||
           (opcode(view) == FORMAT && view->n_bytes == 6 && is_selected(view, unit) &&
            h == (view->command[1] >> 2 & 1u));
}

static bool is_zero(const uint8_t *bytes, size_t n_bytes)
{
    for (size_t i = 0; i < n_bytes; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

/* Whether the sector begins with the last `n` bytes given. */
static bool begins_with_last(const struct view *view, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] != view->given[(view->n_given - n + i) % VIEW_GIVEN_BYTES]) {
            return false;
        }
    }
    return true;
}

/*
 * A sector that was dropped on the way leaves its bytes behind in the ring, so fewer than all
 * may be this one's.
 */
bool view_gave(struct view *view, const uint8_t *bytes, size_t n_bytes)
{
    size_t most = view->n_given < n_bytes ? view->n_given : n_bytes;
    bool is_given = !view->is_known;

    for (size_t n = most + 1; n > 0 && !is_given; n--) {
        is_given = begins_with_last(view, bytes, n - 1) && is_zero(bytes + n - 1, n_bytes - n + 1);
    }
    view->n_given = 0;
    return is_given;
}
