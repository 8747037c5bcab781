#include "core/document/number.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

Test(number, integers_are_read_exactly_and_cut_towards_zero)
{
    static const struct {
        const char *text;
        enum status status;
        int64_t integer;
    } CASES[] = {
        {"0", ST_OK, 0},
        {"-0", ST_OK, 0},
        {"+5", ST_OK, 5},
        {"05", ST_OK, 5},
        {"5.", ST_OK, 5},
        {".5", ST_OK, 0},
        {"-5.99", ST_OK, -5},
        {"1e3", ST_OK, 1000},
        {"1.2345E+3", ST_OK, 1234},
        {"12345e-3", ST_OK, 12},
        {"12345e-99999999999999999999", ST_OK, 0},
        {"0e99999999999999999999", ST_OK, 0},
        {"9007199254740993", ST_OK, 9007199254740993},
        {"9223372036854775807", ST_OK, INT64_MAX},
        {"9223372036854775807.9", ST_OK, INT64_MAX},
        {"-9223372036854775808", ST_OK, INT64_MIN},
        {"9223372036854775808", ST_LIMIT, 0},
        {"-9223372036854775809", ST_LIMIT, 0},
        {"1e19", ST_LIMIT, 0},
        {"1e99999999999999999999", ST_LIMIT, 0},
        {"", ST_INVALID, 0},
        {"-", ST_INVALID, 0},
        {".", ST_INVALID, 0},
        {"1e", ST_INVALID, 0},
        {"1e+", ST_INVALID, 0},
        {" 1", ST_INVALID, 0},
        {"1 ", ST_INVALID, 0},
        {"1d", ST_INVALID, 0},
        {"--1", ST_INVALID, 0},
        {"0x10", ST_INVALID, 0},
        {"1,000", ST_INVALID, 0},
        {"NaN", ST_INVALID, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        int64_t integer = 0;
        cr_expect(eq(int, number_read_integer(bytes_of(CASES[i].text), &integer), CASES[i].status),
                  "%s", CASES[i].text);
        cr_expect(eq(i64, integer, CASES[i].integer), "%s", CASES[i].text);
    }
}

Test(number, doubles_are_read_as_java_reads_them)
{
    static const struct {
        const char *text;
        double real;
    } CASES[] = {
        {"1.5", 1.5},   {" 1.5\n", 1.5},     {"1d", 1},
        {"1.5F", 1.5},  {".5e1", 5},         {"5.", 5},
        {"-0.0", -0.0}, {"1e400", HUGE_VAL}, {"-Infinity", -HUGE_VAL},
        {"0x1p3", 8},   {"0x.8P1", 1},
    };
    static const char *const INVALID[] = {"",   " ",   "abc", "1_000", "0x10", "inf",  "nan",
                                          "1e", "5 6", "12L", "1dd",   "+-3",  "0x.p1"};
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        double real = 1e99;
        cr_expect(eq(int, number_read_double(bytes_of(CASES[i].text), &real), ST_OK), "%s",
                  CASES[i].text);
        cr_expect(real == CASES[i].real && signbit(real) == signbit(CASES[i].real), "%s",
                  CASES[i].text);
    }
    double real = 1e99;
    for (size_t i = 0; i < ARRAY_LEN(INVALID); i++)
        cr_expect(eq(int, number_read_double(bytes_of(INVALID[i]), &real), ST_INVALID), "%s",
                  INVALID[i]);
    cr_expect(real == 1e99, "untouched");
    cr_expect(eq(int, number_read_double(bytes_of("NaN"), &real), ST_OK));
    cr_expect(isnan(real));
}

Test(number, floats_are_rounded_once)
{
    double real = 0;
    cr_assert(eq(int, number_read_float(bytes_of("0.1"), &real), ST_OK));
    cr_expect(real == (double)0.1F);
    cr_assert(eq(int, number_read_float(bytes_of("16777217"), &real), ST_OK));
    cr_expect(real == 16777216);
}

Test(number, halves_are_rounded_to_the_nearest_even)
{
    static const struct {
        double real;
        double half;
    } CASES[] = {
        {0, 0},
        {1, 1},
        {0.1, 0.0999755859375},
        {2049, 2048},
        {2051, 2052},
        {65504, 65504},
        {65519, 65504},
        {65520, HUGE_VAL},
        {-65520, -HUGE_VAL},
        {5.9604644775390625e-8, 5.9604644775390625e-8}, /* 2^-24, the smallest */
        {2.98023223876953125e-8, 0},                    /* 2^-25: a tie, to even */
        {3.0e-8, 5.9604644775390625e-8},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++)
        cr_expect(number_round_half(CASES[i].real) == CASES[i].half, "%g", CASES[i].real);
}
