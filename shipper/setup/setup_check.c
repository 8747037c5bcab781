#include "shipper/setup/setup_check.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/elastic/answer.h"
#include "core/json/tree.h"
#include "shipper/setup/template.h"

/* A data stream of ours that nobody has: OpenSearch cannot simulate one that exists. */
#define CHECKED_STREAM "logs-dnsight.lookup-setup.check"

/* Octets of the longest index pattern: names of indices have no more. */
#define PATTERN_MAX 255

/* Octets of its name and priority. */
#define WINNER_MAX ((size_t)512)

/* The template that our data streams get; a negative priority: it is not known. */
struct winner {
    struct bytes name;
    int64_t priority;
};

/* What is asked about templates when one of them is in the way. */
#define TEMPLATES_PATH                                                   \
    "/_index_template?filter_path=index_templates.name,index_templates." \
    "index_template.index_patterns,index_templates.index_template.priority"

/* Whether a template is for our data streams. The only wildcard of its patterns is the star. */
static bool takes_stream(const struct json_value *template)
{
    const struct json_value *const patterns = json_path(template, "index_template.index_patterns");
    for (const struct json_value *p = patterns == NULL ? NULL : patterns->first; p != NULL;
         p = p->next) {
        char pattern[PATTERN_MAX + 1];
        const struct bytes text = json_string_or_empty(p);
        if (text.len > PATTERN_MAX)
            continue;
        memcpy(pattern, text.data, text.len);
        pattern[text.len] = '\0';
        if (fnmatch(pattern, CHECKED_STREAM, FNM_NOESCAPE) == 0)
            return true;
    }
    return false;
}

/* Finds the template of the highest priority among those for our data streams. */
static void find_winner(const struct json_value *root, struct winner *winner)
{
    const struct json_value *const list = json_member(root, "index_templates");
    for (const struct json_value *t = list == NULL ? NULL : list->first; t != NULL; t = t->next) {
        const int64_t priority = json_integer_or(json_path(t, "index_template.priority"), 0);
        if (priority > winner->priority && takes_stream(t))
            *winner = (struct winner){json_string_or_empty(json_member(t, "name")), priority};
    }
}

/* Whether the template of that name lost against another one. */
static bool is_overlapped(const struct json_value *root, const char *name)
{
    const struct json_value *const list = json_member(root, "overlapping");
    for (const struct json_value *t = list == NULL ? NULL : list->first; t != NULL; t = t->next) {
        if (bytes_is(json_string_or_empty(json_member(t, "name")), name))
            return true;
    }
    return false;
}

/* Appends which template takes our data streams, if the credentials suffice to find out. */
static void add_winner(struct http_client *client, struct buf *out)
{
    const struct http_request request = {.method = HTTP_GET, .path = TEMPLATES_PATH};
    struct http_response response;
    struct arena arena;
    const struct json_value *root = NULL;
    http_response_init(&response, client);
    arena_init(&arena, ANSWER_ARENA_MAX);
    struct winner winner = {.priority = -1};
    if (answer_expect(client, &request, &response, "list the templates", NULL) == ST_OK &&
        answer_tree(client, &response, &arena, &root, NULL) == ST_OK)
        find_winner(root, &winner);
    if (winner.priority >= 0) {
        buf_add_text(out, ", \"");
        buf_add(out, winner.name);
        buf_add_format(out, "\" (%" PRId64 "),", winner.priority);
    }
    arena_release(&arena);
    http_response_release(&response);
}

static enum status fail_overlapped(struct http_client *client, struct error *err)
{
    struct buf winner;
    buf_init(&winner, WINNER_MAX);
    add_winner(client, &winner);
    (void)error_set(err, ST_UNSUPPORTED,
                    "%s: another index template of a higher priority%s takes our data streams "
                    "(logs-dnsight.*-*); change its index_patterns, or give it a priority below %d",
                    http_client_address(client), buf_text(&winner), TEMPLATE_PRIORITY);
    buf_release(&winner);
    return ST_UNSUPPORTED;
}

static MUST_CHECK enum status judge(struct http_client *client, const struct json_value *root,
                                    struct error *err)
{
    const struct json_value *const rrsets =
        json_path(root, "template.mappings.properties.rrsets.type");
    if (is_overlapped(root, TEMPLATE_INDEX))
        return fail_overlapped(client, err);
    if (!bytes_is(json_string_or_empty(rrsets), "nested"))
        return error_set(err, ST_UNSUPPORTED,
                         "%s: the index template that our data streams (logs-dnsight.*-*) get is "
                         "not that of dnsightd setup",
                         http_client_address(client));
    return ST_OK;
}

enum status setup_check(struct http_client *client, struct error *err)
{
    const struct http_request request = {
        .method = HTTP_POST,
        .path = "/_index_template/_simulate_index/" CHECKED_STREAM,
    };
    struct http_response response;
    struct arena arena;
    const struct json_value *root = NULL;
    http_response_init(&response, client);
    arena_init(&arena, ANSWER_ARENA_MAX);
    enum status status = answer_expect(client, &request, &response, "check the templates", err);
    if (status == ST_OK)
        status = answer_tree(client, &response, &arena, &root, err);
    if (status == ST_OK)
        status = judge(client, root, err);
    arena_release(&arena);
    http_response_release(&response);
    return status;
}
