#include "core/advice/spelling.h"

#include <criterion/criterion.h>

#include "tests/core/kql/expression.h"

TestSuite(spelling, .init = start, .fini = stop);

static void collect(void *context, const char *warning)
{
    buf_add_text(context, warning);
    buf_add_u8(context, '\n');
}

static void expect_advice(const char *text, const char *expected)
{
    buf_reset(&out);
    spelling_check(parse(text), collect, &out);
    cr_expect_str_eq(buf_text(&out), expected, "%s: %s", text, buf_text(&out));
}

Test(spelling, values_that_are_stored_otherwise_are_named)
{
    expect_advice("dns.question.name: www.example and dns.response_code: NXDOMAIN", "");
    expect_advice("dns.response_code: nxdomain", "values of dns.response_code are written in "
                                                 "capitals, so nothing matches nxdomain\n");
    expect_advice("not rrsets:{type: aaaa}",
                  "values of rrsets.type are written in capitals, so nothing matches aaaa\n");
    expect_advice("dns.question.name: Example.org.",
                  "values of dns.question.name are written in small letters, so nothing matches "
                  "Example.org.\n"
                  "names in dns.question.name have no final dot, so nothing matches "
                  "Example.org.\n");
    expect_advice("dns.question.name: \".\"", "");
    expect_advice("type: a", "");
}

Test(spelling, values_that_a_field_never_has_are_named)
{
    expect_advice("lookup.result: (cname_only or no_response) and network.transport: udp", "");
    expect_advice("lookup.result: cname* and not lookup.scope: *", "");
    expect_advice("lookup.result: cnam_only",
                  "values of lookup.result are answer, nodata, cname_only, referral, nxdomain, "
                  "servfail, refused, error, truncated, no_response, denied, malformed, so nothing "
                  "matches cnam_only; did you mean cname_only?\n");
    expect_advice("network.transport: https",
                  "values of network.transport are udp, tcp, so nothing matches https\n");
    expect_advice("network.transport: TCP", "values of network.transport are written in small "
                                            "letters, so nothing matches TCP\n");
}

Test(spelling, numbers_for_which_there_is_a_mnemonic_are_named)
{
    expect_advice("dns.response_code: 3", "values of dns.response_code are mnemonics, so nothing "
                                          "matches 3; did you mean NXDOMAIN?\n");
    expect_advice("rrsets:{type: 28}", "values of rrsets.type are mnemonics, so nothing matches "
                                       "28; did you mean AAAA?\n");
    expect_advice("dns.question.type: 65280", "values of dns.question.type are mnemonics, so "
                                              "nothing matches 65280\n");
    expect_advice("dns.question.type: TYPE65280 or dns.id: 3", "");
}

Test(spelling, names_of_wireshark_are_translated)
{
    static const char rcode[] = "dns.flags.rcode is a name of Wireshark's, the same here is "
                                "dns.response_code, and 3 is NXDOMAIN\n";
    expect_advice("dns.flags.rcode == 3", rcode);
    expect_advice("dns.flags.rcode: 3", rcode);
    expect_advice("dns.time > 5",
                  "dns.time is a name of Wireshark's, the same here is event.duration\n");
    expect_advice("dns.response_code == 3", "");
}

Test(spelling, part_of_a_name_needs_asterisks)
{
    expect_advice("dns.question.name: shop", "names in dns.question.name are compared as a whole; "
                                             "\"*\" stands for any text: *shop*\n");
    expect_advice("dns.question.name: *shop*", "");
}
