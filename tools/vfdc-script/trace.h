/* vfdc-script: `--trace`, a line for everything that passes between chip and machine. */
#ifndef VFDC_SCRIPT_TRACE_H
#define VFDC_SCRIPT_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vfdc/controller.h>

struct machine;
struct machine_fdc;

/* Whom the lines are about is told only where there are two controllers. */
void trace_out(const struct machine_fdc *fdc, unsigned offset, uint8_t value);
void trace_in(const struct machine_fdc *fdc, unsigned offset, uint8_t value);
void trace_line(const struct machine_fdc *fdc, const char *name, bool level);
void trace_dma(const struct machine_fdc *fdc, enum vfdc_dma_direction direction, size_t n_offered,
               size_t n_moved, bool terminal_count);
void trace_event(const struct machine_fdc *fdc, const char *event, unsigned unit,
                 const char *path);
void trace_report(const struct machine_fdc *fdc, unsigned unit,
                  const struct vfdc_report *report);

#endif
