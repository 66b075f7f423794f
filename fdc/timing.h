/*
 * How long things take, in the two profiles.  `accurate` is the data sheet's: times that scale
 * with the data rate ("SPECIFY", tables of SRT, HUT and HLT) and bytes that pass at it.  `fast`
 * keeps what drivers need.  What turns is in fdd.h.
 */
#ifndef FDC_TIMING_H
#define FDC_TIMING_H

#include <stdbool.h>
#include <stdint.h>

#include "state.h"

/* The least between a port access and an interrupt that it causes, in both profiles. */
#define TIMING_FLOOR_NS 5000u

/* Asking again a DMA channel that moved nothing, in `fast`. */
#define TIMING_DMA_RETRY_NS 1000000u

/* Motor off, to the flush by policy. */
#define TIMING_FLUSH_NS 1000000u

/* Motor on, to the first index pulse, in `accurate`. */
#define TIMING_SPIN_UP_NS 300000000u

/* Bits a millisecond at the rate that DSR and CCR select, MFM. */
unsigned timing_kbps(const struct vfdc_controller *fdc);

/* The time in which `n_bytes` pass the head. */
uint64_t timing_bytes_ns(const struct vfdc_controller *fdc, uint64_t n_bytes);

/* Leaving reset, to the polling interrupt. */
uint64_t timing_poll_ns(const struct vfdc_controller *fdc);

/* From one step pulse to the next in a seek of `n_steps`; for none, to its end. */
uint32_t timing_step_ns(const struct vfdc_controller *fdc, unsigned n_steps);

/* HLT and HUT; nothing in `fast`. */
uint64_t timing_head_load_ns(const struct vfdc_controller *fdc);
uint64_t timing_head_unload_ns(const struct vfdc_controller *fdc);

/* `base_ns` and then `delay_ns`; "never" is the end of time. */
static inline uint64_t timing_after(uint64_t base_ns, uint64_t delay_ns)
{
    return base_ns < VFDC_NEVER - delay_ns ? base_ns + delay_ns : VFDC_NEVER;
}

#endif
