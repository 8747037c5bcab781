/* Importing data view, saved searches and dashboard into Kibana or OpenSearch Dashboards. */
#ifndef DNSIGHT_SHIPPER_SETUP_SETUP_KIBANA_H
#define DNSIGHT_SHIPPER_SETUP_SETUP_KIBANA_H

#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/elastic/http.h"
#include "shipper/setup/setup.h"

/* Imports our saved objects (kibana/objects.h), those for Kibana or those for OpenSearch
 * Dashboards, whichever answers, into a space (NULL: the default one). Objects with our identifiers
 * that are there already stay, with what users changed in them, but with options->overwrite.
 * Returns ST_OK; ST_INVALID (the name of the space), ST_UNSUPPORTED (too old, no Kibana, or a space
 * where there are none), ST_REFUSED (some objects only were taken: *err says which not, and why),
 * or as answer_expect with *err. */
MUST_CHECK enum status setup_kibana(struct http_client *client, const char *space,
                                    const struct setup_options *options, struct error *err);

#endif
