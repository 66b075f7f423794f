/*
 * A machine that is saved and restored into another at any place goes on as if nothing had
 * happened: two machines say the same, byte for byte (README, threat 13, and what a host that
 * migrates relies on).
 */
#include <string.h>

#include "check.h"
#include "fuzz.h"
#include "guest.h"
#include "mutate.h"

/* Clocks that go back, or to the end of time, are no business of a migration. */
static bool is_for_both(const struct op *op)
{
    return op->kind != OP_BACK && op->kind != OP_FAR;
}

static void compare(struct machine *stays, struct machine *moves)
{
    static uint8_t a[VFDC_STATE_MAX_BYTES], b[VFDC_STATE_MAX_BYTES];
    size_t n_a = 0, n_b = 0;

    CHECK(vfdc_controller_save(stays->fdc, a, sizeof(a), &n_a) == VFDC_S_OK &&
              vfdc_controller_save(moves->fdc, b, sizeof(b), &n_b) == VFDC_S_OK,
          "both machines save");
    CHECK(n_a == n_b && memcmp(a, b, n_a) == 0, "both machines save the same");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    static struct machine stays, moves;
    struct op_stream stream = op_stream_of(bytes, n_bytes);
    struct vfdc_config config = { .strap = VFDC_STRAP_AT };
    struct op op = { .kind = 0 };

    if (stays.memory[0] == NULL) {
        machine_init(&stays, "stays");
        machine_init(&moves, "moves");
    }
    op_head(&stream, &config);
    machine_power_on(&stays, &config);
    machine_power_on(&moves, &config);
    while (guest_goes_on(&stays) && op_next(&stream, &op)) {
        if (op.kind == OP_SNAPSHOT) {
            machine_timer(&stays); /* what is due happens in a save, too */
            machine_snapshot(&moves);
        } else if (is_for_both(&op)) {
            (void)guest_do(&stays, &op);
            (void)guest_do(&moves, &op);
        }
        CHECK(stays.transcript == moves.transcript, "both machines say the same");
    }
    compare(&stays, &moves);
    guest_end(&stays);
    guest_end(&moves);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t n_bytes, size_t max_bytes, unsigned seed)
{
    return mutate_ops(bytes, n_bytes, max_bytes, HEAD_BYTES, seed);
}
