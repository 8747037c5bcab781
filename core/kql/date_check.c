#include "core/kql/date_check.h"

#include "core/base/time_text.h"
#include "core/kql/date_math.h"

#define MS_PER_S INT64_C(1000)

/* a * b + c, or the number of 64 bits that is nearest to it; c is not negative. */
static int64_t mul_add(int64_t a, int64_t b, int64_t c)
{
    int64_t product = 0;
    if (MUL_OVERFLOWS(a, b, &product))
        return a < 0 ? INT64_MIN : INT64_MAX;
    return product > INT64_MAX - c ? INT64_MAX : product + c;
}

static bool is_in_nanos(struct instant instant)
{
    return instant.seconds >= 0 && instant.seconds < INT64_MAX / NS_PER_S;
}

/* Reads one bound: in units of the type (milliseconds, or nanoseconds for date_nanos). */
static enum status read_bound(const struct check_context *c, bool is_nanos, struct bytes value,
                              bool rounds_up, int64_t *units)
{
    const struct date_math math = {
        .now_ns = c->now_ns,
        .zone = c->zone,
        .arena = c->arena,
        .is_nanos = is_nanos,
        .shifts_epoch = true,
        .rounds_up = rounds_up,
    };
    struct instant instant = {0};
    const char *complaint = "";
    const enum status status = date_math_read(&math, value, &instant, &complaint);
    if (status == ST_INVALID)
        return check_refuse(c, value, "is not a date", complaint);
    if (status != ST_OK)
        return status;
    if (is_nanos && !is_in_nanos(instant))
        return check_refuse(c, value, "is outside of what date_nanos can say",
                            "such fields reach from 1970 to 2262");
    if (is_nanos)
        *units = mul_add(instant.seconds, NS_PER_S, (int64_t)instant.ns);
    else
        *units = mul_add(instant.seconds, MS_PER_S, (int64_t)instant.ns / NS_PER_MS);
    return ST_OK;
}

enum status date_check_range(const struct check_context *c, bool is_nanos,
                             const struct check_bounds *bounds, struct value_check *check)
{
    int64_t low = INT64_MIN;
    int64_t high = INT64_MAX;
    if (bounds->has_low) {
        const enum status status =
            read_bound(c, is_nanos, bounds->value, !bounds->includes_low, &low);
        if (status != ST_OK)
            return status;
        low += bounds->includes_low || low == INT64_MAX ? 0 : 1;
    }
    if (bounds->has_high) {
        const enum status status =
            read_bound(c, is_nanos, bounds->value, bounds->includes_high, &high);
        if (status != ST_OK)
            return status;
        high -= bounds->includes_high || high == INT64_MIN ? 0 : 1;
    }
    /* Values are nanoseconds; those of a date field belong to their millisecond. */
    const int64_t unit = is_nanos ? 1 : NS_PER_MS;
    const int64_t first = is_nanos ? 0 : INT64_MIN / unit;
    if ((bounds->has_low && low > INT64_MAX / unit) || (bounds->has_high && high < first))
        return ST_NOT_FOUND;
    *check = (struct value_check){
        .kind = CHECK_INTEGER_RANGE,
        .low = mul_add(low, unit, 0),
        .high = mul_add(high, unit, unit - 1),
    };
    return ST_OK;
}
