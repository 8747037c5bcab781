/* Transactions to documents (schema.md): every field whose source is the wire, what can be derived
 * from it, or configuration.
 *
 * Fields of EDNS: version, DO, UDP size, client subnet and cookie are the query's (what the client
 * asked for), or the response's if the query had no OPT record; NSID, extended errors and the
 * extended RCODE are the response's. Flags are the response's; if none came, dns.header_flags are
 * the query's, and dns.flags has only those with which a query says something (RD, CD). */
#ifndef DNSIGHT_DOCUMENT_BUILD_H
#define DNSIGHT_DOCUMENT_BUILD_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/dns/transaction.h"
#include "core/document/document.h"

/* RRsets of one document, and records shown of one RRset; the rest is counted. */
#define BUILD_RRSETS_MAX 256
#define BUILD_RDATA_MAX  64
/* Records in dns.answers, dns.authorities and dns.additionals each. */
#define BUILD_ANSWERS_MAX 64

/* What the configuration says; all pointers are borrowed until the builder is freed, NULL leaves
 * the field out. */
struct build_options {
    const char *host_name;      /* host.name, observer.hostname, agent.name: the machine that
                                   captured; also part of a document's identity */
    const char *agent_id;       /* agent.id */
    const char *interface_name; /* observer.ingress.interface.name */
    const char *cluster_name;   /* orchestrator.cluster.name */
    const char *namespace;      /* data_stream.namespace; NULL is "default" */
    const char *source;         /* lookup.capture.source; NULL is "libpcap" */
    const struct bytes *internal_domains; /* names below these are lookup.scope: internal, besides
                                             those that no public suffix list knows */
    size_t internal_domain_count;
    bool all_sections; /* dns.authorities and dns.additionals as well */
};

struct document_builder;

/* Returns ST_OK and the builder, or ST_NO_MEMORY. */
MUST_CHECK enum status document_builder_new(const struct build_options *options,
                                            struct document_builder **builder);
void document_builder_free(struct document_builder *builder);

/* Fills *document, which is over the built-in data view and is reset first. Its texts live until
 * the builder's next document. */
void document_build(struct document_builder *builder, const struct transaction *transaction,
                    struct document *document);

#endif
