/* The "properties" of the mapping, made from the built-in data view, so that documents, queries and
 * mapping cannot drift. */
#ifndef DNSIGHT_SHIPPER_SETUP_PROPERTIES_H
#define DNSIGHT_SHIPPER_SETUP_PROPERTIES_H

#include "core/elastic/server.h"
#include "core/json/writer.h"

/* Writes the object, with the field types that the server has: constant_keyword becomes keyword,
 * flattened becomes flat_object, and what has no substitute is left out (the documents keep it,
 * it cannot be searched for). */
void properties_write(const struct server *server, struct json_writer *w);

#endif
