#include "core/capture/lookups.h"

#include <criterion/criterion.h>

#include "core/document/field_list.h"
#include "tests/core/dns/wire.h"
#include "tests/core/net/frames.h"

/* What became of the frames: one line a document. */
static struct buf lines;
static struct lookups *lookups;
static uint64_t frames;

static void add_field(const struct document *document, enum document_field field)
{
    const struct value *const value = document_first(document, VALUE_NONE, (uint16_t)field);
    buf_add_u8(&lines, ' ');
    if (value == NULL)
        buf_add_u8(&lines, '-');
    else
        buf_add(&lines, value->text);
}

static void take_document(void *context, const struct document *document)
{
    (void)context;
    add_field(document, DOC_NETWORK_PROTOCOL);
    add_field(document, DOC_EVENT_ACTION);
    add_field(document, DOC_EVENT_OUTCOME);
    add_field(document, DOC_DNS_TYPE);
    add_field(document, DOC_DNS_QUESTION_CLASS);
    add_field(document, DOC_LOOKUP_RESULT);
    add_field(document, DOC_LOOKUP_DEFECTS);
    if (document_first(document, VALUE_NONE, DOC_LOOKUP_ICMP_REASON) != NULL)
        add_field(document, DOC_LOOKUP_ICMP_REASON);
    buf_add_u8(&lines, '\n');
}

static void start(bool any_port)
{
    static const uint16_t PORTS[] = {53, 5353, 5355};
    const struct lookups_options options = {.ports = PORTS, .port_count = 3, .any_port = any_port};
    struct error error;
    buf_init(&lines, 10000);
    cr_assert_eq(lookups_new(&options, take_document, NULL, &lookups, &error), ST_OK);
}

static void setup(void)
{
    start(false);
}

static void teardown(void)
{
    lookups_free(lookups);
    buf_release(&lines);
}

TestSuite(lookups, .init = setup, .fini = teardown);

/* A datagram of these octets between 192.0.2.1 and 192.0.2.53. */
static void give(const char *octets, uint16_t from, uint16_t to)
{
    const struct bytes message = wire(octets);
    struct buf octets_of_frame;
    buf_init(&octets_of_frame, 1000);
    put_ipv4(&octets_of_frame, 17, 8 + message.len);
    put_u16(&octets_of_frame, from);
    put_u16(&octets_of_frame, to);
    put_u16(&octets_of_frame, 8 + message.len);
    put_u16(&octets_of_frame, 0);
    buf_add(&octets_of_frame, message);
    const struct frame frame = {
        .octets = buf_bytes(&octets_of_frame),
        .link_type = 101,
        .time_ns = 1000,
        .number = ++frames,
    };
    lookups_frame(lookups, &frame);
    buf_release(&octets_of_frame);
    wire_free(message);
}

/* What comes back for a datagram of these octets, from the server it was sent to. */
static void give_error(const char *octets, uint8_t type, uint8_t code)
{
    const struct bytes message = wire(octets);
    struct buf frame_octets;
    buf_init(&frame_octets, 1000);
    put_ipv4(&frame_octets, 1, 8 + 20 + 8 + message.len);
    PUT(&frame_octets, type, code, 0, 0, 0, 0, 0, 0);
    put_ipv4(&frame_octets, 17, 8 + message.len);
    put_u16(&frame_octets, 40000);
    put_u16(&frame_octets, 53);
    put_u16(&frame_octets, 8 + message.len);
    put_u16(&frame_octets, 0);
    buf_add(&frame_octets, message);
    const struct frame frame = {
        .octets = buf_bytes(&frame_octets), .link_type = 101, .time_ns = 2000, .number = ++frames};
    lookups_frame(lookups, &frame);
    buf_release(&frame_octets);
    wire_free(message);
}

static char *documents(void)
{
    lookups_finish(lookups);
    return as_str(buf_text(&lines));
}

/* RFC 6762: two questions, the first for a unicast response; a response without one. */
Test(lookups, mdns_messages_are_documents_of_their_own)
{
    give("0000 0000 0002 0000 0000 0000 01 'a' 00 0001 8001 01 'b' 00 0001 0001", 5353, 5353);
    give("0000 8400 0000 0001 0000 0000 01 'a' 00 0001 8001 00000078 0004 c0000201", 5353, 5353);
    cr_expect_str_eq(documents(), " mdns dns-unpaired unknown query IN - -\n"
                                  " mdns dns-unpaired unknown answer - answer -\n");
}

/* The same ports, ID and question in both directions: DNS would take them for one lookup. */
Test(lookups, llmnr_messages_are_not_paired)
{
    give("1234 0000 0001 0000 0000 0000 01 'a' 00 0001 0001", 40000, 5355);
    give("1234 8000 0001 0001 0000 0000 01 'a' 00 0001 0001 c00c 0001 0001 0000001e 0004 c0000201",
         5355, 40000);
    cr_expect_str_eq(documents(), " llmnr dns-unpaired unknown query IN - -\n"
                                  " llmnr dns-unpaired unknown answer IN answer -\n");
}

Test(lookups, class_has_no_flag_in_dns)
{
    give("1234 0000 0001 0000 0000 0000 01 'a' 00 0001 8001", 40000, 53);
    cr_expect_str_eq(documents(), " dns dns-unanswered failure query CLASS32769 no_response -\n");
}

Test(lookups, too_short_for_a_header_is_malformed_in_any_protocol)
{
    give("1234 8000", 5353, 5353);
    cr_expect_str_eq(documents(), " mdns dns-malformed failure - - malformed header_short\n");
}

#define QUERY_A "1234 0100 0001 0000 0000 0000 01 'a' 00 0001 0001"

Test(lookups, icmp_error_says_why_no_response_came)
{
    give(QUERY_A, 40000, 53);
    give_error(QUERY_A, 3, 3);
    cr_expect_str_eq(documents(),
                     " dns dns-unanswered failure query IN no_response - port_unreachable\n");
    cr_expect_eq(lookups_counters(lookups).pairing->sent_back, 1);
}

Test(lookups, error_of_a_filter_is_a_denial)
{
    give(QUERY_A, 40000, 53);
    give_error("1234 0100 0001 0000 0000 0000", 3, 13);
    give_error(QUERY_A, 3, 3);
    cr_expect_str_eq(documents(), " dns dns-denied failure query IN denied - prohibited\n");
}

Test(lookups, error_about_another_query_says_nothing)
{
    give(QUERY_A, 40000, 53);
    give_error("1235 0100 0001 0000 0000 0000 01 'a' 00 0001 0001", 3, 3);
    give_error("12", 3, 3);
    cr_expect_str_eq(documents(), " dns dns-unanswered failure query IN no_response -\n");
}

Test(lookups, messages_between_any_ports_are_recognised_when_asked_for)
{
    give(QUERY_A, 40000, 5300);
    cr_expect_str_eq(documents(), "");
    teardown();
    start(true);
    give(QUERY_A, 40000, 5300);
    give(QUERY_A, 40000, 137);
    give("'GET / HTTP/1.1 Host: www.example.com'", 40000, 5301);
    give("1234", 40000, 53);
    cr_expect_str_eq(documents(), " dns dns-malformed failure - - malformed header_short\n"
                                  " dns dns-unanswered failure query IN no_response -\n");
}
