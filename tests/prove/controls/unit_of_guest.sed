# SEEK takes its drive from three bits of its parameter, of which two are the drive, and does not
# bound it where it is used.  Either alone holds, and so does the drive in DOR with three bits.
# part: core/one_sector
# file: fdc/cmd_motion.c
/^void cmd_seek/,/^}/s/param\[0\] & FDC_CMD_DS/param[0] \& 7u/
# file: fdc/seek.c
/^void seek_to/,/^}/s/fdc->state.pcn\[unit & 3u\]/fdc->state.pcn[unit]/
