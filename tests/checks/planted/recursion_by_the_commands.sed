# A command that sends the chip another one.
# gate: recursion
# says: recursion: .*cmd_
# file: fdc/cmd_control.c
s/^#include "state.h"/#include "command.h"/
/^void cmd_specify/,/^}/s/^{/{ command_write_data(fdc, param[0]);/
