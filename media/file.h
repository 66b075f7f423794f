/*
 * What every file here goes through: an open that survives interruptions, and the directory
 * that the file is in.
 */
#ifndef MEDIA_FILE_H
#define MEDIA_FILE_H

#include <vfdc/media.h>

#include "vfd.h"

/* A descriptor, or a negative errno. */
int file_open(const struct vfdc_system *system, void *opaque, const char *path, int flags);

/*
 * Open the directory of the last name in an absolute path, and copy that name.  The path is cut
 * there meanwhile, and whole again on return.  A descriptor, or a negative errno: -EISDIR of a
 * path that ends in no plain name, -ENAMETOOLONG.
 */
int file_open_directory(const struct vfdc_system *system, void *opaque, char *path,
                        char name[static VFD_NAME_BYTES]);

/* The length of such a name. */
size_t file_name_length(const char name[static VFD_NAME_BYTES]);

#endif
