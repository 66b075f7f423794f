/*
 * vfdc-script: words against the forms of the statement table.  A walk along both; of the rows
 * that do not fit, the one that fitted longest says what is wrong.
 */
#include "form.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "parse.h"
#include "statements.h"

/* A word of a form: not ended by NUL. */
struct piece {
    const char *text;
    size_t length;
};

struct walk {
    struct statement *statement;
    const char *form; /* what is left of it */
    size_t word;      /* the next of the statement */
    size_t n_args;
    char *why; /* it does not fit */
};

static struct piece next_piece(const char **form)
{
    struct piece piece;

    *form += strspn(*form, " ");
    piece.text = *form;
    piece.length = strcspn(*form, " ");
    *form += piece.length;
    return piece;
}

static bool is(struct piece piece, const char *word)
{
    return strlen(word) == piece.length && strncmp(piece.text, word, piece.length) == 0;
}

static bool is_choice(struct piece piece)
{
    return memchr(piece.text, '|', piece.length) != NULL;
}

static bool is_kind(struct piece piece)
{
    return isupper((unsigned char)piece.text[0]) != 0;
}

/* The next word of the statement; NULL at its end. */
static const char *next_word(const struct walk *walk)
{
    const struct statement *statement = walk->statement;

    return walk->word < statement->n_words ? statement->words[walk->word] : NULL;
}

static bool match_choice(struct walk *walk, struct piece choice, struct argument *argument)
{
    const char *word = next_word(walk);
    const char *end = choice.text + choice.length;

    for (const char *one = choice.text; one < end; argument->number++) {
        size_t length = strcspn(one, "| ");

        if (is((struct piece){ one, length }, word)) {
            argument->words = &walk->statement->words[walk->word++];
            argument->n_words = 1;
            argument->is_given = true;
            return true;
        }
        one += length + 1;
    }
    walk->why = alloc_format("'%s' where %.*s is wanted", word, (int)choice.length, choice.text);
    return false;
}

/* One word of a kind, or with "..." after its name all words up to the end or an "=". */
static bool match_kind(struct walk *walk, struct piece piece, struct argument *argument)
{
    const size_t n_dots = piece.length > 3 && piece.text[piece.length - 1] == '.' ? 3 : 0;
    const struct argument_kind *kind = argument_kind_of(piece.text, piece.length - n_dots);

    argument->words = &walk->statement->words[walk->word];
    argument->is_given = true;
    do {
        const char *word = next_word(walk);

        if (!kind->parse(word, argument)) {
            walk->why = alloc_format("'%s' is not %s", word, kind->what);
            return false;
        }
        walk->word++;
        argument->n_words++;
    } while (n_dots != 0 && next_word(walk) != NULL && strcmp(next_word(walk), "=") != 0);
    return true;
}

static bool match_piece(struct walk *walk, struct piece piece)
{
    const char *word = next_word(walk);
    struct argument *argument;

    if (word == NULL) {
        walk->why = alloc_format("the statement ends where %.*s is wanted", (int)piece.length,
                                 piece.text);
        return false;
    }
    if (!is_choice(piece) && !is_kind(piece)) {
        if (!is(piece, word)) {
            walk->why = alloc_format("'%s' where '%.*s' is wanted", word, (int)piece.length,
                                     piece.text);
            return false;
        }
        walk->word++;
        return true;
    }
    argument = &walk->statement->arg[walk->n_args++];
    return is_choice(piece) ? match_choice(walk, piece, argument)
                            : match_kind(walk, piece, argument);
}

/* Whether what is between [ and ] stands in the statement; an "=" is never an argument. */
static bool has_option(const struct walk *walk)
{
    const char *form = walk->form;
    const char *word = next_word(walk);
    struct piece first = next_piece(&form);

    return word != NULL && (is_kind(first) ? strcmp(word, "=") != 0 : is(first, word));
}

static void skip_option(struct walk *walk)
{
    for (struct piece piece = next_piece(&walk->form); !is(piece, "]");
         piece = next_piece(&walk->form)) {
        walk->n_args += is_choice(piece) || is_kind(piece) ? 1 : 0;
    }
}

static bool match_row(struct walk *walk)
{
    memset(walk->statement->arg, 0, sizeof walk->statement->arg);
    for (struct piece piece = next_piece(&walk->form); piece.length > 0;
         piece = next_piece(&walk->form)) {
        if (is(piece, "[")) {
            if (!has_option(walk)) {
                skip_option(walk);
            }
        } else if (!is(piece, "]") && !match_piece(walk, piece)) {
            return false;
        }
    }
    if (next_word(walk) != NULL) {
        walk->why = alloc_format("'%s' is more than the statement takes", next_word(walk));
        return false;
    }
    return true;
}

/* Keep the reason of the row that fitted longest; where several disagree, none of them. */
static void keep_reason(struct walk *best, struct walk *walk)
{
    const char *word = next_word(walk);

    if (walk->word > best->word) {
        free(best->why);
        *best = *walk;
        return;
    }
    if (walk->word == best->word && strcmp(walk->why, best->why) != 0) {
        free(best->why);
        best->why = word != NULL
                        ? alloc_format("'%s' is not what the statement goes on with", word)
                        : alloc_format("the statement ends too early");
    }
    free(walk->why);
}

char *form_match(struct statement *statement)
{
    struct walk best = { .statement = statement };

    for (size_t i = 0; i < n_statement_rows; i++) {
        struct walk walk = { .statement = statement, .form = statements[i].form };

        if (match_row(&walk)) {
            free(best.why);
            statement->row = &statements[i];
            return NULL;
        }
        if (walk.word > 0) {
            keep_reason(&best, &walk);
        } else {
            free(walk.why);
        }
    }
    if (best.why == NULL) {
        return alloc_format("there is no statement '%s'", statement->words[0]);
    }
    return best.why;
}
