#include "core/base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/put.h"

/* Octets of the first allocation. */
#define BUF_FIRST_CAP 256

void buf_init(struct buf *b, size_t max)
{
    assert(max > 0);
    *b = (struct buf){.max = max};
}

void buf_release(struct buf *b)
{
    free(b->data);
    *b = (struct buf){.max = b->max};
}

bool buf_grow(struct buf *b, size_t n)
{
    if (b->failed || n > b->max - b->len) {
        b->failed = true;
        return false;
    }
    size_t cap = b->cap < BUF_FIRST_CAP ? BUF_FIRST_CAP : b->cap;
    while (cap - b->len < n)
        cap = cap > b->max / 2 ? b->max : cap * 2;
    if (cap > b->max)
        cap = b->max;
    uint8_t *const data = realloc(b->data, cap + BUF_PADDING);
    if (data == NULL) {
        b->failed = true;
        return false;
    }
    b->data = data;
    b->cap = cap;
    return true;
}

void buf_add_u64(struct buf *b, uint64_t value)
{
    uint8_t *const to = buf_space(b, PUT_NUMBER_MAX);
    if (to != NULL)
        buf_wrote(b, (size_t)(put_u64(to, value) - to));
}

void buf_add_i64(struct buf *b, int64_t value)
{
    uint8_t *const to = buf_space(b, PUT_NUMBER_MAX);
    if (to != NULL)
        buf_wrote(b, (size_t)(put_i64(to, value) - to));
}

void buf_add_format(struct buf *b, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    va_list again;
    va_copy(again, values);
    const int need = vsnprintf(NULL, 0, format, values);
    va_end(values);
    if (need < 0)
        b->failed = true;
    uint8_t *const to = need < 0 ? NULL : buf_space(b, (size_t)need + 1);
    if (to != NULL) {
        (void)vsnprintf((char *)to, (size_t)need + 1, format, again);
        b->len += (size_t)need;
    }
    va_end(again);
}

const char *buf_text(struct buf *b)
{
    uint8_t *const end = buf_space(b, 1);
    if (end != NULL) {
        *end = '\0';
        return (const char *)b->data;
    }
    if (b->len == 0 || b->data == NULL)
        return "";
    b->data[b->len - 1] = '\0';
    return (const char *)b->data;
}
