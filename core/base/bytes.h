/* A view of octets that somebody else owns. Not a C string: it may hold NUL and has no end mark. */
#ifndef DNSIGHT_BASE_BYTES_H
#define DNSIGHT_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
    const uint8_t *data; /* may be NULL when len is 0 */
    size_t len;
};

/* A view of a string literal, without its NUL. */
#define BYTES_LITERAL(text) ((struct bytes){(const uint8_t *)(text), sizeof(text) - 1})

/* The same as the initializer of a table's row. */
#define BYTES_ROW(text)                           \
    {                                             \
        (const uint8_t *)(text), sizeof(text) - 1 \
    }

/* A view of a C string, without its NUL. */
static inline struct bytes bytes_of(const char *text)
{
    return (struct bytes){(const uint8_t *)text, strlen(text)};
}

static inline bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

/* True if `text` (a C string) is exactly the octets of b. */
static inline bool bytes_is(struct bytes b, const char *text)
{
    return bytes_equal(b, bytes_of(text));
}

/* Order by unsigned octets, a prefix before its extension: negative, zero, positive. */
static inline int bytes_compare(struct bytes a, struct bytes b)
{
    const size_t common = a.len < b.len ? a.len : b.len;
    const int order = common == 0 ? 0 : memcmp(a.data, b.data, common);
    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

static inline bool bytes_starts_with(struct bytes b, struct bytes prefix)
{
    return b.len >= prefix.len && bytes_equal((struct bytes){b.data, prefix.len}, prefix);
}

static inline bool bytes_ends_with(struct bytes b, struct bytes suffix)
{
    if (suffix.len == 0)
        return true;
    return b.len >= suffix.len &&
           bytes_equal((struct bytes){b.data + (b.len - suffix.len), suffix.len}, suffix);
}

/* Offset of the first occurrence of `part` in b, or SIZE_MAX; an empty part is found at 0. */
static inline size_t bytes_find(struct bytes b, struct bytes part)
{
    if (part.len == 0)
        return 0;
    if (b.len < part.len || b.data == NULL)
        return SIZE_MAX;
    const uint8_t *const found = memmem(b.data, b.len, part.data, part.len);
    return found == NULL ? SIZE_MAX : (size_t)(found - b.data);
}

/* The part [from, from + len) of b; cut at b's end, empty when `from` lies beyond it. */
static inline struct bytes bytes_slice(struct bytes b, size_t from, size_t len)
{
    if (from >= b.len)
        return (struct bytes){0};
    const size_t left = b.len - from;
    return (struct bytes){b.data + from, len < left ? len : left};
}

#endif
