#include "core/elastic/http.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "tests/core/elastic/script_server.h"

static void begin(void)
{
    cr_assert(http_global_init() == ST_OK);
    (void)unsetenv("ES_API_KEY");
    (void)unsetenv("ES_API_KEY_FILE");
    (void)unsetenv("ELASTICSEARCH_USERNAME");
    (void)unsetenv("ELASTICSEARCH_PASSWORD");
    (void)setenv("no_proxy", "127.0.0.1", 1);
}

static void end(void)
{
    http_global_release();
}

TestSuite(http, .init = begin, .fini = end);

/* One request and what came of it. */
struct exchange {
    enum status status;
    struct error err;
    struct http_response response;
    struct http_client *client;
    struct buf asked;
};

static const struct http_request get_root = {.path = "/"};

/* Sends a request to a server that gives one answer. */
static struct exchange exchange(struct http_options options, const struct http_request *request,
                                const char *answer)
{
    struct exchange x = {.status = ST_OK};
    struct script_server server = script_server_start(&answer, 1);
    options.url = options.url == NULL ? server.url : options.url;
    cr_assert(http_client_new(&options, &x.client, &x.err) == ST_OK, "%s", x.err.text);
    http_response_init(&x.response, x.client);
    x.status = http_send(x.client, request, &x.response, &x.err);
    x.asked = script_server_finish(&server);
    return x;
}

static void done(struct exchange *x)
{
    http_response_release(&x->response);
    http_client_free(x->client);
    buf_release(&x->asked);
}

static bool was_asked(struct exchange *x, const char *text)
{
    return strstr(buf_text(&x->asked), text) != NULL;
}

Test(http, status_headers_and_body_arrive)
{
    const char *const answer =
        ANSWER("429 Too Many Requests", "X-elastic-product: Elasticsearch\r\nRetry-After: 7\r\n",
               "{\"a\":1}");
    struct exchange x = exchange((struct http_options){0}, &get_root, answer);
    cr_expect(x.status == ST_OK, "%s", x.err.text);
    cr_expect_eq(x.response.status, 429);
    cr_expect_eq(x.response.retry_after_s, 7);
    cr_expect(x.response.is_elasticsearch);
    cr_expect(bytes_is(buf_bytes(&x.response.body), "{\"a\":1}"));
    cr_expect(was_asked(&x, "GET / HTTP/1.1\r\n"));
    cr_expect_not(was_asked(&x, "Authorization"));
    cr_expect_not(was_asked(&x, "Content-Type"));
    done(&x);
}

Test(http, body_is_sent_by_each_method)
{
    static const struct {
        enum http_method method;
        const char *line;
    } rows[] = {
        {HTTP_GET, "GET /a?b=c HTTP/1.1\r\n"},
        {HTTP_POST, "POST /a?b=c HTTP/1.1\r\n"},
        {HTTP_PUT, "PUT /a?b=c HTTP/1.1\r\n"},
        {HTTP_DELETE, "DELETE /a?b=c HTTP/1.1\r\n"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct http_request request = {
            .method = rows[i].method, .path = "/a?b=c", .body = BYTES_LITERAL("{\"q\":0}")};
        struct exchange x =
            exchange((struct http_options){0}, &request, ANSWER("200 OK", "", "{}"));
        cr_expect(x.status == ST_OK, "%s", x.err.text);
        cr_expect(was_asked(&x, rows[i].line), "%s", buf_text(&x.asked));
        cr_expect(was_asked(&x, "Content-Type: application/json\r\n"));
        cr_expect(was_asked(&x, "\r\n\r\n{\"q\":0}\n---\n"));
        cr_expect_not(was_asked(&x, "Expect"));
        done(&x);
    }
}

Test(http, post_without_body_has_length_zero)
{
    const struct http_request request = {.method = HTTP_POST, .path = "/x"};
    struct exchange x = exchange((struct http_options){0}, &request, ANSWER("200 OK", "", ""));
    cr_expect(was_asked(&x, "Content-Length: 0\r\n"));
    done(&x);
}

static void expect_header(struct http_options options, const char *header)
{
    struct exchange x = exchange(options, &get_root, ANSWER("200 OK", "", ""));
    cr_expect(was_asked(&x, header), "%s is not in %s", header, buf_text(&x.asked));
    done(&x);
}

/* base64("user:p w") and base64("id:key"), made with base64(1). */
Test(http, credentials_are_sent)
{
    expect_header((struct http_options){.username = "user", .password = "p w"},
                  "Authorization: Basic dXNlcjpwIHc=\r\n");
    expect_header((struct http_options){.api_key = "id:key"}, "Authorization: ApiKey aWQ6a2V5\r\n");
    expect_header((struct http_options){.api_key = "aWQ6a2V5", .username = "user"},
                  "Authorization: ApiKey aWQ6a2V5\r\n");
    expect_header((struct http_options){.bearer = "a.b-c", .username = "user"},
                  "Authorization: Bearer a.b-c\r\n");
}

Test(http, credentials_of_the_environment_are_sent)
{
    (void)setenv("ELASTICSEARCH_USERNAME", "user", 1);
    (void)setenv("ELASTICSEARCH_PASSWORD", "p w", 1);
    expect_header((struct http_options){0}, "Authorization: Basic dXNlcjpwIHc=\r\n");
    (void)setenv("ES_API_KEY", "id:key", 1);
    expect_header((struct http_options){0}, "Authorization: ApiKey aWQ6a2V5\r\n");
    expect_header((struct http_options){.username = "user", .password = "p w"},
                  "Authorization: Basic dXNlcjpwIHc=\r\n");
}

Test(http, credentials_can_stand_in_files)
{
    char path[] = "/tmp/dnsight-key.XXXXXX";
    const int file = mkstemp(path);
    cr_assert(file >= 0 && write(file, "id:key\n", 7) == 7 && close(file) == 0);
    (void)setenv("ES_API_KEY_FILE", path, 1);
    expect_header((struct http_options){0}, "Authorization: ApiKey aWQ6a2V5\r\n");
    cr_assert(truncate(path, 0) == 0);
    struct http_client *client = NULL;
    struct error err = {0};
    const struct http_options options = {.url = "http://127.0.0.1:1"};
    cr_expect(http_client_new(&options, &client, &err) == ST_INVALID);
    cr_expect(strstr(err.text, "ES_API_KEY_FILE") != NULL && strstr(err.text, path) != NULL, "%s",
              err.text);
    (void)unlink(path);
    cr_expect(http_client_new(&options, &client, &err) == ST_IO);
}

Test(http, compressed_body_says_so)
{
    const struct http_request request = {
        .method = HTTP_POST, .path = "/", .body = BYTES_LITERAL("x"), .is_gzip = true};
    struct exchange x = exchange((struct http_options){0}, &request, ANSWER("200 OK", "", ""));
    cr_expect(was_asked(&x, "Content-Encoding: gzip\r\n"));
    done(&x);
}

Test(http, settings_of_tls_that_make_no_sense_are_refused)
{
    static const struct http_tls wrong[] = {
        {.ca_fingerprint = "abcd"},
        {.ca_fingerprint = "zz"},
        {.ca_fingerprint =
             "00000000000000000000000000000000000000000000000000000000000000000"}, /* one more */
        {.certificate = "/x.crt"},
        {.key = "/x.key"},
    };
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        const struct http_options options = {.url = "https://127.0.0.1:1", .tls = wrong[i]};
        struct http_client *client = NULL;
        struct error err = {0};
        cr_expect(http_client_new(&options, &client, &err) == ST_INVALID, "%zu", i);
    }
}

Test(http, credentials_of_the_address_are_sent_and_not_shown)
{
    (void)setenv("ES_API_KEY", "id:key", 1);
    const char *const answer = ANSWER_NONE;
    struct script_server server = script_server_start(&answer, 1);
    char url[128];
    (void)snprintf(url, sizeof url, "http://user:p%%20w@127.0.0.1:%u", server.port);
    struct http_client *client = NULL;
    struct error err = {0};
    cr_assert(http_client_new(&(struct http_options){.url = url}, &client, &err) == ST_OK);
    cr_expect(http_client_has_credentials(client));
    cr_expect_str_eq(http_client_address(client), server.url);
    struct http_response response;
    http_response_init(&response, client);
    cr_expect(http_send(client, &get_root, &response, &err) == ST_UNREACHABLE);
    cr_expect(strstr(err.text, server.url) != NULL, "%s", err.text);
    cr_expect(strstr(err.text, "p w") == NULL && strstr(err.text, "p%20w") == NULL, "%s", err.text);
    struct buf asked = script_server_finish(&server);
    cr_expect(strstr(buf_text(&asked), "Authorization: Basic dXNlcjpwIHc=\r\n") != NULL);
    buf_release(&asked);
    http_response_release(&response);
    http_client_free(client);
}

static void expect_failure(struct http_options options, const char *answer, enum status expected,
                           const char *words)
{
    struct exchange x = exchange(options, &get_root, answer);
    cr_expect_eq(x.status, expected, "%s: %s", answer, status_text(x.status));
    cr_expect(strstr(x.err.text, words) != NULL, "\"%s\" is not in \"%s\"", words, x.err.text);
    done(&x);
}

Test(http, broken_answers_are_no_answers)
{
    const struct http_options options = {.timeout_s = 1};
    expect_failure(options, ANSWER_NONE, ST_UNREACHABLE, "is it an https address");
    expect_failure(options, ANSWER_SILENT, ST_UNREACHABLE, "timed out");
    expect_failure(options, ANSWER_RAW "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"a\"",
                   ST_UNREACHABLE, "bytes remaining");
    expect_failure(options, ANSWER_RAW "\x15\x03\x03\x00\x02\x02\x28", ST_UNREACHABLE, "HTTP/0.9");
}

Test(http, too_large_a_body_is_refused)
{
    expect_failure((struct http_options){.response_max = 10}, ANSWER("200 OK", "", "12345678901"),
                   ST_LIMIT, "larger than 10 octets");
    struct exchange x = exchange((struct http_options){.response_max = 10}, &get_root,
                                 ANSWER("200 OK", "", "1234567890"));
    cr_expect(x.status == ST_OK, "%s", x.err.text);
    done(&x);
}

Test(http, redirects_are_not_followed)
{
    struct exchange x = exchange((struct http_options){.api_key = "id:key"}, &get_root,
                                 ANSWER("302 Found", "Location: http://127.0.0.1:1/\r\n", ""));
    cr_expect(x.status == ST_OK, "%s", x.err.text);
    cr_expect_eq(x.response.status, 302);
    cr_expect_str_eq(x.response.location, "http://127.0.0.1:1/");
    done(&x);
}

Test(http, refused_connection_names_the_address)
{
    struct http_client *client = NULL;
    struct error err = {0};
    const struct http_options options = {.url = "http://127.0.0.1:1"};
    cr_assert(http_client_new(&options, &client, &err) == ST_OK);
    struct http_response response;
    http_response_init(&response, client);
    cr_expect(http_send(client, &get_root, &response, &err) == ST_UNREACHABLE);
    cr_expect(strstr(err.text, "http://127.0.0.1:1") != NULL, "%s", err.text);
    http_response_release(&response);
    http_client_free(client);
}

Test(http, one_client_sends_many_requests)
{
    static const char *const answers[] = {
        ANSWER("200 OK", "X-elastic-product: Elasticsearch\r\nRetry-After: 3\r\n", "first"),
        ANSWER("404 Not Found", "", "2"),
    };
    struct script_server server = script_server_start(answers, 2);
    struct http_client *client = NULL;
    cr_assert(http_client_new(&(struct http_options){.url = server.url}, &client, NULL) == ST_OK);
    struct http_response response;
    http_response_init(&response, client);
    const struct http_request put = {.method = HTTP_PUT, .path = "/a", .body = BYTES_LITERAL("{}")};
    cr_expect(http_send(client, &put, &response, NULL) == ST_OK);
    cr_expect(http_send(client, &get_root, &response, NULL) == ST_OK);
    cr_expect_eq(response.status, 404);
    cr_expect(bytes_is(buf_bytes(&response.body), "2"), "nothing of the first answer is left");
    cr_expect_eq(response.retry_after_s, 0);
    cr_expect_not(response.is_elasticsearch);
    struct buf asked = script_server_finish(&server);
    cr_expect(strstr(buf_text(&asked), "GET / HTTP/1.1\r\n") != NULL, "%s", buf_text(&asked));
    buf_release(&asked);
    http_response_release(&response);
    http_client_free(client);
}
