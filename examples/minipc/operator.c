/*
 * The operator's door in use: attach an image, release it, and tell what failed.  Around the
 * release the change line is read over the machine's own port bus.
 */
#define _XOPEN_SOURCE 700 /* realpath() */

#include "operator.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "complain.h"
#include "machine.h"

#define PORT_DOR 0x3f2u
#define PORT_DIR 0x3f7u
#define DOR_DRIVE_0_TURNING 0x1cu
#define DIR_CHANGED 0x80u

static bool report(struct machine *pc, const char *what, vfdc_result result)
{
    const struct vfdc_exception *detail = vfdc_floppy_drive_exception(pc->floppy.drive);

    return complain("%s: %s: %s", what, vfdc_result_name(result), detail->error.text);
}

bool operator_attach(struct machine *pc, const char *path)
{
    char *absolute = realpath(path, NULL);
    vfdc_result result;

    if (absolute == NULL) {
        return complain("%s: %s", path, strerror(errno));
    }
    result = vfdc_floppy_drive_attach_image(pc->floppy.drive, absolute, NULL);
    free(absolute);
    return !vfdc_failed(result) || report(pc, "attaching", result);
}

bool operator_eject(struct machine *pc, struct change_line *line)
{
    vfdc_result result;

    machine_port_write(pc, PORT_DOR, DOR_DRIVE_0_TURNING);
    line->dir_before = machine_port_read(pc, PORT_DIR);
    result = vfdc_floppy_drive_release_image(pc->floppy.drive);
    line->dir_after = machine_port_read(pc, PORT_DIR);
    return !vfdc_failed(result) || report(pc, "releasing", result);
}

bool operator_change_line_is_right(const struct change_line *line)
{
    return ((line->dir_before & DIR_CHANGED) == 0 && (line->dir_after & DIR_CHANGED) != 0)
           || complain("change line: port 3F7h read %02X before the eject and %02X after, "
                       "expected bit 7 to rise", line->dir_before, line->dir_after);
}
