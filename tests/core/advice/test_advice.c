#include "core/advice/advice.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/core/kql/expression.h"

TestSuite(advice, .init = start, .fini = stop);

static void collect(void *context, const char *warning)
{
    buf_add_text(context, warning);
    buf_add_u8(context, '\n');
}

static const char *warnings_of(const char *text, enum advice_kind kind)
{
    const struct advice_subject subject = {bytes_of(text), parse(text), data_view_builtin()};
    buf_reset(&out);
    advice_give(&subject, kind, collect, &out);
    return buf_text(&out);
}

static size_t lines_in(const char *text)
{
    size_t lines = 0;
    for (; *text != '\0'; text++)
        lines += *text == '\n' ? 1 : 0;
    return lines;
}

Test(advice, the_same_is_said_once)
{
    cr_expect_eq(lines_in(warnings_of("dns.response_code: (nxdomain or nxdomain)", ADVICE_NOTHING)),
                 1);
    cr_expect_eq(lines_in(warnings_of("dns.response_code: (nxdomain or servfail)", ADVICE_NOTHING)),
                 2);
    cr_expect_eq(lines_in(warnings_of("dns.qestion.type: (A or AAAA)", ADVICE_NOTHING)), 1);
}

Test(advice, guesses_are_left_out_when_they_are_not_wanted)
{
    cr_expect_eq(lines_in(warnings_of("dns.question.type: A MX", ADVICE_NOTHING)), 1);
    cr_expect_eq(lines_in(warnings_of("dns.question.type: A MX", ADVICE_CERTAIN)), 0);
    cr_expect_eq(lines_in(warnings_of("dns.response_code: nxdomain", ADVICE_CERTAIN)), 0);
    cr_expect_eq(lines_in(warnings_of("rrsets:{not type: A}", ADVICE_CERTAIN)), 1);
}

Test(advice, long_names_and_values_are_cut)
{
    static char text[60001];
    memset(text, 'x', sizeof text - 1);
    memcpy(text + sizeof text - 3, ":a", 2);
    cr_expect_lt(strlen(warnings_of(text, ADVICE_NOTHING)), 300);
    memset(text, 'x', sizeof text - 1);
    memcpy(text, "lookup.result:", 14);
    cr_expect_lt(strlen(warnings_of(text, ADVICE_NOTHING)), 400);
}
