# FORMAT TRACK takes the sector numbers that the guest names for indexes.  Against the track's
# sectors or against the array, one bound alone holds.
# part: core/one_sector
# file: fdc/format.c
/^static bool ids_fit/,/^}/s/r > VFDC_MAX_SECTORS || r > job->n_ids || //
