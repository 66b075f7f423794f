# A host that says it moved more than it was offered is believed.
# file: fdc/host.c
s/return n_moved <= n_bytes ? n_moved : n_bytes;/return n_moved;/
