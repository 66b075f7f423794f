/*
 * Opening a raw image in a file: the file, its kind, the locks on it, the directory it is in,
 * its layout.  A refusal leaves the file as it was and says why.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"
#include "lock.h"
#include "recover.h"
#include "text.h"
#include "vfd_journal.h"
#include "vfd_media.h"
#include "vfd_open.h"

/* Far above any floppy: such a file is not even looked into. */
#define MAX_FILE_BYTES (UINT64_C(4) << 20)

/* O_NONBLOCK lets the open of a FIFO return; on a regular file it means nothing. */
#define OPEN_FLAGS (O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

/* ---- refusing ---------------------------------------------------------------------------- */

/* The one code for everything that is not an image that this drive can hold. */
static vfdc_result code_of(const struct vfd *vfd)
{
    return vfd->is_device ? VFDC_VM_E_HOST_FLOPPY_CAPTURE_FAIL : VFDC_VM_E_IMAGE_CAPTURE_FAIL;
}

vfdc_result vfd_refuse(const struct vfd *vfd, struct vfdc_media_error *error, const char *form,
                       int system_errno)
{
    const struct text_facts facts = { .path = vfd->path, .system_errno = system_errno };

    return text_fail(error, code_of(vfd), VFDC_MEDIA_NO_LBA, form, &facts);
}

static vfdc_result refuse_open(const struct vfd *vfd, const struct vfdc_media_options *options,
                               struct vfdc_media_error *error, int system_errno)
{
    switch (system_errno) {
    case ENOENT:
    case ENOTDIR:
        return vfd_refuse(vfd, error, "%p: no such image", system_errno);
    case ELOOP:
        return vfd_refuse(vfd, error,
                      options->no_follow ? "%p: symbolic links are disabled"
                                         : "%p: too many symbolic links",
                      system_errno);
    case EACCES:
        return vfd_refuse(vfd, error, "cannot read %p", system_errno);
    case EISDIR:
        return vfd_refuse(vfd, error, "%p: is a directory", system_errno);
    case ENXIO: /* a socket, or a device without its hardware */
        return vfd_refuse(vfd, error, "%p: not a regular file", system_errno);
    case ENAMETOOLONG: {
        const struct text_facts facts = { .path = vfd->path, .system_errno = system_errno };

        return text_fail(error, VFDC_E_BUFFER_OVERFLOW, VFDC_MEDIA_NO_LBA, "path too long: %p",
                         &facts);
    }
    default:
        return vfd_refuse(vfd, error, "cannot open %p: %e", system_errno);
    }
}

/* ---- the path ---------------------------------------------------------------------------- */

vfdc_result vfdc_media_check_path(const char *path, struct vfdc_media_error *error)
{
    const struct text_facts facts = { .path = path };

    if (path == NULL) {
        return text_fail_plain(error, VFDC_E_POINTER, "image path is NULL");
    }
    if (path[0] == '\0') {
        return text_fail_plain(error, VFDC_E_BAD_PATHNAME, "image path is empty");
    }
    if (path[0] != '/') {
        return text_fail(error, VFDC_E_BAD_PATHNAME, VFDC_MEDIA_NO_LBA,
                         "image path must be absolute: %p", &facts);
    }
    if (strlen(path) >= VFD_PATH_BYTES) {
        return text_fail(error, VFDC_E_BUFFER_OVERFLOW, VFDC_MEDIA_NO_LBA, "path too long: %p",
                         &facts);
    }
    return text_succeed(error);
}

/* ---- the file ---------------------------------------------------------------------------- */

/* A descriptor, or a negative errno. */
static int try_open(const struct vfd *vfd, const struct vfdc_media_options *options, int access)
{
    return file_open(vfd->system, vfd->system_opaque, vfd->path,
                     access | OPEN_FLAGS | (options->no_follow ? O_NOFOLLOW : 0));
}

bool vfd_is_write_refusal(int system_errno)
{
    return system_errno == EACCES || system_errno == EROFS || system_errno == EPERM ||
           system_errno == ETXTBSY;
}

static vfdc_result open_file(struct vfd *vfd, const struct vfdc_media_options *options,
                             struct vfdc_media_error *error)
{
    int refused;

    vfd->fd = try_open(vfd, options, options->read_only ? O_RDONLY : O_RDWR);
    if (vfd->fd >= 0) {
        vfd->image.is_read_only = options->read_only;
        return VFDC_S_OK;
    }
    refused = vfd_errno(vfd->fd);
    if (options->read_only || !vfd_is_write_refusal(refused)) {
        return refuse_open(vfd, options, error, refused);
    }
    /* also where that is not allowed: whether it can be read makes the difference in words */
    vfd->fd = try_open(vfd, options, O_RDONLY);
    if (vfd->fd < 0) {
        return refuse_open(vfd, options, error, vfd_errno(vfd->fd));
    }
    vfd->image.is_read_only = true;
    vfd->warnings |= VFDC_WARNING_READ_ONLY;
    if (options->allow_read_only) {
        return VFDC_S_OK;
    }
    return vfd_refuse(vfd, error,
                  refused == EROFS ? "image is not writable, on a read-only file system: %p"
                                   : "image is not writable: %p",
                  refused);
}

void vfd_note(struct vfd *vfd, const struct vfdc_system_status *status)
{
    vfd->file_bytes = status->n_bytes;
    vfd->device = status->device;
    vfd->inode = status->inode;
    vfd->modified_ns = status->modified_ns;
    vfd->changed_ns = status->changed_ns;
}

/* The kind of file and its size, of the descriptor and never of the path. */
static vfdc_result examine_file(struct vfd *vfd, struct vfdc_media_error *error)
{
    struct vfdc_system_status status = { .n_bytes = 0 };
    int result = vfd_status(vfd, &status);

    if (result != 0) {
        return vfd_refuse(vfd, error, "%p: cannot examine the file: %e", result);
    }
    if (S_ISDIR(status.mode)) {
        return vfd_refuse(vfd, error, "%p: is a directory", 0);
    }
    if (S_ISCHR(status.mode)) {
        return vfd_refuse(vfd, error, "%p: is a character device", 0);
    }
    if (S_ISBLK(status.mode)) {
        return vfd_refuse(vfd, error, "%p: is a block device: attach it as a host drive", 0);
    }
    if (!S_ISREG(status.mode)) {
        return vfd_refuse(vfd, error, "%p: not a regular file", 0);
    }
    if (status.n_bytes > MAX_FILE_BYTES) {
        return vfd_refuse(vfd, error, "%p: image too large for a floppy", 0);
    }
    vfd_note(vfd, &status);
    return VFDC_S_OK;
}

vfdc_result vfd_examine_again(struct vfd *vfd, struct vfdc_media_error *error)
{
    struct vfdc_system_status status = { .n_bytes = 0 };
    int result = vfd_status(vfd, &status);

    if (result != 0) {
        return vfd_refuse(vfd, error, "%p: cannot examine the file: %e", result);
    }
    if (status.n_links == 0) {
        return vfd_refuse(vfd, error, "%p: image file was deleted while it was opened", 0);
    }
    if (status.n_bytes != vfd->file_bytes || status.device != vfd->device ||
        status.inode != vfd->inode || status.modified_ns != vfd->modified_ns) {
        return vfd_refuse(vfd, error, "%p: image changed while it was opened", 0);
    }
    vfd_note(vfd, &status);
    return VFDC_S_OK;
}

vfdc_result vfd_hold(struct vfd *vfd, const struct vfdc_media_options *options,
                     struct vfdc_media_error *error)
{
    int result =
        lock_take(vfd->system, vfd->system_opaque, vfd->fd, vfd->image.is_read_only);

    if (result == 0) {
        return VFDC_S_OK;
    }
    if (result == LOCK_IN_USE) {
        return vfd_refuse(vfd, error, "%p: image is in use by another drive or program", 0);
    }
    if (!lock_is_missing(result)) {
        return vfd_refuse(vfd, error, "%p: cannot lock the image: %e", result);
    }
    if (!vfd->image.is_read_only && !options->allow_unlocked) {
        return vfd_refuse(vfd, error,
                          "%p: the file system has no locks to hold the image alone: %e", result);
    }
    vfd->warnings |= VFDC_WARNING_UNLOCKED;
    return VFDC_S_OK;
}

/* ---- the directory, which is the journal's too -------------------------------------------- */

/* 0, or an errno: why no journal can be made.  `resolved` is room for a path. */
static int open_place(struct vfd *vfd, char *resolved)
{
    int result = vfd->system->resolve(vfd->system_opaque, vfd->fd, vfd->path, resolved,
                                      VFD_PATH_BYTES);

    if (result != 0) {
        return vfd_errno(result);
    }
    resolved[VFD_PATH_BYTES - 1u] = '\0';
    vfd->directory =
        file_open_directory(vfd->system, vfd->system_opaque, resolved, vfd->name);
    if (vfd->directory < 0) {
        result = vfd_errno(vfd->directory);
        vfd->directory = -1;
    }
    vfd_journal_name(vfd);
    return result;
}

bool vfd_name_has_room(const char name[static VFD_NAME_BYTES])
{
    return file_name_length(name) + VFD_JOURNAL_NAME_BYTES < VFD_NAME_BYTES;
}

static int can_make_journal(const struct vfd *vfd)
{
    int result;

    if (!vfd_name_has_room(vfd->name)) {
        return ENAMETOOLONG;
    }
    result = vfd->system->can_write_directory(vfd->system_opaque, vfd->directory);
    return result != 0 ? vfd_errno(result) : 0;
}

/*
 * An older journal may stand there whatever is asked for now.  A directory that may not be
 * opened has none that is ours; one that cannot be opened for another reason may.
 */
static vfdc_result find_place(struct vfd *vfd, const struct vfdc_media_options *options,
                              struct vfdc_media_error *error)
{
    char *resolved = calloc(1, VFD_PATH_BYTES + VFD_NAME_BYTES); /* a guard behind it */
    int result;

    if (resolved == NULL) {
        return text_fail_plain(error, VFDC_E_OUTOFMEMORY, "out of memory");
    }
    result = open_place(vfd, resolved);
    free(resolved);
    if (result != 0 && result != EACCES && result != EPERM && result != ENAMETOOLONG) {
        return vfd_refuse(vfd, error, "%p: cannot open the directory of the image: %e", result);
    }
    vfd->durability = options->durability;
    if (vfd->image.is_read_only || options->durability != VFDC_DURABILITY_JOURNAL) {
        return VFDC_S_OK;
    }
    if (result == 0) {
        result = can_make_journal(vfd);
    }
    if (result == 0) {
        return VFDC_S_OK;
    }
    if (!options->allow_in_place) {
        return vfd_refuse(vfd, error, "%p: no journal can be made beside the image: %e", result);
    }
    vfd->durability = VFDC_DURABILITY_IN_PLACE;
    vfd->warnings |= VFDC_WARNING_IN_PLACE;
    return VFDC_S_OK;
}

/* ---- the layout -------------------------------------------------------------------------- */

/* One end of the file: so many bytes, or what it has of them and zeros. */
static vfdc_result read_end(const struct vfd *vfd, uint64_t offset, uint8_t *bytes,
                            struct vfdc_media_error *error)
{
    size_t n_bytes = GEOMETRY_END_BYTES;
    struct text_facts facts = { .path = vfd->path, .number = offset };
    int result;

    if (vfd->file_bytes < GEOMETRY_END_BYTES) {
        n_bytes = (size_t)vfd->file_bytes;
    }
    result = vfd_read(vfd, bytes, n_bytes, offset);
    if (result == 0) {
        return VFDC_S_OK;
    }
    if (result == VFD_ENDED) {
        return vfd_refuse(vfd, error, "%p: image changed while it was opened", 0);
    }
    facts.system_errno = result;
    return text_fail(error, code_of(vfd), (uint32_t)(offset / GEOMETRY_END_BYTES),
                     "%p: read error at offset %n: %e", &facts);
}

/*
 * The ends of the file, where its size leaves a question; zeros where it does not.  A device
 * does not: it is never shorter than its disk, nor longer.
 */
static vfdc_result read_ends(const struct vfd *vfd, const struct geometry_request *request,
                             uint8_t *boot, uint8_t *tail, struct vfdc_media_error *error)
{
    vfdc_result result;

    memset(boot, 0, GEOMETRY_END_BYTES);
    memset(tail, 0, GEOMETRY_END_BYTES);
    if (vfd->is_device || geometry_is_decided_by_size(request)) {
        return VFDC_S_OK;
    }
    result = read_end(vfd, 0, boot, error);
    if (vfdc_failed(result) || vfd->file_bytes < GEOMETRY_END_BYTES) {
        return result;
    }
    return read_end(vfd, vfd->file_bytes - GEOMETRY_END_BYTES, tail, error);
}

vfdc_result vfd_choose(const struct vfd *vfd, const struct vfdc_media_options *options,
                       struct geometry_choice *choice, struct vfdc_media_error *error)
{
    /* in the buffer, which nothing else uses yet */
    uint8_t *boot = vfd->image.bytes;
    uint8_t *tail = vfd->image.bytes + GEOMETRY_END_BYTES;
    const struct geometry_request request = {
        .n_bytes = vfd->file_bytes,
        .drive = options->drive,
        .given = { options->cylinders, options->heads, options->sectors, options->size_code },
        .boot = boot,
        .tail = tail,
    };
    vfdc_result result = read_ends(vfd, &request, boot, tail, error);

    if (vfdc_failed(result)) {
        return result;
    }
    geometry_choose(&request, choice);
    if (choice->refusal != NULL) {
        choice->facts.path = vfd->path;
        return text_fail(error, code_of(vfd), VFDC_MEDIA_NO_LBA, choice->refusal,
                         &choice->facts);
    }
    return VFDC_S_OK;
}

void vfd_lay_out(struct vfd *vfd, const struct geometry_choice *choice)
{
    if (choice->reason == VFDC_GEOMETRY_SHORT) {
        vfd->warnings |= VFDC_WARNING_SHORT;
    }
    if (choice->reason == VFDC_GEOMETRY_SLACK) {
        vfd->warnings |= VFDC_WARNING_SLACK;
    }
    image_lay_out(&vfd->image, choice,
                  vfd->image.is_read_only || choice->reason == VFDC_GEOMETRY_SLACK);
}

/* ---- all of it --------------------------------------------------------------------------- */

struct vfd *vfd_create(const char *path, const struct vfdc_media_options *options)
{
    struct vfd *vfd = calloc(1, sizeof(*vfd));
    uint8_t *buffer = options->buffer;

    if (vfd == NULL) {
        return NULL;
    }
    if (buffer == NULL) {
        buffer = calloc(1, vfdc_media_buffer_bytes()); /* never a byte of the host's memory */
        vfd->owned_buffer = buffer;
    }
    if (buffer == NULL) {
        free(vfd);
        return NULL;
    }
    image_init(&vfd->image, &vfd_ops, buffer);
    memcpy(vfd->path, path, strlen(path) + 1u);
    vfd->system = options->system != NULL ? options->system : vfdc_system_posix();
    vfd->system_opaque = options->system_opaque;
    vfd->fd = -1;
    vfd->directory = -1;
    vfd_journal_init(&vfd->journal);
    vfd->is_strict = options->strict;
    vfd->may_be_unlocked = options->allow_unlocked;
    return vfd;
}

/* All that is between a path and a medium. */
static vfdc_result open_image(struct vfd *vfd, const struct vfdc_media_options *options,
                              struct vfdc_media_error *error)
{
    struct geometry_choice choice = { .refusal = NULL };
    vfdc_result result = open_file(vfd, options, error);

    if (!vfdc_failed(result)) {
        result = examine_file(vfd, error);
    }
    if (!vfdc_failed(result)) {
        result = vfd_hold(vfd, options, error);
    }
    if (!vfdc_failed(result)) {
        result = vfd_choose(vfd, options, &choice, error);
    }
    if (!vfdc_failed(result)) {
        result = find_place(vfd, options, error);
    }
    if (!vfdc_failed(result)) {
        result = vfd_examine_again(vfd, error);
    }
    if (!vfdc_failed(result)) {
        vfd_lay_out(vfd, &choice);
        result = recover(vfd, error);
    }
    return result;
}

static bool is_durability(enum vfdc_durability durability)
{
    return durability == VFDC_DURABILITY_JOURNAL || durability == VFDC_DURABILITY_IN_PLACE ||
           durability == VFDC_DURABILITY_RELAXED;
}

vfdc_result vfd_check_call(const char *path, const struct vfdc_media_options *options,
                           struct vfdc_media **media, struct vfdc_media_error *error)
{
    if (media != NULL) {
        *media = NULL;
    }
    if (path == NULL || options == NULL || media == NULL) {
        return text_fail_plain(error, VFDC_E_POINTER, "path, options or media is NULL");
    }
    if (!image_is_drive(options->drive)) {
        return text_fail_plain(error, VFDC_E_INVALIDARG, "the drive is no drive type");
    }
    if (!is_durability(options->durability)) {
        return text_fail_plain(error, VFDC_E_INVALIDARG, "the durability is none that there is");
    }
    return VFDC_S_OK;
}

vfdc_result vfdc_media_open_vfd(const char *path, const struct vfdc_media_options *options,
                                struct vfdc_media **media, struct vfdc_media_error *error)
{
    struct vfd *vfd;
    vfdc_result result = vfd_check_call(path, options, media, error);

    if (vfdc_failed(result)) {
        return result;
    }
    result = vfdc_media_check_path(path, error);
    if (vfdc_failed(result)) {
        return result;
    }
    vfd = vfd_create(path, options);
    if (vfd == NULL) {
        return text_fail_plain(error, VFDC_E_OUTOFMEMORY, "out of memory");
    }
    result = open_image(vfd, options, error);
    if (vfdc_failed(result)) {
        vfd_let_go(vfd);
        return result;
    }
    *media = &vfd->image.base;
    return text_succeed(error);
}

uint32_t vfdc_media_warnings(const struct vfdc_media *media)
{
    return media != NULL && media->ops == &vfd_ops ? ((const struct vfd *)media)->warnings : 0;
}
