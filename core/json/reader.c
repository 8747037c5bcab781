#include "core/json/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "core/base/utf8.h"
#include "core/json/plain.h"

/* Plain text (plain.h) is read by our own code, several times as fast; everything else by yajl.
 *
 * One yajl handle serves many texts (it is told to accept several values in one stream), because
 * making one costs more than reading a short document. After a failure its state is unknown, so
 * it is freed and the next text starts with a new one. */
struct json_reader {
    json_handler handler;
    void *context;
    yajl_handle yajl;   /* NULL until the first text, and after a failure */
    struct bytes input; /* the text that is read */
    bool is_plain;      /* and it is plain */
    struct json_plain_progress plain;
    unsigned depth;        /* open containers */
    unsigned roots;        /* values at depth 0 */
    enum status status;    /* why the reading was given up; ST_OK if yajl found the fault */
    const char *complaint; /* with ST_MALFORMED or ST_LIMIT: what is wrong */
};

static NO_RETURN void memory_exhausted(size_t size)
{
    (void)fprintf(stderr, "out of memory while reading JSON: %zu octets\n", size);
    abort();
}

static void *yajl_malloc_or_end(void *context, size_t size)
{
    (void)context;
    void *const memory = malloc(size);
    if (memory == NULL)
        memory_exhausted(size);
    return memory;
}

static void *yajl_realloc_or_end(void *context, void *old, size_t size)
{
    (void)context;
    void *const memory = realloc(old, size);
    if (memory == NULL)
        memory_exhausted(size);
    return memory;
}

static void yajl_free_memory(void *context, void *memory)
{
    (void)context;
    free(memory);
}

/* What a yajl callback returns. */
enum { STOP = 0, GO_ON = 1 };

static int give_up(struct json_reader *reader, enum status status, const char *complaint)
{
    reader->status = status;
    reader->complaint = complaint;
    return STOP;
}

/* A value begins; there may be one at depth 0. */
static bool may_begin(struct json_reader *reader)
{
    return reader->depth > 0 || reader->roots++ == 0;
}

static int emit(struct json_reader *reader, const struct json_event *event)
{
    const enum status status = reader->handler(reader->context, event);
    return status == ST_OK ? GO_ON : give_up(reader, status, NULL);
}

static int emit_value(struct json_reader *reader, const struct json_event *event)
{
    if (!may_begin(reader))
        return give_up(reader, ST_MALFORMED, "more than one value");
    return emit(reader, event);
}

static int begin(struct json_reader *reader, enum json_event_kind kind)
{
    if (reader->depth == JSON_READER_DEPTH_MAX)
        return give_up(reader, ST_LIMIT, "arrays and objects are nested too deeply");
    const int verdict = emit_value(reader, &(struct json_event){.kind = kind});
    reader->depth++;
    return verdict;
}

static int end(struct json_reader *reader, enum json_event_kind kind)
{
    reader->depth--;
    return emit(reader, &(struct json_event){.kind = kind});
}

/* Octets of `text` from `at` on that are ASCII, counted in whole words of eight. */
static size_t ascii_words(struct bytes text, size_t at)
{
    const size_t start = at;
    uint64_t word = 0;
    while (text.len - at >= sizeof word) {
        memcpy(&word, text.data + at, sizeof word);
        if ((word & UINT64_C(0x8080808080808080)) != 0)
            break;
        at += sizeof word;
    }
    return at - start;
}

/* Octets at the start of the text that are valid UTF-8. */
static size_t valid_len(struct bytes text)
{
    size_t at = ascii_words(text, 0);
    while (at < text.len) {
        const struct utf8_char c = utf8_next(bytes_slice(text, at, text.len));
        if (!c.is_valid)
            return at;
        at += c.len;
        at += ascii_words(text, at);
    }
    return at;
}

static int on_null(void *context)
{
    return emit_value(context, &(struct json_event){.kind = JSON_NULL});
}

static int on_boolean(void *context, int value)
{
    return emit_value(context, &(struct json_event){.kind = JSON_BOOLEAN, .boolean = value != 0});
}

static int on_number(void *context, const char *text, size_t len)
{
    const struct bytes number = {(const uint8_t *)text, len};
    return emit_value(context, &(struct json_event){.kind = JSON_NUMBER, .text = number});
}

/* Text of a string or name. What stands in the input as it is has been checked with it; what yajl
 * made of escapes may hold half of a surrogate pair. */
static bool is_valid(const struct json_reader *reader, struct bytes text)
{
    const uintptr_t from = (uintptr_t)reader->input.data;
    const uintptr_t at = (uintptr_t)text.data;
    const bool is_in_input = at >= from && at - from < reader->input.len;
    return is_in_input || valid_len(text) == text.len;
}

static int on_string(void *context, const unsigned char *text, size_t len)
{
    const struct json_event event = {.kind = JSON_STRING, .text = {text, len}};
    if (!is_valid(context, event.text))
        return give_up(context, ST_MALFORMED, "a string holds half of a surrogate pair");
    return emit_value(context, &event);
}

static int on_key(void *context, const unsigned char *text, size_t len)
{
    const struct json_event event = {.kind = JSON_KEY, .text = {text, len}};
    if (!is_valid(context, event.text))
        return give_up(context, ST_MALFORMED, "a name holds half of a surrogate pair");
    return emit(context, &event);
}

static int on_begin_object(void *context)
{
    return begin(context, JSON_BEGIN_OBJECT);
}

static int on_end_object(void *context)
{
    return end(context, JSON_END_OBJECT);
}

static int on_begin_array(void *context)
{
    return begin(context, JSON_BEGIN_ARRAY);
}

static int on_end_array(void *context)
{
    return end(context, JSON_END_ARRAY);
}

static const yajl_callbacks CALLBACKS = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_begin_object,
    .yajl_map_key = on_key,
    .yajl_end_map = on_end_object,
    .yajl_start_array = on_begin_array,
    .yajl_end_array = on_end_array,
};

enum status json_reader_new(json_handler handler, void *context, struct json_reader **reader)
{
    struct json_reader *const made = malloc(sizeof *made);
    if (made == NULL)
        return ST_NO_MEMORY;
    *made = (struct json_reader){.handler = handler, .context = context};
    *reader = made;
    return ST_OK;
}

static void drop_yajl(struct json_reader *reader)
{
    if (reader->yajl != NULL)
        yajl_free(reader->yajl);
    reader->yajl = NULL;
}

void json_reader_free(struct json_reader *reader)
{
    if (reader == NULL)
        return;
    drop_yajl(reader);
    free(reader);
}

static void start(struct json_reader *reader)
{
    if (reader->yajl == NULL) {
        yajl_alloc_funcs memory = {yajl_malloc_or_end, yajl_realloc_or_end, yajl_free_memory, NULL};
        reader->yajl = yajl_alloc(&CALLBACKS, &memory, reader);
        (void)yajl_config(reader->yajl, yajl_allow_multiple_values, 1);
        /* Its check lets surrogates and overlong forms pass; json_read has made a better one. */
        (void)yajl_config(reader->yajl, yajl_dont_validate_strings, 1);
    }
    reader->depth = 0;
    reader->roots = 0;
    reader->status = ST_OK;
    reader->complaint = NULL;
}

static enum status too_short(struct bytes text, struct error *err)
{
    return error_set(err, ST_MALFORMED, "not valid JSON: it ends at octet %zu, before its value",
                     text.len);
}

static enum status read_plain(struct json_reader *reader, struct bytes text, struct error *err)
{
    const struct json_plain_progress *const plain = &reader->plain;
    const enum status status =
        json_plain_read(text, reader->handler, reader->context, &reader->plain);
    if (plain->complaint == NULL)
        return status;
    if (status == ST_MALFORMED && plain->at == text.len)
        return too_short(text, err);
    return error_set(err, status, "not %s JSON near octet %zu: %s",
                     status == ST_MALFORMED ? "valid" : "acceptable", plain->at + 1,
                     plain->complaint);
}

static enum status fail(struct json_reader *reader, struct error *err)
{
    const size_t at = yajl_get_bytes_consumed(reader->yajl);
    enum status status = reader->status;
    if (status == ST_OK) {
        status = ST_MALFORMED;
        unsigned char *const text = yajl_get_error(reader->yajl, 0, NULL, 0);
        const int len = (int)strcspn((const char *)text, "\n");
        (void)error_set(err, status, "not valid JSON near octet %zu: %.*s", at, len, text);
        yajl_free_error(reader->yajl, text);
    } else if (reader->complaint != NULL) {
        (void)error_set(err, status, "not acceptable JSON near octet %zu: %s", at,
                        reader->complaint);
    }
    drop_yajl(reader);
    return status;
}

enum status json_read(struct json_reader *reader, struct bytes text, struct error *err)
{
    if (text.len > JSON_READER_TEXT_MAX)
        return error_set(err, ST_LIMIT, "the JSON text has %zu octets, %zu are the limit", text.len,
                         JSON_READER_TEXT_MAX);
    const size_t valid = valid_len(text);
    if (valid < text.len)
        return error_set(err, ST_MALFORMED, "not valid JSON: octet %zu is not UTF-8", valid + 1);
    reader->is_plain = json_plain_is(text);
    if (reader->is_plain)
        return read_plain(reader, text, err);
    start(reader);
    reader->input = text;
    if (text.len != 0 && yajl_parse(reader->yajl, text.data, text.len) != yajl_status_ok)
        return fail(reader, err);
    /* White space ends a number, and shows a literal or string that was cut. */
    const unsigned char line_end = '\n';
    const bool is_whole = yajl_parse(reader->yajl, &line_end, 1) == yajl_status_ok &&
                          reader->depth == 0 && reader->roots == 1;
    if (is_whole)
        return ST_OK;
    if (reader->status != ST_OK)
        return fail(reader, err);
    drop_yajl(reader);
    return too_short(text, err);
}

size_t json_reader_offset(const struct json_reader *reader)
{
    return reader->is_plain ? reader->plain.at : yajl_get_bytes_consumed(reader->yajl);
}
