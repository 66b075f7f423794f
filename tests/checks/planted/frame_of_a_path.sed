# A path on the stack of an attach.
# gate: frames
# says: file_open_directory() has
# file: media/file.c
/^int file_open_directory/,/^}/s/^    char cut;/    volatile char folder[VFD_PATH_BYTES] = "";\n    char cut = folder[1];/
