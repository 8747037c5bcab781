/* Frames all the way to the JSON text of documents: streams, fragments, pairing, ICMP errors. The
 * input is that of frames.h. Every message is in a document or in a counter. */
#include <assert.h>

#include "core/capture/lookups.h"
#include "core/document/encoder.h"
#include "tests/fuzz/frames.h"
#include "tests/fuzz/harness.h"

#define DOCUMENT_MAX ((size_t)16 * 1024 * 1024)

struct reading {
    struct lookups *lookups;
    struct document_encoder *encoder;
    struct buf text;
};

static void take_document(void *context, const struct document *document)
{
    struct reading *const reading = context;
    buf_reset(&reading->text);
    document_encode(reading->encoder, document, &reading->text);
    assert(buf_ok(&reading->text) && reading->text.len > 2);
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
    if (document_encoder_new(&reading.encoder) != ST_OK ||
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
