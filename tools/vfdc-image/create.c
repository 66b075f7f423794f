/* vfdc-image: making an image, blank or with an empty DOS file system. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "image.h"

/* What the shell answers too for a program that is not there. */
#define NO_PROGRAM 127

static const struct size {
    const char *names[2];
    uint32_t n_bytes;
    const char *fat_media; /* the first byte of a FAT on such a disk */
} sizes[] = {
    { { "160K", NULL }, 163840, "0xfe" },     { { "180K", NULL }, 184320, "0xfc" },
    { { "320K", NULL }, 327680, "0xff" },     { { "360K", NULL }, 368640, "0xfd" },
    { { "720K", NULL }, 737280, "0xf9" },     { { "1200K", "1.2M" }, 1228800, "0xf9" },
    { { "1440K", "1.44M" }, 1474560, "0xf0" }, { { "DMF", "1.68M" }, 1720320, "0xf0" },
    { { "1.23M", NULL }, 1261568, "0xfe" },
    { { "XDF", "1.84M" }, 1884160, "0xf0" },  { { "2880K", "2.88M" }, 2949120, "0xf0" },
};

#define N_SIZES (sizeof sizes / sizeof sizes[0])

/* A size by its name or as a number; 0 if it is neither. */
static uint64_t bytes_of(const char *word)
{
    char *end = NULL;
    unsigned long long number;

    for (size_t i = 0; i < N_SIZES; i++) {
        if (strcmp(word, sizes[i].names[0]) == 0 ||
            (sizes[i].names[1] != NULL && strcmp(word, sizes[i].names[1]) == 0)) {
            return sizes[i].n_bytes;
        }
    }
    if (word[0] < '0' || word[0] > '9') {
        return 0;
    }
    errno = 0;
    number = strtoull(word, &end, 10);
    return *end == '\0' && errno == 0 ? number : 0;
}

static const char *fat_media_of(uint64_t n_bytes)
{
    for (size_t i = 0; i < N_SIZES; i++) {
        if (sizes[i].n_bytes == n_bytes) {
            return sizes[i].fat_media;
        }
    }
    return "0xf0";
}

/* The administrator's programs are not on everybody's path. */
static void extend_path(void)
{
    static const char more[] = "/usr/sbin:/sbin";
    const char *path = getenv("PATH");
    size_t n_bytes = (path != NULL ? strlen(path) : 0) + 1 + sizeof more;
    char *longer = malloc(n_bytes);

    if (longer != NULL) {
        (void)snprintf(longer, n_bytes, "%s%s%s", path != NULL ? path : "", path != NULL ? ":" : "",
                       more);
        setenv("PATH", longer, 1);
        free(longer);
    }
}

/* Run mkfs.fat, silent unless it complains; how it ended. */
static int run_mkfs(char *const arguments[])
{
    int status = 0;
    pid_t child = fork();

    if (child < 0) {
        return -1;
    }
    if (child == 0) {
        int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

        if (null >= 0) {
            dup2(null, STDOUT_FILENO);
        }
        extend_path();
        execvp(arguments[0], arguments);
        _exit(NO_PROGRAM);
    }
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            return -1;
        }
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool sync_file(const char *path)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    bool is_synced = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0) {
        close(fd);
    }
    return is_synced;
}

/* An empty file system on the new image. */
static bool make_fat(const char *path, uint64_t n_bytes)
{
    struct vfdc_geometry geometry = { .heads = 0 };
    struct vfdc_media_error error;
    const struct drive *drive = NULL;
    struct vfdc_media *media = open_image(path, true, &drive, &error);
    char tracks[16], sector_bytes[16], fat_media[8], target[4096 + 8];
    char program[] = "mkfs.fat", dash_f[] = "-F", twelve[] = "12", dash_g[] = "-g",
         dash_s[] = "-S", dash_m[] = "-M", stop[] = "--";
    char *const arguments[] = { program, dash_f,       twelve, dash_g,    tracks, dash_s,
                                sector_bytes, dash_m, fat_media, stop,  target, NULL };
    int ended;

    if (media == NULL) {
        complain("%s", error.text);
        return false;
    }
    (void)vfdc_media_geometry(media, &geometry);
    (void)vfdc_media_close(media, NULL);
    if (geometry.size_code < 2) {
        complain("DOS has no file system of sectors this small");
        return false;
    }
    (void)snprintf(tracks, sizeof tracks, "%u/%u", geometry.heads, geometry.sectors);
    (void)snprintf(sector_bytes, sizeof sector_bytes, "%u", 128u << geometry.size_code);
    (void)snprintf(fat_media, sizeof fat_media, "%s", fat_media_of(n_bytes));
    (void)snprintf(target, sizeof target, "%s", path);
    ended = run_mkfs(arguments);
    if (ended == NO_PROGRAM) {
        complain("mkfs.fat is not there: install dosfstools");
    } else if (ended != 0) {
        complain("mkfs.fat failed");
    } else if (!sync_file(path)) {
        complain("%s: %s", path, strerror(errno));
    } else {
        return true;
    }
    return false;
}

enum ending create_image(const char *path, const char *name, const char *size, bool with_fat)
{
    struct vfdc_media_error error;
    uint64_t n_bytes = bytes_of(size);

    if (n_bytes == 0) {
        complain("'%s' is no size; --help has the list", size);
        return ENDING_USAGE;
    }
    if (vfdc_failed(vfdc_image_create(path, n_bytes, NULL, &error))) {
        complain("%s", error.text);
        return ENDING_BAD;
    }
    if (with_fat && !make_fat(path, n_bytes)) {
        (void)unlink(path); /* it is ours, and no more than a blank one */
        return ENDING_BAD;
    }
    printf("%s: %llu bytes%s\n", name, (unsigned long long)n_bytes,
           with_fat ? ", an empty DOS disk" : "");
    return ENDING_GOOD;
}
