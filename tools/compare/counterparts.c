/*
 * vfdc-compare: what the statements of vfdc-script mean to QEMU.  A statement without a row has
 * no counterpart there, and no script that holds it is compared.
 */
#include "counterparts.h"

#include "../vfdc-script/statements.h"

static const char *no_faults(const struct argument arg[])
{
    (void)arg;
    return "system calls that fail, or a process that dies";
}

static const char *no_permissions(const struct argument arg[])
{
    (void)arg;
    return "files without write permission";
}

static const char *no_snapshot(const struct argument arg[])
{
    (void)arg;
    return "a snapshot of the drive by itself";
}

static const char *no_pin(const struct argument arg[])
{
    (void)arg;
    return "the terminal-count pin by itself";
}

const struct counterpart *counterpart_of(const struct statement *statement)
{
    static const struct counterpart counterparts[] = {
        { setup_machine, NULL, host_no_machine, false },
        { setup_timing, NULL, host_no_timing, false },
        { setup_empty, NULL, NULL, false },
        { setup_flush_policy, NULL, NULL, false },
        { setup_drive, host_drive, host_no_drive, true },
        { setup_controllers, NULL, host_no_controllers, false },

        { image_make, host_image_make, NULL, true },
        { image_copy, host_image_copy, NULL, true },
        { image_bytes, host_image_bytes, NULL, false },
        { operator_attach, host_attach, host_no_attach, true },
        { operator_release, host_release, NULL, true },
        { operator_power, host_power, NULL, true },

        { image_chmod, NULL, no_permissions, false },
        { operator_snapshot, NULL, no_snapshot, false },
        { operator_fail, NULL, no_faults, false },
        { operator_fail_short, NULL, no_faults, false },
        { operator_crash, NULL, no_faults, false },
        { guest_tc, NULL, no_pin, false },

        /* Between the operator and the library; the guest sees nothing of these. */
        { operator_flush, NULL, NULL, false },
        { operator_path, NULL, NULL, false },
        { operator_geometry, NULL, NULL, false },
        { operator_exception, NULL, NULL, false },
        { operator_no_event, NULL, NULL, false },
        { operator_event, NULL, NULL, false },
        { operator_no_report, NULL, NULL, false },
        { operator_report, NULL, NULL, false },
        { operator_attachment, NULL, NULL, false },
        { operator_dirty, NULL, NULL, false },

        { guest_out, ports_out, NULL, true },
        { guest_in, ports_in, NULL, false },
        { guest_in_masked, ports_in_masked, NULL, false },
        { guest_cmd, ports_cmd, NULL, false },
        { guest_result, ports_result, NULL, false },
        { guest_irq, ports_irq, NULL, false },
        { guest_wait_irq, ports_wait_irq, NULL, false },
        { guest_run, ports_run, NULL, false },
        { guest_drq, data_drq, NULL, false },
        { guest_dma_read, data_dma_read, data_no_size, false },
        { guest_dma_verify, data_dma_verify, data_no_size, false },
        { guest_dma_write, data_dma_write, data_no_source, false },
        { guest_dma_count, data_dma_count, NULL, false },
        { guest_dma_off, data_dma_off, NULL, false },
        { guest_pio_read, data_pio_read, NULL, false },
        { guest_pio_write, data_pio_write, NULL, false },
        { guest_data, data_bytes, NULL, false },
        { guest_data_crc, data_crc, NULL, false },
        { guest_use, NULL, NULL, false },

        /* How long something takes: QEMU has no floppy time. */
        { guest_mark, NULL, NULL, false },
        { guest_elapsed, NULL, NULL, false },
    };

    for (size_t i = 0; i < sizeof counterparts / sizeof counterparts[0]; i++) {
        if (counterparts[i].statement == statement->row->run) {
            return &counterparts[i];
        }
    }
    return NULL;
}
