/* Several captures as one: their frames in the order of packet time, those of the same time in the
 * order of the captures, as mergecap(1) does it. Within a capture the order stays as it is. A
 * packet that several captures have, the same octets at the same time, comes once.
 *
 * A capture is open from its first frame's turn to its end, so that the many files of a long
 * recording cost no more than one; standard input and pipes are open from the beginning. */
#ifndef DNSIGHT_CAPTURE_MERGED_CAPTURES_H
#define DNSIGHT_CAPTURE_MERGED_CAPTURES_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/capture/input.h"
#include "core/net/frame.h"

struct merged_captures;

/* Returns ST_OK and an empty set, which the caller frees, or ST_NO_MEMORY with *err. */
MUST_CHECK enum status merged_captures_new(struct merged_captures **merged, struct error *err);
void merged_captures_free(struct merged_captures *merged);

/* Adds a capture, before the first call of merged_captures_next; takes the input, of kind
 * INPUT_CAPTURE, whatever is returned. Returns ST_OK, or as capture_file_open or capture_file_next
 * with *err: the capture is left out then. */
MUST_CHECK enum status merged_captures_add(struct merged_captures *merged, struct input *input,
                                           struct error *err);

/* The next frame of all; valid until the next call. Returns ST_OK, or ST_END when there is no frame
 * left. Any other status, with *err, is that of one capture that has ended too early: the next call
 * goes on with the others. */
MUST_CHECK enum status merged_captures_next(struct merged_captures *merged,
                                            const struct frame **frame, struct error *err);

/* Where the last frame came from, for progress; NULL when there was none. Lives until the next
 * call of merged_captures_next. */
const struct input *merged_captures_input(const struct merged_captures *merged);

/* Which capture the last frame came from: how often merged_captures_add was called before it was
 * added. Only after merged_captures_next has returned ST_OK. */
size_t merged_captures_number(const struct merged_captures *merged);

/* Packets that were left out because another capture had them. */
uint64_t merged_captures_repeated(const struct merged_captures *merged);

#endif
