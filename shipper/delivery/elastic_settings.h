/* What an operator can say about delivery to Elasticsearch or OpenSearch: plain values, filled from
 * the configuration or the command line. A value of 0 or NULL is the default. */
#ifndef DNSIGHT_SHIPPER_DELIVERY_ELASTIC_SETTINGS_H
#define DNSIGHT_SHIPPER_DELIVERY_ELASTIC_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/elastic/http.h"

/* Hosts that can be given. */
#define ELASTIC_HOSTS_MAX 16

/* Requests in flight at most that can be given. */
#define ELASTIC_WORKERS_MAX 16

/* What happens when the spool has no room for another batch. Failures (lookups whose result is not
 * `answer`) are dropped only when there are no plain answers to drop instead. */
enum spool_policy {
    SPOOL_DROP_OLDEST, /* the oldest batches go */
    SPOOL_DROP_NEW,    /* new batches are not taken */
    SPOOL_BLOCK,       /* wait; what capture brings meanwhile is dropped once memory is full */
};

/* When the file of a batch is synced. */
enum spool_mode {
    SPOOL_ALWAYS,     /* before it is sent: a batch that was accepted outlives the machine */
    SPOOL_ON_FAILURE, /* only when sending it fails: what was accepted a moment ago can be lost when
                         the machine stops, not when the program does */
};

struct spool_settings {
    const char *path;    /* the folder; NULL: /var/lib/dnsight/spool for `run`, a temporary folder
                            for `read` */
    uint64_t octets_max; /* on disk, without dead letters and quarantine; default 1 GiB */
    enum spool_policy policy;
    enum spool_mode mode;
    bool is_unsynced; /* files are not synced: what was accepted can be lost when the machine
                         stops, not when the program does */
    uint64_t dead_letters_max; /* octets of the file of refused documents; default 64 MiB */
};

struct elastic_settings {
    const char *const *hosts; /* addresses; NULL: the target of --output alone */
    size_t host_count;
    const char *data_stream;  /* NULL: what stands behind the first address, else
                                 logs-dnsight.lookup-default */
    struct http_options http; /* of every host; its url is not used */
    unsigned workers;         /* requests in flight at most; default 2 */
    size_t batch_documents;   /* documents of one request; default and most: BULK_DOCUMENTS_MAX */
    size_t batch_octets;      /* octets of one request before compression; default and most:
                                 BULK_OCTETS_MAX */
    unsigned flush_ms;        /* a batch waits for more documents at most so long; default 1 s */
    bool has_no_ids;          /* documents are sent without their _id: a little cheaper, but a
                                 repeated request stores them twice */
    unsigned backoff_init_ms; /* default 1 s */
    unsigned backoff_max_ms;  /* default 60 s */
    unsigned shutdown_ms;     /* at the end the spool is given so long to empty; default 5 s for
                                 `run`; `read` waits as long as documents are being stored */
    struct spool_settings spool;
    const char *config_path; /* of the file that says this, for messages; NULL: there is none */
};

#endif
