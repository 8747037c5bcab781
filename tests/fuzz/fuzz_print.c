/* Prints arbitrary documents in every form: whatever a document holds, CSV and a table in a pipe
 * have exactly one line a row, and nothing reaches the terminal that it would obey. */
#include <assert.h>
#include <stdlib.h>

#include "core/document/reader.h"
#include "query/printing/printer.h"
#include "query/printing/table.h"
#include "tests/fuzz/harness.h"

#define ARENA_MAX ((size_t)16 * 1024 * 1024)
#define OUT_MAX   ((size_t)64 * 1024 * 1024)

static struct document document;
static struct document_reader *reader;

static void prepare(void)
{
    if (reader == NULL && (document_init(&document, data_view_builtin(), ARENA_MAX) != ST_OK ||
                           document_reader_new(data_view_builtin(), NULL, &reader) != ST_OK))
        abort();
}

/* No controls but line ends; none of the two octets that begin a C1 control in UTF-8. */
static size_t safe_lines(struct bytes text)
{
    size_t lines = 0;
    for (size_t i = 0; i < text.len; i++) {
        const uint8_t octet = text.data[i];
        const bool is_line_end = octet == '\n' || (octet == '\r' && text.data[i + 1] == '\n');
        assert(octet >= 0x20 || is_line_end);
        assert(octet != 0x7f);
        assert(octet != 0xc2 || (i + 1 < text.len && text.data[i + 1] >= 0xa0));
        lines += octet == '\n' ? 1 : 0;
    }
    return lines;
}

static void print(enum printer_format format, const struct field_names *fields, size_t width)
{
    const struct printer_options options = {
        .format = format,
        .fields = fields,
        .zone = &TIME_ZONE_UTC,
        .zone_name = "UTC",
        .width = width,
    };
    struct buf out;
    buf_init(&out, OUT_MAX);
    struct printer *printer = NULL;
    if (printer_new(&options, &out, &printer) != ST_OK ||
        printer_add(printer, &document, BYTES_LITERAL("{}")) != ST_OK ||
        printer_finish(printer) != ST_OK)
        abort();
    /* The heading and the row; on a narrow terminal both go on in further lines, alike. */
    const size_t lines =
        format == PRINT_TABLE || format == PRINT_CSV ? safe_lines(buf_bytes(&out)) : 2;
    assert(lines == 2 || (width > 0 && lines > 2 && lines <= (size_t)2 * TABLE_COLUMNS_MAX));
    printer_free(printer);
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct field_names none;
    static struct field_names some;
    prepare();
    if (some.count == 0 &&
        field_names_split(BYTES_LITERAL("dns.question.name,rrsets.rdata,dns.opt.ede.text"), &some,
                          NULL) != ST_OK)
        abort();
    if (document_read(reader, (struct bytes){data, size}, &document, NULL, NULL) != ST_OK)
        return 0;
    print(PRINT_TABLE, &none, 0);
    print(PRINT_TABLE, &none, 80);
    print(PRINT_TABLE, &some, 40);
    print(PRINT_CSV, &none, 0);
    print(PRINT_CSV, &some, 0);
    print(PRINT_NDJSON, &some, 0);
    return 0;
}
