# A port write from inside a callback is let in, and on, until the stack is full.
# part: core/one_sector
# file: fdc/controller.c
/^static SELDOM vfdc_result write_port/,/^}/s/if (fdc->busy) {/if (false) {/
