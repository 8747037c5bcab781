/* Metrics and health over HTTP on 127.0.0.1: GET /metrics and GET /healthz. Runs inside the main
 * loop, without a thread: when that hangs, nothing answers, as it should be. */
#ifndef DNSIGHT_SHIPPER_SERVICE_STATUS_SERVER_H
#define DNSIGHT_SHIPPER_SERVICE_STATUS_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/macros.h"

/* Who answers. Called from status_server_run. */
struct status_source {
    void (*metrics)(void *context, struct buf *out);
    /* True if all is well; otherwise appends what is not. */
    bool (*is_healthy)(void *context, struct buf *out);
    void *context;
};

struct status_server;

/* Listens. Port 0 takes a free one. Returns ST_OK, or ST_IO with *err (the port is in use). */
MUST_CHECK enum status status_server_open(uint16_t port, const struct status_source *source,
                                          struct status_server **server, struct error *err);
/* NULL is fine. */
void status_server_close(struct status_server *server);

/* A descriptor that becomes readable when there is something to do. */
int status_server_descriptor(const struct status_server *server);

/* Answers what can be answered without waiting. Call it now and then without the descriptor being
 * readable too, so that silent connections are ended. */
void status_server_run(struct status_server *server);

#endif
