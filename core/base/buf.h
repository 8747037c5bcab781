/* A growing buffer of octets, born with a maximum.
 *
 * The first append that would pass `max` (or that finds no memory) makes the buffer fail and it
 * stays failed: it keeps what it had and takes nothing more, so that a writer can append in a
 * straight line and test buf_ok() once at the end. Pointers into the buffer die with the next
 * append: keep offsets. */
#ifndef DNSIGHT_BASE_BUF_H
#define DNSIGHT_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/base/bytes.h"
#include "core/base/macros.h"

/* Octets behind those that were asked for which may be read and overwritten too, and mean nothing:
 * room for those who copy by the block. */
#define BUF_PADDING 64

struct buf {
    uint8_t *data; /* owned; NULL until the first append */
    size_t len;    /* octets appended; len <= cap <= max */
    size_t cap;
    size_t max;
    bool failed;
};

/* Makes an empty buffer that will never hold more than `max` octets. Allocates nothing. */
void buf_init(struct buf *b, size_t max);

/* Frees the memory; the buffer is then as after buf_init. */
void buf_release(struct buf *b);

/* Empties the buffer, keeps its memory and clears the failure. */
static inline void buf_reset(struct buf *b)
{
    b->len = 0;
    b->failed = false;
}

static inline bool buf_ok(const struct buf *b)
{
    return !b->failed;
}

/* What has been written, as a view that dies with the next append. */
static inline struct bytes buf_bytes(const struct buf *b)
{
    return (struct bytes){b->data, b->len};
}

/* Slow path of buf_space; makes room for n more octets or fails the buffer. */
bool buf_grow(struct buf *b, size_t n);

/* Room for n octets, and BUF_PADDING, behind what is there, or NULL (the buffer has failed).
 * Nothing counts as written until buf_wrote is told how much of it was used. */
static inline uint8_t *buf_space(struct buf *b, size_t n)
{
    if (UNLIKELY(b->failed || n > b->cap - b->len) && !buf_grow(b, n))
        return NULL;
    return b->data + b->len;
}

static inline void buf_wrote(struct buf *b, size_t n)
{
    b->len += n;
}

static inline void buf_add(struct buf *b, struct bytes octets)
{
    if (octets.len == 0)
        return;
    uint8_t *const to = buf_space(b, octets.len);
    if (to == NULL)
        return;
    memcpy(to, octets.data, octets.len);
    b->len += octets.len;
}

static inline void buf_add_u8(struct buf *b, uint8_t octet)
{
    uint8_t *const to = buf_space(b, 1);
    if (to == NULL)
        return;
    *to = octet;
    b->len++;
}

static inline void buf_add_text(struct buf *b, const char *text)
{
    buf_add(b, bytes_of(text));
}

/* Decimal digits of an integer. */
void buf_add_u64(struct buf *b, uint64_t value);
void buf_add_i64(struct buf *b, int64_t value);

/* As printf; for messages to people, never for JSON. */
void buf_add_format(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);

/* Ends the text with a NUL that does not count in len and returns it as a C string; "" when the
 * buffer has failed before anything was written. The pointer dies with the next append. */
const char *buf_text(struct buf *b);

#endif
