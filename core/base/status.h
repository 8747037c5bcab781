/* The one result type of fallible functions. */
#ifndef DNSIGHT_BASE_STATUS_H
#define DNSIGHT_BASE_STATUS_H

#include "core/base/status_list.h"

#define STATUS_ENUM(name, text) name,
enum status { STATUS_LIST(STATUS_ENUM) STATUS_COUNT };
#undef STATUS_ENUM

/* A short English reason for a status; never NULL. Static storage. */
const char *status_text(enum status status);

#endif
