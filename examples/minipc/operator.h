/* The operator of the mini PC: puts the image in, takes it out. */
#ifndef MINIPC_OPERATOR_H
#define MINIPC_OPERATOR_H

#include <stdbool.h>
#include <stdint.h>

struct machine;

/* The change line as the guest reads it: port 3F7h, the motor on and the drive selected. */
struct change_line {
    uint8_t dir_before, dir_after; /* the eject */
};

/* False: the reason is on standard error. */
bool operator_attach(struct machine *pc, const char *path);
bool operator_eject(struct machine *pc, struct change_line *line);

/* Whether the eject showed: the change line was down with the disk in, and went up. */
bool operator_change_line_is_right(const struct change_line *line);

#endif
