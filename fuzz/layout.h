/* The layouts of the images that inputs name by a number. */
#ifndef FUZZ_LAYOUT_H
#define FUZZ_LAYOUT_H

#include <stdint.h>

struct image_layout {
    const char *name; /* the scripts' name of a whole disk; NULL: given as C, H, sectors, N */
    uint8_t cylinders, heads, sectors, size_code;
};

/* From here on whole disks; below, any number is a small one. */
#define IMAGE_WHOLE 0xf0u
#define IMAGE_NO_LAYOUT 0x100u

#define N_IMAGE_LAYOUTS 20u

const struct image_layout *image_layout(unsigned number);

/* Below N_IMAGE_LAYOUTS, another for each. */
unsigned image_layout_index(unsigned number);

/* In place of a byte that fills an image: the LBA pattern. */
#define IMAGE_LBA_PATTERN 0x100u

/* Images of a machine: one for each drive. */
#define N_IMAGES 4u

/* How they are attached: flags. */
#define IMAGE_READ_ONLY 1u

#endif
