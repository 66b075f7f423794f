/* vfdc-script: the set-up statements, which only fill in what the machine is made as. */
#include "run.h"

bool setup_machine(struct run *run, const struct argument arg[])
{
    static const enum vfdc_strap straps[] = {
        VFDC_STRAP_AT, VFDC_STRAP_PS2, VFDC_STRAP_MODEL30,
    };

    run->config[0].strap = straps[arg[0].number];
    run->config[1].strap = straps[arg[0].number];
    run->has_machine = true;
    return true;
}

bool setup_timing(struct run *run, const struct argument arg[])
{
    static const enum vfdc_timing timings[] = { VFDC_TIMING_FAST, VFDC_TIMING_ACCURATE };

    run->config[0].timing = timings[arg[0].number];
    run->config[1].timing = timings[arg[0].number];
    run->has_timing = true;
    return true;
}

bool setup_empty(struct run *run, const struct argument arg[])
{
    static const enum vfdc_empty empties[] = { VFDC_EMPTY_ENDS, VFDC_EMPTY_HANGS };

    run->config[0].empty = empties[arg[0].number];
    run->config[1].empty = empties[arg[0].number];
    return true;
}

bool setup_flush_policy(struct run *run, const struct argument arg[])
{
    static const enum vfdc_flush_policy policies[] = {
        VFDC_FLUSH_RELEASE, VFDC_FLUSH_MOTOR_OFF, VFDC_FLUSH_WRITE_THROUGH,
    };

    run->config[0].flush_policy = policies[arg[0].number];
    run->config[1].flush_policy = policies[arg[0].number];
    return true;
}

bool setup_drive(struct run *run, const struct argument arg[])
{
    static const enum vfdc_drive_type types[] = {
        VFDC_DRIVE_360K,  VFDC_DRIVE_720K,  VFDC_DRIVE_1200K,
        VFDC_DRIVE_1440K, VFDC_DRIVE_2880K, VFDC_DRIVE_NONE,
    };

    run->config[arg[0].controller].drive[arg[0].number % VFDC_N_UNITS] = types[arg[1].number];
    return true;
}

bool setup_controllers(struct run *run, const struct argument arg[])
{
    run->n_controllers = (unsigned)arg[0].number + 1;
    return true;
}
