#include "shipper/delivery/elastic_output.h"

#include <criterion/criterion.h>

#include "tests/core/elastic/script_server.h"

static char folder[] = "/tmp/dnsight-output.XXXXXX";

static void begin(void)
{
    cr_assert(http_global_init() == ST_OK);
    cr_assert(mkdtemp(folder) != NULL);
    (void)setenv("DNSIGHT_SPOOL_DIR", folder, 1);
}

static void end(void)
{
    http_global_release();
    static const char *const inside[] = {".lock", "quarantine", SPOOL_DEAD_LETTERS, "."};
    for (size_t i = 0; i < ARRAY_LEN(inside); i++) {
        char path[128];
        (void)snprintf(path, sizeof path, "%s/%s", folder, inside[i]);
        (void)remove(i + 1 == ARRAY_LEN(inside) ? folder : path);
    }
}

TestSuite(elastic_output, .init = begin, .fini = end);

#define OK(body)        ANSWER("200 OK", "", body)
#define MISSING         ANSWER("404 Not Found", "", "{}")
#define FORBIDDEN       ANSWER("403 Forbidden", "", "{\"error\":{\"reason\":\"unauthorized\"}}")
#define ROOT            OK("{\"version\":{\"number\":\"9.2.0\"}}")
#define KNOWS_PARAMETER ANSWER("400 Bad Request", "", "{\"error\":\"no requests added\"}")
#define LACKS_PARAMETER ANSWER("400 Bad Request", "", "{\"error\":\"unrecognized parameter\"}")
#define CREATED         OK("{\"items\":[{\"create\":{\"status\":201}}]}")
#define REFUSAL(id, why)                                                                         \
    "{\"create\":{\"status\":400,\"error\":{\"type\":\"document_parsing_exception\",\"reason\":" \
    "\"[1:" id "] " why " in document with id '" id "'. Preview: x\"}}}"

/* What came of an output that got one document, or more of them. */
struct outcome {
    enum status status;
    struct error err;
    struct elastic_counters counters;
    struct refusals refusals;
    struct buf asked;
    char messages[4096];
};

static struct outcome store(const char *target, size_t documents, const char *const *answers,
                            size_t count)
{
    struct outcome o = {.status = ST_OK};
    struct script_server server = script_server_start(answers, count);
    char url[256];
    (void)snprintf(url, sizeof url, "%s%s", server.url, target);
    FILE *const messages = fmemopen(o.messages, sizeof o.messages - 1, "w");
    const struct elastic_output_options options = {
        .settings = {.workers = 1, .backoff_init_ms = 1, .backoff_max_ms = 1, .shutdown_ms = 5000},
        .target = url,
        .messages = messages};
    struct elastic_output *output = NULL;
    o.status = elastic_output_open(&options, &output, &o.err);
    for (size_t i = 0; o.status == ST_OK && i < documents; i++) {
        char id[24];
        (void)snprintf(id, sizeof id, "%zu", i);
        o.status =
            elastic_output_add(output, SPOOL_ANSWERS, bytes_of(id), BYTES_LITERAL("{}"), &o.err);
    }
    if (o.status == ST_OK)
        o.status = elastic_output_finish(output, &o.err);
    if (output != NULL) {
        elastic_output_counters(output, &o.counters);
        o.refusals = *elastic_output_refusals(output);
        const struct elastic_counters *const c = &o.counters;
        cr_expect_eq(c->added + c->recovered,
                     c->created + c->already_there + c->failure_store + c->dead_letters +
                         c->dead_letters_full + c->dropped_queue + c->dropped_spool +
                         c->dropped_large + c->quarantined + c->waiting + c->spooled);
    }
    elastic_output_free(output);
    (void)fclose(messages);
    o.asked = script_server_finish(&server);
    return o;
}

static bool was_asked(const struct outcome *o, const char *text)
{
    return bytes_find(buf_bytes(&o->asked), bytes_of(text)) != SIZE_MAX;
}

Test(elastic_output, stores_and_makes_visible)
{
    static const char *const answers[] = {ROOT, KNOWS_PARAMETER, OK("{}"), CREATED, OK("{}")};
    struct outcome o = store("", 1, answers, ARRAY_LEN(answers));
    cr_expect(o.status == ST_OK, "%s", o.err.text);
    cr_expect_eq(o.counters.created, 1);
    cr_expect(was_asked(&o, "POST /logs-dnsight.lookup-default/_bulk?"));
    cr_expect(was_asked(&o, "&require_data_stream=true HTTP"));
    cr_expect(was_asked(&o, "POST /logs-dnsight.lookup-default/_refresh "));
    cr_expect_str_eq(o.messages, "");
    buf_release(&o.asked);
}

Test(elastic_output, without_documents_nothing_is_sent)
{
    static const char *const answers[] = {ROOT, KNOWS_PARAMETER, OK("{}")};
    struct outcome o = store("", 0, answers, ARRAY_LEN(answers));
    cr_expect(o.status == ST_OK, "%s", o.err.text);
    buf_release(&o.asked);
}

Test(elastic_output, missing_templates_are_installed_and_that_is_said)
{
    static const char *const answers[] = {
        ROOT,
        KNOWS_PARAMETER,
        MISSING, /* open */
        ROOT,
        OK(""),
        OK(""),
        OK(""),
        OK(""),
        OK(""),
        OK(""),
        OK(""),
        OK(""),
        OK(""), /* probes */
        KNOWS_PARAMETER,
        MISSING,
        OK("{}"),
        MISSING,
        MISSING,
        OK("{}"), /* setup */
        OK("{\"template\":{\"mappings\":{\"properties\":{\"rrsets\":{\"type\":\"nested\"}}}}}"),
        OK("{}"),
        OK("{}"), /* data streams and their mappings: nothing to roll over */
        CREATED,
        OK("{}")};
    struct outcome o = store("/logs-dnsight.lookup-prod", 1, answers, ARRAY_LEN(answers));
    cr_expect(o.status == ST_OK, "%s", o.err.text);
    cr_expect_eq(o.counters.created, 1);
    cr_expect(strstr(o.messages, "the templates are missing and are installed") != NULL, "%s",
              o.messages);
    cr_expect(strstr(o.messages, "_index_template/dnsight: created") != NULL, "%s", o.messages);
    const size_t component =
        bytes_find(buf_bytes(&o.asked), bytes_of("PUT /_component_template/dnsight-mappings "));
    const size_t index = bytes_find(buf_bytes(&o.asked), bytes_of("PUT /_index_template/dnsight "));
    const size_t bulk =
        bytes_find(buf_bytes(&o.asked), bytes_of("POST /logs-dnsight.lookup-prod/_bulk?filter"));
    cr_expect(component < index && index < bulk && bulk != SIZE_MAX);
    buf_release(&o.asked);
}

Test(elastic_output, credentials_that_may_only_write_are_enough)
{
    static const char *const answers[] = {ROOT, KNOWS_PARAMETER, FORBIDDEN, CREATED, FORBIDDEN};
    struct outcome o = store("", 1, answers, ARRAY_LEN(answers));
    cr_expect(o.status == ST_OK, "%s", o.err.text);
    cr_expect_eq(o.counters.created, 1);
    buf_release(&o.asked);
}

Test(elastic_output, unless_the_server_would_make_an_index_by_accident)
{
    static const char *const answers[] = {ROOT, LACKS_PARAMETER, FORBIDDEN};
    struct outcome o = store("", 1, answers, ARRAY_LEN(answers));
    cr_expect(o.status == ST_UNAUTHORISED, "%s", o.err.text);
    buf_release(&o.asked);
}

Test(elastic_output, bulk_parameter_is_left_out_where_it_is_unknown)
{
    static const char *const answers[] = {ROOT, LACKS_PARAMETER, OK("{}"), CREATED, OK("{}")};
    struct outcome o = store("", 1, answers, ARRAY_LEN(answers));
    cr_expect(o.status == ST_OK, "%s", o.err.text);
    cr_expect_not(was_asked(&o, "failure_store&"));
    buf_release(&o.asked);
}

Test(elastic_output, data_stream_must_be_one_of_ours)
{
    static const char *const wrong[] = {
        "/my-index",          "/logs-dnsight.lookup",     "/logs-dnsight.-default",
        "/logs-dnsight.a-",   "/logs-dnsight.lookup-a-b", "/logs-dnsight.Lookup-default",
        "/logs-dnsight.*-*",  "/logs-dnsight.a-b,c",      "/logs-other.lookup-default",
        "/logs-dnsight.a-%41"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct outcome o = store(wrong[i], 1, NULL, 0);
        cr_expect(o.status == ST_INVALID, "%s: %s", wrong[i], status_text(o.status));
        cr_expect(strstr(o.err.text, "logs-dnsight.DATASET-NAMESPACE") != NULL, "%s", o.err.text);
        buf_release(&o.asked);
    }
}

Test(elastic_output, refusals_for_the_same_reason_are_counted_together)
{
    static const char *const answers[] = {
        ROOT, KNOWS_PARAMETER, OK("{}"),
        OK("{\"items\":[" REFUSAL("0", "no ip") "," REFUSAL("1", "no ip") "," REFUSAL(
            "2", "no date") ",{\"create\":{\"status\":409}}]}"),
        OK("{}")};
    struct outcome o = store("", 4, answers, ARRAY_LEN(answers));
    cr_expect(o.status == ST_OK, "%s", o.err.text);
    cr_expect_eq(o.refusals.total, 3);
    cr_expect_eq(o.counters.already_there, 1);
    cr_assert_eq(o.refusals.count, 2);
    cr_expect_eq(o.refusals.list[0].count, 2);
    cr_expect_str_eq(o.refusals.list[0].id, "0");
    cr_expect_str_eq(o.refusals.list[0].reason, "no ip in document with id '0'. Preview: x");
    cr_expect_eq(o.refusals.list[1].count, 1);
    buf_release(&o.asked);
}

Test(elastic_output, answer_that_is_cut_at_any_octet_is_no_answer)
{
    static const char whole[] = "{\"items\":[{\"create\":{\"status\":201}}]}";
    for (size_t len = 0; len < strlen(whole); len++) {
        char cut[256];
        (void)snprintf(cut, sizeof cut, "200 OK\r\n\r\n%.*s", (int)len, whole);
        const char *const answers[] = {ROOT, KNOWS_PARAMETER, OK("{}"), cut, CREATED, OK("{}")};
        struct outcome o = store("", 1, answers, ARRAY_LEN(answers));
        cr_expect(o.status == ST_OK, "%zu: %s", len, o.err.text);
        cr_expect_eq(o.counters.created, 1, "%zu", len);
        cr_expect_eq(o.counters.failed_requests, 1, "%zu", len);
        buf_release(&o.asked);
    }
}
