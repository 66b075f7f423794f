/*
 * A promise of the library, checked in every build.  What does not hold ends the process, so that
 * the fuzzer keeps the input.
 */
#ifndef FUZZ_CHECK_H
#define FUZZ_CHECK_H

#include <stdio.h>
#include <stdlib.h>

#define CHECK(holds, promise) ((holds) ? (void)0 : check_failed(__FILE__, __LINE__, (promise)))

static inline _Noreturn void check_failed(const char *file, int line, const char *promise)
{
    fprintf(stderr, "%s:%d: broken: %s\n", file, line, promise);
    abort();
}

#endif
