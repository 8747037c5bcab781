/* What becomes of the hits of all sources together: a number, groups, or the lookups themselves in
 * their order. */
#ifndef DNSIGHT_QUERY_ANSWERS_COLLECTOR_H
#define DNSIGHT_QUERY_ANSWERS_COLLECTOR_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/document/data_view.h"
#include "query/printing/printer.h"
#include "query/questions/settings.h"
#include "query/records/fields.h"
#include "query/records/matcher.h"
#include "query/sources/source.h"

struct collector_options {
    const struct settings *settings; /* what is to be printed, in which order */
    struct printer_options printer;
    uint64_t limit; /* lookups, or groups, to print; UINT64_MAX: all */
    FILE *to;       /* borrowed: where they are printed */
};

struct collector;

/* Options are copied, what they point to is borrowed. Returns ST_OK, or ST_NO_MEMORY with *err. */
MUST_CHECK enum status collector_new(const struct collector_options *options,
                                     struct collector **collector, struct error *err);
void collector_free(struct collector *collector);

/* The fields that hits must have read, and whether they need their JSON text; these live as long as
 * the collector. */
const struct field_names *collector_fields(const struct collector *collector);
bool collector_wants_json(const struct collector *collector);

/* Names the data view of the hits that follow; it must live until collector_finish is done. Returns
 * ST_OK, or ST_NO_MEMORY with *err. */
MUST_CHECK enum status collector_begin(struct collector *collector, const struct data_view *view,
                                       struct error *err);

/* Takes one hit (a listener's function; `context` is the collector). False when something failed:
 * collector_finish says what. */
bool collector_take(void *context, const struct hit *hit);

/* The same for a group that a source has counted (--by). */
bool collector_take_group(void *context, const struct source_group *group);

/* What was printed. */
struct collector_totals {
    uint64_t printed;  /* lookups, or groups */
    uint64_t groups;   /* groups there are */
    uint64_t hits;     /* what was asked for: groups, if only some of them are wanted, or lookups */
    uint64_t left_out; /* documents whose group was not made because there were too many */
};

/* Prints everything; `matched` is the number of documents that all sources found. Returns ST_OK;
 * otherwise, with *err, why hits were lost or could not be written. */
MUST_CHECK enum status collector_finish(struct collector *collector, uint64_t matched,
                                        struct collector_totals *totals, struct error *err);

#endif
