/* The JSON forms in which the fields of an index are told. */
#ifndef DNSIGHT_DOCUMENT_DATA_VIEW_JSON_H
#define DNSIGHT_DOCUMENT_DATA_VIEW_JSON_H

#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/document/data_view_builder.h"
#include "core/json/tree.h"

/* Adds the fields of a JSON tree to the builder and tells what its form implies. Forms, found by
 * content:
 *   - a Kibana field list: an array of {"name","type","esTypes",...}, alone, as "fields", or as
 *     the "fields" of a "data_view", where it is an object;
 *   - an answer of _field_caps: {"fields":{"name":{"keyword":{...}}}};
 *   - a mapping: {"properties":{...}}, with or without "mappings" and the names of indices around.
 * Returns ST_OK; ST_UNSUPPORTED if it is none of these; ST_MALFORMED or ST_LIMIT; *err is set. */
MUST_CHECK enum status data_view_json_read(const struct json_value *root,
                                           struct data_view_builder *builder,
                                           struct data_view_rules *rules, struct error *err);

#endif
