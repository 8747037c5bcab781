#include "query/answers/report.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/time_text.h"
#include "query/questions/time_range.h"
#include "query/records/field_reader.h"

/* Rows of a table of groups; columns of a mail. */
#define GROUPS_SHOWN 5
#define MAIL_WIDTH   80

/* Octets of a time as text. */
#define TIME_MAX 64

static enum status say(struct report *report, const struct error *err)
{
    message_failure(report->messages, "%s", err->text);
    return err->status;
}

static enum status say_no_memory(struct report *report)
{
    message_failure(report->messages, "memory is exhausted");
    return ST_NO_MEMORY;
}

enum status report_init(struct report *report, const struct settings *settings,
                        struct question *question, struct messages *messages)
{
    *report = (struct report){
        .settings = settings,
        .question = question,
        .messages = messages,
        .before_ns = INT64_MIN,
        .times = {INT64_MAX, INT64_MIN},
        .time_fields = {.names = {BYTES_LITERAL("@timestamp"),
                                  BYTES_LITERAL("lookup.client.workload")},
                        .count = 2},
    };
    const struct time_range range = {.since = settings->since,
                                     .until = settings->until,
                                     .now_ns = question->now_ns,
                                     .zone = question->zone};
    struct error err = {.status = ST_OK};
    if (time_range_span(&range, &question->arena, &report->window, &err) != ST_OK)
        return say(report, &err);
    report->findings = calloc(REPORT_QUERIES_MAX, sizeof *report->findings);
    report->parts = calloc(REPORT_QUERIES_MAX + 1 + OVERVIEW_PARTS, sizeof *report->parts);
    if (report->findings == NULL || report->parts == NULL)
        return say_no_memory(report);
    const int64_t end =
        report->window.until_ns == INT64_MAX ? question->now_ns : report->window.until_ns;
    const int64_t start = report->window.since_ns;
    if (start > INT64_MIN / 4 && end > start && end < INT64_MAX / 4)
        report->before_ns = start - (end - start);
    return ST_OK;
}

static void finding_release(struct finding *finding)
{
    for (size_t i = 0; i < REPORT_TABLES; i++) {
        printing_release(&finding->tables[i]);
        if (finding->files[i] != NULL)
            (void)fclose(finding->files[i]);
        free(finding->texts[i]);
    }
    field_reader_free(finding->times_reader);
    saved_query_free(finding->query);
}

void report_release(struct report *report)
{
    for (size_t i = 0; i < report->finding_count; i++)
        finding_release(&report->findings[i]);
    free(report->findings);
    free(report->parts);
    overview_free(report->overview);
}

/* --- Hits ------------------------------------------------------------------------------------- */

static enum status begin(void *context, const struct data_view *view, struct error *err)
{
    struct finding *const f = context;
    enum status status = ST_OK;
    for (size_t i = 0; status == ST_OK && i < REPORT_TABLES; i++) {
        if (f->tables[i].collector != NULL)
            status = collector_begin(f->tables[i].collector, view, err);
    }
    if (status != ST_OK || f->view == view)
        return status;
    field_reader_free(f->times_reader);
    f->times_reader = NULL;
    f->view = view;
    if (field_reader_new(view, &f->times_reader) != ST_OK)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    field_reader_want(f->times_reader, &f->report->time_fields);
    return ST_OK;
}

static int64_t time_of(const struct document *document)
{
    const uint16_t field = field_find(document->view, BYTES_LITERAL("@timestamp"));
    const struct value *const time = field_value(document, field, NULL);
    if (time == NULL || time->kind != VALUE_TIME)
        return INT64_MIN;
    /* Captures know more than milliseconds, servers do not: the report is to be the same. */
    return time->integer - time->integer % NS_PER_MS;
}

static void widen(struct report_times *times, int64_t time_ns)
{
    if (time_ns == INT64_MIN)
        return;
    times->first_ns = time_ns < times->first_ns ? time_ns : times->first_ns;
    times->last_ns = time_ns > times->last_ns ? time_ns : times->last_ns;
}

static bool take_tables(struct finding *f, const struct hit *hit)
{
    bool is_taken = true;
    for (size_t i = 0; is_taken && i < REPORT_TABLES; i++) {
        if (f->tables[i].collector != NULL)
            is_taken = collector_take(f->tables[i].collector, hit);
    }
    return is_taken;
}

static bool take(void *context, const struct hit *hit)
{
    struct finding *const f = context;
    const struct document *document = hit->document;
    if (document == NULL &&
        field_reader_read(f->times_reader, hit->json, &document, NULL, NULL) != ST_OK)
        return true;
    const int64_t time_ns = time_of(document);
    const bool is_before = time_ns < f->report->window.since_ns;
    f->hits_before += is_before ? 1 : 0;
    if (is_before && !f->asked.settings.filter.is_new)
        return true;
    if (!is_before) {
        f->hits++;
        widen(&f->times, time_ns);
        const uint16_t field = field_find(document->view, BYTES_LITERAL("lookup.client.workload"));
        f->has_workloads = f->has_workloads || field_value(document, field, NULL) != NULL;
    }
    return take_tables(f, hit);
}

/* --- Making ready ----------------------------------------------------------------------------- */

/* What each table is: fields to count by, or lookups. */
static void table_settings(const struct finding *f, enum report_table table,
                           struct settings *settings)
{
    static const char *const by[REPORT_TABLES] = {
        [REPORT_NAMES] = "dns.question.name",
        [REPORT_WORKLOADS] = "lookup.client.workload",
        [REPORT_CLIENTS] = "source.ip",
        [REPORT_SERVERS] = "destination.ip",
    };
    *settings = f->asked.settings;
    settings->format = settings->format == PRINT_TABLE ? PRINT_MAIL : f->report->settings->format;
    settings->colour = COLOUR_NEVER;
    settings->width = settings->format == PRINT_MAIL ? MAIL_WIDTH : 0;
    settings->has_limit = true;
    settings->limit = table == REPORT_SAMPLES ? f->report->settings->samples : GROUPS_SHOWN;
    if (table == REPORT_GROUPS)
        return;
    settings->fields.count = 0;
    settings->order = (struct order){0};
    if (by[table] != NULL) {
        settings->by.names[0] = bytes_of(by[table]);
        settings->by.count = 1;
    }
}

static enum status make_tables(struct finding *f, struct error *err)
{
    const bool has_groups = f->asked.settings.by.count > 0;
    for (size_t i = 0; i < REPORT_TABLES; i++) {
        if ((i == REPORT_GROUPS) != has_groups)
            continue;
        table_settings(f, (enum report_table)i, &f->settings[i]);
        f->files[i] = open_memstream(&f->texts[i], &f->text_lens[i]);
        if (f->files[i] == NULL)
            return error_set(err, ST_NO_MEMORY, "memory is exhausted");
        const enum status status =
            printing_init(&f->tables[i], f->report->question, &f->settings[i], f->files[i], err);
        if (status != ST_OK)
            return status;
    }
    return ST_OK;
}

/* The settings of a step, but for the window: what was before it is wanted, too. */
static enum status ask_step(struct report *report, struct finding *f)
{
    struct settings settings = *report->settings;
    char *since = NULL;
    const bool is_new = f->query->steps[0].filter.is_new;
    if (report->before_ns != INT64_MIN && !is_new) {
        struct buf text;
        buf_init(&text, TIME_MAX);
        time_print(report->before_ns, 9, &text);
        buf_add_u8(&text, '\0');
        since = (char *)arena_alloc(&report->question->arena, text.len + 1);
        if (since != NULL && buf_ok(&text))
            memcpy(since, text.data, text.len);
        buf_release(&text);
        settings.since = since;
    }
    if (saved_step_ask(f->query, &f->query->steps[0], &settings, report->question, &f->asked) ==
        ST_OK)
        return ST_OK;
    const char *const cause =
        f->asked.fault.kind != KQL_ERROR_NONE ? f->asked.fault.message : f->asked.other.text;
    message_failure(report->messages, "%s: %s", f->query->name, cause);
    return ST_INVALID;
}

enum status report_add(struct report *report, struct saved_query *query)
{
    struct error err = {.status = ST_OK};
    if (report->finding_count == REPORT_QUERIES_MAX) {
        saved_query_free(query);
        (void)error_set(&err, ST_LIMIT, "more than %d queries in one report", REPORT_QUERIES_MAX);
        return say(report, &err);
    }
    struct finding *const f = &report->findings[report->finding_count++];
    *f = (struct finding){.query = query, .report = report, .times = {INT64_MAX, INT64_MIN}};
    const enum status status = ask_step(report, f);
    if (status != ST_OK)
        return status;
    if (make_tables(f, &err) != ST_OK)
        return say(report, &err);
    f->counts_groups = group_filter_is_set(&f->asked.settings.filter);
    f->has_before = report->before_ns != INT64_MIN && !f->counts_groups;
    return ST_OK;
}

/* --- Asking ----------------------------------------------------------------------------------- */

static void add_fields(struct field_names *all, const struct field_names *names)
{
    for (size_t i = 0; i < names->count && all->count < FIELD_NAMES_MAX; i++)
        all->names[all->count++] = names->names[i];
}

static void make_part(const struct finding *f, struct field_names *fields, struct survey_part *part)
{
    *fields = f->report->time_fields;
    for (size_t i = 0; i < REPORT_TABLES; i++) {
        if (f->tables[i].collector != NULL)
            add_fields(fields, f->tables[i].part.fields);
    }
    *part = (struct survey_part){
        .text = f->asked.text,
        .tree = f->asked.tree,
        .fields = fields,
        .wants_json = f->asked.settings.by.count == 0,
        .limit = UINT64_MAX,
        .begin = begin,
        .take = take,
    };
}

static bool count_lookup(void *context, const struct hit *hit)
{
    struct report *const report = context;
    if (hit->document != NULL)
        widen(&report->times, time_of(hit->document));
    return true;
}

/* All lookups of the window, whose number says how much a finding is. */
static enum status make_total(struct report *report, struct survey_part *part)
{
    const struct time_range range = {.since = report->settings->since,
                                     .until = report->settings->until,
                                     .now_ns = report->question->now_ns,
                                     .zone = report->question->zone};
    *part = (struct survey_part){
        .text = BYTES_LITERAL("*"),
        .fields = &report->time_fields,
        .wants_count = true,
        .limit = UINT64_MAX,
        .take = count_lookup,
        .context = report,
    };
    struct error err = {.status = ST_OK};
    const enum status status = time_range_apply(&range, &report->question->arena,
                                                report->question->tree, &part->tree, &err);
    return status == ST_OK ? ST_OK : say(report, &err);
}

/* Prints the tables, without notes about what they leave out. */
static void print_tables(struct finding *f)
{
    struct messages quiet = {.to = f->report->messages->to, .is_quiet = true};
    for (size_t i = 0; i < REPORT_TABLES; i++) {
        if (f->tables[i].collector == NULL)
            continue;
        f->tables[i].part.matched = f->hits;
        const uint64_t hits = printing_finish(&f->tables[i], &quiet);
        if (i == REPORT_GROUPS)
            f->hits = hits;
        (void)fclose(f->files[i]);
        f->files[i] = NULL;
    }
    f->report->messages->has_failure = f->report->messages->has_failure || quiet.has_failure;
}

static bool is_found(const struct finding *f)
{
    return f->hits > 0 && f->hits >= f->query->threshold;
}

/* Those that found enough first, then the more severe, then the more frequent. */
static int compare_findings(const void *left, const void *right)
{
    const struct finding *const a = left;
    const struct finding *const b = right;
    if (is_found(a) != is_found(b))
        return is_found(a) ? -1 : 1;
    if (a->query->severity != b->query->severity)
        return a->query->severity > b->query->severity ? -1 : 1;
    if (a->hits != b->hits)
        return a->hits > b->hits ? -1 : 1;
    return strcmp(a->query->name, b->query->name);
}

/* The parts behind that which counts all lookups; *count of them. */
static enum status make_overview(struct report *report, const struct survey_part *total,
                                 struct survey_part *parts, size_t *count)
{
    struct error err = {.status = ST_OK};
    *count = 0;
    if (report->settings->format != PRINT_HTML)
        return ST_OK;
    *count = OVERVIEW_PARTS;
    const struct overview_scope scope = {report->settings, report->question, total->tree};
    const enum status status = overview_new(&scope, parts, &report->overview, &err);
    return status == ST_OK ? ST_OK : say(report, &err);
}

static enum status finish_overview(struct report *report, const struct survey_part *parts)
{
    struct error err = {.status = ST_OK};
    if (report->overview == NULL ||
        overview_finish(report->overview, parts, report->messages, &err) == ST_OK)
        return ST_OK;
    return say(report, &err);
}

bool report_recorded_nothing(const struct report *report)
{
    return report->lookups == 0 && !report->messages->has_failure;
}

enum status report_ask(struct report *report, struct survey *survey)
{
    struct field_names *const fields = calloc(REPORT_QUERIES_MAX, sizeof *fields);
    if (fields == NULL)
        return say_no_memory(report);
    for (size_t i = 0; i < report->finding_count; i++) {
        make_part(&report->findings[i], &fields[i], &report->parts[i]);
        report->parts[i].context = &report->findings[i];
    }
    struct survey_part *const total = &report->parts[report->finding_count];
    size_t others = 0;
    enum status status = make_total(report, total);
    if (status == ST_OK)
        status = make_overview(report, total, total + 1, &others);
    if (status == ST_OK)
        status = survey_read(survey, report->parts, report->finding_count + 1 + others);
    free(fields);
    if (status == ST_OK)
        status = finish_overview(report, total + 1);
    if (status != ST_OK)
        return status;
    report->lookups = total->matched;
    for (size_t i = 0; i < report->finding_count; i++)
        print_tables(&report->findings[i]);
    qsort(report->findings, report->finding_count, sizeof *report->findings, compare_findings);
    while (report->found_count < report->finding_count &&
           is_found(&report->findings[report->found_count]))
        report->found_count++;
    return ST_OK;
}

/* --- Times ------------------------------------------------------------------------------------ */

int64_t report_begin(const struct report *report)
{
    return report->window.since_ns == INT64_MIN ? report->times.first_ns : report->window.since_ns;
}

int64_t report_end(const struct report *report)
{
    if (report->window.until_ns != INT64_MAX)
        return report->window.until_ns;
    return report->window.since_ns == INT64_MIN ? report->times.last_ns : report->question->now_ns;
}

bool report_knows_time(int64_t time_ns)
{
    return time_ns != INT64_MIN && time_ns != INT64_MAX;
}
