/*
 * Replays files through a harness without libFuzzer, in any build: `NAME FOLDER-OR-FILE...`.
 * They run in a process of their own, which the next one replaces if it dies; the file at which it
 * died is named.  The last line is "fuzz/replay NAME: N passed, M failed".
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz.h"

#define MAX_FILES 4096u
#define MAX_BYTES (1u << 20)

/* Nothing is changed here; a harness with a mutator of its own asks for it. */
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t n_bytes, size_t max_bytes)
{
    (void)bytes;
    (void)max_bytes;
    return n_bytes;
}

struct files {
    char *path[MAX_FILES];
    size_t n;
};

static void add(struct files *files, const char *folder, const char *name)
{
    size_t length = strlen(folder) + strlen(name) + 2;
    char *path = malloc(length);

    if (path == NULL || files->n == MAX_FILES) {
        fputs("replay: too many files\n", stderr);
        exit(EXIT_FAILURE);
    }
    snprintf(path, length, "%s%s%s", folder, name[0] != '\0' ? "/" : "", name);
    files->path[files->n++] = path;
}

static void find(struct files *files, const char *path)
{
    DIR *folder = opendir(path);
    const struct dirent *entry;

    if (folder == NULL) {
        add(files, path, "");
        return;
    }
    while ((entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] != '.') {
            add(files, path, entry->d_name);
        }
    }
    closedir(folder);
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int run(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(MAX_BYTES);
    uint8_t *copy;
    size_t n_bytes;

    if (file == NULL || bytes == NULL) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    n_bytes = fread(bytes, 1, MAX_BYTES, file);
    fclose(file);
    copy = malloc(n_bytes > 0 ? n_bytes : 1); /* of its size, so that a sanitizer sees its end */
    if (copy == NULL) {
        exit(EXIT_FAILURE);
    }
    memcpy(copy, bytes, n_bytes);
    free(bytes);
    (void)LLVMFuzzerTestOneInput(copy, n_bytes);
    free(copy);
    return 0;
}

/* Run from `first` on and tell a byte for each file that is done. */
static void run_all(const struct files *files, size_t first, int to)
{
    for (size_t i = first; i < files->n; i++) {
        run(files->path[i]);
        if (write(to, "", 1) != 1) {
            exit(EXIT_FAILURE);
        }
    }
    exit(EXIT_SUCCESS);
}

/* How many of the files from `first` on went well before the process ended; whether all did. */
static size_t run_apart(const struct files *files, size_t first, int *status)
{
    char done[256];
    ssize_t n_read = 1;
    size_t n_done = 0;
    int pipe_ends[2];
    pid_t child;

    fflush(NULL);
    if (pipe(pipe_ends) != 0 || (child = fork()) < 0) {
        perror("replay");
        exit(EXIT_FAILURE);
    }
    if (child == 0) {
        close(pipe_ends[0]);
        run_all(files, first, pipe_ends[1]);
    }
    close(pipe_ends[1]);
    while (n_read > 0) {
        n_read = read(pipe_ends[0], done, sizeof(done));
        n_done += n_read > 0 ? (size_t)n_read : 0;
    }
    close(pipe_ends[0]);
    waitpid(child, status, 0);
    return n_done;
}

int main(int n_arguments, char *arguments[])
{
    static struct files files;
    const char *name = strrchr(arguments[0], '/');
    size_t n_failed = 0, next = 0;
    int status = 0;

    for (int i = 1; i < n_arguments; i++) {
        find(&files, arguments[i]);
    }
    qsort(files.path, files.n, sizeof(files.path[0]), compare);
    while (next < files.n) {
        next += run_apart(&files, next, &status);
        if (next < files.n) {
            n_failed++;
            printf("FAIL %s\n", files.path[next++]);
        } else if (status != 0) {
            n_failed++; /* at its end: what it leaves behind */
            puts("FAIL at the end of the process");
        }
    }
    printf("fuzz/replay %s: %zu passed, %zu failed\n", name != NULL ? name + 1 : arguments[0],
           files.n > n_failed ? files.n - n_failed : 0, n_failed);
    for (size_t i = 0; i < files.n; i++) {
        free(files.path[i]);
    }
    return n_failed == 0 && files.n > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
