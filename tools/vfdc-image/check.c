/* vfdc-image: what is wrong with an image, and applying its journal. */
#include <stdio.h>

#include "image.h"

static bool is_described(const struct vfdc_geometry *geometry, const struct bpb *bpb)
{
    return bpb->n_sectors ==
               (unsigned)geometry->cylinders * geometry->heads * geometry->sectors &&
           bpb->sectors == geometry->sectors && bpb->heads == geometry->heads &&
           bpb->sector_bytes == 128u << geometry->size_code;
}

/* Whether some drive finds the disk there that the boot sector describes. */
static bool is_described_anywhere(const char *path, const struct bpb *bpb)
{
    bool is_found = false;

    for (unsigned i = 0; i < N_DRIVES && !is_found; i++) {
        const struct vfdc_media_options options = { .drive = drives[i].type, .read_only = true };
        struct vfdc_geometry geometry = { .cylinders = 0 };
        struct vfdc_media *media = NULL;

        if (!vfdc_failed(vfdc_media_open_vfd(path, &options, &media, NULL))) {
            (void)vfdc_media_geometry(media, &geometry);
            (void)vfdc_media_close(media, NULL);
            is_found = is_described(&geometry, bpb);
        }
    }
    return is_found;
}

/* A boot sector that describes another disk: other programs will take the image for that. */
static bool agrees_with_boot(struct vfdc_media *media, const char *path, const char *name)
{
    struct vfdc_geometry geometry = { .cylinders = 0 };
    uint8_t boot[512];
    struct bpb bpb;

    if (!read_boot(media, boot)) {
        printf("%s: the boot sector cannot be read\n", name);
        return false;
    }
    if (!parse_bpb(boot, &bpb) || is_described_anywhere(path, &bpb)) {
        return true;
    }
    (void)vfdc_media_geometry(media, &geometry);
    printf("%s: the boot sector describes a disk of %u sectors of %u bytes, %u a track, "
           "%u heads; the image has %u of %u, %u, %u\n",
           name, bpb.n_sectors, bpb.sector_bytes, bpb.sectors, bpb.heads,
           (unsigned)geometry.cylinders * geometry.heads * geometry.sectors,
           128u << geometry.size_code, geometry.sectors, geometry.heads);
    return false;
}

/* Every track, since a read error shows nowhere else. */
static bool can_be_read(struct vfdc_media *media, const char *name)
{
    struct vfdc_geometry geometry = { .cylinders = 0 };
    struct vfdc_media_span span = { NULL, 0 };

    (void)vfdc_media_geometry(media, &geometry);
    for (uint8_t cylinder = 0; cylinder < geometry.cylinders; cylinder++) {
        for (uint8_t head = 0; head < geometry.heads; head++) {
            if (media->ops->read_span(media, cylinder, head, 1, 1, &span) != VFDC_MEDIA_OK) {
                printf("%s: cylinder %u, head %u cannot be read\n", name, cylinder, head);
                return false;
            }
        }
    }
    return true;
}

static bool is_whole(uint32_t warnings, const char *name)
{
    if ((warnings & VFDC_WARNING_SHORT) != 0) {
        printf("%s: shorter than the disk that its boot sector describes\n", name);
    }
    if ((warnings & VFDC_WARNING_SLACK) != 0) {
        printf("%s: longer than the disk that its boot sector describes\n", name);
    }
    return (warnings & (VFDC_WARNING_SHORT | VFDC_WARNING_SLACK)) == 0;
}

enum ending check_image(const char *path, const char *name)
{
    struct vfdc_media_error error;
    const struct drive *drive = NULL;
    struct vfdc_media *media = open_image(path, true, &drive, &error);
    bool is_good = count_journals(path) == 0;

    if (!is_good) {
        printf("%s: a journal stands beside it; \"vfdc-image recover\" or an attach applies "
               "it\n",
               name);
    }
    if (media == NULL) {
        printf("%s\n", error.text);
        return ENDING_BAD;
    }
    is_good = is_whole(vfdc_media_warnings(media), name) && is_good;
    is_good = agrees_with_boot(media, path, name) && is_good;
    is_good = can_be_read(media, name) && is_good;
    (void)vfdc_media_close(media, NULL);
    if (is_good) {
        printf("%s: good\n", name);
    }
    return is_good ? ENDING_GOOD : ENDING_BAD;
}

/* An open for writing does it, under the image's lock. */
enum ending recover_image(const char *path, const char *name)
{
    struct vfdc_media_error error;
    const struct drive *drive = NULL;
    unsigned n_journals = count_journals(path);
    struct vfdc_media *media = open_image(path, false, &drive, &error);
    uint32_t warnings;

    if (media == NULL) {
        complain("%s", error.text);
        return ENDING_BAD;
    }
    warnings = vfdc_media_warnings(media);
    (void)vfdc_media_close(media, NULL);
    if ((warnings & VFDC_WARNING_JOURNAL_APPLIED) != 0) {
        printf("%s: the journal was applied\n", name);
    }
    if ((warnings & VFDC_WARNING_JOURNAL_ASIDE) != 0) {
        printf("%s: a journal that is not this image's was set aside\n", name);
    }
    if (n_journals == 0) {
        printf("%s: there is no journal\n", name);
    } else if ((warnings & (VFDC_WARNING_JOURNAL_APPLIED | VFDC_WARNING_JOURNAL_ASIDE)) == 0) {
        printf("%s: the journal held nothing\n", name);
    }
    if (count_journals(path) != 0) {
        complain("%s: a journal is still there", name);
        return ENDING_BAD;
    }
    return ENDING_GOOD;
}
