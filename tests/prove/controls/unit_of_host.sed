# The number of a drive that the host names is looked up before it is bounded.
# part: core/one_sector
# file: fdc/fdd.h
/^static inline bool fdd_is_fitted/,/^}/s/unit < VFDC_N_UNITS && //
