#include "core/dns/message.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "core/base/macros.h"
#include "core/dns/defect.h"
#include "tests/core/dns/wire.h"

/* www.example.com at 12 with type A and class IN: ends at 33. */
#define QUESTION "03'www'07'example'03'com'00 0001 0001"

/* An A record whose owner is the question's name: 16 octets. */
#define RECORD_A "c00c 0001 0001 0000012c 0004 c0000201"

/* OPT with DO, UDP size 1232 and no options: 11 octets. */
#define RECORD_OPT "00 0029 04d0 00008000 0000"

/* A response with one A record and OPT, nothing wrong with it. */
#define GOOD_RESPONSE "1234 8580 0001 0001 0000 0001" QUESTION RECORD_A RECORD_OPT

struct fixture {
    struct bytes octets;
    struct dns_message message;
};

static struct fixture read_message(const char *text)
{
    struct fixture f = {.octets = wire(text)};
    /* What an earlier message left behind must not show. */
    memset(&f.message, 0xa5, sizeof f.message);
    cr_assert(eq(int, dns_message_read(f.octets, &f.message), ST_OK), "%s", text);
    return f;
}

static unsigned count_records(const struct dns_message *message, enum dns_section section)
{
    struct dns_record_iterator records = dns_records(message, section);
    struct dns_record record;
    unsigned count = 0;
    while (dns_record_next(&records, &record))
        count++;
    return count;
}

/* --- Good messages --- */

Test(message, header_and_question_are_read)
{
    const struct fixture f = read_message(GOOD_RESPONSE);
    cr_expect(eq(u16, f.message.header.id, 0x1234));
    cr_expect(
        eq(u16, f.message.header.flags, DNS_FLAG_QR | DNS_FLAG_AA | DNS_FLAG_RD | DNS_FLAG_RA));
    cr_expect(eq(sz, f.message.question_count, 1));
    cr_expect(eq(u8, f.message.question.name.labels, 3));
    cr_expect(eq(u16, f.message.question.type, DNS_TYPE_A));
    cr_expect(eq(u16, f.message.question.class, DNS_CLASS_IN));
    cr_expect(dns_is_response(&f.message));
    cr_expect(eq(u32, f.message.defects, 0));
    wire_free(f.octets);
}

Test(message, records_are_walked_in_wire_order)
{
    const struct fixture f = read_message("1234 8180 0001 0002 0001 0001" QUESTION RECORD_A
                                          "01'a' c010 0005 0001 00000001 0002 c00c"
                                          "c00c 0002 0001 00000002 0001 00" RECORD_OPT);
    cr_expect(eq(u16, f.message.record_count[DNS_ANSWER], 2));
    cr_expect(eq(u16, f.message.record_count[DNS_AUTHORITY], 1));
    cr_expect(eq(u16, f.message.record_count[DNS_ADDITIONAL], 1));
    cr_expect(eq(u16, f.message.opt_count[DNS_ADDITIONAL], 1));
    cr_expect(eq(sz, f.message.section_at[DNS_ANSWER], 33));
    cr_expect(eq(sz, f.message.section_at[DNS_AUTHORITY], 33 + 16 + 16));
    struct dns_record_iterator records = dns_records(&f.message, DNS_ANSWER);
    struct dns_record record;
    cr_assert(dns_record_next(&records, &record));
    cr_expect(eq(sz, record.owner_at, 33));
    cr_expect(eq(u16, record.type, DNS_TYPE_A));
    cr_expect(eq(u16, record.class, DNS_CLASS_IN));
    cr_expect(eq(u32, record.ttl, 300));
    cr_expect(eq(sz, record.rdata_at, 45));
    cr_expect(eq(u16, record.rdata_len, 4));
    cr_assert(dns_record_next(&records, &record));
    cr_expect(eq(sz, record.owner_at, 49));
    cr_expect(eq(u16, record.type, DNS_TYPE_CNAME));
    cr_expect(not(dns_record_next(&records, &record)));
    cr_expect(eq(u32, f.message.defects, 0));
    wire_free(f.octets);
}

Test(message, several_questions_are_read_one_by_one)
{
    const struct fixture f =
        read_message("1234 0100 0003 0000 0000 0000" QUESTION "01'a' c010 001c 0001 00 0002 0003");
    struct dns_question question;
    cr_expect(eq(sz, f.message.question_count, 3));
    cr_assert(eq(int, dns_question_read(&f.message, 0, &question), ST_OK));
    cr_expect(eq(u16, question.type, DNS_TYPE_A));
    cr_assert(eq(int, dns_question_read(&f.message, 1, &question), ST_OK));
    cr_expect(eq(u16, question.type, DNS_TYPE_AAAA));
    cr_expect(eq(u8, question.name.labels, 3));
    cr_assert(eq(int, dns_question_read(&f.message, 2, &question), ST_OK));
    cr_expect(eq(u16, question.type, DNS_TYPE_NS));
    cr_expect(eq(u16, question.class, DNS_CLASS_CH));
    cr_expect(eq(u8, question.name.len, 1));
    cr_expect(eq(int, dns_question_read(&f.message, 3, &question), ST_NOT_FOUND));
    wire_free(f.octets);
}

Test(message, question_is_the_root_if_there_is_none)
{
    const struct fixture f = read_message("1234 8001 0000 0000 0000 0000");
    struct dns_question question;
    cr_expect(eq(sz, f.message.question_count, 0));
    cr_expect(eq(u8, f.message.question.name.len, 1));
    cr_expect(eq(u8, f.message.question.name.wire[0], 0));
    cr_expect(eq(u16, f.message.question.type, 0));
    cr_expect(eq(u16, f.message.question.class, 0));
    cr_expect(not(f.message.edns.present));
    cr_expect(eq(int, dns_question_read(&f.message, 0, &question), ST_NOT_FOUND));
    wire_free(f.octets);
}

/* --- EDNS --- */

Test(message, edns_fields_are_taken_from_the_opt_record)
{
    const struct fixture f = read_message("1234 0100 0001 0000 0000 0001" QUESTION
                                          "00 0029 1000 01 00 8001 0009 000a 0001 ff fde9 0000");
    cr_expect(f.message.edns.present);
    cr_expect(eq(u8, f.message.edns.version, 0));
    cr_expect(eq(u8, f.message.edns.extended_rcode, 1));
    cr_expect(f.message.edns.dnssec_ok);
    cr_expect(eq(u16, f.message.edns.udp_size, 4096));
    cr_expect(eq(u16, f.message.edns.flags, 0x8001));
    cr_expect(eq(sz, f.message.edns.options.len, 9));
    struct cursor c = cursor_of(f.message.edns.options);
    struct edns_option option;
    cr_assert(eq(int, edns_option_next(&c, &option), ST_OK));
    cr_expect(eq(u16, option.code, 10));
    cr_expect(eq(sz, option.data.len, 1));
    cr_assert(eq(int, edns_option_next(&c, &option), ST_OK));
    cr_expect(eq(u16, option.code, 65001));
    cr_expect(eq(sz, option.data.len, 0));
    cr_expect(eq(int, edns_option_next(&c, &option), ST_END));
    wire_free(f.octets);
}

struct rcode_case {
    const char *text;
    unsigned rcode;
};

Test(message, extended_rcode_is_joined)
{
    static const struct rcode_case CASES[] = {
        {"1234 8003 0000 0000 0000 0000", 3},
        {"1234 8003 0000 0000 0000 0001 00 0029 1000 00 00 0000 0000", 3},
        {"1234 8000 0000 0000 0000 0001 00 0029 1000 01 00 0000 0000", 16}, /* BADVERS */
        {"1234 8007 0000 0000 0000 0001 00 0029 1000 01 00 0000 0000", 23}, /* BADCOOKIE */
        {"1234 800f 0000 0000 0000 0001 00 0029 1000 ff 00 0000 0000", 4095},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        const struct fixture f = read_message(CASES[i].text);
        cr_expect(eq(uint, dns_rcode(&f.message), CASES[i].rcode), "%s", CASES[i].text);
        wire_free(f.octets);
    }
}

Test(message, opcode_is_read)
{
    const struct fixture f = read_message("1234 2800 0000 0000 0000 0000");
    cr_expect(eq(uint, dns_opcode(&f.message), 5));
    wire_free(f.octets);
}

/* --- Defects --- */

struct defect_case {
    const char *text;
    enum defect defect;
    unsigned questions; /* what can still be read */
    unsigned answers;
    unsigned additionals;
};

/* A query and a response of which only one thing is wrong. */
#define QUERY  "1234 0100 0001 0000 0000 0000"
#define ANSWER "1234 8180 0001 0002 0000 0000"

static const struct defect_case DEFECTS[] = {
    {QUERY "43'www'00 0001 0001", DEFECT_LABEL_TYPE, 0, 0, 0},
    {QUERY "c00c 0001 0001", DEFECT_POINTER_FORWARD, 0, 0, 0},
    {QUERY "01'a' c00c 0001 0001", DEFECT_POINTER_LOOP, 0, 0, 0},
    {QUERY "03'www'07'exam'", DEFECT_NAME_OVERRUN, 0, 0, 0},
    {QUERY "03'www'00 0001", DEFECT_QUESTION_SHORT, 0, 0, 0},
    {QUERY "03'www'00", DEFECT_QUESTION_SHORT, 0, 0, 0},
    {QUERY QUESTION "00", DEFECT_TRAILING_OCTETS, 1, 0, 0},
    {QUERY, DEFECT_COUNT_MISMATCH, 0, 0, 0},
    {"1234 0100 0000 0000 0000 0000", DEFECT_QUESTION_NONE, 0, 0, 0},
    {"1234 0100 0002 0000 0000 0000" QUESTION QUESTION, DEFECT_QUESTION_MANY, 2, 0, 0},
    {ANSWER QUESTION RECORD_A, DEFECT_COUNT_MISMATCH, 1, 1, 0},
    {ANSWER QUESTION RECORD_A RECORD_A "0000", DEFECT_TRAILING_OCTETS, 1, 2, 0},
    {ANSWER QUESTION RECORD_A "80", DEFECT_LABEL_TYPE, 1, 1, 0},
    {ANSWER QUESTION RECORD_A "c0", DEFECT_NAME_OVERRUN, 1, 1, 0},
    {ANSWER QUESTION RECORD_A "c0ff 0001 0001 00000000 0000", DEFECT_POINTER_FORWARD, 1, 1, 0},
    {ANSWER QUESTION RECORD_A "01'a' c031 0001 0001 00000000 0000", DEFECT_POINTER_LOOP, 1, 1, 0},
    {ANSWER QUESTION RECORD_A "c00c", DEFECT_RECORD_SHORT, 1, 1, 0},
    {ANSWER QUESTION RECORD_A "c00c 0001 0001 0000012c 00", DEFECT_RECORD_SHORT, 1, 1, 0},
    {ANSWER QUESTION RECORD_A "c00c 0001 0001 0000012c 0004 c00002", DEFECT_RDATA_OVERRUN, 1, 1, 0},
    {"1234 0100 0001 0000 0000 0002" QUESTION RECORD_OPT RECORD_OPT, DEFECT_EDNS_TWICE, 1, 0, 2},
    {"1234 0100 0001 0000 0000 0001" QUESTION "01'a'" RECORD_OPT, DEFECT_EDNS_OWNER, 1, 0, 1},
    {"1234 0100 0001 0001 0000 0000" QUESTION RECORD_OPT, DEFECT_EDNS_SECTION, 1, 1, 0},
    {"1234 0100 0001 0000 0000 0001" QUESTION "00 0029 04d0 00000000 0004 000a 0001",
     DEFECT_EDNS_OPTION, 1, 0, 1},
    {"1234 0100 0001 0000 0000 0001" QUESTION "00 0029 04d0 00000000 0003 000a 00",
     DEFECT_EDNS_OPTION, 1, 0, 1},
};

Test(message, each_defect_is_named_and_what_precedes_it_is_kept)
{
    for (size_t i = 0; i < ARRAY_LEN(DEFECTS); i++) {
        const struct defect_case *const c = &DEFECTS[i];
        const struct fixture f = read_message(c->text);
        cr_expect(eq(u32, f.message.defects, DEFECT_BIT(c->defect)), "%s gives %#x, not %s",
                  c->text, f.message.defects, defect_name(c->defect));
        cr_expect(eq(sz, f.message.question_count, c->questions), "%s", c->text);
        cr_expect(eq(uint, count_records(&f.message, DNS_ANSWER), c->answers), "%s", c->text);
        cr_expect(eq(uint, count_records(&f.message, DNS_AUTHORITY), 0), "%s", c->text);
        cr_expect(eq(uint, count_records(&f.message, DNS_ADDITIONAL), c->additionals), "%s",
                  c->text);
        wire_free(f.octets);
    }
}

Test(message, name_too_long_is_named)
{
    char text[2 * 400] = QUERY;
    for (size_t i = 0; i < 4; i++) {
        char *const label = text + strlen(text);
        memset(label, 'a', 2 + 2 * 63); /* octets 0xaa */
        memcpy(label, "3f", 2);
        label[2 + 2 * 63] = '\0';
    }
    memcpy(text + strlen(text), "0000010001", 11);
    const struct fixture f = read_message(text);
    cr_expect(eq(u32, f.message.defects, DEFECT_BIT(DEFECT_NAME_TOO_LONG)));
    wire_free(f.octets);
}

Test(message, less_than_a_header_is_truncated)
{
    const struct bytes whole = wire(QUERY);
    for (size_t len = 0; len < whole.len; len++) {
        const struct bytes prefix = wire_prefix(whole, len);
        struct dns_message message;
        memset(&message, 0xa5, sizeof message);
        cr_expect(eq(int, dns_message_read(prefix, &message), ST_TRUNCATED));
        cr_expect(eq(u32, message.defects, DEFECT_BIT(DEFECT_HEADER_SHORT)));
        cr_expect(eq(u16, message.header.id, 0));
        cr_expect(eq(sz, message.question_count, 0));
        cr_expect(eq(u8, message.question.name.len, 1));
        cr_expect(eq(u16, message.record_count[DNS_ANSWER], 0));
        cr_expect(not(message.edns.present));
        struct cursor c = cursor_of(prefix);
        struct dns_header header = {.id = 99};
        cr_expect(eq(int, dns_header_read(&c, &header), ST_TRUNCATED));
        cr_expect(eq(u16, header.id, 99));
        wire_free(prefix);
    }
    wire_free(whole);
}

/* Cut anywhere, a good message has a defect, and its records are those in front of the cut. */
Test(message, every_prefix_of_a_message_has_a_defect)
{
    const struct bytes whole = wire(GOOD_RESPONSE);
    for (size_t len = DNS_HEADER_LEN; len < whole.len; len++) {
        const struct bytes prefix = wire_prefix(whole, len);
        struct dns_message message;
        cr_assert(eq(int, dns_message_read(prefix, &message), ST_OK));
        cr_expect(ne(u32, message.defects, 0), "%zu", len);
        cr_expect(eq(sz, message.question_count, len >= 33), "%zu", len);
        cr_expect(eq(uint, count_records(&message, DNS_ANSWER), len >= 49), "%zu", len);
        cr_expect(eq(uint, count_records(&message, DNS_ADDITIONAL), 0), "%zu", len);
        wire_free(prefix);
    }
    wire_free(whole);
}

Test(message, question_is_kept_as_far_as_it_goes)
{
    const struct fixture f = read_message(QUERY "03'www'00 0001");
    cr_expect(eq(u8, f.message.question.name.labels, 1));
    cr_expect(eq(u16, f.message.question.type, 0));
    cr_expect(eq(sz, f.message.question_count, 0));
    wire_free(f.octets);
}

Test(message, first_opt_record_counts)
{
    const struct fixture f = read_message("1234 0100 0001 0000 0000 0002" QUESTION RECORD_OPT
                                          "00 0029 0200 00000000 0000");
    cr_expect(eq(u16, f.message.edns.udp_size, 1232));
    cr_expect(eq(u16, f.message.opt_count[DNS_ADDITIONAL], 2));
    wire_free(f.octets);
}

Test(message, opt_record_elsewhere_is_no_edns)
{
    const struct fixture f = read_message("1234 0100 0001 0000 0001 0000" QUESTION RECORD_OPT);
    cr_expect(not(f.message.edns.present));
    cr_expect(eq(u16, f.message.opt_count[DNS_AUTHORITY], 1));
    wire_free(f.octets);
}

/* RFC 8490, 5.4: DSO messages have no question, and what follows the header is TLVs. */
Test(message, dso_without_question_is_no_defect)
{
    const struct fixture f =
        read_message("1234 3000 0000 0000 0000 0000 0001 0008 00003a98 00003a98");
    cr_expect(eq(u32, f.message.defects, 0));
    wire_free(f.octets);
}

Test(message, one_bad_record_hides_those_behind_it)
{
    const struct fixture f = read_message("1234 8180 0001 0002 0001 0001" QUESTION RECORD_A
                                          "c0ff 0001 0001 00000000 0000" RECORD_A RECORD_OPT);
    cr_expect(eq(u16, f.message.record_count[DNS_ANSWER], 1));
    cr_expect(eq(u16, f.message.record_count[DNS_AUTHORITY], 0));
    cr_expect(eq(u16, f.message.record_count[DNS_ADDITIONAL], 0));
    cr_expect(eq(u32, f.message.defects, DEFECT_BIT(DEFECT_POINTER_FORWARD)));
    wire_free(f.octets);
}

/* The pointer that was good for one record is taken as good for the next: it must be the same. */
Test(message, owner_is_checked_again_when_it_differs)
{
    const struct fixture f =
        read_message("1234 8180 0001 0003 0000 0000" QUESTION "c010 0001 0001 00000000 0000"
                     "c010 0001 0001 00000000 0000"
                     "c00d 0001 0001 00000000 0000");
    cr_expect(eq(u16, f.message.record_count[DNS_ANSWER], 2)); /* at 13 stands 'w', no label */
    cr_expect(eq(u32, f.message.defects, DEFECT_BIT(DEFECT_LABEL_TYPE)));
    wire_free(f.octets);
}
