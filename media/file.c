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

/* Where the last name begins in a path of `n_bytes`. */
static size_t last_name(const char *path, size_t n_bytes)
{
    while (n_bytes > 0 && n_bytes < VFD_PATH_BYTES && path[n_bytes - 1u] != '/') {
        n_bytes--;
    }
    return n_bytes;
}

int file_open_directory(const struct vfdc_system *system, void *opaque, const char *path,
                        char name[static VFD_NAME_BYTES])
{
    char folder[VFD_PATH_BYTES];
    size_t n_bytes = strlen(path);
    size_t n_folder;

    if (n_bytes >= VFD_PATH_BYTES) {
        return -ENAMETOOLONG;
    }
    n_folder = last_name(path, n_bytes);
    if (n_folder > n_bytes || n_bytes - n_folder >= VFD_NAME_BYTES) {
        return -ENAMETOOLONG;
    }
    memcpy(name, path + n_folder, n_bytes - n_folder);
    name[n_bytes - n_folder] = '\0';
    if (strcmp(name, "") == 0 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        return -EISDIR;
    }
    memcpy(folder, path, n_folder);
    folder[n_folder] = '\0'; /* ends in its slash: a file there is no directory */
    return file_open(system, opaque, folder,
                     O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}
