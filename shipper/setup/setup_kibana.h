/* Importing the data view and the saved searches into Kibana. */
#ifndef DNSIGHT_SHIPPER_SETUP_SETUP_KIBANA_H
#define DNSIGHT_SHIPPER_SETUP_SETUP_KIBANA_H

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/elastic/http.h"
#include "shipper/setup/setup.h"

/* Imports `objects` (lines of saved objects) into a space (NULL: the default one). Objects with our
 * identifiers that are there already stay, with what users changed in them, but with
 * options->overwrite. Returns ST_OK; ST_UNSUPPORTED (too old, no Kibana, or a request
 * that it refuses), ST_REFUSED (Kibana took some objects only: *err says which and why), ST_INVALID
 * (the space), or as answer_expect. */
MUST_CHECK enum status setup_kibana(struct http_client *client, const char *space,
                                    struct bytes objects, const struct setup_options *options,
                                    struct error *err);

#endif
