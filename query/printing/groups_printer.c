#include "query/printing/groups_printer.h"

#include <assert.h>
#include <string.h>

#include "core/base/display.h"
#include "core/base/macros.h"
#include "core/json/writer.h"
#include "query/printing/csv.h"
#include "query/printing/html_table.h"
#include "query/printing/latency.h"
#include "query/printing/table.h"

/* Columns before those of the fields. */
#define FIXED_COLUMNS 5

static const char *const FIXED_HEADINGS[FIXED_COLUMNS] = {"COUNT", "SHARE", "P50", "P95", "P99"};
/* Latencies are nanoseconds in CSV and JSON. */
static const char *const FIXED_NAMES[FIXED_COLUMNS] = {"count", "share", "p50", "p95", "p99"};
static const unsigned PERCENTS[] = {50, 95, 99};

/* A field is shown at least this wide: on a terminal; in a mail, which cannot be made wider, as
 * wide as a line that continues a row. */
#define FIELD_WIDTH_MIN      32
#define FIELD_WIDTH_MIN_MAIL 76

/* Octets of the text of one cell, or of all headings. */
#define CELL_MAX ((size_t)2 * 1024 * 1024)

static double share_of(const struct group *group, uint64_t documents)
{
    return documents == 0 ? 0 : (double)group->count / (double)documents;
}

static struct bytes value_or_dash(const struct group *group, size_t at)
{
    struct bytes value = {0};
    return group_value(group, at, &value) ? value : BYTES_LITERAL("-");
}

static void table_row(struct table *table, const struct group *group, uint64_t documents,
                      const struct printer_options *options, struct buf *cell)
{
    const size_t field_count = options->fields->count;
    const bool has_distinct = options->has_distinct;
    buf_reset(cell);
    buf_add_u64(cell, group->count);
    table_cell(table, buf_bytes(cell), TONE_PLAIN);
    buf_reset(cell);
    buf_add_format(cell, "%.1f%%", 100 * share_of(group, documents));
    table_cell(table, buf_bytes(cell), TONE_PLAIN);
    for (size_t i = 0; i < ARRAY_LEN(PERCENTS); i++) {
        buf_reset(cell);
        if (group->latency.count == 0)
            buf_add_u8(cell, '-');
        else
            latency_text(quantiles_percentile(&group->latency, PERCENTS[i]), cell);
        table_cell(table, buf_bytes(cell), TONE_PLAIN);
    }
    if (has_distinct) {
        buf_reset(cell);
        buf_add_u64(cell, group->distinct);
        table_cell(table, buf_bytes(cell), TONE_PLAIN);
    }
    for (size_t i = 0; i < field_count; i++)
        table_cell(table, value_or_dash(group, i), TONE_PLAIN);
}

static enum status print_table(const struct group *groups, size_t count, uint64_t documents,
                               const struct printer_options *options, struct buf *out)
{
    static_assert(FIXED_COLUMNS + 1 + FIELD_NAMES_MAX <= TABLE_COLUMNS_MAX,
                  "a table has room for all");
    struct table_column columns[TABLE_COLUMNS_MAX] = {0};
    size_t at[FIELD_NAMES_MAX] = {0};
    const size_t field_count = options->fields->count;
    struct buf headings;
    struct buf cell;
    buf_init(&headings, CELL_MAX);
    buf_init(&cell, CELL_MAX);
    for (size_t i = 0; i < FIXED_COLUMNS; i++)
        columns[i] = (struct table_column){.heading = FIXED_HEADINGS[i], .is_number = true};
    const size_t first = FIXED_COLUMNS + (options->has_distinct ? 1 : 0);
    columns[FIXED_COLUMNS] = (struct table_column){.heading = "DIFFERENT", .is_number = true};
    for (size_t i = 0; i < field_count; i++) {
        at[i] = headings.len;
        buf_add(&headings, options->fields->names[i]);
        buf_add_u8(&headings, '\0');
    }
    const size_t width_min = options->format == PRINT_MAIL ? FIELD_WIDTH_MIN_MAIL : FIELD_WIDTH_MIN;
    for (size_t i = 0; i < field_count && buf_ok(&headings); i++)
        columns[first + i] = (struct table_column){.heading = (const char *)headings.data + at[i],
                                                   .width_min = width_min,
                                                   .keeps_word = true};
    const struct table_options table_options = {columns, first + field_count, options->width,
                                                options->has_colour};
    struct table *table = NULL;
    enum status status = buf_ok(&headings) ? table_new(&table_options, out, &table) : ST_NO_MEMORY;
    for (size_t i = 0; status == ST_OK && i < count; i++)
        table_row(table, &groups[i], documents, options, &cell);
    if (status == ST_OK)
        status = table_finish(table);
    table_free(table);
    buf_release(&cell);
    buf_release(&headings);
    return status;
}

static void csv_row(const struct group *group, uint64_t documents,
                    const struct printer_options *options, struct buf *out)
{
    buf_add_format(out, "%llu,%.6f", (unsigned long long)group->count, share_of(group, documents));
    for (size_t i = 0; i < ARRAY_LEN(PERCENTS); i++) {
        buf_add_u8(out, ',');
        if (group->latency.count > 0)
            buf_add_u64(out, quantiles_percentile(&group->latency, PERCENTS[i]));
    }
    if (options->has_distinct) {
        buf_add_u8(out, ',');
        buf_add_u64(out, group->distinct);
    }
    for (size_t i = 0; i < options->fields->count; i++) {
        struct bytes value = {0};
        (void)group_value(group, i, &value);
        csv_cell(out, value, false);
    }
    csv_end_row(out);
}

static void print_csv(const struct group *groups, size_t count, uint64_t documents,
                      const struct printer_options *options, struct buf *out)
{
    for (size_t i = 0; i < FIXED_COLUMNS; i++)
        csv_cell(out, bytes_of(FIXED_NAMES[i]), i == 0);
    if (options->has_distinct)
        csv_cell(out, BYTES_LITERAL("different"), false);
    for (size_t i = 0; i < options->fields->count; i++)
        csv_cell(out, options->fields->names[i], false);
    csv_end_row(out);
    for (size_t i = 0; i < count; i++)
        csv_row(&groups[i], documents, options, out);
}

static void json_object(const struct group *group, uint64_t documents,
                        const struct printer_options *options, struct buf *out)
{
    const struct field_names *const fields = options->fields;
    struct json_writer w = json_writer_of(out);
    json_begin_object(&w);
    json_key(&w, "count");
    json_u64(&w, group->count);
    json_key(&w, "share");
    json_double(&w, share_of(group, documents));
    for (size_t i = 0; i < ARRAY_LEN(PERCENTS) && group->latency.count > 0; i++) {
        json_key(&w, FIXED_NAMES[FIXED_COLUMNS - ARRAY_LEN(PERCENTS) + i]);
        json_u64(&w, quantiles_percentile(&group->latency, PERCENTS[i]));
    }
    if (options->has_distinct) {
        json_key(&w, "different");
        json_u64(&w, group->distinct);
    }
    json_key(&w, "by");
    json_begin_object(&w);
    for (size_t i = 0; i < fields->count; i++) {
        struct bytes value = {0};
        if (!group_value(group, i, &value))
            continue;
        json_key_bytes(&w, fields->names[i]);
        json_string(&w, value);
    }
    json_end_object(&w);
    json_end_object(&w);
}

static void print_json(const struct group *groups, size_t count, uint64_t documents,
                       const struct printer_options *options, struct buf *out)
{
    const bool is_array = options->format == PRINT_JSON;
    buf_add_text(out, is_array ? "[" : "");
    for (size_t i = 0; i < count; i++) {
        buf_add_text(out, is_array && i > 0 ? ",\n" : "");
        buf_add_text(out, is_array && i == 0 ? "\n" : "");
        const size_t at = out->len;
        json_object(&groups[i], documents, options, out);
        if (options->width > 0)
            display_escape_json(out, at);
        buf_add_text(out, is_array ? "" : "\n");
    }
    if (is_array)
        buf_add_text(out, count > 0 ? "\n]\n" : "]\n");
}

static void html_row(const struct group *group, uint64_t documents,
                     const struct printer_options *options, struct markup *m)
{
    markup_begin(m, "tr");
    for (size_t i = 0; i < options->fields->count; i++)
        markup_element(m, "td", "text", value_or_dash(group, i));
    if (options->has_distinct)
        html_count_cell(m, group->distinct);
    html_count_cell(m, group->count);
    html_share_cell(m, share_of(group, documents));
    for (size_t i = 0; i < ARRAY_LEN(PERCENTS); i++)
        html_latency_cell(m, group->latency.count > 0,
                          quantiles_percentile(&group->latency, PERCENTS[i]));
    markup_end(m);
    buf_add_u8(m->out, '\n');
}

/* In a page what is counted stands before the numbers. */
static void print_html(const struct group *groups, size_t count, uint64_t documents,
                       const struct printer_options *options, struct buf *out)
{
    const char *headings[FIELD_NAMES_MAX + 8] = {NULL};
    struct buf names;
    size_t heading = 0;
    buf_init(&names, CELL_MAX);
    for (size_t i = 0; i < options->fields->count; i++) {
        buf_add(&names, options->fields->names[i]);
        buf_add_u8(&names, '\0');
    }
    if (count == 0 || !buf_ok(&names)) {
        buf_release(&names);
        return;
    }
    const char *name = (const char *)names.data;
    for (size_t i = 0; i < options->fields->count; i++, name += strlen(name) + 1)
        headings[heading++] = name;
    if (options->has_distinct)
        headings[heading++] = "#Different";
    headings[heading++] = "#Lookups";
    headings[heading++] = "#Share";
    headings[heading++] = "";
    headings[heading++] = "#p50";
    headings[heading++] = "#p95";
    headings[heading] = "#p99";
    struct markup m = markup_of(out);
    html_begin_table(&m, headings);
    for (size_t i = 0; i < count; i++)
        html_row(&groups[i], documents, options, &m);
    html_end_table(&m);
    buf_release(&names);
}

enum status groups_print(const struct group *groups, size_t count, uint64_t documents,
                         const struct printer_options *options, struct buf *out)
{
    switch (options->format) {
    case PRINT_TABLE:
    case PRINT_MAIL:
        return print_table(groups, count, documents, options, out);
    case PRINT_CSV:
        print_csv(groups, count, documents, options, out);
        break;
    case PRINT_HTML:
        print_html(groups, count, documents, options, out);
        break;
    case PRINT_NDJSON:
    case PRINT_JSON:
        print_json(groups, count, documents, options, out);
        break;
    }
    return buf_ok(out) ? ST_OK : ST_NO_MEMORY;
}
