#include "query/answers/report_html.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/time_text.h"
#include "query/answers/report_charts.h"
#include "query/base/source_name.h"
#include "query/pictures/graph_page.h"
#include "query/pictures/page.h"
#include "query/printing/html_table.h"

/* Octets of one line of text. */
#define LINE_MAX_LEN ((size_t)256 * 1024)

/* Nodes of a kind in the service graph. */
#define GRAPH_NODES 12

/* One page. */
struct page {
    const struct report *report;
    const struct report_head *head;
    struct markup m;
    struct buf line; /* workspace */
};

/* Writes what is in `line` as an element. */
static void write_line(struct page *p, const char *element, const char *css_class)
{
    markup_element(&p->m, element, css_class, buf_bytes(&p->line));
    buf_reset(&p->line);
}

static void write_heading(struct page *p, const char *id, const char *text)
{
    markup_begin(&p->m, "h2");
    markup_word(&p->m, "id", id);
    markup_text(&p->m, bytes_of(text));
    markup_end(&p->m);
}

static void add_clock(const struct page *p, int64_t time_ns, struct buf *out)
{
    const int64_t seconds = time_ns / NS_PER_S;
    const int64_t local = seconds + time_zone_offset(p->report->question->zone, seconds);
    const struct civil_time clock = civil_from_ns(local * NS_PER_S);
    buf_add_format(out, "%04lld-%02u-%02u %02u:%02u:%02u", (long long)clock.year, clock.month,
                   clock.day, clock.hour, clock.minute, clock.second);
}

/* --- Head ------------------------------------------------------------------------------------- */

static void write_lead(struct page *p)
{
    const int64_t begin = report_begin(p->report);
    const int64_t end = report_end(p->report);
    if (report_knows_time(begin) && report_knows_time(end)) {
        add_clock(p, begin, &p->line);
        buf_add_text(&p->line, " to ");
        add_clock(p, end, &p->line);
    } else {
        buf_add_text(&p->line, "Everything that was recorded");
    }
    buf_add_format(&p->line, " (%s)", question_zone_shown(p->report->question));
    source_names_print(p->head->sources, p->head->source_count, &p->line);
    buf_add_text(&p->line, ". Made ");
    add_clock(p, p->report->question->now_ns, &p->line);
    buf_add_text(&p->line, ".");
    write_line(p, "p", "lead");
}

/* Lookups of clients that failed. */
static uint64_t failures_of(const struct overview *overview)
{
    uint64_t failures = 0;
    for (size_t i = 0; i < overview->results.count; i++) {
        for (size_t r = 0; r < GRAPH_RESULTS; r++)
            failures +=
                graph_is_failure(r, GRAPH_ASKS) ? overview->results.intervals[i].results[r] : 0;
    }
    return failures;
}

static void write_figures(struct page *p)
{
    const struct overview *const overview = p->report->overview;
    const struct graph *const graph = &overview->service.graph;
    const uint64_t failures = failures_of(overview);
    uint64_t kinds[GRAPH_KINDS] = {0};
    uint64_t of_clients = 0;
    for (size_t i = 0; i < graph->node_count; i++)
        kinds[graph->nodes[i].kind]++;
    for (size_t i = 0; i < overview->results.count; i++)
        of_clients += overview->results.intervals[i].lookups;
    markup_begin(&p->m, "dl");
    markup_word(&p->m, "class", "figures");
    page_figure(&p->m, "lookups", p->report->lookups, false);
    page_figure(&p->m, "of clients", of_clients, false);
    page_figure(&p->m, "of these failed", failures, failures > 0);
    page_figure(&p->m, "clients", kinds[GRAPH_CLIENT], false);
    page_figure(&p->m, "resolvers", kinds[GRAPH_RESOLVER], false);
    page_figure(&p->m, "upstream servers", kinds[GRAPH_UPSTREAM], false);
    page_figure(&p->m, "external domains", kinds[GRAPH_DOMAIN], false);
    markup_end(&p->m);
}

static void write_navigation(struct page *p)
{
    static const struct {
        const char *id, *text;
    } places[] = {{"found", "What was found"},
                  {"time", "Over time"},
                  {"most", "Most frequent"},
                  {"graph", "Service graph"},
                  {"findings", "Findings one by one"}};
    markup_begin(&p->m, "nav");
    markup_word(&p->m, "aria-label", "Parts of this report");
    markup_begin(&p->m, "ul");
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        markup_begin(&p->m, "li");
        markup_begin(&p->m, "a");
        markup_format(&p->m, "href", "#%s", places[i].id);
        markup_text(&p->m, bytes_of(places[i].text));
        markup_end(&p->m);
        markup_end(&p->m);
    }
    markup_end(&p->m);
    markup_end(&p->m);
}

/* --- What was found --------------------------------------------------------------------------- */

static void write_severity(struct page *p, const struct finding *f)
{
    const char *const name = saved_severity_name(f->query->severity);
    markup_begin(&p->m, "span");
    markup_format(&p->m, "class", "severity %s", name);
    markup_text(&p->m, bytes_of(name));
    markup_end(&p->m);
}

static void clock_cell(struct page *p, int64_t time_ns)
{
    if (report_knows_time(time_ns))
        add_clock(p, time_ns, &p->line);
    write_line(p, "td", NULL);
}

static void write_found_row(struct page *p, const struct finding *f)
{
    struct markup *const m = &p->m;
    markup_begin(m, "tr");
    markup_begin(m, "td");
    markup_format(m, "data-value", "%d", SAVED_HIGH - (int)f->query->severity);
    write_severity(p, f);
    markup_begin(m, "a");
    markup_format(m, "href", "#finding-%s", f->query->name);
    markup_text(m, bytes_of(f->query->title));
    markup_end(m);
    markup_end(m);
    html_count_cell(m, f->hits);
    markup_element(m, "td", NULL, bytes_of(report_noun(f)));
    if (p->report->before_ns != INT64_MIN && f->has_before)
        html_count_cell(m, f->hits_before);
    else if (p->report->before_ns != INT64_MIN)
        markup_element(m, "td", "number", BYTES_LITERAL("\xe2\x80\x93"));
    clock_cell(p, f->times.first_ns);
    clock_cell(p, f->times.last_ns);
    markup_end(m);
    buf_add_u8(m->out, '\n');
}

static void write_found(struct page *p)
{
    static const char *const with_before[] = {"Finding", "#Hits", "",  "#Window before",
                                              "First",   "Last",  NULL};
    static const char *const without[] = {"Finding", "#Hits", "", "First", "Last", NULL};
    const struct report *const report = p->report;
    write_heading(p, "found", "What was found");
    if (report->found_count > 0) {
        page_begin_wide(&p->m, "What was found");
        html_begin_table(&p->m, report->before_ns != INT64_MIN ? with_before : without);
        for (size_t i = 0; i < report->found_count; i++)
            write_found_row(p, &report->findings[i]);
        html_end_table(&p->m);
        markup_end(&p->m);
    }
    if (report->found_count == report->finding_count || report->lookups == 0)
        return;
    buf_add_text(&p->line, "Nothing found, or less than their threshold, by:");
    for (size_t i = report->found_count; i < report->finding_count; i++)
        buf_add_format(&p->line, "%s %s", i == report->found_count ? "" : ",",
                       report->findings[i].query->name);
    buf_add_text(&p->line, ".");
    write_line(p, "p", "note");
}

/* --- Tables ----------------------------------------------------------------------------------- */

/* A table that is markup already, and how many rows it leaves out. */
static void write_table(struct page *p, const char *title, struct bytes table, uint64_t more)
{
    if (table.len == 0)
        return;
    markup_begin(&p->m, "section");
    markup_element(&p->m, "h3", NULL, bytes_of(title));
    page_begin_wide(&p->m, title);
    markup_raw(&p->m, table);
    markup_end(&p->m);
    if (more > 0) {
        buf_add_text(&p->line, "and ");
        count_text(more, &p->line);
        buf_add_text(&p->line, " more");
        write_line(p, "p", "note");
    }
    markup_end(&p->m);
}

static void write_most_frequent(struct page *p)
{
    const struct overview *const overview = p->report->overview;
    write_heading(p, "most", "Most frequent");
    markup_element(&p->m, "p", "note",
                   bytes_of("Lookups of clients; what resolvers ask on for them is left out."));
    markup_begin(&p->m, "div");
    markup_word(&p->m, "class", "columns");
    for (size_t i = 0; i < OVERVIEW_TABLES; i++) {
        const struct overview_table *const table = &overview->tables[i];
        write_table(p, table->title, (struct bytes){(const uint8_t *)table->text, table->text_len},
                    printing_rows_left_out(&table->printing));
    }
    markup_end(&p->m);
}

static void write_graph(struct page *p)
{
    const struct service_graph *const service = &p->report->overview->service;
    struct graph folded;
    write_heading(p, "graph", "Service graph");
    if (graph_fold(&service->graph, GRAPH_NODES, &folded) != ST_OK) {
        p->m.out->failed = true;
        return;
    }
    if (graph_figure(&folded, &p->m) != ST_OK)
        p->m.out->failed = true;
    markup_begin(&p->m, "details");
    markup_element(&p->m, "summary", NULL, BYTES_LITERAL("The same as a table"));
    graph_edge_table(&folded, &p->m);
    markup_end(&p->m);
    graph_node_sections(&folded, &p->m);
    graph_release(&folded);
}

/* --- Findings --------------------------------------------------------------------------------- */

static void write_finding_table(struct page *p, const struct finding *f, enum report_table table,
                                const char *title)
{
    const struct bytes text = {(const uint8_t *)f->texts[table], f->text_lens[table]};
    write_table(p, title, text, printing_rows_left_out(&f->tables[table]));
}

static void write_numbers(struct page *p, const struct finding *f)
{
    struct buf *const line = &p->line;
    count_text(f->hits, line);
    buf_add_format(line, " %s", report_noun(f));
    if (report_knows_time(f->times.first_ns)) {
        buf_add_text(line, f->times.first_ns == f->times.last_ns ? " at " : ", first ");
        add_clock(p, f->times.first_ns, line);
    }
    if (f->times.first_ns < f->times.last_ns) {
        buf_add_text(line, ", last ");
        add_clock(p, f->times.last_ns, line);
    }
    if (f->has_before) {
        buf_add_text(line, "; in the window before: ");
        count_text(f->hits_before, line);
    }
    buf_add_text(line, ". ");
    buf_add_text(line, f->query->question);
    write_line(p, "p", "lead");
}

static void write_advice(struct page *p, const struct finding *f)
{
    const struct {
        const char *title, *text;
    } parts[] = {{"What it means", f->query->meaning}, {"What to look at next", f->query->next}};
    markup_begin(&p->m, "div");
    markup_word(&p->m, "class", "advice");
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        markup_begin(&p->m, "div");
        markup_element(&p->m, "h3", NULL, bytes_of(parts[i].title));
        /* Lines of the text are lines of the page. */
        for (const char *text = parts[i].text; *text != '\0';) {
            const size_t len = strcspn(text, "\n");
            markup_element(&p->m, "p", NULL, (struct bytes){(const uint8_t *)text, len});
            text += len + (text[len] == '\n' ? 1 : 0);
        }
        markup_end(&p->m);
    }
    markup_end(&p->m);
    markup_begin(&p->m, "pre");
    report_add_command(f, p->head, &p->line);
    write_line(p, "code", NULL);
    markup_end(&p->m);
}

static void write_finding(struct page *p, const struct finding *f)
{
    markup_begin(&p->m, "section");
    markup_format(&p->m, "id", "finding-%s", f->query->name);
    markup_begin(&p->m, "h3");
    markup_word(&p->m, "class", "title");
    write_severity(p, f);
    markup_text(&p->m, bytes_of(f->query->title));
    markup_end(&p->m);
    write_numbers(p, f);
    write_finding_table(p, f, REPORT_GROUPS, "Groups");
    markup_begin(&p->m, "div");
    markup_word(&p->m, "class", "columns");
    write_finding_table(p, f, REPORT_NAMES, "Names");
    if (f->has_workloads)
        write_finding_table(p, f, REPORT_WORKLOADS, "Workloads");
    write_finding_table(p, f, REPORT_CLIENTS, "Clients");
    write_finding_table(p, f, REPORT_SERVERS, "Servers");
    markup_end(&p->m);
    write_finding_table(p, f, REPORT_SAMPLES, "Newest lookups");
    write_advice(p, f);
    markup_end(&p->m);
}

static void write_findings(struct page *p)
{
    write_heading(p, "findings", "Findings one by one");
    markup_begin(&p->m, "div");
    markup_word(&p->m, "class", "findings");
    for (size_t i = 0; i < p->report->found_count; i++)
        write_finding(p, &p->report->findings[i]);
    if (p->report->found_count == 0)
        markup_element(&p->m, "p", "lead", BYTES_LITERAL("Nothing was found."));
    markup_end(&p->m);
}

void report_print_html(const struct report *report, const struct report_head *head, struct buf *out)
{
    struct page p = {.report = report, .head = head, .m = markup_of(out)};
    buf_init(&p.line, LINE_MAX_LEN);
    page_begin(&p.m, "DNS report");
    markup_element(&p.m, "h1", NULL, BYTES_LITERAL("DNS report"));
    write_lead(&p);
    if (report->messages->failures != NULL)
        page_incomplete(&p.m, buf_bytes(report->messages->failures));
    if (report_recorded_nothing(report))
        markup_element(&p.m, "p", "incomplete", BYTES_LITERAL(REPORT_NO_LOOKUPS));
    write_figures(&p);
    write_navigation(&p);
    write_found(&p);
    write_heading(&p, "time", "Over time");
    report_charts(report, &p.m);
    write_most_frequent(&p);
    write_graph(&p);
    write_findings(&p);
    page_end(&p.m);
    buf_release(&p.line);
}
