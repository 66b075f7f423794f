# A medium that says OK and gives no bytes is believed.
# part: core/any_span
# file: fdc/run.c
/^enum fdc_outcome run_read/,/^}/s/span.bytes == NULL || //
