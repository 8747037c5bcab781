#include "query/gathering/sorter.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/buf.h"
#include "query/gathering/runs.h"

#define MEMORY_MIN ((size_t)4 * 1024 * 1024)

struct item {
    uint64_t prefix; /* first octets of the key, so that most comparisons need nothing else */
    size_t at;       /* of the key in `data`; the payload follows it */
    uint32_t key_len;
    uint32_t payload_len;
};

struct sorter {
    struct sorter_options options;
    struct item *items; /* owned */
    size_t count;
    size_t cap;
    size_t items_max;
    struct buf data;   /* keys and payloads; at most half of the memory */
    struct runs *runs; /* NULL while everything fits into memory */
};

enum status sorter_new(const struct sorter_options *options, struct sorter **sorter)
{
    assert(options->memory_max >= MEMORY_MIN);
    struct sorter *const s = calloc(1, sizeof *s);
    if (s == NULL)
        return ST_NO_MEMORY;
    s->options = *options;
    s->items_max = options->memory_max / 4 / sizeof *s->items;
    buf_init(&s->data, options->memory_max / 2);
    *sorter = s;
    return ST_OK;
}

void sorter_free(struct sorter *sorter)
{
    if (sorter == NULL)
        return;
    runs_free(sorter->runs);
    buf_release(&sorter->data);
    free(sorter->items);
    free(sorter);
}

static uint64_t key_prefix(struct bytes key)
{
    uint64_t prefix = 0;
    for (size_t i = 0; i < sizeof prefix; i++)
        prefix = prefix << 8 | (i < key.len ? key.data[i] : 0);
    return prefix;
}

static struct bytes item_key(const struct sorter *s, const struct item *item)
{
    return (struct bytes){s->data.data + item->at, item->key_len};
}

static struct bytes item_payload(const struct sorter *s, const struct item *item)
{
    return (struct bytes){s->data.data + item->at + item->key_len, item->payload_len};
}

/* Equal keys stand in the order of their places, which is that in which they were added. */
static int compare_items(const void *left, const void *right, void *context)
{
    const struct sorter *const s = context;
    const struct item *const a = left;
    const struct item *const b = right;
    if (a->prefix != b->prefix)
        return a->prefix < b->prefix ? -1 : 1;
    const int order = bytes_compare(item_key(s, a), item_key(s, b));
    return order != 0 ? order : (a->at > b->at) - (a->at < b->at);
}

/* Sorts what is in memory and forgets what the limit has no room for. */
static void sort_and_cut(struct sorter *s)
{
    if (s->count == 0)
        return;
    qsort_r(s->items, s->count, sizeof *s->items, compare_items, s);
    if (s->count <= s->options.limit)
        return;
    const size_t keep = (size_t)s->options.limit;
    if (s->options.keeps_last)
        memmove(s->items, s->items + (s->count - keep), keep * sizeof *s->items);
    s->count = keep;
}

/* Closes the gaps that forgotten records have left; the records, in order, move to a new buffer. */
static enum status compact(struct sorter *s)
{
    struct buf data;
    buf_init(&data, s->data.max);
    for (size_t i = 0; i < s->count; i++) {
        struct item *const item = &s->items[i];
        const size_t at = data.len;
        buf_add(&data,
                (struct bytes){s->data.data + item->at, (size_t)item->key_len + item->payload_len});
        item->at = at;
    }
    if (!buf_ok(&data)) {
        buf_release(&data);
        return ST_NO_MEMORY;
    }
    buf_release(&s->data);
    s->data = data;
    return ST_OK;
}

static enum status write_run(struct sorter *s, struct error *err)
{
    enum status status = ST_OK;
    if (s->runs == NULL)
        status = runs_new(s->options.folder, &s->runs, err);
    if (status == ST_OK)
        status = runs_begin(s->runs, err);
    for (size_t i = 0; status == ST_OK && i < s->count; i++)
        status = runs_add(s->runs, item_key(s, &s->items[i]), item_payload(s, &s->items[i]), err);
    s->count = 0;
    buf_reset(&s->data);
    return status;
}

static enum status make_room(struct sorter *s, struct error *err)
{
    sort_and_cut(s);
    size_t octets = 0;
    for (size_t i = 0; i < s->count; i++)
        octets += (size_t)s->items[i].key_len + s->items[i].payload_len;
    if (octets > s->data.max / 2 || s->count > s->items_max / 2)
        return write_run(s, err);
    if (compact(s) != ST_OK)
        return error_set(err, ST_NO_MEMORY, "no memory to sort");
    return ST_OK;
}

static bool grow_items(struct sorter *s)
{
    size_t cap = s->cap == 0 ? 1024 : s->cap * 2;
    if (cap > s->items_max)
        cap = s->items_max;
    struct item *const items = reallocarray(s->items, cap, sizeof *items);
    if (items == NULL)
        return false;
    s->items = items;
    s->cap = cap;
    return true;
}

enum status sorter_add(struct sorter *sorter, struct bytes key, struct bytes payload,
                       struct error *err)
{
    const size_t octets = key.len + payload.len;
    if (octets > sorter->data.max / 2)
        return error_set(err, ST_LIMIT, "a document of %zu octets is too large", payload.len);
    if (octets > sorter->data.max - sorter->data.len || sorter->count == sorter->items_max) {
        const enum status status = make_room(sorter, err);
        if (status != ST_OK)
            return status;
    }
    if (sorter->count == sorter->cap && !grow_items(sorter))
        return error_set(err, ST_NO_MEMORY, "no memory to sort");
    const size_t at = sorter->data.len;
    buf_add(&sorter->data, key);
    buf_add(&sorter->data, payload);
    if (!buf_ok(&sorter->data))
        return error_set(err, ST_NO_MEMORY, "no memory to sort");
    sorter->items[sorter->count++] = (struct item){.prefix = key_prefix(key),
                                                   .at = at,
                                                   .key_len = (uint32_t)key.len,
                                                   .payload_len = (uint32_t)payload.len};
    return ST_OK;
}

enum status sorter_finish(struct sorter *sorter, const struct sorter_sink *sink, struct error *err)
{
    sort_and_cut(sorter);
    if (sorter->runs == NULL) {
        enum status status = ST_OK;
        for (size_t i = 0; status == ST_OK && i < sorter->count; i++)
            status = sink->take(sink->context, item_key(sorter, &sorter->items[i]),
                                item_payload(sorter, &sorter->items[i]), err);
        return status;
    }
    const enum status status = write_run(sorter, err);
    if (status != ST_OK)
        return status;
    const uint64_t records = runs_count(sorter->runs);
    const uint64_t limit = sorter->options.limit;
    const struct runs_part part = {
        .skip = sorter->options.keeps_last && records > limit ? records - limit : 0,
        .limit = limit,
        .memory_max = sorter->options.memory_max / 2,
    };
    buf_release(&sorter->data);
    return runs_merge(sorter->runs, &part, sink, err);
}
