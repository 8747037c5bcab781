#include "query/printing/printer.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/display.h"
#include "core/base/macros.h"
#include "core/json/writer.h"
#include "query/printing/csv.h"
#include "query/printing/html_table.h"
#include "query/printing/lookup_row.h"
#include "query/printing/markup.h"
#include "query/printing/table.h"

/* Octets of one cell before it is escaped. */
#define CELL_MAX ((size_t)16 * 1024 * 1024)

/* A terminal with fewer columns has none to spare. */
#define NARROW 120

/* A named field is shown at least this wide. */
#define FIELD_WIDTH_MIN 24

/* Columns of CSV when no fields are named. */
static const char *const CSV_FIELDS[] = {
    "@timestamp",        "source.ip",         "source.port",       "destination.ip",
    "destination.port",  "network.transport", "dns.question.name", "dns.question.type",
    "dns.response_code", "lookup.result",     "event.duration",    "lookup.retransmits",
    "lookup.rr_types",   "dns.resolved_ip",   "event.id",
};

struct printer {
    struct printer_options options;
    struct field_names fields;    /* what is read of each document */
    struct table_column *columns; /* owned; PRINT_TABLE */
    size_t column_count;
    struct buf headings; /* the texts of these columns */
    struct table *table; /* PRINT_TABLE */
    struct buf *out;     /* borrowed */
    struct buf cell;
    bool has_members; /* PRINT_JSON, PRINT_HTML: something stands in the array, or in the table */
    struct markup markup; /* PRINT_HTML */
};

static bool has_named_fields(const struct printer *p)
{
    return p->options.fields->count > 0;
}

static void use_static_fields(struct printer *p, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        p->fields.names[p->fields.count++] = bytes_of(names[i]);
}

static void choose_fields(struct printer *p)
{
    if (has_named_fields(p) && p->options.format != PRINT_HTML)
        p->fields = *p->options.fields;
    else if (p->options.format == PRINT_TABLE || p->options.format == PRINT_MAIL ||
             p->options.format == PRINT_HTML)
        use_static_fields(p, lookup_row_fields, lookup_row_field_count);
    else if (p->options.format == PRINT_CSV)
        use_static_fields(p, CSV_FIELDS, ARRAY_LEN(CSV_FIELDS));
}

static enum status make_columns(struct printer *p)
{
    p->column_count = has_named_fields(p) ? p->fields.count : LOOKUP_ROW_COLUMNS;
    p->columns = calloc(p->column_count, sizeof *p->columns);
    if (p->columns == NULL)
        return ST_NO_MEMORY;
    if (!has_named_fields(p))
        memcpy(p->columns, lookup_row_columns, sizeof lookup_row_columns);
    /* The headings end in NUL each; pointers into the buffer are taken when it is complete. */
    size_t at[FIELD_NAMES_MAX] = {0};
    for (size_t i = 0; i < p->column_count; i++) {
        at[i] = p->headings.len;
        if (has_named_fields(p))
            buf_add(&p->headings, p->fields.names[i]);
        else
            buf_add_text(&p->headings, lookup_row_columns[i].heading);
        if (i == 0 && !has_named_fields(p))
            buf_add_format(&p->headings, " (%s)", p->options.zone_name);
        buf_add_u8(&p->headings, '\0');
    }
    if (!buf_ok(&p->headings))
        return ST_NO_MEMORY;
    for (size_t i = 0; i < p->column_count; i++) {
        p->columns[i].heading = (const char *)p->headings.data + at[i];
        p->columns[i].width_min = has_named_fields(p) ? FIELD_WIDTH_MIN : p->columns[i].width_min;
    }
    return ST_OK;
}

static enum status make_table(struct printer *p)
{
    if (make_columns(p) != ST_OK)
        return ST_NO_MEMORY;
    const struct table_options options = {.columns = p->columns,
                                          .column_count = p->column_count,
                                          .width = p->options.width,
                                          .has_colour = p->options.has_colour};
    return table_new(&options, p->out, &p->table);
}

static void csv_heading(struct printer *p)
{
    for (size_t i = 0; i < p->fields.count; i++)
        csv_cell(p->out, p->fields.names[i], i == 0);
    csv_end_row(p->out);
}

enum status printer_new(const struct printer_options *options, struct buf *out,
                        struct printer **printer)
{
    struct printer *const p = calloc(1, sizeof *p);
    if (p == NULL)
        return ST_NO_MEMORY;
    p->options = *options;
    p->out = out;
    p->markup = markup_of(out);
    buf_init(&p->cell, CELL_MAX);
    buf_init(&p->headings, CELL_MAX);
    choose_fields(p);
    if (options->format == PRINT_TABLE && make_table(p) != ST_OK) {
        printer_free(p);
        return ST_NO_MEMORY;
    }
    if (options->format == PRINT_CSV)
        csv_heading(p);
    if (options->format == PRINT_JSON)
        buf_add_u8(out, '[');
    *printer = p;
    return ST_OK;
}

void printer_free(struct printer *printer)
{
    if (printer == NULL)
        return;
    table_free(printer->table);
    buf_release(&printer->cell);
    buf_release(&printer->headings);
    free(printer->columns);
    free(printer);
}

bool printer_reads_documents(const struct printer *printer)
{
    return printer->fields.count > 0;
}

const struct field_names *printer_fields(const struct printer *printer)
{
    return &printer->fields;
}

/* The text of the i-th field in p->cell. */
static struct bytes field_cell(struct printer *p, const struct document *document, size_t i)
{
    buf_reset(&p->cell);
    field_text(document, field_find(document->view, p->fields.names[i]), &p->cell);
    return buf_bytes(&p->cell);
}

static void add_table_row(struct printer *p, const struct document *document)
{
    if (!has_named_fields(p)) {
        const size_t width = p->options.width;
        const struct lookup_style style = {.zone = p->options.zone,
                                           .is_narrow = width > 0 && width < NARROW};
        lookup_row_add(document, &style, p->table, &p->cell);
        return;
    }
    for (size_t i = 0; i < p->fields.count; i++)
        table_cell(p->table, field_cell(p, document, i), TONE_PLAIN);
}

/* The first row brings the head of the table along. */
static void add_html_row(struct printer *p, const struct document *document)
{
    static const char *const headings[] = {"Time",   "Client",   "Server", "Question",
                                           "Result", "#Latency", "Answer", NULL};
    if (!p->has_members)
        html_begin_table(&p->markup, headings);
    p->has_members = true;
    lookup_row_html(document, &(struct lookup_style){.zone = p->options.zone}, &p->markup,
                    &p->cell);
}

static void add_csv_row(struct printer *p, const struct document *document)
{
    for (size_t i = 0; i < p->fields.count; i++)
        csv_cell(p->out, field_cell(p, document, i), i == 0);
    csv_end_row(p->out);
}

/* The named fields as one flat object: a value, or an array of several. */
static void add_named_fields(struct printer *p, const struct document *document)
{
    struct json_writer w = json_writer_of(p->out);
    json_begin_object(&w);
    for (size_t i = 0; i < p->fields.count; i++) {
        const uint16_t field = field_find(document->view, p->fields.names[i]);
        const struct value *value = field_value(document, field, NULL);
        if (value == NULL)
            continue;
        json_key_bytes(&w, p->fields.names[i]);
        const bool is_array = field_value(document, field, value) != NULL;
        if (is_array)
            json_begin_array(&w);
        for (; value != NULL; value = field_value(document, field, value))
            field_value_json(value, &w, &p->cell);
        if (is_array)
            json_end_array(&w);
    }
    json_end_object(&w);
}

static void add_json(struct printer *p, const struct document *document, struct bytes json)
{
    if (p->options.format == PRINT_JSON && p->has_members)
        buf_add_u8(p->out, ',');
    if (p->options.format == PRINT_JSON)
        buf_add_u8(p->out, '\n');
    p->has_members = true;
    const size_t at = p->out->len;
    if (printer_reads_documents(p))
        add_named_fields(p, document);
    else
        buf_add(p->out, json);
    if (p->options.width > 0)
        display_escape_json(p->out, at);
    if (p->options.format == PRINT_NDJSON)
        buf_add_u8(p->out, '\n');
}

enum status printer_add(struct printer *printer, const struct document *document, struct bytes json)
{
    switch (printer->options.format) {
    case PRINT_TABLE:
        add_table_row(printer, document);
        break;
    case PRINT_CSV:
        add_csv_row(printer, document);
        break;
    case PRINT_MAIL:
        lookup_row_paragraph(document, &(struct lookup_style){.zone = printer->options.zone},
                             printer->options.width, printer->out);
        break;
    case PRINT_HTML:
        add_html_row(printer, document);
        break;
    case PRINT_NDJSON:
    case PRINT_JSON:
        add_json(printer, document, json);
        break;
    }
    return buf_ok(printer->out) ? ST_OK : ST_NO_MEMORY;
}

enum status printer_finish(struct printer *printer)
{
    if (printer->options.format == PRINT_JSON)
        buf_add_text(printer->out, printer->has_members ? "\n]\n" : "]\n");
    if (printer->options.format == PRINT_HTML && printer->has_members)
        html_end_table(&printer->markup);
    if (printer->table != NULL && table_finish(printer->table) != ST_OK)
        return ST_NO_MEMORY;
    return buf_ok(printer->out) ? ST_OK : ST_NO_MEMORY;
}
