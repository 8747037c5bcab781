#include "core/elastic/hits.h"

#include <stdlib.h>

#include "core/json/reader.h"

/* Octets of the longest id and point in time; a point in time names every shard. */
#define TEXT_MAX ((size_t)16 * 1024 * 1024)

/* Open containers around the members of a hit: {"hits":{"hits":[{ has four. */
#define HIT_DEPTH 4

/* Members of the answer that are looked at. */
enum member {
    MEMBER_OTHER,
    MEMBER_PIT,       /* pit_id */
    MEMBER_TIMED_OUT, /* timed_out */
    MEMBER_SHARDS,    /* _shards */
    MEMBER_FAILED,    /* _shards.failed */
    MEMBER_HITS,      /* hits, and hits.hits */
    MEMBER_INDEX,     /* hits.hits[]._index */
    MEMBER_ID,        /* hits.hits[]._id */
    MEMBER_SOURCE,    /* hits.hits[]._source */
    MEMBER_SORT,      /* hits.hits[].sort */
};

/* clang-format off */
static const struct {
    const char *name;
    unsigned depth; /* open containers around the member */
    enum member member;
} members[] = {
    {"pit_id", 1, MEMBER_PIT},
    {"timed_out", 1, MEMBER_TIMED_OUT},
    {"_shards", 1, MEMBER_SHARDS},
    {"failed", 2, MEMBER_FAILED},
    {"hits", 1, MEMBER_HITS},
    {"hits", 2, MEMBER_HITS},
    {"_index", HIT_DEPTH, MEMBER_INDEX},
    {"_id", HIT_DEPTH, MEMBER_ID},
    {"_source", HIT_DEPTH, MEMBER_SOURCE},
    {"sort", HIT_DEPTH, MEMBER_SORT},
};
/* clang-format on */

struct hits_reader {
    struct json_reader *json;
    struct search_sink sink;
    struct bytes answer;
    struct error *err;
    uint64_t count;
    unsigned depth; /* open containers */
    unsigned path;  /* how many of them lead to a hit: root, hits, the array, the hit; or to the
                       numbers of shards */
    struct answer_shards shards;
    enum member member;  /* whose value comes next, or is being read */
    size_t value_at;     /* where the slice that is being read begins */
    struct bytes source; /* slices of the answer */
    struct bytes sort;
    struct buf index; /* unescaped texts */
    struct buf id;
    struct buf pit;
};

static enum status give_hit(struct hits_reader *r)
{
    const struct search_hit hit = {
        .index = buf_bytes(&r->index),
        .id = buf_bytes(&r->id),
        .source = r->source.len == 0 ? BYTES_LITERAL("{}") : r->source,
        .sort = r->sort,
    };
    r->count++;
    return r->sink.take(r->sink.context, &hit, r->err);
}

static void begin_hit(struct hits_reader *r)
{
    buf_reset(&r->index);
    buf_reset(&r->id);
    r->source = (struct bytes){0};
    r->sort = (struct bytes){0};
}

/* A name at a depth means something only inside the containers that lead to the hits. */
static void on_key(struct hits_reader *r, struct bytes name)
{
    if (r->depth != r->path)
        return;
    r->member = MEMBER_OTHER;
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        if (members[i].depth == r->depth && bytes_is(name, members[i].name))
            r->member = members[i].member;
    }
}

static void on_begin(struct hits_reader *r)
{
    const bool is_on_path = r->depth == r->path;
    r->depth++;
    if (!is_on_path)
        return;
    const bool leads_to_shards = r->depth == 2 && r->member == MEMBER_SHARDS;
    if (r->depth == 1 || r->depth == HIT_DEPTH || (r->depth <= 3 && r->member == MEMBER_HITS) ||
        leads_to_shards) {
        r->path++;
        if (r->depth == HIT_DEPTH)
            begin_hit(r);
        return;
    }
    r->value_at = json_reader_offset(r->json) - 1;
}

static enum status on_end(struct hits_reader *r)
{
    const bool is_on_path = r->depth == r->path;
    r->depth--;
    if (is_on_path) {
        r->path--;
        return r->depth == HIT_DEPTH - 1 ? give_hit(r) : ST_OK;
    }
    if (r->depth != HIT_DEPTH || r->path != HIT_DEPTH)
        return ST_OK;
    const size_t end = json_reader_offset(r->json);
    const struct bytes value = bytes_slice(r->answer, r->value_at, end - r->value_at);
    if (r->member == MEMBER_SOURCE)
        r->source = value;
    if (r->member == MEMBER_SORT)
        r->sort = value;
    return ST_OK;
}

static enum status on_string(struct hits_reader *r, struct bytes text)
{
    if (r->depth != r->path)
        return ST_OK;
    struct buf *const to = r->member == MEMBER_PIT     ? &r->pit
                           : r->member == MEMBER_INDEX ? &r->index
                           : r->member == MEMBER_ID    ? &r->id
                                                       : NULL;
    if (to == NULL)
        return ST_OK;
    buf_reset(to);
    buf_add(to, text);
    return buf_ok(to) ? ST_OK : ST_NO_MEMORY;
}

static enum status on_event(void *context, const struct json_event *event)
{
    struct hits_reader *const r = context;
    switch (event->kind) {
    case JSON_KEY:
        on_key(r, event->text);
        return ST_OK;
    case JSON_STRING:
        return on_string(r, event->text);
    case JSON_BEGIN_OBJECT:
    case JSON_BEGIN_ARRAY:
        on_begin(r);
        return ST_OK;
    case JSON_END_OBJECT:
    case JSON_END_ARRAY:
        return on_end(r);
    case JSON_BOOLEAN:
        if (r->depth == r->path && r->member == MEMBER_TIMED_OUT)
            r->shards.timed_out = event->boolean;
        return ST_OK;
    case JSON_NUMBER:
        if (r->depth == r->path && r->member == MEMBER_FAILED)
            r->shards.failed = !bytes_is(event->text, "0");
        return ST_OK;
    case JSON_NULL:
        return ST_OK;
    }
    return ST_OK;
}

enum status hits_reader_new(const struct search_sink *sink, struct hits_reader **reader)
{
    struct hits_reader *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return ST_NO_MEMORY;
    made->sink = *sink;
    buf_init(&made->index, TEXT_MAX);
    buf_init(&made->id, TEXT_MAX);
    buf_init(&made->pit, TEXT_MAX);
    const enum status status = json_reader_new(on_event, made, &made->json);
    if (status != ST_OK) {
        hits_reader_free(made);
        return status;
    }
    *reader = made;
    return ST_OK;
}

void hits_reader_free(struct hits_reader *reader)
{
    if (reader == NULL)
        return;
    json_reader_free(reader->json);
    buf_release(&reader->index);
    buf_release(&reader->id);
    buf_release(&reader->pit);
    free(reader);
}

enum status hits_read(struct hits_reader *reader, struct bytes answer, uint64_t *count,
                      struct error *err)
{
    begin_hit(reader);
    buf_reset(&reader->pit);
    reader->shards = (struct answer_shards){.failed = false};
    reader->answer = answer;
    reader->err = err;
    reader->count = 0;
    reader->depth = 0;
    reader->path = 0;
    reader->member = MEMBER_OTHER;
    const enum status status = json_read(reader->json, answer, err);
    if (status == ST_OK)
        *count = reader->count;
    return status;
}

struct bytes hits_last_sort(const struct hits_reader *reader)
{
    return reader->sort;
}

struct answer_shards hits_shards(const struct hits_reader *reader)
{
    return reader->shards;
}

struct bytes hits_pit(const struct hits_reader *reader)
{
    return buf_bytes(&reader->pit);
}
