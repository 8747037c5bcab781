/* Whole texts to gzip (RFC 1952) and back. */
#ifndef DNSIGHT_SHIPPER_DELIVERY_GZIP_H
#define DNSIGHT_SHIPPER_DELIVERY_GZIP_H

#include "core/base/buf.h"
#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"

/* Replaces what `out` holds by the text as one gzip member. Returns ST_OK; ST_LIMIT (4 GiB, or more
 * than the buffer may hold) or ST_NO_MEMORY. */
MUST_CHECK enum status gzip_pack(struct bytes text, struct buf *out);

/* Replaces what `out` holds by the text of exactly one gzip member with nothing behind it. Returns
 * ST_OK; ST_MALFORMED (not gzip, cut, or the checksum is wrong), ST_LIMIT (more than the buffer may
 * hold) or ST_NO_MEMORY. */
MUST_CHECK enum status gzip_unpack(struct bytes gzip, struct buf *out);

#endif
