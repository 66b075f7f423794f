# A call of which nobody knows where it goes.
# gate: path
# says: nothing is known to be behind unknown()
# file: fdc/fdd.c
/^void fdd_set_dor/,/^}/s/^    unsigned unit;/    void (*volatile unknown)(void) = 0; unsigned unit = dor;\n    unknown();/
