/*
 * The layouts that PC drives read, and which of them an image has.  Pure functions over a size,
 * a drive and the first and last bytes of the image.
 */
#ifndef MEDIA_GEOMETRY_H
#define MEDIA_GEOMETRY_H

#include <stdbool.h>
#include <stdint.h>

#include <vfdc/media.h>

#include "text.h"

/* A set of drives has a bit for each enum vfdc_drive_type. */
#define DRIVE_BIT(type) (1u << (type))

/* Of each end of an image so many bytes are looked at. */
#define GEOMETRY_END_BYTES 512u

struct geometry_layout {
    uint8_t cylinders, heads, sectors, size_code;
};

/*
 * One layout, in the drives that read it in one way.  A disk that two kinds of drive read at
 * different rates has a row for each.
 */
struct geometry_row {
    const char *name;
    struct geometry_layout layout;
    uint8_t data_rate;  /* as in DSR and CCR */
    uint8_t track_step; /* 2 for 48 tpi disks in a 96 tpi drive */
    uint8_t gap_data;   /* GPL of READ and WRITE, 0 where none is usual */
    uint8_t gap_format; /* GPL of FORMAT TRACK, likewise */
    uint8_t fat_media;  /* the first byte of a FAT on it, 0 where none is usual */
    uint8_t drives;     /* a set */
};

/* All of them; where several fit, the first counts. */
#define N_GEOMETRY_ROWS 43u
extern const struct geometry_row geometry_rows[N_GEOMETRY_ROWS];

/* What is known of an image. */
struct geometry_request {
    uint64_t n_bytes;
    enum vfdc_drive_type drive;
    struct geometry_layout given; /* a layout by force, or zeros */
    const uint8_t *boot; /* its first GEOMETRY_END_BYTES, zeros for what it has not */
    const uint8_t *tail; /* its last ones, likewise; read only if no row has its size */
};

struct geometry_choice {
    struct vfdc_geometry geometry;
    enum vfdc_geometry_reason reason;
    const char *refusal; /* NULL, or why there is no geometry: a form, for the facts below */
    struct text_facts facts; /* without a path */
};

/* Whether any row has this size. */
bool geometry_has_size(uint64_t n_bytes);

/* Whether nothing in the ends of the image can change what is chosen. */
bool geometry_is_decided_by_size(const struct geometry_request *request);

/* Choose, or refuse; nothing is ever guessed.  `drive` is a fitted one. */
void geometry_choose(const struct geometry_request *request, struct geometry_choice *choice);

/* The same over other rows. */
bool geometry_is_decided_from(const struct geometry_row *rows, unsigned n_rows,
                              const struct geometry_request *request);
void geometry_choose_from(const struct geometry_row *rows, unsigned n_rows,
                          const struct geometry_request *request,
                          struct geometry_choice *choice);

#endif
