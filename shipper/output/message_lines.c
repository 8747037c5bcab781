#include "shipper/output/message_lines.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/capture/message_json.h"
#include "core/capture/messages.h"
#include "shipper/output/output.h"
#include "shipper/output/summary.h"

/* Ports that can be looked at. */
#define PORTS_MAX 64

static const uint16_t ALWAYS[] = {DNS_PORT, MDNS_PORT, LLMNR_PORT};

struct message_lines {
    struct net_decoder *net;
    struct output *output;
    struct buf scratch;
    bool any_port;
    uint64_t messages;
    uint64_t malformed;
    enum status status; /* of the output; nothing is written once it is not ST_OK */
    struct error error;
};

static void take_message(void *context, const struct packet *packet,
                         const struct dns_message *message)
{
    struct message_lines *const lines = context;
    lines->messages++;
    lines->malformed += message->defects != 0 ? 1 : 0;
    if (lines->status != ST_OK)
        return;
    if (message_json_print(packet, message, &lines->scratch, output_room(lines->output)) != ST_OK) {
        lines->status =
            error_set(&lines->error, ST_LIMIT, "no memory for the message in packet %" PRIu64,
                      packet->frame->number);
        return;
    }
    lines->status = output_add(lines->output, &(struct output_document){0}, &lines->error);
}

static size_t take_packet(void *context, const struct packet *packet)
{
    size_t taken = 0;
    if (((const struct message_lines *)context)->any_port && !messages_recognise(packet, &taken))
        return taken;
    return messages_of_packet(packet, take_message, context);
}

/* Makes the parts of what is empty. */
static enum status open_parts(struct message_lines *lines,
                              const struct message_lines_options *options, struct error *err)
{
    const uint16_t *const ports = options->ports;
    const size_t port_count = options->port_count;
    uint16_t all[PORTS_MAX];
    if (port_count > PORTS_MAX - ARRAY_LEN(ALWAYS))
        return error_set(err, ST_LIMIT, "%zu ports are too many", port_count);
    memcpy(all, ALWAYS, sizeof ALWAYS);
    if (port_count > 0)
        memcpy(all + ARRAY_LEN(ALWAYS), ports, port_count * sizeof *ports);
    const struct net_options net = {
        .ports = all,
        .port_count = options->any_port ? 0 : ARRAY_LEN(ALWAYS) + port_count,
        .counts_checksums = options->counts_checksums,
        .tcp_streams_max = MESSAGES_TCP_STREAMS_MAX,
        .tcp_buffered_max = MESSAGES_TCP_BUFFERED_MAX,
    };
    if (net_decoder_new(&net, take_packet, lines, &lines->net) != ST_OK)
        return error_set(err, ST_NO_MEMORY, "no memory for decoding messages");
    const struct output_options output = {.target = "-"};
    return output_open(&output, &lines->output, err);
}

static void free_parts(struct message_lines *lines)
{
    net_decoder_free(lines->net);
    buf_release(&lines->scratch);
    free(lines);
}

enum status message_lines_open(const struct message_lines_options *options,
                               struct message_lines **lines, struct error *err)
{
    struct message_lines *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(err, ST_NO_MEMORY, "no memory");
    made->any_port = options->any_port;
    buf_init(&made->scratch, MESSAGE_JSON_MAX);
    const enum status status = open_parts(made, options, err);
    if (status != ST_OK) {
        free_parts(made);
        return status;
    }
    *lines = made;
    return ST_OK;
}

static enum status output_status(const struct message_lines *lines, struct error *err)
{
    if (lines->status != ST_OK)
        *err = lines->error;
    return lines->status;
}

enum status message_lines_frame(struct message_lines *lines, const struct frame *frame,
                                struct error *err)
{
    net_decoder_frame(lines->net, frame);
    return output_status(lines, err);
}

enum status message_lines_finish(struct message_lines *lines, struct error *err)
{
    net_decoder_finish(lines->net);
    return output_status(lines, err);
}

uint64_t message_lines_count(const struct message_lines *lines)
{
    return lines->messages;
}

void message_lines_summary(const struct message_lines *lines, struct buf *out)
{
    const struct net_counters *const net = net_decoder_counters(lines->net);
    buf_add_format(out, "%" PRIu64 " packets, %" PRIu64 " messages", net->frames, lines->messages);
    struct summary_list list = {.out = out, .before = " ("};
    summary_count(&list, lines->malformed, "malformed");
    summary_count(&list, net->bad_checksums, "with a wrong checksum");
    if (list.has_any)
        buf_add_text(out, ")");
    summary_skipped(net, out);
}

enum status message_lines_close(struct message_lines *lines, struct error *err)
{
    if (lines == NULL)
        return ST_OK;
    struct error closing = {.status = ST_OK};
    const enum status closed = output_close(lines->output, true, &closing);
    enum status status = output_status(lines, err);
    if (status == ST_OK && closed != ST_OK) {
        status = closed;
        *err = closing;
    }
    free_parts(lines);
    return status;
}
