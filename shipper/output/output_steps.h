/* `dnsightd test output`: from the address to a document, step by step, and what to do about the
 * first step that fails. */
#ifndef DNSIGHT_SHIPPER_OUTPUT_OUTPUT_STEPS_H
#define DNSIGHT_SHIPPER_OUTPUT_OUTPUT_STEPS_H

#include <stdint.h>
#include <stdio.h>

#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/elastic/http.h"

/* Tries a server as the daemon would use it and prints a line a step to `log`: address, name,
 * connection, TLS, authentication, version, privileges, template, data stream, and whether a
 * document would be stored in `data_stream` (none is). Ends with the first step that fails. Returns
 * ST_OK, or the status of that step, which has been printed with a hint. */
MUST_CHECK enum status output_steps_elastic(const struct http_options *options,
                                            const char *data_stream, FILE *log);

/* The same for a log directory: that it is there or can be made, that it can be written, and that
 * `octets` (0: the default) fit. */
MUST_CHECK enum status output_steps_directory(const char *path, uint64_t octets, FILE *log);

#endif
