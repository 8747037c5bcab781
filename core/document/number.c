#include "core/document/number.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Octets of the longest number that is read as a floating-point one. */
#define NUMBER_TEXT_MAX 400

/* Exponents beyond this give 0 or do not fit, whatever the digits of a text of sane length are. */
#define EXPONENT_MAX 100000

struct decimal {
    bool is_negative;
    struct bytes whole;    /* digits before the point */
    struct bytes fraction; /* digits behind it */
    int64_t exponent;
};

static bool is_digit(uint8_t octet)
{
    return octet >= '0' && octet <= '9';
}

static struct bytes take_digits(struct bytes *rest)
{
    size_t len = 0;
    while (len < rest->len && is_digit(rest->data[len]))
        len++;
    const struct bytes digits = {rest->data, len};
    *rest = (struct bytes){rest->data + len, rest->len - len};
    return digits;
}

static bool take_octet(struct bytes *rest, uint8_t lower, uint8_t upper)
{
    if (rest->len == 0 || (rest->data[0] != lower && rest->data[0] != upper))
        return false;
    *rest = (struct bytes){rest->data + 1, rest->len - 1};
    return true;
}

static bool take_sign(struct bytes *rest)
{
    if (take_octet(rest, '-', '-'))
        return true;
    (void)take_octet(rest, '+', '+');
    return false;
}

static bool take_exponent(struct bytes *rest, int64_t *exponent)
{
    const bool is_negative = take_sign(rest);
    const struct bytes digits = take_digits(rest);
    int64_t sum = 0;
    for (size_t i = 0; i < digits.len; i++)
        sum = sum > EXPONENT_MAX ? sum : sum * 10 + (digits.data[i] - '0');
    *exponent = is_negative ? -sum : sum;
    return digits.len != 0;
}

/* Takes a decimal number from the front of *rest. */
static bool take_decimal(struct bytes *rest, struct decimal *decimal)
{
    *decimal = (struct decimal){.is_negative = take_sign(rest)};
    decimal->whole = take_digits(rest);
    if (take_octet(rest, '.', '.'))
        decimal->fraction = take_digits(rest);
    if (decimal->whole.len + decimal->fraction.len == 0)
        return false;
    return !take_octet(rest, 'e', 'E') || take_exponent(rest, &decimal->exponent);
}

static int digit_at(const struct decimal *decimal, size_t i)
{
    if (i < decimal->whole.len)
        return decimal->whole.data[i] - '0';
    i -= decimal->whole.len;
    return i < decimal->fraction.len ? decimal->fraction.data[i] - '0' : 0;
}

enum status number_read_integer(struct bytes text, int64_t *integer)
{
    struct decimal decimal;
    struct bytes rest = text;
    if (text.len == 0 || !take_decimal(&rest, &decimal) || rest.len != 0)
        return ST_INVALID;
    const size_t digits = decimal.whole.len + decimal.fraction.len;
    const int64_t places = (int64_t)decimal.whole.len + decimal.exponent;
    int64_t sum = 0; /* negative: that side reaches further */
    for (size_t i = 0; (int64_t)i < places; i++) {
        if (sum == 0 && i >= digits)
            break;
        if (MUL_OVERFLOWS(sum, 10, &sum) || sum < INT64_MIN + digit_at(&decimal, i))
            return ST_LIMIT;
        sum -= digit_at(&decimal, i);
    }
    if (!decimal.is_negative && sum == INT64_MIN)
        return ST_LIMIT;
    *integer = decimal.is_negative ? sum : -sum;
    return ST_OK;
}

/* Hexadecimal floats as Java writes them: 0x1.8p3, the exponent mandatory. */
static bool is_hexadecimal(struct bytes text)
{
    struct bytes rest = text;
    (void)take_sign(&rest);
    if (!take_octet(&rest, '0', '0') || !take_octet(&rest, 'x', 'X'))
        return false;
    size_t digits = 0;
    bool has_point = false;
    while (rest.len != 0 && rest.data[0] != 'p' && rest.data[0] != 'P') {
        const uint8_t c = rest.data[0] | 0x20;
        const bool is_hex = is_digit(rest.data[0]) || (c >= 'a' && c <= 'f');
        if (!is_hex && (rest.data[0] != '.' || has_point))
            return false;
        has_point = has_point || !is_hex;
        digits += is_hex ? 1 : 0;
        rest = bytes_slice(rest, 1, rest.len);
    }
    int64_t exponent = 0;
    return digits != 0 && take_octet(&rest, 'p', 'P') && take_exponent(&rest, &exponent) &&
           rest.len == 0;
}

static bool is_special(struct bytes text)
{
    struct bytes rest = text;
    (void)take_sign(&rest);
    return bytes_is(rest, "NaN") || bytes_is(rest, "Infinity");
}

static struct bytes trim(struct bytes text)
{
    while (text.len != 0 && text.data[0] <= ' ')
        text = bytes_slice(text, 1, text.len);
    while (text.len != 0 && text.data[text.len - 1] <= ' ')
        text.len--;
    return text;
}

/* Copies the number without blanks and suffix to where strtod can read it; false if Java would
 * not read it. */
static bool copy_number(struct bytes text, char copy[NUMBER_TEXT_MAX + 1])
{
    struct bytes number = trim(text);
    if (number.len == 0 || number.len > NUMBER_TEXT_MAX)
        return false;
    if (!is_special(number)) {
        const uint8_t last = number.data[number.len - 1] | 0x20;
        if (last == 'd' || last == 'f')
            number.len--;
        struct decimal decimal;
        struct bytes rest = number;
        if (!is_hexadecimal(number) && (!take_decimal(&rest, &decimal) || rest.len != 0))
            return false;
    }
    memcpy(copy, number.data, number.len);
    copy[number.len] = '\0';
    return true;
}

enum status number_read_double(struct bytes text, double *real)
{
    char copy[NUMBER_TEXT_MAX + 1];
    if (!copy_number(text, copy))
        return ST_INVALID;
    *real = strtod(copy, NULL);
    return ST_OK;
}

enum status number_read_float(struct bytes text, double *real)
{
    char copy[NUMBER_TEXT_MAX + 1];
    if (!copy_number(text, copy))
        return ST_INVALID;
    *real = (double)strtof(copy, NULL);
    return ST_OK;
}

double number_round_half(double real)
{
    /* binary16 has 11 significant bits, exponents from -14, subnormals in steps of 2^-24. */
    const double HALF_OVERFLOW = 65520;
    if (!isfinite(real) || real == 0)
        return real;
    if (fabs(real) >= HALF_OVERFLOW)
        return copysign(HUGE_VAL, real);
    int exponent = 0;
    (void)frexp(real, &exponent);
    const int step = exponent - 11 > -24 ? exponent - 11 : -24;
    return ldexp(nearbyint(ldexp(real, -step)), step);
}
