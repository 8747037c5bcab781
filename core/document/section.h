/* The records of one section as texts, grouped into RRsets. */
#ifndef DNSIGHT_DOCUMENT_SECTION_H
#define DNSIGHT_DOCUMENT_SECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/bytes.h"
#include "core/base/ip.h"
#include "core/dns/message.h"

/* Records of a section that are looked at; further ones are counted only. */
#define SECTION_RECORDS_MAX 1024

/* A text that may be known to be plain, see struct value. */
struct section_text {
    struct bytes octets;
    bool is_plain;
};

struct section_record {
    struct section_text owner; /* lower case, presentation format */
    struct bytes type;         /* mnemonics, or TYPE and CLASS with a number */
    struct bytes class;
    struct section_text rdata;  /* presentation format, cut at 8191 octets; empty if it is none */
    struct section_text target; /* lower case; empty if the type points to no name */
    uint16_t type_code;
    uint16_t class_code;
    uint32_t ttl;
    bool has_mnemonics; /* type and class are static texts */
    bool has_ip;
    struct ip_address ip; /* A and AAAA */
    uint16_t rrset;       /* index of its RRset */
};

struct section_rrset {
    uint16_t first; /* index of its first record */
    uint32_t ttl;   /* smallest, seconds */
    uint32_t count; /* records, also those that are not looked at */
};

/* About 150 kB: a member of the builder, not a local variable. */
struct section {
    struct section_record records[SECTION_RECORDS_MAX];
    struct section_rrset rrsets[SECTION_RECORDS_MAX];
    size_t record_count;
    size_t rrset_count;
};

/* What a section is read from and to. */
struct section_input {
    const struct dns_message *message;
    enum dns_section which;
    struct section_text qname; /* text of the first question's name, which most owners share */
    struct buf *texts; /* texts are appended; it must not move while the section is used, so it
                          has all its memory already */
    uint32_t *defects; /* those of RDATA are added */
};

/* Reads a section of a message. OPT records are left out. */
void section_read(struct section *section, const struct section_input *input);

#endif
