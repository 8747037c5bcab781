#include "query/answers/explain.h"

#include <criterion/criterion.h>
#include <string.h>

#include "query/answers/sentence.h"
#include "query/printing/pretty.h"

static struct arena arena;
static struct buf out;

static void start(void)
{
    arena_init(&arena, 1024 * 1024);
    buf_init(&out, 1024 * 1024);
}

static void stop(void)
{
    buf_release(&out);
    arena_release(&arena);
}

TestSuite(explain, .init = start, .fini = stop);

static const struct kql_node *parse(const char *text)
{
    const struct kql_node *tree = NULL;
    struct kql_error error;
    cr_assert_eq(kql_parse(bytes_of(text), &arena, &tree, &error), ST_OK, "%s", text);
    return tree;
}

static void expect_sentence(const char *text, const char *expected)
{
    buf_reset(&out);
    sentence_print(parse(text), &out);
    cr_expect_str_eq(buf_text(&out), expected);
}

Test(explain, sentences)
{
    expect_sentence("", "Selects every lookup.");
    expect_sentence("*", "Selects every lookup.");
    expect_sentence("dns.id: 7", "Selects the lookups where dns.id is 7.");
    expect_sentence("dns.id: *", "Selects the lookups where dns.id has a value.");
    expect_sentence("not dns.id: *", "Selects the lookups where dns.id has no value.");
    expect_sentence("dns.question.name: *.test",
                    "Selects the lookups where dns.question.name matches *.test.");
    expect_sentence("shop", "Selects the lookups where any field is shop.");
    expect_sentence("event.duration >= 5 and not destination.port < 53",
                    "Selects the lookups where event.duration is at least 5 and destination.port "
                    "is not less than 53.");
    expect_sentence("a: 1 and (b: 2 or c: 3)",
                    "Selects the lookups where a is 1 and (b is 2 or c is 3).");
    expect_sentence("not (a: 1 and b: 2)",
                    "Selects the lookups where it is not so that (a is 1 and b is 2).");
}

Test(explain, sentences_about_nested_objects)
{
    expect_sentence(
        "rrsets:{type:\"CNAME\"} and not rrsets:{type:\"A\"}",
        "Selects the lookups where there is an object of rrsets whose type is \"CNAME\" "
        "and there is no object of rrsets whose type is \"A\".");
    expect_sentence("rrsets:{type: A and ttl < 60}",
                    "Selects the lookups where there is an object of rrsets such that (type is A "
                    "and ttl is less than 60).");
}

Test(explain, trees_have_kibanas_names)
{
    sentence_print_tree(parse("a: 1 and not p:{b: * or c > 2}"), &out);
    cr_expect_str_eq(buf_text(&out), "  and\n"
                                     "    is a : 1\n"
                                     "    not\n"
                                     "      nested p\n"
                                     "        or\n"
                                     "          exists b\n"
                                     "          range c > 2\n");
}

Test(explain, a_tree_cannot_steer_a_terminal)
{
    sentence_print_tree(parse("a: \"\x1b[31m\""), &out);
    cr_expect_str_eq(buf_text(&out), "  is a : \"\\027[31m\"\n");
}

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

Test(explain, values_that_are_stored_otherwise_are_named)
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

Test(explain, values_that_a_field_never_has_are_named)
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

Test(explain, numbers_for_which_there_is_a_mnemonic_are_named)
{
    expect_advice("dns.response_code: 3", "values of dns.response_code are mnemonics, so nothing "
                                          "matches 3; did you mean NXDOMAIN?\n");
    expect_advice("rrsets:{type: 28}", "values of rrsets.type are mnemonics, so nothing matches "
                                       "28; did you mean AAAA?\n");
    expect_advice("dns.question.type: 65280", "values of dns.question.type are mnemonics, so "
                                              "nothing matches 65280\n");
    expect_advice("dns.question.type: TYPE65280 or dns.id: 3", "");
}

Test(explain, names_of_wireshark_are_translated)
{
    static const char rcode[] = "dns.flags.rcode is a name of Wireshark's, the same here is "
                                "dns.response_code, and 3 is NXDOMAIN\n";
    expect_advice("dns.flags.rcode == 3", rcode);
    expect_advice("dns.flags.rcode: 3", rcode);
    expect_advice("dns.time > 5",
                  "dns.time is a name of Wireshark's, the same here is event.duration\n");
    expect_advice("dns.response_code == 3", "");
}

Test(explain, part_of_a_name_needs_asterisks)
{
    expect_advice("dns.question.name: shop", "names in dns.question.name are compared as a whole; "
                                             "\"*\" stands for any text: *shop*\n");
    expect_advice("dns.question.name: *shop*", "");
}

/* The warnings of an expression, through the whole command's way. */
static const char *warnings_of(const char *text, bool with_guesses)
{
    const struct settings settings = {.time_zone = "UTC"};
    struct question question;
    struct question_fault fault;
    cr_assert_eq(question_init(&question, &settings, text, &fault), ST_OK);
    buf_reset(&out);
    explain_warnings(&question, with_guesses, collect, &out);
    question_release(&question);
    return buf_text(&out);
}

static size_t lines_in(const char *text)
{
    size_t lines = 0;
    for (; *text != '\0'; text++)
        lines += *text == '\n' ? 1 : 0;
    return lines;
}

Test(explain, the_same_is_said_once)
{
    cr_expect_eq(lines_in(warnings_of("dns.response_code: (nxdomain or nxdomain)", true)), 1);
    cr_expect_eq(lines_in(warnings_of("dns.response_code: (nxdomain or servfail)", true)), 2);
    cr_expect_eq(lines_in(warnings_of("dns.qestion.type: (A or AAAA)", true)), 1);
}

Test(explain, guesses_are_left_out_when_they_are_not_wanted)
{
    cr_expect_eq(lines_in(warnings_of("dns.question.type: A MX", true)), 1);
    cr_expect_eq(lines_in(warnings_of("dns.question.type: A MX", false)), 0);
    cr_expect_eq(lines_in(warnings_of("dns.response_code: nxdomain", false)), 0);
    cr_expect_eq(lines_in(warnings_of("rrsets:{not type: A}", false)), 1);
}

Test(explain, long_names_and_values_are_cut)
{
    static char text[60001];
    memset(text, 'x', sizeof text - 1);
    memcpy(text + sizeof text - 3, ":a", 2);
    cr_expect_lt(strlen(warnings_of(text, true)), 300);
    memset(text, 'x', sizeof text - 1);
    memcpy(text, "lookup.result:", 14);
    cr_expect_lt(strlen(warnings_of(text, true)), 400);
}

Test(explain, json_for_people)
{
    pretty_print(BYTES_LITERAL("{\"a\":[1,{\"b\":\"x,{\\\"\"}],\"c\":{},\"d\":[]}"), &out);
    cr_expect_str_eq(buf_text(&out), "{\n"
                                     "  \"a\": [\n"
                                     "    1,\n"
                                     "    {\n"
                                     "      \"b\": \"x,{\\\"\"\n"
                                     "    }\n"
                                     "  ],\n"
                                     "  \"c\": {},\n"
                                     "  \"d\": []\n"
                                     "}");
}
