/* vfdc-script: what the operator does and asks, through the drives' handles. */
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "run.h"

static struct vfdc_floppy_drive *drive_of(struct run *run, const struct argument *unit)
{
    return run->machine.fdc[unit->controller].drive[unit->number % VFDC_N_UNITS];
}

static char *path_of(const struct run *run, const char *name)
{
    return scratch_path(&run->scratch, name, strlen(name));
}

/* A call's result against the one the script names, or S_OK. */
static bool answered(struct run *run, const struct vfdc_floppy_drive *drive, vfdc_result result,
                     const struct argument *code)
{
    vfdc_result wanted = code->is_given ? (vfdc_result)code->number : VFDC_S_OK;
    const char *text = "";

    if (result == wanted) {
        return true;
    }
    if (vfdc_failed(result)) {
        text = vfdc_floppy_drive_exception(drive)->error.text;
    }
    return run_failed(run, "%s%s%s%s, wanted %s", vfdc_result_name(result),
                      text[0] != '\0' ? " (" : "", text, text[0] != '\0' ? ")" : "",
                      vfdc_result_name(wanted));
}

bool operator_attach(struct run *run, const struct argument arg[])
{
    struct vfdc_attach_options options = {
        .system = process_table(), .system_opaque = &run->machine.process,
    };
    struct vfdc_floppy_drive *drive = drive_of(run, &arg[0]);
    vfdc_result result;
    char *path;

    for (size_t i = 0; i < arg[2].n_words; i++) {
        argument_attach_option(arg[2].words[i], &options);
    }
    path = path_of(run, arg[1].words[0]);
    result = vfdc_floppy_drive_attach_image(drive, path, &options);
    free(path);
    return answered(run, drive, result, &arg[3]);
}

bool operator_release(struct run *run, const struct argument arg[])
{
    struct vfdc_floppy_drive *drive = drive_of(run, &arg[0]);

    return answered(run, drive, vfdc_floppy_drive_release_image(drive), &arg[1]);
}

bool operator_flush(struct run *run, const struct argument arg[])
{
    struct vfdc_floppy_drive *drive = drive_of(run, &arg[0]);

    return answered(run, drive, vfdc_floppy_drive_flush_image(drive), &arg[1]);
}

bool operator_discard(struct run *run, const struct argument arg[])
{
    struct vfdc_floppy_drive *drive = drive_of(run, &arg[0]);

    return answered(run, drive, vfdc_floppy_drive_discard_image(drive), &arg[1]);
}

bool operator_save_as(struct run *run, const struct argument arg[])
{
    struct vfdc_floppy_drive *drive = drive_of(run, &arg[0]);
    char *path = path_of(run, arg[1].words[0]);
    vfdc_result result = vfdc_floppy_drive_save_image_as(drive, path);

    free(path);
    return answered(run, drive, result, &arg[2]);
}

/* A file stands in for the device. */
bool operator_host_drive(struct run *run, const struct argument arg[])
{
    const struct vfdc_attach_options options = {
        .system = process_table(), .system_opaque = &run->machine.process,
    };
    struct vfdc_floppy_drive *drive = drive_of(run, &arg[0]);
    char *path = path_of(run, arg[1].words[0]);
    vfdc_result result;

    run->machine.process.is_device_next = true;
    result = vfdc_floppy_drive_attach_host_drive(drive, path, &options);
    run->machine.process.is_device_next = false;
    free(path);
    return answered(run, drive, result, &arg[2]);
}

bool operator_release_host(struct run *run, const struct argument arg[])
{
    struct vfdc_floppy_drive *drive = drive_of(run, &arg[0]);

    return answered(run, drive, vfdc_floppy_drive_release_host_drive(drive), &arg[1]);
}

/* Without a name the path is to be none. */
bool operator_path(struct run *run, const struct argument arg[])
{
    char *wanted = arg[1].is_given ? path_of(run, arg[1].words[0]) : NULL;
    const char *seen = "";
    vfdc_result result = vfdc_floppy_drive_image_file(drive_of(run, &arg[0]), &seen);
    bool holds;

    if (vfdc_failed(result)) {
        holds = run_failed(run, "%s, wanted S_OK", vfdc_result_name(result));
    } else {
        holds = strcmp(seen, wanted != NULL ? wanted : "") == 0 ||
                run_failed(run, "path is %s, wanted %s",
                           seen[0] != '\0' ? scratch_name(&run->scratch, seen) : "none",
                           wanted != NULL ? arg[1].words[0] : "none");
    }
    free(wanted);
    return holds;
}

bool operator_geometry(struct run *run, const struct argument arg[])
{
    struct vfdc_geometry seen;
    vfdc_result result =
        vfdc_media_geometry(vfdc_floppy_drive_media(drive_of(run, &arg[0])), &seen);

    if (vfdc_failed(result)) {
        return run_failed(run, "nothing is attached, wanted an image");
    }
    return (seen.cylinders == arg[1].number && seen.heads == arg[2].number &&
            seen.sectors == arg[3].number && seen.size_code == arg[4].number) ||
           run_failed(run, "geometry is %u %u %u %u, wanted %s %s %s %s", seen.cylinders,
                      seen.heads, seen.sectors, seen.size_code, arg[1].words[0],
                      arg[2].words[0], arg[3].words[0], arg[4].words[0]);
}

bool operator_exception(struct run *run, const struct argument arg[])
{
    const struct vfdc_media_error *seen =
        machine_exception(&run->machine.fdc[arg[0].controller], arg[0].number % VFDC_N_UNITS);

    return (seen->code == arg[1].number &&
            (!arg[2].is_given || seen->system_errno == (int)arg[2].number)) ||
           run_failed(run, "exception is %s %s, wanted %s %s", vfdc_result_name(seen->code),
                      names_of_errno(seen->system_errno), arg[1].words[0],
                      arg[2].is_given ? arg[2].words[0] : "");
}

static const char *event_name(unsigned kind)
{
    return kind == NEWS_INSERT ? "insert" : "eject";
}

/* The oldest event is taken, whether it is the wanted one or not. */
bool operator_event(struct run *run, const struct argument arg[])
{
    const struct news *seen = news_oldest(&run->machine.events);
    char *path;
    bool holds;

    if (seen == NULL) {
        return run_failed(run, "event is none, wanted %s %s %s", arg[0].words[0],
                          arg[1].words[0], arg[2].words[0]);
    }
    path = path_of(run, arg[2].words[0]);
    holds = (seen->kind == arg[0].number && seen->unit == arg[1].number &&
             strcmp(seen->path, path) == 0) ||
            run_failed(run, "event is %s %u %s, wanted %s %s %s", event_name(seen->kind),
                       seen->unit, scratch_name(&run->scratch, seen->path), arg[0].words[0],
                       arg[1].words[0], arg[2].words[0]);
    free(path);
    news_drop(&run->machine.events);
    return holds;
}

bool operator_no_event(struct run *run, const struct argument arg[])
{
    const struct news *seen = news_oldest(&run->machine.events);

    (void)arg;
    return seen == NULL ||
           run_failed(run, "event is %s %u %s, wanted none", event_name(seen->kind), seen->unit,
                      scratch_name(&run->scratch, seen->path));
}

bool operator_report(struct run *run, const struct argument arg[])
{
    const struct news *seen = news_oldest(&run->machine.reports);
    const char *wanted_unit = arg[1].is_given ? arg[1].words[0] : "";
    bool holds;

    if (seen == NULL) {
        return run_failed(run, "report is none, wanted %s %s", arg[0].words[0], wanted_unit);
    }
    holds = (seen->kind == arg[0].number &&
             (!arg[1].is_given || seen->unit == arg[1].number)) ||
            run_failed(run, "report is %s %u, wanted %s %s", names_of_report(seen->kind),
                       seen->unit, arg[0].words[0], wanted_unit);
    news_drop(&run->machine.reports);
    return holds;
}

bool operator_no_report(struct run *run, const struct argument arg[])
{
    const struct news *seen = news_oldest(&run->machine.reports);

    (void)arg;
    return seen == NULL || run_failed(run, "report is %s %u, wanted none",
                                      names_of_report(seen->kind), seen->unit);
}

static bool fail(struct run *run, const char *name, int error, const struct argument *count)
{
    enum faulty_call call = faulty_call_of(name);

    if (call == FAULTY_N_CALLS) {
        return run_failed(run, "the system call %s is not in this build, wanted here", name);
    }
    faulty_system_fail(&run->machine.process.faulty, call, error, 0,
                       count->is_given ? (uint32_t)count->number : 1);
    return true;
}

bool operator_fail(struct run *run, const struct argument arg[])
{
    return fail(run, arg[0].words[0], (int)arg[1].number, &arg[2]);
}

bool operator_fail_short(struct run *run, const struct argument arg[])
{
    return fail(run, arg[0].words[0], FAULTY_SHORT, &arg[1]);
}

bool operator_crash(struct run *run, const struct argument arg[])
{
    (void)arg;
    machine_crash(&run->machine);
    return true;
}

bool operator_attachment(struct run *run, const struct argument arg[])
{
    static const char *const names[] = { "none", "image", "hostdrive" };
    enum vfdc_attachment seen = VFDC_ATTACHMENT_NONE;
    vfdc_result result = vfdc_floppy_drive_attachment(drive_of(run, &arg[0]), &seen);

    if (vfdc_failed(result)) {
        return run_failed(run, "%s, wanted S_OK", vfdc_result_name(result));
    }
    return seen == arg[1].number ||
           run_failed(run, "attachment is %s, wanted %s", names[seen], arg[1].words[0]);
}

bool operator_dirty(struct run *run, const struct argument arg[])
{
    uint32_t seen = vfdc_media_dirty_sectors(vfdc_floppy_drive_media(drive_of(run, &arg[0])));

    return seen == arg[1].number ||
           run_failed(run, "%u sectors are dirty, wanted %s", seen, arg[1].words[0]);
}

bool operator_power(struct run *run, const struct argument arg[])
{
    (void)arg;
    machine_reset(&run->machine);
    return true;
}

bool operator_snapshot(struct run *run, const struct argument arg[])
{
    (void)arg;
    return run_snapshot(run);
}
