/* Privileges end early: sockets are opened first, then root's powers go, then traffic is read. */
#ifndef DNSIGHT_SHIPPER_SERVICE_PRIVILEGES_H
#define DNSIGHT_SHIPPER_SERVICE_PRIVILEGES_H

#include "core/base/error.h"
#include "core/base/macros.h"

/* Gives up every capability of this thread, and of those that it starts, and the chance to get one
 * back. Returns ST_OK (also when there was
 * nothing to give up), or ST_IO with *err. */
MUST_CHECK enum status privileges_drop(struct error *err);

#endif
