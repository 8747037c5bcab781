#include "core/document/encoder.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/fifo_index.h"
#include "core/base/put.h"
#include "core/document/field_text.h"
#include "core/document/form.h"
#include "core/document/value_text.h"
#include "core/json/put.h"

/* Forms that are kept. Ordinary traffic has a few hundred, most of its documents one of fifty. */
#define FORMS_COUNT 1024

struct document_encoder {
    struct field_texts *fields;
    struct value_texts values;
    struct form *forms;         /* FORMS_COUNT */
    struct fifo_index by_trait; /* places in `forms` by the hash of their traits */
};

enum status document_encoder_new(struct document_encoder **encoder)
{
    struct document_encoder *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return ST_NO_MEMORY;
    made->forms = calloc(FORMS_COUNT, sizeof *made->forms);
    if (made->forms == NULL || field_texts_new(&made->fields) != ST_OK ||
        fifo_index_init(&made->by_trait, FORMS_COUNT) != ST_OK) {
        document_encoder_free(made);
        return ST_NO_MEMORY;
    }
    value_texts_init(&made->values);
    *encoder = made;
    return ST_OK;
}

void document_encoder_free(struct document_encoder *encoder)
{
    if (encoder == NULL)
        return;
    field_texts_free(encoder->fields);
    fifo_index_release(&encoder->by_trait);
    free(encoder->forms);
    free(encoder);
}

static inline uint64_t mix(uint64_t sum, uint64_t trait)
{
    return (sum + trait) * UINT64_C(0x9e3779b97f4a7c15);
}

/* Four sums, so that their multiplications do not wait for each other. Little of what is hashed can
 * be chosen by those who send the traffic: no key is needed. */
static inline uint64_t traits_hash(const struct document *document)
{
    const uint64_t *const traits = document->traits;
    uint64_t a = document->trait_count;
    uint64_t b = 0;
    uint64_t c = 0;
    uint64_t d = 0;
    const size_t count = document->trait_count;
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        a = mix(a, traits[i]);
        b = mix(b, traits[i + 1]);
        c = mix(c, traits[i + 2]);
        d = mix(d, traits[i + 3]);
    }
    for (; i < count; i++)
        a = mix(a, traits[i]);
    return mix(a ^ b >> 8, c ^ d >> 8) >> 32;
}

static inline bool form_fits(const struct form *form, const struct document *document)
{
    return form->trait_count == document->trait_count && form->count == document->count &&
           form->gap_count != 0 &&
           memcmp(form->traits, document->traits, document->trait_count * sizeof *form->traits) ==
               0;
}

/* Writes the form's text with the values of the document in its gaps. */
static inline uint8_t *form_put(const struct form *form, struct value_texts *values, uint8_t *to,
                                const struct document *document)
{
    const uint8_t *text = form->text;
    for (const struct form_gap *next = form->gaps;; next++) {
        const struct form_gap gap = *next;
        const struct value *const value = &document->values[gap.value];
        to = put_padded(to, text, gap.text_len);
        text += gap.text_len;
        switch (gap.kind) {
        case GAP_TEXT:
            to = json_put_text(to, value->text);
            break;
        case GAP_PLAIN:
            to = put_padded(to, value->text.data, value->text.len);
            break;
        case GAP_INTEGER:
            to = put_i64(to, value->integer);
            break;
        case GAP_IP:
            to = value_put_ip(values, to, &value->ip);
            break;
        case GAP_MICROSECONDS:
            to = value_put_time(values, to, value->integer, false);
            break;
        case GAP_NANOSECONDS:
            to = value_put_time(values, to, value->integer, true);
            break;
        case GAP_DOUBLE:
            to = value_put_double(to, value->real);
            break;
        case GAP_END:
            return to;
        }
    }
}

void document_encode(struct document_encoder *encoder, const struct document *document,
                     struct buf *out)
{
    uint8_t *const start = buf_space(out, field_texts_room(document));
    if (start == NULL)
        return;
    const uint64_t hash = traits_hash(document);
    const uint32_t place = fifo_index_find(&encoder->by_trait, hash);
    struct form *const known = place == FIFO_NONE ? NULL : &encoder->forms[place];
    const uint8_t *end = NULL;
    if (LIKELY(known != NULL && form_fits(known, document))) {
        end = form_put(known, &encoder->values, start, document);
    } else {
        struct form *const form = &encoder->forms[fifo_index_put(&encoder->by_trait, hash)];
        end = field_texts_put(encoder->fields, &encoder->values, start, document, form);
    }
    buf_wrote(out, (size_t)(end - start));
}
