/* tests/data/elastic/page.json is a page of real hits whose documents look like answers. */
#include "core/elastic/hits.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

/* What the sink saw, as text: one line a hit. */
struct seen {
    struct buf text;
    unsigned stop_after; /* hits; 0: never */
    unsigned count;
};

static enum status note(void *context, const struct search_hit *hit, struct error *err)
{
    struct seen *const seen = context;
    buf_add(&seen->text, hit->index);
    buf_add_u8(&seen->text, ' ');
    buf_add(&seen->text, hit->id);
    buf_add_u8(&seen->text, ' ');
    buf_add(&seen->text, hit->sort);
    buf_add_u8(&seen->text, ' ');
    buf_add(&seen->text, hit->source);
    buf_add_u8(&seen->text, '\n');
    return ++seen->count == seen->stop_after ? error_set(err, ST_END, "enough") : ST_OK;
}

static struct seen seen;
static struct hits_reader *reader;

static void begin(void)
{
    seen = (struct seen){0};
    buf_init(&seen.text, 1 << 20);
    const struct search_sink sink = {note, &seen};
    cr_assert(hits_reader_new(&sink, &reader) == ST_OK);
}

static void end(void)
{
    hits_reader_free(reader);
    buf_release(&seen.text);
}

TestSuite(hits, .init = begin, .fini = end);

static struct bytes read_file(const char *path)
{
    static uint8_t text[65536];
    FILE *const file = fopen(path, "rb");
    cr_assert(file != NULL, "%s", path);
    const size_t len = fread(text, 1, sizeof text, file);
    (void)fclose(file);
    return (struct bytes){text, len};
}

static void expect_seen(const char *expected)
{
    cr_expect_str_eq(buf_text(&seen.text), expected);
}

Test(hits, documents_are_slices_of_the_answer)
{
    uint64_t count = 0;
    cr_assert(hits_read(reader, read_file(TEST_DATA "/elastic/page.json"), &count, NULL) == ST_OK);
    cr_expect_eq(count, 2);
    expect_seen("pl-1 a\x1b\"b [1767225600000,0] {\"@timestamp\":\"2026-01-01T00:00:00.000Z\","
                "\"hits\":{\"hits\":[{\"_id\":\"not this\",\"_source\":{\"n\":1}}]},\"sort\":[9],"
                "\"text\":\"line\\nend \\u00e9 { ] }\"}\n"
                "pl-1 3 [1767225600002,1] {\"@timestamp\":\"2026-01-01T00:00:00.002Z\"}\n");
    cr_expect(bytes_is(hits_last_sort(reader), "[1767225600002,1]"));
    cr_expect(bytes_starts_with(hits_pit(reader), BYTES_LITERAL("gc-bBAEEcGwt")));
}

Test(hits, an_empty_page_has_none)
{
    uint64_t count = 7;
    const struct bytes page = read_file(TEST_DATA "/elastic/page_empty.json");
    cr_assert(hits_read(reader, page, &count, NULL) == ST_OK);
    cr_expect_eq(count, 0);
    cr_expect(hits_last_sort(reader).len == 0);
    expect_seen("");
}

Test(hits, a_missing_source_is_an_empty_document)
{
    uint64_t count = 0;
    const struct bytes page = BYTES_LITERAL("{\"hits\":{\"hits\":[{\"_id\":\"1\"},{\"_id\":\"2\","
                                            "\"_source\":null},{}]}}");
    cr_assert(hits_read(reader, page, &count, NULL) == ST_OK);
    cr_expect_eq(count, 3);
    expect_seen(" 1  {}\n 2  {}\n   {}\n");
}

Test(hits, other_answers_have_none)
{
    static const char *const answers[] = {
        "{}",
        "[]",
        "1",
        "{\"hits\":[]}",
        "{\"hits\":{\"hits\":{}}}",
        "{\"hits\":{\"hits\":[1,\"a\",null]}}",
        "{\"a\":{\"hits\":[{\"_id\":\"1\"}]}}",
        "[{\"hits\":{\"hits\":[{\"_id\":\"1\"}]}}]",
    };
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        uint64_t count = 7;
        cr_assert(hits_read(reader, bytes_of(answers[i]), &count, NULL) == ST_OK, "%s", answers[i]);
        cr_expect(count == 0, "%s: %d hits", answers[i], (int)count);
    }
}

Test(hits, every_prefix_is_malformed)
{
    const struct bytes page = read_file(TEST_DATA "/elastic/page.json");
    for (size_t len = 0; len < page.len; len++) {
        uint8_t *const exact = malloc(len == 0 ? 1 : len);
        cr_assert(exact != NULL);
        memcpy(exact, page.data, len);
        uint64_t count = 7;
        cr_expect(hits_read(reader, (struct bytes){exact, len}, &count, NULL) == ST_MALFORMED);
        cr_expect(count == 7, "the output was touched");
        free(exact);
    }
}

Test(hits, the_sink_can_end_the_reading)
{
    seen.stop_after = 1;
    uint64_t count = 7;
    struct error err = {0};
    const struct bytes page = read_file(TEST_DATA "/elastic/page.json");
    cr_expect(hits_read(reader, page, &count, &err) == ST_END);
    cr_expect_str_eq(err.text, "enough");
    cr_expect_eq(seen.count, 1);
}
