/*
 * Sentences of bounded length; see text.h.  A sentence is written twice: once with no room for
 * the path, which tells how much is left for it, and once with that.
 */
#include "text.h"

#include <stdbool.h>
#include <string.h>

#define ELLIPSIS "..."
#define ELLIPSIS_BYTES 3u

/* The longest form of one byte of a path: \xNN. */
#define ESCAPE_BYTES 4u

struct writer {
    char *bytes;   /* VFDC_MEDIA_TEXT_BYTES of them */
    size_t length; /* always below that, so there is room for the NUL */
};

static void add_char(struct writer *writer, char c)
{
    if (writer->length < VFDC_MEDIA_TEXT_BYTES - 1u) {
        writer->bytes[writer->length] = c;
        writer->length++;
    }
}

static void add_string(struct writer *writer, const char *string)
{
    for (size_t i = 0; string != NULL && string[i] != '\0'; i++) {
        add_char(writer, string[i]);
    }
}

static void add_number(struct writer *writer, uint64_t number)
{
    char digits[20]; /* 2^64 has 20 */
    unsigned n_digits = 0;

    do {
        digits[n_digits] = (char)('0' + (char)(number % 10u));
        n_digits++;
        number /= 10u;
    } while (number != 0 && n_digits < sizeof(digits));
    while (n_digits > 0) {
        n_digits--;
        add_char(writer, digits[n_digits]);
    }
}

static void add_drives(struct writer *writer, unsigned drives)
{
    static const struct {
        enum vfdc_drive_type type;
        const char *name;
    } names[] = {
        { VFDC_DRIVE_360K, "360K" },   { VFDC_DRIVE_720K, "720K" },
        { VFDC_DRIVE_1200K, "1.2M" },  { VFDC_DRIVE_1440K, "1.44M" },
        { VFDC_DRIVE_2880K, "2.88M" },
    };
    bool is_first = true;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if ((drives & (1u << names[i].type)) != 0) {
            add_string(writer, is_first ? "" : " or ");
            add_string(writer, names[i].name);
            is_first = false;
        }
    }
}

static void add_errno(struct writer *writer, int system_errno)
{
    char words[128];

    if (strerror_r(system_errno, words, sizeof(words)) == 0) {
        add_string(writer, words);
    } else {
        add_string(writer, "error ");
        add_number(writer, (uint64_t)(system_errno > 0 ? system_errno : 0));
    }
}

/* ASCII prints, but for the backslash, which would make the rest ambiguous. */
static bool is_printing(char c)
{
    return c >= ' ' && c <= '~' && c != '\\';
}

static size_t escaped_bytes(char c)
{
    return is_printing(c) ? 1u : ESCAPE_BYTES;
}

static void add_escaped(struct writer *writer, char c)
{
    static const char hex[] = "0123456789abcdef";
    unsigned char byte = (unsigned char)c;

    if (is_printing(c)) {
        add_char(writer, c);
        return;
    }
    add_string(writer, "\\x");
    add_char(writer, hex[byte >> 4]);
    add_char(writer, hex[byte & 15u]);
}

/* The path in at most `room` bytes: its end, the part that tells files apart. */
static void add_path(struct writer *writer, const char *path, size_t room)
{
    size_t start = path != NULL ? strlen(path) : 0;
    size_t end = start;
    size_t n_bytes = 0;
    size_t n_whole = 0;

    for (size_t i = 0; i < end; i++) {
        n_whole += escaped_bytes(path[i]);
    }
    if (n_whole > room) {
        if (room < ELLIPSIS_BYTES) {
            return;
        }
        add_string(writer, ELLIPSIS);
        room -= ELLIPSIS_BYTES;
    }
    while (start > 0 && n_bytes + escaped_bytes(path[start - 1]) <= room) {
        start--;
        n_bytes += escaped_bytes(path[start]);
    }
    for (size_t i = start; i < end; i++) {
        add_escaped(writer, path[i]);
    }
}

static size_t write_form(char *text, const char *form, const struct text_facts *facts,
                         size_t path_room)
{
    struct writer writer = { text, 0 };

    for (size_t i = 0; form[i] != '\0'; i++) {
        if (form[i] != '%' || form[i + 1] == '\0') {
            add_char(&writer, form[i]);
            continue;
        }
        i++;
        switch (form[i]) {
        case 'p':
            add_path(&writer, facts->path, path_room);
            break;
        case 's':
            add_string(&writer, facts->name);
            break;
        case 'n':
            add_number(&writer, facts->number);
            break;
        case 'd':
            add_drives(&writer, facts->drives);
            break;
        case 'e':
            add_errno(&writer, facts->system_errno);
            break;
        default:
            add_char(&writer, form[i]);
            break;
        }
    }
    text[writer.length] = '\0';
    return writer.length;
}

void text_write(char text[VFDC_MEDIA_TEXT_BYTES], const char *form,
                const struct text_facts *facts)
{
    size_t n_bytes = write_form(text, form, facts, 0);

    write_form(text, form, facts, VFDC_MEDIA_TEXT_BYTES - 1u - n_bytes);
}

vfdc_result text_fail(struct vfdc_media_error *error, vfdc_result code, uint32_t sector,
                      const char *form, const struct text_facts *facts)
{
    if (error != NULL) {
        error->code = code;
        error->system_errno = facts->system_errno;
        error->sector = sector;
        text_write(error->text, form, facts);
    }
    return code;
}

vfdc_result text_fail_plain(struct vfdc_media_error *error, vfdc_result code, const char *text)
{
    static const struct text_facts none = { NULL, NULL, 0, 0, 0 };

    return text_fail(error, code, VFDC_MEDIA_NO_LBA, text, &none);
}

vfdc_result text_succeed(struct vfdc_media_error *error)
{
    return text_fail_plain(error, VFDC_S_OK, "");
}
