#include "core/kql/required.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#define ARENA_MAX ((size_t)1024 * 1024)

/* A flattened field, a keyword in lower case, one as it is, and the words of a text. */
#define X_FIELD(path, es_type, lower)                                                           \
    {                                                                                           \
        .name = path, .name_len = sizeof(path) - 1, .type = es_type,                            \
        .is_keyword = (es_type) == FIELD_KEYWORD, .is_lower_case = lower, .parent = FIELD_NONE, \
        .nested = FIELD_NONE, .alias_of = FIELD_NONE,                                           \
    }
static const struct data_view_field X_FIELDS[] = {
    X_FIELD("flat", FIELD_FLATTENED, false), X_FIELD("low", FIELD_KEYWORD, true),
    X_FIELD("key", FIELD_KEYWORD, false),    X_FIELD("words", FIELD_TEXT, false),
    X_FIELD("number", FIELD_LONG, false),    X_FIELD("ip", FIELD_IP, false),
    X_FIELD("date", FIELD_DATE, false),      X_FIELD("flag", FIELD_BOOLEAN, false),
};
static const struct data_view X_VIEW = {.fields = X_FIELDS, .count = ARRAY_LEN(X_FIELDS)};

static bool is_met(const char *kql, const char *json)
{
    struct arena arena;
    struct kql_error error;
    const struct kql_node *tree = NULL;
    const struct kql_program *program = NULL;
    const struct kql_required *required = NULL;
    const struct kql_options options = {.view = &X_VIEW};
    arena_init(&arena, ARENA_MAX);
    cr_assert(kql_parse(bytes_of(kql), &arena, &tree, &error) == ST_OK, "%s", kql);
    cr_assert(kql_compile(tree, &options, &arena, &program, &error) == ST_OK, "%s", kql);
    cr_assert(eq(int, kql_required_new(program, &arena, &required), ST_OK));
    const bool result = kql_required_is_met(required, bytes_of(json));
    arena_release(&arena);
    return result;
}

struct example {
    const char *kql;
    const char *json;
};

Test(kql_required, text_without_the_value_is_out)
{
    static const struct example CASES[] = {
        {"key: abc", "{\"key\":\"xyz\"}"},
        {"key: abc", "{\"key\":\"abcd\"}"},
        {"key: abc*", "{\"key\":\"abxc\"}"},
        {"key: *x*abc*", "{\"key\":\"xab\"}"},
        {"key: 500", "{\"key\":\"501\"}"},
        {"key: true", "{\"key\":false}"},
        {"key: abc and not key: d", "{\"key\":\"d\"}"},
        {"key: a and (key: b or key: c)", "{\"key\":[\"a\",\"d\"]}"},
        {"key: (a or b)", "{\"key\":\"c\"}"},
        {"key: (a and b)", "{\"key\":\"a\"}"},
        {"flat.k: abc", "{\"flat\":{\"k\":\"abcd\"}}"},
        {"flat.k: abc*", "{\"flat\":{\"k\":\"ab\"}}"},
        {"flat: abc", "{\"flat\":{\"k\":\"ab\"}}"},
        {"number > 5 and key: abc", "{\"key\":\"x\",\"number\":7}"},
        {"_id: abc", "{\"_id\":\"x\"}"},
        {"key: abc", "{\"key\":\"\\\"x\\n\\\\\"}"},
        {"key: \"a/bcd\"", "{\"key\":\"a/b\"}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++)
        cr_expect(not(is_met(CASES[i].kql, CASES[i].json)), "%s: %s", CASES[i].kql, CASES[i].json);
}

/* Each of these documents is selected, however unlike the expression it is spelled. */
Test(kql_required, every_spelling_of_a_value_is_in)
{
    static const struct example CASES[] = {
        {"key: abc", "{\"key\":\"abc\"}"},
        {"key: abc", "{\"key\":\"\\u0061bc\"}"},
        {"key: \"a\\\"b\"", "{\"key\":\"a\\\"b\"}"},
        {"key: \"a/bc/d\"", "{\"key\":\"a\\/bc\\/d\"}"},
        {"key: a/bc/d*", "{\"key\":\"a\\/bc\\/de\"}"},
        {"key: \"a\\tbc\"", "{\"key\":\"a\\tbc\"}"},
        {"key: \"a\\\\bc\"", "{\"key\":\"a\\\\bc\"}"},
        {"key: \"\\\\\"", "{\"key\":\"\\\\\"}"},
        {"key: abc", "{\"key\":[\"\\\"x\\\"\",\"abc\"]}"},
        {"key: 5", "{\"key\":5}"},
        {"key: 1E3", "{\"key\":1E3}"},
        {"key: -1", "{\"key\":-1}"},
        {"key: true", "{\"key\":true}"},
        {"key: t*", "{\"key\":true}"},
        {"key: \"\"", "{\"key\":\"\"}"},
        {"key: a or number: 5", "{\"number\":5e0}"},
        {"key: a or words: b", "{\"words\":\"B\"}"},
        {"not key: a", "{\"key\":\"b\"}"},
        {"not (key: a and key: b)", "{\"key\":\"c\"}"},
        {"low: abc", "{\"low\":\"ABC\"}"},
        {"low: a*c", "{\"low\":\"ABC\"}"},
        {"words: abc", "{\"words\":\"ABC\"}"},
        {"words: \"abc def\"", "{\"words\":\"ABC Def\"}"},
        {"words: ab*", "{\"words\":\"ABC\"}"},
        {"number: 1000", "{\"number\":1e3}"},
        {"ip: \"10.0.0.1\"", "{\"ip\":\"::ffff:a00:1\"}"},
        {"date: \"2024-05-01\"", "{\"date\":1714521600000}"},
        {"flag: true", "{\"flag\":\"true\"}"},
        {"key > abc", "{\"key\":\"x\"}"},
        {"key: *", "{\"key\":\"x\"}"},
        {"flat.a.b: abc", "{\"flat\":{\"a\":{\"b\":\"abc\"}}}"},
        {"flat.a.b: abc*", "{\"flat\":{\"a\":{\"b\":\"abcd\"}}}"},
        {"flat: abc", "{\"flat\":{\"k\":\"abc\"}}"},
        {"_id: abc", "{\"_id\":\"abc\"}"},
        {"key: (a or b or c or d or e or f or g or h or i or j or k or l or m or n or o or p or q)",
         "{\"key\":\"q\"}"},
        {"key: a and (key: b or number: 1)", "{\"key\":\"a\",\"number\":1.0}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++)
        cr_expect(is_met(CASES[i].kql, CASES[i].json), "%s: %s", CASES[i].kql, CASES[i].json);
}
