#include "core/json/tree.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#define ARENA_MAX ((size_t)1 << 20)

struct fixture {
    struct arena arena;
    struct error err;
};

static const struct json_value *tree_of(struct fixture *f, const char *text)
{
    const struct json_value *root = NULL;
    cr_assert(eq(int, json_tree_read(bytes_of(text), &f->arena, &root, &f->err), ST_OK), "%s",
              text);
    return root;
}

static struct fixture *fixture_new(void)
{
    struct fixture *const f = calloc(1, sizeof *f);
    arena_init(&f->arena, ARENA_MAX);
    return f;
}

static void fixture_free(struct fixture *f)
{
    arena_release(&f->arena);
    free(f);
}

Test(json_tree, written_again_is_the_same_text)
{
    static const char *const CASES[] = {
        "null",
        "true",
        "-1.50E3",
        "\"a\\n\\\"\"",
        "[]",
        "{}",
        "{\"b\":[1,[2,{}],null],\"a\":{\"x\":\"y\"},\"b\":false}",
    };
    struct fixture *const f = fixture_new();
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        struct buf out;
        buf_init(&out, 1000);
        struct json_writer w = json_writer_of(&out);
        json_tree_write(tree_of(f, CASES[i]), &w);
        cr_expect(bytes_is(buf_bytes(&out), CASES[i]));
        buf_release(&out);
    }
    fixture_free(f);
}

Test(json_tree, members_are_found_by_name_and_by_path)
{
    struct fixture *const f = fixture_new();
    const struct json_value *const root = tree_of(
        f, "{\"hits\":{\"total\":{\"value\":7},\"total2\":1,\"max\":null},\"a\":1,\"a\":2}");
    cr_expect(eq(i64, json_integer_or(json_path(root, "hits.total.value"), -1), 7));
    cr_expect(eq(i64, json_integer_or(json_member(root, "a"), -1), 2), "the last one counts");
    cr_expect(json_path(root, "hits.nothing.value") == NULL);
    cr_expect(json_path(root, "a.b") == NULL);
    cr_expect(json_member(NULL, "a") == NULL);
    cr_expect(eq(sz, json_member(root, "hits")->count, 3));
    fixture_free(f);
}

Test(json_tree, integers_that_do_not_fit_are_refused)
{
    static const struct {
        const char *text;
        int64_t integer;
    } CASES[] = {
        {"0", 0},
        {"-0", 0},
        {"9223372036854775807", INT64_MAX},
        {"-9223372036854775808", INT64_MIN},
        {"9223372036854775808", -1},
        {"-9223372036854775809", -1},
        {"99999999999999999999999999", -1},
        {"1.0", -1},
        {"1e3", -1},
        {"\"5\"", -1},
        {"null", -1},
    };
    struct fixture *const f = fixture_new();
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++)
        cr_expect(eq(i64, json_integer_or(tree_of(f, CASES[i].text), -1), CASES[i].integer), "%s",
                  CASES[i].text);
    fixture_free(f);
}

Test(json_tree, equality_is_of_structure_order_and_spelling)
{
    struct fixture *const f = fixture_new();
    const char *const text = "{\"a\":[1,{\"b\":\"c\"}]}";
    const struct json_value *const one = tree_of(f, text);
    cr_expect(json_tree_equal(one, tree_of(f, text)));
    static const char *const OTHERS[] = {
        "{\"a\":[1.0,{\"b\":\"c\"}]}",
        "{\"a\":[1,{\"b\":\"d\"}]}",
        "{\"a\":[1,{\"c\":\"c\"}]}",
        "{\"a\":[{\"b\":\"c\"},1]}",
        "{\"a\":[1]}",
        "[]",
    };
    for (size_t i = 0; i < ARRAY_LEN(OTHERS); i++)
        cr_expect(not(json_tree_equal(one, tree_of(f, OTHERS[i]))), "%s", OTHERS[i]);
    fixture_free(f);
}

Test(json_tree, malformed_deep_and_large_texts_are_refused_with_a_reason)
{
    struct fixture *const f = fixture_new();
    const struct json_value *root = NULL;
    cr_expect(eq(int, json_tree_read(bytes_of("{\"a\""), &f->arena, &root, &f->err), ST_MALFORMED));
    char deep[JSON_WRITER_DEPTH_MAX + 2] = "";
    memset(deep, '[', JSON_WRITER_DEPTH_MAX + 1);
    cr_expect(eq(int, json_tree_read(bytes_of(deep), &f->arena, &root, &f->err), ST_LIMIT));
    cr_expect(f->err.text[0] != '\0');
    struct arena none;
    arena_init(&none, 0);
    cr_expect(eq(int, json_tree_read(bytes_of("[1]"), &none, &root, &f->err), ST_NO_MEMORY));
    arena_release(&none);
    fixture_free(f);
}
