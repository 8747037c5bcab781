#include "core/kql/typed_check.h"

#include <stdio.h>

#include "core/kql/date_check.h"
#include "core/kql/ip_check.h"
#include "core/kql/number_check.h"
#include "core/kql/text_check.h"

/* Octets of a value that a message shows. */
#define SHOWN_MAX 80

struct check_bounds check_bounds_of(enum kql_range_op op, struct bytes value)
{
    const bool is_low = op == KQL_GT || op == KQL_GTE;
    const bool includes = op == KQL_GTE || op == KQL_LTE;
    return (struct check_bounds){
        .has_low = is_low,
        .has_high = !is_low,
        .includes_low = includes,
        .includes_high = includes,
        .value = value,
    };
}

/* Octets of the value that are shown; characters are not divided. */
static size_t shown_len(struct bytes value)
{
    size_t len = value.len < SHOWN_MAX ? value.len : SHOWN_MAX;
    while (len < value.len && len > 0 && (value.data[len] & 0xc0) == 0x80)
        len--;
    return len;
}

enum status check_refuse(const struct check_context *c, struct bytes value, const char *complaint,
                         const char *hint)
{
    const size_t len = shown_len(value);
    c->error->kind = KQL_ERROR_TYPE;
    (void)snprintf(c->error->message, sizeof c->error->message, "\"%.*s%s\" %s", (int)len,
                   (const char *)value.data, len < value.len ? "..." : "", complaint);
    (void)snprintf(c->error->hint, sizeof c->error->hint, "%s", hint);
    return ST_INVALID;
}

enum status typed_check_equal(const struct check_context *c, const struct data_view_field *field,
                              struct bytes value, bool is_phrase, struct value_check *check)
{
    const struct check_bounds both = {true, true, true, true, value};
    switch (field->type) {
    case FIELD_KEYWORD:
    case FIELD_CONSTANT_KEYWORD:
    case FIELD_WILDCARD:
    case FIELD_FLATTENED:
        return text_check_equal(c, field, value, check);
    case FIELD_TEXT:
    case FIELD_MATCH_ONLY_TEXT:
        return text_check_words(c, value, is_phrase, check);
    case FIELD_LONG:
    case FIELD_INTEGER:
    case FIELD_SHORT:
    case FIELD_BYTE:
    case FIELD_UNSIGNED_LONG:
        return integer_check_equal(c, field->type, value, check);
    case FIELD_DOUBLE:
    case FIELD_FLOAT:
    case FIELD_HALF_FLOAT:
    case FIELD_SCALED_FLOAT:
        return real_check_equal(c, field->type, value, check);
    case FIELD_BOOLEAN:
        return boolean_check_range(c, &both, check);
    case FIELD_IP:
        return ip_check_equal(c, value, check);
    case FIELD_DATE:
    case FIELD_DATE_NANOS:
        return date_check_range(c, field->type == FIELD_DATE_NANOS, &both, check);
    case FIELD_OBJECT:
    case FIELD_NESTED:
    case FIELD_HISTOGRAM:
    case FIELD_ALIAS:
    case FIELD_OTHER:
    case FIELD_TYPE_COUNT:
        break;
    }
    return ST_NOT_FOUND;
}

enum status typed_check_range(const struct check_context *c, const struct data_view_field *field,
                              const struct check_bounds *bounds, struct value_check *check)
{
    if (!bounds->has_low && !bounds->has_high) {
        *check = (struct value_check){.kind = CHECK_ANY};
        return ST_OK;
    }
    switch (field->type) {
    case FIELD_KEYWORD:
    case FIELD_CONSTANT_KEYWORD:
    case FIELD_WILDCARD:
    case FIELD_FLATTENED:
    case FIELD_TEXT:
    case FIELD_MATCH_ONLY_TEXT:
        return text_check_range(c, field, bounds, check);
    case FIELD_LONG:
    case FIELD_INTEGER:
    case FIELD_SHORT:
    case FIELD_BYTE:
    case FIELD_UNSIGNED_LONG:
        return integer_check_range(c, field->type, bounds, check);
    case FIELD_DOUBLE:
    case FIELD_FLOAT:
    case FIELD_HALF_FLOAT:
    case FIELD_SCALED_FLOAT:
        return real_check_range(c, field->type, bounds, check);
    case FIELD_BOOLEAN:
        return boolean_check_range(c, bounds, check);
    case FIELD_IP:
        return ip_check_range(c, bounds, check);
    case FIELD_DATE:
    case FIELD_DATE_NANOS:
        return date_check_range(c, field->type == FIELD_DATE_NANOS, bounds, check);
    case FIELD_OBJECT:
    case FIELD_NESTED:
    case FIELD_HISTOGRAM:
    case FIELD_ALIAS:
    case FIELD_OTHER:
    case FIELD_TYPE_COUNT:
        break;
    }
    return ST_NOT_FOUND;
}

static bool is_text(enum field_type type)
{
    return type == FIELD_KEYWORD || type == FIELD_CONSTANT_KEYWORD || type == FIELD_WILDCARD ||
           type == FIELD_TEXT || type == FIELD_MATCH_ONLY_TEXT || type == FIELD_FLATTENED;
}

bool typed_check_is_searchable(enum field_type type)
{
    switch (type) {
    case FIELD_OBJECT:
    case FIELD_NESTED:
    case FIELD_HISTOGRAM:
    case FIELD_ALIAS:
    case FIELD_OTHER:
    case FIELD_TYPE_COUNT:
        return false;
    case FIELD_KEYWORD:
    case FIELD_CONSTANT_KEYWORD:
    case FIELD_WILDCARD:
    case FIELD_TEXT:
    case FIELD_MATCH_ONLY_TEXT:
    case FIELD_FLATTENED:
    case FIELD_LONG:
    case FIELD_INTEGER:
    case FIELD_SHORT:
    case FIELD_BYTE:
    case FIELD_UNSIGNED_LONG:
    case FIELD_DOUBLE:
    case FIELD_FLOAT:
    case FIELD_HALF_FLOAT:
    case FIELD_SCALED_FLOAT:
    case FIELD_BOOLEAN:
    case FIELD_IP:
    case FIELD_DATE:
    case FIELD_DATE_NANOS:
        return true;
    }
    return false;
}

enum status typed_check_pieces(const struct check_context *c, const struct data_view_field *field,
                               const struct bytes *pieces, size_t count, struct value_check *check)
{
    if (is_text(field->type))
        return text_check_pieces(c, field, pieces, count, check);
    if (!typed_check_is_searchable(field->type))
        return ST_NOT_FOUND;
    c->error->kind = KQL_ERROR_TYPE;
    (void)snprintf(c->error->message, sizeof c->error->message,
                   "wildcards cannot be used on %s, a field of type %s", field->name,
                   field_type_name(field->type));
    (void)snprintf(c->error->hint, sizeof c->error->hint, "%s",
                   field->type == FIELD_IP ? "write a network, such as 10.0.0.0/8"
                                           : "write a value, or a range with < <= > >=");
    return ST_INVALID;
}
