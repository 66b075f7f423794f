/* vfdc-script: the table of statements, in the order of the language's description. */
#include "statements.h"

#include "run.h"

#define SET_UP(form, function) { form, STATEMENT_SET_UP, function }
#define ACTION(form, function) { form, STATEMENT_ACTION, function }

const struct statement_row statements[] = {
    SET_UP("machine at|ps2|model30", setup_machine),
    SET_UP("timing fast|accurate", setup_timing),
    SET_UP("empty ends|hangs", setup_empty),
    SET_UP("flush-policy release|motor-off|write-through", setup_flush_policy),
    SET_UP("drive UNIT 360K|720K|1.2M|1.44M|2.88M|none", setup_drive),
    SET_UP("controllers 1|2", setup_controllers),

    ACTION("image NAME FORMAT FILLING", image_make),
    ACTION("imagefile NAME PATH", image_copy),
    ACTION("chmod NAME ro|rw", image_chmod),
    ACTION("attach UNIT NAME [ OPTION... ] [ = CODE ]", operator_attach),
    ACTION("release UNIT [ = CODE ]", operator_release),
    ACTION("flush UNIT [ = CODE ]", operator_flush),
    ACTION("discard UNIT [ = CODE ]", operator_discard),
    ACTION("saveas UNIT NAME [ = CODE ]", operator_save_as),
    ACTION("hostdrive UNIT NAME [ = CODE ]", operator_host_drive),
    ACTION("releasehost UNIT [ = CODE ]", operator_release_host),
    ACTION("path UNIT = none", operator_path),
    ACTION("path UNIT = NAME", operator_path),
    ACTION("geometry UNIT = COUNT COUNT COUNT COUNT", operator_geometry),
    ACTION("exception UNIT = CODE [ ERRNO ]", operator_exception),
    ACTION("event = none", operator_no_event),
    ACTION("event = insert|eject UNIT NAME", operator_event),
    ACTION("report = none", operator_no_report),
    ACTION("report = REPORT [ UNIT ]", operator_report),
    ACTION("fail CALL ERRNO [ COUNT ]", operator_fail),
    ACTION("fail TRANSFER short [ COUNT ]", operator_fail_short),
    ACTION("crash", operator_crash),
    ACTION("attachment UNIT = none|image|hostdrive", operator_attachment),
    ACTION("dirty UNIT = COUNT", operator_dirty),
    ACTION("journal NAME = yes|no", image_journal),
    ACTION("file RANGE = SOURCE", image_bytes),
    ACTION("power", operator_power),
    ACTION("snapshot", operator_snapshot),

    ACTION("out PORT BYTE", guest_out),
    ACTION("in PORT = BYTE", guest_in),
    ACTION("in PORT & BYTE = BYTE", guest_in_masked),
    ACTION("cmd BYTE...", guest_cmd),
    ACTION("result ANSWER...", guest_result),
    ACTION("irq = 0|1", guest_irq),
    ACTION("drq = 0|1", guest_drq),
    ACTION("wait irq [ TIME ]", guest_wait_irq),
    ACTION("run TIME", guest_run),
    ACTION("mark", guest_mark),
    ACTION("elapsed TIME TIME", guest_elapsed),
    ACTION("dma read SIZE [ by PIECE ]", guest_dma_read),
    ACTION("dma verify SIZE", guest_dma_verify),
    ACTION("dma write SOURCE", guest_dma_write),
    ACTION("dma count = COUNT", guest_dma_count),
    ACTION("dma off", guest_dma_off),
    ACTION("pio read SIZE", guest_pio_read),
    ACTION("pio write SOURCE", guest_pio_write),
    ACTION("tc", guest_tc),
    ACTION("data = SOURCE", guest_data),
    ACTION("data crc = CRC", guest_data_crc),
    ACTION("use CONTROLLER", guest_use),
};

const size_t n_statement_rows = sizeof statements / sizeof statements[0];
