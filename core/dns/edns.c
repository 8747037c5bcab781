#include "core/dns/edns.h"

#include "core/base/encoding.h"
#include "core/base/ip.h"
#include "core/dns/mnemonic.h"
#include "core/dns/name.h"

/* Address families (RFC 7871, 6). */
#define FAMILY_NONE 0U
#define FAMILY_IPV4 1U
#define FAMILY_IPV6 2U

/* Octets of a client cookie, and bounds of a server cookie (RFC 7873, 4). */
#define CLIENT_COOKIE_LEN     8
#define SERVER_COOKIE_LEN_MIN 8
#define SERVER_COOKIE_LEN_MAX 32

/* The only type of zone version so far (RFC 9660, 2.1). */
#define ZONE_VERSION_SOA_SERIAL 0U

bool edns_option_find(const struct dns_edns *edns, uint16_t code, struct bytes *data)
{
    struct cursor c = cursor_of(edns->options);
    struct edns_option option;
    while (edns_option_next(&c, &option) == ST_OK) {
        if (option.code == code) {
            *data = option.data;
            return true;
        }
    }
    return false;
}

/* --- Typed reading --- */

struct client_subnet {
    uint16_t family;
    uint8_t source_prefix;
    uint8_t scope_prefix;
    uint8_t address[16]; /* zero behind the octets that are sent */
};

/* Reads the data of a client subnet option: family, two prefix lengths and as many octets of the
 * address as the source prefix length needs. */
static bool client_subnet_read(struct bytes data, struct client_subnet *subnet)
{
    struct cursor c = cursor_of(data);
    subnet->family = cursor_u16(&c);
    subnet->source_prefix = cursor_u8(&c);
    subnet->scope_prefix = cursor_u8(&c);
    const struct bytes sent = cursor_rest(&c);
    const unsigned bits_max = subnet->family == FAMILY_IPV6   ? 128
                              : subnet->family == FAMILY_IPV4 ? 32
                                                              : 0;
    if (!cursor_ok(&c) || subnet->family > FAMILY_IPV6 || subnet->source_prefix > bits_max ||
        subnet->scope_prefix > bits_max || sent.len != (subnet->source_prefix + 7U) / 8)
        return false;
    memset(subnet->address, 0, sizeof subnet->address);
    if (sent.len > 0)
        memcpy(subnet->address, sent.data, sent.len);
    return true;
}

static void client_subnet_add(const struct client_subnet *subnet, struct buf *out)
{
    if (subnet->family == FAMILY_NONE)
        buf_add_u8(out, '0');
    else if (subnet->family == FAMILY_IPV4)
        ip_print_v4(subnet->address, out);
    else
        ip_print_v6(subnet->address, out);
    buf_add_u8(out, '/');
    buf_add_u64(out, subnet->source_prefix);
}

enum status edns_client_subnet_print(struct bytes data, struct buf *out)
{
    struct client_subnet subnet;
    if (!client_subnet_read(data, &subnet))
        return ST_MALFORMED;
    client_subnet_add(&subnet, out);
    return ST_OK;
}

void edns_cookie_print(struct bytes data, struct buf *out)
{
    encoding_hex_lower(data, out);
}

static bool is_printable(struct bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < 0x20 || text.data[i] > 0x7e)
            return false;
    }
    return true;
}

void edns_nsid_print(struct bytes data, struct buf *out)
{
    if (is_printable(data))
        buf_add(out, data);
    else
        encoding_hex_lower(data, out);
}

enum status edns_ede_read(struct bytes data, struct edns_ede *ede)
{
    struct cursor c = cursor_of(data);
    const uint16_t info_code = cursor_u16(&c);
    struct bytes text = cursor_rest(&c);
    if (!cursor_ok(&c))
        return ST_TRUNCATED;
    /* RFC 8914, 2: a receiver must be able to cope with a final NUL. */
    if (text.len > 0 && text.data[text.len - 1] == '\0')
        text.len--;
    *ede = (struct edns_ede){info_code, text};
    return ST_OK;
}

/* --- One printer an option --- */

/* Appends what stands behind the name of the option, "=" included; false if the octets cannot be
 * its data. What is left of them behind a value that could be read is as bad. */
static bool print_client_subnet(struct cursor *data, struct buf *out)
{
    struct client_subnet subnet;
    if (!client_subnet_read(cursor_rest(data), &subnet))
        return false;
    buf_add_u8(out, '=');
    client_subnet_add(&subnet, out);
    buf_add_u8(out, '/');
    buf_add_u64(out, subnet.scope_prefix);
    return true;
}

static bool print_cookie(struct cursor *data, struct buf *out)
{
    const struct bytes client = cursor_take(data, CLIENT_COOKIE_LEN);
    const struct bytes server = cursor_rest(data);
    buf_add_u8(out, '=');
    encoding_hex_lower(client, out);
    encoding_hex_lower(server, out);
    return client.len != 0 && (server.len == 0 || (server.len >= SERVER_COOKIE_LEN_MIN &&
                                                   server.len <= SERVER_COOKIE_LEN_MAX));
}

/* An empty NSID asks for one. */
static bool print_nsid(struct cursor *data, struct buf *out)
{
    const struct bytes nsid = cursor_rest(data);
    if (nsid.len == 0)
        return true;
    buf_add_u8(out, '=');
    if (is_printable(nsid))
        rdata_quote(nsid, out);
    else
        encoding_hex_lower(nsid, out);
    return true;
}

static bool print_ede(struct cursor *data, struct buf *out)
{
    struct edns_ede ede;
    if (edns_ede_read(cursor_rest(data), &ede) != ST_OK)
        return false;
    buf_add_u8(out, '=');
    buf_add_u64(out, ede.info_code);
    const char *const purpose = dns_ede_purpose(ede.info_code);
    if (purpose != NULL) {
        buf_add_u8(out, ',');
        rdata_quote(bytes_of(purpose), out);
    }
    if (ede.extra_text.len > 0) {
        buf_add_u8(out, ',');
        rdata_quote(ede.extra_text, out);
    }
    return true;
}

/* A list of octets: the algorithms understood (RFC 6975). */
static bool print_u8_list(struct cursor *data, struct buf *out)
{
    for (uint8_t separator = '='; cursor_left(data) > 0; separator = ',') {
        buf_add_u8(out, separator);
        buf_add_u64(out, cursor_u8(data));
    }
    return true;
}

static bool print_u16_list(struct cursor *data, struct buf *out)
{
    for (uint8_t separator = '='; cursor_left(data) > 0; separator = ',') {
        buf_add_u8(out, separator);
        buf_add_u64(out, cursor_u16(data));
    }
    return cursor_ok(data);
}

/* Numbers of 32 bits, seconds as a rule; a question has none. */
static bool print_u32_list(struct cursor *data, struct buf *out)
{
    for (uint8_t separator = '='; cursor_left(data) > 0; separator = ',') {
        buf_add_u8(out, separator);
        buf_add_u64(out, cursor_u32(data));
    }
    return cursor_ok(data);
}

/* Tenths of a second on the wire (RFC 7828, 3.1), seconds as text; a client sends none. */
static bool print_tcp_keepalive(struct cursor *data, struct buf *out)
{
    if (cursor_left(data) == 0)
        return true;
    const uint16_t tenths = cursor_u16(data);
    buf_add_u8(out, '=');
    buf_add_u64(out, tenths / 10U);
    buf_add_u8(out, '.');
    buf_add_u64(out, tenths % 10U);
    return cursor_ok(data);
}

static bool print_padding(struct cursor *data, struct buf *out)
{
    buf_add_u8(out, '=');
    buf_add_u64(out, cursor_rest(data).len);
    return true;
}

/* A name without compression. */
static bool print_name(struct cursor *data, struct buf *out)
{
    struct dns_name name;
    uint32_t defects = 0;
    if (dns_name_read(data->in, data->pos, &name, &data->pos, &defects) != ST_OK)
        return false;
    buf_add_u8(out, '=');
    dns_name_print(&name, out);
    return true;
}

/* Version, opcode, error, identifier, lease in seconds (RFC 8764, 3.2). */
static bool print_llq(struct cursor *data, struct buf *out)
{
    const uint16_t version = cursor_u16(data);
    const uint16_t opcode = cursor_u16(data);
    const uint16_t error = cursor_u16(data);
    const uint64_t id_high = cursor_u32(data);
    const uint64_t id_low = cursor_u32(data);
    const uint32_t lease_s = cursor_u32(data);
    buf_add_format(out, "=%u,%u,%u,%016llx,%u", (unsigned)version, (unsigned)opcode,
                   (unsigned)error, (unsigned long long)(id_high << 32 | id_low),
                   (unsigned)lease_s);
    return cursor_ok(data);
}

/* Labels of the zone's name, type, version (RFC 9660, 2); a question has none. */
static bool print_zone_version(struct cursor *data, struct buf *out)
{
    if (cursor_left(data) == 0)
        return true;
    const uint8_t labels = cursor_u8(data);
    const uint8_t type = cursor_u8(data);
    buf_add_u8(out, '=');
    buf_add_u64(out, labels);
    buf_add_u8(out, ',');
    if (type == ZONE_VERSION_SOA_SERIAL) {
        buf_add(out, BYTES_LITERAL("SOA-SERIAL,"));
        buf_add_u64(out, cursor_u32(data));
    } else {
        buf_add_u64(out, type);
        buf_add_u8(out, ',');
        encoding_hex_lower(cursor_rest(data), out);
    }
    return cursor_ok(data);
}

static bool print_hex(struct cursor *data, struct buf *out)
{
    if (cursor_left(data) > 0)
        buf_add_u8(out, '=');
    encoding_hex_lower(cursor_rest(data), out);
    return true;
}

/* --- All options --- */

struct option_kind {
    uint16_t code;
    const char *name;
    bool (*print)(struct cursor *data, struct buf *out);
};

static const struct option_kind OPTIONS[] = {
    {1, "llq", print_llq},                  /* RFC 8764 */
    {2, "update-lease", print_u32_list},    /* RFC 9664 */
    {EDNS_OPTION_NSID, "nsid", print_nsid}, /* RFC 5001 */
    {5, "dau", print_u8_list},              /* RFC 6975, as the next two */
    {6, "dhu", print_u8_list},              /* */
    {7, "n3u", print_u8_list},              /* */
    {EDNS_OPTION_CLIENT_SUBNET, "client-subnet", print_client_subnet}, /* RFC 7871 */
    {9, "expire", print_u32_list},                                     /* RFC 7314 */
    {EDNS_OPTION_COOKIE, "cookie", print_cookie},                      /* RFC 7873 */
    {11, "tcp-keepalive", print_tcp_keepalive},                        /* RFC 7828 */
    {12, "padding", print_padding},                                    /* RFC 7830, length only */
    {13, "chain", print_name},                                         /* RFC 7901 */
    {14, "key-tag", print_u16_list},                                   /* RFC 8145 */
    {EDNS_OPTION_EDE, "ede", print_ede},                               /* RFC 8914 */
    {16, "client-tag", print_u16_list},       /* draft-bellis-dnsop-edns-tags */
    {17, "server-tag", print_u16_list},       /* the same */
    {18, "report-channel", print_name},       /* RFC 9567 */
    {19, "zone-version", print_zone_version}, /* RFC 9660 */
    {20292, "umbrella-ident", print_hex},     /* IANA */
    {26946, "device-id", print_hex},          /* IANA */
};

static const struct option_kind *option_kind(uint16_t code)
{
    for (size_t i = 0; i < ARRAY_LEN(OPTIONS); i++) {
        if (OPTIONS[i].code == code)
            return &OPTIONS[i];
    }
    return NULL;
}

bool edns_option_print(const struct edns_option *option, struct buf *out)
{
    const struct option_kind *const kind = option_kind(option->code);
    buf_add_text(out, kind != NULL ? kind->name : "opt");
    if (kind == NULL)
        buf_add_u64(out, option->code);
    const size_t value_at = out->len;
    struct cursor data = cursor_of(option->data);
    if (kind != NULL && kind->print(&data, out) && cursor_left(&data) == 0)
        return true;
    out->len = value_at;
    data = cursor_of(option->data);
    (void)print_hex(&data, out);
    return kind == NULL;
}

void edns_options_print(struct rdata_walk *walk)
{
    struct cursor options = cursor_of(cursor_rest(&walk->in));
    struct edns_option option;
    enum status status = edns_option_next(&options, &option);
    while (status == ST_OK) {
        if (!edns_option_print(&option, walk->out))
            walk->defects |= DEFECT_BIT(DEFECT_EDNS_OPTION);
        status = edns_option_next(&options, &option);
        if (status == ST_OK)
            buf_add_u8(walk->out, ' ');
    }
    if (status != ST_END)
        rdata_fail(walk, DEFECT_EDNS_OPTION);
}
