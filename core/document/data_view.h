/* The fields of a set of documents and their types: what Kibana calls a data view.
 *
 * One list serves the three sides that must not drift apart: the built-in data view of Dnsight's
 * own documents comes from field_list.h, others are read from an Elasticsearch mapping, a
 * _field_caps answer or a Kibana field list. Translation, evaluation and the document encoder name
 * a field by its index here. */
#ifndef DNSIGHT_DOCUMENT_DATA_VIEW_H
#define DNSIGHT_DOCUMENT_DATA_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"

/* Types of Elasticsearch fields. FIELD_TYPE(NAME, "es type", "Kibana type") */
#define FIELD_TYPE_LIST(FIELD_TYPE)                            \
    FIELD_TYPE(OBJECT, "object", "object")                     \
    FIELD_TYPE(NESTED, "nested", "nested")                     \
    FIELD_TYPE(KEYWORD, "keyword", "string")                   \
    FIELD_TYPE(CONSTANT_KEYWORD, "constant_keyword", "string") \
    FIELD_TYPE(WILDCARD, "wildcard", "string")                 \
    FIELD_TYPE(TEXT, "text", "string")                         \
    FIELD_TYPE(MATCH_ONLY_TEXT, "match_only_text", "string")   \
    FIELD_TYPE(FLATTENED, "flattened", "unknown")              \
    FIELD_TYPE(LONG, "long", "number")                         \
    FIELD_TYPE(INTEGER, "integer", "number")                   \
    FIELD_TYPE(SHORT, "short", "number")                       \
    FIELD_TYPE(BYTE, "byte", "number")                         \
    FIELD_TYPE(UNSIGNED_LONG, "unsigned_long", "number")       \
    FIELD_TYPE(DOUBLE, "double", "number")                     \
    FIELD_TYPE(FLOAT, "float", "number")                       \
    FIELD_TYPE(HALF_FLOAT, "half_float", "number")             \
    FIELD_TYPE(SCALED_FLOAT, "scaled_float", "number")         \
    FIELD_TYPE(BOOLEAN, "boolean", "boolean")                  \
    FIELD_TYPE(IP, "ip", "ip")                                 \
    FIELD_TYPE(DATE, "date", "date")                           \
    FIELD_TYPE(DATE_NANOS, "date_nanos", "date")               \
    FIELD_TYPE(HISTOGRAM, "histogram", "histogram")            \
    FIELD_TYPE(ALIAS, "alias", "unknown")                      \
    FIELD_TYPE(OTHER, "other", "unknown")

#define FIELD_TYPE_ENUM(name, es, kibana) FIELD_##name,
enum field_type { FIELD_TYPE_LIST(FIELD_TYPE_ENUM) FIELD_TYPE_COUNT };
#undef FIELD_TYPE_ENUM

/* No field. */
#define FIELD_NONE UINT16_MAX

struct data_view_field {
    const char *name;     /* full path, "dns.question.name"; lives as long as the data view */
    enum field_type type; /* how it is indexed */
    bool is_keyword;      /* Kibana's esTypes are exactly ["keyword"]: term and wildcard queries */
    bool is_date;         /* Kibana's type is date */
    bool is_scripted;
    bool is_lower_case;    /* keyword: indexed and searched in lower case (a normalizer) */
    uint16_t parent;       /* innermost object or nested field that holds arrays of objects
                              (dns.answers, rrsets), or FIELD_NONE */
    uint16_t nested;       /* innermost nested ancestor, or FIELD_NONE */
    uint16_t alias_of;     /* the field an alias points to, or FIELD_NONE */
    uint32_t ignore_above; /* keyword: longer values (UTF-16 units) are not indexed; 0: no limit */
    uint16_t name_len;     /* octets of name */
};

struct data_view {
    const struct data_view_field *fields; /* in the order of the list they came from */
    uint16_t count;
    const struct data_view_index *index; /* private: names to fields; NULL: few enough to scan */
};

static inline struct bytes data_view_field_name(const struct data_view_field *field)
{
    return (struct bytes){(const uint8_t *)field->name, field->name_len};
}

/* Dnsight's own documents. Static storage, immutable, shared by all threads. */
const struct data_view *data_view_builtin(void);

/* The field of that name, or FIELD_NONE. */
uint16_t data_view_find(const struct data_view *view, struct bytes name);

/* Name of a type in Elasticsearch ("keyword") and in Kibana ("string"); static storage. */
const char *field_type_name(enum field_type type);
const char *field_type_kibana_name(enum field_type type);
/* The type of that Elasticsearch name; FIELD_OTHER if it is unknown. */
enum field_type field_type_of(struct bytes name);

/* Reads a data view from JSON text: an Elasticsearch mapping (with or without index names and
 * "mappings" around it), a _field_caps answer, or a Kibana field list; found by content.
 * Returns ST_OK and the data view, which the caller frees; ST_MALFORMED, ST_UNSUPPORTED,
 * ST_LIMIT or ST_NO_MEMORY with *err saying what was expected. */
MUST_CHECK enum status data_view_read(struct bytes json, struct data_view **view,
                                      struct error *err);
void data_view_free(struct data_view *view);

#endif
