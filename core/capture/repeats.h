/* Packets that several captures have: the same octets at the same time, because a file was named
 * twice or recordings overlap. */
#ifndef DNSIGHT_CAPTURE_REPEATS_H
#define DNSIGHT_CAPTURE_REPEATS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/net/frame.h"

struct repeats;

/* Returns ST_OK, or ST_NO_MEMORY. */
MUST_CHECK enum status repeats_new(struct repeats **repeats);
void repeats_free(struct repeats *repeats);

/* Whether another capture gave this frame not long ago; otherwise it is remembered for `capture`.
 * What one capture has twice is no repeat. */
bool repeats_is_known(struct repeats *repeats, const struct frame *frame, size_t capture);

#endif
