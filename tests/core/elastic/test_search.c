#include "core/elastic/search.h"

#include <criterion/criterion.h>
#include <stdatomic.h>
#include <time.h>

#include "tests/core/elastic/script_server.h"

static void begin(void)
{
    cr_assert(http_global_init() == ST_OK);
}

static void end(void)
{
    http_global_release();
}

TestSuite(search, .init = begin, .fini = end);

/* What was found. */
struct found {
    enum status status;
    struct error err;
    struct buf ids;
    struct buf asked;
    unsigned stop_after; /* hits; 0: never */
    unsigned count;
};

static enum status note(void *context, const struct search_hit *hit, struct error *err)
{
    struct found *const found = context;
    (void)err;
    buf_add(&found->ids, hit->id);
    buf_add_u8(&found->ids, ' ');
    return ++found->count == found->stop_after ? ST_END : ST_OK;
}

static struct found run_until(unsigned stop_after, const struct server *server,
                              const struct search *search, const char *const *answers, size_t count)
{
    struct found found = {.status = ST_OK, .stop_after = stop_after};
    buf_init(&found.ids, 1 << 20);
    struct script_server script = script_server_start(answers, count);
    struct http_client *client = NULL;
    cr_assert(http_client_new(&(struct http_options){.url = script.url}, &client, NULL) == ST_OK);
    const struct search_sink sink = {note, &found};
    found.status = search_run(client, server, search, &sink, &found.err);
    found.asked = script_server_finish(&script);
    http_client_free(client);
    return found;
}

static struct found run(const struct server *server, const struct search *search,
                        const char *const *answers, size_t count)
{
    return run_until(0, server, search, answers, count);
}

static void release(struct found *found)
{
    buf_release(&found->ids);
    buf_release(&found->asked);
}

static bool was_asked(struct found *found, const char *text)
{
    return strstr(buf_text(&found->asked), text) != NULL;
}

#define HIT(id, sort) "{\"_id\":\"" id "\",\"_source\":{},\"sort\":[" sort "]}"
#define PAGE(pit, hits) \
    ANSWER("200 OK", "", "{\"pit_id\":\"" pit "\",\"hits\":{\"hits\":[" hits "]}}")
#define OPENED ANSWER("200 OK", "", "{\"id\":\"p0\"}")
#define CLOSED ANSWER("200 OK", "", "{}")

/* What a server says while the first shard of a new index starts. */
#define BUSY(headers)                          \
    ANSWER("503 Service Unavailable", headers, \
           "{\"error\":{\"reason\":\"Search rejected due to missing shards [[x][0]]\"}}")
#define TOO_MANY(headers) ANSWER("429 Too Many Requests", headers, "{\"error\":\"full\"}")

static const struct server elasticsearch = {.product = SERVER_ELASTICSEARCH};
static const struct server opensearch = {.product = SERVER_OPENSEARCH};

Test(search, goes_on_behind_the_last_hit_until_a_page_is_not_full)
{
    static const char *const answers[] = {OPENED, PAGE("p1", HIT("a", "1,0") "," HIT("b", "1,1")),
                                          PAGE("p2", HIT("c", "2,0")), CLOSED};
    const struct search search = {
        .target = "logs-*", .query = BYTES_LITERAL("{\"term\":{\"a\":1}}"), .page_size = 2};
    struct found found = run(&elasticsearch, &search, answers, ARRAY_LEN(answers));
    cr_expect(found.status == ST_OK, "%s", found.err.text);
    cr_expect_str_eq(buf_text(&found.ids), "a b c ");
    cr_expect(was_asked(&found, "POST /logs-*/_pit?keep_alive=5m HTTP/1.1"));
    cr_expect(
        was_asked(&found, "\"size\":2,\"query\":{\"term\":{\"a\":1}},\"pit\":{\"id\":\"p0\""));
    cr_expect(was_asked(&found,
                        "\"sort\":[{\"@timestamp\":{\"order\":\"asc\","
                        "\"unmapped_type\":\"date\"}},{\"_shard_doc\":{\"order\":\"asc\"}}]}"));
    cr_expect(was_asked(&found, "\"pit\":{\"id\":\"p1\""));
    cr_expect(was_asked(&found, "\"search_after\":[1,1]}"));
    cr_expect(was_asked(&found, "DELETE /_pit HTTP/1.1"));
    cr_expect(was_asked(&found, "{\"id\":\"p2\"}"));
    release(&found);
}

Test(search, ends_when_the_sink_has_enough_and_closes_the_point_in_time)
{
    static const char *const answers[] = {OPENED, PAGE("p", HIT("a", "1") "," HIT("b", "2")),
                                          CLOSED};
    const struct search search = {.target = "x", .page_size = 2, .newest_first = true};
    struct found found = run_until(1, &elasticsearch, &search, answers, ARRAY_LEN(answers));
    cr_expect(found.status == ST_END);
    cr_expect_str_eq(buf_text(&found.ids), "a ");
    cr_expect(was_asked(&found, "{\"@timestamp\":{\"order\":\"desc\""));
    cr_expect(was_asked(&found, "DELETE /_pit"));
    release(&found);
}

static void expect_tiebreaker(const char *field_caps, const char *sort)
{
    const char *const answers[] = {field_caps, ANSWER("200 OK", "", "{\"pit_id\":\"p\"}"),
                                   PAGE("p", ""), CLOSED};
    const struct search search = {.target = "x"};
    struct found found = run(&opensearch, &search, answers, ARRAY_LEN(answers));
    cr_expect(found.status == ST_OK, "%s", found.err.text);
    cr_expect(was_asked(&found, sort), "%s", buf_text(&found.asked));
    cr_expect(was_asked(
        &found, "POST /x/_search/point_in_time?keep_alive=5m&allow_partial_pit_creation=false"));
    cr_expect(was_asked(&found, "{\"pit_id\":\"p\"}"));
    release(&found);
}

Test(search, opensearch_orders_equal_times_by_a_field)
{
    expect_tiebreaker(ANSWER("200 OK", "",
                             "{\"indices\":[\"a\"],\"fields\":{\"event.id\":"
                             "{\"keyword\":{\"type\":\"keyword\"}}}}"),
                      "{\"event.id\":{\"order\":\"asc\"}}");
    expect_tiebreaker(ANSWER("200 OK", "",
                             "{\"indices\":[\"a\",\"b\"],\"fields\":{\"event.id\":"
                             "{\"keyword\":{},\"unmapped\":{}}}}"),
                      "{\"_id\":{\"order\":\"asc\"}}");
    expect_tiebreaker(ANSWER("200 OK", "", "{\"indices\":[\"a\"],\"fields\":{}}"),
                      "{\"_id\":{\"order\":\"asc\"}}");
}

Test(search, a_pattern_that_nothing_matches_finds_nothing)
{
    static const char *const nothing[] = {ANSWER("200 OK", "", "{\"indices\":[],\"fields\":{}}")};
    const struct search search = {.target = "x*"};
    struct found found = run(&opensearch, &search, nothing, 1);
    cr_expect(found.status == ST_OK, "%s", found.err.text);
    cr_expect_eq(found.count, 0);
    release(&found);
}

static void expect_failure(const char *const *answers, size_t count, enum status status,
                           const char *words)
{
    const struct search search = {.target = "x"};
    struct found found = run(&elasticsearch, &search, answers, count);
    cr_expect(found.status == status, "%s: %s", status_text(found.status), found.err.text);
    cr_expect(strstr(found.err.text, words) != NULL, "%s", found.err.text);
    release(&found);
}

Test(search, failures_are_never_a_shorter_result)
{
    static const char *const missing[] = {
        ANSWER("404 Not Found", "", "{\"error\":{\"reason\":\"no such index [x]\"}}")};
    expect_failure(missing, 1, ST_NOT_FOUND, "no such index [x]");
    static const char *const wrong[] = {
        OPENED, ANSWER("400 Bad Request", "", "{\"error\":{\"reason\":\"unknown query\"}}"),
        CLOSED};
    expect_failure(wrong, 3, ST_INVALID, "unknown query");
    static const char *const partial[] = {OPENED, BUSY("Retry-After: 60\r\n"), CLOSED};
    expect_failure(partial, 3, ST_UNREACHABLE, "missing shards");
    static const char *const failed[] = {
        OPENED,
        ANSWER("200 OK", "", "{\"_shards\":{\"total\":2,\"failed\":1},\"hits\":{\"hits\":[]}}"),
        CLOSED};
    expect_failure(failed, 3, ST_UNREACHABLE, "not complete");
    static const char *const late[] = {
        OPENED, ANSWER("200 OK", "", "{\"timed_out\":true,\"hits\":{\"hits\":[]}}"), CLOSED};
    expect_failure(late, 3, ST_UNREACHABLE, "ran out of time");
    static const char *const cut[] = {OPENED, ANSWER("200 OK", "", "{\"hits\":{\"hits\":[{"),
                                      CLOSED};
    expect_failure(cut, 3, ST_MALFORMED, "");
    static const char *const no_id[] = {ANSWER("200 OK", "", "{}")};
    expect_failure(no_id, 1, ST_MALFORMED, "no \"id\"");
}

Test(search, a_server_that_says_not_now_is_asked_again)
{
    static const char *const answers[] = {
        BUSY(""), OPENED, TOO_MANY(""), BUSY(""), PAGE("p", HIT("a", "1")), CLOSED};
    const struct search search = {.target = "x"};
    struct found found = run(&elasticsearch, &search, answers, ARRAY_LEN(answers));
    cr_expect(found.status == ST_OK, "%s", found.err.text);
    cr_expect_str_eq(buf_text(&found.ids), "a ");
    release(&found);
}

static double seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

Test(search, waits_as_long_as_the_server_asks)
{
    static const char *const answers[] = {OPENED, TOO_MANY("Retry-After: 2\r\n"),
                                          PAGE("p", HIT("a", "1")), CLOSED};
    const struct search search = {.target = "x"};
    const double before = seconds();
    struct found found = run(&elasticsearch, &search, answers, ARRAY_LEN(answers));
    cr_expect(found.status == ST_OK, "%s", found.err.text);
    cr_expect_geq(seconds() - before, 2.0);
    release(&found);
}

Test(search, a_server_that_stays_busy_is_given_up)
{
    static const char *const answers[] = {OPENED,   BUSY(""), BUSY(""), BUSY(""), BUSY(""),
                                          BUSY(""), BUSY(""), BUSY(""), CLOSED};
    expect_failure(answers, ARRAY_LEN(answers), ST_UNREACHABLE, "missing shards");
    static const char *const slow[] = {OPENED, BUSY("Retry-After: 3\r\n"),
                                       BUSY("Retry-After: 3\r\n"), CLOSED};
    expect_failure(slow, ARRAY_LEN(slow), ST_UNREACHABLE, "missing shards");
}

Test(search, a_wait_ends_with_the_program)
{
    const atomic_bool is_ended = true;
    const struct http_options options = {.url = "http://127.0.0.1:1", .is_ended = &is_ended};
    struct http_client *client = NULL;
    cr_assert(http_client_new(&options, &client, NULL) == ST_OK);
    cr_expect_not(http_client_wait(client, 3600 * 1000));
    http_client_free(client);
}

static void expect_count(const char *answer, enum status status, uint64_t expected)
{
    struct script_server script = script_server_start(&answer, 1);
    struct http_client *client = NULL;
    struct error err = {0};
    cr_assert(http_client_new(&(struct http_options){.url = script.url}, &client, NULL) == ST_OK);
    uint64_t count = 99;
    const struct search search = {.target = "x"};
    cr_expect(search_count(client, &search, &count, &err) == status, "%s", err.text);
    cr_expect_eq(count, expected);
    struct buf asked = script_server_finish(&script);
    cr_expect(strstr(buf_text(&asked), "POST /x/_search?allow_partial_search_results=false") !=
              NULL);
    buf_release(&asked);
    http_client_free(client);
}

Test(search, counts_only_when_every_shard_did)
{
    expect_count(ANSWER("200 OK", "", "{\"hits\":{\"total\":{\"value\":5}}}"), ST_OK, 5);
    expect_count(BUSY("Retry-After: 60\r\n"), ST_UNREACHABLE, 99);
    expect_count(
        ANSWER("200 OK", "", "{\"_shards\":{\"failed\":1},\"hits\":{\"total\":{\"value\":5}}}"),
        ST_UNREACHABLE, 99);
    expect_count(ANSWER("200 OK", "", "{\"timed_out\":true,\"hits\":{\"total\":{\"value\":5}}}"),
                 ST_UNREACHABLE, 99);
    expect_count(ANSWER("200 OK", "", "{}"), ST_MALFORMED, 99);
    expect_count(ANSWER("200 OK", "", "no"), ST_MALFORMED, 99);
}
