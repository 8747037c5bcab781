/* The saved objects of this folder, embedded into the program. */
#ifndef DNSIGHT_KIBANA_OBJECTS_H
#define DNSIGHT_KIBANA_OBJECTS_H

#include "core/base/bytes.h"

/* One saved object a line, made by scripts/make-kibana-objects: dnsight.ndjson for Kibana,
 * opensearch.ndjson for OpenSearch Dashboards. */
extern const struct bytes kibana_dnsight;
extern const struct bytes kibana_opensearch;

#endif
