/*
 * Whatever stands beside an image as its journal, an open takes it for what it is or leaves it: no
 * sector changes that a whole record does not name.  And what a command wrote outlasts the death of
 * the process at any call: the image is afterwards as some command left it, and none that the guest
 * was told of is lost (README, threats 9 and 10).
 */
#include <string.h>

#define XXH_INLINE_ALL
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wcast-qual"
#pragma GCC diagnostic ignored "-Wpedantic"
#include <xxhash.h>
#pragma GCC diagnostic pop

#include "check.h"
#include "files.h"
#include "fuzz.h"

/* A small disk, given by force: a cylinder is a good deal of it. */
enum { CYLINDERS = 3, HEADS = 2, SECTORS = 9, SIZE_CODE = 2, SECTOR_BYTES = 512 };
enum { N_SECTORS = CYLINDERS * HEADS * SECTORS, DISK_BYTES = N_SECTORS * SECTOR_BYTES };
enum { HEADER_BYTES = 64, RECORD_HEAD_BYTES = 16, ENTRY_BYTES = 16, HASH_BYTES = 8 };

#define JOURNAL_NAME ".a.vfd.vfdc-journal"

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

/* ---- the disk ---- */

#define MAX_STEPS 32u

/*
 * The contents that the image may have: those of the last command that was kept, which the guest
 * was told of; and of each since which was to be kept, but failed, and may have been all the same.
 */
struct story {
    uint8_t now[DISK_BYTES]; /* with all that has been written */
    uint8_t tried[MAX_STEPS + 1u][DISK_BYTES];
    unsigned n_tried;
};

static void begin_story(struct story *story)
{
    memcpy(story->tried[0], story->now, DISK_BYTES);
    story->n_tried = 1;
}

static void go_on_with_story(struct story *story, bool is_kept)
{
    if (is_kept) {
        begin_story(story);
    } else if (story->n_tried <= MAX_STEPS) {
        memcpy(story->tried[story->n_tried], story->now, DISK_BYTES);
        story->n_tried++;
    }
}

static struct vfdc_media *open_disk(struct files *files, bool read_only)
{
    static void *buffer; /* as a host keeps one for each drive */
    const struct vfdc_media_options options = {
        .drive = VFDC_DRIVE_1440K,
        .read_only = read_only,
        .cylinders = CYLINDERS,
        .heads = HEADS,
        .sectors = SECTORS,
        .size_code = SIZE_CODE,
        .buffer = buffer != NULL ? buffer : (buffer = malloc(vfdc_media_buffer_bytes())),
        .system = files_system(),
        .system_opaque = files,
    };
    struct vfdc_media_error error = { .code = VFDC_S_OK };
    struct vfdc_media *media = NULL;
    vfdc_result result = vfdc_media_open_vfd(FILES_PATH, &options, &media, &error);

    CHECK(vfdc_failed(result) == (media == NULL) && error.code == result,
          "an image is opened, or it is told why not");
    CHECK(memchr(error.text, '\0', sizeof(error.text)) != NULL, "words end");
    return media;
}

static void read_disk(struct vfdc_media *media, uint8_t bytes[DISK_BYTES])
{
    for (unsigned i = 0; i < N_SECTORS; i++) {
        struct vfdc_media_span span = { NULL, 0 };
        unsigned r = i % SECTORS + 1u;

        CHECK(media->ops->read_span(media, (uint8_t)(i / SECTORS / HEADS),
                                    (uint8_t)(i / SECTORS % HEADS), (uint8_t)r, (uint8_t)r,
                                    &span) == VFDC_MEDIA_OK &&
                  span.n_bytes == SECTOR_BYTES,
              "a sector that there is can be read");
        memcpy(bytes + i * SECTOR_BYTES, span.bytes, SECTOR_BYTES);
    }
}

static void write_sector(struct vfdc_media *media, struct story *story, unsigned lba,
                         unsigned filler)
{
    uint8_t bytes[SECTOR_BYTES];

    lba %= N_SECTORS;
    memset(bytes, (int)filler, sizeof(bytes));
    if (media->ops->write_sector(media, (uint8_t)(lba / SECTORS / HEADS),
                                 (uint8_t)(lba / SECTORS % HEADS), (uint8_t)(lba % SECTORS + 1u),
                                 bytes, 0) == VFDC_MEDIA_OK) {
        memcpy(story->now + lba * SECTOR_BYTES, bytes, SECTOR_BYTES);
    }
}

/* Commands, with a flush here and there; some calls fail. */
static void write_story(struct vfdc_media *media, struct story *story, struct input *input)
{
    unsigned n_steps = take_byte(input) % MAX_STEPS;

    for (; n_steps > 0; n_steps--) {
        unsigned kind = take_byte(input) % 8u;

        if (kind < 5) {
            unsigned lba = take_byte(input);

            write_sector(media, story, lba, take_byte(input));
        } else if (kind < 7) {
            go_on_with_story(story, media->ops->commit(media) == VFDC_MEDIA_OK);
        } else if (media->ops->commit(media) == VFDC_MEDIA_OK) { /* none inside a command */
            go_on_with_story(story, true);
            (void)vfdc_media_flush(media, NULL);
        } else {
            go_on_with_story(story, false);
        }
    }
    go_on_with_story(story, false); /* it dies in the commit of what was written last */
    (void)media->ops->commit(media);
}

/* ---- deaths ---- */

static bool is_of_story(const struct story *story, const uint8_t bytes[DISK_BYTES])
{
    for (unsigned i = 0; i < story->n_tried; i++) {
        if (memcmp(bytes, story->tried[i], DISK_BYTES) == 0) {
            return true;
        }
    }
    return false;
}

/*
 * From some call on all fail, and the process is dead; then another opens the image, and a third,
 * read-only, looks at what the second would do.
 */
static void die_and_recover(struct files *files, struct input *input)
{
    static struct story story;
    static uint8_t seen[DISK_BYTES], again[DISK_BYTES];
    struct vfdc_media *media = open_disk(files, false);
    unsigned n_calls = take_byte(input);

    CHECK(media != NULL, "an image without a journal is opened");
    read_disk(media, story.now);
    begin_story(&story);
    files_plan(files, files->n_calls + n_calls, 255, take_byte(input) % 240u);
    if ((take_byte(input) & 1u) != 0) {
        files->n_failing = UINT32_MAX; /* it fails from there on */
    }
    write_story(media, &story, input);
    files_die(files);
    (void)vfdc_media_close(media, NULL);
    files_live(files);
    files_mend(files);

    media = open_disk(files, true);
    CHECK(media != NULL, "an image is opened after a death, to read");
    read_disk(media, seen);
    (void)vfdc_media_close(media, NULL);
    CHECK(is_of_story(&story, seen), "after a death the disk is as a command left it");

    media = open_disk(files, false);
    CHECK(media != NULL, "an image is opened after a death");
    read_disk(media, again);
    CHECK(memcmp(seen, again, DISK_BYTES) == 0 && vfdc_media_dirty_sectors(media) == 0 &&
              memcmp(files->file[0].bytes, again, DISK_BYTES) == 0,
          "recovery brings the file up to what a reader sees");
    (void)vfdc_media_close(media, NULL);
}

/* ---- journals that were made up ---- */

struct journal {
    uint8_t bytes[1u << 16];
    size_t n_bytes;
};

static void put(struct journal *journal, uint64_t value, unsigned n_bytes)
{
    for (; n_bytes > 0 && journal->n_bytes < sizeof(journal->bytes); n_bytes--) {
        journal->bytes[journal->n_bytes++] = (uint8_t)value;
        value >>= 8;
    }
}

static void put_hash(struct journal *journal, size_t from)
{
    put(journal, XXH3_64bits(journal->bytes + from, journal->n_bytes - from), HASH_BYTES);
}

/* A number that is mostly `right`. */
static uint64_t mostly(struct input *input, uint64_t right)
{
    return take_byte(input) == 0xff ? take_word(input) : right;
}

static void put_header(struct journal *journal, struct input *input, uint64_t inode,
                       uint64_t serial)
{
    put(journal, mostly(input, UINT64_C(0x4c4e524a43444656)), 8); /* "VFDCJRNL" */
    put(journal, mostly(input, 1), 4);
    put(journal, mostly(input, SECTOR_BYTES), 4);
    put(journal, mostly(input, DISK_BYTES), 8);
    put(journal, mostly(input, inode), 8);
    put(journal, 0, 8);
    put(journal, serial, 8);
    put(journal, mostly(input, 0), 8);
    put_hash(journal, 0);
}

/* A record of up to 16 sectors, their old contents as the image has them, mostly. */
static void put_record(struct journal *journal, struct input *input, const uint8_t *image,
                       uint64_t serial, bool named[N_SECTORS])
{
    size_t start = journal->n_bytes;
    unsigned n = take_byte(input) % 16u;
    uint8_t lbas[16];

    put(journal, mostly(input, serial), 8);
    put(journal, mostly(input, n), 4);
    put(journal, mostly(input, 0), 4);
    for (unsigned i = 0; i < n; i++) {
        lbas[i] = (uint8_t)(take_byte(input) % N_SECTORS);
        named[lbas[i]] = true;
        put(journal, mostly(input, lbas[i]), 8);
        put(journal, mostly(input, XXH3_64bits(image + lbas[i] * SECTOR_BYTES, SECTOR_BYTES)),
            8);
    }
    for (unsigned i = 0; i < n; i++) {
        unsigned filler = take_byte(input);

        for (unsigned j = 0; j < SECTOR_BYTES; j++) {
            put(journal, filler, 1);
        }
    }
    put_hash(journal, start);
}

/* All of it from the input, or a header and records that are mostly right; and then cut. */
static void make_journal(struct journal *journal, struct input *input, const struct file *image,
                         bool named[N_SECTORS])
{
    unsigned ways = take_byte(input);
    uint64_t serial = take_byte(input);

    journal->n_bytes = 0;
    if ((ways & 1u) != 0) {
        for (unsigned n = take_word(input) % 4096u; n > 0; n--) {
            put(journal, take_byte(input), 1);
        }
    } else {
        put_header(journal, input, image->inode, serial);
        for (unsigned n = ways >> 1 & 7u; n > 0; n--) {
            put_record(journal, input, image->bytes, serial++, named);
        }
    }
    if ((ways & 0x80u) != 0) {
        journal->n_bytes -= take_word(input) % (journal->n_bytes + 1u);
    }
}

/* Sectors that no record names are as they were, and the size is. */
static void check_unnamed(const struct files *files, const uint8_t *before,
                          const bool named[N_SECTORS])
{
    CHECK(files->file[0].n_bytes == DISK_BYTES, "recovery keeps the image's size");
    for (unsigned i = 0; i < N_SECTORS; i++) {
        CHECK(named[i] || memcmp(files->file[0].bytes + i * SECTOR_BYTES,
                                 before + i * SECTOR_BYTES, SECTOR_BYTES) == 0,
              "recovery writes no sector that no record names");
    }
}

static void open_beside(struct files *files, struct input *input)
{
    static struct journal first, second;
    static uint8_t before[DISK_BYTES];
    bool named[N_SECTORS] = { false };
    struct vfdc_media *media;
    unsigned which = take_byte(input);
    unsigned first_failing, n_failing;

    make_journal(&first, input, &files->file[0], named);
    files_add(files, JOURNAL_NAME, first.bytes, first.n_bytes);
    if ((which & 1u) != 0) {
        make_journal(&second, input, &files->file[0], named);
        files_add(files, JOURNAL_NAME "-2", second.bytes, second.n_bytes);
    }
    memcpy(before, files->file[0].bytes, DISK_BYTES);
    first_failing = take_byte(input);
    n_failing = take_byte(input);
    files_plan(files, first_failing, n_failing, take_byte(input) % 240u);
    media = open_disk(files, (which & 2u) != 0);
    if ((which & 2u) != 0) {
        CHECK(memcmp(files->file[0].bytes, before, DISK_BYTES) == 0,
              "an open for reading writes nothing");
    }
    check_unnamed(files, before, named);
    if (media != NULL) {
        (void)vfdc_media_close(media, NULL);
    }
    CHECK(files_n_open(files) == 0, "everything that was opened is closed");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    static struct files files;
    struct input input = { bytes, n_bytes };

    files_make(&files, DISK_BYTES);
    for (unsigned i = 0; i < N_SECTORS; i++) {
        memset(files.file[0].bytes + i * SECTOR_BYTES, (int)i, SECTOR_BYTES);
    }
    if ((take_byte(&input) & 1u) != 0) {
        die_and_recover(&files, &input);
    } else {
        open_beside(&files, &input);
    }
    return 0;
}
