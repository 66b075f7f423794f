/*
 * A table of system calls that counts and can be told to fail: what vfdc-script's `fail`
 * statement and the tests of file media hand to an opener.  Calls that are not told to fail go
 * to the real system.
 *
 *     struct faulty_system faulty;
 *
 *     faulty_system_init(&faulty);
 *     options.system = faulty_system_table();
 *     options.system_opaque = &faulty;
 *     ...
 *     faulty_system_fail(&faulty, FAULTY_SYNC, EIO, 0, 1);      the next sync fails
 *     faulty_system_fail(&faulty, FAULTY_PWRITE, FAULTY_SHORT, 2, 1);   the third moves half
 *     faulty_system_fail_any(&faulty, EIO, 9, 1);      the tenth call fails, whatever it is
 */
#ifndef TOOLS_FAULTY_SYSTEM_H
#define TOOLS_FAULTY_SYSTEM_H

#include <stdbool.h>
#include <stdint.h>

#include <vfdc/media.h>

/* Kinds of calls: a file's and a directory's are of one kind, and so are a lock and its test. */
enum faulty_call {
    FAULTY_OPEN,
    FAULTY_STATUS,
    FAULTY_PREAD,
    FAULTY_PWRITE,
    FAULTY_TRUNCATE,
    FAULTY_SYNC,
    FAULTY_CLOSE,
    FAULTY_RENAME,
    FAULTY_UNLINK,
    FAULTY_ACCESS,
    FAULTY_RESOLVE,
    FAULTY_LOCK,
    FAULTY_DEVICE_BYTES,
    FAULTY_SET_OWNER,
    FAULTY_N_CALLS,
};

/* In place of an errno: a pread or pwrite moves only half of what it is asked to (at least 1). */
#define FAULTY_SHORT (-1)

/* One kind of call: how often it was made, and what is to go wrong. */
struct faulty_plan {
    uint32_t n_calls;
    uint32_t n_skipped; /* calls that still go well */
    uint32_t n_failing; /* calls after them that do not */
    int error;          /* an errno, or FAULTY_SHORT */
};

struct faulty_system {
    const struct vfdc_system *real;
    void *real_opaque;
    struct faulty_plan plan[FAULTY_N_CALLS];
    struct faulty_plan any; /* likewise, of all kinds together; goes before */
};

/* Over the real system; nothing fails, nothing is counted yet. */
void faulty_system_init(struct faulty_system *faulty);

/* The table to use, with a struct faulty_system as its `opaque`. */
const struct vfdc_system *faulty_system_table(void);

/*
 * Let the next `n_skipped` calls of a kind go well and the `n_failing` after them fail with
 * `error`, instead of what was planned for that kind.  A failing close closes all the same.
 * False, and nothing planned, for FAULTY_SHORT with a call that moves no bytes.
 */
bool faulty_system_fail(struct faulty_system *faulty, enum faulty_call call, int error,
                        uint32_t n_skipped, uint32_t n_failing);

/*
 * The same of calls of any kind, in the order in which they are made.  FAULTY_SHORT: one that
 * moves no bytes is counted, and goes well.
 */
void faulty_system_fail_any(struct faulty_system *faulty, int error, uint32_t n_skipped,
                            uint32_t n_failing);

/* All kinds of calls made so far, together. */
uint32_t faulty_system_n_calls(const struct faulty_system *faulty);

/*
 * The kind of that name: open, fstat, pread, pwrite, ftruncate, sync, close, rename, unlink,
 * access, resolve, lock, ioctl, chown; FAULTY_N_CALLS if it is none.
 */
enum faulty_call faulty_call_of(const char *name);

/* The errno of that name, such as "EIO"; FAULTY_SHORT for "short"; 0 if not known. */
int faulty_error_of(const char *name);

/* The other way; "?" if not known.  Never NULL. */
const char *faulty_error_name(int error);

#endif
