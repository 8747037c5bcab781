#include "shipper/setup/setup_check.h"

#include "core/base/arena.h"
#include "core/elastic/answer.h"
#include "core/json/tree.h"
#include "shipper/setup/template.h"

/* A data stream of ours that nobody has: OpenSearch cannot simulate one that exists. */
#define CHECKED_STREAM "logs-dnsight.lookup-setup.check"

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

static MUST_CHECK enum status judge(const struct http_client *client, const struct json_value *root,
                                    struct error *err)
{
    const struct json_value *const rrsets =
        json_path(root, "template.mappings.properties.rrsets.type");
    if (is_overlapped(root, TEMPLATE_INDEX))
        return error_set(err, ST_UNSUPPORTED,
                         "%s: another index template of a higher priority takes our data streams "
                         "(logs-dnsight.*-*); change its index_patterns or priority",
                         http_client_address(client));
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
