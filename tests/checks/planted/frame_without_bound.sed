# Memory of a length that a guest chooses, on the stack.
# gate: frames
# says: has a frame of no fixed size
# file: fdc/fdd.c
/^void fdd_set_dor/,/^}/s/^    unsigned unit;/    volatile uint8_t *kept = __builtin_alloca(dor + 1u);\n    unsigned unit = kept[0] = 0;/
