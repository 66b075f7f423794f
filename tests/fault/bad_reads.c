/*
 * bad_reads DIRECTORY SWITCH: a file system (FUSE) with one file in it, a.vfd, a blank 1.44M image
 * that reads as 01h bytes, but as an error while a file SWITCH exists.
 */
#define FUSE_USE_VERSION 31
#include <fuse.h>

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define IMAGE_BYTES 1474560

static int get_attributes(const char *path, struct stat *status, struct fuse_file_info *info)
{
    (void)info;
    *status = (struct stat){ .st_mode = S_IFDIR | 0755, .st_nlink = 2 };
    if (strcmp(path, "/a.vfd") == 0) {
        *status = (struct stat){ .st_mode = S_IFREG | 0644, .st_nlink = 1,
                                 .st_size = IMAGE_BYTES };
    } else if (strcmp(path, "/") != 0) {
        return -ENOENT;
    }
    return 0;
}

/* The system's cache would keep what it has read. */
static int open_file(const char *path, struct fuse_file_info *info)
{
    info->direct_io = 1;
    return strcmp(path, "/a.vfd") == 0 ? 0 : -ENOENT;
}

static int read_file(const char *path, char *bytes, size_t n_bytes, off_t offset,
                     struct fuse_file_info *info)
{
    const char *error_switch = fuse_get_context()->private_data;

    (void)path;
    (void)info;
    if (access(error_switch, F_OK) == 0) {
        return -EIO;
    }
    if (offset >= IMAGE_BYTES) {
        return 0;
    }
    if (n_bytes > (size_t)(IMAGE_BYTES - offset)) {
        n_bytes = (size_t)(IMAGE_BYTES - offset);
    }
    memset(bytes, 0x01, n_bytes);
    return (int)n_bytes;
}

static const struct fuse_operations operations = {
    .getattr = get_attributes,
    .open = open_file,
    .read = read_file,
};

int main(int argc, char **argv)
{
    char *arguments[] = { argv[0], argv[1], NULL };

    return argc == 3 ? fuse_main(2, arguments, &operations, argv[2]) : 1;
}
