/* Installing the templates in Elasticsearch or OpenSearch: idempotent, and every step is said. */
#ifndef DNSIGHT_SHIPPER_SETUP_SETUP_H
#define DNSIGHT_SHIPPER_SETUP_SETUP_H

#include <stdbool.h>
#include <stdio.h>

#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/elastic/http.h"
#include "core/elastic/server.h"

struct setup_options {
    bool overwrite; /* also what is the same already, or was installed by a newer version */
    bool with_ilm;  /* index lifecycle management instead of the data stream lifecycle */
    bool dry_run;   /* write nothing; say the requests that would be sent, bodies included */
    FILE *log;      /* one line a step; borrowed */
};

/* Finds out what the server can do, installs the component template and the index template unless
 * they are there already, checks that the index template is the one a data stream of Dnsight would
 * get, and rolls over the data streams that were made from other templates. *server, filled with
 * the capabilities, may be NULL. Returns ST_OK; ST_UNSUPPORTED (no data streams, a
 * request that the server refuses, or another template that takes the data stream),
 * ST_UNAUTHORISED, ST_UNREACHABLE, ST_MALFORMED, ST_IO (the log) or ST_NO_MEMORY with *err. */
MUST_CHECK enum status setup_run(struct http_client *client, const struct setup_options *options,
                                 struct server *server, struct error *err);

/* Whether the index template is there. Returns ST_OK with *is_installed, or as answer_expect:
 * ST_UNAUTHORISED if these credentials may not know. */
MUST_CHECK enum status setup_is_installed(struct http_client *client, bool *is_installed,
                                          struct error *err);

#endif
