# CVE-2015-3456, VENOM: the index of the parameter bytes is not reset where a command begins or ends,
# and not bounded where it is used.
# file: fdc/command.c
/^bool command_first_byte/,/^}/s/^    s->fifo.pos = 0;$//
# file: fdc/phase.c
/^void phase_enter_command/,/^}/s/^    s->fifo.pos = 0;$//
# file: fdc/fifo.h
/^static inline void fifo_put/,/^}/s/if (fifo->pos < FDC_FIFO_BYTES) {/{/
