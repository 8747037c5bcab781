/* The hits in the answer of a search, without copying the documents: each is a slice of the answer,
 * octet for octet as it was stored. */
#ifndef DNSIGHT_ELASTIC_HITS_H
#define DNSIGHT_ELASTIC_HITS_H

#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/elastic/answer.h"

struct search_hit {
    struct bytes index;  /* the (backing) index it is stored in */
    struct bytes id;     /* _id */
    struct bytes source; /* JSON text of the document; "{}" if the index does not keep it */
    struct bytes sort;   /* JSON text of its sort values, an array; empty if there are none */
};

/* Takes one hit, whose views die when it returns. Anything but ST_OK ends the reading with that
 * status and the *err it filled. */
typedef enum status (*search_handler)(void *context, const struct search_hit *hit,
                                      struct error *err);

/* Where hits go. */
struct search_sink {
    search_handler take;
    void *context;
};

struct hits_reader;

/* Makes a reader for one answer after the other; the sink is copied. Returns ST_OK or ST_NO_MEMORY.
 */
MUST_CHECK enum status hits_reader_new(const struct search_sink *sink, struct hits_reader **reader);
void hits_reader_free(struct hits_reader *reader);

/* Reads one answer and gives each of its hits to the sink, in their order. Returns ST_OK and
 * the number of hits; ST_MALFORMED, ST_LIMIT or ST_NO_MEMORY with *err; or what the sink
 * returned. */
MUST_CHECK enum status hits_read(struct hits_reader *reader, struct bytes answer, uint64_t *count,
                                 struct error *err);

/* JSON text of the sort values of the last hit of the last answer, for search_after; empty if it
 * had none. Lives until the next hits_read. */
struct bytes hits_last_sort(const struct hits_reader *reader);

/* What the last answer said of its shards. */
struct answer_shards hits_shards(const struct hits_reader *reader);

/* The point in time that the last answer named (unescaped); empty if it named none. Lives until
 * the next hits_read. */
struct bytes hits_pit(const struct hits_reader *reader);

#endif
