/*
 * Image files as such, in no drive: making a blank one, and telling what kind of disk one is.
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bpb.h"
#include "file.h"
#include "geometry.h"
#include "new_file.h"
#include "text.h"

#define BLOCK_BYTES 4096u

/* What the caller did not bring. */
static void choose_system(const struct vfdc_image_options *options,
                          const struct vfdc_system **system, void **opaque)
{
    const bool is_given = options != NULL && options->system != NULL;

    *system = is_given ? options->system : vfdc_system_posix();
    *opaque = is_given ? options->system_opaque : NULL;
}

/* ---- a blank image ----------------------------------------------------------------------- */

/* With all its bytes written, so that the disk's space is there when a guest writes. */
static vfdc_result write_blank(const struct new_file *file, uint64_t n_bytes,
                               struct vfdc_media_error *error)
{
    static const uint8_t zeros[BLOCK_BYTES];
    vfdc_result result = VFDC_S_OK;

    for (uint64_t at = 0; at < n_bytes && !vfdc_failed(result); at += BLOCK_BYTES) {
        size_t n_more = n_bytes - at < BLOCK_BYTES ? (size_t)(n_bytes - at) : BLOCK_BYTES;

        result = new_file_write(file, zeros, n_more, at, error);
    }
    return result;
}

static vfdc_result create(struct new_file *file, const char *path, uint64_t n_bytes,
                          struct vfdc_media_error *error)
{
    vfdc_result result = new_file_begin(file, path, 0666, error);

    if (vfdc_failed(result)) {
        return result;
    }
    result = write_blank(file, n_bytes, error);
    if (!vfdc_failed(result)) {
        result = new_file_finish(file, error);
    }
    if (vfdc_failed(result)) {
        new_file_drop(file);
        return result;
    }
    (void)file->system->close(file->system_opaque, file->fd); /* synced before */
    (void)file->system->close(file->system_opaque, file->directory);
    return text_succeed(error);
}

vfdc_result vfdc_image_create(const char *path, uint64_t n_bytes,
                              const struct vfdc_image_options *options,
                              struct vfdc_media_error *error)
{
    struct new_file *file;
    vfdc_result result;

    if (path == NULL) {
        return text_fail_plain(error, VFDC_E_POINTER, "image path is NULL");
    }
    if (!geometry_has_size(n_bytes)) {
        const struct text_facts facts = { .path = path, .number = n_bytes };

        return text_fail(error, VFDC_E_INVALIDARG, VFDC_MEDIA_NO_LBA,
                         "%p: no floppy geometry has %n bytes", &facts);
    }
    file = calloc(1, sizeof(*file));
    if (file == NULL) {
        return text_fail_plain(error, VFDC_E_OUTOFMEMORY, "out of memory");
    }
    choose_system(options, &file->system, &file->system_opaque);
    result = create(file, path, n_bytes, error);
    free(file);
    return result;
}

/* ---- what an image is -------------------------------------------------------------------- */

/* A file that is only looked at: no lock, no journal.  Too long for the stack. */
struct seen {
    const struct vfdc_system *system;
    void *system_opaque;
    const char *path;
    int fd;
    uint64_t n_bytes;
    uint8_t boot[GEOMETRY_END_BYTES], tail[GEOMETRY_END_BYTES];
    char folder[VFD_PATH_BYTES]; /* a copy of the path, to be cut */
    char name[VFD_NAME_BYTES];
};

static vfdc_result fail(const struct seen *seen, vfdc_result code, const char *form,
                        int system_errno, struct vfdc_media_error *error)
{
    const struct text_facts facts = { .path = seen->path, .system_errno = system_errno };

    return text_fail(error, code, VFDC_MEDIA_NO_LBA, form, &facts);
}

/* ENOENT does not tell a missing file from a missing directory. */
static vfdc_result fail_missing(struct seen *seen, int system_errno,
                                struct vfdc_media_error *error)
{
    int directory;

    memcpy(seen->folder, seen->path, strlen(seen->path) + 1u);
    directory =
        file_open_directory(seen->system, seen->system_opaque, seen->folder, seen->name);
    if (directory == -ENOENT || directory == -ENOTDIR) {
        return fail(seen, VFDC_E_PATH_NOT_FOUND, "%p: there is no such directory", system_errno,
                    error);
    }
    if (directory >= 0) {
        seen->system->close(seen->system_opaque, directory);
    }
    return fail(seen, VFDC_E_FILE_NOT_FOUND, "%p: no such image", system_errno, error);
}

static vfdc_result fail_open(struct seen *seen, int system_errno,
                             struct vfdc_media_error *error)
{
    if (system_errno == ENOENT || system_errno == ENOTDIR) {
        return fail_missing(seen, system_errno, error);
    }
    if (system_errno == ENAMETOOLONG) {
        return fail(seen, VFDC_E_BUFFER_OVERFLOW, "path too long: %p", system_errno, error);
    }
    return fail(seen, VFDC_DISP_E_EXCEPTION, "cannot open %p: %e", system_errno, error);
}

/* All of `n_bytes`, or an errno. */
static int read_all(const struct seen *seen, uint8_t *bytes, size_t n_bytes, uint64_t offset)
{
    size_t n_moved = 0;

    for (unsigned tries = 0; tries < GEOMETRY_END_BYTES && n_moved < n_bytes; tries++) {
        int64_t moved = seen->system->pread(seen->system_opaque, seen->fd, bytes + n_moved,
                                            n_bytes - n_moved, offset + n_moved);

        if (moved > 0) {
            n_moved += (uint64_t)moved < n_bytes - n_moved ? (size_t)moved : n_bytes - n_moved;
        } else if (moved != -EINTR) {
            return vfd_errno(moved);
        }
    }
    return n_moved == n_bytes ? 0 : EINTR;
}

static vfdc_result look(struct seen *seen, struct vfdc_media_error *error)
{
    struct vfdc_system_status status = { .n_bytes = 0 };
    int result = seen->system->status(seen->system_opaque, seen->fd, &status);
    size_t n_there;

    if (result != 0) {
        return fail(seen, VFDC_DISP_E_EXCEPTION, "%p: cannot examine the file: %e",
                    vfd_errno(result), error);
    }
    if (!S_ISREG(status.mode)) {
        return fail(seen, VFDC_DISP_E_EXCEPTION, "%p: not a regular file", 0, error);
    }
    seen->n_bytes = status.n_bytes;
    n_there = status.n_bytes < GEOMETRY_END_BYTES ? (size_t)status.n_bytes : GEOMETRY_END_BYTES;
    result = read_all(seen, seen->boot, n_there, 0);
    if (result == 0) {
        result = read_all(seen, seen->tail, n_there, status.n_bytes - n_there);
    }
    if (result != 0) {
        return fail(seen, VFDC_DISP_E_EXCEPTION, "cannot read %p: %e", result, error);
    }
    return VFDC_S_OK;
}

/* The bytes of the disk that the file holds, in whatever drive; or 0 and why in `choice`. */
static uint32_t disk_bytes(const struct seen *seen, struct geometry_choice *choice)
{
    static const enum vfdc_drive_type drives[] = {
        VFDC_DRIVE_1440K, VFDC_DRIVE_2880K, VFDC_DRIVE_720K, VFDC_DRIVE_1200K, VFDC_DRIVE_360K,
    };

    for (size_t i = 0; i < sizeof(drives) / sizeof(drives[0]); i++) {
        const struct geometry_request request = {
            .n_bytes = seen->n_bytes,
            .drive = drives[i],
            .boot = seen->boot,
            .tail = seen->tail,
        };
        const struct vfdc_geometry *geometry = &choice->geometry;

        geometry_choose(&request, choice);
        if (choice->refusal == NULL) {
            return (uint32_t)geometry->cylinders * geometry->heads * geometry->sectors *
                   (UINT32_C(128) << geometry->size_code);
        }
    }
    return 0;
}

/* What the boot sector says, if it is that of a disk of so many bytes. */
static bool has_one_side(const uint8_t *boot, uint32_t n_bytes)
{
    struct bpb bpb = { 0, 0, 0 };

    return bpb_parse(boot, &bpb) && bpb.heads == 1 &&
           (uint32_t)bpb.cylinders * bpb.sectors * 512u == n_bytes;
}

/* The documented types know six disks. */
static enum vfdc_image_type type_of(uint32_t n_bytes, const uint8_t *boot)
{
    switch (n_bytes) {
    case 737280:
        return VFDC_IMAGE_LOW_DENSITY;
    case 1474560:
        return VFDC_IMAGE_HIGH_DENSITY;
    case 1720320:
        return VFDC_IMAGE_DMF;
    case 368640: /* of two sides, unless its boot sector says that it has one */
        return has_one_side(boot, n_bytes) ? VFDC_IMAGE_LOW_DENSITY_SINGLE_SIDED
                                           : VFDC_IMAGE_UNKNOWN;
    case 1228800:
        return VFDC_IMAGE_MEDIUM_DENSITY;
    case 1884160:
        return VFDC_IMAGE_HIGH_DENSITY_MSS;
    default:
        return VFDC_IMAGE_UNKNOWN;
    }
}

static vfdc_result tell_type(struct seen *seen, enum vfdc_image_type *type,
                             struct vfdc_media_error *error)
{
    struct geometry_choice choice = { .refusal = NULL };
    vfdc_result result = look(seen, error);
    uint32_t n_bytes;

    if (vfdc_failed(result)) {
        return result;
    }
    n_bytes = disk_bytes(seen, &choice);
    if (n_bytes == 0) {
        choice.facts.path = seen->path;
        return text_fail(error, VFDC_DISP_E_EXCEPTION, VFDC_MEDIA_NO_LBA, choice.refusal,
                         &choice.facts);
    }
    *type = type_of(n_bytes, seen->boot);
    return text_succeed(error);
}

vfdc_result vfdc_image_type(const char *path, const struct vfdc_image_options *options,
                            enum vfdc_image_type *type, struct vfdc_media_error *error)
{
    struct seen *seen;
    vfdc_result result;

    if (path == NULL || type == NULL) {
        return text_fail_plain(error, VFDC_E_POINTER, "path or type is NULL");
    }
    *type = VFDC_IMAGE_UNKNOWN;
    result = vfdc_media_check_path(path, error);
    if (vfdc_failed(result)) {
        return result;
    }
    seen = calloc(1, sizeof(*seen));
    if (seen == NULL) {
        return text_fail_plain(error, VFDC_E_OUTOFMEMORY, "out of memory");
    }
    seen->path = path;
    choose_system(options, &seen->system, &seen->system_opaque);
    seen->fd = file_open(seen->system, seen->system_opaque, path,
                         O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (seen->fd < 0) {
        result = fail_open(seen, vfd_errno(seen->fd), error);
    } else {
        result = tell_type(seen, type, error);
        (void)seen->system->close(seen->system_opaque, seen->fd);
    }
    free(seen);
    return result;
}
