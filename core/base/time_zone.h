/* Time zones: fixed offsets, and the rules of the IANA database as the system keeps them
 * (RFC 8536 files in /usr/share/zoneinfo). */
#ifndef DNSIGHT_BASE_TIME_ZONE_H
#define DNSIGHT_BASE_TIME_ZONE_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"

/* Changes of a zone's offset, in order of time. */
struct time_zone {
    int32_t first_offset_s; /* seconds east of UTC before the first change */
    size_t count;
    const int64_t *times;     /* when: seconds since 1970, UTC */
    const int32_t *offsets_s; /* the offset from then on */
};

/* UTC. */
extern const struct time_zone TIME_ZONE_UTC;

/* Finds a zone by name as Java's ZoneId.of does: "Z"; an offset ("+2", "+02", "+0200", "+02:00"),
 * alone or behind "UTC", "GMT" or "UT"; an IANA name ("Europe/Berlin"). The result lives on the
 * arena or is static. Returns ST_OK; ST_NOT_FOUND if there is no such zone or no file of it;
 * ST_MALFORMED if the file is damaged; ST_NO_MEMORY. */
MUST_CHECK enum status time_zone_find(struct bytes name, struct arena *arena,
                                      const struct time_zone **zone);

/* Reads the content of a zone file (RFC 8536, version 2 and later). Rules for the time after the
 * last change are not read: the last offset stays. Returns ST_OK, ST_MALFORMED or ST_NO_MEMORY. */
MUST_CHECK enum status time_zone_read(struct bytes file, struct arena *arena,
                                      struct time_zone *zone);

/* "Z", "+2", "+02", "+0200", "+02:00", "+02:00:30", up to 18 hours. Returns ST_OK and seconds east
 * of UTC, or ST_INVALID. */
MUST_CHECK enum status time_zone_offset_read(struct bytes text, int32_t *offset_s);

/* The offset at an instant (seconds since 1970, UTC). */
int32_t time_zone_offset(const struct time_zone *zone, int64_t seconds);

/* The offset that holds when clocks of the zone show `local_s` (seconds since 1970-01-01T00:00:00
 * by the clock). Where the clock shows a time twice, `preferred_s` if it is one of the two, else
 * the earlier. Where it skips the time, *local_s is moved on by what is skipped, as Java does. */
int32_t time_zone_offset_of_local(const struct time_zone *zone, int64_t *local_s,
                                  int32_t preferred_s);

#endif
