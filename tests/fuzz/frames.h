/* Frames from the input of a harness: an octet that picks the link type; then frames, each with two
 * octets of length, one of flags (bit 0: a second passes before it, bit 1: more octets were on the
 * wire, bit 2: an hour passes, bit 3: it stands two seconds too late) and its octets. */
#ifndef DNSIGHT_FUZZ_FRAMES_H
#define DNSIGHT_FUZZ_FRAMES_H

#include <stdlib.h>
#include <string.h>

#include "core/base/cursor.h"
#include "core/base/macros.h"
#include "core/base/time_text.h"
#include "core/net/frame.h"

typedef void (*frame_taker)(void *context, const struct frame *frame);

static inline int64_t frames_pause_ns(uint8_t flags)
{
    int64_t pause_ns = (flags & 1) != 0 ? NS_PER_S : NS_PER_MS;
    pause_ns += (flags & 4) != 0 ? 3600 * NS_PER_S : 0;
    return (flags & 8) != 0 ? pause_ns - 2 * NS_PER_S : pause_ns;
}

/* Gives each frame to `take`, in a copy of its own, so that the sanitizer sees a read past its end.
 * Returns how many there were. */
static inline uint64_t frames_feed(const uint8_t *data, size_t size, frame_taker take,
                                   void *context)
{
    static const int32_t LINK_TYPES[] = {1, 0,  101, 108, 113, 228, 229, 276,
                                         9, 10, 51,  104, 105, 127, 129, 239};
    struct cursor c = cursor_of((struct bytes){data, size});
    struct frame frame = {.link_type = LINK_TYPES[cursor_u8(&c) % ARRAY_LEN(LINK_TYPES)]};
    while (cursor_left(&c) > 3) {
        const uint16_t len = cursor_u16(&c);
        const uint8_t flags = cursor_u8(&c);
        const size_t left = cursor_left(&c);
        frame.octets = cursor_take(&c, len < left ? len : left);
        frame.wire_len = (uint32_t)frame.octets.len + ((flags & 2) != 0 ? 100 : 0);
        frame.time_ns += frames_pause_ns(flags);
        frame.number++;
        uint8_t *const copy = malloc(frame.octets.len == 0 ? 1 : frame.octets.len);
        if (copy == NULL)
            abort();
        if (frame.octets.len > 0)
            memcpy(copy, frame.octets.data, frame.octets.len);
        frame.octets.data = copy;
        take(context, &frame);
        free(copy);
    }
    return frame.number;
}

#endif
