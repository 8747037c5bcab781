/* Names of sources as people may see them. */
#ifndef DNSIGHT_QUERY_BASE_SOURCE_NAME_H
#define DNSIGHT_QUERY_BASE_SOURCE_NAME_H

#include <stddef.h>

#include "core/base/buf.h"
#include "core/json/writer.h"

/* Appends a source as it was typed; of the address of a server without user name and password. */
void source_name_print(const char *source, struct buf *out);

/* Appends ", from A, B"; nothing if there are no names. */
void source_names_print(const char *const *sources, size_t count, struct buf *out);

/* Writes the names as an array of texts. */
void source_names_write(const char *const *sources, size_t count, struct json_writer *w);

#endif
