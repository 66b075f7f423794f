# The first byte of a command is taken for its row in the table, and is not bounded.
# part: core/one_sector
# file: fdc/command.c
/^bool command_first_byte/,/^}/s/fdc->row_of\[byte\]/byte/
/^bool command_first_byte/,/^}/s/row >= N_COMMANDS || //
