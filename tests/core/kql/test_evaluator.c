#include "core/kql/evaluator.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "core/document/field_list.h"
#include "core/kql/parser.h"

#define ARENA_MAX ((size_t)16 * 1024 * 1024)

/* 2024-05-06T12:00:00.123456789Z */
#define TIME_NS INT64_C(1714996800123456789)

/* An answer that has a CNAME but no address. */
static void fill(struct document *d)
{
    const struct ip_address client = ip_from_v4((const uint8_t[]){10, 42, 1, 6});
    document_add_time(d, DOC_TIMESTAMP, TIME_NS);
    document_add_time(d, DOC_EVENT_START, TIME_NS);
    document_add_integer(d, DOC_EVENT_DURATION, 1500000);
    document_add_static(d, DOC_EVENT_ID, "id-7");
    document_add_static(d, DOC_DNS_QUESTION_NAME, "www.example.com");
    document_add_static(d, DOC_DNS_QUESTION_TYPE, "A");
    document_add_static(d, DOC_DNS_HEADER_FLAGS, "RD");
    document_add_static(d, DOC_DNS_HEADER_FLAGS, "RA");
    document_add_boolean(d, DOC_DNS_FLAGS_AUTHORITATIVE, false);
    document_add_ip(d, DOC_SOURCE_IP, &client);
    document_add_text(d, DOC_KUBERNETES_LABELS, BYTES_LITERAL("app\0web shop"));
    document_add_text(d, DOC_KUBERNETES_LABELS, BYTES_LITERAL("tier\0web"));
    for (int i = 0; i < 2; i++) {
        uint32_t outer = document_begin_object(d, DOC_RRSETS);
        document_add_static(d, DOC_RRSETS_TYPE, i == 0 ? "CNAME" : "TXT");
        document_add_integer(d, DOC_RRSETS_TTL, i == 0 ? 30 : 300);
        document_end_object(d, outer);
        outer = document_begin_object(d, DOC_DNS_ANSWERS);
        document_add_static(d, DOC_DNS_ANSWERS_TYPE, i == 0 ? "CNAME" : "TXT");
        document_add_integer(d, DOC_DNS_ANSWERS_TTL, i == 0 ? 30 : 300);
        document_end_object(d, outer);
    }
}

static enum status compile(const char *kql, const char *zone, struct arena *arena,
                           const struct kql_program **program, struct kql_error *error)
{
    const struct kql_node *tree = NULL;
    const struct kql_options options = {data_view_builtin(), TIME_NS, zone};
    const enum status status = kql_parse(bytes_of(kql), arena, &tree, error);
    return status == ST_OK ? kql_compile(tree, &options, arena, program, error) : status;
}

static void expect_match(const char *kql, bool expected)
{
    struct arena arena;
    struct document document;
    struct kql_error error = {.kind = KQL_ERROR_NONE};
    const struct kql_program *program = NULL;
    arena_init(&arena, ARENA_MAX);
    cr_assert(eq(int, document_init(&document, data_view_builtin(), ARENA_MAX), ST_OK));
    fill(&document);
    cr_assert(eq(int, compile(kql, NULL, &arena, &program, &error), ST_OK), "%s: %s", kql,
              error.message);
    cr_expect(kql_matches(program, &document) == expected, "%s", kql);
    document_release(&document);
    arena_release(&arena);
}

Test(evaluator, the_missing_record_question_finds_the_document)
{
    expect_match("dns.question.type: A and rrsets:{type:\"CNAME\"} AND NOT rrsets:{type:\"A\"}",
                 true);
    expect_match("dns.question.type: A and rrsets:<type:\"CNAME\"> AND NOT rrsets:<type:\"A\">",
                 true);
    expect_match("dns.question.type: A and rrsets:{type:\"TXT\"} AND NOT rrsets:{type:\"CNAME\"}",
                 false);
}

/* The server splits a value with wildcards at its blanks, here as elsewhere (query_string). */
Test(evaluator, keys_of_a_flattened_field)
{
    expect_match("kubernetes.labels.app: \"web shop\"", true);
    expect_match("kubernetes.labels.app: web*", true);
    expect_match("kubernetes.labels.app: web sh*", false);
    expect_match("kubernetes.labels.tier: web sh*", true);
    expect_match("kubernetes.labels.app: shop we*", true);
    expect_match("kubernetes.labels.app: x AND we*", false);
    expect_match("kubernetes.labels.app: *", true);
    expect_match("kubernetes.labels.team: *", false);
}

Test(evaluator, clauses_in_braces_hold_for_one_object)
{
    expect_match("rrsets:{type: CNAME and ttl < 60}", true);
    expect_match("rrsets:{type: TXT and ttl < 60}", false);
    expect_match("rrsets:{type: TXT} and rrsets:{ttl < 60}", true);
    expect_match("rrsets:{not type: CNAME}", true);
    expect_match("not rrsets:{type: CNAME}", false);
    expect_match("rrsets:{*:*}", true);
    expect_match("rrsets:{ip: *}", false);
    expect_match("rrsets.ttl*: 300", true);
    expect_match("rrsets: *", false);
}

Test(evaluator, clauses_on_arrays_of_plain_objects_pick_their_own)
{
    expect_match("dns.answers.type: TXT and dns.answers.ttl: 30", true);
    expect_match("dns.answers.type: TXT and not dns.answers.ttl: 30", false);
    expect_match("dns.answers: *", true);
    expect_match("dns.authorities: *", false);
    expect_match("dns.header_flags: (RD and RA)", true);
}

Test(evaluator, values_are_compared_as_their_types)
{
    static const char *const TRUE[] = {
        "event.duration: 1.5e6",
        "event.duration >= 1500000 and event.duration < 1500001",
        "event.duration > 1499999.5",
        "dns.question.name: *.example.com",
        "dns.question.name > www.example.co",
        "dns.flags.authoritative: false",
        "source.ip: 10.42.0.0/16",
        "source.ip: \"::ffff:10.42.1.6\"",
        "source.ip > 10.42.1.5 and source.ip <= 10.42.1.6",
        "@timestamp: 2024-05-06",
        "@timestamp >= \"2024-05-06T12:00:00.123Z\" and @timestamp <= \"2024-05-06T12:00:00.123Z\"",
        "event.start > \"2024-05-06T12:00:00.123456788Z\"",
        "@timestamp >= now-1s and @timestamp <= now",
        "_id: id-7",
        "_id: *",
        "www.example.com",
        "10.42.0.0/16",
        "*example*",
        "nope: x or dns: *",
        "*: *",
        "",
    };
    static const char *const FALSE[] = {
        "event.duration: 1500000.5",
        "event.duration: 1e30",
        "dns.question.name: www.EXAMPLE.com",
        "dns.question.name: example.com",
        "dns.flags.authoritative: true",
        "source.ip: 10.43.0.0/16",
        "source.ip: \"::/96\"",
        "@timestamp > \"2024-05-06T12:00:00.123Z\"",
        "event.start: \"2024-05-06T12:00:00.123Z\"",
        "@timestamp < 2024-05-06",
        "_id: id-8",
        "example.com",
        "nope: *",
        "not *: *",
    };
    for (size_t i = 0; i < ARRAY_LEN(TRUE); i++)
        expect_match(TRUE[i], true);
    for (size_t i = 0; i < ARRAY_LEN(FALSE); i++)
        expect_match(FALSE[i], false);
}

Test(evaluator, what_elasticsearch_refuses_is_an_error_at_the_value)
{
    static const struct {
        const char *kql;
        enum kql_error_kind kind;
        size_t at;
    } CASES[] = {
        {"event.duration: abc", KQL_ERROR_TYPE, 16},
        {"event.duration > 9223372036854775808", KQL_ERROR_TYPE, 17},
        {"event.duration: 5*", KQL_ERROR_TYPE, 16},
        {"dns.flags.authoritative: yes", KQL_ERROR_TYPE, 25},
        {"source.ip: 10.0.0.256", KQL_ERROR_TYPE, 11},
        {"source.ip: 10.0.0.0/33", KQL_ERROR_TYPE, 11},
        {"@timestamp: yesterday", KQL_ERROR_TYPE, 12},
        {"dns.id: null", KQL_ERROR_TYPE, 8},
        {"dns.question.type: A or source.ip: 10.0.0.1/x", KQL_ERROR_TYPE, 35},
        {"not (nope: x and event.duration: abc)", KQL_ERROR_TYPE, 33},
        {"zzz:{a: 1}", KQL_ERROR_TYPE, 0},
        {"rrsets.type: A", KQL_ERROR_NESTED, 0},
        {"dns.answers:{type: A}", KQL_ERROR_NESTED, 13},
        {"_id > x", KQL_ERROR_TYPE, 6},
    };
    struct arena arena;
    arena_init(&arena, ARENA_MAX);
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        struct kql_error error = {.kind = KQL_ERROR_NONE};
        const struct kql_program *program = NULL;
        cr_expect(eq(int, compile(CASES[i].kql, NULL, &arena, &program, &error), ST_INVALID), "%s",
                  CASES[i].kql);
        cr_expect(eq(int, error.kind, CASES[i].kind), "%s", CASES[i].kql);
        cr_expect(eq(sz, error.at, CASES[i].at), "%s", CASES[i].kql);
        cr_expect(error.message[0] != '\0', "%s", CASES[i].kql);
        cr_expect(program == NULL, "%s", CASES[i].kql);
    }
    arena_release(&arena);
}

Test(evaluator, a_clause_that_is_rewritten_to_nothing_hides_bad_values_beside_it)
{
    expect_match("nope: * and event.duration: abc", false);
    expect_match("nope > 1 and source.ip: abc", false);
    expect_match("not *:* and event.duration: abc", false);
    expect_match("not (nope: * and event.duration: abc)", true);
    expect_match("@timestamp > 9999-12-31 and event.duration: abc", false);
}

Test(evaluator, dates_without_a_zone_are_in_the_given_one)
{
    struct arena arena;
    struct document document;
    struct kql_error error = {.kind = KQL_ERROR_NONE};
    const struct kql_program *program = NULL;
    arena_init(&arena, ARENA_MAX);
    cr_assert(eq(int, document_init(&document, data_view_builtin(), ARENA_MAX), ST_OK));
    fill(&document);
    const char *const kql = "@timestamp: \"2024-05-06T14\"";
    cr_assert(eq(int, compile(kql, "Europe/Berlin", &arena, &program, &error), ST_OK));
    cr_expect(kql_matches(program, &document));
    cr_assert(eq(int, compile(kql, "-02:00", &arena, &program, &error), ST_OK));
    cr_expect(not(kql_matches(program, &document)));
    cr_expect(eq(int, compile(kql, "Nowhere/Land", &arena, &program, &error), ST_INVALID));
    cr_expect(eq(int, compile("dns.id: 5", "Nowhere/Land", &arena, &program, &error), ST_OK),
              "the zone is only sent with dates");
    document_release(&document);
    arena_release(&arena);
}

Test(evaluator, running_out_of_memory_is_reported)
{
    struct kql_error error = {.kind = KQL_ERROR_NONE};
    const struct kql_program *program = NULL;
    struct arena tree_arena;
    struct arena none;
    const struct kql_node *tree = NULL;
    const struct kql_options options = {data_view_builtin(), TIME_NS, NULL};
    arena_init(&tree_arena, ARENA_MAX);
    arena_init(&none, 0);
    const struct bytes kql = BYTES_LITERAL("dns.id: (5 or 6) and not connection ref*");
    cr_assert(eq(int, kql_parse(kql, &tree_arena, &tree, &error), ST_OK));
    cr_expect(eq(int, kql_compile(tree, &options, &none, &program, &error), ST_NO_MEMORY));
    cr_expect(eq(int, error.kind, KQL_ERROR_LIMIT));
    arena_release(&none);
    arena_release(&tree_arena);
}

/* Nothing is answered that might be wrong. */
Test(evaluator, types_that_are_not_evaluated_are_refused)
{
    static const char *const texts[] = {"price: 1", "price > 1.5", "big: 1", "place: x", "p*: x"};
    static const char mapping[] = "{\"properties\":{\"price\":{\"type\":\"scaled_float\"},"
                                  "\"big\":{\"type\":\"unsigned_long\"},"
                                  "\"place\":{\"type\":\"geo_point\"}}}";
    struct data_view *view = NULL;
    struct error err = {.status = ST_OK};
    cr_assert(eq(int, data_view_read(bytes_of(mapping), &view, &err), ST_OK), "%s", err.text);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct arena arena;
        arena_init(&arena, ARENA_MAX);
        const struct kql_node *tree = NULL;
        const struct kql_program *program = NULL;
        struct kql_error error = {.kind = KQL_ERROR_NONE};
        const struct kql_options options = {view, TIME_NS, NULL};
        cr_assert(eq(int, kql_parse(bytes_of(texts[i]), &arena, &tree, &error), ST_OK));
        cr_expect(eq(int, kql_compile(tree, &options, &arena, &program, &error), ST_INVALID));
        cr_expect(eq(int, error.kind, KQL_ERROR_UNSUPPORTED), "%s: %s", texts[i], error.message);
        arena_release(&arena);
    }
    data_view_free(view);
}
