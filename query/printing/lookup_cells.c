#include "query/printing/lookup_cells.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "core/base/macros.h"
#include "core/base/time_text.h"
#include "query/printing/latency.h"
#include "query/records/fields.h"

/* Port of DNS over UDP and TCP; a server that uses it needs no mention of it. */
#define DNS_PORT 53

/* RRsets, and records of one, that are shown; octets of the longest record. */
#define SETS_MAX    12
#define RECORDS_MAX 8
#define RECORD_MAX  100

/* Times are shown up to here, in 1677 and 2262: a zone's offset can be added without overflow. */
#define TIME_EDGE_NS (INT64_MAX - INT64_C(2) * 24 * 3600 * NS_PER_S)

/* Fields are found by name because documents may be over any data view. */
static const struct value *first(const struct lookup_cells *row, const char *name)
{
    return field_value(row->document, field_find(row->document->view, bytes_of(name)), NULL);
}

static struct bytes text_of(const struct lookup_cells *row, const char *name)
{
    const struct value *const value = first(row, name);
    return value != NULL && value->kind == VALUE_TEXT ? value->text : (struct bytes){0};
}

static int64_t integer_of(const struct lookup_cells *row, const char *name, int64_t otherwise)
{
    const struct value *const value = first(row, name);
    return value != NULL && value->kind == VALUE_INTEGER ? value->integer : otherwise;
}

static bool is_true(const struct lookup_cells *row, const char *name)
{
    const struct value *const value = first(row, name);
    return value != NULL && value->kind == VALUE_BOOLEAN && value->boolean;
}

static void add_first(const struct lookup_cells *row, const char *name)
{
    const struct value *const value = first(row, name);
    if (value != NULL)
        field_value_text(value, row->out);
}

/* Begins a further part of a cell. */
static void add_separator(const struct lookup_cells *row)
{
    if (row->out->len > 0)
        buf_add_text(row->out, ", ");
}

static int64_t within(int64_t value, int64_t limit)
{
    if (value > limit)
        return limit;
    return value < -limit ? -limit : value;
}

static void time_cell(const struct lookup_cells *row)
{
    const struct value *time = first(row, "event.start");
    if (time == NULL)
        time = first(row, "@timestamp");
    if (time == NULL || time->kind != VALUE_TIME)
        return;
    const int64_t ns = within(time->integer, TIME_EDGE_NS);
    const int64_t seconds = ns / NS_PER_S - (ns % NS_PER_S < 0 ? 1 : 0);
    const int64_t offset_s = time_zone_offset(row->style->zone, seconds);
    const struct civil_time clock = civil_from_ns(ns + offset_s * NS_PER_S);
    if (!row->style->is_narrow)
        buf_add_format(row->out, "%04lld-", (long long)clock.year);
    buf_add_format(row->out, "%02u-%02u %02u:%02u:%02u", clock.month, clock.day, clock.hour,
                   clock.minute, clock.second);
    if (!row->style->is_narrow)
        buf_add_format(row->out, ".%03u", clock.ns / 1000000);
}

/* namespace/name of a pod or service, if both are known. */
static bool add_kubernetes(const struct lookup_cells *row, const char *namespace_field,
                           const char *name_field)
{
    const struct bytes namespace = text_of(row, namespace_field);
    const struct bytes name = text_of(row, name_field);
    if (namespace.len == 0 || name.len == 0)
        return false;
    buf_add(row->out, namespace);
    buf_add_u8(row->out, '/');
    buf_add(row->out, name);
    return true;
}

static void client_cell(const struct lookup_cells *row)
{
    if (!add_kubernetes(row, "kubernetes.namespace", "kubernetes.pod.name"))
        add_first(row, "source.ip");
}

static void server_cell(const struct lookup_cells *row)
{
    const int64_t port = integer_of(row, "destination.port", DNS_PORT);
    if (!add_kubernetes(row, "server.kubernetes.namespace", "server.kubernetes.pod.name")) {
        const struct value *const ip = first(row, "destination.ip");
        const bool is_v6 = ip != NULL && ip->kind == VALUE_IP && !ip_is_v4(&ip->ip);
        const bool has_brackets = is_v6 && port != DNS_PORT;
        buf_add_text(row->out, has_brackets ? "[" : "");
        add_first(row, "destination.ip");
        buf_add_text(row->out, has_brackets ? "]" : "");
    }
    if (port != DNS_PORT)
        buf_add_format(row->out, ":%lld", (long long)port);
    if (bytes_is(text_of(row, "network.transport"), "tcp"))
        buf_add_text(row->out, " tcp");
}

static void question_cell(const struct lookup_cells *row)
{
    buf_add(row->out, text_of(row, "dns.question.name"));
    const struct bytes class = text_of(row, "dns.question.class");
    if (class.len > 0 && !bytes_is(class, "IN")) {
        buf_add_u8(row->out, ' ');
        buf_add(row->out, class);
    }
    const struct bytes type = text_of(row, "dns.question.type");
    if (type.len > 0) {
        buf_add_u8(row->out, ' ');
        buf_add(row->out, type);
    }
}

/* True if the RCODE says no more than the result: NOERROR, or the same word in capitals. */
static bool is_said_already(struct bytes rcode, struct bytes result)
{
    if (rcode.len == 0 || bytes_is(rcode, "NOERROR"))
        return true;
    return rcode.len == result.len &&
           strncasecmp((const char *)rcode.data, (const char *)result.data, rcode.len) == 0;
}

static void result_cell(const struct lookup_cells *row)
{
    const struct bytes result = text_of(row, "lookup.result");
    const struct bytes rcode = text_of(row, "dns.response_code");
    buf_add(row->out, result);
    if (is_said_already(rcode, result))
        return;
    if (result.len > 0)
        buf_add_u8(row->out, ' ');
    buf_add(row->out, rcode);
}

enum tone lookup_tone(const struct lookup_cells *row)
{
    static const struct {
        const char *result;
        enum tone tone;
    } tones[] = {
        {"answer", TONE_PLAIN},        {"nodata", TONE_DOUBT},    {"cname_only", TONE_FAILURE},
        {"referral", TONE_DOUBT},      {"nxdomain", TONE_DOUBT},  {"truncated", TONE_DOUBT},
        {"servfail", TONE_FAILURE},    {"refused", TONE_FAILURE}, {"error", TONE_FAILURE},
        {"no_response", TONE_FAILURE}, {"denied", TONE_FAILURE},  {"malformed", TONE_FAILURE},
    };
    const struct bytes result = text_of(row, "lookup.result");
    for (size_t i = 0; i < ARRAY_LEN(tones); i++) {
        if (bytes_is(result, tones[i].result))
            return tones[i].tone;
    }
    return TONE_PLAIN;
}

static void latency_cell(const struct lookup_cells *row)
{
    const int64_t duration = integer_of(row, "event.duration", -1);
    if (duration >= 0)
        latency_text((uint64_t)duration, row->out);
    else
        buf_add_u8(row->out, '-');
}

/* A record; a long one is cut between two characters. */
static void add_record(const struct lookup_cells *row, const struct value *rdata)
{
    struct buf *const out = row->out;
    const size_t at = out->len;
    field_value_text(rdata, out);
    if (out->len - at <= RECORD_MAX)
        return;
    out->len = at + RECORD_MAX;
    while (out->len > at && (out->data[out->len] & 0xc0U) == 0x80)
        out->len--;
    buf_add_text(out, "...");
}

/* What is left out of a list. */
static void add_rest(const struct lookup_cells *row, size_t all, size_t shown, const char *noun)
{
    if (all > shown)
        buf_add_format(row->out, ", (+%zu more%s)", all - shown, noun);
}

/* One RRset: addresses as they are, other records behind the name of their type. Signatures are
 * long and say nothing here. */
static void add_rrset(const struct lookup_cells *row, uint32_t object)
{
    const struct document *const document = row->document;
    const uint16_t type_field = field_find(document->view, BYTES_LITERAL("rrsets.type"));
    const uint16_t rdata_field = field_find(document->view, BYTES_LITERAL("rrsets.rdata"));
    if (type_field == FIELD_NONE || rdata_field == FIELD_NONE)
        return;
    const struct value *const type = document_first(document, object, type_field);
    if (type == NULL || type->kind != VALUE_TEXT)
        return;
    add_separator(row);
    const bool is_address = bytes_is(type->text, "A") || bytes_is(type->text, "AAAA");
    if (!is_address)
        buf_add(row->out, type->text);
    if (bytes_is(type->text, "RRSIG"))
        return;
    const char *separator = is_address ? "" : " ";
    size_t count = 0;
    for (const struct value *rdata = document_first(document, object, rdata_field); rdata != NULL;
         rdata = document_next(document, rdata)) {
        if (count++ >= RECORDS_MAX)
            continue;
        buf_add_text(row->out, separator);
        add_record(row, rdata);
        separator = ", ";
    }
    add_rest(row, count, RECORDS_MAX, "");
}

static void add_rrsets(const struct lookup_cells *row)
{
    const uint16_t field = field_find(row->document->view, BYTES_LITERAL("rrsets"));
    size_t count = 0;
    for (const struct value *set = field_value(row->document, field, NULL); set != NULL;
         set = field_value(row->document, field, set)) {
        if (set->kind == VALUE_OBJECT && count++ < SETS_MAX)
            add_rrset(row, document_index(row->document, set));
    }
    add_rest(row, count, SETS_MAX, " sets");
}

static void add_count(const struct lookup_cells *row, int64_t count, const char *noun)
{
    if (count <= 0)
        return;
    add_separator(row);
    buf_add_format(row->out, "%lld %s%s", (long long)count, noun, count == 1 ? "" : "s");
}

/* A text field behind a word that says what it is. */
static void add_named(const struct lookup_cells *row, const char *word, const char *name)
{
    const struct bytes text = text_of(row, name);
    if (text.len == 0)
        return;
    add_separator(row);
    buf_add_text(row->out, word);
    buf_add_u8(row->out, ' ');
    buf_add(row->out, text);
}

/* What is not there: the asked type, or the whole answer, which TCP could have brought. */
static void add_absence(const struct lookup_cells *row)
{
    const struct bytes result = text_of(row, "lookup.result");
    if (bytes_is(result, "cname_only") || bytes_is(result, "nodata"))
        add_named(row, "no", "dns.question.type");
    if (first(row, "lookup.tcp_fallback") != NULL) {
        add_separator(row);
        buf_add_text(row->out, is_true(row, "lookup.tcp_fallback") ? "then TCP" : "no TCP");
    }
    add_named(row, "SOA", "dns.soa.name");
}

/* True for results that the answer does not explain, and of which the resolver may not be to
 * blame. */
static bool is_failure(const struct lookup_cells *row)
{
    static const char *const failures[] = {"servfail", "refused", "error", "no_response"};
    const struct bytes result = text_of(row, "lookup.result");
    for (size_t i = 0; i < ARRAY_LEN(failures); i++) {
        if (bytes_is(result, failures[i]))
            return true;
    }
    return false;
}

/* What the resolver got when it asked on: nothing, or a response code that explains a failure. */
static void add_upstream(const struct lookup_cells *row)
{
    const int64_t attempts = integer_of(row, "lookup.upstream.attempts", 0);
    const struct bytes rcode = text_of(row, "lookup.upstream.response_code");
    const bool is_silent = integer_of(row, "lookup.upstream.bytes_in", -1) == 0;
    if (first(row, "lookup.upstream.ip") == NULL || (!is_silent && !is_failure(row)))
        return;
    add_separator(row);
    if (!is_silent)
        buf_add_text(row->out, "upstream ");
    add_first(row, "lookup.upstream.ip");
    if (is_silent)
        buf_add_text(row->out, " silent");
    if (is_silent && attempts == 1)
        buf_add_text(row->out, ", asked once");
    if (is_silent && attempts > 1)
        buf_add_format(row->out, ", asked %lld times", (long long)attempts);
    if (!is_silent && rcode.len > 0) {
        buf_add_text(row->out, ": ");
        buf_add(row->out, rcode);
    }
}

static void add_extended_error(const struct lookup_cells *row)
{
    const int64_t code = integer_of(row, "dns.opt.ede.code", -1);
    if (code < 0)
        return;
    add_separator(row);
    buf_add_format(row->out, "EDE %lld", (long long)code);
    const char *separator = " ";
    static const char *const names[] = {"dns.opt.ede.purpose", "dns.opt.ede.text"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const struct bytes text = text_of(row, names[i]);
        if (text.len == 0)
            continue;
        buf_add_text(row->out, separator);
        buf_add(row->out, text);
        separator = ": ";
    }
}

static void add_search(const struct lookup_cells *row)
{
    if (!is_true(row, "lookup.search.expanded"))
        return;
    add_named(row, "search list for", "lookup.search.original");
}

static void add_drop(const struct lookup_cells *row)
{
    add_named(row, "dropped:", "lookup.drop.reason");
    add_named(row, "by", "lookup.drop.policy");
}

static void answer_cell(const struct lookup_cells *row)
{
    add_rrsets(row);
    add_absence(row);
    add_count(row, integer_of(row, "lookup.retransmits", 0), "retransmit");
    add_upstream(row);
    add_extended_error(row);
    add_search(row);
    add_drop(row);
    if (is_true(row, "lookup.late")) {
        add_separator(row);
        buf_add_text(row->out, "late");
    }
    const uint16_t defects = field_find(row->document->view, BYTES_LITERAL("lookup.defects"));
    if (field_value(row->document, defects, NULL) != NULL) {
        add_separator(row);
        buf_add_text(row->out, "malformed: ");
        field_text(row->document, defects, row->out);
    }
}

void lookup_cell(const struct lookup_cells *row, enum lookup_column column)
{
    static void (*const cells[LOOKUP_COLUMNS])(const struct lookup_cells *) = {
        [LOOKUP_TIME] = time_cell,          [LOOKUP_CLIENT] = client_cell,
        [LOOKUP_SERVER] = server_cell,      [LOOKUP_QUESTION] = question_cell,
        [LOOKUP_RESULT_CELL] = result_cell, [LOOKUP_LATENCY] = latency_cell,
        [LOOKUP_ANSWER] = answer_cell};
    cells[column](row);
}

bool lookup_duration(const struct lookup_cells *row, uint64_t *duration_ns)
{
    const int64_t duration = integer_of(row, "event.duration", -1);
    *duration_ns = duration < 0 ? 0 : (uint64_t)duration;
    return duration >= 0;
}
