/* The answers in tests/data/elastic were given by the servers that scripts/servers starts. */
#include "core/elastic/answer.h"

#include <criterion/criterion.h>
#include <stdio.h>

static void expect_reason(struct bytes body, const char *expected)
{
    struct buf reason;
    buf_init(&reason, 4096);
    answer_reason(body, &reason);
    cr_expect_str_eq(buf_text(&reason), expected);
    buf_release(&reason);
}

static void expect_reason_of_file(const char *name, const char *expected)
{
    char path[4096];
    (void)snprintf(path, sizeof path, TEST_DATA "/elastic/%s.json", name);
    FILE *const file = fopen(path, "rb");
    cr_assert(file != NULL, "%s", path);
    uint8_t text[16384];
    const size_t len = fread(text, 1, sizeof text, file);
    (void)fclose(file);
    expect_reason((struct bytes){text, len}, expected);
}

Test(answer, reason_of_each_kind_of_refusal)
{
    expect_reason_of_file("missing_index", "no such index [missing]");
    expect_reason_of_file("no_handler", "no handler found for uri [/x/_pit] and method [POST]");
    expect_reason_of_file("unknown_query",
                          "unknown query [bol] did you mean [bool]?: [1:17] unknown field [bol]");
    expect_reason_of_file("failed_shards",
                          "all shards failed: No mapping found for [_shard_doc] in "
                          "order to sort on");
    expect_reason_of_file("unknown_parameter",
                          "request [/_bulk] contains unrecognized parameter: "
                          "[require_data_stream] -> did you mean [require_alias]?");
    expect_reason_of_file("root_reduced", "Incorrect HTTP method for uri [/] and method [GET], "
                                          "allowed: [DELETE]");
}

Test(answer, kibana_says_it_in_its_message)
{
    expect_reason(
        BYTES_LITERAL("{\"statusCode\":404,\"error\":\"Not Found\",\"message\":\"no space x\"}"),
        "no space x");
}

Test(answer, innermost_cause_is_named)
{
    expect_reason(BYTES_LITERAL("{\"error\":{\"type\":\"a\",\"reason\":\"outer\",\"caused_by\":"
                                "{\"reason\":\"middle\",\"caused_by\":{\"reason\":\"inner\"}}}}"),
                  "outer: inner");
    expect_reason(BYTES_LITERAL("{\"error\":{\"type\":\"only_type\"}}"), "only_type");
    expect_reason(BYTES_LITERAL("{\"error\":{\"reason\":\"a\",\"caused_by\":{\"reason\":\"a\"}}}"),
                  "a");
}

Test(answer, what_is_no_json_is_shown_in_part)
{
    expect_reason(BYTES_LITERAL("<html>502 Bad Gateway</html>"), "<html>502 Bad Gateway</html>");
    expect_reason(BYTES_LITERAL(""), "no reason is given");
    expect_reason(BYTES_LITERAL("{}"), "no reason is given");
    expect_reason(BYTES_LITERAL("[1,2]"), "no reason is given");
    expect_reason(BYTES_LITERAL("{\"error\":7}"), "no reason is given");
}

Test(answer, cannot_steer_a_terminal)
{
    expect_reason(BYTES_LITERAL("{\"error\":\"a\\u001b[2Jb\\u202ec\\u0085d\\ne\"}"),
                  "a?[2Jb?c?d?e");
    expect_reason(BYTES_LITERAL("\x1b]0;title\x07\xc2\x9b"), "?]0;title??");
}
