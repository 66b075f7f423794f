/*
 * vfdc-compare: port scripts, said to QEMU's floppy controller for a second opinion.
 *
 * Prints each difference with its reason, a line a script, and the sums.  Exit status: 0 when
 * every difference has its reason and every reason its difference, 1 when not, 2 when a file
 * cannot be read, the command line is wrong, or QEMU does not answer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../vfdc-script/alloc.h"
#include "comparison.h"

enum { STATUS_OK = 0, STATUS_FAILED = 1, STATUS_UNREADABLE = 2 };

struct obstacle {
    const char *what;
    unsigned n_scripts;
};

struct sums {
    unsigned n_scripts[OUTCOME_LOST + 1];
    unsigned n_cut; /* of them, not compared to their end */
    unsigned n_alike;
    unsigned n_known;
    unsigned n_unknown;
    unsigned n_left_out;
    unsigned n_unreached;
    struct obstacle *obstacles;
    size_t n_obstacles;
};

static void count_obstacle(struct sums *sums, const char *what)
{
    for (size_t i = 0; i < sums->n_obstacles; i++) {
        if (strcmp(sums->obstacles[i].what, what) == 0) {
            sums->obstacles[i].n_scripts++;
            return;
        }
    }
    sums->obstacles =
        alloc_resize(sums->obstacles, sums->n_obstacles + 1, sizeof *sums->obstacles);
    sums->obstacles[sums->n_obstacles++] = (struct obstacle){ what, 1 };
}

static void compare(const struct script *script, struct differences *known, struct sums *sums)
{
    static const char *const names[] = { "same ", "known", "FAIL ", "LOST " };
    struct comparison comparison;
    enum outcome outcome = comparison_run(&comparison, script, known);

    /* it died, or was silent for long: that says nothing of floppy controllers */
    if (outcome == OUTCOME_LOST) {
        printf("again %s: QEMU has not answered to its end\n", script->file);
        outcome = comparison_run(&comparison, script, known);
    }
    printf("%s %s (%u alike, %u known, %u left out, %u not reached)\n", names[outcome],
           script->file, comparison.n_alike, comparison.n_known, comparison.n_left_out,
           comparison.n_unreached);
    sums->n_scripts[outcome]++;
    sums->n_cut += comparison.n_unreached > 0 ? 1 : 0;
    sums->n_alike += comparison.n_alike;
    sums->n_known += comparison.n_known;
    sums->n_unknown += comparison.n_unknown;
    sums->n_left_out += comparison.n_left_out;
    sums->n_unreached += comparison.n_unreached;
}

static bool compare_file(const char *file, struct differences *known, struct sums *sums)
{
    struct script script;
    const char *obstacle;
    bool is_read = script_read(&script, file, stderr);

    if (is_read) {
        obstacle = comparison_obstacle(&script);
        if (obstacle == NULL) {
            compare(&script, known, sums);
        } else {
            printf("none  %s (QEMU has no counterpart: %s)\n", file, obstacle);
            count_obstacle(sums, obstacle);
        }
    }
    script_free(&script);
    fflush(stdout);
    return is_read;
}

/* The number of classes that nothing belongs to any more. */
static unsigned tell_classes(const struct differences *known)
{
    unsigned n_idle = 0;

    printf("\ndifferences  scripts  reason\n");
    for (size_t i = 0; i < known->n_items; i++) {
        const struct difference *item = &known->items[i];

        printf("%11u  %7u  %s\n", item->n_found, item->n_scripts, item->reason);
        n_idle += item->n_found == 0 ? 1 : 0;
    }
    for (size_t i = 0; i < known->n_items; i++) {
        if (known->items[i].n_found == 0) {
            printf("%s:%u: explains nothing\n", known->file, known->items[i].line);
        }
    }
    return n_idle;
}

static void tell_sums(const struct sums *sums)
{
    unsigned n_not_comparable = 0;

    printf("\nnot comparable:\n");
    for (size_t i = 0; i < sums->n_obstacles; i++) {
        printf("%6u  %s\n", sums->obstacles[i].n_scripts, sums->obstacles[i].what);
        n_not_comparable += sums->obstacles[i].n_scripts;
    }
    printf("\nscripts: %u the same, %u with known differences, %u with others, %u not comparable; "
           "%u not compared to their end\n",
           sums->n_scripts[OUTCOME_ALIKE], sums->n_scripts[OUTCOME_KNOWN],
           sums->n_scripts[OUTCOME_UNKNOWN], n_not_comparable, sums->n_cut);
    printf("statements: %u alike, %u known to differ, %u others, %u mean nothing to QEMU, "
           "%u not reached\n",
           sums->n_alike, sums->n_known, sums->n_unknown, sums->n_left_out, sums->n_unreached);
}

int main(int n_arguments, char *arguments[])
{
    struct differences known;
    struct sums sums = { .n_alike = 0 };
    int status = STATUS_OK;

    if (n_arguments < 3) {
        fputs("usage: vfdc-compare DIFFERENCES FILE...\n", stderr);
        return STATUS_UNREADABLE;
    }
    if (!differences_read(&known, arguments[1], stderr)) {
        status = STATUS_UNREADABLE;
    }
    for (int i = 2; i < n_arguments && status != STATUS_UNREADABLE; i++) {
        if (!compare_file(arguments[i], &known, &sums)) {
            status = STATUS_UNREADABLE;
        }
    }
    if (status == STATUS_OK) {
        unsigned n_idle = tell_classes(&known);

        tell_sums(&sums);
        status = sums.n_scripts[OUTCOME_LOST] > 0 ? STATUS_UNREADABLE
                 : sums.n_unknown + n_idle > 0    ? STATUS_FAILED
                                                  : STATUS_OK;
    }
    differences_free(&known);
    free(sums.obstacles);
    return status;
}
