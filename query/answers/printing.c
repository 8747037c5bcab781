#include "query/answers/printing.h"

#include <inttypes.h>

#include "query/answers/pager.h"
#include "query/answers/terminal.h"

/* On a terminal with fewer columns most rows take two lines. */
#define FOLDED_WIDTH 120

/* Lookups on a terminal when no limit is given. */
#define TERMINAL_LIMIT 100

static uint64_t limit_of(const struct settings *settings, FILE *to)
{
    if (settings->has_limit)
        return settings->limit;
    return terminal_width(to) > 0 ? TERMINAL_LIMIT : UINT64_MAX;
}

static enum status begin(void *context, const struct data_view *view, struct error *err)
{
    return collector_begin(context, view, err);
}

enum status printing_init(struct printing *printing, struct question *question,
                          const struct settings *settings, FILE *to, struct error *err)
{
    const bool has_groups = settings->by.count > 0;
    const uint64_t limit = limit_of(settings, to);
    const struct collector_options options = {
        .settings = settings,
        .printer = {.format = settings->format,
                    .fields = has_groups ? &settings->by : &settings->fields,
                    .zone = question->zone,
                    .zone_name = question_zone_shown(question),
                    .width = settings->width > 0 ? settings->width : terminal_width(to),
                    .has_colour = terminal_has_colour(to, settings->colour),
                    .has_distinct = settings->filter.distinct.len > 0},
        .limit = limit,
        .to = to,
    };
    *printing = (struct printing){.settings = settings};
    const enum status status = collector_new(&options, &printing->collector, err);
    if (status != ST_OK)
        return status;
    printing->part = (struct survey_part){
        .fields = collector_fields(printing->collector),
        .wants_json = collector_wants_json(printing->collector),
        .wants_count = settings->wants_count,
        .order = settings->order,
        .limit = has_groups ? UINT64_MAX : limit,
        .begin = begin,
        .by = has_groups && !group_filter_is_set(&settings->filter) ? &settings->by : NULL,
        .take = collector_take,
        .take_group = collector_take_group,
        .context = printing->collector,
    };
    return ST_OK;
}

void printing_release(struct printing *printing)
{
    collector_free(printing->collector);
    printing->collector = NULL;
}

/* A name must be known to one of the sources. */
static enum status check_name(const struct survey *survey, const char *option, struct bytes name,
                              struct error *err)
{
    const enum status status = survey_check_field(survey, name, err);
    if (status != ST_OK)
        error_prefix(err, "%s", option);
    return status;
}

enum status printing_check(const struct settings *settings, const struct survey *survey,
                           struct error *err)
{
    enum status status = ST_OK;
    for (size_t i = 0; status == ST_OK && i < settings->fields.count; i++)
        status = check_name(survey, "--fields", settings->fields.names[i], err);
    for (size_t i = 0; status == ST_OK && i < settings->by.count; i++)
        status = check_name(survey, "--by", settings->by.names[i], err);
    if (status == ST_OK && settings->order.field.len > 0)
        status = check_name(survey, "--sort", settings->order.field, err);
    return status;
}

/* What is not on standard output although it matched. */
static void say_left_out(const struct printing *printing, const struct collector_totals *totals,
                         struct messages *messages)
{
    const struct settings *const settings = printing->settings;
    const uint64_t matched = printing->part.matched;
    if (totals->left_out > 0)
        message_note(messages, "%" PRIu64 " lookups are in none of the groups: there are too many",
                     totals->left_out);
    if (settings->wants_count && settings->has_limit)
        message_note(messages, "--limit does not change what --count counts");
    if (totals->groups > totals->printed)
        message_note(messages, "the first %" PRIu64 " of %" PRIu64 " groups; --limit shows more",
                     totals->printed, totals->groups);
    if (settings->by.count > 0 || settings->wants_count || matched <= totals->printed)
        return;
    const char *const which = settings->order.field.len > 0 ? "first" : "newest";
    message_note(messages, "the %s %" PRIu64 " of %" PRIu64 " lookups; --limit shows more", which,
                 totals->printed, matched);
}

/* Starts the pager for a table of lookups or groups, of which it is known here how many there may
 * be. */
static struct pager begin_pager(const struct printing *printing, const struct messages *messages)
{
    const struct settings *const settings = printing->settings;
    if (printing->paged == NULL || settings->has_no_pager || settings->wants_count ||
        settings->format != PRINT_TABLE || messages_are_interrupted(messages))
        return (struct pager){.stream = NULL};
    const uint64_t limit = limit_of(settings, printing->paged);
    const uint64_t matched = printing->part.matched;
    const uint64_t rows = matched < limit ? matched + 1 : limit;
    const bool is_folded = terminal_width(printing->paged) < FOLDED_WIDTH;
    return pager_begin(printing->paged, is_folded && rows < UINT64_MAX / 2 ? 2 * rows : rows);
}

uint64_t printing_finish(struct printing *printing, struct messages *messages)
{
    struct collector_totals totals = {.hits = 0};
    struct error err = {.status = ST_OK};
    struct pager pager = begin_pager(printing, messages);
    const enum status status =
        collector_finish(printing->collector, printing->part.matched, &totals, &err);
    const bool has_shown_all = pager_end(&pager);
    if (status != ST_OK && has_shown_all)
        message_failure(messages, "%s", err.text);
    else
        say_left_out(printing, &totals, messages);
    printing->totals = totals;
    return totals.hits;
}

uint64_t printing_rows_left_out(const struct printing *printing)
{
    const struct collector_totals *const totals = &printing->totals;
    return totals->groups > totals->printed ? totals->groups - totals->printed : 0;
}
