#include "query/gathering/timeline.h"

#include <string.h>

#include "core/base/interval.h"
#include "core/base/time_text.h"

#define TIME_FIELD   "@timestamp"
#define RESULT_FIELD "lookup.result"

void timeline_init(struct timeline *timeline, bool by_result)
{
    *timeline = (struct timeline){
        .by = {.names = {BYTES_LITERAL(TIME_FIELD), BYTES_LITERAL(RESULT_FIELD)},
               .count = by_result ? 2 : 1},
        .fields = {.names = {BYTES_LITERAL(TIME_FIELD), BYTES_LITERAL(RESULT_FIELD),
                             BYTES_LITERAL("event.duration")},
                   .count = 3},
        .width_ms = interval_narrowest(),
        .fault.status = ST_OK,
    };
}

void timeline_release(struct timeline *timeline)
{
    for (size_t i = 0; i < TIMELINE_MAX; i++)
        quantiles_release(&timeline->intervals[i].latency);
    field_reader_free(timeline->reader);
}

enum status timeline_begin(void *context, const struct data_view *view, struct error *err)
{
    struct timeline *const t = context;
    if (t->view == view)
        return ST_OK;
    field_reader_free(t->reader);
    t->reader = NULL;
    t->view = view;
    if (field_reader_new(view, &t->reader) != ST_OK)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    field_reader_want(t->reader, &t->fields);
    return ST_OK;
}

/* --- Intervals -------------------------------------------------------------------------------- */

static enum status merge(struct timeline_interval *to, struct timeline_interval *from)
{
    to->lookups += from->lookups;
    for (size_t i = 0; i < GRAPH_RESULTS; i++)
        to->results[i] += from->results[i];
    const enum status status = quantiles_merge(&to->latency, &from->latency);
    quantiles_release(&from->latency);
    *from = (struct timeline_interval){0};
    return status;
}

/* Makes the intervals wider. */
static enum status widen(struct timeline *t, int64_t width_ms)
{
    const int64_t first = interval_of(t->first * t->width_ms, width_ms);
    enum status status = ST_OK;
    size_t count = 0;
    for (size_t i = 0; i < t->count; i++) {
        const int64_t start_ms = (t->first + (int64_t)i) * t->width_ms;
        const size_t to = (size_t)(interval_of(start_ms, width_ms) - first);
        count = to + 1;
        if (to != i && merge(&t->intervals[to], &t->intervals[i]) != ST_OK)
            status = ST_NO_MEMORY;
    }
    t->first = first;
    t->width_ms = width_ms;
    t->count = count;
    return status;
}

/* Makes room for the interval of a time. */
static enum status reach(struct timeline *t, int64_t time_ms)
{
    const int64_t first_ms = t->first * t->width_ms;
    const int64_t last_ms = (t->first + (int64_t)t->count) * t->width_ms - 1;
    const int64_t from = time_ms < first_ms ? time_ms : first_ms;
    const int64_t to = time_ms > last_ms ? time_ms : last_ms;
    const int64_t width_ms = interval_for(from, to, TIMELINE_MAX);
    if (width_ms > t->width_ms && widen(t, width_ms) != ST_OK)
        return ST_NO_MEMORY;
    const int64_t first = interval_of(from, t->width_ms);
    const size_t added = (size_t)(t->first - first);
    memmove(t->intervals + added, t->intervals, t->count * sizeof *t->intervals);
    memset(t->intervals, 0, added * sizeof *t->intervals);
    t->first = first;
    const size_t count = (size_t)(interval_of(to, t->width_ms) - first) + 1;
    t->count = count > t->count + added ? count : t->count + added;
    return ST_OK;
}

struct timeline_interval *timeline_at(struct timeline *timeline, int64_t time_ms)
{
    struct timeline *const t = timeline;
    const int64_t number = interval_of(time_ms, t->width_ms);
    if (t->count == 0) {
        t->first = number;
        t->count = 1;
    }
    const bool is_inside = number >= t->first && number < t->first + (int64_t)t->count;
    if (!is_inside && reach(t, time_ms) != ST_OK)
        return NULL;
    return &t->intervals[interval_of(time_ms, t->width_ms) - t->first];
}

/* --- Counting --------------------------------------------------------------------------------- */

static bool fail_memory(struct timeline *t)
{
    (void)error_set(&t->fault, ST_NO_MEMORY, "memory is exhausted");
    return false;
}

/* The interval of a document; NULL if it has no time or something failed. */
static struct timeline_interval *interval_of_document(struct timeline *t,
                                                      const struct document *document)
{
    const uint16_t field = field_find(document->view, BYTES_LITERAL(TIME_FIELD));
    const struct value *const time = field_value(document, field, NULL);
    if (time == NULL || time->kind != VALUE_TIME)
        return NULL;
    struct timeline_interval *const at = timeline_at(t, interval_of(time->integer, NS_PER_MS));
    if (at == NULL)
        (void)fail_memory(t);
    return at;
}

static void count_result(struct timeline_interval *at, const struct document *document,
                         uint64_t count)
{
    const uint16_t field = field_find(document->view, BYTES_LITERAL(RESULT_FIELD));
    const struct value *const result = field_value(document, field, NULL);
    at->lookups += count;
    if (result != NULL && result->kind == VALUE_TEXT)
        at->results[graph_result_of(result->text)] += count;
}

bool timeline_take(void *context, const struct hit *hit)
{
    struct timeline *const t = context;
    const struct document *document = hit->document;
    if (document == NULL)
        t->fault.status = field_reader_read(t->reader, hit->json, &document, NULL, &t->fault);
    if (t->fault.status != ST_OK)
        return false;
    struct timeline_interval *const at = interval_of_document(t, document);
    if (at == NULL)
        return t->fault.status == ST_OK;
    count_result(at, document, 1);
    const uint16_t field = field_find(document->view, BYTES_LITERAL("event.duration"));
    const struct value *const duration = field_value(document, field, NULL);
    if (duration == NULL || duration->kind != VALUE_INTEGER || duration->integer < 0)
        return true;
    return quantiles_add(&at->latency, (uint64_t)duration->integer) == ST_OK || fail_memory(t);
}

bool timeline_take_group(void *context, const struct source_group *group)
{
    struct timeline *const t = context;
    const struct document *values = NULL;
    t->fault.status = field_reader_read(t->reader, group->json, &values, NULL, &t->fault);
    if (t->fault.status != ST_OK)
        return false;
    struct timeline_interval *const at = interval_of_document(t, values);
    if (at == NULL)
        return t->fault.status == ST_OK;
    count_result(at, values, group->count);
    if (!group->has_latency)
        return true;
    return quantiles_add_percentiles(&at->latency, group->latency) == ST_OK || fail_memory(t);
}
