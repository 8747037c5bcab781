#include "shipper/service/metrics.h"

#include <inttypes.h>
#include <string.h>

enum metric_type { COUNTER, GAUGE };

static void describe(struct buf *out, const char *name, enum metric_type type, const char *help)
{
    buf_add_format(out, "# HELP dnsight_%s %s\n# TYPE dnsight_%s %s\n", name, help, name,
                   type == COUNTER ? "counter" : "gauge");
}

/* A label's value with \, " and line ends escaped. */
static void add_label(struct buf *out, const char *value)
{
    for (const char *c = value; *c != '\0'; c++) {
        if (*c == '\\' || *c == '"')
            buf_add_u8(out, '\\');
        if (*c == '\n')
            buf_add_text(out, "\\n");
        else
            buf_add_u8(out, (uint8_t)*c);
    }
}

static void add_labelled(struct buf *out, const char *name, const char *label, const char *value,
                         uint64_t number)
{
    buf_add_format(out, "dnsight_%s{%s=\"", name, label);
    add_label(out, value);
    buf_add_format(out, "\"} %" PRIu64 "\n", number);
}

static void add_single(struct buf *out, const char *name, enum metric_type type, const char *help,
                       uint64_t number)
{
    describe(out, name, type, help);
    buf_add_format(out, "dnsight_%s %" PRIu64 "\n", name, number);
}

static void add_process(struct buf *out, const struct metrics *m)
{
    describe(out, "build_info", GAUGE, "Always 1; the version of dnsightd.");
    add_labelled(out, "build_info", "version", DNSIGHT_VERSION, 1);
    add_single(out, "start_time_seconds", GAUGE, "When dnsightd was started, since 1970.",
               (uint64_t)m->started_s);
    add_single(out, "config_reloads_total", COUNTER, "Reloads of the configuration.", m->reloads);
    add_single(out, "config_reload_failures_total", COUNTER,
               "Reloads that failed; the old configuration stayed.", m->reload_failures);
}

/* What happens to packets, one event a name of NET_COUNTER_LIST and PAIRING_COUNTER_LIST. */
static void add_capture(struct buf *out, const struct metrics *m)
{
    const struct net_counters *const net = m->shipping.lookups.net;
    describe(out, "kernel_dropped_packets_total", COUNTER,
             "Packets that the kernel dropped because they were not taken in time.");
    for (size_t i = 0; i < m->interface_count; i++)
        add_labelled(out, "kernel_dropped_packets_total", "interface", m->interfaces[i].name,
                     m->interfaces[i].dropped);
    add_single(out, "packets_total", COUNTER, "Packets taken.", net->frames);
    describe(out, "packet_events_total", COUNTER, "What happened to packets, by kind.");
#define ADD_EVENT(name, text)         \
    if (strcmp(#name, "frames") != 0) \
        add_labelled(out, "packet_events_total", "event", #name, net->name);
    NET_COUNTER_LIST(ADD_EVENT)
#undef ADD_EVENT
}

static void add_lookups(struct buf *out, const struct metrics *m)
{
    const struct pairing_counters *const pairing = m->shipping.lookups.pairing;
    add_single(out, "messages_total", COUNTER, "DNS messages read.", m->shipping.lookups.messages);
    add_single(out, "malformed_messages_total", COUNTER, "DNS messages with a defect.",
               m->shipping.lookups.malformed);
    describe(out, "pairing_events_total", COUNTER,
             "What happened when queries and responses were paired, by kind.");
#define ADD_EVENT(name, text) \
    add_labelled(out, "pairing_events_total", "event", #name, pairing->name);
    PAIRING_COUNTER_LIST(ADD_EVENT)
#undef ADD_EVENT
    describe(out, "lookups_total", COUNTER, "Lookups, by lookup.result.");
    for (enum lookup_result result = 0; result < RESULT_COUNT; result++)
        add_labelled(out, "lookups_total", "result", lookup_result_name(result),
                     m->shipping.results[result]);
    add_single(out, "filtered_lookups_total", COUNTER, "Lookups that the filter left out.",
               m->shipping.filtered);
    add_single(out, "stored_lookups_total", COUNTER, "Lookups given to the output.",
               m->shipping.stored);
}

static void add_files(struct buf *out, const struct log_directory_counters *files)
{
#define ADD_COUNTER(name, text) \
    add_single(out, "file_" #name "_total", COUNTER, text ".", files->name);
    LOG_DIRECTORY_COUNTER_LIST(ADD_COUNTER)
#undef ADD_COUNTER
}

static void add_elastic(struct buf *out, const struct elastic_counters *elastic)
{
    static const char *const healths[] = {"works", "waits", "holds", "fails"};
#define ADD_COUNTER(name, text) \
    add_single(out, "elastic_" #name "_total", COUNTER, text ".", elastic->name);
    ELASTIC_COUNTER_LIST(ADD_COUNTER)
#undef ADD_COUNTER
#define ADD_GAUGE(name, text) add_single(out, "elastic_" #name, GAUGE, text ".", elastic->name);
    ELASTIC_GAUGE_LIST(ADD_GAUGE)
#undef ADD_GAUGE
    describe(out, "elastic_health", GAUGE,
             "1 for what is true: delivery works, waits for servers, holds until somebody acts, or "
             "the spool fails.");
    for (size_t i = 0; i < ARRAY_LEN(healths); i++)
        add_labelled(out, "elastic_health", "state", healths[i],
                     i == (size_t)elastic->health ? 1 : 0);
}

void metrics_print(const struct metrics *metrics, struct buf *out)
{
    add_process(out, metrics);
    add_capture(out, metrics);
    add_lookups(out, metrics);
    if (metrics->shipping.output.files != NULL)
        add_files(out, metrics->shipping.output.files);
    if (metrics->shipping.output.elastic != NULL)
        add_elastic(out, metrics->shipping.output.elastic);
}
