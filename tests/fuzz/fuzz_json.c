/* Reads arbitrary octets as a document, twice with one reader: what the first text left behind
 * must not show in the second. */
#include <assert.h>
#include <stdlib.h>

#include "core/document/field_list.h"
#include "core/document/reader.h"
#include "tests/fuzz/harness.h"

#define ARENA_MAX ((size_t)16 * 1024 * 1024)

/* Touches every value, those of objects included, so that a bad link is a crash. */
static uint64_t sum_of(const struct document *d)
{
    uint64_t sum = d->dropped;
    for (uint32_t i = 0; i < d->count; i++) {
        const struct value *const value = &d->values[i];
        sum += value->kind == VALUE_TEXT ? value->text.len : 1;
        if (value->kind == VALUE_TEXT && value->text.len > 0)
            sum += value->text.data[value->text.len - 1];
        if (value->kind != VALUE_OBJECT)
            continue;
        for (uint16_t field = 0; field < d->view->count; field++)
            for (const struct value *v = document_first(d, i, field); v != NULL;
                 v = document_next(d, v))
                sum += v->field == field ? 1 : 1000;
    }
    return sum;
}

/* Made once: a reader serves many texts, and making one takes longer than reading. */
static struct document document;
static struct document_reader *reader;

static void prepare(void)
{
    if (reader == NULL && (document_init(&document, data_view_builtin(), ARENA_MAX) != ST_OK ||
                           document_reader_new(data_view_builtin(), NULL, &reader) != ST_OK))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct document_envelope envelope;
    struct error err;
    const struct bytes text = {data, size};
    prepare();
    const enum status first = document_read(reader, text, &document, &envelope, &err);
    const uint64_t first_sum = first == ST_OK ? sum_of(&document) : 0;
    const struct bytes other = BYTES_LITERAL("{\"rrsets\":[{\"type\":\"A\"}]}");
    if (document_read(reader, other, &document, &envelope, &err) != ST_OK || document.count != 2)
        abort();
    const enum status second = document_read(reader, text, &document, &envelope, &err);
    assert(first == second);
    assert(first != ST_OK || sum_of(&document) == first_sum);
    assert(first != ST_OK || (envelope.source.data >= data && envelope.source.len <= size));
    return 0;
}
