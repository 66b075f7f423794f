/*
 * The medium that a raw image in a file is.
 */
#ifndef MEDIA_VFD_MEDIA_H
#define MEDIA_VFD_MEDIA_H

#include <vfdc/media.h>

#include "vfd.h"

extern const struct vfdc_media_ops vfd_ops;

/* Whether it is such a medium, in the middle of a call: this one comes out of a system call. */
bool vfd_is_busy(const struct vfdc_media *media);

/* The answer then. */
vfdc_result vfd_refuse_call(struct vfdc_media_error *error);

/* Let go of all files and the memory, as they are. */
void vfd_let_go(struct vfd *vfd);

#endif
