/* vfdc-script: the statements about image files, apart from any drive. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "run.h"

static char *path_of(const struct run *run, const struct argument *name)
{
    return scratch_path(&run->scratch, name->words[0], strlen(name->words[0]));
}

/* What the scratch folder's functions left in errno. */
static bool file_failed(struct run *run, const char *name)
{
    return run_failed(run, "%s: %s, wanted it done", name,
                      errno == ENODATA ? "the file ends before" : strerror(errno));
}

static void fill(void *opaque, uint8_t *bytes, size_t n_bytes, uint64_t offset)
{
    const uint64_t *filling = opaque;

    if (*filling == ARGUMENT_LBA_PATTERN) {
        source_lba_pattern(bytes, n_bytes, offset);
    } else {
        memset(bytes, (int)*filling, n_bytes);
    }
}

bool image_make(struct run *run, const struct argument arg[])
{
    uint64_t filling = arg[2].number;

    return scratch_write(&run->scratch, arg[0].words[0], arg[1].number, fill, &filling) ||
           file_failed(run, arg[0].words[0]);
}

bool image_copy(struct run *run, const struct argument arg[])
{
    char *path = scratch_path_beside(run->script->file, arg[1].words[0]);
    bool is_copied = scratch_copy(&run->scratch, path, arg[0].words[0]);

    free(path);
    return is_copied || file_failed(run, arg[0].words[0]);
}

bool image_chmod(struct run *run, const struct argument arg[])
{
    char *path = path_of(run, &arg[0]);
    bool is_done = chmod(path, arg[1].number == 0 ? 0444 : 0644) == 0;

    free(path);
    return is_done || file_failed(run, arg[0].words[0]);
}

/* Whether one of that name stands beside the image. */
static bool has_journal(char *path, const char *suffix)
{
    char *name = strrchr(path, '/') + 1;
    char *journal = alloc_format("%.*s.%s.vfdc-journal%s", (int)(name - path), path, name, suffix);
    struct stat status;
    bool is_there = lstat(journal, &status) == 0;

    free(journal);
    return is_there;
}

/* There are two names: what is written while a flush is under way goes to the other. */
bool image_journal(struct run *run, const struct argument arg[])
{
    char *path = path_of(run, &arg[0]);
    bool is_there = has_journal(path, "") || has_journal(path, "-2");
    bool is_wanted = arg[1].number == 0;

    free(path);
    return is_there == is_wanted ||
           run_failed(run, "journal is %s, wanted %s", is_there ? "yes" : "no",
                      is_wanted ? "yes" : "no");
}

/* The first byte in which the two differ is the news. */
static bool same_bytes(struct run *run, const struct source *file, const uint8_t *seen,
                       const uint8_t *wanted)
{
    for (size_t i = 0; i < file->n_bytes; i++) {
        if (seen[i] != wanted[i]) {
            return run_failed(run, "byte %llu of the file is %02x, wanted %02x",
                              (unsigned long long)file->first + i, seen[i], wanted[i]);
        }
    }
    return true;
}

bool image_bytes(struct run *run, const struct argument arg[])
{
    const struct source *file = &arg[0].source;
    const struct source *source = &arg[1].source;
    uint8_t *seen;
    uint8_t *wanted;
    bool holds;

    if (file->n_bytes != source->n_bytes) {
        return run_failed(run, "%zu bytes of the file to compare, wanted %zu", file->n_bytes,
                          source->n_bytes);
    }
    seen = source_bytes(file, &run->scratch);
    if (seen == NULL) {
        return file_failed(run, arg[0].words[0]);
    }
    wanted = source_bytes(source, &run->scratch);
    holds = wanted != NULL ? same_bytes(run, file, seen, wanted)
                           : file_failed(run, arg[1].words[0]);
    free(seen);
    free(wanted);
    return holds;
}
