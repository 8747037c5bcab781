/* RDATA to presentation format, by the table of RR types. */
#ifndef DNSIGHT_DNS_RDATA_H
#define DNSIGHT_DNS_RDATA_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/dns/message.h"

/* No RDATA becomes a text of more octets than this. (The longest is a type bit map with every type
 * in it, some 650,000.) */
#define DNS_RDATA_TEXT_MAX ((size_t)1024 * 1024)

/* Appends the RDATA of a record as BIND prints it, except that names have no final dot (the root
 * is "."). A type without a row, and RDATA that does not fit its type, is printed as RFC 3597
 * text (\# LEN HEX) and the reason added to *defects. Names inside may be compressed. Reads
 * nothing outside the message. */
void dns_rdata_print(const struct dns_message *message, const struct dns_record *record,
                     struct buf *out, uint32_t *defects);

/* Reads the domain name that a record of this type points to: the target of CNAME, DNAME, NS,
 * PTR, MX, SRV, SVCB, HTTPS. Returns ST_OK; ST_NOT_FOUND if the type has none; else as
 * dns_name_read. */
MUST_CHECK enum status dns_rdata_target(const struct dns_message *message,
                                        const struct dns_record *record, struct dns_name *target);

/* The fields of an SOA record (RFC 1035, 3.3.13). */
struct dns_soa {
    struct dns_name mname;
    struct dns_name rname;
    uint32_t serial;
    uint32_t refresh; /* seconds, as the next three */
    uint32_t retry;
    uint32_t expire;
    uint32_t minimum;
};

MUST_CHECK enum status dns_soa_read(const struct dns_message *message,
                                    const struct dns_record *record, struct dns_soa *soa);

#endif
