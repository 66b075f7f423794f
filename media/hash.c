/*
 * XXH3 in 64 bits, from xxHash's own header: nothing to link with.
 */
#include "hash.h"

#define XXH_INLINE_ALL
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wcast-qual"
#pragma GCC diagnostic ignored "-Wpedantic"
#include <xxhash.h>
#pragma GCC diagnostic pop

uint64_t hash_of(const uint8_t *bytes, size_t n_bytes)
{
    return XXH3_64bits(bytes, n_bytes);
}
