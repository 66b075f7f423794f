/* One line on standard error that names the thing and the reason. */
#ifndef MINIPC_COMPLAIN_H
#define MINIPC_COMPLAIN_H

#include <stdbool.h>

/* "minipc: " before, a line end behind.  Always false. */
bool complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
