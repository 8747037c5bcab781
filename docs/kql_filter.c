/* The lines of standard input that a KQL expression selects: an example of core/kql as a library,
 * see library.md.
 *
 *     kql_filter MAPPING KQL <documents.ndjson
 *
 * MAPPING is a file with an Elasticsearch mapping, a _field_caps answer or a Kibana field list. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/document/data_view.h"
#include "core/document/reader.h"
#include "core/kql/error_print.h"
#include "core/kql/evaluator.h"
#include "core/kql/parser.h"

/* Octets of a file, of an expression with all that is made of it, and of one document. */
#define MEMORY_MAX ((size_t)64 * 1024 * 1024)

static int fail(const char *text)
{
    (void)fprintf(stderr, "kql_filter: %s\n", text);
    return 2;
}

static struct data_view *read_view(const char *path)
{
    static uint8_t text[4 * 1024 * 1024];
    FILE *const file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    const struct bytes json = {text, fread(text, 1, sizeof text, file)};
    (void)fclose(file);
    struct data_view *view = NULL;
    struct error err;
    return data_view_read(json, &view, &err) == ST_OK ? view : NULL;
}

/* Parses and compiles, once; says with a caret what is wrong. */
static const struct kql_program *compile(const char *kql, const struct data_view *view,
                                         struct arena *arena)
{
    const struct kql_options options = {
        .view = view, .now_ns = (int64_t)time(NULL) * 1000000000, .time_zone = NULL};
    const struct kql_node *tree = NULL;
    const struct kql_program *program = NULL;
    struct kql_error error;
    if (kql_parse(bytes_of(kql), arena, &tree, &error) == ST_OK &&
        kql_compile(tree, &options, arena, &program, &error) == ST_OK)
        return program;
    struct buf message;
    buf_init(&message, MEMORY_MAX);
    kql_error_print(bytes_of(kql), &error, &message);
    (void)fputs(buf_text(&message), stderr);
    buf_release(&message);
    return NULL;
}

/* Prints the lines that are selected. The document holds one line after the other. */
static int filter(const struct kql_program *program, const struct data_view *view)
{
    struct document document;
    struct document_reader *reader = NULL;
    if (document_init(&document, view, MEMORY_MAX) != ST_OK ||
        document_reader_new(view, NULL, &reader) != ST_OK)
        return fail("memory is exhausted");
    char *line = NULL;
    size_t cap = 0;
    for (ssize_t len = getline(&line, &cap, stdin); len > 0; len = getline(&line, &cap, stdin)) {
        const struct bytes json = {(const uint8_t *)line, (size_t)len};
        struct error err;
        if (document_read(reader, json, &document, NULL, &err) == ST_OK &&
            kql_matches(program, &document))
            (void)fwrite(line, 1, (size_t)len, stdout);
    }
    free(line);
    document_reader_free(reader);
    document_release(&document);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return fail("usage: kql_filter MAPPING KQL <documents.ndjson");
    struct data_view *const view = read_view(argv[1]);
    if (view == NULL)
        return fail("the data view cannot be read");
    struct arena arena;
    arena_init(&arena, MEMORY_MAX);
    const struct kql_program *const program = compile(argv[2], view, &arena);
    const int exit_status = program == NULL ? 2 : filter(program, view);
    arena_release(&arena);
    data_view_free(view);
    return exit_status;
}
