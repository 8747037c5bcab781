#include "core/elastic/composite.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/base/interval.h"
#include "core/elastic/answer.h"
#include "core/elastic/point_in_time.h"

/* Groups of one page: the server keeps a histogram of some kilobytes for each. */
#define PAGE_SIZE 1000U

/* Octets of a request, and of the names and values of one group. */
#define REQUEST_MAX ((size_t)64 * 1024 * 1024)
#define VALUES_MAX  ((size_t)16 * 1024 * 1024)

/* Significant digits of the histograms: two are one percent. */
#define DIGITS 2

/* Percentages that come back are those that were sent, but for their last digits. */
#define PERCENT_ERROR 1e-6

/* Of n numbers, the 95th percentile is the one of rank n - n/20, the 99th that of n - n/100. */
static const struct {
    double percent;
    unsigned part; /* 0: needs no help, see asked_percent */
} PERCENTS[COMPOSITE_PERCENT_COUNT] = {{50, 0}, {95, 20}, {99, 100}};

/* For how many values of n / part Elasticsearch is asked for the right rank. */
#define RANKS_EXACT 10U

/* One aggregation that is under way. */
struct run {
    struct http_client *client;
    const struct composite *composite;
    struct composite_sink *sink;
    bool rounds_ranks; /* the server is Elasticsearch, see asked_percent */
    struct point_in_time pit;
    struct http_response response;
    struct buf after;   /* key of the last group so far; empty before the first page */
    struct buf values;  /* of the group that is given */
    struct buf request; /* body */
    int64_t width_ms;   /* of intervals; 0 if there are none, or before it is known */
};

static void begin(struct json_writer *w, const char *name)
{
    json_key(w, name);
    json_begin_object(w);
}

static void text(struct json_writer *w, const char *name, struct bytes value)
{
    json_key(w, name);
    json_string(w, value);
}

/* The percentage to ask for. OpenSearch takes the number at the rank, rounded up, that a percentage
 * of n numbers gives. Elasticsearch has an older HdrHistogram, which rounds the rank to the
 * nearest: the 99th percentile of 60 numbers would be the second largest. It is asked for a
 * percentage between those that are rounded to rank n - k for every n with n / part = k: from 100 -
 * 100 (k + 1/2) / n of the largest such n, up to 100 - 100 (k - 1/2) / n of the smallest. */
static double asked_percent(const struct run *run, size_t i, uint64_t n)
{
    const unsigned part = PERCENTS[i].part;
    const uint64_t k = part == 0 ? 0 : n / part;
    if (!run->rounds_ranks || part == 0 || k >= RANKS_EXACT)
        return PERCENTS[i].percent;
    if (k == 0)
        return 100;
    const double smallest = (double)(k * part);
    const double largest = smallest + part - 1;
    const double from = 100 - 100 * ((double)k + 0.5) / largest;
    const double to = 100 - 100 * ((double)k - 0.5) / smallest;
    return (from + to) / 2;
}

/* Each once, as Elasticsearch demands. */
static void write_percents(const struct run *run, struct json_writer *w)
{
    json_key(w, "percents");
    json_begin_array(w);
    for (size_t i = 0; i < COMPOSITE_PERCENT_COUNT; i++) {
        const uint64_t part = PERCENTS[i].part;
        const unsigned count = run->rounds_ranks && part != 0 ? RANKS_EXACT : 0;
        for (uint64_t k = 1; k < count; k++)
            json_double(w, asked_percent(run, i, k * part));
        json_double(w, PERCENTS[i].percent);
    }
    if (run->rounds_ranks)
        json_double(w, 100);
    json_end_array(w);
}

static void write_metric(const struct run *run, struct json_writer *w)
{
    begin(w, "aggs");
    begin(w, "numbers");
    begin(w, "value_count");
    text(w, "field", bytes_of(run->composite->metric));
    json_end_object(w);
    json_end_object(w);
    begin(w, "metric");
    begin(w, "percentiles");
    text(w, "field", bytes_of(run->composite->metric));
    json_key(w, "keyed");
    json_bool(w, false);
    write_percents(run, w);
    begin(w, "hdr");
    json_key(w, "number_of_significant_value_digits");
    json_u64(w, DIGITS);
    for (unsigned i = 0; i < 4; i++)
        json_end_object(w);
}

static void write_source(const struct run *run, size_t at, struct json_writer *w)
{
    const struct bytes field = run->composite->fields[at];
    const bool is_interval = at == 0 && run->width_ms > 0;
    json_begin_object(w);
    json_key_bytes(w, field);
    json_begin_object(w);
    begin(w, is_interval ? "date_histogram" : "terms");
    text(w, "field", field);
    if (is_interval) {
        char width[32];
        (void)snprintf(width, sizeof width, "%lldms", (long long)run->width_ms);
        text(w, "fixed_interval", bytes_of(width));
    }
    json_key(w, "missing_bucket");
    json_bool(w, run->composite->nested == NULL);
    json_end_object(w);
    json_end_object(w);
    json_end_object(w);
}

/* Writes the member "groups". Inside nested objects documents are counted, not the objects. */
static void write_groups(const struct run *run, struct json_writer *w)
{
    const struct composite *const composite = run->composite;
    begin(w, "groups");
    begin(w, "composite");
    json_key(w, "size");
    json_u64(w, PAGE_SIZE);
    json_key(w, "sources");
    json_begin_array(w);
    for (size_t i = 0; i < composite->field_count; i++)
        write_source(run, i, w);
    json_end_array(w);
    if (run->after.len > 0) {
        json_key(w, "after");
        json_raw(w, buf_bytes(&run->after));
    }
    json_end_object(w);
    if (composite->nested != NULL) {
        begin(w, "aggs");
        begin(w, "documents");
        begin(w, "reverse_nested");
        json_end_object(w);
    }
    write_metric(run, w);
    for (unsigned i = 0; composite->nested != NULL && i < 2; i++)
        json_end_object(w);
    json_end_object(w);
}

/* Writes the member "none": documents none of whose nested objects has a value. */
static void write_none(const struct run *run, struct json_writer *w)
{
    begin(w, "none");
    begin(w, "filter");
    begin(w, "bool");
    begin(w, "must_not");
    begin(w, "nested");
    text(w, "path", bytes_of(run->composite->nested));
    begin(w, "query");
    begin(w, "exists");
    text(w, "field", run->composite->fields[0]);
    for (unsigned i = 0; i < 6; i++)
        json_end_object(w);
    write_metric(run, w);
    json_end_object(w);
}

static void write_aggregations(const struct run *run, struct json_writer *w)
{
    begin(w, "aggs");
    if (run->composite->nested == NULL) {
        write_groups(run, w);
    } else {
        begin(w, "objects");
        begin(w, "nested");
        text(w, "path", bytes_of(run->composite->nested));
        json_end_object(w);
        begin(w, "aggs");
        write_groups(run, w);
        json_end_object(w);
        json_end_object(w);
        write_none(run, w);
    }
    json_end_object(w);
}

/* Asks for the first and the last time, of which the width of intervals is made. */
static void write_span(const struct run *run, struct json_writer *w)
{
    static const char *const ends[] = {"min", "max"};
    begin(w, "aggs");
    for (size_t i = 0; i < 2; i++) {
        begin(w, ends[i]);
        begin(w, ends[i]);
        text(w, "field", run->composite->fields[0]);
        json_end_object(w);
        json_end_object(w);
    }
    json_end_object(w);
}

static void write_request(struct run *run, bool is_span)
{
    buf_reset(&run->request);
    struct json_writer w = json_writer_of(&run->request);
    json_begin_object(&w);
    json_key(&w, "size");
    json_u64(&w, 0);
    json_key(&w, "track_total_hits");
    json_bool(&w, run->after.len == 0 && !is_span);
    json_key(&w, "query");
    json_raw(&w, run->composite->query);
    point_in_time_write(&run->pit, &w);
    if (is_span)
        write_span(run, &w);
    else
        write_aggregations(run, &w);
    json_end_object(&w);
}

/* A number that may have a fraction; false for anything else. */
static bool read_number(const struct json_value *value, double *number)
{
    char digits[64];
    if (value == NULL || value->kind != JSON_TREE_NUMBER || value->text.len >= sizeof digits)
        return false;
    memcpy(digits, value->text.data, value->text.len);
    digits[value->text.len] = '\0';
    *number = strtod(digits, NULL);
    return true;
}

/* The percentile of so many percent; false if the group has none. */
static bool find_percentile(const struct json_value *values, double percent, double *number)
{
    const struct json_value *value = values == NULL ? NULL : values->first;
    for (; value != NULL; value = value->next) {
        double key = 0;
        const bool is_key = read_number(json_member(value, "key"), &key);
        if (is_key && key > percent - PERCENT_ERROR && key < percent + PERCENT_ERROR)
            return read_number(json_member(value, "value"), number);
    }
    return false;
}

/* Gives one group; `bucket` holds count and percentiles. */
static MUST_CHECK enum status give(struct run *run, const struct json_value *bucket,
                                   struct error *err)
{
    struct composite_group group = {
        .values = buf_bytes(&run->values),
        .count = (uint64_t)json_integer_or(json_member(bucket, "doc_count"), 0),
        .has_percentiles = true,
    };
    const struct json_value *const values = json_path(bucket, "metric.values");
    const uint64_t numbers = (uint64_t)json_integer_or(json_path(bucket, "numbers.value"), 0);
    for (size_t i = 0; i < COMPOSITE_PERCENT_COUNT; i++)
        group.has_percentiles =
            group.has_percentiles &&
            find_percentile(values, asked_percent(run, i, numbers), &group.percentiles[i]);
    return group.count == 0 ? ST_OK : run->sink->take(run->sink->context, &group, err);
}

/* The JSON text of a value of the answer. */
static void copy(const struct json_value *value, struct buf *out)
{
    struct json_writer w = json_writer_of(out);
    buf_reset(out);
    json_tree_write(value, &w);
}

static MUST_CHECK enum status give_page(struct run *run, const struct json_value *groups,
                                        uint64_t *count, struct error *err)
{
    const struct json_value *const buckets = json_member(groups, "buckets");
    const struct json_value *const after = json_member(groups, "after_key");
    const struct json_value *bucket = buckets == NULL ? NULL : buckets->first;
    enum status status = ST_OK;
    *count = 0;
    for (; status == ST_OK && bucket != NULL; bucket = bucket->next) {
        const struct json_value *const key = json_member(bucket, "key");
        if (key == NULL)
            return error_set(err, ST_MALFORMED, "a group of the answer has no key");
        copy(key, &run->values);
        const bool is_nested = run->composite->nested != NULL;
        status = give(run, is_nested ? json_member(bucket, "documents") : bucket, err);
        ++*count;
    }
    if (after != NULL)
        copy(after, &run->after);
    if (status == ST_OK && (!buf_ok(&run->values) || !buf_ok(&run->after)))
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    return status;
}

/* The group without a value, which nested objects cannot have, comes with the first page. */
static MUST_CHECK enum status give_none(struct run *run, const struct json_value *none,
                                        struct error *err)
{
    if (none == NULL || run->after.len > 0)
        return ST_OK;
    buf_reset(&run->values);
    buf_add_text(&run->values, "{}");
    return give(run, none, err);
}

static MUST_CHECK enum status take_page(struct run *run, uint64_t *count, struct error *err)
{
    struct arena arena;
    arena_init(&arena, ANSWER_ARENA_MAX);
    const struct json_value *root = NULL;
    enum status status = answer_search_tree(run->client, &run->response, &arena, &root, err);
    const struct json_value *const found = json_member(root, "aggregations");
    if (status == ST_OK && found == NULL)
        status = error_set(err, ST_MALFORMED, "%s: the answer has no \"aggregations\"",
                           http_client_address(run->client));
    if (status == ST_OK && run->after.len == 0)
        run->sink->matched = (uint64_t)json_integer_or(json_path(root, "hits.total.value"), 0);
    if (status == ST_OK)
        status =
            point_in_time_renew(&run->pit, json_string_or_empty(json_member(root, "pit_id")), err);
    if (status == ST_OK)
        status = give_none(run, json_member(found, "none"), err);
    const char *const path = run->composite->nested == NULL ? "groups" : "objects.groups";
    if (status == ST_OK)
        status = give_page(run, json_path(found, path), count, err);
    arena_release(&arena);
    return status;
}

static MUST_CHECK enum status send(struct run *run, bool is_span, struct error *err)
{
    write_request(run, is_span);
    const struct http_request request = {
        .method = HTTP_POST,
        .path = "/_search?allow_partial_search_results=false",
        .body = buf_bytes(&run->request),
    };
    if (!buf_ok(&run->request))
        return error_set(err, ST_LIMIT, "the query is larger than %zu octets", REQUEST_MAX);
    return answer_await(run->client, &request, &run->response, "count", err);
}

/* Finds the width of intervals; without any document any width will do. */
static MUST_CHECK enum status find_width(struct run *run, struct error *err)
{
    struct arena arena;
    const struct json_value *root = NULL;
    double first = 0;
    double last = 0;
    if (run->composite->intervals == 0)
        return ST_OK;
    enum status status = send(run, true, err);
    if (status != ST_OK)
        return status;
    arena_init(&arena, ANSWER_ARENA_MAX);
    status = answer_search_tree(run->client, &run->response, &arena, &root, err);
    if (!read_number(json_path(root, "aggregations.min.value"), &first) ||
        !read_number(json_path(root, "aggregations.max.value"), &last))
        first = last = 0;
    run->width_ms = interval_for((int64_t)first, (int64_t)last, run->composite->intervals);
    if (status == ST_OK)
        status =
            point_in_time_renew(&run->pit, json_string_or_empty(json_member(root, "pit_id")), err);
    arena_release(&arena);
    return status;
}

static MUST_CHECK enum status read_pages(struct run *run, struct error *err)
{
    uint64_t count = PAGE_SIZE;
    while (count == PAGE_SIZE) {
        enum status status = send(run, false, err);
        if (status == ST_OK)
            status = take_page(run, &count, err);
        if (status != ST_OK)
            return status;
    }
    return ST_OK;
}

enum status composite_run(struct http_client *client, const struct server *server,
                          const struct composite *composite, struct composite_sink *sink,
                          struct error *err)
{
    struct run run = {.client = client,
                      .composite = composite,
                      .sink = sink,
                      .rounds_ranks = server->product == SERVER_ELASTICSEARCH};
    http_response_init(&run.response, client);
    buf_init(&run.after, VALUES_MAX);
    buf_init(&run.values, VALUES_MAX);
    buf_init(&run.request, REQUEST_MAX);
    enum status status = point_in_time_open(&run.pit, client, server, composite->target, err);
    if (status == ST_OK)
        status = find_width(&run, err);
    if (status == ST_OK)
        status = read_pages(&run, err);
    point_in_time_close(&run.pit);
    http_response_release(&run.response);
    buf_release(&run.after);
    buf_release(&run.values);
    buf_release(&run.request);
    return status;
}
