/* Disks for the fuzzers.  See disk.h. */
#include "disk.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "machine.h"

static struct floppy *floppy_of(const struct vfdc_media *media)
{
    return (struct floppy *)(uintptr_t)media;
}

/* ---- operations that look on ---- */

static struct floppy *asked(const struct vfdc_media *media)
{
    struct floppy *image = floppy_of(media);

    machine_in_medium(image->machine);
    CHECK(image->inner != NULL, "a medium that was ejected is not asked");
    return image;
}

static void geometry(const struct vfdc_media *media, struct vfdc_geometry *layout)
{
    const struct floppy *image = asked(media);

    image->inner->ops->geometry(image->inner, layout);
}

static bool is_write_protected(const struct vfdc_media *media)
{
    const struct floppy *image = asked(media);

    return image->inner->ops->is_write_protected(image->inner);
}

static enum vfdc_media_result read_span(struct vfdc_media *media, uint8_t cylinder, uint8_t head,
                                        uint8_t first, uint8_t last, struct vfdc_media_span *span)
{
    struct floppy *image = asked(media);

    return image->inner->ops->read_span(image->inner, cylinder, head, first, last, span);
}

static uint8_t marks_of(const struct vfdc_media *media, uint8_t cylinder, uint8_t head,
                        uint8_t sector)
{
    const struct floppy *image = asked(media);

    return image->inner->ops->marks(image->inner, cylinder, head, sector);
}

/* Where a sector lies in the image; NULL outside. */
static uint8_t *copy_of(const struct floppy *image, unsigned c, unsigned h, unsigned r)
{
    const struct image_layout *l = image->layout;
    size_t size = (size_t)128 << l->size_code;

    if (c >= l->cylinders || h >= l->heads || r < 1 || r > l->sectors) {
        return NULL;
    }
    return image->memory->copy + (((size_t)c * l->heads + h) * l->sectors + r - 1u) * size;
}

static enum vfdc_media_result write_sector(struct vfdc_media *media, uint8_t cylinder,
                                           uint8_t head, uint8_t sector, const uint8_t *bytes,
                                           uint8_t marks)
{
    struct floppy *image = asked(media);
    size_t size = (size_t)128 << image->layout->size_code;
    uint8_t *copy = copy_of(image, cylinder, head, sector);
    enum vfdc_media_result result =
        image->inner->ops->write_sector(image->inner, cylinder, head, sector, bytes, marks);

    CHECK((result == VFDC_MEDIA_OK) == (copy != NULL && !image->read_only),
          "a medium in memory writes the sectors that it has, and no other");
    if (copy == NULL || image->read_only) {
        return result;
    }
    CHECK(view_may_write(&image->machine->view, image->unit, cylinder, head, sector),
          "a sector is written by a write command only, and only one that it names");
    CHECK(view_gave(&image->machine->view, bytes, size),
          "what is written is what the guest gave last, and zeros");
    memcpy(copy, bytes, size);
    image->memory->is_written = true;
    machine_totals.n_sectors_written++;
    machine_tell(image->machine, "write", image->unit << 8 | cylinder,
                 (unsigned)head << 8 | sector);
    return result;
}

static enum vfdc_media_result format_track(struct vfdc_media *media, uint8_t cylinder,
                                           uint8_t head, const uint8_t *order, uint8_t n_sectors,
                                           uint8_t gap, uint8_t filler)
{
    struct floppy *image = asked(media);
    size_t size = (size_t)128 << image->layout->size_code;
    enum vfdc_media_result result = image->inner->ops->format_track(
        image->inner, cylinder, head, order, n_sectors, gap, filler);

    if (result == VFDC_MEDIA_OK) {
        CHECK(view_may_format(&image->machine->view, image->unit, head),
              "a track is formatted by FORMAT TRACK only");
        CHECK(!image->read_only && copy_of(image, cylinder, head, 1) != NULL &&
                  n_sectors == image->layout->sectors,
              "a medium in memory formats the tracks that it has");
        memset(copy_of(image, cylinder, head, 1), filler, n_sectors * size);
        image->memory->is_written = true;
        machine_tell(image->machine, "format", image->unit << 8 | cylinder, head);
    }
    image->machine->view.n_given = 0;
    return result;
}

static uint8_t sector_at(const struct vfdc_media *media, uint8_t cylinder, uint8_t head,
                         uint8_t place)
{
    const struct floppy *image = asked(media);

    return image->inner->ops->sector_at(image->inner, cylinder, head, place);
}

static uint8_t gap_of(const struct vfdc_media *media, uint8_t cylinder, uint8_t head)
{
    const struct floppy *image = asked(media);

    return image->inner->ops->gap(image->inner, cylinder, head);
}

static enum vfdc_media_result commit(struct vfdc_media *media)
{
    struct floppy *image = asked(media);

    return image->inner->ops->commit(image->inner);
}

static vfdc_result flush(struct vfdc_media *media, struct vfdc_media_error *error)
{
    struct floppy *image = asked(media);

    return image->inner->ops->flush(image->inner, error);
}

static uint32_t dirty_sectors(const struct vfdc_media *media)
{
    const struct floppy *image = asked(media);

    return image->inner->ops->dirty_sectors(image->inner);
}

static vfdc_result close_never(struct vfdc_media *media, struct vfdc_media_error *error)
{
    (void)media;
    (void)error;
    CHECK(false, "the controller closes no medium");
    return VFDC_E_FAIL;
}

static const struct vfdc_media_ops ops_that_look_on = {
    .geometry = geometry,
    .is_write_protected = is_write_protected,
    .read_span = read_span,
    .marks = marks_of,
    .write_sector = write_sector,
    .format_track = format_track,
    .sector_at = sector_at,
    .gap = gap_of,
    .commit = commit,
    .flush = flush,
    .dirty_sectors = dirty_sectors,
    .close = close_never,
};

/* ---- images ---- */

/* The LBA pattern of the largest image, made once. */
static const uint8_t *pattern(void)
{
    static uint8_t bytes[VFDC_IMAGE_MAX_BYTES];
    static bool is_made;

    if (!is_made) {
        op_lba_pattern(bytes, sizeof(bytes), 0);
        is_made = true;
    }
    return bytes;
}

/* Memory with an image in it, if it is not there and untouched from an earlier input. */
static void fill(struct floppy_memory *memory, const struct image_layout *l, unsigned filling)
{
    if (memory->bytes != NULL && memory->filling == filling && !memory->is_written) {
        return;
    }
    if (memory->bytes == NULL) {
        memory->n_bytes = (size_t)l->cylinders * l->heads * l->sectors << (7u + l->size_code);
        memory->bytes = malloc(memory->n_bytes);
        memory->copy = malloc(memory->n_bytes);
        CHECK(memory->bytes != NULL && memory->copy != NULL, "the fuzzer has memory");
    }
    if (filling < IMAGE_LBA_PATTERN) {
        memset(memory->bytes, (int)filling, memory->n_bytes);
    } else {
        memcpy(memory->bytes, pattern(), memory->n_bytes);
    }
    memcpy(memory->copy, memory->bytes, memory->n_bytes);
    memory->filling = filling;
    memory->is_written = false;
}

void floppy_make(struct machine *machine, unsigned slot, unsigned layout, unsigned filling)
{
    struct floppy *image = &machine->images[slot % N_IMAGES];

    if (image->inner != NULL) {
        return;
    }
    floppy_check(image);
    image->base.ops = &ops_that_look_on;
    image->machine = machine;
    image->layout = image_layout(layout);
    image->memory = &image->memories[image_layout_index(layout)];
    fill(image->memory, image->layout, filling < IMAGE_LBA_PATTERN ? filling : IMAGE_LBA_PATTERN);
}

bool floppy_attach(struct machine *machine, unsigned unit, unsigned slot, unsigned flags)
{
    struct floppy *image = &machine->images[slot % N_IMAGES];
    struct vfdc_media_options options = { .read_only = (flags & IMAGE_READ_ONLY) != 0 };
    vfdc_result result;

    unit %= VFDC_N_UNITS;
    options.drive = machine->config.drive[unit];
    if (image->layout == NULL) {
        floppy_make(machine, slot, slot % N_IMAGES, IMAGE_LBA_PATTERN);
    }
    if (image->inner != NULL || options.drive == VFDC_DRIVE_NONE) {
        return false;
    }
    if (image->layout->name == NULL) {
        options.cylinders = image->layout->cylinders;
        options.heads = image->layout->heads;
        options.sectors = image->layout->sectors;
        options.size_code = image->layout->size_code;
    }
    if (vfdc_failed(vfdc_media_open_memory(image->memory->bytes, image->memory->n_bytes, &options,
                                           &image->inner, NULL))) {
        return false;
    }
    image->unit = unit;
    image->read_only = options.read_only;
    machine_begin(machine);
    result = vfdc_controller_insert(machine->fdc, unit, &image->base);
    machine_settle(machine);
    if (vfdc_failed(result)) {
        CHECK(result == VFDC_VM_E_DRIVE_IN_USE, "an insert fails only where there is a disk");
        (void)vfdc_media_close(image->inner, NULL);
        image->inner = NULL;
        return false;
    }
    return true;
}

void floppy_release(struct machine *machine, unsigned unit)
{
    struct vfdc_media *media = NULL;
    struct floppy *image;
    vfdc_result result;

    machine_begin(machine);
    result = vfdc_controller_eject(machine->fdc, unit % VFDC_N_UNITS, &media);
    machine_settle(machine);
    if (vfdc_failed(result)) {
        return;
    }
    image = floppy_of(media);
    CHECK(image->unit == unit % VFDC_N_UNITS, "what is ejected is what was inserted");
    (void)vfdc_media_close(image->inner, NULL);
    image->inner = NULL;
}

void floppy_set_marks(struct machine *machine, const unsigned number[5])
{
    for (unsigned i = 0; i < N_IMAGES; i++) {
        struct floppy *image = &machine->images[i];

        if (image->inner != NULL && image->unit == number[0] % VFDC_N_UNITS) {
            (void)vfdc_media_set_marks(image->inner, number[1], number[2], number[3],
                                       (uint8_t)number[4]);
        }
    }
}

/* A whole disk is compared when something wrote to it. */
void floppy_check(const struct floppy *image)
{
    const struct floppy_memory *memory = image->memory;
    bool is_whole = image->layout != NULL && image->layout->name != NULL;

    CHECK(image->layout == NULL || (is_whole && !memory->is_written) ||
              memcmp(memory->bytes, memory->copy, memory->n_bytes) == 0,
          "a disk changes only where a write command wrote");
}

void floppy_forget(struct floppy *image)
{
    image->layout = NULL;
}
