/* vfdc-image: what its commands share. */
#ifndef VFDC_IMAGE_IMAGE_H
#define VFDC_IMAGE_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include <vfdc/media.h>

/* What the tool ends with. */
enum ending {
    ENDING_GOOD = 0,
    ENDING_BAD = 1,   /* not done, or something is wrong with the image */
    ENDING_USAGE = 2, /* the command line */
};

/* The commands.  `path` is absolute; `name`, what the user called it. */
enum ending create_image(const char *path, const char *name, const char *size, bool with_fat);
enum ending show_info(const char *path, const char *name);
enum ending check_image(const char *path, const char *name);
enum ending recover_image(const char *path, const char *name);

/* Say what went wrong, behind the tool's name. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The drives that there are; those of 5.25" first, whose layout of 360K is the usual one. */
#define N_DRIVES 5u
extern const struct drive {
    enum vfdc_drive_type type;
    const char *name;
} drives[N_DRIVES];

/*
 * Open the image for the first drive that takes it, to read or to write.  NULL, with why in
 * `error`, if none does; else *drive is that drive.
 */
struct vfdc_media *open_image(const char *path, bool read_only, const struct drive **drive,
                              struct vfdc_media_error *error);

/* Read the first sector. */
bool read_boot(struct vfdc_media *media, uint8_t boot[512]);

/* What a boot sector says of its disk, if it is plausible. */
struct bpb {
    unsigned sector_bytes, n_sectors, sectors, heads, media;
    char oem[9];
};
bool parse_bpb(const uint8_t boot[512], struct bpb *bpb);

/* How many journals stand beside the image. */
unsigned count_journals(const char *path);

#endif
