#include "query/answers/collector.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/macros.h"
#include "query/gathering/groups.h"
#include "query/gathering/sorter.h"
#include "query/printing/groups_printer.h"
#include "query/records/field_reader.h"

/* Octets of hits that wait in memory for their order; fewer where only some are kept, because a
 * report has many such collectors. A lookup takes half of that at most, see sorter.h. */
#define SORT_MEMORY      ((size_t)64 * 1024 * 1024)
#define SORT_MEMORY_FEW  ((size_t)8 * 1024 * 1024)
#define SORT_LOOKUPS_FEW 1000

/* Octets of text for the output that are gathered before they are written, and at most. */
#define OUT_SOME ((size_t)64 * 1024)
#define OUT_MAX  ((size_t)1024 * 1024 * 1024)

/* Octets of one key or one record. */
#define RECORD_MAX ((size_t)256 * 1024 * 1024)

/* Data views of one query: one a server, and that of all files. */
#define VIEWS_MAX 256

/* The fields of a source, and two ways to read them from text: what the order or the groups need,
 * and what is printed. */
struct collected_view {
    const struct data_view *view; /* borrowed */
    struct field_reader *keys;
    struct field_reader *cells;
};

struct collector {
    struct collector_options options;
    struct field_names fields; /* what hits must have read */
    struct collected_view views[VIEWS_MAX];
    uint16_t view_count;
    uint16_t view; /* index of that of the current hits */
    struct groups *groups;
    struct sorter *sorter;
    struct printer *printer;
    struct buf key;
    struct buf record; /* index of the view, then the JSON text */
    struct buf out;
    uint64_t printed;
    struct error fault; /* the first thing that failed; ST_OK if nothing did */
};

static bool wants_groups(const struct collector *c)
{
    return c->options.settings->by.count > 0;
}

static bool wants_lookups(const struct collector *c)
{
    return !wants_groups(c) && !c->options.settings->wants_count;
}

static void add_field(struct field_names *fields, struct bytes name)
{
    if (fields->count < FIELD_NAMES_MAX)
        fields->names[fields->count++] = name;
}

/* What groups are made from. */
static void group_fields(const struct settings *settings, struct field_names *fields)
{
    *fields = settings->by;
    add_field(fields, BYTES_LITERAL("event.duration"));
    if (settings->filter.distinct.len > 0)
        add_field(fields, settings->filter.distinct);
    if (settings->filter.is_new)
        add_field(fields, BYTES_LITERAL("@timestamp"));
}

static enum status make_parts(struct collector *c)
{
    const struct settings *const settings = c->options.settings;
    if (wants_groups(c)) {
        group_fields(settings, &c->fields);
        return groups_new(&settings->by, &settings->filter, &c->groups);
    }
    if (!wants_lookups(c))
        return ST_OK;
    order_fields(&settings->order, &c->fields);
    const char *const folder = getenv("TMPDIR");
    const struct sorter_options sorter = {
        .memory_max = c->options.limit <= SORT_LOOKUPS_FEW ? SORT_MEMORY_FEW : SORT_MEMORY,
        .limit = c->options.limit,
        .keeps_last = settings->order.field.len == 0,
        .folder = folder == NULL || folder[0] == '\0' ? "/var/tmp" : folder,
    };
    const enum status status = sorter_new(&sorter, &c->sorter);
    return status == ST_OK ? printer_new(&c->options.printer, &c->out, &c->printer) : status;
}

enum status collector_new(const struct collector_options *options, struct collector **collector,
                          struct error *err)
{
    struct collector *const c = calloc(1, sizeof *c);
    if (c == NULL)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    c->options = *options;
    buf_init(&c->key, RECORD_MAX);
    buf_init(&c->record, RECORD_MAX);
    buf_init(&c->out, OUT_MAX);
    if (make_parts(c) != ST_OK) {
        collector_free(c);
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    }
    *collector = c;
    return ST_OK;
}

void collector_free(struct collector *collector)
{
    if (collector == NULL)
        return;
    for (size_t i = 0; i < collector->view_count; i++) {
        field_reader_free(collector->views[i].keys);
        field_reader_free(collector->views[i].cells);
    }
    printer_free(collector->printer);
    sorter_free(collector->sorter);
    groups_free(collector->groups);
    buf_release(&collector->out);
    buf_release(&collector->record);
    buf_release(&collector->key);
    free(collector);
}

const struct field_names *collector_fields(const struct collector *collector)
{
    return &collector->fields;
}

bool collector_wants_json(const struct collector *collector)
{
    return wants_lookups(collector);
}

enum status collector_begin(struct collector *collector, const struct data_view *view,
                            struct error *err)
{
    struct collector *const c = collector;
    for (uint16_t i = 0; i < c->view_count; i++) {
        c->view = i;
        if (c->views[i].view == view)
            return ST_OK;
    }
    if (c->view_count == VIEWS_MAX)
        return error_set(err, ST_LIMIT, "more than %d servers in one query", VIEWS_MAX);
    struct collected_view *const added = &c->views[c->view_count];
    c->view = c->view_count++;
    added->view = view;
    if (field_reader_new(view, &added->keys) != ST_OK ||
        field_reader_new(view, &added->cells) != ST_OK)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    field_reader_want(added->keys, &c->fields);
    if (c->printer != NULL)
        field_reader_want(added->cells, printer_fields(c->printer));
    return ST_OK;
}

static enum status add_record(struct collector *c, const struct document *document,
                              const struct hit *hit)
{
    buf_reset(&c->key);
    order_key(&c->options.settings->order, document, hit->id, &c->key);
    buf_reset(&c->record);
    buf_add(&c->record, (struct bytes){(const uint8_t *)&c->view, sizeof c->view});
    buf_add(&c->record, hit->json);
    if (!buf_ok(&c->key) || !buf_ok(&c->record))
        return error_set(&c->fault, ST_LIMIT, "a document is too large to be sorted");
    return sorter_add(c->sorter, buf_bytes(&c->key), buf_bytes(&c->record), &c->fault);
}

bool collector_take(void *context, const struct hit *hit)
{
    struct collector *const c = context;
    if (c->fault.status != ST_OK)
        return false;
    if (!wants_lookups(c) && !wants_groups(c))
        return true;
    const struct document *document = hit->document;
    enum status status = ST_OK;
    if (document == NULL)
        status = field_reader_read(c->views[c->view].keys, hit->json, &document, NULL, &c->fault);
    if (status != ST_OK) {
        c->fault.status = status;
        return false;
    }
    if (wants_lookups(c))
        return add_record(c, document, hit) == ST_OK;
    if (groups_add(c->groups, document) != ST_OK)
        (void)error_set(&c->fault, ST_NO_MEMORY, "memory is exhausted");
    return c->fault.status == ST_OK;
}

bool collector_take_group(void *context, const struct source_group *group)
{
    struct collector *const c = context;
    const struct document *document = NULL;
    if (c->fault.status != ST_OK)
        return false;
    const enum status status =
        field_reader_read(c->views[c->view].keys, group->json, &document, NULL, &c->fault);
    c->fault.status = status;
    if (status == ST_OK && groups_add_counted(c->groups, document, group) != ST_OK)
        (void)error_set(&c->fault, ST_NO_MEMORY, "memory is exhausted");
    return c->fault.status == ST_OK;
}

static enum status write_out(struct collector *c, struct error *err)
{
    const size_t len = c->out.len;
    if ((len > 0 && fwrite(c->out.data, 1, len, c->options.to) != len) ||
        fflush(c->options.to) != 0)
        return error_set_os(err, ST_IO, errno, "cannot write to standard output");
    buf_reset(&c->out);
    return ST_OK;
}

/* Prints one record of the sorter. */
static enum status print_record(void *context, struct bytes key, struct bytes payload,
                                struct error *err)
{
    (void)key;
    struct collector *const c = context;
    uint16_t view = 0;
    memcpy(&view, payload.data, sizeof view);
    const struct bytes json = bytes_slice(payload, sizeof view, payload.len);
    const struct document *document = NULL;
    enum status status = ST_OK;
    if (printer_reads_documents(c->printer))
        status = field_reader_read(c->views[view].cells, json, &document, NULL, err);
    if (status != ST_OK)
        return status;
    if (printer_add(c->printer, document, json) != ST_OK)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    c->printed++;
    return c->out.len < OUT_SOME ? ST_OK : write_out(c, err);
}

static enum status print_lookups(struct collector *c, struct error *err)
{
    const struct sorter_sink sink = {print_record, c};
    const enum status status = sorter_finish(c->sorter, &sink, err);
    if (status == ST_OK && printer_finish(c->printer) != ST_OK)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    return status;
}

static enum status print_groups(struct collector *c, uint64_t matched,
                                struct collector_totals *totals, struct error *err)
{
    size_t count = 0;
    const struct group *groups = NULL;
    if (groups_sort(c->groups, &groups, &count) != ST_OK)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    totals->groups = count;
    totals->left_out = groups_left_out(c->groups);
    const size_t shown = count > c->options.limit ? (size_t)c->options.limit : count;
    c->printed = shown;
    const bool is_new = c->options.settings->filter.is_new;
    const uint64_t documents = is_new ? groups_documents(c->groups) : matched;
    if (groups_print(groups, shown, documents, &c->options.printer, &c->out) != ST_OK)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    return ST_OK;
}

static void print_count(struct collector *c, uint64_t matched)
{
    switch (c->options.printer.format) {
    case PRINT_TABLE:
    case PRINT_MAIL:
    case PRINT_HTML:
        buf_add_u64(&c->out, matched);
        break;
    case PRINT_CSV:
        buf_add_text(&c->out, "count\r\n");
        buf_add_u64(&c->out, matched);
        buf_add_u8(&c->out, '\r');
        break;
    case PRINT_NDJSON:
    case PRINT_JSON:
        buf_add_text(&c->out, "{\"count\":");
        buf_add_u64(&c->out, matched);
        buf_add_u8(&c->out, '}');
        break;
    }
    buf_add_u8(&c->out, '\n');
}

enum status collector_finish(struct collector *collector, uint64_t matched,
                             struct collector_totals *totals, struct error *err)
{
    struct collector *const c = collector;
    *totals = (struct collector_totals){0};
    if (c->fault.status != ST_OK) {
        *err = c->fault;
        return c->fault.status;
    }
    enum status status = ST_OK;
    if (wants_groups(c))
        status = print_groups(c, matched, totals, err);
    else if (wants_lookups(c))
        status = print_lookups(c, err);
    else
        print_count(c, matched);
    totals->printed = c->printed;
    totals->hits = wants_groups(c) && group_filter_is_set(&c->options.settings->filter)
                       ? totals->groups
                       : matched;
    return status == ST_OK ? write_out(c, err) : status;
}
