/* vfdc-image: opening an image for whichever drive takes it, what to read off it, complaints. */
#define _XOPEN_SOURCE 700 /* realpath */

#include "image.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void complain(const char *format, ...)
{
    va_list arguments;

    (void)fputs("vfdc-image: ", stderr);
    va_start(arguments, format);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    (void)fputc('\n', stderr);
}

const struct drive drives[N_DRIVES] = {
    { VFDC_DRIVE_360K, "360K" },   { VFDC_DRIVE_1200K, "1.2M" },  { VFDC_DRIVE_720K, "720K" },
    { VFDC_DRIVE_1440K, "1.44M" }, { VFDC_DRIVE_2880K, "2.88M" },
};

struct vfdc_media *open_image(const char *path, bool read_only, const struct drive **drive,
                              struct vfdc_media_error *error)
{
    struct vfdc_media *media = NULL;

    for (unsigned i = 0; i < N_DRIVES && media == NULL; i++) {
        const struct vfdc_media_options options = {
            .drive = drives[i].type,
            .read_only = read_only,
            .allow_in_place = true,
        };

        (void)vfdc_media_open_vfd(path, &options, &media, error);
        *drive = &drives[i];
    }
    return media;
}

bool read_boot(struct vfdc_media *media, uint8_t boot[512])
{
    struct vfdc_media_span span = { NULL, 0 };

    if (media->ops->read_span(media, 0, 0, 1, 1, &span) != VFDC_MEDIA_OK) {
        return false;
    }
    memset(boot, 0, 512);
    memcpy(boot, span.bytes, span.n_bytes < 512 ? span.n_bytes : 512);
    return true;
}

static unsigned word_at(const uint8_t *bytes)
{
    return bytes[0] + 256u * bytes[1];
}

bool parse_bpb(const uint8_t boot[512], struct bpb *bpb)
{
    bpb->sector_bytes = word_at(boot + 0x0b);
    bpb->n_sectors = word_at(boot + 0x13);
    bpb->media = boot[0x15];
    bpb->sectors = word_at(boot + 0x18);
    bpb->heads = word_at(boot + 0x1a);
    for (unsigned i = 0; i < 8; i++) {
        uint8_t byte = boot[3 + i];

        bpb->oem[i] = (char)(byte >= ' ' && byte <= '~' ? byte : '.');
    }
    bpb->oem[8] = '\0';
    return (boot[0] == 0xeb || boot[0] == 0xe9 || boot[0] == 0x60) &&
           (bpb->sector_bytes == 128 || bpb->sector_bytes == 256 || bpb->sector_bytes == 512 ||
            bpb->sector_bytes == 1024) &&
           bpb->n_sectors != 0 && bpb->sectors >= 1 && bpb->sectors <= VFDC_MAX_SECTORS &&
           bpb->heads >= 1 && bpb->heads <= 2 && (bpb->media == 0xf0 || bpb->media >= 0xf8);
}

unsigned count_journals(const char *path)
{
    char *resolved = realpath(path, NULL); /* they stand beside what a link leads to */
    unsigned count = 0;

    if (resolved != NULL) {
        size_t n_bytes = strlen(resolved) + sizeof "..vfdc-journal-2";
        char *journal = malloc(n_bytes);
        char *name = strrchr(resolved, '/') + 1;
        struct stat status;

        for (unsigned i = 0; i < 2 && journal != NULL; i++) {
            (void)snprintf(journal, n_bytes, "%.*s.%s.vfdc-journal%s", (int)(name - resolved),
                           resolved, name, i == 0 ? "" : "-2");
            count += lstat(journal, &status) == 0;
        }
        free(journal);
    }
    free(resolved);
    return count;
}
