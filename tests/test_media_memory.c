/*
 * A raw image in memory: where each sector is, what is outside, sectors of other sizes, marks,
 * FORMAT and its order.  What a file does beyond that is in test_media_vfd.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <vfdc/media.h>

#include "geometry.h"

#define BYTES_1440K 1474560u

/* Sectors of a track, 1:2. */
static const uint8_t interleaved[18] = {
    1, 10, 2, 11, 3, 12, 4, 13, 5, 14, 6, 15, 7, 16, 8, 17, 9, 18,
};

/* An opened image and the memory it is in, exactly as large. */
struct disk {
    uint8_t *bytes;
    size_t n_bytes;
    struct vfdc_media *media;
    struct vfdc_media_error error;
};

static void disk_open(struct disk *disk, size_t n_bytes, struct vfdc_media_options options)
{
    disk->n_bytes = n_bytes;
    disk->bytes = calloc(1, n_bytes);
    assert_non_null(disk->bytes);
    assert_int_equal(vfdc_media_open_memory(disk->bytes, n_bytes, &options, &disk->media,
                                            &disk->error),
                     VFDC_S_OK);
}

static void disk_close(struct disk *disk)
{
    assert_int_equal(vfdc_media_close(disk->media, &disk->error), VFDC_S_OK);
    free(disk->bytes);
}

static enum vfdc_media_result read_span(struct disk *disk, uint8_t cylinder, uint8_t head,
                                        uint8_t first, uint8_t last,
                                        struct vfdc_media_span *span)
{
    span->bytes = NULL;
    span->n_bytes = 0;
    return disk->media->ops->read_span(disk->media, cylinder, head, first, last, span);
}

/* From bytes of exactly the sector's size. */
static enum vfdc_media_result write_marked(struct disk *disk, uint8_t cylinder, uint8_t head,
                                           uint8_t sector, uint8_t fill, uint8_t marks)
{
    struct vfdc_geometry geometry;
    enum vfdc_media_result result;
    uint8_t *bytes;
    size_t n_bytes;

    assert_int_equal(vfdc_media_geometry(disk->media, &geometry), VFDC_S_OK);
    n_bytes = (size_t)128 << geometry.size_code;
    bytes = malloc(n_bytes);
    assert_non_null(bytes);
    memset(bytes, fill, n_bytes);
    result =
        disk->media->ops->write_sector(disk->media, cylinder, head, sector, bytes, marks);
    free(bytes);
    return result;
}

static enum vfdc_media_result write_sector(struct disk *disk, uint8_t cylinder, uint8_t head,
                                           uint8_t sector, uint8_t fill)
{
    return write_marked(disk, cylinder, head, sector, fill, 0);
}

static uint8_t marks(struct disk *disk, uint8_t cylinder, uint8_t head, uint8_t sector)
{
    return disk->media->ops->marks(disk->media, cylinder, head, sector);
}

static enum vfdc_media_result format(struct disk *disk, uint8_t cylinder, uint8_t head,
                                     const uint8_t *order, uint8_t n_sectors)
{
    return disk->media->ops->format_track(disk->media, cylinder, head, order, n_sectors, 0x54,
                                          0xf6);
}

static uint8_t gap(struct disk *disk, uint8_t cylinder, uint8_t head)
{
    return disk->media->ops->gap(disk->media, cylinder, head);
}

static uint8_t sector_at(struct disk *disk, uint8_t cylinder, uint8_t head, uint8_t place)
{
    return disk->media->ops->sector_at(disk->media, cylinder, head, place);
}

static const struct vfdc_media_options in_1440k = { .drive = VFDC_DRIVE_1440K };

static void sectors_follow_each_other_by_cylinder_head_and_number(void **state)
{
    struct disk disk;
    struct vfdc_media_span span;

    (void)state;
    disk_open(&disk, BYTES_1440K, in_1440k);

    assert_int_equal(read_span(&disk, 0, 0, 1, 1, &span), VFDC_MEDIA_OK);
    assert_ptr_equal(span.bytes, disk.bytes);
    assert_int_equal(span.n_bytes, 512);
    assert_int_equal(read_span(&disk, 0, 1, 1, 18, &span), VFDC_MEDIA_OK);
    assert_ptr_equal(span.bytes, disk.bytes + 9216);
    assert_int_equal(span.n_bytes, 9216);
    assert_int_equal(read_span(&disk, 1, 0, 3, 5, &span), VFDC_MEDIA_OK);
    assert_ptr_equal(span.bytes, disk.bytes + 19456);
    assert_int_equal(span.n_bytes, 1536);
    assert_int_equal(read_span(&disk, 79, 1, 18, 18, &span), VFDC_MEDIA_OK);
    assert_ptr_equal(span.bytes, disk.bytes + 1474048);
    disk_close(&disk);
}

/* Every span of every layout lies in the disk, and the ends of each are where they should be. */
static void no_span_of_any_layout_leaves_the_memory(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_GEOMETRY_ROWS; i++) {
        const struct geometry_layout *layout = &geometry_rows[i].layout;
        size_t sector_bytes = (size_t)128 << layout->size_code;
        size_t track_bytes = layout->sectors * sector_bytes;
        enum vfdc_drive_type drive = VFDC_DRIVE_360K;
        struct vfdc_media_span span;
        struct disk disk;

        while ((geometry_rows[i].drives & DRIVE_BIT(drive)) == 0) {
            drive++;
        }
        disk_open(&disk, layout->cylinders * layout->heads * track_bytes,
                  (struct vfdc_media_options){ .drive = drive });
        for (unsigned track = 0; track < layout->cylinders * (unsigned)layout->heads; track++) {
            for (uint8_t first = 1; first <= layout->sectors; first++) {
                uint8_t cylinder = (uint8_t)(track / layout->heads);
                uint8_t head = (uint8_t)(track % layout->heads);
                size_t at = track * track_bytes + (first - 1u) * sector_bytes;

                /* to the track's end at most */
                assert_int_equal(read_span(&disk, cylinder, head, first, 255, &span),
                                 VFDC_MEDIA_OK);
                assert_ptr_equal(span.bytes, disk.bytes + at);
                assert_int_equal(span.n_bytes, (layout->sectors - first + 1u) * sector_bytes);
                assert_true(at + span.n_bytes <= disk.n_bytes);
            }
        }
        disk_close(&disk);
    }
}

/* The last sector of disks with each size: whole, and nothing before it. */
static void sectors_have_the_size_of_their_code(void **state)
{
    static const struct {
        size_t n_bytes;
        uint8_t layout[4];
        size_t last; /* where its last sector begins */
    } cases[] = {
        { 1290240, { 80, 2, 63, 0 }, 1290112 },
        { 1025024, { 77, 2, 26, 1 }, 1024768 },
        { 1474560, { 80, 2, 18, 2 }, 1474048 },
        { 1261568, { 77, 2, 8, 3 }, 1260544 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const uint8_t *layout = cases[i].layout;
        struct vfdc_media_span span;
        struct disk disk;
        uint8_t cylinder = (uint8_t)(layout[0] - 1);

        disk_open(&disk, cases[i].n_bytes,
                  (struct vfdc_media_options){ .drive = VFDC_DRIVE_1440K,
                                               .cylinders = layout[0],
                                               .heads = layout[1],
                                               .sectors = layout[2],
                                               .size_code = layout[3] });
        assert_int_equal(read_span(&disk, cylinder, 1, layout[2], layout[2], &span),
                         VFDC_MEDIA_OK);
        assert_ptr_equal(span.bytes, disk.bytes + cases[i].last);
        assert_int_equal(span.n_bytes, cases[i].n_bytes - cases[i].last);
        assert_int_equal(write_sector(&disk, cylinder, 1, layout[2], 0xe5), VFDC_MEDIA_OK);

        assert_int_equal(disk.bytes[cases[i].last - 1], 0x00);
        assert_int_equal(disk.bytes[cases[i].last], 0xe5);
        assert_int_equal(disk.bytes[cases[i].n_bytes - 1], 0xe5);
        assert_int_equal(write_sector(&disk, cylinder, 1, (uint8_t)(layout[2] + 1), 0xe5),
                         VFDC_MEDIA_NO_SECTOR);
        disk_close(&disk);
    }
}

static void what_is_outside_the_layout_is_no_sector(void **state)
{
    static const uint8_t outside[][4] = {
        { 80, 0, 1, 1 }, { 255, 0, 1, 1 },   { 0, 2, 1, 1 },  { 0, 255, 1, 1 },
        { 0, 0, 0, 1 },  { 0, 0, 19, 19 },   { 0, 0, 255, 255 }, { 0, 0, 2, 1 },
        { 0, 0, 1, 0 },  { 255, 255, 255, 0 },
    };
    struct disk disk;
    struct vfdc_media_span span;

    (void)state;
    disk_open(&disk, BYTES_1440K, in_1440k);
    for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
        const uint8_t *at = outside[i];

        assert_int_equal(read_span(&disk, at[0], at[1], at[2], at[3], &span),
                         VFDC_MEDIA_NO_SECTOR);
        assert_null(span.bytes);
    }
    assert_int_equal(write_sector(&disk, 80, 0, 1, 1), VFDC_MEDIA_NO_SECTOR);
    assert_int_equal(write_sector(&disk, 0, 2, 1, 1), VFDC_MEDIA_NO_SECTOR);
    assert_int_equal(write_sector(&disk, 0, 0, 0, 1), VFDC_MEDIA_NO_SECTOR);
    assert_int_equal(write_sector(&disk, 0, 0, 19, 1), VFDC_MEDIA_NO_SECTOR);
    assert_int_equal(sector_at(&disk, 80, 0, 0), 0);
    assert_int_equal(sector_at(&disk, 0, 2, 0), 0);
    assert_int_equal(sector_at(&disk, 0, 0, 18), 0);
    assert_int_equal(sector_at(&disk, 255, 255, 255), 0);
    disk_close(&disk);
}

/* A short track does not reach into the next one. */
static void a_one_sided_disk_has_no_second_head(void **state)
{
    struct disk disk;
    struct vfdc_media_span span;

    (void)state;
    disk_open(&disk, 163840, (struct vfdc_media_options){ .drive = VFDC_DRIVE_360K });
    assert_int_equal(read_span(&disk, 0, 1, 1, 1, &span), VFDC_MEDIA_NO_SECTOR);
    assert_int_equal(read_span(&disk, 1, 0, 1, 8, &span), VFDC_MEDIA_OK);
    assert_ptr_equal(span.bytes, disk.bytes + 4096);
    disk_close(&disk);
}

static void a_written_sector_is_in_memory_at_once_and_never_dirty(void **state)
{
    struct disk disk;

    (void)state;
    disk_open(&disk, BYTES_1440K, in_1440k);
    assert_int_equal(write_sector(&disk, 1, 1, 2, 0xe5), VFDC_MEDIA_OK);

    assert_int_equal(disk.bytes[28159], 0x00);
    assert_int_equal(disk.bytes[28160], 0xe5);
    assert_int_equal(disk.bytes[28671], 0xe5);
    assert_int_equal(disk.bytes[28672], 0x00);
    assert_int_equal(vfdc_media_dirty_sectors(disk.media), 0);
    assert_int_equal(vfdc_media_flush(disk.media, &disk.error), VFDC_S_OK);
    assert_int_equal(disk.error.code, VFDC_S_OK);
    disk_close(&disk);
}

static void a_protected_disk_is_not_written(void **state)
{
    struct disk disk;

    (void)state;
    disk_open(&disk, BYTES_1440K,
              (struct vfdc_media_options){ .drive = VFDC_DRIVE_1440K, .read_only = true });
    assert_true(vfdc_media_is_read_only(disk.media));
    assert_int_equal(write_sector(&disk, 0, 0, 1, 0xe5), VFDC_MEDIA_WRITE_PROTECTED);
    assert_int_equal(format(&disk, 0, 0, interleaved, 18), VFDC_MEDIA_WRITE_PROTECTED);
    assert_int_equal(disk.bytes[0], 0x00);
    disk_close(&disk);
}

static void format_fills_the_track_and_keeps_the_order(void **state)
{
    struct disk disk;

    (void)state;
    disk_open(&disk, BYTES_1440K, in_1440k);
    assert_int_equal(sector_at(&disk, 2, 1, 0), 1);
    assert_int_equal(sector_at(&disk, 2, 1, 17), 18);
    assert_int_equal(format(&disk, 2, 1, interleaved, 18), VFDC_MEDIA_OK);

    assert_int_equal(disk.bytes[46079], 0x00);
    assert_int_equal(disk.bytes[46080], 0xf6);
    assert_int_equal(disk.bytes[55295], 0xf6);
    assert_int_equal(disk.bytes[55296], 0x00);
    assert_int_equal(sector_at(&disk, 2, 1, 0), 1);
    assert_int_equal(sector_at(&disk, 2, 1, 1), 10);
    assert_int_equal(sector_at(&disk, 2, 1, 17), 18);
    assert_int_equal(sector_at(&disk, 2, 1, 18), 0);
    assert_int_equal(sector_at(&disk, 2, 0, 1), 2); /* the other side keeps its own */
    disk_close(&disk);
}

static void format_of_what_the_track_cannot_hold_changes_nothing(void **state)
{
    uint8_t order[64];
    struct disk disk;

    (void)state;
    disk_open(&disk, BYTES_1440K, in_1440k);
    for (uint8_t i = 0; i < 64; i++) {
        order[i] = (uint8_t)(i + 1);
    }
    assert_int_equal(format(&disk, 0, 0, order, 0), VFDC_MEDIA_NO_SECTOR);
    assert_int_equal(format(&disk, 0, 0, order, 17), VFDC_MEDIA_NO_SECTOR);
    assert_int_equal(format(&disk, 0, 0, order, 19), VFDC_MEDIA_NO_SECTOR);
    assert_int_equal(format(&disk, 0, 0, order, 63), VFDC_MEDIA_NO_SECTOR);
    assert_int_equal(format(&disk, 80, 0, order, 18), VFDC_MEDIA_NO_SECTOR);
    assert_int_equal(format(&disk, 0, 2, order, 18), VFDC_MEDIA_NO_SECTOR);
    order[17] = 1; /* twice */
    assert_int_equal(format(&disk, 0, 0, order, 18), VFDC_MEDIA_NO_SECTOR);
    order[17] = 19;
    assert_int_equal(format(&disk, 0, 0, order, 18), VFDC_MEDIA_NO_SECTOR);
    order[17] = 0;
    assert_int_equal(format(&disk, 0, 0, order, 18), VFDC_MEDIA_NO_SECTOR);
    order[17] = 255;
    assert_int_equal(format(&disk, 0, 0, order, 18), VFDC_MEDIA_NO_SECTOR);

    assert_int_equal(disk.bytes[0], 0x00);
    assert_int_equal(sector_at(&disk, 0, 0, 17), 18);
    disk_close(&disk);
}

static void a_track_of_large_sectors_is_formatted_whole(void **state)
{
    static const uint8_t order[8] = { 1, 5, 2, 6, 3, 7, 4, 8 };
    struct disk disk;

    (void)state;
    disk_open(&disk, 1261568, (struct vfdc_media_options){ .drive = VFDC_DRIVE_1200K });
    assert_int_equal(gap(&disk, 0, 1), 0x74);
    assert_int_equal(format(&disk, 0, 1, order, 8), VFDC_MEDIA_OK);

    assert_int_equal(disk.bytes[8191], 0x00);
    assert_int_equal(disk.bytes[8192], 0xf6);
    assert_int_equal(disk.bytes[16383], 0xf6);
    assert_int_equal(disk.bytes[16384], 0x00);
    assert_int_equal(sector_at(&disk, 0, 1, 1), 5);
    disk_close(&disk);
}

static void the_gap_is_the_last_formats(void **state)
{
    struct disk disk;

    (void)state;
    disk_open(&disk, BYTES_1440K, in_1440k);
    assert_int_equal(gap(&disk, 3, 0), 0x6c);
    assert_int_equal(format(&disk, 3, 0, interleaved, 18), VFDC_MEDIA_OK);
    assert_int_equal(gap(&disk, 3, 0), 0x54);
    assert_int_equal(gap(&disk, 3, 1), 0x6c); /* the other side keeps its own */

    /* none is one too */
    assert_int_equal(disk.media->ops->format_track(disk.media, 3, 0, interleaved, 18, 0x00, 0xf6),
                     VFDC_MEDIA_OK);
    assert_int_equal(gap(&disk, 3, 0), 0x00);

    /* what is refused leaves it */
    assert_int_equal(disk.media->ops->format_track(disk.media, 3, 0, interleaved, 17, 0x20, 0xf6),
                     VFDC_MEDIA_NO_SECTOR);
    assert_int_equal(gap(&disk, 3, 0), 0x00);
    assert_int_equal(gap(&disk, 80, 0), 0x6c);
    assert_int_equal(gap(&disk, 255, 255), 0x6c);
    disk_close(&disk);
}

/* ---- marks ---- */

static void a_sector_has_the_marks_it_was_written_with(void **state)
{
    struct disk disk;

    (void)state;
    disk_open(&disk, BYTES_1440K, in_1440k);
    assert_int_equal(marks(&disk, 0, 0, 3), 0);
    assert_int_equal(write_marked(&disk, 0, 0, 3, 0xe5, VFDC_MARK_DELETED), VFDC_MEDIA_OK);

    assert_int_equal(marks(&disk, 0, 0, 2), 0);
    assert_int_equal(marks(&disk, 0, 0, 3), 0x01);
    assert_int_equal(marks(&disk, 0, 0, 4), 0);
    assert_int_equal(marks(&disk, 0, 1, 3), 0);
    assert_int_equal(write_marked(&disk, 0, 0, 3, 0xe5, 0xfe), VFDC_MEDIA_OK);
    assert_int_equal(marks(&disk, 0, 0, 3), 0x02); /* in place of its own; no other bits */
    assert_int_equal(write_sector(&disk, 0, 0, 3, 0xe5), VFDC_MEDIA_OK);
    assert_int_equal(marks(&disk, 0, 0, 3), 0);
    assert_int_equal(marks(&disk, 80, 0, 1), 0);
    assert_int_equal(marks(&disk, 0, 0, 19), 0);
    assert_int_equal(marks(&disk, 255, 255, 255), 0);
    disk_close(&disk);
}

static void a_span_ends_where_the_marks_change(void **state)
{
    static const struct {
        uint8_t first;
        size_t n_sectors;
    } spans[] = {
        { 1, 4 }, { 4, 1 }, { 5, 2 }, { 6, 1 }, { 7, 1 }, { 8, 11 }, { 18, 1 },
    };
    struct vfdc_media_span span;
    struct disk disk;

    (void)state;
    disk_open(&disk, BYTES_1440K, in_1440k);
    assert_int_equal(vfdc_media_set_marks(disk.media, 0, 0, 5, 1), VFDC_S_OK);
    assert_int_equal(vfdc_media_set_marks(disk.media, 0, 0, 6, 1), VFDC_S_OK);
    assert_int_equal(vfdc_media_set_marks(disk.media, 0, 0, 7, 2), VFDC_S_OK);
    assert_int_equal(vfdc_media_set_marks(disk.media, 0, 1, 1, 1), VFDC_S_OK);

    for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
        assert_int_equal(read_span(&disk, 0, 0, spans[i].first, 18, &span), VFDC_MEDIA_OK);
        assert_ptr_equal(span.bytes, disk.bytes + (spans[i].first - 1u) * 512u);
        assert_int_equal(span.n_bytes, spans[i].n_sectors * 512);
    }
    assert_int_equal(read_span(&disk, 0, 0, 8, 9, &span), VFDC_MEDIA_OK);
    assert_int_equal(span.n_bytes, 1024);
    disk_close(&disk);
}

static void format_clears_the_marks(void **state)
{
    struct disk disk;

    (void)state;
    disk_open(&disk, BYTES_1440K, in_1440k);
    assert_int_equal(vfdc_media_set_marks(disk.media, 2, 1, 1, 3), VFDC_S_OK);
    assert_int_equal(vfdc_media_set_marks(disk.media, 2, 1, 18, 1), VFDC_S_OK);
    assert_int_equal(vfdc_media_set_marks(disk.media, 3, 0, 1, 1), VFDC_S_OK);
    assert_int_equal(format(&disk, 2, 1, interleaved, 17), VFDC_MEDIA_NO_SECTOR);
    assert_int_equal(marks(&disk, 2, 1, 1), 3);
    assert_int_equal(format(&disk, 2, 1, interleaved, 18), VFDC_MEDIA_OK);

    assert_int_equal(marks(&disk, 2, 1, 1), 0);
    assert_int_equal(marks(&disk, 2, 1, 18), 0);
    assert_int_equal(marks(&disk, 3, 0, 1), 1);
    disk_close(&disk);
}

static void marks_are_set_on_sectors_that_are_there(void **state)
{
    static const unsigned outside[][3] = {
        { 80, 0, 1 }, { 0, 2, 1 }, { 0, 0, 0 }, { 0, 0, 19 },
        { 256, 0, 1 }, { 0, 256, 1 }, { 0, 0, 257 }, { UINT32_MAX, UINT32_MAX, UINT32_MAX },
    };
    static const struct vfdc_media_ops no_ops;
    struct vfdc_media foreign = { &no_ops };
    struct disk disk;

    (void)state;
    disk_open(&disk, BYTES_1440K,
              (struct vfdc_media_options){ .drive = VFDC_DRIVE_1440K, .read_only = true });
    for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
        assert_int_equal(vfdc_media_set_marks(disk.media, outside[i][0], outside[i][1],
                                              outside[i][2], 1),
                         VFDC_E_INVALIDARG);
    }
    assert_int_equal(vfdc_media_set_marks(disk.media, 0, 0, 1, 4), VFDC_E_INVALIDARG);
    assert_int_equal(vfdc_media_set_marks(disk.media, 0, 0, 1, 0x81), VFDC_E_INVALIDARG);
    assert_int_equal(marks(&disk, 0, 0, 1), 0);
    assert_int_equal(vfdc_media_set_marks(NULL, 0, 0, 1, 1), VFDC_E_POINTER);
    assert_int_equal(vfdc_media_set_marks(&foreign, 0, 0, 1, 1), VFDC_E_INVALIDARG);

    /* a protected disk has its marks as any other */
    assert_int_equal(vfdc_media_set_marks(disk.media, 79, 1, 18, 3), VFDC_S_OK);
    assert_int_equal(marks(&disk, 79, 1, 18), 3);
    assert_int_equal(disk.bytes[1474559], 0x00);
    disk_close(&disk);
}

static void a_flush_says_once_that_marks_are_not_kept(void **state)
{
    struct disk disk;

    (void)state;
    disk_open(&disk, BYTES_1440K, in_1440k);
    assert_int_equal(vfdc_media_set_marks(disk.media, 1, 0, 1, 1), VFDC_S_OK);
    assert_int_equal(vfdc_media_flush(disk.media, &disk.error), VFDC_S_OK); /* nothing written */
    assert_int_equal(write_marked(&disk, 0, 0, 3, 0xe5, VFDC_MARK_DELETED), VFDC_MEDIA_OK);
    assert_int_equal(vfdc_media_dirty_sectors(disk.media), 0);
    assert_int_equal(vfdc_media_flush(disk.media, &disk.error), VFDC_S_FALSE);
    assert_int_equal(disk.error.code, VFDC_S_OK);
    assert_int_equal(vfdc_media_flush(disk.media, NULL), VFDC_S_OK);
    assert_int_equal(marks(&disk, 0, 0, 3), 1);

    assert_int_equal(write_sector(&disk, 0, 0, 4, 0xe5), VFDC_MEDIA_OK);
    assert_int_equal(vfdc_media_flush(disk.media, NULL), VFDC_S_OK);
    disk_close(&disk);
}

static void geometry_and_reason_are_told(void **state)
{
    struct vfdc_geometry geometry;
    struct disk disk;

    (void)state;
    disk_open(&disk, 368640, (struct vfdc_media_options){ .drive = VFDC_DRIVE_1200K });
    assert_int_equal(vfdc_media_geometry(disk.media, &geometry), VFDC_S_OK);
    assert_int_equal(geometry.cylinders, 40);
    assert_int_equal(geometry.heads, 2);
    assert_int_equal(geometry.sectors, 9);
    assert_int_equal(geometry.size_code, 2);
    assert_int_equal(geometry.data_rate, 1);
    assert_int_equal(geometry.track_step, 2);
    assert_int_equal(geometry.gap_format, 0x50);
    assert_int_equal(vfdc_media_geometry_reason(disk.media), VFDC_GEOMETRY_DRIVE);
    disk_close(&disk);
}

static void memory_that_is_no_disk_is_refused(void **state)
{
    struct vfdc_media_options options = in_1440k;
    struct vfdc_media_error error;
    struct vfdc_media *media = (struct vfdc_media *)&options;
    static uint8_t bytes[1024];

    (void)state;
    assert_int_equal(vfdc_media_open_memory(bytes, sizeof(bytes), &options, &media, &error),
                     VFDC_VM_E_IMAGE_CAPTURE_FAIL);
    assert_null(media);
    assert_int_equal(error.code, VFDC_VM_E_IMAGE_CAPTURE_FAIL);
    assert_string_equal(error.text,
                        "memory: no floppy geometry has 1024 bytes; pass one explicitly");
    assert_int_equal(vfdc_media_open_memory(bytes, 1, &options, &media, NULL),
                     VFDC_VM_E_IMAGE_CAPTURE_FAIL);
    assert_int_equal(vfdc_media_open_memory(bytes, 0, &options, &media, &error),
                     VFDC_VM_E_IMAGE_CAPTURE_FAIL);
    assert_string_equal(error.text, "memory: image is empty");
    assert_int_equal(vfdc_media_open_memory(NULL, 1024, &options, &media, &error),
                     VFDC_E_POINTER);
    assert_int_equal(vfdc_media_open_memory(bytes, 1024, NULL, &media, &error), VFDC_E_POINTER);
    assert_int_equal(vfdc_media_open_memory(bytes, 1024, &options, NULL, &error),
                     VFDC_E_POINTER);
    options.drive = VFDC_DRIVE_NONE;
    assert_int_equal(vfdc_media_open_memory(bytes, 1024, &options, &media, &error),
                     VFDC_E_INVALIDARG);
}

/* Memory cannot grow: a short disk, which a file may be, is refused. */
static void short_memory_is_refused_and_slack_protects(void **state)
{
    static const uint8_t boot[] = {
        0xeb, 0x3c, 0x90, 'M',  'S',  'D',  'O',  'S',  '5',  '.',  '0',  0x00, 0x02, 0x01,
        0x01, 0x00, 0x02, 0xe0, 0x00, 0x40, 0x0b, 0xf0, 0x09, 0x00, 0x12, 0x00, 0x02, 0x00,
    };
    uint8_t *bytes = calloc(1, BYTES_1440K + 512);
    struct vfdc_media *media;
    struct vfdc_media_error error;

    (void)state;
    assert_non_null(bytes);
    memcpy(bytes, boot, sizeof(boot));
    assert_int_equal(vfdc_media_open_memory(bytes, BYTES_1440K - 512, &in_1440k, &media, &error),
                     VFDC_VM_E_IMAGE_CAPTURE_FAIL);
    assert_string_equal(error.text, "memory: ends before the disk that its boot sector describes");

    assert_int_equal(vfdc_media_open_memory(bytes, BYTES_1440K + 512, &in_1440k, &media, &error),
                     VFDC_S_OK);
    assert_int_equal(vfdc_media_geometry_reason(media), VFDC_GEOMETRY_SLACK);
    assert_true(vfdc_media_is_read_only(media));
    assert_int_equal(vfdc_media_close(media, NULL), VFDC_S_OK);
    free(bytes);
}

static void a_call_without_a_medium_is_harmless(void **state)
{
    struct vfdc_media_error error;
    struct vfdc_geometry geometry;

    (void)state;
    assert_int_equal(vfdc_media_flush(NULL, &error), VFDC_E_POINTER);
    assert_int_equal(error.code, VFDC_E_POINTER);
    assert_int_equal(error.sector, VFDC_MEDIA_NO_LBA);
    assert_int_equal(vfdc_media_close(NULL, NULL), VFDC_E_POINTER);
    assert_int_equal(vfdc_media_geometry(NULL, &geometry), VFDC_E_POINTER);
    assert_int_equal(vfdc_media_dirty_sectors(NULL), 0);
    assert_true(vfdc_media_is_read_only(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sectors_follow_each_other_by_cylinder_head_and_number),
        cmocka_unit_test(no_span_of_any_layout_leaves_the_memory),
        cmocka_unit_test(sectors_have_the_size_of_their_code),
        cmocka_unit_test(what_is_outside_the_layout_is_no_sector),
        cmocka_unit_test(a_one_sided_disk_has_no_second_head),
        cmocka_unit_test(a_written_sector_is_in_memory_at_once_and_never_dirty),
        cmocka_unit_test(a_protected_disk_is_not_written),
        cmocka_unit_test(format_fills_the_track_and_keeps_the_order),
        cmocka_unit_test(format_of_what_the_track_cannot_hold_changes_nothing),
        cmocka_unit_test(a_track_of_large_sectors_is_formatted_whole),
        cmocka_unit_test(the_gap_is_the_last_formats),
        cmocka_unit_test(a_sector_has_the_marks_it_was_written_with),
        cmocka_unit_test(a_span_ends_where_the_marks_change),
        cmocka_unit_test(format_clears_the_marks),
        cmocka_unit_test(marks_are_set_on_sectors_that_are_there),
        cmocka_unit_test(a_flush_says_once_that_marks_are_not_kept),
        cmocka_unit_test(geometry_and_reason_are_told),
        cmocka_unit_test(memory_that_is_no_disk_is_refused),
        cmocka_unit_test(short_memory_is_refused_and_slack_protects),
        cmocka_unit_test(a_call_without_a_medium_is_harmless),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
