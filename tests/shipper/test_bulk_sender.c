#include "shipper/bulk_sender.h"

#include <criterion/criterion.h>

#include "tests/core/elastic/script_server.h"

static struct bulk bulk;

static void begin(void)
{
    cr_assert(http_global_init() == ST_OK);
    cr_assert(bulk_init(&bulk) == ST_OK);
    cr_assert(bulk_add(&bulk, bytes_of("a"), bytes_of("{\"n\":0}")) == ST_OK);
    cr_assert(bulk_add(&bulk, bytes_of("b"), bytes_of("{\"n\":1}")) == ST_OK);
    cr_assert(bulk_add(&bulk, bytes_of("c"), bytes_of("{\"n\":2}")) == ST_OK);
}

static void end(void)
{
    bulk_release(&bulk);
    http_global_release();
}

TestSuite(bulk_sender, .init = begin, .fini = end);

/* Outcomes as text: number of the item, a letter for what became of it. */
static void note(void *context, size_t item, enum bulk_outcome outcome, struct bytes reason)
{
    struct buf *const text = context;
    (void)reason;
    buf_add_u64(text, item);
    buf_add_u8(text, (uint8_t) "cafrhx"[outcome]);
    buf_add_u8(text, ' ');
}

struct sent {
    enum status status;
    struct error err;
    struct buf outcomes;
    struct buf asked;
};

/* Sends three documents, a b c, to a server that gives these answers. */
static struct sent send_to(const char *const *answers, size_t count)
{
    struct sent sent = {.status = ST_OK};
    buf_init(&sent.outcomes, 4096);
    struct script_server server = script_server_start(answers, count);
    struct http_client *client = NULL;
    const struct http_options http = {.url = server.url, .timeout_s = 1};
    cr_assert(http_client_new(&http, &client, NULL) == ST_OK);
    struct bulk_sender *sender = NULL;
    const struct bulk_sender_options options = {
        .data_stream = "s", .require_data_stream = true, .attempts = 3, .backoff_ms = 1};
    cr_assert(bulk_sender_new(client, &options, &sender) == ST_OK);
    const struct bulk_sink sink = {note, &sent.outcomes};
    sent.status = bulk_sender_send(sender, &bulk, &sink, &sent.err);
    sent.asked = script_server_finish(&server);
    bulk_sender_free(sender);
    http_client_free(client);
    return sent;
}

static void release(struct sent *sent)
{
    buf_release(&sent->outcomes);
    buf_release(&sent->asked);
}

#define ITEM(status) "{\"create\":{\"status\":" status "}}"
#define ITEM_ERROR(status, type) \
    "{\"create\":{\"status\":" status ",\"error\":{\"type\":\"" type "\",\"reason\":\"why\"}}}"
#define ITEMS(items) ANSWER("200 OK", "", "{\"items\":[" items "]}")
#define ALL_CREATED  ITEMS(ITEM("201") "," ITEM("201") "," ITEM("201"))
#define A            "{\"create\":{\"_id\":\"a\"}}\n{\"n\":0}\n"
#define B            "{\"create\":{\"_id\":\"b\"}}\n{\"n\":1}\n"
#define C            "{\"create\":{\"_id\":\"c\"}}\n{\"n\":2}\n"
#define EXPECT(answers, status, outcomes, ...) \
    expect(answers, ARRAY_LEN(answers), status, outcomes, (const char *[]){__VA_ARGS__, NULL})

/* `bodies` are those that must have been sent, in order. */
static void expect(const char *const *answers, size_t count, enum status status,
                   const char *outcomes, const char *const *bodies)
{
    struct sent sent = send_to(answers, count);
    cr_expect_eq(sent.status, status, "%s: %s", status_text(sent.status), sent.err.text);
    cr_expect_str_eq(buf_text(&sent.outcomes), outcomes);
    const char *asked = buf_text(&sent.asked);
    for (size_t i = 0; bodies[i] != NULL; i++) {
        const char *const found = strstr(asked, "\r\n\r\n");
        cr_assert(found != NULL, "request %zu was not sent", i);
        const size_t len = strlen(bodies[i]);
        const char *const body = found + 4;
        cr_expect(strncmp(body, bodies[i], len) == 0 && strncmp(body + len, "\n---\n", 5) == 0,
                  "request %zu: %s", i, body);
        asked = body + len;
    }
    cr_expect(strstr(asked, "\r\n\r\n") == NULL, "more was sent: %s", asked);
    release(&sent);
}

Test(bulk_sender, request_keeps_its_form)
{
    static const char *const answers[] = {ALL_CREATED};
    struct sent sent = send_to(answers, 1);
    cr_expect(
        strstr(buf_text(&sent.asked),
               "POST /s/_bulk?filter_path=errors,took,items.*.status,"
               "items.*.error.type,items.*.error.reason,"
               "items.*.error.caused_by.reason,items.*.failure_store&require_data_stream=true ") !=
        NULL);
    cr_expect(strstr(buf_text(&sent.asked), "Content-Type: application/x-ndjson\r\n") != NULL);
    release(&sent);
}

Test(bulk_sender, every_document_has_its_outcome)
{
    static const char *const answers[] = {
        ITEMS(ITEM("201") "," ITEM("409") "," ITEM_ERROR("400", "document_parsing_exception"))};
    EXPECT(answers, ST_OK, "0c 1a 2x ", A B C);
}

Test(bulk_sender, only_open_documents_are_sent_again)
{
    static const char *const answers[] = {
        ITEMS(ITEM_ERROR("429", "es_rejected_execution_exception") "," ITEM("201") "," ITEM_ERROR(
            "403", "cluster_block_exception")),
        ITEMS(ITEM("201") "," ITEM("503")), ITEMS(ITEM("409"))};
    EXPECT(answers, ST_OK, "1c 0c 2a ", A B C, A C, C);
}

Test(bulk_sender, whole_request_is_repeated_when_nobody_knows_what_became_of_it)
{
    static const char *const first[] = {
        ANSWER_NONE,
        ANSWER_SILENT,
        ANSWER_RAW "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"items\":[",
        ANSWER("200 OK", "", "{\"items\":["),
        ANSWER("200 OK", "", "<html>"),
        ITEMS(ITEM("201")),
        ITEMS(ITEM("201") "," ITEM("201") "," ITEM("201") "," ITEM("201")),
        ANSWER("429 Too Many Requests", "", "{}"),
        ANSWER("500 Internal Server Error", "", "{}"),
        ANSWER("502 Bad Gateway", "", "<html>"),
        ANSWER("503 Service Unavailable", "", "{}"),
        ANSWER("504 Gateway Timeout", "", ""),
    };
    for (size_t i = 0; i < ARRAY_LEN(first); i++) {
        const char *const answers[] = {first[i], ALL_CREATED};
        EXPECT(answers, ST_OK, "0c 1c 2c ", A B C, A B C);
    }
}

Test(bulk_sender, too_large_a_request_is_halved)
{
    static const char *const answers[] = {ANSWER("413 Content Too Large", "", ""),
                                          ITEMS(ITEM("201")), ITEMS(ITEM("201")),
                                          ITEMS(ITEM("201"))};
    EXPECT(answers, ST_OK, "0c 1c 2c ", A B C, A, B, C);
}

Test(bulk_sender, too_large_a_document_is_refused_alone)
{
    static const char *const answers[] = {ANSWER("413 Content Too Large", "", ""),
                                          ANSWER("413 Content Too Large", "", ""),
                                          ITEMS(ITEM("201")), ITEMS(ITEM("201"))};
    EXPECT(answers, ST_OK, "0x 1c 2c ", A B C, A, B, C);
}

Test(bulk_sender, gives_up_after_attempts_without_progress)
{
    static const char *const busy[] = {ANSWER("429 Too Many Requests", "", "{\"error\":\"busy\"}"),
                                       ANSWER("503 Service Unavailable", "", "{}"),
                                       ANSWER("429 Too Many Requests", "", "{\"error\":\"busy\"}")};
    EXPECT(busy, ST_UNREACHABLE, "", A B C, A B C, A B C);
    static const char *const item[] = {ITEMS(ITEM("201") "," ITEM("429") "," ITEM("201")),
                                       ITEMS(ITEM("429")), ITEMS(ITEM("429")), ITEMS(ITEM("429"))};
    EXPECT(item, ST_UNREACHABLE, "0c 2c ", A B C, B, B, B);
    struct sent sent = send_to(busy, ARRAY_LEN(busy));
    cr_expect(strstr(sent.err.text, "gave up after 3 attempts") != NULL, "%s", sent.err.text);
    cr_expect(strstr(sent.err.text, "busy") != NULL, "%s", sent.err.text);
    release(&sent);
}

Test(bulk_sender, what_repeating_cannot_help_is_not_repeated)
{
    static const char *const unauthorised[] = {ANSWER("401 Unauthorized", "", "{}")};
    EXPECT(unauthorised, ST_UNAUTHORISED, "", A B C);
    static const char *const forbidden[] = {ANSWER("403 Forbidden", "", "{}")};
    EXPECT(forbidden, ST_UNAUTHORISED, "", A B C);
    static const char *const wrong[] = {ANSWER("400 Bad Request", "", "{}")};
    EXPECT(wrong, ST_INVALID, "", A B C);
    static const char *const no_template[] = {
        ITEMS(ITEM("201") "," ITEM_ERROR("404", "index_not_found_exception") "," ITEM("201"))};
    EXPECT(no_template, ST_INVALID, "0c 2c ", A B C);
}

Test(bulk_sender, waits_as_long_as_the_server_asks)
{
    static const char *const answers[] = {
        ANSWER("429 Too Many Requests", "Retry-After: 1\r\n", "{}"), ALL_CREATED};
    struct timespec before;
    struct timespec after;
    (void)clock_gettime(CLOCK_MONOTONIC, &before);
    EXPECT(answers, ST_OK, "0c 1c 2c ", A B C, A B C);
    (void)clock_gettime(CLOCK_MONOTONIC, &after);
    const double seconds =
        (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) / 1e9;
    cr_expect_gt(seconds, 0.99);
}
