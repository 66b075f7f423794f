/*
 * What a boot sector says of its disk: the BIOS parameter block of DOS.  A guest writes these
 * bytes, so they are only compared: nothing is divided, indexed or sized by them.
 */
#ifndef MEDIA_BPB_H
#define MEDIA_BPB_H

#include <stdbool.h>
#include <stdint.h>

struct bpb {
    uint8_t cylinders, heads, sectors; /* within the limits of a geometry */
};

/* Whether the 512 bytes at `boot` hold a plausible block for 512-byte sectors; fills `bpb`. */
bool bpb_parse(const uint8_t *boot, struct bpb *bpb);

#endif
