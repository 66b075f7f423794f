/*
 * Marks of other formats; see foreign.h.
 */
#include "foreign.h"

#include <stddef.h>

#define MARK_BYTES 8u

/* `n_bytes` at `offset` of the first sector. */
struct mark {
    const char *name;
    uint8_t offset;
    uint8_t n_bytes;
    uint8_t bytes[MARK_BYTES];
};

static const struct mark vhd_footer = {
    "a VHD", 0, 8, { 'c', 'o', 'n', 'e', 'c', 't', 'i', 'x' },
};

static const struct mark marks[] = {
    { "a VHD", 0, 8, { 'c', 'o', 'n', 'e', 'c', 't', 'i', 'x' } },
    { "an ImageDisk file", 0, 4, { 'I', 'M', 'D', ' ' } },
    { "an extended DSK file", 0, 8, { 'E', 'X', 'T', 'E', 'N', 'D', 'E', 'D' } },
    { "a DSK file", 0, 8, { 'M', 'V', ' ', '-', ' ', 'C', 'P', 'C' } },
    { "an HFE file", 0, 8, { 'H', 'X', 'C', 'P', 'I', 'C', 'F', 'E' } },
    { "an 86F file", 0, 4, { '8', '6', 'B', 'F' } },
    { "a flux capture", 0, 3, { 'S', 'C', 'P' } },
    { "a zip archive", 0, 4, { 'P', 'K', 3, 4 } },
    { "a gzip file", 0, 2, { 0x1f, 0x8b } },
    { "a dosemu image", 0, 7, { 'D', 'O', 'S', 'E', 'M', 'U', 0 } },
    { "a TeleDisk file", 0, 3, { 'T', 'D', 0 } },
    { "a TeleDisk file", 0, 3, { 't', 'd', 0 } },
    { "a CopyQM file", 0, 3, { 'C', 'Q', 0x14 } },
    { "a Disk Copy 4.2 file", 82, 2, { 1, 0 } },
    { "an FDI file", 8, 4, { 0x00, 0x10, 0x00, 0x00 } }, /* the size of its header */
};

static bool has_mark(const uint8_t *sector, const struct mark *mark)
{
    for (unsigned i = 0; i < MARK_BYTES && i < mark->n_bytes; i++) {
        if (sector[mark->offset + i] != mark->bytes[i]) {
            return false;
        }
    }
    return true;
}

bool foreign_is_vhd(const uint8_t *tail)
{
    return has_mark(tail, &vhd_footer);
}

const char *foreign_name(const uint8_t *boot, const uint8_t *tail)
{
    if (foreign_is_vhd(tail)) {
        return vhd_footer.name;
    }
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (has_mark(boot, &marks[i])) {
            return marks[i].name;
        }
    }
    return NULL;
}
