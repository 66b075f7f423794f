/*
 * The commands' handlers, for the table in command.c: one `begin` a command, run when its last
 * parameter has come, with the parameters in order.  Data commands share one `end`.
 */
#ifndef FDC_CMD_H
#define FDC_CMD_H

#include <stdint.h>

struct vfdc_controller;

/* cmd_control.c */
void cmd_invalid(struct vfdc_controller *fdc, const uint8_t param[]);
void cmd_specify(struct vfdc_controller *fdc, const uint8_t param[]);
void cmd_configure(struct vfdc_controller *fdc, const uint8_t param[]);
void cmd_perpendicular(struct vfdc_controller *fdc, const uint8_t param[]);
void cmd_lock(struct vfdc_controller *fdc, const uint8_t param[]);
void cmd_dumpreg(struct vfdc_controller *fdc, const uint8_t param[]);
void cmd_version(struct vfdc_controller *fdc, const uint8_t param[]);

/* cmd_motion.c */
void cmd_seek(struct vfdc_controller *fdc, const uint8_t param[]);
void cmd_relative_seek(struct vfdc_controller *fdc, const uint8_t param[]);
void cmd_recalibrate(struct vfdc_controller *fdc, const uint8_t param[]);
void cmd_sense_interrupt(struct vfdc_controller *fdc, const uint8_t param[]);
void cmd_sense_drive(struct vfdc_controller *fdc, const uint8_t param[]);

/* cmd_data.c */
void cmd_read_data(struct vfdc_controller *fdc, const uint8_t param[]);
void cmd_read_deleted_data(struct vfdc_controller *fdc, const uint8_t param[]);
void cmd_read_track(struct vfdc_controller *fdc, const uint8_t param[]);
void cmd_verify(struct vfdc_controller *fdc, const uint8_t param[]);
void cmd_write_data(struct vfdc_controller *fdc, const uint8_t param[]);
void cmd_write_deleted_data(struct vfdc_controller *fdc, const uint8_t param[]);
void cmd_format_track(struct vfdc_controller *fdc, const uint8_t param[]);
void cmd_read_id(struct vfdc_controller *fdc, const uint8_t param[]);

#endif
