/* vfdc-script: memory, or the end of the run. */
#include "alloc.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *or_exit(void *memory)
{
    if (memory == NULL) {
        (void)fputs("vfdc-script: out of memory\n", stderr);
        exit(2);
    }
    return memory;
}

void *alloc_zeroed(size_t n_bytes)
{
    return or_exit(calloc(n_bytes != 0 ? n_bytes : 1, 1));
}

void *alloc_resize(void *items, size_t n_items, size_t item_bytes)
{
    if (n_items > SIZE_MAX / item_bytes) {
        return or_exit(NULL);
    }
    return or_exit(realloc(items, n_items * item_bytes));
}

char *alloc_text(const char *text, size_t n_bytes)
{
    char *copy = alloc_zeroed(n_bytes + 1);

    memcpy(copy, text, n_bytes);
    return copy;
}

char *alloc_format(const char *format, ...)
{
    va_list arguments;
    int length;
    char *text;

    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    text = alloc_zeroed((length > 0 ? (size_t)length : 0) + 1);
    va_start(arguments, format);
    (void)vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}
