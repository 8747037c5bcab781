#include "core/kql/nested_check.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#define MEMORY_MAX ((size_t)16 * 1024 * 1024)

static const char two_levels[] =
    "{\"properties\":{\"a\":{\"type\":\"nested\",\"properties\":{\"x\":{\"type\":\"keyword\"},"
    "\"b\":{\"type\":\"nested\",\"properties\":{\"y\":{\"type\":\"long\"}}}}},"
    "\"plain\":{\"properties\":{\"z\":{\"type\":\"ip\"}}}}}";

static enum status check(const char *text, struct kql_error *error)
{
    struct data_view *view = NULL;
    struct error err = {0};
    cr_assert(eq(int, data_view_read(bytes_of(two_levels), &view, &err), ST_OK), "%s", err.text);
    struct arena arena;
    arena_init(&arena, MEMORY_MAX);
    const struct kql_node *tree = NULL;
    cr_assert(eq(int, kql_parse(bytes_of(text), &arena, &tree, error), ST_OK), "%s", text);
    const enum status status = kql_check_nested(tree, view, error);
    arena_release(&arena);
    data_view_free(view);
    return status;
}

Test(kql_nested_check, fields_in_their_place_pass)
{
    static const char *const texts[] = {
        "a:{x:1}", "a:{b:{y:1}}",   "a.b:{y:1}",        "plain.z:1", "a*:1",    "*:1",
        "a.x*:1",  "a:{unknown:1}", "zzz:{yyy:1}",      "a:{1}",     "a:{*:*}", "a:*",
        "1",       "a:{x*:1}",      "\"\":{plain.z:1}",
    };
    struct kql_error error = {0};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        cr_expect(eq(int, check(texts[i], &error), ST_OK), "%s: %s", texts[i], error.message);
}

Test(kql_nested_check, fields_out_of_place_are_refused_with_their_place_and_a_hint)
{
    static const struct {
        const char *text;
        size_t at;
        const char *hint;
    } cases[] = {
        {"a.x:1", 0, "a:{x:1}"},
        {"plain.z:1 or a.x > 5", 13, "a:{x > 5}"},
        {"plain:{z:\"1\"}", 7, "plain.z:\"1\""},
        {"a:{b.y:1}", 3, "a.b:{y:1}"},
        {"not (a:{x:1 and b.y:*})", 16, "a.b:{y:*}"},
        {"a:{*:1}", 3, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct kql_error error = {0};
        cr_expect(eq(int, check(cases[i].text, &error), ST_INVALID), "%s", cases[i].text);
        cr_expect(eq(int, error.kind, KQL_ERROR_NESTED));
        cr_expect(eq(sz, error.at, cases[i].at), "%s", cases[i].text);
        cr_expect_str_eq(error.hint, cases[i].hint);
    }
}

Test(kql_nested_check, all_fields_of_a_wildcard_are_named)
{
    struct kql_error error = {0};
    cr_assert(eq(int, check("plain:{*:1} or a:{*:1}", &error), ST_INVALID));
    cr_expect_str_eq(error.message,
                     "plain.z is not a nested field, but is in a nested group, \"plain\"");
    cr_assert(eq(int, check("a:{b*:1}", &error), ST_INVALID));
    cr_expect_str_eq(error.message,
                     "a.b.y is a nested field of \"a.b\", but is in the nested group \"a\"");
}
