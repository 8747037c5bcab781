#include "query/answers/tail_printer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/display.h"
#include "core/base/fifo_index.h"
#include "core/base/siphash.h"
#include "core/base/time_text.h"
#include "query/answers/terminal.h"
#include "query/gathering/sorter.h"
#include "query/printing/lookup_row.h"
#include "query/printing/table.h"
#include "query/records/field_reader.h"

/* Octets of a batch in memory; of the text of a batch; of a key and of a cell. */
#define SORT_MEMORY ((size_t)64 * 1024 * 1024)
#define OUT_MAX     ((size_t)1024 * 1024 * 1024)
#define CELL_MAX    ((size_t)16 * 1024 * 1024)

/* Lookups whose identities are remembered, so that none comes twice. */
#define REMEMBERED ((size_t)1024 * 1024)

/* A terminal with fewer columns has none to spare. */
#define NARROW 120

struct tail_printer {
    const struct settings *settings;
    FILE *to;
    struct lookup_style style;
    struct field_names fields;
    struct order order;
    struct field_reader *reader;
    struct table *table;
    size_t width;         /* of the terminal; 0: a pipe */
    struct sorter *batch; /* NULL: nothing was taken */
    bool is_later;        /* the first batch was printed */
    bool has_repeats;     /* `seen` knows what was taken */
    bool is_known;        /* what is taken now is not printed */
    struct fifo_index seen;
    struct siphash_key hash_key;
    struct buf key;
    struct buf cell;
    struct buf out;
    struct buf heading; /* of the times, with their zone */
    struct table_column columns[LOOKUP_ROW_COLUMNS];
    uint64_t count;
    int64_t newest_ns;
    time_t second;    /* the second that `rows` and `skipped` are of */
    uint64_t rows;    /* printed in it */
    uint64_t skipped; /* not printed in it, */
    uint64_t failed;  /* and those of them that are no answer */
};

static enum status make_table(struct tail_printer *p, const char *zone_name)
{
    memcpy(p->columns, lookup_row_columns, sizeof p->columns);
    buf_add_format(&p->heading, "%s (%s)", lookup_row_columns[0].heading, zone_name);
    if (!buf_ok(&p->heading))
        return ST_NO_MEMORY;
    p->columns[0].heading = buf_text(&p->heading);
    const struct table_options options = {.columns = p->columns,
                                          .column_count = LOOKUP_ROW_COLUMNS,
                                          .width = p->width,
                                          .has_colour =
                                              terminal_has_colour(p->to, p->settings->colour)};
    return table_new(&options, &p->out, &p->table);
}

enum status tail_printer_new(const struct settings *settings, struct question *question,
                             const struct data_view *view, FILE *to, struct tail_printer **printer)
{
    struct tail_printer *const p = calloc(1, sizeof *p);
    if (p == NULL)
        return ST_NO_MEMORY;
    p->settings = settings;
    p->to = to;
    p->width = terminal_width(to);
    p->style = (struct lookup_style){.zone = question->zone,
                                     .is_narrow = p->width > 0 && p->width < NARROW};
    p->newest_ns = INT64_MIN;
    p->hash_key = siphash_key_random();
    buf_init(&p->key, CELL_MAX);
    buf_init(&p->cell, CELL_MAX);
    buf_init(&p->out, OUT_MAX);
    buf_init(&p->heading, CELL_MAX);
    order_fields(&p->order, &p->fields);
    for (size_t i = 0; i < lookup_row_field_count && p->fields.count < FIELD_NAMES_MAX; i++)
        p->fields.names[p->fields.count++] = bytes_of(lookup_row_fields[i]);
    enum status status = field_reader_new(view, &p->reader);
    if (status == ST_OK)
        status = fifo_index_init(&p->seen, REMEMBERED);
    if (status == ST_OK)
        status = make_table(p, question_zone_shown(question));
    if (status != ST_OK) {
        tail_printer_free(p);
        return status;
    }
    field_reader_want(p->reader, &p->fields);
    *printer = p;
    return ST_OK;
}

void tail_printer_expect_repeats(struct tail_printer *printer, bool is_known)
{
    printer->has_repeats = true;
    printer->is_known = is_known;
}

void tail_printer_free(struct tail_printer *printer)
{
    if (printer == NULL)
        return;
    sorter_free(printer->batch);
    table_free(printer->table);
    fifo_index_release(&printer->seen);
    field_reader_free(printer->reader);
    buf_release(&printer->out);
    buf_release(&printer->heading);
    buf_release(&printer->cell);
    buf_release(&printer->key);
    free(printer);
}

static enum status begin_batch(struct tail_printer *p)
{
    const char *const folder = getenv("TMPDIR");
    const struct sorter_options options = {
        .memory_max = SORT_MEMORY,
        .limit = p->is_later ? UINT64_MAX : p->settings->lines,
        .keeps_last = true,
        .folder = folder == NULL || folder[0] == '\0' ? "/var/tmp" : folder};
    return sorter_new(&options, &p->batch);
}

/* The key has the time, then the identity. */
static bool was_seen(struct tail_printer *p)
{
    if (!p->has_repeats)
        return false;
    const uint64_t hash = siphash_64(p->hash_key, buf_bytes(&p->key));
    if (fifo_index_find(&p->seen, hash) != FIFO_NONE)
        return true;
    (void)fifo_index_put(&p->seen, hash);
    return false;
}

static void note_time(struct tail_printer *p, const struct document *document)
{
    const uint16_t field = field_find(document->view, BYTES_LITERAL("@timestamp"));
    const struct value *const time = field_value(document, field, NULL);
    if (time != NULL && time->kind == VALUE_TIME && time->integer > p->newest_ns)
        p->newest_ns = time->integer;
}

bool tail_printer_take(void *context, const struct hit *hit)
{
    struct tail_printer *const p = context;
    const struct document *document = NULL;
    struct error err = {.status = ST_OK};
    /* A line that cannot be read was no hit in the first place. */
    if (field_reader_read(p->reader, hit->json, &document, NULL, &err) != ST_OK)
        return true;
    buf_reset(&p->key);
    order_key(&p->order, document, hit->id, &p->key);
    note_time(p, document);
    if (was_seen(p) || p->is_known)
        return true;
    if (p->batch == NULL && begin_batch(p) != ST_OK)
        return false;
    return sorter_add(p->batch, buf_bytes(&p->key), hit->json, &err) == ST_OK;
}

static bool is_answer(const struct document *document)
{
    const uint16_t field = field_find(document->view, BYTES_LITERAL("lookup.result"));
    const struct value *const result = field_value(document, field, NULL);
    return result != NULL && result->kind == VALUE_TEXT && bytes_is(result->text, "answer");
}

/* Says what was left out in the second that is over. */
static void say_skipped(struct tail_printer *p)
{
    if (p->skipped > 0)
        buf_add_format(
            &p->out, "... %" PRIu64 " more in this second, %" PRIu64 " of them without an answer\n",
            p->skipped, p->failed);
    p->rows = 0;
    p->skipped = 0;
    p->failed = 0;
}

static void add_row(struct tail_printer *p, const struct document *document, struct bytes json)
{
    if (p->settings->format == PRINT_TABLE) {
        lookup_row_add(document, &p->style, p->table, &p->cell);
        table_flush(p->table);
        return;
    }
    const size_t at = p->out.len;
    buf_add(&p->out, json);
    if (p->width > 0)
        display_escape_json(&p->out, at);
    buf_add_u8(&p->out, '\n');
}

static enum status take_record(void *context, struct bytes key, struct bytes json,
                               struct error *err)
{
    (void)key;
    struct tail_printer *const p = context;
    const struct document *document = NULL;
    const enum status status = field_reader_read(p->reader, json, &document, NULL, err);
    if (status != ST_OK)
        return status;
    p->count++;
    /* A program at the other end of a pipe reads everything. */
    const bool is_too_much = p->width > 0 && p->settings->rate > 0 && p->rows >= p->settings->rate;
    p->rows++;
    if (!is_too_much) {
        add_row(p, document, json);
        return ST_OK;
    }
    p->skipped++;
    p->failed += is_answer(document) ? 0 : 1;
    return ST_OK;
}

enum status tail_printer_flush(struct tail_printer *printer, bool is_last, struct error *err)
{
    struct tail_printer *const p = printer;
    const time_t now = time(NULL);
    if (now != p->second)
        say_skipped(p);
    p->second = now;
    enum status status = ST_OK;
    const struct sorter_sink sink = {take_record, p};
    if (p->batch != NULL)
        status = sorter_finish(p->batch, &sink, err);
    sorter_free(p->batch);
    p->batch = NULL;
    p->is_later = true;
    if (is_last)
        say_skipped(p);
    if (status == ST_OK && p->out.len > 0 &&
        (fwrite(p->out.data, 1, p->out.len, p->to) != p->out.len || fflush(p->to) != 0))
        status = error_set_os(err, ST_IO, errno, "cannot write to standard output");
    buf_reset(&p->out);
    return status;
}

uint64_t tail_printer_count(const struct tail_printer *printer)
{
    return printer->count;
}

int64_t tail_printer_newest(const struct tail_printer *printer)
{
    return printer->newest_ns;
}
