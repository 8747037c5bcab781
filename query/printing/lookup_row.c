#include "query/printing/lookup_row.h"

#include "core/base/macros.h"
#include "query/base/prose.h"
#include "query/printing/html_table.h"

const struct table_column lookup_row_columns[LOOKUP_ROW_COLUMNS] = {
    {.heading = "TIME"},
    {.heading = "CLIENT", .width_min = 24},
    {.heading = "SERVER", .width_min = 24},
    {.heading = "QUESTION", .width_min = 32, .keeps_word = true}, /* the type */
    {.heading = "RESULT"},
    {.heading = "LATENCY", .is_number = true},
    {.heading = "ANSWER", .width_min = 20},
};

const char *const lookup_row_fields[] = {
    "@timestamp",
    "event.start",
    "event.duration",
    "source.ip",
    "destination.ip",
    "destination.port",
    "network.transport",
    "kubernetes.namespace",
    "kubernetes.pod.name",
    "server.kubernetes.namespace",
    "server.kubernetes.pod.name",
    "dns.question.name",
    "dns.question.class",
    "dns.question.type",
    "dns.response_code",
    "dns.soa.name",
    "dns.opt.ede.code",
    "dns.opt.ede.purpose",
    "dns.opt.ede.text",
    "rrsets.type",
    "rrsets.rdata",
    "lookup.result",
    "lookup.retransmits",
    "lookup.tcp_fallback",
    "lookup.upstream.ip",
    "lookup.upstream.attempts",
    "lookup.upstream.bytes_in",
    "lookup.upstream.response_code",
    "lookup.late",
    "lookup.search.expanded",
    "lookup.search.original",
    "lookup.drop.reason",
    "lookup.drop.policy",
    "lookup.defects",
};
const size_t lookup_row_field_count = ARRAY_LEN(lookup_row_fields);

void lookup_row_add(const struct document *document, const struct lookup_style *style,
                    struct table *table, struct buf *scratch)
{
    const struct lookup_cells row = {document, style, scratch};
    const enum tone tone = lookup_tone(&row);
    for (unsigned i = 0; i < LOOKUP_COLUMNS; i++) {
        buf_reset(scratch);
        lookup_cell(&row, (enum lookup_column)i);
        table_cell(table, buf_bytes(scratch), i == LOOKUP_RESULT_CELL ? tone : TONE_PLAIN);
    }
}

/* The class of a row that says how its lookup went; NULL if there is nothing to say. */
static const char *tone_class(enum tone tone)
{
    switch (tone) {
    case TONE_FAILURE:
        return "failure";
    case TONE_DOUBT:
        return "doubt";
    case TONE_PLAIN:
    case TONE_GOOD:
        break;
    }
    return NULL;
}

void lookup_row_html(const struct document *document, const struct lookup_style *style,
                     struct markup *m, struct buf *scratch)
{
    static const char *const classes[LOOKUP_COLUMNS] = {
        [LOOKUP_QUESTION] = "text", [LOOKUP_RESULT_CELL] = "result", [LOOKUP_ANSWER] = "text"};
    const struct lookup_cells row = {document, style, scratch};
    const char *const tone = tone_class(lookup_tone(&row));
    uint64_t duration = 0;
    const bool has_duration = lookup_duration(&row, &duration);
    markup_begin(m, "tr");
    if (tone != NULL)
        markup_word(m, "class", tone);
    for (unsigned i = 0; i < LOOKUP_COLUMNS; i++) {
        if (i == LOOKUP_LATENCY) {
            html_latency_cell(m, has_duration, duration);
            continue;
        }
        buf_reset(scratch);
        lookup_cell(&row, (enum lookup_column)i);
        markup_element(m, "td", classes[i], buf_bytes(scratch));
    }
    markup_end(m);
    buf_add_u8(m->out, '\n');
}

/* Octets of one lookup's text. */
#define PARAGRAPH_MAX ((size_t)1024 * 1024)

/* Appends a cell and what stands before it, unless it says nothing. */
static void add_part(struct buf *text, const char *before, const struct buf *cell)
{
    const struct bytes part = buf_bytes(cell);
    if (part.data == NULL || part.len == 0 || bytes_is(part, "-"))
        return;
    buf_add_text(text, before);
    buf_add(text, part);
}

void lookup_row_paragraph(const struct document *document, const struct lookup_style *style,
                          size_t width, struct buf *out)
{
    static const char *const before[LOOKUP_COLUMNS] = {
        [LOOKUP_CLIENT] = "",      [LOOKUP_SERVER] = " asks ", [LOOKUP_QUESTION] = " for ",
        [LOOKUP_RESULT_CELL] = "", [LOOKUP_LATENCY] = ", ",    [LOOKUP_ANSWER] = ": "};
    struct buf cell;
    struct buf text;
    buf_init(&cell, PARAGRAPH_MAX);
    buf_init(&text, PARAGRAPH_MAX);
    const struct lookup_cells row = {document, style, &cell};
    lookup_cell(&row, LOOKUP_TIME);
    buf_add(&text, buf_bytes(&cell));
    buf_add_text(&text, "  ");
    for (unsigned i = LOOKUP_CLIENT; i < LOOKUP_COLUMNS; i++) {
        buf_reset(&cell);
        lookup_cell(&row, (enum lookup_column)i);
        if (i == LOOKUP_RESULT_CELL) {
            prose_add_cut(out, buf_bytes(&text), 2, width);
            buf_reset(&text);
        }
        add_part(&text, before[i], &cell);
    }
    prose_add_cut(out, buf_bytes(&text), 6, width);
    buf_release(&text);
    buf_release(&cell);
}
