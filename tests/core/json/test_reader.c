#include "core/json/reader.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "core/base/buf.h"

/* The events of a text, written one after the other: "{k:a n:1 }". */
struct log {
    struct buf out;
    enum status verdict; /* returned for a string "stop" */
};

static void add(struct buf *out, const char *mark, struct bytes text)
{
    buf_add_text(out, mark);
    buf_add(out, text);
    buf_add_u8(out, ' ');
}

static enum status take(void *context, const struct json_event *event)
{
    struct log *const log = context;
    switch (event->kind) {
    case JSON_NULL:
        buf_add_text(&log->out, "null ");
        break;
    case JSON_BOOLEAN:
        buf_add_text(&log->out, event->boolean ? "true " : "false ");
        break;
    case JSON_NUMBER:
        add(&log->out, "n:", event->text);
        break;
    case JSON_STRING:
        if (bytes_is(event->text, "stop"))
            return log->verdict;
        add(&log->out, "s:", event->text);
        break;
    case JSON_KEY:
        add(&log->out, "k:", event->text);
        break;
    case JSON_BEGIN_OBJECT:
        buf_add_text(&log->out, "{");
        break;
    case JSON_END_OBJECT:
        buf_add_text(&log->out, "}");
        break;
    case JSON_BEGIN_ARRAY:
        buf_add_text(&log->out, "[");
        break;
    case JSON_END_ARRAY:
        buf_add_text(&log->out, "]");
        break;
    }
    return ST_OK;
}

struct fixture {
    struct log log;
    struct json_reader *reader;
    struct error err;
};

static struct fixture *fixture_new(void)
{
    struct fixture *const f = calloc(1, sizeof *f);
    buf_init(&f->log.out, 1 << 20);
    cr_assert(eq(int, json_reader_new(take, &f->log, &f->reader), ST_OK));
    return f;
}

static void fixture_free(struct fixture *f)
{
    json_reader_free(f->reader);
    buf_release(&f->log.out);
    free(f);
}

static enum status read_text(struct fixture *f, const char *text)
{
    buf_reset(&f->log.out);
    f->err = (struct error){0};
    return json_read(f->reader, bytes_of(text), &f->err);
}

Test(json_reader, values_of_all_kinds_arrive_in_order)
{
    static const struct {
        const char *text;
        const char *events;
    } CASES[] = {
        {"null", "null "},
        {" true\n", "true "},
        {"12", "n:12 "},
        {"-1.50E+3", "n:-1.50E+3 "},
        {"123456789012345678901234567890", "n:123456789012345678901234567890 "},
        {"\"\"", "s: "},
        {"\"a\\u00e9\\n\\ud83d\\ude00\"", "s:a\xc3\xa9\n\xf0\x9f\x98\x80 "},
        {"{}", "{}"},
        {"[]", "[]"},
        {"{\"a\":{\"b\":[1,null,false]},\"a\":\"x\"}", "{k:a {k:b [n:1 null false ]}k:a s:x }"},
    };
    struct fixture *const f = fixture_new();
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        cr_expect(eq(int, read_text(f, CASES[i].text), ST_OK), "%s", CASES[i].text);
        cr_expect(bytes_is(buf_bytes(&f->log.out), CASES[i].events));
    }
    fixture_free(f);
}

Test(json_reader, what_rfc_8259_forbids_is_malformed_and_the_reader_stays_usable)
{
    static const char *const CASES[] = {
        "",
        " ",
        "{",
        "[1",
        "tru",
        "nul",
        "\"abc",
        "{\"a\"}",
        "{\"a\":}",
        "[1,]",
        "{\"a\":1,}",
        "01",
        "[01]",
        "+1",
        "1.",
        ".5",
        "-",
        "1e",
        "NaN",
        "'a'",
        "\"\t\"",
        "\"\\x\"",
        "\"\\u12\"",
        "1 2",
        "{} {}",
        "{}]",
        "1 x",
        "/* a */ 1",
        "\xef\xbb\xbf"
        "1",
        "\"\xc0\x80\"",
        "\"\xed\xa0\x80\"",
        "\"\xff\"",
        "\"\\udc00\"",
        "\"abcdefgh\xe2\x82\"",
        "{\"\xff\":1}",
    };
    struct fixture *const f = fixture_new();
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        cr_expect(eq(int, read_text(f, CASES[i]), ST_MALFORMED), "%s", CASES[i]);
        cr_expect(f->err.text[0] != '\0', "%s", CASES[i]);
        cr_expect(eq(int, read_text(f, "[\"ok\"]"), ST_OK), "after %s", CASES[i]);
        cr_expect(bytes_is(buf_bytes(&f->log.out), "[s:ok ]"));
    }
    fixture_free(f);
}

Test(json_reader, every_prefix_of_a_valid_text_is_malformed)
{
    static const char TEXT[] = "{\"a\":[1.5e3,\"\\u00e9x\",true,null,{\"b\":{}}]}";
    struct fixture *const f = fixture_new();
    for (size_t len = 0; len < sizeof TEXT - 1; len++) {
        char *const exact = malloc(len + 1);
        memcpy(exact, TEXT, len);
        const struct bytes prefix = {(const uint8_t *)exact, len};
        cr_expect(eq(int, json_read(f->reader, prefix, &f->err), ST_MALFORMED), "%zu", len);
        free(exact);
    }
    cr_expect(eq(int, read_text(f, TEXT), ST_OK));
    fixture_free(f);
}

Test(json_reader, the_error_names_the_octet)
{
    struct fixture *const f = fixture_new();
    cr_assert(eq(int, read_text(f, "{\"a\":1, x}"), ST_MALFORMED));
    cr_expect(strstr(f->err.text, "octet 9") != NULL, "%s", f->err.text);
    fixture_free(f);
}

Test(json_reader, nesting_beyond_the_limit_is_refused)
{
    char text[2 * JSON_READER_DEPTH_MAX + 3] = "";
    memset(text, '[', JSON_READER_DEPTH_MAX);
    memset(text + JSON_READER_DEPTH_MAX, ']', JSON_READER_DEPTH_MAX);
    struct fixture *const f = fixture_new();
    cr_expect(eq(int, read_text(f, text), ST_OK));
    memset(text, '[', JSON_READER_DEPTH_MAX + 1);
    memset(text + JSON_READER_DEPTH_MAX + 1, ']', JSON_READER_DEPTH_MAX + 1);
    cr_expect(eq(int, read_text(f, text), ST_LIMIT));
    fixture_free(f);
}

Test(json_reader, what_the_handler_returns_ends_the_reading)
{
    struct fixture *const f = fixture_new();
    f->log.verdict = ST_NOT_FOUND;
    cr_expect(eq(int, read_text(f, "[1,\"stop\",2]"), ST_NOT_FOUND));
    cr_expect(f->err.text[0] == '\0');
    cr_expect(bytes_is(buf_bytes(&f->log.out), "[n:1 "));
    cr_expect(eq(int, read_text(f, "2"), ST_OK));
    fixture_free(f);
}
