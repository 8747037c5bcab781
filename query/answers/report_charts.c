#include "query/answers/report_charts.h"

#include "core/base/macros.h"
#include "query/pictures/chart.h"

/* Octets of one caption. */
#define TEXT_MAX ((size_t)4096)

/* How a lookup went. */
enum course {
    COURSE_GOOD,
    COURSE_DOUBT, /* an answer, but not the one that was hoped for */
    COURSE_BAD,
    COURSES,
};

static const char *const COURSE_CLASSES[COURSES] = {"good", "doubt", "bad"};

static enum course course_of(size_t result)
{
    if (graph_is_failure(result, GRAPH_ASKS))
        return COURSE_BAD;
    return result == RESULT_ANSWER ? COURSE_GOOD : COURSE_DOUBT;
}

static struct chart chart_of(const struct report *report, const struct timeline *timeline,
                             const char *label)
{
    return (struct chart){.label = label,
                          .first = timeline->first,
                          .width_ms = timeline->width_ms,
                          .count = timeline->count,
                          .zone = report->question->zone,
                          .has_axis = true};
}

/* Appends the width of an interval: "10 s", "1 min". */
static void add_width(int64_t width_ms, struct buf *out)
{
    static const struct {
        int64_t ms;
        const char *unit;
    } units[] = {{INT64_C(86400000), "d"}, {3600000, "h"}, {60000, "min"}, {1000, "s"}, {1, "ms"}};
    size_t i = 0;
    while (width_ms < units[i].ms)
        i++;
    buf_add_format(out, "%lld %s", (long long)(width_ms / units[i].ms), units[i].unit);
}

static void write_heading(struct markup *m, const char *title, const struct timeline *timeline,
                          const char *note)
{
    struct buf text;
    buf_init(&text, TEXT_MAX);
    markup_element(m, "h3", NULL, bytes_of(title));
    buf_add_text(&text, "in intervals of ");
    add_width(timeline->width_ms, &text);
    buf_add_format(&text, "; %s", note);
    markup_element(m, "p", "note", buf_bytes(&text));
    buf_release(&text);
}

static void write_lookups(const struct report *report, struct markup *m)
{
    const struct timeline *const t = &report->overview->results;
    uint64_t values[COURSES][TIMELINE_MAX] = {{0}};
    for (size_t i = 0; i < t->count; i++) {
        uint64_t known = 0;
        for (size_t r = 0; r < GRAPH_RESULTS; r++) {
            values[course_of(r)][i] += t->intervals[i].results[r];
            known += t->intervals[i].results[r];
        }
        values[COURSE_DOUBT][i] += t->intervals[i].lookups - known;
    }
    const struct chart chart = chart_of(report, t, "Lookups of clients over time");
    const struct chart_layer layers[COURSES] = {
        {"failed", COURSE_CLASSES[COURSE_BAD], values[COURSE_BAD]},
        {"without the record", COURSE_CLASSES[COURSE_DOUBT], values[COURSE_DOUBT]},
        {"answered", COURSE_CLASSES[COURSE_GOOD], values[COURSE_GOOD]}};
    write_heading(m, "Lookups", t,
                  "from below: failed, without the record (NXDOMAIN, NODATA and the like), "
                  "answered");
    chart_bars(&chart, layers, COURSES, m);
}

static void write_latencies(const struct report *report, struct markup *m)
{
    static const unsigned percents[] = {50, 95, 99};
    static const char *const names[] = {"median", "p95", "p99"};
    static const char *const classes[] = {"p50", "p95", "p99"};
    const struct timeline *const t = &report->overview->latencies;
    uint64_t values[ARRAY_LEN(percents)][TIMELINE_MAX] = {{0}};
    struct chart_layer lines[ARRAY_LEN(percents)];
    for (size_t p = 0; p < ARRAY_LEN(percents); p++) {
        for (size_t i = 0; i < t->count; i++)
            values[p][i] = quantiles_percentile(&t->intervals[i].latency, percents[p]);
        lines[p] = (struct chart_layer){names[p], classes[p], values[p]};
    }
    const struct chart chart = chart_of(report, t, "Latency over time");
    write_heading(m, "Latency", t,
                  "median (solid), p95 (dashed), p99 (dotted) of the lookups that were answered, "
                  "logarithmic");
    chart_lines(&chart, lines, ARRAY_LEN(lines), m);
}

/* One result alone, on a scale of its own. */
static void write_result(const struct report *report, size_t result, struct markup *m)
{
    const struct timeline *const t = &report->overview->results;
    uint64_t values[TIMELINE_MAX] = {0};
    uint64_t sum = 0;
    uint64_t highest = 0;
    for (size_t i = 0; i < t->count; i++) {
        values[i] = t->intervals[i].results[result];
        sum += values[i];
        highest = values[i] > highest ? values[i] : highest;
    }
    if (sum == 0)
        return;
    struct buf text;
    buf_init(&text, TEXT_MAX);
    struct chart chart = chart_of(report, t, graph_result_name(result));
    const struct chart_layer layer = {graph_result_name(result), COURSE_CLASSES[course_of(result)],
                                      values};
    chart.has_axis = false;
    markup_begin(m, "div");
    markup_begin(m, "h3");
    markup_text(m, bytes_of(graph_result_name(result)));
    buf_add_u8(&text, ' ');
    count_text(sum, &text);
    buf_add_text(&text, ", at most ");
    count_text(highest, &text);
    markup_element(m, "span", NULL, buf_bytes(&text));
    markup_end(m);
    chart_bars(&chart, &layer, 1, m);
    markup_end(m);
    buf_release(&text);
}

void report_charts(const struct report *report, struct markup *m)
{
    if (report->overview->results.count == 0) {
        markup_element(m, "p", "note", BYTES_LITERAL("There are no lookups of clients."));
        return;
    }
    write_lookups(report, m);
    write_latencies(report, m);
    markup_element(m, "h3", NULL, BYTES_LITERAL("Results, each on its own scale"));
    markup_begin(m, "div");
    markup_word(m, "class", "multiples");
    for (size_t result = 0; result < GRAPH_RESULTS; result++)
        write_result(report, result, m);
    markup_end(m);
}
