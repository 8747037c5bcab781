#include "core/capture/window.h"

#include <stdlib.h>
#include <string.h>

/* Octets of the buffer at the start: enough to make system calls cheap, and few enough for the
 * processor to find them in its cache when it comes to them. */
#define BUFFER_SIZE ((size_t)128 * 1024)

enum status window_init(struct window *window, struct input *input, struct error *err)
{
    *window = (struct window){.input = input, .buffer = malloc(BUFFER_SIZE), .cap = BUFFER_SIZE};
    if (window->buffer != NULL)
        return ST_OK;
    return error_set(err, ST_NO_MEMORY, "%s: memory is exhausted", input_name(input));
}

void window_release(struct window *window)
{
    free(window->buffer);
    *window = (struct window){0};
}

/* Makes room for `size` octets from pos on, which moves to the front. */
static enum status make_room(struct window *window, size_t size, struct error *err)
{
    memmove(window->buffer, window->buffer + window->pos, window_left(window));
    window->len -= window->pos;
    window->pos = 0;
    if (size <= window->cap)
        return ST_OK;
    uint8_t *const larger = realloc(window->buffer, size);
    if (larger == NULL)
        return error_set(err, ST_NO_MEMORY, "%s: memory is exhausted", input_name(window->input));
    window->buffer = larger;
    window->cap = size;
    return ST_OK;
}

enum status window_read(struct window *window, size_t size, struct error *err)
{
    enum status status = make_room(window, size, err);
    while (status == ST_OK && window->len < size) {
        size_t got = 0;
        status = input_read(window->input, window->buffer + window->len, window->cap - window->len,
                            &got, err);
        if (status == ST_OK && got == 0)
            return ST_END;
        window->len += got;
    }
    return status;
}

enum status window_pass(struct window *window, uint64_t len, struct error *err)
{
    while (len > 0) {
        const enum status status = window_need(window, 1, err);
        if (status != ST_OK)
            return status;
        const size_t there = window_left(window);
        const size_t part = len < there ? (size_t)len : there;
        window_use(window, part);
        len -= part;
    }
    return ST_OK;
}
