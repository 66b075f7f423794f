/*
 * The reader of port scripts takes any text: it gives statements, or one line that says where and
 * why not (a tool's input, and no threat of the README's: scripts come from whoever runs them).
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../tools/vfdc-script/parse.h"
#include "../tools/vfdc-script/statements.h"
#include "check.h"
#include "fuzz.h"

/* A file of these bytes, which the script reads by its path; it is made anew for each input. */
static void rewrite(int fd, const uint8_t *bytes, size_t n_bytes)
{
    CHECK(ftruncate(fd, 0) == 0 && pwrite(fd, bytes, n_bytes, 0) == (ssize_t)n_bytes,
          "the fuzzer has a file");
}

static void check_statement(const struct statement *statement)
{
    CHECK(statement->row != NULL && statement->n_words > 0 && statement->text[0] != '\0',
          "a statement that was read has words and a row");
    for (size_t a = 0; a < ARGUMENTS_MAX; a++) {
        for (size_t i = 0; i < statement->arg[a].n_words; i++) {
            CHECK(statement->arg[a].words[i][0] != '\0', "an argument that was read has words");
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    static int fd = -1;
    static char path[32];
    char complaint[2048] = "";
    FILE *errors = fmemopen(complaint, sizeof(complaint), "w");
    struct script script;
    bool is_read;

    if (fd < 0) {
        FILE *file = tmpfile(); /* for as long as the process lives */

        CHECK(file != NULL, "the fuzzer has a file");
        fd = fileno(file);
        snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    }
    CHECK(errors != NULL, "the fuzzer has memory");
    rewrite(fd, bytes, n_bytes);
    is_read = script_read(&script, path, errors);
    fclose(errors);
    CHECK(is_read == (complaint[0] == '\0'), "a script is read, or refused in words");
    CHECK(is_read || strncmp(complaint, path, strlen(path)) == 0, "the words name the file");
    for (size_t i = 0; i < script.n_statements && is_read; i++) {
        check_statement(&script.statements[i]);
    }
    script_free(&script);
    return 0;
}
