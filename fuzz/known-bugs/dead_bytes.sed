# Ours: a saved state had what an earlier command had left in the buffer.
# file: fdc/snapshot.c
/^static void walk_staging/,/^}/s/i < n_staged(&s->job) ? s->staging\[i\] : 0;/n_staged(\&s->job) < FDC_STAGING_BYTES ? s->staging[i] : 0;/
