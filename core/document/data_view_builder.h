/* A data view in the making: fields are added one by one, in any order and more than once, and
 * become a data view when all are known. Private to core/document. */
#ifndef DNSIGHT_DOCUMENT_DATA_VIEW_BUILDER_H
#define DNSIGHT_DOCUMENT_DATA_VIEW_BUILDER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"
#include "core/document/data_view.h"

/* Most fields of a data view. */
#define DATA_VIEW_FIELDS_MAX 50000
/* Octets of the longest field name. */
#define DATA_VIEW_NAME_MAX 1024

/* A field as far as it is known. */
struct field_draft {
    struct bytes name; /* on the builder's arena */
    uint32_t types;    /* bit per enum field_type that was reported for it */
    bool is_date;      /* Kibana says so */
    bool is_scripted;
    bool is_lower_case;       /* the normalizer "lowercase" */
    bool has_nested_path;     /* nested_path holds; otherwise the name tells */
    struct bytes nested_path; /* innermost nested ancestor; empty: none */
    struct bytes alias_path;  /* the field it stands for; empty: none */
    uint32_t ignore_above;
};

/* What the source of the fields implies. */
struct data_view_rules {
    bool is_sorted;     /* by name, as Kibana sorts the answer of _field_caps */
    bool has_own_types; /* types are those of a mapping, not of their families */
};

struct data_view_builder;

/* Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status data_view_builder_new(struct data_view_builder **builder);
void data_view_builder_free(struct data_view_builder *builder);

/* The draft of that name, a new one if it is new; it dies with the next call. NULL when there are
 * too many fields, the name is too long, or memory is exhausted. */
struct field_draft *data_view_builder_field(struct data_view_builder *builder, struct bytes name);

/* Makes the data view and frees the builder, whatever happens. Returns ST_OK or ST_NO_MEMORY. */
MUST_CHECK enum status data_view_builder_finish(struct data_view_builder *builder,
                                                struct data_view_rules rules,
                                                struct data_view **view);

/* The field of that name in the index of a built view, or FIELD_NONE. */
uint16_t data_view_index_find(const struct data_view *view, struct bytes name);

/* Frees a built view, which is the first member of its index. */
void data_view_index_free(struct data_view_index *index);

#endif
