/* Writing text into memory that is known to be large enough: the innermost steps of the document
 * encoder. Each function returns the place behind what it wrote. Everything else uses buf.h. */
#ifndef DNSIGHT_BASE_PUT_H
#define DNSIGHT_BASE_PUT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/base/macros.h"

/* Octets of the longest number. */
#define PUT_NUMBER_MAX 20

/* "00" to "99", one behind the other. */
extern const char PUT_PAIRS[201];

/* The two digits of a number below 100. */
static ALWAYS_INLINE uint8_t *put_pair(uint8_t *to, unsigned number)
{
    memcpy(to, PUT_PAIRS + (size_t)number * 2, 2);
    return to + 2;
}

/* Numbers of one or two digits. */
static ALWAYS_INLINE uint8_t *put_below_100(uint8_t *to, unsigned number)
{
    if (number >= 10)
        return put_pair(to, number);
    *to = (uint8_t)('0' + number);
    return to + 1;
}

/* The rest of put_u64. */
uint8_t *put_large(uint8_t *to, uint64_t number);

/* Decimal digits without leading zeros: up to PUT_NUMBER_MAX octets. Most numbers of a document are
 * small. */
static ALWAYS_INLINE uint8_t *put_u64(uint8_t *to, uint64_t number)
{
    return number < 100 ? put_below_100(to, (unsigned)number) : put_large(to, number);
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
#define PUT_PADDING 63

/* Copies a short text, in steps so long that the processor nearly always guesses how many there
 * are. Up to PUT_PADDING octets behind it are read and written too, for which both sides must have
 * room. */
static ALWAYS_INLINE uint8_t *put_padded(uint8_t *to, const void *text, size_t len)
{
    for (size_t at = 0; at < len; at += PUT_PADDING + 1)
        memcpy(to + at, (const uint8_t *)text + at, PUT_PADDING + 1);
    return to + len;
}

#endif
