# Bochs 90dc39eda in kind: writing behind the end of a short image makes the file grow by the write.
# file: media/flush.c
/^static vfdc_result extend/,/^}/s/ || !needs_whole_size(flush)) {/ || !needs_whole_size(flush) || flush->file_bytes < n_bytes) {/
