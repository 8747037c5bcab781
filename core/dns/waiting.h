/* What an answered lookup still has to wait for, and how long. Inline: the hot path asks for every
 * response. Internal to pairing. */
#ifndef DNSIGHT_DNS_WAITING_H
#define DNSIGHT_DNS_WAITING_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/time_text.h"
#include "core/dns/message.h"
#include "core/dns/pairing_table.h"

/* A stub resolver takes the next step of its search list at once; this leaves room for a slow
 * process. */
#define SEARCH_WINDOW_NS (100 * NS_PER_MS)
/* How long after a truncated response a question over TCP still belongs to it. */
#define FALLBACK_WINDOW_NS (1 * NS_PER_S)
/* How long the second response to a retransmitted query is waited for. */
#define REPEAT_WINDOW_NS (1 * NS_PER_S)

/* True for the types that a stub resolver's search list is used for. */
static inline bool waiting_has_search_type(uint16_t type)
{
    return type == DNS_TYPE_A || type == DNS_TYPE_AAAA;
}

static inline bool is_negative(const struct dns_message *message)
{
    return dns_rcode(message) == DNS_RCODE_NXDOMAIN ||
           (dns_rcode(message) == DNS_RCODE_NOERROR && message->record_count[DNS_ANSWER] == 0);
}

/* What an answered lookup still has to wait for: SLOT_FREE if nothing. */
static inline enum slot_list waiting_for(const struct slot *slot,
                                         const struct dns_message *response)
{
    if ((response->header.flags & DNS_FLAG_TC) != 0 && !slot->delivery.is_tcp)
        return SLOT_HELD_FALLBACK;
    if (slot->query_count > slot->response_count)
        return SLOT_HELD_REPEAT;
    if (is_negative(response) && waiting_has_search_type(slot->type))
        return SLOT_HELD_SEARCH;
    return SLOT_FREE;
}

/* How long a list waits. */
static inline int64_t waiting_window_ns(enum slot_list list)
{
    static const int64_t WINDOWS_NS[SLOT_LIST_COUNT] = {
        [SLOT_HELD_SEARCH] = SEARCH_WINDOW_NS,
        [SLOT_HELD_FALLBACK] = FALLBACK_WINDOW_NS,
        [SLOT_HELD_REPEAT] = REPEAT_WINDOW_NS,
    };
    return WINDOWS_NS[list];
}

#endif
