#include "core/kql/field_name.h"

/* Takes `prefix` off the start of *text, if it stands there. */
static bool drop_prefix(struct bytes *text, struct bytes prefix)
{
    if (!bytes_starts_with(*text, prefix))
        return false;
    *text = bytes_slice(*text, prefix.len, text->len);
    return true;
}

/* Moves *text behind the first occurrence of `part`. */
static bool drop_through(struct bytes *text, struct bytes part)
{
    const size_t at = bytes_find(*text, part);
    if (at == SIZE_MAX)
        return false;
    *text = bytes_slice(*text, at + part.len, text->len);
    return true;
}

/* True if the pieces with anything between them make up the text. */
static bool pieces_match(const struct kql_literal *wildcard, struct bytes text)
{
    const size_t last = wildcard->piece_count - 1;
    if (!drop_prefix(&text, wildcard->pieces[0]))
        return false;
    for (size_t i = 1; i < last; i++) {
        if (!drop_through(&text, wildcard->pieces[i]))
            return false;
    }
    return bytes_ends_with(text, wildcard->pieces[last]);
}

static bool wildcard_means(const struct kql_field_name *name, const struct data_view_field *field)
{
    if (field->type == FIELD_OBJECT || field->type == FIELD_NESTED)
        return false;
    struct bytes rest = data_view_field_name(field);
    if (name->path.len != 0 &&
        (!drop_prefix(&rest, name->path) || !drop_prefix(&rest, BYTES_LITERAL("."))))
        return false;
    return pieces_match(name->name, rest);
}

uint16_t kql_field_next(const struct kql_field_name *name, const struct data_view *view,
                        uint16_t from)
{
    if (name->name->kind == KQL_WILDCARD) {
        for (uint16_t i = from; i < view->count; i++) {
            if (wildcard_means(name, &view->fields[i]))
                return i;
        }
        return FIELD_NONE;
    }
    uint8_t octets[KQL_FIELD_NAME_MAX];
    const size_t longest = name->path.len + name->name->text.len + sizeof ".null";
    if (from > 0 || longest > sizeof octets)
        return FIELD_NONE;
    struct buf full = {.data = octets, .cap = sizeof octets, .max = sizeof octets};
    kql_field_name_add(name, &full);
    const uint16_t found = data_view_find(view, buf_bytes(&full));
    if (found == FIELD_NONE || view->fields[found].type == FIELD_OBJECT ||
        view->fields[found].type == FIELD_NESTED)
        return FIELD_NONE;
    return found;
}

void kql_literal_add(const struct kql_literal *literal, struct buf *out)
{
    if (literal->kind != KQL_WILDCARD) {
        buf_add(out, literal->text);
        return;
    }
    for (size_t i = 0; i < literal->piece_count; i++) {
        if (i != 0)
            buf_add_u8(out, '*');
        buf_add(out, literal->pieces[i]);
    }
}

void kql_field_name_add(const struct kql_field_name *name, struct buf *out)
{
    if (name->path.len != 0) {
        buf_add(out, name->path);
        buf_add_u8(out, '.');
    }
    if (name->name->kind == KQL_NONE)
        buf_add_text(out, "null");
    else
        kql_literal_add(name->name, out);
}

void kql_path_enter(struct buf *path, const struct kql_literal *name)
{
    if (path->len != 0)
        buf_add_u8(path, '.');
    kql_literal_add(name, path);
}
