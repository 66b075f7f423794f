/*
 * A raw image in memory: where each sector is, what is outside, FORMAT and its order.  What a
 * file does beyond that is in test_media_vfd.c.
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

static enum vfdc_media_result write_sector(struct disk *disk, uint8_t cylinder, uint8_t head,
                                           uint8_t sector, uint8_t fill)
{
    uint8_t bytes[512];

    memset(bytes, fill, sizeof(bytes));
    return disk->media->ops->write_sector(disk->media, cylinder, head, sector, bytes);
}

static enum vfdc_media_result format(struct disk *disk, uint8_t cylinder, uint8_t head,
                                     const uint8_t *order, uint8_t n_sectors)
{
    return disk->media->ops->format_track(disk->media, cylinder, head, order, n_sectors, 0xf6);
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
        const struct geometry_row *row = &geometry_rows[i];
        size_t track_bytes = row->sectors * (size_t)512;
        enum vfdc_drive_type drive = VFDC_DRIVE_360K;
        struct vfdc_media_span span;
        struct disk disk;

        while ((row->drives & DRIVE_BIT(drive)) == 0) {
            drive++;
        }
        disk_open(&disk, row->cylinders * row->heads * track_bytes,
                  (struct vfdc_media_options){ .drive = drive });
        for (unsigned track = 0; track < row->cylinders * (unsigned)row->heads; track++) {
            for (uint8_t first = 1; first <= row->sectors; first++) {
                uint8_t cylinder = (uint8_t)(track / row->heads);
                uint8_t head = (uint8_t)(track % row->heads);
                size_t at = track * track_bytes + (first - 1u) * 512u;

                /* to the track's end at most */
                assert_int_equal(read_span(&disk, cylinder, head, first, 255, &span),
                                 VFDC_MEDIA_OK);
                assert_ptr_equal(span.bytes, disk.bytes + at);
                assert_int_equal(span.n_bytes, (row->sectors - first + 1u) * 512u);
                assert_true(at + span.n_bytes <= disk.n_bytes);
            }
        }
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
        cmocka_unit_test(what_is_outside_the_layout_is_no_sector),
        cmocka_unit_test(a_one_sided_disk_has_no_second_head),
        cmocka_unit_test(a_written_sector_is_in_memory_at_once_and_never_dirty),
        cmocka_unit_test(a_protected_disk_is_not_written),
        cmocka_unit_test(format_fills_the_track_and_keeps_the_order),
        cmocka_unit_test(format_of_what_the_track_cannot_hold_changes_nothing),
        cmocka_unit_test(geometry_and_reason_are_told),
        cmocka_unit_test(memory_that_is_no_disk_is_refused),
        cmocka_unit_test(short_memory_is_refused_and_slack_protects),
        cmocka_unit_test(a_call_without_a_medium_is_harmless),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
