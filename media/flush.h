/*
 * Flushing a file medium: all that is dirty, in one go or in three.
 */
#ifndef MEDIA_FLUSH_H
#define MEDIA_FLUSH_H

#include <vfdc/media.h>

#include "vfd.h"

/* The operation of struct vfdc_media_ops: everything, until no journal stands. */
vfdc_result flush_all(struct vfdc_media *media, struct vfdc_media_error *error);

/* The public calls, on a medium that is a file. */
vfdc_result flush_begin(struct vfd *vfd, struct vfdc_media_flush **flush,
                        struct vfdc_media_error *error);
vfdc_result flush_write(struct vfdc_media_flush *flush, struct vfdc_media_error *error);
/* And whose it was: a close may have waited for it. */
vfdc_result flush_end(struct vfdc_media_flush *flush, struct vfd **whose,
                      struct vfdc_media_error *error);

#endif
