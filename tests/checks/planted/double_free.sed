# A medium that is freed twice.
# gate: analyzer
# says: analyzer-double-free
# file: media/vfd_media.c
/^static void free_vfd/,/^}/s/^    free(vfd);/    free(vfd); free(vfd);/
