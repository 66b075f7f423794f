/*
 * The hash that a journal carries: it tells a cut or torn record, and a sector that another
 * program has written, from a good one.  It is no defence against one who may write the
 * directory: he can write the image as well.
 */
#ifndef MEDIA_HASH_H
#define MEDIA_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t hash_of(const uint8_t *bytes, size_t n_bytes);

#endif
