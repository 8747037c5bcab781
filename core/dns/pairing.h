/* Queries and responses to transactions (RFC 1035, 7.3; RFC 5452, 9.1).
 *
 * A response belongs to a query when both endpoints, the transport, the ID and the question are the
 * same. Time is packet time only, so that reading a capture twice gives the same transactions. All
 * memory is taken at pairing_new.
 *
 * A response may stand in a capture, and be by packet time, up to 50 ms before its query: responses
 * without a query wait so long for one, a bounded number of them. A lookup never ends before it
 * starts.
 *
 * A datagram that comes twice within 10 ms was captured at two points (interfaces, namespaces, the
 * "any" device) and counts once. Of a zone transfer the first response makes the transaction.
 *
 * Most transactions are handed over with the packet that completes them. Three kinds wait a little
 * longer for a fact that only a later packet brings: a negative answer for the next step of a
 * search list, a truncated answer for the question over TCP, and the answer to a retransmitted
 * query for its second answer. */
#ifndef DNSIGHT_DNS_PAIRING_H
#define DNSIGHT_DNS_PAIRING_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/dns/message.h"
#include "core/dns/transaction.h"

/* Zero members mean the default in brackets. */
struct pairing_options {
    size_t pending_max; /* lookups that are open at once [16384] */
    size_t held_max;    /* answered lookups that wait for a later fact [2048] */
    int64_t timeout_ns; /* after the last transmission a lookup is unanswered [10 s] */
    const struct bytes *search_domains; /* known search suffixes, presentation format; borrowed
                                           until pairing_new returns */
    size_t search_domain_count;
};

#define PAIRING_COUNTER_LIST(PAIRING_COUNTER)                                    \
    PAIRING_COUNTER(answered, "lookups with a response")                         \
    PAIRING_COUNTER(unanswered, "lookups without a response")                    \
    PAIRING_COUNTER(orphans, "responses without a query")                        \
    PAIRING_COUNTER(early, "responses that came before their query")             \
    PAIRING_COUNTER(late, "orphans that came after the timeout")                 \
    PAIRING_COUNTER(malformed, "messages without a readable question")           \
    PAIRING_COUNTER(retransmits, "queries sent again")                           \
    PAIRING_COUNTER(duplicates, "responses that repeat an earlier one")          \
    PAIRING_COUNTER(copies, "messages captured again at another point")          \
    PAIRING_COUNTER(sent_back, "lookups of which ICMP sent a message back")      \
    PAIRING_COUNTER(continued, "further responses of zone transfers")            \
    PAIRING_COUNTER(evicted, "open lookups given up because the table was full") \
    PAIRING_COUNTER(hurried, "lookups and responses that could not wait for a later fact")

#define PAIRING_COUNTER_FIELD(name, text) uint64_t name;
struct pairing_counters {
    PAIRING_COUNTER_LIST(PAIRING_COUNTER_FIELD)
};
#undef PAIRING_COUNTER_FIELD

/* Called for each transaction when it is complete; it dies when the call returns. */
typedef void (*transaction_handler)(void *context, const struct transaction *transaction);

struct pairing;

/* Returns ST_OK and the pairing, which the caller frees; ST_INVALID (a search domain is no name) or
 * ST_NO_MEMORY. */
MUST_CHECK enum status pairing_new(const struct pairing_options *options,
                                   transaction_handler handler, void *context,
                                   struct pairing **pairing);
void pairing_free(struct pairing *pairing);

/* Takes one message; may hand over several transactions before it returns. */
void pairing_message(struct pairing *pairing, const struct dns_delivery *delivery,
                     const struct dns_message *message);

/* Takes the start of a message too short for a header. */
void pairing_malformed(struct pairing *pairing, const struct dns_delivery *delivery,
                       const struct dns_message *message);

/* An ICMP error came back for `message`, of which it may have quoted the start only. Remembered for
 * the open lookup that the message belongs to, if there is one; the first error counts. */
void pairing_icmp(struct pairing *pairing, const struct dns_delivery *delivery,
                  const struct dns_message *message, const struct transaction_icmp *icmp);

/* Packet time has reached `time_ns`: hands over what has timed out. Called by pairing_message. */
void pairing_time(struct pairing *pairing, int64_t time_ns);

/* Hands over everything that is still open, responses without a query first, then lookups, each
 * oldest first, and forgets what was learned: what comes after it is another recording. */
void pairing_finish(struct pairing *pairing);

const struct pairing_counters *pairing_counters(const struct pairing *pairing);

#endif
