/* One DNS message as a JSON object, for people who look closely and for comparing decoders. */
#ifndef DNSIGHT_CAPTURE_MESSAGE_JSON_H
#define DNSIGHT_CAPTURE_MESSAGE_JSON_H

#include "core/base/buf.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/dns/message.h"
#include "core/net/packet.h"

/* Octets of the longest JSON text of a message: names and type bit maps grow when they are written
 * out, but no message of 65,535 octets comes near this. */
#define MESSAGE_JSON_MAX ((size_t)64 * 1024 * 1024)

/* Appends the message and how it came. The keys are described in dnsightd(8). A message that is
 * too short for a header has what there is of it, and no sections. `scratch` is emptied and
 * written to. Returns ST_OK, or ST_LIMIT when a buffer is full; *out is of no use then. */
MUST_CHECK enum status message_json_print(const struct packet *packet,
                                          const struct dns_message *message, struct buf *scratch,
                                          struct buf *out);

#endif
