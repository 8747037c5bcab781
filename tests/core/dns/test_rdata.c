#include "core/dns/rdata.h"

#include <stdio.h>

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "core/base/macros.h"
#include "core/dns/defect.h"
#include "core/dns/mnemonic.h"
#include "tests/core/dns/wire.h"

/* Octets of the longest line of rdata.txt. */
#define LINE_MAX_LEN 2000

/* Prints octets as the RDATA of a record and returns the defects found. */
static uint32_t print_rdata(struct bytes rdata, uint16_t type, uint16_t class, struct buf *out)
{
    const struct dns_message message = {.octets = rdata};
    const struct dns_record record = {
        .type = type,
        .class = class,
        .rdata_len = (uint16_t)rdata.len,
    };
    uint32_t defects = 0;
    buf_reset(out);
    dns_rdata_print(&message, &record, out, &defects);
    return defects;
}

static void expect_rdata(const char *text, uint16_t type, const char *expected, uint32_t defects)
{
    const struct bytes rdata = wire(text);
    struct buf out;
    buf_init(&out, 100000);
    const uint32_t found = print_rdata(rdata, type, DNS_CLASS_IN, &out);
    cr_expect(eq(u32, found, defects), "%s", text);
    cr_expect(eq(str, as_str(buf_text(&out)), as_str(expected)));
    buf_release(&out);
    wire_free(rdata);
}

/* --- The table --- */

/* The number of a type or class printed as `text`. */
static uint16_t number_of(const char *text, void (*print)(uint16_t, struct buf *))
{
    struct buf out;
    buf_init(&out, DNS_MNEMONIC_MAX + 1);
    uint16_t found = 0;
    for (unsigned number = 1; number <= 0xffff && found == 0; number++) {
        buf_reset(&out);
        print((uint16_t)number, &out);
        if (bytes_is(buf_bytes(&out), text))
            found = (uint16_t)number;
    }
    buf_release(&out);
    cr_assert(ne(u16, found, 0), "%s", text);
    return found;
}

struct row {
    uint16_t class;
    uint16_t type;
    struct bytes rdata;
    char text[LINE_MAX_LEN];
};

/* The next row of rdata.txt; false at its end. */
static bool row_read(FILE *file, struct row *row)
{
    char line[LINE_MAX_LEN];
    char class[DNS_MNEMONIC_MAX];
    char type[DNS_MNEMONIC_MAX];
    char hex[LINE_MAX_LEN];
    int text_at = 0;
    do {
        if (fgets(line, sizeof line, file) == NULL)
            return false;
    } while (line[0] == '#');
    line[strcspn(line, "\n")] = '\0';
    cr_assert(eq(int, sscanf(line, "%31s %31s %1999s %*c%n", class, type, hex, &text_at), 3));
    row->class = number_of(class, dns_class_print);
    row->type = number_of(type, dns_type_print);
    row->rdata = wire(strcmp(hex, "-") == 0 ? "" : hex);
    const char *const text = line + text_at + (line[text_at] == ' ' ? 1 : 0);
    memcpy(row->text, text, strlen(text) + 1);
    return true;
}

static FILE *open_table(void)
{
    FILE *const file = fopen(TEST_DATA "/rdata.txt", "r");
    cr_assert(file != NULL);
    return file;
}

Test(rdata, table_is_printed_as_it_says)
{
    FILE *const file = open_table();
    struct row row;
    struct buf out;
    unsigned rows = 0;
    buf_init(&out, 100000);
    while (row_read(file, &row)) {
        cr_expect(eq(u32, print_rdata(row.rdata, row.type, row.class, &out), 0), "%s", row.text);
        cr_expect(eq(str, as_str(buf_text(&out)), row.text));
        wire_free(row.rdata);
        rows++;
    }
    cr_expect(gt(uint, rows, 150));
    buf_release(&out);
    (void)fclose(file);
}

/* Whatever is cut off, the text is either another good one (a type whose end may be missing) or
 * that of unknown RDATA with a defect; the sanitizer watches the reads. */
Test(rdata, every_prefix_of_the_table_is_printed)
{
    FILE *const file = open_table();
    struct row row;
    struct buf out;
    buf_init(&out, 100000);
    while (row_read(file, &row)) {
        for (size_t len = 0; len < row.rdata.len; len++) {
            const struct bytes prefix = wire_prefix(row.rdata, len);
            const uint32_t defects = print_rdata(prefix, row.type, row.class, &out);
            const bool is_unknown = bytes_starts_with(buf_bytes(&out), BYTES_LITERAL("\\# "));
            const bool is_either = defects == 0 || is_unknown;
            cr_expect(is_either, "%s cut to %zu", row.text, len);
            wire_free(prefix);
        }
        wire_free(row.rdata);
    }
    buf_release(&out);
    (void)fclose(file);
}

Test(rdata, every_type_of_the_list_is_in_the_table)
{
    static bool is_seen[0x10000];
    FILE *const file = open_table();
    struct row row;
    while (row_read(file, &row)) {
        is_seen[row.type] = true;
        wire_free(row.rdata);
    }
    (void)fclose(file);
    static const uint16_t WITHOUT[] = {101, 103, 251, 252, 253, 254}; /* as UINFO, GID and ANY */
    for (size_t i = 0; i < ARRAY_LEN(WITHOUT); i++)
        is_seen[WITHOUT[i]] = true;
    for (unsigned type = 0; type <= 0xffff; type++) {
        if (dns_type_name((uint16_t)type) != NULL)
            cr_expect(is_seen[type], "%u", type);
    }
}

/* --- Defects --- */

struct defect_case {
    uint16_t type;
    const char *rdata;
    enum defect defect;
};

static const struct defect_case DEFECTS[] = {
    {1, "", DEFECT_RDATA_SHORT},
    {1, "c00002", DEFECT_RDATA_SHORT},
    {1, "c000020101", DEFECT_RDATA_LONG},
    {5, "", DEFECT_RDATA_SHORT},
    {5, "03'ab'", DEFECT_RDATA_SHORT},
    {5, "01'a' 00 00", DEFECT_RDATA_LONG},
    {5, "41 00", DEFECT_LABEL_TYPE},
    {5, "c000", DEFECT_POINTER_FORWARD},
    {5, "01'a' c000", DEFECT_POINTER_LOOP},
    {6, "00 00 00000001", DEFECT_RDATA_SHORT},
    {16, "", DEFECT_RDATA_SHORT},
    {16, "03'ab'", DEFECT_RDATA_SHORT},
    {13, "01'a'", DEFECT_RDATA_SHORT},
    {28, "20010db8", DEFECT_RDATA_SHORT},
    /* LOC: version, latitude, longitude, size. */
    {29, "0133161389172dd070be15f000988d20", DEFECT_RDATA_INVALID},
    {29, "00331613ffffffff70be15f000988d20", DEFECT_RDATA_INVALID},
    {29, "0033161389172dd0ffffffff00988d20", DEFECT_RDATA_INVALID},
    {29, "00a3161389172dd070be15f000988d20", DEFECT_RDATA_INVALID},
    {30, "00 0000000000000000 0000000000000000 00", DEFECT_RDATA_INVALID}, /* 17 octets of map */
    {34, "02 0102", DEFECT_RDATA_INVALID},                                 /* ATMA: format */
    {34, "01 '12a'", DEFECT_RDATA_INVALID},
    {38, "81", DEFECT_RDATA_INVALID},         /* A6: prefix */
    {42, "0001 21 00", DEFECT_RDATA_INVALID}, /* APL: prefix, family, length */
    {42, "0003 08 01 01", DEFECT_RDATA_INVALID},
    {42, "0001 18 05 0102030405", DEFECT_RDATA_INVALID},
    {42, "0001 18 03 c000", DEFECT_RDATA_SHORT},
    {43, "0001 08 02", DEFECT_RDATA_SHORT},
    {45, "0a 04 02 00", DEFECT_RDATA_INVALID}, /* IPSECKEY: gateway */
    {47, "00 00 00", DEFECT_RDATA_INVALID},    /* NSEC: length of a window, order */
    {47, "00 00 21 000000000000000000000000000000000000000000000000000000000000000001",
     DEFECT_RDATA_INVALID},
    {47, "00 01 01 40 00 01 40", DEFECT_RDATA_INVALID},
    {47, "00 00 01 40 00 01 40", DEFECT_RDATA_INVALID},
    {47, "00 00 02 40", DEFECT_RDATA_SHORT},
    {50, "01 00 0000 00 00", DEFECT_RDATA_INVALID}, /* NSEC3: no hash */
    {55, "00 02 0001 01", DEFECT_RDATA_INVALID},    /* HIP: no HIT; a compressed server */
    {55, "01 02 0001 01 02 00 c006", DEFECT_RDATA_INVALID},
    {128, "00", DEFECT_RDATA_LONG},
    {257, "00 00", DEFECT_RDATA_INVALID}, /* CAA: tag */
    {257, "00 04'ab'", DEFECT_RDATA_SHORT},
    {257, "00 02'a b'", DEFECT_RDATA_INVALID},
    {257, "00 02'a-' 'b'", DEFECT_RDATA_INVALID},
    {260, "0a 04", DEFECT_RDATA_INVALID}, /* AMTRELAY: relay */
};

Test(rdata, defects_are_named_and_the_octets_printed_as_unknown)
{
    struct buf out;
    buf_init(&out, 100000);
    for (size_t i = 0; i < ARRAY_LEN(DEFECTS); i++) {
        const struct bytes rdata = wire(DEFECTS[i].rdata);
        const uint32_t defects = print_rdata(rdata, DEFECTS[i].type, DNS_CLASS_IN, &out);
        cr_expect(eq(u32, defects, DEFECT_BIT(DEFECTS[i].defect)), "%u %s: %#x, not %s",
                  DEFECTS[i].type, DEFECTS[i].rdata, defects, defect_name(DEFECTS[i].defect));
        cr_expect(bytes_starts_with(buf_bytes(&out), BYTES_LITERAL("\\# ")), "%s",
                  DEFECTS[i].rdata);
        wire_free(rdata);
    }
    buf_release(&out);
}

Test(rdata, text_in_front_stays_when_the_rdata_is_bad)
{
    const struct bytes rdata = wire("03'abc' 00 00");
    const struct dns_message message = {.octets = rdata};
    const struct dns_record record = {
        .type = DNS_TYPE_CNAME, .class = DNS_CLASS_IN, .rdata_len = 6};
    uint32_t defects = DEFECT_BIT(DEFECT_TRAILING_OCTETS);
    struct buf out;
    buf_init(&out, 100);
    buf_add_text(&out, "before ");
    dns_rdata_print(&message, &record, &out, &defects);
    cr_expect(eq(str, as_str(buf_text(&out)), as_str("before \\# 6 036162630000")));
    cr_expect(eq(u32, defects, DEFECT_BIT(DEFECT_TRAILING_OCTETS) | DEFECT_BIT(DEFECT_RDATA_LONG)));
    buf_release(&out);
    wire_free(rdata);
}

/* --- Classes --- */

/* RFC 6762, 10.2 and 18.13: the top bit of the class is not part of it. */
Test(rdata, cache_flush_bit_of_mdns_does_not_hide_the_class)
{
    const struct bytes rdata = wire("c0000201");
    struct buf out;
    buf_init(&out, 100);
    cr_expect(eq(u32, print_rdata(rdata, DNS_TYPE_A, 0x8001, &out), 0));
    cr_expect(eq(str, as_str(buf_text(&out)), as_str("192.0.2.1")));
    buf_release(&out);
    wire_free(rdata);
}

/* --- In a message: compression --- */

/* A response about example.com (at 12), whose records follow at 29. */
#define RESPONSE(count) "1234 8180 0001 00" count " 0000 0000 07'example'03'com'00 000f 0001"

struct in_message {
    struct bytes octets;
    struct dns_message message;
    struct dns_record record; /* the first answer */
};

static struct in_message first_answer(const char *text)
{
    struct in_message m = {.octets = wire(text)};
    cr_assert(eq(int, dns_message_read(m.octets, &m.message), ST_OK));
    struct dns_record_iterator records = dns_records(&m.message, DNS_ANSWER);
    cr_assert(dns_record_next(&records, &m.record));
    return m;
}

static void expect_answer(const char *text, const char *expected, uint32_t defects)
{
    const struct in_message m = first_answer(text);
    struct buf out;
    uint32_t found = 0;
    buf_init(&out, 1000);
    dns_rdata_print(&m.message, &m.record, &out, &found);
    cr_expect(eq(u32, found, defects), "%s", text);
    cr_expect(eq(str, as_str(buf_text(&out)), as_str(expected)));
    buf_release(&out);
    wire_free(m.octets);
}

Test(rdata, names_inside_are_decompressed)
{
    expect_answer(RESPONSE("01") "c00c 000f 0001 00000000 0009 000a 04'mail' c00c",
                  "10 mail.example.com", 0);
    expect_answer(RESPONSE("01") "c00c 0006 0001 00000000 001e 03'ns1' c00c 01'h' c029"
                                 "00000001 00000002 00000003 00000004 00000005",
                  "ns1.example.com h.ns1.example.com 1 2 3 4 5", 0);
}

/* RFC 6762, 18.14: mDNS compresses names that RFC 2782 and RFC 4034 say must not be. */
Test(rdata, names_are_decompressed_in_newer_types_too)
{
    expect_answer(RESPONSE("01") "c00c 0021 0001 00000000 000a 0000 0000 0050 01'a' c00c",
                  "0 0 80 a.example.com", 0);
}

Test(rdata, pointer_to_behind_the_rdata_is_malformed)
{
    expect_answer(RESPONSE("02") "c00c 0005 0001 00000000 0002 c029 03'www'00 0001 0001",
                  "\\# 2 C029", DEFECT_BIT(DEFECT_POINTER_FORWARD));
}

/* The label runs on in the next record, but the RDATA does not. */
Test(rdata, label_past_the_rdata_is_short)
{
    expect_answer(RESPONSE("02") "c00c 0005 0001 00000000 0002 03'a'"
                                 "c00c 0001 0001 00000000 0004 c0000201",
                  "\\# 2 0361", DEFECT_BIT(DEFECT_RDATA_SHORT));
}

/* --- Targets --- */

struct target_case {
    const char *record;
    const char *target; /* NULL for none */
};

static const struct target_case TARGETS[] = {
    {"c00c 0005 0001 00000000 0004 01'a' c00c", "a.example.com"},
    {"c00c 0002 0001 00000000 0002 c00c", "example.com"},
    {"c00c 000c 0001 00000000 0001 00", "."},
    {"c00c 000f 0001 00000000 0006 000a 01'm' c00c", "m.example.com"},
    {"c00c 0021 0001 00000000 000a 0000 0000 0050 01's' c00c", "s.example.com"},
    {"c00c 0027 0001 00000000 0002 c00c", "example.com"},
    {"c00c 0040 0001 00000000 0005 0001 01'x' 00", "x"},
    {"c00c 0041 0001 00000000 0003 0001 00", "."},
    {"c00c 0001 0001 00000000 0004 c0000201", NULL},
    {"c00c 0010 0001 00000000 0002 01'a'", NULL},
    {"c00c 0006 0001 00000000 0002 c00c", NULL},
};

Test(rdata, target_is_the_name_a_record_points_to)
{
    struct buf out;
    buf_init(&out, 1000);
    for (size_t i = 0; i < ARRAY_LEN(TARGETS); i++) {
        char text[500] = RESPONSE("01");
        memcpy(text + strlen(text), TARGETS[i].record, strlen(TARGETS[i].record) + 1);
        const struct in_message m = first_answer(text);
        struct dns_name target;
        const enum status status = dns_rdata_target(&m.message, &m.record, &target);
        cr_expect(eq(int, status, TARGETS[i].target == NULL ? ST_NOT_FOUND : ST_OK), "%s", text);
        if (status == ST_OK) {
            buf_reset(&out);
            dns_name_print(&target, &out);
            cr_expect(eq(str, as_str(buf_text(&out)), as_str(TARGETS[i].target)));
        }
        wire_free(m.octets);
    }
    buf_release(&out);
}

Test(rdata, target_outside_the_rdata_is_not_read)
{
    static const char *const BAD[] = {
        "c00c 0005 0001 00000000 0000",
        "c00c 000f 0001 00000000 0001 00",
        "c00c 0021 0001 00000000 0004 00000000",
        "c00c 0005 0001 00000000 0002 03'a'",
    };
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        char text[500] = RESPONSE("01");
        memcpy(text + strlen(text), BAD[i], strlen(BAD[i]) + 1);
        const struct in_message m = first_answer(text);
        struct dns_name target;
        cr_expect(eq(int, dns_rdata_target(&m.message, &m.record, &target), ST_TRUNCATED), "%s",
                  BAD[i]);
        wire_free(m.octets);
    }
}

/* --- SOA --- */

Test(rdata, soa_is_read)
{
    const struct in_message m =
        first_answer(RESPONSE("01") "c00c 0006 0001 00000000 001e 03'ns1' c00c 01'h' c029"
                                    "00000001 00000002 00000003 00000004 fffffff0");
    struct dns_soa soa;
    cr_assert(eq(int, dns_soa_read(&m.message, &m.record, &soa), ST_OK));
    cr_expect(eq(u8, soa.mname.labels, 3));
    cr_expect(eq(u8, soa.rname.labels, 4));
    cr_expect(eq(u32, soa.serial, 1));
    cr_expect(eq(u32, soa.refresh, 2));
    cr_expect(eq(u32, soa.retry, 3));
    cr_expect(eq(u32, soa.expire, 4));
    cr_expect(eq(u32, soa.minimum, 0xfffffff0));
    wire_free(m.octets);
}

Test(rdata, every_prefix_of_an_soa_is_refused_and_changes_nothing)
{
    const struct bytes rdata = wire("03'ns1'00 01'h'00 0000000100000002000000030000000400000005");
    for (size_t len = 0; len < rdata.len; len++) {
        const struct bytes prefix = wire_prefix(rdata, len);
        const struct dns_message message = {.octets = prefix};
        const struct dns_record record = {.type = DNS_TYPE_SOA, .rdata_len = (uint16_t)len};
        struct dns_soa soa = {.serial = 99};
        cr_expect(eq(int, dns_soa_read(&message, &record, &soa), ST_TRUNCATED));
        cr_expect(eq(u32, soa.serial, 99));
        wire_free(prefix);
    }
    wire_free(rdata);
}

/* --- Sizes --- */

Test(rdata, buffer_that_is_full_fails)
{
    const struct bytes rdata = wire("c0000201");
    struct buf out;
    buf_init(&out, 4);
    (void)print_rdata(rdata, DNS_TYPE_A, DNS_CLASS_IN, &out);
    cr_expect(not(buf_ok(&out)));
    buf_release(&out);
    wire_free(rdata);
}

/* An NSEC record with every type in it has the longest text. */
Test(rdata, longest_text_fits)
{
    uint8_t octets[1 + 256 * 34] = {0};
    for (size_t window = 0; window < 256; window++) {
        uint8_t *const map = octets + 1 + window * 34;
        map[0] = (uint8_t)window;
        map[1] = 32;
        memset(map + 2, 0xff, 32);
    }
    struct buf out;
    buf_init(&out, DNS_RDATA_TEXT_MAX);
    cr_expect(
        eq(u32, print_rdata((struct bytes){octets, sizeof octets}, 47, DNS_CLASS_IN, &out), 0));
    cr_expect(buf_ok(&out));
    cr_expect(gt(sz, out.len, 600000));
    buf_release(&out);
}

/* 65,536 ports have names of their own; a larger map would name others. */
Test(rdata, port_map_of_8192_octets_is_good_and_of_more_invalid)
{
    static uint8_t octets[5 + 8193];
    octets[5 + 8191] = 1;
    struct buf out;
    buf_init(&out, DNS_RDATA_TEXT_MAX);
    cr_expect(eq(u32, print_rdata((struct bytes){octets, 5 + 8192}, 11, DNS_CLASS_IN, &out), 0));
    cr_expect(eq(str, as_str(buf_text(&out)), as_str("0.0.0.0 0 65535")));
    cr_expect(eq(u32, print_rdata((struct bytes){octets, 5 + 8193}, 11, DNS_CLASS_IN, &out),
                 DEFECT_BIT(DEFECT_RDATA_INVALID)));
    buf_release(&out);
}

Test(rdata, unknown_types_are_printed_as_rfc_3597_says)
{
    expect_rdata("0a000001", 731, "\\# 4 0A000001", 0);
    expect_rdata("", 731, "\\# 0", 0);
}
