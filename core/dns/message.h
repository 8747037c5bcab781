/* A DNS message (RFC 1035, 4) as a view of its octets: header, questions, records, EDNS. */
#ifndef DNSIGHT_DNS_MESSAGE_H
#define DNSIGHT_DNS_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/bytes.h"
#include "core/base/cursor.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/dns/name.h"

/* Octets of the header. */
#define DNS_HEADER_LEN 12

/* Bits of dns_header.flags. */
#define DNS_FLAG_QR 0x8000U
#define DNS_FLAG_AA 0x0400U
#define DNS_FLAG_TC 0x0200U
#define DNS_FLAG_RD 0x0100U
#define DNS_FLAG_RA 0x0080U
#define DNS_FLAG_Z  0x0040U
#define DNS_FLAG_AD 0x0020U
#define DNS_FLAG_CD 0x0010U

/* RR types that the code itself must know. */
#define DNS_TYPE_A     1U
#define DNS_TYPE_NS    2U
#define DNS_TYPE_CNAME 5U
#define DNS_TYPE_SOA   6U
#define DNS_TYPE_PTR   12U
#define DNS_TYPE_MX    15U
#define DNS_TYPE_AAAA  28U
#define DNS_TYPE_SRV   33U
#define DNS_TYPE_DNAME 39U
#define DNS_TYPE_OPT   41U
#define DNS_TYPE_SVCB  64U
#define DNS_TYPE_HTTPS 65U
#define DNS_TYPE_IXFR  251U
#define DNS_TYPE_AXFR  252U
#define DNS_TYPE_ANY   255U

/* Classes that the code itself must know. */
#define DNS_CLASS_IN   1U
#define DNS_CLASS_CH   3U
#define DNS_CLASS_HS   4U
#define DNS_CLASS_NONE 254U
#define DNS_CLASS_ANY  255U

/* RCODEs that the code itself must know (RFC 6895, 2.3). */
#define DNS_RCODE_NOERROR  0U
#define DNS_RCODE_FORMERR  1U
#define DNS_RCODE_SERVFAIL 2U
#define DNS_RCODE_NXDOMAIN 3U
#define DNS_RCODE_REFUSED  5U

/* Opcodes whose messages have a shape of their own: RFC 2136, 2; RFC 8490, 5.4. */
#define DNS_OPCODE_UPDATE 5U
#define DNS_OPCODE_DSO    6U

/* The three sections of records, in wire order. */
enum dns_section {
    DNS_ANSWER,
    DNS_AUTHORITY,
    DNS_ADDITIONAL,
    DNS_SECTION_COUNT,
};

struct dns_header {
    uint16_t id;
    uint16_t flags; /* QR, OPCODE, AA, TC, RD, RA, Z, AD, CD, RCODE as on the wire */
    uint16_t qdcount;
    uint16_t ancount;
    uint16_t nscount;
    uint16_t arcount;
};

struct dns_question {
    struct dns_name name; /* case as on the wire */
    uint16_t type;
    uint16_t class;
};

/* One record, still on the wire. */
struct dns_record {
    size_t owner_at; /* offset of the owner name in the message */
    uint16_t type;
    uint16_t class;
    uint32_t ttl;       /* seconds; for OPT the extended RCODE, version and flags */
    size_t rdata_at;    /* offset of the RDATA */
    uint16_t rdata_len; /* octets; rdata_at + rdata_len <= message length */
};

/* EDNS of a message (RFC 6891): its OPT record; options are read with edns_option_next. */
struct dns_edns {
    bool present;
    uint8_t version;
    uint8_t extended_rcode; /* upper 8 bits of the 12-bit RCODE */
    bool dnssec_ok;         /* DO */
    uint16_t udp_size;
    uint16_t flags;       /* the whole 16 bits, DO included */
    struct bytes options; /* view of the message */
};

/* A message. Borrows the octets; owns nothing. */
struct dns_message {
    struct bytes octets;
    struct dns_header header;
    /* The first question as far as it could be read; name ".", type and class 0 where it could
     * not. It counts in question_count only if all of it could. */
    struct dns_question question;
    size_t question_count;                    /* questions that could be read */
    size_t section_at[DNS_SECTION_COUNT];     /* offset of the first record */
    uint16_t record_count[DNS_SECTION_COUNT]; /* records that could be read, OPT included */
    uint16_t opt_count[DNS_SECTION_COUNT];    /* OPT records among them */
    struct dns_edns edns;
    uint32_t defects; /* set of enum defect */
    /* The bits of a class that tell the class. dns_message_read sets them all; in mDNS the top one
     * is a flag: the caller clears it (RFC 6762, 5.4 and 10.2). */
    uint16_t class_mask;
};

/* Reads the header at the cursor and advances past it (RFC 1035, 4.1.1).
 * Returns ST_OK, or ST_TRUNCATED with *header untouched. */
MUST_CHECK enum status dns_header_read(struct cursor *c, struct dns_header *header);

/* Reads a whole message: every question and record is walked once, names included, RDATA is not
 * looked into. Defects are recorded in message->defects and what precedes them is kept: the first
 * entry that cannot be read ends the walk. It is not known here that mDNS may have many questions
 * or none (RFC 6762, 5.3 and 6): the caller clears DEFECT_QUESTION_MANY and DEFECT_QUESTION_NONE.
 * Returns ST_OK, or ST_TRUNCATED if there is no whole header (it is zero then, and the rest as for
 * a message without content). */
MUST_CHECK enum status dns_message_read(struct bytes octets, struct dns_message *message);

/* Makes *copy the same message over `octets`, a copy of its octets, as if it had been read there.
 */
void dns_message_copy(const struct dns_message *message, struct bytes octets,
                      struct dns_message *copy);

static inline bool dns_is_response(const struct dns_message *message)
{
    return (message->header.flags & DNS_FLAG_QR) != 0;
}

static inline unsigned dns_opcode(const struct dns_message *message)
{
    return message->header.flags >> 11 & 15U;
}

/* The RCODE with the upper bits that EDNS adds (RFC 6891, 6.1.3). */
static inline unsigned dns_rcode(const struct dns_message *message)
{
    return (message->header.flags & 15U) | (unsigned)message->edns.extended_rcode << 4;
}

/* Walks the records of one section in wire order. */
struct dns_record_iterator {
    const struct dns_message *message;
    size_t at;
    uint16_t left;
};

struct dns_record_iterator dns_records(const struct dns_message *message, enum dns_section section);

/* The next record; false behind the last one. Only records that dns_message_read could read. */
bool dns_record_next(struct dns_record_iterator *records, struct dns_record *record);

/* Reads question number `index` (0-based). Returns ST_OK, or ST_NOT_FOUND. */
MUST_CHECK enum status dns_question_read(const struct dns_message *message, size_t index,
                                         struct dns_question *question);

/* One EDNS option. */
struct edns_option {
    uint16_t code;
    struct bytes data; /* view of the message */
};

/* Reads the option at the cursor over edns.options. Returns ST_OK, ST_END, or ST_TRUNCATED. */
MUST_CHECK enum status edns_option_next(struct cursor *options, struct edns_option *option);

#endif
