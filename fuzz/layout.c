/* The layouts of the images that inputs name.  See layout.h. */
#include "layout.h"

#include <stddef.h>

/* Small ones of every kind, which cost little. */
static const struct image_layout small[] = {
    { NULL, 3, 2, 18, 2 }, { NULL, 3, 2, 9, 2 },  { NULL, 3, 2, 15, 2 }, { NULL, 2, 2, 36, 2 },
    { NULL, 2, 2, 21, 2 }, { NULL, 3, 1, 9, 2 },  { NULL, 2, 2, 26, 1 }, { NULL, 2, 2, 8, 3 },
    { NULL, 2, 2, 26, 0 }, { NULL, 1, 1, 1, 2 },  { NULL, 1, 2, 63, 0 },
};
#define N_SMALL (sizeof(small) / sizeof(small[0]))

/* Whole disks, as scripts have them. */
static const struct image_layout whole[] = {
    { "1.44M", 80, 2, 18, 2 }, { "720K", 80, 2, 9, 2 },   { "1.2M", 80, 2, 15, 2 },
    { "360K", 40, 2, 9, 2 },   { "2.88M", 80, 2, 36, 2 }, { "1.68M", 80, 2, 21, 2 },
    { "160K", 40, 1, 8, 2 },   { "180K", 40, 1, 9, 2 },   { "320K", 40, 2, 8, 2 },
};
#define N_WHOLE (sizeof(whole) / sizeof(whole[0]))

const struct image_layout *image_layout(unsigned number)
{
    return number >= IMAGE_WHOLE ? &whole[(number - IMAGE_WHOLE) % N_WHOLE]
                                 : &small[number % N_SMALL];
}
