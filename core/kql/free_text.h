/* Free text (multi_match over all fields) and values with wildcards on fields that are not
 * keywords (query_string): the words of a value, each on its own. */
#ifndef DNSIGHT_KQL_FREE_TEXT_H
#define DNSIGHT_KQL_FREE_TEXT_H

#include <stdint.h>

#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/kql/ast.h"
#include "core/kql/compiler.h"

/* A value without a field, which is not null. Fields that cannot read it do not match. */
MUST_CHECK enum status compile_free_text(struct compiler *c, const struct kql_literal *value,
                                         struct compiled *out);

/* A value with wildcards on one field. */
MUST_CHECK enum status compile_query_string(struct compiler *c, uint16_t field,
                                            const struct kql_literal *value, struct compiled *out);

/* The same on one key of a flattened field. */
MUST_CHECK enum status compile_key_query_string(struct compiler *c, uint16_t field,
                                                struct bytes key, const struct kql_literal *value,
                                                struct compiled *out);

#endif
