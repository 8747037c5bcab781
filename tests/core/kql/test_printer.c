#include "core/kql/printer.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/json/tree.h"
#include "core/kql/parser.h"

#define MEMORY_MAX ((size_t)16 * 1024 * 1024)
#define CASES      TEST_SOURCE "/tests/kql/cases/"

static bool same_literal(const struct kql_literal *a, const struct kql_literal *b)
{
    if (a->kind != b->kind || a->is_quoted != b->is_quoted || a->piece_count != b->piece_count ||
        !bytes_equal(a->text, b->text))
        return false;
    for (size_t i = 0; i < a->piece_count; i++) {
        if (!bytes_equal(a->pieces[i], b->pieces[i]))
            return false;
    }
    return true;
}

static bool same_tree(const struct kql_node *a, const struct kql_node *b)
{
    if (a->kind != b->kind || a->child_count != b->child_count || a->op != b->op ||
        !same_literal(&a->field, &b->field) || !same_literal(&a->value, &b->value))
        return false;
    for (size_t i = 0; i < a->child_count; i++) {
        if (!same_tree(a->children[i], b->children[i]))
            return false;
    }
    return true;
}

/* True if the text is no expression, or if its printed tree parses into the same tree. */
static bool survives(struct bytes text)
{
    struct arena arena;
    arena_init(&arena, MEMORY_MAX);
    struct buf out;
    buf_init(&out, MEMORY_MAX);
    const struct kql_node *tree = NULL;
    const struct kql_node *again = NULL;
    struct kql_error error = {0};
    bool survived = true;
    if (kql_parse(text, &arena, &tree, &error) == ST_OK) {
        kql_print(tree, &out);
        survived =
            kql_parse(buf_bytes(&out), &arena, &again, &error) == ST_OK && same_tree(tree, again);
        if (!survived)
            printf("%.*s\n  became %s\n", (int)text.len, (const char *)text.data, buf_text(&out));
    }
    buf_release(&out);
    arena_release(&arena);
    return survived;
}

static size_t failures_in(const char *path)
{
    FILE *const file = fopen(path, "r");
    cr_assert(file != NULL);
    char *line = NULL;
    size_t cap = 0;
    size_t failures = 0;
    for (ssize_t len = getline(&line, &cap, file); len > 0; len = getline(&line, &cap, file)) {
        struct arena arena;
        arena_init(&arena, MEMORY_MAX);
        const struct json_value *root = NULL;
        struct error err = {0};
        cr_assert(eq(
            int,
            json_tree_read((struct bytes){(const uint8_t *)line, (size_t)len}, &arena, &root, &err),
            ST_OK));
        failures += !survives(json_string_or_empty(json_member(root, "kql")));
        arena_release(&arena);
    }
    free(line);
    fclose(file);
    return failures;
}

Test(kql_printer, every_case_survives_printing)
{
    cr_expect(eq(sz, failures_in(CASES "data-view.jsonl"), 0));
    cr_expect(eq(sz, failures_in(CASES "no-data-view.jsonl"), 0));
}

Test(kql_printer, texts_that_look_like_operators_survive)
{
    static const char *const texts[] = {
        "or",
        "and",
        "not",
        "a:or",
        "a:\\or",
        "\\and",
        "\\NOT b",
        "a \\or b",
        "\\u006eot b",
        "ca\\u006enot a",
        "foo or",
        "or foo",
        "x and or b",
        "a:\\t",
        "\\t:b",
        "a:\\u3000",
        "a:\\ud800",
        "a:\"\\\\\"",
        "a:\"\\\"\"",
        "a:\\*",
        "a:\\**",
        "a:**",
        "a:\"null\"",
        "null > 5",
        "null:5",
        "true:5",
        "false > null",
        "\"a\":b",
        "a\\:b:c\\<d",
        "a:\"x\ny\"",
        "a:x\ny",
        "a: \\{b",
        "\"\":\"\"",
        "not (not a)",
        "(a and b) and c",
        "a:<b:c>",
        "a*:{b:c}",
        "a:{*}",
        "foo \\or* bar",
        "a\xc2\xa0\\or\xc2\xa0"
        "b",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        cr_expect(survives(bytes_of(texts[i])));
}

/* A fixed sequence: the same texts on every machine. */
static uint32_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(*state >> 33);
}

Test(kql_printer, random_expressions_survive)
{
    static const char *const parts[] = {
        "a",    "b:",      ":",   "(",    ")",     " and ",   " or ", "not ",     " ",
        "*",    "\"",      "\\",  "\\*",  "\\u00", "\\u0041", "n",    "ot ",      "or",
        "and",  "{",       "}",   "r:{",  "<",     ">",       "<=",   "x > ",     "\t",
        "null", "\"a b\"", "\\t", "\\or", "é",     "f:(c",    "\\\"", "\xc2\xa0", "\xe3\x80\x80",
    };
    uint64_t state = 42;
    size_t expressions = 0;
    for (size_t round = 0; round < 50000; round++) {
        struct buf text;
        buf_init(&text, 1024);
        const size_t count = 1 + next_random(&state) % 10;
        for (size_t i = 0; i < count; i++)
            buf_add_text(&text, parts[next_random(&state) % (sizeof parts / sizeof parts[0])]);
        expressions += kql_is_expression(buf_bytes(&text));
        cr_expect(survives(buf_bytes(&text)));
        buf_release(&text);
    }
    cr_expect(gt(sz, expressions, 1000));
}
