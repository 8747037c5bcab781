/* A stretch of an input's octets, side by side in memory, that moves on as they are used. Internal
 * to core/capture. */
#ifndef DNSIGHT_CAPTURE_WINDOW_H
#define DNSIGHT_CAPTURE_WINDOW_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/capture/input.h"

struct window {
    struct input *input; /* borrowed */
    uint8_t *buffer;     /* owned; [pos, len) is not used yet */
    size_t pos;
    size_t len;
    size_t cap;
    uint64_t offset; /* of buffer[pos] in the content */
};

/* Returns ST_OK, or ST_NO_MEMORY with *err. */
MUST_CHECK enum status window_init(struct window *window, struct input *input, struct error *err);
void window_release(struct window *window);

/* Slow path of window_need. */
MUST_CHECK enum status window_read(struct window *window, size_t size, struct error *err);

/* Octets that are at hand. */
static inline size_t window_left(const struct window *window)
{
    return window->len - window->pos;
}

/* The next octet. It and those behind it die with the next window_need. */
static inline const uint8_t *window_octets(const struct window *window)
{
    return window->buffer + window->pos;
}

/* Reads until `size` octets are at hand. Returns ST_OK; ST_END if the input ends before;
 * ST_NO_MEMORY, or what input_read says, with *err. */
MUST_CHECK static inline enum status window_need(struct window *window, size_t size,
                                                 struct error *err)
{
    return LIKELY(window_left(window) >= size) ? ST_OK : window_read(window, size, err);
}

/* Passes octets that are at hand. */
static inline void window_use(struct window *window, size_t len)
{
    window->pos += len;
    window->offset += len;
}

/* Passes octets of which there may be more than a window can hold. Returns as window_need. */
MUST_CHECK enum status window_pass(struct window *window, uint64_t len, struct error *err);

#endif
