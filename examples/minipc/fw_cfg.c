/*
 * QEMU's firmware configuration port as far as SeaBIOS needs it to find a file.  The selector
 * is written as a word to 510h, that is a byte to 510h and one to 511h; bytes are read at 511h.
 *
 * Not emulated: its DMA interface, items beyond the signature, the version and the directory.
 */
#include "fw_cfg.h"

#define PORT_SELECTOR 0x510u

#define ITEM_SIGNATURE 0x0000u
#define ITEM_VERSION 0x0001u
#define ITEM_DIRECTORY 0x0019u
#define ITEM_FILE 0x0020u

#define ENTRY_NAME 8u
#define ENTRY_NAME_BYTES 56u

static const uint8_t signature[4] = { 'Q', 'E', 'M', 'U' };
static const uint8_t version[4] = { 1, 0, 0, 0 }; /* 32 bits, little-endian; no DMA */

static void put_big_endian(uint8_t *bytes, size_t n_bytes, size_t value)
{
    while (n_bytes-- > 0) {
        bytes[n_bytes] = (uint8_t)value;
        value >>= 8;
    }
}

void fw_cfg_init(struct fw_cfg *fw_cfg, const char *name, const uint8_t *file, size_t file_bytes)
{
    uint8_t *entry = fw_cfg->directory + 4;

    *fw_cfg = (struct fw_cfg){ .file = file, .file_bytes = file_bytes };
    put_big_endian(fw_cfg->directory, 4, 1);
    put_big_endian(entry, 4, file_bytes);
    put_big_endian(entry + 4, 2, ITEM_FILE);
    for (size_t i = 0; i < ENTRY_NAME_BYTES - 1 && name[i] != '\0'; i++) {
        entry[ENTRY_NAME + i] = (uint8_t)name[i];
    }
}

uint8_t fw_cfg_read(struct fw_cfg *fw_cfg, uint16_t port)
{
    const uint8_t *item = NULL;
    size_t n_bytes = 0;

    if (port == PORT_SELECTOR) {
        return 0xff;
    }
    switch (fw_cfg->selector) {
    case ITEM_SIGNATURE:
        item = signature;
        n_bytes = sizeof signature;
        break;
    case ITEM_VERSION:
        item = version;
        n_bytes = sizeof version;
        break;
    case ITEM_DIRECTORY:
        item = fw_cfg->directory;
        n_bytes = sizeof fw_cfg->directory;
        break;
    case ITEM_FILE:
        item = fw_cfg->file;
        n_bytes = fw_cfg->file_bytes;
        break;
    default:
        break;
    }
    return fw_cfg->offset < n_bytes ? item[fw_cfg->offset++] : 0;
}

void fw_cfg_write(struct fw_cfg *fw_cfg, uint16_t port, uint8_t value)
{
    if (port == PORT_SELECTOR) {
        fw_cfg->selector = (uint16_t)((fw_cfg->selector & 0xff00u) | value);
    } else {
        fw_cfg->selector = (uint16_t)((fw_cfg->selector & 0x00ffu) | (unsigned)value << 8);
    }
    fw_cfg->offset = 0;
}
