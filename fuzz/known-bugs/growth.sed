# Bochs 90dc39eda in kind: writing behind the end of a short image makes the file grow by the write.
# file: media/vfd.c
/^static vfdc_result extend/,/^}/s/if (!reaches_beyond_end(vfd)) {/if (!reaches_beyond_end(vfd) || error == NULL || true) {/
