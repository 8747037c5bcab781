#include "shipper/output/output_steps.h"

#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/elastic/address.h"
#include "core/elastic/answer.h"
#include "core/elastic/server.h"
#include "core/json/tree.h"
#include "shipper/output/log_directory.h"
#include "shipper/setup/setup_check.h"

/* How long a connection may take. */
#define CONNECT_MS 5000

/* Octets of a request. */
#define REQUEST_MAX ((size_t)4096)

/* What the steps find out for each other. */
struct trial {
    const struct http_options *options;
    const char *data_stream;
    FILE *log;
    struct address address;
    char host[256];
    char port[8];
    struct addrinfo *found; /* owned: what the name stands for */
    struct http_client *client;
    struct http_response response;
    struct arena arena;
    struct server server;
    struct buf detail; /* what a step that went well has to say */
    struct error error;
};

/* --- Before HTTP ------------------------------------------------------------------------------ */

/* Takes host and port out of "https://host:9200" or "https://[::1]:9200". */
static enum status split_address(struct trial *t)
{
    const char *const base = t->address.base;
    const bool is_tls = strncmp(base, "https://", 8) == 0;
    const char *const begin = base + (is_tls ? 8 : 7);
    const char *const bracket = begin[0] == '[' ? strchr(begin, ']') : NULL;
    const char *const colon = strrchr(bracket == NULL ? begin : bracket, ':');
    const char *const from = begin + (bracket == NULL ? 0 : 1);
    const char *const end = bracket != NULL ? bracket : colon != NULL ? colon : strchr(begin, '\0');
    if ((size_t)(end - from) >= sizeof t->host || (colon != NULL && strlen(colon) > sizeof t->port))
        return error_set(&t->error, ST_INVALID, "%s: the host's name is too long", base);
    (void)snprintf(t->host, sizeof t->host, "%.*s", (int)(end - from), from);
    (void)snprintf(t->port, sizeof t->port, "%s",
                   colon != NULL ? colon + 1
                   : is_tls      ? "443"
                                 : "80");
    return ST_OK;
}

static enum status try_address(struct trial *t)
{
    enum status status = address_parse(t->options->url, &t->address, &t->error);
    if (status == ST_OK)
        status = split_address(t);
    if (status == ST_OK)
        status = http_client_new(t->options, &t->client, &t->error);
    if (status == ST_OK)
        buf_add_text(&t->detail, t->address.base);
    return status;
}

static enum status try_name(struct trial *t)
{
    const struct addrinfo wanted = {.ai_socktype = SOCK_STREAM};
    const int failed = getaddrinfo(t->host, t->port, &wanted, &t->found);
    if (failed != 0)
        return error_set(&t->error, ST_UNREACHABLE, "%s: %s", t->host, gai_strerror(failed));
    for (const struct addrinfo *a = t->found; a != NULL; a = a->ai_next) {
        char text[NI_MAXHOST];
        if (getnameinfo(a->ai_addr, a->ai_addrlen, text, sizeof text, NULL, 0, NI_NUMERICHOST) == 0)
            buf_add_format(&t->detail, "%s%s", t->detail.len > 0 ? ", " : "", text);
    }
    return ST_OK;
}

/* 0, or the reason why there is no connection. */
static int connect_to(const struct addrinfo *to)
{
    const int made = socket(to->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (made < 0)
        return errno;
    int reason = connect(made, to->ai_addr, to->ai_addrlen) == 0 ? 0 : errno;
    if (reason == EINPROGRESS) {
        struct pollfd ready = {.fd = made, .events = POLLOUT};
        socklen_t len = sizeof reason;
        if (poll(&ready, 1, CONNECT_MS) <= 0)
            reason = ETIMEDOUT;
        else if (getsockopt(made, SOL_SOCKET, SO_ERROR, &reason, &len) != 0)
            reason = errno;
    }
    (void)close(made);
    return reason;
}

static enum status try_connection(struct trial *t)
{
    int reason = EADDRNOTAVAIL;
    for (const struct addrinfo *a = t->found; a != NULL && reason != 0; a = a->ai_next)
        reason = connect_to(a);
    if (reason != 0)
        return error_set_os(&t->error, ST_UNREACHABLE, reason, "no connection to %s port %s",
                            t->host, t->port);
    buf_add_format(&t->detail, "port %s answers", t->port);
    return ST_OK;
}

/* --- With HTTP -------------------------------------------------------------------------------- */

static enum status try_tls(struct trial *t)
{
    const enum status status =
        http_send(t->client, &(struct http_request){.path = "/"}, &t->response, &t->error);
    if (status == ST_OK)
        buf_add_text(&t->detail, strncmp(t->address.base, "https://", 8) == 0
                                     ? "the certificate is accepted"
                                     : "not used, everything can be read on the way");
    return status;
}

static enum status try_authentication(struct trial *t)
{
    if (t->response.status == 401)
        return answer_failure(t->client, &t->response, "log in", &t->error);
    buf_add_text(&t->detail, http_client_has_credentials(t->client)
                                 ? "the credentials are accepted"
                                 : "no credentials are set, and none are wanted");
    return ST_OK;
}

static enum status try_version(struct trial *t)
{
    enum status status = server_identify(t->client, &t->server, &t->error);
    if (status == ST_OK)
        status = server_probe_bulk(t->client, &t->server, &t->error);
    const bool is_known = t->server.version[0] != '\0';
    if (status == ST_OK)
        buf_add_format(&t->detail, "%s%s%s", server_product_name(t->server.product),
                       is_known ? " " : ", the credentials may not see which version",
                       t->server.version);
    return status;
}

/* The privileges that are missing, from {"index":{NAME:{PRIVILEGE:false}}}. */
static void add_missing(const struct json_value *root, struct buf *out)
{
    const struct json_value *const index = json_member(root, "index");
    const struct json_value *const names = index == NULL ? NULL : index->first;
    for (const struct json_value *p = names == NULL ? NULL : names->first; p != NULL; p = p->next) {
        if (p->kind == JSON_TREE_BOOLEAN && !p->boolean)
            buf_add_format(out, "%s%.*s", out->len > 0 ? ", " : "", (int)p->name.len,
                           (const char *)p->name.data);
    }
}

static enum status judge_privileges(struct trial *t)
{
    const struct json_value *root = NULL;
    const enum status status = answer_tree(t->client, &t->response, &t->arena, &root, &t->error);
    if (status != ST_OK)
        return status;
    struct buf missing;
    buf_init(&missing, REQUEST_MAX);
    add_missing(root, &missing);
    const bool is_missing = missing.len > 0;
    if (is_missing)
        (void)error_set(&t->error, ST_UNAUTHORISED, "%s: on %s these are missing: %s",
                        t->address.base, t->data_stream, buf_text(&missing));
    else
        buf_add_text(&t->detail, "auto_configure and create_doc");
    buf_release(&missing);
    return is_missing ? ST_UNAUTHORISED : ST_OK;
}

static enum status try_privileges(struct trial *t)
{
    struct buf body;
    buf_init(&body, REQUEST_MAX);
    buf_add_format(&body,
                   "{\"index\":[{\"names\":[\"%s\"],\"privileges\":[\"auto_configure\","
                   "\"create_doc\"]}]}",
                   t->data_stream);
    const struct http_request request = {
        .method = HTTP_POST,
        .path = "/_security/user/_has_privileges",
        .body = buf_bytes(&body),
    };
    enum status status = http_send(t->client, &request, &t->response, &t->error);
    if (status == ST_OK && answer_is_success(&t->response))
        status = judge_privileges(t);
    else if (status == ST_OK)
        buf_add_text(&t->detail, "not checked, the server has no such question");
    buf_release(&body);
    return status;
}

static enum status try_template(struct trial *t)
{
    const enum status status = setup_check(t->client, &t->error);
    if (status == ST_UNAUTHORISED) {
        buf_add_text(&t->detail, "not checked, the credentials may not see templates");
        return ST_OK;
    }
    if (status == ST_OK)
        buf_add_text(&t->detail, "new data streams get that of dnsightd setup");
    return status;
}

static enum status try_stream(struct trial *t)
{
    struct buf path;
    buf_init(&path, REQUEST_MAX);
    buf_add_format(&path, "/_resolve/index/%s", t->data_stream);
    const struct http_request request = {.path = buf_text(&path)};
    const enum status status = http_send(t->client, &request, &t->response, &t->error);
    if (status == ST_OK)
        buf_add_format(&t->detail, "%s %s", t->data_stream,
                       answer_is_success(&t->response) ? "is there"
                       : t->response.status == 404     ? "is made with the first document"
                                                       : "cannot be seen with these credentials");
    buf_release(&path);
    return status;
}

/* The one item of the answer: a refusal for want of a thousand copies means that nothing else was
 * in the way. */
static enum status judge_document(struct trial *t)
{
    const struct json_value *root = NULL;
    const enum status status = answer_tree(t->client, &t->response, &t->arena, &root, &t->error);
    if (status != ST_OK)
        return status;
    const struct json_value *const items = json_member(root, "items");
    const struct json_value *const first = items == NULL ? NULL : items->first;
    const struct json_value *const item = json_member(first, "create");
    const struct json_value *const error = json_member(item, "error");
    if (error == NULL)
        return error_set(&t->error, ST_MALFORMED,
                         "%s: an answer without the refusal that was asked "
                         "for",
                         t->address.base);
    if (bytes_is(json_string_or_empty(json_member(error, "type")),
                 "unavailable_shards_exception")) {
        buf_add_text(&t->detail, "it would be stored; none was");
        return ST_OK;
    }
    struct buf reason;
    buf_init(&reason, ERROR_TEXT_SIZE);
    answer_error_reason(error, &reason);
    const int64_t code = json_integer_or(json_member(item, "status"), 0);
    (void)error_set(&t->error, code == 403 ? ST_UNAUTHORISED : ST_NOT_FOUND, "%s: %s",
                    t->address.base, buf_text(&reason));
    buf_release(&reason);
    return t->error.status;
}

/* More copies are asked for than any cluster has: the server checks the privileges, finds or makes
 * the data stream, and refuses before it stores anything. */
static enum status try_document(struct trial *t)
{
    struct buf path;
    buf_init(&path, REQUEST_MAX);
    buf_add_format(&path, "/%s/_bulk?wait_for_active_shards=1000&timeout=2s%s", t->data_stream,
                   server_can(&t->server, CAN_REQUIRE_DATA_STREAM) ? "&require_data_stream=true"
                                                                   : "");
    const struct http_request request = {
        .method = HTTP_POST,
        .path = buf_text(&path),
        .body = BYTES_LITERAL("{\"create\":{}}\n{\"@timestamp\":\"2000-01-01T00:00:00Z\"}\n"),
        .content_type = "application/x-ndjson",
    };
    enum status status =
        answer_expect(t->client, &request, &t->response, "store a document", &t->error);
    if (status == ST_OK)
        status = judge_document(t);
    buf_release(&path);
    return status;
}

/* --- All steps -------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    enum status (*attempt)(struct trial *t);
    const char *hint;
} STEPS[] = {
    {"address", try_address, "write it as https://host:9200 (output.elasticsearch.hosts)"},
    {"name", try_name, "is the name right? `getent hosts NAME` asks the same resolver"},
    {"connection", try_connection,
     "does the server run, and does every firewall on the way let this machine through?"},
    {"TLS", try_tls,
     "name the server's authority (ssl.certificate_authorities or ssl.ca_trusted_fingerprint); a "
     "server that speaks TLS has an https:// address"},
    {"authentication", try_authentication,
     "make a new API key for this machine and put it where output.elasticsearch.api_key_file says"},
    {"version", try_version, "is this the address of Elasticsearch, not of Kibana or a proxy?"},
    {"privileges", try_privileges,
     "the API key's role needs auto_configure and create_doc on logs-dnsight.*-*"},
    {"template", try_template, "run `dnsightd setup` with credentials that may manage templates"},
    {"data stream", try_stream, "ask again with `dnsightd test output`"},
    {"document", try_document, "run `dnsightd setup`; then look into the log of the server"},
};

static enum status try_step(struct trial *t, size_t step)
{
    buf_reset(&t->detail);
    arena_reset(&t->arena);
    const enum status status = STEPS[step].attempt(t);
    if (status == ST_OK)
        (void)fprintf(t->log, "%-15s ok: %s\n", STEPS[step].name, buf_text(&t->detail));
    else
        (void)fprintf(t->log, "%-15s FAILED: %s\n%-15s what to do: %s\n", STEPS[step].name,
                      t->error.text, "", STEPS[step].hint);
    return status;
}

enum status output_steps_elastic(const struct http_options *options, const char *data_stream,
                                 FILE *log)
{
    struct trial t = {.options = options, .data_stream = data_stream, .log = log};
    enum status status = ST_OK;
    buf_init(&t.detail, REQUEST_MAX);
    arena_init(&t.arena, ANSWER_ARENA_MAX);
    for (size_t step = 0; step < ARRAY_LEN(STEPS) && status == ST_OK; step++) {
        status = try_step(&t, step);
        if (step == 0 && status == ST_OK)
            http_response_init(&t.response, t.client);
    }
    if (t.client != NULL)
        http_response_release(&t.response);
    if (t.found != NULL)
        freeaddrinfo(t.found);
    http_client_free(t.client);
    address_release(&t.address);
    arena_release(&t.arena);
    buf_release(&t.detail);
    return status;
}

/* The folder itself, or the one that it would be made in. */
static enum status find_folder(const char *path, char *folder, size_t size, struct error *err)
{
    struct stat stat_of;
    (void)snprintf(folder, size, "%s", path);
    if (stat(path, &stat_of) == 0 && !S_ISDIR(stat_of.st_mode))
        return error_set(err, ST_IO, "%s is no folder", path);
    if (access(path, F_OK) != 0) {
        char *const slash = strrchr(folder, '/');
        if (slash == NULL)
            (void)snprintf(folder, size, ".");
        else
            slash[slash == folder ? 1 : 0] = '\0';
    }
    return access(folder, W_OK | X_OK) == 0
               ? ST_OK
               : error_set_os(err, ST_IO, errno, "cannot write into %s", folder);
}

enum status output_steps_directory(const char *path, uint64_t octets, FILE *log)
{
    char folder[4096];
    struct error error = {.status = ST_OK};
    const enum status status = find_folder(path, folder, sizeof folder, &error);
    if (status != ST_OK) {
        (void)fprintf(log,
                      "%-15s FAILED: %s\n%-15s what to do: make it, and give it to the user "
                      "that dnsightd runs as\n",
                      "directory", error.text, "");
        return status;
    }
    (void)fprintf(log, "%-15s ok: %s can be written\n", "directory", folder);
    if (octets == 0)
        octets = LOG_DIRECTORY_TOTAL_MAX;
    struct statvfs room = {0};
    const bool is_known = statvfs(folder, &room) == 0;
    const uint64_t there = is_known ? (uint64_t)room.f_bavail * room.f_frsize : 0;
    if (is_known && there < octets)
        (void)fprintf(log,
                      "%-15s warning: %" PRIu64 " MiB are free, output.file.max_bytes is %" PRIu64
                      " MiB\n",
                      "room", there >> 20, octets >> 20);
    else
        (void)fprintf(log, "%-15s ok: %" PRIu64 " MiB are free\n", "room", there >> 20);
    return ST_OK;
}
