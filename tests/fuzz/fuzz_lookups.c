/* Frames all the way to the JSON text of documents: streams, fragments, pairing, ICMP errors. The
 * input is that of frames.h. Every message is in a document or in a counter, and a document reads
 * the same whether its form was known or not. */
#include <assert.h>

#include "core/capture/lookups.h"
#include "core/document/encoder.h"
#include "core/document/field_text.h"
#include "core/document/form.h"
#include "core/document/value_text.h"
#include "tests/fuzz/frames.h"
#include "tests/fuzz/harness.h"

#define DOCUMENT_MAX ((size_t)16 * 1024 * 1024)

struct reading {
    struct lookups *lookups;
    struct document_encoder *encoder;
    struct field_texts *fields;
    struct value_texts values;
    struct form form;
    struct buf text;
    struct buf long_way;
};

/* Writes the document field by field, as the first one of a form. */
static void check_text(struct reading *reading, const struct document *document)
{
    buf_reset(&reading->long_way);
    uint8_t *const start = buf_space(&reading->long_way, field_texts_room(document));
    assert(start != NULL);
    const uint8_t *const end =
        field_texts_put(reading->fields, &reading->values, start, document, &reading->form);
    buf_wrote(&reading->long_way, (size_t)(end - start));
    assert(bytes_equal(buf_bytes(&reading->long_way), buf_bytes(&reading->text)));
}

static void take_document(void *context, const struct document *document)
{
    struct reading *const reading = context;
    buf_reset(&reading->text);
    document_encode(reading->encoder, document, &reading->text);
    assert(buf_ok(&reading->text) && reading->text.len > 2);
    check_text(reading, document);
}

static void take_frame(void *context, const struct frame *frame)
{
    lookups_frame(((struct reading *)context)->lookups, frame);
}

/* Made once: the table of public suffixes takes longer to read than a short input. */
static struct reading *reading_of(void)
{
    static struct reading reading;
    static const uint16_t PORTS[] = {53, 5353, 5355};
    const struct lookups_options options = {.ports = PORTS,
                                            .port_count = ARRAY_LEN(PORTS),
                                            .pairing = {.pending_max = 4, .held_max = 2}};
    struct error err;
    if (reading.lookups != NULL)
        return &reading;
    buf_init(&reading.text, DOCUMENT_MAX);
    buf_init(&reading.long_way, DOCUMENT_MAX);
    value_texts_init(&reading.values);
    if (document_encoder_new(&reading.encoder) != ST_OK ||
        field_texts_new(&reading.fields) != ST_OK ||
        lookups_new(&options, take_document, &reading, &reading.lookups, &err) != ST_OK)
        abort();
    return &reading;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reading *const reading = reading_of();
    (void)frames_feed(data, size, take_frame, reading);
    lookups_finish(reading->lookups);
    const struct lookups_counters counters = lookups_counters(reading->lookups);
    const struct pairing_counters *const pairing = counters.pairing;
    assert(counters.messages >= counters.documents);
    assert(pairing->answered + pairing->unanswered + pairing->orphans <= counters.documents);
    return 0;
}
