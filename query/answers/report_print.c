#include "query/answers/report_print.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/display.h"
#include "core/base/time_text.h"
#include "core/json/writer.h"
#include "query/base/prose.h"
#include "query/base/source_name.h"

/* Columns of a mail. */
#define WIDTH 80

/* Octets of one line. */
#define LINE_MAX_LEN ((size_t)256 * 1024)

/* --- What both forms have --------------------------------------------------------------------- */

static bool is_plain_word(const char *word)
{
    static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                               "-_./:=,@%+";
    return word[0] != '\0' && word[strspn(word, safe)] == '\0';
}

/* A word as a shell reads it. */
static void add_word(const char *word, struct buf *out)
{
    buf_add_u8(out, ' ');
    if (is_plain_word(word)) {
        buf_add_text(out, word);
        return;
    }
    buf_add_u8(out, '\'');
    for (; *word != '\0'; word++)
        buf_add_text(out, *word == '\'' ? "'\\''" : (const char[]){*word, '\0'});
    buf_add_u8(out, '\'');
}

static void add_option(const char *option, const char *value, struct buf *out)
{
    if (value == NULL)
        return;
    buf_add_format(out, " %s", option);
    add_word(value, out);
}

/* A source as a word of a command: one that begins like an option is a path. */
static void add_source(const char *source, struct buf *out)
{
    struct buf shown;
    buf_init(&shown, LINE_MAX_LEN);
    if (source[0] == '-' && source[1] != '\0')
        buf_add_text(&shown, "./");
    source_name_print(source, &shown);
    add_word(buf_text(&shown), out);
    buf_release(&shown);
}

/* True for a time that depends on when it is asked: 24h, now-1d/d. */
static bool is_relative(const char *time)
{
    return time != NULL && (strchr(time, '-') == NULL || strncmp(time, "now", 3) == 0);
}

static void add_time_option(const char *option, int64_t time_ns, struct buf *out)
{
    buf_add_format(out, " %s ", option);
    time_print(time_ns, 3, out);
}

/* The window. The command is typed hours after the report was made: what was said from then on is
 * said as times. */
static void add_window(const struct report *report, struct buf *out)
{
    const struct settings *const settings = report->settings;
    const bool is_moving = is_relative(settings->since) || is_relative(settings->until);
    if (is_relative(settings->since))
        add_time_option("--since", report->window.since_ns, out);
    else
        add_option("--since", settings->since, out);
    if (is_moving)
        add_time_option("--until", report_end(report), out);
    else
        add_option("--until", settings->until, out);
}

/* The parameters that this query has; those of others in the report mean nothing to it. */
static void add_values(const struct finding *finding, struct buf *out)
{
    const struct saved_values *const values = &finding->report->settings->values;
    for (size_t i = 0; i < values->count; i++) {
        const struct saved_values one = {.values = {values->values[i]}, .count = 1};
        struct error ignored;
        if (saved_values_check(finding->query, &one, &ignored) == ST_OK)
            add_option("--param", (const char *)values->values[i].name.data, out);
    }
}

void report_add_command(const struct finding *finding, const struct report_head *head,
                        struct buf *out)
{
    const struct settings *const settings = finding->report->settings;
    buf_add_text(out, "dnsight run");
    add_word(finding->query->word, out);
    add_option("--saved-queries", settings->saved_folder, out);
    add_window(finding->report, out);
    add_option("--time-zone", settings->time_zone, out);
    add_option("--data-view", settings->data_view, out);
    add_values(finding, out);
    for (size_t i = 0; i < head->source_count; i++)
        add_source(head->sources[i], out);
}

const char *report_noun(const struct finding *finding)
{
    if (finding->counts_groups)
        return finding->hits == 1 ? "group" : "groups";
    return finding->hits == 1 ? "lookup" : "lookups";
}

/* --- Text ------------------------------------------------------------------------------------- */

static void add_clock(const struct report *report, int64_t time_ns, struct buf *out)
{
    const int64_t seconds = time_ns / NS_PER_S;
    const int64_t local = seconds + time_zone_offset(report->question->zone, seconds);
    const struct civil_time clock = civil_from_ns(local * NS_PER_S);
    buf_add_format(out, "%04lld-%02u-%02u %02u:%02u:%02u", (long long)clock.year, clock.month,
                   clock.day, clock.hour, clock.minute, clock.second);
}

static void add_period(const struct report *report, struct buf *out)
{
    const int64_t begin = report_begin(report);
    const int64_t end = report_end(report);
    if (!report_knows_time(begin) || !report_knows_time(end)) {
        buf_add_text(out, "everything that was recorded");
    } else {
        add_clock(report, begin, out);
        buf_add_text(out, " to ");
        add_clock(report, end, out);
        buf_add_format(out, " (%s)", question_zone_shown(report->question));
    }
    buf_add_format(out, ", %" PRIu64 " %s", report->lookups,
                   report->lookups == 1 ? "lookup" : "lookups");
}

static void add_line(struct buf *line, size_t indent, struct buf *out)
{
    prose_add(out, buf_bytes(line), indent, WIDTH);
    buf_reset(line);
}

static void add_rule(struct buf *out)
{
    for (size_t i = 0; i < WIDTH; i++)
        buf_add_u8(out, '-');
    buf_add_u8(out, '\n');
}

/* How many, since when, and how many before. */
static void add_numbers(const struct finding *f, struct buf *line)
{
    const struct report *const report = f->report;
    buf_add_format(line, "%s: %" PRIu64 " %s", f->query->name, f->hits, report_noun(f));
    if (report_knows_time(f->times.first_ns)) {
        buf_add_text(line, f->times.first_ns == f->times.last_ns ? " at " : ", first ");
        add_clock(report, f->times.first_ns, line);
    }
    if (f->times.first_ns < f->times.last_ns) {
        buf_add_text(line, ", last ");
        add_clock(report, f->times.last_ns, line);
    }
    if (f->has_before)
        buf_add_format(line, "; in the window before: %" PRIu64, f->hits_before);
    buf_add_u8(line, '.');
}

static void add_table(const struct finding *f, enum report_table table, const char *title,
                      struct buf *out)
{
    if (f->text_lens[table] == 0)
        return;
    buf_add_format(out, "\n%s\n", title);
    buf_add(out, (struct bytes){(const uint8_t *)f->texts[table], f->text_lens[table]});
    const uint64_t more = printing_rows_left_out(&f->tables[table]);
    if (more > 0)
        buf_add_format(out, "and %" PRIu64 " more\n", more);
}

static const char *severity_word(enum saved_severity severity)
{
    switch (severity) {
    case SAVED_OVERVIEW:
        return "OVERVIEW";
    case SAVED_LOW:
        return "LOW";
    case SAVED_MEDIUM:
        return "MEDIUM";
    case SAVED_HIGH:
        return "HIGH";
    }
    return "";
}

static void add_finding(const struct finding *f, const struct report_head *head, struct buf *line,
                        struct buf *out)
{
    buf_add_text(out, "\n\n");
    buf_add_format(line, "%s: %s", severity_word(f->query->severity), f->query->title);
    add_line(line, 0, out);
    add_rule(out);
    add_numbers(f, line);
    add_line(line, 0, out);
    add_table(f, REPORT_GROUPS, "Groups", out);
    add_table(f, REPORT_NAMES, "Names", out);
    if (f->has_workloads)
        add_table(f, REPORT_WORKLOADS, "Workloads", out);
    add_table(f, REPORT_CLIENTS, "Clients", out);
    add_table(f, REPORT_SERVERS, "Servers", out);
    add_table(f, REPORT_SAMPLES, "Newest lookups", out);
    buf_add_text(out, "\nWhat it means\n");
    prose_add(out, bytes_of(f->query->meaning), 2, WIDTH);
    buf_add_text(out, "\nWhat to look at next\n");
    prose_add(out, bytes_of(f->query->next), 2, WIDTH);
    /* A command is not wrapped: it is copied. */
    buf_add_text(out, "\nEverything of it\n  ");
    report_add_command(f, head, line);
    display_add(out, buf_bytes(line));
    buf_reset(line);
    buf_add_u8(out, '\n');
}

static void add_rest(const struct report *report, struct buf *line, struct buf *out)
{
    if (report->found_count == report->finding_count || report->lookups == 0)
        return;
    buf_add_text(line, "Nothing found, or less than their threshold, by:");
    for (size_t i = report->found_count; i < report->finding_count; i++)
        buf_add_format(line, "%s %s", i == report->found_count ? "" : ",",
                       report->findings[i].query->name);
    buf_add_text(line, ".");
    buf_add_text(out, "\n\n");
    add_line(line, 0, out);
}

/* What was not read stands before anything that sounds like an all-clear. */
static void add_failures(const struct report *report, struct buf *line, struct buf *out)
{
    const struct buf *const failures = report->messages->failures;
    if (failures == NULL || failures->len == 0)
        return;
    buf_add_text(line, "INCOMPLETE: not everything could be read, so there may be more than this "
                       "report says:");
    add_line(line, 0, out);
    buf_add(out, buf_bytes(failures));
    buf_add_u8(out, '\n');
}

void report_print_text(const struct report *report, const struct report_head *head, struct buf *out)
{
    struct buf line;
    buf_init(&line, LINE_MAX_LEN);
    add_failures(report, &line, out);
    buf_add_text(&line, "DNS report: ");
    add_period(report, &line);
    source_names_print(head->sources, head->source_count, &line);
    add_line(&line, 0, out);
    if (report_recorded_nothing(report))
        buf_add_text(&line, REPORT_NO_LOOKUPS);
    else
        buf_add_format(&line, "%zu of %zu queries found something.", report->found_count,
                       report->finding_count);
    add_line(&line, 0, out);
    for (size_t i = 0; i < report->found_count; i++)
        add_finding(&report->findings[i], head, &line, out);
    add_rest(report, &line, out);
    buf_release(&line);
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void json_time(struct json_writer *w, const char *key, int64_t time_ns)
{
    if (!report_knows_time(time_ns))
        return;
    struct buf text;
    buf_init(&text, 64);
    time_print(time_ns, 3, &text);
    json_key(w, key);
    json_string(w, buf_bytes(&text));
    buf_release(&text);
}

static void json_word(struct json_writer *w, const char *key, const char *text)
{
    json_key(w, key);
    json_text(w, text);
}

static void json_number(struct json_writer *w, const char *key, uint64_t number)
{
    json_key(w, key);
    json_u64(w, number);
}

/* A table, which is JSON already. */
static void json_table(struct json_writer *w, const struct finding *f, enum report_table table,
                       const char *key)
{
    struct bytes text = {(const uint8_t *)f->texts[table], f->text_lens[table]};
    while (text.len > 0 && text.data[text.len - 1] == '\n')
        text.len--;
    if (text.len == 0)
        return;
    json_key(w, key);
    json_raw(w, text);
}

static void json_finding(struct json_writer *w, const struct finding *f,
                         const struct report_head *head)
{
    struct buf command;
    buf_init(&command, LINE_MAX_LEN);
    report_add_command(f, head, &command);
    json_begin_object(w);
    json_word(w, "name", f->query->name);
    json_word(w, "title", f->query->title);
    json_word(w, "question", f->query->question);
    json_word(w, "severity", saved_severity_name(f->query->severity));
    json_number(w, "threshold", f->query->threshold);
    json_word(w, "counts", f->counts_groups ? "groups" : "lookups");
    json_number(w, "hits", f->hits);
    if (f->has_before)
        json_number(w, "hits_before", f->hits_before);
    json_time(w, "first", f->times.first_ns);
    json_time(w, "last", f->times.last_ns);
    json_table(w, f, REPORT_GROUPS, "groups");
    json_table(w, f, REPORT_NAMES, "names");
    if (f->has_workloads)
        json_table(w, f, REPORT_WORKLOADS, "workloads");
    json_table(w, f, REPORT_CLIENTS, "clients");
    json_table(w, f, REPORT_SERVERS, "servers");
    json_table(w, f, REPORT_SAMPLES, "samples");
    json_word(w, "meaning", f->query->meaning);
    json_word(w, "next", f->query->next);
    json_key(w, "command");
    json_string(w, buf_bytes(&command));
    json_end_object(w);
    buf_release(&command);
}

static void json_failures(struct json_writer *w, const struct buf *failures)
{
    struct bytes rest = failures == NULL ? (struct bytes){0} : buf_bytes(failures);
    json_key(w, "not_read");
    json_begin_array(w);
    while (rest.len > 0) {
        const size_t end = bytes_find(rest, BYTES_LITERAL("\n"));
        json_string(w, bytes_slice(rest, 0, end));
        rest = bytes_slice(rest, end + 1, rest.len);
    }
    json_end_array(w);
}

void report_print_json(const struct report *report, const struct report_head *head, struct buf *out)
{
    struct json_writer w = json_writer_of(out);
    json_begin_object(&w);
    json_number(&w, "version", 1);
    json_time(&w, "made", report->question->now_ns);
    json_time(&w, "since", report_begin(report));
    json_time(&w, "until", report_end(report));
    json_key(&w, "sources");
    source_names_write(head->sources, head->source_count, &w);
    json_failures(&w, report->messages->failures);
    json_number(&w, "lookups", report->lookups);
    json_number(&w, "queries", report->finding_count);
    json_number(&w, "found", report->found_count);
    json_key(&w, "findings");
    json_begin_array(&w);
    for (size_t i = 0; i < report->found_count; i++)
        json_finding(&w, &report->findings[i], head);
    json_end_array(&w);
    json_key(&w, "nothing_found");
    json_begin_array(&w);
    for (size_t i = report->found_count; i < report->finding_count; i++)
        json_text(&w, report->findings[i].query->name);
    json_end_array(&w);
    json_end_object(&w);
    buf_add_u8(out, '\n');
}
