/* Writing text into memory that is known to be large enough: the innermost steps of the document
 * encoder. Each function returns the place behind what it wrote. Everything else uses buf.h. */
#ifndef DNSIGHT_BASE_PUT_H
#define DNSIGHT_BASE_PUT_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/base/macros.h"

/* Room for any number, and for what is written beyond a short one. */
#define PUT_NUMBER_MAX 24

/* The first number of nine digits. */
#define PUT_SHORT_END UINT64_C(100000000)

/* "00" to "99", one behind the other. */
extern const char PUT_PAIRS[201];

/* The two digits of a number below 100. */
static ALWAYS_INLINE uint8_t *put_pair(uint8_t *to, unsigned number)
{
    memcpy(to, PUT_PAIRS + (size_t)number * 2, 2);
    return to + 2;
}

/* The eight decimal digits of a number below 10^8, as numbers, the first in the lowest octet.
 * Halves, quarters and digits are divided side by side; each product with a reciprocal is exact in
 * its range. */
static ALWAYS_INLINE uint64_t put_eight_digits(uint64_t number)
{
    const uint64_t fours = number / 10000 | number % 10000 << 32;
    const uint64_t hundreds = (fours * 10486 >> 20) & UINT64_C(0x0000007f0000007f);
    const uint64_t pairs = hundreds | (fours - 100 * hundreds) << 16;
    const uint64_t tens = (pairs * 103 >> 10) & UINT64_C(0x000f000f000f000f);
    return tens | (pairs - 10 * tens) << 8;
}

#define PUT_ZEROS UINT64_C(0x3030303030303030) /* eight times '0' */

/* Decimal digits of a number below 10^8 without leading zeros, without a branch on how many they
 * are, which no processor can guess. Writes eight octets. */
static ALWAYS_INLINE uint8_t *put_short(uint8_t *to, uint64_t number)
{
    const uint64_t digits = put_eight_digits(number);
    const unsigned zeros = LOWEST_BIT(digits | UINT64_C(1) << 56) / 8; /* the last digit stays */
    const uint64_t text = htole64((digits | PUT_ZEROS) >> (8 * zeros));
    memcpy(to, &text, sizeof text);
    return to + sizeof text - zeros;
}

/* The rest of put_u64. */
uint8_t *put_long(uint8_t *to, uint64_t number);

/* Decimal digits without leading zeros. There must be room for PUT_NUMBER_MAX octets, whatever the
 * number. */
static ALWAYS_INLINE uint8_t *put_u64(uint8_t *to, uint64_t number)
{
    return LIKELY(number < PUT_SHORT_END) ? put_short(to, number) : put_long(to, number);
}

static ALWAYS_INLINE uint8_t *put_i64(uint8_t *to, int64_t number)
{
    if (number >= 0)
        return put_u64(to, (uint64_t)number);
    *to = '-';
    return put_u64(to + 1, ~(uint64_t)number + 1);
}

/* Exactly `digits` (1 to 9) decimal digits of a number that has no more. */
static ALWAYS_INLINE uint8_t *put_digits(uint8_t *to, uint32_t number, unsigned digits)
{
    unsigned at = digits;
    for (; at >= 2; at -= 2) {
        (void)put_pair(to + at - 2, number % 100);
        number /= 100;
    }
    if (at == 1)
        to[0] = (uint8_t)('0' + number % 10);
    return to + digits;
}

/* What put_padded reads and writes behind a text. */
#define PUT_PADDING 64

/* Copies a short text, in steps so long that the processor nearly always guesses how many there
 * are. Up to PUT_PADDING octets behind it are read and written too, for which both sides must have
 * room. */
static ALWAYS_INLINE uint8_t *put_padded(uint8_t *to, const void *text, size_t len)
{
    memcpy(to, text, PUT_PADDING);
    for (size_t at = PUT_PADDING; UNLIKELY(at < len); at += PUT_PADDING)
        memcpy(to + at, (const uint8_t *)text + at, PUT_PADDING);
    return to + len;
}

#endif
