/*
 * Whatever a guest does at the ports, and time, channel and operator beside it, breaks no promise
 * of the controller (README, threats 1 to 7, 11).
 */
#include "fuzz.h"
#include "guest.h"
#include "mutate.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    static struct machine machine;
    struct op_stream stream = op_stream_of(bytes, n_bytes);
    struct vfdc_config config = { .strap = VFDC_STRAP_AT };

    if (machine.memory[0] == NULL) {
        machine_init(&machine, "machine");
    }
    op_head(&stream, &config);
    machine_power_on(&machine, &config);
    guest_play(&machine, &stream);
    guest_end(&machine);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t n_bytes, size_t max_bytes, unsigned seed)
{
    return mutate_ops(bytes, n_bytes, max_bytes, HEAD_BYTES, seed);
}
