/* The expression that decides which lookups are stored. */
#ifndef DNSIGHT_SHIPPER_OUTPUT_FILTER_H
#define DNSIGHT_SHIPPER_OUTPUT_FILTER_H

#include <stdbool.h>

#include "core/advice/advice.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/document/document.h"

struct filter;

/* Compiles KQL over Dnsight's own fields; `now` in it is the moment of the call. Returns ST_OK;
 * ST_INVALID (*err has the message with its caret lines) or ST_NO_MEMORY. */
MUST_CHECK enum status filter_new(const char *expression, struct filter **filter,
                                  struct error *err);
void filter_free(struct filter *filter);

/* Gives warnings about an expression that filter_new takes: unknown fields, values that are never
 * written, and what KQL reads otherwise than most people mean it. */
void filter_warnings(const char *expression, advice_handler handler, void *context);

/* True if the lookup is to be stored; everything is without a filter (NULL). */
bool filter_selects(const struct filter *filter, const struct document *document);

#endif
