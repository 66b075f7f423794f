/*
 * Formats that are no raw images, known by their marks.  This only words refusals: a file whose
 * size fits a layout is raw whatever it contains, because a guest can write any mark.
 */
#ifndef MEDIA_FOREIGN_H
#define MEDIA_FOREIGN_H

#include <stdbool.h>
#include <stdint.h>

/* Whether the last 512 bytes of a file are the footer of a virtual hard disk. */
bool foreign_is_vhd(const uint8_t *tail);

/*
 * What a file seems to be, with its article, such as "an ImageDisk file", or NULL.  `boot` and
 * `tail` are its first and last 512 bytes, with zeros for what a shorter file has not.
 */
const char *foreign_name(const uint8_t *boot, const uint8_t *tail);

#endif
