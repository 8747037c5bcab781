/* Checks for one key of a flattened field, whose values are "key NUL value" in a document. */
#ifndef DNSIGHT_KQL_KEY_CHECK_H
#define DNSIGHT_KQL_KEY_CHECK_H

#include <stddef.h>

#include "core/base/arena.h"
#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/kql/value_check.h"

/* A value that is exactly the text. Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status key_check_text(struct arena *arena, struct bytes key, struct bytes text,
                                      struct value_check *check);

/* A value of these pieces with any text between them; the array is borrowed. Elasticsearch puts the
 * key before the first piece only if nothing else follows than one "*" at the end; other patterns
 * run over the raw "key NUL value" of all keys. Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status key_check_pieces(struct arena *arena, struct bytes key,
                                        const struct bytes *pieces, size_t count,
                                        struct value_check *check);

#endif
