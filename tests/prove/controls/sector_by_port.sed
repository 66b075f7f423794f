# A sector read by PIO goes on past its last byte: all of the controller, host pointers included,
# lies open to the guest.
# part: core/one_sector
# file: fdc/controller.c
s/s->job.pos < FDC_STAGING_BYTES && s->job.pos + 1u < s->job.n_bytes &&$/true \&\&/
