/*
 * The public calls that any medium takes.  Each checks its pointers and asks the medium.
 */
#include <vfdc/media.h>

#include <stddef.h>

#include "flush.h"
#include "image.h"
#include "text.h"
#include "vfd_media.h"

vfdc_result vfdc_media_flush(struct vfdc_media *media, struct vfdc_media_error *error)
{
    if (media == NULL) {
        return text_fail_plain(error, VFDC_E_POINTER, "media is NULL");
    }
    if (vfd_is_busy(media)) {
        return vfd_refuse_call(error);
    }
    return media->ops->flush(media, error);
}

vfdc_result vfdc_media_flush_begin(struct vfdc_media *media, struct vfdc_media_flush **flush,
                                   struct vfdc_media_error *error)
{
    if (flush != NULL) {
        *flush = NULL;
    }
    if (media == NULL || flush == NULL) {
        return text_fail_plain(error, VFDC_E_POINTER, "media or flush is NULL");
    }
    if (media->ops != &vfd_ops) {
        return media->ops->flush(media, error);
    }
    if (vfd_is_busy(media)) {
        return vfd_refuse_call(error);
    }
    return flush_begin((struct vfd *)media, flush, error);
}

vfdc_result vfdc_media_flush_write(struct vfdc_media_flush *flush, struct vfdc_media_error *error)
{
    if (flush == NULL) {
        return text_fail_plain(error, VFDC_E_POINTER, "flush is NULL");
    }
    if (flush->is_writing) {
        return vfd_refuse_call(error);
    }
    return flush_write(flush, error);
}

vfdc_result vfdc_media_flush_end(struct vfdc_media_flush *flush, struct vfdc_media_error *error)
{
    struct vfd *vfd;
    vfdc_result result;

    if (flush == NULL) {
        return text_fail_plain(error, VFDC_E_POINTER, "flush is NULL");
    }
    if (flush->is_writing) {
        return vfd_refuse_call(error);
    }
    result = flush_end(flush, &vfd, error);
    if (vfd->is_closing) {
        vfd_let_go(vfd);
    }
    return result;
}

vfdc_result vfdc_media_close(struct vfdc_media *media, struct vfdc_media_error *error)
{
    if (media == NULL) {
        return text_fail_plain(error, VFDC_E_POINTER, "media is NULL");
    }
    if (vfd_is_busy(media)) {
        return vfd_refuse_call(error);
    }
    return media->ops->close(media, error);
}

vfdc_result vfdc_media_set_marks(struct vfdc_media *media, unsigned cylinder, unsigned head,
                                 unsigned sector, uint8_t marks)
{
    struct image *image = (struct image *)media;
    uint32_t lba = VFDC_MEDIA_NO_LBA;

    if (media == NULL) {
        return VFDC_E_POINTER;
    }
    if (image_is_ours(media) && cylinder <= UINT8_MAX && head <= UINT8_MAX &&
        sector <= UINT8_MAX) {
        lba = image_lba(image, (uint8_t)cylinder, (uint8_t)head, (uint8_t)sector);
    }
    if (lba >= IMAGE_MAX_SECTORS || (marks & ~IMAGE_MARKS) != 0) {
        return VFDC_E_INVALIDARG;
    }
    image_set_marks(image, lba, marks);
    return VFDC_S_OK;
}

vfdc_result vfdc_media_geometry(const struct vfdc_media *media, struct vfdc_geometry *geometry)
{
    if (media == NULL || geometry == NULL) {
        return VFDC_E_POINTER;
    }
    media->ops->geometry(media, geometry);
    return VFDC_S_OK;
}

enum vfdc_geometry_reason vfdc_media_geometry_reason(const struct vfdc_media *media)
{
    if (media == NULL || !image_is_ours(media)) {
        return VFDC_GEOMETRY_GIVEN;
    }
    return ((const struct image *)media)->reason;
}

uint32_t vfdc_media_dirty_sectors(const struct vfdc_media *media)
{
    return media != NULL ? media->ops->dirty_sectors(media) : 0;
}

bool vfdc_media_is_read_only(const struct vfdc_media *media)
{
    return media == NULL || media->ops->is_write_protected(media);
}

size_t vfdc_media_buffer_bytes(void)
{
    return IMAGE_BUFFER_BYTES;
}
