/*
 * The table of layouts and the choice of one, in this order: the caller's; the only row of the
 * image's size; of several, the one for the drive, then the one that the boot sector names,
 * then the first; for a file a little short or long, the one that the boot sector names.
 */
#include "geometry.h"

#include <stddef.h>

#include "bpb.h"
#include "foreign.h"

enum {
    RATE_500K = 0,
    RATE_300K = 1,
    RATE_250K = 2,
    RATE_1M = 3,
};

/*
 * Bytes of a sector beside its data, without gap 3: two syncs, two marks, ID, gap 2, two CRCs
 * (data sheet, "Data Format").
 */
#define SECTOR_OVERHEAD 62u

#define D360 DRIVE_BIT(VFDC_DRIVE_360K)
#define D1200 DRIVE_BIT(VFDC_DRIVE_1200K)
#define D720 DRIVE_BIT(VFDC_DRIVE_720K)
#define D1440 DRIVE_BIT(VFDC_DRIVE_1440K)
#define D2880 DRIVE_BIT(VFDC_DRIVE_2880K)
#define D3INCH (D720 | D1440 | D2880)

/*
 * A 1.2M drive turns at 360 rpm, so what others read at 250 kbit/s it reads at 300; it steps
 * twice from one cylinder of a 48 tpi disk to the next.
 */
const struct geometry_row geometry_rows[N_GEOMETRY_ROWS] = {
    /* name      cyl hd spt  N   rate   step  gaps        FAT   drives */
    { "160K",    { 40, 1,  8, 2 }, RATE_250K, 1, 0x2a, 0x50, 0xfe, D360 },
    { "160K",    { 40, 1,  8, 2 }, RATE_300K, 2, 0x2a, 0x50, 0xfe, D1200 },
    { "180K",    { 40, 1,  9, 2 }, RATE_250K, 1, 0x2a, 0x50, 0xfc, D360 },
    { "180K",    { 40, 1,  9, 2 }, RATE_300K, 2, 0x2a, 0x50, 0xfc, D1200 },
    { "200K",    { 40, 1, 10, 2 }, RATE_250K, 1, 0x00, 0x00, 0x00, D360 },
    { "200K",    { 40, 1, 10, 2 }, RATE_300K, 2, 0x00, 0x00, 0x00, D1200 },
    { "320K",    { 40, 2,  8, 2 }, RATE_250K, 1, 0x2a, 0x50, 0xff, D360 },
    { "320K",    { 40, 2,  8, 2 }, RATE_300K, 2, 0x2a, 0x50, 0xff, D1200 },
    { "360K",    { 40, 2,  9, 2 }, RATE_250K, 1, 0x2a, 0x50, 0xfd, D360 },
    { "360K",    { 40, 2,  9, 2 }, RATE_300K, 2, 0x23, 0x50, 0xfd, D1200 },
    { "360K SS", { 80, 1,  9, 2 }, RATE_250K, 1, 0x2a, 0x50, 0xf8, D3INCH },
    { "400K",    { 40, 2, 10, 2 }, RATE_300K, 2, 0x00, 0x00, 0x00, D1200 },
    { "400K SS", { 80, 1, 10, 2 }, RATE_250K, 1, 0x00, 0x00, 0x00, D720 | D1440 },
    { "410K",    { 41, 2, 10, 2 }, RATE_300K, 2, 0x25, 0x2e, 0x00, D1200 },
    { "420K",    { 42, 2, 10, 2 }, RATE_300K, 2, 0x25, 0x2e, 0x00, D1200 },
    { "640K",    { 80, 2,  8, 2 }, RATE_250K, 1, 0x2a, 0x50, 0xfb, D3INCH },
    { "720K",    { 80, 2,  9, 2 }, RATE_250K, 1, 0x2a, 0x50, 0xf9, D3INCH },
    { "720K",    { 80, 2,  9, 2 }, RATE_300K, 1, 0x23, 0x50, 0xf9, D1200 },
    { "800K",    { 80, 2, 10, 2 }, RATE_250K, 1, 0x25, 0x2e, 0x00, D3INCH },
    { "820K",    { 82, 2, 10, 2 }, RATE_250K, 1, 0x25, 0x2e, 0x00, D3INCH },
    { "830K",    { 83, 2, 10, 2 }, RATE_250K, 1, 0x25, 0x2e, 0x00, D3INCH },
    { "880K",    { 80, 2, 11, 2 }, RATE_300K, 1, 0x1c, 0x00, 0x00, D1200 },
    { "1001K",   { 77, 2, 26, 1 }, RATE_500K, 1, 0x00, 0x00, 0x00, D1200 },
    { "1.04M",   { 80, 2, 13, 2 }, RATE_300K, 1, 0x1c, 0x00, 0x00, D720 | D1440 },
    { "1.12M",   { 80, 2, 14, 2 }, RATE_300K, 1, 0x1c, 0x00, 0x00, D720 | D1440 },
    { "1.2M",    { 80, 2, 15, 2 }, RATE_500K, 1, 0x1b, 0x54, 0xf9, D1200 },
    { "1.23M",   { 77, 2,  8, 3 }, RATE_500K, 1, 0x35, 0x74, 0xfe, D1200 },
    { "1.28M",   { 80, 2, 16, 2 }, RATE_500K, 1, 0x00, 0x00, 0x00, D1200 },
    { "1.44M",   { 80, 2, 18, 2 }, RATE_500K, 1, 0x1b, 0x6c, 0xf0, D1440 | D2880 },
    { "1.48M",   { 82, 2, 18, 2 }, RATE_500K, 1, 0x1b, 0x6c, 0x00, D1440 },
    { "1.48M",   { 82, 2, 18, 2 }, RATE_500K, 1, 0x25, 0x02, 0x00, D1200 },
    { "1.49M",   { 83, 2, 18, 2 }, RATE_500K, 1, 0x1b, 0x6c, 0x00, D1440 },
    { "1.49M",   { 83, 2, 18, 2 }, RATE_500K, 1, 0x25, 0x02, 0x00, D1200 },
    { "1.52M",   { 80, 2, 19, 2 }, RATE_500K, 1, 0x00, 0x00, 0x00, D1440 },
    { "1.6M",    { 80, 2, 20, 2 }, RATE_500K, 1, 0x1c, 0x2c, 0x00, D1440 | D1200 },
    { "1.68M",   { 80, 2, 21, 2 }, RATE_500K, 1, 0x1c, 0x0c, 0xf0, D1440 | D2880 },
    { "1.70M",   { 81, 2, 21, 2 }, RATE_500K, 1, 0x25, 0x0c, 0x00, D1440 },
    { "1.72M",   { 82, 2, 21, 2 }, RATE_500K, 1, 0x25, 0x0c, 0x00, D1440 },
    { "1.74M",   { 83, 2, 21, 2 }, RATE_500K, 1, 0x25, 0x0c, 0x00, D1440 },
    { "1.76M",   { 80, 2, 22, 2 }, RATE_500K, 1, 0x1c, 0x2e, 0x00, D1440 },
    { "1.84M",   { 80, 2, 23, 2 }, RATE_500K, 1, 0x00, 0x00, 0xf0, D1440 },
    { "1.92M",   { 80, 2, 24, 2 }, RATE_500K, 1, 0x00, 0x00, 0x00, D1440 },
    { "2.88M",   { 80, 2, 36, 2 }, RATE_1M,   1, 0x1b, 0x54, 0xf0, D2880 },
};

/*
 * How a drive reads a layout that is no row, but was given by force: the first line for the
 * drive with enough cylinders, and room for the track: so many sectors of 512 bytes.
 */
static const struct carrier {
    enum vfdc_drive_type drive;
    uint8_t max_cylinders, max_sectors;
    uint8_t data_rate;
    uint8_t track_step;
} carriers[] = {
    { VFDC_DRIVE_360K, 42, 11, RATE_250K, 1 },
    { VFDC_DRIVE_1200K, 42, 11, RATE_300K, 2 },
    { VFDC_DRIVE_1200K, VFDC_MAX_CYLINDERS, 11, RATE_300K, 1 },
    { VFDC_DRIVE_1200K, VFDC_MAX_CYLINDERS, 20, RATE_500K, 1 },
    { VFDC_DRIVE_720K, VFDC_MAX_CYLINDERS, 11, RATE_250K, 1 },
    { VFDC_DRIVE_1440K, VFDC_MAX_CYLINDERS, 11, RATE_250K, 1 },
    { VFDC_DRIVE_1440K, VFDC_MAX_CYLINDERS, 24, RATE_500K, 1 },
    { VFDC_DRIVE_2880K, VFDC_MAX_CYLINDERS, 11, RATE_250K, 1 },
    { VFDC_DRIVE_2880K, VFDC_MAX_CYLINDERS, 24, RATE_500K, 1 },
    { VFDC_DRIVE_2880K, VFDC_MAX_CYLINDERS, VFDC_MAX_SECTORS, RATE_1M, 1 },
};

static const struct text_facts no_facts = { NULL, NULL, 0, 0, 0 };

static void refuse(struct geometry_choice *choice, const char *form)
{
    choice->refusal = form;
}

static void refuse_number(struct geometry_choice *choice, const char *form, uint64_t number)
{
    choice->facts.number = number;
    choice->refusal = form;
}

static void refuse_name(struct geometry_choice *choice, const char *form, const char *name)
{
    choice->facts.name = name;
    choice->refusal = form;
}

static void choose_layout(struct geometry_choice *choice, const struct geometry_layout *layout,
                          enum vfdc_geometry_reason reason)
{
    choice->geometry.cylinders = layout->cylinders;
    choice->geometry.heads = layout->heads;
    choice->geometry.sectors = layout->sectors;
    choice->geometry.size_code = layout->size_code;
    choice->reason = reason;
    choice->refusal = NULL;
}

static void choose_row(struct geometry_choice *choice, const struct geometry_row *row,
                       enum vfdc_geometry_reason reason)
{
    choose_layout(choice, &row->layout, reason);
    choice->geometry.data_rate = row->data_rate;
    choice->geometry.track_step = row->track_step;
    choice->geometry.gap_format = row->gap_format;
}

static uint32_t sector_bytes(uint8_t size_code)
{
    return UINT32_C(128) << size_code;
}

static uint32_t layout_bytes(const struct geometry_layout *layout)
{
    return (uint32_t)layout->cylinders * layout->heads * layout->sectors *
           sector_bytes(layout->size_code);
}

/* What passes the head in a turn: the data, and the marks, ID and CRCs of each sector. */
static uint32_t passing_bytes(uint8_t sectors, uint8_t size_code)
{
    return sectors * (SECTOR_OVERHEAD + sector_bytes(size_code));
}

static bool is_same_layout(const struct geometry_layout *layout,
                           const struct geometry_layout *other)
{
    return layout->cylinders == other->cylinders && layout->heads == other->heads &&
           layout->sectors == other->sectors && layout->size_code == other->size_code;
}

static bool reads(const struct geometry_row *row, enum vfdc_drive_type drive)
{
    return (row->drives & DRIVE_BIT(drive)) != 0;
}

/* The row of a layout for a drive, or NULL. */
static const struct geometry_row *find_layout(const struct geometry_row *rows, unsigned n_rows,
                                              enum vfdc_drive_type drive,
                                              const struct geometry_layout *layout)
{
    for (unsigned i = 0; i < n_rows; i++) {
        if (is_same_layout(&rows[i].layout, layout) && reads(&rows[i], drive)) {
            return &rows[i];
        }
    }
    return NULL;
}

/* The row for a drive of the disk that a boot sector describes, or NULL. */
static const struct geometry_row *find_described(const struct geometry_row *rows,
                                                 unsigned n_rows, enum vfdc_drive_type drive,
                                                 const uint8_t *boot)
{
    struct bpb bpb = { 0, 0, 0 };
    struct geometry_layout layout = { .size_code = 2 };

    if (!bpb_parse(boot, &bpb)) {
        return NULL;
    }
    layout.cylinders = bpb.cylinders;
    layout.heads = bpb.heads;
    layout.sectors = bpb.sectors;
    return find_layout(rows, n_rows, drive, &layout);
}

/* A given layout that is no row: any the drive's mechanism and rates can carry. */
static void choose_carried(const struct geometry_request *request,
                           struct geometry_choice *choice)
{
    const struct geometry_layout *given = &request->given;

    for (size_t i = 0; i < sizeof(carriers) / sizeof(carriers[0]); i++) {
        const struct carrier *carrier = &carriers[i];

        if (carrier->drive == request->drive && given->cylinders <= carrier->max_cylinders &&
            passing_bytes(given->sectors, given->size_code) <=
                passing_bytes(carrier->max_sectors, 2)) {
            choose_layout(choice, given, VFDC_GEOMETRY_GIVEN);
            choice->geometry.data_rate = carrier->data_rate;
            choice->geometry.track_step = carrier->track_step;
            return;
        }
    }
    refuse(choice, "%p: this drive cannot read the layout given");
}

static void choose_given(const struct geometry_row *rows, unsigned n_rows,
                         const struct geometry_request *request, struct geometry_choice *choice)
{
    const struct geometry_layout *given = &request->given;
    const struct geometry_row *row;
    uint32_t n_bytes;

    if (given->cylinders < 1 || given->cylinders > VFDC_MAX_CYLINDERS || given->heads < 1 ||
        given->heads > VFDC_MAX_HEADS || given->sectors < 1 ||
        given->sectors > VFDC_MAX_SECTORS || given->size_code > VFDC_MAX_SIZE_CODE) {
        refuse(choice, "%p: a layout has 1-86 cylinders, 1-2 heads, 1-63 sectors and N=0-3");
        return;
    }
    n_bytes = layout_bytes(given);
    if (n_bytes != request->n_bytes) {
        refuse_number(choice, "%p: the layout given has %n bytes, the image has not", n_bytes);
        return;
    }
    if (n_bytes > VFDC_IMAGE_MAX_BYTES) {
        refuse(choice, "%p: image too large for a floppy");
        return;
    }
    row = find_layout(rows, n_rows, request->drive, given);
    if (row != NULL) {
        choose_row(choice, row, VFDC_GEOMETRY_GIVEN);
    } else {
        choose_carried(request, choice);
    }
}

/* Whether any row has the image's size; then one is chosen, or the drive refused. */
static bool choose_by_size(const struct geometry_row *rows, unsigned n_rows,
                           const struct geometry_request *request,
                           struct geometry_choice *choice)
{
    const struct geometry_row *of_size = NULL;
    const struct geometry_row *fits = NULL;
    bool is_one_layout = true;
    bool is_one_fitting = true;

    for (unsigned i = 0; i < n_rows; i++) {
        const struct geometry_row *row = &rows[i];

        if (layout_bytes(&row->layout) != request->n_bytes) {
            continue;
        }
        choice->facts.drives |= row->drives;
        if (of_size == NULL) {
            of_size = row;
        } else if (!is_same_layout(&row->layout, &of_size->layout)) {
            is_one_layout = false;
        }
        if (!reads(row, request->drive)) {
            continue;
        }
        if (fits == NULL) {
            fits = row;
        } else if (!is_same_layout(&row->layout, &fits->layout)) {
            is_one_fitting = false;
        }
    }
    if (of_size == NULL) {
        return false;
    }
    if (fits == NULL) {
        refuse_name(choice, "%p: a %s image needs a %d drive", of_size->name);
        return true;
    }
    choose_row(choice, fits, is_one_layout ? VFDC_GEOMETRY_SIZE : VFDC_GEOMETRY_DRIVE);
    if (!is_one_fitting) {
        const struct geometry_row *named =
            find_described(rows, n_rows, request->drive, request->boot);

        if (named != NULL && layout_bytes(&named->layout) == request->n_bytes) {
            choose_row(choice, named, VFDC_GEOMETRY_BOOT_SECTOR);
        }
    }
    return true;
}

/*
 * A file that is no whole disk: tools drop the unused end, or pad it by less than a track.
 * Whether the boot sector names a disk that explains the size.
 */
static bool choose_by_boot_sector(const struct geometry_row *rows, unsigned n_rows,
                                  const struct geometry_request *request,
                                  struct geometry_choice *choice)
{
    const struct geometry_row *row =
        find_described(rows, n_rows, request->drive, request->boot);
    uint32_t n_bytes;

    if (row == NULL) {
        return false;
    }
    n_bytes = layout_bytes(&row->layout);
    if (request->n_bytes < n_bytes && request->n_bytes % 512u == 0) {
        choose_row(choice, row, VFDC_GEOMETRY_SHORT);
        return true;
    }
    if (request->n_bytes > n_bytes && request->n_bytes % 128u == 0 &&
        request->n_bytes - n_bytes < UINT64_C(512) * row->layout.sectors) {
        choose_row(choice, row, VFDC_GEOMETRY_SLACK);
        return true;
    }
    return false;
}

/* Whose header, of this size, stands before a whole disk; or NULL. */
static const char *find_header(uint64_t n_bytes)
{
    static const struct {
        uint32_t n_bytes;
        const char *name;
    } headers[] = {
        { 128, "a disk behind a 128-byte header, as dosemu has them" },
        { 9216, "a disk behind a 9216-byte header, as DiskDupe has them" },
    };

    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        if (n_bytes > headers[i].n_bytes && geometry_has_size(n_bytes - headers[i].n_bytes)) {
            return headers[i].name;
        }
    }
    return NULL;
}

/* Nothing fits: find the most helpful words. */
static void refuse_size(const struct geometry_request *request, struct geometry_choice *choice)
{
    const char *foreign = foreign_name(request->boot, request->tail);

    if (foreign == NULL && request->n_bytes <= VFDC_IMAGE_MAX_BYTES) {
        foreign = find_header(request->n_bytes);
    }
    if (foreign != NULL) {
        refuse_name(choice, "%p: this is %s, not a floppy image", foreign);
        return;
    }
    if (request->n_bytes > VFDC_IMAGE_MAX_BYTES) {
        refuse(choice, "%p: image too large for a floppy");
    } else {
        refuse_number(choice, "%p: no floppy geometry has %n bytes; pass one explicitly",
                      request->n_bytes);
    }
}

bool geometry_has_size(uint64_t n_bytes)
{
    for (unsigned i = 0; i < N_GEOMETRY_ROWS; i++) {
        if (layout_bytes(&geometry_rows[i].layout) == n_bytes) {
            return true;
        }
    }
    return false;
}

static bool is_given(const struct geometry_layout *given)
{
    return given->cylinders != 0 || given->heads != 0 || given->sectors != 0 ||
           given->size_code != 0;
}

bool geometry_is_decided_from(const struct geometry_row *rows, unsigned n_rows,
                              const struct geometry_request *request)
{
    const struct geometry_row *fits = NULL;

    if (request->n_bytes == 0 || is_given(&request->given)) {
        return true;
    }
    for (unsigned i = 0; i < n_rows; i++) {
        const struct geometry_row *row = &rows[i];

        if (layout_bytes(&row->layout) != request->n_bytes || !reads(row, request->drive)) {
            continue;
        }
        if (fits != NULL && !is_same_layout(&row->layout, &fits->layout)) {
            return false;
        }
        fits = row;
    }
    return fits != NULL || geometry_has_size(request->n_bytes);
}

bool geometry_is_decided_by_size(const struct geometry_request *request)
{
    return geometry_is_decided_from(geometry_rows, N_GEOMETRY_ROWS, request);
}

void geometry_choose_from(const struct geometry_row *rows, unsigned n_rows,
                          const struct geometry_request *request,
                          struct geometry_choice *choice)
{
    *choice = (struct geometry_choice){ .facts = no_facts };
    if (request->n_bytes == 0) {
        refuse(choice, "%p: image is empty");
    } else if (is_given(&request->given)) {
        choose_given(rows, n_rows, request, choice);
    } else if (!choose_by_size(rows, n_rows, request, choice) &&
               (foreign_is_vhd(request->tail) ||
                !choose_by_boot_sector(rows, n_rows, request, choice))) {
        refuse_size(request, choice);
    }
}

void geometry_choose(const struct geometry_request *request, struct geometry_choice *choice)
{
    geometry_choose_from(geometry_rows, N_GEOMETRY_ROWS, request, choice);
}
