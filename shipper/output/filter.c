#include "shipper/output/filter.h"

#include <stdlib.h>
#include <time.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/time_text.h"
#include "core/document/data_view.h"
#include "core/kql/error_print.h"
#include "core/kql/evaluator.h"
#include "core/kql/parser.h"

/* Octets for the tree and the program. */
#define ARENA_MAX ((size_t)64 * 1024 * 1024)

struct filter {
    struct arena arena;
    const struct kql_program *program;
};

static int64_t wall_clock_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

static enum status explain(struct bytes expression, const struct kql_error *error,
                           struct error *err)
{
    struct buf message;
    buf_init(&message, ERROR_TEXT_SIZE);
    kql_error_print(expression, error, &message);
    /* The caller ends the line. */
    while (message.len > 0 && message.data[message.len - 1] == '\n')
        message.len--;
    (void)error_set(err, ST_INVALID, "%s", buf_text(&message));
    buf_release(&message);
    return ST_INVALID;
}

enum status filter_new(const char *expression, struct filter **filter, struct error *err)
{
    struct filter *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(err, ST_NO_MEMORY, "no memory for the filter");
    arena_init(&made->arena, ARENA_MAX);
    /* The tree refers to its text. */
    const struct bytes text = arena_copy(&made->arena, bytes_of(expression));
    const struct kql_options options = {.view = data_view_builtin(), .now_ns = wall_clock_ns()};
    const struct kql_node *tree = NULL;
    struct kql_error error = {0};
    enum status status = kql_parse(text, &made->arena, &tree, &error);
    if (status == ST_OK)
        status = kql_compile(tree, &options, &made->arena, &made->program, &error);
    if (status != ST_OK) {
        const enum status explained = text.data == NULL
                                          ? error_set(err, ST_NO_MEMORY, "no memory for the filter")
                                          : explain(text, &error, err);
        filter_free(made);
        return explained;
    }
    *filter = made;
    return ST_OK;
}

void filter_warnings(const char *expression, advice_handler handler, void *context)
{
    struct arena arena;
    arena_init(&arena, ARENA_MAX);
    struct advice_subject subject = {.text = bytes_of(expression), .view = data_view_builtin()};
    struct kql_error error = {0};
    if (kql_parse(subject.text, &arena, &subject.tree, &error) == ST_OK)
        advice_give(&subject, ADVICE_NOTHING, handler, context);
    arena_release(&arena);
}

void filter_free(struct filter *filter)
{
    if (filter == NULL)
        return;
    arena_release(&filter->arena);
    free(filter);
}

bool filter_selects(const struct filter *filter, const struct document *document)
{
    return filter == NULL || kql_matches(filter->program, document);
}
