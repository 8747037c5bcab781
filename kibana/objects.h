/* The saved objects of this folder, embedded into the program. */
#ifndef DNSIGHT_KIBANA_OBJECTS_H
#define DNSIGHT_KIBANA_OBJECTS_H

#include "core/base/bytes.h"

/* dnsight.ndjson: one saved object a line, made by scripts/make-kibana-objects. */
extern const struct bytes kibana_dnsight;

#endif
