#include "core/dns/rdata_place.h"

#include "core/base/encoding.h"
#include "core/base/ip.h"

/* --- Address prefixes --- */

/* Address families (RFC 3123, 4). */
#define FAMILY_IPV4 1U
#define FAMILY_IPV6 2U

/* The bit that negates an item; the other seven are the length of its address. */
#define PREFIX_NEGATED 0x80U

/* Prints the address of an item, whose final zero octets are not sent. False if there are too many
 * octets or no such family. */
static bool print_prefix_address(unsigned family, struct bytes sent, struct buf *out)
{
    const size_t len_max = family == FAMILY_IPV4 ? 4 : family == FAMILY_IPV6 ? 16 : 0;
    uint8_t address[16] = {0};
    if (sent.len > len_max)
        return false;
    if (sent.len > 0)
        memcpy(address, sent.data, sent.len);
    if (family == FAMILY_IPV4)
        ip_print_v4(address, out);
    else if (family == FAMILY_IPV6)
        ip_print_v6(address, out);
    return family == FAMILY_IPV4 || family == FAMILY_IPV6;
}

static void print_prefix(struct rdata_walk *walk)
{
    const uint16_t family = cursor_u16(&walk->in);
    const uint8_t prefix = cursor_u8(&walk->in);
    const uint8_t flag_and_len = cursor_u8(&walk->in);
    const struct bytes sent = cursor_take(&walk->in, flag_and_len & ~PREFIX_NEGATED);
    if ((flag_and_len & PREFIX_NEGATED) != 0)
        buf_add_u8(walk->out, '!');
    buf_add_u64(walk->out, family);
    buf_add_u8(walk->out, ':');
    const bool is_good = print_prefix_address(family, sent, walk->out) &&
                         prefix <= (family == FAMILY_IPV4 ? 32 : 128);
    buf_add_u8(walk->out, '/');
    buf_add_u64(walk->out, prefix);
    if (cursor_ok(&walk->in) && !is_good)
        rdata_fail(walk, DEFECT_RDATA_INVALID);
}

void rdata_place_address_prefixes(struct rdata_walk *walk)
{
    print_prefix(walk);
    while (cursor_left(&walk->in) > 0) {
        buf_add_u8(walk->out, ' ');
        print_prefix(walk);
    }
}

void rdata_place_a6(struct rdata_walk *walk)
{
    const unsigned prefix = cursor_u8(&walk->in);
    buf_add_u64(walk->out, prefix);
    if (prefix > 128) {
        rdata_fail(walk, DEFECT_RDATA_INVALID);
        return;
    }
    const size_t suffix_len = 16 - prefix / 8;
    const struct bytes suffix = cursor_take(&walk->in, suffix_len);
    if (!cursor_ok(&walk->in))
        return;
    if (suffix_len > 0) {
        uint8_t address[16] = {0};
        memcpy(address + 16 - suffix_len, suffix.data, suffix_len);
        buf_add_u8(walk->out, ' ');
        ip_print_v6(address, walk->out);
    }
    if (prefix > 0) {
        buf_add_u8(walk->out, ' ');
        rdata_field_name(walk);
    }
}

/* --- Gateways --- */

enum gateway {
    GATEWAY_NONE = 0,
    GATEWAY_IPV4 = 1,
    GATEWAY_IPV6 = 2,
    GATEWAY_NAME = 3,
};

/* Prints the gateway of an IPSECKEY or AMTRELAY record; no gateway is ".". */
static void print_gateway(struct rdata_walk *walk, unsigned type)
{
    if (type == GATEWAY_NONE)
        buf_add_u8(walk->out, '.');
    else if (type == GATEWAY_IPV4)
        rdata_field_address4(walk);
    else if (type == GATEWAY_IPV6)
        rdata_field_address6(walk);
    else if (type == GATEWAY_NAME)
        rdata_field_name(walk);
    else
        rdata_fail(walk, DEFECT_RDATA_INVALID);
}

void rdata_place_ipsec_gateway(struct rdata_walk *walk)
{
    const uint8_t type = cursor_u8(&walk->in);
    const uint8_t algorithm = cursor_u8(&walk->in);
    buf_add_u64(walk->out, type);
    buf_add_u8(walk->out, ' ');
    buf_add_u64(walk->out, algorithm);
    buf_add_u8(walk->out, ' ');
    print_gateway(walk, type);
}

void rdata_place_amt_relay(struct rdata_walk *walk)
{
    const unsigned flag_and_type = cursor_u8(&walk->in);
    const unsigned type = flag_and_type & 0x7fU;
    buf_add_u8(walk->out, (uint8_t)('0' + (flag_and_type >> 7)));
    buf_add_u8(walk->out, ' ');
    buf_add_u64(walk->out, type);
    buf_add_u8(walk->out, ' ');
    print_gateway(walk, type);
}

/* --- Hosts --- */

/* Octets of a map with a bit for every port. */
#define PORT_MAP_MAX 8192

void rdata_place_host_identity(struct rdata_walk *walk)
{
    const uint8_t hit_len = cursor_u8(&walk->in);
    const uint8_t algorithm = cursor_u8(&walk->in);
    const uint16_t key_len = cursor_u16(&walk->in);
    const struct bytes hit = cursor_take(&walk->in, hit_len);
    const struct bytes key = cursor_take(&walk->in, key_len);
    if (cursor_ok(&walk->in) && (hit_len == 0 || key_len == 0))
        rdata_fail(walk, DEFECT_RDATA_INVALID);
    buf_add_u64(walk->out, algorithm);
    buf_add_u8(walk->out, ' ');
    encoding_hex_upper(hit, walk->out);
    buf_add_u8(walk->out, ' ');
    encoding_base64(key, walk->out);
}

void rdata_place_ports(struct rdata_walk *walk)
{
    const struct bytes map = cursor_rest(&walk->in);
    const char *separator = "";
    if (map.len > PORT_MAP_MAX) {
        rdata_fail(walk, DEFECT_RDATA_INVALID);
        return;
    }
    for (size_t port = 0; port < map.len * 8; port++) {
        if ((map.data[port / 8] & (0x80U >> port % 8)) == 0)
            continue;
        buf_add_text(walk->out, separator);
        buf_add_u64(walk->out, port);
        separator = " ";
    }
}

void rdata_place_atm_address(struct rdata_walk *walk)
{
    const uint8_t format = cursor_u8(&walk->in);
    const struct bytes address = cursor_rest(&walk->in);
    if (format == 0) {
        encoding_hex_lower(address, walk->out);
    } else if (format == 1) {
        buf_add_u8(walk->out, '+');
        buf_add(walk->out, address);
    }
    bool is_good = address.len > 0 && format <= 1;
    for (size_t i = 0; i < address.len; i++)
        is_good = is_good && (format == 0 || (address.data[i] >= '0' && address.data[i] <= '9'));
    if (!is_good)
        rdata_fail(walk, DEFECT_RDATA_INVALID);
}

void rdata_place_locator64(struct rdata_walk *walk)
{
    for (unsigned i = 0; i < 4; i++)
        buf_add_format(walk->out, i == 0 ? "%x" : ":%x", (unsigned)cursor_u16(&walk->in));
}

static void print_eui(struct rdata_walk *walk, size_t len)
{
    const struct bytes address = cursor_take(&walk->in, len);
    for (size_t i = 0; i < address.len; i++) {
        if (i > 0)
            buf_add_u8(walk->out, '-');
        encoding_hex_lower(bytes_slice(address, i, 1), walk->out);
    }
}

void rdata_place_eui48(struct rdata_walk *walk)
{
    print_eui(walk, 6);
}

void rdata_place_eui64(struct rdata_walk *walk)
{
    print_eui(walk, 8);
}

/* --- Locations (RFC 1876) --- */

/* The equator and the prime meridian, in thousandths of an arc second. */
#define ANGLE_ZERO UINT32_C(0x80000000)

/* The bottom of altitudes: 100 km below the WGS 84 spheroid, in centimetres. */
#define ALTITUDE_ZERO 10000000

/* Prints degrees, minutes, seconds and hemisphere; false if the angle exceeds `degrees_max`. */
static bool print_angle(uint32_t angle, unsigned degrees_max, const char *hemispheres,
                        struct buf *out)
{
    const bool is_negative = angle < ANGLE_ZERO;
    const uint32_t ms = is_negative ? ANGLE_ZERO - angle : angle - ANGLE_ZERO;
    buf_add_format(out, "%u %u %u.%03u %c", ms / 3600000U, ms / 60000U % 60U, ms / 1000U % 60U,
                   ms % 1000U, hemispheres[is_negative ? 1 : 0]);
    return ms <= degrees_max * 3600000U;
}

static void print_altitude(uint32_t altitude, struct buf *out)
{
    const int64_t cm = (int64_t)altitude - ALTITUDE_ZERO;
    const uint64_t magnitude = (uint64_t)(cm < 0 ? -cm : cm);
    buf_add_format(out, "%s%u.%02um", cm < 0 ? "-" : "", (unsigned)(magnitude / 100),
                   (unsigned)(magnitude % 100));
}

/* Prints a size or precision: a digit and a power of ten, in centimetres, as metres with decimals
 * only where they are needed. False if either exceeds 9. */
static bool print_precision(unsigned precision, struct buf *out)
{
    const unsigned digit = precision >> 4;
    const unsigned power = precision & 15U;
    if (digit > 9 || power > 9)
        return false;
    uint64_t cm = digit;
    for (unsigned i = 0; i < power; i++)
        cm *= 10;
    buf_add_u8(out, ' ');
    buf_add_u64(out, cm / 100);
    if (power < 2)
        buf_add_format(out, ".%02u", (unsigned)cm);
    buf_add_u8(out, 'm');
    return true;
}

void rdata_place_location(struct rdata_walk *walk)
{
    const uint8_t version = cursor_u8(&walk->in);
    const uint8_t size = cursor_u8(&walk->in);
    const uint8_t horizontal_precision = cursor_u8(&walk->in);
    const uint8_t vertical_precision = cursor_u8(&walk->in);
    const uint32_t latitude = cursor_u32(&walk->in);
    const uint32_t longitude = cursor_u32(&walk->in);
    const uint32_t altitude = cursor_u32(&walk->in);
    if (!cursor_ok(&walk->in))
        return;
    bool is_good = version == 0 && print_angle(latitude, 90, "NS", walk->out);
    buf_add_u8(walk->out, ' ');
    is_good = is_good && print_angle(longitude, 180, "EW", walk->out);
    buf_add_u8(walk->out, ' ');
    print_altitude(altitude, walk->out);
    is_good = is_good && print_precision(size, walk->out) &&
              print_precision(horizontal_precision, walk->out) &&
              print_precision(vertical_precision, walk->out);
    if (!is_good)
        rdata_fail(walk, DEFECT_RDATA_INVALID);
}
