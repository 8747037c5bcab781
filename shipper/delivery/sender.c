#include "shipper/delivery/sender.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/elastic/answer.h"
#include "shipper/delivery/clock.h"
#include "shipper/delivery/hosts.h"
#include "shipper/setup/server_ready.h"

#define WORKERS_DEFAULT 2U
/* Octets of a request's path. */
#define PATH_LEN_MAX ((size_t)1024)
/* Octets of the largest answer to a bulk request: 2,000 items with long reasons. */
#define ANSWER_OCTETS_MAX ((size_t)32 * 1024 * 1024)
/* An answer may take so many times as long as the others before the window stops growing. */
#define STEADY_FACTOR 2
/* Doublings of the wait of a batch whose answer was lost. */
#define LOST_DOUBLINGS_MAX 3U
/* Longest sleep: clocks of virtual machines stop and jump. */
#define SLEEP_MAX_MS 1000U

/* One thread: at most one request in flight. */
struct worker {
    struct sender *sender;
    pthread_t thread;
    struct delivery *delivery;
    struct http_client *clients[ELASTIC_HOSTS_MAX]; /* one for each host */
    struct http_client *renewed[ELASTIC_HOSTS_MAX]; /* with other credentials, to be used from the
                                                       next request on; under the sender's lock */
};

struct sender {
    struct sender_options options;
    struct worker workers[ELASTIC_WORKERS_MAX];
    size_t worker_count;
    size_t started;       /* threads */
    atomic_bool is_ended; /* requests in flight are broken off */
    struct buf path;      /* of bulk requests */
    pthread_mutex_t lock; /* of everything below */
    pthread_cond_t changed;
    struct hosts hosts;
    bool is_prepared;
    double window;     /* requests that may be in flight: 1 to worker_count */
    double latency_ms; /* of answers, smoothed; 0: none yet */
    unsigned in_flight;
    uint64_t progress_ms; /* when a document last got an outcome */
    struct elastic_counters counters;
};

/* --- Making ----------------------------------------------------------------------------------- */

static void make_path(struct sender *s, bool is_watched)
{
    buf_reset(&s->path);
    buf_add_u8(&s->path, '/');
    buf_add_text(&s->path, s->options.data_stream);
    buf_add_text(&s->path, "/_bulk?" BULK_FILTER_PATH);
    buf_add_text(&s->path, is_watched ? "&require_data_stream=true" : "");
    (void)buf_text(&s->path);
}

static void free_clients(struct http_client *clients[ELASTIC_HOSTS_MAX])
{
    for (size_t host = 0; host < ELASTIC_HOSTS_MAX; host++) {
        http_client_free(clients[host]);
        clients[host] = NULL;
    }
}

/* Fills what is empty; to be freed in any case. */
static MUST_CHECK enum status make_clients(struct sender *s, const struct http_options *options,
                                           struct http_client *clients[ELASTIC_HOSTS_MAX],
                                           struct error *err)
{
    struct http_options http = *options;
    http.is_ended = &s->is_ended;
    http.response_max = ANSWER_OCTETS_MAX;
    for (size_t i = 0; i < s->options.host_count; i++) {
        http.url = s->options.hosts[i];
        const enum status status = http_client_new(&http, &clients[i], err);
        if (status != ST_OK)
            return status;
    }
    return ST_OK;
}

static MUST_CHECK enum status make_worker(struct sender *s, struct error *err)
{
    struct worker *const worker = &s->workers[s->worker_count++];
    worker->sender = s;
    const struct sender_options *const o = &s->options;
    if (delivery_new(o->spool, o->letters, &o->refusals, &worker->delivery) != ST_OK)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    return make_clients(s, &o->settings->http, worker->clients, err);
}

static MUST_CHECK enum status make_parts(struct sender *s, struct error *err)
{
    clock_condition_init(&s->changed);
    (void)pthread_mutex_init(&s->lock, NULL);
    buf_init(&s->path, PATH_LEN_MAX);
    make_path(s, false);
    const struct elastic_settings *const settings = s->options.settings;
    hosts_init(&s->hosts, s->options.host_count, settings->backoff_init_ms,
               settings->backoff_max_ms);
    s->window = 1;
    s->progress_ms = clock_now_ms();
    const unsigned wanted = settings->workers == 0 ? WORKERS_DEFAULT : settings->workers;
    enum status status = ST_OK;
    for (unsigned i = 0; i < wanted && i < ELASTIC_WORKERS_MAX && status == ST_OK; i++)
        status = make_worker(s, err);
    return status;
}

enum status sender_new(const struct sender_options *options, struct sender **sender,
                       struct error *err)
{
    struct sender *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    made->options = *options;
    const enum status status = make_parts(made, err);
    if (status != ST_OK) {
        sender_free(made);
        return status;
    }
    *sender = made;
    return ST_OK;
}

void sender_free(struct sender *sender)
{
    if (sender == NULL)
        return;
    for (size_t i = 0; i < sender->worker_count; i++) {
        delivery_free(sender->workers[i].delivery);
        free_clients(sender->workers[i].clients);
        free_clients(sender->workers[i].renewed);
    }
    buf_release(&sender->path);
    (void)pthread_mutex_destroy(&sender->lock);
    (void)pthread_cond_destroy(&sender->changed);
    free(sender);
}

/* --- What answers mean for the next requests; the lock is held -------------------------------- */

static void set_health(struct sender *s, enum elastic_health health, const struct error *reason)
{
    if (s->counters.health == health && health == ELASTIC_WORKS)
        return;
    const bool is_change = s->counters.health != health;
    s->counters.health = health;
    s->counters.reason = *reason;
    if (is_change)
        s->options.health.take(s->options.health.context, health, reason->text);
}

/* Additive increase while answers come as quickly as before. */
static void widen(struct sender *s, uint64_t took_ms)
{
    const double took = (double)took_ms;
    const bool is_steady = s->latency_ms == 0 || took <= s->latency_ms * STEADY_FACTOR + 1;
    s->latency_ms = s->latency_ms == 0 ? took : s->latency_ms * 0.8 + took * 0.2;
    if (is_steady)
        s->window += 1 / s->window;
    if (s->window > (double)s->worker_count)
        s->window = (double)s->worker_count;
}

static void narrow(struct sender *s)
{
    s->window = s->window < 2 ? 1 : s->window / 2;
}

static void add_report(struct sender *s, const struct delivery_report *r)
{
    struct elastic_counters *const c = &s->counters;
    c->created += r->created;
    c->already_there += r->already_there;
    c->failure_store += r->failure_store;
    c->dead_letters += r->dead_letters;
    c->dead_letters_full += r->dead_letters_full;
    c->retried += r->retried;
    c->requests += r->requests;
    c->failed_requests += r->failed_requests;
    c->sent_octets += r->sent_octets;
}

/* What an attempt means for its host. */
static void judge_host(struct sender *s, size_t host, const struct delivery_report *r,
                       uint64_t took_ms)
{
    switch (r->reason) {
    case REQUEST_ANSWERED:
        hosts_succeeded(&s->hosts, host);
        widen(s, took_ms);
        set_health(s, ELASTIC_WORKS, &(const struct error){.status = ST_OK});
        return;
    case REQUEST_HOLD:
        hosts_hold(&s->hosts, host, clock_now_ms());
        /* Whoever mends it may have changed the templates, or the server. */
        s->is_prepared = false;
        narrow(s);
        set_health(s, ELASTIC_HOLDS, &r->error);
        return;
    case REQUEST_TOO_LARGE:
    case REQUEST_BUSY:
    case REQUEST_LOST:
        hosts_failed(&s->hosts, host, clock_now_ms(), r->retry_after_s);
        narrow(s);
        if (hosts_up(&s->hosts) == 0)
            set_health(s, ELASTIC_WAITS, &r->error);
        return;
    }
}

/* --- What becomes of a batch ------------------------------------------------------------------ */

/* When a batch of which documents are open is sent again. */
static uint64_t next_due(struct sender *s, struct spool_batch *batch,
                         const struct delivery_report *r)
{
    const unsigned attempts = batch->attempts++;
    if (r->reason == REQUEST_HOLD)
        return 0;
    if (r->reason != REQUEST_LOST)
        return clock_now_ms() + hosts_wait_ms(&s->hosts, attempts);
    /* Another host is asked at once. A batch that no host answers must not keep the others back. */
    if (attempts < s->hosts.count)
        return 0;
    const unsigned doublings = attempts - (unsigned)s->hosts.count;
    return clock_now_ms() + hosts_wait_ms(&s->hosts, doublings < LOST_DOUBLINGS_MAX
                                                         ? doublings
                                                         : LOST_DOUBLINGS_MAX);
}

static void give_back(struct sender *s, struct delivery *delivery, struct spool_batch *batch,
                      const struct delivery_report *r)
{
    (void)pthread_mutex_lock(&s->lock);
    const uint64_t due_ms = next_due(s, batch, r);
    (void)pthread_mutex_unlock(&s->lock);
    struct bytes rest;
    if (r->open < batch->name.count && delivery_rest(delivery, &rest) == ST_OK)
        (void)!spool_shrink(s->options.spool, batch, r->open, rest, due_ms);
    else
        spool_put_back(s->options.spool, batch, due_ms);
}

static void settle(struct sender *s, struct delivery *delivery, struct spool_batch *batch,
                   struct delivery_report *r)
{
    if (r->is_gone)
        spool_forget(s->options.spool, batch);
    else if (r->is_damaged)
        (void)!spool_set_aside(s->options.spool, batch, &r->error);
    else if (r->open == 0)
        (void)!spool_finish(s->options.spool, batch, &r->error);
    else
        give_back(s, delivery, batch, r);
}

/* --- The threads ------------------------------------------------------------------------------ */

/* Waits for a change, but not longer than until a moment. The lock is held. */
static void wait_until(struct sender *s, uint64_t until_ms)
{
    const uint64_t latest = clock_now_ms() + SLEEP_MAX_MS;
    clock_wait(&s->changed, &s->lock, until_ms < latest ? until_ms : latest);
}

static MUST_CHECK enum status prepare_by(struct sender *s, struct http_client *client,
                                         struct error *err)
{
    bool is_watched = false;
    const enum status status = server_make_ready(client, s->options.setup_log, &is_watched, err);
    if (status == ST_OK)
        make_path(s, is_watched);
    return status;
}

/* Nothing else is in flight: the path may change. */
static bool prepare(struct sender *s, struct worker *worker, size_t host)
{
    struct delivery_report report = {.reason = REQUEST_HOLD};
    const enum status status = prepare_by(s, worker->clients[host], &report.error);
    (void)pthread_mutex_lock(&s->lock);
    s->is_prepared = status == ST_OK;
    if (status == ST_UNREACHABLE || status == ST_NO_MEMORY)
        report.reason = REQUEST_LOST;
    if (status != ST_OK)
        judge_host(s, host, &report, 0);
    (void)pthread_mutex_unlock(&s->lock);
    return status == ST_OK;
}

/* Sends one batch. The lock is not held. */
static void serve(struct sender *s, struct worker *worker, struct spool_batch *batch, size_t host)
{
    struct delivery_report report;
    const uint64_t begin = clock_now_ms();
    const size_t before = batch->name.count;
    delivery_run(worker->delivery, worker->clients[host], (const char *)s->path.data, batch,
                 &report);
    const bool is_file_matter = report.is_damaged || report.is_gone;
    settle(s, worker->delivery, batch, &report);
    (void)pthread_mutex_lock(&s->lock);
    add_report(s, &report);
    /* A request that we broke off says nothing about its host. */
    if (!is_file_matter && !atomic_load(&s->is_ended))
        judge_host(s, host, &report, clock_now_ms() - begin);
    if (is_file_matter || report.open < before)
        s->progress_ms = clock_now_ms();
    (void)pthread_mutex_unlock(&s->lock);
}

/* Waits for something to do. False at the end; the lock is held. */
static bool next_turn(struct sender *s, size_t *host, struct spool_batch **batch)
{
    while (!atomic_load(&s->is_ended)) {
        uint64_t until = UINT64_MAX;
        const bool may_send =
            s->in_flight < (unsigned)s->window && (s->is_prepared || s->in_flight == 0);
        if (may_send && hosts_choose(&s->hosts, clock_now_ms(), host, &until)) {
            *batch = spool_take(s->options.spool, clock_now_ms(), &until);
            if (*batch != NULL)
                return true;
        }
        wait_until(s, until);
    }
    return false;
}

/* Takes over clients with other credentials, if there are some. The lock is held. */
static void renew_clients(struct worker *worker)
{
    if (worker->renewed[0] == NULL)
        return;
    free_clients(worker->clients);
    memcpy(worker->clients, worker->renewed, sizeof worker->clients);
    memset(worker->renewed, 0, sizeof worker->renewed);
}

static void *work(void *context)
{
    struct worker *const worker = context;
    struct sender *const s = worker->sender;
    size_t host = 0;
    struct spool_batch *batch = NULL;
    (void)pthread_mutex_lock(&s->lock);
    while (next_turn(s, &host, &batch)) {
        renew_clients(worker);
        s->in_flight++;
        const bool is_prepared = s->is_prepared;
        (void)pthread_mutex_unlock(&s->lock);
        if (is_prepared || prepare(s, worker, host))
            serve(s, worker, batch, host);
        else
            spool_put_back(s->options.spool, batch, 0);
        (void)pthread_mutex_lock(&s->lock);
        s->in_flight--;
        (void)pthread_cond_broadcast(&s->changed);
    }
    (void)pthread_mutex_unlock(&s->lock);
    return NULL;
}

enum status sender_prepare(struct sender *sender, struct error *err)
{
    enum status status = ST_OK;
    for (size_t host = 0; host < sender->options.host_count; host++) {
        status = prepare_by(sender, sender->workers[0].clients[host], err);
        if (status == ST_OK)
            break;
    }
    sender->is_prepared = status == ST_OK;
    return status;
}

enum status sender_start(struct sender *sender)
{
    for (size_t i = 0; i < sender->worker_count; i++) {
        if (pthread_create(&sender->workers[i].thread, NULL, work, &sender->workers[i]) != 0) {
            sender_stop(sender);
            return ST_NO_MEMORY;
        }
        sender->started++;
    }
    return ST_OK;
}

void sender_wake(struct sender *sender)
{
    (void)pthread_mutex_lock(&sender->lock);
    (void)pthread_cond_broadcast(&sender->changed);
    (void)pthread_mutex_unlock(&sender->lock);
}

enum status sender_renew(struct sender *sender, const struct http_options *http, struct error *err)
{
    struct http_client *made[ELASTIC_WORKERS_MAX][ELASTIC_HOSTS_MAX] = {{NULL}};
    enum status status = ST_OK;
    for (size_t i = 0; i < sender->worker_count && status == ST_OK; i++)
        status = make_clients(sender, http, made[i], err);
    (void)pthread_mutex_lock(&sender->lock);
    for (size_t i = 0; i < sender->worker_count; i++) {
        if (status != ST_OK) {
            free_clients(made[i]);
            continue;
        }
        free_clients(sender->workers[i].renewed);
        memcpy(sender->workers[i].renewed, made[i], sizeof made[i]);
    }
    if (status == ST_OK) {
        hosts_wake(&sender->hosts);
        /* What holds is said again, if it still does. */
        if (sender->counters.health == ELASTIC_HOLDS)
            sender->counters.health = ELASTIC_WAITS;
        (void)pthread_cond_broadcast(&sender->changed);
    }
    (void)pthread_mutex_unlock(&sender->lock);
    return status;
}

bool sender_drain(struct sender *sender, unsigned wait_ms, bool is_patient)
{
    (void)pthread_mutex_lock(&sender->lock);
    sender->progress_ms = clock_now_ms();
    for (;;) {
        const bool is_empty = spool_stats(sender->options.spool).files == 0;
        const bool is_late = clock_now_ms() >= sender->progress_ms + wait_ms;
        const bool is_over = is_late && (!is_patient || sender->in_flight == 0);
        const bool is_held = sender->counters.health == ELASTIC_HOLDS;
        if (is_empty || is_over || is_held) {
            (void)pthread_mutex_unlock(&sender->lock);
            return is_empty;
        }
        wait_until(sender, is_late ? UINT64_MAX : sender->progress_ms + wait_ms);
    }
}

void sender_stop(struct sender *sender)
{
    atomic_store(&sender->is_ended, true);
    sender_wake(sender);
    while (sender->started > 0)
        (void)pthread_join(sender->workers[--sender->started].thread, NULL);
    atomic_store(&sender->is_ended, false);
}

static MUST_CHECK enum status refresh_by(struct http_client *client, const char *path,
                                         struct error *err)
{
    const struct http_request request = {.method = HTTP_POST, .path = path};
    struct http_response response;
    http_response_init(&response, client);
    enum status status = answer_await(client, &request, &response, "refresh", err);
    if (status == ST_UNAUTHORISED)
        status = ST_OK;
    http_response_release(&response);
    return status;
}

enum status sender_refresh(struct sender *sender, struct error *err)
{
    struct buf path;
    buf_init(&path, PATH_LEN_MAX);
    buf_add_format(&path, "/%s/_refresh", sender->options.data_stream);
    enum status status = ST_UNREACHABLE;
    for (size_t i = 0; i < sender->options.host_count && status != ST_OK; i++)
        status = refresh_by(sender->workers[0].clients[i], buf_text(&path), err);
    buf_release(&path);
    return status;
}

void sender_counters(struct sender *sender, struct elastic_counters *counters)
{
    const struct spool_stats spool = spool_stats(sender->options.spool);
    (void)pthread_mutex_lock(&sender->lock);
    *counters = sender->counters;
    counters->hosts_up = hosts_up(&sender->hosts);
    counters->in_flight = sender->in_flight;
    counters->window = (uint64_t)sender->window;
    (void)pthread_mutex_unlock(&sender->lock);
    counters->recovered = spool.recovered;
    counters->dropped_spool = spool.dropped;
    counters->quarantined = spool.quarantined;
    counters->quarantined_files = spool.quarantined_files;
    counters->spooled = spool.documents;
    counters->spool_files = spool.files;
    counters->spool_octets = spool.octets;
}
