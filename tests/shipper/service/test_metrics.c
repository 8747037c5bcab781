#include "shipper/service/metrics.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

#include "core/base/macros.h"

static struct net_counters net = {.frames = 7, .malformed = 3};
static struct pairing_counters pairing = {.evicted = 2};
static struct log_directory_counters files = {.dropped = 5};
static struct elastic_counters elastic = {.created = 17, .spooled = 19, .health = ELASTIC_HOLDS};

static struct metrics example(void)
{
    static const struct metrics_interface interfaces[] = {{"eth0", 11}, {"a\"\\\nb", 0}};
    struct metrics metrics = {
        .shipping = {.lookups = {.net = &net, .pairing = &pairing},
                     .output = {.files = &files, .elastic = &elastic}},
        .interfaces = interfaces,
        .interface_count = ARRAY_LEN(interfaces),
        .started_s = 1700000000,
    };
    metrics.shipping.results[RESULT_NXDOMAIN] = 13;
    return metrics;
}

static struct buf print(const struct metrics *metrics)
{
    struct buf out;
    buf_init(&out, 65536);
    metrics_print(metrics, &out);
    cr_assert(buf_ok(&out));
    return out;
}

Test(metrics, figures_stand_under_their_names)
{
    static const char *const EXPECTED[] = {
        "dnsight_packets_total 7\n",
        "dnsight_packet_events_total{event=\"malformed\"} 3\n",
        "dnsight_pairing_events_total{event=\"evicted\"} 2\n",
        "dnsight_kernel_dropped_packets_total{interface=\"eth0\"} 11\n",
        "dnsight_lookups_total{result=\"nxdomain\"} 13\n",
        "dnsight_lookups_total{result=\"answer\"} 0\n",
        "dnsight_file_dropped_total 5\n",
        "dnsight_elastic_created_total 17\n",
        "dnsight_elastic_spooled 19\n",
        "dnsight_elastic_health{state=\"holds\"} 1\n",
        "dnsight_elastic_health{state=\"works\"} 0\n",
        "dnsight_start_time_seconds 1700000000\n",
    };
    const struct metrics metrics = example();
    struct buf out = print(&metrics);
    for (size_t i = 0; i < ARRAY_LEN(EXPECTED); i++)
        cr_expect(strstr(buf_text(&out), EXPECTED[i]) != NULL, "%s", EXPECTED[i]);
    buf_release(&out);
}

Test(metrics, labels_are_escaped)
{
    const struct metrics metrics = example();
    struct buf out = print(&metrics);
    cr_expect(strstr(buf_text(&out), "{interface=\"a\\\"\\\\\\nb\"} 0\n") != NULL);
    buf_release(&out);
}

Test(metrics, every_sample_stands_behind_its_own_type)
{
    const struct metrics metrics = example();
    struct buf out = print(&metrics);
    char type[128] = "";
    char *rest = NULL;
    const char *const text = buf_text(&out);
    char *const copy = strdup(text);
    for (char *line = strtok_r(copy, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        if (strncmp(line, "# TYPE ", 7) == 0) {
            const size_t len = strcspn(line + 7, " ");
            char heading[160];
            (void)snprintf(heading, sizeof heading, "# TYPE %.*s ", (int)len, line + 7);
            cr_expect(strstr(strstr(text, heading) + 1, heading) == NULL, "twice: %s", heading);
            (void)snprintf(type, sizeof type, "%.*s", (int)len, line + 7);
        } else if (line[0] != '#') {
            cr_expect(strncmp(line, type, strlen(type)) == 0 &&
                          strspn(line + strlen(type), "{ ") > 0,
                      "%s is not of %s", line, type);
        }
    }
    free(copy);
    buf_release(&out);
}

Test(metrics, an_output_that_is_not_open_has_no_figures)
{
    struct metrics metrics = example();
    metrics.shipping.output.files = NULL;
    metrics.shipping.output.elastic = NULL;
    struct buf out = print(&metrics);
    cr_expect(strstr(buf_text(&out), "dnsight_file_") == NULL);
    cr_expect(strstr(buf_text(&out), "dnsight_elastic_") == NULL);
    buf_release(&out);
}
