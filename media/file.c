/*
 * Opening files and their directories; see file.h.
 */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>

#define MAX_OPEN_TRIES 100u

int file_open(const struct vfdc_system *system, void *opaque, const char *path, int flags)
{
    int fd = -EINTR;

    for (unsigned tries = 0; tries < MAX_OPEN_TRIES && fd == -EINTR; tries++) {
        fd = system->open(opaque, path, flags, 0);
    }
    return fd;
}

size_t file_name_length(const char name[static VFD_NAME_BYTES])
{
    size_t n = 0;

    while (n < VFD_NAME_BYTES - 1u && name[n] != '\0') {
        n++;
    }
    return n;
}

/* Below VFD_PATH_BYTES, if the path is not too long. */
static size_t path_length(const char *path)
{
    size_t n = 0;

    while (n < VFD_PATH_BYTES && path[n] != '\0') {
        n++;
    }
    return n;
}

/* "." and "..", and the name behind a last slash. */
static bool is_no_name(const char name[static VFD_NAME_BYTES])
{
    return name[0] == '\0' ||
           (name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0')));
}

/* Where the last name begins in a path of `n_bytes`. */
static size_t last_name(const char *path, size_t n_bytes)
{
    while (n_bytes > 0 && n_bytes < VFD_PATH_BYTES && path[n_bytes - 1u] != '/') {
        n_bytes--;
    }
    return n_bytes;
}

int file_open_directory(const struct vfdc_system *system, void *opaque, char *path,
                        char name[static VFD_NAME_BYTES])
{
    size_t n_bytes = path_length(path);
    size_t n_folder;
    char cut;
    int fd;

    if (n_bytes >= VFD_PATH_BYTES) {
        return -ENAMETOOLONG;
    }
    n_folder = last_name(path, n_bytes);
    if (n_folder > n_bytes || n_bytes - n_folder >= VFD_NAME_BYTES) {
        return -ENAMETOOLONG;
    }
    memcpy(name, path + n_folder, n_bytes - n_folder);
    name[n_bytes - n_folder] = '\0';
    if (is_no_name(name)) {
        return -EISDIR;
    }
    cut = path[n_folder];
    path[n_folder] = '\0'; /* ends in its slash: a file there is no directory */
    fd = file_open(system, opaque, path,
                   O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    path[n_folder] = cut;
    return fd;
}
