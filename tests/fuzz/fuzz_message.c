/* Reads any octets as a DNS message, prints every record, and checks what the headers promise. */
#include <assert.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/dns/edns.h"
#include "core/dns/message.h"
#include "core/dns/rdata.h"
#include "tests/fuzz/harness.h"

/* Text of a name is read back as the same name. */
static void check_name(const struct dns_name *name, struct buf *out)
{
    struct dns_name again;
    buf_reset(out);
    dns_name_print(name, out);
    const enum status status = dns_name_parse(buf_bytes(out), &again);
    assert(status == ST_OK && dns_name_equal(name, &again));
    assert(again.len == name->len && again.labels == name->labels);
    struct dns_name lower = *name;
    dns_name_lower(&lower);
    buf_reset(out);
    dns_name_print_lower(name, out);
    const size_t len = out->len;
    dns_name_print(&lower, out);
    assert(out->len == 2 * len && memcmp(out->data, out->data + len, len) == 0);
}

static void check_record(const struct dns_message *message, const struct dns_record *record,
                         struct buf *out)
{
    struct dns_name name;
    struct dns_soa soa;
    uint32_t defects = 0;
    size_t after = 0;
    /* The owner was checked when the message was read. */
    const enum status status =
        dns_name_read(message->octets, record->owner_at, &name, &after, &defects);
    assert(status == ST_OK && after + 10 == record->rdata_at && defects == 0);
    assert(record->rdata_at + record->rdata_len <= message->octets.len);
    check_name(&name, out);
    buf_reset(out);
    dns_rdata_print(message, record, out, &defects);
    assert(buf_ok(out));
    if (dns_rdata_target(message, record, &name) == ST_OK)
        check_name(&name, out);
    (void)!dns_soa_read(message, record, &soa);
}

static void check_section(const struct dns_message *message, enum dns_section section,
                          struct buf *out)
{
    struct dns_record_iterator records = dns_records(message, section);
    struct dns_record record;
    unsigned count = 0;
    while (dns_record_next(&records, &record)) {
        check_record(message, &record, out);
        count++;
    }
    assert(count == message->record_count[section]);
}

static void check_edns(const struct dns_message *message, struct buf *out)
{
    struct cursor options = cursor_of(message->edns.options);
    struct edns_option option;
    struct bytes data;
    struct edns_ede ede;
    while (edns_option_next(&options, &option) == ST_OK) {
        const bool is_found = edns_option_find(&message->edns, option.code, &data);
        assert(is_found);
        buf_reset(out);
        (void)!edns_client_subnet_print(option.data, out);
        edns_nsid_print(option.data, out);
        edns_cookie_print(option.data, out);
        (void)!edns_ede_read(option.data, &ede);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dns_message message;
    if (dns_message_read((struct bytes){data, size}, &message) != ST_OK)
        return 0;
    struct buf out;
    buf_init(&out, DNS_RDATA_TEXT_MAX);
    for (size_t i = 0; i < message.question_count && i < 10; i++) {
        struct dns_question question;
        const enum status status = dns_question_read(&message, i, &question);
        assert(status == ST_OK);
        check_name(&question.name, &out);
    }
    for (enum dns_section section = DNS_ANSWER; section < DNS_SECTION_COUNT; section++)
        check_section(&message, section, &out);
    check_edns(&message, &out);
    buf_release(&out);
    return 0;
}
