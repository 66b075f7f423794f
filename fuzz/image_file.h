/*
 * A file in memory behind the library's table of system calls: nothing of it is on a disk, and any
 * call can fail, or do half.
 */
#ifndef FUZZ_IMAGE_FILE_H
#define FUZZ_IMAGE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vfdc/media.h>

/* The longest file whose bytes there are; longer ones have only a size. */
#define IMAGE_FILE_BYTES (VFDC_IMAGE_MAX_BYTES + 65536u)

/* A journal beside it; there is no more room on that disk. */
#define IMAGE_FILE_JOURNAL_BYTES (1u << 20)

struct image_journal {
    uint8_t bytes[IMAGE_FILE_JOURNAL_BYTES];
    uint64_t n_bytes;
    bool is_there;
    unsigned n_open;
};

struct image_file {
    uint8_t bytes[IMAGE_FILE_BYTES];
    struct image_journal journal[2];
    uint64_t n_bytes;
    uint32_t mode;
    unsigned n_open;
    unsigned n_calls, n_failed;
    unsigned first_failing, n_failing, how; /* the plan: calls by number, and a way to fail */
};

/* Anew, of that size, filled with zeros; nothing fails. */
void image_file_make(struct image_file *file, uint64_t n_bytes);

/* From call `first` on, `count` calls fail. */
void image_file_plan(struct image_file *file, unsigned first, unsigned count, unsigned how);

/* No call fails any more. */
void image_file_mend(struct image_file *file);

const struct vfdc_system *image_file_system(void);

#endif
