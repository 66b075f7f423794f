/* vfdc-compare: the differences that are known. */
#include "differences.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "../vfdc-script/alloc.h"


/* The next column of `*rest` without the blanks around it; NULL behind the last. */
static char *next_column(char **rest, bool is_last)
{
    char *column = *rest;
    char *bar = is_last ? NULL : strchr(column, '|');
    char *end = bar != NULL ? bar : column + strlen(column);

    *rest = bar != NULL ? bar + 1 : end;
    column += strspn(column, " ");
    while (end > column && end[-1] == ' ') {
        end--;
    }
    return end > column ? alloc_text(column, (size_t)(end - column)) : NULL;
}

static bool parse(struct difference *difference, char *line)
{
    char *then;
    bool is_whole;

    difference->command = next_column(&line, false);
    difference->statement = next_column(&line, false);
    difference->qemu = next_column(&line, false);
    then = next_column(&line, false);
    difference->reason = next_column(&line, true);
    difference->is_in_step = then != NULL && strcmp(then, "on") == 0;
    is_whole = difference->command != NULL && difference->statement != NULL &&
               difference->qemu != NULL && difference->reason != NULL && then != NULL &&
               (difference->is_in_step || strcmp(then, "skip") == 0);
    free(then);
    return is_whole;
}

static bool read_lines(struct differences *differences, FILE *file, FILE *errors)
{
    char line[512];

    for (unsigned number = 1; fgets(line, sizeof line, file) != NULL; number++) {
        struct difference difference = { .line = number };
        bool is_whole;

        if (line[0] == '#' || line[0] == '\n') {
            continue;
        }
        is_whole = strchr(line, '\n') != NULL;
        line[strcspn(line, "\n")] = '\0';
        is_whole = parse(&difference, line) && is_whole;
        differences->items = alloc_resize(differences->items, differences->n_items + 1,
                                          sizeof *differences->items);
        differences->items[differences->n_items++] = difference;
        if (!is_whole) {
            fprintf(errors, "%s:%u: wanted COMMAND | STATEMENT | QEMU | on or skip | REASON\n",
                    differences->file, number);
            return false;
        }
    }
    return true;
}

bool differences_read(struct differences *differences, const char *file, FILE *errors)
{
    FILE *stream = fopen(file, "r");
    bool is_read;

    *differences = (struct differences){ .file = file };
    if (stream == NULL) {
        fprintf(errors, "%s: %s\n", file, strerror(errno));
        return false;
    }
    is_read = read_lines(differences, stream, errors);
    fclose(stream);
    return is_read;
}

void differences_free(struct differences *differences)
{
    for (size_t i = 0; i < differences->n_items; i++) {
        free(differences->items[i].command);
        free(differences->items[i].statement);
        free(differences->items[i].qemu);
        free(differences->items[i].reason);
    }
    free(differences->items);
    *differences = (struct differences){ .file = NULL };
}

const struct difference *differences_find(struct differences *differences, const char *command,
                                          const char *statement, const char *qemu,
                                          const char *script)
{
    for (size_t i = 0; i < differences->n_items; i++) {
        struct difference *item = &differences->items[i];

        if (fnmatch(item->command, command, 0) == 0 &&
            fnmatch(item->statement, statement, 0) == 0 && fnmatch(item->qemu, qemu, 0) == 0) {
            item->n_found++;
            item->n_scripts += item->last != script ? 1 : 0;
            item->last = script;
            return item;
        }
    }
    return NULL;
}
