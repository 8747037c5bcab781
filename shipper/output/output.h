/* Where documents go: standard output, a log directory, or Elasticsearch. */
#ifndef DNSIGHT_SHIPPER_OUTPUT_OUTPUT_H
#define DNSIGHT_SHIPPER_OUTPUT_OUTPUT_H

#include <stdbool.h>

#include "core/base/buf.h"
#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "shipper/base/log.h"
#include "shipper/delivery/elastic_counters.h"
#include "shipper/delivery/elastic_settings.h"
#include "shipper/output/log_directory.h"

/* All members but `target` may be zero. */
struct output_options {
    const char *target; /* "-" for standard output, an address of HTTP for Elasticsearch, anything
                           else is the path of a log directory */
    struct log_directory_options files; /* for a log directory; its path is the target */
    struct elastic_settings elastic; /* for Elasticsearch; without hosts, the target is the one */
    bool is_live;                    /* see struct elastic_output_options */
    struct log *log;                 /* for what happens in between; NULL: standard error */
};

struct output;

/* Opens the target. Returns ST_OK, or a failure with *err. */
MUST_CHECK enum status output_open(const struct output_options *options, struct output **output,
                                   struct error *err);

/* What is to be known of a document besides its text. */
struct output_document {
    struct bytes id;
    bool is_failure; /* a lookup without an answer: dropped last */
};

/* The buffer that the text of the next document, one line without its end, is appended to; what was
 * appended before and not added is dropped. */
struct buf *output_room(struct output *output);

/* Adds the document whose text has been appended. Returns ST_OK, or a failure with *err after which
 * nothing more can be added.
 */
MUST_CHECK enum status output_add(struct output *output, const struct output_document *document,
                                  struct error *err);

/* Hands on what is waiting, without closing. Returns as output_add. */
MUST_CHECK enum status output_flush(struct output *output, struct error *err);

/* Takes new credentials and settings of TLS for Elasticsearch; any other output has none. Returns
 * as elastic_output_renew. */
MUST_CHECK enum status output_renew(struct output *output, const struct http_options *http,
                                    struct error *err);

/* Figures of the kind of output that is open; the others are NULL. They live until it is closed. */
struct output_counters {
    const struct log_directory_counters *files;
    const struct elastic_counters *elastic; /* as they were at this call */
};

struct output_counters output_counters(struct output *output);

/* What became of the documents that are not stored; all others of those given are. */
struct output_rest {
    uint64_t waiting; /* in memory or in the spool */
    uint64_t refused; /* by the server: dead letters */
    uint64_t dropped; /* lost, whatever the reason was */
};

struct output_rest output_rest(const struct output_counters *counters);

/* Hands on everything, says on standard error what Elasticsearch did with the documents (the
 * refused ones with their reasons; the others only unless `is_quiet`), and frees the output, in any
 * case. Returns ST_OK; ST_REFUSED when documents were refused; ST_KEPT when some stay in the spool;
 * another failure with *err. NULL is fine. */
MUST_CHECK enum status output_close(struct output *output, bool is_quiet, struct error *err);

#endif
