/* Identities that the two servers of scripts/servers gave, and others. */
#include "core/elastic/server.h"

#include <criterion/criterion.h>

#include "tests/core/elastic/script_server.h"

static void begin(void)
{
    cr_assert(http_global_init() == ST_OK);
}

static void end(void)
{
    http_global_release();
}

TestSuite(server, .init = begin, .fini = end);

#define PRODUCT "X-elastic-product: Elasticsearch\r\n"

struct probe {
    enum status status;
    struct server server;
    struct error err;
    struct buf asked;
};

static struct probe probe(enum status (*ask)(struct http_client *, struct server *, struct error *),
                          const char *const *answers, size_t count)
{
    struct probe p = {.server = {.product = SERVER_ELASTICSEARCH}};
    struct script_server server = script_server_start(answers, count);
    struct http_client *client = NULL;
    cr_assert(http_client_new(&(struct http_options){.url = server.url}, &client, NULL) == ST_OK);
    p.status = ask(client, &p.server, &p.err);
    p.asked = script_server_finish(&server);
    http_client_free(client);
    return p;
}

static void expect_identity(const char *const *answers, size_t count, const struct server *expected)
{
    struct probe p = probe(server_identify, answers, count);
    cr_expect(p.status == ST_OK, "%s", p.err.text);
    cr_expect_eq(p.server.product, expected->product);
    cr_expect_str_eq(p.server.version, expected->version);
    cr_expect_eq(p.server.capabilities, 0);
    buf_release(&p.asked);
}

Test(server, says_what_it_is)
{
    static const char *const opensearch[] = {ANSWER(
        "200 OK", "", "{\"version\":{\"distribution\":\"opensearch\",\"number\":\"2.19.1\"}}")};
    expect_identity(opensearch, 1, &(struct server){SERVER_OPENSEARCH, "2.19.1", 0});
    static const char *const complete[] = {ANSWER(
        "200 OK", PRODUCT, "{\"version\":{\"number\":\"9.2.0\",\"build_flavor\":\"default\"}}")};
    expect_identity(complete, 1, &(struct server){SERVER_ELASTICSEARCH, "9.2.0", 0});
    static const char *const old[] = {
        ANSWER("200 OK", "",
               "{\"version\":{\"number\":\"7.10.2\"},\"tagline\":\"You Know, for Search\"}")};
    expect_identity(old, 1, &(struct server){SERVER_ELASTICSEARCH, "7.10.2", 0});
}

Test(server, without_a_root_is_known_by_its_header)
{
    static const char *const reduced[] = {
        ANSWER("405 Method Not Allowed", PRODUCT, "{\"error\":\"Incorrect HTTP method\"}"),
        ANSWER("200 OK", PRODUCT, "{\"nodes\":{\"8V0n5\":{\"version\":\"8.19.16\"}}}")};
    expect_identity(reduced, 2, &(struct server){SERVER_ELASTICSEARCH, "8.19.16", 0});
    static const char *const writer_only[] = {
        ANSWER("403 Forbidden", PRODUCT, "{\"error\":{\"reason\":\"action is unauthorized\"}}"),
        ANSWER("403 Forbidden", PRODUCT, "{\"error\":{\"reason\":\"action is unauthorized\"}}")};
    expect_identity(writer_only, 2, &(struct server){SERVER_ELASTICSEARCH, "", 0});
}

static void expect_failure(const char *answer, enum status expected, const char *words)
{
    struct probe p = probe(server_identify, &answer, 1);
    cr_expect(p.status == expected, "%s: %s", answer, status_text(p.status));
    cr_expect(strstr(p.err.text, words) != NULL, "%s", p.err.text);
    buf_release(&p.asked);
}

Test(server, that_is_something_else_is_refused)
{
    expect_failure(ANSWER("200 OK", "", "<html></html>"), ST_UNSUPPORTED, "neither Elasticsearch");
    expect_failure(ANSWER("200 OK", "", "{\"version\":1}"), ST_UNSUPPORTED,
                   "neither Elasticsearch");
    expect_failure(ANSWER("404 Not Found", "", "not here"), ST_NOT_FOUND, "not here");
    expect_failure(
        ANSWER("401 Unauthorized", PRODUCT, "{\"error\":{\"reason\":\"missing token\"}}"),
        ST_UNAUTHORISED, "missing token");
    expect_failure(ANSWER("503 Service Unavailable", "", "warming up"), ST_UNREACHABLE,
                   "warming up");
}

Test(server, capabilities_are_what_it_accepts)
{
    static const char *const answers[] = {
        ANSWER("200 OK", "", "{}"),          ANSWER("400 Bad Request", "", "{}"),
        ANSWER("400 Bad Request", "", "{}"), ANSWER("200 OK", "", "{}"),
        ANSWER("400 Bad Request", "", "{}"), ANSWER("400 Bad Request", "", "{}"),
        ANSWER("200 OK", "", "{}"),          ANSWER("400 Bad Request", "", "{}"),
        ANSWER("200 OK", "", "{}")};
    struct probe p = probe(server_probe_templates, answers, ARRAY_LEN(answers));
    cr_expect(p.status == ST_OK, "%s", p.err.text);
    cr_expect_eq(p.server.capabilities, SERVER_CAPABILITY_BIT(CAN_DATA_STREAMS) |
                                            SERVER_CAPABILITY_BIT(CAN_ALLOW_AUTO_CREATE) |
                                            SERVER_CAPABILITY_BIT(CAN_HISTOGRAM) |
                                            SERVER_CAPABILITY_BIT(CAN_FLAT_OBJECT));
    cr_expect(strstr(buf_text(&p.asked), "POST /_index_template/_simulate HTTP/1.1") != NULL);
    cr_expect(strstr(buf_text(&p.asked), "PUT") == NULL, "nothing is written");
    buf_release(&p.asked);
}

Test(server, that_does_not_let_us_ask_is_an_error)
{
    const char *const answer = ANSWER("403 Forbidden", PRODUCT, "{\"error\":{\"reason\":\"no\"}}");
    struct probe p = probe(server_probe_templates, &answer, 1);
    cr_expect(p.status == ST_UNAUTHORISED);
    cr_expect(strstr(p.err.text, "the credentials do not allow this") != NULL, "%s", p.err.text);
    buf_release(&p.asked);
}

Test(server, bulk_parameter_is_known_unless_it_is_called_unrecognized)
{
    static const struct {
        const char *answer;
        bool is_known;
    } rows[] = {
        {ANSWER("400 Bad Request", "", "{\"error\":{\"reason\":\"Validation Failed\"}}"), true},
        {ANSWER("403 Forbidden", "", "{\"error\":{\"reason\":\"unauthorized\"}}"), true},
        {ANSWER("400 Bad Request", "",
                "{\"error\":{\"reason\":\"request [/_bulk] contains unrecognized parameter: "
                "[require_data_stream]\"}}"),
         false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct probe p = probe(server_probe_bulk, &rows[i].answer, 1);
        cr_expect(p.status == ST_OK);
        cr_expect_eq(server_can(&p.server, CAN_REQUIRE_DATA_STREAM), rows[i].is_known);
        buf_release(&p.asked);
    }
}
