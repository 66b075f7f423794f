/*
 * The public calls that any medium takes.  Each checks its pointers and asks the medium.
 */
#include <vfdc/media.h>

#include <stddef.h>

#include "image.h"
#include "text.h"

vfdc_result vfdc_media_flush(struct vfdc_media *media, struct vfdc_media_error *error)
{
    if (media == NULL) {
        return text_fail_plain(error, VFDC_E_POINTER, "media is NULL");
    }
    return media->ops->flush(media, error);
}

vfdc_result vfdc_media_close(struct vfdc_media *media, struct vfdc_media_error *error)
{
    if (media == NULL) {
        return text_fail_plain(error, VFDC_E_POINTER, "media is NULL");
    }
    return media->ops->close(media, error);
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
    return IMAGE_BUFFER_SECTORS * VFDC_SECTOR_BYTES;
}
