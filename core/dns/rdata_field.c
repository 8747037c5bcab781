#include "core/dns/rdata_field.h"

#include "core/base/block.h"
#include "core/base/encoding.h"
#include "core/base/ip.h"
#include "core/base/time_text.h"
#include "core/dns/mnemonic.h"
#include "core/dns/name.h"

/* Octets of the largest window of a type bit map (RFC 4034, 4.1.2). */
#define TYPE_WINDOW_MAX 32

/* Octets of the largest type bit map of NXT (RFC 2535, 5.2). */
#define TYPE_MAP_NXT_MAX 16

/* The error that TSIG and TKEY give the number that is BADVERS elsewhere (RFC 8945, 3). */
#define TSIG_BADSIG 16U

void rdata_fail(struct rdata_walk *walk, enum defect defect)
{
    walk->defects |= DEFECT_BIT(defect);
    walk->in.failed = true;
}

static bool is_plain(uint8_t octet)
{
    return octet >= 0x20 && octet <= 0x7e && octet != '"' && octet != '\\';
}

/* Octets at the start that are plain. */
static size_t plain_len(struct bytes octets)
{
    size_t at = 0;
    while (octets.len - at >= BLOCK_LEN &&
           !block_has_any(block_special(block_load(octets.data + at))))
        at += BLOCK_LEN;
    while (at < octets.len && is_plain(octets.data[at]))
        at++;
    return at;
}

static void escape_octet(uint8_t octet, struct buf *out)
{
    const uint8_t decimal[] = {
        '\\',
        (uint8_t)('0' + octet / 100),
        (uint8_t)('0' + octet / 10 % 10),
        (uint8_t)('0' + octet % 10),
    };
    const uint8_t itself[] = {'\\', octet};
    const bool is_printable = octet == '"' || octet == '\\';
    buf_add(out, is_printable ? (struct bytes){itself, sizeof itself}
                              : (struct bytes){decimal, sizeof decimal});
}

void rdata_escape(struct bytes octets, struct buf *out)
{
    for (size_t at = 0; at < octets.len; at++) {
        const size_t plain = plain_len(bytes_slice(octets, at, octets.len));
        buf_add(out, bytes_slice(octets, at, plain));
        at += plain;
        if (at < octets.len)
            escape_octet(octets.data[at], out);
    }
}

void rdata_quote(struct bytes octets, struct buf *out)
{
    buf_add_u8(out, '"');
    rdata_escape(octets, out);
    buf_add_u8(out, '"');
}

void rdata_print_unknown(struct bytes octets, struct buf *out)
{
    buf_add(out, BYTES_LITERAL("\\# "));
    buf_add_u64(out, octets.len);
    if (octets.len == 0)
        return;
    buf_add_u8(out, ' ');
    encoding_hex_upper(octets, out);
}

void rdata_field_opaque(struct rdata_walk *walk)
{
    rdata_print_unknown(cursor_rest(&walk->in), walk->out);
}

/* --- Numbers --- */

void rdata_field_u8(struct rdata_walk *walk)
{
    buf_add_u64(walk->out, cursor_u8(&walk->in));
}

void rdata_field_u16(struct rdata_walk *walk)
{
    buf_add_u64(walk->out, cursor_u16(&walk->in));
}

void rdata_field_u32(struct rdata_walk *walk)
{
    buf_add_u64(walk->out, cursor_u32(&walk->in));
}

void rdata_field_u48(struct rdata_walk *walk)
{
    buf_add_u64(walk->out, cursor_u48(&walk->in));
}

void rdata_field_u64(struct rdata_walk *walk)
{
    const uint64_t high = cursor_u32(&walk->in);
    const uint64_t low = cursor_u32(&walk->in);
    buf_add_u64(walk->out, high << 32 | low);
}

void rdata_field_octal16(struct rdata_walk *walk)
{
    buf_add_format(walk->out, "%o", (unsigned)cursor_u16(&walk->in));
}

/* Two or four digits with leading zeros. */
static uint8_t *put_digits(uint8_t *to, unsigned value, unsigned digits)
{
    for (unsigned i = digits; i > 0; i--) {
        to[i - 1] = (uint8_t)('0' + value % 10);
        value /= 10;
    }
    return to + digits;
}

/* RFC 4034, 3.2. The 32 bits are taken as they are, up to 2106, not as RFC 4034, 3.1.5 would have
 * it around the present: text must not depend on when it is made. */
void rdata_field_time(struct rdata_walk *walk)
{
    const struct civil_time time = civil_from_ns((int64_t)cursor_u32(&walk->in) * NS_PER_S);
    uint8_t text[14];
    uint8_t *to = put_digits(text, (unsigned)time.year, 4);
    to = put_digits(to, time.month, 2);
    to = put_digits(to, time.day, 2);
    to = put_digits(to, time.hour, 2);
    to = put_digits(to, time.minute, 2);
    (void)put_digits(to, time.second, 2);
    buf_add(walk->out, (struct bytes){text, sizeof text});
}

/* --- Names and addresses --- */

/* Reads a name and advances behind it; false if there is none. */
static bool name_read(struct rdata_walk *walk, struct dns_name *name)
{
    uint32_t defects = 0;
    if (dns_name_read(walk->in.in, walk->in.pos, name, &walk->in.pos, &defects) == ST_OK)
        return true;
    walk->in.failed = true;
    /* A name that runs past the end of the RDATA is RDATA that is too short. */
    walk->defects |= defects & ~DEFECT_BIT(DEFECT_NAME_OVERRUN);
    return false;
}

void rdata_field_name(struct rdata_walk *walk)
{
    struct dns_name name;
    if (name_read(walk, &name))
        dns_name_print(&name, walk->out);
}

void rdata_field_names(struct rdata_walk *walk)
{
    struct dns_name name;
    do {
        const size_t start = walk->in.pos;
        if (!name_read(walk, &name))
            return;
        if (walk->in.pos - start != name.len) {
            rdata_fail(walk, DEFECT_RDATA_INVALID);
            return;
        }
        dns_name_print(&name, walk->out);
        if (cursor_left(&walk->in) > 0)
            buf_add_u8(walk->out, ' ');
    } while (cursor_left(&walk->in) > 0);
}

void rdata_field_address4(struct rdata_walk *walk)
{
    const struct bytes octets = cursor_take(&walk->in, 4);
    if (octets.len != 0)
        ip_print_v4(octets.data, walk->out);
}

void rdata_field_address6(struct rdata_walk *walk)
{
    const struct bytes octets = cursor_take(&walk->in, 16);
    if (octets.len != 0)
        ip_print_v6(octets.data, walk->out);
}

/* --- Texts --- */

void rdata_field_string(struct rdata_walk *walk)
{
    const uint8_t len = cursor_u8(&walk->in);
    const struct bytes octets = cursor_take(&walk->in, len);
    if (cursor_ok(&walk->in))
        rdata_quote(octets, walk->out);
}

void rdata_field_strings(struct rdata_walk *walk)
{
    rdata_field_string(walk);
    while (cursor_left(&walk->in) > 0) {
        buf_add_u8(walk->out, ' ');
        rdata_field_string(walk);
    }
}

void rdata_field_text(struct rdata_walk *walk)
{
    rdata_quote(cursor_rest(&walk->in), walk->out);
}

static bool is_letter_or_digit(uint8_t octet)
{
    return (octet >= '0' && octet <= '9') || (octet >= 'A' && octet <= 'Z') ||
           (octet >= 'a' && octet <= 'z');
}

void rdata_field_tag(struct rdata_walk *walk)
{
    const uint8_t len = cursor_u8(&walk->in);
    const struct bytes tag = cursor_take(&walk->in, len);
    bool is_tag = tag.len > 0;
    for (size_t i = 0; i < tag.len; i++)
        is_tag = is_tag && is_letter_or_digit(tag.data[i]);
    if (cursor_ok(&walk->in) && !is_tag)
        rdata_fail(walk, DEFECT_RDATA_INVALID);
    buf_add(walk->out, tag);
}

/* --- Octets in an encoding --- */

/* What is left, which must be something. */
static struct bytes take_rest(struct rdata_walk *walk)
{
    if (cursor_left(&walk->in) == 0)
        walk->in.failed = true;
    return cursor_rest(&walk->in);
}

void rdata_field_hex(struct rdata_walk *walk)
{
    encoding_hex_upper(take_rest(walk), walk->out);
}

void rdata_field_hex0x(struct rdata_walk *walk)
{
    buf_add(walk->out, BYTES_LITERAL("0x"));
    encoding_hex_lower(take_rest(walk), walk->out);
}

void rdata_field_base64(struct rdata_walk *walk)
{
    encoding_base64(take_rest(walk), walk->out);
}

void rdata_field_salt(struct rdata_walk *walk)
{
    const uint8_t len = cursor_u8(&walk->in);
    if (len == 0)
        buf_add_u8(walk->out, '-');
    encoding_hex_upper(cursor_take(&walk->in, len), walk->out);
}

void rdata_field_hash(struct rdata_walk *walk)
{
    const uint8_t len = cursor_u8(&walk->in);
    if (len == 0 && cursor_ok(&walk->in))
        rdata_fail(walk, DEFECT_RDATA_INVALID);
    encoding_base32hex(cursor_take(&walk->in, len), walk->out);
}

void rdata_field_data16(struct rdata_walk *walk)
{
    const uint16_t len = cursor_u16(&walk->in);
    const struct bytes data = cursor_take(&walk->in, len);
    buf_add_u64(walk->out, len);
    if (len != 0)
        buf_add_u8(walk->out, ' ');
    encoding_base64(data, walk->out);
}

/* --- Numbers with names --- */

void rdata_field_type(struct rdata_walk *walk)
{
    dns_type_print(cursor_u16(&walk->in), walk->out);
}

/* Prints the types whose bits are set in a map that begins with type `first`. */
static void print_type_map(struct rdata_walk *walk, struct bytes map, unsigned first,
                           bool *is_first)
{
    for (unsigned bit = 0; bit < map.len * 8; bit++) {
        if ((map.data[bit / 8] & (0x80U >> bit % 8)) == 0)
            continue;
        if (!*is_first)
            buf_add_u8(walk->out, ' ');
        *is_first = false;
        dns_type_print((uint16_t)(first + bit), walk->out);
    }
}

void rdata_field_types(struct rdata_walk *walk)
{
    unsigned next_window = 0;
    bool is_first = true;
    while (cursor_left(&walk->in) > 0) {
        const uint8_t window = cursor_u8(&walk->in);
        const uint8_t len = cursor_u8(&walk->in);
        const struct bytes map = cursor_take(&walk->in, len);
        if (!cursor_ok(&walk->in))
            return;
        if (window < next_window || len == 0 || len > TYPE_WINDOW_MAX) {
            rdata_fail(walk, DEFECT_RDATA_INVALID);
            return;
        }
        print_type_map(walk, map, window * 256U, &is_first);
        next_window = window + 1U;
    }
}

void rdata_field_types_nxt(struct rdata_walk *walk)
{
    const struct bytes map = take_rest(walk);
    bool is_first = true;
    if (map.len > TYPE_MAP_NXT_MAX)
        rdata_fail(walk, DEFECT_RDATA_INVALID);
    else
        print_type_map(walk, map, 0, &is_first);
}

/* The name of a number, or the number. */
static void print_name_or_number(const char *name, unsigned number, struct buf *out)
{
    if (name != NULL)
        buf_add_text(out, name);
    else
        buf_add_u64(out, number);
}

void rdata_field_cert_type(struct rdata_walk *walk)
{
    const uint16_t type = cursor_u16(&walk->in);
    print_name_or_number(dns_cert_type_name(type), type, walk->out);
}

void rdata_field_algorithm(struct rdata_walk *walk)
{
    const uint8_t algorithm = cursor_u8(&walk->in);
    print_name_or_number(dns_algorithm_name(algorithm), algorithm, walk->out);
}

void rdata_field_tsig_error(struct rdata_walk *walk)
{
    const uint16_t error = cursor_u16(&walk->in);
    const char *const name = error == TSIG_BADSIG ? "BADSIG" : dns_rcode_name(error);
    print_name_or_number(name, error, walk->out);
}
