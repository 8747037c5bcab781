#include "core/document/section.h"

#include <assert.h>
#include <string.h>

#include "core/base/block.h"
#include "core/dns/mnemonic.h"
#include "core/dns/rdata.h"
#include "core/document/build.h"

/* Octets of the longest RDATA text: four octets a character stay below the 32,766 that a term of
 * Lucene may have. */
#define RDATA_TEXT_MAX 8191
#define RDATA_CUT_MARK " [cut]"

/* Names that were printed already, by the offset where their labels start in the message. */
#define NAMES_COUNT 16

struct printed_name {
    size_t at; /* 0: empty, no name starts in the header */
    struct section_text text;
};

struct section_reader {
    const struct dns_message *message;
    struct buf *texts;
    uint32_t *defects;
    struct printed_name names[NAMES_COUNT];
    size_t next_name;
};

/* What was appended to `texts` since it had `from` octets. */
static struct bytes text_since(const struct buf *texts, size_t from)
{
    return bytes_slice(buf_bytes(texts), from, texts->len - from);
}

static void remember_name(struct section_reader *reader, size_t at, struct section_text text)
{
    reader->names[reader->next_name] = (struct printed_name){at, text};
    reader->next_name = (reader->next_name + 1) % NAMES_COUNT;
}

/* Where the labels of the name at `at` start: a name that is only a pointer starts elsewhere. */
static size_t labels_at(struct bytes message, size_t at)
{
    if (at + 1 < message.len && (message.data[at] & 0xc0U) == 0xc0)
        return (size_t)(message.data[at] & 0x3fU) << 8 | message.data[at + 1];
    return at;
}

static struct section_text print_name(struct section_reader *reader, const struct dns_name *name)
{
    const size_t from = reader->texts->len;
    const bool is_plain = dns_name_print_lower(name, reader->texts);
    return (struct section_text){text_since(reader->texts, from), is_plain};
}

/* The lower-case text of a name of the message; empty if it cannot be read. */
static struct section_text name_text(struct section_reader *reader, size_t at)
{
    const size_t start = labels_at(reader->message->octets, at);
    for (size_t i = 0; i < NAMES_COUNT; i++) {
        if (reader->names[i].at == start)
            return reader->names[i].text;
    }
    struct dns_name name;
    size_t after = 0;
    if (dns_name_read(reader->message->octets, at, &name, &after, reader->defects) != ST_OK)
        return (struct section_text){0};
    const struct section_text text = print_name(reader, &name);
    remember_name(reader, start, text);
    return text;
}

/* The mnemonic, or if there is none what `print` makes of the number. */
static struct bytes mnemonic(struct buf *texts, struct bytes name,
                             void (*print)(uint16_t, struct buf *), uint16_t code)
{
    if (name.len != 0)
        return name;
    const size_t from = texts->len;
    print(code, texts);
    return text_since(texts, from);
}

static void read_mnemonics(struct section_record *record, struct buf *texts)
{
    const struct bytes type = dns_type_text(record->type_code);
    const struct bytes class = dns_class_text(record->class_code);
    record->type = mnemonic(texts, type, dns_type_print, record->type_code);
    record->class = mnemonic(texts, class, dns_class_print, record->class_code);
    record->has_mnemonics = type.len != 0 && class.len != 0;
}

static ALWAYS_INLINE block block_capital(block octets)
{
    return block_between(octets, 'A', 'Z');
}

/* True if a text of the buffer, behind which it can be read on, has an octet of that kind. */
static ALWAYS_INLINE bool has_octet(struct bytes text, block (*kind)(block))
{
    block found = {0};
    assert(text.len == 0 || text.data != NULL);
    for (size_t at = 0; at < text.len; at += BLOCK_LEN) {
        const size_t left = text.len - at;
        const block lanes = block_first(left < BLOCK_LEN ? left : BLOCK_LEN);
        found |= kind(block_load(text.data + at)) & lanes;
    }
    return block_has_any(found);
}

static void read_rdata(struct section_reader *reader, const struct dns_record *wire,
                       struct section_record *record)
{
    struct buf *const texts = reader->texts;
    const size_t from = texts->len;
    dns_rdata_print(reader->message, wire, texts, reader->defects);
    if (texts->len - from > RDATA_TEXT_MAX) {
        texts->len = from + RDATA_TEXT_MAX - strlen(RDATA_CUT_MARK);
        buf_add_text(texts, RDATA_CUT_MARK);
    }
    record->rdata.octets = text_since(texts, from);
    record->rdata.is_plain = true;
    const uint8_t *const octets = reader->message->octets.data + wire->rdata_at;
    if (wire->type == DNS_TYPE_A && wire->rdata_len == 4) {
        record->has_ip = true;
        record->ip = ip_from_v4(octets);
    } else if (wire->type == DNS_TYPE_AAAA && wire->rdata_len == 16) {
        record->has_ip = true;
        record->ip = ip_from_v6(octets);
    } else {
        record->rdata.is_plain = !has_octet(record->rdata.octets, block_special);
    }
}

static void read_target(struct section_reader *reader, const struct dns_record *wire,
                        struct section_record *record)
{
    const bool is_name_only = wire->type == DNS_TYPE_CNAME || wire->type == DNS_TYPE_DNAME ||
                              wire->type == DNS_TYPE_NS || wire->type == DNS_TYPE_PTR;
    if (is_name_only && !has_octet(record->rdata.octets, block_capital)) {
        record->target = record->rdata;
        remember_name(reader, labels_at(reader->message->octets, wire->rdata_at), record->target);
        return;
    }
    struct dns_name target;
    if (dns_rdata_target(reader->message, wire, &target) != ST_OK)
        return;
    record->target = print_name(reader, &target);
}

/* The RRset of a record: same owner, class and type. A new one is begun if there is none. */
static uint16_t rrset_of(struct section *section, const struct section_record *record)
{
    for (size_t i = section->rrset_count; i > 0; i--) {
        const struct section_record *const other = &section->records[section->rrsets[i - 1].first];
        if (other->type_code == record->type_code && other->class_code == record->class_code &&
            bytes_equal(other->owner.octets, record->owner.octets))
            return (uint16_t)(i - 1);
    }
    section->rrsets[section->rrset_count] = (struct section_rrset){
        .first = (uint16_t)section->record_count,
        .ttl = record->ttl,
    };
    return (uint16_t)section->rrset_count++;
}

static void read_record(struct section *section, struct section_reader *reader,
                        const struct dns_record *wire)
{
    struct section_record *const record = &section->records[section->record_count];
    *record = (struct section_record){
        .owner = name_text(reader, wire->owner_at),
        .type_code = wire->type,
        .class_code = wire->class & reader->message->class_mask,
        .ttl = wire->ttl,
    };
    read_mnemonics(record, reader->texts);
    record->rrset = rrset_of(section, record);
    struct section_rrset *const rrset = &section->rrsets[record->rrset];
    rrset->count++;
    if (record->ttl < rrset->ttl)
        rrset->ttl = record->ttl;
    read_rdata(reader, wire, record);
    read_target(reader, wire, record);
    section->record_count++;
}

void section_read(struct section *section, const struct section_input *input)
{
    const struct dns_message *const message = input->message;
    struct section_reader reader = {
        .message = message, .texts = input->texts, .defects = input->defects};
    section->record_count = 0;
    section->rrset_count = 0;
    if (message->question_count > 0)
        remember_name(&reader, labels_at(message->octets, DNS_HEADER_LEN), input->qname);
    struct dns_record_iterator records = dns_records(message, input->which);
    struct dns_record wire;
    while (dns_record_next(&records, &wire)) {
        if (wire.type == DNS_TYPE_OPT)
            continue;
        if (section->record_count == SECTION_RECORDS_MAX)
            return;
        read_record(section, &reader, &wire);
    }
}
