# A seek to where the head is divides by its number of steps.
# part: core/one_sector
# file: fdc/timing.c
/^uint32_t timing_step_ns/,/^}/s/if (n_steps == 0) {/if (false) {/
/^uint32_t timing_step_ns/,/^}/s/n_steps > FAST_STEPS_NS \/ FAST_STEP_NS ? FAST_STEPS_NS \/ n_steps : FAST_STEP_NS/FAST_STEPS_NS \/ n_steps/
