/* Reads arbitrary octets as JSON by both ways of core/json/reader.c: as they are, which is the way
 * of plain text if they are plain, and with a line end behind them, which always is yajl's.
 * Verdict, events and offsets must be the same. */
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/json/reader.h"
#include "tests/fuzz/harness.h"

#define LOG_MAX ((size_t)64 * 1024 * 1024)

struct log {
    struct json_reader *reader;
    struct buf out;
};

static enum status take(void *context, const struct json_event *event)
{
    struct log *const log = context;
    const bool has_text =
        event->kind == JSON_NUMBER || event->kind == JSON_STRING || event->kind == JSON_KEY;
    /* Behind a number, null and the like yajl has looked at the octet that follows. */
    const bool has_offset = event->kind == JSON_BEGIN_OBJECT || event->kind == JSON_END_OBJECT;
    const size_t offset = has_offset ? json_reader_offset(log->reader) : 0;
    buf_add_format(&log->out, "%d %d %zu ", (int)event->kind,
                   event->kind == JSON_BOOLEAN && event->boolean, offset);
    if (has_text)
        buf_add(&log->out, event->text);
    buf_add_u8(&log->out, '\n');
    return has_text && bytes_is(event->text, "stop") ? ST_NOT_FOUND : ST_OK;
}

static enum status read_text(struct log *log, struct bytes text)
{
    struct error err;
    buf_init(&log->out, LOG_MAX);
    if (json_reader_new(take, log, &log->reader) != ST_OK)
        abort();
    const enum status status = json_read(log->reader, text, &err);
    json_reader_free(log->reader);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct log plain;
    struct log other;
    struct buf ended;
    buf_init(&ended, size + 1);
    buf_add(&ended, (struct bytes){data, size});
    buf_add_u8(&ended, '\n');
    const enum status status = read_text(&plain, (struct bytes){data, size});
    if (status != read_text(&other, buf_bytes(&ended)) ||
        !bytes_equal(buf_bytes(&plain.out), buf_bytes(&other.out)))
        abort();
    buf_release(&ended);
    buf_release(&plain.out);
    buf_release(&other.out);
    return 0;
}
