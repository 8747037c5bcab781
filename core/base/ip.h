/* IP addresses, both families in one form. */
#ifndef DNSIGHT_BASE_IP_H
#define DNSIGHT_BASE_IP_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"

/* The 16-octet form: IPv4 is ::ffff:a.b.c.d (RFC 4291, 2.5.5.2), as Elasticsearch indexes it. */
struct ip_address {
    uint8_t octets[16];
};

/* Longest text of an address, without NUL. */
#define IP_TEXT_MAX 45

struct ip_address ip_from_v4(const uint8_t octets[4]);
struct ip_address ip_from_v6(const uint8_t octets[16]);

static inline bool ip_equal(const struct ip_address *a, const struct ip_address *b)
{
    return memcmp(a->octets, b->octets, sizeof a->octets) == 0;
}

/* True for ::ffff:0:0/96. */
bool ip_is_v4(const struct ip_address *ip);

/* Text of an address: dotted quad, or RFC 5952. */
void ip_print(const struct ip_address *ip, struct buf *out);

/* The same into memory that has room for IP_TEXT_MAX octets; returns the place behind it. */
uint8_t *ip_put(uint8_t *to, const struct ip_address *ip);

/* The same of octets on the wire; ::ffff:0:0/96 and ::/96 keep their colons: ::ffff:192.0.2.1. */
void ip_print_v4(const uint8_t octets[4], struct buf *out);
void ip_print_v6(const uint8_t octets[16], struct buf *out);

/* Reads a dotted quad (no leading zeros) or any RFC 4291 spelling; a zone ("%eth0") is dropped. As
 * in Elasticsearch, the last number of a dotted quad may be missing behind its dot and is then 0.
 * Returns ST_OK, or ST_INVALID with *ip untouched. */
MUST_CHECK enum status ip_parse(struct bytes text, struct ip_address *ip);

#endif
