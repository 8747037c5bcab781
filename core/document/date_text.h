/* Dates as Elasticsearch reads them by default: strict_date_optional_time||epoch_millis, and for
 * date_nanos strict_date_optional_time_nanos||epoch_millis. */
#ifndef DNSIGHT_DOCUMENT_DATE_TEXT_H
#define DNSIGHT_DOCUMENT_DATE_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"

/* The last part of a date that was written. */
enum date_precision {
    DATE_YEAR,
    DATE_MONTH,
    DATE_DAY,
    DATE_HOUR,
    DATE_MINUTE,
    DATE_SECOND,
    DATE_MILLISECOND, /* milliseconds since 1970, without a fraction */
    DATE_FRACTION,    /* a fraction of the second, however short */
};

struct date_text {
    enum date_precision precision;
    int64_t seconds;   /* since 1970-01-01T00:00:00 by the clock of its zone; parts that were not
                          written are 1 January, 00:00:00 */
    uint32_t ns;       /* 0 to 999,999,999 */
    bool has_offset;   /* the text says how far the clock is from UTC ("Z", "+02:00", epoch) */
    int32_t offset_s;  /* seconds east of UTC, when has_offset */
    bool is_epoch;     /* milliseconds since 1970 */
    struct bytes zone; /* name of a time zone behind the time, not looked up; else empty */
};

/* Reads a date. Returns ST_OK, or ST_INVALID. */
MUST_CHECK enum status date_text_read(struct bytes text, bool is_nanos, struct date_text *date);

/* The instant of a date that says its offset, or is in UTC; times outside of what nanoseconds in
 * 64 bits can say become the first or last of them. */
int64_t date_text_ns(const struct date_text *date);

#endif
