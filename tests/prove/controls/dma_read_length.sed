# CVE-2021-3507 in effect: the DMA channel is given a sector more than the medium gave.
# part: core/one_sector
# file: fdc/run.c
/^enum fdc_outcome run_read/,/^}/s/span.bytes, span.n_bytes, /span.bytes, span.n_bytes + size, /
