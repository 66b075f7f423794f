/*
 * A block device of the host as a medium: from then on like an image in a file, but written in
 * place.  It is looked at before it is opened in earnest: without O_NONBLOCK the system tells
 * whether the disk is protected, and a pipe would never open.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"
#include "text.h"
#include "vfd_media.h"
#include "vfd_open.h"

#define LOOK_FLAGS (O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
#define OPEN_FLAGS (O_EXCL | O_CLOEXEC | O_NOCTTY)

static int open_as(const struct vfd *vfd, int flags)
{
    return file_open(vfd->system, vfd->system_opaque, vfd->path, flags);
}

static vfdc_result refuse_open(const struct vfd *vfd, int system_errno,
                               struct vfdc_media_error *error)
{
    return vfd_refuse(vfd, error, "cannot open %p: %e", system_errno);
}

static vfdc_result look(const struct vfd *vfd, struct vfdc_media_error *error)
{
    struct vfdc_system_status status = { .n_bytes = 0 };
    const struct text_facts facts = { .path = vfd->path };
    int fd = open_as(vfd, LOOK_FLAGS);
    int result;

    if (fd < 0) {
        return refuse_open(vfd, vfd_errno(fd), error);
    }
    result = vfd->system->status(vfd->system_opaque, fd, &status);
    (void)vfd->system->close(vfd->system_opaque, fd);
    if (result != 0) {
        return vfd_refuse(vfd, error, "%p: cannot examine the drive: %e", vfd_errno(result));
    }
    if (!S_ISBLK(status.mode)) {
        return text_fail(error, VFDC_E_INVALIDARG, VFDC_MEDIA_NO_LBA,
                         "%p: is no block device", &facts);
    }
    return VFDC_S_OK;
}

/* A descriptor, or a negative errno; for writing only if the disk in it is not protected. */
static int try_alone(const struct vfd *vfd, bool is_read_only)
{
    int fd = open_as(vfd, (is_read_only ? O_RDONLY : O_RDWR) | OPEN_FLAGS);
    uint64_t n_bytes = 0;

    if (fd >= 0 && !is_read_only &&
        vfd->system->device_bytes(vfd->system_opaque, fd, &n_bytes) == -EROFS) {
        (void)vfd->system->close(vfd->system_opaque, fd);
        return -EROFS;
    }
    return fd;
}

static vfdc_result open_alone(struct vfd *vfd, const struct vfdc_media_options *options,
                              struct vfdc_media_error *error)
{
    vfd->image.is_read_only = options->read_only;
    vfd->fd = try_alone(vfd, options->read_only);
    if (vfd->fd < 0 && !options->read_only && options->allow_read_only &&
        vfd_is_write_refusal(vfd_errno(vfd->fd))) {
        vfd->image.is_read_only = true;
        vfd->warnings |= VFDC_WARNING_READ_ONLY;
        vfd->fd = try_alone(vfd, true);
    }
    return vfd->fd >= 0 ? VFDC_S_OK : refuse_open(vfd, vfd_errno(vfd->fd), error);
}

/* Its size, and whether there is a disk to read. */
static vfdc_result examine(struct vfd *vfd, struct vfdc_media_error *error)
{
    struct vfdc_system_status status = { .n_bytes = 0 };
    int result = vfd_status(vfd, &status);

    if (result != 0) {
        return vfd_refuse(vfd, error, "%p: cannot examine the drive: %e", result);
    }
    vfd_note(vfd, &status);
    if (status.n_bytes >= GEOMETRY_END_BYTES) {
        result = vfd_read(vfd, vfd->image.bytes, GEOMETRY_END_BYTES, 0);
    }
    if (result == VFD_ENDED) {
        return vfd_refuse(vfd, error, "cannot read %p: there is nothing", 0);
    }
    return result == 0 ? VFDC_S_OK : vfd_refuse(vfd, error, "cannot read %p: %e", result);
}

static vfdc_result open_drive(struct vfd *vfd, const struct vfdc_media_options *options,
                              struct vfdc_media_error *error)
{
    struct geometry_choice choice = { .refusal = NULL };
    vfdc_result result = look(vfd, error);

    if (!vfdc_failed(result)) {
        result = open_alone(vfd, options, error);
    }
    if (!vfdc_failed(result)) {
        result = vfd_hold(vfd, options, error);
    }
    if (!vfdc_failed(result)) {
        result = examine(vfd, error);
    }
    if (!vfdc_failed(result)) {
        result = vfd_choose(vfd, options, &choice, error);
    }
    if (!vfdc_failed(result)) {
        vfd_lay_out(vfd, &choice);
    }
    return result;
}

vfdc_result vfdc_media_open_host_drive(const char *path,
                                       const struct vfdc_media_options *options,
                                       struct vfdc_media **media, struct vfdc_media_error *error)
{
    const bool is_null = path == NULL;
    struct vfd *vfd;
    vfdc_result result = vfd_check_call(is_null ? "" : path, options, media, error);

    if (vfdc_failed(result)) {
        return result;
    }
    if (is_null || path[0] != '/' || strlen(path) >= VFD_PATH_BYTES) {
        return text_fail_plain(error, VFDC_E_INVALIDARG,
                               "the path of a host drive is absolute, and not too long");
    }
    vfd = vfd_create(path, options);
    if (vfd == NULL) {
        return text_fail_plain(error, VFDC_E_OUTOFMEMORY, "out of memory");
    }
    vfd->is_device = true;
    vfd->durability = VFDC_DURABILITY_IN_PLACE;
    result = open_drive(vfd, options, error);
    if (vfdc_failed(result)) {
        vfd_let_go(vfd);
        return result;
    }
    if (!vfd->image.is_read_only && options->durability == VFDC_DURABILITY_JOURNAL) {
        vfd->warnings |= VFDC_WARNING_IN_PLACE;
    }
    *media = &vfd->image.base;
    return text_succeed(error);
}
