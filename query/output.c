#include "query/output.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/macros.h"
#include "core/json/writer.h"
#include "query/csv.h"
#include "query/lookup_row.h"
#include "query/table.h"

/* Octets of one cell before it is escaped. */
#define CELL_MAX ((size_t)16 * 1024 * 1024)

/* Columns of CSV when no fields are named. */
static const char *const CSV_FIELDS[] = {
    "@timestamp",        "source.ip",         "source.port",       "destination.ip",
    "destination.port",  "network.transport", "dns.question.name", "dns.question.type",
    "dns.response_code", "lookup.result",     "event.duration",    "lookup.retransmits",
    "lookup.rr_types",   "dns.resolved_ip",   "event.id",
};

struct output {
    struct output_options options;
    struct field_names fields;    /* what is read of each document */
    struct table_column *columns; /* owned; OUTPUT_TABLE */
    size_t column_count;
    struct buf headings; /* the texts of these columns */
    struct table *table; /* OUTPUT_TABLE */
    struct buf *out;     /* borrowed */
    struct buf cell;
    bool has_members; /* OUTPUT_JSON: something stands in the array */
};

static bool has_named_fields(const struct output *o)
{
    return o->options.fields->count > 0;
}

static void use_static_fields(struct output *o, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        o->fields.names[o->fields.count++] = bytes_of(names[i]);
}

static void choose_fields(struct output *o)
{
    if (has_named_fields(o))
        o->fields = *o->options.fields;
    else if (o->options.format == OUTPUT_TABLE)
        use_static_fields(o, lookup_row_fields, lookup_row_field_count);
    else if (o->options.format == OUTPUT_CSV)
        use_static_fields(o, CSV_FIELDS, ARRAY_LEN(CSV_FIELDS));
}

static enum status make_columns(struct output *o)
{
    o->column_count = has_named_fields(o) ? o->fields.count : LOOKUP_ROW_COLUMNS;
    o->columns = calloc(o->column_count, sizeof *o->columns);
    if (o->columns == NULL)
        return ST_NO_MEMORY;
    if (!has_named_fields(o))
        memcpy(o->columns, lookup_row_columns, sizeof lookup_row_columns);
    /* The headings end in NUL each; pointers into the buffer are taken when it is complete. */
    size_t at[FIELD_NAMES_MAX] = {0};
    for (size_t i = 0; i < o->column_count; i++) {
        at[i] = o->headings.len;
        if (has_named_fields(o))
            buf_add(&o->headings, o->fields.names[i]);
        else
            buf_add_text(&o->headings, lookup_row_columns[i].heading);
        if (i == 0 && !has_named_fields(o))
            buf_add_format(&o->headings, " (%s)", o->options.zone_name);
        buf_add_u8(&o->headings, '\0');
    }
    if (!buf_ok(&o->headings))
        return ST_NO_MEMORY;
    for (size_t i = 0; i < o->column_count; i++) {
        o->columns[i].heading = (const char *)o->headings.data + at[i];
        o->columns[i].is_flexible |= has_named_fields(o);
    }
    return ST_OK;
}

static enum status make_table(struct output *o)
{
    if (make_columns(o) != ST_OK)
        return ST_NO_MEMORY;
    const struct table_options options = {.columns = o->columns,
                                          .column_count = o->column_count,
                                          .width = o->options.width,
                                          .has_colour = o->options.has_colour};
    return table_new(&options, o->out, &o->table);
}

static void csv_heading(struct output *o)
{
    for (size_t i = 0; i < o->fields.count; i++)
        csv_cell(o->out, o->fields.names[i], i == 0);
    csv_end_row(o->out);
}

enum status output_new(const struct output_options *options, struct buf *out,
                       struct output **output)
{
    struct output *const o = calloc(1, sizeof *o);
    if (o == NULL)
        return ST_NO_MEMORY;
    o->options = *options;
    o->out = out;
    buf_init(&o->cell, CELL_MAX);
    buf_init(&o->headings, CELL_MAX);
    choose_fields(o);
    if (options->format == OUTPUT_TABLE && make_table(o) != ST_OK) {
        output_free(o);
        return ST_NO_MEMORY;
    }
    if (options->format == OUTPUT_CSV)
        csv_heading(o);
    if (options->format == OUTPUT_JSON)
        buf_add_u8(out, '[');
    *output = o;
    return ST_OK;
}

void output_free(struct output *output)
{
    if (output == NULL)
        return;
    table_free(output->table);
    buf_release(&output->cell);
    buf_release(&output->headings);
    free(output->columns);
    free(output);
}

bool output_reads_documents(const struct output *output)
{
    return output->fields.count > 0;
}

const struct field_names *output_fields(const struct output *output)
{
    return &output->fields;
}

/* The text of the i-th field in o->cell. */
static struct bytes field_cell(struct output *o, const struct document *document, size_t i)
{
    buf_reset(&o->cell);
    field_text(document, field_find(document->view, o->fields.names[i]), &o->cell);
    return buf_bytes(&o->cell);
}

static void add_table_row(struct output *o, const struct document *document)
{
    if (!has_named_fields(o)) {
        lookup_row_add(document, o->options.zone, o->table, &o->cell);
        return;
    }
    for (size_t i = 0; i < o->fields.count; i++)
        table_cell(o->table, field_cell(o, document, i), TONE_PLAIN);
}

static void add_csv_row(struct output *o, const struct document *document)
{
    for (size_t i = 0; i < o->fields.count; i++)
        csv_cell(o->out, field_cell(o, document, i), i == 0);
    csv_end_row(o->out);
}

/* The named fields as one flat object: a value, or an array of several. */
static void add_named_fields(struct output *o, const struct document *document)
{
    struct json_writer w = json_writer_of(o->out);
    json_begin_object(&w);
    for (size_t i = 0; i < o->fields.count; i++) {
        const uint16_t field = field_find(document->view, o->fields.names[i]);
        const struct value *value = field_value(document, field, NULL);
        if (value == NULL)
            continue;
        json_key_bytes(&w, o->fields.names[i]);
        const bool is_array = field_value(document, field, value) != NULL;
        if (is_array)
            json_begin_array(&w);
        for (; value != NULL; value = field_value(document, field, value))
            field_value_json(value, &w, &o->cell);
        if (is_array)
            json_end_array(&w);
    }
    json_end_object(&w);
}

static void add_json(struct output *o, const struct document *document, struct bytes json)
{
    if (o->options.format == OUTPUT_JSON && o->has_members)
        buf_add_u8(o->out, ',');
    if (o->options.format == OUTPUT_JSON)
        buf_add_u8(o->out, '\n');
    o->has_members = true;
    if (output_reads_documents(o))
        add_named_fields(o, document);
    else
        buf_add(o->out, json);
    if (o->options.format == OUTPUT_NDJSON)
        buf_add_u8(o->out, '\n');
}

enum status output_add(struct output *output, const struct document *document, struct bytes json)
{
    switch (output->options.format) {
    case OUTPUT_TABLE:
        add_table_row(output, document);
        break;
    case OUTPUT_CSV:
        add_csv_row(output, document);
        break;
    case OUTPUT_NDJSON:
    case OUTPUT_JSON:
        add_json(output, document, json);
        break;
    }
    return buf_ok(output->out) ? ST_OK : ST_NO_MEMORY;
}

enum status output_finish(struct output *output)
{
    if (output->options.format == OUTPUT_JSON)
        buf_add_text(output->out, output->has_members ? "\n]\n" : "]\n");
    if (output->table != NULL && table_finish(output->table) != ST_OK)
        return ST_NO_MEMORY;
    return buf_ok(output->out) ? ST_OK : ST_NO_MEMORY;
}
