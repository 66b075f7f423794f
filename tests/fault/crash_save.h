/*
 * Loss of power while a disk is saved as another file; a part of crash.c.
 */
#ifndef TESTS_FAULT_CRASH_SAVE_H
#define TESTS_FAULT_CRASH_SAVE_H

#include <stdint.h>

#define CRASH_SAVE_TESTS 3u

/* How many of the tests fail.  So many selections of what a loss of power may leave each time. */
unsigned crash_save(uint64_t n_selections);

#endif
