/* Octets as text: hexadecimal, base64 and base32 with the extended hex alphabet (RFC 4648). */
#ifndef DNSIGHT_BASE_ENCODING_H
#define DNSIGHT_BASE_ENCODING_H

#include "core/base/buf.h"
#include "core/base/bytes.h"

/* Two digits an octet, without separators. */
void encoding_hex_upper(struct bytes octets, struct buf *out);
void encoding_hex_lower(struct bytes octets, struct buf *out);

/* RFC 4648, 4: with padding, in one piece. */
void encoding_base64(struct bytes octets, struct buf *out);

/* RFC 4648, 5: the alphabet for names of files and addresses, with padding. */
void encoding_base64url(struct bytes octets, struct buf *out);

/* RFC 4648, 7, upper case and without padding, as NSEC3 writes hashes (RFC 5155, 1.3). */
void encoding_base32hex(struct bytes octets, struct buf *out);

#endif
