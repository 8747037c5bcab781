#include "core/document/result.h"

#include "core/dns/defect.h"

/* QTYPEs that no record has: any record answers them (RFC 6895, 3.1: 128 to 255). */
#define QTYPE_META_FIRST 128U

/* Defects behind which nothing of a message could be read. */
#define DEFECTS_FATAL                                                       \
    (DEFECT_BIT(DEFECT_HEADER_SHORT) | DEFECT_BIT(DEFECT_LABEL_TYPE) |      \
     DEFECT_BIT(DEFECT_POINTER_FORWARD) | DEFECT_BIT(DEFECT_POINTER_LOOP) | \
     DEFECT_BIT(DEFECT_NAME_TOO_LONG) | DEFECT_BIT(DEFECT_NAME_OVERRUN) |   \
     DEFECT_BIT(DEFECT_QUESTION_SHORT) | DEFECT_BIT(DEFECT_RECORD_SHORT) |  \
     DEFECT_BIT(DEFECT_RDATA_OVERRUN))

struct bytes lookup_result_text(enum lookup_result result)
{
#define LOOKUP_RESULT_TEXT(name, text) [RESULT_##name] = BYTES_ROW(text),
    static const struct bytes TEXTS[] = {LOOKUP_RESULT_LIST(LOOKUP_RESULT_TEXT)};
#undef LOOKUP_RESULT_TEXT
    return TEXTS[result];
}

const char *lookup_result_name(enum lookup_result result)
{
    return (const char *)lookup_result_text(result).data;
}

/* True if the reading of the response stopped before the end of its answer section. */
static bool is_unreadable(const struct dns_message *response)
{
    return (response->defects & DEFECTS_FATAL) != 0 &&
           response->record_count[DNS_ANSWER] < response->header.ancount;
}

static bool has_authority(const struct dns_message *response, uint16_t type)
{
    struct dns_record_iterator records = dns_records(response, DNS_AUTHORITY);
    struct dns_record record;
    while (dns_record_next(&records, &record)) {
        if (record.type == type)
            return true;
    }
    return false;
}

/* The name at the end of the chain of CNAMEs that starts at `name`. Each record is followed once
 * at most, so a loop ends. */
static struct bytes chain_end(const struct section *answer, struct bytes name)
{
    for (size_t step = 0; step < answer->record_count; step++) {
        size_t i = 0;
        while (i < answer->record_count && !(answer->records[i].type_code == DNS_TYPE_CNAME &&
                                             bytes_equal(answer->records[i].owner.octets, name)))
            i++;
        if (i == answer->record_count)
            return name;
        name = answer->records[i].target.octets;
    }
    return name;
}

static enum lookup_result result_of_records(const struct dns_message *asked,
                                            const struct section *answer, struct bytes qname)
{
    const uint16_t type = asked->question.type;
    if (type == DNS_TYPE_CNAME || type >= QTYPE_META_FIRST)
        return RESULT_ANSWER;
    const struct bytes end = chain_end(answer, qname);
    bool has_alias = false;
    for (size_t i = 0; i < answer->record_count; i++) {
        const struct section_record *const record = &answer->records[i];
        if (record->type_code == type && bytes_equal(record->owner.octets, end))
            return RESULT_ANSWER;
        has_alias |= record->type_code == DNS_TYPE_CNAME || record->type_code == DNS_TYPE_DNAME;
    }
    return has_alias ? RESULT_CNAME_ONLY : RESULT_NODATA;
}

static enum lookup_result result_of_noerror(const struct transaction *transaction,
                                            const struct section *answer, struct bytes qname)
{
    const struct dns_message *const response = transaction->response;
    if (dns_opcode(response) != 0)
        return RESULT_ANSWER;
    /* Responses of mDNS repeat no question that the records could fit. */
    if (response->question_count == 0 && transaction->end == TRANSACTION_UNPAIRED)
        return answer->record_count != 0 ? RESULT_ANSWER : RESULT_NODATA;
    if (answer->record_count != 0)
        return result_of_records(transaction_asked(transaction), answer, qname);
    if ((response->header.flags & DNS_FLAG_AA) == 0 && has_authority(response, DNS_TYPE_NS) &&
        !has_authority(response, DNS_TYPE_SOA))
        return RESULT_REFERRAL;
    return RESULT_NODATA;
}

enum lookup_result lookup_result_of(const struct transaction *transaction,
                                    const struct section *answer, struct bytes qname)
{
    const struct dns_message *const response = transaction->response;
    if (transaction->end == TRANSACTION_MALFORMED)
        return RESULT_MALFORMED;
    if (response == NULL)
        return transaction->icmp.is_prohibited ? RESULT_DENIED : RESULT_NO_RESPONSE;
    if (is_unreadable(response))
        return RESULT_MALFORMED;
    if ((response->header.flags & DNS_FLAG_TC) != 0)
        return RESULT_TRUNCATED;
    switch (dns_rcode(response)) {
    case DNS_RCODE_NOERROR:
        return result_of_noerror(transaction, answer, qname);
    case DNS_RCODE_NXDOMAIN:
        return RESULT_NXDOMAIN;
    case DNS_RCODE_SERVFAIL:
        return RESULT_SERVFAIL;
    case DNS_RCODE_REFUSED:
        return RESULT_REFUSED;
    default:
        return RESULT_ERROR;
    }
}

struct bytes lookup_action(const struct transaction *transaction, enum lookup_result result)
{
    static const struct bytes ACTIONS[] = {
        [TRANSACTION_ANSWERED] = BYTES_ROW("dns-answered"),
        [TRANSACTION_UNANSWERED] = BYTES_ROW("dns-unanswered"),
        [TRANSACTION_ORPHAN] = BYTES_ROW("dns-orphan"),
        [TRANSACTION_MALFORMED] = BYTES_ROW("dns-malformed"),
        [TRANSACTION_UNPAIRED] = BYTES_ROW("dns-unpaired"),
    };
    if (result == RESULT_DENIED)
        return BYTES_LITERAL("dns-denied");
    return result == RESULT_MALFORMED ? ACTIONS[TRANSACTION_MALFORMED] : ACTIONS[transaction->end];
}

struct bytes lookup_outcome(const struct transaction *transaction, enum lookup_result result)
{
    if (transaction->end == TRANSACTION_ORPHAN || transaction->end == TRANSACTION_UNPAIRED)
        return BYTES_LITERAL("unknown");
    if (transaction->response != NULL && dns_rcode(transaction->response) == 0 &&
        result != RESULT_MALFORMED)
        return BYTES_LITERAL("success");
    return BYTES_LITERAL("failure");
}
