/*
 * The medium that a raw image in a file is.
 */
#ifndef MEDIA_VFD_MEDIA_H
#define MEDIA_VFD_MEDIA_H

#include <vfdc/media.h>

#include "vfd.h"

extern const struct vfdc_media_ops vfd_ops;

/* Let go of all files and the memory, as they are. */
void vfd_let_go(struct vfd *vfd);

#endif
