/*
 * vfdc-script: the text of a script to statements.  The forms of the statement table are walked
 * here; what a single word means is in argument.c.
 */
#include "parse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "form.h"
#include "scratch.h"
#include "statements.h"

/* A script that cannot be read: one line, and false. */
static bool refuse(FILE *errors, const struct script *script, const struct statement *statement,
                   const char *why)
{
    (void)fprintf(errors, "%s:%u: %s   | %s\n", script->file, statement->line, why,
                  statement->text);
    return false;
}

/* Cut the line at blanks. */
static void cut_words(struct statement *statement)
{
    static const char blanks[] = " \t\r";

    for (char *word = strtok(statement->copy, blanks); word != NULL;
         word = strtok(NULL, blanks)) {
        statement->words =
            alloc_resize(statement->words, statement->n_words + 1, sizeof *statement->words);
        statement->words[statement->n_words++] = word;
    }
}

/* Without the comment and the blanks at either end. */
static char *trimmed(const char *line)
{
    size_t length = strcspn(line, "#");
    size_t n_blanks = strspn(line, " \t\r");

    while (length > n_blanks && strchr(" \t\r", line[length - 1]) != NULL) {
        length--;
    }
    return alloc_text(line + n_blanks, length > n_blanks ? length - n_blanks : 0);
}

/* What is behind the #; NULL without one. */
static char *comment_of(const char *line)
{
    const char *hash = strchr(line, '#');

    return hash != NULL ? alloc_text(hash + 1, strlen(hash + 1)) : NULL;
}

/* Whether `text` has the shape of UTF-8; a code point is not looked at. */
static bool is_utf8(const char *text)
{
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        unsigned n_more = *c < 0x80 ? 0 : *c < 0xe0 ? 1 : *c < 0xf0 ? 2 : 3;

        if (*c > 0xf4 || (*c >= 0x80 && *c < 0xc2)) {
            return false;
        }
        for (; n_more > 0; n_more--) {
            c++;
            if ((*c & 0xc0) != 0x80) {
                return false;
            }
        }
    }
    return true;
}

/* One line to a statement at the end of the script; a line without one is nothing to do. */
static bool parse_line(struct script *script, const char *line, unsigned number, FILE *errors)
{
    struct statement statement = { .line = number, .text = trimmed(line) };
    char *why;

    if (statement.text[0] == '\0' && is_utf8(line)) {
        free(statement.text);
        return true;
    }
    statement.comment = comment_of(line);
    statement.copy = alloc_text(statement.text, strlen(statement.text));
    cut_words(&statement);
    script->statements = alloc_resize(script->statements, script->n_statements + 1,
                                      sizeof *script->statements);
    script->statements[script->n_statements++] = statement;
    if (!is_utf8(line)) {
        return refuse(errors, script, &statement, "the line is not UTF-8");
    }
    why = form_match(&script->statements[script->n_statements - 1]);
    if (why != NULL) {
        refuse(errors, script, &statement, why);
        free(why);
        return false;
    }
    return true;
}

static bool is_named(const struct statement *statement, const char *name)
{
    return strcmp(statement->words[0], name) == 0;
}

/* The copied file is the script's own: without it the script cannot be read. */
static bool has_its_file(const struct script *script, const struct statement *statement)
{
    char *path;
    bool is_there = true;

    if (is_named(statement, "imagefile")) {
        path = scratch_path_beside(script->file, statement->arg[1].words[0]);
        is_there = access(path, R_OK) == 0;
        free(path);
    }
    return is_there;
}

/* What no single line shows: set-up comes first, controllers and files are there. */
static bool check_whole(const struct script *script, FILE *errors)
{
    unsigned n_controllers = 1;
    bool is_on = false;

    for (size_t i = 0; i < script->n_statements; i++) {
        if (is_named(&script->statements[i], "controllers")) {
            n_controllers = (unsigned)script->statements[i].arg[0].number + 1;
        }
    }
    for (size_t i = 0; i < script->n_statements; i++) {
        const struct statement *statement = &script->statements[i];

        is_on = is_on || statement->row->part != STATEMENT_SET_UP;
        if (is_on && statement->row->part == STATEMENT_SET_UP) {
            return refuse(errors, script, statement, "set-up after the first other statement");
        }
        for (size_t a = 0; a < ARGUMENTS_MAX; a++) {
            if (statement->arg[a].controller >= n_controllers) {
                return refuse(errors, script, statement,
                              "the second controller's, and there is none");
            }
        }
        if (!has_its_file(script, statement)) {
            return refuse(errors, script, statement, "the file to copy cannot be read");
        }
    }
    return true;
}

static bool parse_lines(struct script *script, char *text, size_t n_bytes, FILE *errors)
{
    char *line = text;
    unsigned number = 1;

    while (line < text + n_bytes) {
        char *end = memchr(line, '\n', (size_t)(text + n_bytes - line));

        end = end != NULL ? end : text + n_bytes;
        *end = '\0';
        if (strlen(line) != (size_t)(end - line)) {
            (void)fprintf(errors, "%s:%u: a NUL byte, which is no text\n", script->file, number);
            return false;
        }
        if (!parse_line(script, line, number, errors)) {
            return false;
        }
        line = end + 1;
        number++;
    }
    return check_whole(script, errors);
}

/* The whole file, with room for a NUL after it; NULL with errno. */
static char *read_text(const char *file, size_t *n_bytes)
{
    FILE *stream = fopen(file, "rb");
    char *text = NULL;
    size_t n_read = 1;
    int error;

    *n_bytes = 0;
    if (stream == NULL) {
        return NULL;
    }
    while (n_read > 0) {
        text = alloc_resize(text, *n_bytes + 4097, 1);
        n_read = fread(text + *n_bytes, 1, 4096, stream);
        *n_bytes += n_read;
    }
    error = ferror(stream) != 0 ? errno : 0;
    (void)fclose(stream);
    if (error != 0) {
        free(text);
        text = NULL;
        errno = error;
    }
    return text;
}

bool script_read(struct script *script, const char *file, FILE *errors)
{
    size_t n_bytes;
    char *text = read_text(file, &n_bytes);
    bool is_read;

    *script = (struct script){ .file = file };
    if (text == NULL) {
        (void)fprintf(errors, "%s: %s\n", file, strerror(errno));
        return false;
    }
    is_read = parse_lines(script, text, n_bytes, errors);
    free(text);
    return is_read;
}

void script_free(struct script *script)
{
    for (size_t i = 0; i < script->n_statements; i++) {
        free(script->statements[i].text);
        free(script->statements[i].comment);
        free(script->statements[i].copy);
        free(script->statements[i].words);
    }
    free(script->statements);
    *script = (struct script){ .file = NULL };
}
