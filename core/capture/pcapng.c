#include "core/capture/pcapng.h"

#include <byteswap.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cursor.h"
#include "core/base/time_text.h"
#include "core/capture/packet_time.h"
#include "core/capture/window.h"

/* Block types. */
enum {
    BLOCK_SECTION = 0x0a0d0d0a, /* the same in both byte orders */
    BLOCK_INTERFACE = 1,
    BLOCK_PACKET = 2, /* obsolete */
    BLOCK_SIMPLE_PACKET = 3,
    BLOCK_ENHANCED_PACKET = 6,
};

/* Options of an interface or a packet. */
enum {
    OPTION_END = 0,
    OPTION_COMMENT = 1,
    OPTION_RESOLUTION = 9,
    OPTION_OFFSET = 14,
};

/* Octets of a block's type and length; of these and of a section's byte order; of these and of the
 * length that is repeated at the end. */
#define BLOCK_START_LEN   ((size_t)8)
#define SECTION_START_LEN ((size_t)12)
#define BLOCK_LEN_MIN     ((size_t)12)

/* Octets of the largest block that is read. Blocks that are passed may have any size. */
#define BLOCK_READ_MAX ((size_t)16 * 1024 * 1024)

/* Interfaces of one section. */
#define INTERFACES_MAX ((size_t)65536)

struct interface {
    int32_t link_type;
    uint32_t snap_len; /* 0 means no limit */
    int64_t offset_s;  /* seconds to add to every time */
    uint64_t per_s;    /* units of time in a second: a power of 10 or of 2 */
    unsigned bits;     /* the power of 2; 0 if it is one of 10 */
};

struct pcapng {
    struct window in;
    uint64_t block_at; /* offset of the block that is being read */
    uint64_t frames;
    int64_t time_ns;              /* of the last packet */
    bool is_little;               /* byte order of the section */
    struct interface *interfaces; /* owned */
    size_t interface_count;
    size_t interface_cap;
};

struct block {
    uint32_t type;
    struct bytes body;
};

bool pcapng_recognise(struct bytes start)
{
    return bytes_starts_with(start, BYTES_LITERAL("\x0a\x0d\x0d\x0a"));
}

enum status pcapng_open(struct input *input, struct pcapng **reader, struct error *err)
{
    struct pcapng *const r = calloc(1, sizeof *r);
    if (r == NULL)
        return error_set(err, ST_NO_MEMORY, "%s: memory is exhausted", input_name(input));
    const enum status status = window_init(&r->in, input, err);
    if (status != ST_OK) {
        pcapng_close(r);
        return status;
    }
    *reader = r;
    return ST_OK;
}

void pcapng_close(struct pcapng *reader)
{
    if (reader == NULL)
        return;
    free(reader->interfaces);
    window_release(&reader->in);
    free(reader);
}

static uint16_t read_u16(const struct pcapng *r, struct cursor *c)
{
    const uint16_t value = cursor_u16(c);
    return r->is_little ? bswap_16(value) : value;
}

static uint32_t read_u32(const struct pcapng *r, struct cursor *c)
{
    const uint32_t value = cursor_u32(c);
    return r->is_little ? bswap_32(value) : value;
}

static enum status malformed(const struct pcapng *r, struct error *err, const char *what)
{
    return error_set(err, ST_MALFORMED,
                     "%s: the block at octet %" PRIu64 " %s (packets read before: %" PRIu64 ")",
                     input_name(r->in.input), r->block_at, what, r->frames);
}

static enum status truncated(const struct pcapng *r, struct error *err)
{
    return error_set(err, ST_TRUNCATED,
                     "%s: the file ends inside the block at octet %" PRIu64
                     " (packets read before: %" PRIu64 ")",
                     input_name(r->in.input), r->block_at, r->frames);
}

/* What went wrong in the input, with how far it came. */
static enum status broken(const struct pcapng *r, enum status status, const struct error *fault,
                          struct error *err)
{
    return error_set(err, status, "%s (packets read before: %" PRIu64 ")", fault->text, r->frames);
}

/* As window_need. */
static enum status need(struct pcapng *r, size_t size, struct error *err)
{
    struct error fault;
    const enum status status = window_need(&r->in, size, &fault);
    return status == ST_OK || status == ST_END ? status : broken(r, status, &fault, err);
}

/* As window_pass. */
static enum status pass(struct pcapng *r, uint64_t len, struct error *err)
{
    struct error fault;
    const enum status status = window_pass(&r->in, len, &fault);
    return status == ST_OK || status == ST_END ? status : broken(r, status, &fault, err);
}

/* A new section: its byte order, and no interfaces yet. Returns as need, or ST_MALFORMED. */
static enum status begin_section(struct pcapng *r, struct error *err)
{
    const enum status status = need(r, SECTION_START_LEN, err);
    if (status != ST_OK)
        return status;
    const struct bytes magic = {window_octets(&r->in) + BLOCK_START_LEN, 4};
    r->is_little = bytes_equal(magic, BYTES_LITERAL("\x4d\x3c\x2b\x1a"));
    r->interface_count = 0;
    if (r->is_little || bytes_equal(magic, BYTES_LITERAL("\x1a\x2b\x3c\x4d")))
        return ST_OK;
    return malformed(r, err, "has no byte order");
}

/* Reads the type and the length of the next block. Returns ST_OK; ST_END if there is none; an error
 * with *err. */
static enum status block_start(struct pcapng *r, uint32_t *type, uint32_t *len, struct error *err)
{
    r->block_at = r->in.offset;
    enum status status = need(r, BLOCK_START_LEN, err);
    if (status == ST_END && window_left(&r->in) == 0)
        return ST_END;
    if (status == ST_OK) {
        struct cursor c = cursor_of((struct bytes){window_octets(&r->in), BLOCK_START_LEN});
        if (cursor_u32(&c) == BLOCK_SECTION)
            status = begin_section(r, err);
    }
    if (status != ST_OK)
        return status == ST_END ? truncated(r, err) : status;
    struct cursor c = cursor_of((struct bytes){window_octets(&r->in), BLOCK_START_LEN});
    *type = read_u32(r, &c);
    *len = read_u32(r, &c);
    return *len < BLOCK_LEN_MIN || *len % 4 != 0 ? malformed(r, err, "has an impossible length")
                                                 : ST_OK;
}

static bool is_read(uint32_t type)
{
    return type == BLOCK_ENHANCED_PACKET || type == BLOCK_INTERFACE ||
           type == BLOCK_SIMPLE_PACKET || type == BLOCK_PACKET;
}

/* The next interface or packet; what else there is is passed. Returns as block_start. */
static enum status next_block(struct pcapng *r, struct block *block, struct error *err)
{
    uint32_t len = 0;
    enum status status = block_start(r, &block->type, &len, err);
    while (status == ST_OK && !is_read(block->type)) {
        status = pass(r, len, err);
        if (status == ST_OK)
            status = block_start(r, &block->type, &len, err);
        else if (status == ST_END)
            status = truncated(r, err);
    }
    if (status != ST_OK)
        return status;
    if (len > BLOCK_READ_MAX)
        return malformed(r, err, "has an impossible length");
    status = need(r, len, err);
    if (status != ST_OK)
        return status == ST_END ? truncated(r, err) : status;
    block->body = (struct bytes){window_octets(&r->in) + BLOCK_START_LEN, len - BLOCK_LEN_MIN};
    struct cursor end = cursor_of((struct bytes){window_octets(&r->in) + len - 4, 4});
    if (read_u32(r, &end) != len)
        return malformed(r, err, "has two lengths");
    window_use(&r->in, len);
    return ST_OK;
}

/* The resolution of a clock: units in a second. False if that is no number of 64 bits. */
static bool set_resolution(struct interface *interface, uint8_t value)
{
    interface->bits = 0;
    interface->per_s = 1;
    if ((value & 0x80) != 0) {
        interface->bits = value & 0x7fU;
        interface->per_s <<= interface->bits & 63U;
        return interface->bits < 64;
    }
    for (unsigned i = 0; i < value; i++) {
        if (MUL_OVERFLOWS(interface->per_s, UINT64_C(10), &interface->per_s))
            return false;
    }
    return true;
}

/* Octets that bring a field of `len` octets to a multiple of four. */
static size_t padding_of(size_t len)
{
    return (4 - len % 4) % 4;
}

/* The next option; false behind the last one. One that is cut is empty. */
static bool next_option(const struct pcapng *r, struct cursor *c, uint16_t *code,
                        struct bytes *value)
{
    if (cursor_left(c) < 4)
        return false;
    *code = read_u16(r, c);
    const uint16_t len = read_u16(r, c);
    *value = cursor_take(c, len);
    cursor_skip(c, padding_of(len));
    return *code != OPTION_END;
}

static bool read_options(const struct pcapng *r, struct cursor *c, struct interface *interface)
{
    uint16_t code = 0;
    struct bytes octets;
    while (next_option(r, c, &code, &octets)) {
        struct cursor value = cursor_of(octets);
        if (code == OPTION_RESOLUTION && octets.len >= 1 &&
            !set_resolution(interface, cursor_u8(&value)))
            return false;
        if (code == OPTION_OFFSET && octets.len >= 8) {
            const uint64_t first = read_u32(r, &value);
            const uint64_t second = read_u32(r, &value);
            interface->offset_s =
                (int64_t)(r->is_little ? second << 32 | first : first << 32 | second);
        }
    }
    return true;
}

static enum status take_interface(struct pcapng *r, struct bytes body, struct error *err)
{
    struct cursor c = cursor_of(body);
    struct interface interface = {.per_s = 1000000};
    interface.link_type = read_u16(r, &c);
    cursor_skip(&c, 2); /* reserved */
    interface.snap_len = read_u32(r, &c);
    if (!cursor_ok(&c))
        return malformed(r, err, "describes an interface and is too short for it");
    if (!read_options(r, &c, &interface))
        return malformed(r, err, "describes a clock that is too fine");
    if (r->interface_count == INTERFACES_MAX)
        return malformed(r, err, "describes one interface too many");
    if (r->interface_count == r->interface_cap) {
        const size_t cap = r->interface_cap == 0 ? 16 : r->interface_cap * 2;
        struct interface *const more = realloc(r->interfaces, cap * sizeof *more);
        if (more == NULL)
            return error_set(err, ST_NO_MEMORY, "%s: memory is exhausted", input_name(r->in.input));
        r->interfaces = more;
        r->interface_cap = cap;
    }
    r->interfaces[r->interface_count++] = interface;
    return ST_OK;
}

/* A time of an interface's clock, as nanoseconds since 1970. */
static int64_t time_of(const struct interface *interface, uint64_t units)
{
    const uint64_t seconds = units / interface->per_s;
    uint64_t ns = units % interface->per_s;
    if (interface->bits != 0) {
        /* 34 bits of a second are finer than a nanosecond; times 10^9 they fit into 64 bits. */
        const unsigned cut = interface->bits > 34 ? interface->bits - 34 : 0;
        ns = (ns >> cut) * NS_PER_S >> (interface->bits - cut);
    } else if (interface->per_s <= NS_PER_S) {
        ns *= NS_PER_S / interface->per_s;
    } else {
        ns /= interface->per_s / NS_PER_S;
    }
    const int64_t whole_s = seconds > INT64_MAX ? INT64_MAX : (int64_t)seconds;
    int64_t shifted_s = 0;
    if (ADD_OVERFLOWS(whole_s, interface->offset_s, &shifted_s))
        shifted_s = interface->offset_s < 0 ? INT64_MIN : INT64_MAX;
    return packet_time_ns(shifted_s, (int64_t)ns);
}

/* What the kinds of packet blocks say about a packet. */
struct packet_head {
    uint32_t interface;
    uint32_t captured_len;
    uint32_t wire_len;
    uint64_t units; /* time */
    bool has_time;
};

static struct packet_head read_head(const struct pcapng *r, uint32_t type, struct cursor *c)
{
    struct packet_head head = {0};
    if (type == BLOCK_SIMPLE_PACKET) {
        head.wire_len = read_u32(r, c);
        const uint32_t snap_len = r->interface_count > 0 ? r->interfaces[0].snap_len : 0;
        const bool is_cut = snap_len != 0 && snap_len < head.wire_len;
        head.captured_len = is_cut ? snap_len : head.wire_len;
        return head;
    }
    if (type == BLOCK_PACKET) {
        head.interface = read_u16(r, c);
        cursor_skip(c, 2); /* drops */
    } else {
        head.interface = read_u32(r, c);
    }
    const uint64_t high = read_u32(r, c);
    const uint64_t low = read_u32(r, c);
    head.units = high << 32 | low;
    head.has_time = true;
    head.captured_len = read_u32(r, c);
    head.wire_len = read_u32(r, c);
    return head;
}

/* The first comment of the options behind a packet. */
static struct bytes comment_behind(const struct pcapng *r, struct cursor *c, uint32_t packet_len)
{
    uint16_t code = 0;
    struct bytes value;
    cursor_skip(c, padding_of(packet_len));
    while (next_option(r, c, &code, &value)) {
        if (code == OPTION_COMMENT)
            return value;
    }
    return (struct bytes){0};
}

static enum status take_packet(struct pcapng *r, const struct block *block, struct frame *frame,
                               struct error *err)
{
    struct cursor c = cursor_of(block->body);
    const struct packet_head head = read_head(r, block->type, &c);
    const struct bytes octets = cursor_take(&c, head.captured_len);
    if (!cursor_ok(&c))
        return malformed(r, err, "is too short for its packet");
    if (head.interface >= r->interface_count)
        return malformed(r, err, "names an interface that no block describes");
    const struct interface *const interface = &r->interfaces[head.interface];
    /* A simple packet has no time: it came with or after the last one. */
    if (head.has_time)
        r->time_ns = time_of(interface, head.units);
    r->frames++;
    *frame = (struct frame){
        .octets = octets,
        .wire_len = head.wire_len > head.captured_len ? head.wire_len : head.captured_len,
        .link_type = interface->link_type,
        .time_ns = r->time_ns,
        .number = r->frames,
        .interface = head.interface,
    };
    if (UNLIKELY(cursor_left(&c) > 4) && block->type != BLOCK_SIMPLE_PACKET)
        frame->comment = comment_behind(r, &c, head.captured_len);
    return ST_OK;
}

enum status pcapng_next(struct pcapng *reader, struct frame *frame, struct error *err)
{
    for (;;) {
        struct block block = {0};
        enum status status = next_block(reader, &block, err);
        if (status != ST_OK)
            return status;
        if (block.type != BLOCK_INTERFACE)
            return take_packet(reader, &block, frame, err);
        status = take_interface(reader, block.body, err);
        if (status != ST_OK)
            return status;
    }
}
