#include "core/kql/number_check.h"

#include <math.h>

#include "core/document/number.h"

static enum status refuse_number(const struct check_context *c, struct bytes value)
{
    return check_refuse(c, value, "is not a number", "write a number, such as 53 or 0.5");
}

/* What a type can hold. */
struct limits {
    int64_t min;
    int64_t max;
};

static struct limits limits_of(enum field_type type)
{
    if (type == FIELD_BYTE)
        return (struct limits){INT8_MIN, INT8_MAX};
    if (type == FIELD_SHORT)
        return (struct limits){INT16_MIN, INT16_MAX};
    if (type == FIELD_INTEGER)
        return (struct limits){INT32_MIN, INT32_MAX};
    return (struct limits){INT64_MIN, INT64_MAX};
}

/* Infinities and NaN count as having a fraction. */
static bool has_fraction(double real)
{
    return !isfinite(real) || fmod(real, 1) != 0;
}

enum status integer_check_equal(const struct check_context *c, enum field_type type,
                                struct bytes value, struct value_check *check)
{
    const struct limits limits = limits_of(type);
    double real = 0;
    int64_t integer = 0;
    if (number_read_double(value, &real) != ST_OK)
        return refuse_number(c, value);
    if (has_fraction(real))
        return ST_NOT_FOUND;
    if (limits.max == INT64_MAX) {
        const enum status status = number_read_integer(value, &integer);
        if (status != ST_OK)
            return status == ST_LIMIT ? ST_NOT_FOUND : refuse_number(c, value);
    } else {
        if (real < (double)limits.min || real > (double)limits.max)
            return ST_NOT_FOUND;
        integer = (int64_t)real;
    }
    *check = (struct value_check){.kind = CHECK_INTEGER_RANGE, .low = integer, .high = integer};
    return ST_OK;
}

/* A bound of an integer type. */
struct bound {
    int64_t integer; /* cut towards zero */
    bool has_fraction;
    double real; /* for its sign */
};

static enum status read_bound(const struct check_context *c, enum field_type type,
                              struct bytes value, struct bound *bound)
{
    const char *const TOO_LARGE = "does not fit the field's type";
    if (number_read_double(value, &bound->real) != ST_OK)
        return refuse_number(c, value);
    bound->has_fraction = has_fraction(bound->real);
    if (type == FIELD_LONG || type == FIELD_UNSIGNED_LONG) {
        const enum status status = number_read_integer(value, &bound->integer);
        if (status == ST_LIMIT)
            return check_refuse(c, value, TOO_LARGE, "a long goes to 9223372036854775807");
        return status == ST_OK ? ST_OK : refuse_number(c, value);
    }
    /* Java casts NaN to 0. Bounds of the smaller types are read as int. */
    if (bound->real < (double)INT32_MIN || bound->real > (double)INT32_MAX)
        return check_refuse(c, value, TOO_LARGE, "its bounds go to 2147483647");
    bound->integer = isnan(bound->real) ? 0 : (int64_t)bound->real;
    return ST_OK;
}

enum status integer_check_range(const struct check_context *c, enum field_type type,
                                const struct check_bounds *bounds, struct value_check *check)
{
    *check = (struct value_check){.kind = CHECK_INTEGER_RANGE, .low = INT64_MIN, .high = INT64_MAX};
    struct bound bound = {.integer = 0};
    if (bounds->has_low || bounds->has_high) {
        const enum status status = read_bound(c, type, bounds->value, &bound);
        if (status != ST_OK)
            return status;
    }
    if (bounds->has_low) {
        const bool moves = bound.has_fraction ? bound.real > 0 : !bounds->includes_low;
        if (moves && bound.integer == INT64_MAX)
            return ST_NOT_FOUND;
        check->low = bound.integer + (moves ? 1 : 0);
    }
    if (bounds->has_high) {
        const bool moves = bound.has_fraction ? bound.real < 0 : !bounds->includes_high;
        if (moves && bound.integer == INT64_MIN)
            return ST_NOT_FOUND;
        check->high = bound.integer - (moves ? 1 : 0);
    }
    return ST_OK;
}

/* Reads a number as the type's values or bounds are rounded: double or float. */
static enum status read_real(const struct check_context *c, enum field_type type,
                             struct bytes value, double *real)
{
    const bool is_double = type == FIELD_DOUBLE || type == FIELD_SCALED_FLOAT;
    const enum status status =
        is_double ? number_read_double(value, real) : number_read_float(value, real);
    if (status != ST_OK)
        return refuse_number(c, value);
    if (isnan(*real))
        *real = fabs(*real); /* Java knows one NaN, above all numbers. */
    return ST_OK;
}

enum status real_check_equal(const struct check_context *c, enum field_type type,
                             struct bytes value, struct value_check *check)
{
    double real = 0;
    const enum status status = read_real(c, type, value, &real);
    if (status != ST_OK)
        return status;
    if (type == FIELD_HALF_FLOAT)
        real = number_round_half(real);
    if (!isfinite(real))
        return ST_NOT_FOUND;
    const int64_t order = value_check_order(real);
    *check = (struct value_check){.kind = CHECK_DOUBLE_RANGE, .low = order, .high = order};
    return ST_OK;
}

enum status real_check_range(const struct check_context *c, enum field_type type,
                             const struct check_bounds *bounds, struct value_check *check)
{
    *check = (struct value_check){.kind = CHECK_DOUBLE_RANGE, .low = INT64_MIN, .high = INT64_MAX};
    double real = 0;
    if (bounds->has_low || bounds->has_high) {
        const enum status status = read_real(c, type, bounds->value, &real);
        if (status != ST_OK)
            return status;
    }
    const int64_t order = value_check_order(real);
    if (bounds->has_low)
        check->low = order + (bounds->includes_low ? 0 : 1);
    if (bounds->has_high)
        check->high = order - (bounds->includes_high ? 0 : 1);
    return ST_OK;
}

enum status boolean_check_range(const struct check_context *c, const struct check_bounds *bounds,
                                struct value_check *check)
{
    int64_t integer = 0;
    if (bounds->has_low || bounds->has_high) {
        if (!bytes_is(bounds->value, "true") && !bytes_is(bounds->value, "false"))
            return check_refuse(c, bounds->value, "is not a boolean", "write true or false");
        integer = bytes_is(bounds->value, "true") ? 1 : 0;
    }
    *check = (struct value_check){.kind = CHECK_INTEGER_RANGE, .low = 0, .high = 1};
    if (bounds->has_low)
        check->low = integer + (bounds->includes_low ? 0 : 1);
    if (bounds->has_high)
        check->high = integer - (bounds->includes_high ? 0 : 1);
    return ST_OK;
}
