/*
 * vfdc-script: the files of a run.  A name is relative to a scratch folder that is made for the
 * run and removed after it; one that starts with @ lies outside, relative to the working
 * directory, and stays.
 *
 * Functions that fail answer false or NULL with errno set.
 */
#ifndef VFDC_SCRIPT_SCRATCH_H
#define VFDC_SCRIPT_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct scratch {
    char *folder;  /* absolute; NULL before scratch_make() */
    char *working; /* the working directory */
};

/* Make the folder under TMPDIR, or /tmp. */
bool scratch_make(struct scratch *scratch);

/* Remove it with all that is in it, and free what `scratch` holds. */
void scratch_remove(struct scratch *scratch);

/* Whether those characters may name a file: the scratch folder cannot be left but by an @. */
bool scratch_is_name(const char *name, size_t length);

/* The absolute path of a name, in memory of its own. */
char *scratch_path(const struct scratch *scratch, const char *name, size_t length);

/* The name that a script has for a path, for messages: within `path`. */
const char *scratch_name(const struct scratch *scratch, const char *path);

/* `n_bytes` of a file from `offset` on, all of them. */
bool scratch_read(const struct scratch *scratch, const char *name, size_t length,
                  uint64_t offset, uint8_t *bytes, size_t n_bytes);

/* Make, or make anew, a file of `n_bytes` that `fill` gives piece by piece. */
typedef void scratch_fill(void *opaque, uint8_t *bytes, size_t n_bytes, uint64_t offset);
bool scratch_write(const struct scratch *scratch, const char *name, uint64_t n_bytes,
                   scratch_fill *fill, void *opaque);

/* Copy the file at `path` to a file of that name. */
bool scratch_copy(const struct scratch *scratch, const char *path, const char *name);

/* The path of a file that is named relative to the script's own place. */
char *scratch_path_beside(const char *script, const char *path);

#endif
