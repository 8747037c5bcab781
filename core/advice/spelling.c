#include "core/advice/spelling.h"

#include <limits.h>
#include <stdbool.h>

#include "core/base/buf.h"
#include "core/base/display.h"
#include "core/base/macros.h"
#include "core/base/nearest.h"
#include "core/dns/mnemonic.h"
#include "core/document/result.h"
#include "core/kql/field_name.h"

/* Octets of a full name and of a value. */
#define TEXT_MAX (4 * KQL_TEXT_MAX)

/* Columns of a value that a warning repeats. */
#define VALUE_COLUMNS 80

/* The mnemonic of a number, or NULL. */
typedef const char *(*mnemonic_function)(unsigned number);

static const char *type_name(unsigned number)
{
    return number <= UINT16_MAX ? dns_type_name((uint16_t)number) : NULL;
}

/* clang-format off */
/* What Wireshark, and who comes from there, calls a field of ours. */
static const struct {
    const char *theirs;
    const char *ours;
    mnemonic_function mnemonic;
} wireshark_names[] = {
    {"dns.flags.rcode", "dns.response_code", dns_rcode_name},
    {"dns.flags.opcode", "dns.op_code", dns_opcode_name},
    {"dns.flags.truncated", "dns.flags.truncated_response", NULL},
    {"dns.qry.name", "dns.question.name", NULL},
    {"dns.qry.type", "dns.question.type", type_name},
    {"dns.resp.name", "rrsets:{name}", NULL},
    {"dns.resp.type", "rrsets:{type}", type_name},
    {"dns.resp.ttl", "rrsets:{ttl}", NULL},
    {"dns.a", "dns.resolved_ip", NULL},
    {"dns.aaaa", "dns.resolved_ip", NULL},
    {"dns.cname", "rrsets:{target}", NULL},
    {"dns.time", "event.duration", NULL},
    {"ip.src", "source.ip", NULL},
    {"ip.dst", "destination.ip", NULL},
    {"ipv6.src", "source.ip", NULL},
    {"ipv6.dst", "destination.ip", NULL},
    {"ip.addr", "related.ip", NULL},
    {"udp.srcport", "source.port", NULL},
    {"udp.dstport", "destination.port", NULL},
    {"tcp.srcport", "source.port", NULL},
    {"tcp.dstport", "destination.port", NULL},
};

/* Fields whose values are mnemonics, not numbers. */
static const struct {
    const char *field;
    mnemonic_function mnemonic;
} mnemonics[] = {
    {"dns.response_code", dns_rcode_name},
    {"dns.op_code", dns_opcode_name},
    {"dns.question.type", type_name},
    {"rrsets.type", type_name},
    {"lookup.rr_types", type_name},
};
/* clang-format on */

static const struct {
    const char *field;
    bool has_capitals;
    bool is_name;
} spellings[] = {
    {"dns.question.name", false, true},  {"dns.question.registered_domain", false, true},
    {"rrsets.name", false, true},        {"rrsets.target", false, true},
    {"lookup.result", false, false},     {"lookup.scope", false, false},
    {"lookup.leg", false, false},        {"event.action", false, false},
    {"network.transport", false, false}, {"dns.question.type", true, false},
    {"dns.question.class", true, false}, {"dns.response_code", true, false},
    {"dns.op_code", true, false},        {"dns.header_flags", true, false},
    {"rrsets.type", true, false},        {"rrsets.class", true, false},
    {"lookup.rr_types", true, false},
};

#define RESULT_TEXT(name, text) text,
static const char *const RESULTS[] = {LOOKUP_RESULT_LIST(RESULT_TEXT)};
#undef RESULT_TEXT
static const char *const SCOPES[] = {"internal", "external", "reverse", "search", "single_label"};
static const char *const LEGS[] = {
    "client_service", "client_server", "client_nodelocal", "nodelocal_server", "server_upstream",
    "host",           "other"};
static const char *const ACTIONS[] = {"dns-answered", "dns-unanswered", "dns-denied",
                                      "dns-orphan",   "dns-malformed",  "dns-unlogged",
                                      "dns-unpaired"};
static const char *const TRANSPORTS[] = {"udp", "tcp"};

/* Fields that have one of a few values. */
static const struct {
    const char *field;
    const char *const *values;
    size_t count;
} vocabularies[] = {
    {"lookup.result", RESULTS, ARRAY_LEN(RESULTS)},
    {"lookup.scope", SCOPES, ARRAY_LEN(SCOPES)},
    {"lookup.leg", LEGS, ARRAY_LEN(LEGS)},
    {"event.action", ACTIONS, ARRAY_LEN(ACTIONS)},
    {"network.transport", TRANSPORTS, ARRAY_LEN(TRANSPORTS)},
};

static bool has_letter_of(struct bytes text, uint8_t first, uint8_t last)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] >= first && text.data[i] <= last)
            return true;
    }
    return false;
}

struct checking {
    advice_handler handler;
    void *context;
    struct buf path; /* of the braces around the current node */
};

static void say(const struct checking *checking, struct buf *warning, struct bytes value,
                const char *instead)
{
    struct buf shown;
    buf_init(&shown, 4 * TEXT_MAX);
    display_add(&shown, value);
    buf_add_text(warning, ", so nothing matches ");
    (void)display_cut(warning, buf_bytes(&shown), VALUE_COLUMNS);
    buf_release(&shown);
    if (instead != NULL)
        buf_add_format(warning, "; did you mean %s?", instead);
    checking->handler(checking->context, buf_text(warning));
    buf_release(warning);
}

/* A label, perhaps of many names. */
static bool is_single_word(struct bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        const uint8_t c = text.data[i];
        if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_')
            return false;
    }
    return text.len > 0;
}

static void advise(const struct checking *checking, size_t spelling, struct bytes value)
{
    struct buf warning;
    buf_init(&warning, TEXT_MAX);
    const bool has_capitals = spellings[spelling].has_capitals;
    const char *const field = spellings[spelling].field;
    if (has_capitals ? has_letter_of(value, 'a', 'z') : has_letter_of(value, 'A', 'Z')) {
        buf_add_format(&warning, "values of %s are written in %s", field,
                       has_capitals ? "capitals" : "small letters");
        say(checking, &warning, value, NULL);
    }
    if (spellings[spelling].is_name && is_single_word(value)) {
        buf_add_format(&warning,
                       "names in %s are compared as a whole; \"*\" stands for any text: *", field);
        buf_add(&warning, value);
        buf_add_u8(&warning, '*');
        checking->handler(checking->context, buf_text(&warning));
        buf_release(&warning);
    }
    if (spellings[spelling].is_name && value.len > 1 && value.data[value.len - 1] == '.') {
        buf_add_format(&warning, "names in %s have no final dot", field);
        say(checking, &warning, value, NULL);
    }
}

/* A whole value that is none of those that a field can have. */
static void check_vocabulary(const struct checking *checking, size_t vocabulary, struct bytes value)
{
    const size_t count = vocabularies[vocabulary].count;
    const char *const *const values = vocabularies[vocabulary].values;
    struct nearest nearest = nearest_to(value);
    struct buf warning;
    buf_init(&warning, TEXT_MAX);
    buf_add_format(&warning, "values of %s are ", vocabularies[vocabulary].field);
    bool is_known = has_letter_of(value, 'A', 'Z'); /* which is said already */
    for (size_t i = 0; i < count; i++) {
        is_known = is_known || bytes_is(value, values[i]);
        nearest_offer(&nearest, values[i]);
        buf_add_text(&warning, i == 0 ? "" : ", ");
        buf_add_text(&warning, values[i]);
    }
    if (!is_known)
        say(checking, &warning, value, nearest.name);
    buf_release(&warning);
}

/* The number that all of a text is; UINT_MAX if it is none below 2^16. */
static unsigned number_of(struct bytes text)
{
    unsigned number = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || number > UINT16_MAX)
            return UINT_MAX;
        number = number * 10 + (unsigned)(text.data[i] - '0');
    }
    return text.len > 0 && number <= UINT16_MAX ? number : UINT_MAX;
}

/* dns.response_code: 3 */
static void check_mnemonic(const struct checking *checking, struct bytes field, struct bytes value)
{
    for (size_t i = 0; i < ARRAY_LEN(mnemonics); i++) {
        const unsigned number = number_of(value);
        if (!bytes_is(field, mnemonics[i].field) || number == UINT_MAX)
            continue;
        struct buf warning;
        buf_init(&warning, TEXT_MAX);
        buf_add_format(&warning, "values of %s are mnemonics", mnemonics[i].field);
        say(checking, &warning, value, mnemonics[i].mnemonic(number));
    }
}

/* The name in front of dns.flags.rcode == 3, which KQL reads as a text. */
static struct bytes name_before_sign(struct bytes text)
{
    size_t end = 0;
    while (end < text.len &&
           bytes_find(BYTES_LITERAL(" =!<>~"), bytes_slice(text, end, 1)) == SIZE_MAX)
        end++;
    return bytes_slice(text, 0, end);
}

/* The value behind the signs. */
static struct bytes value_behind_sign(struct bytes text, size_t at)
{
    while (at < text.len && bytes_find(BYTES_LITERAL(" =!"), bytes_slice(text, at, 1)) != SIZE_MAX)
        at++;
    return bytes_slice(text, at, text.len);
}

/* dns.flags.rcode: 3, dns.flags.rcode == 3 */
static void check_wireshark(const struct checking *checking, const struct kql_node *node)
{
    const bool is_text = node->field.kind == KQL_NONE;
    const struct bytes text = node->value.kind == KQL_TEXT ? node->value.text : (struct bytes){0};
    const struct bytes name = is_text ? name_before_sign(text) : node->field.text;
    const struct bytes value = is_text ? value_behind_sign(text, name.len) : text;
    for (size_t i = 0; i < ARRAY_LEN(wireshark_names); i++) {
        const char *const ours = wireshark_names[i].ours;
        if (!bytes_is(name, wireshark_names[i].theirs))
            continue;
        struct buf warning;
        buf_init(&warning, TEXT_MAX);
        buf_add_format(&warning, "%s is a name of Wireshark's, the same here is %s",
                       wireshark_names[i].theirs, ours);
        const unsigned number = number_of(value);
        const char *const mnemonic = wireshark_names[i].mnemonic == NULL || number == UINT_MAX
                                         ? NULL
                                         : wireshark_names[i].mnemonic(number);
        if (mnemonic != NULL)
            buf_add_format(&warning, ", and %u is %s", number, mnemonic);
        checking->handler(checking->context, buf_text(&warning));
        buf_release(&warning);
    }
}

static void check_leaf(const struct checking *checking, const struct kql_node *node)
{
    const struct kql_field_name name = {buf_bytes(&checking->path), &node->field};
    struct buf field;
    struct buf value;
    buf_init(&field, TEXT_MAX);
    buf_init(&value, TEXT_MAX);
    kql_field_name_add(&name, &field);
    kql_literal_add(&node->value, &value);
    for (size_t i = 0; i < ARRAY_LEN(spellings); i++) {
        if (bytes_is(buf_bytes(&field), spellings[i].field))
            advise(checking, i, buf_bytes(&value));
    }
    check_mnemonic(checking, buf_bytes(&field), buf_bytes(&value));
    for (size_t i = 0; node->value.kind == KQL_TEXT && i < ARRAY_LEN(vocabularies); i++) {
        if (bytes_is(buf_bytes(&field), vocabularies[i].field))
            check_vocabulary(checking, i, node->value.text);
    }
    buf_release(&value);
    buf_release(&field);
}

static void check(struct checking *checking, const struct kql_node *node, unsigned depth)
{
    if (depth > KQL_DEPTH_MAX)
        return;
    if (node->kind == KQL_IS || node->kind == KQL_RANGE)
        check_wireshark(checking, node);
    if (node->kind == KQL_IS && node->field.kind != KQL_NONE)
        check_leaf(checking, node);
    struct buf *const path = &checking->path;
    const size_t path_len = path->len;
    if (node->kind == KQL_NESTED)
        kql_path_enter(path, &node->field);
    for (size_t i = 0; i < node->child_count; i++)
        check(checking, node->children[i], depth + 1);
    buf_reset(path);
    buf_wrote(path, path_len);
}

void spelling_check(const struct kql_node *tree, advice_handler handler, void *context)
{
    struct checking checking = {.handler = handler, .context = context};
    buf_init(&checking.path, TEXT_MAX);
    check(&checking, tree, 0);
    buf_release(&checking.path);
}

void spelling_values(struct bytes field, advice_handler handler, void *context)
{
    for (size_t i = 0; i < ARRAY_LEN(vocabularies); i++) {
        for (size_t k = 0; bytes_is(field, vocabularies[i].field) && k < vocabularies[i].count; k++)
            handler(context, vocabularies[i].values[k]);
    }
    for (size_t i = 0; i < ARRAY_LEN(mnemonics); i++) {
        for (unsigned number = 0; bytes_is(field, mnemonics[i].field) && number <= UINT16_MAX;
             number++) {
            const char *const name = mnemonics[i].mnemonic(number);
            if (name != NULL)
                handler(context, name);
        }
    }
}
