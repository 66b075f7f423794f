/*
 * minipc: a small PC whose floppy drive is libvfdc.  It boots an image with real firmware,
 * waits for texts, types, ejects, and tells what the controller did.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "complain.h"
#include "machine.h"
#include "operator.h"
#include "steps.h"
#include "summary.h"
#include "view.h"

#define MAX_STEPS 64
#define EXIT_USAGE 2

static const char usage[] =
    "Usage: minipc [options] IMAGE\n"
    "Boot a 1.44M floppy image on a small PC.  Steps are done in the order given:\n"
    "  --until TEXT            run until TEXT is on the guest's screen\n"
    "  --type TEXT             type TEXT; \\n is Enter\n"
    "  --md5 HEX               run until an MD5 starts a line of the screen; fail if not HEX\n"
    "Then the image is ejected and a summary printed.  Other options:\n"
    "  --check-change-line     fail unless the guest's change line shows the eject\n"
    "  --bios FILE             default /usr/share/seabios/bios.bin\n"
    "  --vgabios FILE          default /usr/share/seabios/vgabios-isavga.bin\n"
    "  --bios-log              the BIOS's debug messages on standard error\n"
    "  --max-instructions N    give up after the time that N instructions take (50 ns each);\n"
    "                          default 2000000000\n"
    "  --quiet                 do not show the guest's screen\n"
    "  --help\n"
    "Exit status: 0, 1 when something failed (a line on standard error says what), 2 usage.\n";

struct options {
    const char *image, *bios, *vgabios;
    struct step steps[MAX_STEPS];
    size_t n_steps;
    uint64_t max_instructions;
    bool check_change_line, bios_log, quiet, help;
};

enum option_code {
    OPTION_UNTIL,
    OPTION_TYPE,
    OPTION_MD5,
    OPTION_CHECK_CHANGE_LINE,
    OPTION_BIOS,
    OPTION_VGABIOS,
    OPTION_BIOS_LOG,
    OPTION_MAX_INSTRUCTIONS,
    OPTION_QUIET,
    OPTION_HELP,
};

static const struct option long_options[] = {
    { "until", required_argument, NULL, OPTION_UNTIL },
    { "type", required_argument, NULL, OPTION_TYPE },
    { "md5", required_argument, NULL, OPTION_MD5 },
    { "check-change-line", no_argument, NULL, OPTION_CHECK_CHANGE_LINE },
    { "bios", required_argument, NULL, OPTION_BIOS },
    { "vgabios", required_argument, NULL, OPTION_VGABIOS },
    { "bios-log", no_argument, NULL, OPTION_BIOS_LOG },
    { "max-instructions", required_argument, NULL, OPTION_MAX_INSTRUCTIONS },
    { "quiet", no_argument, NULL, OPTION_QUIET },
    { "help", no_argument, NULL, OPTION_HELP },
    { NULL, 0, NULL, 0 },
};

static bool add_step(struct options *options, enum step_kind kind, const char *text)
{
    struct step *step = &options->steps[options->n_steps];

    if (options->n_steps == MAX_STEPS) {
        return complain("more than %d steps", MAX_STEPS);
    }
    *step = (struct step){ .kind = kind, .text = text };
    options->n_steps++;
    return step_is_valid(step)
           || complain("\"%s\" is not what --%s takes", text, long_options[kind].name);
}

static bool parse_count(const char *text, uint64_t *count)
{
    char *end;

    errno = 0;
    *count = strtoull(text, &end, 10);
    return (errno == 0 && *text >= '1' && *text <= '9' && *end == '\0')
           || complain("\"%s\" is not a number of instructions", text);
}

static bool take_option(struct options *options, int code, const char *argument)
{
    switch (code) {
    case OPTION_UNTIL:
        return add_step(options, STEP_UNTIL, argument);
    case OPTION_TYPE:
        return add_step(options, STEP_TYPE, argument);
    case OPTION_MD5:
        return add_step(options, STEP_MD5, argument);
    case OPTION_CHECK_CHANGE_LINE:
        options->check_change_line = true;
        return true;
    case OPTION_BIOS:
        options->bios = argument;
        return true;
    case OPTION_VGABIOS:
        options->vgabios = argument;
        return true;
    case OPTION_BIOS_LOG:
        options->bios_log = true;
        return true;
    case OPTION_MAX_INSTRUCTIONS:
        return parse_count(argument, &options->max_instructions);
    case OPTION_QUIET:
        options->quiet = true;
        return true;
    case OPTION_HELP:
        options->help = true;
        return true;
    default: /* getopt has told */
        return false;
    }
}

static bool parse(struct options *options, int argc, char **argv)
{
    int code;

    *options = (struct options){
        .bios = "/usr/share/seabios/bios.bin",
        .vgabios = "/usr/share/seabios/vgabios-isavga.bin",
        .max_instructions = UINT64_C(2000000000),
    };
    while ((code = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        if (!take_option(options, code, optarg)) {
            return false;
        }
    }
    if (!options->help && argc - optind != 1) {
        return complain("one image is needed; --help tells more");
    }
    options->image = argv[optind];
    return true;
}

static double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static enum view_kind wanted_view(const struct options *options)
{
    if (options->quiet) {
        return VIEW_NONE;
    }
    return isatty(STDOUT_FILENO) ? VIEW_TERMINAL : VIEW_LOG;
}

/* The last hash asked for, or NULL. */
static const char *expected_md5(const struct options *options)
{
    const char *md5 = NULL;

    for (size_t i = 0; i < options->n_steps; i++) {
        if (options->steps[i].kind == STEP_MD5) {
            md5 = options->steps[i].text;
        }
    }
    return md5;
}

static bool boot_and_eject(struct machine *pc, const struct options *options)
{
    double start = seconds_now();
    char md5[STEPS_MD5_CHARACTERS + 1] = "";
    struct change_line line;
    struct view view;
    bool done;

    view_open(&view, wanted_view(options));
    done = steps_run(pc, &view, options->steps, options->n_steps, options->max_instructions, md5);
    view_close(&view, pc->memory);
    if (!done || !operator_eject(pc, &line)) {
        return false;
    }
    summary_print(pc, seconds_now() - start);
    if (*md5 != '\0') {
        printf("MD5 by guest    %s\nMD5 by host     %s\n", md5, expected_md5(options));
    }
    printf("change line     port 3F7h reads %02X before the eject, %02X after\n",
           line.dir_before, line.dir_after);
    if (options->check_change_line && !operator_change_line_is_right(&line)) {
        return false;
    }
    puts("clean eject");
    return true;
}

int main(int argc, char **argv)
{
    struct options options;
    struct machine pc;
    bool ok;

    if (!parse(&options, argc, argv)) {
        return EXIT_USAGE;
    }
    if (options.help) {
        (void)fputs(usage, stdout);
        return EXIT_SUCCESS;
    }
    ok = machine_init(&pc, options.bios, options.vgabios);
    pc.bios_log = options.bios_log ? stderr : NULL;
    ok = ok && operator_attach(&pc, options.image) && boot_and_eject(&pc, &options);
    machine_done(&pc);
    if (fflush(stdout) != 0) {
        ok = complain("standard output: %s", strerror(errno));
    }
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
