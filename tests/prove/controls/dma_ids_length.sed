# FORMAT TRACK asks the DMA channel for all IDs again, behind those that it has.
# part: core/one_sector
# file: fdc/transfer.c
/^static bool read_ids/,/^}/s/at == 0 ? n_bytes : 1u,/n_bytes,/
