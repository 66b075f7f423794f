/*
 * A new file: written and synced under a name of its own, then renamed to the one it is for,
 * which never replaces anything, and the directory synced; see new_file.h.
 */
#include "new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#include "file.h"
#include "text.h"

/* Others may be at it at the same time, or have died at it. */
#define MAX_NAMES 1000u

/* Calls to bring one piece across: interrupted ones and those that move a part. */
#define MAX_TRIES 1000u

/* ---- refusing ---------------------------------------------------------------------------- */

static vfdc_result code_of(int system_errno)
{
    switch (system_errno) {
    case ENOENT:
    case ENOTDIR:
    case ELOOP:
        return VFDC_E_PATH_NOT_FOUND;
    case EISDIR:
        return VFDC_E_BAD_PATHNAME;
    case ENAMETOOLONG:
        return VFDC_E_BUFFER_OVERFLOW;
    case EEXIST:
        return VFDC_E_ALREADY_EXISTS;
    case EACCES:
    case EPERM:
    case EROFS:
        return VFDC_E_ACCESSDENIED;
    case ENOSPC:
    case EDQUOT:
        return VFDC_E_DISK_FULL;
    default:
        return VFDC_DISP_E_EXCEPTION;
    }
}

vfdc_result new_file_fail(const struct new_file *file, const char *form, int system_errno,
                          struct vfdc_media_error *error)
{
    const struct text_facts facts = { .path = file->path, .system_errno = system_errno };

    return text_fail(error, code_of(system_errno), VFDC_MEDIA_NO_LBA, form, &facts);
}

static vfdc_result fail_directory(const struct new_file *file, int system_errno,
                                  struct vfdc_media_error *error)
{
    switch (code_of(system_errno)) {
    case VFDC_E_PATH_NOT_FOUND:
        return new_file_fail(file, "%p: there is no such directory", system_errno, error);
    case VFDC_E_BAD_PATHNAME:
        return new_file_fail(file, "%p: names no file", system_errno, error);
    case VFDC_E_BUFFER_OVERFLOW:
        return new_file_fail(file, "path too long: %p", system_errno, error);
    default:
        return new_file_fail(file, "%p: cannot open the directory: %e", system_errno, error);
    }
}

static vfdc_result fail_existing(const struct new_file *file, struct vfdc_media_error *error)
{
    return new_file_fail(file, "%p: is there already, and is not overwritten", EEXIST, error);
}

/* ---- beginning --------------------------------------------------------------------------- */

/* ".vfdc-new-N": 0 up. */
static void number_name(char *name, unsigned number)
{
    static const char stem[] = ".vfdc-new-";
    size_t at = sizeof(stem) - 1u;

    memcpy(name, stem, at);
    for (unsigned power = 100; power > 0; power /= 10) {
        name[at] = (char)('0' + (char)(number / power % 10u));
        at++;
    }
    name[at] = '\0';
}

/* A descriptor, or a negative errno. */
static int create_temporary(struct new_file *file, uint32_t mode)
{
    int fd = -EEXIST;

    for (unsigned i = 0; i < MAX_NAMES && (fd == -EEXIST || fd == -EINTR); i++) {
        number_name(file->temporary, i);
        fd = file->system->open_at(file->system_opaque, file->directory, file->temporary,
                                   O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    }
    return fd;
}

static vfdc_result begin_in_directory(struct new_file *file, uint32_t mode,
                                      struct vfdc_media_error *error)
{
    struct vfdc_system_status status = { .n_bytes = 0 };
    int result = file->system->status_at(file->system_opaque, file->directory, file->name,
                                         &status);

    if (result == 0) {
        return fail_existing(file, error);
    }
    if (result != -ENOENT) {
        return new_file_fail(file, "%p: cannot look for the file: %e", vfd_errno(result), error);
    }
    file->fd = create_temporary(file, mode);
    if (file->fd < 0) {
        result = file->fd == -EEXIST ? EIO : vfd_errno(file->fd);
        return new_file_fail(file, "%p: cannot create the file: %e", result, error);
    }
    return VFDC_S_OK;
}

vfdc_result new_file_begin(struct new_file *file, const char *path, uint32_t mode,
                           struct vfdc_media_error *error)
{
    vfdc_result result = vfdc_media_check_path(path, error);

    file->path = path;
    file->fd = -1;
    if (vfdc_failed(result)) {
        return result;
    }
    memcpy(file->folder, path, strlen(path) + 1u);
    file->directory =
        file_open_directory(file->system, file->system_opaque, file->folder, file->name);
    if (file->directory < 0) {
        return fail_directory(file, vfd_errno(file->directory), error);
    }
    result = begin_in_directory(file, mode, error);
    if (vfdc_failed(result)) {
        file->system->close(file->system_opaque, file->directory);
    }
    return result;
}

/* ---- going on ---------------------------------------------------------------------------- */

vfdc_result new_file_write(const struct new_file *file, const uint8_t *bytes, size_t n_bytes,
                           uint64_t offset, struct vfdc_media_error *error)
{
    size_t n_moved = 0;
    int result = EINTR;

    for (unsigned tries = 0; tries < MAX_TRIES && n_moved < n_bytes; tries++) {
        int64_t moved = file->system->pwrite(file->system_opaque, file->fd, bytes + n_moved,
                                             n_bytes - n_moved, offset + n_moved);

        if (moved > 0) {
            n_moved += (uint64_t)moved < n_bytes - n_moved ? (size_t)moved : n_bytes - n_moved;
        } else if (moved != -EINTR) {
            result = vfd_errno(moved); /* EIO, where nothing moved */
            break;
        }
    }
    if (n_moved == n_bytes) {
        return VFDC_S_OK;
    }
    if (code_of(result) == VFDC_E_DISK_FULL) {
        return new_file_fail(file, "%p: no space left for the file", result, error);
    }
    return new_file_fail(file, "%p: cannot write the file: %e", result, error);
}

/* ---- ending ------------------------------------------------------------------------------ */

vfdc_result new_file_finish(struct new_file *file, struct vfdc_media_error *error)
{
    int result = file->system->sync(file->system_opaque, file->fd);

    if (result != 0) {
        return new_file_fail(file, "%p: cannot sync the file: %e", vfd_errno(result), error);
    }
    result = file->system->rename_at(file->system_opaque, file->directory, file->temporary,
                                     file->name);
    if (result == -EEXIST) {
        return fail_existing(file, error);
    }
    if (result != 0) {
        return new_file_fail(file, "%p: cannot name the file: %e", vfd_errno(result), error);
    }
    memcpy(file->temporary, file->name, sizeof(file->name)); /* what a drop takes away now */
    result = file->system->sync_directory(file->system_opaque, file->directory);
    if (result != 0) {
        return new_file_fail(file, "%p: cannot sync the directory: %e", vfd_errno(result),
                             error);
    }
    return VFDC_S_OK;
}

void new_file_drop(struct new_file *file)
{
    (void)file->system->unlink_at(file->system_opaque, file->directory, file->temporary);
    (void)file->system->close(file->system_opaque, file->fd);
    (void)file->system->close(file->system_opaque, file->directory);
}
