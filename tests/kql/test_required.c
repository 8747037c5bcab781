/* What is skipped for speed must not change an answer: every expression of tests/kql/agreement over
 * its documents, and of tests/e2e/expressions.txt over the lookups of tests/data, is answered
 * twice. Once as a query over NDJSON does it: a look at the raw text, then the fast reader. And
 * once the slow way: no look, and text that only yajl reads (a tab stands behind it). */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/buf.h"
#include "core/capture/capture_file.h"
#include "core/capture/lookups.h"
#include "core/document/encoder.h"
#include "core/document/reader.h"
#include "core/json/tree.h"
#include "core/kql/required.h"

#define AGREEMENT   TEST_SOURCE "/tests/kql/agreement/"
#define EXPRESSIONS TEST_SOURCE "/tests/e2e/expressions.txt"

#define DOCUMENTS_MAX 500
#define ARENA_MAX     ((size_t)64 * 1024 * 1024)
#define NOW_NS        INT64_C(1700000000000000000)

struct corpus {
    struct arena arena; /* lines */
    const struct data_view *view;
    struct document_reader *reader;
    struct bytes lines[DOCUMENTS_MAX];
    struct document fast[DOCUMENTS_MAX];
    struct document slow[DOCUMENTS_MAX];
    size_t count;
    size_t asked;   /* questions put to one document */
    size_t skipped; /* those answered by the look at the raw text */
    size_t wrong;
};

static struct buf read_file(const char *path)
{
    struct buf content;
    buf_init(&content, ARENA_MAX);
    FILE *const file = fopen(path, "rb");
    cr_assert(file != NULL, "%s", path);
    for (size_t len = 1; len > 0;) {
        uint8_t *const to = buf_space(&content, 65536);
        len = fread(to, 1, 65536, file);
        buf_wrote(&content, len);
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

static struct corpus *corpus_new(const struct data_view *view)
{
    struct corpus *const c = calloc(1, sizeof *c);
    arena_init(&c->arena, ARENA_MAX);
    c->view = view;
    cr_assert(eq(int, document_reader_new(view, NULL, &c->reader), ST_OK));
    return c;
}

static void corpus_free(struct corpus *c)
{
    for (size_t i = 0; i < c->count; i++) {
        document_release(&c->fast[i]);
        document_release(&c->slow[i]);
    }
    document_reader_free(c->reader);
    arena_release(&c->arena);
    free(c);
}

static void read_document(struct corpus *c, struct bytes line, struct document *document)
{
    struct error err = {.status = ST_OK};
    cr_assert(eq(int, document_init(document, c->view, ARENA_MAX), ST_OK));
    cr_assert(document_read(c->reader, line, document, NULL, &err) == ST_OK, "%s", err.text);
}

static void corpus_add(struct corpus *c, struct bytes line)
{
    struct buf with_tab;
    buf_init(&with_tab, ARENA_MAX);
    buf_add(&with_tab, line);
    buf_add_u8(&with_tab, '\t');
    const struct bytes copy = arena_copy(&c->arena, buf_bytes(&with_tab));
    cr_assert(c->count < DOCUMENTS_MAX);
    c->lines[c->count] = bytes_slice(copy, 0, line.len);
    read_document(c, c->lines[c->count], &c->fast[c->count]);
    read_document(c, copy, &c->slow[c->count]);
    c->count++;
    buf_release(&with_tab);
}

/* Asks an expression, if it can be asked, of all documents both ways. */
static void ask(struct corpus *c, struct bytes kql, const char *zone)
{
    struct arena arena;
    struct kql_error error;
    const struct kql_node *tree = NULL;
    const struct kql_program *program = NULL;
    const struct kql_required *required = NULL;
    const struct kql_options options = {c->view, NOW_NS, zone};
    arena_init(&arena, ARENA_MAX);
    if (kql_parse(kql, &arena, &tree, &error) == ST_OK &&
        kql_compile(tree, &options, &arena, &program, &error) == ST_OK) {
        cr_assert(eq(int, kql_required_new(program, &arena, &required), ST_OK));
        for (size_t i = 0; i < c->count; i++) {
            const bool is_met = kql_required_is_met(required, c->lines[i]);
            const bool fast = is_met && kql_matches(program, &c->fast[i]);
            c->asked++;
            c->skipped += is_met ? 0 : 1;
            if (fast == kql_matches(program, &c->slow[i]))
                continue;
            c->wrong++;
            printf("%.*s\n  %.*s\n", (int)kql.len, (const char *)kql.data, (int)c->lines[i].len,
                   (const char *)c->lines[i].data);
        }
    }
    arena_release(&arena);
}

static void report(const struct corpus *c, const char *what)
{
    printf("%s: %zu questions, %zu answered by raw octets, %zu wrong\n", what, c->asked, c->skipped,
           c->wrong);
    cr_expect(eq(sz, c->wrong, 0));
    cr_expect(c->skipped > c->asked / 10);
}

Test(required, expressions_of_agreement_select_the_same)
{
    struct error err = {.status = ST_OK};
    struct data_view *view = NULL;
    struct bytes line;
    struct buf mapping = read_file(AGREEMENT "mapping.json");
    cr_assert(data_view_read(buf_bytes(&mapping), &view, &err) == ST_OK, "%s", err.text);
    struct corpus *const c = corpus_new(view);
    struct buf documents = read_file(AGREEMENT "documents.ndjson");
    for (struct bytes rest = buf_bytes(&documents); next_line(&rest, &line);)
        corpus_add(c, line);
    struct buf cases = read_file(AGREEMENT "cases.jsonl");
    for (struct bytes rest = buf_bytes(&cases); next_line(&rest, &line);) {
        struct arena arena;
        const struct json_value *test = NULL;
        char zone_text[64] = "";
        arena_init(&arena, ARENA_MAX);
        cr_assert(json_tree_read(line, &arena, &test, &err) == ST_OK, "%s", err.text);
        const struct bytes zone = json_string_or_empty(json_member(test, "time_zone"));
        (void)snprintf(zone_text, sizeof zone_text, "%.*s", (int)zone.len, (const char *)zone.data);
        ask(c, json_string_or_empty(json_member(test, "kql")), zone.len == 0 ? NULL : zone_text);
        arena_release(&arena);
    }
    report(c, "agreement");
    buf_release(&cases);
    buf_release(&documents);
    buf_release(&mapping);
    corpus_free(c);
    data_view_free(view);
}

struct encoding {
    struct corpus *corpus;
    struct document_encoder *encoder;
};

static void take_lookup(void *context, const struct document *document)
{
    struct encoding *const encoding = context;
    struct buf json;
    buf_init(&json, ARENA_MAX);
    document_encode(encoding->encoder, document, &json);
    corpus_add(encoding->corpus, buf_bytes(&json));
    buf_release(&json);
}

static void add_lookups(struct corpus *c)
{
    const struct lookups_options options = {.port_count = 0};
    struct encoding encoding = {.corpus = c};
    struct error err = {.status = ST_OK};
    struct input *input = NULL;
    struct capture_file *file = NULL;
    struct lookups *lookups = NULL;
    struct frame frame;
    cr_assert(eq(int, document_encoder_new(&encoding.encoder), ST_OK));
    cr_assert(eq(int, input_open(TEST_DATA "/lookups.pcap", &input, &err), ST_OK));
    cr_assert(eq(int, capture_file_open(input, &file, &err), ST_OK));
    cr_assert(eq(int, lookups_new(&options, take_lookup, &encoding, &lookups, &err), ST_OK));
    while (capture_file_next(file, &frame, &err) == ST_OK)
        lookups_frame(lookups, &frame);
    lookups_finish(lookups);
    lookups_free(lookups);
    capture_file_close(file);
    input_close(input);
    document_encoder_free(encoding.encoder);
}

Test(required, expressions_about_lookups_select_the_same)
{
    const struct bytes none = BYTES_LITERAL("none ");
    struct bytes line;
    struct corpus *const c = corpus_new(data_view_builtin());
    add_lookups(c);
    struct buf expressions = read_file(EXPRESSIONS);
    for (struct bytes rest = buf_bytes(&expressions); next_line(&rest, &line);) {
        const bool is_none = bytes_starts_with(line, none);
        if (line.len > 0 && line.data[0] != '#')
            ask(c, bytes_slice(line, is_none ? none.len : 0, line.len), NULL);
    }
    report(c, "lookups");
    buf_release(&expressions);
    corpus_free(c);
}
