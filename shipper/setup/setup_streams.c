#include "shipper/setup/setup_streams.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/elastic/answer.h"
#include "core/json/tree.h"

/* Octets of a request's path: names of data streams have 255 at most. */
#define PATH_SIZE ((size_t)512)

struct roll_over {
    struct http_client *client;
    const struct setup_options *options;
    struct bytes digest;
    struct http_response response;
    struct arena arena; /* both answers as trees */
};

static MUST_CHECK enum status get(struct roll_over *r, const char *path, const char *attempt,
                                  const struct json_value **root, struct error *err)
{
    const struct http_request request = {.path = path};
    const enum status status = answer_expect(r->client, &request, &r->response, attempt, err);
    return status == ST_OK ? answer_tree(r->client, &r->response, &r->arena, root, err) : status;
}

/* The number at the end of a backing index's name: its generation. */
static uint64_t generation(struct bytes name)
{
    uint64_t number = 0;
    uint64_t factor = 1;
    for (size_t at = name.len; at > 0 && name.data[at - 1] >= '0' && name.data[at - 1] <= '9';
         at--) {
        number += factor * (uint64_t)(name.data[at - 1] - '0');
        factor *= 10;
    }
    return number;
}

/* The backing index that documents go to: the newest one. */
static struct bytes write_index(const struct json_value *stream)
{
    struct bytes newest = BYTES_LITERAL("");
    const struct json_value *const list = json_member(stream, "backing_indices");
    for (const struct json_value *i = list == NULL ? NULL : list->first; i != NULL; i = i->next) {
        const struct bytes name = json_string_or_empty(i);
        if (newest.len == 0 || generation(name) > generation(newest))
            newest = name;
    }
    return newest;
}

static struct bytes digest_of(const struct json_value *mappings, struct bytes index)
{
    for (const struct json_value *m = mappings->first; m != NULL; m = m->next) {
        if (bytes_equal(m->name, index))
            return json_string_or_empty(json_path(m, "mappings._meta.digest"));
    }
    return BYTES_LITERAL("");
}

static MUST_CHECK enum status roll_over(struct roll_over *r, struct bytes name, struct error *err)
{
    char path[PATH_SIZE];
    FILE *const log = r->options->log;
    (void)snprintf(path, sizeof path, "/%.*s/_rollover", (int)name.len, (const char *)name.data);
    if (r->options->dry_run) {
        (void)fprintf(log, "would send POST %s\n", path);
        return ST_OK;
    }
    const struct http_request request = {.method = HTTP_POST, .path = path};
    const enum status status =
        answer_expect(r->client, &request, &r->response, "roll over a data stream", err);
    if (status == ST_OK)
        (void)fprintf(log, "%s: rolled over, new documents get the new mapping\n", path + 1);
    return status;
}

static MUST_CHECK enum status roll_over_outdated(struct roll_over *r, struct error *err)
{
    const struct json_value *streams = NULL;
    const struct json_value *mappings = NULL;
    enum status status =
        get(r, "/_resolve/index/logs-dnsight.*", "see the data streams", &streams, err);
    if (status == ST_OK)
        status = get(r, "/logs-dnsight.*/_mapping?filter_path=*.mappings._meta.digest",
                     "see the mappings of the data streams", &mappings, err);
    if (status != ST_OK)
        return status;
    const struct json_value *const list = json_member(streams, "data_streams");
    for (const struct json_value *s = list == NULL ? NULL : list->first; s != NULL; s = s->next) {
        const struct bytes name = json_string_or_empty(json_member(s, "name"));
        const struct bytes digest = digest_of(mappings, write_index(s));
        if (name.len == 0 || digest.len == 0 || bytes_equal(digest, r->digest))
            continue;
        status = roll_over(r, name, err);
        if (status != ST_OK)
            return status;
    }
    return ST_OK;
}

enum status setup_roll_over(struct http_client *client, struct bytes digest,
                            const struct setup_options *options, struct error *err)
{
    struct roll_over r = {.client = client, .options = options, .digest = digest};
    http_response_init(&r.response, client);
    arena_init(&r.arena, ANSWER_ARENA_MAX);
    const enum status status = roll_over_outdated(&r, err);
    arena_release(&r.arena);
    http_response_release(&r.response);
    return status;
}
