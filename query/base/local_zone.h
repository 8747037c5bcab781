/* The time zone that the machine, or the user, has chosen. */
#ifndef DNSIGHT_QUERY_BASE_LOCAL_ZONE_H
#define DNSIGHT_QUERY_BASE_LOCAL_ZONE_H

#include "core/base/buf.h"

/* Appends the name of the local zone: TZ if it is a name, else what /etc/localtime is a link to or
 * /etc/timezone says; "UTC" when nothing can be found. */
void local_zone_name(struct buf *out);

#endif
