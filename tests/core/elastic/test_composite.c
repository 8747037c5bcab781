#include "core/elastic/composite.h"

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

TestSuite(composite, .init = begin, .fini = end);

/* What was counted: a line a group. */
struct counted {
    enum status status;
    struct error err;
    uint64_t matched;
    struct buf groups;
    struct buf asked;
};

static enum status note(void *context, const struct composite_group *group, struct error *err)
{
    struct counted *const counted = context;
    (void)err;
    buf_add(&counted->groups, group->values);
    buf_add_format(&counted->groups, " %u", (unsigned)group->count);
    for (size_t i = 0; group->has_percentiles && i < COMPOSITE_PERCENT_COUNT; i++)
        buf_add_format(&counted->groups, " %u", (unsigned)group->percentiles[i]);
    buf_add_u8(&counted->groups, '\n');
    return ST_OK;
}

static struct counted run(enum server_product product, const struct composite *composite,
                          const char *const *answers, size_t count)
{
    struct counted counted = {.status = ST_OK};
    buf_init(&counted.groups, 1 << 20);
    struct script_server script = script_server_start(answers, count);
    struct http_client *client = NULL;
    cr_assert(http_client_new(&(struct http_options){.url = script.url}, &client, NULL) == ST_OK);
    const struct server server = {.product = product};
    struct composite_sink sink = {note, &counted, 0};
    counted.status = composite_run(client, &server, composite, &sink, &counted.err);
    counted.matched = sink.matched;
    counted.asked = script_server_finish(&script);
    http_client_free(client);
    return counted;
}

static void release(struct counted *counted)
{
    buf_release(&counted->groups);
    buf_release(&counted->asked);
}

static void expect_asked(struct counted *counted, const char *text)
{
    cr_expect(strstr(buf_text(&counted->asked), text) != NULL, "%s\n%s", text,
              buf_text(&counted->asked));
}

#define OPENED(name)           ANSWER("200 OK", "", "{\"" name "\":\"p0\"}")
#define CLOSED                 ANSWER("200 OK", "", "{}")
#define PERCENTILE(key, value) "{\"key\":" key ",\"value\":" value "}"
#define METRIC(numbers, percentiles) \
    "\"numbers\":{\"value\":" numbers "},\"metric\":{\"values\":[" percentiles "]}"

static const struct bytes FIELDS[] = {BYTES_LITERAL("a"), BYTES_LITERAL("b.c")};

Test(composite, groups_of_two_fields_come_with_their_percentiles)
{
    static const char *const answers[] = {
        OPENED("pit_id"),
        ANSWER(
            "200 OK", "",
            "{\"pit_id\":\"p1\",\"hits\":{\"total\":{\"value\":9}},\"aggregations\":{\"groups\":{"
            "\"after_key\":{\"a\":\"x\",\"b.c\":null},\"buckets\":["
            "{\"key\":{\"a\":\"x\",\"b.c\":null},\"doc_count\":7," METRIC(
                "7",
                PERCENTILE("50.0", "5.0") "," PERCENTILE("95.0", "6.0") "," PERCENTILE(
                    "99.0", "1.5E9")) "},"
                                      "{\"key\":{\"a\":\"y\",\"b.c\":2},\"doc_count\":2," METRIC(
                                          "0", PERCENTILE("50.0", "null") "," PERCENTILE(
                                                   "95.0", "null")) "}]}}}"),
        CLOSED};
    const struct composite composite = {.target = "x",
                                        .query = BYTES_LITERAL("{\"match_all\":{}}"),
                                        .fields = FIELDS,
                                        .field_count = 2,
                                        .metric = "d"};
    struct counted counted = run(SERVER_OPENSEARCH, &composite, answers, ARRAY_LEN(answers));
    cr_expect(counted.status == ST_OK, "%s", counted.err.text);
    cr_expect_eq(counted.matched, 9);
    cr_expect_str_eq(buf_text(&counted.groups), "{\"a\":\"x\",\"b.c\":null} 7 5 6 1500000000\n"
                                                "{\"a\":\"y\",\"b.c\":2} 2\n");
    expect_asked(&counted, "\"size\":0,\"track_total_hits\":true,\"query\":{\"match_all\":{}}");
    expect_asked(&counted, "{\"b.c\":{\"terms\":{\"field\":\"b.c\",\"missing_bucket\":true}}}");
    expect_asked(&counted, "\"percents\":[50,95,99],\"hdr\"");
    expect_asked(&counted, "\"pit_id\":\"p1\"");
    release(&counted);
}

/* Elasticsearch rounds the rank of a percentile to the nearest: of 60 numbers the 99th would be the
 * second largest, of 150 that of rank 149 of 149. */
Test(composite, elasticsearch_is_asked_for_percentages_that_it_rounds_to_the_right_rank)
{
    static const char *const answers[] = {
        OPENED("id"),
        ANSWER(
            "200 OK", "",
            "{\"hits\":{\"total\":{\"value\":60}},\"aggregations\":{\"groups\":{\"buckets\":["
            "{\"key\":{\"a\":\"x\"},\"doc_count\":60," METRIC(
                "60", PERCENTILE("50.0", "1") "," PERCENTILE("95.0", "2") "," PERCENTILE(
                          "99.0", "3") "," PERCENTILE("100.0", "4") "," PERCENTILE("95.701476793",
                                                                                   "5")) "}]}}}"),
        CLOSED};
    const struct composite composite = {.target = "x",
                                        .query = BYTES_LITERAL("{}"),
                                        .fields = FIELDS,
                                        .field_count = 1,
                                        .metric = "d"};
    struct counted counted = run(SERVER_ELASTICSEARCH, &composite, answers, ARRAY_LEN(answers));
    cr_expect(counted.status == ST_OK, "%s", counted.err.text);
    /* k = 60 / 20 = 3: between 100 - 350 / 79 and 100 - 250 / 60, which is 95.7015. */
    cr_expect_str_eq(buf_text(&counted.groups), "{\"a\":\"x\"} 60 1 5 4\n");
    expect_asked(&counted, "95.70147");
    expect_asked(&counted, ",99,100],");
    release(&counted);
}

Test(composite, nested_objects_are_counted_by_their_documents)
{
    static const char *const answers[] = {
        OPENED("pit_id"),
        ANSWER(
            "200 OK", "",
            "{\"hits\":{\"total\":{\"value\":5}},\"aggregations\":{"
            "\"none\":{\"doc_count\":3," METRIC(
                "0",
                "") "},"
                    "\"objects\":{\"doc_count\":9,\"groups\":{\"buckets\":["
                    "{\"key\":{\"a\":\"x\"},\"doc_count\":9,\"documents\":{\"doc_count\":2," METRIC(
                        "0", "") "}}]}}}}"),
        CLOSED};
    const struct composite composite = {.target = "x",
                                        .query = BYTES_LITERAL("{}"),
                                        .fields = FIELDS,
                                        .field_count = 1,
                                        .nested = "p",
                                        .metric = "d"};
    struct counted counted = run(SERVER_OPENSEARCH, &composite, answers, ARRAY_LEN(answers));
    cr_expect(counted.status == ST_OK, "%s", counted.err.text);
    cr_expect_str_eq(buf_text(&counted.groups), "{} 3\n{\"a\":\"x\"} 2\n");
    expect_asked(&counted, "\"missing_bucket\":false");
    expect_asked(&counted, "\"reverse_nested\":{}");
    expect_asked(&counted, "\"must_not\":{\"nested\":{\"path\":\"p\",\"query\":{\"exists\":{"
                           "\"field\":\"a\"}}}}");
    release(&counted);
}

Test(composite, what_the_server_refuses_is_said)
{
    static const char *const answers[] = {
        OPENED("pit_id"),
        ANSWER("400 Bad Request", "", "{\"error\":{\"reason\":\"no such thing\"}}"), CLOSED};
    const struct composite composite = {.target = "x",
                                        .query = BYTES_LITERAL("{}"),
                                        .fields = FIELDS,
                                        .field_count = 1,
                                        .metric = "d"};
    struct counted counted = run(SERVER_OPENSEARCH, &composite, answers, ARRAY_LEN(answers));
    cr_expect(counted.status == ST_INVALID);
    cr_expect(strstr(counted.err.text, "no such thing") != NULL, "%s", counted.err.text);
    release(&counted);
    static const char *const partial[] = {
        OPENED("pit_id"), ANSWER("200 OK", "", "{\"_shards\":{\"failed\":1},\"aggregations\":{}}"),
        CLOSED};
    counted = run(SERVER_OPENSEARCH, &composite, partial, ARRAY_LEN(partial));
    cr_expect(counted.status == ST_UNREACHABLE);
    cr_expect(strstr(counted.err.text, "not complete") != NULL, "%s", counted.err.text);
    release(&counted);
}
