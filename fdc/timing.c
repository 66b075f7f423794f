/*
 * How long things take.  See timing.h.
 */
#include "timing.h"

/* `fast`: step pulses, and all the pulses of one seek. */
#define FAST_STEP_NS 250000u
#define FAST_STEPS_NS 20000000u

#define FAST_POLL_NS 20000u
#define ACCURATE_POLL_NS 250000u

/* A seek of no distance still takes a moment: drivers arm themselves after the command. */
#define NO_STEP_NS 250000u

static const uint16_t kbps_of[4] = { 500, 300, 250, 1000 };

unsigned timing_kbps(const struct vfdc_controller *fdc)
{
    return kbps_of[fdc->state.data_rate & 3u];
}

uint64_t timing_bytes_ns(const struct vfdc_controller *fdc, uint64_t n_bytes)
{
    return n_bytes * 8000000u / timing_kbps(fdc);
}

/* The units of SPECIFY's times: SRT counts 1 ms at 500 kbit/s, HLT 2 ms, HUT 16 ms. */
static uint64_t unit_ns(const struct vfdc_controller *fdc, unsigned n_ms)
{
    return n_ms * UINT64_C(500000000) / timing_kbps(fdc);
}

uint64_t timing_poll_ns(const struct vfdc_controller *fdc)
{
    return fdc->is_accurate ? ACCURATE_POLL_NS : FAST_POLL_NS;
}

uint32_t timing_step_ns(const struct vfdc_controller *fdc, unsigned n_steps)
{
    unsigned srt = (unsigned)fdc->state.srt_hut >> 4;

    if (n_steps == 0) {
        return NO_STEP_NS;
    }
    if (fdc->is_accurate) {
        return (uint32_t)(((16u - srt) * unit_ns(fdc, 1)) & 0xffffffffu);
    }
    return n_steps > FAST_STEPS_NS / FAST_STEP_NS ? FAST_STEPS_NS / n_steps : FAST_STEP_NS;
}

uint64_t timing_head_load_ns(const struct vfdc_controller *fdc)
{
    unsigned hlt = (unsigned)fdc->state.hlt_nd >> 1;

    return fdc->is_accurate ? (hlt == 0 ? 128u : hlt) * unit_ns(fdc, 2) : 0;
}

uint64_t timing_head_unload_ns(const struct vfdc_controller *fdc)
{
    unsigned hut = fdc->state.srt_hut & 0x0fu;

    return fdc->is_accurate ? (hut == 0 ? 16u : hut) * unit_ns(fdc, 16) : 0;
}
