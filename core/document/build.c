#include "core/document/build.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/dns/defect.h"
#include "core/dns/mnemonic.h"
#include "core/document/build_edns.h"
#include "core/document/build_network.h"
#include "core/document/build_records.h"
#include "core/document/domain.h"
#include "core/document/field_list.h"
#include "core/document/identity.h"
#include "core/document/result.h"
#include "core/document/scope.h"
#include "core/document/section.h"

/* Octets of all texts of one document: the longest message with every octet escaped, its names
 * decompressed. */
#define TEXTS_MAX ((size_t)4 * 1024 * 1024)

#define ECS_VERSION "9.0.0"

/* Fields that say where a document was made. */
#define ORIGIN_MAX 16

/* Flags that have a field. */
#define FLAGS_SHOWN \
    (DNS_FLAG_AA | DNS_FLAG_TC | DNS_FLAG_RD | DNS_FLAG_RA | DNS_FLAG_AD | DNS_FLAG_CD)

struct document_builder {
    struct build_options options;
    struct value origin_values[ORIGIN_MAX];
    struct document_run origin;
    struct domain_list *domains;
    struct buf texts; /* all its memory is taken at the start: texts do not move */
    struct section answer;
    struct section other;
};

/* What the parts of the building hand on. */
struct building {
    const struct transaction *transaction;
    const struct dns_message *asked; /* the message with the question */
    const struct dns_message *shown; /* the response, or the query if none came */
    struct bytes qname;              /* lower case */
    bool is_qname_plain;             /* see struct value */
    uint64_t qname_hash;             /* see domain_hash */
    uint32_t defects;
    enum lookup_result result;
};

/* --- Where it was made ------------------------------------------------------------------------ */

static void add_origin(struct document_builder *builder, enum document_field field,
                       const char *text)
{
    struct document_run *const origin = &builder->origin;
    if (text == NULL)
        return;
    assert(origin->count < ORIGIN_MAX);
    const struct bytes octets = bytes_of(text);
    builder->origin_values[origin->count++] = (struct value){
        .field = (uint16_t)field, .is_fixed = true, .kind = VALUE_TEXT, .text = octets};
    origin->text_len += octets.len;
}

/* What the program and its configuration say is the same in all documents. */
static void prepare_origin(struct document_builder *builder)
{
    const struct build_options *const options = &builder->options;
    builder->origin.values = builder->origin_values;
    add_origin(builder, DOC_EVENT_DATASET, "dnsight.lookup");
    add_origin(builder, DOC_DATA_STREAM_TYPE, "logs");
    add_origin(builder, DOC_DATA_STREAM_DATASET, "dnsight.lookup");
    add_origin(builder, DOC_DATA_STREAM_NAMESPACE,
               options->namespace == NULL ? "default" : options->namespace);
    add_origin(builder, DOC_ECS_VERSION, ECS_VERSION);
    add_origin(builder, DOC_AGENT_TYPE, "dnsightd");
    add_origin(builder, DOC_AGENT_VERSION, DNSIGHT_VERSION);
    add_origin(builder, DOC_OBSERVER_PRODUCT, "Dnsight");
    add_origin(builder, DOC_OBSERVER_VERSION, DNSIGHT_VERSION);
    add_origin(builder, DOC_LOOKUP_CAPTURE_SOURCE,
               options->source == NULL ? "libpcap" : options->source);
    add_origin(builder, DOC_AGENT_ID, options->agent_id);
    add_origin(builder, DOC_AGENT_NAME, options->host_name);
    add_origin(builder, DOC_HOST_NAME, options->host_name);
    add_origin(builder, DOC_OBSERVER_HOSTNAME, options->host_name);
    add_origin(builder, DOC_OBSERVER_INGRESS_INTERFACE_NAME, options->interface_name);
    add_origin(builder, DOC_ORCHESTRATOR_CLUSTER_NAME, options->cluster_name);
}

enum status document_builder_new(const struct build_options *options,
                                 struct document_builder **builder)
{
    struct document_builder *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return ST_NO_MEMORY;
    made->options = *options;
    prepare_origin(made);
    buf_init(&made->texts, TEXTS_MAX);
    if (buf_space(&made->texts, TEXTS_MAX) == NULL || domain_list_new(&made->domains) != ST_OK) {
        document_builder_free(made);
        return ST_NO_MEMORY;
    }
    *builder = made;
    return ST_OK;
}

void document_builder_free(struct document_builder *builder)
{
    if (builder == NULL)
        return;
    domain_list_free(builder->domains);
    buf_release(&builder->texts);
    free(builder);
}

static struct bytes text_since(const struct document_builder *builder, size_t from)
{
    return bytes_slice(buf_bytes(&builder->texts), from, builder->texts.len - from);
}

/* --- The parts of a document ------------------------------------------------------------------ */

#define FIXED_TEXT(name, literal)                                                             \
    {                                                                                         \
        .field = DOC_##name, .is_fixed = true, .kind = VALUE_TEXT, .text = BYTES_ROW(literal) \
    }

static void build_event(const struct building *building, struct document *document)
{
    static const struct value VALUES[] = {
        {.field = DOC_TIMESTAMP, .kind = VALUE_TIME},
        {.field = DOC_EVENT_START, .kind = VALUE_TIME},
        FIXED_TEXT(EVENT_KIND, "event"),
        FIXED_TEXT(EVENT_CATEGORY, "network"),
    };
    static const struct document_run EVENT = {
        .values = VALUES, .count = ARRAY_LEN(VALUES), .text_len = sizeof "eventnetwork" - 1};
    const struct transaction *const transaction = building->transaction;
    const int64_t start_ns = transaction->delivery.time_ns;
    struct value *const values = document_add_run(document, &EVENT, 0);
    if (values == NULL)
        return;
    values[0].integer = start_ns - start_ns % 1000;
    values[1].integer = start_ns;
    if (transaction->end == TRANSACTION_ANSWERED) {
        document_add_time(document, DOC_EVENT_END, transaction->end_ns);
        document_add_integer(document, DOC_EVENT_DURATION, transaction->end_ns - start_ns);
    }
    if (building->result == RESULT_DENIED) {
        document_add_static(document, DOC_EVENT_TYPE, "denied");
    } else {
        document_add_static(document, DOC_EVENT_TYPE, "protocol");
        document_add_static(document, DOC_EVENT_TYPE, "connection");
    }
    document_add_static_bytes(document, DOC_EVENT_ACTION,
                              lookup_action(building->transaction, building->result));
    document_add_static_bytes(document, DOC_EVENT_OUTCOME,
                              lookup_outcome(building->transaction, building->result));
}

/* A query says something with RD and CD; AD there only asks for AD (RFC 6840, 5.7). */
static void build_answer_flags(uint16_t flags, struct document *document)
{
#define FLAG(name)                                                             \
    {                                                                          \
        .field = DOC_DNS_FLAGS_##name, .is_fixed = true, .kind = VALUE_BOOLEAN \
    }
    static const struct value VALUES[] = {
        FLAG(AUTHORITATIVE),       FLAG(TRUNCATED_RESPONSE), FLAG(RECURSION_DESIRED),
        FLAG(RECURSION_AVAILABLE), FLAG(AUTHENTIC_DATA),     FLAG(CHECKING_DISABLED),
    };
#undef FLAG
    static const struct document_run RUN = {.values = VALUES, .count = ARRAY_LEN(VALUES)};
    static const uint16_t BITS[ARRAY_LEN(VALUES)] = {DNS_FLAG_AA, DNS_FLAG_TC, DNS_FLAG_RD,
                                                     DNS_FLAG_RA, DNS_FLAG_AD, DNS_FLAG_CD};
    struct value *const values = document_add_run(document, &RUN, flags & FLAGS_SHOWN);
    for (size_t i = 0; values != NULL && i < ARRAY_LEN(BITS); i++)
        values[i].boolean = (flags & BITS[i]) != 0;
}

static void build_flags(const struct building *building, struct document *document)
{
    static const struct {
        struct bytes name;
        uint16_t bit;
    } FLAGS[] = {
        {BYTES_ROW("AA"), DNS_FLAG_AA}, {BYTES_ROW("TC"), DNS_FLAG_TC},
        {BYTES_ROW("RD"), DNS_FLAG_RD}, {BYTES_ROW("RA"), DNS_FLAG_RA},
        {BYTES_ROW("AD"), DNS_FLAG_AD}, {BYTES_ROW("CD"), DNS_FLAG_CD},
    };
    const uint16_t flags = building->shown->header.flags;
    if (building->transaction->response != NULL) {
        build_answer_flags(flags, document);
    } else {
        document_add_boolean(document, DOC_DNS_FLAGS_RECURSION_DESIRED, (flags & DNS_FLAG_RD) != 0);
        document_add_boolean(document, DOC_DNS_FLAGS_CHECKING_DISABLED, (flags & DNS_FLAG_CD) != 0);
    }
    for (size_t i = 0; i < ARRAY_LEN(FLAGS); i++) {
        if ((flags & FLAGS[i].bit) != 0)
            document_add_static_bytes(document, DOC_DNS_HEADER_FLAGS, FLAGS[i].name);
    }
    if (building->shown->edns.dnssec_ok)
        document_add_static(document, DOC_DNS_HEADER_FLAGS, "DO");
}

static void add_printed(struct document_builder *builder, struct document *document,
                        enum document_field field, size_t from)
{
    document_add_borrowed(document, (uint16_t)field, text_since(builder, from));
}

/* Adds a mnemonic; false if there is none. */
static bool add_mnemonic(struct document *document, enum document_field field, struct bytes name)
{
    if (name.len == 0)
        return false;
    document_add_static_bytes(document, (uint16_t)field, name);
    return true;
}

static void add_rcode(struct document_builder *builder, struct document *document,
                      enum document_field field, unsigned rcode)
{
    const size_t from = builder->texts.len;
    if (add_mnemonic(document, field, dns_rcode_text(rcode)))
        return;
    dns_rcode_print(rcode, &builder->texts);
    add_printed(builder, document, field, from);
}

static void add_opcode(struct document_builder *builder, struct document *document, unsigned opcode)
{
    const size_t from = builder->texts.len;
    if (add_mnemonic(document, DOC_DNS_OP_CODE, dns_opcode_text(opcode)))
        return;
    dns_opcode_print(opcode, &builder->texts);
    add_printed(builder, document, DOC_DNS_OP_CODE, from);
}

static void build_header(struct document_builder *builder, const struct building *building,
                         struct document *document)
{
    static const uint16_t COUNTS[DNS_SECTION_COUNT] = {
        [DNS_ANSWER] = DOC_DNS_ANSWERS_COUNT,
        [DNS_AUTHORITY] = DOC_DNS_AUTHORITIES_COUNT,
        [DNS_ADDITIONAL] = DOC_DNS_ADDITIONALS_COUNT,
    };
    const struct dns_message *const response = building->transaction->response;
    const size_t from = builder->texts.len;
    document_add_static_bytes(document, DOC_DNS_TYPE,
                              response == NULL ? BYTES_LITERAL("query") : BYTES_LITERAL("answer"));
    buf_add_u64(&builder->texts, building->asked->header.id);
    document_add_name(document, DOC_DNS_ID, text_since(builder, from), true);
    add_opcode(builder, document, dns_opcode(building->asked));
    build_flags(building, document);
    if (response == NULL)
        return;
    add_rcode(builder, document, DOC_DNS_RESPONSE_CODE, dns_rcode(response));
    for (size_t i = 0; i < DNS_SECTION_COUNT; i++)
        document_add_count(document, COUNTS[i],
                           (uint64_t)(response->record_count[i] - response->opt_count[i]));
}

/* Adds the question's name, or a part of it. */
static void add_qname(const struct building *building, struct document *document,
                      enum document_field field, struct bytes part)
{
    document_add_name(document, (uint16_t)field, part, building->is_qname_plain);
}

static void build_question(struct document_builder *builder, const struct building *building,
                           struct document *document)
{
    if (building->asked->question_count == 0)
        return;
    const struct dns_question *const question = &building->asked->question;
    add_qname(building, document, DOC_DNS_QUESTION_NAME, building->qname);
    add_qname(building, document, DOC_RELATED_HOSTS, building->qname);
    size_t from = builder->texts.len;
    if (!add_mnemonic(document, DOC_DNS_QUESTION_TYPE, dns_type_text(question->type))) {
        dns_type_print(question->type, &builder->texts);
        add_printed(builder, document, DOC_DNS_QUESTION_TYPE, from);
    }
    from = builder->texts.len;
    const uint16_t class = question->class & building->asked->class_mask;
    if (!add_mnemonic(document, DOC_DNS_QUESTION_CLASS, dns_class_text(class))) {
        dns_class_print(class, &builder->texts);
        add_printed(builder, document, DOC_DNS_QUESTION_CLASS, from);
    }
}

/* The name without the octets that follow its first `labels` labels, or what follows them. */
static size_t labels_len(struct bytes name, unsigned labels)
{
    size_t at = 0;
    while (at < name.len) {
        if (name.data[at] == '\\')
            at++;
        else if (name.data[at] == '.' && --labels == 0)
            return at;
        at++;
    }
    return name.len;
}

static void build_search(const struct building *building, struct document *document)
{
    const struct transaction_search *const search = &building->transaction->search;
    if (!search->is_known)
        return;
    const size_t wanted = labels_len(building->qname, search->name_labels);
    document_add_boolean(document, DOC_LOOKUP_SEARCH_EXPANDED, search->is_expanded);
    add_qname(building, document, DOC_LOOKUP_SEARCH_ORIGINAL,
              bytes_slice(building->qname, 0, wanted));
    document_add_count(document, DOC_LOOKUP_SEARCH_STEP, search->step);
    if (search->is_expanded)
        add_qname(building, document, DOC_LOOKUP_SEARCH_SUFFIX,
                  bytes_slice(building->qname, wanted + 1, building->qname.len));
}

static void build_domain(struct document_builder *builder, const struct building *building,
                         struct document *document)
{
    if (building->asked->question_count == 0)
        return;
    const struct bytes name = building->qname;
    const struct domain_parts parts = domain_parts_of(builder->domains, name, building->qname_hash);
    if (parts.public_suffix_len != 0)
        add_qname(building, document, DOC_DNS_QUESTION_TOP_LEVEL_DOMAIN,
                  bytes_slice(name, name.len - parts.public_suffix_len, name.len));
    if (parts.registered_len != 0)
        add_qname(building, document, DOC_DNS_QUESTION_REGISTERED_DOMAIN,
                  bytes_slice(name, name.len - parts.registered_len, name.len));
    if (parts.registered_len != 0 && name.len > (size_t)parts.registered_len + 1)
        add_qname(building, document, DOC_DNS_QUESTION_SUBDOMAIN,
                  bytes_slice(name, 0, name.len - parts.registered_len - 1));
    const struct scope_input input = {
        .name = name,
        .labels = building->asked->question.name.labels,
        .is_public = parts.is_public,
        .is_expanded = building->transaction->search.is_expanded,
        .internal_domains = builder->options.internal_domains,
        .internal_domain_count = builder->options.internal_domain_count,
    };
    document_add_static_bytes(document, DOC_LOOKUP_SCOPE, scope_name(&input));
}

static void build_lookup(const struct building *building, struct document *document)
{
    static const struct bytes LEGS[] = {
        [LEG_CLIENT_SERVER] = BYTES_ROW("client_server"),
        [LEG_SERVER_UPSTREAM] = BYTES_ROW("server_upstream"),
        [LEG_HOST] = BYTES_ROW("host"),
        [LEG_OTHER] = BYTES_ROW("other"),
    };
    const struct transaction *const transaction = building->transaction;
    const bool is_unpaired = transaction->end == TRANSACTION_UNPAIRED;
    document_add_static_bytes(document, DOC_LOOKUP_LEG, LEGS[transaction->leg]);
    if (transaction->query_count > 0 && !is_unpaired)
        document_add_count(document, DOC_LOOKUP_RETRANSMITS, transaction->query_count - 1);
    if (transaction->response_count > 1)
        document_add_count(document, DOC_LOOKUP_RESPONSES, transaction->response_count);
    if (transaction->is_conflicting)
        document_add_boolean(document, DOC_LOOKUP_CONFLICTING, true);
    if (transaction->is_late)
        document_add_boolean(document, DOC_LOOKUP_LATE, true);
    if (transaction->fallback != FALLBACK_NOT_ASKED)
        document_add_boolean(document, DOC_LOOKUP_TCP_FALLBACK,
                             transaction->fallback == FALLBACK_SEEN);
    if (transaction->icmp.reason != NULL) {
        document_add_ip(document, DOC_LOOKUP_ICMP_IP, &transaction->icmp.reporter);
        document_add_static(document, DOC_LOOKUP_ICMP_REASON, transaction->icmp.reason);
    }
    for (uint32_t left = building->defects; left != 0; left &= left - 1)
        document_add_static(document, DOC_LOOKUP_DEFECTS, defect_name(LOWEST_BIT(left)));
}

static void build_upstream(struct document_builder *builder, const struct building *building,
                           struct document *document)
{
    const struct transaction_upstream *const upstream = &building->transaction->upstream;
    if (upstream->attempts == 0)
        return;
    document_add_count(document, DOC_LOOKUP_UPSTREAM_ATTEMPTS, upstream->attempts);
    document_add_ip(document, DOC_LOOKUP_UPSTREAM_IP, &upstream->ip);
    document_add_integer(document, DOC_LOOKUP_UPSTREAM_BYTES_IN, (int64_t)upstream->bytes_in);
    if (!upstream->has_response)
        return;
    document_add_integer(document, DOC_LOOKUP_UPSTREAM_DURATION, upstream->duration_ns);
    add_rcode(builder, document, DOC_LOOKUP_UPSTREAM_RESPONSE_CODE, upstream->rcode);
}

/* What is looked for in every document that is stored stands at its front. */
static void build_head(struct document_builder *builder, const struct building *building,
                       struct document *document)
{
    const struct transaction *const transaction = building->transaction;
    const char *const host = builder->options.host_name;
    const size_t from = builder->texts.len;
    identity_print(transaction, host == NULL ? (struct bytes){0} : bytes_of(host), &builder->texts);
    document_add_name(document, DOC_EVENT_ID, text_since(builder, from), true);
    /* It is not known how a query ends whose response is not looked for. */
    if (transaction->end != TRANSACTION_UNPAIRED || transaction->response != NULL)
        document_add_static_bytes(document, DOC_LOOKUP_RESULT,
                                  lookup_result_text(building->result));
}

static void read_section(struct document_builder *builder, struct building *building,
                         enum dns_section which, struct section *section)
{
    const struct section_input input = {
        .message = building->transaction->response,
        .which = which,
        .qname = {building->qname, building->is_qname_plain},
        .texts = &builder->texts,
        .defects = &building->defects,
    };
    section_read(section, &input);
}

static void build_sections(struct document_builder *builder, struct building *building,
                           struct document *document)
{
    const struct dns_message *const response = building->transaction->response;
    if (response == NULL)
        return;
    build_records_answer(&builder->answer, document);
    if (building->result == RESULT_NODATA || building->result == RESULT_NXDOMAIN)
        build_records_soa(response, &builder->texts, document);
    if (!builder->options.all_sections)
        return;
    static const enum document_field FIELDS[] = {DOC_DNS_AUTHORITIES, DOC_DNS_ADDITIONALS};
    for (size_t i = 0; i < ARRAY_LEN(FIELDS); i++) {
        read_section(builder, building, i == 0 ? DNS_AUTHORITY : DNS_ADDITIONAL, &builder->other);
        build_records_objects(&builder->other, FIELDS[i], document);
    }
}

void document_build(struct document_builder *builder, const struct transaction *transaction,
                    struct document *document)
{
    struct building building = {.transaction = transaction,
                                .asked = transaction_asked(transaction)};
    assert(building.asked != NULL);
    building.shown = transaction->response != NULL ? transaction->response : building.asked;
    document_reset(document);
    buf_reset(&builder->texts);
    if (transaction->query != NULL)
        building.defects |= transaction->query->defects;
    building.is_qname_plain = dns_name_print_lower(&building.asked->question.name, &builder->texts);
    building.qname = text_since(builder, 0);
    building.qname_hash = domain_hash(builder->domains, building.qname);
    builder->answer.record_count = 0;
    if (transaction->response != NULL) {
        building.defects |= transaction->response->defects;
        read_section(builder, &building, DNS_ANSWER, &builder->answer);
    }
    building.result = lookup_result_of(transaction, &builder->answer, building.qname);
    build_head(builder, &building, document);
    build_event(&building, document);
    if (building.shown->octets.len >= DNS_HEADER_LEN)
        build_header(builder, &building, document);
    build_question(builder, &building, document);
    build_edns_add(transaction, &builder->texts, document);
    build_sections(builder, &building, document);
    build_lookup(&building, document);
    build_search(&building, document);
    build_domain(builder, &building, document);
    build_upstream(builder, &building, document);
    build_network_add(transaction, &builder->texts, document);
    (void)document_add_run(document, &builder->origin, 0);
}
