#include "core/dns/message.h"

#include <assert.h>
#include <string.h>

#include "core/dns/defect.h"

/* Octets of a question behind its name, and of a record between owner and RDATA. */
#define QUESTION_FIXED_LEN 4
#define RECORD_FIXED_LEN   10

/* DO in the flags of EDNS (RFC 6891, 6.1.4). */
#define EDNS_FLAG_DO 0x8000U

/* octets has DNS_HEADER_LEN of them. */
static inline struct dns_header header_of(const uint8_t *octets)
{
    return (struct dns_header){
        .id = octets_u16(octets),
        .flags = octets_u16(octets + 2),
        .qdcount = octets_u16(octets + 4),
        .ancount = octets_u16(octets + 6),
        .nscount = octets_u16(octets + 8),
        .arcount = octets_u16(octets + 10),
    };
}

enum status dns_header_read(struct cursor *c, struct dns_header *header)
{
    const struct bytes octets = cursor_take(c, DNS_HEADER_LEN);
    if (octets.len == 0)
        return ST_TRUNCATED;
    *header = header_of(octets.data);
    return ST_OK;
}

/* Reads what follows the owner name that ends at `at`. False, with the defect recorded, if the
 * message ends earlier. */
static ALWAYS_INLINE bool record_read(struct bytes octets, size_t at, struct dns_record *record,
                                      uint32_t *defects)
{
    struct cursor c = {.in = octets, .pos = at};
    const struct bytes fixed = cursor_take(&c, RECORD_FIXED_LEN);
    if (UNLIKELY(fixed.len == 0)) {
        *defects |= DEFECT_BIT(DEFECT_RECORD_SHORT);
        return false;
    }
    record->type = octets_u16(fixed.data);
    record->class = octets_u16(fixed.data + 2);
    record->ttl = octets_u32(fixed.data + 4);
    record->rdata_len = octets_u16(fixed.data + 8);
    record->rdata_at = at + RECORD_FIXED_LEN;
    if (UNLIKELY(record->rdata_len > cursor_left(&c))) {
        *defects |= DEFECT_BIT(DEFECT_RDATA_OVERRUN);
        return false;
    }
    return true;
}

/* --- One walk over the whole message --- */

struct walk {
    struct dns_message *message;
    size_t at;
    size_t checked; /* offset of a name that is known to be good; DNS_HEADER_LEN or more, or 0 */
    bool is_over;   /* something could not be read: nothing behind it can be found */
};

/* Checks the owner name at walk->at. Most owners are a pointer to the question's name, or to the
 * same name as the record before. */
static inline bool owner_check(struct walk *walk, size_t *after)
{
    const struct bytes octets = walk->message->octets;
    const size_t left = octets.len - walk->at;
    const unsigned start = left < 2 ? 0 : octets_u16(octets.data + walk->at);
    const size_t target = start & 0x3fffU;
    if (start < 0x100 && left >= 2) { /* the root: that of every OPT record */
        *after = walk->at + 1;
        return true;
    }
    if (start >= 0xc000U && target == walk->checked && target != 0) {
        *after = walk->at + 2;
        return true;
    }
    if (dns_name_check(octets, walk->at, after, &walk->message->defects) != ST_OK)
        return false;
    if (start >= 0xc000U)
        walk->checked = target;
    return true;
}

/* True if the header promises more but the message has ended, between two entries. */
static inline bool is_at_end(struct walk *walk)
{
    if (walk->at < walk->message->octets.len)
        return false;
    walk->message->defects |= DEFECT_BIT(DEFECT_COUNT_MISMATCH);
    return true;
}

/* Reads what follows the name of a question and moves *at behind it. */
static inline bool question_end_read(struct bytes octets, size_t *at, uint16_t *type,
                                     uint16_t *class, uint32_t *defects)
{
    struct cursor c = {.in = octets, .pos = *at};
    const struct bytes fixed = cursor_take(&c, QUESTION_FIXED_LEN);
    if (UNLIKELY(fixed.len == 0)) {
        *defects |= DEFECT_BIT(DEFECT_QUESTION_SHORT);
        return false;
    }
    *type = octets_u16(fixed.data);
    *class = octets_u16(fixed.data + 2);
    *at = c.pos;
    return true;
}

/* Reads the first question into the message; the others are only checked. */
static inline bool question_walk(struct walk *walk, bool is_first)
{
    struct dns_message *const message = walk->message;
    struct dns_question *const first = &message->question;
    uint16_t type = 0;
    uint16_t class = 0;
    const enum status status =
        is_first
            ? dns_name_read(message->octets, walk->at, &first->name, &walk->at, &message->defects)
            : dns_name_check(message->octets, walk->at, &walk->at, &message->defects);
    if (status != ST_OK ||
        !question_end_read(message->octets, &walk->at, &type, &class, &message->defects))
        return false;
    if (is_first) {
        first->type = type;
        first->class = class;
    }
    return true;
}

static void walk_questions(struct walk *walk)
{
    struct dns_message *const message = walk->message;
    for (unsigned i = 0; i < message->header.qdcount; i++) {
        walk->is_over = is_at_end(walk) || !question_walk(walk, i == 0);
        if (walk->is_over)
            return;
        message->question_count++;
        walk->checked = DNS_HEADER_LEN;
    }
}

static void edns_read(struct dns_message *message, const struct dns_record *record)
{
    struct dns_edns *const edns = &message->edns;
    edns->present = true;
    edns->extended_rcode = (uint8_t)(record->ttl >> 24);
    edns->version = (uint8_t)(record->ttl >> 16 & 0xffU);
    edns->flags = (uint16_t)(record->ttl & 0xffffU);
    edns->dnssec_ok = (edns->flags & EDNS_FLAG_DO) != 0;
    edns->udp_size = record->class;
    edns->options = bytes_slice(message->octets, record->rdata_at, record->rdata_len);
    struct cursor c = cursor_of(edns->options);
    struct edns_option option;
    enum status status = ST_OK;
    while (status == ST_OK)
        status = edns_option_next(&c, &option);
    if (status != ST_END)
        message->defects |= DEFECT_BIT(DEFECT_EDNS_OPTION);
}

/* Takes note of an OPT record. The first of the Additional section counts (RFC 6891, 6.1.1). */
static void opt_found(struct dns_message *message, enum dns_section section,
                      const struct dns_record *record)
{
    message->opt_count[section]++;
    if (message->octets.data[record->owner_at] != 0)
        message->defects |= DEFECT_BIT(DEFECT_EDNS_OWNER);
    if (section != DNS_ADDITIONAL)
        message->defects |= DEFECT_BIT(DEFECT_EDNS_SECTION);
    else if (message->edns.present)
        message->defects |= DEFECT_BIT(DEFECT_EDNS_TWICE);
    else
        edns_read(message, record);
}

/* Reads `count` records, 1 at least. */
static void walk_records(struct walk *walk, enum dns_section section, unsigned count)
{
    struct dns_message *const message = walk->message;
    const struct bytes octets = message->octets;
    unsigned read = 0;
    for (; read < count; read++) {
        struct dns_record record = {.owner_at = walk->at};
        size_t after = 0;
        if (is_at_end(walk) || !owner_check(walk, &after) ||
            !record_read(octets, after, &record, &message->defects)) {
            walk->is_over = true;
            break;
        }
        walk->at = record.rdata_at + record.rdata_len;
        if (record.type == DNS_TYPE_OPT)
            opt_found(message, section, &record);
    }
    message->record_count[section] = (uint16_t)read;
}

static inline void walk_section(struct walk *walk, enum dns_section section, unsigned count)
{
    walk->message->section_at[section] = walk->at;
    if (count > 0 && !walk->is_over)
        walk_records(walk, section, count);
}

/* Sets every field behind the header as for a message without content. The question's name is not
 * cleared as a whole: that would cost more than reading it. */
static void message_empty(struct dns_message *message)
{
    message->question.name.len = 1;
    message->question.name.labels = 0;
    message->question.name.wire[0] = 0;
    message->question.type = 0;
    message->question.class = 0;
    message->question_count = 0;
    for (size_t section = 0; section < DNS_SECTION_COUNT; section++) {
        message->section_at[section] = DNS_HEADER_LEN;
        message->record_count[section] = 0;
        message->opt_count[section] = 0;
    }
    message->edns = (struct dns_edns){0};
    message->class_mask = UINT16_MAX;
}

/* Takes note of what is wrong although everything could be read. */
static void note_shape(struct dns_message *message, const struct walk *walk)
{
    const bool is_dso = dns_opcode(message) == DNS_OPCODE_DSO;
    if (message->header.qdcount > 1)
        message->defects |= DEFECT_BIT(DEFECT_QUESTION_MANY);
    if (message->header.qdcount == 0 && !is_dso)
        message->defects |= DEFECT_BIT(DEFECT_QUESTION_NONE);
    if (!walk->is_over && walk->at < message->octets.len && !is_dso)
        message->defects |= DEFECT_BIT(DEFECT_TRAILING_OCTETS);
}

enum status dns_message_read(struct bytes octets, struct dns_message *message)
{
    struct cursor c = cursor_of(octets);
    message->octets = octets;
    message->header = (struct dns_header){0};
    message->defects = 0;
    message_empty(message);
    if (dns_header_read(&c, &message->header) != ST_OK) {
        message->defects = DEFECT_BIT(DEFECT_HEADER_SHORT);
        return ST_TRUNCATED;
    }
    struct walk walk = {.message = message, .at = DNS_HEADER_LEN};
    walk_questions(&walk);
    walk_section(&walk, DNS_ANSWER, message->header.ancount);
    walk_section(&walk, DNS_AUTHORITY, message->header.nscount);
    walk_section(&walk, DNS_ADDITIONAL, message->header.arcount);
    note_shape(message, &walk);
    return ST_OK;
}

/* Member by member: of the question's name there is nearly always little to copy. */
void dns_message_copy(const struct dns_message *message, struct bytes octets,
                      struct dns_message *copy)
{
    assert(octets.len == message->octets.len);
    copy->octets = octets;
    copy->header = message->header;
    dns_name_copy(&message->question.name, &copy->question.name);
    copy->question.type = message->question.type;
    copy->question.class = message->question.class;
    copy->question_count = message->question_count;
    memcpy(copy->section_at, message->section_at, sizeof copy->section_at);
    memcpy(copy->record_count, message->record_count, sizeof copy->record_count);
    memcpy(copy->opt_count, message->opt_count, sizeof copy->opt_count);
    copy->edns = message->edns;
    if (message->edns.options.len != 0)
        copy->edns.options.data = octets.data + (message->edns.options.data - message->octets.data);
    copy->defects = message->defects;
    copy->class_mask = message->class_mask;
}

/* --- Looking into a message that has been read --- */

struct dns_record_iterator dns_records(const struct dns_message *message, enum dns_section section)
{
    return (struct dns_record_iterator){
        .message = message,
        .at = message->section_at[section],
        .left = message->record_count[section],
    };
}

bool dns_record_next(struct dns_record_iterator *records, struct dns_record *record)
{
    if (records->left == 0)
        return false;
    const struct bytes octets = records->message->octets;
    struct dns_record next = {.owner_at = records->at};
    uint32_t defects = 0;
    const size_t after = dns_name_skip(octets, records->at);
    if (after == 0 || !record_read(octets, after, &next, &defects)) {
        records->left = 0;
        return false;
    }
    records->at = next.rdata_at + next.rdata_len;
    records->left--;
    *record = next;
    return true;
}

enum status dns_question_read(const struct dns_message *message, size_t index,
                              struct dns_question *question)
{
    if (index >= message->question_count)
        return ST_NOT_FOUND;
    if (index == 0) {
        *question = message->question;
        return ST_OK;
    }
    size_t at = DNS_HEADER_LEN;
    for (size_t i = 0; i < index; i++)
        at = dns_name_skip(message->octets, at) + QUESTION_FIXED_LEN;
    uint32_t defects = 0;
    const enum status status = dns_name_read(message->octets, at, &question->name, &at, &defects);
    const bool is_whole =
        status == ST_OK &&
        question_end_read(message->octets, &at, &question->type, &question->class, &defects);
    assert(is_whole); /* It was so when the message was read. */
    return ST_OK;
}

enum status edns_option_next(struct cursor *options, struct edns_option *option)
{
    if (cursor_left(options) == 0)
        return cursor_ok(options) ? ST_END : ST_TRUNCATED;
    const uint16_t code = cursor_u16(options);
    const uint16_t len = cursor_u16(options);
    const struct bytes data = cursor_take(options, len);
    if (!cursor_ok(options))
        return ST_TRUNCATED;
    *option = (struct edns_option){code, data};
    return ST_OK;
}
