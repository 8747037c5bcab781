#include "core/elastic/server.h"

#include <stdio.h>
#include <string.h>

#include "core/elastic/answer.h"

#define CAPABILITY_TEXT(name, text) text,
static const char *const capability_names[] = {SERVER_CAPABILITY_LIST(CAPABILITY_TEXT)};
#undef CAPABILITY_TEXT

/* Index templates that need one capability each; a server without it refuses the simulation. The
 * pattern and the priority belong to nobody. */
#define PROBE_START "{\"index_patterns\":[\"dnsight-probe\"],\"priority\":987654321,"
#define PROBE_TYPE(type) \
    PROBE_START "\"template\":{\"mappings\":{\"properties\":{\"a\":{\"type\":\"" type "\"}}}}}"
static const struct {
    enum server_capability capability;
    const char *template;
} template_probes[] = {
    {CAN_DATA_STREAMS, PROBE_START "\"data_stream\":{}}"},
    {CAN_LIFECYCLE, PROBE_START "\"data_stream\":{},\"template\":{\"lifecycle\":{}}}"},
    {CAN_FAILURE_STORE, PROBE_START "\"data_stream\":{},\"template\":{\"data_stream_options\":"
                                    "{\"failure_store\":{\"enabled\":true}}}}"},
    {CAN_ALLOW_AUTO_CREATE, PROBE_START "\"data_stream\":{},\"allow_auto_create\":true}"},
    {CAN_IGNORE_MISSING, PROBE_START "\"ignore_missing_component_templates\":[\"dnsight-probe\"],"
                                     "\"composed_of\":[\"dnsight-probe\"]}"},
    {CAN_CONSTANT_KEYWORD, PROBE_TYPE("constant_keyword")},
    {CAN_HISTOGRAM, PROBE_TYPE("histogram")},
    {CAN_FLATTENED, PROBE_TYPE("flattened")},
    {CAN_FLAT_OBJECT, PROBE_TYPE("flat_object")},
};

const char *server_product_name(enum server_product product)
{
    return product == SERVER_OPENSEARCH ? "OpenSearch" : "Elasticsearch";
}

const char *server_capability_name(enum server_capability capability)
{
    return capability_names[capability];
}

struct server server_complete(void)
{
    const uint32_t all = SERVER_CAPABILITY_BIT(SERVER_CAPABILITY_COUNT) - 1;
    const uint32_t others = SERVER_CAPABILITY_BIT(CAN_FLAT_OBJECT) | SERVER_CAPABILITY_BIT(CAN_ILM);
    return (struct server){.product = SERVER_ELASTICSEARCH, .capabilities = all & ~others};
}

static void take_version(const struct json_value *number, struct server *server)
{
    const struct bytes text = json_string_or_empty(number);
    (void)snprintf(server->version, sizeof server->version, "%.*s",
                   (int)bytes_slice(text, 0, sizeof server->version).len,
                   text.len == 0 ? "" : (const char *)text.data);
}

/* Reads the answer of `GET /`; false if no server of ours answers like that. */
static bool read_root(const struct json_value *root, struct server *server)
{
    const struct json_value *const version = json_member(root, "version");
    const struct bytes distribution = json_string_or_empty(json_member(version, "distribution"));
    if (json_string_or_empty(json_member(version, "number")).len == 0)
        return false;
    server->product =
        bytes_is(distribution, "opensearch") ? SERVER_OPENSEARCH : SERVER_ELASTICSEARCH;
    take_version(json_member(version, "number"), server);
    return true;
}

/* Reads the answer of `GET /_nodes/_local`. */
static void read_node(const struct json_value *root, struct server *server)
{
    const struct json_value *const nodes = json_member(root, "nodes");
    take_version(json_member(nodes == NULL ? NULL : nodes->first, "version"), server);
}

static MUST_CHECK enum status identify_by_root(struct http_client *client,
                                               const struct http_response *response,
                                               struct server *server, struct error *err)
{
    struct arena arena;
    arena_init(&arena, ANSWER_ARENA_MAX);
    const struct json_value *root = NULL;
    enum status status = answer_tree(client, response, &arena, &root, err);
    if (status == ST_OK && !read_root(root, server))
        status = ST_UNSUPPORTED;
    arena_release(&arena);
    return status == ST_OK ? ST_OK
                           : error_set(err, ST_UNSUPPORTED,
                                       "%s: neither Elasticsearch nor OpenSearch answers here",
                                       http_client_address(client));
}

/* For servers that say what they are in a header only: builds without the module for `GET /`, and
 * credentials that may not see it. The version stays empty when it cannot be had. */
static MUST_CHECK enum status identify_by_node(struct http_client *client,
                                               struct http_response *response,
                                               struct server *server, struct error *err)
{
    const struct http_request request = {
        .path = "/_nodes/_local?filter_path=nodes.*.version",
    };
    const enum status status = http_send(client, &request, response, err);
    if (status != ST_OK || !answer_is_success(response))
        return status;
    struct arena arena;
    arena_init(&arena, ANSWER_ARENA_MAX);
    const struct json_value *root = NULL;
    if (answer_tree(client, response, &arena, &root, NULL) == ST_OK)
        read_node(root, server);
    arena_release(&arena);
    return ST_OK;
}

enum status server_identify(struct http_client *client, struct server *server, struct error *err)
{
    struct server found = {.product = SERVER_ELASTICSEARCH};
    struct http_response response;
    http_response_init(&response, client);
    enum status status = http_send(client, &(struct http_request){.path = "/"}, &response, err);
    if (status != ST_OK)
        goto done;
    if (answer_is_success(&response))
        status = identify_by_root(client, &response, &found, err);
    else if (response.is_elasticsearch && response.status != 401)
        status = identify_by_node(client, &response, &found, err);
    else
        status = answer_failure(client, &response, "see what answers here", err);
    if (status == ST_OK)
        *server = found;
done:
    http_response_release(&response);
    return status;
}

/* Sets the bit of a capability if the server accepts the template that needs it. */
static MUST_CHECK enum status probe_template(struct http_client *client, size_t probe,
                                             struct server *server, struct error *err)
{
    const struct http_request request = {
        .method = HTTP_POST,
        .path = "/_index_template/_simulate",
        .body = bytes_of(template_probes[probe].template),
    };
    struct http_response response;
    http_response_init(&response, client);
    enum status status = http_send(client, &request, &response, err);
    if (status == ST_OK && answer_is_success(&response))
        server->capabilities |= SERVER_CAPABILITY_BIT(template_probes[probe].capability);
    else if (status == ST_OK && response.status != 400)
        status = answer_failure(client, &response, "ask for its capabilities", err);
    http_response_release(&response);
    return status;
}

enum status server_probe_templates(struct http_client *client, struct server *server,
                                   struct error *err)
{
    for (size_t probe = 0; probe < ARRAY_LEN(template_probes); probe++) {
        const enum status status = probe_template(client, probe, server, err);
        if (status != ST_OK)
            return status;
    }
    return ST_OK;
}

enum status server_probe_bulk(struct http_client *client, struct server *server, struct error *err)
{
    /* An empty bulk request is refused by every server; one that does not know the parameter says
     * so instead. */
    const struct http_request request = {
        .method = HTTP_POST,
        .path = "/_bulk?require_data_stream=true",
        .body = BYTES_LITERAL("\n"),
        .content_type = "application/x-ndjson",
    };
    struct http_response response;
    http_response_init(&response, client);
    struct buf reason;
    buf_init(&reason, SIZE_MAX);
    const enum status status = http_send(client, &request, &response, err);
    if (status == ST_OK)
        answer_reason(buf_bytes(&response.body), &reason);
    if (status == ST_OK && strstr(buf_text(&reason), "unrecognized parameter") == NULL)
        server->capabilities |= SERVER_CAPABILITY_BIT(CAN_REQUIRE_DATA_STREAM);
    buf_release(&reason);
    http_response_release(&response);
    return status;
}
