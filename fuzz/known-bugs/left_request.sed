# Bochs 72b2de279 in kind: a command that ends in the middle leaves DRQ raised.
# file: fdc/phase.c
/^void phase_enter_result/,/^}/s/^    s->drq = false;$//
# file: fdc/service.c
/^void service_rest/,/^}/s/^    fdc->state.drq = false;$//
