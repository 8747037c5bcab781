/* gzip and zstd streams, unpacked piece by piece. Internal to core/capture. */
#ifndef DNSIGHT_CAPTURE_UNPACK_H
#define DNSIGHT_CAPTURE_UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"

enum packing {
    PACKING_NONE,
    PACKING_GZIP,
    PACKING_ZSTD,
};

/* Octets of the start that unpack_recognise wants. */
#define UNPACK_START_LEN 4

/* How a file with these first octets is packed (RFC 1952, 2.3.1; RFC 8878, 3.1). */
enum packing unpack_recognise(struct bytes start);

/* Where unpacked octets go. */
struct unpack_space {
    uint8_t *data;
    size_t size; /* room */
    size_t len;  /* written */
};

struct unpacker;

/* An unpacker for gzip or zstd. Returns ST_OK and the unpacker, which the caller frees, or
 * ST_NO_MEMORY. */
MUST_CHECK enum status unpacker_new(enum packing packing, struct unpacker **unpacker);
void unpacker_free(struct unpacker *unpacker);

/* Unpacks from the front of *in, which it advances, to the end of *out until one of them is used
 * up. Members (frames) may follow one another; zeros behind the last one are padding. Returns
 * ST_OK, or ST_MALFORMED with the reason in *cause (static storage); *out then has what came
 * before. */
MUST_CHECK enum status unpacker_run(struct unpacker *unpacker, struct bytes *in,
                                    struct unpack_space *out, const char **cause);

/* True while a member has begun and not ended: the input must not end here. */
bool unpacker_is_inside(const struct unpacker *unpacker);

#endif
