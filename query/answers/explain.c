#include "query/answers/explain.h"

#include "core/kql/evaluator.h"
#include "query/answers/sentence.h"
#include "query/printing/pretty.h"
#include "query/sources/translate.h"

/* Octets of a query and of a compiled expression. */
#define QUERY_MAX ((size_t)64 * 1024 * 1024)

/* Refuses what Elasticsearch would refuse: values that a field's type cannot read. What cannot be
 * evaluated here can still be asked there. */
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
    return error->kind == KQL_ERROR_UNSUPPORTED ? ST_OK : status;
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

void explain_warnings(const struct question *question, bool with_guesses, advice_handler handler,
                      void *context)
{
    const struct advice_subject subject = {
        .text = question->text,
        .tree = question->tree,
        .view = question->has_no_view ? NULL : question_view(question),
    };
    advice_give(&subject, with_guesses ? ADVICE_NOTHING : ADVICE_CERTAIN, handler, context);
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
    explain_warnings(question, true, add_warning, &list);
    buf_add_text(out, "\nElasticsearch query\n");
    enum status status = add_query(question, out, error);
    buf_add_text(out, "\n");
    if (status == ST_OK && !question->has_no_view)
        status = check_types(question, error);
    return status == ST_OK && !buf_ok(out) ? ST_NO_MEMORY : status;
}
