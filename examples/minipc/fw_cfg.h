/* The firmware configuration port (510h and 511h): how SeaBIOS gets its VGA BIOS. */
#ifndef MINIPC_FW_CFG_H
#define MINIPC_FW_CFG_H

#include <stddef.h>
#include <stdint.h>

#define FW_CFG_DIRECTORY_BYTES (4 + 64) /* a count and one file */

struct fw_cfg {
    const uint8_t *file; /* the caller's, in use as long as the machine */
    size_t file_bytes;
    uint8_t directory[FW_CFG_DIRECTORY_BYTES];
    uint16_t selector;
    size_t offset; /* of the next byte of the item selected */
};

/* One file, by name (at most 55 characters). */
void fw_cfg_init(struct fw_cfg *fw_cfg, const char *name, const uint8_t *file, size_t file_bytes);

uint8_t fw_cfg_read(struct fw_cfg *fw_cfg, uint16_t port);
void fw_cfg_write(struct fw_cfg *fw_cfg, uint16_t port, uint8_t value);

#endif
