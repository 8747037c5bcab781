/* Index lifecycle management, for operators who want its phases instead of the data stream
 * lifecycle. */
#ifndef DNSIGHT_SHIPPER_SETUP_SETUP_ILM_H
#define DNSIGHT_SHIPPER_SETUP_SETUP_ILM_H

#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/elastic/http.h"
#include "shipper/setup/setup.h"

/* Installs the policy unless there is one: phases that somebody added stay (but with
 * options->overwrite). Returns ST_OK; ST_UNSUPPORTED (a server without it), or as answer_expect
 * with *err. */
MUST_CHECK enum status setup_ilm(struct http_client *client, const struct setup_options *options,
                                 struct error *err);

#endif
