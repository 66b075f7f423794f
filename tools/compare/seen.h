/*
 * vfdc-compare: what QEMU shows beside what the script has.  For the statements' counterparts,
 * which stand above it.
 */
#ifndef VFDC_COMPARE_SEEN_H
#define VFDC_COMPARE_SEEN_H

#include "comparison.h"

/*
 * One thing compared; where the two are not alike, what QEMU shows.  False
 * if the statement is to end here.
 */
bool seen_compare(struct comparison *comparison, bool is_alike, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same, where QEMU does not take or give what the script goes on with: from here to the
 * next reset the two are out of step.  Always false. */
bool seen_part(struct comparison *comparison, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Let a difference be told not by the statement but by these words. */
void seen_reword(struct comparison *comparison, const char *words);

/* Its statement has been said. */
void seen_check_remark(struct comparison *comparison);

#endif
