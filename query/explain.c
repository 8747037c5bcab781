#include "query/explain.h"

#include "core/base/display.h"
#include "core/kql/evaluator.h"
#include "core/kql/warnings.h"
#include "query/pretty.h"
#include "query/sentence.h"
#include "query/spelling.h"
#include "query/translate.h"

/* Octets of a query and of a compiled expression. */
#define QUERY_MAX ((size_t)64 * 1024 * 1024)

/* Warnings shown, and octets of one. */
#define WARNINGS_MAX 16
#define WARNING_SIZE ((size_t)1024 * 1024)

/* Refuses what Elasticsearch would refuse: values that a field's type cannot read. */
static enum status check_types(struct question *question, struct kql_error *error)
{
    const struct kql_options options = {.view = question_view(question),
                                        .now_ns = question->now_ns,
                                        .time_zone = question_zone(question)};
    const struct kql_program *program = NULL;
    struct arena arena;
    arena_init(&arena, QUERY_MAX);
    const enum status status = kql_compile(question->tree, &options, &arena, &program, error);
    arena_release(&arena);
    return status;
}

static enum status add_query(struct question *question, struct buf *out, struct kql_error *error)
{
    const struct translate_options options = {
        .view = question->has_no_view ? NULL : question_view(question),
        .time_zone = question_zone(question),
    };
    struct buf query;
    buf_init(&query, QUERY_MAX);
    const enum status status = translate(question->tree, &options, &query, error);
    if (status == ST_OK)
        pretty_print(buf_bytes(&query), out);
    buf_release(&query);
    return status;
}

void explain_warnings(const struct question *question, warning_handler handler, void *context)
{
    struct kql_warning warnings[WARNINGS_MAX];
    const struct data_view *const view = question->has_no_view ? NULL : question_view(question);
    const size_t count = kql_warn(question->text, question->tree, view, warnings, WARNINGS_MAX);
    struct buf line;
    buf_init(&line, WARNING_SIZE);
    for (size_t i = 0; i < count; i++) {
        const struct kql_warning *const w = &warnings[i];
        buf_reset(&line);
        display_add(&line, bytes_slice(question->text, w->at, w->end - w->at));
        buf_add_format(&line, ": %s", w->message);
        buf_add_text(&line, w->hint[0] == '\0' ? "" : "; hint: ");
        display_add(&line, bytes_of(w->hint));
        handler(context, buf_text(&line));
    }
    buf_release(&line);
    spelling_check(question->tree, handler, context);
}

/* The warnings, under a heading if there is one at all. */
struct warning_list {
    struct buf *out;
    bool has_heading;
};

static void add_warning(void *context, const char *warning)
{
    struct warning_list *const list = context;
    buf_add_text(list->out, list->has_heading ? "" : "\nWarnings\n");
    list->has_heading = true;
    buf_add_format(list->out, "  %s\n", warning);
}

enum status explain(struct question *question, struct buf *out, struct kql_error *error)
{
    buf_add_text(out, "Expression\n");
    sentence_print_tree(question->tree, out);
    buf_add_text(out, "\nMeaning\n  ");
    sentence_print(question->tree, out);
    buf_add_text(out, "\n");
    struct warning_list list = {.out = out};
    explain_warnings(question, add_warning, &list);
    buf_add_text(out, "\nElasticsearch query\n");
    enum status status = add_query(question, out, error);
    buf_add_text(out, "\n");
    if (status == ST_OK && !question->has_no_view)
        status = check_types(question, error);
    return status == ST_OK && !buf_ok(out) ? ST_NO_MEMORY : status;
}
