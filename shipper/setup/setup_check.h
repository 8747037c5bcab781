/* Whether data streams of ours get our templates. */
#ifndef DNSIGHT_SHIPPER_SETUP_SETUP_CHECK_H
#define DNSIGHT_SHIPPER_SETUP_SETUP_CHECK_H

#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/elastic/http.h"

/* Asks the server which template a new data stream of ours would get. Returns ST_OK;
 * ST_UNSUPPORTED (it is not ours: it is missing, or another one has a higher priority); or as
 * answer_expect with *err. */
MUST_CHECK enum status setup_check(struct http_client *client, struct error *err);

#endif
