/* How a lookup ended, in one word (`lookup.result` of schema.md). */
#ifndef DNSIGHT_DOCUMENT_RESULT_H
#define DNSIGHT_DOCUMENT_RESULT_H

#include "core/base/bytes.h"
#include "core/dns/transaction.h"
#include "core/document/section.h"

/* LOOKUP_RESULT(NAME, "text") */
#define LOOKUP_RESULT_LIST(LOOKUP_RESULT)                                                          \
    LOOKUP_RESULT(ANSWER, "answer")                                                                \
    LOOKUP_RESULT(NODATA, "nodata")         /* NOERROR without a fitting record (RFC 2308, 2.2) */ \
    LOOKUP_RESULT(CNAME_ONLY, "cname_only") /* the chain ends without the asked type */            \
    LOOKUP_RESULT(REFERRAL, "referral")     /* NS in Authority, no SOA, not AA */                  \
    LOOKUP_RESULT(NXDOMAIN, "nxdomain")                                                            \
    LOOKUP_RESULT(SERVFAIL, "servfail")                                                            \
    LOOKUP_RESULT(REFUSED, "refused")                                                              \
    LOOKUP_RESULT(ERROR, "error")         /* any other RCODE */                                    \
    LOOKUP_RESULT(TRUNCATED, "truncated") /* TC */                                                 \
    LOOKUP_RESULT(NO_RESPONSE, "no_response")                                                      \
    LOOKUP_RESULT(DENIED, "denied")                                                                \
    LOOKUP_RESULT(MALFORMED, "malformed") /* the part that matters cannot be read */

#define LOOKUP_RESULT_ENUM(name, text) RESULT_##name,
enum lookup_result { LOOKUP_RESULT_LIST(LOOKUP_RESULT_ENUM) RESULT_COUNT };
#undef LOOKUP_RESULT_ENUM

/* The value of `lookup.result`; static storage. */
const char *lookup_result_name(enum lookup_result result);
struct bytes lookup_result_text(enum lookup_result result);

/* The result of a transaction, given its answer section and the text of its QNAME. */
enum lookup_result lookup_result_of(const struct transaction *transaction,
                                    const struct section *answer, struct bytes qname);

/* ECS event.action and event.outcome of a transaction with that result; static storage. */
struct bytes lookup_action(const struct transaction *transaction, enum lookup_result result);
struct bytes lookup_outcome(const struct transaction *transaction, enum lookup_result result);

#endif
