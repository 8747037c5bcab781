/* KQL from text to query: whatever the text, the parser ends with a tree or with an error inside
 * the text, a hint is an expression, a printed tree parses again, and a query is what the writer
 * promises. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "core/kql/error_print.h"
#include "core/kql/parser.h"
#include "core/kql/printer.h"
#include "core/kql/warnings.h"
#include "query/translate.h"
#include "tests/fuzz/harness.h"

#define MEMORY_MAX   ((size_t)64 * 1024 * 1024)
#define WARNINGS_MAX 4

static void translate_with(const struct kql_node *tree, const struct data_view *view, bool es_query)
{
    const struct translate_options options = {
        .view = view, .time_zone = "Europe/Prague", .es_query = es_query};
    struct buf out;
    buf_init(&out, MEMORY_MAX);
    struct kql_error error = {0};
    const enum status status = translate(tree, &options, &out, &error);
    assert(status != ST_OK || (out.len > 1 && out.data[0] == '{'));
    assert(status == ST_OK || (out.len == 0 && error.kind != KQL_ERROR_NONE));
    buf_release(&out);
}

static void check_error(struct bytes text, const struct kql_error *error)
{
    assert(error->kind != KQL_ERROR_NONE && error->message[0] != '\0');
    assert(error->at <= text.len);
    assert(error->related_at == SIZE_MAX || error->related_at <= text.len);
    assert(error->hint[0] == '\0' || kql_is_expression(bytes_of(error->hint)));
    struct buf out;
    buf_init(&out, MEMORY_MAX);
    kql_error_print(text, error, &out);
    for (size_t i = 0; i < out.len; i++)
        assert(out.data[i] >= 0x20 || out.data[i] == '\n');
    buf_release(&out);
}

static void check_tree(struct bytes text, const struct kql_node *tree)
{
    struct buf out;
    buf_init(&out, MEMORY_MAX);
    kql_print(tree, &out);
    assert(out.len > KQL_TEXT_MAX || kql_is_expression(buf_bytes(&out)));
    buf_release(&out);
    struct kql_warning warnings[WARNINGS_MAX];
    const size_t count = kql_warn(text, tree, data_view_builtin(), warnings, WARNINGS_MAX);
    for (size_t i = 0; i < count; i++)
        assert(warnings[i].at <= warnings[i].end && warnings[i].end <= text.len);
    translate_with(tree, NULL, false);
    translate_with(tree, data_view_builtin(), true);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct bytes text = {data, size};
    struct arena arena;
    arena_init(&arena, size * KQL_ARENA_PER_OCTET + KQL_ARENA_LEAST);
    const struct kql_node *tree = NULL;
    struct kql_error error = {0};
    const enum status status = kql_parse(text, &arena, &tree, &error);
    assert(status != ST_NO_MEMORY);
    if (status == ST_OK)
        check_tree(text, tree);
    else
        check_error(text, &error);
    arena_release(&arena);
    return 0;
}
