/*
 * vfdc-script: the words of the script language that stand for numbers.  Tables, and one
 * search through them.
 */
#include "names.h"

#include <stddef.h>
#include <string.h>

#include <vfdc/controller.h>
#include <vfdc/result.h>

#include "../faulty_system.h"
#include "number.h"

#define N_OF(table) (sizeof(table) / sizeof((table)[0]))

struct named {
    const char *name;
    uint64_t number;
};

/* In the order of result.h, whose names vfdc_result_name() knows. */
static const vfdc_result results[] = {
    VFDC_S_OK,
    VFDC_S_FALSE,
    VFDC_E_POINTER,
    VFDC_E_INVALIDARG,
    VFDC_E_OUTOFMEMORY,
    VFDC_E_NOTIMPL,
    VFDC_E_UNEXPECTED,
    VFDC_E_FAIL,
    VFDC_E_ACCESSDENIED,
    VFDC_DISP_E_BADINDEX,
    VFDC_DISP_E_EXCEPTION,
    VFDC_VM_E_VM_UNKNOWN,
    VFDC_VM_E_DRIVE_INVALID,
    VFDC_VM_E_IMAGE_CAPTURE_FAIL,
    VFDC_VM_E_HOST_FLOPPY_CAPTURE_FAIL,
    VFDC_VM_E_NO_MEDIA_CAPTURED,
    VFDC_VM_E_DRIVE_IN_USE,
    VFDC_VM_E_MEDIA_WRONG_TYPE,
    VFDC_E_FILE_NOT_FOUND,
    VFDC_E_PATH_NOT_FOUND,
    VFDC_E_BUFFER_OVERFLOW,
    VFDC_E_DISK_FULL,
    VFDC_E_INVALID_NAME,
    VFDC_E_BAD_PATHNAME,
    VFDC_E_ALREADY_EXISTS,
};

static const struct named reports[] = {
    { "format-refused", VFDC_REPORT_FORMAT_REFUSED },
    { "marks-lost", VFDC_REPORT_MARKS_LOST },
    { "read-error", VFDC_REPORT_READ_ERROR },
    { "write-error", VFDC_REPORT_WRITE_ERROR },
    { "flush-error", VFDC_REPORT_FLUSH_ERROR },
    { "journal-recovered", VFDC_REPORT_JOURNAL_APPLIED },
    { "journal-set-aside", VFDC_REPORT_JOURNAL_ASIDE },
    { "no-journal", VFDC_REPORT_IN_PLACE },
    { "no-lock", VFDC_REPORT_UNLOCKED },
    { "read-only", VFDC_REPORT_READ_ONLY },
    { "flush-due", VFDC_REPORT_FLUSH_DUE },
    { "short-image", VFDC_REPORT_SHORT_IMAGE },
    { "image-changed", VFDC_REPORT_IMAGE_MODIFIED },
    { "image-gone", VFDC_REPORT_IMAGE_GONE },
};

static const struct named formats[] = {
    { "160K", 163840 },   { "180K", 184320 },   { "320K", 327680 },
    { "360K", 368640 },   { "720K", 737280 },   { "1.2M", 1228800 },
    { "1.44M", 1474560 }, { "1.68M", 1720320 }, { "2.88M", 2949120 },
};

static bool number_of(const struct named *table, size_t n_rows, const char *name,
                      uint64_t *number)
{
    for (size_t i = 0; i < n_rows; i++) {
        if (strcmp(table[i].name, name) == 0) {
            *number = table[i].number;
            return true;
        }
    }
    return false;
}

static const char *name_of(const struct named *table, size_t n_rows, uint64_t number)
{
    for (size_t i = 0; i < n_rows; i++) {
        if (table[i].number == number) {
            return table[i].name;
        }
    }
    return "?";
}

bool names_result(const char *name, uint64_t *code)
{
    for (size_t i = 0; i < N_OF(results); i++) {
        if (strcmp(vfdc_result_name(results[i]), name) == 0) {
            *code = results[i];
            return true;
        }
    }
    return false;
}

const char *names_of_errno(int value)
{
    return value == 0 ? "0" : faulty_error_name(value);
}

bool names_report(const char *name, uint64_t *kind)
{
    return number_of(reports, N_OF(reports), name, kind);
}

const char *names_of_report(uint64_t kind)
{
    return name_of(reports, N_OF(reports), kind);
}

bool names_format(const char *name, uint64_t *n_bytes)
{
    static const char any_size[] = "bytes:";
    const size_t n_prefix = sizeof any_size - 1;

    if (strncmp(name, any_size, n_prefix) == 0) {
        return number_decimal(name + n_prefix, INT64_MAX, n_bytes);
    }
    return number_of(formats, N_OF(formats), name, n_bytes);
}
