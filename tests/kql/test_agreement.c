/* Every expression of tests/kql/agreement must select what Elasticsearch selects, or be refused
 * where it refuses. Prints the figure, and what disagrees; fails below AGREEMENT_MIN. And a reader
 * that leaves out what a program does not look at must not change its answer. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/document/reader.h"
#include "core/json/tree.h"
#include "core/kql/evaluator.h"

#define FOLDER TEST_SOURCE "/tests/kql/agreement/"

/* Cases that agree now, and of how many. */
#define AGREEMENT_MIN 2798
#define CASES_COUNT   2798

/* Every so many cases are evaluated again over documents with their wanted fields only. */
#define WANTED_EVERY 23

#define DOCUMENTS_MAX 400
#define ARENA_MAX     ((size_t)64 * 1024 * 1024)

/* Everything is absolute in the cases: now does not matter. */
#define NOW_NS INT64_C(1700000000000000000)

struct corpus {
    struct arena arena; /* ids and lines */
    struct data_view *view;
    struct document documents[DOCUMENTS_MAX];
    struct bytes ids[DOCUMENTS_MAX];
    struct bytes lines[DOCUMENTS_MAX];
    size_t count;
};

static struct buf read_file(const char *name)
{
    struct buf content;
    char path[4096];
    (void)snprintf(path, sizeof path, FOLDER "%s", name);
    buf_init(&content, ARENA_MAX);
    FILE *const file = fopen(path, "rb");
    cr_assert(file != NULL, "%s", path);
    for (;;) {
        uint8_t *const to = buf_space(&content, 65536);
        const size_t len = fread(to, 1, 65536, file);
        buf_wrote(&content, len);
        if (len == 0)
            break;
    }
    (void)fclose(file);
    return content;
}

/* Takes a line off the front of *rest. */
static bool next_line(struct bytes *rest, struct bytes *line)
{
    if (rest->len == 0)
        return false;
    const uint8_t *const end = memchr(rest->data, '\n', rest->len);
    const size_t len = end == NULL ? rest->len : (size_t)(end - rest->data);
    *line = bytes_slice(*rest, 0, len);
    *rest = bytes_slice(*rest, len + 1, rest->len);
    return true;
}

static struct corpus *corpus_new(void)
{
    struct corpus *const c = calloc(1, sizeof *c);
    struct error err = {0};
    struct document_reader *reader = NULL;
    arena_init(&c->arena, ARENA_MAX);
    struct buf mapping = read_file("mapping.json");
    cr_assert(data_view_read(buf_bytes(&mapping), &c->view, &err) == ST_OK, "%s", err.text);
    buf_release(&mapping);
    cr_assert(document_reader_new(c->view, NULL, &reader) == ST_OK);
    struct buf lines = read_file("documents.ndjson");
    struct bytes rest = buf_bytes(&lines);
    struct bytes line;
    for (; next_line(&rest, &line); c->count++) {
        struct document_envelope envelope = {0};
        struct document *const document = &c->documents[c->count];
        cr_assert(c->count < DOCUMENTS_MAX);
        cr_assert(document_init(document, c->view, ARENA_MAX) == ST_OK);
        cr_assert(document_read(reader, line, document, &envelope, &err) == ST_OK, "%s", err.text);
        c->ids[c->count] = envelope.id;
        c->lines[c->count] = arena_copy(&c->arena, line);
    }
    buf_release(&lines);
    document_reader_free(reader);
    return c;
}

static void corpus_free(struct corpus *c)
{
    for (size_t i = 0; i < c->count; i++)
        document_release(&c->documents[i]);
    data_view_free(c->view);
    arena_release(&c->arena);
    free(c);
}

static enum status compile(const struct corpus *c, const struct json_value *test,
                           struct arena *arena, const struct kql_program **program,
                           struct kql_error *error)
{
    const struct kql_node *tree = NULL;
    const struct bytes zone = json_string_or_empty(json_member(test, "time_zone"));
    char zone_text[64] = "";
    memcpy(zone_text, zone.len == 0 ? (const uint8_t *)"" : zone.data, zone.len);
    const struct kql_options options = {c->view, NOW_NS, zone.len == 0 ? NULL : zone_text};
    const enum status status =
        kql_parse(json_string_or_empty(json_member(test, "kql")), arena, &tree, error);
    return status == ST_OK ? kql_compile(tree, &options, arena, program, error) : status;
}

/* What the evaluator answers: the ids of the hits joined by blanks, or "error: ...". */
static void answer(const struct corpus *c, const struct json_value *test, struct buf *out)
{
    struct arena arena;
    struct kql_error error = {.kind = KQL_ERROR_NONE};
    const struct kql_program *program = NULL;
    arena_init(&arena, ARENA_MAX);
    const enum status status = compile(c, test, &arena, &program, &error);
    if (status != ST_OK)
        buf_add_format(out, "error: %s", error.message);
    for (size_t i = 0; status == ST_OK && i < c->count; i++) {
        if (!kql_matches(program, &c->documents[i]))
            continue;
        buf_add(out, c->ids[i]);
        buf_add_u8(out, ' ');
    }
    arena_release(&arena);
}

static void expected_answer(const struct json_value *test, struct buf *out)
{
    const struct json_value *const hits = json_member(test, "hits");
    if (hits == NULL) {
        buf_add_text(out, "error: ");
        buf_add(out, json_string_or_empty(json_member(test, "reason")));
        return;
    }
    for (const struct json_value *hit = hits->first; hit != NULL; hit = hit->next) {
        buf_add(out, hit->text);
        buf_add_u8(out, ' ');
    }
}

static bool agrees(struct buf *found, struct buf *expected)
{
    const struct bytes error = BYTES_LITERAL("error: ");
    if (bytes_starts_with(buf_bytes(expected), error))
        return bytes_starts_with(buf_bytes(found), error);
    return bytes_equal(buf_bytes(found), buf_bytes(expected));
}

Test(agreement, expressions_select_what_elasticsearch_selects)
{
    struct corpus *const corpus = corpus_new();
    struct buf cases = read_file("cases.jsonl");
    struct bytes rest = buf_bytes(&cases);
    struct bytes line;
    size_t count = 0;
    size_t agreed = 0;
    for (; next_line(&rest, &line); count++) {
        struct arena arena;
        struct error err = {0};
        const struct json_value *test = NULL;
        struct buf found;
        struct buf expected;
        arena_init(&arena, ARENA_MAX);
        buf_init(&found, ARENA_MAX);
        buf_init(&expected, ARENA_MAX);
        cr_assert(json_tree_read(line, &arena, &test, &err) == ST_OK, "%s", err.text);
        answer(corpus, test, &found);
        expected_answer(test, &expected);
        if (agrees(&found, &expected))
            agreed++;
        else
            printf("%.*s\n  expected %.300s\n  found    %.300s\n",
                   (int)json_member(test, "kql")->text.len,
                   (const char *)json_member(test, "kql")->text.data, buf_text(&expected),
                   buf_text(&found));
        buf_release(&found);
        buf_release(&expected);
        arena_release(&arena);
    }
    printf("agreement: %zu of %zu\n", agreed, count);
    cr_expect(eq(sz, count, CASES_COUNT));
    cr_expect(agreed >= AGREEMENT_MIN, "%zu", agreed);
    buf_release(&cases);
    corpus_free(corpus);
}

/* Documents for which a program answers otherwise when only its wanted fields are read. */
static size_t changed_answers(const struct corpus *c, const struct json_value *test)
{
    struct arena arena;
    struct kql_error error = {.kind = KQL_ERROR_NONE};
    struct error err = {0};
    const struct kql_program *program = NULL;
    struct document_reader *reader = NULL;
    struct document document;
    size_t changed = 0;
    arena_init(&arena, ARENA_MAX);
    if (compile(c, test, &arena, &program, &error) == ST_OK) {
        uint64_t *const wanted = calloc(c->view->count / 64 + 1, sizeof *wanted);
        kql_wanted_fields(program, wanted);
        cr_assert(document_reader_new(c->view, wanted, &reader) == ST_OK);
        cr_assert(document_init(&document, c->view, ARENA_MAX) == ST_OK);
        for (size_t i = 0; i < c->count; i++) {
            cr_assert(document_read(reader, c->lines[i], &document, NULL, &err) == ST_OK);
            changed += kql_matches(program, &document) != kql_matches(program, &c->documents[i]);
        }
        document_release(&document);
        document_reader_free(reader);
        free(wanted);
    }
    arena_release(&arena);
    return changed;
}

Test(agreement, wanted_fields_are_all_that_a_program_looks_at)
{
    struct corpus *const corpus = corpus_new();
    struct buf cases = read_file("cases.jsonl");
    struct bytes rest = buf_bytes(&cases);
    struct bytes line;
    for (size_t i = 0; next_line(&rest, &line); i++) {
        struct arena arena;
        struct error err = {0};
        const struct json_value *test = NULL;
        if (i % WANTED_EVERY != 0)
            continue;
        arena_init(&arena, ARENA_MAX);
        cr_assert(json_tree_read(line, &arena, &test, &err) == ST_OK, "%s", err.text);
        cr_expect(eq(sz, changed_answers(corpus, test), 0), "%.*s", (int)line.len,
                  (const char *)line.data);
        arena_release(&arena);
    }
    buf_release(&cases);
    corpus_free(corpus);
}
