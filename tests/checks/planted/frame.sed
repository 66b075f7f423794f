# A buffer on the stack of a port write.
# gate: frames
# says: fdd_set_dor() has
# file: fdc/fdd.c
/^void fdd_set_dor/,/^}/s/^    unsigned unit;/    volatile uint8_t kept[300] = { dor };\n    unsigned unit = kept[1];/
