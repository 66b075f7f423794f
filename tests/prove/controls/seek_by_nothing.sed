# A seek to where the head is divides by its number of steps.
# part: core/one_sector
# file: fdc/seek.c
s/if (n_steps > EVENT_STEPS_NS \/ EVENT_STEP_NS) {/{/
