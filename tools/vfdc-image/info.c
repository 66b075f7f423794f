/* vfdc-image: what an image is. */
#include <stdio.h>

#include "image.h"

static const char *type_name(enum vfdc_image_type type)
{
    switch (type) {
    case VFDC_IMAGE_LOW_DENSITY:
        return "low density, 720K";
    case VFDC_IMAGE_HIGH_DENSITY:
        return "high density, 1.44M";
    case VFDC_IMAGE_DMF:
        return "distribution media format, 1.68M";
    case VFDC_IMAGE_LOW_DENSITY_SINGLE_SIDED:
        return "low density, one side";
    case VFDC_IMAGE_MEDIUM_DENSITY:
        return "medium density, 1.2M";
    case VFDC_IMAGE_HIGH_DENSITY_MSS:
        return "high density of mixed sectors, as XDF";
    case VFDC_IMAGE_UNKNOWN:
    default:
        return "a floppy disk without a type of its own";
    }
}

static const char *reason_name(enum vfdc_geometry_reason reason)
{
    switch (reason) {
    case VFDC_GEOMETRY_SIZE:
        return "by its size";
    case VFDC_GEOMETRY_DRIVE:
        return "by its size and the drive";
    case VFDC_GEOMETRY_BOOT_SECTOR:
        return "by its size and the boot sector";
    case VFDC_GEOMETRY_SHORT:
        return "by the boot sector: the file is shorter than the disk";
    case VFDC_GEOMETRY_SLACK:
        return "by the boot sector: the file is longer than the disk";
    case VFDC_GEOMETRY_GIVEN:
    default:
        return "as given";
    }
}

static void show_geometry(const char *path, const struct drive *drive)
{
    static const char *const rates[] = { "500", "300", "250", "1000" };
    const struct vfdc_media_options options = { .drive = drive->type, .read_only = true };
    struct vfdc_geometry geometry = { .cylinders = 0 };
    struct vfdc_media *media = NULL;

    if (vfdc_failed(vfdc_media_open_vfd(path, &options, &media, NULL))) {
        return;
    }
    (void)vfdc_media_geometry(media, &geometry);
    printf("%s drive: %u cylinders, %u heads, %u sectors of %u bytes, %s kbit/s%s; %s\n",
           drive->name, geometry.cylinders, geometry.heads, geometry.sectors,
           128u << geometry.size_code, rates[geometry.data_rate & 3u],
           geometry.track_step == 2 ? ", stepping twice" : "",
           reason_name(vfdc_media_geometry_reason(media)));
    (void)vfdc_media_close(media, NULL);
}

static void show_boot(struct vfdc_media *media)
{
    uint8_t boot[512];
    struct bpb bpb;

    if (!read_boot(media, boot)) {
        printf("boot sector: cannot be read\n");
    } else if (parse_bpb(boot, &bpb)) {
        printf("boot sector: \"%s\", %u sectors of %u bytes, %u a track, %u heads, media %02x\n",
               bpb.oem, bpb.n_sectors, bpb.sector_bytes, bpb.sectors, bpb.heads, bpb.media);
    } else {
        printf("boot sector: describes no disk\n");
    }
}

enum ending show_info(const char *path, const char *name)
{
    enum vfdc_image_type type = VFDC_IMAGE_UNKNOWN;
    struct vfdc_media_error error;
    const struct drive *first = NULL;
    struct vfdc_media *media;

    if (vfdc_failed(vfdc_image_type(path, NULL, &type, &error))) {
        complain("%s", error.text);
        return ENDING_BAD;
    }
    printf("%s: %s\n", name, type_name(type));
    media = open_image(path, true, &first, &error);
    if (media != NULL) {
        for (unsigned i = 0; i < N_DRIVES; i++) {
            show_geometry(path, &drives[i]);
        }
        show_boot(media);
        (void)vfdc_media_close(media, NULL);
    }
    printf("journal: %s\n", count_journals(path) == 0 ? "none" : "there is one");
    if (media == NULL) {
        printf("more cannot be told: %s\n", error.text);
    }
    return ENDING_GOOD;
}
