/* Bounds-checked reader of big-endian wire data (RFC 1035, 2.3.2).
 *
 * The first read past the end makes the cursor fail and it stays failed: that read and every later
 * one return zero and move nothing. Read a whole fixed layout in a straight line, then test
 * cursor_ok() once. Test it before a value read here becomes an offset, a loop bound or a size.
 *
 * Borrows `in`; owns nothing; needs no release. */
#ifndef DNSIGHT_BASE_CURSOR_H
#define DNSIGHT_BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"

struct cursor {
    struct bytes in;
    size_t pos; /* octets consumed; pos <= in.len always holds */
    bool failed;
};

static inline struct cursor cursor_of(struct bytes in)
{
    /* Adding even 0 to a null pointer is undefined. */
    if (in.data == NULL)
        in.data = (const uint8_t *)"";
    return (struct cursor){.in = in};
}

static inline bool cursor_ok(const struct cursor *c)
{
    return !c->failed;
}

/* Octets not yet read; 0 once the cursor has failed. */
static inline size_t cursor_left(const struct cursor *c)
{
    return c->failed ? 0 : c->in.len - c->pos;
}

/* The next n octets, as a view; empty and failed if there are fewer. */
static inline struct bytes cursor_take(struct cursor *c, size_t n)
{
    if (n > cursor_left(c)) {
        c->failed = true;
        return (struct bytes){0};
    }
    const struct bytes taken = {c->in.data + c->pos, n};
    c->pos += n;
    return taken;
}

/* Everything that is left, as a view. */
static inline struct bytes cursor_rest(struct cursor *c)
{
    return cursor_take(c, cursor_left(c));
}

static inline void cursor_skip(struct cursor *c, size_t n)
{
    (void)cursor_take(c, n);
}

/* Big-endian numbers at octets that cursor_take has given. */
static inline uint16_t octets_u16(const uint8_t *octets)
{
    return (uint16_t)((unsigned)octets[0] << 8 | octets[1]);
}

static inline uint32_t octets_u32(const uint8_t *octets)
{
    return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 |
           (uint32_t)octets[3];
}

static inline uint8_t cursor_u8(struct cursor *c)
{
    const struct bytes b = cursor_take(c, 1);
    return b.len == 0 ? 0 : b.data[0];
}

static inline uint16_t cursor_u16(struct cursor *c)
{
    const struct bytes b = cursor_take(c, 2);
    return b.len == 0 ? 0 : octets_u16(b.data);
}

static inline uint32_t cursor_u32(struct cursor *c)
{
    const struct bytes b = cursor_take(c, 4);
    return b.len == 0 ? 0 : octets_u32(b.data);
}

static inline uint64_t cursor_u48(struct cursor *c)
{
    const uint64_t high = cursor_u16(c);
    const uint64_t low = cursor_u32(c);
    return high << 32 | low;
}

#endif
