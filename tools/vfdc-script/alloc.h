/*
 * vfdc-script: memory.  A runner without memory has nothing sensible to say, so these end it
 * with exit status 2 and never return NULL.
 */
#ifndef VFDC_SCRIPT_ALLOC_H
#define VFDC_SCRIPT_ALLOC_H

#include <stddef.h>

/* `n_bytes` of zeros; a valid pointer also for none. */
void *alloc_zeroed(size_t n_bytes);

/* realloc() for an array of `n_items`. */
void *alloc_resize(void *items, size_t n_items, size_t item_bytes);

/* A copy of the first `n_bytes` of `text`, ended by NUL. */
char *alloc_text(const char *text, size_t n_bytes);

/* printf() into memory of its own. */
char *alloc_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
