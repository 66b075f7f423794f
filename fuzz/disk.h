/*
 * Disks for the fuzzers: images in memory, each with a copy beside it that only what a write
 * command may write is written to.  The library's own medium for memory lies inside, behind a
 * table of operations that looks on.
 */
#ifndef FUZZ_DISK_H
#define FUZZ_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vfdc/media.h>

#include "layout.h"

struct machine;

/* What an image lies in, exactly its size; it is kept, since a whole disk takes long to fill. */
struct floppy_memory {
    uint8_t *bytes, *copy;
    size_t n_bytes;
    unsigned filling;
    bool is_written;
};

struct floppy {
    struct vfdc_media base; /* first: what is inserted */
    struct vfdc_media *inner; /* NULL while it is in no drive */
    struct machine *machine;
    const struct image_layout *layout; /* NULL: no such image yet */
    unsigned unit;
    bool read_only;
    struct floppy_memory *memory; /* one of these */
    struct floppy_memory memories[N_IMAGE_LAYOUTS];
};

/* Make the image of a slot, anew; nothing while it is in a drive. */
void floppy_make(struct machine *machine, unsigned slot, unsigned layout, unsigned filling);

/* Put it in a drive, or not, if the drive does not take it; the image is made if there is none. */
bool floppy_attach(struct machine *machine, unsigned unit, unsigned slot, unsigned flags);

/* Take out what is in a drive. */
void floppy_release(struct machine *machine, unsigned unit);

void floppy_set_marks(struct machine *machine, const unsigned number[5]);

/* All of it is as the write commands left it. */
void floppy_check(const struct floppy *image);

/* There is no such image any more. */
void floppy_forget(struct floppy *image);

/* Bytes of an image that is in a drive. */
static inline bool floppy_holds(const struct floppy *image, const uint8_t *bytes, size_t n_bytes)
{
    const struct floppy_memory *memory = image->memory;

    return image->inner != NULL && bytes >= memory->bytes && n_bytes <= memory->n_bytes &&
           (size_t)(bytes - memory->bytes) <= memory->n_bytes - n_bytes;
}

#endif
