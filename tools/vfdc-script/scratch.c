/*
 * vfdc-script: the files of a run.  These are the script's own accesses, so they go to the
 * system directly and never meet the failures that `fail` plants for the library.
 */
#include "scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "alloc.h"

enum { PIECE_BYTES = 65536 };

bool scratch_make(struct scratch *scratch)
{
    const char *parent = getenv("TMPDIR");
    char working[4096];

    if (parent == NULL || parent[0] != '/') {
        parent = "/tmp";
    }
    if (getcwd(working, sizeof working) == NULL) {
        return false;
    }
    scratch->folder = alloc_format("%s/vfdc-script-XXXXXX", parent);
    if (mkdtemp(scratch->folder) == NULL) {
        free(scratch->folder);
        scratch->folder = NULL;
        return false;
    }
    scratch->working = alloc_text(working, strlen(working));
    return true;
}

void scratch_remove(struct scratch *scratch)
{
    DIR *folder = scratch->folder != NULL ? opendir(scratch->folder) : NULL;
    const struct dirent *entry;

    if (folder != NULL) {
        while ((entry = readdir(folder)) != NULL) {
            unlinkat(dirfd(folder), entry->d_name, 0);
        }
        closedir(folder);
        rmdir(scratch->folder);
    }
    free(scratch->folder);
    free(scratch->working);
    *scratch = (struct scratch){ NULL, NULL };
}

bool scratch_is_name(const char *name, size_t length)
{
    size_t start = 0;

    if (length > 0 && name[0] == '@') {
        return length > 1;
    }
    if (length == 0 || name[0] == '/') {
        return false;
    }
    for (size_t i = 0; i <= length; i++) {
        if (i == length || name[i] == '/') {
            if (i - start == 2 && name[start] == '.' && name[start + 1] == '.') {
                return false;
            }
            start = i + 1;
        }
    }
    return true;
}

char *scratch_path(const struct scratch *scratch, const char *name, size_t length)
{
    const char *folder = scratch->folder;

    if (name[0] == '@') {
        name++;
        length--;
        folder = scratch->working;
        if (name[0] == '/') {
            return alloc_text(name, length);
        }
    }
    return alloc_format("%s/%.*s", folder, (int)length, name);
}

const char *scratch_name(const struct scratch *scratch, const char *path)
{
    size_t length = strlen(scratch->folder);

    if (strncmp(path, scratch->folder, length) == 0 && path[length] == '/') {
        return path + length + 1;
    }
    return path;
}

bool scratch_read(const struct scratch *scratch, const char *name, size_t length,
                  uint64_t offset, uint8_t *bytes, size_t n_bytes)
{
    char *path = scratch_path(scratch, name, length);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n_read = 1;

    free(path);
    if (fd < 0) {
        return false;
    }
    while (n_bytes > 0 && n_read > 0) {
        n_read = pread(fd, bytes, n_bytes, (off_t)offset);
        if (n_read > 0) {
            bytes += n_read;
            n_bytes -= (size_t)n_read;
            offset += (uint64_t)n_read;
        }
    }
    if (n_read == 0) {
        errno = ENODATA; /* the file ends before */
    }
    close(fd);
    return n_bytes == 0;
}

static bool write_all(int fd, const uint8_t *bytes, size_t n_bytes)
{
    while (n_bytes > 0) {
        ssize_t n_written = write(fd, bytes, n_bytes);

        if (n_written < 0) {
            return false;
        }
        bytes += n_written;
        n_bytes -= (size_t)n_written;
    }
    return true;
}

static int create(const struct scratch *scratch, const char *name)
{
    char *path = scratch_path(scratch, name, strlen(name));
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

    free(path);
    return fd;
}

bool scratch_write(const struct scratch *scratch, const char *name, uint64_t n_bytes,
                   scratch_fill *fill, void *opaque)
{
    int fd = create(scratch, name);
    bool is_whole = fd >= 0;
    uint8_t piece[PIECE_BYTES];

    for (uint64_t offset = 0; is_whole && offset < n_bytes; offset += sizeof piece) {
        uint64_t rest = n_bytes - offset;
        size_t n_piece = rest < sizeof piece ? (size_t)rest : sizeof piece;

        fill(opaque, piece, n_piece, offset);
        is_whole = write_all(fd, piece, n_piece);
    }
    return fd >= 0 && close(fd) == 0 && is_whole;
}

bool scratch_copy(const struct scratch *scratch, const char *path, const char *name)
{
    int from = open(path, O_RDONLY | O_CLOEXEC);
    int to = from >= 0 ? create(scratch, name) : -1;
    bool is_whole = to >= 0;
    uint8_t piece[PIECE_BYTES];
    ssize_t n_read = 1;

    while (is_whole && n_read > 0) {
        n_read = read(from, piece, sizeof piece);
        is_whole = n_read >= 0 && write_all(to, piece, (size_t)n_read);
    }
    if (to >= 0 && close(to) != 0) {
        is_whole = false;
    }
    if (from >= 0) {
        close(from);
    }
    return is_whole;
}

char *scratch_path_beside(const char *script, const char *path)
{
    const char *slash = strrchr(script, '/');

    if (slash == NULL || path[0] == '/') {
        return alloc_text(path, strlen(path));
    }
    return alloc_format("%.*s/%s", (int)(slash - script), script, path);
}
