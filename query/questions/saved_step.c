#include "query/questions/saved_step.h"

#include "core/base/buf.h"
#include "core/base/time_text.h"
#include "query/questions/time_range.h"

/* Octets of a time as text. */
#define TIME_MAX 64

/* Groups or a number that the command line asks for take the place of all steps; columns and an
 * order that of those which print lookups. */
static void take_settings(const struct saved_step *step, struct settings *settings)
{
    if (settings->by.count > 0 || settings->wants_count)
        return;
    const bool is_document = settings->format == PRINT_NDJSON || settings->format == PRINT_JSON;
    if (step->by.count > 0) {
        settings->fields.count = 0;
        settings->order = (struct order){.is_descending = false};
        settings->by = step->by;
        settings->filter = step->filter;
        return;
    }
    if (settings->fields.count == 0 && !is_document)
        settings->fields = step->columns;
    if (settings->order.field.len == 0)
        settings->order = step->order;
}

/* Lets the range begin earlier, so that what was there before the window is known. */
static enum status widen(struct time_range *range, struct arena *arena, struct settings *settings,
                         struct error *err)
{
    struct time_span span;
    if (range->since == NULL)
        return error_set(err, ST_INVALID,
                         "what is new can only be said of a window: --since 1h, for example");
    const enum status status = time_range_span(range, arena, &span, err);
    if (status != ST_OK)
        return status;
    settings->filter.since_ns = span.since_ns;
    struct buf text;
    buf_init(&text, TIME_MAX);
    time_print(span.since_ns - SAVED_BASELINE_NS, 3, &text);
    buf_add_u8(&text, '\0');
    const struct bytes copy = arena_copy(arena, buf_bytes(&text));
    buf_release(&text);
    if (copy.data == NULL)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    range->since = (const char *)copy.data;
    return ST_OK;
}

enum status saved_step_ask(struct saved_query *query, const struct saved_step *step,
                           const struct settings *settings, struct question *question,
                           struct saved_asked *asked)
{
    struct arena *const arena = &question->arena;
    *asked = (struct saved_asked){.settings = *settings, .other.status = ST_OK};
    take_settings(step, &asked->settings);
    const struct kql_node *tree = NULL;
    enum status status = saved_kql(query, step, &settings->values, &asked->text, &asked->other);
    if (status == ST_OK)
        status = kql_parse(asked->text, arena, &tree, &asked->fault);
    if (status != ST_OK)
        return status;
    struct time_range range = {.since = settings->since,
                               .until = settings->until,
                               .now_ns = question->now_ns,
                               .zone = question->zone};
    if (asked->settings.filter.is_new)
        status = widen(&range, arena, &asked->settings, &asked->other);
    if (status == ST_OK)
        status = time_range_apply(&range, arena, tree, &asked->tree, &asked->other);
    return status;
}
