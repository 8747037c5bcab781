#include "core/dns/rdata.h"

#include <assert.h>

#include "core/base/cursor.h"
#include "core/dns/defect.h"
#include "core/dns/edns.h"
#include "core/dns/rdata_field.h"
#include "core/dns/rdata_place.h"
#include "core/dns/rrtype_list.h"
#include "core/dns/svcb.h"

/* Every kind of field, and the words that stand between fields. */
#define ALL_FIELDS(FIELD)               \
    RDATA_FIELD_LIST(FIELD)             \
    RDATA_PLACE_LIST(FIELD)             \
    FIELD(SVCPARAMS, svcb_params_print) \
    FIELD(EDNS_OPTIONS, edns_options_print)

#define FIELD_ENUM(kind, printer) FIELD_##kind,
enum field {
    FIELD_END, /* 0, so that it fills up each row and stands alone where a type has none */
    FIELD_INTERNET,
    FIELD_OPTIONAL,
    FIELD_NOTHING,
    ALL_FIELDS(FIELD_ENUM) FIELD_COUNT
};
#undef FIELD_ENUM

#define FIELD_PRINTER(kind, printer) [FIELD_##kind] = (printer),
static void (*const PRINTERS[FIELD_COUNT])(struct rdata_walk *) = {ALL_FIELDS(FIELD_PRINTER)};
#undef FIELD_PRINTER

/* Fields of the longest layout, FIELD_END included. */
#define LAYOUT_MAX 12

/* The words of rrtype_list.h. */
/* clang-format off */
#define INTERNET               FIELD_INTERNET,
#define OPTIONAL               FIELD_OPTIONAL,
#define NOTHING                FIELD_NOTHING,
#define U8(name)               FIELD_U8,
#define U16(name)              FIELD_U16,
#define U32(name)              FIELD_U32,
#define U48(name)              FIELD_U48,
#define U64(name)              FIELD_U64,
#define TIME(name)             FIELD_TIME,
#define NAME(name)             FIELD_NAME,
#define NAMES(name)            FIELD_NAMES,
#define ADDRESS4(name)         FIELD_ADDRESS4,
#define ADDRESS6(name)         FIELD_ADDRESS6,
#define STRING(name)           FIELD_STRING,
#define STRINGS(name)          FIELD_STRINGS,
#define TEXT(name)             FIELD_TEXT,
#define TAG(name)              FIELD_TAG,
#define HEX(name)              FIELD_HEX,
#define HEX0X(name)            FIELD_HEX0X,
#define BASE64(name)           FIELD_BASE64,
#define SALT(name)             FIELD_SALT,
#define HASH(name)             FIELD_HASH,
#define DATA16(name)           FIELD_DATA16,
#define TYPE(name)             FIELD_TYPE,
#define TYPES(name)            FIELD_TYPES,
#define TYPES_NXT(name)        FIELD_TYPES_NXT,
#define CERT_TYPE(name)        FIELD_CERT_TYPE,
#define ALGORITHM(name)        FIELD_ALGORITHM,
#define TSIG_ERROR(name)       FIELD_TSIG_ERROR,
#define OPAQUE(name)           FIELD_OPAQUE,
#define LOCATION(name)         FIELD_LOCATION,
#define PORTS(name)            FIELD_PORTS,
#define A6(name)               FIELD_A6,
#define ADDRESS_PREFIXES(name) FIELD_ADDRESS_PREFIXES,
#define ATM_ADDRESS(name)      FIELD_ATM_ADDRESS,
#define IPSEC_GATEWAY(name)    FIELD_IPSEC_GATEWAY,
#define AMT_RELAY(name)        FIELD_AMT_RELAY,
#define HOST_IDENTITY(name)    FIELD_HOST_IDENTITY,
#define LOCATOR64(name)        FIELD_LOCATOR64,
#define EUI48(name)            FIELD_EUI48,
#define EUI64(name)            FIELD_EUI64,
#define SVCPARAMS(name)        FIELD_SVCPARAMS,
#define EDNS_OPTIONS(name)     FIELD_EDNS_OPTIONS,
/* clang-format on */

#define LAYOUT(number, mnemonic, layout, source) [number] = {layout},
static const uint8_t LAYOUTS[RRTYPE_DENSE_MAX + 1][LAYOUT_MAX] = {RRTYPE_LIST(LAYOUT)};
#undef LAYOUT

struct high_layout {
    uint16_t type;
    uint8_t layout[LAYOUT_MAX];
};

#define LAYOUT(number, mnemonic, layout, source) {number, {layout}},
static const struct high_layout HIGH_LAYOUTS[] = {RRTYPE_HIGH_LIST(LAYOUT)};
#undef LAYOUT

/* RFC 1035, 3.4.1 leaves other classes their own addresses; Chaosnet's is a name and 16 bits. */
static const uint8_t CHAOS_ADDRESS[] = {FIELD_NAME, FIELD_OCTAL16, FIELD_END};
static const uint8_t UNKNOWN[] = {FIELD_OPAQUE, FIELD_END};

/* --- Printing --- */

/* Classes whose records may be those of the Internet: its own, Hesiod, and the two that stand for
 * the zone's class in updates and questions (RFC 2136, 2.4 and 2.5). The top bit is mDNS's
 * cache-flush bit (RFC 6762, 10.2). */
static bool is_internet(uint16_t class)
{
    const unsigned plain = class & 0x7fffU;
    return plain == DNS_CLASS_IN || plain == DNS_CLASS_HS || plain == DNS_CLASS_NONE ||
           plain == DNS_CLASS_ANY;
}

static const uint8_t *layout_of_type(uint16_t type)
{
    if (LIKELY(type <= RRTYPE_DENSE_MAX))
        return LAYOUTS[type];
    for (size_t i = 0; i < ARRAY_LEN(HIGH_LAYOUTS); i++) {
        if (HIGH_LAYOUTS[i].type == type)
            return HIGH_LAYOUTS[i].layout;
    }
    return UNKNOWN;
}

static const uint8_t *layout_of(const struct dns_record *record)
{
    const uint8_t *const layout = layout_of_type(record->type);
    if (layout[0] == FIELD_END)
        return UNKNOWN;
    if (layout[0] != FIELD_INTERNET)
        return layout;
    if (LIKELY(is_internet(record->class)))
        return layout + 1;
    return record->class == DNS_CLASS_CH && record->type == DNS_TYPE_A ? CHAOS_ADDRESS : UNKNOWN;
}

/* Prints field after field. False, with the defect in the walk, if the RDATA does not fit. */
static bool fields_print(struct rdata_walk *walk, const uint8_t *layout)
{
    const size_t text_start = walk->out->len;
    for (const uint8_t *field = layout; *field != FIELD_END && cursor_ok(&walk->in); field++) {
        if (*field == FIELD_NOTHING)
            continue;
        if (*field == FIELD_OPTIONAL) {
            if (cursor_left(&walk->in) == 0)
                return true;
            continue;
        }
        if (walk->out->len != text_start)
            buf_add_u8(walk->out, ' ');
        PRINTERS[*field](walk);
    }
    if (cursor_ok(&walk->in) && cursor_left(&walk->in) == 0)
        return true;
    if (walk->defects == 0)
        walk->defects = DEFECT_BIT(cursor_ok(&walk->in) ? DEFECT_RDATA_LONG : DEFECT_RDATA_SHORT);
    return false;
}

/* A record in an update that stands for "any" or "none" has no RDATA (RFC 2136, 2.4 and 2.5). */
static bool is_placeholder(const struct dns_record *record)
{
    return record->rdata_len == 0 &&
           (record->class == DNS_CLASS_ANY || record->class == DNS_CLASS_NONE);
}

static struct rdata_walk walk_of(const struct dns_message *message, const struct dns_record *record,
                                 struct buf *out)
{
    const size_t end = record->rdata_at + record->rdata_len;
    assert(record->rdata_at <= end && end <= message->octets.len);
    return (struct rdata_walk){
        .in = {.in = {message->octets.data, end}, .pos = record->rdata_at},
        .start = record->rdata_at,
        .out = out,
    };
}

void dns_rdata_print(const struct dns_message *message, const struct dns_record *record,
                     struct buf *out, uint32_t *defects)
{
    if (is_placeholder(record))
        return;
    const size_t text_start = out->len;
    struct rdata_walk walk = walk_of(message, record, out);
    const bool is_printed = fields_print(&walk, layout_of(record));
    *defects |= walk.defects;
    if (is_printed)
        return;
    out->len = text_start;
    rdata_print_unknown(bytes_slice(message->octets, record->rdata_at, record->rdata_len), out);
}

/* --- Reading --- */

/* Types with a domain name that further records can be about, and the octets in front of it. */
struct target_place {
    uint16_t type;
    uint8_t offset;
};

static const struct target_place TARGETS[] = {
    {DNS_TYPE_CNAME, 0}, {DNS_TYPE_NS, 0},   {DNS_TYPE_PTR, 0},   {DNS_TYPE_MX, 2},
    {DNS_TYPE_SRV, 6},   {DNS_TYPE_SVCB, 2}, {DNS_TYPE_HTTPS, 2}, {DNS_TYPE_DNAME, 0},
};

enum status dns_rdata_target(const struct dns_message *message, const struct dns_record *record,
                             struct dns_name *target)
{
    const struct rdata_walk walk = walk_of(message, record, NULL);
    size_t after = 0;
    uint32_t defects = 0;
    for (size_t i = 0; i < ARRAY_LEN(TARGETS); i++) {
        if (TARGETS[i].type == record->type)
            return dns_name_read(walk.in.in, walk.start + TARGETS[i].offset, target, &after,
                                 &defects);
    }
    return ST_NOT_FOUND;
}

enum status dns_soa_read(const struct dns_message *message, const struct dns_record *record,
                         struct dns_soa *soa)
{
    struct rdata_walk walk = walk_of(message, record, NULL);
    struct cursor *const c = &walk.in;
    struct dns_name mname;
    struct dns_name rname;
    uint32_t defects = 0;
    enum status status = dns_name_read(c->in, c->pos, &mname, &c->pos, &defects);
    if (status == ST_OK)
        status = dns_name_read(c->in, c->pos, &rname, &c->pos, &defects);
    if (status != ST_OK)
        return status;
    const struct bytes numbers = cursor_take(c, 20);
    if (numbers.len == 0)
        return ST_TRUNCATED;
    soa->mname = mname;
    soa->rname = rname;
    soa->serial = octets_u32(numbers.data);
    soa->refresh = octets_u32(numbers.data + 4);
    soa->retry = octets_u32(numbers.data + 8);
    soa->expire = octets_u32(numbers.data + 12);
    soa->minimum = octets_u32(numbers.data + 16);
    return ST_OK;
}
