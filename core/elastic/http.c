#include "core/elastic/http.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/elastic/address.h"
#include "core/elastic/credentials.h"
#include "core/elastic/tls.h"

#define CONNECT_TIMEOUT_S 10U
#define TIMEOUT_S         90U
#define RESPONSE_MAX      ((size_t)256 * 1024 * 1024)

/* What a request may take that tidies up at the end of the program, seconds. */
#define FAREWELL_TIMEOUT_S 1L

/* How often a wait looks whether it is to end, milliseconds. */
#define WAIT_SLICE_MS 100U

struct http_client {
    CURL *curl;
    struct address address;
    struct credentials credentials;
    struct tls tls;
    const atomic_bool *is_ended; /* borrowed; may be NULL */
    long connect_timeout_s;
    long timeout_s;
    size_t response_max;
    char message[CURL_ERROR_SIZE]; /* libcurl's words for the last failure */
};

enum status http_global_init(void)
{
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? ST_OK : ST_NO_MEMORY;
}

void http_global_release(void)
{
    curl_global_cleanup();
}

/* An environment variable; NULL also when it is empty. */
static const char *environment(const char *name)
{
    const char *const value = getenv(name);
    return value == NULL || value[0] == '\0' ? NULL : value;
}

const char *http_default_url(void)
{
    return environment("ELASTICSEARCH_URL");
}

static bool is_ended(const struct http_client *client)
{
    return client->is_ended != NULL && atomic_load(client->is_ended);
}

/* Fills a client whose address is known. */
static MUST_CHECK enum status take_options(struct http_client *client,
                                           const struct http_options *options, struct error *err)
{
    client->connect_timeout_s =
        options->connect_timeout_s == 0 ? CONNECT_TIMEOUT_S : (long)options->connect_timeout_s;
    client->timeout_s = options->timeout_s == 0 ? TIMEOUT_S : (long)options->timeout_s;
    client->response_max = options->response_max == 0 ? RESPONSE_MAX : options->response_max;
    client->is_ended = options->is_ended;
    client->curl = curl_easy_init();
    if (client->curl == NULL)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    const enum status status =
        credentials_find(options, &client->address, &client->credentials, err);
    return status == ST_OK ? tls_init(&client->tls, &options->tls, err) : status;
}

enum status http_client_new(const struct http_options *options, struct http_client **client,
                            struct error *err)
{
    struct http_client *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    enum status status = address_parse(options->url, &made->address, err);
    if (status == ST_OK)
        status = take_options(made, options, err);
    if (status != ST_OK) {
        http_client_free(made);
        return status;
    }
    *client = made;
    return ST_OK;
}

void http_client_free(struct http_client *client)
{
    if (client == NULL)
        return;
    curl_easy_cleanup(client->curl);
    address_release(&client->address);
    credentials_release(&client->credentials);
    tls_release(&client->tls);
    free(client);
}

const char *http_client_address(const struct http_client *client)
{
    return client->address.base;
}

const char *http_client_target(const struct http_client *client)
{
    return client->address.target;
}

bool http_client_has_credentials(const struct http_client *client)
{
    return client->credentials.authorization != NULL || client->credentials.username != NULL;
}

bool http_client_wait(const struct http_client *client, unsigned pause_ms)
{
    const struct timespec slice = {.tv_nsec = WAIT_SLICE_MS * 1000000L};
    for (unsigned waited_ms = 0; waited_ms < pause_ms; waited_ms += WAIT_SLICE_MS) {
        if (is_ended(client))
            return false;
        (void)nanosleep(&slice, NULL);
    }
    return !is_ended(client);
}

void http_response_init(struct http_response *response, const struct http_client *client)
{
    *response = (struct http_response){0};
    buf_init(&response->body, client->response_max);
}

void http_response_release(struct http_response *response)
{
    buf_release(&response->body);
}

/* libcurl's write function: taking less than it was given ends the transfer. */
static size_t take_body(char *data, size_t size, size_t count, void *context)
{
    struct buf *const body = context;
    buf_add(body, (struct bytes){(const uint8_t *)data, size * count});
    return buf_ok(body) ? size * count : 0;
}

static const char *method_name(enum http_method method)
{
    switch (method) {
    case HTTP_GET:
        return "GET";
    case HTTP_POST:
        return "POST";
    case HTTP_PUT:
        return "PUT";
    case HTTP_DELETE:
        return "DELETE";
    }
    return "GET";
}

static bool add_header(struct curl_slist **headers, const char *line)
{
    struct curl_slist *const longer = curl_slist_append(*headers, line);
    if (longer == NULL)
        return false;
    *headers = longer;
    return true;
}

/* Headers of one request; false if memory is exhausted. An empty Expect keeps libcurl from asking
 * before it sends a large body, which costs a round trip for an answer that is always yes. */
static bool make_headers(const struct http_client *client, const struct http_request *request,
                         struct curl_slist **headers)
{
    const char *const authorization = client->credentials.authorization;
    char type[128];
    const char *const name =
        request->content_type == NULL ? "application/json" : request->content_type;
    (void)snprintf(type, sizeof type, "Content-Type: %s", name);
    return add_header(headers, "Expect:") &&
           (request->body.data == NULL || add_header(headers, type)) &&
           (!request->is_kibana || (add_header(headers, "kbn-xsrf: dnsight") &&
                                    add_header(headers, "osd-xsrf: dnsight"))) &&
           (!request->is_gzip || add_header(headers, "Content-Encoding: gzip")) &&
           (authorization == NULL || add_header(headers, authorization));
}

/* libcurl's progress function, called about once a second: anything but 0 ends the transfer. */
static int look_at_end(void *context, curl_off_t in_total, curl_off_t in_now, curl_off_t out_total,
                       curl_off_t out_now)
{
    const struct http_client *const client = context;
    (void)in_total;
    (void)in_now;
    (void)out_total;
    (void)out_now;
    return is_ended(client) ? 1 : 0;
}

static void set_connection(struct http_client *client, bool is_farewell, char *message)
{
    CURL *const curl = client->curl;
    const bool is_last = is_farewell && is_ended(client);
    /* The setters fail only for options that this libcurl does not have. */
    (void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, message);
    (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(curl, CURLOPT_USERAGENT, "dnsight/" DNSIGHT_VERSION);
    (void)curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "gzip");
    (void)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, client->connect_timeout_s);
    (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT, is_last ? FAREWELL_TIMEOUT_S : client->timeout_s);
    if (client->credentials.username != NULL) {
        (void)curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        (void)curl_easy_setopt(curl, CURLOPT_USERNAME, client->credentials.username);
        (void)curl_easy_setopt(curl, CURLOPT_PASSWORD, client->credentials.password);
    }
    if (client->is_ended != NULL && !is_last) {
        (void)curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
        (void)curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look_at_end);
        (void)curl_easy_setopt(curl, CURLOPT_XFERINFODATA, client);
    }
}

static void set_request(CURL *curl, const struct http_request *request,
                        const struct curl_slist *headers, struct buf *body)
{
    (void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
    if (request->body.data != NULL || request->method == HTTP_POST) {
        const char *const data = request->body.data == NULL ? "" : (const char *)request->body.data;
        (void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, data);
        (void)curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
    }
    (void)curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method_name(request->method));
}

static void read_headers(CURL *curl, struct http_response *response)
{
    struct curl_header *product = NULL;
    response->is_elasticsearch =
        curl_easy_header(curl, "X-Elastic-Product", 0, CURLH_HEADER, -1, &product) == CURLHE_OK &&
        strcmp(product->value, "Elasticsearch") == 0;
    struct curl_header *location = NULL;
    if (curl_easy_header(curl, "Location", 0, CURLH_HEADER, -1, &location) == CURLHE_OK)
        (void)snprintf(response->location, sizeof response->location, "%s", location->value);
    long status = 0;
    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    response->status = (unsigned)status;
    curl_off_t seconds = 0;
    (void)curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &seconds);
    response->retry_after_s = seconds > 0 && seconds < UINT32_MAX ? (unsigned)seconds : 0;
}

/* What to do about a failure; "" where its words say enough. A server that speaks TLS closes the
 * connection when it is spoken to in plain text. */
static const char *hint(CURLcode code, const char *address)
{
    if (code == CURLE_GOT_NOTHING && strncmp(address, "http://", 7) == 0)
        return " (is it an https address?)";
    if (code == CURLE_PEER_FAILED_VERIFICATION)
        return " (SSL_CERT_FILE can name the certificate of its authority)";
    return "";
}

static MUST_CHECK enum status failure(const struct http_client *client, CURLcode code,
                                      const struct buf *body, struct error *err)
{
    if (code == CURLE_ABORTED_BY_CALLBACK)
        return error_set(err, ST_UNREACHABLE, "interrupted while %s was asked",
                         client->address.base);
    if (code == CURLE_WRITE_ERROR && body->len + CURL_MAX_WRITE_SIZE >= body->max)
        return error_set(err, ST_LIMIT, "%s: the answer is larger than %zu octets",
                         client->address.base, body->max);
    if (code == CURLE_WRITE_ERROR || code == CURLE_OUT_OF_MEMORY)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    const char *const why = client->message[0] != '\0' ? client->message : curl_easy_strerror(code);
    return error_set(err, ST_UNREACHABLE, "cannot reach %s: %s%s", client->address.base, why,
                     hint(code, client->address.base));
}

enum status http_send(struct http_client *client, const struct http_request *request,
                      struct http_response *response, struct error *err)
{
    buf_reset(&response->body);
    response->status = 0;
    response->retry_after_s = 0;
    response->is_elasticsearch = false;
    response->location[0] = '\0';
    struct curl_slist *headers = NULL;
    struct buf url;
    buf_init(&url, SIZE_MAX);
    buf_add_text(&url, client->address.base);
    buf_add_text(&url, request->path);
    const char *const url_text = buf_text(&url);
    enum status status = ST_OK;
    if (!buf_ok(&url) || !make_headers(client, request, &headers)) {
        status = error_set(err, ST_NO_MEMORY, "memory is exhausted");
        goto done;
    }
    /* Keeps the connection, forgets everything else. */
    curl_easy_reset(client->curl);
    client->message[0] = '\0';
    set_connection(client, request->is_farewell, client->message);
    set_request(client->curl, request, headers, &response->body);
    status = tls_apply(&client->tls, client->curl, err);
    if (status != ST_OK)
        goto done;
    (void)curl_easy_setopt(client->curl, CURLOPT_URL, url_text);
    const CURLcode code = curl_easy_perform(client->curl);
    if (code == CURLE_OK)
        read_headers(client->curl, response);
    else
        status = failure(client, code, &response->body, err);
done:
    curl_slist_free_all(headers);
    buf_release(&url);
    return status;
}
