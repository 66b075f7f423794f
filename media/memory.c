/*
 * An image in the caller's memory, written in place: what image.c does, and nothing to flush but
 * the word that marks are not kept.
 */
#include <stddef.h>
#include <stdlib.h>

#include "image.h"
#include "text.h"

static vfdc_result memory_flush(struct vfdc_media *media, struct vfdc_media_error *error)
{
    struct image *image = (struct image *)media;

    (void)text_succeed(error);
    if (!image->is_dirty) {
        return VFDC_S_OK;
    }
    image_begin_flush(image);
    return image_end_flush(image, true);
}

static uint32_t memory_dirty_sectors(const struct vfdc_media *media)
{
    (void)media;
    return 0;
}

static vfdc_result memory_close(struct vfdc_media *media, struct vfdc_media_error *error)
{
    free((struct image *)media);
    return text_succeed(error);
}

static const struct vfdc_media_ops memory_ops = {
    .geometry = image_geometry,
    .is_write_protected = image_is_write_protected,
    .read_span = image_read_span,
    .marks = image_marks,
    .write_sector = image_write_sector,
    .format_track = image_format_track,
    .sector_at = image_sector_at,
    .gap = image_gap,
    .commit = image_commit,
    .flush = memory_flush,
    .dirty_sectors = memory_dirty_sectors,
    .close = memory_close,
};

static void choose(const uint8_t *bytes, size_t n_bytes,
                   const struct vfdc_media_options *options, struct geometry_choice *choice)
{
    static const uint8_t none[GEOMETRY_END_BYTES]; /* for what is too small for a disk anyway */
    const struct geometry_request request = {
        .n_bytes = n_bytes,
        .drive = options->drive,
        .given = { options->cylinders, options->heads, options->sectors, options->size_code },
        .boot = n_bytes >= GEOMETRY_END_BYTES ? bytes : none,
        .tail = n_bytes >= GEOMETRY_END_BYTES ? bytes + (n_bytes - GEOMETRY_END_BYTES) : none,
    };

    geometry_choose(&request, choice);
    if (choice->refusal == NULL && choice->reason == VFDC_GEOMETRY_SHORT) {
        choice->refusal = "%p: ends before the disk that its boot sector describes";
    }
}

vfdc_result vfdc_media_open_memory(void *bytes, size_t n_bytes,
                                   const struct vfdc_media_options *options,
                                   struct vfdc_media **media, struct vfdc_media_error *error)
{
    struct geometry_choice choice = { .refusal = NULL };
    struct image *image;

    if (media != NULL) {
        *media = NULL;
    }
    if (bytes == NULL || options == NULL || media == NULL) {
        return text_fail_plain(error, VFDC_E_POINTER, "bytes, options or media is NULL");
    }
    if (!image_is_drive(options->drive)) {
        return text_fail_plain(error, VFDC_E_INVALIDARG, "the drive is no drive type");
    }
    choose(bytes, n_bytes, options, &choice);
    if (choice.refusal != NULL) {
        choice.facts.path = "memory";
        return text_fail(error, VFDC_VM_E_IMAGE_CAPTURE_FAIL, VFDC_MEDIA_NO_LBA, choice.refusal,
                         &choice.facts);
    }
    image = calloc(1, sizeof(*image));
    if (image == NULL) {
        return text_fail_plain(error, VFDC_E_OUTOFMEMORY, "out of memory");
    }
    image_init(image, &memory_ops, bytes);
    image_lay_out(image, &choice,
                  options->read_only || choice.reason == VFDC_GEOMETRY_SLACK);
    *media = &image->base;
    return text_succeed(error);
}
