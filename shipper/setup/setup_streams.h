/* Data streams that were made from older templates: a new template applies to their next backing
 * index only, so they are rolled over. Nothing is ever deleted. */
#ifndef DNSIGHT_SHIPPER_SETUP_SETUP_STREAMS_H
#define DNSIGHT_SHIPPER_SETUP_SETUP_STREAMS_H

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/elastic/http.h"
#include "shipper/setup/setup.h"

/* Rolls over each data stream of ours whose newest backing index has another digest in its mapping
 * (_meta.digest) than `digest`, or says what it would send (options->dry_run). Mappings without one
 * belong to templates of somebody else. Returns ST_OK, or as answer_expect with *err. */
MUST_CHECK enum status setup_roll_over(struct http_client *client, struct bytes digest,
                                       const struct setup_options *options, struct error *err);

#endif
