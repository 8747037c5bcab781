/* Prints lookups as they come: each batch in the order of time, columns aligned, and no more rows a
 * second than a person can read. */
#ifndef DNSIGHT_QUERY_ANSWERS_TAIL_PRINTER_H
#define DNSIGHT_QUERY_ANSWERS_TAIL_PRINTER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/document/data_view.h"
#include "query/questions/question.h"
#include "query/questions/settings.h"
#include "query/records/fields.h"
#include "query/records/matcher.h"

struct tail_printer;

/* A printer for documents over a data view, which lives as long. All is borrowed. Returns ST_OK or
 * ST_NO_MEMORY. */
MUST_CHECK enum status tail_printer_new(const struct settings *settings, struct question *question,
                                        const struct data_view *view, FILE *to,
                                        struct tail_printer **printer);
void tail_printer_free(struct tail_printer *printer);

/* Hits may come again, and are to be printed once: they have an identity. With `is_known`, those
 * that are taken from now on are known already, so they are not printed at all. */
void tail_printer_expect_repeats(struct tail_printer *printer, bool is_known);

/* Takes a hit, of which the JSON text must be there. False if memory is exhausted. */
bool tail_printer_take(void *context, const struct hit *hit);

/* Prints what was taken since the last time; of the first batch only the newest `lines` of the
 * settings. `is_last`: nothing more will come. Returns ST_OK; ST_IO (standard output) or
 * ST_NO_MEMORY with *err. */
MUST_CHECK enum status tail_printer_flush(struct tail_printer *printer, bool is_last,
                                          struct error *err);

/* Lookups that were printed, or counted because there were too many. */
uint64_t tail_printer_count(const struct tail_printer *printer);

/* The time of the newest lookup, nanoseconds; INT64_MIN before the first. */
int64_t tail_printer_newest(const struct tail_printer *printer);

#endif
