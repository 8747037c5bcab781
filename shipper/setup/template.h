/* The two templates that make a data stream of Dnsight's documents: the files of mappings/, with
 * the properties put in and without what the server does not have. */
#ifndef DNSIGHT_SHIPPER_SETUP_TEMPLATE_H
#define DNSIGHT_SHIPPER_SETUP_TEMPLATE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/elastic/server.h"

/* Component template with the mapping and its limits; the index template is made of it, and of a
 * component template that belongs to the user and is never written by us. */
#define TEMPLATE_COMPONENT "dnsight-mappings"
#define TEMPLATE_CUSTOM    "dnsight@custom"
#define TEMPLATE_INDEX     "dnsight"

/* That of our index template (mappings/index_template.json). */
#define TEMPLATE_PRIORITY 250

/* The data stream that documents go to unless another one is named. */
#define TEMPLATE_DATA_STREAM "logs-dnsight.lookup-default"

/* "version" of the templates: 10,000 for 1.0.0, 102 for 0.1.2. */
uint64_t template_version(void);

/* Appends the body of PUT /_component_template/dnsight-mappings for a server of these
 * capabilities. Its _meta holds the program's version and a digest of everything else. Returns
 * ST_OK, or ST_NO_MEMORY. */
MUST_CHECK enum status template_component(const struct server *server, struct buf *out);

/* Appends the body of PUT /_index_template/dnsight. `has_custom`: dnsight@custom exists; where the
 * server cannot ignore a missing component it is named only then. Returns as
 * template_component. */
MUST_CHECK enum status template_index(const struct server *server, bool has_custom,
                                      struct buf *out);

/* Appends what `dnsightd export template` prints: both bodies for a complete Elasticsearch, as
 * {"component_templates":{NAME:BODY},"index_templates":{NAME:BODY}} and a line end. Returns as
 * template_component. */
MUST_CHECK enum status template_export(struct buf *out);

#endif
