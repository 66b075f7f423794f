# A journal without its hash check: a record that was damaged is taken for what a guest wrote.
# file: media/journal.c
/^bool journal_get_record/,/^}/s/return get_u64(bytes + n_used - HASH_BYTES) == hash_of(bytes, n_used - HASH_BYTES);/return true;/
