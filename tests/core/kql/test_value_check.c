#include "core/kql/value_check.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

#include "core/base/macros.h"

Test(value_check, pieces_match_with_anything_between_them)
{
    static const struct {
        const char *pieces[4];
        size_t count;
        const char *text;
        bool matches;
    } CASES[] = {
        {{"a", ""}, 2, "a", true},
        {{"a", ""}, 2, "ba", false},
        {{"", "a"}, 2, "ba", true},
        {{"", ""}, 2, "", true},
        {{"", "", ""}, 3, "", true},
        {{"ab", "ba"}, 2, "aba", false}, /* the ends must not overlap */
        {{"ab", "ba"}, 2, "abba", true},
        {{"a", "b", "c"}, 3, "a--b--c", true},
        {{"a", "b", "c"}, 3, "acb", false},
        {{"a", "b", "b", "c"}, 4, "abc", false},
        {{"a", "b", "b", "c"}, 4, "abbc", true},
        {{"a", "b", "c"}, 3, "a\nb\nc", true},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        struct bytes pieces[4];
        for (size_t p = 0; p < CASES[i].count; p++)
            pieces[p] = bytes_of(CASES[i].pieces[p]);
        cr_expect(value_check_pieces(pieces, CASES[i].count, bytes_of(CASES[i].text)) ==
                      CASES[i].matches,
                  "%zu", i);
    }
}

Test(value_check, patterns_backtrack)
{
    static const struct {
        const char *pattern;
        const char *text;
        bool matches;
    } CASES[] = {
        {"", "", true},           {"", "a", false},
        {"*", "", true},          {"a*", "abc", true},
        {"*c", "abc", true},      {"a*c*e", "abcde", true},
        {"*ab*b", "aabab", true}, {"*ab", "abx", false},
        {"a**b", "ab", true},     {"*.name", "dns.name.x", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++)
        cr_expect(value_check_pattern(bytes_of(CASES[i].pattern), bytes_of(CASES[i].text)) ==
                      CASES[i].matches,
                  "%s %s", CASES[i].pattern, CASES[i].text);
}

Test(value_check, doubles_are_ordered_as_lucene_orders_them)
{
    static const double ORDERED[] = {-HUGE_VAL, -1e300, -1, -5e-324, -0.0,    0.0,
                                     5e-324,    1,      2,  1e300,   HUGE_VAL};
    for (size_t i = 1; i < ARRAY_LEN(ORDERED); i++)
        cr_expect(value_check_order(ORDERED[i - 1]) < value_check_order(ORDERED[i]), "%zu", i);
    cr_expect(eq(i64, value_check_order(-0.0) + 1, value_check_order(0.0)));
    cr_expect(value_check_order(HUGE_VAL) < value_check_order((double)NAN));
}
