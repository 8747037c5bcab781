#include "query/sources/translate.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#define MEMORY_MAX ((size_t)64 * 1024 * 1024)

static enum status run(const char *text, const struct translate_options *options, struct buf *out,
                       struct kql_error *error)
{
    struct arena arena;
    arena_init(&arena, MEMORY_MAX);
    const struct kql_node *tree = NULL;
    enum status status = kql_parse(bytes_of(text), &arena, &tree, error);
    if (status == ST_OK)
        status = translate(tree, options, out, error);
    arena_release(&arena);
    return status;
}

/* `wanted` has apostrophes for quotation marks. */
static void expect_query(const char *text, const struct translate_options *options,
                         const char *wanted)
{
    struct buf out;
    buf_init(&out, MEMORY_MAX);
    struct kql_error error = {0};
    cr_expect(eq(int, run(text, options, &out, &error), ST_OK), "%s: %s", text, error.message);
    for (size_t i = 0; i < out.len; i++) {
        if (out.data[i] == '"')
            out.data[i] = '\'';
    }
    cr_expect_str_eq(buf_text(&out), wanted);
    buf_release(&out);
}

#define SHOULD(query) "{'bool':{'should':[" query "],'minimum_should_match':1}}"

Test(translate, the_missing_record_question)
{
    const struct translate_options options = {.view = data_view_builtin()};
    expect_query("dns.question.type: A and rrsets:{type:\"CNAME\"} AND NOT rrsets:{type:\"A\"}",
                 &options,
                 "{'bool':{'filter':["
                 "{'bool':{'should':[{'term':{'dns.question.type':{'value':'A'}}}],"
                 "'minimum_should_match':1}},"
                 "{'nested':{'path':'rrsets','query':"
                 "{'bool':{'should':[{'term':{'rrsets.type':{'value':'CNAME'}}}],"
                 "'minimum_should_match':1}},'score_mode':'none'}},"
                 "{'bool':{'must_not':{'nested':{'path':'rrsets','query':"
                 "{'bool':{'should':[{'term':{'rrsets.type':{'value':'A'}}}],"
                 "'minimum_should_match':1}},'score_mode':'none'}}}}]}}");
}

/* The rule of the time zone: dates only, and not when the value is digits alone. */
Test(translate, time_zone_goes_with_dates_that_are_not_numbers)
{
    const struct translate_options options = {.view = data_view_builtin(),
                                              .time_zone = "Europe/Prague"};
    static const struct {
        const char *text;
        const char *query;
    } cases[] = {
        {"@timestamp > \"2024-05-01\"",
         SHOULD("{'range':{'@timestamp':{'gt':'2024-05-01','time_zone':'Europe/Prague'}}}")},
        {"event.start:2024-05-01",
         SHOULD("{'range':{'event.start':{'gte':'2024-05-01','lte':'2024-05-01',"
                "'time_zone':'Europe/Prague'}}}")},
        {"@timestamp > 1714521600000", SHOULD("{'range':{'@timestamp':{'gt':'1714521600000'}}}")},
        {"@timestamp:1714521600000",
         SHOULD("{'range':{'@timestamp':{'gte':'1714521600000','lte':'1714521600000'}}}")},
        {"event.duration > 5x", SHOULD("{'range':{'event.duration':{'gt':'5x'}}}")},
        {"@timestamp:2024*", SHOULD("{'query_string':{'fields':['@timestamp'],'query':'2024*'}}")},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_query(cases[i].text, &options, cases[i].query);
}

Test(translate, without_a_data_view_no_date_is_known)
{
    const struct translate_options options = {.time_zone = "Europe/Prague"};
    expect_query("@timestamp > \"2024-05-01\"", &options,
                 SHOULD("{'range':{'@timestamp':{'gt':'2024-05-01'}}}"));
}

Test(translate, discover_wraps_the_query_and_leaves_out_everything)
{
    const struct translate_options options = {.es_query = true};
    expect_query("foo", &options,
                 "{'bool':{'must':[],'filter':[{'multi_match':{'type':'best_fields',"
                 "'query':'foo','lenient':true}}],'should':[],'must_not':[]}}");
    expect_query("", &options, "{'bool':{'must':[],'filter':[],'should':[],'must_not':[]}}");
}

Test(translate, angle_brackets_give_the_same_query)
{
    const struct translate_options options = {.view = data_view_builtin()};
    const char *const query =
        "{'nested':{'path':'rrsets','query':"
        "{'bool':{'should':[{'range':{'rrsets.ttl':{'gt':'5'}}}],'minimum_should_match':1}},"
        "'score_mode':'none'}}";
    expect_query("rrsets:{ttl>5}", &options, query);
    expect_query("rrsets:<ttl>5>", &options, query);
}

Test(translate, constant_keywords_are_keywords_to_kibana)
{
    const struct translate_options options = {.view = data_view_builtin()};
    expect_query("event.dataset:dns*", &options,
                 SHOULD("{'wildcard':{'event.dataset':{'value':'dns*'}}}"));
}

Test(translate, failures_append_nothing)
{
    const struct translate_options options = {.view = data_view_builtin()};
    struct buf out;
    buf_init(&out, MEMORY_MAX);
    buf_add_text(&out, "kept");
    struct kql_error error = {0};
    cr_expect(eq(int, run("a:b and rrsets.type:A", &options, &out, &error), ST_INVALID));
    cr_expect(eq(int, error.kind, KQL_ERROR_NESTED));
    cr_expect_str_eq(buf_text(&out), "kept");
    buf_release(&out);
}

Test(translate, depth_beyond_the_writer_is_refused)
{
    struct buf text;
    struct buf out;
    buf_init(&text, MEMORY_MAX);
    buf_init(&out, MEMORY_MAX);
    for (size_t i = 0; i < KQL_DEPTH_MAX / 2; i++)
        buf_add_text(&text, "a:b or c:d and not (");
    buf_add_text(&text, "a:b");
    for (size_t i = 0; i < KQL_DEPTH_MAX / 2; i++)
        buf_add_text(&text, ")");
    const struct translate_options options = {0};
    struct kql_error error = {0};
    cr_expect(eq(int, run(buf_text(&text), &options, &out, &error), ST_LIMIT));
    cr_expect(eq(int, error.kind, KQL_ERROR_LIMIT));
    cr_expect(eq(sz, out.len, 0));
    buf_release(&text);
    buf_release(&out);
}

/* Elasticsearch accepts 30 levels of bool by default; that many must come through. */
Test(translate, thirty_levels_of_bool_are_written)
{
    struct buf text;
    struct buf out;
    buf_init(&text, MEMORY_MAX);
    buf_init(&out, MEMORY_MAX);
    for (size_t i = 0; i < 30; i++)
        buf_add_text(&text, i % 2 == 0 ? "a:b or (" : "a:b and (");
    buf_add_text(&text, "a:b");
    for (size_t i = 0; i < 30; i++)
        buf_add_text(&text, ")");
    const struct translate_options options = {0};
    struct kql_error error = {0};
    cr_expect(eq(int, run(buf_text(&text), &options, &out, &error), ST_OK));
    buf_release(&text);
    buf_release(&out);
}

Test(translate, a_full_buffer_is_reported)
{
    const struct translate_options options = {.view = data_view_builtin()};
    for (size_t max = 1; max < 200; max++) {
        struct buf out;
        buf_init(&out, max);
        struct kql_error error = {0};
        const enum status status = run("dns.*:A*", &options, &out, &error);
        cr_expect(eq(int, status, ST_NO_MEMORY));
        cr_expect(eq(int, error.kind, KQL_ERROR_LIMIT));
        buf_release(&out);
    }
}
