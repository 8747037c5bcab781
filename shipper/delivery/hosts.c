#include "shipper/delivery/hosts.h"

#include "core/base/bytes.h"

#define INIT_MS_DEFAULT 1000U
#define MAX_MS_DEFAULT  60000U
/* Seconds of the longest wait that a server may ask for. */
#define ASKED_MAX_S 600U
/* 2^16 seconds is longer than any wait. */
#define DOUBLINGS_MAX 16U

void hosts_init(struct hosts *hosts, size_t count, unsigned init_ms, unsigned max_ms)
{
    *hosts = (struct hosts){
        .count = count,
        .init_ms = init_ms == 0 ? INIT_MS_DEFAULT : init_ms,
        .max_ms = max_ms == 0 ? MAX_MS_DEFAULT : max_ms,
        .jitter = siphash_key_random(),
    };
}

uint64_t hosts_wait_ms(struct hosts *hosts, unsigned n)
{
    uint64_t most = (uint64_t)hosts->init_ms << (n < DOUBLINGS_MAX ? n : DOUBLINGS_MAX);
    most = most < hosts->max_ms ? most : hosts->max_ms;
    hosts->waits++;
    const struct bytes seed = {(const uint8_t *)&hosts->waits, sizeof hosts->waits};
    return siphash_64(hosts->jitter, seed) % (most + 1);
}

bool hosts_choose(struct hosts *hosts, uint64_t now_ms, size_t *chosen, uint64_t *awake_ms)
{
    bool has_one = false;
    *awake_ms = UINT64_MAX;
    for (size_t i = 0; i < hosts->count; i++) {
        const size_t at = (hosts->next + i) % hosts->count;
        const struct host *const host = &hosts->list[at];
        if (host->awake_ms > now_ms) {
            *awake_ms = host->awake_ms < *awake_ms ? host->awake_ms : *awake_ms;
            continue;
        }
        if (!has_one || (hosts->list[*chosen].failures > 0 && host->failures == 0))
            *chosen = at;
        has_one = true;
    }
    if (has_one)
        hosts->next = (*chosen + 1) % hosts->count;
    return has_one;
}

void hosts_succeeded(struct hosts *hosts, size_t host)
{
    hosts->list[host] = (struct host){0};
}

void hosts_failed(struct hosts *hosts, size_t host, uint64_t now_ms, unsigned asked_s)
{
    uint64_t wait_ms = hosts_wait_ms(hosts, hosts->list[host].failures);
    const uint64_t asked_ms = (uint64_t)(asked_s < ASKED_MAX_S ? asked_s : ASKED_MAX_S) * 1000;
    wait_ms = wait_ms > asked_ms ? wait_ms : asked_ms;
    hosts->list[host].failures++;
    hosts->list[host].awake_ms = now_ms + wait_ms;
}

void hosts_hold(struct hosts *hosts, size_t host, uint64_t now_ms)
{
    hosts->list[host].failures++;
    hosts->list[host].awake_ms = now_ms + hosts->max_ms;
}

void hosts_wake(struct hosts *hosts)
{
    for (size_t i = 0; i < hosts->count; i++)
        hosts->list[i].awake_ms = 0;
}

size_t hosts_up(const struct hosts *hosts)
{
    size_t up = 0;
    for (size_t i = 0; i < hosts->count; i++)
        up += hosts->list[i].failures == 0;
    return up;
}
