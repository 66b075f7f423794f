# No look at whether there is memory.
# gate: analyzer
# says: analyzer-possible-null
# file: fdc/handle.c
/^struct vfdc_floppy_drive \*handle_create/,/^}/s/^    if (drive != NULL) {/    {/
