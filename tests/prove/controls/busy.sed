# A port write from inside a callback is let in, and on, until the stack is full.
# part: core/one_sector
# file: fdc/controller.c
/^vfdc_result vfdc_controller_write/,/^}/s/if (fdc->busy) {/if (false) {/
