/* Compiles arbitrary text as KQL, over the built-in data view and over one with every type, and
 * puts it to a document. Before the first line end stands the expression, behind it the document;
 * without one, a document of our own is used. What the program requires of the text must stand in
 * each document that it selects. */
#include <stdlib.h>
#include <string.h>

#include "core/document/field_list.h"
#include "core/document/reader.h"
#include "core/kql/evaluator.h"
#include "core/kql/parser.h"
#include "core/kql/required.h"
#include "tests/fuzz/harness.h"

#define ARENA_MAX ((size_t)64 * 1024 * 1024)

#define X_FIELD(path, es_type, parent_row)                                                         \
    {                                                                                              \
        .name = path, .name_len = sizeof(path) - 1, .type = es_type,                               \
        .is_keyword = (es_type) == FIELD_KEYWORD,                                                  \
        .is_date = (es_type) == FIELD_DATE || (es_type) == FIELD_DATE_NANOS, .parent = parent_row, \
        .nested = parent_row, .alias_of = FIELD_NONE,                                              \
    }
static const struct data_view_field X_FIELDS[] = {
    X_FIELD("a", FIELD_KEYWORD, FIELD_NONE),
    X_FIELD("b", FIELD_TEXT, FIELD_NONE),
    X_FIELD("c", FIELD_FLATTENED, FIELD_NONE),
    X_FIELD("d", FIELD_LONG, FIELD_NONE),
    X_FIELD("e", FIELD_BYTE, FIELD_NONE),
    X_FIELD("f", FIELD_DOUBLE, FIELD_NONE),
    X_FIELD("g", FIELD_HALF_FLOAT, FIELD_NONE),
    X_FIELD("h", FIELD_BOOLEAN, FIELD_NONE),
    X_FIELD("i", FIELD_IP, FIELD_NONE),
    X_FIELD("j", FIELD_DATE, FIELD_NONE),
    X_FIELD("k", FIELD_DATE_NANOS, FIELD_NONE),
    X_FIELD("n", FIELD_NESTED, FIELD_NONE),
    X_FIELD("n.m", FIELD_NESTED, 11),
    X_FIELD("n.m.a", FIELD_KEYWORD, 12),
    X_FIELD("n.b", FIELD_TEXT, 11),
    X_FIELD("x", FIELD_OTHER, FIELD_NONE),
};
static const struct data_view X_VIEW = {.fields = X_FIELDS, .count = ARRAY_LEN(X_FIELDS)};

static const char X_DOCUMENT[] =
    "{\"_id\":\"1\",\"a\":[\"x\",\"\"],\"b\":\"the quick fox\",\"c\":{\"d\":{\"e\":\"f\"}},\"d\":5,"
    "\"e\":-1,\"f\":0.5,\"g\":0.1,\"h\":true,\"i\":[\"10.0.0.1\",\"::1\"],\"j\":\"2024-05-01\","
    "\"k\":1714521600000,\"n\":[{\"m\":[{\"a\":\"x\"},{\"a\":\"y\"}],\"b\":\"z\"},{}]}";

static void evaluate(const struct data_view *view, struct bytes kql, struct bytes json)
{
    struct arena arena;
    struct kql_error error;
    struct error err;
    struct document document;
    struct document_reader *reader = NULL;
    const struct kql_node *tree = NULL;
    const struct kql_program *program = NULL;
    const struct kql_options options = {view, 1714521600123456789, "Europe/Berlin"};
    arena_init(&arena, ARENA_MAX);
    if (kql_parse(kql, &arena, &tree, &error) == ST_OK &&
        kql_compile(tree, &options, &arena, &program, &error) == ST_OK) {
        uint64_t wanted[DOC_FIELD_COUNT / 64 + 1] = {0};
        kql_wanted_fields(program, wanted);
        if (document_init(&document, view, ARENA_MAX) != ST_OK ||
            document_reader_new(view, wanted, &reader) != ST_OK)
            abort();
        const struct kql_required *required = NULL;
        if (kql_required_new(program, &arena, &required) != ST_OK)
            abort();
        const bool is_met = kql_required_is_met(required, json);
        if (document_read(reader, json, &document, NULL, &err) == ST_OK &&
            kql_matches(program, &document) && !is_met)
            abort();
        document_reader_free(reader);
        document_release(&document);
    }
    arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct bytes all = {data, size};
    const uint8_t *const end = size == 0 ? NULL : memchr(data, '\n', size);
    const size_t len = end == NULL ? size : (size_t)(end - data);
    const struct bytes json = end == NULL ? bytes_of(X_DOCUMENT) : bytes_slice(all, len + 1, size);
    evaluate(&X_VIEW, bytes_slice(all, 0, len), json);
    evaluate(data_view_builtin(), bytes_slice(all, 0, len), json);
    return 0;
}
