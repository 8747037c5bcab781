/* KQL from text to tree: whatever the text, the parser ends with a tree or with an error inside the
 * text, a hint is an expression, and a printed tree parses into one that is printed alike. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "core/kql/error_print.h"
#include "core/kql/parser.h"
#include "core/kql/printer.h"
#include "core/kql/warnings.h"
#include "tests/fuzz/harness.h"

#define MEMORY_MAX   ((size_t)64 * 1024 * 1024)
#define WARNINGS_MAX 16

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

static void check_print(const struct kql_node *tree)
{
    struct arena arena;
    struct buf once;
    struct buf twice;
    buf_init(&once, MEMORY_MAX);
    buf_init(&twice, MEMORY_MAX);
    kql_print(tree, &once);
    arena_init(&arena, once.len * KQL_ARENA_PER_OCTET + KQL_ARENA_LEAST);
    struct kql_error error = {0};
    const struct kql_node *again = NULL;
    if (once.len <= KQL_TEXT_MAX) {
        const enum status status = kql_parse(buf_bytes(&once), &arena, &again, &error);
        assert(status == ST_OK);
        kql_print(again, &twice);
        assert(bytes_equal(buf_bytes(&once), buf_bytes(&twice)));
    }
    arena_release(&arena);
    buf_release(&twice);
    buf_release(&once);
}

static void check_tree(struct bytes text, const struct kql_node *tree)
{
    check_print(tree);
    struct kql_warning warnings[WARNINGS_MAX];
    const size_t count = kql_warn(text, tree, data_view_builtin(), warnings, WARNINGS_MAX);
    for (size_t i = 0; i < count; i++) {
        assert(warnings[i].at <= warnings[i].end && warnings[i].end <= text.len);
        assert(warnings[i].hint[0] == '\0' || kql_is_expression(bytes_of(warnings[i].hint)));
    }
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
