#include "shipper/setup/properties.h"

#include <string.h>

#include "core/document/data_view.h"
#include "core/document/field_list.h"

/* ignore_above where the field list has none: that of ECS. */
#define IGNORE_ABOVE_DEFAULT 1024U

/* Names that dashboards made for Packetbeat use for fields of ours. The alias stands beside its
 * field. */
static const struct {
    enum document_field field;
    const char *alias;
} aliases[] = {
    {DOC_DNS_QUESTION_REGISTERED_DOMAIN, "etld_plus_one"},
};

/* What is written where. */
struct writing {
    const struct server *server;
    const struct data_view *view;
    struct json_writer *w;
};

/* The type a field gets on this server; NULL if the server has none for it. */
static const char *type_on(const struct server *server, enum field_type type)
{
    if (type == FIELD_CONSTANT_KEYWORD && !server_can(server, CAN_CONSTANT_KEYWORD))
        return "keyword";
    if (type == FIELD_HISTOGRAM && !server_can(server, CAN_HISTOGRAM))
        return NULL;
    if (type == FIELD_FLATTENED && !server_can(server, CAN_FLATTENED))
        return server_can(server, CAN_FLAT_OBJECT) ? "flat_object" : NULL;
    return field_type_name(type);
}

/* One bad value must never cost a document (limits of the type's own aside, the encoder writes only
 * values that fit). */
static void write_type(struct json_writer *w, const struct data_view_field *field, const char *type)
{
    json_key(w, "type");
    json_text(w, type);
    if (strcmp(type, "keyword") == 0 || strcmp(type, "flattened") == 0) {
        json_key(w, "ignore_above");
        json_u64(w, field->ignore_above == 0 ? IGNORE_ABOVE_DEFAULT : field->ignore_above);
    }
    /* The template ignores malformed values of every type; data streams do not allow that for their
     * time. */
    if (bytes_is(data_view_field_name(field), "@timestamp")) {
        json_key(w, "ignore_malformed");
        json_bool(w, false);
    }
}

static void write_aliases(const struct writing *t, uint16_t index)
{
    for (size_t i = 0; i < ARRAY_LEN(aliases); i++) {
        if (aliases[i].field != index)
            continue;
        json_key(t->w, aliases[i].alias);
        json_begin_object(t->w);
        json_key(t->w, "type");
        json_text(t->w, "alias");
        json_key(t->w, "path");
        json_text(t->w, t->view->fields[index].name);
        json_end_object(t->w);
    }
}

/* The octets of a name up to the end of the part that begins at `at`. */
static struct bytes name_to(struct bytes name, size_t at)
{
    size_t end = at;
    while (end < name.len && name.data[end] != '.')
        end++;
    return bytes_slice(name, 0, end);
}

/* Writes the members for the fields [from, to), whose names agree in their first `at` octets;
 * recursion ends with the parts of the longest name. */
static void write_range(const struct writing *t, uint16_t from, uint16_t to, size_t at);

/* Writes one member: the fields [from, to), whose names agree up to the end of `path`. The first of
 * them may be called so itself: a leaf, or an object with a row of its own. */
static void write_member(const struct writing *t, uint16_t from, uint16_t to, struct bytes path)
{
    const struct data_view_field *const field = &t->view->fields[from];
    const bool has_row = field->name_len == path.len;
    const char *const type = has_row ? type_on(t->server, field->type) : "object";
    if (type == NULL)
        return;
    const size_t dot = path.len;
    size_t start = dot;
    while (start > 0 && path.data[start - 1] != '.')
        start--;
    json_key_bytes(t->w, bytes_slice(path, start, path.len));
    json_begin_object(t->w);
    if (has_row)
        write_type(t->w, field, type);
    const uint16_t first = (uint16_t)(has_row ? from + 1 : from);
    if (first < to) {
        json_key(t->w, "properties");
        json_begin_object(t->w);
        write_range(t, first, to, dot + 1);
        json_end_object(t->w);
    }
    json_end_object(t->w);
    if (has_row)
        write_aliases(t, from);
}

static void write_range(const struct writing *t, uint16_t from, uint16_t to, size_t at)
{
    while (from < to) {
        const struct bytes path = name_to(data_view_field_name(&t->view->fields[from]), at);
        uint16_t end = (uint16_t)(from + 1);
        while (end < to &&
               bytes_equal(name_to(data_view_field_name(&t->view->fields[end]), at), path))
            end++;
        write_member(t, from, end, path);
        from = end;
    }
}

void properties_write(const struct server *server, struct json_writer *w)
{
    const struct writing t = {server, data_view_builtin(), w};
    json_begin_object(w);
    write_range(&t, 0, t.view->count, 0);
    json_end_object(w);
}
