/* Changing inputs by whole operations. */
#ifndef FUZZ_MUTATE_H
#define FUZZ_MUTATE_H

#include <stddef.h>
#include <stdint.h>

#include "ops.h"

/* For LLVMFuzzerCustomMutator(), of an input whose operations begin after `head_bytes`. */
size_t mutate_ops(uint8_t *bytes, size_t n_bytes, size_t max_bytes, size_t head_bytes,
                  unsigned seed);

#endif
