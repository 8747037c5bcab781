/* One HTTP connection to Elasticsearch, OpenSearch or Kibana, used for one request after the other.
 * The only user of libcurl. Not for several threads at once: each has its own client. */
#ifndef DNSIGHT_ELASTIC_HTTP_H
#define DNSIGHT_ELASTIC_HTTP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/base/buf.h"
#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"

/* Prepares libcurl for the process and takes it down again. main() calls both, once, while there is
 * only one thread; without it no client can be made. Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status http_global_init(void);
void http_global_release(void);

/* What of a server's certificate is checked. */
enum http_verification {
    HTTP_VERIFY_FULL,        /* an authority that is trusted signed it, and it is for this host */
    HTTP_VERIFY_CERTIFICATE, /* an authority that is trusted signed it */
    HTTP_VERIFY_NONE,        /* nothing */
};

/* How TLS is spoken; all members may be zero. Texts are copied. */
struct http_tls {
    const char *ca_file; /* PEM file of the authorities to trust; NULL: that of SSL_CERT_FILE, else
                            the system's */
    const char *ca_fingerprint; /* SHA-256 of an authority's certificate in DER, 64 hexadecimal
                                   digits, colons allowed: trusted too if the server sends it in its
                                   chain, as Elasticsearch's ca_trusted_fingerprint */
    const char *certificate;    /* PEM files of our own certificate and its key */
    const char *key;
    const char *key_passphrase; /* NULL: the key is not encrypted */
    enum http_verification verification;
};

/* All members may be zero except `url`. Texts are copied. Credentials are taken from the first
 * place that has some: these options, the address, the environment (ES_API_KEY, then
 * ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD; each also with _FILE behind the name, for the
 * path of a file that holds it). */
struct http_options {
    const char *url;      /* address.h */
    const char *api_key;  /* "id:key" or the encoded form; comes before a bearer token */
    const char *bearer;   /* a token (RFC 6750); comes before a user name */
    const char *username; /* basic authentication */
    const char *password; /* NULL: empty */
    struct http_tls tls;
    unsigned connect_timeout_s;  /* seconds; 0: 10 */
    unsigned timeout_s;          /* seconds a whole request may take; 0: 90 */
    size_t response_max;         /* octets of the largest body; 0: 256 MiB */
    const atomic_bool *is_ended; /* borrowed; once true, a request fails within about a second;
                                    NULL: never */
};

/* The address in ELASTICSEARCH_URL; NULL if it is not set. */
const char *http_default_url(void);

enum http_method { HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_DELETE };

struct http_request {
    enum http_method method;
    const char *path;         /* begins with "/", percent-encoded, query string included */
    struct bytes body;        /* sent when its data is not NULL */
    const char *content_type; /* NULL: application/json */
    bool is_gzip;             /* the body is compressed already */
    bool is_kibana;           /* carries the headers that Kibana and OpenSearch Dashboards want */
    bool is_farewell;         /* tidies up: sent even when is_ended, but then given a second */
};

/* Octets of a Location that is kept, the NUL included. */
#define HTTP_LOCATION_SIZE 256

struct http_response {
    unsigned status;        /* HTTP status code; 0 before the first answer */
    unsigned retry_after_s; /* seconds the server asks to wait (Retry-After); 0: it does not say */
    bool is_elasticsearch;  /* X-Elastic-Product says so */
    char location[HTTP_LOCATION_SIZE]; /* where a redirect leads, as the server wrote it, possibly
                                          cut; "" if it does not say */
    struct buf body;
};

struct http_client;

/* Connects to nothing yet. Returns ST_OK; ST_INVALID (the address) or ST_NO_MEMORY with *err. */
MUST_CHECK enum status http_client_new(const struct http_options *options,
                                       struct http_client **client, struct error *err);
void http_client_free(struct http_client *client);

/* Scheme, host and port, for messages: never a password. Lives as long as the client. */
const char *http_client_address(const struct http_client *client);
/* What stands behind the host in the address, "logs-*", or "". Lives as long as the client. */
const char *http_client_target(const struct http_client *client);
bool http_client_has_credentials(const struct http_client *client);

/* Waits between two requests, milliseconds. Returns false, early, when is_ended says so. */
bool http_client_wait(const struct http_client *client, unsigned pause_ms);

/* Prepares an empty response for as many requests as one likes. */
void http_response_init(struct http_response *response, const struct http_client *client);
void http_response_release(struct http_response *response);

/* Sends a request and waits for the whole answer, which replaces what *response held. Redirects
 * are not followed. Returns ST_OK whatever the HTTP status is; ST_UNREACHABLE (no connection, TLS,
 * a time-out, an answer that is cut), ST_LIMIT (a body larger than response_max) or ST_NO_MEMORY
 * with *err naming the address and the cause. */
MUST_CHECK enum status http_send(struct http_client *client, const struct http_request *request,
                                 struct http_response *response, struct error *err);

#endif
