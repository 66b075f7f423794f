/*
 * What is proved of the media layer, by abstract interpretation (Frama-C, Eva): no sequence of
 * calls, with any arguments, any bytes in the image and any answers of the system, reads or
 * writes outside an object, divides by zero, narrows a number or uses memory not set.  Every
 * span given out is readable to its last byte.
 *
 * Entry points: prove_geometry, prove_memory, prove_journal, prove_vfd, prove_vfd_own_buffer.  The
 * sentences of text.c are left out: nothing of an image is in them.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <vfdc/media.h>

#include "geometry.h"
#include "image.h"
#include "journal.h"
#include "text.h"

/* Read anew each time: any value. */
static volatile uint8_t any_u8;
static volatile uint32_t any_u32;
static volatile uint64_t any_u64;
static volatile int64_t any_s64;
static volatile int any_int;

static uint8_t image_bytes[IMAGE_BUFFER_BYTES];
static uint8_t sector_bytes[VFDC_MAX_SECTOR_BYTES];
static uint8_t order[VFDC_MAX_SECTORS + 1u];

static bool any_bool(void)
{
    return (any_u8 & 1u) != 0;
}

/* Whatever was there, any bytes may be there now. */
static void disturb(uint8_t *bytes, size_t n_bytes)
{
    /*@ loop assigns i, bytes[0 .. n_bytes - 1]; */
    for (size_t i = 0; i < n_bytes; i++) {
        bytes[i] = any_u8;
    }
}

static enum vfdc_drive_type any_drive(void)
{
    return (enum vfdc_drive_type)(any_u8 & 7u);
}

/* ---- in place of text.c ------------------------------------------------------------------ */

vfdc_result text_fail(struct vfdc_media_error *error, vfdc_result code, uint32_t sector,
                      const char *form, const struct text_facts *facts)
{
    (void)form;
    if (error != NULL) {
        error->code = code;
        error->sector = sector;
        error->system_errno = facts->system_errno;
    }
    return code;
}

vfdc_result text_fail_plain(struct vfdc_media_error *error, vfdc_result code, const char *text)
{
    (void)text;
    if (error != NULL) {
        error->code = code;
        error->sector = VFDC_MEDIA_NO_LBA;
        error->system_errno = 0;
    }
    return code;
}

vfdc_result text_succeed(struct vfdc_media_error *error)
{
    return text_fail_plain(error, VFDC_S_OK, "");
}

/* ---- a system that answers anything ------------------------------------------------------ */

static int stub_open(void *opaque, const char *path, int flags, uint32_t mode)
{
    (void)opaque;
    (void)path;
    (void)flags;
    (void)mode;
    return any_int;
}

static int stub_status(void *opaque, int fd, struct vfdc_system_status *status)
{
    (void)opaque;
    (void)fd;
    if (any_bool()) {
        return any_int;
    }
    status->n_bytes = any_u64;
    status->device = any_u64;
    status->inode = any_u64;
    status->modified_ns = any_u64;
    status->changed_ns = any_u64;
    status->mode = any_u32;
    status->n_links = any_u32;
    status->owner = any_u32;
    status->group = any_u32;
    return 0;
}

static int64_t stub_pread(void *opaque, int fd, void *bytes, size_t n_bytes, uint64_t offset)
{
    (void)opaque;
    (void)fd;
    (void)offset;
    //@ assert \valid((uint8_t *)bytes + (0 .. n_bytes - 1));
    disturb(bytes, n_bytes);
    return any_s64;
}

static int64_t stub_pwrite(void *opaque, int fd, const void *bytes, size_t n_bytes,
                           uint64_t offset)
{
    (void)opaque;
    (void)fd;
    (void)offset;
    (void)bytes;
    //@ assert \valid_read((const uint8_t *)bytes + (0 .. n_bytes - 1));
    return any_s64;
}

static int stub_truncate(void *opaque, int fd, uint64_t n_bytes)
{
    (void)opaque;
    (void)fd;
    (void)n_bytes;
    return any_int;
}

static int stub_sync(void *opaque, int fd)
{
    (void)opaque;
    (void)fd;
    return any_int;
}

static int stub_close(void *opaque, int fd)
{
    (void)opaque;
    (void)fd;
    return any_int;
}

static int stub_open_at(void *opaque, int directory, const char *name, int flags,
                        uint32_t mode)
{
    (void)opaque;
    (void)directory;
    (void)name;
    (void)flags;
    (void)mode;
    return any_int;
}

static int stub_status_at(void *opaque, int directory, const char *name,
                          struct vfdc_system_status *status)
{
    (void)name;
    return stub_status(opaque, directory, status);
}

static int stub_rename_at(void *opaque, int directory, const char *from, const char *to)
{
    (void)opaque;
    (void)directory;
    (void)from;
    (void)to;
    return any_int;
}

static int stub_unlink_at(void *opaque, int directory, const char *name)
{
    (void)opaque;
    (void)directory;
    (void)name;
    return any_int;
}

static int stub_directory(void *opaque, int directory)
{
    (void)opaque;
    (void)directory;
    return any_int;
}

static int stub_resolve(void *opaque, int fd, const char *path, char *resolved, size_t n_bytes)
{
    (void)opaque;
    (void)fd;
    (void)path;
    //@ assert \valid(resolved + (0 .. n_bytes - 1));
    disturb((uint8_t *)resolved, n_bytes);
    return any_int;
}

static int stub_lock(void *opaque, int fd, uint64_t first, uint64_t n_bytes)
{
    (void)opaque;
    (void)fd;
    (void)first;
    (void)n_bytes;
    return any_int;
}

static uint32_t stub_user(void *opaque)
{
    (void)opaque;
    return any_u32;
}

/* Any hash matches any other, or does not. */
uint64_t hash_of(const uint8_t *bytes, size_t n_bytes)
{
    //@ assert \valid_read(bytes + (0 .. n_bytes - 1));
    return any_u64;
}

/* Without the calls that only host drives and new files make. */
static const struct vfdc_system stub_system = {
    .open = stub_open,
    .status = stub_status,
    .pread = stub_pread,
    .pwrite = stub_pwrite,
    .truncate = stub_truncate,
    .sync = stub_sync,
    .close = stub_close,
    .open_at = stub_open_at,
    .status_at = stub_status_at,
    .rename_at = stub_rename_at,
    .unlink_at = stub_unlink_at,
    .sync_directory = stub_directory,
    .can_write_directory = stub_directory,
    .resolve = stub_resolve,
    .lock = stub_lock,
    .is_locked = stub_lock,
    .user = stub_user,
};

const struct vfdc_system *vfdc_system_posix(void)
{
    return &stub_system;
}

/* ---- any calls --------------------------------------------------------------------------- */

static void read_anything(struct vfdc_media *media)
{
    struct vfdc_media_span span = { NULL, 0 };
    enum vfdc_media_result result =
        media->ops->read_span(media, any_u8, any_u8, any_u8, any_u8, &span);

    if (result == VFDC_MEDIA_OK) {
        //@ assert \valid_read(span.bytes + (0 .. span.n_bytes - 1));
        //@ assert span.n_bytes >= 128;
    }
}

/* With any of the other calls in between: the caller's loop makes them all. */
static void flush_in_three(struct vfdc_media *media)
{
    struct vfdc_media_flush *flush = NULL;
    struct vfdc_media_error error = { 0, 0, 0, { 0 } };

    vfdc_media_flush_begin(any_bool() ? media : NULL, any_bool() ? &flush : NULL, &error);
    if (flush != NULL) {
        if (any_bool()) {
            media->ops->commit(media);
        }
        vfdc_media_flush_write(any_bool() ? flush : NULL, &error);
        vfdc_media_flush_end(NULL, &error);
        vfdc_media_flush_end(flush, any_bool() ? &error : NULL);
    }
}

static void use_anyhow(struct vfdc_media *media)
{
    struct vfdc_media_error error = { 0, 0, 0, { 0 } };
    struct vfdc_geometry geometry = { 0, 0, 0, 0, 0, 0, 0 };

    switch (any_u8 & 15u) {
    case 0:
    case 1:
        read_anything(media);
        break;
    case 2:
        disturb(sector_bytes, sizeof(sector_bytes));
        media->ops->write_sector(media, any_u8, any_u8, any_u8, sector_bytes, any_u8);
        break;
    case 3:
        disturb(order, sizeof(order));
        media->ops->format_track(media, any_u8, any_u8, order, any_u8, any_u8, any_u8);
        break;
    case 4:
        media->ops->sector_at(media, any_u8, any_u8, any_u8);
        break;
    case 5:
        vfdc_media_flush(any_bool() ? media : NULL, any_bool() ? &error : NULL);
        break;
    case 6:
        vfdc_media_geometry(any_bool() ? media : NULL, any_bool() ? &geometry : NULL);
        break;
    case 7:
        media->ops->marks(media, any_u8, any_u8, any_u8);
        media->ops->gap(media, any_u8, any_u8);
        break;
    case 8:
        vfdc_media_set_marks(any_bool() ? media : NULL, any_u32, any_u32, any_u32, any_u8);
        break;
    case 9:
        media->ops->commit(media);
        break;
    case 10:
        flush_in_three(media);
        break;
    default:
        vfdc_media_warnings(any_bool() ? media : NULL);
        vfdc_media_geometry_reason(any_bool() ? media : NULL);
        vfdc_media_is_read_only(any_bool() ? media : NULL);
        vfdc_media_dirty_sectors(any_bool() ? media : NULL);
        break;
    }
}

/* As a host may fill them in, with any layout by force. */
static void any_options(struct vfdc_media_options *options)
{
    options->drive = any_drive();
    options->read_only = any_bool();
    options->allow_read_only = any_bool();
    options->cylinders = any_u8;
    options->heads = any_u8;
    options->sectors = any_u8;
    options->size_code = any_u8;
    options->durability = (enum vfdc_durability)(any_u8 & 3u);
    options->allow_in_place = any_bool();
    options->allow_unlocked = any_bool();
    options->no_follow = any_bool();
    options->strict = any_bool();
    options->system = any_bool() ? &stub_system : NULL;
}

/* ---- the proofs ---------------------------------------------------------------------- */

void prove_geometry(void)
{
    uint8_t boot[GEOMETRY_END_BYTES] = { 0 };
    uint8_t tail[GEOMETRY_END_BYTES] = { 0 };

    while (any_bool()) {
        struct geometry_choice choice = { .refusal = NULL };
        const struct geometry_request request = {
            .n_bytes = any_u64,
            .drive = any_drive(),
            .given = { any_u8, any_u8, any_u8, any_u8 },
            .boot = boot,
            .tail = tail,
        };

        disturb(boot, sizeof(boot));
        disturb(tail, sizeof(tail));
        geometry_choose(&request, &choice);
        //@ assert choice.geometry.cylinders <= 86;
        //@ assert choice.geometry.heads <= 2;
        //@ assert choice.geometry.sectors <= 63;
        //@ assert choice.geometry.size_code <= 3;
        //@ assert choice.geometry.data_rate <= 3;
        //@ assert choice.geometry.track_step <= 2;
    }
}

void prove_memory(void)
{
    struct vfdc_media_options options = { 0 };
    struct vfdc_media_error error = { 0, 0, 0, { 0 } };
    struct vfdc_media *media = NULL;
    size_t n_bytes = any_u32;

    if (n_bytes > sizeof(image_bytes)) {
        n_bytes = sizeof(image_bytes);
    }
    any_options(&options);
    disturb(image_bytes, sizeof(image_bytes));
    vfdc_media_open_memory(any_bool() ? image_bytes : NULL, n_bytes,
                           any_bool() ? &options : NULL, &media, &error);
    if (media == NULL) {
        return;
    }
    while (any_bool()) {
        use_anyhow(media);
    }
    vfdc_media_close(NULL, &error);
    vfdc_media_close(media, &error);
}

/* A file over the caller's buffer, or over one of its own. */
static void prove_file(void *buffer)
{
    struct vfdc_media_options options = { 0 };
    struct vfdc_media_error error = { 0, 0, 0, { 0 } };
    struct vfdc_media *media = NULL;

    any_options(&options);
    options.buffer = buffer;
    vfdc_media_open_vfd(any_bool() ? "/a" : NULL, any_bool() ? &options : NULL, &media, &error);
    if (media == NULL) {
        return;
    }
    while (any_bool()) {
        use_anyhow(media);
    }
    vfdc_media_close(NULL, &error);
    vfdc_media_close(media, &error);
}

/* Any bytes as a journal's, read back, and any as one is made. */
void prove_journal(void)
{
    static uint8_t bytes[JOURNAL_RECORD_BYTES];
    struct journal_header header = { 0, 0, 0, 0, false };
    struct journal_record record = { 0, 0, 0 };
    const struct journal_record made = { any_u64, any_u32, any_u32 };
    uint64_t lba = 0, old_hash = 0;
    size_t n_bytes = any_u32;

    if (n_bytes > sizeof(bytes)) {
        n_bytes = sizeof(bytes);
    }
    disturb(bytes, sizeof(bytes));
    journal_get_header(bytes, &header);
    if (journal_get_record(bytes, n_bytes, any_u32, &record)) {
        const uint8_t *content = journal_get_sector(bytes, &record, any_u32, &lba, &old_hash);

        if (content != NULL) {
            //@ assert \valid_read(content + (0 .. 1023));
        }
    }
    journal_put_header(bytes, &header);
    journal_begin_record(bytes, &made);
    disturb(sector_bytes, sizeof(sector_bytes));
    if (made.sector_bytes <= sizeof(sector_bytes)) {
        journal_put_sector(bytes, &made, any_u32, any_u64, any_u64, sector_bytes);
    }
    journal_end_record(bytes, &made);
}

void prove_vfd(void)
{
    disturb(image_bytes, sizeof(image_bytes));
    prove_file(image_bytes);
}

void prove_vfd_own_buffer(void)
{
    vfdc_media_check_path("", NULL);
    vfdc_media_check_path("a", NULL);
    prove_file(NULL);
}
