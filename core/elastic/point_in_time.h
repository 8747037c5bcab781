/* What a search sees: the documents as they are at one moment, so that those that arrive between
 * two pages neither repeat nor hide others. */
#ifndef DNSIGHT_ELASTIC_POINT_IN_TIME_H
#define DNSIGHT_ELASTIC_POINT_IN_TIME_H

#include "core/base/buf.h"
#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/elastic/http.h"
#include "core/elastic/server.h"
#include "core/json/writer.h"

struct point_in_time_form;

struct point_in_time {
    struct http_client *client;            /* borrowed */
    const struct point_in_time_form *form; /* how the product spells it */
    struct buf id;                         /* empty: none is open */
};

/* Opens one over a target (search.h), with all shards of it. point_in_time_close is due in any
 * case. Returns ST_OK, or as answer_await. */
MUST_CHECK enum status point_in_time_open(struct point_in_time *pit, struct http_client *client,
                                          const struct server *server, const char *target,
                                          struct error *err);

/* Lets the server forget it, which the server does by itself if this fails. */
void point_in_time_close(struct point_in_time *pit);

/* Writes the member "pit" of a request. */
void point_in_time_write(const struct point_in_time *pit, struct json_writer *w);

/* Takes the id that an answer names for the next request; an empty one changes nothing. Returns
 * ST_OK, or ST_NO_MEMORY with *err. */
MUST_CHECK enum status point_in_time_renew(struct point_in_time *pit, struct bytes id,
                                           struct error *err);

#endif
