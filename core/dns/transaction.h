/* One lookup: a query, its retransmissions, and the response or the fact that none came. */
#ifndef DNSIGHT_DNS_TRANSACTION_H
#define DNSIGHT_DNS_TRANSACTION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/ip.h"
#include "core/dns/message.h"

/* How one message travelled, as its sender and receiver stand in the packet. */
struct dns_delivery {
    struct ip_address source;
    struct ip_address destination;
    uint16_t source_port;
    uint16_t destination_port;
    uint16_t vlan_id; /* when has_vlan */
    bool has_vlan;
    bool is_tcp;
    bool is_ipv6;
    int64_t time_ns; /* packet time; for TCP of the segment that completed the message */
};

enum transaction_end {
    TRANSACTION_ANSWERED,
    TRANSACTION_UNANSWERED, /* no response within the timeout, or until the capture ended */
    TRANSACTION_ORPHAN,     /* a response whose query was not seen, or was given up before */
    TRANSACTION_MALFORMED,  /* a message without a readable header or question */
    TRANSACTION_UNPAIRED,   /* one message of a protocol whose messages are not paired */
};

/* What is known about a step of a resolv.conf search list (resolv.conf(5), `search`, `ndots`). */
struct transaction_search {
    bool is_known;       /* this lookup was a step of a list; the rest is set only then */
    bool is_expanded;    /* a suffix was appended to the wanted name */
    uint8_t step;        /* 1 for the first name that was tried */
    uint8_t name_labels; /* labels of the wanted name at the front of the QNAME */
};

/* What the asked server did upstream, while this lookup was open, to find the answer: queries of
 * the same question that the server's address sent. */
struct transaction_upstream {
    uint32_t attempts;    /* queries sent, retransmissions included; 0: nothing was seen */
    struct ip_address ip; /* the server asked last */
    uint64_t bytes_in;    /* octets of all responses; 0 means it stayed silent */
    bool has_response;    /* the next two are set */
    unsigned rcode;       /* of the last response */
    int64_t duration_ns;  /* from its query to the last response */
};

enum transaction_leg {
    LEG_CLIENT_SERVER,
    LEG_SERVER_UPSTREAM, /* the asking address is itself asked by others */
    LEG_HOST,            /* both ends on the loopback network */
    LEG_OTHER,           /* no server is asked */
};

/* What a router or the server's host said when it sent a message of the lookup back (RFC 792, RFC
 * 4443). */
struct transaction_icmp {
    const char *reason; /* static storage; NULL: nothing came back */
    bool is_prohibited; /* a filter says so */
    struct ip_address reporter;
};

enum transaction_fallback {
    FALLBACK_NOT_ASKED, /* no truncated response over UDP */
    FALLBACK_SEEN,      /* the client asked again over TCP */
    FALLBACK_MISSING,   /* it did not, within the window */
};

/* Views that die when the handler returns. */
struct transaction {
    enum transaction_end end;
    const struct dns_message *query;    /* NULL for an orphan */
    const struct dns_message *response; /* NULL when unanswered */
    struct dns_delivery delivery;       /* client is the source; time of the first query, or of the
                                           response of an orphan */
    int64_t end_ns;       /* time of the (first) response, when there is one; never before the
                             first query */
    uint32_t query_count; /* 1 + retransmissions; 0 for an orphan; what an unpaired
                             message sends counts as a query, whichever it is */
    uint64_t query_bytes; /* octets of all queries */
    uint32_t response_count;
    uint64_t response_bytes;
    bool is_conflicting; /* responses that differ in RCODE or answer records */
    bool is_late;        /* an orphan that answers a lookup given up before */
    struct transaction_icmp icmp;
    enum transaction_leg leg;
    enum transaction_fallback fallback;
    struct transaction_search search;
    struct transaction_upstream upstream;
};

/* The message that names the question: the query if there is one. Never NULL. */
static inline const struct dns_message *transaction_asked(const struct transaction *transaction)
{
    return transaction->query != NULL ? transaction->query : transaction->response;
}

#endif
