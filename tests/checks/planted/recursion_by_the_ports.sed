# A register whose write writes another one.
# gate: recursion
# says: recursion: .*write_
# file: fdc/port.c
/^static void write_dor/,/^}/s/^{/{ port_write(fdc, value \& 7u, 0);/
