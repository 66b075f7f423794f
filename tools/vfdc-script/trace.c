/* vfdc-script: `--trace`.  Each line starts with the virtual time in nanoseconds. */
#include "trace.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "machine.h"
#include "names.h"

static void print(const struct machine_fdc *fdc, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void print(const struct machine_fdc *fdc, const char *format, ...)
{
    const struct machine *machine = fdc->machine;
    va_list arguments;

    if (!machine->is_traced || machine->process.is_dead) {
        return;
    }
    printf("%15" PRIu64 " ns  ", machine->now_ns);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    if (machine->n_fdcs > 1) {
        printf("   (controller %u)", fdc->index + 1);
    }
    putchar('\n');
}

static unsigned port(const struct machine_fdc *fdc, unsigned offset)
{
    return (fdc->index == 0 ? 0x3f0u : 0x370u) + offset;
}

void trace_out(const struct machine_fdc *fdc, unsigned offset, uint8_t value)
{
    print(fdc, "out %03x %02x", port(fdc, offset), value);
}

void trace_in(const struct machine_fdc *fdc, unsigned offset, uint8_t value)
{
    print(fdc, "in %03x = %02x", port(fdc, offset), value);
}

void trace_line(const struct machine_fdc *fdc, const char *name, bool level)
{
    print(fdc, "%s = %d", name, level ? 1 : 0);
}

void trace_dma(const struct machine_fdc *fdc, enum vfdc_dma_direction direction, size_t n_offered,
               size_t n_moved, bool terminal_count)
{
    print(fdc, "dma %s memory: %zu offered, %zu moved%s",
          direction == VFDC_DMA_TO_MEMORY ? "to" : "from", n_offered, n_moved,
          terminal_count ? ", terminal count" : "");
}

void trace_event(const struct machine_fdc *fdc, const char *event, unsigned unit,
                 const char *path)
{
    print(fdc, "event %s %u %s", event, unit, scratch_name(fdc->machine->scratch, path));
}

void trace_report(const struct machine_fdc *fdc, unsigned unit,
                  const struct vfdc_report *report)
{
    print(fdc, "report %s %u (cylinder %u, head %u, sector %u)", names_of_report(report->kind),
          unit, report->cylinder, report->head, report->sector);
}
