/*
 * The commands table and what walks it.  See command.h; each command's meaning is in cmd_*.c.
 */
#include "command.h"

#include "cmd.h"
#include "disk.h"
#include "event.h"
#include "phase.h"
#include "seek.h"
#include "transfer.h"

/*
 * A first byte belongs to the row for which (byte & mask) == match; rows never overlap.  Data
 * commands look at bits 4-0 alone, since drivers set modifier bits that mean nothing there
 * (MS-DOS formats with CDh).  Row 0 takes what no other does.
 */
struct fdc_command {
    const char *name;
    uint8_t mask;
    uint8_t match;
    uint8_t n_params;
    void (*begin)(struct vfdc_controller *fdc, const uint8_t param[]);
    void (*due)(struct vfdc_controller *fdc); /* its deadline, while it is in execution */
    uint8_t transfer; /* of a data command: enum fdc_transfer; else FDC_N_TRANSFERS */
};

static void no_deadline(struct vfdc_controller *fdc)
{
    (void)fdc;
}

#define NO_TRANSFER FDC_N_TRANSFERS

static const struct fdc_command commands[] = {
    { "INVALID",                0x00, 0xff, 0, cmd_invalid,            no_deadline,  NO_TRANSFER },
    { "READ TRACK",             0x1f, 0x02, 8, cmd_read_track,         transfer_due, FDC_TRANSFER_READ_TRACK },
    { "SPECIFY",                0xff, 0x03, 2, cmd_specify,            no_deadline,  NO_TRANSFER },
    { "SENSE DRIVE STATUS",     0xff, 0x04, 1, cmd_sense_drive,        no_deadline,  NO_TRANSFER },
    { "WRITE DATA",             0x1f, 0x05, 8, cmd_write_data,         transfer_due, FDC_TRANSFER_WRITE },
    { "READ DATA",              0x1f, 0x06, 8, cmd_read_data,          transfer_due, FDC_TRANSFER_READ },
    { "RECALIBRATE",            0xff, 0x07, 1, cmd_recalibrate,        no_deadline,  NO_TRANSFER },
    { "SENSE INTERRUPT STATUS", 0xff, 0x08, 0, cmd_sense_interrupt,    no_deadline,  NO_TRANSFER },
    { "WRITE DELETED DATA",     0x1f, 0x09, 8, cmd_write_deleted_data, transfer_due, FDC_TRANSFER_WRITE_DELETED },
    { "READ ID",                0x1f, 0x0a, 1, cmd_read_id,            transfer_due, FDC_TRANSFER_READ_ID },
    { "READ DELETED DATA",      0x1f, 0x0c, 8, cmd_read_deleted_data,  transfer_due, FDC_TRANSFER_READ_DELETED },
    { "FORMAT TRACK",           0x1f, 0x0d, 5, cmd_format_track,       transfer_due, FDC_TRANSFER_FORMAT },
    { "DUMPREG",                0xff, 0x0e, 0, cmd_dumpreg,            no_deadline,  NO_TRANSFER },
    { "SEEK",                   0xff, 0x0f, 2, cmd_seek,               no_deadline,  NO_TRANSFER },
    { "RELATIVE SEEK",          0xbf, 0x8f, 2, cmd_relative_seek,      no_deadline,  NO_TRANSFER },
    { "VERSION",                0xff, 0x10, 0, cmd_version,            no_deadline,  NO_TRANSFER },
    { "PERPENDICULAR MODE",     0xff, 0x12, 1, cmd_perpendicular,      no_deadline,  NO_TRANSFER },
    { "CONFIGURE",              0xff, 0x13, 3, cmd_configure,          no_deadline,  NO_TRANSFER },
    { "LOCK",                   0x7f, 0x14, 0, cmd_lock,               no_deadline,  NO_TRANSFER },
    { "VERIFY",                 0x1f, 0x16, 8, cmd_verify,             transfer_due, FDC_TRANSFER_VERIFY },
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))
#define ROW_INVALID 0u

static unsigned row_of(unsigned first_byte)
{
    unsigned row;

    for (row = 1; row < N_COMMANDS; row++) {
        if ((first_byte & commands[row].mask) == commands[row].match) {
            return row;
        }
    }
    return ROW_INVALID;
}

void command_index(struct vfdc_controller *fdc)
{
    unsigned byte;

    for (byte = 0; byte < 256u; byte++) {
        fdc->row_of[byte] = (uint8_t)row_of(byte);
    }
}

uint8_t command_row(const struct vfdc_controller *fdc, uint8_t opcode)
{
    return fdc->row_of[opcode];
}

uint8_t command_n_params(const struct vfdc_controller *fdc, uint8_t opcode)
{
    unsigned row = fdc->row_of[opcode];

    return row < N_COMMANDS ? commands[row].n_params : 0;
}

uint8_t command_transfer(const struct vfdc_controller *fdc, uint8_t opcode)
{
    unsigned row = fdc->row_of[opcode];

    return row < N_COMMANDS ? commands[row].transfer : NO_TRANSFER;
}

bool command_is_data(const struct vfdc_controller *fdc, uint8_t opcode)
{
    return command_transfer(fdc, opcode) != NO_TRANSFER;
}

const char *vfdc_command_name(uint8_t first_byte)
{
    unsigned row = row_of(first_byte);

    return row < N_COMMANDS ? commands[row].name : commands[ROW_INVALID].name;
}

/*
 * The command is complete.  One that began after the polling interrupt, and is not there to ask
 * for it, drops what is left of the four polling flags: a driver may sense once, or not at all.
 */
static void begin(struct vfdc_controller *fdc, unsigned row)
{
    struct fdc_state *s = &fdc->state;

    if (s->drops_poll && row < N_COMMANDS && commands[row].begin != cmd_sense_interrupt) {
        s->poll_flags = 0;
        if ((s->int_causes & FDC_INT_POLL) != 0) {
            phase_acknowledge(fdc, FDC_INT_POLL);
        }
    }
    if (row < N_COMMANDS) {
        commands[row].begin(fdc, s->fifo.bytes);
    } else {
        cmd_invalid(fdc, s->fifo.bytes);
    }
}

bool command_first_byte(struct vfdc_controller *fdc, uint8_t byte)
{
    struct fdc_state *s = &fdc->state;
    unsigned row = fdc->row_of[byte];

    s->is_powered_down = false;
    s->row = (uint8_t)row;
    s->opcode = byte;
    s->drops_poll = s->poll_flags != 0;
    if (row >= N_COMMANDS || commands[row].n_params == 0) {
        return false;
    }
    s->fifo.pos = 0;
    s->fifo.len = commands[row].n_params;
    phase_set(fdc, FDC_PHASE_COMMAND);
    return true;
}

static void parameter(struct vfdc_controller *fdc, uint8_t byte)
{
    struct fdc_state *s = &fdc->state;

    fifo_put(&s->fifo, byte);
    if (fifo_is_done(&s->fifo)) {
        begin(fdc, s->row);
    }
}

void command_write_data(struct vfdc_controller *fdc, uint8_t byte)
{
    fdc->state.is_powered_down = false; /* a driver in the field relies on it */
    switch (fdc->state.phase) {
    case FDC_PHASE_IDLE:
        if (!command_first_byte(fdc, byte)) {
            begin(fdc, fdc->state.row);
        }
        break;
    case FDC_PHASE_COMMAND:
        parameter(fdc, byte);
        break;
    case FDC_PHASE_PIO_WRITE:
        transfer_write_byte(fdc, byte);
        break;
    default: /* the chip does not ask for a byte: it is lost */
        break;
    }
}

uint8_t command_read_data(struct vfdc_controller *fdc)
{
    switch (fdc->state.phase) {
    case FDC_PHASE_RESULT:
        return phase_pop(fdc);
    case FDC_PHASE_PIO_READ:
        return transfer_read_byte(fdc);
    default:
        return 0;
    }
}

/*
 * The polling interrupt after a reset: four drives have "become ready".  One that comes due
 * inside a CONFIGURE waits for it to say whether polling is on.
 */
static void poll_due(struct vfdc_controller *fdc)
{
    struct fdc_state *s = &fdc->state;
    unsigned row = s->row;

    if (s->phase == FDC_PHASE_COMMAND && row < N_COMMANDS &&
        commands[row].begin == cmd_configure) {
        s->poll_held = true;
        return;
    }
    s->poll_flags = 0x0f;
    phase_interrupt(fdc, FDC_INT_POLL);
}

void command_event(struct vfdc_controller *fdc, unsigned event, uint64_t deadline_ns)
{
    unsigned row = fdc->state.row;

    switch (event) {
    case FDC_EVENT_COMMAND:
        if (row < N_COMMANDS) {
            commands[row].due(fdc);
        }
        break;
    case FDC_EVENT_POLL:
        poll_due(fdc);
        break;
    case FDC_EVENT_LINE:
        phase_line_due(fdc);
        break;
    case FDC_EVENT_FLUSH:
        disk_flush_due(fdc);
        break;
    default:
        if (event < VFDC_N_UNITS && seek_due(fdc, event, deadline_ns)) {
            transfer_seek_over(fdc, event);
        }
        break;
    }
}
