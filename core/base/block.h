/* Sixteen octets at a time: what the processor does with all of them at once. */
#ifndef DNSIGHT_BASE_BLOCK_H
#define DNSIGHT_BASE_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/base/macros.h"

#define BLOCK_LEN 16

/* Operators work lane by lane; a comparison gives lanes with all bits set or none. */
typedef uint8_t block VECTOR(BLOCK_LEN);

static ALWAYS_INLINE block block_load(const uint8_t *octets)
{
    block b;
    memcpy(&b, octets, sizeof b);
    return b;
}

static ALWAYS_INLINE void block_store(uint8_t *octets, block b)
{
    memcpy(octets, &b, sizeof b);
}

/* The lanes from `low` to `high`. */
static ALWAYS_INLINE block block_between(block b, uint8_t low, uint8_t high)
{
    return (block)(b - low <= (uint8_t)(high - low));
}

/* The first `count` lanes, at most all. */
static ALWAYS_INLINE block block_first(size_t count)
{
    static const uint8_t LANES[2 * BLOCK_LEN] = {
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    };
    return block_load(LANES + BLOCK_LEN - count);
}

static ALWAYS_INLINE bool block_has_any(block lanes)
{
    uint64_t halves[2];
    memcpy(halves, &lanes, sizeof halves);
    return (halves[0] | halves[1]) != 0;
}

/* The sum of all lanes, if it is below 256 and no lane is above 127. */
static ALWAYS_INLINE unsigned block_sum(block lanes)
{
    uint64_t halves[2];
    memcpy(halves, &lanes, sizeof halves);
    return (unsigned)((halves[0] + halves[1]) * UINT64_C(0x0101010101010101) >> 56);
}

/* A to Z in lower case. */
static ALWAYS_INLINE block block_lower(block b)
{
    return b | (block_between(b, 'A', 'Z') & 0x20);
}

/* The lanes that stand for themselves neither in a JSON string nor in a <character-string> of DNS:
 * outside 0x20 to 0x7e, quotes and backslashes. */
static ALWAYS_INLINE block block_special(block b)
{
    return ~block_between(b, 0x20, 0x7e) | (block)(b == '"') | (block)(b == '\\');
}

#endif
