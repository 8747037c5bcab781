#include "query/records/matcher.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/document/encoder.h"
#include "core/kql/required.h"
#include "query/records/field_reader.h"

/* Octets of a compiled expression, and of the longest document as JSON. */
#define PROGRAM_MAX ((size_t)256 * 1024 * 1024)
#define JSON_MAX    ((size_t)64 * 1024 * 1024)

struct matcher {
    struct arena arena; /* the program */
    const struct kql_program *program;
    const struct kql_required *required;
    const struct data_view *view; /* borrowed */
    struct field_reader *reader;
    struct field_reader *whole; /* reads every field; NULL before it is needed */
    struct document_encoder *encoder;
    struct buf encoded;
    const char *unfit_field; /* see matcher_unfit_field */
    bool wants_json;
};

enum status matcher_new(const struct matcher_options *options, struct matcher **matcher,
                        struct kql_error *error)
{
    struct matcher *const m = calloc(1, sizeof *m);
    if (m == NULL)
        return ST_NO_MEMORY;
    m->view = options->kql.view;
    m->wants_json = options->wants_json;
    arena_init(&m->arena, PROGRAM_MAX);
    buf_init(&m->encoded, JSON_MAX);
    enum status status = kql_compile(options->tree, &options->kql, &m->arena, &m->program, error);
    if (status == ST_OK)
        status = kql_required_new(m->program, &m->arena, &m->required);
    if (status == ST_OK)
        status = field_reader_new(m->view, &m->reader);
    if (status == ST_OK)
        status = document_encoder_new(&m->encoder);
    if (status != ST_OK) {
        matcher_free(m);
        return status;
    }
    kql_wanted_fields(m->program, field_reader_wanted(m->reader));
    field_reader_want(m->reader, options->fields);
    *matcher = m;
    return ST_OK;
}

void matcher_free(struct matcher *matcher)
{
    if (matcher == NULL)
        return;
    buf_release(&matcher->encoded);
    document_encoder_free(matcher->encoder);
    field_reader_free(matcher->reader);
    field_reader_free(matcher->whole);
    arena_release(&matcher->arena);
    free(matcher);
}

/* True if the text begins and ends as an object. One that was cut does not, so it is read in any
 * case and the damage is found. */
static bool is_framed(struct bytes json)
{
    return json.len >= 2 && json.data[0] == '{' && json.data[json.len - 1] == '}';
}

static enum status make_whole(struct matcher *matcher)
{
    if (matcher->whole != NULL)
        return ST_OK;
    const enum status status = field_reader_new(matcher->view, &matcher->whole);
    for (size_t i = 0; status == ST_OK && i < matcher->view->count; i++)
        field_reader_wanted(matcher->whole)[i / 64] |= UINT64_C(1) << (i % 64);
    return status;
}

/* True unless it is an object that has nothing of a document. Every lookup has the key that is
 * looked for first, at its beginning; what is no JSON is left to the reader. */
static bool is_document(struct matcher *matcher, struct bytes json)
{
    static const char key[] = "\"@timestamp\"";
    struct document_envelope envelope = {0};
    const struct document *document = NULL;
    if (memmem(json.data, json.len, key, sizeof key - 1) != NULL || make_whole(matcher) != ST_OK ||
        field_reader_read(matcher->whole, json, &document, &envelope, NULL) != ST_OK)
        return true;
    return document->count > 0 || envelope.id.len > 0;
}

/* Says what an object is that is no document. */
static enum status say_other(struct bytes json, struct error *err)
{
    if (bytes_starts_with(json, BYTES_LITERAL("{\"frame\":")))
        return error_set(err, ST_MALFORMED,
                         "a DNS message (dnsightd read --messages), not a lookup; dnsightd read "
                         "without --messages makes lookups, or name the capture itself");
    return error_set(err, ST_MALFORMED,
                     "no lookup: it has no field of the data view; --data-view can name another");
}

enum status matcher_json(struct matcher *matcher, struct bytes json, bool *is_hit, struct hit *hit,
                         struct error *err)
{
    struct document_envelope envelope = {0};
    const struct document *document = NULL;
    *is_hit = false;
    matcher->unfit_field = NULL;
    if (!is_document(matcher, json))
        return say_other(json, err);
    if (is_framed(json) && !kql_required_is_met(matcher->required, json))
        return ST_OK;
    const enum status status = field_reader_read(matcher->reader, json, &document, &envelope, err);
    if (status != ST_OK)
        return status;
    if (UNLIKELY(document->unfit_count > 0))
        matcher->unfit_field = matcher->view->fields[document->unfit_field].name;
    *is_hit = kql_matches(matcher->program, document);
    if (*is_hit)
        *hit = (struct hit){.document = document,
                            .id = envelope.id,
                            .json = matcher->wants_json ? json : (struct bytes){0}};
    return ST_OK;
}

const char *matcher_unfit_field(const struct matcher *matcher)
{
    return matcher->unfit_field;
}

static enum status encode(struct matcher *matcher, const struct document *document,
                          struct error *err)
{
    buf_reset(&matcher->encoded);
    document_encode(matcher->encoder, document, &matcher->encoded);
    if (!buf_ok(&matcher->encoded))
        return error_set(err, ST_LIMIT, "a document is too large");
    return ST_OK;
}

enum status matcher_document(struct matcher *matcher, const struct document *document, bool *is_hit,
                             struct hit *hit, struct error *err)
{
    if (document->view != matcher->view) {
        const enum status status = encode(matcher, document, err);
        return status != ST_OK
                   ? status
                   : matcher_json(matcher, buf_bytes(&matcher->encoded), is_hit, hit, err);
    }
    *is_hit = kql_matches(matcher->program, document);
    if (!*is_hit)
        return ST_OK;
    *hit = (struct hit){.document = document};
    if (!matcher->wants_json)
        return ST_OK;
    const enum status status = encode(matcher, document, err);
    hit->json = buf_bytes(&matcher->encoded);
    return status;
}
