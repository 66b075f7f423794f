/*
 * vfdc-script: the arguments of a statement, by kind.  One row a kind; each reads one word
 * whole or refuses it.
 */
#include "argument.h"

#include <string.h>

#include "../faulty_system.h"
#include "names.h"
#include "number.h"
#include "scratch.h"

enum {
    UNITS_A_CONTROLLER = 4,
    N_CONTROLLERS = 2,
    PORT_FIRST = 0x3f0,  /* of the first controller */
    PORT_SECOND = 0x370, /* of the second */
    PORT_OF_DISK = 6,    /* 3f6 and 376 are the hard disk's */
};

static bool parse_unit(const char *word, struct argument *argument)
{
    bool is_unit = number_decimal(word, UNITS_A_CONTROLLER * N_CONTROLLERS - 1,
                                  &argument->number);

    argument->controller = (unsigned)argument->number / UNITS_A_CONTROLLER;
    return is_unit;
}

static bool parse_controller(const char *word, struct argument *argument)
{
    if (!number_decimal(word, N_CONTROLLERS, &argument->number) || argument->number == 0) {
        return false;
    }
    argument->controller = (unsigned)argument->number - 1;
    return true;
}

/* The number is the offset from the controller's first port. */
static bool parse_port(const char *word, struct argument *argument)
{
    uint64_t port;

    if (!number_hex(word, 0xfff, &port)) {
        return false;
    }
    argument->number = port & 7;
    argument->controller = (port & ~UINT64_C(7)) == PORT_SECOND ? 1 : 0;
    return ((port & ~UINT64_C(7)) == PORT_FIRST || argument->controller == 1) &&
           argument->number != PORT_OF_DISK;
}

static bool parse_byte(const char *word, struct argument *argument)
{
    return strlen(word) <= 2 && number_hex(word, 0xff, &argument->number);
}

static bool parse_answer(const char *word, struct argument *argument)
{
    return strcmp(word, ARGUMENT_ANY_BYTE) == 0 || parse_byte(word, argument);
}

static bool parse_count(const char *word, struct argument *argument)
{
    return number_decimal(word, UINT32_MAX, &argument->number);
}

static bool parse_size(const char *word, struct argument *argument)
{
    return number_decimal(word, SOURCE_MAX_BYTES, &argument->number);
}

static bool parse_piece(const char *word, struct argument *argument)
{
    return parse_size(word, argument) && argument->number != 0;
}

static bool parse_time(const char *word, struct argument *argument)
{
    return number_time(word, &argument->number);
}

static bool parse_crc(const char *word, struct argument *argument)
{
    return strlen(word) == 8 && number_hex(word, UINT32_MAX, &argument->number);
}

static bool parse_source(const char *word, struct argument *argument)
{
    return source_parse(word, &argument->source);
}

static bool parse_range(const char *word, struct argument *argument)
{
    return source_parse_range(word, &argument->source);
}

static bool parse_name(const char *word, struct argument *argument)
{
    (void)argument;
    return scratch_is_name(word, strlen(word));
}

static bool parse_path(const char *word, struct argument *argument)
{
    (void)word;
    (void)argument;
    return true;
}

static bool parse_format(const char *word, struct argument *argument)
{
    return names_format(word, &argument->number);
}

/* The number is the byte, or above all bytes for the LBA pattern. */
static bool parse_filling(const char *word, struct argument *argument)
{
    static const char fill[] = "fill:";

    if (strcmp(word, "lba") == 0) {
        argument->number = ARGUMENT_LBA_PATTERN;
        return true;
    }
    return strncmp(word, fill, sizeof fill - 1) == 0 && strlen(word) == sizeof fill - 1 + 2 &&
           parse_byte(word + sizeof fill - 1, argument);
}

static bool parse_code(const char *word, struct argument *argument)
{
    return names_result(word, &argument->number);
}

static bool parse_errno(const char *word, struct argument *argument)
{
    int error = faulty_error_of(word);

    argument->number = error > 0 ? (uint64_t)error : 0;
    return error > 0;
}

static bool parse_call(const char *word, struct argument *argument)
{
    static const char *const calls[] = {
        "open", "fstat", "lock", "pread", "pwrite", "ftruncate", "sync", "unlink", "rename",
        "close",
    };

    (void)argument;
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        if (strcmp(calls[i], word) == 0) {
            return true;
        }
    }
    return false;
}

/* A call that can also move less than it is asked to. */
static bool parse_transfer(const char *word, struct argument *argument)
{
    (void)argument;
    return strcmp(word, "pread") == 0 || strcmp(word, "pwrite") == 0;
}

static bool parse_report(const char *word, struct argument *argument)
{
    return names_report(word, &argument->number);
}

/* "geometry:C,H,S,N": four decimal numbers that fit a byte each. */
static bool parse_layout(const char *text, struct vfdc_attach_options *options)
{
    uint8_t *const numbers[] = { &options->cylinders, &options->heads, &options->sectors,
                                 &options->size_code };

    for (size_t i = 0; i < 4; i++) {
        size_t length = strcspn(text, ",");
        char digits[4] = "";
        uint64_t number;

        if (length >= sizeof digits || text[length] != (i < 3 ? ',' : '\0')) {
            return false;
        }
        memcpy(digits, text, length);
        if (!number_decimal(digits, UINT8_MAX, &number)) {
            return false;
        }
        *numbers[i] = (uint8_t)number;
        text += length + 1;
    }
    return true;
}

bool argument_attach_option(const char *word, struct vfdc_attach_options *options)
{
    static const char geometry[] = "geometry:";

    if (strncmp(word, geometry, sizeof geometry - 1) == 0) {
        return parse_layout(word + sizeof geometry - 1, options);
    }
    if (strcmp(word, "ro") == 0) {
        options->read_only = true;
    } else if (strcmp(word, "fallback") == 0) {
        options->allow_read_only = true;
    } else if (strcmp(word, "journal") == 0) {
        options->durability = VFDC_DURABILITY_JOURNAL;
    } else if (strcmp(word, "in-place") == 0) {
        options->durability = VFDC_DURABILITY_IN_PLACE;
    } else if (strcmp(word, "relaxed") == 0) {
        options->durability = VFDC_DURABILITY_RELAXED;
    } else {
        return false;
    }
    return true;
}

static bool parse_option(const char *word, struct argument *argument)
{
    struct vfdc_attach_options options = { .read_only = false };

    (void)argument;
    return argument_attach_option(word, &options);
}

const struct argument_kind *argument_kind_of(const char *name, size_t length)
{
    static const struct argument_kind kinds[] = {
        { "ANSWER", "a byte in hexadecimal, or ..", parse_answer },
        { "BYTE", "a byte in hexadecimal", parse_byte },
        { "CALL", "a system call that can fail", parse_call },
        { "CODE", "the name of a result", parse_code },
        { "CONTROLLER", "a controller, 1 or 2", parse_controller },
        { "COUNT", "a number", parse_count },
        { "CRC", "a CRC-32 of eight hexadecimal digits", parse_crc },
        { "ERRNO", "the name of an error of the system", parse_errno },
        { "FILLING", "lba or fill:BB", parse_filling },
        { "FORMAT", "a format of images", parse_format },
        { "NAME", "the name of a file", parse_name },
        { "OPTION", "an option of attach", parse_option },
        { "PATH", "a path", parse_path },
        { "PIECE", "a number of bytes from 1 to 64 MiB", parse_piece },
        { "PORT", "a port of the controllers", parse_port },
        { "RANGE", "bytes of a file, NAME@OFFSET+COUNT", parse_range },
        { "REPORT", "the name of a report", parse_report },
        { "SIZE", "a number of bytes up to 64 MiB", parse_size },
        { "SOURCE", "a source of bytes", parse_source },
        { "TIME", "a time in ns, us, ms or s", parse_time },
        { "TRANSFER", "a system call that moves bytes", parse_transfer },
        { "UNIT", "a unit", parse_unit },
    };

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strlen(kinds[i].name) == length && strncmp(kinds[i].name, name, length) == 0) {
            return &kinds[i];
        }
    }
    return NULL;
}
