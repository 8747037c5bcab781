#include "query/answers/explain.h"

#include "core/base/display.h"
#include "core/kql/evaluator.h"
#include "core/kql/warnings.h"
#include "query/answers/sentence.h"
#include "query/answers/spelling.h"
#include "query/printing/pretty.h"
#include "query/sources/translate.h"

/* Octets of a query and of a compiled expression. */
#define QUERY_MAX ((size_t)64 * 1024 * 1024)

/* Warnings shown of each kind, and octets of all of them. */
#define WARNINGS_MAX 16
#define WARNING_SIZE ((size_t)1024 * 1024)

/* Columns of the user's own words that a warning repeats. */
#define EXCERPT_MAX 80

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

/* Hands each warning on once, and no endless list. */
struct filter {
    warning_handler handler;
    void *context;
    struct buf said; /* lines */
    size_t count;
};

static void say_once(void *context, const char *warning)
{
    struct filter *const filter = context;
    const size_t at = filter->said.len;
    buf_add_format(&filter->said, "\n%s\n", warning);
    const struct bytes said = buf_bytes(&filter->said);
    const struct bytes line = bytes_slice(said, at, said.len);
    if (filter->count == WARNINGS_MAX || bytes_find(said, line) < at) {
        filter->said.len = at;
        return;
    }
    filter->count++;
    filter->handler(filter->context, warning);
}

static void add_excerpt(struct bytes text, struct buf *out)
{
    struct buf escaped;
    buf_init(&escaped, WARNING_SIZE);
    display_add(&escaped, text);
    (void)display_cut(out, buf_bytes(&escaped), EXCERPT_MAX);
    buf_release(&escaped);
}

void explain_warnings(const struct question *question, bool with_guesses, warning_handler handler,
                      void *context)
{
    struct kql_warning warnings[WARNINGS_MAX];
    const struct data_view *const view = question->has_no_view ? NULL : question_view(question);
    const size_t count = kql_warn(question->text, question->tree, view, warnings, WARNINGS_MAX);
    struct buf line;
    buf_init(&line, WARNING_SIZE);
    for (size_t i = 0; i < count; i++) {
        const struct kql_warning *const w = &warnings[i];
        if (w->is_guess && !with_guesses)
            continue;
        buf_reset(&line);
        add_excerpt(bytes_slice(question->text, w->at, w->end - w->at), &line);
        buf_add_format(&line, ": %s", w->message);
        buf_add_text(&line, w->hint[0] == '\0' ? "" : "; hint: ");
        display_add(&line, bytes_of(w->hint));
        handler(context, buf_text(&line));
    }
    buf_release(&line);
    if (!with_guesses)
        return;
    struct filter filter = {.handler = handler, .context = context};
    buf_init(&filter.said, WARNING_SIZE);
    spelling_check(question->tree, say_once, &filter);
    buf_release(&filter.said);
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
