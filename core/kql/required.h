/* What must stand in the JSON text of a document for a program to select it: a look at the raw
 * octets, far cheaper than reading the document, that never changes an answer. */
#ifndef DNSIGHT_KQL_REQUIRED_H
#define DNSIGHT_KQL_REQUIRED_H

#include <stdbool.h>

#include "core/base/arena.h"
#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/kql/evaluator.h"

struct kql_required;

/* Finds what a program requires; it lives on the arena and may point into the program. Returns
 * ST_OK, also if it requires nothing, or ST_NO_MEMORY. */
MUST_CHECK enum status kql_required_new(const struct kql_program *program, struct arena *arena,
                                        const struct kql_required **required);

/* False if the program selects no document that has this JSON text. */
bool kql_required_is_met(const struct kql_required *required, struct bytes json);

#endif
