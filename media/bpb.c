/*
 * The BIOS parameter block; see bpb.h.
 */
#include "bpb.h"

#include <vfdc/media.h>

/* Where the fields are in the boot sector. */
enum {
    BPB_JUMP = 0x00,
    BPB_BYTES_PER_SECTOR = 0x0b,
    BPB_RESERVED_SECTORS = 0x0e,
    BPB_FATS = 0x10,
    BPB_TOTAL_SECTORS = 0x13,
    BPB_MEDIA = 0x15,
    BPB_SECTORS_PER_TRACK = 0x18,
    BPB_HEADS = 0x1a,
    BPB_TOTAL_SECTORS_LONG = 0x20,
};

static uint32_t word_at(const uint8_t *boot, unsigned at)
{
    return boot[at] | (uint32_t)boot[at + 1u] << 8;
}

/* The total is in the long field where the short one is 0. */
static uint32_t total_sectors(const uint8_t *boot)
{
    uint32_t total = word_at(boot, BPB_TOTAL_SECTORS);

    if (total != 0) {
        return total;
    }
    return word_at(boot, BPB_TOTAL_SECTORS_LONG) |
           word_at(boot, BPB_TOTAL_SECTORS_LONG + 2u) << 16;
}

/* Jump, FAT count and media byte as every DOS boot sector has them; junk mostly has not. */
static bool looks_like_dos(const uint8_t *boot)
{
    uint8_t jump = boot[BPB_JUMP];
    uint8_t fats = boot[BPB_FATS];
    uint8_t media = boot[BPB_MEDIA];

    return (jump == 0xeb || jump == 0xe9 || jump == 0x60) &&
           word_at(boot, BPB_BYTES_PER_SECTOR) == 512 &&
           word_at(boot, BPB_RESERVED_SECTORS) >= 1 && fats >= 1 && fats <= 2 &&
           (media == 0xf0 || media >= 0xf8);
}

bool bpb_parse(const uint8_t *boot, struct bpb *bpb)
{
    uint32_t total = total_sectors(boot);
    uint32_t sectors = word_at(boot, BPB_SECTORS_PER_TRACK);
    uint32_t heads = word_at(boot, BPB_HEADS);

    if (!looks_like_dos(boot) || sectors < 1 || sectors > VFDC_MAX_SECTORS || heads < 1 ||
        heads > VFDC_MAX_HEADS) {
        return false;
    }
    /* whole cylinders: found by multiplying up, as a guest's field must divide nothing */
    for (uint32_t cylinders = 1; cylinders <= VFDC_MAX_CYLINDERS; cylinders++) {
        if (cylinders * heads * sectors == total) {
            bpb->cylinders = (uint8_t)cylinders;
            bpb->heads = (uint8_t)heads;
            bpb->sectors = (uint8_t)sectors;
            return true;
        }
    }
    return false;
}
