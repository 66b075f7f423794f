/*
 * vfdc-script: run port scripts, conversations with a floppy controller as text.
 *
 * Exit status: 0 when every file held, 1 when one did not, 2 when one cannot be read or the
 * command line is wrong.
 */
#include <stdio.h>
#include <string.h>

#include "parse.h"
#include "run.h"

enum { STATUS_OK = 0, STATUS_FAILED = 1, STATUS_UNREADABLE = 2 };

static int usage(void)
{
    (void)fputs(
        "usage: vfdc-script [OPTION...] FILE...\n"
        "  --trace                     print all that passes between controller and machine\n"
        "  --timing fast|accurate      the profile of scripts that name none\n"
        "  --machine at|ps2|model30    the register mode of scripts that name none\n"
        "  --restore                   save and restore between every two statements\n",
        stderr);
    return STATUS_UNREADABLE;
}

static int run_file(const char *file, const struct run_options *options)
{
    struct script script;
    int status = STATUS_UNREADABLE;

    (void)fflush(stdout);
    if (script_read(&script, file, stderr)) {
        status = run_script(&script, options) ? STATUS_OK : STATUS_FAILED;
    }
    script_free(&script);
    return status;
}

static bool read_machine(const char *name, struct run_options *options)
{
    static const char *const names[] = { "at", "ps2", "model30" };
    static const enum vfdc_strap straps[] = {
        VFDC_STRAP_AT, VFDC_STRAP_PS2, VFDC_STRAP_MODEL30,
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(name, names[i]) == 0) {
            options->strap = straps[i];
            return true;
        }
    }
    return false;
}

/* The number of arguments that an option takes up; 0 if it is none. */
static int read_option(char *const argument[], struct run_options *options)
{
    if (strcmp(argument[0], "--trace") == 0) {
        options->is_traced = true;
        return 1;
    }
    if (strcmp(argument[0], "--restore") == 0) {
        options->restore = true;
        return 1;
    }
    if (strcmp(argument[0], "--timing") == 0 && argument[1] != NULL) {
        options->accurate = strcmp(argument[1], "accurate") == 0;
        return options->accurate || strcmp(argument[1], "fast") == 0 ? 2 : 0;
    }
    if (strcmp(argument[0], "--machine") == 0 && argument[1] != NULL) {
        return read_machine(argument[1], options) ? 2 : 0;
    }
    return 0;
}

int main(int n_arguments, char *arguments[])
{
    struct run_options options = { .is_traced = false };
    int status = STATUS_OK;
    int i = 1;

    while (i < n_arguments && arguments[i][0] == '-') {
        int n_used = read_option(&arguments[i], &options);

        if (n_used == 0) {
            return usage();
        }
        i += n_used;
    }
    if (i == n_arguments) {
        return usage();
    }
    for (; i < n_arguments; i++) {
        int file_status = run_file(arguments[i], &options);

        status = file_status > status ? file_status : status;
    }
    return status;
}
