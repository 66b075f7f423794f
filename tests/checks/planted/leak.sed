# Memory that nobody frees.
# gate: tidy
# says: clang-analyzer-unix.Malloc
# file: examples/minipc/machine.c
/^static uint8_t \*load_file/,/^}/s/^    free(bytes);//
