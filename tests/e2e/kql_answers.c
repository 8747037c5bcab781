/* What our translator and our evaluator make of many expressions, for the tests that compare them
 * with real servers without a process for each expression.
 *
 *     kql_answers MAPPING DOCUMENTS <EXPRESSIONS
 *
 * DOCUMENTS has one document a line with its `_id`. EXPRESSIONS has one JSON object a line, {"kql"}
 * or {"kql","time_zone"}. Each is answered by one line: {"refused":MESSAGE} where nothing would be
 * sent, else {"query":DSL} with either "hits":[IDS] or "error":MESSAGE. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/base/buf.h"
#include "core/document/data_view.h"
#include "core/document/reader.h"
#include "core/json/tree.h"
#include "core/json/writer.h"
#include "core/kql/evaluator.h"
#include "query/sources/translate.h"

#define DOCUMENTS_MAX 4096

/* Octets of a document, of a file, and of all that one expression needs. */
#define MEMORY_MAX ((size_t)64 * 1024 * 1024)

struct corpus {
    struct data_view *view;
    size_t count;
    struct document documents[DOCUMENTS_MAX];
    struct bytes ids[DOCUMENTS_MAX]; /* live in the documents */
};

/* One expression that is asked. */
struct question {
    const struct json_value *test;
    const char *time_zone; /* NULL: none */
    const struct kql_node *tree;
    int64_t now_ns;
};

static void end(const char *what, const char *why)
{
    (void)fprintf(stderr, "kql_answers: %s: %s\n", what, why);
    exit(2);
}

static void require(enum status status, const char *what, const struct error *err)
{
    if (status != ST_OK)
        end(what, err == NULL || err->text[0] == '\0' ? status_text(status) : err->text);
}

static FILE *open_file(const char *path)
{
    FILE *const file = fopen(path, "rb");
    if (file == NULL)
        end(path, "cannot be opened");
    return file;
}

static void read_view(struct corpus *corpus, const char *path)
{
    struct error err = {.status = ST_OK};
    struct buf content;
    buf_init(&content, MEMORY_MAX);
    FILE *const file = open_file(path);
    for (;;) {
        uint8_t *const to = buf_space(&content, BUFSIZ);
        if (to == NULL)
            end(path, "too large");
        const size_t len = fread(to, 1, BUFSIZ, file);
        buf_wrote(&content, len);
        if (len == 0)
            break;
    }
    (void)fclose(file);
    require(data_view_read(buf_bytes(&content), &corpus->view, &err), path, &err);
    buf_release(&content);
}

/* Reads a line and leaves out its end. */
static bool next_line(FILE *file, char **line, size_t *cap, struct bytes *octets)
{
    const ssize_t len = getline(line, cap, file);
    if (len < 0)
        return false;
    const size_t count = (size_t)len;
    const bool has_end = (*line)[count - 1] == '\n';
    *octets = (struct bytes){(const uint8_t *)*line, has_end ? count - 1 : count};
    return true;
}

static void read_documents(struct corpus *corpus, const char *path)
{
    struct document_reader *reader = NULL;
    char *line = NULL;
    size_t cap = 0;
    struct bytes octets;
    FILE *const file = open_file(path);
    require(document_reader_new(corpus->view, NULL, &reader), path, NULL);
    while (next_line(file, &line, &cap, &octets)) {
        struct error err = {.status = ST_OK};
        struct document_envelope envelope = {0};
        if (corpus->count == DOCUMENTS_MAX)
            end(path, "too many documents");
        struct document *const document = &corpus->documents[corpus->count];
        require(document_init(document, corpus->view, MEMORY_MAX), path, NULL);
        require(document_read(reader, octets, document, &envelope, &err), path, &err);
        corpus->ids[corpus->count++] = envelope.id;
    }
    free(line);
    (void)fclose(file);
    document_reader_free(reader);
}

/* Writes what the evaluator says of the expression. */
static void answer_hits(const struct corpus *corpus, const struct question *question,
                        struct arena *arena, struct json_writer *w)
{
    const struct kql_options options = {corpus->view, question->now_ns, question->time_zone};
    const struct kql_program *program = NULL;
    struct kql_error fault = {.kind = KQL_ERROR_NONE};
    if (kql_compile(question->tree, &options, arena, &program, &fault) != ST_OK) {
        json_key(w, "error");
        json_text(w, fault.message);
        return;
    }
    json_key(w, "hits");
    json_begin_array(w);
    for (size_t i = 0; i < corpus->count; i++) {
        if (kql_matches(program, &corpus->documents[i]))
            json_string(w, corpus->ids[i]);
    }
    json_end_array(w);
}

static void answer(const struct corpus *corpus, struct question *question, struct arena *arena,
                   struct buf *out)
{
    const struct bytes text = json_string_or_empty(json_member(question->test, "kql"));
    const struct translate_options options = {corpus->view, question->time_zone, false};
    struct kql_error fault = {.kind = KQL_ERROR_NONE};
    struct json_writer w = json_writer_of(out);
    struct buf query;
    buf_init(&query, MEMORY_MAX);
    json_begin_object(&w);
    enum status status = kql_parse(text, arena, &question->tree, &fault);
    if (status == ST_OK)
        status = translate(question->tree, &options, &query, &fault);
    if (status == ST_OK) {
        json_key(&w, "query");
        json_raw(&w, buf_bytes(&query));
        answer_hits(corpus, question, arena, &w);
    } else {
        json_key(&w, "refused");
        json_text(&w, fault.message);
    }
    json_end_object(&w);
    buf_release(&query);
}

static void answer_line(const struct corpus *corpus, struct bytes line, struct buf *out)
{
    struct question question = {.now_ns = (int64_t)time(NULL) * 1000000000};
    struct error err = {.status = ST_OK};
    struct arena arena;
    struct buf zone;
    arena_init(&arena, MEMORY_MAX);
    buf_init(&zone, MEMORY_MAX);
    require(json_tree_read(line, &arena, &question.test, &err), "standard input", &err);
    buf_add(&zone, json_string_or_empty(json_member(question.test, "time_zone")));
    question.time_zone = zone.len == 0 ? NULL : buf_text(&zone);
    answer(corpus, &question, &arena, out);
    buf_add_u8(out, '\n');
    if (!buf_ok(out))
        end("standard input", "an answer is too long");
    buf_release(&zone);
    arena_release(&arena);
}

int main(int argc, char **argv)
{
    struct corpus *const corpus = calloc(1, sizeof *corpus);
    char *line = NULL;
    size_t cap = 0;
    struct bytes octets;
    struct buf out;
    if (argc != 3 || corpus == NULL)
        end("usage", "kql_answers MAPPING DOCUMENTS <EXPRESSIONS");
    read_view(corpus, argv[1]);
    read_documents(corpus, argv[2]);
    buf_init(&out, MEMORY_MAX);
    while (next_line(stdin, &line, &cap, &octets)) {
        buf_reset(&out);
        answer_line(corpus, octets, &out);
        (void)fwrite(out.data, 1, out.len, stdout);
    }
    buf_release(&out);
    free(line);
    for (size_t i = 0; i < corpus->count; i++)
        document_release(&corpus->documents[i]);
    data_view_free(corpus->view);
    free(corpus);
    return fflush(stdout) == 0 ? 0 : 2;
}
