/*
 * The numbers of a run.  All but the real time, which has a line of its own, are the same
 * each time the same image is run with the same options.
 */
#include "summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "machine.h"

#define SECTOR_BYTES 512u
#define N_FIRST_BYTES 256u

/* All first bytes of a name are counted in its first one: READ DATA is 46h, 66h, C6h and E6h. */
static unsigned first_of_name(unsigned byte)
{
    unsigned first = 0;

    while (strcmp(vfdc_command_name((uint8_t)first), vfdc_command_name((uint8_t)byte)) != 0) {
        first++;
    }
    return first;
}

static void print_commands(const uint32_t commands[N_FIRST_BYTES])
{
    uint32_t by_name[N_FIRST_BYTES] = { 0 };
    uint32_t total = 0;

    for (unsigned byte = 0; byte < N_FIRST_BYTES; byte++) {
        by_name[first_of_name(byte)] += commands[byte];
        total += commands[byte];
    }
    printf("\ncommands        %" PRIu32 "\n", total);
    for (unsigned byte = 0; byte < N_FIRST_BYTES; byte++) {
        if (by_name[byte] != 0) {
            printf("  %-22s %6" PRIu32 "\n", vfdc_command_name((uint8_t)byte), by_name[byte]);
        }
    }
}

void summary_print(const struct machine *pc, double real_seconds)
{
    const struct floppy_counts *counts = &pc->floppy.counts;

    print_commands(counts->commands);
    printf("sectors         %" PRIu64 " read, %" PRIu64 " written\n",
           counts->bytes_to_memory / SECTOR_BYTES, counts->bytes_from_memory / SECTOR_BYTES);
    printf("DMA             %" PRIu64 " bytes\n",
           counts->bytes_to_memory + counts->bytes_from_memory);
    printf("interrupts      %" PRIu64 "\n", counts->interrupts);
    printf("port accesses   %" PRIu64 "\n", counts->port_accesses);
    printf("instructions    %" PRIu64 "\n", pc->cpu.n_instructions);
    printf("virtual time    %" PRIu64 ".%09" PRIu64 " s\n", pc->cpu.now_ns / 1000000000,
           pc->cpu.now_ns % 1000000000);
    printf("real time       %.1f s\n", real_seconds);
}
