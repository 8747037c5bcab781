#include "core/advice/complete.h"

#include <criterion/criterion.h>
#include <string.h>

#include "core/base/buf.h"

static struct buf out;

static void start(void)
{
    buf_init(&out, 1024 * 1024);
}

static void stop(void)
{
    buf_release(&out);
}

TestSuite(complete, .init = start, .fini = stop);

static void collect(void *context, const char *text)
{
    buf_add_text(context, text);
    buf_add_u8(context, '\n');
}

static const char *offers(const char *text)
{
    buf_reset(&out);
    complete_expression(bytes_of(text), collect, &out);
    return buf_text(&out);
}

static void expect_offers(const char *text, const char *expected)
{
    cr_expect_str_eq(offers(text), expected, "%s: %s", text, buf_text(&out));
}

Test(complete, names_of_fields)
{
    expect_offers("dns.question.n", "dns.question.name:\n");
    expect_offers("not (dns.question.n", "not (dns.question.name:\n");
    expect_offers("dns.id: 1 and event.dur", "dns.id: 1 and event.duration:\n");
    expect_offers("rrs", "rrsets:{\n");
    expect_offers("nothing.like.it", "");
    cr_expect_not_null(strstr(offers(""), "lookup.result:\n"));
    cr_expect_null(strstr(offers(""), "rrsets.type"));
}

Test(complete, names_between_braces_are_relative)
{
    expect_offers("rrsets:{ty", "rrsets:{type:\n");
    expect_offers("rrsets:{type: A and t", "rrsets:{type: A and target:\n"
                                           "rrsets:{type: A and ttl:\n"
                                           "rrsets:{type: A and type:\n");
    expect_offers("rrsets:{type: A} and rrs", "rrsets:{type: A} and rrsets:{\n");
    expect_offers("nested:{ty", "");
}

Test(complete, values_of_fields_that_have_a_few)
{
    expect_offers("lookup.result:no", "lookup.result:nodata \nlookup.result:no_response \n");
    expect_offers("lookup.result: no_", "lookup.result: no_response \n");
    expect_offers("lookup.result: (nodata or no_", "lookup.result: (nodata or no_response \n");
    expect_offers("dns.response_code: NXD", "dns.response_code: NXDOMAIN \n");
    expect_offers("rrsets:{type: AAA", "rrsets:{type: AAAA \n");
    expect_offers("dns.id: ", "");
    expect_offers("event.duration > ", "");
}

Test(complete, words_between_clauses)
{
    expect_offers("dns.id: 1 ", "dns.id: 1 and \ndns.id: 1 or \n");
    expect_offers("rrsets:{type: A} a", "rrsets:{type: A} and \n");
    expect_offers("(dns.id: 1) o", "(dns.id: 1) or \n");
    expect_offers("dns.id: (1 or 2) a", "dns.id: (1 or 2) and \n");
    expect_offers("dns.id: 1 and no", "dns.id: 1 and not \n");
}

Test(complete, nothing_within_quotation_marks_or_of_what_is_wrong)
{
    expect_offers("dns.question.name: \"dns.q", "");
    expect_offers("dns.question.name: \"a\\\" dns.q", "");
    expect_offers("}}}}: {{:{ (((", "");
    expect_offers("\\", "");
}

Test(complete, every_beginning_can_be_asked_for)
{
    static const char text[] =
        "not (dns.id: (1 or 2) and rrsets:{type: \"A\\\"\" and ttl < 60}) or x";
    for (size_t len = 0; len < sizeof text; len++)
        complete_expression((struct bytes){(const uint8_t *)text, len}, collect, &out);
    cr_expect(buf_ok(&out));
}
