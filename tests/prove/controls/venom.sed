# CVE-2015-3456, VENOM: SPECIFY ends without going through the door that resets the index of the
# parameter bytes, and the index is not bounded where it is used.  The guest then writes past the
# queue, a byte a port access.  The guard alone holds: with it in, the proof stays green.
# part: core/one_sector
# file: fdc/cmd_control.c
/^void cmd_specify/,/^}/s/^    phase_enter_command(fdc);$//
# file: fdc/fifo.h
/^static inline void fifo_put/,/^}/s/if (fifo->pos < FDC_FIFO_BYTES) {/{/
