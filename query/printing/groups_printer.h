/* The table of `--by`: how often, which share, how slow, of which values. */
#ifndef DNSIGHT_QUERY_PRINTING_GROUPS_PRINTER_H
#define DNSIGHT_QUERY_PRINTING_GROUPS_PRINTER_H

#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "query/gathering/groups.h"
#include "query/printing/printer.h"

/* Prints groups; the fields of the options are those that they were made by, and `documents` is
 * what the shares are of. Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status groups_print(const struct group *groups, size_t count, uint64_t documents,
                                    const struct printer_options *options, struct buf *out);

#endif
