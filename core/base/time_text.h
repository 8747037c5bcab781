/* Times as text and back. A time is nanoseconds since 1970-01-01T00:00:00Z, leap seconds ignored;
 * it covers the years 1677 to 2262. */
#ifndef DNSIGHT_BASE_TIME_TEXT_H
#define DNSIGHT_BASE_TIME_TEXT_H

#include <stdint.h>

#include "core/base/buf.h"

#define NS_PER_US INT64_C(1000)
#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S  INT64_C(1000000000)

/* A day and time of the proleptic Gregorian calendar, UTC. */
struct civil_time {
    int64_t year;
    unsigned month;  /* 1 to 12 */
    unsigned day;    /* 1 to 31 */
    unsigned hour;   /* 0 to 23 */
    unsigned minute; /* 0 to 59 */
    unsigned second; /* 0 to 59 */
    unsigned ns;     /* 0 to 999,999,999 */
};

/* Days from 1970-01-01 to a day of the Gregorian calendar. */
int64_t civil_days(int64_t year, unsigned month, unsigned day);

/* The day that is so many days behind 1970-01-01, at 00:00:00. */
struct civil_time civil_from_days(int64_t days);

struct civil_time civil_from_ns(int64_t time_ns);

/* Octets of "2026-11-23T07:22:38". */
#define TIME_SECOND_LEN 19

/* Writes TIME_SECOND_LEN octets for a second since 1970, UTC, years 0 to 9999. */
void time_put_second(uint8_t *to, int64_t second);

/* Appends RFC 3339 in UTC with `digits` (0, 3, 6 or 9) decimals of the second, the rest cut:
 * 2026-11-23T07:22:38.123456Z. */
void time_print(int64_t time_ns, unsigned digits, struct buf *out);

#endif
