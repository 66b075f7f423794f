/*
 * The steps of opening, which images in files and drives of the host share.  Each refuses with
 * the code for what the vfd is.
 */
#ifndef MEDIA_VFD_OPEN_H
#define MEDIA_VFD_OPEN_H

#include <stdbool.h>

#include <vfdc/media.h>

#include "geometry.h"
#include "vfd.h"

/* What forbids an attempt, whatever the path; sets *media to NULL. */
vfdc_result vfd_check_call(const char *path, const struct vfdc_media_options *options,
                           struct vfdc_media **media, struct vfdc_media_error *error);

/* With a path that was checked, without a descriptor; NULL without memory. */
struct vfd *vfd_create(const char *path, const struct vfdc_media_options *options);

vfdc_result vfd_refuse(const struct vfd *vfd, struct vfdc_media_error *error, const char *form,
                       int system_errno);

/* Whether an open for writing failed for a reason that may still let us read. */
bool vfd_is_write_refusal(int system_errno);

/* Whether the names of its journals are not too long. */
bool vfd_name_has_room(const char name[static VFD_NAME_BYTES]);

/* Remember the file as it is now. */
void vfd_note(struct vfd *vfd, const struct vfdc_system_status *status);

/* Take the locks. */
vfdc_result vfd_hold(struct vfd *vfd, const struct vfdc_media_options *options,
                     struct vfdc_media_error *error);

/* Which layout; and give it that. */
vfdc_result vfd_choose(const struct vfd *vfd, const struct vfdc_media_options *options,
                       struct geometry_choice *choice, struct vfdc_media_error *error);
void vfd_lay_out(struct vfd *vfd, const struct geometry_choice *choice);

/*
 * Once more, now that the file is locked and what was to be looked at has been read: nobody
 * exchanged anything meanwhile.
 */
vfdc_result vfd_examine_again(struct vfd *vfd, struct vfdc_media_error *error);

#endif
