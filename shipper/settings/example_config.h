/* The annotated configuration file, dnsightd.yml in this folder, embedded into the program. */
#ifndef DNSIGHT_SHIPPER_SETTINGS_EXAMPLE_CONFIG_H
#define DNSIGHT_SHIPPER_SETTINGS_EXAMPLE_CONFIG_H

#include "core/base/bytes.h"

extern const struct bytes example_dnsightd;

#endif
