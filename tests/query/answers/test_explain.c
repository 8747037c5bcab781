#include "query/answers/explain.h"

#include <criterion/criterion.h>
#include <string.h>

#include "query/answers/sentence.h"
#include "query/printing/pretty.h"
#include "tests/core/kql/expression.h"

TestSuite(explain, .init = start, .fini = stop);

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
