/* The monotonic clock in milliseconds, and waiting by it: clocks that people set do not matter. */
#ifndef DNSIGHT_SHIPPER_DELIVERY_CLOCK_H
#define DNSIGHT_SHIPPER_DELIVERY_CLOCK_H

#include <pthread.h>
#include <stdint.h>

/* Milliseconds since some moment in the past. */
uint64_t clock_now_ms(void);

/* Makes a condition for clock_wait; pthread_cond_destroy ends it. */
void clock_condition_init(pthread_cond_t *condition);

/* Waits, at most until a moment of clock_now_ms. The lock is held before and after. */
void clock_wait(pthread_cond_t *condition, pthread_mutex_t *lock, uint64_t until_ms);

#endif
