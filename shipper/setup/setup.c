#include "shipper/setup/setup.h"

#include <stdio.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/elastic/answer.h"
#include "core/json/tree.h"
#include "shipper/setup/setup_check.h"
#include "shipper/setup/setup_ilm.h"
#include "shipper/setup/setup_streams.h"
#include "shipper/setup/template.h"

/* Octets of a digest, the final NUL included; ours have 16 digits. */
#define DIGEST_SIZE 65

/* Octets of a template's body. */
#define BODY_MAX ((size_t)1024 * 1024)

/* One of the two templates. */
struct object {
    const char *path;    /* where it is put and got */
    const char *attempt; /* for messages: what is being done */
    const char *found;   /* path in the answer of a GET that leads to its list */
    const char *body;    /* member of an element of that list */
};

static const struct object component = {
    "/_component_template/" TEMPLATE_COMPONENT,
    "install the component template " TEMPLATE_COMPONENT,
    "component_templates",
    "component_template",
};
static const struct object index_template = {
    "/_index_template/" TEMPLATE_INDEX,
    "install the index template " TEMPLATE_INDEX,
    "index_templates",
    "index_template",
};

/* What is installed, against what we have. */
enum verdict {
    VERDICT_MISSING,
    VERDICT_SAME,
    VERDICT_OTHER, /* older, or of the same version for another server */
    VERDICT_NEWER,
};

/* A setup that is under way. */
struct setup {
    struct http_client *client;
    const struct setup_options *options;
    struct server server;
    struct http_response response;
    struct arena arena;       /* the last answer as a tree */
    char digest[DIGEST_SIZE]; /* of the template that was looked at last, as it is in the end */
    char mapping_digest[DIGEST_SIZE]; /* that of the component template */
};

static MUST_CHECK enum status get(struct setup *s, const char *path, const struct json_value **root,
                                  struct error *err)
{
    const struct http_request request = {.path = path};
    enum status status = http_send(s->client, &request, &s->response, err);
    *root = NULL;
    if (status != ST_OK || s->response.status == 404)
        return status;
    if (!answer_is_success(&s->response))
        return answer_failure(s->client, &s->response, "read the templates", err);
    arena_reset(&s->arena);
    return answer_tree(s->client, &s->response, &s->arena, root, err);
}

static void keep_digest(struct setup *s, struct bytes digest)
{
    (void)snprintf(s->digest, sizeof s->digest, "%.*s", (int)digest.len,
                   digest.len == 0 ? "" : (const char *)digest.data);
}

/* Compares what is installed (NULL: nothing) with the body that would be put, and keeps the digest
 * of what will be there. */
static MUST_CHECK enum status compare(struct setup *s, const struct json_value *installed,
                                      struct bytes body, enum verdict *verdict)
{
    struct arena arena;
    arena_init(&arena, ANSWER_ARENA_MAX);
    const struct json_value *ours = NULL;
    const enum status status = json_tree_read(body, &arena, &ours, NULL);
    const struct bytes our_digest = json_string_or_empty(json_path(ours, "_meta.digest"));
    const struct bytes digest = json_string_or_empty(json_path(installed, "_meta.digest"));
    const int64_t version = json_integer_or(json_member(installed, "version"), 0);
    if (installed == NULL)
        *verdict = VERDICT_MISSING;
    else if (bytes_equal(digest, our_digest))
        *verdict = VERDICT_SAME;
    else
        *verdict = version > (int64_t)template_version() ? VERDICT_NEWER : VERDICT_OTHER;
    keep_digest(s, *verdict == VERDICT_NEWER && !s->options->overwrite ? digest : our_digest);
    arena_release(&arena);
    return status;
}

static const char *verdict_text(enum verdict verdict, bool is_put)
{
    switch (verdict) {
    case VERDICT_MISSING:
        return "created";
    case VERDICT_SAME:
        return is_put ? "written again" : "already there";
    case VERDICT_OTHER:
        return "updated";
    case VERDICT_NEWER:
        return is_put ? "replaced the one of a newer version"
                      : "kept: the installed one is of a newer version";
    }
    return "";
}

/* Puts a template unless it is there. */
static MUST_CHECK enum status install(struct setup *s, const struct object *object,
                                      struct bytes body, struct error *err)
{
    const struct json_value *root = NULL;
    enum status status = get(s, object->path, &root, err);
    if (status != ST_OK)
        return status;
    const struct json_value *const list = json_member(root, object->found);
    const struct json_value *const first = list == NULL ? NULL : list->first;
    enum verdict verdict = VERDICT_MISSING;
    if (compare(s, json_member(first, object->body), body, &verdict) != ST_OK)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    const bool is_put =
        s->options->overwrite || verdict == VERDICT_MISSING || verdict == VERDICT_OTHER;
    if (is_put && s->options->dry_run) {
        (void)fprintf(s->options->log, "would send PUT %s\n%.*s\n", object->path, (int)body.len,
                      (const char *)body.data);
        return ST_OK;
    }
    const struct http_request request = {.method = HTTP_PUT, .path = object->path, .body = body};
    if (is_put)
        status = answer_expect(s->client, &request, &s->response, object->attempt, err);
    if (status == ST_OK)
        (void)fprintf(s->options->log, "%s: %s\n", object->path + 1, verdict_text(verdict, is_put));
    return status;
}

static MUST_CHECK enum status install_component(struct setup *s, struct error *err)
{
    struct buf body;
    buf_init(&body, BODY_MAX);
    enum status status = template_component(&s->server, &body);
    status = status == ST_OK ? install(s, &component, buf_bytes(&body), err)
                             : error_set(err, status, "memory is exhausted");
    buf_release(&body);
    memcpy(s->mapping_digest, s->digest, sizeof s->digest);
    return status;
}

static MUST_CHECK enum status install_index(struct setup *s, struct error *err)
{
    const struct json_value *custom = NULL;
    enum status status = get(s, "/_component_template/" TEMPLATE_CUSTOM, &custom, err);
    if (status != ST_OK)
        return status;
    struct buf body;
    buf_init(&body, BODY_MAX);
    status = template_index(&s->server, custom != NULL, &body);
    status = status == ST_OK ? install(s, &index_template, buf_bytes(&body), err)
                             : error_set(err, status, "memory is exhausted");
    buf_release(&body);
    return status;
}

/* Who answers, and what the templates have to do without; nobody misses the fork's own types. */
static void say_server(const struct setup *s)
{
    FILE *const log = s->options->log;
    (void)fprintf(log, "%s: %s %s", http_client_address(s->client),
                  server_product_name(s->server.product), s->server.version);
    const char *before = ", without ";
    for (enum server_capability c = 0; c < SERVER_CAPABILITY_COUNT; c++) {
        if (server_can(&s->server, c) || c == CAN_FLAT_OBJECT || c == CAN_ILM)
            continue;
        (void)fprintf(log, "%s%s", before, server_capability_name(c));
        before = ", ";
    }
    (void)fprintf(log, "\n");
}

static MUST_CHECK enum status look(struct setup *s, struct error *err)
{
    enum status status = server_identify(s->client, &s->server, err);
    if (status == ST_OK)
        status = server_probe_templates(s->client, &s->server, err);
    if (status == ST_OK)
        status = server_probe_bulk(s->client, &s->server, err);
    if (status != ST_OK)
        return status;
    say_server(s);
    return server_can(&s->server, CAN_DATA_STREAMS)
               ? ST_OK
               : error_set(err, ST_UNSUPPORTED, "%s: this server has no data streams",
                           http_client_address(s->client));
}

static MUST_CHECK enum status check(const struct setup *s, struct error *err)
{
    const enum status status = setup_check(s->client, err);
    if (status == ST_OK)
        (void)fprintf(s->options->log, "data streams logs-dnsight.*-*: get these templates\n");
    return status;
}

static MUST_CHECK enum status choose_ilm(struct setup *s, struct error *err)
{
    s->server.capabilities |= SERVER_CAPABILITY_BIT(CAN_ILM);
    s->server.capabilities &= ~SERVER_CAPABILITY_BIT(CAN_LIFECYCLE);
    return setup_ilm(s->client, s->options, err);
}

enum status setup_run(struct http_client *client, const struct setup_options *options,
                      struct server *server, struct error *err)
{
    struct setup s = {.client = client, .options = options};
    http_response_init(&s.response, client);
    arena_init(&s.arena, ANSWER_ARENA_MAX);
    enum status status = look(&s, err);
    if (status == ST_OK && options->with_ilm)
        status = choose_ilm(&s, err);
    if (status == ST_OK)
        status = install_component(&s, err);
    if (status == ST_OK)
        status = install_index(&s, err);
    if (status == ST_OK && !options->dry_run)
        status = check(&s, err);
    if (status == ST_OK)
        status = setup_roll_over(client, bytes_of(s.mapping_digest), options, err);
    if (status == ST_OK && fflush(options->log) != 0)
        status = error_set(err, ST_IO, "cannot write what was done");
    if (status == ST_OK && server != NULL)
        *server = s.server;
    /* The address was right: it is the server that does not take the request. */
    if (status == ST_INVALID)
        status = ST_UNSUPPORTED;
    arena_release(&s.arena);
    http_response_release(&s.response);
    return status;
}

enum status setup_is_installed(struct http_client *client, bool *is_installed, struct error *err)
{
    const struct http_request request = {.path = index_template.path};
    struct http_response response;
    http_response_init(&response, client);
    enum status status = http_send(client, &request, &response, err);
    if (status == ST_OK && response.status != 404 && !answer_is_success(&response))
        status = answer_failure(client, &response, "see whether its templates are installed", err);
    if (status == ST_OK)
        *is_installed = response.status != 404;
    http_response_release(&response);
    return status;
}
