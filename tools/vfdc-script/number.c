/* vfdc-script: numbers as a script writes them. */
#include "number.h"

#include <stddef.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* number = 10 number + digit, unless that is more than `max`. */
static bool append_digit(uint64_t *number, unsigned base, uint8_t digit, uint64_t max)
{
    if (digit > max || *number > (max - digit) / base) {
        return false;
    }
    *number = *number * base + digit;
    return true;
}

bool number_decimal(const char *text, uint64_t max, uint64_t *number)
{
    *number = 0;
    if (*text == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (!is_digit(*text) || !append_digit(number, 10, (uint8_t)(*text - '0'), max)) {
            return false;
        }
    }
    return true;
}

bool number_hex_digit(char digit, uint8_t *value)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *found = digit != '\0' ? strchr(digits, digit) : NULL;

    if (found == NULL) {
        return false;
    }
    *value = (uint8_t)((found - digits) % 16);
    return true;
}

bool number_hex(const char *text, uint64_t max, uint64_t *number)
{
    uint8_t digit;

    *number = 0;
    if (*text == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (!number_hex_digit(*text, &digit) || !append_digit(number, 16, digit, max)) {
            return false;
        }
    }
    return true;
}

static bool unit_ns(const char *name, uint64_t *ns)
{
    static const struct {
        const char *name;
        uint64_t ns;
    } units[] = { { "ns", 1 }, { "us", 1000 }, { "ms", 1000000 }, { "s", 1000000000 } };

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(units[i].name, name) == 0) {
            *ns = units[i].ns;
            return true;
        }
    }
    return false;
}

/* The digits after the point, in nanoseconds; what is finer than one must be zeros. */
static bool fraction_ns(const char *digits, size_t n_digits, uint64_t unit, uint64_t *ns)
{
    *ns = 0;
    for (size_t i = 0; i < n_digits; i++) {
        unit /= 10;
        if (unit == 0 && digits[i] != '0') {
            return false;
        }
        *ns += unit * (uint64_t)(digits[i] - '0');
    }
    return true;
}

bool number_time(const char *text, uint64_t *time_ns)
{
    uint64_t whole = 0;
    uint64_t unit;
    const char *fraction = "";
    size_t n_fraction = 0;
    uint64_t rest_ns;

    if (!is_digit(*text)) {
        return false;
    }
    for (; is_digit(*text); text++) {
        if (!append_digit(&whole, 10, (uint8_t)(*text - '0'), UINT64_MAX)) {
            return false;
        }
    }
    if (*text == '.') {
        fraction = text + 1;
        n_fraction = strspn(fraction, "0123456789");
        text = fraction + n_fraction;
        if (n_fraction == 0) {
            return false;
        }
    }
    if (!unit_ns(text, &unit) || !fraction_ns(fraction, n_fraction, unit, &rest_ns) ||
        whole > (UINT64_MAX - rest_ns) / unit) {
        return false;
    }
    *time_ns = whole * unit + rest_ns;
    return true;
}
