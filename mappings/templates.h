/* The templates of this folder as they stand in their files, embedded into the program. */
#ifndef DNSIGHT_MAPPINGS_TEMPLATES_H
#define DNSIGHT_MAPPINGS_TEMPLATES_H

#include "core/base/bytes.h"

/* component_template.json: settings, and mappings whose "properties" are still empty. */
extern const struct bytes mappings_component_template;
/* index_template.json */
extern const struct bytes mappings_index_template;
/* ilm_policy.json */
extern const struct bytes mappings_ilm_policy;

#endif
