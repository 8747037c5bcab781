#include "query/records/field_reader.h"

#include <stdlib.h>

/* Octets of the texts of one document. */
#define DOCUMENT_MAX ((size_t)64 * 1024 * 1024)

struct field_reader {
    const struct data_view *view; /* borrowed */
    uint64_t *wanted;             /* owned */
    struct document document;
    struct document_reader *json; /* NULL before the first document */
};

enum status field_reader_new(const struct data_view *view, struct field_reader **reader)
{
    struct field_reader *const r = calloc(1, sizeof *r);
    if (r == NULL)
        return ST_NO_MEMORY;
    r->view = view;
    r->wanted = calloc((size_t)view->count / 64 + 1, sizeof *r->wanted);
    if (r->wanted == NULL || document_init(&r->document, view, DOCUMENT_MAX) != ST_OK) {
        free(r->wanted);
        free(r);
        return ST_NO_MEMORY;
    }
    *reader = r;
    return ST_OK;
}

void field_reader_free(struct field_reader *reader)
{
    if (reader == NULL)
        return;
    document_reader_free(reader->json);
    document_release(&reader->document);
    free(reader->wanted);
    free(reader);
}

uint64_t *field_reader_wanted(struct field_reader *reader)
{
    return reader->wanted;
}

void field_reader_want(struct field_reader *reader, const struct field_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        const uint16_t field = field_find(reader->view, names->names[i]);
        if (field != FIELD_NONE)
            reader->wanted[field / 64] |= UINT64_C(1) << (field % 64);
    }
}

enum status field_reader_read(struct field_reader *reader, struct bytes json,
                              const struct document **document, struct document_envelope *envelope,
                              struct error *err)
{
    if (reader->json == NULL &&
        document_reader_new(reader->view, reader->wanted, &reader->json) != ST_OK)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    *document = &reader->document;
    return document_read(reader->json, json, &reader->document, envelope, err);
}
