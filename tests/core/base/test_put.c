#include "core/base/put.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <inttypes.h>
#include <stdio.h>

static void expect_u64(uint64_t number)
{
    char expected[32];
    uint8_t text[PUT_NUMBER_MAX];
    const size_t len = (size_t)snprintf(expected, sizeof expected, "%" PRIu64, number);
    const uint8_t *const end = put_u64(text, number);
    cr_expect(eq(sz, (size_t)(end - text), len), "%s", expected);
    cr_expect(zero(int, memcmp(text, expected, len)), "%s", expected);
}

static void expect_i64(int64_t number)
{
    char expected[32];
    uint8_t text[PUT_NUMBER_MAX];
    const size_t len = (size_t)snprintf(expected, sizeof expected, "%" PRId64, number);
    const uint8_t *const end = put_i64(text, number);
    cr_expect(eq(sz, (size_t)(end - text), len), "%s", expected);
    cr_expect(zero(int, memcmp(text, expected, len)), "%s", expected);
}

Test(put, small_numbers)
{
    for (uint64_t number = 0; number < 20000; number++) {
        expect_u64(number);
        expect_i64(-(int64_t)number);
    }
}

/* Around every power of ten, and the largest ones. */
Test(put, numbers_of_every_length)
{
    for (uint64_t power = 1; power <= UINT64_MAX / 10; power *= 10) {
        for (uint64_t off = 0; off < 12; off++) {
            expect_u64(power * 10 - off);
            expect_u64(power * 10 + off);
            expect_i64((int64_t)(power - off));
            expect_i64(-(int64_t)(power + off));
        }
    }
    expect_u64(UINT64_MAX);
    expect_i64(INT64_MAX);
    expect_i64(INT64_MIN);
}

Test(put, digits_have_leading_zeros)
{
    static const uint32_t NUMBERS[] = {0, 1, 7, 10, 99, 101, 4711, 80053, 123456789, 999999999};
    for (size_t i = 0; i < ARRAY_LEN(NUMBERS); i++) {
        for (unsigned digits = 1; digits <= 9; digits++) {
            char expected[16];
            uint8_t text[9];
            const int len =
                snprintf(expected, sizeof expected, "%0*" PRIu32, (int)digits, NUMBERS[i]);
            if (len != (int)digits)
                continue; /* it has more */
            cr_expect(eq(ptr, put_digits(text, NUMBERS[i], digits), text + digits));
            cr_expect(zero(int, memcmp(text, expected, digits)), "%s", expected);
        }
    }
}

Test(put, padded_text_ends_where_it_says)
{
    static const char TEXT[48 + PUT_PADDING] = "0123456789abcdefghijklmnopqrstuvwxyz";
    for (size_t len = 0; len < 48; len++) {
        uint8_t to[48 + PUT_PADDING];
        cr_expect(eq(ptr, put_padded(to, TEXT, len), to + len));
        cr_expect(zero(int, memcmp(to, TEXT, len)));
    }
}
