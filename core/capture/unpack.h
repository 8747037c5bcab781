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

/* Packed octets and the place for unpacked ones. */
struct unpack_io {
    uint8_t *in; /* not written to */
    size_t in_len;
    uint8_t *out;
    size_t out_size; /* room */
    size_t out_len;  /* octets written so far */
};

struct unpacker;

/* An unpacker for gzip or zstd. Returns ST_OK and the unpacker, which the caller frees, or
 * ST_NO_MEMORY. */
MUST_CHECK enum status unpacker_new(enum packing packing, struct unpacker **unpacker);
void unpacker_free(struct unpacker *unpacker);

/* Unpacks from io->in, which moves forward, behind io->out_len until one of them is used up.
 * Members (frames) may follow one another; zeros behind the last one are padding. Returns ST_OK, or
 * ST_MALFORMED with the reason in *cause (static storage); what came before has then been written.
 */
MUST_CHECK enum status unpacker_run(struct unpacker *unpacker, struct unpack_io *io,
                                    const char **cause);

/* True while a member has begun and not ended: the input must not end here. */
bool unpacker_is_inside(const struct unpacker *unpacker);

#endif
