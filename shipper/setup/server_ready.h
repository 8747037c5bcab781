/* Whether a server is ready for our documents. */
#ifndef DNSIGHT_SHIPPER_SETUP_SERVER_READY_H
#define DNSIGHT_SHIPPER_SETUP_SERVER_READY_H

#include <stdbool.h>
#include <stdio.h>

#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/elastic/http.h"

/* Makes sure that documents find a data stream and do not make an index by accident: templates that
 * are missing are installed, which is said in `log` (may be NULL). *is_watched: the server watches
 * that too, with the bulk parameter require_data_stream; then credentials that may only write, and
 * cannot see templates, are enough. Returns ST_OK, or as setup_run with *err. */
MUST_CHECK enum status server_make_ready(struct http_client *client, FILE *log, bool *is_watched,
                                         struct error *err);

#endif
