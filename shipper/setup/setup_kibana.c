#include "shipper/setup/setup_kibana.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/elastic/answer.h"
#include "core/json/tree.h"
#include "kibana/objects.h"

/* Our objects carry the versions of Kibana 8.9; older ones refuse them. */
#define KIBANA_MAJOR 8
#define KIBANA_MINOR 9

/* Octets of a request. */
#define BODY_MAX     ((size_t)16 * 1024 * 1024)
#define PATH_MAX_LEN ((size_t)1024)

/* Stands between the parts of the request; lines of JSON cannot begin like that. */
#define BOUNDARY "--dnsight-saved-objects"

struct import {
    struct http_client *client;
    const struct setup_options *options;
    struct buf prefix; /* of every path: that of the address, and the space */
    struct http_response response;
    struct arena arena; /* the last answer as a tree */
};

/* Begins paths with what stands behind the host in the address, and with the space. */
static enum status set_prefix(struct import *i, const char *space, struct error *err)
{
    const char *const base = http_client_target(i->client);
    if (base[0] != '\0')
        buf_add_format(&i->prefix, "/%s", base);
    for (const char *c = space == NULL ? "" : space; *c != '\0'; c++) {
        if (isalnum((unsigned char)*c) == 0 && *c != '-' && *c != '_')
            return error_set(err, ST_INVALID, "\"%s\" is not the identifier of a space", space);
    }
    return ST_OK;
}

static const char *path_of(struct import *i, struct buf *path, const char *space, const char *rest)
{
    buf_init(path, PATH_MAX_LEN);
    buf_add_text(path, buf_text(&i->prefix));
    if (space != NULL && strcmp(space, "default") != 0)
        buf_add_format(path, "/s/%s", space);
    buf_add_text(path, rest);
    return buf_text(path);
}

static MUST_CHECK enum status send(struct import *i, const struct http_request *request,
                                   const char *attempt, const struct json_value **root,
                                   struct error *err)
{
    const enum status status = answer_expect(i->client, request, &i->response, attempt, err);
    if (status != ST_OK)
        return status;
    arena_reset(&i->arena);
    return answer_tree(i->client, &i->response, &i->arena, root, err);
}

/* --- Which program ---------------------------------------------------------------------------- */

static bool is_old(struct bytes version)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%.*s", (int)version.len, (const char *)version.data);
    char *end = NULL;
    const unsigned long major = strtoul(text, &end, 10);
    const unsigned long minor = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;
    return major < KIBANA_MAJOR || (major == KIBANA_MAJOR && minor < KIBANA_MINOR);
}

/* OpenSearch Dashboards names its parts in a list, and one of them after the server it needs. */
static bool is_dashboards(const struct json_value *root)
{
    const struct json_value *const parts = json_path(root, "status.statuses");
    for (const struct json_value *part = parts == NULL ? NULL : parts->first; part != NULL;
         part = part->next) {
        if (bytes_starts_with(json_string_or_empty(json_member(part, "id")),
                              BYTES_LITERAL("core:opensearch@")))
            return true;
    }
    return false;
}

/* Which objects to import. Kibana says its version only to those who may know it; without one the
 * import decides. */
static MUST_CHECK enum status choose_objects(struct import *i, const char *space,
                                             struct bytes *objects, struct error *err)
{
    struct buf path;
    const struct http_request request = {.path = path_of(i, &path, NULL, "/api/status"),
                                         .is_kibana = true};
    const struct json_value *root = NULL;
    enum status status = send(i, &request, "see which Kibana answers", &root, err);
    buf_release(&path);
    if (status != ST_OK)
        return status;
    const char *const address = http_client_address(i->client);
    const struct bytes version = json_string_or_empty(json_path(root, "version.number"));
    const bool is_opensearch = is_dashboards(root);
    if (version.len == 0 && json_path(root, "status.overall") == NULL)
        return error_set(err, ST_UNSUPPORTED, "%s: no Kibana answers here", address);
    if (is_opensearch && space != NULL && strcmp(space, "default") != 0)
        return error_set(err, ST_UNSUPPORTED, "%s: OpenSearch Dashboards has no spaces", address);
    if (!is_opensearch && version.len > 0 && is_old(version))
        return error_set(err, ST_UNSUPPORTED,
                         "%s: Kibana %.*s is too old, %d.%d is the first one "
                         "that takes our objects",
                         address, (int)version.len, (const char *)version.data, KIBANA_MAJOR,
                         KIBANA_MINOR);
    (void)fprintf(i->options->log, "%s: %s %.*s\n", address,
                  is_opensearch ? "OpenSearch Dashboards" : "Kibana", (int)version.len,
                  version.len == 0 ? "" : (const char *)version.data);
    *objects = is_opensearch ? kibana_opensearch : kibana_dnsight;
    return ST_OK;
}

/* --- The import ------------------------------------------------------------------------------- */

/* What Kibana says about the objects it did not take. Conflicts are objects that are there. */
static size_t count_conflicts(const struct json_value *root, struct buf *reasons)
{
    size_t conflicts = 0;
    const struct json_value *const errors = json_member(root, "errors");
    for (const struct json_value *e = errors == NULL ? NULL : errors->first; e != NULL;
         e = e->next) {
        const struct bytes type = json_string_or_empty(json_path(e, "error.type"));
        const struct bytes id = json_string_or_empty(json_member(e, "id"));
        if (bytes_is(type, "conflict")) {
            conflicts++;
            continue;
        }
        buf_add_text(reasons, reasons->len > 0 ? ", " : "");
        buf_add(reasons, id);
        buf_add_text(reasons, ": ");
        buf_add(reasons, type);
    }
    return conflicts;
}

static MUST_CHECK enum status judge(struct import *i, const struct json_value *root, size_t count,
                                    struct error *err)
{
    FILE *const log = i->options->log;
    struct buf reasons;
    buf_init(&reasons, ERROR_TEXT_SIZE);
    const struct json_value *const success = json_member(root, "success");
    const size_t conflicts = count_conflicts(root, &reasons);
    const int64_t imported = json_integer_or(json_member(root, "successCount"), 0);
    enum status status = ST_OK;
    if (success == NULL || imported < 0 || (size_t)imported + conflicts != count ||
        (!success->boolean && conflicts == 0))
        status = error_set(err, ST_REFUSED, "%s: Kibana took %" PRId64 " of %zu objects%s%s",
                           http_client_address(i->client), imported, count,
                           reasons.len > 0 ? "; " : "", buf_text(&reasons));
    else
        (void)fprintf(log, "saved objects: %" PRId64 " imported, %zu already there%s\n", imported,
                      conflicts, conflicts > 0 ? " (--overwrite replaces them)" : "");
    buf_release(&reasons);
    return status;
}

static size_t count_lines(struct bytes text)
{
    size_t count = 0;
    for (size_t at = 0; at < text.len; at++)
        count += text.data[at] == '\n' ? 1 : 0;
    return count;
}

static void write_body(struct bytes objects, struct buf *body)
{
    buf_add_text(body, "--" BOUNDARY "\r\n"
                       "Content-Disposition: form-data; name=\"file\"; "
                       "filename=\"dnsight.ndjson\"\r\n"
                       "Content-Type: application/ndjson\r\n\r\n");
    buf_add(body, objects);
    buf_add_text(body, "\r\n--" BOUNDARY "--\r\n");
}

static MUST_CHECK enum status import(struct import *i, const char *space, struct bytes objects,
                                     struct error *err)
{
    struct buf path;
    struct buf body;
    buf_init(&body, BODY_MAX);
    write_body(objects, &body);
    const char *const rest = i->options->overwrite ? "/api/saved_objects/_import?overwrite=true"
                                                   : "/api/saved_objects/_import";
    const struct http_request request = {
        .method = HTTP_POST,
        .path = path_of(i, &path, space, rest),
        .body = buf_bytes(&body),
        .content_type = "multipart/form-data; boundary=" BOUNDARY,
        .is_kibana = true,
    };
    enum status status = ST_OK;
    const struct json_value *root = NULL;
    if (i->options->dry_run)
        (void)fprintf(i->options->log, "would send POST %s with the file\n%.*s", request.path,
                      (int)objects.len, (const char *)objects.data);
    else
        status = send(i, &request, "import the saved objects", &root, err);
    if (status == ST_OK && !i->options->dry_run)
        status = judge(i, root, count_lines(objects), err);
    buf_release(&path);
    buf_release(&body);
    return status;
}

enum status setup_kibana(struct http_client *client, const char *space,
                         const struct setup_options *options, struct error *err)
{
    struct import i = {.client = client, .options = options};
    struct bytes objects = {NULL, 0};
    buf_init(&i.prefix, PATH_MAX_LEN);
    http_response_init(&i.response, client);
    arena_init(&i.arena, ANSWER_ARENA_MAX);
    enum status status = set_prefix(&i, space, err);
    const bool is_space = status == ST_OK;
    if (status == ST_OK)
        status = choose_objects(&i, space, &objects, err);
    if (status == ST_OK)
        status = import(&i, space, objects, err);
    /* The address was right: it is Kibana that does not take the request. */
    if (is_space && status == ST_INVALID)
        status = ST_UNSUPPORTED;
    if (status == ST_UNAUTHORISED)
        error_prefix(err, "Kibana's credentials (setup.kibana in the configuration, or "
                          "KIBANA_API_KEY)");
    if (status == ST_OK && fflush(options->log) != 0)
        status = error_set(err, ST_IO, "cannot write what was done");
    arena_release(&i.arena);
    http_response_release(&i.response);
    buf_release(&i.prefix);
    return status;
}
