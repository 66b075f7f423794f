/* The layouts of the images that inputs name.  See layout.h. */
#include "layout.h"

#include <stddef.h>

#define N_SMALL 11u
#define N_WHOLE (N_IMAGE_LAYOUTS - N_SMALL)

static const struct image_layout layouts[N_IMAGE_LAYOUTS] = {
    /* small ones of every kind, which cost little */
    { NULL, 3, 2, 18, 2 },
    { NULL, 3, 2, 9, 2 },
    { NULL, 3, 2, 15, 2 },
    { NULL, 2, 2, 36, 2 },
    { NULL, 2, 2, 21, 2 },
    { NULL, 3, 1, 9, 2 },
    { NULL, 2, 2, 26, 1 },
    { NULL, 2, 2, 8, 3 },
    { NULL, 2, 2, 26, 0 },
    { NULL, 1, 1, 1, 2 },
    { NULL, 1, 2, 63, 0 },
    /* whole disks, as scripts have them */
    { "1.44M", 80, 2, 18, 2 },
    { "720K", 80, 2, 9, 2 },
    { "1.2M", 80, 2, 15, 2 },
    { "360K", 40, 2, 9, 2 },
    { "2.88M", 80, 2, 36, 2 },
    { "1.68M", 80, 2, 21, 2 },
    { "160K", 40, 1, 8, 2 },
    { "180K", 40, 1, 9, 2 },
    { "320K", 40, 2, 8, 2 },
};

unsigned image_layout_index(unsigned number)
{
    return number >= IMAGE_WHOLE ? N_SMALL + (number - IMAGE_WHOLE) % N_WHOLE : number % N_SMALL;
}

const struct image_layout *image_layout(unsigned number)
{
    return &layouts[image_layout_index(number)];
}
