#include "core/capture/message_json.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "core/capture/messages.h"
#include "tests/core/dns/wire.h"

static struct buf scratch;
static struct buf text;
static struct bytes comment; /* of the packet */

static void setup(void)
{
    buf_init(&scratch, MESSAGE_JSON_MAX);
    buf_init(&text, MESSAGE_JSON_MAX);
    comment = (struct bytes){0};
}

static void teardown(void)
{
    buf_release(&scratch);
    buf_release(&text);
}

TestSuite(message_json, .init = setup, .fini = teardown);

static void print_one(void *context, const struct packet *packet, const struct dns_message *message)
{
    (void)context;
    cr_expect_eq(message_json_print(packet, message, &scratch, &text), ST_OK);
}

/* What becomes of a datagram of these octets to this port, with the defects among those named that
 * only its packet shows. */
static char *printed_of(const char *octets, uint16_t port, int64_t time_ns, const char *defects)
{
    static const uint8_t CLIENT[4] = {192, 0, 2, 1};
    static const uint8_t SERVER[4] = {192, 0, 2, 53};
    const struct bytes payload = wire(octets);
    const struct frame frame = {.number = 7, .time_ns = time_ns, .comment = comment};
    const struct packet packet = {
        .source = ip_from_v4(CLIENT),
        .destination = ip_from_v4(SERVER),
        .source_port = 40000,
        .destination_port = port,
        .transport = PACKET_UDP,
        .payload = payload,
        .is_cut = strstr(defects, "capture_cut") != NULL,
        .has_overlap = strstr(defects, "fragment_overlap") != NULL,
        .frame = &frame,
    };
    buf_reset(&text);
    (void)messages_of_packet(&packet, print_one, NULL);
    wire_free(payload);
    return as_str(buf_text(&text));
}

static char *printed(const char *octets, uint16_t port, int64_t time_ns)
{
    return printed_of(octets, port, time_ns, "");
}

#define FROM_FRAME_7 "{\"frame\":7,\"time\":\"1.000000002\",\"src\":\"192.0.2.1\","
#define TO_PORT(port, protocol)                                            \
    FROM_FRAME_7 "\"sport\":40000,\"dst\":\"192.0.2.53\",\"dport\":" #port \
                 ",\"transport\":\"udp\",\"protocol\":\"" protocol "\","

/* It is anybody's text. */
Test(message_json, comments_stand_behind_the_packet)
{
    comment = BYTES_LITERAL("pod \"web-0\"\n\xff");
    cr_expect_str_eq(printed("12", 53, 1000000002),
                     TO_PORT(53, "dns") "\"comment\":\"pod \\\"web-0\\\"\\n\\ufffd\","
                                        "\"defects\":[\"header_short\"]}");
}

/* Case and special octets of names are kept, the root is a dot. */
Test(message_json, all_sections_are_there)
{
    cr_expect_str_eq(
        printed("1234 8583 0001 0001 0001 0001 03 'w.W' 00 0001 0001"
                "c00c 0001 0001 0000003c 0004 c0000201"
                "00 0002 0001 00000001 0004 02 'ns' 00"
                "c00c 1234 0020 00000000 0001 ff",
                53, 1000000002),
        as_str(TO_PORT(53, "dns") "\"id\":4660,\"flags\":\"0x8583\",\"opcode\":\"QUERY\","
                                  "\"rcode\":\"NXDOMAIN\",\"counts\":[1,1,1,1],"
                                  "\"questions\":[{\"name\":\"w\\\\.W\",\"type\":\"A\","
                                  "\"class\":\"IN\"}],"
                                  "\"answers\":[{\"name\":\"w\\\\.W\",\"type\":\"A\","
                                  "\"class\":\"IN\",\"ttl\":60,\"rdata\":\"192.0.2.1\"}],"
                                  "\"authorities\":[{\"name\":\".\",\"type\":\"NS\","
                                  "\"class\":\"IN\",\"ttl\":1,\"rdata\":\"ns\"}],"
                                  "\"additionals\":[{\"name\":\"w\\\\.W\",\"type\":\"TYPE4660\","
                                  "\"class\":\"CLASS32\",\"ttl\":0,\"rdata\":\"\\\\# 1 FF\"}],"
                                  "\"defects\":[]}"));
}

/* BADCOOKIE is 23: 7 in the header, 1 in OPT. The class of OPT is a size even where a class has
 * that number. */
Test(message_json, edns_is_a_record_and_an_object)
{
    cr_expect_str_eq(
        printed("0001 8007 0001 0000 0000 0001 00 0002 0001"
                "00 0029 00ff 01008000 000c 0003 0000 000a 0004 01020304",
                53, 1000000002),
        as_str(TO_PORT(53, "dns") "\"id\":1,\"flags\":\"0x8007\",\"opcode\":\"QUERY\","
                                  "\"rcode\":\"BADCOOKIE\",\"counts\":[1,0,0,1],"
                                  "\"questions\":[{\"name\":\".\",\"type\":\"NS\","
                                  "\"class\":\"IN\"}],\"answers\":[],\"authorities\":[],"
                                  "\"additionals\":[{\"name\":\".\",\"type\":\"OPT\","
                                  "\"class\":\"CLASS255\",\"ttl\":16809984,"
                                  "\"rdata\":\"nsid cookie=01020304\"}],"
                                  "\"edns\":{\"version\":0,\"udp_size\":255,"
                                  "\"flags\":\"0x8000\",\"do\":true,"
                                  "\"options\":[\"nsid\",\"cookie=01020304\"]},"
                                  "\"defects\":[\"edns_option\"]}"));
}

/* Two questions are no defect there, and the top bit of a class is a flag of its own. */
Test(message_json, mdns_has_its_own_rules)
{
    cr_expect_str_eq(
        printed("0000 0000 0002 0001 0000 0000 01 'a' 00 0001 8001 c00c 001c 0001"
                "c00c 0001 8001 00000078 0004 c0000201",
                5353, 1000000002),
        as_str(TO_PORT(5353, "mdns") "\"id\":0,\"flags\":\"0x0000\",\"opcode\":\"QUERY\","
                                     "\"rcode\":\"NOERROR\",\"counts\":[2,1,0,0],"
                                     "\"questions\":[{\"name\":\"a\",\"type\":\"A\","
                                     "\"class\":\"IN\",\"unicast_response\":true},"
                                     "{\"name\":\"a\",\"type\":\"AAAA\",\"class\":\"IN\"}],"
                                     "\"answers\":[{\"name\":\"a\",\"type\":\"A\","
                                     "\"class\":\"IN\",\"cache_flush\":true,\"ttl\":120,"
                                     "\"rdata\":\"192.0.2.1\"}],"
                                     "\"authorities\":[],\"additionals\":[],\"defects\":[]}"));
}

Test(message_json, short_header_shows_what_is_there)
{
    cr_expect_str_eq(printed("1234 8180 0001 00", 5355, 1000000002),
                     as_str(TO_PORT(5355, "llmnr") "\"id\":4660,\"flags\":\"0x8180\","
                                                   "\"opcode\":\"QUERY\",\"rcode\":\"NOERROR\","
                                                   "\"counts\":[1],"
                                                   "\"defects\":[\"header_short\"]}"));
    cr_expect_str_eq(printed("12", 53, 1000000002),
                     as_str(TO_PORT(53, "dns") "\"defects\":[\"header_short\"]}"));
}

Test(message_json, time_before_1970_has_one_sign)
{
    cr_expect_not_null(strstr(printed("12", 53, -1), "\"time\":\"-0.000000001\""));
    cr_expect_not_null(strstr(printed("12", 53, INT64_MIN), "\"time\":\"-9223372036.854775808\""));
}

/* VLAN identifiers and tunnels, outermost first. */
Test(message_json, outer_layers_are_named)
{
    static const uint8_t SHORT[1] = {0};
    const struct frame frame = {.number = 1};
    const struct packet packet = {
        .transport = PACKET_UDP,
        .payload = {SHORT, sizeof SHORT},
        .frame = &frame,
        .has_vlan = true,
        .vlan_id = 100,
        .has_inner_vlan = true,
        .inner_vlan_id = 0,
        .tunnel_count = 2,
        .tunnels = {{TUNNEL_GRE, 0}, {TUNNEL_VXLAN, 123}},
    };
    (void)messages_of_packet(&packet, print_one, NULL);
    cr_expect_not_null(strstr(buf_text(&text),
                              "\"vlan\":[100,0],\"tunnel\":[{\"type\":\"gre\",\"id\":0},"
                              "{\"type\":\"vxlan\",\"id\":123}],\"defects\""));
}

/* What does not fit is said, not overrun. */
Test(message_json, full_buffer_is_a_limit)
{
    static const uint8_t SHORT[1] = {0};
    const struct frame frame = {.number = 1};
    const struct packet packet = {.frame = &frame};
    struct dns_message message;
    cr_assert_eq(dns_message_read((struct bytes){SHORT, sizeof SHORT}, &message), ST_TRUNCATED);
    struct buf small;
    buf_init(&small, 40);
    cr_expect_eq(message_json_print(&packet, &message, &scratch, &small), ST_LIMIT);
    buf_release(&small);
}

/* The example of a line of tests/data/defects.txt has the defects that the line names. */
static void check_example(char *line)
{
    char *const octets = strstr(line, ": ");
    cr_assert_not_null(octets, "%s", line);
    *octets = '\0';
    const char *const print = printed_of(octets + 2, 53, 0, line);
    const char *const defects = strstr(print, "\"defects\":");
    cr_assert_not_null(defects, "%s", print);
    size_t count = 0;
    char *rest = NULL;
    for (char *name = strtok_r(line, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
        char quoted[64];
        (void)snprintf(quoted, sizeof quoted, "\"%s\"", name);
        cr_expect_not_null(strstr(defects, quoted), "%s: %s", name, print);
        count++;
    }
    size_t commas = 0;
    for (const char *at = defects; *at != '\0'; at++)
        commas += *at == ',' ? 1 : 0;
    cr_expect_eq(commas + 1, count, "%s", print);
}

Test(message_json, each_defect_is_found_in_its_example)
{
    FILE *const file = fopen(TEST_DATA "/defects.txt", "r");
    cr_assert_not_null(file);
    char line[1024];
    int examples = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#')
            continue;
        /* In the order of the table, so that none is missing. */
        const size_t name_len = strcspn(line, ": ");
        cr_assert_lt(examples, DEFECT_COUNT);
        const char *const name = defect_name((enum defect)examples++);
        cr_expect(strlen(name) == name_len && memcmp(line, name, name_len) == 0, "%s", line);
        check_example(line);
    }
    (void)fclose(file);
    cr_expect_eq(examples, DEFECT_COUNT);
}

/* RFC 2136, 2: zone, prerequisite, update, additional data. */
Test(message_json, sections_of_an_update_have_their_own_names)
{
    const char *const json = printed("1234 2800 0001 0001 0001 0000 01 'z' 00 0006 0001"
                                     "c00c 00ff 00ff 00000000 0000"
                                     "c00c 0001 00fe 00000000 0004 c0000201",
                                     53, 0);
    cr_expect_not_null(strstr(json, "\"opcode\":\"UPDATE\""));
    cr_expect_not_null(strstr(json,
                              "\"zones\":[{\"name\":\"z\",\"type\":\"SOA\",\"class\":\"IN\"}],"
                              "\"prerequisites\":[{\"name\":\"z\",\"type\":\"ANY\","
                              "\"class\":\"ANY\",\"ttl\":0,\"rdata\":\"\"}],"
                              "\"updates\":[{\"name\":\"z\",\"type\":\"A\",\"class\":\"NONE\","
                              "\"ttl\":0,\"rdata\":\"192.0.2.1\"}],"
                              "\"additionals\":[]"));
}

/* RFC 8490, 7.1: a Keepalive of 15 s and 1 h; a type without a name; a value that is cut. */
Test(message_json, stateful_operations_have_values)
{
    cr_expect_not_null(strstr(printed("1234 3000 0000 0000 0000 0000"
                                      "0001 0008 00003a98 0036ee80  f800 0001 ff",
                                      53, 0),
                              "\"dso\":[{\"type\":\"KEEPALIVE\",\"data\":\"00003a980036ee80\"},"
                              "{\"type\":\"DSO63488\",\"data\":\"ff\"}],\"defects\":[]"));
    cr_expect_not_null(strstr(printed("1234 b000 0000 0000 0000 0000 0002 0004 0000", 53, 0),
                              "\"dso\":[],\"defects\":[\"trailing_octets\"]"));
    cr_expect_null(strstr(printed("1234 b001 0001 0000 0000 0000 00 0001 0001", 53, 0), "dso"));
}
