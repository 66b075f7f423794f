/*
 * Whatever is in an image, however it is opened, and whichever system call on it fails: it is
 * refused in words and the file is as it was, or it is a disk of fixed size, of which a flush
 * writes the sectors that were written and no others (README, threats 5, 8, 9, 10).
 */
#include <string.h>

#include "check.h"
#include "fuzz.h"
#include "files.h"

/* ---- what the input says ---- */

struct input {
    const uint8_t *bytes;
    size_t n_bytes;
};

static unsigned take_byte(struct input *input)
{
    if (input->n_bytes == 0) {
        return 0;
    }
    input->n_bytes--;
    return *input->bytes++;
}

static unsigned take_word(struct input *input)
{
    unsigned low = take_byte(input);

    return low | take_byte(input) << 8;
}

/* Sizes of disks, then a little more or less; or any. */
static uint64_t take_size(struct input *input)
{
    static const uint16_t sectors[] = {
        0,    1,    8,    18,   320,  360,  400,  640,  720,  800,  820,  840,  1280,
        1440, 1600, 1640, 1660, 1760, 2002, 2080, 2240, 2400, 2464, 2560, 2880, 2952,
        2988, 3040, 3200, 3360, 3402, 3444, 3486, 3520, 3680, 3840, 5760,
    };
    unsigned number = take_byte(input);
    unsigned more = take_word(input);
    uint64_t n_bytes;

    if (number >= 250) {
        n_bytes = (uint64_t)more << 8 * (number - 250u); /* up to far more than a disk */
        return n_bytes;
    }
    n_bytes = sectors[number % (sizeof(sectors) / sizeof(sectors[0]))] * UINT64_C(512);
    n_bytes += (uint64_t)(more % 64u) * 128u + (more >> 6 & 1u);
    return (more & 0x8000u) != 0 && n_bytes > 8192 ? n_bytes - 8192 : n_bytes;
}

static void put_word(uint8_t *bytes, unsigned value)
{
    bytes[0] = (uint8_t)value;
    bytes[1] = (uint8_t)(value >> 8);
}

/* The fields of a DOS boot sector that can count, as they are where all is well. */
static void put_boot_sector(struct input *input, uint8_t *boot)
{
    static const uint8_t sectors[] = { 18, 9, 15, 36, 8, 21, 10, 20 };
    static const uint8_t cylinders[] = { 80, 40, 82, 77 };
    unsigned n_sectors = sectors[take_byte(input) % sizeof(sectors)];
    unsigned n_cylinders = cylinders[take_byte(input) % sizeof(cylinders)];
    unsigned n_heads = 1 + take_byte(input) % 2u;

    boot[0x00] = 0xeb;
    put_word(boot + 0x0b, 512);
    put_word(boot + 0x0e, 1);
    boot[0x10] = 2;
    put_word(boot + 0x13, n_cylinders * n_heads * n_sectors);
    boot[0x15] = 0xf0;
    put_word(boot + 0x18, n_sectors);
    put_word(boot + 0x1a, n_heads);
}

/* A boot sector, or the first bytes; from the other end the last, for a footer; single bytes. */
static void take_content(struct input *input, struct file *file)
{
    unsigned n_changes = take_byte(input);
    bool has_boot_sector = (n_changes & 0x80u) != 0;
    size_t n_first = take_word(input) % 1025u;
    size_t n_last = take_word(input) % 513u;

    if (file->n_bytes > FILES_IMAGE_BYTES) {
        return; /* it is not even looked into */
    }
    if (has_boot_sector && file->n_bytes >= 512) {
        put_boot_sector(input, file->bytes);
    }
    for (n_changes %= 8u; n_changes > 0; n_changes--) {
        unsigned at = take_byte(input);

        if (at < file->n_bytes) {
            file->bytes[at] = (uint8_t)take_byte(input);
        }
    }
    for (size_t i = 0; i < n_first && i < file->n_bytes && !has_boot_sector; i++) {
        file->bytes[i] = (uint8_t)take_byte(input);
    }
    for (size_t i = 0; i < n_last && i < file->n_bytes; i++) {
        file->bytes[file->n_bytes - 1u - i] = (uint8_t)take_byte(input);
    }
}

/* True for a layout that is given by force, and is the file's. */
static bool take_options(struct input *input, struct vfdc_media_options *options)
{
    unsigned ways = take_byte(input);
    unsigned more = take_byte(input);
    unsigned given = more % 3u;

    options->drive = (enum vfdc_drive_type)(ways % 7u);
    options->read_only = (ways & 0x40u) != 0;
    options->allow_read_only = (ways & 0x80u) != 0;
    options->durability = (enum vfdc_durability)(more / 3u % 3u);
    options->allow_in_place = (more / 9u & 1u) != 0;
    options->allow_unlocked = (more / 9u & 2u) != 0;
    options->strict = (more / 9u & 4u) != 0;
    options->no_follow = (more / 9u & 8u) != 0;
    if (given != 0) {
        options->cylinders = (uint8_t)take_byte(input);
        options->heads = (uint8_t)take_byte(input);
        options->sectors = (uint8_t)take_byte(input);
        options->size_code = (uint8_t)take_byte(input);
    }
    return given == 2 && options->size_code <= VFDC_MAX_SIZE_CODE;
}

/* Which calls fail.  In order: that of a call's arguments is the compiler's. */
static void take_plan(struct input *input, struct files *files)
{
    unsigned first = take_byte(input);
    unsigned count = take_byte(input);

    files_plan(files, first, count, take_byte(input));
}

static uint64_t bytes_given(const struct vfdc_media_options *options)
{
    return (uint64_t)options->cylinders * options->heads * options->sectors
           << (7u + options->size_code);
}

/* ---- a disk that was taken ---- */

struct disk {
    struct vfdc_media *media;
    struct vfdc_geometry geometry;
    size_t sector_bytes;
    struct files *files;
    struct file *file; /* the image among them */
    uint8_t *copy; /* of what the sectors are now */
    bool is_memory;
};

static uint8_t *copy_of(const struct disk *disk, unsigned c, unsigned h, unsigned r)
{
    const struct vfdc_geometry *g = &disk->geometry;

    return disk->copy + (((size_t)c * g->heads + h) * g->sectors + r - 1u) * disk->sector_bytes;
}

static void check_layout(struct disk *disk, const struct vfdc_media_options *options)
{
    struct vfdc_geometry *g = &disk->geometry;
    uint64_t n_bytes;

    CHECK(vfdc_media_geometry(disk->media, g) == VFDC_S_OK, "an open disk has a layout");
    CHECK(g->cylinders >= 1 && g->cylinders <= VFDC_MAX_CYLINDERS && g->heads >= 1 &&
              g->heads <= VFDC_MAX_HEADS && g->sectors >= 1 && g->sectors <= VFDC_MAX_SECTORS &&
              g->size_code <= VFDC_MAX_SIZE_CODE && g->data_rate <= 3 && g->track_step >= 1 &&
              g->track_step <= 2,
          "a layout is within its limits");
    disk->sector_bytes = (size_t)128 << g->size_code;
    n_bytes = (uint64_t)g->cylinders * g->heads * g->sectors * disk->sector_bytes;
    CHECK(n_bytes <= VFDC_IMAGE_MAX_BYTES, "no disk is larger than the largest");
    switch (vfdc_media_geometry_reason(disk->media)) {
    case VFDC_GEOMETRY_SHORT:
        CHECK(n_bytes > disk->file->n_bytes, "a short image is shorter than its disk");
        break;
    case VFDC_GEOMETRY_SLACK:
        CHECK(n_bytes < disk->file->n_bytes && vfdc_media_is_read_only(disk->media),
              "an image with slack is longer than its disk, and protected");
        break;
    default:
        CHECK(n_bytes == disk->file->n_bytes, "an image has the size of its disk");
        break;
    }
    CHECK(!options->read_only || vfdc_media_is_read_only(disk->media),
          "a disk that is asked for read-only is protected");
}

/* Every sector of a track, side by side or not, is what the file has there, and zeros behind it. */
static void read_track(struct disk *disk, unsigned c, unsigned h)
{
    const struct vfdc_media_ops *ops = disk->media->ops;
    unsigned n_sectors = disk->geometry.sectors;
    unsigned r = 1;

    while (r <= n_sectors) {
        struct vfdc_media_span span = { NULL, 0 };
        enum vfdc_media_result result = ops->read_span(disk->media, (uint8_t)c, (uint8_t)h,
                                                       (uint8_t)r, (uint8_t)n_sectors, &span);

        if (result != VFDC_MEDIA_OK) {
            CHECK(result == VFDC_MEDIA_HOST_ERROR && disk->files->n_failed > 0,
                  "a sector that there is can be read, unless the system fails");
            return;
        }
        CHECK(span.n_bytes >= disk->sector_bytes && span.n_bytes % disk->sector_bytes == 0 &&
                  span.n_bytes / disk->sector_bytes <= n_sectors - r + 1u,
              "a span is whole sectors, and no more than were asked for");
        CHECK(memcmp(span.bytes, copy_of(disk, c, h, r), span.n_bytes) == 0,
              "a sector reads as the image has it");
        r += (unsigned)(span.n_bytes / disk->sector_bytes);
    }
}

static void read_outside(struct disk *disk, unsigned c, unsigned h, unsigned r, unsigned last)
{
    const struct vfdc_geometry *g = &disk->geometry;
    struct vfdc_media_span span = { NULL, 0 };
    enum vfdc_media_result result = disk->media->ops->read_span(
        disk->media, (uint8_t)c, (uint8_t)h, (uint8_t)r, (uint8_t)last, &span);
    bool is_inside = c < g->cylinders && h < g->heads && r >= 1 && r <= g->sectors;

    CHECK(is_inside || result == VFDC_MEDIA_NO_SECTOR, "outside its layout a disk has no sector");
}

static void write_sector(struct disk *disk, unsigned c, unsigned h, unsigned r, unsigned filler)
{
    static uint8_t bytes[VFDC_MAX_SECTOR_BYTES];
    const struct vfdc_geometry *g = &disk->geometry;
    bool is_inside = c < g->cylinders && h < g->heads && r >= 1 && r <= g->sectors;
    enum vfdc_media_result result;

    memset(bytes, (int)filler, sizeof(bytes));
    result = disk->media->ops->write_sector(disk->media, (uint8_t)c, (uint8_t)h, (uint8_t)r,
                                            bytes, (uint8_t)(filler & 1u));
    CHECK(is_inside || result != VFDC_MEDIA_OK, "outside its layout nothing is written");
    CHECK(!vfdc_media_is_read_only(disk->media) || result != VFDC_MEDIA_OK,
          "on a protected disk nothing is written");
    if (result == VFDC_MEDIA_OK) {
        memcpy(copy_of(disk, c, h, r), bytes, disk->sector_bytes);
    }
}

static void format_track(struct disk *disk, unsigned c, unsigned h, unsigned first,
                         unsigned filler)
{
    const struct vfdc_geometry *g = &disk->geometry;
    uint8_t order[VFDC_MAX_SECTORS];
    enum vfdc_media_result result;

    for (unsigned i = 0; i < VFDC_MAX_SECTORS; i++) {
        order[i] = (uint8_t)((i + first) % g->sectors + 1u);
    }
    result = disk->media->ops->format_track(disk->media, (uint8_t)c, (uint8_t)h, order, g->sectors,
                                            0x54, (uint8_t)filler);
    CHECK(result != VFDC_MEDIA_OK ||
              (c < g->cylinders && h < g->heads && !vfdc_media_is_read_only(disk->media)),
          "only a track that there is, of a disk that is not protected, is formatted");
    if (result == VFDC_MEDIA_OK) {
        memset(copy_of(disk, c, h, 1), (int)filler, g->sectors * disk->sector_bytes);
    }
}

static void flush(struct disk *disk)
{
    struct vfdc_media_error error = { .code = VFDC_S_OK };
    uint32_t n_dirty = vfdc_media_dirty_sectors(disk->media);
    unsigned n_calls = disk->files->n_calls;
    vfdc_result result = vfdc_media_flush(disk->media, &error);

    if (vfdc_failed(result)) {
        CHECK(result == VFDC_DISP_E_EXCEPTION && vfdc_media_dirty_sectors(disk->media) >= n_dirty &&
                  disk->files->n_failed > 0,
              "a flush fails where the system does, and then all stays dirty");
        CHECK(memchr(error.text, '\0', sizeof(error.text)) != NULL && error.text[0] != '\0',
              "a failure is told in words");
        return;
    }
    CHECK(vfdc_media_dirty_sectors(disk->media) == 0, "after a flush nothing is dirty");
    CHECK(n_dirty != 0 || disk->is_memory || disk->files->n_calls == n_calls,
          "nothing dirty, no system call");
}

static void play(struct disk *disk, struct input *input)
{
    unsigned n_left = 64;

    while (input->n_bytes > 0 && n_left-- > 0) {
        unsigned kind = take_byte(input);
        unsigned c = take_byte(input);
        unsigned h = take_byte(input);
        unsigned r = take_byte(input);
        unsigned filler = take_byte(input);

        switch (kind % 7u) {
        case 0:
            read_outside(disk, c, h, r, filler);
            break;
        case 1:
        case 2:
            write_sector(disk, c, h, r, filler);
            break;
        case 3:
            format_track(disk, c, h, r, filler);
            break;
        case 4:
            flush(disk);
            break;
        case 5:
            (void)disk->media->ops->commit(disk->media);
            break;
        default:
            (void)vfdc_media_set_marks(disk->media, c, h, r, (uint8_t)filler);
            break;
        }
    }
}

/* All of the disk, and after a last flush without failures all of the file. */
static void check_all(struct disk *disk)
{
    for (unsigned c = 0; c < disk->geometry.cylinders; c++) {
        for (unsigned h = 0; h < disk->geometry.heads; h++) {
            read_track(disk, c, h);
        }
    }
    files_mend(disk->files);
    flush(disk);
    CHECK(vfdc_media_dirty_sectors(disk->media) == 0, "a flush that nothing hinders is done");
}

/* ---- the image ---- */

/*
 * The file's size is fixed, but for a short image, which becomes whole when it is written behind
 * its end.
 */
static void check_file(const struct file *file, const uint8_t *copy, uint64_t n_before,
                       uint64_t n_disk)
{
    uint64_t n_same = file->n_bytes;

    CHECK(file->n_bytes == n_before || (n_before < n_disk && file->n_bytes == n_disk),
          "a file keeps its size, or is made whole");
    CHECK(memcmp(file->bytes, copy, n_same) == 0,
          "in the file only what was written has changed");
}

static void use(struct disk *disk, struct input *input, const struct vfdc_media_options *options,
                uint64_t *n_disk)
{
    check_layout(disk, options);
    *n_disk = (uint64_t)disk->geometry.cylinders * disk->geometry.heads * disk->geometry.sectors *
              disk->sector_bytes;
    if (*n_disk > disk->file->n_bytes) {
        memset(disk->copy + disk->file->n_bytes, 0, (size_t)(*n_disk - disk->file->n_bytes));
    }
    play(disk, input);
    check_all(disk);
    (void)vfdc_media_close(disk->media, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    static struct files files;
    static uint8_t copy[FILES_IMAGE_BYTES];
    static void *buffer; /* as a host keeps one for each drive */
    struct input input = { bytes, n_bytes };
    struct vfdc_media_options options = { .system = files_system(), .system_opaque = &files };
    struct vfdc_media_error error = { .code = VFDC_S_OK };
    struct file *file = &files.file[0];
    struct disk disk = { .files = &files, .file = file, .copy = copy };
    uint64_t n_before, n_disk = 0;
    vfdc_result result;
    bool has_its_size;

    if (buffer == NULL) {
        buffer = malloc(vfdc_media_buffer_bytes());
    }
    options.buffer = buffer;
    disk.is_memory = (take_byte(&input) & 1u) != 0;
    has_its_size = take_options(&input, &options);
    files_make(&files, has_its_size ? bytes_given(&options) : take_size(&input));
    n_before = file->n_bytes;
    take_plan(&input, &files);
    take_content(&input, file);
    memcpy(copy, file->bytes, n_before <= FILES_IMAGE_BYTES ? (size_t)n_before : 0);
    if (disk.is_memory && file->n_bytes <= FILES_IMAGE_BYTES) {
        result = vfdc_media_open_memory(file->bytes, (size_t)file->n_bytes, &options, &disk.media,
                                        &error);
    } else {
        disk.is_memory = false;
        result = vfdc_media_open_vfd(FILES_PATH, &options, &disk.media, &error);
    }
    CHECK(vfdc_failed(result) == (disk.media == NULL) && error.code == result,
          "an image is opened, or it is told why not");
    CHECK(memchr(error.text, '\0', sizeof(error.text)) != NULL, "words end");
    if (!vfdc_failed(result)) {
        use(&disk, &input, &options, &n_disk);
    }
    if (file->n_bytes <= FILES_IMAGE_BYTES) {
        check_file(file, copy, n_before, n_disk);
    }
    CHECK(files_n_open(&files) == 0, "everything that was opened is closed");
    return 0;
}
