/* The part of a document that comes from records: answers, RRsets and their flat twins. */
#ifndef DNSIGHT_DOCUMENT_BUILD_RECORDS_H
#define DNSIGHT_DOCUMENT_BUILD_RECORDS_H

#include "core/base/buf.h"
#include "core/document/document.h"
#include "core/document/field_list.h"
#include "core/document/section.h"

/* Everything that the answer section gives: dns.answers, rrsets, dns.resolved_ip,
 * lookup.rr_types, lookup.ttl_min and ttl_max, related.ip and related.hosts. */
void build_records_answer(const struct section *answer, struct document *document);

/* The records of a section as objects {name, type, class, ttl, data} of `field`, which is
 * DOC_DNS_ANSWERS, DOC_DNS_AUTHORITIES or DOC_DNS_ADDITIONALS. */
void build_records_objects(const struct section *section, enum document_field field,
                           struct document *document);

/* dns.soa.* from the first SOA record of the Authority section (RFC 2308, 3), if there is one. */
void build_records_soa(const struct dns_message *response, struct buf *texts,
                       struct document *document);

#endif
