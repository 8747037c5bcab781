/* Expressions and documents that would keep a careless implementation busy for hours: each of these
 * ends at once, or the test is stopped after a minute. */
#include <criterion/criterion.h>

#include "core/document/field_list.h"
#include "core/kql/evaluator.h"
#include "core/kql/parser.h"
#include "core/kql/printer.h"
#include "core/kql/warnings.h"
#include "query/sources/translate.h"

#define MEMORY_MAX   ((size_t)512 * 1024 * 1024)
#define WARNINGS_MAX 16

/* Octets of the longest value that is indexed. */
#define VALUE_LEN 8191

TestSuite(hostile, .timeout = 60);

/* `first`, then as many `part`s as an expression has room for, then `last`. */
static struct buf repeat(const char *first, const char *part, const char *last)
{
    struct buf text;
    buf_init(&text, KQL_TEXT_MAX);
    buf_add_text(&text, first);
    while (text.len + strlen(part) + strlen(last) <= KQL_TEXT_MAX)
        buf_add_text(&text, part);
    buf_add_text(&text, last);
    return text;
}

/* A lookup whose name and text are long runs of one letter. */
static void fill(struct document *document)
{
    static uint8_t letters[VALUE_LEN];
    memset(letters, 'a', sizeof letters);
    const struct bytes value = {letters, sizeof letters};
    document_add_text(document, DOC_DNS_QUESTION_NAME, value);
    for (unsigned i = 0; i < 50; i++) {
        const uint32_t outer = document_begin_object(document, DOC_RRSETS);
        document_add_text(document, DOC_RRSETS_NAME, value);
        document_end_object(document, outer);
    }
}

static void use_tree(struct bytes text, const struct kql_node *tree, struct arena *arena)
{
    struct buf out;
    buf_init(&out, MEMORY_MAX);
    kql_print(tree, &out);
    buf_reset(&out);
    struct kql_warning warnings[WARNINGS_MAX];
    (void)kql_warn(text, tree, data_view_builtin(), warnings, WARNINGS_MAX);
    struct kql_error error = {.kind = KQL_ERROR_NONE};
    const struct translate_options query = {.view = data_view_builtin()};
    cr_expect(translate(tree, &query, &out, &error) != ST_NO_MEMORY);
    buf_release(&out);

    const struct kql_options options = {data_view_builtin(), 0, NULL};
    const struct kql_program *program = NULL;
    if (kql_compile(tree, &options, arena, &program, &error) != ST_OK)
        return;
    struct document document;
    cr_assert_eq(document_init(&document, data_view_builtin(), MEMORY_MAX), ST_OK);
    fill(&document);
    (void)kql_matches(program, &document);
    document_release(&document);
}

/* Everything that the program does with an expression. */
static void use(const char *first, const char *part, const char *last)
{
    struct buf text = repeat(first, part, last);
    struct arena arena;
    arena_init(&arena, MEMORY_MAX);
    const struct kql_node *tree = NULL;
    struct kql_error error = {.kind = KQL_ERROR_NONE};
    const enum status status = kql_parse(buf_bytes(&text), &arena, &tree, &error);
    cr_expect(status == ST_OK || error.message[0] != '\0');
    if (status == ST_OK)
        use_tree(buf_bytes(&text), tree, &arena);
    arena_release(&arena);
    buf_release(&text);
}

Test(hostile, wildcards_with_many_places_to_stand)
{
    use("dns.question.name: ", "a*", "b");
    use("dns.question.name: *", "aaaaaaaa*", "ab*");
    use("rrsets:{name: ", "*a", "b}");
    use("", "a*", "b");
    use("dns.*", "*", ": a");
}

Test(hostile, many_clauses)
{
    use("a:b", " or a:b", "");
    use("dns.question.name: a*b", " and not dns.question.name: *ab", "");
    use("dns.question.name: (x", " or *y", ")");
    use("rrsets:{name: *b}", " or rrsets:{name: *b}", "");
    use("a", " a", "");
    use("*:b", " or *:b", "");
}

Test(hostile, deep_nesting)
{
    use("", "(", "");
    use("", "not (", "");
    use("a:", "(", "");
    use("", "a:{", "");
    use("(a:b", ")", "");
    use("", "(a and ", "");
}

Test(hostile, signs_without_sense)
{
    use("", "\\", "");
    use("", "\"", "");
    use("", ":", "");
    use("a", "\\u0061", "");
    use("", "&& ", "");
    use("", "!", "");
    use("", " and", "");
    use("", "<", "");
}

Test(hostile, dates_with_long_math)
{
    use("@timestamp > now", "+1d", "");
    use("@timestamp > \"2024-01-01||", "/d", "\"");
}
