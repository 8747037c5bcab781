/* The file of documents that the server refused for good: one line each,
 *
 *   {"_id":"...","_source":{...},"error":"the server's reason"}
 *
 * so that dnsight can be asked about them, and `dnsightd spool retry --dead-letters` can send them
 * again. Any thread may use it. */
#ifndef DNSIGHT_SHIPPER_DELIVERY_DEAD_LETTERS_H
#define DNSIGHT_SHIPPER_DELIVERY_DEAD_LETTERS_H

#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "shipper/delivery/file_calls.h"

struct dead_letters;

/* Prepares the file SPOOL_DEAD_LETTERS in a folder; it is made when the first document comes.
 * `octets_max` 0 is 64 MiB. Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status dead_letters_new(const char *folder, uint64_t octets_max,
                                        const struct file_calls *calls,
                                        struct dead_letters **letters);
void dead_letters_free(struct dead_letters *letters);

/* A refused document: its JSON, its identity as it stands in the action line (escaped), the reason
 * as text. */
struct dead_letter {
    struct bytes id;
    struct bytes document;
    struct bytes reason;
};

/* Appends one document; durable after dead_letters_sync. Returns ST_OK; ST_LIMIT (the file has
 * reached its limit: the document is not in it) or ST_IO with *err. */
MUST_CHECK enum status dead_letters_add(struct dead_letters *letters,
                                        const struct dead_letter *letter, struct error *err);

/* Returns ST_OK, or ST_IO with *err. */
MUST_CHECK enum status dead_letters_sync(struct dead_letters *letters, struct error *err);

#endif
