#include "shipper/delivery/bulk.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static struct bulk bulk;

static void begin(void)
{
    cr_assert(bulk_init(&bulk) == ST_OK);
}

static void end(void)
{
    bulk_release(&bulk);
}

TestSuite(bulk, .init = begin, .fini = end);

static enum status add(const char *id, const char *document)
{
    return bulk_add(&bulk, bytes_of(id), bytes_of(document));
}

static void expect_body(const struct bulk *b, const char *expected)
{
    cr_expect(bytes_is(buf_bytes(&b->body), expected), "%.*s", (int)b->body.len, b->body.data);
}

Test(bulk, body_is_action_lines_and_documents)
{
    cr_assert(add("x1", "{\"a\":1}") == ST_OK);
    cr_assert(add("", "{}") == ST_OK);
    cr_assert(add("a\"b\n", "{\"b\":2}") == ST_OK);
    expect_body(&bulk, "{\"create\":{\"_id\":\"x1\"}}\n{\"a\":1}\n"
                       "{\"create\":{}}\n{}\n"
                       "{\"create\":{\"_id\":\"a\\\"b\\n\"}}\n{\"b\":2}\n");
    cr_expect(bytes_is(bulk_id(&bulk, 0), "x1"));
    cr_expect(bytes_is(bulk_id(&bulk, 1), ""));
    cr_expect(bytes_is(bulk_id(&bulk, 2), "a\\\"b\\n"));
}

Test(bulk, items_can_be_copied_to_another_body)
{
    struct bulk other;
    cr_assert(bulk_init(&other) == ST_OK);
    cr_assert(add("1", "{\"a\":1}") == ST_OK);
    cr_assert(add("2", "{\"a\":2}") == ST_OK);
    cr_assert(bulk_add_item(&other, &bulk, 1) == ST_OK);
    expect_body(&other, "{\"create\":{\"_id\":\"2\"}}\n{\"a\":2}\n");
    bulk_release(&other);
}

Test(bulk, is_full_at_its_number_of_documents)
{
    for (size_t i = 0; i < BULK_DOCUMENTS_MAX; i++)
        cr_assert(add("1", "{}") == ST_OK);
    cr_expect(add("1", "{}") == ST_LIMIT);
    cr_expect_eq(bulk.count, BULK_DOCUMENTS_MAX);
    bulk_reset(&bulk);
    cr_expect(add("1", "{}") == ST_OK);
}

Test(bulk, is_full_at_its_octets_but_takes_one_large_document)
{
    const size_t len = BULK_OCTETS_MAX + 1;
    uint8_t *const large = malloc(len);
    cr_assert(large != NULL);
    memset(large, 'x', len);
    cr_expect(bulk_add(&bulk, bytes_of("1"), (struct bytes){large, len}) == ST_OK);
    cr_expect(add("2", "{}") == ST_LIMIT);
    cr_expect_eq(bulk.count, 1);
    bulk_reset(&bulk);
    cr_expect(add("2", "{}") == ST_OK);
    const size_t before = bulk.body.len;
    cr_expect(bulk_add(&bulk, bytes_of("1"), (struct bytes){large, len}) == ST_LIMIT);
    cr_expect_eq(bulk.body.len, before);
    cr_expect(add("3", "{}") == ST_OK, "a document that did not fit does no harm");
    free(large);
}

/* The table of elasticsearch's item results: status, type, what it means. */
Test(bulk, outcome_of_each_status)
{
    static const struct {
        int64_t status;
        const char *type;
        enum bulk_outcome outcome;
    } rows[] = {
        {200, "", BULK_CREATED},
        {201, "", BULK_CREATED},
        {409, "version_conflict_engine_exception", BULK_ALREADY_THERE},
        {429, "es_rejected_execution_exception", BULK_RETRY},
        {429, "cluster_block_exception", BULK_RETRY},
        {500, "", BULK_RETRY},
        {502, "", BULK_RETRY},
        {503, "unavailable_shards_exception", BULK_RETRY},
        {504, "", BULK_RETRY},
        {403, "cluster_block_exception", BULK_RETRY},
        {403, "security_exception", BULK_HOLD},
        {401, "security_exception", BULK_HOLD},
        {404, "index_not_found_exception", BULK_HOLD},
        {400, "document_parsing_exception", BULK_REFUSED},
        {400, "mapper_parsing_exception", BULK_REFUSED},
        {400, "illegal_argument_exception", BULK_REFUSED},
        {413, "", BULK_REFUSED},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        cr_expect(outcome_of_item(rows[i].status, bytes_of(rows[i].type)) == rows[i].outcome,
                  "%d %s", (int)rows[i].status, rows[i].type);
}

/* Outcomes as text: one letter each, and the reason. */
static void note(void *context, size_t item, enum bulk_outcome outcome, struct bytes reason)
{
    struct buf *const text = context;
    buf_add_u64(text, item);
    buf_add_u8(text, (uint8_t) "cafrhx"[outcome]);
    buf_add(text, reason);
    buf_add_u8(text, ' ');
}

static enum status read_answer(const char *answer, size_t count, struct buf *text)
{
    const struct bulk_sink sink = {note, text};
    struct error err = {0};
    const enum status status = bulk_read_answer(bytes_of(answer), count, &sink, &err);
    cr_expect((status == ST_OK) == (err.text[0] == '\0'), "%s", err.text);
    return status;
}

#define ANSWER                                                                               \
    "{\"errors\":true,\"took\":7,\"items\":[{\"create\":{\"status\":201}},"                  \
    "{\"create\":{\"status\":409,\"error\":{\"type\":\"version_conflict_engine_exception\"," \
    "\"reason\":\"there\"}}},{\"create\":{\"status\":201,\"failure_store\":\"used\"}},"      \
    "{\"create\":{\"status\":201,\"failure_store\":\"not_applicable_or_unknown\"}},"         \
    "{\"create\":{\"status\":400,\"error\":{\"type\":\"document_parsing_exception\","        \
    "\"reason\":\"no \\u001bip\"}}},{\"create\":{\"status\":429,\"error\":{\"type\":\"x\"}}}]}"

Test(bulk, answer_is_read_item_by_item)
{
    struct buf text;
    buf_init(&text, 4096);
    cr_expect(read_answer(ANSWER, 6, &text) == ST_OK);
    cr_expect_str_eq(buf_text(&text), "0c 1athere 2f 3c 4xno ?ip 5rx ");
    buf_release(&text);
}

Test(bulk, answer_that_makes_no_sense_is_not_used_at_all)
{
    static const char *const answers[] = {
        "",
        "{}",
        "[]",
        "null",
        "{\"items\":{}}",
        "{\"items\":[]}",
        "{\"items\":[{\"create\":{\"status\":201}}]}",
        "{\"items\":[{\"create\":{\"status\":201}},{\"create\":{\"status\":201}},"
        "{\"create\":{\"status\":201}}]}",
        "{\"items\":[{\"create\":{\"status\":201}},{}]}",
        "{\"items\":[{\"create\":{\"status\":201}},7]}",
        "{\"items\":[{\"create\":{\"status\":201}},{\"create\":{}}]}",
        "{\"items\":[{\"create\":{\"status\":201}},{\"create\":{\"status\":\"201\"}}]}",
        "{\"items\":[{\"create\":{\"status\":201}},{\"create\":{\"status\":0}}]}",
        "<html></html>",
    };
    struct buf text;
    buf_init(&text, 4096);
    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        cr_expect(read_answer(answers[i], 2, &text) == ST_MALFORMED, "%s", answers[i]);
        cr_expect(text.len == 0, "%s", answers[i]);
    }
    buf_release(&text);
}

Test(bulk, every_prefix_of_an_answer_is_malformed)
{
    const struct bytes answer = BYTES_LITERAL(ANSWER);
    struct buf text;
    buf_init(&text, 4096);
    for (size_t len = 0; len < answer.len; len++) {
        uint8_t *const exact = malloc(len == 0 ? 1 : len);
        cr_assert(exact != NULL);
        memcpy(exact, answer.data, len);
        const struct bulk_sink sink = {note, &text};
        cr_expect(bulk_read_answer((struct bytes){exact, len}, 6, &sink, NULL) == ST_MALFORMED);
        free(exact);
    }
    cr_expect(text.len == 0);
    buf_release(&text);
}
