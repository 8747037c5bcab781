/* Any octets as a DNS message become one JSON value. */
#include <assert.h>

#include "core/capture/message_json.h"
#include "core/capture/messages.h"
#include "core/json/reader.h"
#include "tests/fuzz/harness.h"

static enum status take_event(void *context, const struct json_event *event)
{
    (void)context;
    (void)event;
    return ST_OK;
}

static void print_one(void *context, const struct packet *packet, const struct dns_message *message)
{
    struct json_reader *const reader = context;
    struct buf scratch;
    struct buf text;
    struct error error;
    buf_init(&scratch, MESSAGE_JSON_MAX);
    buf_init(&text, MESSAGE_JSON_MAX);
    const enum status printed = message_json_print(packet, message, &scratch, &text);
    assert(printed == ST_OK);
    const enum status read = json_read(reader, buf_bytes(&text), &error);
    assert(read == ST_OK);
    buf_release(&text);
    buf_release(&scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct json_reader *reader;
    if (reader == NULL && json_reader_new(take_event, NULL, &reader) != ST_OK)
        return 0;
    const struct frame frame = {.number = 1};
    const struct packet packet = {
        /* A bit of the ID, which means nothing to the printer, chooses the protocol. */
        .destination_port = size > 0 && (data[0] & 1) != 0 ? MDNS_PORT : DNS_PORT,
        .payload = {data, size},
        .frame = &frame,
        .transport = PACKET_UDP,
    };
    (void)messages_of_packet(&packet, print_one, reader);
    return 0;
}
