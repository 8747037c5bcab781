#include "core/document/build_edns.h"

#include "core/dns/edns.h"
#include "core/dns/mnemonic.h"
#include "core/document/field_list.h"

/* Adds what was appended to `texts` since it had `from` octets, which needs no escape. */
static void add_printed(struct document *document, enum document_field field,
                        const struct buf *texts, size_t from)
{
    if (texts->len > from)
        document_add_name(document, (uint16_t)field,
                          bytes_slice(buf_bytes(texts), from, texts->len - from), true);
}

/* What the client asked for. */
static void add_asked(const struct dns_edns *edns, struct buf *texts, struct document *document)
{
    size_t from = texts->len;
    buf_add_u64(texts, edns->version);
    add_printed(document, DOC_DNS_OPT_VERSION, texts, from);
    document_add_boolean(document, DOC_DNS_OPT_DO, edns->dnssec_ok);
    document_add_integer(document, DOC_DNS_OPT_UDP_SIZE, edns->udp_size);
    struct bytes data;
    from = texts->len;
    bool has_subnet = false;
    if (edns_option_find(edns, EDNS_OPTION_CLIENT_SUBNET, &data))
        has_subnet = edns_client_subnet_print(data, texts) == ST_OK;
    if (has_subnet)
        add_printed(document, DOC_DNS_OPT_SUBNET, texts, from);
    from = texts->len;
    if (edns_option_find(edns, EDNS_OPTION_COOKIE, &data))
        edns_cookie_print(data, texts);
    add_printed(document, DOC_DNS_OPT_COOKIE, texts, from);
}

static void add_extended_errors(const struct dns_edns *edns, struct document *document)
{
    struct cursor options = cursor_of(edns->options);
    struct edns_option option;
    while (edns_option_next(&options, &option) == ST_OK) {
        struct edns_ede ede;
        if (option.code != EDNS_OPTION_EDE || edns_ede_read(option.data, &ede) != ST_OK)
            continue;
        document_add_integer(document, DOC_DNS_OPT_EDE_CODE, ede.info_code);
        const char *const purpose = dns_ede_purpose(ede.info_code);
        if (purpose != NULL)
            document_add_static(document, DOC_DNS_OPT_EDE_PURPOSE, purpose);
        if (ede.extra_text.len != 0)
            document_add_borrowed(document, DOC_DNS_OPT_EDE_TEXT, ede.extra_text);
    }
}

/* What the server said. */
static void add_answered(const struct dns_message *response, struct buf *texts,
                         struct document *document)
{
    size_t from = texts->len;
    if (response->edns.extended_rcode != 0)
        dns_rcode_print(dns_rcode(response), texts);
    add_printed(document, DOC_DNS_OPT_EXT_RCODE, texts, from);
    struct bytes data;
    from = texts->len;
    if (edns_option_find(&response->edns, EDNS_OPTION_NSID, &data))
        edns_nsid_print(data, texts);
    if (texts->len > from) /* It may have quotes. */
        document_add_borrowed(document, DOC_DNS_OPT_NSID,
                              bytes_slice(buf_bytes(texts), from, texts->len - from));
    add_extended_errors(&response->edns, document);
}

void build_edns_add(const struct transaction *transaction, struct buf *texts,
                    struct document *document)
{
    const struct dns_message *const query = transaction->query;
    const struct dns_message *const response = transaction->response;
    if (query != NULL && query->edns.present)
        add_asked(&query->edns, texts, document);
    else if (response != NULL && response->edns.present)
        add_asked(&response->edns, texts, document);
    if (response != NULL && response->edns.present)
        add_answered(response, texts, document);
}
