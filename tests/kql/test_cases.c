/* Expressions with the query, or the place of the error, that Kibana gives for them. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>

#include "core/base/arena.h"
#include "core/json/tree.h"
#include "core/kql/parser.h"
#include "query/sources/translate.h"

#define CASES      TEST_SOURCE "/tests/kql/cases/"
#define MEMORY_MAX ((size_t)64 * 1024 * 1024)
#define SHOWN_MAX  20

struct tally {
    size_t cases;
    size_t passed;
    size_t scripted; /* passed by being refused: scripted fields */
};

static struct bytes read_file(const char *path, struct arena *arena)
{
    FILE *const file = fopen(path, "rb");
    cr_assert(file != NULL, "%s", path);
    cr_assert(fseek(file, 0, SEEK_END) == 0);
    const long size = ftell(file);
    rewind(file);
    uint8_t *const data = arena_alloc(arena, (size_t)size);
    cr_assert(data != NULL);
    cr_assert(eq(sz, fread(data, 1, (size_t)size, file), (size_t)size));
    fclose(file);
    return (struct bytes){data, (size_t)size};
}

static bool mentions_script(const struct json_value *value)
{
    if (bytes_is(value->name, "script"))
        return true;
    for (const struct json_value *child = value->first; child != NULL; child = child->next) {
        if (mentions_script(child))
            return true;
    }
    return false;
}

/* The query as Kibana writes it: same members in the same order. */
static bool is_query(const struct json_value *wanted, struct bytes query, struct arena *arena)
{
    const struct json_value *got = NULL;
    struct error err = {0};
    cr_assert(eq(int, json_tree_read(query, arena, &got, &err), ST_OK), "%s", err.text);
    return json_tree_equal(wanted, got);
}

static bool passes(const struct json_value *test, const struct data_view *view, struct arena *arena,
                   struct tally *tally)
{
    const struct bytes text = json_string_or_empty(json_member(test, "kql"));
    const struct json_value *const query = json_member(test, "dsl");
    const struct json_value *const error_at = json_member(test, "error_at");
    const struct translate_options options = {.view = view};
    struct buf out;
    buf_init(&out, MEMORY_MAX);
    struct kql_error error = {0};
    const struct kql_node *tree = NULL;
    enum status status = kql_parse(text, arena, &tree, &error);
    if (status == ST_OK)
        status = translate(tree, &options, &out, &error);
    bool passed = false;
    if (status == ST_OK)
        passed = query != NULL && is_query(query, buf_bytes(&out), arena);
    else if (error.kind == KQL_ERROR_SYNTAX)
        passed = error_at != NULL && json_integer_or(error_at, -1) == (int64_t)error.at;
    else if (error.kind == KQL_ERROR_NESTED)
        passed = json_member(test, "error") != NULL;
    else if (error.kind == KQL_ERROR_SCRIPTED && query != NULL && mentions_script(query)) {
        passed = true;
        tally->scripted++;
    }
    buf_release(&out);
    return passed;
}

static struct tally run(const char *path, const struct data_view *view)
{
    struct arena file_arena;
    arena_init(&file_arena, MEMORY_MAX);
    struct bytes rest = read_file(path, &file_arena);
    struct tally tally = {0};
    while (rest.len > 0) {
        const uint8_t *const end = memchr(rest.data, '\n', rest.len);
        const size_t len = end == NULL ? rest.len : (size_t)(end - rest.data);
        struct arena arena;
        arena_init(&arena, MEMORY_MAX);
        const struct json_value *test = NULL;
        struct error err = {0};
        const struct bytes line = bytes_slice(rest, 0, len);
        cr_assert(eq(int, json_tree_read(line, &arena, &test, &err), ST_OK), "%s", err.text);
        tally.cases++;
        if (passes(test, view, &arena, &tally))
            tally.passed++;
        else if (tally.cases - tally.passed <= SHOWN_MAX)
            printf("failed: %.*s\n", (int)line.len, (const char *)line.data);
        arena_release(&arena);
        rest = bytes_slice(rest, len + 1, rest.len);
    }
    arena_release(&file_arena);
    return tally;
}

Test(kql_cases, with_a_data_view_all_cases_pass)
{
    struct arena arena;
    arena_init(&arena, MEMORY_MAX);
    struct data_view *view = NULL;
    struct error err = {0};
    cr_assert(eq(int, data_view_read(read_file(CASES "fields.json", &arena), &view, &err), ST_OK),
              "%s", err.text);
    const struct tally tally = run(CASES "data-view.jsonl", view);
    printf("data-view: %zu of %zu (%zu of them refused for scripted fields)\n", tally.passed,
           tally.cases, tally.scripted);
    cr_expect(eq(sz, tally.cases, 2746));
    cr_expect(eq(sz, tally.passed, 2746));
    cr_expect(eq(sz, tally.scripted, 205));
    data_view_free(view);
    arena_release(&arena);
}

Test(kql_cases, without_a_data_view_all_cases_pass)
{
    const struct tally tally = run(CASES "no-data-view.jsonl", NULL);
    printf("no-data-view: %zu of %zu\n", tally.passed, tally.cases);
    cr_expect(eq(sz, tally.cases, 1046));
    cr_expect(eq(sz, tally.passed, 1046));
    cr_expect(eq(sz, tally.scripted, 0));
}
