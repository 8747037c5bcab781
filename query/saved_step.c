#include "query/saved_step.h"

#include "core/base/buf.h"
#include "core/base/time_text.h"
#include "query/time_range.h"

/* Octets of a time as text. */
#define TIME_MAX 64

static void take_settings(const struct saved_step *step, struct settings *settings)
{
    const bool is_own = settings->fields.count == 0 && settings->by.count == 0 &&
                        settings->order.field.len == 0 && !settings->wants_count;
    if (is_own && settings->format != PRINT_NDJSON && settings->format != PRINT_JSON)
        settings->fields = step->columns;
    if (!is_own)
        return;
    settings->by = step->by;
    settings->order = step->order;
    settings->filter = step->filter;
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
