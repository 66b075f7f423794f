/*
 * Commands that look for IDs and move sectors: what their parameters mean.  Each latches them
 * into `job` and `chrn` and leaves the rest to transfer.c; only those fields count from then on.
 */
#include "cmd.h"

#include "state.h"
#include "transfer.h"

/* All else of the last command's job is forgotten. */
static struct fdc_job *latch(struct vfdc_controller *fdc, enum fdc_transfer transfer,
                             uint8_t drive_byte)
{
    struct fdc_state *s = &fdc->state;

    s->job = (struct fdc_job){
        .transfer = (uint8_t)transfer,
        .unit = drive_byte & FDC_CMD_DS,
        .head = (drive_byte & FDC_CMD_HDS) != 0 ? 1 : 0,
        .mt = (s->opcode & FDC_CMD_MT) != 0,
        .mfm = (s->opcode & FDC_CMD_MFM) != 0,
        .sk = (s->opcode & FDC_CMD_SK) != 0,
        .non_dma = (s->hlt_nd & FDC_SPECIFY_ND) != 0,
    };
    return &s->job;
}

/* Head and unit; C H R N; EOT; GPL; DTL.  GPL says nothing to a disk that is laid out. */
static struct fdc_job *latch_sectors(struct vfdc_controller *fdc, enum fdc_transfer transfer,
                                     const uint8_t param[])
{
    struct fdc_state *s = &fdc->state;
    struct fdc_job *job = latch(fdc, transfer, param[0]);

    s->chrn.c = param[1];
    s->chrn.h = param[2];
    s->chrn.r = param[3];
    s->chrn.n = param[4];
    job->eot = param[5];
    job->dtl = param[7];
    s->sc_eot = param[5];
    return job;
}

void cmd_read_data(struct vfdc_controller *fdc, const uint8_t param[])
{
    latch_sectors(fdc, FDC_TRANSFER_READ, param);
    transfer_begin(fdc);
}

void cmd_read_deleted_data(struct vfdc_controller *fdc, const uint8_t param[])
{
    latch_sectors(fdc, FDC_TRANSFER_READ_DELETED, param);
    transfer_begin(fdc);
}

/* READ TRACK: the sectors as they come, from the index on; R counts them from 1.  MT is nothing. */
void cmd_read_track(struct vfdc_controller *fdc, const uint8_t param[])
{
    struct fdc_job *job = latch_sectors(fdc, FDC_TRANSFER_READ_TRACK, param);

    job->mt = false;
    job->sk = false;
    fdc->state.chrn.r = 1;
    transfer_begin(fdc);
}

/*
 * VERIFY: with EC in the drive byte the last parameter is SC, the sectors to verify; 0 is 256.
 * Without, it verifies what there is up to EOT: one sector at least, if SK passes over others.
 */
void cmd_verify(struct vfdc_controller *fdc, const uint8_t param[])
{
    struct fdc_job *job = latch_sectors(fdc, FDC_TRANSFER_VERIFY, param);

    job->n_left = 1;
    if ((param[0] & FDC_CMD_EC) != 0) {
        job->counts = true;
        job->n_left = param[7] == 0 ? 256u : param[7];
    }
    transfer_begin(fdc);
}

void cmd_write_data(struct vfdc_controller *fdc, const uint8_t param[])
{
    latch_sectors(fdc, FDC_TRANSFER_WRITE, param);
    transfer_begin(fdc);
}

void cmd_write_deleted_data(struct vfdc_controller *fdc, const uint8_t param[])
{
    latch_sectors(fdc, FDC_TRANSFER_WRITE_DELETED, param);
    transfer_begin(fdc);
}

/* FORMAT TRACK: head and unit; N; SC; GPL; D.  Then SC IDs of four bytes come as data. */
void cmd_format_track(struct vfdc_controller *fdc, const uint8_t param[])
{
    struct fdc_job *job = latch(fdc, FDC_TRANSFER_FORMAT, param[0]);

    job->size_code = param[1];
    job->n_ids = param[2];
    job->dtl = param[3];
    job->filler = param[4];
    fdc->state.sc_eot = param[2];
    transfer_begin(fdc);
}

/* READ ID: head and unit.  Where no ID is found the result's C H R N are what they were. */
void cmd_read_id(struct vfdc_controller *fdc, const uint8_t param[])
{
    latch(fdc, FDC_TRANSFER_READ_ID, param[0]);
    transfer_begin(fdc);
}
