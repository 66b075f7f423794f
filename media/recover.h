/*
 * What an earlier holder of an image left in its journal, at an open.
 */
#ifndef MEDIA_RECOVER_H
#define MEDIA_RECOVER_H

#include <vfdc/media.h>

#include "vfd.h"

/*
 * Look for journals beside an image that is laid out and locked, and bring the image up to what
 * they have; in memory alone where it is read-only.  One that is not this image's is set aside,
 * with a warning.  VM_E_IMAGE_CAPTURE_FAIL if that cannot be done: then the journal stands.
 */
vfdc_result recover(struct vfd *vfd, struct vfdc_media_error *error);

#endif
