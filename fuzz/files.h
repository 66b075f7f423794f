/*
 * A directory in memory behind the library's table of system calls: "/a.vfd", the image, and what
 * is made beside it.  Nothing of it is on a disk.  Any call can fail, or do half, and the process
 * that makes them can die.
 */
#ifndef FUZZ_FILES_H
#define FUZZ_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vfdc/media.h>

#define FILES_PATH "/a.vfd"

/*
 * The longest file whose bytes there are: the image, and any other, which has room for all that an
 * input can have written.  Of longer ones is the size.
 */
#define FILES_IMAGE_BYTES (VFDC_IMAGE_MAX_BYTES + 65536u)
#define FILES_OTHER_BYTES (1u << 23)

#define FILES_N 8u
#define FILES_N_FDS 16u
#define FILES_NAME_BYTES 64u

struct file {
    char name[FILES_NAME_BYTES]; /* "" where it has none */
    uint8_t *bytes;
    uint64_t n_bytes;
    uint64_t capacity;
    uint64_t modified_ns, inode;
    uint32_t mode, owner;
    unsigned n_open;
};

struct files {
    struct file file[FILES_N]; /* the image first */
    int fds[FILES_N_FDS];      /* the file that each leads to, or one of the directory's, or free */
    unsigned n_calls, n_failed;
    unsigned first_failing, n_failing, how; /* the plan: calls by number, and a way to fail */
    bool is_dead;                           /* the process: no call does anything */
    uint64_t clock_ns;                      /* of the file system; runs with each write */
};

/* Anew, with an image of that size, filled with zeros; nothing fails. */
void files_make(struct files *files, uint64_t n_bytes);

/* Another file beside it. */
struct file *files_add(struct files *files, const char *name, const uint8_t *bytes,
                       size_t n_bytes);

/* From call `first` on, `count` calls fail. */
void files_plan(struct files *files, unsigned first, unsigned count, unsigned how);

/* No call fails any more. */
void files_mend(struct files *files);

/* The process dies: its descriptors are gone, and no call does anything until it lives again. */
void files_die(struct files *files);
void files_live(struct files *files);

/* Descriptors that are open. */
unsigned files_n_open(const struct files *files);

const struct vfdc_system *files_system(void);

#endif
