/* What a service manager (systemd) and the daemon tell each other. Outside of systemd all of it
 * does nothing. */
#ifndef DNSIGHT_SHIPPER_SERVICE_SERVICE_H
#define DNSIGHT_SHIPPER_SERVICE_SERVICE_H

#include <stdint.h>

/* Zero is a service without a watchdog. */
struct service {
    int64_t watchdog_ns; /* time between two signs of life; 0: nobody waits for them */
    int64_t last_sign_ns;
};

/* Reads what the manager wants, and takes the time. */
struct service service_of(int64_t now_ns);

/* The daemon records from now on (or again, after a reload). `status` is one line for people. */
void service_ready(const char *status);

/* The configuration is being read again; service_ready ends it. */
void service_reloading(void);

/* The daemon stops, which may take so long. */
void service_stopping(unsigned timeout_ms);

/* One line for `systemctl status`. */
void service_status(const char *status);

/* A sign of life if one is due. For the main loop, much more often than the watchdog wants it. */
void service_idle(struct service *service, int64_t now_ns);

#endif
