/* The options that only `dnsight graph` has. */
#ifndef DNSIGHT_QUERY_QUESTIONS_GRAPH_SETTINGS_H
#define DNSIGHT_QUERY_QUESTIONS_GRAPH_SETTINGS_H

#include "core/base/error.h"
#include "core/base/macros.h"

/* Setters for rows of an option table (core/base/options.h); `settings` is a struct settings. */
enum status graph_set_format(void *settings, const char *value, struct error *err);
enum status graph_set_layout(void *settings, const char *value, struct error *err);
enum status graph_set_nodes(void *settings, const char *value, struct error *err);

#endif
