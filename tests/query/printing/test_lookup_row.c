#include "query/printing/lookup_row.h"

#include <criterion/criterion.h>
#include <string.h>

#include "core/document/field_list.h"
#include "query/printing/latency.h"
#include "tests/query/golden.h"

static struct document document;
static struct buf out;
static struct buf scratch;
static struct table *table;
static struct lookup_style style;

static void start(void)
{
    style = (struct lookup_style){.zone = &TIME_ZONE_UTC};
    cr_assert_eq(document_init(&document, data_view_builtin(), 65536), ST_OK);
    buf_init(&out, 1024 * 1024);
    buf_init(&scratch, 65536);
    const struct table_options options = {.columns = lookup_row_columns,
                                          .column_count = LOOKUP_ROW_COLUMNS};
    cr_assert_eq(table_new(&options, &out, &table), ST_OK);
}

static void stop(void)
{
    table_free(table);
    buf_release(&scratch);
    buf_release(&out);
    document_release(&document);
}

TestSuite(lookup_row, .init = start, .fini = stop);

static void add_ip(uint16_t field, const char *text)
{
    struct ip_address ip;
    cr_assert_eq(ip_parse(bytes_of(text), &ip), ST_OK);
    document_add_ip(&document, field, &ip);
}

/* What every lookup has. 1700000000 s is 2023-11-14T22:13:20Z. */
static void begin(const char *name, const char *type, const char *result)
{
    document_reset(&document);
    document_add_time(&document, DOC_TIMESTAMP, INT64_C(1700000000123456000));
    document_add_static(&document, DOC_DNS_QUESTION_NAME, name);
    document_add_static(&document, DOC_DNS_QUESTION_TYPE, type);
    document_add_static(&document, DOC_DNS_QUESTION_CLASS, "IN");
    document_add_static(&document, DOC_LOOKUP_RESULT, result);
}

static void between(const char *client, const char *server, int64_t port)
{
    add_ip(DOC_SOURCE_IP, client);
    add_ip(DOC_DESTINATION_IP, server);
    document_add_integer(&document, DOC_DESTINATION_PORT, port);
}

static void answered(const char *rcode, int64_t duration_ns)
{
    document_add_static(&document, DOC_DNS_RESPONSE_CODE, rcode);
    document_add_integer(&document, DOC_EVENT_DURATION, duration_ns);
}

static void add_rrset(const char *type, const char *first, const char *second)
{
    const uint32_t outer = document_begin_object(&document, DOC_RRSETS);
    document_add_static(&document, DOC_RRSETS_RDATA, first);
    if (second != NULL)
        document_add_static(&document, DOC_RRSETS_RDATA, second);
    document_add_static(&document, DOC_RRSETS_TYPE, type);
    document_end_object(&document, outer);
}

static void end(void)
{
    lookup_row_add(&document, &style, table, &scratch);
}

static void add_answers(void)
{
    begin("www.shop.example", "A", "answer");
    between("10.1.2.3", "10.0.0.53", 53);
    answered("NOERROR", 1234567);
    add_rrset("CNAME", "edge.cdn.example", NULL);
    add_rrset("A", "192.0.2.1", "192.0.2.2");
    end();

    begin("shop.example", "MX", "answer");
    between("2001:db8::1", "2001:db8::53", 53);
    answered("NOERROR", 230000);
    add_rrset("MX", "10 mail.shop.example", "20 mx.other.example");
    add_rrset("RRSIG", "MX 13 2 300 20240101000000 20231201000000 1 shop.example c2ln", NULL);
    end();

    begin("version.bind", "TXT", "answer");
    document_reset(&document);
    document_add_time(&document, DOC_EVENT_START, INT64_C(1699999999999999999));
    document_add_static(&document, DOC_DNS_QUESTION_NAME, "version.bind");
    document_add_static(&document, DOC_DNS_QUESTION_TYPE, "TXT");
    document_add_static(&document, DOC_DNS_QUESTION_CLASS, "CH");
    document_add_static(&document, DOC_LOOKUP_RESULT, "answer");
    document_add_static(&document, DOC_NETWORK_TRANSPORT, "tcp");
    between("fe80::1", "fe80::53", 5353);
    answered("NOERROR", INT64_C(5000000000));
    add_rrset("TXT", "\"9.\x1b[31m18\"", NULL);
    end();
}

/* What the resolver's own query got. */
static void add_upstream(int64_t attempts, int64_t bytes_in, const char *rcode)
{
    add_ip(DOC_LOOKUP_UPSTREAM_IP, "10.0.0.66");
    document_add_integer(&document, DOC_LOOKUP_UPSTREAM_ATTEMPTS, attempts);
    document_add_integer(&document, DOC_LOOKUP_UPSTREAM_BYTES_IN, bytes_in);
    if (rcode != NULL)
        document_add_static(&document, DOC_LOOKUP_UPSTREAM_RESPONSE_CODE, rcode);
}

static void add_failures(void)
{
    begin("api.shop.example", "A", "cname_only");
    between("10.1.2.3", "10.0.0.53", 53);
    answered("NOERROR", 4100000);
    add_rrset("CNAME", "v6only.shop.example", NULL);
    document_add_static(&document, DOC_DNS_SOA_NAME, "shop.example");
    end();

    begin("crm.corp.example", "AAAA", "no_response");
    between("10.1.2.3", "10.0.0.53", 53);
    document_add_integer(&document, DOC_LOOKUP_RETRANSMITS, 2);
    end();

    begin("wiki.corp.example", "A", "no_response");
    between("10.1.2.3", "10.0.0.53", 53);
    add_upstream(1, 0, NULL);
    end();

    begin("gone.example.svc.cluster.local", "A", "nxdomain");
    between("10.1.2.3", "10.0.0.53", 53);
    answered("NXDOMAIN", 999600000);
    document_add_static(&document, DOC_DNS_SOA_NAME, "cluster.local");
    document_add_boolean(&document, DOC_LOOKUP_SEARCH_EXPANDED, true);
    document_add_static(&document, DOC_LOOKUP_SEARCH_ORIGINAL, "gone.example");
    end();

    begin("www.broken.example", "A", "servfail");
    between("10.1.2.3", "10.0.0.53", 53);
    answered("SERVFAIL", 250000000);
    document_add_integer(&document, DOC_DNS_OPT_EDE_CODE, 22);
    document_add_static(&document, DOC_DNS_OPT_EDE_PURPOSE, "No Reachable Authority");
    document_add_static(&document, DOC_DNS_OPT_EDE_TEXT, "at delegation broken.example");
    end();

    begin("crm.corp.example", "A", "servfail");
    between("10.1.2.3", "10.0.0.53", 53);
    answered("SERVFAIL", 2260000000);
    add_upstream(4, 0, NULL);
    end();

    begin("bogus.example", "A", "servfail");
    between("10.1.2.3", "10.0.0.53", 53);
    answered("SERVFAIL", 1500000);
    add_upstream(2, 77, "SERVFAIL");
    end();

    begin("large.shop.example", "TXT", "truncated");
    between("10.1.2.3", "10.0.0.53", 53);
    answered("NOERROR", 1500000);
    document_add_boolean(&document, DOC_LOOKUP_TCP_FALLBACK, false);
    end();

    begin("huge.shop.example", "TXT", "truncated");
    between("10.1.2.3", "10.0.0.53", 53);
    answered("NOERROR", 1500000);
    document_add_boolean(&document, DOC_LOOKUP_TCP_FALLBACK, true);
    end();

    begin("shop.example", "SOA", "error");
    between("10.1.2.3", "10.0.0.53", 53);
    answered("NOTAUTH", 12345678);
    end();
}

Test(lookup_row, answers)
{
    add_answers();
    cr_assert_eq(table_finish(table), ST_OK);
    expect_golden("query/answers.txt", buf_bytes(&out));
}

Test(lookup_row, failures)
{
    add_failures();
    cr_assert_eq(table_finish(table), ST_OK);
    expect_golden("query/failures.txt", buf_bytes(&out));
}

Test(lookup_row, kubernetes_names_stand_for_addresses)
{
    begin("www.shop.example", "A", "denied");
    between("10.1.2.3", "10.0.0.10", 53);
    document_add_static(&document, DOC_LOOKUP_DROP_POLICY, "shop/default-deny");
    document_add_static(&document, DOC_LOOKUP_DROP_REASON, "NETFILTER_DROP");
    document_add_static(&document, DOC_SERVER_KUBERNETES_NAMESPACE, "kube-system");
    document_add_static(&document, DOC_SERVER_KUBERNETES_POD_NAME, "coredns-5d78c9869d-abcde");
    document_add_static(&document, DOC_KUBERNETES_NAMESPACE, "shop");
    document_add_static(&document, DOC_KUBERNETES_POD_NAME, "frontend-7f9c-xyz12");
    end();
    cr_assert_eq(table_finish(table), ST_OK);
    expect_golden("query/kubernetes.txt", buf_bytes(&out));
}

Test(lookup_row, an_upstream_that_did_its_work_is_not_mentioned)
{
    begin("gone.example", "A", "nxdomain");
    answered("NXDOMAIN", 1500000);
    add_upstream(1, 90, "NXDOMAIN");
    end();
    cr_assert_eq(table_finish(table), ST_OK);
    cr_expect_null(strstr(buf_text(&out), "10.0.0.66"));
}

Test(lookup_row, of_many_records_the_first_are_shown)
{
    begin("many.example", "A", "answer");
    const uint32_t outer = document_begin_object(&document, DOC_RRSETS);
    for (int i = 0; i < 45; i++)
        document_add_static(&document, DOC_RRSETS_RDATA, "192.0.2.1");
    document_add_static(&document, DOC_RRSETS_TYPE, "A");
    document_end_object(&document, outer);
    end();
    cr_assert_eq(table_finish(table), ST_OK);
    cr_expect_not_null(strstr(buf_text(&out), " 192.0.2.1, (+37 more)\n"), "%s", buf_text(&out));
}

Test(lookup_row, of_many_sets_the_first_are_shown)
{
    begin("many.example", "ANY", "answer");
    for (int i = 0; i < 14; i++)
        add_rrset("MX", "10 mx.example", NULL);
    end();
    cr_assert_eq(table_finish(table), ST_OK);
    cr_expect_not_null(strstr(buf_text(&out), "10 mx.example, (+2 more sets)\n"));
}

Test(lookup_row, long_data_is_cut_between_characters)
{
    char text[202] = "x";
    for (size_t i = 1; i + 1 < sizeof text; i += 2)
        memcpy(text + i, "\xc3\xa4", 2);
    begin("long.example", "TXT", "answer");
    add_rrset("TXT", text, "short");
    end();
    cr_assert_eq(table_finish(table), ST_OK);
    cr_expect_not_null(strstr(buf_text(&out), "\xc3\xa4..., short\n"), "%s", buf_text(&out));
    cr_expect_null(strstr(buf_text(&out), "\\195"));
}

Test(lookup_row, latencies_have_three_digits_or_so)
{
    const struct {
        uint64_t ns;
        const char *text;
    } cases[] = {
        {0, "0.00 ms"},        {230000, "0.23 ms"},    {1234567, "1.2 ms"},
        {99900000, "99.9 ms"}, {100000000, "100 ms"},  {999499999, "999 ms"},
        {999500000, "1.00 s"}, {5000000000, "5.00 s"}, {123456789012, "123 s"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buf_reset(&scratch);
        latency_text(cases[i].ns, &scratch);
        cr_expect_str_eq(buf_text(&scratch), cases[i].text);
    }
}

Test(lookup_row, the_clock_is_that_of_the_time_zone)
{
    static const struct time_zone india = {.first_offset_s = 19800};
    style.zone = &india;
    begin("www.shop.example", "A", "answer");
    end();
    cr_assert_eq(table_finish(table), ST_OK);
    cr_expect_not_null(strstr(buf_text(&out), "2023-11-15 03:43:20.123"));
}

Test(lookup_row, a_narrow_terminal_has_short_times)
{
    style.is_narrow = true;
    begin("www.shop.example", "A", "answer");
    end();
    cr_assert_eq(table_finish(table), ST_OK);
    cr_expect_not_null(strstr(buf_text(&out), "\n11-14 22:13:20  "));
}
