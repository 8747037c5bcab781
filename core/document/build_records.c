#include "core/document/build_records.h"

#include <assert.h>

#include "core/dns/rdata.h"
#include "core/document/build.h"

/* The fields of one array of record objects. */
struct record_fields {
    uint16_t name;
    uint16_t type;
    uint16_t class;
    uint16_t ttl;
    uint16_t data;
};

#define RECORD_FIELDS(parent)                                                                    \
    {                                                                                            \
        .name = DOC_##parent##_NAME, .type = DOC_##parent##_TYPE, .class = DOC_##parent##_CLASS, \
        .ttl = DOC_##parent##_TTL, .data = DOC_##parent##_DATA                                   \
    }

static const struct record_fields *fields_of(enum document_field field)
{
    static const struct record_fields ANSWERS = RECORD_FIELDS(DNS_ANSWERS);
    static const struct record_fields AUTHORITIES = RECORD_FIELDS(DNS_AUTHORITIES);
    static const struct record_fields ADDITIONALS = RECORD_FIELDS(DNS_ADDITIONALS);
    if (field == DOC_DNS_ANSWERS)
        return &ANSWERS;
    assert(field == DOC_DNS_AUTHORITIES || field == DOC_DNS_ADDITIONALS);
    return field == DOC_DNS_AUTHORITIES ? &AUTHORITIES : &ADDITIONALS;
}

static void add_text(struct document *document, uint16_t field, struct section_text text)
{
    if (text.octets.len != 0)
        document_add_name(document, field, text.octets, text.is_plain);
}

static void add_mnemonic(struct document *document, uint16_t field, struct bytes text,
                         const struct section_record *record)
{
    if (record->has_mnemonics)
        document_add_static_bytes(document, field, text);
    else
        document_add_borrowed(document, field, text);
}

void build_records_objects(const struct section *section, enum document_field field,
                           struct document *document)
{
    const struct record_fields *const fields = fields_of(field);
    for (size_t i = 0; i < section->record_count && i < BUILD_ANSWERS_MAX; i++) {
        const struct section_record *const record = &section->records[i];
        const uint32_t outer = document_begin_object(document, (uint16_t)field);
        add_text(document, fields->name, record->owner);
        add_mnemonic(document, fields->type, record->type, record);
        add_mnemonic(document, fields->class, record->class, record);
        document_add_integer(document, fields->ttl, record->ttl);
        add_text(document, fields->data, record->rdata);
        document_end_object(document, outer);
    }
}

/* Adds one value of each record of an RRset, at most BUILD_RDATA_MAX. */
static void add_values(const struct section *section, size_t rrset, uint16_t field,
                       struct document *document)
{
    size_t shown = 0;
    for (size_t i = section->rrsets[rrset].first;
         i < section->record_count && shown < BUILD_RDATA_MAX; i++) {
        const struct section_record *const record = &section->records[i];
        if (record->rrset != rrset)
            continue;
        shown++;
        if (field == DOC_RRSETS_RDATA)
            add_text(document, field, record->rdata);
        else if (field == DOC_RRSETS_TARGET)
            add_text(document, field, record->target);
        else if (record->has_ip)
            document_add_ip(document, field, &record->ip);
    }
}

static void build_rrset(const struct section *section, size_t rrset, struct document *document)
{
    const struct section_record *const first = &section->records[section->rrsets[rrset].first];
    const uint32_t outer = document_begin_object(document, DOC_RRSETS);
    add_text(document, DOC_RRSETS_NAME, first->owner);
    add_mnemonic(document, DOC_RRSETS_TYPE, first->type, first);
    add_mnemonic(document, DOC_RRSETS_CLASS, first->class, first);
    document_add_integer(document, DOC_RRSETS_TTL, section->rrsets[rrset].ttl);
    document_add_count(document, DOC_RRSETS_COUNT, section->rrsets[rrset].count);
    add_values(section, rrset, DOC_RRSETS_RDATA, document);
    if (first->has_ip)
        add_values(section, rrset, DOC_RRSETS_IP, document);
    if (first->target.octets.len != 0)
        add_values(section, rrset, DOC_RRSETS_TARGET, document);
    document_end_object(document, outer);
}

/* lookup.rr_types: each type once, in order of appearance. */
static void build_types(const struct section *section, struct document *document)
{
    for (size_t i = 0; i < section->rrset_count && i < BUILD_RRSETS_MAX; i++) {
        const struct section_record *const record = &section->records[section->rrsets[i].first];
        size_t before = 0;
        while (before < i &&
               section->records[section->rrsets[before].first].type_code != record->type_code)
            before++;
        if (before == i)
            add_mnemonic(document, DOC_LOOKUP_RR_TYPES, record->type, record);
    }
}

static void build_ttls(const struct section *section, struct document *document)
{
    uint32_t least = UINT32_MAX;
    uint32_t most = 0;
    for (size_t i = 0; i < section->record_count; i++) {
        const uint32_t ttl = section->records[i].ttl;
        least = ttl < least ? ttl : least;
        most = ttl > most ? ttl : most;
    }
    document_add_integer(document, DOC_LOOKUP_TTL_MIN, least);
    document_add_integer(document, DOC_LOOKUP_TTL_MAX, most);
}

/* Addresses and names that the answer leads to. */
static void build_related(const struct section *section, struct document *document)
{
    size_t addresses = 0;
    size_t names = 0;
    for (size_t i = 0; i < section->record_count; i++) {
        const struct section_record *const record = &section->records[i];
        if (record->has_ip && addresses++ < BUILD_RDATA_MAX) {
            document_add_ip(document, DOC_DNS_RESOLVED_IP, &record->ip);
            document_add_ip(document, DOC_RELATED_IP, &record->ip);
        }
        /* The root as a target means "the owner itself" or "none" (RFC 9460, 2.5; RFC 7505). */
        if (!bytes_is(record->target.octets, ".") && names < BUILD_RDATA_MAX) {
            names += record->target.octets.len != 0 ? 1 : 0;
            add_text(document, DOC_RELATED_HOSTS, record->target);
        }
    }
}

void build_records_answer(const struct section *answer, struct document *document)
{
    if (answer->record_count == 0)
        return;
    build_records_objects(answer, DOC_DNS_ANSWERS, document);
    for (size_t i = 0; i < answer->rrset_count && i < BUILD_RRSETS_MAX; i++)
        build_rrset(answer, i, document);
    build_types(answer, document);
    build_ttls(answer, document);
    build_related(answer, document);
}

static void add_name(const struct dns_name *name, uint16_t field, struct buf *texts,
                     struct document *document)
{
    const size_t from = texts->len;
    const bool is_plain = dns_name_print_lower(name, texts);
    const struct bytes text = bytes_slice(buf_bytes(texts), from, texts->len - from);
    add_text(document, field, (struct section_text){text, is_plain});
}

void build_records_soa(const struct dns_message *response, struct buf *texts,
                       struct document *document)
{
    struct dns_record_iterator records = dns_records(response, DNS_AUTHORITY);
    struct dns_record record;
    struct dns_soa soa;
    struct dns_name owner;
    size_t after = 0;
    uint32_t defects = 0;
    while (dns_record_next(&records, &record)) {
        if (record.type != DNS_TYPE_SOA || dns_soa_read(response, &record, &soa) != ST_OK ||
            dns_name_read(response->octets, record.owner_at, &owner, &after, &defects) != ST_OK)
            continue;
        add_name(&owner, DOC_DNS_SOA_NAME, texts, document);
        add_name(&soa.mname, DOC_DNS_SOA_MNAME, texts, document);
        add_name(&soa.rname, DOC_DNS_SOA_RNAME, texts, document);
        document_add_integer(document, DOC_DNS_SOA_MINIMUM, soa.minimum);
        document_add_integer(document, DOC_DNS_SOA_TTL, record.ttl);
        return;
    }
}
