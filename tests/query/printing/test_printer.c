#include "query/printing/printer.h"

#include <criterion/criterion.h>

#include "core/document/field_list.h"
#include "query/gathering/groups.h"
#include "query/printing/groups_printer.h"

#define JSON "{\"a\":1}"

static struct document document;
static struct buf out;

static void start(void)
{
    cr_assert_eq(document_init(&document, data_view_builtin(), 65536), ST_OK);
    buf_init(&out, 1024 * 1024);
    document_add_time(&document, DOC_TIMESTAMP, INT64_C(1700000000123000000));
    document_add_static(&document, DOC_DNS_QUESTION_NAME, "a,\"b\".example");
    document_add_integer(&document, DOC_EVENT_DURATION, 1234567);
    document_add_boolean(&document, DOC_LOOKUP_LATE, true);
    for (int i = 0; i < 2; i++) {
        const uint32_t outer = document_begin_object(&document, DOC_RRSETS);
        document_add_static(&document, DOC_RRSETS_TYPE, i == 0 ? "CNAME" : "A");
        document_end_object(&document, outer);
    }
}

static void stop(void)
{
    buf_release(&out);
    document_release(&document);
}

TestSuite(printer, .init = start, .fini = stop);

/* Prints the document `count` times. */
static const char *print(enum printer_format format, const char *fields, int count)
{
    static struct field_names names;
    names.count = 0;
    if (fields[0] != '\0')
        cr_assert_eq(field_names_split(bytes_of(fields), &names, NULL), ST_OK);
    const struct printer_options options = {
        .format = format, .fields = &names, .zone = &TIME_ZONE_UTC, .zone_name = "UTC"};
    struct printer *printer = NULL;
    cr_assert_eq(printer_new(&options, &out, &printer), ST_OK);
    for (int i = 0; i < count; i++)
        cr_assert_eq(printer_add(printer, &document, BYTES_LITERAL(JSON)), ST_OK);
    cr_assert_eq(printer_finish(printer), ST_OK);
    printer_free(printer);
    return buf_text(&out);
}

Test(printer, ndjson_is_what_was_stored)
{
    cr_expect_str_eq(print(PRINT_NDJSON, "", 2), JSON "\n" JSON "\n");
}

Test(printer, json_cannot_steer_a_terminal)
{
    const struct field_names none = {.count = 0};
    const struct printer_options options = {.format = PRINT_NDJSON, .fields = &none, .width = 80};
    struct printer *printer = NULL;
    cr_assert_eq(printer_new(&options, &out, &printer), ST_OK);
    cr_assert_eq(printer_add(printer, &document, BYTES_LITERAL("{\"a\":\"\xc2\x9b\x7f\"}")), ST_OK);
    cr_assert_eq(printer_finish(printer), ST_OK);
    printer_free(printer);
    cr_expect_str_eq(buf_text(&out), "{\"a\":\"\\u009b\\u007f\"}\n");
}

Test(printer, json_is_one_array)
{
    cr_expect_str_eq(print(PRINT_JSON, "", 2), "[\n" JSON ",\n" JSON "\n]\n");
}

Test(printer, an_empty_array_is_json_too)
{
    cr_expect_str_eq(print(PRINT_JSON, "", 0), "[]\n");
}

Test(printer, named_fields_become_a_flat_object)
{
    cr_expect_str_eq(
        print(PRINT_NDJSON,
              "@timestamp,dns.question.name,event.duration,lookup.late,rrsets.type,dns.id", 1),
        "{\"@timestamp\":\"2023-11-14T22:13:20.123Z\",\"dns.question.name\":\"a,\\\"b\\\"."
        "example\","
        "\"event.duration\":1234567,\"lookup.late\":true,\"rrsets.type\":[\"CNAME\",\"A\"]}\n");
}

Test(printer, csv_has_a_heading_and_quotes)
{
    cr_expect_str_eq(print(PRINT_CSV, "dns.question.name,rrsets.type,dns.id", 1),
                     "dns.question.name,rrsets.type,dns.id\r\n"
                     "\"a,\"\"b\"\".example\",\"CNAME, A\",\r\n");
}

Test(printer, csv_without_lookups_is_its_heading)
{
    cr_expect_str_eq(print(PRINT_CSV, "dns.id", 0), "dns.id\r\n");
}

Test(printer, a_table_of_named_fields_has_their_names_as_headings)
{
    cr_expect_str_eq(print(PRINT_TABLE, "rrsets.type,event.duration", 1),
                     "rrsets.type  event.duration\n"
                     "CNAME, A     1234567\n");
}

Test(printer, the_clock_of_the_table_is_named)
{
    const char *const text = print(PRINT_TABLE, "", 1);
    cr_expect_eq(strncmp(text, "TIME (UTC)  ", 12), 0, "%s", text);
    cr_expect_not_null(strstr(text, "\n2023-11-14 22:13:20.123  "));
}

/* The document twice in its groups by rrsets.type, one of them without latency. */
static const char *print_groups(enum printer_format format)
{
    static struct field_names names;
    cr_assert_eq(field_names_split(BYTES_LITERAL("rrsets.type,dns.id"), &names, NULL), ST_OK);
    static const struct group_filter all;
    struct groups *groups = NULL;
    const struct group *sorted = NULL;
    cr_assert_eq(groups_new(&names, &all, &groups), ST_OK);
    cr_assert_eq(groups_add(groups, &document), ST_OK);
    document_reset(&document);
    document_add_static(&document, DOC_DNS_ID, "7");
    cr_assert_eq(groups_add(groups, &document), ST_OK);
    size_t count = 0;
    cr_assert_eq(groups_sort(groups, &sorted, &count), ST_OK);
    const struct printer_options options = {.format = format, .fields = &names};
    cr_assert_eq(groups_print(sorted, count, 2, &options, &out), ST_OK);
    groups_free(groups);
    return buf_text(&out);
}

Test(printer, groups_as_table)
{
    cr_expect_str_eq(print_groups(PRINT_TABLE),
                     "COUNT  SHARE     P50     P95     P99  rrsets.type  dns.id\n"
                     "    1  50.0%  1.2 ms  1.2 ms  1.2 ms  A            -\n"
                     "    1  50.0%  1.2 ms  1.2 ms  1.2 ms  CNAME        -\n"
                     "    1  50.0%       -       -       -  -            7\n");
}

Test(printer, groups_as_csv)
{
    cr_expect_str_eq(print_groups(PRINT_CSV), "count,share,p50,p95,p99,rrsets.type,dns.id\r\n"
                                              "1,0.500000,1234567,1234567,1234567,A,\r\n"
                                              "1,0.500000,1234567,1234567,1234567,CNAME,\r\n"
                                              "1,0.500000,,,,,7\r\n");
}

Test(printer, groups_as_ndjson)
{
    cr_expect_str_eq(print_groups(PRINT_NDJSON),
                     "{\"count\":1,\"share\":0.5,\"p50\":1234567,\"p95\":1234567,\"p99\":1234567,"
                     "\"by\":{\"rrsets.type\":\"A\"}}\n"
                     "{\"count\":1,\"share\":0.5,\"p50\":1234567,\"p95\":1234567,\"p99\":1234567,"
                     "\"by\":{\"rrsets.type\":\"CNAME\"}}\n"
                     "{\"count\":1,\"share\":0.5,\"by\":{\"dns.id\":\"7\"}}\n");
}
