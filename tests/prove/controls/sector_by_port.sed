# A sector read by PIO goes on past its last byte: all of the controller, host pointers included,
# lies open to the guest.
# part: core/one_sector
# file: fdc/controller.c
s/s->job.pos < VFDC_SECTOR_BYTES - 1u && (s->int_causes/(s->int_causes/
