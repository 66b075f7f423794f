# The same in kind: a transfer goes on with the drive that is selected in the middle of it.
# file: fdc/search.c
/^bool search_is_still_there/,/^}/s/ && unit == fdc->state.job.fdd;/;/
