#include "core/capture/message_json.h"

#include <inttypes.h>

#include "core/base/cursor.h"
#include "core/base/encoding.h"
#include "core/base/time_text.h"
#include "core/dns/defect.h"
#include "core/dns/edns.h"
#include "core/dns/mnemonic.h"
#include "core/dns/protocol.h"
#include "core/dns/rdata.h"
#include "core/json/writer.h"

struct printing {
    struct json_writer json;
    struct buf *scratch; /* one text at a time */
    const struct packet *packet;
    const struct dns_message *message;
    uint32_t defects; /* of the message, and of the RDATA printed so far */
    enum status status;
};

/* Writes the text that was appended to the empty scratch buffer, and empties it. */
static void put_scratch(struct printing *printing)
{
    if (!buf_ok(printing->scratch))
        printing->status = ST_LIMIT;
    json_string(&printing->json, buf_bytes(printing->scratch));
    buf_reset(printing->scratch);
}

static void put_number(struct printing *printing, const char *key, uint64_t number)
{
    json_key(&printing->json, key);
    json_u64(&printing->json, number);
}

/* A set of flags as it is on the wire. */
static void put_flags(struct printing *printing, uint16_t flags)
{
    json_key(&printing->json, "flags");
    buf_add_format(printing->scratch, "0x%04x", (unsigned)flags);
    put_scratch(printing);
}

static void put_time(struct printing *printing, int64_t time_ns)
{
    const uint64_t distance = time_ns < 0 ? 0 - (uint64_t)time_ns : (uint64_t)time_ns;
    const uint64_t second_ns = (uint64_t)NS_PER_S;
    json_key(&printing->json, "time");
    buf_add_format(printing->scratch, "%s%" PRIu64 ".%09" PRIu64, time_ns < 0 ? "-" : "",
                   distance / second_ns, distance % second_ns);
    put_scratch(printing);
}

static void put_endpoint(struct printing *printing, const char *const keys[2],
                         const struct ip_address *ip, uint16_t port)
{
    json_key(&printing->json, keys[0]);
    ip_print(ip, printing->scratch);
    put_scratch(printing);
    put_number(printing, keys[1], port);
}

static void put_outer_layers(struct printing *printing)
{
    const struct packet *const packet = printing->packet;
    struct json_writer *const json = &printing->json;
    if (packet->has_vlan) {
        json_key(json, "vlan");
        json_begin_array(json);
        json_u64(json, packet->vlan_id);
        if (packet->has_inner_vlan)
            json_u64(json, packet->inner_vlan_id);
        json_end_array(json);
    }
    if (packet->tunnel_count == 0)
        return;
    json_key(json, "tunnel");
    json_begin_array(json);
    for (unsigned i = 0; i < packet->tunnel_count; i++) {
        json_begin_object(json);
        json_key(json, "type");
        json_text(json, packet_tunnel_name(packet->tunnels[i].kind));
        put_number(printing, "id", packet->tunnels[i].id);
        json_end_object(json);
    }
    json_end_array(json);
}

static void put_packet(struct printing *printing)
{
    static const char *const SOURCE[2] = {"src", "sport"};
    static const char *const DESTINATION[2] = {"dst", "dport"};
    const struct packet *const packet = printing->packet;
    put_number(printing, "frame", packet->frame->number);
    put_time(printing, packet->frame->time_ns);
    put_endpoint(printing, SOURCE, &packet->source, packet->source_port);
    put_endpoint(printing, DESTINATION, &packet->destination, packet->destination_port);
    json_key(&printing->json, "transport");
    json_text(&printing->json, packet->transport == PACKET_TCP ? "tcp" : "udp");
    json_key(&printing->json, "protocol");
    json_text(&printing->json,
              dns_protocol_name(dns_protocol_of(packet->source_port, packet->destination_port)));
    put_outer_layers(printing);
    if (packet->frame->comment.len > 0) {
        json_key(&printing->json, "comment");
        json_string(&printing->json, packet->frame->comment);
    }
}

/* As much of the header as there is. */
static void put_header(struct printing *printing)
{
    const struct dns_message *const message = printing->message;
    struct cursor c = cursor_of(message->octets);
    const uint16_t id = cursor_u16(&c);
    if (!cursor_ok(&c))
        return;
    put_number(printing, "id", id);
    const uint16_t flags = cursor_u16(&c);
    if (!cursor_ok(&c))
        return;
    put_flags(printing, flags);
    json_key(&printing->json, "opcode");
    dns_opcode_print(flags >> 11 & 15U, printing->scratch);
    put_scratch(printing);
    json_key(&printing->json, "rcode");
    dns_rcode_print((flags & 15U) | (unsigned)message->edns.extended_rcode << 4, printing->scratch);
    put_scratch(printing);
    json_key(&printing->json, "counts");
    json_begin_array(&printing->json);
    for (size_t i = 0; i < 1 + DNS_SECTION_COUNT; i++) {
        const uint16_t count = cursor_u16(&c);
        if (cursor_ok(&c))
            json_u64(&printing->json, count);
    }
    json_end_array(&printing->json);
}

static void put_name(struct printing *printing, const struct dns_name *name)
{
    json_key(&printing->json, "name");
    dns_name_print(name, printing->scratch);
    put_scratch(printing);
}

static void put_type(struct printing *printing, uint16_t type)
{
    json_key(&printing->json, "type");
    dns_type_print(type, printing->scratch);
    put_scratch(printing);
}

/* A class, and the key of the flag that mDNS puts into it if that is set: it asks for a unicast
 * response in a question, and to flush older records in a record. */
static void put_class(struct printing *printing, uint16_t class, const char *mdns_flag)
{
    const uint16_t plain = class & printing->message->class_mask;
    json_key(&printing->json, "class");
    dns_class_print(plain, printing->scratch);
    put_scratch(printing);
    if (plain == class)
        return;
    json_key(&printing->json, mdns_flag);
    json_bool(&printing->json, true);
}

static void put_questions(struct printing *printing)
{
    struct json_writer *const json = &printing->json;
    struct dns_question question;
    json_key(json, dns_opcode(printing->message) == DNS_OPCODE_UPDATE ? "zones" : "questions");
    json_begin_array(json);
    for (size_t i = 0; dns_question_read(printing->message, i, &question) == ST_OK; i++) {
        json_begin_object(json);
        put_name(printing, &question.name);
        put_type(printing, question.type);
        put_class(printing, question.class, "unicast_response");
        json_end_object(json);
    }
    json_end_array(json);
}

static void put_record(struct printing *printing, const struct dns_record *record)
{
    const struct dns_message *const message = printing->message;
    struct dns_name owner;
    size_t after = 0;
    /* It could be read before: its defects are known. */
    if (dns_name_read(message->octets, record->owner_at, &owner, &after, &printing->defects) !=
        ST_OK)
        return;
    json_begin_object(&printing->json);
    put_name(printing, &owner);
    put_type(printing, record->type);
    /* The class of OPT is a number of octets. */
    if (record->type == DNS_TYPE_OPT) {
        json_key(&printing->json, "class");
        buf_add_format(printing->scratch, "CLASS%u", (unsigned)record->class);
        put_scratch(printing);
    } else {
        put_class(printing, record->class, "cache_flush");
    }
    put_number(printing, "ttl", record->ttl);
    json_key(&printing->json, "rdata");
    dns_rdata_print(message, record, printing->scratch, &printing->defects);
    put_scratch(printing);
    json_end_object(&printing->json);
}

static void put_sections(struct printing *printing)
{
    static const char *const OF_QUERY[DNS_SECTION_COUNT] = {
        [DNS_ANSWER] = "answers",
        [DNS_AUTHORITY] = "authorities",
        [DNS_ADDITIONAL] = "additionals",
    };
    static const char *const OF_UPDATE[DNS_SECTION_COUNT] = {
        [DNS_ANSWER] = "prerequisites",
        [DNS_AUTHORITY] = "updates",
        [DNS_ADDITIONAL] = "additionals",
    };
    const bool is_update = dns_opcode(printing->message) == DNS_OPCODE_UPDATE;
    const char *const *const keys = is_update ? OF_UPDATE : OF_QUERY;
    for (size_t section = 0; section < DNS_SECTION_COUNT; section++) {
        struct dns_record_iterator records =
            dns_records(printing->message, (enum dns_section)section);
        struct dns_record record;
        json_key(&printing->json, keys[section]);
        json_begin_array(&printing->json);
        while (dns_record_next(&records, &record))
            put_record(printing, &record);
        json_end_array(&printing->json);
    }
}

/* The types and values behind the header of DNS Stateful Operations (RFC 8490, 5.4.4). */
static void put_dso(struct printing *printing)
{
    const struct dns_header *const header = &printing->message->header;
    struct json_writer *const json = &printing->json;
    if ((header->qdcount | header->ancount | header->nscount | header->arcount) != 0)
        return;
    struct cursor values = cursor_of(printing->message->octets);
    struct edns_option value; /* laid out as an option of EDNS is */
    cursor_skip(&values, DNS_HEADER_LEN);
    json_key(json, "dso");
    json_begin_array(json);
    enum status status = ST_OK;
    while ((status = edns_option_next(&values, &value)) == ST_OK) {
        json_begin_object(json);
        json_key(json, "type");
        dns_dso_type_print(value.code, printing->scratch);
        put_scratch(printing);
        json_key(json, "data");
        encoding_hex_lower(value.data, printing->scratch);
        put_scratch(printing);
        json_end_object(json);
    }
    json_end_array(json);
    if (status != ST_END)
        printing->defects |= DEFECT_BIT(DEFECT_TRAILING_OCTETS);
}

static void put_edns(struct printing *printing)
{
    const struct dns_edns *const edns = &printing->message->edns;
    struct json_writer *const json = &printing->json;
    if (!edns->present)
        return;
    json_key(json, "edns");
    json_begin_object(json);
    put_number(printing, "version", edns->version);
    put_number(printing, "udp_size", edns->udp_size);
    put_flags(printing, edns->flags);
    json_key(json, "do");
    json_bool(json, edns->dnssec_ok);
    json_key(json, "options");
    json_begin_array(json);
    struct cursor options = cursor_of(edns->options);
    struct edns_option option;
    while (edns_option_next(&options, &option) == ST_OK) {
        if (!edns_option_print(&option, printing->scratch))
            printing->defects |= DEFECT_BIT(DEFECT_EDNS_OPTION);
        put_scratch(printing);
    }
    json_end_array(json);
    json_end_object(json);
}

static void put_defects(struct printing *printing)
{
    struct json_writer *const json = &printing->json;
    json_key(json, "defects");
    json_begin_array(json);
    for (int i = 0; i < DEFECT_COUNT; i++) {
        if ((printing->defects & DEFECT_BIT(i)) != 0)
            json_text(json, defect_name((enum defect)i));
    }
    json_end_array(json);
}

enum status message_json_print(const struct packet *packet, const struct dns_message *message,
                               struct buf *scratch, struct buf *out)
{
    struct printing printing = {
        .json = json_writer_of(out),
        .scratch = scratch,
        .packet = packet,
        .message = message,
        .defects = message->defects,
        .status = ST_OK,
    };
    buf_reset(scratch);
    json_begin_object(&printing.json);
    put_packet(&printing);
    put_header(&printing);
    if ((message->defects & DEFECT_BIT(DEFECT_HEADER_SHORT)) == 0) {
        put_questions(&printing);
        put_sections(&printing);
        put_edns(&printing);
        if (dns_opcode(message) == DNS_OPCODE_DSO)
            put_dso(&printing);
    }
    put_defects(&printing);
    json_end_object(&printing.json);
    return printing.status == ST_OK && buf_ok(out) ? ST_OK : ST_LIMIT;
}
