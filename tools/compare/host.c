/* vfdc-compare: set-up, image files, and disks in and out of QEMU's drives. */
#include <stdlib.h>
#include <string.h>

#include "../vfdc-script/scratch.h"
#include "counterparts.h"
#include "seen.h"

enum { PORT_DOR = 0x3f2 };

const char *host_no_machine(const struct argument arg[])
{
    return arg[0].number == 0 ? NULL : "PS/2 or Model 30 registers";
}

const char *host_no_timing(const struct argument arg[])
{
    return arg[0].number == 0 ? NULL : "accurate timing";
}

const char *host_no_controllers(const struct argument arg[])
{
    return arg[0].number == 0 ? NULL : "a second controller";
}

/* The drives of the statement's choice, as QEMU calls them; "" for those it does not have. */
static const char *drive_type_of(const struct argument *choice)
{
    static const char *const types[] = { "", "", "120", "144", "288", NULL };

    return types[choice->number];
}

const char *host_no_drive(const struct argument arg[])
{
    const char *type = drive_type_of(&arg[1]);

    if (type != NULL && arg[0].number >= QEMU_N_DRIVES) {
        return "a third drive";
    }
    return type == NULL || type[0] != '\0' ? NULL : "a 360K or 720K drive";
}

bool host_drive(struct comparison *comparison, const struct argument arg[])
{
    if (arg[0].number < QEMU_N_DRIVES) {
        comparison->drive_type[arg[0].number] = drive_type_of(&arg[1]);
    }
    return true;
}

/* The file statements are done as in any run; a failure is of this machine, not of QEMU. */
static bool done(struct comparison *comparison, bool is_done)
{
    return is_done || seen_part(comparison, "%s", comparison->run.failure);
}

bool host_image_make(struct comparison *comparison, const struct argument arg[])
{
    return done(comparison, image_make(&comparison->run, arg));
}

bool host_image_copy(struct comparison *comparison, const struct argument arg[])
{
    return done(comparison, image_copy(&comparison->run, arg));
}

/* When a write reaches the file is each one's own affair until the disk is out. */
bool host_image_bytes(struct comparison *comparison, const struct argument arg[])
{
    const struct source *file = &arg[0].source;
    bool is_alike;

    for (unsigned unit = 0; unit < QEMU_N_DRIVES; unit++) {
        const char *name = comparison->attached[unit];

        if (name != NULL && strlen(name) == file->name_length &&
            strncmp(name, file->name, file->name_length) == 0) {
            comparison->n_left_out++;
            return true;
        }
    }
    is_alike = image_bytes(&comparison->run, arg);
    return seen_compare(comparison, is_alike, "%s", comparison->run.failure);
}

static bool is_ok(const struct argument *code)
{
    return !code->is_given || code->number == VFDC_S_OK;
}

const char *host_no_attach(const struct argument arg[])
{
    for (size_t i = 0; i < arg[2].n_words && is_ok(&arg[3]); i++) {
        if (strcmp(arg[2].words[i], "ro") != 0) {
            return "attaching with other options than ro";
        }
    }
    return NULL;
}

/* A call that fails changes nothing that the guest could see. */
bool host_attach(struct comparison *comparison, const struct argument arg[])
{
    bool is_read_only = arg[2].n_words > 0;
    bool is_done;
    char *path;

    if (!is_ok(&arg[3])) {
        comparison->n_left_out++;
        return true;
    }
    path = scratch_path(&comparison->run.scratch, arg[1].words[0], strlen(arg[1].words[0]));
    is_done = qemu_insert(&comparison->qemu, (unsigned)arg[0].number, path, is_read_only);
    free(path);
    comparison->attached[arg[0].number] = arg[1].words[0];
    return is_done || seen_part(comparison, "refused");
}

bool host_release(struct comparison *comparison, const struct argument arg[])
{
    if (!is_ok(&arg[1])) {
        comparison->n_left_out++;
        return true;
    }
    comparison->attached[arg[0].number] = NULL;
    return qemu_eject(&comparison->qemu, (unsigned)arg[0].number) ||
           seen_part(comparison, "refused");
}

/* QEMU's controller comes out of the RESET pin with DOR = 0C; the write of 00 makes them even. */
bool host_power(struct comparison *comparison, const struct argument arg[])
{
    uint8_t dor;

    (void)arg;
    qemu_reset(&comparison->qemu);
    decoder_init(&comparison->decoder);
    comparison->is_reading_id = false;
    dor = qemu_in(&comparison->qemu, PORT_DOR);
    qemu_out(&comparison->qemu, PORT_DOR, 0x00);
    return seen_compare(comparison, dor == 0x00, "DOR %02x", dor);
}
