/* What kind of server answers at an address and what it can do, found by asking it: reduced builds,
 * managed services and forks lack things that their version number promises. */
#ifndef DNSIGHT_ELASTIC_SERVER_H
#define DNSIGHT_ELASTIC_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/elastic/http.h"

enum server_product { SERVER_ELASTICSEARCH, SERVER_OPENSEARCH };

/* CAPABILITY(NAME, "words for a message") */
#define SERVER_CAPABILITY_LIST(CAPABILITY)                           \
    CAPABILITY(DATA_STREAMS, "data streams")                         \
    CAPABILITY(LIFECYCLE, "data stream lifecycle")                   \
    CAPABILITY(FAILURE_STORE, "failure store")                       \
    CAPABILITY(ALLOW_AUTO_CREATE, "allow_auto_create in templates")  \
    CAPABILITY(IGNORE_MISSING, "ignore_missing_component_templates") \
    CAPABILITY(CONSTANT_KEYWORD, "field type constant_keyword")      \
    CAPABILITY(HISTOGRAM, "field type histogram")                    \
    CAPABILITY(FLATTENED, "field type flattened")                    \
    CAPABILITY(FLAT_OBJECT, "field type flat_object")                \
    CAPABILITY(ILM, "index lifecycle management")                    \
    CAPABILITY(REQUIRE_DATA_STREAM, "require_data_stream in bulk requests")

#define SERVER_CAPABILITY_ENUM(name, text) CAN_##name,
enum server_capability { SERVER_CAPABILITY_LIST(SERVER_CAPABILITY_ENUM) SERVER_CAPABILITY_COUNT };
#undef SERVER_CAPABILITY_ENUM

/* A set of capabilities, one bit each. */
#define SERVER_CAPABILITY_BIT(capability) (UINT32_C(1) << (capability))

struct server {
    enum server_product product;
    char version[32];      /* "8.19.16"; "" if the credentials do not let us see it */
    uint32_t capabilities; /* bits by enum server_capability; 0 before the probes */
};

static inline bool server_can(const struct server *server, enum server_capability capability)
{
    return (server->capabilities & SERVER_CAPABILITY_BIT(capability)) != 0;
}

/* "Elasticsearch" or "OpenSearch". */
const char *server_product_name(enum server_product product);
/* Static text. */
const char *server_capability_name(enum server_capability capability);

/* What Elasticsearch has in its complete form, without asking anybody; but not CAN_ILM, which no
 * probe sets: an operator who asks for it gets it instead of CAN_LIFECYCLE. */
struct server server_complete(void);

/* Asks which product and version answers, in one or two requests. Returns ST_OK with everything but
 * the capabilities; ST_UNSUPPORTED (something else answers there), or as answer_expect. */
MUST_CHECK enum status server_identify(struct http_client *client, struct server *server,
                                       struct error *err);

/* Asks an identified server which templates it accepts, and sets the capabilities that follow.
 * Templates are only simulated, nothing is written. Needs the privilege manage_index_templates.
 * Returns ST_OK, or as answer_expect. */
MUST_CHECK enum status server_probe_templates(struct http_client *client, struct server *server,
                                              struct error *err);

/* Asks an identified server which parameters its bulk requests take, with an empty one, and sets
 * the capabilities that follow. Returns ST_OK, or as http_send. */
MUST_CHECK enum status server_probe_bulk(struct http_client *client, struct server *server,
                                         struct error *err);

#endif
