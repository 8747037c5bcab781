#include "shipper/service/service.h"

#include <inttypes.h>
#include <systemd/sd-daemon.h>
#include <time.h>

/* What the manager gets between stopping and killing us, besides our own time. */
#define STOP_MARGIN_MS 5000

/* Nobody can be told when telling fails. */
#define NOTIFY(...) ((void)sd_notifyf(0, __VA_ARGS__))

struct service service_of(int64_t now_ns)
{
    uint64_t watchdog_us = 0;
    struct service service = {.last_sign_ns = now_ns};
    /* Half of the manager's time, as sd_watchdog_enabled(3) advises. */
    if (sd_watchdog_enabled(0, &watchdog_us) > 0 && watchdog_us < INT64_MAX / 1000)
        service.watchdog_ns = (int64_t)watchdog_us * 1000 / 2;
    return service;
}

void service_ready(const char *status)
{
    NOTIFY("READY=1\nSTATUS=%s", status);
}

void service_reloading(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    NOTIFY("RELOADING=1\nMONOTONIC_USEC=%" PRId64,
           (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000);
}

void service_stopping(unsigned timeout_ms)
{
    NOTIFY("STOPPING=1\nSTATUS=handing on what waits\nEXTEND_TIMEOUT_USEC=%" PRIu64,
           ((uint64_t)timeout_ms + STOP_MARGIN_MS) * 1000);
}

void service_status(const char *status)
{
    NOTIFY("STATUS=%s", status);
}

void service_idle(struct service *service, int64_t now_ns)
{
    if (service->watchdog_ns == 0 || now_ns - service->last_sign_ns < service->watchdog_ns)
        return;
    service->last_sign_ns = now_ns;
    NOTIFY("WATCHDOG=1");
}
