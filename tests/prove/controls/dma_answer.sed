# A host that says it moved more than it was offered is believed, and the last ID of a FORMAT is
# looked for where that points.  Either check alone holds: then the proof stays green.
# part: core/one_sector
# file: fdc/host.c
s/return n_moved <= n_bytes ? n_moved : n_bytes;/return n_moved;/
# file: fdc/format.c
s/if (n_ids > 0 && n_ids <= FDC_STAGING_BYTES \/ 4u) {/if (n_ids > 0) {/
